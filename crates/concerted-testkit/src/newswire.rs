//! Innocent: outlets that print a wire's text and link within minutes, for all to see.
//!
//! **Invariant:** an outlet copies the wire and not another outlet.

use crate::{
    authors,
    dice::{Dice, millis},
    making::Making,
    plan::NewswirePlan,
    texts::Form,
};

/// A wire and its outlets.
pub(crate) struct Syndicate {
    pub(crate) wire: u32,
    pub(crate) outlets: Vec<u32>,
}

/// Standard deviation of the logarithm of the time to print.
const DELAY_SIGMA: f64 = 0.7;

pub(crate) fn act(world: &mut Making<'_>) -> Vec<Syndicate> {
    let plans = world.plan.newswires.iter().enumerate();
    plans.map(|(place, plan)| syndicate(world, place, plan)).collect()
}

fn syndicate(world: &mut Making<'_>, place: usize, plan: &NewswirePlan) -> Syndicate {
    let mut dice = world.dice(&format!("newswire {place}"));
    let community = place % world.plan.communities.len().max(1);
    let mut outlets = world.roster.recruit(community, 1 + plan.outlets);
    let Some(wire) = outlets.pop() else { return Syndicate { wire: 0, outlets } };
    for _ in 0..plan.items {
        send(world, wire, &outlets, plan, &mut dice);
    }
    Syndicate { wire, outlets }
}

fn send(world: &mut Making<'_>, wire: u32, outlets: &[u32], plan: &NewswirePlan, dice: &mut Dice) {
    let birth = world.calendar.moment(world.clock_ms(wire), dice);
    let url = world.article(world.population.community(wire), dice);
    let words = world.words(wire, Form::Note, dice).linking(&url);
    authors::add(world, wire, birth, words.clone(), dice);
    for &outlet in outlets {
        let delay = dice.lognormal(millis(plan.median_delay), DELAY_SIGMA);
        if dice.chance(plan.copying) {
            world.drafts.original(outlet, birth + 1 + delay as i64, words.clone());
        }
    }
}
