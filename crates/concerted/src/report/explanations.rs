//! What else could explain a group: what was looked at, and what this data cannot tell.
//!
//! **Invariant:** each explanation stands in exactly one of the two lists.

use concerted_case::disclosure::Lens;

use super::{numbers::percent, texts::Texts, visible};
use crate::findings::{Finding, Observation, Tables};

/// Both lists, ready to be shown.
pub(super) struct Explanations {
    pub(super) tested: Vec<String>,
    pub(super) untested: Vec<String>,
}

/// What no data of posts can tell.
const UNTOLD: [&str; 4] = ["why.kit", "why.desk", "why.feed", "why.friends"];

const HOUR_US: i64 = 3_600_000_000;

pub(super) fn of(
    tables: Tables<'_>,
    finding: &Finding,
    lens: &Lens,
    texts: &Texts,
) -> Explanations {
    let checks = &finding.checks;
    let (mut tested, mut untested) = (Vec::new(), Vec::new());
    let share = share_of_posts(tables, finding);
    let collection = texts.say("why.collection", &[("share", &percent(share))]);
    if finding.edges.is_empty() {
        // No pair has a tie, so there are no posts side by side to look at.
        tested.push(collection);
        untested.extend(UNTOLD.map(|key| texts.get(key).to_owned()));
        return Explanations { tested, untested };
    }
    // Not even a pseudonym where only counts may be seen.
    let accounts = lens.level().shows_accounts();
    let shown = |name: String| if accounts { name } else { "…".to_owned() };
    if let Some((account, share)) = &checks.first {
        let key = if finding.is_of_hashtags() { "why.first_call" } else { "why.first" };
        tested.push(texts.say(
            key,
            &[
                ("account", &shown(super::view::account_name(tables, *account as usize, lens))),
                ("share", &percent(*share)),
                ("mostly", &percent(Observation::MOSTLY)),
            ],
        ));
    }
    match &checks.source {
        Some((source, share)) => {
            let key = if *share >= 0.5 { "why.source_most" } else { "why.source_some" };
            let source = shown(visible(&lens.object("source", source)));
            tested.push(texts.say(key, &[("source", &source), ("share", &percent(*share))]));
        }
        None => untested.push(texts.get("why.source_none").to_owned()),
    }
    match &checks.client {
        Some((client, share)) => {
            let client = shown(visible(&lens.object("client", client)));
            let values = [("client", client.as_str()), ("share", &percent(*share))];
            tested.push(texts.say("why.client", &values));
        }
        None => untested.push(texts.get("why.client_none").to_owned()),
    }
    match checks.full_minute {
        Some(share) => tested.push(texts.say("why.minute", &[("share", &percent(share))])),
        None => untested.push(texts.get("why.minute_none").to_owned()),
    }
    tested.push(texts.say("why.leads", &[("share", &percent(checks.one_leads))]));
    tested.push(texts.say("why.burst", &[("share", &percent(busiest_hour(&finding.moments)))]));
    tested.push(collection);
    untested.extend(UNTOLD.map(|key| texts.get(key).to_owned()));
    Explanations { tested, untested }
}

/// Share of the moments that fall into the clock hour with most of them.
fn busiest_hour(moments: &[i64]) -> f64 {
    let hours = moments.chunk_by(|l, r| l.div_euclid(HOUR_US) == r.div_euclid(HOUR_US));
    let most = hours.map(<[i64]>::len).max().unwrap_or(0);
    most as f64 / moments.len().max(1) as f64
}

/// Share of all posts of the case that the members of the group made.
fn share_of_posts(tables: Tables<'_>, finding: &Finding) -> f64 {
    let posts = |account: usize| u64::from(tables.accounts.posts.value(account));
    let all: u64 = (0..tables.accounts.len()).map(posts).sum();
    let members = finding.members.clone().map(|row| tables.groups.account.value(row) as usize);
    let of_group: u64 = members.map(posts).sum();
    of_group as f64 / all.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_hour_is_a_share_of_all_moments() {
        let moments = [0, 1, HOUR_US - 1, HOUR_US, 5 * HOUR_US];
        assert!((busiest_hour(&moments) - 0.6).abs() < 1e-12);
        assert_eq!(busiest_hour(&[]), 0.0);
    }
}
