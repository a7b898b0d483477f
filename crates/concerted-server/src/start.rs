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
        name: if name.is_empty() { "Investigation".to_owned() } else { visible(name) },
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

#[cfg(test)]
mod tests {
    use concerted::{Investigation, browse::Snapshot};

    use super::*;

    #[test]
    fn a_hostile_name_stays_text_and_an_empty_case_says_that_nothing_was_found() {
        let folder = tempfile::tempdir().unwrap();
        let nobody = |_| {};
        let now = concerted::now();
        let mut case = Investigation::open(folder.path(), Vec::new(), now, &nobody).unwrap();
        case.commit().unwrap();
        let snapshot = Snapshot::of(&case).unwrap();
        let page = page("<script>alert(1)</script>\u{202e}", snapshot.outcome()).unwrap();
        for never in ["<script", "\u{202e}", "http-equiv", "src="] {
            assert!(!page.contains(never), "the page holds {never:?}");
        }
        assert!(page.contains("⟨U+202E⟩") && page.contains("None: nothing in these posts"));
    }
}
