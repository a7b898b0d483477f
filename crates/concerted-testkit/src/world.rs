//! Worlds: posts, and what is true of them. [`generate`] is the one page to read first.
//!
//! **Invariant:** the posts are in order of time; ids are unique, and an id's clock says its
//! post's time; no post comes before what it responds to. What a response points at is a post of
//! the world, or was born before the collection began, which its id's clock tells.

use serde::Serialize;

use crate::{
    authors, breaking, campaigns, fandoms, making::Making, newswire, one_hashtag, plan::WorldPlan,
    planted, publish, reposters, responses, scheduled, truth::Truth,
};

/// Posts whose truth is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    /// The posts, in order of time.
    pub posts: Vec<WorldPost>,
    /// What is true of them.
    pub truth: Truth,
}

/// What a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PostKind {
    /// The account's own words.
    Original,
    /// Somebody else's post, passed on as it is.
    Repost,
    /// Somebody else's post with words of one's own.
    Quote,
    /// An answer to a post.
    Reply,
}

impl PostKind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Repost => "repost",
            Self::Quote => "quote",
            Self::Reply => "reply",
        }
    }
}

/// A post, as an export of X would have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorldPost {
    /// The account's id.
    pub account: String,
    /// The account's handle, without `@`.
    pub handle: String,
    /// The post's id: its clock says `time_ms`.
    pub id: String,
    /// When it was published, in milliseconds since 1970.
    pub time_ms: i64,
    /// What it is.
    pub kind: PostKind,
    /// What it says; a repost says `RT @handle: ` and what its original says.
    pub text: String,
    /// Language, ISO 639-1.
    pub language: &'static str,
    /// Id of the post that it passes on.
    pub repost_of: Option<String>,
    /// Account that wrote that post.
    pub repost_of_account: Option<String>,
    /// Id of the post that it quotes. No column of the CSV has it.
    pub quote_of: Option<String>,
    /// Id of the post that it answers.
    pub reply_to: Option<String>,
    /// Account that it answers.
    pub reply_to_account: Option<String>,
    /// Addresses it links to; a repost has its original's.
    pub urls: Vec<String>,
    /// Hashtags without `#`; a repost has its original's.
    pub hashtags: Vec<String>,
    /// Handles that it names: whom it reposts or answers.
    pub mentions: Vec<String>,
}

/// Makes the world of a plan.
///
/// The same plan gives the same world on every machine. About a second for the default plan.
#[must_use]
pub fn generate(plan: &WorldPlan) -> World {
    let mut world = Making::new(plan);
    let sources = authors::recruit(&mut world);
    let mut crews = planted::recruit(&mut world);

    authors::publish(&mut world, &sources);
    let syndicates = newswire::act(&mut world);
    let fandoms = fandoms::act(&mut world);
    let breaking = breaking::act(&mut world, &sources);
    let campaigns = campaigns::act(&mut world);
    let scheduled = scheduled::act(&mut world);
    let reposters = reposters::act(&mut world, &sources);
    planted::act(&mut world, &mut crews);
    responses::act(&mut world);
    one_hashtag::act(&mut world);

    let cast = publish::Cast {
        sources,
        crews,
        syndicates,
        fandoms,
        breaking,
        campaigns,
        scheduled,
        reposters,
    };
    publish::publish(world, &cast)
}
