//! Innocent: an hour in which a good part of everybody reposts the same few posts.
//!
//! **Invariant:** the burst is of the whole population, all communities and hours of the day.

use crate::{
    authors::{self, Source},
    dice::{Dice, Weighted, millis},
    drafts::Act,
    making::{Making, Object},
    plan::BreakingPlan,
};

/// The posts that carry the news come within this of it.
const FIRST_MS: usize = 120_000;

/// The posts of all bursts.
pub(crate) fn act(world: &mut Making<'_>, sources: &[Source]) -> Vec<Object> {
    let plans = world.plan.breaking.iter().enumerate();
    plans.flat_map(|(place, plan)| burst(world, place, plan, sources)).collect()
}

fn burst(
    world: &mut Making<'_>,
    place: usize,
    plan: &BreakingPlan,
    sources: &[Source],
) -> Vec<Object> {
    let mut dice = world.dice(&format!("breaking {place}"));
    let start = world.window.start + millis(plan.after) as i64;
    let authors = dice.sample(sources, plan.posts);
    let posts: Vec<Object> = authors
        .iter()
        .map(|author| {
            let words = authors::newsworthy(world, author.account, &mut dice);
            let birth = start + dice.below(FIRST_MS) as i64;
            authors::add(world, author.account, birth, words, &mut dice)
        })
        .collect();
    let popular = Weighted::new(posts.iter().map(|post| post.popularity));
    for account in 0..world.population.people.len() as u32 {
        if !dice.chance(plan.share) {
            continue;
        }
        let Some(place) = popular.draw(&mut dice) else { break };
        let time = posts[place].birth_ms + reaction_ms(plan, &mut dice);
        if posts[place].author != account {
            world.drafts.respond(account, time, Act::Repost(posts[place].draft));
        }
    }
    posts
}

/// Exponential with a quarter of the news's life as mean, and within it.
fn reaction_ms(plan: &BreakingPlan, dice: &mut Dice) -> i64 {
    let within = (millis(plan.within) - FIRST_MS as f64).max(1_000.0);
    loop {
        let reaction = dice.exponential(within / 4.0);
        if reaction < within {
            return 1 + reaction as i64;
        }
    }
}
