//! Innocent: real supporters of a cause who post with its hashtag on the evenings it calls for.
//!
//! **Invariant:** a supporter writes its own words at a moment of its own, and answers the one who
//! calls, not other supporters; what they have in common is open for all to see.

use crate::{
    authors,
    calendar::{DAY_MS, HOUR_MS},
    dice::millis,
    drafts::Act,
    making::{Making, Object},
    plan::CampaignPlan,
    texts::Form,
};

/// Who calls, and who follows the call.
pub(crate) struct Movement {
    pub(crate) caller: u32,
    pub(crate) hashtag: String,
    pub(crate) supporters: Vec<u32>,
}

/// Evenings begin at seven, by the caller's clock.
const EVENING_MS: i64 = 19 * HOUR_MS;

pub(crate) fn act(world: &mut Making<'_>) -> Vec<Movement> {
    let plans = world.plan.campaigns.iter().enumerate();
    plans.map(|(place, plan)| campaign(world, place, plan)).collect()
}

fn campaign(world: &mut Making<'_>, place: usize, plan: &CampaignPlan) -> Movement {
    let mut dice = world.dice(&format!("campaign {place}"));
    let community = place % world.plan.communities.len().max(1);
    let mut supporters = world.roster.recruit(community, 1 + plan.supporters);
    let hashtag = plan.hashtag.clone();
    let Some(caller) = supporters.pop() else {
        return Movement { caller: 0, hashtag, supporters };
    };
    let clock = world.clock_ms(caller);
    for evening in 0..plan.evenings {
        let day =
            i64::from(world.plan.days) * i64::from(evening + 1) / i64::from(plan.evenings + 1);
        let start = world.window.start + day * DAY_MS + EVENING_MS - clock;
        let tag = match plan.new_each_evening {
            true => format!("{hashtag}{}", evening + 1),
            false => hashtag.clone(),
        };
        let mut words = world.words(caller, Form::Note, &mut dice);
        words.tag(&tag);
        let call: Object = authors::add(world, caller, start, words, &mut dice);
        for &supporter in &supporters {
            if !dice.chance(plan.taking_part) {
                continue;
            }
            let within = millis(plan.within) as usize;
            if dice.chance(plan.passing_on) {
                let time = start + 1 + dice.lognormal(millis(plan.within) / 8.0, 1.0) as i64;
                world.drafts.respond(supporter, time, Act::Repost(call.draft));
            }
            for _ in 0..dice.between(1, plan.posts_each) {
                let mut words = world.words(supporter, Form::Note, &mut dice);
                words.tag(&tag);
                let time = start + dice.below(within.max(1)) as i64;
                world.drafts.original(supporter, time, words);
            }
        }
    }
    Movement { caller, hashtag, supporters }
}
