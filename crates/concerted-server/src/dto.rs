//! The JSON of the API. No other type of ours is ever serialised here.
//!
//! **Invariant:** an id is a string, and every answer names its schema; a field may be added under
//! the same schema, never removed or given another meaning. Times are microseconds since 1970 UTC.

use std::collections::BTreeMap;

use concerted::{GroupSummary, Outcome, browse};
use serde::Serialize;

use crate::page::Page;

/// `/api/v1/case`: the numbers of the case.
#[derive(Debug, Serialize)]
pub(crate) struct Case {
    schema: &'static str,
    name: String,
    posts: u64,
    accounts: u64,
    rows: RowCounts,
    hypotheses: u64,
    edges: Option<u64>,
    expected_false_edges: f64,
    groups: usize,
    tested: Vec<Tested>,
    /// What the same procedure found in each shuffled copy.
    decoys: Vec<Decoy>,
}

#[derive(Debug, Serialize)]
struct Decoy {
    edges: u64,
    groups: u64,
    confirmed: u64,
}

#[derive(Debug, Serialize)]
struct RowCounts {
    read: u64,
    posts: u64,
    duplicates: u64,
    merged: u64,
    conflicts: u64,
    context: u64,
    not_posts: u64,
    rejects: BTreeMap<String, u64>,
}

#[derive(Debug, Serialize)]
struct Tested {
    trace: &'static str,
    accounts: u64,
    hypotheses: u64,
    pairs: u64,
    strata: u64,
    edges: u64,
    /// Joint occasions from which on a typical pair would be claimed; null where none was tested.
    least_detectable: Option<u64>,
}

/// One page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct List<T> {
    schema: &'static str,
    /// Items that fit the filters, on all pages.
    total: usize,
    /// Items before the first of this page.
    offset: usize,
    /// Where the next page is, if there is one.
    next: Option<String>,
    items: Vec<T>,
}

/// What a list can be made of.
pub(crate) trait Item: Serialize {
    /// Schema of the list.
    const LIST: &'static str;
}

/// A group in numbers.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    group: u32,
    accounts: u64,
    edges: u64,
    traces: BTreeMap<String, u64>,
    occasions: u64,
    expected: f64,
    observed: Option<String>,
    /// The group on days that had no part in finding it; null if it was not confirmed.
    confirmed: Option<Confirmed>,
}

#[derive(Debug, Serialize)]
struct Confirmed {
    observed: u32,
    expected: f64,
    ratio_low: f64,
    ratio_high: f64,
    p: f64,
    /// Members whose own share is above chance.
    core: u64,
}

/// `/api/v1/groups/{n}`: one group in numbers.
#[derive(Debug, Serialize)]
pub(crate) struct OneGroup {
    schema: &'static str,
    #[serde(flatten)]
    group: Group,
}

/// A member of a group.
#[derive(Debug, Serialize)]
pub(crate) struct Member<'a> {
    platform: &'a str,
    id: &'a str,
    handle: Option<&'a str>,
    role: &'a str,
    part: u32,
    actions: u32,
    ties: u32,
    /// From 0 (left) to 1.
    x: f64,
    /// From 0 (top) to 1.
    y: f64,
}

/// An edge; `id` is the key to its evidence, as long as the server runs.
#[derive(Debug, Serialize)]
pub(crate) struct Edge<'a> {
    id: String,
    source: Account<'a>,
    target: Account<'a>,
    group: Option<u32>,
    trace: &'a str,
    window_us: u64,
    co_actions: u32,
    episodes: u32,
    expected: f64,
    p: f64,
    q: f64,
    p_timing: Option<f64>,
    /// Ends of the 95 % interval of episodes found for each expected; null where there is none.
    ratio_low: f64,
    ratio_high: f64,
    nulls: Vec<&'a str>,
    direction: &'a str,
    source_first: u32,
    target_first: u32,
    first_us: i64,
    last_us: i64,
}

#[derive(Debug, Serialize)]
struct Account<'a> {
    platform: &'a str,
    id: &'a str,
}

/// A co-action behind an edge.
#[derive(Debug, Serialize)]
pub(crate) struct CoAction<'a> {
    object: &'a str,
    source_us: i64,
    target_us: i64,
    gap_seconds: f64,
    source_post: &'a str,
    target_post: &'a str,
}

impl Item for Group {
    const LIST: &'static str = "concerted/api/groups/1";
}

impl Item for Member<'_> {
    const LIST: &'static str = "concerted/api/members/1";
}

impl Item for Edge<'_> {
    const LIST: &'static str = "concerted/api/edges/1";
}

impl Item for CoAction<'_> {
    const LIST: &'static str = "concerted/api/evidence/1";
}

impl<T: Item> List<T> {
    /// The page of the list at `path`, out of everything that fits.
    pub(crate) fn of<S>(mut fitting: impl Iterator<Item = S>, page: &Page, path: &str) -> Self
    where
        T: From<S>,
    {
        // What is left out is counted too, hence no `skip`.
        let before = fitting.by_ref().take(page.offset).count();
        let items: Vec<T> = fitting.by_ref().take(page.limit).map(T::from).collect();
        let after = fitting.count();
        Self {
            schema: T::LIST,
            total: before + items.len() + after,
            offset: page.offset,
            next: (after > 0).then(|| page.next(path)),
            items,
        }
    }
}

impl Case {
    pub(crate) fn new(name: &str, outcome: &Outcome) -> Self {
        let rows = &outcome.rows;
        let tested = outcome.tested.iter().map(|tested| Tested {
            trace: tested.trace.as_str(),
            accounts: tested.accounts,
            hypotheses: tested.hypotheses,
            pairs: tested.pairs,
            strata: tested.strata,
            edges: tested.edges,
            least_detectable: tested.least_detectable,
        });
        let decoys = outcome.decoys.iter().map(|decoy| Decoy {
            edges: decoy.edges,
            groups: decoy.groups,
            confirmed: decoy.confirmed,
        });
        Self {
            schema: "concerted/api/case/1",
            name: name.to_owned(),
            posts: outcome.posts,
            accounts: outcome.accounts,
            rows: RowCounts {
                read: rows.read,
                posts: rows.posts,
                duplicates: rows.duplicates,
                merged: rows.merged,
                conflicts: rows.conflicts,
                context: rows.context,
                not_posts: rows.not_posts,
                rejects: rows.rejects.clone(),
            },
            hypotheses: outcome.hypotheses,
            edges: outcome.edges,
            expected_false_edges: outcome.expected_false_edges,
            groups: outcome.groups.len(),
            tested: tested.collect(),
            decoys: decoys.collect(),
        }
    }
}

impl From<&GroupSummary> for Group {
    fn from(group: &GroupSummary) -> Self {
        Self {
            group: group.group,
            accounts: group.accounts,
            edges: group.edges,
            traces: group.traces.clone(),
            occasions: group.occasions,
            expected: group.expected,
            observed: group.observed.clone(),
            confirmed: group.confirmed.map(|confirmed| Confirmed {
                observed: confirmed.observed,
                expected: confirmed.expected,
                ratio_low: confirmed.ratio[0],
                ratio_high: confirmed.ratio[1],
                p: confirmed.p,
                core: confirmed.core,
            }),
        }
    }
}

impl From<&GroupSummary> for OneGroup {
    fn from(group: &GroupSummary) -> Self {
        Self { schema: "concerted/api/group/1", group: group.into() }
    }
}

impl<'a> From<browse::Member<'a>> for Member<'a> {
    fn from(member: browse::Member<'a>) -> Self {
        let [x, y] = member.place;
        Self {
            platform: member.account.platform,
            id: member.account.id,
            handle: member.handle,
            role: member.role,
            part: member.part,
            actions: member.actions,
            ties: member.ties,
            x,
            y,
        }
    }
}

impl<'a> From<browse::Edge<'a>> for Edge<'a> {
    fn from(edge: browse::Edge<'a>) -> Self {
        Self {
            id: edge.row.to_string(),
            source: edge.source.into(),
            target: edge.target.into(),
            group: edge.group,
            trace: edge.trace,
            window_us: edge.window_us,
            co_actions: edge.co_actions,
            episodes: edge.episodes,
            expected: edge.expected,
            p: edge.p,
            q: edge.q,
            p_timing: edge.p_timing,
            ratio_low: edge.ratio[0],
            ratio_high: edge.ratio[1],
            nulls: edge.nulls.split_whitespace().collect(),
            direction: edge.direction,
            source_first: edge.source_first,
            target_first: edge.target_first,
            first_us: edge.first_us,
            last_us: edge.last_us,
        }
    }
}

impl<'a> From<browse::Account<'a>> for Account<'a> {
    fn from(account: browse::Account<'a>) -> Self {
        Self { platform: account.platform, id: account.id }
    }
}

impl<'a> From<browse::CoAction<'a>> for CoAction<'a> {
    fn from(together: browse::CoAction<'a>) -> Self {
        Self {
            object: together.object,
            source_us: together.source_us,
            target_us: together.target_us,
            gap_seconds: together.gap_seconds,
            source_post: together.source_post,
            target_post: together.target_post,
        }
    }
}
