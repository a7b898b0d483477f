//! Innocent: fans who are notified of each post of their star and respond within moments.
//!
//! **Invariant:** a fan reacts to the star and not to other fans.

use crate::{
    authors,
    drafts::Act,
    making::{Making, Object},
    plan::FandomPlan,
    texts::Form,
};

/// A star and the fans.
pub(crate) struct Following {
    pub(crate) star: u32,
    pub(crate) fans: Vec<u32>,
}

/// Mean time from a fan's repost to its answer: reading, and a few words.
const ANSWER_AFTER_MS: f64 = 20_000.0;

pub(crate) fn act(world: &mut Making<'_>) -> Vec<Following> {
    let plans = world.plan.fandoms.iter().enumerate();
    plans.map(|(place, plan)| fandom(world, place, plan)).collect()
}

fn fandom(world: &mut Making<'_>, place: usize, plan: &FandomPlan) -> Following {
    let mut dice = world.dice(&format!("fandom {place}"));
    let community = place % world.plan.communities.len().max(1);
    let mut members = world
        .roster
        .recruit(community, 1 + dice.between(*plan.members.start(), *plan.members.end()));
    let Some(star) = members.pop() else { return Following { star: 0, fans: Vec::new() } };
    let clock = world.clock_ms(star);
    for _ in 0..plan.posts {
        let birth = world.calendar.moment(clock, &mut dice);
        let words = world.words(star, Form::Note, &mut dice);
        let post: Object = authors::add(world, star, birth, words, &mut dice);
        for &fan in &members {
            if !dice.chance(plan.responding) {
                continue;
            }
            let time = birth + 1 + dice.delay_ms(plan.mean_delay);
            world.drafts.respond(fan, time, Act::Repost(post.draft));
            if dice.chance(plan.answering) {
                let words = world.words(fan, Form::Answer, &mut dice);
                let later = time + 2_000 + dice.exponential(ANSWER_AFTER_MS) as i64;
                world.drafts.respond(fan, later, Act::Reply(post.draft, words));
            }
        }
    }
    Following { star, fans: members }
}
