//! The science of coordination, one file a stage, table in → table out.
//!
//! | stage | question | in → out |
//! |---|---|---|
//! | [`copies::cluster`] | who says the same? | posts → copies |
//! | [`copies::pictures`] | which images show the same? | posts, images → pictures |
//! | [`copies::rewordings`] | which texts may be rewordings? | posts, vectors → rewordings |
//! | [`traces::extract`] | who acted on what, when? | posts, copies, pictures, rewordings → objects, actions |
//! | [`topics::learn`] | what are they about? | actions → topics |
//! | [`coaction::sweep`] | who acted together? | actions → pairs |
//! | [`bound::limits`] | which crowds need not be gone through? | actions → limits of the sweep |
//! | [`significance::validate`] | which pairs act together more than chance? | pairs → network |
//! | [`groups::confirm`] | which groups act together on other days too? | actions → confirmed groups |
//! | [`groups::find`] | who belongs together? | network, confirmed groups → groups |
//! | [`decoys::decoy`] | what would the same procedure find by chance? | actions → actions |
//! | [`evidence::gather`] | what shows it? | network → evidence |
//! | [`published::find`] | what would a published method flag? | posts → its own ties |
//!
//! Beside the stages, [`audit`] judges an accusation, [`expand`] looks for the rest of a network,
//! [`spread`] tells how one text, address or hashtag spread, and [`habits`] what a group's members are
//! like by themselves.
//!
//! **Invariant:** stages share tables, never each other's code, and touch no disk, clock, environment
//! or unseeded randomness: the same tables and plan give the same tables out, on any number of threads.

pub mod audit;
pub mod bound;
pub mod canonical;
pub mod coaction;
pub mod copies;
pub mod decoys;
pub mod diagnostics;
mod error;
pub mod evidence;
pub mod expand;
pub mod groups;
pub mod habits;
pub mod leave_out;
pub mod published;
pub mod significance;
pub mod sitting;
pub mod spread;
pub mod topics;
pub mod traces;

mod account_numbers;
mod acted;
mod circumstances;
mod dice;
mod edges;
mod expectation;
mod halves;
mod jitter;
mod limits;
mod marks;
mod meetings;
mod places;
mod posts;
mod power;
mod rhythm;
mod same;
mod selection;
mod slots;
mod strata;
mod synchrony;
mod timing;

pub use acted::Acted;
pub use error::DetectError;
pub use limits::Limits;
pub use same::Same;
