//! The words of Concerted. A word used by two crates is defined here, once.
//!
//! **Invariant:** this crate touches no file, clock, random number or environment variable, and
//! holds no method of detection. It says what the things are, and refuses values that cannot be.
//!
//! # Glossary
//!
//! | word | meaning | where |
//! |---|---|---|
//! | **post** | something an account published at a time: original, repost, quote or reply | [`tables::Posts`], [`PostKind`] |
//! | **account** | `(platform, instance, id)`; ids are byte strings, a handle is an attribute | [`AccountId`], [`tables::Accounts`] |
//! | **trace** | a kind of behaviour: repost, url, domain, hashtag, hashtag-set, mention, reply, quote, text, media, like, post, rewording | [`Trace`] |
//! | **object** | what is acted upon within a trace | [`tables::Objects`] |
//! | **cluster** | posts that say nearly the same; its **leader** is the one that said it first | [`tables::Copies`], [`Likeness`] |
//! | **action** | an account acting on an object at a time; it points at the post that shows it | [`tables::Actions`] |
//! | **birth** | when an object came to be: from the id's own clock, else its first sighting | [`BirthSource`] |
//! | **lag** | time since birth | [`Span`] |
//! | **window** | the largest gap between two actions that counts as together, inclusive | [`Span`] |
//! | **co-action** | two accounts acting on one object within the window | [`tables::Evidence`] |
//! | **episode** | co-actions of one pair less than the episode gap apart, counted once | [`tables::Pairs`] |
//! | **pair** | two accounts with at least one co-action | [`tables::Pairs`] |
//! | **expected** | the mean number of co-actions without coordination, under the null | [`tables::Network`] |
//! | **p, q** | tail probability under the null; the same adjusted for the number of tests | [`Probability`] |
//! | **surprise** | −log10 p | [`Probability::surprise`] |
//! | **edge** | a pair and trace that survives the test | [`tables::Network`] |
//! | **network** | all edges | [`tables::Network`] |
//! | **group** | accounts joined by edges | [`tables::Groups`] |
//! | **finding** | a group with its evidence and its alternative explanations | the report |
//! | **reject** | a row that was refused, with its place and the reason | [`provenance::Reject`] |
//! | **case** | the folder of one investigation | `concerted-case` |
//! | **plan** | the typed parameters of a case | [`plan::Plan`] |
//! | **recipe** | a published method as data | [`recipe::Recipe`] |
//! | **share** | a post sharing an object, each time, in a published method's words | [`recipe::ObjectKind`] |

pub mod id;
pub mod plan;
pub mod probability;
pub mod provenance;
pub mod recipe;
pub mod tables;
pub mod time;
pub mod trace;

pub use id::{AccountId, Platform};
pub use plan::{Plan, PlanError};
pub use probability::{Probability, ProbabilityError};
pub use recipe::{Recipe, RecipeError};
pub use tables::TableError;
pub use time::{Clock, Span, SpanError, Timestamp, TimestampError};
pub use trace::{
    BirthSource, Direction, ImageFault, Likeness, Null, PostKind, Role, Trace, UnknownWord,
};
