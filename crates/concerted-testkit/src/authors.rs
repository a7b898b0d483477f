//! Sources and what they write: the objects that others respond to, each with its birth.
//!
//! **Invariant:** objects are born before the collection too, as far back as responses reach, so
//! that its first hours are like any other; posts born then are responded to and not collected.
//! Popularity is Pareto, drawn per post.

use crate::{
    attention::Freshness,
    calendar::{Calendar, DAY_MS},
    dice::{Dice, Weighted},
    drafts::Words,
    making::{Making, Object},
    texts::{self, Form},
};

/// A source and how many posts it writes, relative to others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source {
    pub(crate) account: u32,
    pub(crate) productivity: f64,
}

/// Standard deviation of the logarithm of a source's number of posts.
const PRODUCTIVITY_SIGMA: f64 = 0.8;

/// Recruits the sources: every community has its share by size, and one at least.
pub(crate) fn recruit(world: &mut Making<'_>) -> Vec<Source> {
    let mut dice = world.dice("sources");
    let mut sources = Vec::new();
    for community in 0..world.plan.communities.len() {
        let members = world.population.members(community).len();
        let share = world.plan.sources.count as f64 * members as f64;
        let count = (share / world.plan.accounts.max(1) as f64).round() as usize;
        for account in world.roster.recruit(community, count.max(1).min(members)) {
            sources.push(Source { account, productivity: dice.lognormal(1.0, PRODUCTIVITY_SIGMA) });
        }
    }
    sources
}

/// Writes the posts of the sources.
pub(crate) fn publish(world: &mut Making<'_>, sources: &[Source]) {
    let mut dice = world.dice("objects");
    let before = Freshness::new(&world.plan.lag).horizon_ms().div_euclid(DAY_MS) + 1;
    let span = world.window.start - before * DAY_MS..world.window.end;
    let posts = world.plan.sources.posts as f64 * (span.end - span.start) as f64
        / (world.window.end - world.window.start).max(DAY_MS) as f64;
    let calendar = Calendar::new(span);
    let writing = Weighted::new(sources.iter().map(|source| source.productivity));
    for _ in 0..posts.round() as usize {
        let Some(place) = writing.draw(&mut dice) else { return };
        let author = sources[place].account;
        let birth = calendar.moment(world.clock_ms(author), &mut dice);
        let words = newsworthy(world, author, &mut dice);
        add(world, author, birth, words, &mut dice);
    }
}

/// An original that anybody may respond to.
pub(crate) fn add(
    world: &mut Making<'_>,
    author: u32,
    birth_ms: i64,
    words: Words,
    dice: &mut Dice,
) -> Object {
    let object = Object {
        draft: world.drafts.original(author, birth_ms, words),
        author,
        community: world.population.community(author),
        birth_ms,
        popularity: dice.pareto(world.plan.sources.popularity_tail),
    };
    world.objects.push(object);
    object
}

/// A note of a source, with links and hashtags as often as the plan says.
pub(crate) fn newsworthy(world: &mut Making<'_>, author: u32, dice: &mut Dice) -> Words {
    let community = world.population.community(author);
    let mut words = world.words(author, Form::Note, dice);
    if dice.chance(world.plan.sources.with_hashtag) {
        let tags = texts::hashtags(community);
        let popular = Weighted::new((1..=tags.len()).map(|rank| 1.0 / rank as f64));
        for _ in 0..dice.between(1, 2) {
            let tag = popular.draw(dice).and_then(|place| tags.get(place));
            if let Some(tag) = tag.filter(|tag| !words.hashtags.contains(tag)) {
                words.tag(tag);
            }
        }
    }
    if dice.chance(world.plan.sources.with_link) {
        let url = world.article(community, dice);
        words = words.linking(&url);
    }
    words
}
