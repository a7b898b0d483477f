//! The world that people meet first: small, with two networks and everything that looks like one.

use std::time::Duration;

use crate::plan::{
    AutoReposterPlan, BreakingPlan, CampaignPlan, FandomPlan, Link, NewswirePlan, PlantedGroup,
    ScheduledPlan, SourcePlan, Style, WorldPlan,
};

/// About 20,000 posts of 1,500 accounts (and some that stay silent) in 10 days.
///
/// In concert: 24 accounts that repost the same popular posts within about 20 seconds of each
/// other, and 16 that publish the same texts with the same link within four minutes. Innocent: a
/// star with 45 fans, a newswire with ten outlets, 60 supporters of a cause who post with its hashtag on
/// five evenings, 20 independent auto-reposters, some scheduled posters, and an hour of
/// breaking news.
#[must_use]
pub fn demo_plan(seed: u64) -> WorldPlan {
    WorldPlan {
        seed,
        accounts: 1_600,
        days: 10,
        actions: 14_000,
        sources: SourcePlan { count: 120, posts: 3_000, ..SourcePlan::default() },
        auto_reposters: AutoReposterPlan { share: 20.0 / 1_600.0, ..AutoReposterPlan::default() },
        fandoms: vec![FandomPlan { members: 45..=45, posts: 40, ..FandomPlan::default() }],
        newswires: vec![NewswirePlan { items: 40, ..NewswirePlan::default() }],
        breaking: vec![BreakingPlan {
            after: Duration::from_secs((5 * 24 + 17) * 3_600),
            share: 0.25,
            ..BreakingPlan::default()
        }],
        campaigns: vec![CampaignPlan { posts_each: 2, ..CampaignPlan::default() }],
        scheduled: ScheduledPlan { posters: 8, posts_a_day: 3, minutes: 30 },
        planted: vec![
            PlantedGroup {
                size: 24,
                joint_actions: 22,
                participation: 0.9,
                style: Style::Tight { mean_delay: Duration::from_secs(15) },
            },
            PlantedGroup {
                size: 16,
                joint_actions: 17,
                participation: 0.9,
                style: Style::Copypasta { within: Duration::from_secs(240), link: Link::Shared },
            },
        ],
        ..WorldPlan::default()
    }
}
