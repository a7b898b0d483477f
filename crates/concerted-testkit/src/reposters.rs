//! Innocent: accounts that repost every post of a few sources by machine, each for itself.
//!
//! **Invariant:** an auto-reposter knows its sources and nobody else; what two of them do within
//! a minute is due to common sources and like latencies.

use crate::{
    authors::Source,
    dice::{Dice, millis},
    drafts::Act,
    making::{Making, Object},
    plan::AutoReposterPlan,
};

/// An account on its own machine.
pub(crate) struct Reposter {
    pub(crate) account: u32,
    pub(crate) sources: Vec<u32>,
}

pub(crate) fn act(world: &mut Making<'_>, sources: &[Source]) -> Vec<Reposter> {
    let plan = world.plan.auto_reposters.clone();
    let mut dice = world.dice("auto-reposters");
    let count = (plan.share * world.plan.accounts as f64).round() as usize;
    let reposters: Vec<Reposter> = world
        .roster
        .recruit_anywhere(count)
        .into_iter()
        .map(|account| Reposter {
            account,
            sources: follow(world, sources, account, &plan, &mut dice),
        })
        .collect();
    for reposter in &reposters {
        let median = median_latency_ms(&plan, &mut dice);
        let followed = |object: &&Object| reposter.sources.contains(&object.author);
        let objects: Vec<Object> = world.objects.iter().filter(followed).copied().collect();
        for object in objects {
            let time = object.birth_ms + dice.lognormal(median, plan.latency_sigma) as i64;
            if object.birth_ms >= world.window.start {
                world.drafts.respond(reposter.account, time, Act::Repost(object.draft));
            }
        }
    }
    reposters
}

/// Sources of its own community.
fn follow(
    world: &Making<'_>,
    sources: &[Source],
    account: u32,
    plan: &AutoReposterPlan,
    dice: &mut Dice,
) -> Vec<u32> {
    let home = world.population.community(account);
    let community = |source: &u32| world.population.community(*source);
    let near: Vec<u32> = sources
        .iter()
        .map(|source| source.account)
        .filter(|source| community(source) == home)
        .collect();
    let wanted = dice.between(*plan.follows.start(), *plan.follows.end());
    dice.sample(&near, wanted)
}

fn median_latency_ms(plan: &AutoReposterPlan, dice: &mut Dice) -> f64 {
    let log = |span| libm::log(millis(span).max(1.0));
    let (low, high) = (log(*plan.median_latency.start()), log(*plan.median_latency.end()));
    libm::exp(low + (high - low) * dice.unit())
}
