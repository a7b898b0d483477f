//! Findings: each group with what it did together, when, how much more than expected, and what
//! else could explain it. Content, not form: the report and every other face show the same.
//!
//! **Invariant:** nothing here is a judgement on a person. A finding speaks of accounts that acted
//! together in this data, and of pairs, never of one account.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::Array;
use concerted_model::{
    BirthSource, Probability, Span, Trace,
    tables::{Accounts, Actions, Evidence, Groups, Network, Objects, Posts},
};

mod usual;

use usual::Usual;

/// Everything that findings are made from.
#[derive(Clone, Copy)]
pub struct Tables<'a> {
    /// All posts, in order.
    pub posts: &'a [Posts],
    /// All accounts.
    pub accounts: &'a Accounts,
    /// What was acted on.
    pub objects: &'a Objects,
    /// The actions on it.
    pub actions: &'a Actions,
    /// The edges.
    pub network: &'a Network,
    /// The members of groups.
    pub groups: &'a Groups,
    /// The co-actions behind the edges.
    pub evidence: &'a Evidence,
}

/// One group.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Its number, from 1.
    pub number: u32,
    /// The connected component it lies in.
    pub component: u32,
    /// Rows of its members in the table of groups.
    pub members: std::ops::Range<usize>,
    /// Rows of its edges in the network.
    pub edges: Vec<usize>,
    /// Edges by trace.
    pub traces: BTreeMap<String, usize>,
    /// Pairs of members that have an edge.
    pub tied_pairs: usize,
    /// Windows of its edges, by how many edges each has, in microseconds.
    pub windows: BTreeMap<u64, usize>,
    /// Occasions (episodes) that its edges have in all.
    pub occasions: u64,
    /// Occasions expected under the null.
    pub expected: f64,
    /// Median surprise of its edges.
    pub median_surprise: f64,
    /// First and last co-action, in microseconds.
    pub span: (i64, i64),
    /// Co-actions, one for each object, chosen to be shown: rows of the evidence.
    pub samples: Vec<usize>,
    /// Distinct objects that members acted on together.
    pub objects: usize,
    /// What else could explain it, as far as the data tells.
    pub checks: Checks,
    /// Times of its co-actions, each object and pair once, in microseconds, in order.
    pub moments: Vec<i64>,
}

/// What can be seen of a group as a whole, without a guess at reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observation {
    /// One account is first on nearly everything that the others share: as outlets print a wire,
    /// or an app posts for its users.
    CopiesOfOneSource,
    /// One account is first to use nearly every hashtag that the others share: as who answers a call.
    AfterOneCall,
    /// Nearly all posts behind its ties were sent with one application that is rare elsewhere.
    OneApplication,
    /// Nearly everything that its members share comes from one source that is rare elsewhere: the
    /// outlets of one owner, or followers of one account.
    OneSource,
}

impl Observation {
    /// From this share on, one account, application or source counts as that of it all.
    pub const MOSTLY: f64 = 0.8;
    /// Up to this share of everything outside a group, an application or source is rare there.
    pub const RARE: f64 = 0.1;

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::CopiesOfOneSource => "copies of one source",
            Self::AfterOneCall => "after one account's call",
            Self::OneApplication => "sent with one application",
            Self::OneSource => "things of one source",
        }
    }

    /// The name of its texts in a language.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::CopiesOfOneSource => "copies_of_one_source",
            Self::AfterOneCall => "after_one_call",
            Self::OneApplication => "one_application",
            Self::OneSource => "one_source",
        }
    }
}

impl Finding {
    /// What can be seen of the group as a whole, if anything stands out.
    #[must_use]
    pub fn observed(&self) -> Option<Observation> {
        let Checks { first, source, client, elsewhere, .. } = &self.checks;
        let mostly = |share: f64| share >= Observation::MOSTLY;
        let peculiar = |of: &Option<(String, f64)>, outside: f64| {
            of.as_ref().is_some_and(|(_, share)| mostly(*share)) && outside <= Observation::RARE
        };
        if first.as_ref().is_some_and(|(_, share)| mostly(*share)) {
            return Some(match self.is_of_hashtags() {
                true => Observation::AfterOneCall,
                false => Observation::CopiesOfOneSource,
            });
        }
        if peculiar(client, elsewhere.client) {
            return Some(Observation::OneApplication);
        }
        peculiar(source, elsewhere.source).then_some(Observation::OneSource)
    }

    /// Whether most of its ties are of hashtags, which nobody copies from anybody: they are joined.
    #[must_use]
    pub fn is_of_hashtags(&self) -> bool {
        let of = |trace: Trace| self.traces.get(trace.as_str()).copied().unwrap_or_default();
        2 * (of(Trace::Hashtag) + of(Trace::HashtagSet)) > self.edges.len()
    }
}

/// Circumstances that would explain acting together without a plan behind it.
#[derive(Clone, Debug)]
pub struct Checks {
    /// The account (its row) that acted first, of all, on most of the shared objects, and its share of
    /// them; `None` where what is shared has a birth of its own, and so an author apart.
    pub first: Option<(u32, f64)>,
    /// The source that most shared objects come from, and its share among objects with a source.
    pub source: Option<(String, f64)>,
    /// The application that most of the posts were sent with, and its share among posts that name one.
    pub client: Option<(String, f64)>,
    /// How usual that source and that application are outside the group.
    pub elsewhere: Elsewhere,
    /// Share of co-actions in which both posts fall on a full minute; `None` if times have no seconds.
    pub full_minute: Option<f64>,
    /// Share of edges in which one account was first at least nine times in ten, of five or more.
    pub one_leads: f64,
}

/// Shares outside a group, in `[0, 1]`; 0 where there is nothing to count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Elsewhere {
    /// Of the objects that name a source, those of the group's source.
    pub source: f64,
    /// Of the posts that name an application, those sent with the group's application.
    pub client: f64,
}

/// Co-actions that a finding shows.
const SAMPLES: usize = 6;

/// All findings, in order of number.
#[must_use]
pub fn findings(tables: Tables<'_>) -> Vec<Finding> {
    let group_of = group_of_account(tables.groups);
    let mut edges_of: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for row in 0..tables.network.len() {
        let (a, b) = (tables.network.a.value(row), tables.network.b.value(row));
        if let (Some(group), Some(other)) = (group_of.get(&a), group_of.get(&b))
            && group == other
        {
            edges_of.entry(*group).or_default().push(row);
        }
    }
    let evidence_of = evidence_of_edges(tables);
    let usual = Usual::of(tables);
    let mut start = 0;
    let groups = tables.groups.group.values();
    groups
        .chunk_by(|left, right| left == right)
        .map(|members| {
            let range = start..start + members.len();
            start = range.end;
            let edges = edges_of.remove(&members[0]).unwrap_or_default();
            finding(tables, range, edges, &evidence_of, &usual)
        })
        .collect()
}

/// The group of each account that is in one, by row of the account.
#[must_use]
pub fn group_of_account(groups: &Groups) -> BTreeMap<u32, u32> {
    groups.account.values().iter().copied().zip(groups.group.values().iter().copied()).collect()
}

/// Rows of the evidence of each edge: one stretch, since evidence is in order of edges.
fn evidence_of_edges(tables: Tables<'_>) -> Vec<std::ops::Range<usize>> {
    let edges = tables.evidence.edge.values();
    (0..tables.network.len() as u32)
        .map(|edge| {
            edges.partition_point(|&other| other < edge)
                ..edges.partition_point(|&other| other <= edge)
        })
        .collect()
}

fn finding(
    tables: Tables<'_>,
    members: std::ops::Range<usize>,
    edges: Vec<usize>,
    evidence_of: &[std::ops::Range<usize>],
    usual: &Usual<'_>,
) -> Finding {
    let network = tables.network;
    let mut traces = BTreeMap::new();
    let mut windows = BTreeMap::new();
    let mut pairs = BTreeSet::new();
    let mut surprises = Vec::new();
    for &edge in &edges {
        *traces.entry(network.trace.value(edge).to_owned()).or_default() += 1;
        *windows.entry(network.window_us.value(edge)).or_default() += 1;
        pairs.insert((network.a.value(edge), network.b.value(edge)));
        let p = Probability::try_new(network.p.value(edge));
        surprises.push(p.map_or(0.0, Probability::surprise));
    }
    surprises.sort_by(f64::total_cmp);
    let evidence: Vec<usize> = edges.iter().flat_map(|&edge| evidence_of[edge].clone()).collect();
    let mut moments: Vec<i64> = evidence
        .iter()
        .map(|&row| {
            tables.evidence.source_time.value(row).min(tables.evidence.target_time.value(row))
        })
        .collect();
    moments.sort_unstable();
    let objects: BTreeSet<u32> =
        evidence.iter().map(|&row| tables.evidence.object.value(row)).collect();
    Finding {
        number: tables.groups.group.value(members.start),
        component: tables.groups.component.value(members.start),
        traces,
        tied_pairs: pairs.len(),
        windows,
        occasions: edges.iter().map(|&edge| u64::from(network.episodes.value(edge))).sum(),
        expected: edges.iter().map(|&edge| network.expected.value(edge)).sum(),
        median_surprise: surprises.get(surprises.len() / 2).copied().unwrap_or(0.0),
        span: (
            moments.first().copied().unwrap_or_default(),
            moments.last().copied().unwrap_or_default(),
        ),
        samples: samples(tables, &evidence),
        objects: objects.len(),
        checks: checks(tables, &edges, &evidence, &objects, |source, client| {
            usual.outside(tables.groups.group.value(members.start), source, client)
        }),
        moments,
        members,
        edges,
    }
}

/// Co-actions on the objects that most pairs of the group share, one each: the first pair's.
fn samples(tables: Tables<'_>, evidence: &[usize]) -> Vec<usize> {
    let mut of_object: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for &row in evidence {
        let entry = of_object.entry(tables.evidence.object.value(row)).or_insert((0, row));
        entry.0 += 1;
    }
    let mut ranked: Vec<(usize, usize)> = of_object.into_values().collect();
    ranked.sort_by_key(|&(pairs, row)| (std::cmp::Reverse(pairs), row));
    ranked.truncate(SAMPLES);
    ranked.into_iter().map(|(_, row)| row).collect()
}

fn checks(
    tables: Tables<'_>,
    edges: &[usize],
    evidence: &[usize],
    objects: &BTreeSet<u32>,
    elsewhere: impl Fn(Option<Most<&str>>, Option<Most<&str>>) -> Elsewhere,
) -> Checks {
    let sources = objects.iter().filter_map(|&object| {
        let object = object as usize;
        let known = tables.objects.source.is_valid(object);
        known.then(|| tables.objects.source.value(object))
    });
    let posts: BTreeSet<u32> = evidence
        .iter()
        .flat_map(|&row| {
            [tables.evidence.source_post.value(row), tables.evidence.target_post.value(row)]
        })
        .collect();
    let clients = posts.iter().filter_map(|&post| {
        let (table, row) = post_at(tables.posts, post)?;
        table.client.is_valid(row).then(|| table.client.value(row))
    });
    let minute = Span::seconds(60).as_micros();
    let has_seconds = posts.iter().all(|&post| {
        post_at(tables.posts, post)
            .is_some_and(|(table, row)| table.resolution_us.value(row) < minute)
    });
    let on_minute = |micros: i64| micros.rem_euclid(minute) < 1_000_000;
    let both_on_minute = evidence.iter().filter(|&&row| {
        on_minute(tables.evidence.source_time.value(row))
            && on_minute(tables.evidence.target_time.value(row))
    });
    let led = edges.iter().filter(|&&edge| {
        let (one, other) =
            (tables.network.source_first.value(edge), tables.network.target_first.value(edge));
        let (more, all) = (one.max(other), one + other);
        all >= 5 && 10 * more >= 9 * all
    });
    let first = first_on(tables, objects);
    let (source, client) = (most_frequent(sources), most_frequent(clients));
    Checks {
        first: most_frequent(first.into_iter()).map(|most| (most.value, most.share())),
        elsewhere: elsewhere(source, client),
        source: source.map(owned),
        client: client.map(owned),
        full_minute: (has_seconds && !evidence.is_empty())
            .then(|| both_on_minute.count() as f64 / evidence.len() as f64),
        one_leads: led.count() as f64 / edges.len().max(1) as f64,
    }
}

/// Who was first, of all accounts, on each object whose birth is its first sighting.
fn first_on(tables: Tables<'_>, objects: &BTreeSet<u32>) -> Vec<u32> {
    let sighted = BirthSource::FirstSighting.as_str();
    let on = tables.actions.object.values();
    objects
        .iter()
        .filter(|&&object| tables.objects.born_from.value(object as usize) == sighted)
        .map(|&object| {
            // Actions are in order of object and time.
            let action = on.partition_point(|&other| other < object);
            tables.actions.account.value(action)
        })
        .collect()
}

fn owned(most: Most<&str>) -> (String, f64) {
    (most.value.to_owned(), most.share())
}

/// The most frequent of some values.
#[derive(Clone, Copy)]
struct Most<T> {
    value: T,
    count: usize,
    all: usize,
}

impl<T> Most<T> {
    const fn share(&self) -> f64 {
        self.count as f64 / self.all as f64
    }
}

/// The most frequent value, the smallest of several.
fn most_frequent<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<Most<T>> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    let mut all = 0;
    for value in values {
        *counts.entry(value).or_default() += 1;
        all += 1;
    }
    let (value, count) =
        counts.into_iter().max_by_key(|&(value, count)| (count, std::cmp::Reverse(value)))?;
    Some(Most { value, count, all })
}

/// The table and row of a post, by its row over all tables.
#[must_use]
pub fn post_at(posts: &[Posts], post: u32) -> Option<(&Posts, usize)> {
    let mut row = post as usize;
    for table in posts {
        if row < table.len() {
            return Some((table, row));
        }
        row -= table.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(first: Option<f64>, client: (f64, f64), source: (f64, f64)) -> Finding {
        Finding {
            number: 1,
            component: 1,
            members: 0..3,
            edges: vec![],
            traces: BTreeMap::new(),
            tied_pairs: 3,
            windows: BTreeMap::new(),
            occasions: 9,
            expected: 0.1,
            median_surprise: 9.0,
            span: (0, 0),
            samples: vec![],
            objects: 9,
            checks: Checks {
                first: first.map(|share| (0, share)),
                source: Some(("a".into(), source.0)),
                client: Some(("b".into(), client.0)),
                elsewhere: Elsewhere { source: source.1, client: client.1 },
                full_minute: None,
                one_leads: 0.0,
            },
            moments: vec![],
        }
    }

    #[test]
    fn what_is_usual_elsewhere_says_nothing_of_a_group() {
        let usual = (0.95, 0.6);
        assert_eq!(group(None, usual, usual).observed(), None, "everybody uses it");
        assert_eq!(group(None, (0.5, 0.0), (0.5, 0.0)).observed(), None, "half is not nearly all");
        let peculiar = (0.9, 0.01);
        let observed = |group: Finding| group.observed();
        assert_eq!(observed(group(None, peculiar, usual)), Some(Observation::OneApplication));
        assert_eq!(observed(group(None, usual, peculiar)), Some(Observation::OneSource));
        let wire = observed(group(Some(0.9), peculiar, peculiar));
        assert_eq!(wire, Some(Observation::CopiesOfOneSource), "who was first says more");
        let called = Finding {
            edges: vec![0, 1, 2],
            traces: BTreeMap::from([("hashtag".into(), 2), ("text".into(), 1)]),
            ..group(Some(0.9), peculiar, peculiar)
        };
        assert_eq!(observed(called), Some(Observation::AfterOneCall), "nobody copies a hashtag");
    }
}
