//! Worlds whose truth is known: invented posts in which it is written down who acts in concert.
//!
//! **Invariant:** the same plan gives the same bytes on every machine. Nothing here reads a file,
//! a clock or the environment, and none of our other crates is used, so that a world cannot agree
//! with a method by sharing its mistakes.
//!
//! [`generate`] makes a [`World`] from a [`WorldPlan`]. Its ingredients are files: the ordinary
//! ones (`communities`, `calendar`, `authors`, `responses`), those that look like coordination and
//! are innocent (`reposters`, `fandoms`, `newswire`, `breaking`, `scheduled`, `campaigns`, `one_hashtag`), and
//! `planted`, the networks that a method should find. [`Study`] names the worlds that tests and
//! calibration use, [`demo_plan`] is the one people meet first, and [`zipf_actions`] is for
//! benchmarks: actions only, by the hundred million.
//!
//! Every text, name and address is invented from lists of neutral words. What a world is not: real.
//! It has one law of lags and one of popularity, and communities that never change.

mod attention;
mod authors;
mod breaking;
mod calendar;
mod campaigns;
mod communities;
mod copycats;
mod demo;
mod dice;
mod drafts;
mod fandoms;
mod making;
mod names;
mod near_copies;
mod newswire;
mod one_hashtag;
mod packed;
mod plan;
mod planted;
mod publish;
mod reposters;
mod responses;
mod scheduled;
pub mod snowflake;
mod study;
mod texts;
pub mod tiny_model;
mod truth;
mod world;
mod write;

pub use copycats::with_copycats;
pub use demo::demo_plan;
pub use near_copies::{NearCopiesPlan, NearCopy, SCRIPTS, near_copies};
pub use packed::{PackedAction, zipf_actions};
pub use plan::{
    AutoReposterPlan, BreakingPlan, CampaignPlan, CommunityPlan, FandomPlan, LagPlan, Language,
    Link, Mix, NewswirePlan, PlantedGroup, ScheduledPlan, SessionPlan, SourcePlan, Style,
    WorldPlan,
};
pub use study::{Study, UnknownStudy};
pub use truth::{AutoReposter, Campaign, Fandom, Newswire, Truth, TruthGroup, TruthPair};
pub use world::{PostKind, World, WorldPost, generate};
pub use write::{HEADER, write_csv, write_truth_json};
