//! Innocent: posters on round minutes, at the same times every day.
//!
//! **Invariant:** each publishes its own texts and links; only the minutes are common, because
//! schedulers offer no others.

use crate::{
    calendar::{DAY_MS, HOUR_MS},
    dice::Dice,
    making::Making,
    texts::Form,
};

/// A scheduler's posts go out within this of the minute.
const LATE_MS: usize = 900;

/// The posters.
pub(crate) fn act(world: &mut Making<'_>) -> Vec<u32> {
    let plan = world.plan.scheduled;
    let mut dice = world.dice("scheduled");
    let posters = world.roster.recruit_anywhere(plan.posters);
    for &poster in &posters {
        for _ in 0..plan.posts_a_day {
            let minute = round_minute_ms(world, poster, &mut dice);
            for day in 0..i64::from(world.plan.days) {
                let time = world.window.start + day * DAY_MS + minute + dice.below(LATE_MS) as i64;
                let url = world.article(world.population.community(poster), &mut dice);
                let words = world.words(poster, Form::Note, &mut dice).linking(&url);
                world.drafts.original(poster, time, words);
            }
        }
    }
    posters
}

/// A round minute of the poster's waking day, in milliseconds of a day in UTC.
fn round_minute_ms(world: &Making<'_>, poster: u32, dice: &mut Dice) -> i64 {
    let moment = world.calendar.moment(world.clock_ms(poster), dice) - world.window.start;
    let step = (i64::from(world.plan.scheduled.minutes) * 60_000).clamp(60_000, HOUR_MS);
    moment.rem_euclid(DAY_MS) / step * step
}
