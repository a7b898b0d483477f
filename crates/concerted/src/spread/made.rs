//! From appearances to what is told of them.
//!
//! **Invariant:** everything is counted over the same appearances, each once.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::Array;
use concerted_detect::{
    canonical,
    copies::{Mark, Sign, disguises, side_by_side, template},
    spread::{Appearance, How, Sought, around, bursts, order},
};
use concerted_model::tables::{Posts, partition_point, strings_in};
use serde::Serialize;

use super::{
    Dot, Drawn, Spread, Tables,
    account::{follows, group_shares, leads, name, places, rfc3339, sighting, way},
    trace_of,
};
use crate::{Error, findings::post_at};

/// A stretch in which it came faster.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BurstOf {
    /// From the first post of the stretch, in UTC.
    pub from: String,
    /// To the last.
    pub to: String,
    /// Posts in it.
    pub posts: u64,
    /// How many times the rate of the whole, as a power of two.
    pub times_faster: u64,
    /// Bounds in microseconds, for drawing.
    #[serde(skip)]
    pub(super) span: (i64, i64),
}

/// One wording of what was said.
#[derive(Clone, Debug, Serialize)]
pub struct Wording {
    /// The words of the first post that has it.
    pub text: String,
    /// Posts.
    pub posts: u64,
    /// Accounts.
    pub accounts: u64,
    /// The first of them, in UTC.
    pub first: String,
    /// The words, cut where the mark against the most frequent wording changes.
    pub against_first: Vec<Stretch>,
}

/// A stretch of a wording.
#[derive(Clone, Debug, Serialize)]
pub struct Stretch {
    /// The words.
    pub text: String,
    /// `same`, `respelled` or `different`.
    pub mark: &'static str,
}

/// A sign of disguise and its base rate.
#[derive(Clone, Debug, Serialize)]
pub struct Disguised {
    /// What was found.
    pub sign: &'static str,
    /// Posts of the spread that have it.
    pub found: u64,
    /// Posts of the spread whose text could be compared.
    pub of: u64,
    /// Posts of the case that have it.
    pub found_in_all: u64,
    /// Posts of the case whose text could be compared.
    pub of_all: u64,
    /// Probability of as many among posts drawn at random, in `[0, 1]`.
    pub p: f64,
}

/// The hours around an event.
#[derive(Clone, Debug, Serialize)]
pub struct Around {
    /// `before` or `after`.
    pub side: &'static str,
    /// How many hours.
    pub hours: u32,
    /// Posts in them.
    pub found: u64,
    /// Posts at the same hours of the other weeks, in all of them.
    pub elsewhere: u64,
    /// Other weeks in the data.
    pub weeks: u64,
    /// Times as many as usual; absent if there is no other week.
    pub ratio: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end; absent if the data sets none.
    pub high: Option<f64>,
}

/// Appearances that are listed from the first on.
const FIRST: usize = 10;
/// Places that are listed.
const PLACES: usize = 20;
/// Wordings that are listed.
const WORDINGS: usize = 10;
/// Texts that a template is made from, at most, the first.
const TEMPLATE: usize = 200;

pub(super) fn spread(
    tables: &Tables,
    sought: &Sought,
    found: &[Appearance],
    event: Option<i64>,
) -> Result<Spread, Error> {
    let accounts = AccountsOf::new(tables);
    let acted: Vec<u32> = found.iter().filter_map(|one| accounts.of(one)).collect();
    if acted.len() != found.len() {
        return Err(Error::Bug("a post whose account is not in the table of accounts".into()));
    }
    let distinct: BTreeSet<u32> = acted.iter().copied().collect();
    let distinct: Vec<u32> = distinct.into_iter().collect();
    let mut ways: BTreeMap<&'static str, u64> = BTreeMap::new();
    found.iter().for_each(|one| *ways.entry(way(one.how)).or_default() += 1);
    let times: Vec<i64> = found.iter().map(|one| one.time).collect();
    let (kind, words) = match sought {
        Sought::Text(words) => ("text", words),
        Sought::Url(words) => ("url", words),
        Sought::Hashtag(words) => ("hashtag", words),
        Sought::Media(words) => ("media", words),
        Sought::Post(words) => ("post", words),
    };
    let order = order(&tables.objects, &tables.actions, trace_of(sought), &distinct);
    let rows: Vec<u32> = found.iter().map(|one| one.post).collect();
    let mut sites = places(tables, site_sightings(tables, found, &acted));
    sites.truncate(PLACES);
    let said = Texts::of(tables, found, &acted, |how| how <= How::Reworded);
    let texts: Vec<&str> = said.texts().take(TEMPLATE).collect();
    let most = texts.first().copied().unwrap_or_default();
    let candidates = Texts::of(tables, found, &acted, |how| how == How::Candidate);
    Ok(Spread {
        schema: "concerted/trace/1",
        kind,
        sought: words.clone(),
        posts: found.len() as u64,
        accounts: distinct.len() as u64,
        ways,
        resolution_seconds: tables.resolution_us as f64 / 1e6,
        first: found.iter().take(FIRST).filter_map(|one| sighting(tables, one)).collect(),
        last: found.last().and_then(|one| sighting(tables, one)),
        platforms: places(tables, platform_sightings(tables, found, &acted)),
        sites,
        bursts: bursts(&times, tables.resolution_us)
            .into_iter()
            .map(|burst| BurstOf {
                from: rfc3339(burst.span.0),
                to: rfc3339(burst.span.1),
                posts: burst.posts,
                times_faster: 1 << burst.level,
                span: burst.span,
            })
            .collect(),
        leads: leads(&tables.accounts, &order),
        follows: follows(&tables.accounts, &order),
        groups: tables.groups.as_ref().map(|groups| group_shares(groups, &acted)),
        wordings: said.wordings(most),
        candidates: candidates.wordings(most),
        disguises: disguises(&tables.copies, &tables.counts, &rows)?
            .into_iter()
            .map(|one| Disguised {
                sign: match one.sign {
                    Sign::Invisibles => "invisible characters inside words",
                    Sign::Lookalikes => "letters of another alphabet that look alike",
                    Sign::LookalikeCopy => "copies in which only look-alike letters differ",
                },
                found: one.found,
                of: one.of,
                found_in_all: one.found_in_all,
                of_all: one.of_all,
                p: one.p,
            })
            .collect(),
        event: event.map(|event| hours(&times, event, data_span(&tables.posts))),
        drawn: drawn(tables, found, &acted, &texts),
    })
}

/// Rows of accounts by platform, instance and id: the order of their table.
struct AccountsOf<'a>(&'a Tables);

impl<'a> AccountsOf<'a> {
    fn new(tables: &'a Tables) -> Self {
        Self(tables)
    }

    fn of(&self, appearance: &Appearance) -> Option<u32> {
        let accounts = &self.0.accounts;
        let (posts, row) = post_at(&self.0.posts, appearance.post)?;
        let own = (posts.platform.value(row), posts.instance.value(row), posts.account.value(row));
        let key = |row: usize| {
            (accounts.platform.value(row), accounts.instance.value(row), accounts.id.value(row))
        };
        let row = partition_point(accounts.len(), |row| key(row) < own);
        (row < accounts.len() && key(row) == own).then_some(row as u32)
    }
}

fn platform_sightings<'a>(
    tables: &'a Tables,
    found: &'a [Appearance],
    acted: &'a [u32],
) -> impl Iterator<Item = (String, u32, &'a Appearance)> {
    found.iter().zip(acted).filter_map(|(one, &account)| {
        let (posts, row) = post_at(&tables.posts, one.post)?;
        let (platform, instance) = (posts.platform.value(row), posts.instance.value(row));
        let place = if instance.is_empty() {
            platform.to_owned()
        } else {
            format!("{platform} {instance}")
        };
        Some((place, account, one))
    })
}

/// The sites that each post links to, each once.
fn site_sightings<'a>(
    tables: &'a Tables,
    found: &'a [Appearance],
    acted: &'a [u32],
) -> impl Iterator<Item = (String, u32, &'a Appearance)> {
    found.iter().zip(acted).flat_map(|(one, &account)| {
        let domains: BTreeSet<String> = post_at(&tables.posts, one.post)
            .map(|(posts, row)| {
                strings_in(&posts.urls, row).filter_map(canonical::domain).collect()
            })
            .unwrap_or_default();
        domains.into_iter().map(move |domain| (domain, account, one))
    })
}

/// What is drawn: each appearance, and the template of what was said.
fn drawn(tables: &Tables, found: &[Appearance], acted: &[u32], texts: &[&str]) -> Drawn {
    let mut number: BTreeMap<u32, usize> = BTreeMap::new();
    let mut drawn = Drawn::default();
    for (one, &account) in found.iter().zip(acted) {
        let at = *number.entry(account).or_insert_with(|| {
            drawn.names.push(name(&tables.accounts, account));
            drawn.names.len() - 1
        });
        let group = tables.groups.as_ref().and_then(|groups| groups.get(&account).copied());
        drawn.dots.push(Dot { time: one.time, account: at, group });
    }
    if texts.len() > 1 {
        drawn.template = Some(template(texts));
    }
    drawn
}

/// Different texts of appearances.
struct Texts<'a> {
    tables: &'a Tables,
    found: &'a [Appearance],
    /// Place of the first appearance, accounts and posts of each, the most frequent first.
    ranked: Vec<(usize, BTreeSet<u32>, u64)>,
}

impl<'a> Texts<'a> {
    /// Of the appearances of a kind.
    fn of(
        tables: &'a Tables,
        found: &'a [Appearance],
        acted: &[u32],
        is: impl Fn(How) -> bool,
    ) -> Self {
        let mut by_key: BTreeMap<String, (usize, BTreeSet<u32>, u64)> = BTreeMap::new();
        for (place, (one, &account)) in found.iter().zip(acted).enumerate() {
            if is(one.how)
                && let Some(key) = text_of(tables, one).and_then(canonical::text)
            {
                let entry = by_key.entry(key).or_insert((place, BTreeSet::new(), 0));
                entry.1.insert(account);
                entry.2 += 1;
            }
        }
        let mut ranked: Vec<(usize, BTreeSet<u32>, u64)> = by_key.into_values().collect();
        ranked.sort_by_key(|(place, _, posts)| (std::cmp::Reverse(*posts), *place));
        Self { tables, found, ranked }
    }

    fn texts(&self) -> impl Iterator<Item = &'a str> {
        self.ranked.iter().filter_map(|one| text_of(self.tables, &self.found[one.0]))
    }

    /// The most frequent of them, against one text.
    fn wordings(&self, against: &str) -> Vec<Wording> {
        let wordings = self.ranked.iter().take(WORDINGS).map(|(place, accounts, posts)| {
            let text = text_of(self.tables, &self.found[*place]).unwrap_or_default();
            let stretches = side_by_side(against, text).right.into_iter().map(|stretch| Stretch {
                text: stretch.text,
                mark: match stretch.mark {
                    Mark::Same => "same",
                    Mark::Respelled => "respelled",
                    Mark::Different => "different",
                },
            });
            Wording {
                text: text.to_owned(),
                posts: *posts,
                accounts: accounts.len() as u64,
                first: rfc3339(self.found[*place].time),
                against_first: stretches.collect(),
            }
        });
        wordings.collect()
    }
}

fn text_of<'a>(tables: &'a Tables, appearance: &Appearance) -> Option<&'a str> {
    let (posts, row) = post_at(&tables.posts, appearance.post)?;
    posts.text.is_valid(row).then(|| posts.text.value(row))
}

fn hours(times: &[i64], event: i64, data: (i64, i64)) -> Vec<Around> {
    let found = around(times, event, data);
    let sides = found.iter().flat_map(|around| {
        [("before", around.hours, around.before), ("after", around.hours, around.after)]
    });
    sides
        .map(|(side, hours, compared)| Around {
            side,
            hours,
            found: compared.found,
            elsewhere: compared.elsewhere,
            weeks: compared.weeks,
            ratio: compared.ratio.map(|ratio| ratio.estimate).filter(|ratio| ratio.is_finite()),
            low: compared.ratio.map(|ratio| ratio.low),
            high: compared.ratio.map(|ratio| ratio.high).filter(|high| high.is_finite()),
        })
        .collect()
}

/// Times of the first and the last post of the case.
fn data_span(posts: &[Posts]) -> (i64, i64) {
    let full = || posts.iter().filter(|table| !table.is_empty());
    let first = full().next().map_or(0, |table| table.time.value(0));
    (first, full().next_back().map_or(0, |table| table.time.value(table.len() - 1)))
}
