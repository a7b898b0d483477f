//! Networks that act in concert: what a method should find.
//!
//! **Invariant:** members are ordinary accounts of one community (of others where it has too few)
//! with their ordinary behaviour besides. The collection is cut into as many equal parts as there
//! are joint actions, and each is on an object born in a part of its own, so that they are about
//! as many episodes. The truth counts what was published, not what was planned.

use std::{ops::Range, time::Duration};

use crate::{
    attention::Freshness,
    calendar::HOUR_MS,
    dice::{Dice, Weighted, millis},
    drafts::{Act, DraftId},
    making::{Making, Object},
    plan::{Link, PlantedGroup, Style},
    texts::Form,
};

/// A planted group.
pub(crate) struct Crew {
    pub(crate) plan: PlantedGroup,
    pub(crate) home: usize,
    pub(crate) members: Vec<u32>,
    /// Who took part in each joint action.
    pub(crate) joint: Vec<Vec<u32>>,
}

/// Joint actions end so long before the collection does, so that the slowest member is in it.
const LAST_MS: i64 = 2 * HOUR_MS;
/// The most active are shown again and again what they have responded to already: for each
/// response they look so often.
const WASTE: f64 = 1.4;
/// The share of a community's posts that count as popular.
const POPULAR: f64 = 0.25;

/// Finds the members, and makes those who hide behind ordinary behaviour active enough.
pub(crate) fn recruit(world: &mut Making<'_>) -> Vec<Crew> {
    let communities = world.plan.communities.len().max(1);
    let plans = world.plan.planted.iter().enumerate();
    plans
        .map(|(place, plan)| {
            let home = place % communities;
            let members = world.roster.recruit(home, plan.size);
            if let Style::Camouflaged { organic, .. } = plan.style {
                let organic = organic.clamp(0.0, 0.99);
                let needed = WASTE * plan.joint_actions as f64 * organic / (1.0 - organic);
                for &member in &members {
                    let activity = &mut world.population.people[member as usize].activity;
                    *activity = activity.max(needed);
                }
            }
            Crew { plan: *plan, home, members, joint: Vec::new() }
        })
        .collect()
}

/// Lets the groups act.
pub(crate) fn act(world: &mut Making<'_>, crews: &mut [Crew]) {
    for (place, crew) in crews.iter_mut().enumerate() {
        let mut dice = world.dice(&format!("planted {place}"));
        let shelf = popular(world, crew.home);
        let span = world.window.start..(world.window.end - LAST_MS).max(world.window.start);
        for part in 0..crew.plan.joint_actions {
            let part = part_of(&span, part, crew.plan.joint_actions);
            let participants = participants(crew, &mut dice);
            let joint = joint_action(world, crew, &shelf, &part, participants, &mut dice);
            crew.joint.push(joint);
        }
    }
}

fn part_of(span: &Range<i64>, part: usize, parts: usize) -> Range<i64> {
    let at = |part: usize| span.start + (span.end - span.start) * part as i64 / parts as i64;
    at(part)..at(part + 1)
}

fn participants(crew: &Crew, dice: &mut Dice) -> Vec<u32> {
    let count = match crew.plan.style {
        Style::Rotating { subset, .. } => subset,
        _ => crew.members.len(),
    };
    let mut participants = dice.sample(&crew.members, count);
    participants.retain(|_| dice.chance(crew.plan.participation));
    participants
}

/// Does one thing together; returns who did.
fn joint_action(
    world: &mut Making<'_>,
    crew: &Crew,
    shelf: &[Object],
    part: &Range<i64>,
    participants: Vec<u32>,
    dice: &mut Dice,
) -> Vec<u32> {
    match crew.plan.style {
        Style::Tight { mean_delay }
        | Style::Rotating { mean_delay, .. }
        | Style::Camouflaged { mean_delay, .. } => {
            let after = |dice: &mut Dice| 1 + dice.delay_ms(mean_delay);
            repost_popular(world, shelf, part, participants, after, dice)
        }
        Style::Loose { within } => {
            let after = |dice: &mut Dice| loosely_ms(within, dice);
            repost_popular(world, shelf, part, participants, after, dice)
        }
        Style::Exclusive { mean_delay } => repost_own(world, part, participants, mean_delay, dice),
        Style::Copypasta { within, link } => copy(world, part, participants, within, link, dice),
        Style::Paraphrasing { within } => paraphrase(world, part, participants, within, dice),
    }
}

/// The home community's popular posts, in order of birth.
fn popular(world: &Making<'_>, home: usize) -> Vec<Object> {
    let collected =
        |object: &&Object| object.community == home && object.birth_ms >= world.window.start;
    let mut shelf: Vec<Object> = world.objects.iter().filter(collected).copied().collect();
    shelf.sort_by(|left, right| right.popularity.total_cmp(&left.popularity));
    shelf.truncate((POPULAR * shelf.len() as f64).ceil() as usize);
    shelf.sort_by_key(|object| (object.birth_ms, object.draft));
    shelf
}

/// A popular post of that part of the collection, and a moment at which somebody might meet it.
fn signal(
    world: &Making<'_>,
    shelf: &[Object],
    part: &Range<i64>,
    dice: &mut Dice,
) -> Option<(Object, i64)> {
    let freshness = Freshness::new(&world.plan.lag);
    let from = shelf.partition_point(|object| object.birth_ms < part.start);
    let to = shelf.partition_point(|object| object.birth_ms < part.end);
    let born = if from < to { &shelf[from..to] } else { shelf };
    let weighted = Weighted::new(born.iter().map(|object| object.popularity));
    for _ in 0..100 {
        let object = born[weighted.draw(dice)?];
        let moment = object.birth_ms + 1 + freshness.draw(dice);
        if moment < world.window.end - LAST_MS {
            return Some((object, moment));
        }
    }
    None
}

fn repost_popular(
    world: &mut Making<'_>,
    shelf: &[Object],
    part: &Range<i64>,
    mut participants: Vec<u32>,
    after: impl Fn(&mut Dice) -> i64,
    dice: &mut Dice,
) -> Vec<u32> {
    let Some((object, moment)) = signal(world, shelf, part, dice) else { return Vec::new() };
    participants.retain(|&member| {
        let time = moment + after(dice);
        world.drafts.respond(member, time, Act::Repost(object.draft))
    });
    participants
}

fn loosely_ms(within: Duration, dice: &mut Dice) -> i64 {
    let (low, high) = (60_000, millis(within).max(61_000.0) as usize);
    dice.between(low, high) as i64
}

/// The first participant writes a post that nobody else sees, and the others repost it.
fn repost_own(
    world: &mut Making<'_>,
    part: &Range<i64>,
    mut participants: Vec<u32>,
    mean_delay: Duration,
    dice: &mut Dice,
) -> Vec<u32> {
    let Some(author) = participants.pop() else { return participants };
    let birth = waking_moment(world, author, part, dice);
    let words = world.words(author, Form::Note, dice);
    let post: DraftId = world.drafts.original(author, birth, words);
    participants.retain(|&member| {
        let time = birth + 1 + dice.delay_ms(mean_delay);
        world.drafts.respond(member, time, Act::Repost(post))
    });
    participants
}

/// All publish the same words.
fn copy(
    world: &mut Making<'_>,
    part: &Range<i64>,
    participants: Vec<u32>,
    within: Duration,
    link: Link,
    dice: &mut Dice,
) -> Vec<u32> {
    let Some(&first) = participants.first() else { return participants };
    let start = waking_moment(world, first, part, dice);
    let mut words = world.words(first, Form::Note, dice);
    if link == Link::Shared {
        let url = world.article(world.population.community(first), dice);
        words = words.linking(&url);
    }
    for &member in &participants {
        world.drafts.original(member, start + promptly_ms(within, dice), words.clone());
    }
    participants
}

/// All publish a wording of their own, with one link.
fn paraphrase(
    world: &mut Making<'_>,
    part: &Range<i64>,
    participants: Vec<u32>,
    within: Duration,
    dice: &mut Dice,
) -> Vec<u32> {
    let Some(&first) = participants.first() else { return participants };
    let start = waking_moment(world, first, part, dice);
    let sketch = world.sketch(first, Form::Note, dice);
    let url = world.article(world.population.community(first), dice);
    for &member in &participants {
        let words = world.words_of(first, &sketch.reworded(dice)).linking(&url);
        world.drafts.original(member, start + promptly_ms(within, dice), words);
    }
    participants
}

fn promptly_ms(within: Duration, dice: &mut Dice) -> i64 {
    dice.below(millis(within).max(1.0) as usize) as i64
}

/// A moment of that part of the collection, when the account's day allows: the best of a few.
fn waking_moment(world: &Making<'_>, account: u32, part: &Range<i64>, dice: &mut Dice) -> i64 {
    let clock = world.clock_ms(account);
    for _ in 0..200 {
        let moment = world.calendar.moment(clock, dice);
        if part.contains(&moment) {
            return moment;
        }
    }
    part.start + dice.below((part.end - part.start).max(1) as usize) as i64
}
