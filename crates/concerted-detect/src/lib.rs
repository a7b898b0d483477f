//! The science of coordination, one file a stage, table in → table out.
//!
//! | stage | question | in → out |
//! |---|---|---|
//! | [`traces::extract`] | who acted on what, when? | posts → objects, actions |
//! | [`coaction::sweep`] | who acted together? | actions → pairs |
//! | [`significance::validate`] | which pairs act together more than chance? | pairs → network |
//! | [`groups::confirm`] | which groups act together on other days too? | actions → confirmed groups |
//! | [`groups::find`] | who belongs together? | network, confirmed groups → groups |
//! | [`decoys::decoy`] | what would the same procedure find by chance? | actions → actions |
//! | [`evidence::gather`] | what shows it? | network → evidence |
//!
//! **Invariant:** stages share tables, never each other's code, and touch no disk, clock, environment
//! or unseeded randomness: the same tables and plan give the same tables out, on any number of threads.

pub mod canonical;
pub mod coaction;
pub mod decoys;
pub mod diagnostics;
mod error;
pub mod evidence;
pub mod groups;
pub mod leave_out;
pub mod significance;
pub mod sitting;
pub mod traces;

mod circumstances;
mod dice;
mod edges;
mod expectation;
mod halves;
mod jitter;
mod meetings;
mod power;
mod selection;
mod slots;
mod strata;
mod synchrony;
mod timing;
mod topics;

pub use error::DetectError;
