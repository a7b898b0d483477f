//! Worlds with a name: those that tests and calibration are about.

use std::{str::FromStr, time::Duration};

use thiserror::Error;

use crate::{
    demo::demo_plan,
    plan::{
        AutoReposterPlan, BreakingPlan, CampaignPlan, FandomPlan, Link, NewswirePlan, PlantedGroup,
        ScheduledPlan, SourcePlan, Style, WorldPlan,
    },
};

macro_rules! studies {
    ($($(#[$doc:meta])* $study:ident = $word:literal,)+) => {
        /// A world with a name. All but [`Demo`](Self::Demo) are the study world with more in it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Study {
            $($(#[$doc])* $study,)+
        }

        impl Study {
            /// Every study.
            pub const ALL: &'static [Self] = &[$(Self::$study,)+];
            /// Their names.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];
        }
    };
}

studies! {
    /// Nobody in concert, and no machines either.
    Quiet = "quiet",
    /// Nobody in concert: the study world, with 1 % auto-reposters.
    Null = "null",
    /// Nobody in concert, and eight fandoms.
    Fandoms = "fandoms",
    /// Nobody in concert, and three newswires.
    Newswires = "newswires",
    /// Nobody in concert, and two hours of breaking news.
    Breaking = "breaking",
    /// Nobody in concert, and sixty posters on round minutes.
    Scheduled = "scheduled",
    /// Nobody in concert, and three causes whose supporters post with a hashtag on evenings they are called.
    Campaigns = "campaigns",
    /// Nobody in concert, in a world as small as the demo's, and a busy cause.
    SmallCampaign = "small-campaign",
    /// Nobody in concert, and two causes that call with a new hashtag every evening.
    NewHashtags = "new-hashtags",
    /// Nobody in concert, and every post carries one hashtag.
    OneHashtag = "one-hashtag",
    /// Thirty groups that repost popular posts within seconds, and eight fandoms.
    Tight = "tight",
    /// Thirty groups that repost popular posts within an hour.
    Loose = "loose",
    /// Ten groups of forty, of whom five act each time.
    Rotating = "rotating",
    /// Thirty groups that repost only their own posts.
    Exclusive = "exclusive",
    /// Thirty groups that publish the same texts.
    Copypasta = "copypasta",
    /// Thirty groups that publish nearly the same texts with the same links.
    Paraphrasing = "paraphrasing",
    /// Thirty groups as in `tight`, nine tenths of whose actions are ordinary.
    Camouflaged = "camouflaged",
    /// One group or more of every style, and everything innocent.
    Everything = "everything",
    /// Nobody in concert, in two days, with eight fandoms.
    ShortNull = "short-null",
    /// Thirty groups as in `tight`, in two days.
    ShortTight = "short-tight",
    /// The world of [`demo_plan`].
    Demo = "demo",
}

/// No study has this name.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("\"{word}\" is no study; known are: {}", Study::WORDS.join(", "))]
pub struct UnknownStudy {
    word: String,
}

impl FromStr for Study {
    type Err = UnknownStudy;

    fn from_str(word: &str) -> Result<Self, UnknownStudy> {
        let place = Self::WORDS.iter().position(|known| *known == word);
        place.map(|place| Self::ALL[place]).ok_or_else(|| UnknownStudy { word: word.to_owned() })
    }
}

/// Mean delay of the groups that act within seconds.
const PROMPT: Duration = Duration::from_secs(20);
const QUARTER_HOUR: Duration = Duration::from_secs(900);
const TIGHT: Style = Style::Tight { mean_delay: PROMPT };
const LOOSE: Style = Style::Loose { within: Duration::from_secs(3_600) };
const ROTATING: Style = Style::Rotating { subset: 5, mean_delay: PROMPT };
const EXCLUSIVE: Style = Style::Exclusive { mean_delay: PROMPT };
const COPYPASTA: Style = Style::Copypasta { within: QUARTER_HOUR, link: Link::Absent };
const PARAPHRASING: Style = Style::Paraphrasing { within: QUARTER_HOUR };
const CAMOUFLAGED: Style = Style::Camouflaged { mean_delay: PROMPT, organic: 0.9 };

impl Study {
    /// The name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// What the world is made of.
    #[must_use]
    pub fn plan(self, seed: u64) -> WorldPlan {
        let null = WorldPlan { seed, ..WorldPlan::default() };
        let planted = |style| WorldPlan { planted: thirty(style), ..null.clone() };
        match self {
            Self::Quiet => WorldPlan {
                auto_reposters: AutoReposterPlan { share: 0.0, ..AutoReposterPlan::default() },
                ..null
            },
            Self::Null => null,
            Self::Fandoms => WorldPlan { fandoms: fandoms(), ..null },
            Self::Newswires => WorldPlan { newswires: vec![NewswirePlan::default(); 3], ..null },
            Self::Breaking => WorldPlan { breaking: breaking(), ..null },
            Self::Scheduled => WorldPlan { scheduled: scheduled(), ..null },
            Self::Campaigns => WorldPlan { campaigns: campaigns(), ..null },
            Self::NewHashtags => WorldPlan { campaigns: new_hashtags(), ..null },
            Self::SmallCampaign => small_campaign(seed),
            Self::OneHashtag => WorldPlan { one_hashtag: Some("SlowMornings".into()), ..null },
            Self::Tight => WorldPlan { fandoms: fandoms(), ..planted(TIGHT) },
            Self::Loose => planted(LOOSE),
            Self::Rotating => WorldPlan { planted: vec![rotating(); 10], ..null },
            Self::Exclusive => planted(EXCLUSIVE),
            Self::Copypasta => planted(COPYPASTA),
            Self::Paraphrasing => planted(PARAPHRASING),
            Self::Camouflaged => planted(CAMOUFLAGED),
            Self::Everything => everything(null),
            Self::ShortNull => short(WorldPlan { fandoms: fandoms(), ..null }),
            Self::ShortTight => short(planted(TIGHT)),
            Self::Demo => demo_plan(seed),
        }
    }
}

/// The same in two days.
fn short(plan: WorldPlan) -> WorldPlan {
    let sources = SourcePlan { posts: plan.sources.posts / 4, ..plan.sources };
    WorldPlan { days: 2, actions: plan.actions / 4, sources, ..plan }
}

/// Groups of 5 to 12, about a thousand pairs in all, with 15 joint actions.
fn thirty(style: Style) -> Vec<PlantedGroup> {
    (0..30)
        .map(|place| PlantedGroup {
            size: 5 + place % 8,
            joint_actions: 15,
            participation: 1.0,
            style,
        })
        .collect()
}

fn rotating() -> PlantedGroup {
    PlantedGroup { size: 40, joint_actions: 60, participation: 1.0, style: ROTATING }
}

fn fandoms() -> Vec<FandomPlan> {
    vec![FandomPlan::default(); 8]
}

fn breaking() -> Vec<BreakingPlan> {
    let later = BreakingPlan { after: Duration::from_secs(210 * 3_600), ..BreakingPlan::default() };
    vec![BreakingPlan::default(), later]
}

fn campaigns() -> Vec<CampaignPlan> {
    let (few, short) = (CampaignPlan::default(), Duration::from_secs(3_600));
    vec![
        CampaignPlan { hashtag: "SafeCrossings".into(), evenings: 12, ..few.clone() },
        CampaignPlan { hashtag: "OpenGardens".into(), within: short, ..few.clone() },
        few,
    ]
}

fn new_hashtags() -> Vec<CampaignPlan> {
    let few = CampaignPlan { new_each_evening: true, ..CampaignPlan::default() };
    vec![CampaignPlan { hashtag: "SafeCrossings".into(), evenings: 12, ..few.clone() }, few]
}

/// The demo's world without its networks, whose supporters post more.
fn small_campaign(seed: u64) -> WorldPlan {
    let demo = demo_plan(seed);
    let campaigns =
        demo.campaigns.iter().map(|plan| CampaignPlan { posts_each: 4, ..plan.clone() });
    WorldPlan { campaigns: campaigns.collect(), newswires: Vec::new(), planted: Vec::new(), ..demo }
}

fn scheduled() -> ScheduledPlan {
    ScheduledPlan { posters: 60, ..WorldPlan::default().scheduled }
}

fn everything(null: WorldPlan) -> WorldPlan {
    let styles = [TIGHT, LOOSE, EXCLUSIVE, COPYPASTA, PARAPHRASING, CAMOUFLAGED];
    let mut planted: Vec<PlantedGroup> =
        styles.into_iter().flat_map(|style| thirty(style).into_iter().step_by(7)).collect();
    planted.push(rotating());
    WorldPlan {
        fandoms: fandoms(),
        newswires: vec![NewswirePlan::default(); 2],
        breaking: breaking(),
        scheduled: scheduled(),
        planted,
        ..null
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_study_is_found_by_its_name() {
        for study in Study::ALL {
            assert_eq!(study.as_str().parse(), Ok(*study));
        }
        let error = "nul".parse::<Study>().unwrap_err();
        assert!(error.to_string().starts_with("\"nul\" is no study; known are: quiet, null"));
    }
}
