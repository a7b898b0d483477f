//! Published methods by name: recipes over one set of stages.
//!
//! ```text
//! posts ─ shares ─▶ who shared what, each time
//!          │ meetings: coortweet, toolkit, objects_within, coornet, turns     within a window
//!          │ matrix: similarity, overlap                                      whenever, or in bins
//!          │ alike_posts, toolkit                                             texts
//!          ▼
//!        edges ─ keep ─▶ ties that the method flags ─▶ tables
//! ```
//!
//! A method is data (`published.toml`): which shares it looks at, how it counts, what it keeps. None of
//! them asks how often chance does as much; [`compare`] asks it for them, on decoys of the same data.
//! **Invariant:** a fault of an original is repeated only if the original is asked for.

mod alike_posts;
mod catalogue;
pub mod compare;
mod coornet;
pub mod coortweet;
pub mod coortweet_stats;
pub mod decoys;
mod edges;
mod keep;
pub mod matrix;
mod meetings;
mod objects_within;
mod overlap;
mod run;
mod shares;
pub mod similarity;
pub mod tables;
mod toolkit;
mod turns;
mod words;

pub use catalogue::recipes;
pub use coornet::{estimate_window, objects_in_bins};
pub use edges::Edge;
pub use objects_within::{Counted, objects_within};
pub use run::{AccountFound, Found, ObjectFound, find, shares_of};
pub use shares::{Share, Shares, Source, extract};
pub use toolkit::{Directed, messages, similar_messages};
pub use turns::turns;
pub use words::{normal as toolkit_key, tokens as toolkit_words};
