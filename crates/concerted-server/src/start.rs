//! The first page: what the case holds, and the ways on from here. It needs no script.
//!
//! **Invariant:** every text from the case is made visible and escaped.

use askama::Template;
use concerted::{
    GroupSummary, Outcome,
    report::{count, visible},
};

/// Groups that are listed; the others are in the report and the API.
const LISTED: usize = 50;

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    name: String,
    posts: String,
    accounts: String,
    refused: String,
    compared: String,
    edges: Option<String>,
    expected_false: String,
    groups: Vec<Group>,
    more: usize,
}

struct Group {
    number: u32,
    accounts: String,
    ties: String,
    occasions: String,
    expected: String,
    traces: String,
    observed: String,
}

/// The page, as HTML.
pub(crate) fn page(name: &str, outcome: &Outcome) -> Result<String, askama::Error> {
    Start {
        name: if name.is_empty() { "A case".to_owned() } else { visible(name) },
        posts: count(outcome.posts),
        accounts: count(outcome.accounts),
        refused: count(outcome.rows.rejected()),
        compared: count(outcome.hypotheses),
        edges: outcome.edges.map(count),
        expected_false: format!("{:.1}", outcome.expected_false_edges),
        groups: outcome.groups.iter().take(LISTED).map(Group::of).collect(),
        more: outcome.groups.len().saturating_sub(LISTED),
    }
    .render()
}

impl Group {
    fn of(group: &GroupSummary) -> Self {
        let traces: Vec<&str> = group.traces.keys().map(String::as_str).collect();
        Self {
            number: group.group,
            accounts: count(group.accounts),
            ties: count(group.edges),
            occasions: count(group.occasions),
            expected: format!("{:.1}", group.expected),
            traces: traces.join(", "),
            observed: group.observed.as_deref().map(visible).unwrap_or_default(),
        }
    }
}
