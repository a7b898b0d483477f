//! The only crate on disk: the case folder and its tables, the readers of input formats, the exports.
//!
//! **Invariant:** nothing half-written is ever visible. A file or folder appears under its name only
//! when it is complete and on the disk; `run.json` says which of them belong together, and is
//! replaced in one step. A process killed at any moment leaves the old case or the new one.
//!
//! | module | what it knows |
//! |---|---|
//! | [`case`] | the folder of one investigation: plan, stages, commit, check |
//! | [`key`] | the steps of an investigation, and what each result depends on |
//! | [`stage`] | what one step computed, complete or absent |
//! | [`label`] | what a person calls one of several results |
//! | [`run`] | `run.json`: which stages are in use, with the hash of every file |
//! | [`tables`] | the model's tables as Parquet files |
//! | [`custody`] | `custody.ndjson`: what was done, hash-chained |
//! | [`readers`], [`ingest`] | from files of any format to posts |
//! | [`images`] | folders of images beside the posts, hashed by what they show |
//! | [`models`] | a language model in a local folder: words in, vectors out |
//! | [`handed`] | posts that come from memory and not from a file |
//! | [`disclosure`] | what of a case may be seen outside it, and the key of its pseudonyms |
//! | [`export`] | files for other programs |
//! | [`verify`] | whether a case or a bag is as it was written |
//! | [`error`] | what can go wrong on disk |

pub mod case;
pub mod custody;
pub mod disclosure;
pub mod error;
pub mod export;
pub mod handed;
pub mod images;
pub mod ingest;
pub mod key;
pub mod label;
pub mod models;
pub mod readers;
pub mod run;
pub mod stage;
pub mod tables;
pub mod verify;

mod durable;
mod lock;

pub use case::{Case, Recorded};
pub use error::{CaseError, ErrorKind};
pub use key::{Key, KeyParts, Stage};
pub use label::Label;
pub use run::{FileRecord, RunRecord, StageRecord};
pub use stage::{StageFile, StageFolder, StageWriter};
pub use tables::{file_name, read_table, read_table_at, read_tables, write_table, write_tables};
