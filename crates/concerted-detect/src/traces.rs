//! Posts → objects and actions: what counts as acting, and on what.
//!
//! **Invariant:** an object was acted on by at least two accounts, other actions are counted only;
//! an account acts on an object at
//! most once a day (UTC), at its first post that day; an empty key is no object. Addresses,
//! hashtags, names and texts count for an account's own words only, not for what it passes on:
//! that is the trace `repost`. Which posts count depends on nothing but the posts.

use arrow_array::{Array, StringArray, UInt32Array};
use concerted_model::{
    BirthSource, PostKind, Trace,
    plan::DetectPlan,
    tables::{
        Accounts, Actions, ActionsColumns, Alone, AloneColumns, Objects, ObjectsColumns, Posts,
        strings_in, times,
    },
};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::{
    Acted, DetectError, Same,
    account_numbers::AccountNumbers,
    canonical,
    posts::{Finder, value},
    synchrony::STRETCH,
    topics::Topics,
};

/// Microseconds of a day.
const DAY_US: i64 = 86_400_000_000;

/// What [`extract`] gives.
#[derive(Debug)]
pub struct Extracted {
    /// What was acted on, by two accounts or more.
    pub objects: Objects,
    /// The actions on them.
    pub actions: Actions,
    /// Actions on objects of a single account.
    pub alone: Alone,
}

impl Extracted {
    /// As the questions of chance take it.
    #[must_use]
    pub const fn acted<'a>(&'a self, accounts: &'a Accounts, topics: &'a Topics) -> Acted<'a> {
        let Self { objects, actions, alone } = self;
        Acted { accounts, objects, actions, alone, topics }
    }
}

/// Who acted on what, when, in the traces of the plan?
///
/// `posts` are all tables of the case in order; `accounts` holds every account in them; `same` says
/// which texts and images are one object.
/// Time O(n log n) for n actions; memory about 40 bytes an action, before those on objects of a
/// single account are dropped.
///
/// # Errors
/// [`DetectError::NoObjects`] for a trace whose objects no format carries (`like`);
/// [`DetectError::TooMany`] beyond 2³² posts or actions.
pub fn extract(
    posts: &[Posts],
    accounts: &Accounts,
    same: Same<'_>,
    plan: &DetectPlan,
) -> Result<Extracted, DetectError> {
    let mut traces = plan.traces.clone();
    traces.sort();
    traces.dedup();
    if let Some(trace) = traces.iter().find(|t| matches!(t, Trace::Like)) {
        return Err(DetectError::NoObjects(*trace));
    }
    let finder = Finder::new(posts)?;
    let reader = Reader { traces: &traces, same };
    let numbers = AccountNumbers::new(accounts);
    let mut sightings: Vec<Sighting> = posts
        .par_iter()
        .zip(finder.starts())
        .flat_map_iter(|(table, &start)| sightings_in(table, start, reader, &numbers))
        .collect();
    // Posts are in order of time, so that the first sighting of a day comes first.
    sightings.par_sort_unstable_by_key(|s| (s.key, s.account, s.post));
    sightings.dedup_by_key(|s| (s.key, s.account, s.time.div_euclid(DAY_US)));

    let objects: Vec<&[Sighting]> =
        sightings.chunk_by(|left, right| left.key == right.key).collect();
    let mut shared: Vec<Shared> = objects
        .into_par_iter()
        .filter_map(|actions| Shared::of(actions, &finder, reader))
        .collect();
    shared.par_sort_unstable_by(|l, r| (l.trace, &l.key).cmp(&(r.trace, &r.key)));
    let alone = alone(&sightings, &finder)?;
    tables(&shared, alone)
}

fn row_number(rows: u64) -> Result<(), DetectError> {
    if rows > u64::from(u32::MAX) { Err(DetectError::TooMany(rows)) } else { Ok(()) }
}

/// One account's act on one object, the object still known by its trace and the hash of its key.
#[derive(Clone, Copy)]
struct Sighting {
    key: u128,
    time: i64,
    account: u32,
    post: u32,
}

fn sightings_in<'a>(
    posts: &'a Posts,
    start: u32,
    reader: Reader<'_>,
    numbers: &AccountNumbers<'a>,
) -> Vec<Sighting> {
    let mut sightings = Vec::with_capacity(posts.len());
    let mut name = String::new();
    for (row, account) in numbers.of(posts).enumerate() {
        let Some(account) = account else { continue };
        let (time, post) = (posts.time.value(row), start + row as u32);
        reader.for_each_object(posts, row, post, &mut name, |trace, key| {
            sightings.push(Sighting { key: hash(trace, key), time, account, post });
        });
    }
    sightings
}

/// The trace in the upper 8 bits, then 120 bits of SHA-256: two of 10⁹ objects share them with
/// probability below 10⁻¹⁸.
fn hash(trace: Trace, key: &str) -> u128 {
    let digest = Sha256::digest(key);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[0] = trace as u8;
    u128::from_be_bytes(bytes)
}

/// The trace that [`hash`] put into a key.
fn trace_of(key: u128) -> Trace {
    Trace::ALL[usize::from(key.to_be_bytes()[0])]
}

/// What is looked for in posts.
#[derive(Clone, Copy)]
struct Reader<'a> {
    traces: &'a [Trace],
    same: Same<'a>,
}

impl Reader<'_> {
    /// Calls `found` with every object that a post acts on, possibly more than once; `name` is
    /// memory that is used again.
    fn for_each_object(
        &self,
        posts: &Posts,
        row: usize,
        post: u32,
        name: &mut String,
        mut found: impl FnMut(Trace, &str),
    ) {
        let passes_on = posts.kind.value(row) == PostKind::Repost.as_str();
        for &trace in self.traces {
            match trace {
                Trace::Repost if passes_on => match value(&posts.repost_of, row) {
                    Some(id) => found(trace, named(name, posts, row, id)),
                    // The post that is passed on is not named: its text stands for it.
                    None => {
                        let text = value(&posts.text, row).and_then(canonical::text);
                        text.into_iter().for_each(|text| {
                            found(trace, &canonical::text::name(canonical::text::hash(&text)))
                        });
                    }
                },
                Trace::Reply | Trace::Quote => {
                    let target =
                        if trace == Trace::Reply { &posts.reply_to } else { &posts.quote_of };
                    value(target, row)
                        .into_iter()
                        .for_each(|id| found(trace, named(name, posts, row, id)));
                }
                // What answers another post has an object, and is tested there.
                Trace::Post if posts.kind.value(row) == PostKind::Original.as_str() => {
                    found(trace, &stretch_of(posts.time.value(row)));
                }
                Trace::Post => {}
                Trace::Media => strings_in(&posts.media, row)
                    .filter_map(|media| self.same.picture(media))
                    .for_each(|object| found(trace, object)),
                _ if passes_on => {}
                Trace::Url => strings_in(&posts.urls, row)
                    .filter_map(canonical::url)
                    .for_each(|url| found(trace, &url)),
                Trace::Domain => strings_in(&posts.urls, row)
                    .filter_map(canonical::domain)
                    .for_each(|domain| found(trace, &domain)),
                Trace::Hashtag => strings_in(&posts.hashtags, row)
                    .filter_map(canonical::hashtag)
                    .for_each(|hashtag| found(trace, &hashtag)),
                Trace::HashtagSet => {
                    let mut set: Vec<String> =
                        strings_in(&posts.hashtags, row).filter_map(canonical::hashtag).collect();
                    set.sort();
                    set.dedup();
                    if set.len() > 1 {
                        found(trace, &set.join(" "));
                    }
                }
                // A reply names whom it answers by itself: that is the trace `reply`.
                Trace::Mention if posts.kind.value(row) == PostKind::Reply.as_str() => {}
                Trace::Mention => strings_in(&posts.mentions, row)
                    .filter(|mentioned| !mentioned.is_empty())
                    .for_each(|mentioned| found(trace, named(name, posts, row, mentioned))),
                Trace::Text => {
                    self.same.text(post).into_iter().for_each(|key| found(trace, key));
                }
                Trace::Rewording => {
                    self.same.meaning(post).into_iter().for_each(|key| found(trace, key));
                }
                Trace::Repost | Trace::Like => {}
            }
        }
    }
}

/// What an id names on a post's platform, written into `name`, whose memory is used again.
fn named<'n>(name: &'n mut String, posts: &Posts, row: usize, id: &str) -> &'n str {
    name.clear();
    name.extend([posts.platform.value(row), ":", id]);
    name
}

/// The key of the stretch of time that a post falls into: its beginning, in seconds since 1970.
fn stretch_of(time: i64) -> String {
    let length = STRETCH.as_micros();
    format!("{}", time.div_euclid(length) * (length / 1_000_000))
}

/// An object that two accounts or more acted on.
struct Shared<'a> {
    trace: Trace,
    key: String,
    source: Option<String>,
    born: i64,
    born_from: BirthSource,
    accounts: u32,
    actions: &'a [Sighting],
}

impl<'a> Shared<'a> {
    /// `actions` are all on one object, by account and time.
    fn of(actions: &'a [Sighting], posts: &Finder<'_>, reader: Reader<'_>) -> Option<Self> {
        let accounts = actions.chunk_by(|l, r| l.account == r.account).count() as u32;
        if accounts < 2 {
            return None;
        }
        let first = actions.iter().min_by_key(|action| (action.time, action.post))?;
        let (table, row) = posts.at(first.post);
        let (mut found, mut name) = (None, String::new());
        reader.for_each_object(table, row, first.post, &mut name, |trace, key| {
            if found.is_none() && hash(trace, key) == first.key {
                found = Some((trace, key.to_owned()));
            }
        });
        let (trace, key) = found?;
        let known = actions.iter().filter_map(|action| {
            let (table, row) = posts.at(action.post);
            birth_in(table, row, trace)
        });
        let (born, born_from) = match known.min() {
            Some(born) => (born.min(first.time), BirthSource::OwnClock),
            None => (first.time, BirthSource::FirstSighting),
        };
        let source = actions.iter().find_map(|action| {
            let (table, row) = posts.at(action.post);
            source_in(table, row, trace, &key)
        });
        Some(Self { trace, key, source, born, born_from, accounts, actions })
    }
}

/// When the object of a post came to be, where the post's format or an id's clock tells.
fn birth_in(posts: &Posts, row: usize, trace: Trace) -> Option<i64> {
    let column = match trace {
        Trace::Repost => &posts.repost_of_born,
        Trace::Reply => &posts.reply_to_born,
        Trace::Quote => &posts.quote_of_born,
        _ => return None,
    };
    column.is_valid(row).then(|| column.value(row))
}

/// Who or what an object comes from.
fn source_in(posts: &Posts, row: usize, trace: Trace, key: &str) -> Option<String> {
    let on_platform = |id| named(&mut String::new(), posts, row, id).to_owned();
    match trace {
        Trace::Repost => value(&posts.repost_of_account, row).map(on_platform),
        Trace::Reply => value(&posts.reply_to_account, row).map(on_platform),
        Trace::Url => canonical::domain(&format!("https://{key}")).filter(|d| d.contains('.')),
        _ => None,
    }
}

/// The actions on objects of one account whose birth is not known.
fn alone(sightings: &[Sighting], posts: &Finder<'_>) -> Result<Alone, DetectError> {
    let mut alone: Vec<(Trace, i64, u32)> = sightings
        .chunk_by(|left, right| left.key == right.key)
        .filter(|actions| actions.iter().all(|action| action.account == actions[0].account))
        .flatten()
        .filter(|action| {
            let (table, row) = posts.at(action.post);
            birth_in(table, row, trace_of(action.key)).is_none()
        })
        .map(|action| (trace_of(action.key), action.time, action.account))
        .collect();
    alone.par_sort_unstable();
    row_number(alone.len() as u64)?;
    Ok(Alone::try_new(AloneColumns {
        trace: StringArray::from_iter_values(alone.iter().map(|action| action.0.as_str())),
        account: UInt32Array::from_iter_values(alone.iter().map(|action| action.2)),
        time: times(alone.iter().map(|action| action.1).collect()),
    })?)
}

fn tables(shared: &[Shared<'_>], alone: Alone) -> Result<Extracted, DetectError> {
    let rows: u64 = shared.iter().map(|object| object.actions.len() as u64).sum();
    row_number(rows)?;
    let actions: Vec<(u32, i64, u32, u32)> = shared
        .par_iter()
        .enumerate()
        .flat_map_iter(|(object, shared)| {
            let actions = shared.actions.iter();
            let mut own: Vec<_> =
                actions.map(|a| (object as u32, a.time, a.account, a.post)).collect();
            own.sort_unstable();
            own
        })
        .collect();

    let objects = Objects::try_new(ObjectsColumns {
        trace: shared.iter().map(|object| Some(object.trace.as_str())).collect(),
        key: shared.iter().map(|object| Some(object.key.as_str())).collect(),
        source: shared.iter().map(|object| object.source.as_deref()).collect(),
        born: times(shared.iter().map(|object| object.born).collect()),
        born_from: shared.iter().map(|object| Some(object.born_from.as_str())).collect(),
        accounts: UInt32Array::from_iter_values(shared.iter().map(|object| object.accounts)),
    })?;
    let actions = Actions::try_new(ActionsColumns {
        object: UInt32Array::from_iter_values(actions.iter().map(|action| action.0)),
        account: UInt32Array::from_iter_values(actions.iter().map(|action| action.2)),
        time: times(actions.iter().map(|action| action.1).collect()),
        post: UInt32Array::from_iter_values(actions.iter().map(|action| action.3)),
    })?;
    Ok(Extracted { objects, actions, alone })
}
