//! What a world is made of: every parameter, with the study world as default.
//!
//! **Invariant:** a plan is data. A plan that asks for more accounts than there are gets fewer;
//! none makes [`generate`](crate::generate) fail.

use std::{ops::RangeInclusive, time::Duration};

const MINUTE: Duration = Duration::from_secs(60);

/// A world to make.
///
/// The default is the study world of the calibration: 8,000 accounts and 14 days with about 265,000
/// actions beside the 20,000 posts of sources, nobody in concert, and 1 % independent
/// auto-reposters.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldPlan {
    /// Seed of everything.
    pub seed: u64,
    /// Number of accounts, all roles included.
    pub accounts: usize,
    /// When the collection starts, in milliseconds since 1970; best a midnight UTC.
    pub start_ms: i64,
    /// How many days it lasts.
    pub days: u32,
    /// Number of ordinary responses over all accounts, about.
    pub actions: usize,
    /// Interest communities, the largest first; the k-th has a share of accounts ∝ 1/k.
    pub communities: Vec<CommunityPlan>,
    /// Standard deviation of the logarithm of an account's activity.
    pub activity_sigma: f64,
    /// How an account's actions lie in sittings.
    pub sessions: SessionPlan,
    /// Who writes what others respond to.
    pub sources: SourcePlan,
    /// How long after its birth a post is responded to.
    pub lag: LagPlan,
    /// Share in `[0, 1]` of actions that go to another community's posts.
    pub cross_community: f64,
    /// What ordinary actions are.
    pub mix: Mix,
    /// Innocent: accounts that repost a few sources by machine, each for itself.
    pub auto_reposters: AutoReposterPlan,
    /// Innocent: fans who hear of every post of their star at once.
    pub fandoms: Vec<FandomPlan>,
    /// Innocent: outlets that print what a wire sends them.
    pub newswires: Vec<NewswirePlan>,
    /// Innocent: hours in which everybody looks at the same thing.
    pub breaking: Vec<BreakingPlan>,
    /// Innocent: supporters of a cause who post with its hashtag on its evenings.
    pub campaigns: Vec<CampaignPlan>,
    /// Innocent: posters on round minutes.
    pub scheduled: ScheduledPlan,
    /// Innocent: the hashtag by which the collection was made, so that every post carries it.
    pub one_hashtag: Option<String>,
    /// Networks that act in concert.
    pub planted: Vec<PlantedGroup>,
}

/// An interest community.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommunityPlan {
    /// Offset of its clocks from UTC.
    pub utc_offset_minutes: i32,
    /// What it writes in.
    pub language: Language,
}

/// A language that texts can be invented in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Persian.
    Persian,
    /// Arabic.
    Arabic,
    /// Hebrew.
    Hebrew,
    /// Japanese.
    Japanese,
}

/// Sittings: short rows of actions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SessionPlan {
    /// Mean number of actions in a sitting, at least 1.
    pub mean_actions: f64,
    /// Mean time from one action to the next within it, when as much is new as usual.
    pub mean_gap: Duration,
}

/// Accounts whose posts others respond to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SourcePlan {
    /// How many.
    pub count: usize,
    /// Posts that they write during the collection, together.
    pub posts: usize,
    /// Tail index of a post's popularity (Pareto), above 0.
    pub popularity_tail: f64,
    /// Share in `[0, 1]` of posts that link to an article.
    pub with_link: f64,
    /// Share in `[0, 1]` of posts with one or two hashtags.
    pub with_hashtag: f64,
}

/// Lognormal response lag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LagPlan {
    /// Its median.
    pub median: Duration,
    /// Standard deviation of its logarithm.
    pub sigma: f64,
}

/// What ordinary responses are: shares in `[0, 1]`, and what is left of 1 are reposts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mix {
    /// Answers.
    pub reply: f64,
    /// Reposts with words of one's own.
    pub quote: f64,
    /// Posts of one's own that link to the article of another's post; a repost if it has none.
    pub link: f64,
    /// Beside the responses, and as a share of their number: posts that respond to nothing.
    pub own: f64,
}

/// Accounts that repost every post of a few sources, each with a latency law of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct AutoReposterPlan {
    /// Share in `[0, 1]` of accounts.
    pub share: f64,
    /// How many sources each follows.
    pub follows: RangeInclusive<usize>,
    /// Where their median latencies lie, log-uniformly.
    pub median_latency: RangeInclusive<Duration>,
    /// Standard deviation of the logarithm of each one's latency.
    pub latency_sigma: f64,
}

/// A star and the fans who are notified of each post.
#[derive(Clone, Debug, PartialEq)]
pub struct FandomPlan {
    /// Number of fans.
    pub members: RangeInclusive<usize>,
    /// Posts of the star.
    pub posts: usize,
    /// Share in `[0, 1]` of the star's posts that each fan reposts.
    pub responding: f64,
    /// Share in `[0, 1]` of those that it also answers.
    pub answering: f64,
    /// Mean time from the star's post to the repost (exponential).
    pub mean_delay: Duration,
}

/// A wire and the outlets that copy its text and link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NewswirePlan {
    /// Number of outlets.
    pub outlets: usize,
    /// Items that the wire sends.
    pub items: usize,
    /// Share in `[0, 1]` of items that each outlet prints.
    pub copying: f64,
    /// Median time from the wire to print (lognormal, σ 0.7).
    pub median_delay: Duration,
}

/// A burst of the whole population on a few posts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakingPlan {
    /// From the start of the collection to the news.
    pub after: Duration,
    /// Number of posts that carry it.
    pub posts: usize,
    /// Share in `[0, 1]` of accounts that repost it.
    pub share: f64,
    /// How long it is news.
    pub within: Duration,
}

/// A cause and its supporters, each in its own words and at its own moment.
#[derive(Clone, Debug, PartialEq)]
pub struct CampaignPlan {
    /// The hashtag, without `#`.
    pub hashtag: String,
    /// Whether every evening has a hashtag of its own, which the call names.
    pub new_each_evening: bool,
    /// How many supporters.
    pub supporters: usize,
    /// Evenings on which it calls.
    pub evenings: u32,
    /// How long an evening lasts.
    pub within: Duration,
    /// Share in `[0, 1]` of supporters who take part each evening.
    pub taking_part: f64,
    /// Share in `[0, 1]` of those who also pass the call on.
    pub passing_on: f64,
    /// Posts of each on an evening, at most.
    pub posts_each: usize,
}

/// Accounts that publish their own posts on round minutes, at the same times every day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduledPlan {
    /// How many.
    pub posters: usize,
    /// Posts a day.
    pub posts_a_day: usize,
    /// Their minutes are multiples of this, 1 to 60.
    pub minutes: u32,
}

/// A network that acts in concert. Its members are ordinary accounts besides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlantedGroup {
    /// Number of members.
    pub size: usize,
    /// Number of objects that they act on together.
    pub joint_actions: usize,
    /// Probability in `[0, 1]` that a member takes part in a joint action.
    pub participation: f64,
    /// How they act.
    pub style: Style,
}

/// How a planted group acts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Style {
    /// Reposts posts that many others repost too, shortly after a signal.
    Tight {
        /// Mean time from the signal to a member's repost (exponential).
        mean_delay: Duration,
    },
    /// The same without haste.
    Loose {
        /// The reposts lie between a minute and this after the signal.
        within: Duration,
    },
    /// As [`Tight`](Self::Tight), each time by other members.
    Rotating {
        /// How many act each time.
        subset: usize,
        /// Mean time from the signal to a member's repost (exponential).
        mean_delay: Duration,
    },
    /// A member writes a post, and the others repost it; nobody else ever does.
    Exclusive {
        /// Mean time from the post to a member's repost (exponential).
        mean_delay: Duration,
    },
    /// All publish one text, which nobody else does.
    Copypasta {
        /// The copies lie within this of the first.
        within: Duration,
        /// Whether they link to one article.
        link: Link,
    },
    /// All publish a text of their own making, nearly the same, with one link.
    Paraphrasing {
        /// The posts lie within this of the first.
        within: Duration,
    },
    /// As [`Tight`](Self::Tight), with so much ordinary behaviour that it drowns.
    Camouflaged {
        /// Mean time from the signal to a member's repost (exponential).
        mean_delay: Duration,
        /// Share in `[0, 1)` of a member's actions that are ordinary, at least.
        organic: f64,
    },
}

impl Style {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tight { .. } => "tight",
            Self::Loose { .. } => "loose",
            Self::Rotating { .. } => "rotating",
            Self::Exclusive { .. } => "exclusive",
            Self::Copypasta { .. } => "copypasta",
            Self::Paraphrasing { .. } => "paraphrasing",
            Self::Camouflaged { .. } => "camouflaged",
        }
    }
}

/// Whether copies link to an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// They do, all to the same.
    Shared,
    /// They do not.
    Absent,
}

impl Language {
    /// ISO 639-1.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Persian => "fa",
            Self::Arabic => "ar",
            Self::Hebrew => "he",
            Self::Japanese => "ja",
        }
    }
}

impl Default for WorldPlan {
    fn default() -> Self {
        use Language::{Arabic, English, Hebrew, Japanese, Persian};
        let community =
            |utc_offset_minutes, language| CommunityPlan { utc_offset_minutes, language };
        Self {
            seed: 1,
            accounts: 8_000,
            start_ms: 1_709_510_400_000, // Monday, 2024-03-04
            days: 14,
            actions: 250_000,
            communities: vec![
                community(-300, English),
                community(0, English),
                community(210, Persian),
                community(-480, English),
                community(180, Arabic),
                community(600, English),
                community(120, Hebrew),
                community(540, Japanese),
            ],
            activity_sigma: 1.2,
            sessions: SessionPlan::default(),
            sources: SourcePlan::default(),
            lag: LagPlan::default(),
            cross_community: 0.12,
            mix: Mix::default(),
            auto_reposters: AutoReposterPlan::default(),
            fandoms: Vec::new(),
            newswires: Vec::new(),
            breaking: Vec::new(),
            campaigns: Vec::new(),
            scheduled: ScheduledPlan { posters: 0, posts_a_day: 6, minutes: 15 },
            one_hashtag: None,
            planted: Vec::new(),
        }
    }
}

impl Default for SessionPlan {
    fn default() -> Self {
        Self { mean_actions: 5.0, mean_gap: Duration::from_secs(35) }
    }
}

impl Default for SourcePlan {
    fn default() -> Self {
        Self { count: 400, posts: 20_000, popularity_tail: 1.8, with_link: 0.35, with_hashtag: 0.3 }
    }
}

impl Default for LagPlan {
    fn default() -> Self {
        Self { median: 40 * MINUTE, sigma: 1.6 }
    }
}

impl Default for Mix {
    fn default() -> Self {
        Self { reply: 0.06, quote: 0.02, link: 0.08, own: 0.03 }
    }
}

impl Default for AutoReposterPlan {
    fn default() -> Self {
        Self {
            share: 0.01,
            follows: 3..=5,
            median_latency: Duration::from_secs(5)..=15 * MINUTE,
            latency_sigma: 0.3,
        }
    }
}

impl Default for FandomPlan {
    fn default() -> Self {
        Self {
            members: 30..=60,
            posts: 50,
            responding: 0.3,
            answering: 0.3,
            mean_delay: Duration::from_secs(90),
        }
    }
}

impl Default for NewswirePlan {
    fn default() -> Self {
        Self { outlets: 10, items: 60, copying: 0.7, median_delay: 4 * MINUTE }
    }
}

impl Default for CampaignPlan {
    fn default() -> Self {
        Self {
            hashtag: "SaveTheOldHarbour".into(),
            new_each_evening: false,
            supporters: 60,
            evenings: 5,
            within: Duration::from_secs(3 * 3_600),
            taking_part: 0.7,
            passing_on: 0.6,
            posts_each: 4,
        }
    }
}

impl Default for BreakingPlan {
    fn default() -> Self {
        Self { after: 116 * 60 * MINUTE, posts: 3, share: 0.2, within: 60 * MINUTE }
    }
}
