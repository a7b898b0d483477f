//! One command, one file.

pub(crate) mod audit;
pub(crate) mod compare;
pub(crate) mod demo;
pub(crate) mod detect;
pub(crate) mod expand;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod formats;
pub(crate) mod ingest;
pub(crate) mod inspect;
pub(crate) mod investigate;
pub(crate) mod methods;
pub(crate) mod report;
pub(crate) mod serve;
pub(crate) mod trace;
pub(crate) mod verify;

mod inputs;
mod summary;
mod viewing;
