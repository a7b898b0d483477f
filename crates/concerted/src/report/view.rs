//! The page in words and numbers, ready to be written: no formula, no decision.

use arrow_array::Array;
use askama::Template;
use concerted_model::{Span, tables::strings_in};

use super::{
    Contents,
    figures::{Drawing, HEIGHT, SIDE, Timeline, WIDTH, drawing, timeline},
    moment::{gap, moment},
    visible,
};
use crate::findings::{Finding, Observation, Tables, post_at};

/// Groups that are shown in full; the others are in the table of all groups.
const FULL: usize = 20;
/// Members that are listed of a group.
const LISTED: usize = 100;

#[derive(Template)]
#[template(path = "report.html")]
pub(super) struct Page {
    name: String,
    purpose: String,
    version: &'static str,
    posts: String,
    accounts: String,
    first: String,
    last: String,
    inputs: Vec<Input>,
    traces: Vec<TestedTrace>,
    windows: String,
    left_out_windows: String,
    fdr: String,
    /// Whether no pair of accounts could be tested at all.
    too_little: bool,
    edges: String,
    false_edges: String,
    hypotheses: String,
    grouped: String,
    groups: Vec<Group>,
    all_groups: Vec<Row>,
    settings: String,
    side: f64,
    width: f64,
    height: f64,
}

struct Input {
    name: String,
    sha256: String,
    format: String,
    read: String,
    posts: String,
    repeated: String,
    other: String,
    rejected: String,
    reasons: String,
    clocks: String,
    resolution: String,
    notes: Vec<String>,
}

struct TestedTrace {
    trace: &'static str,
    accounts: String,
    hypotheses: String,
    pairs: String,
    edges: String,
}

struct Row {
    number: u32,
    accounts: usize,
    traces: String,
    occasions: String,
    expected: String,
    surprise: String,
    shown: bool,
    /// What is observed of it in general, such as copies of one source.
    observed: String,
}

struct Group {
    row: Row,
    tied_pairs: String,
    possible_pairs: String,
    ratio: String,
    windows: String,
    objects: String,
    first: String,
    last: String,
    drawing: Drawing,
    timeline: Timeline,
    members: Vec<Member>,
    unlisted: usize,
    samples: Vec<Sample>,
    checks: Vec<String>,
}

struct Member {
    handle: String,
    id: String,
    platform: String,
    actions: u32,
    ties: u32,
}

struct Sample {
    trace: String,
    object: String,
    gap: String,
    /// The earlier one, then the later.
    posts: [Post; 2],
}

struct Post {
    who: String,
    time: String,
    id: String,
    kind: String,
    text: String,
    links: Vec<String>,
}

impl Page {
    pub(super) fn of(contents: &Contents<'_>) -> Self {
        let Contents { tables, findings, manifest, tested, windows, plan } = *contents;
        let edges = tables.network.len();
        let posts: usize = tables.posts.iter().map(|table| table.len()).sum();
        let first = tables.posts.first().filter(|t| !t.is_empty()).map(|t| t.time.value(0));
        let last = tables.posts.last().filter(|t| !t.is_empty()).map(|t| t.time.value(t.len() - 1));
        Self {
            name: visible(if plan.name.is_empty() { "Investigation" } else { &plan.name }),
            purpose: visible(&plan.purpose),
            version: env!("CARGO_PKG_VERSION"),
            posts: count(posts as u64),
            accounts: count(tables.accounts.len() as u64),
            first: first.map(moment).unwrap_or_default(),
            last: last.map(moment).unwrap_or_default(),
            inputs: manifest.inputs.iter().map(input).collect(),
            traces: tested
                .iter()
                .map(|t| TestedTrace {
                    trace: t.trace.as_str(),
                    accounts: count(t.accounts),
                    hypotheses: count(t.hypotheses),
                    pairs: count(t.pairs),
                    edges: count(t.edges),
                })
                .collect(),
            windows: list(windows.iter().map(Span::to_string)),
            left_out_windows: list(
                plan.detect.windows.iter().filter(|w| !windows.contains(w)).map(Span::to_string),
            ),
            fdr: percent(plan.detect.fdr),
            too_little: tested.iter().all(|t| t.hypotheses == 0),
            edges: count(edges as u64),
            false_edges: format!("{:.1}", edges as f64 * plan.detect.fdr),
            hypotheses: count(tested.iter().map(|t| t.hypotheses).sum()),
            grouped: count(tables.groups.len() as u64),
            groups: findings.iter().take(FULL).map(|finding| group(tables, finding)).collect(),
            all_groups: findings
                .iter()
                .enumerate()
                .map(|(place, finding)| row(finding, place < FULL))
                .collect(),
            settings: plan.to_toml(),
            side: SIDE,
            width: WIDTH,
            height: HEIGHT,
        }
    }
}

fn input(record: &concerted_model::provenance::InputRecord) -> Input {
    let rows = &record.rows;
    let words = |counts: &std::collections::BTreeMap<String, u64>| {
        list(counts.iter().map(|(word, n)| format!("{word} {}", count(*n))))
    };
    Input {
        name: visible(&record.name),
        sha256: record.sha256.clone(),
        format: record.format.clone(),
        read: count(rows.read),
        posts: count(rows.posts),
        repeated: count(rows.duplicates + rows.merged + rows.conflicts),
        other: count(rows.context + rows.not_posts),
        rejected: count(rows.rejected()),
        reasons: words(&rows.rejects),
        clocks: words(&record.clocks),
        resolution: Span::micros(record.resolution_us).to_string(),
        notes: record.notes.iter().map(|note| visible(note)).collect(),
    }
}

fn row(finding: &Finding, shown: bool) -> Row {
    Row {
        number: finding.number,
        accounts: finding.members.len(),
        traces: list(finding.traces.iter().map(|(trace, edges)| format!("{trace} ({edges})"))),
        occasions: count(finding.occasions),
        expected: amount(finding.expected),
        surprise: format!("{:.0}", finding.median_surprise),
        shown,
        observed: finding.observed().map(Observation::words).unwrap_or_default(),
    }
}

fn group(tables: Tables<'_>, finding: &Finding) -> Group {
    let size = finding.members.len();
    let drawing = drawing(tables, finding, |row| name(tables, row));
    Group {
        row: row(finding, true),
        tied_pairs: count(finding.tied_pairs as u64),
        possible_pairs: count((size * size.saturating_sub(1) / 2) as u64),
        ratio: ratio(finding.occasions as f64, finding.expected),
        windows: list(finding.windows.iter().map(|(us, n)| {
            format!("{} ({n})", Span::micros(i64::try_from(*us).unwrap_or(i64::MAX)))
        })),
        objects: count(finding.objects as u64),
        first: moment(finding.span.0),
        last: moment(finding.span.1),
        drawing,
        timeline: timeline(&finding.moments),
        members: finding.members.clone().take(LISTED).map(|row| member(tables, row)).collect(),
        unlisted: size.saturating_sub(LISTED),
        samples: finding.samples.iter().filter_map(|&row| sample(tables, row)).collect(),
        checks: checks(finding),
    }
}

fn name(tables: Tables<'_>, row: usize) -> String {
    let groups = tables.groups;
    let known = groups.handle.is_valid(row).then(|| groups.handle.value(row));
    visible(known.unwrap_or(groups.account_id.value(row)))
}

fn member(tables: Tables<'_>, row: usize) -> Member {
    let groups = tables.groups;
    let handle = groups.handle.is_valid(row).then(|| groups.handle.value(row));
    Member {
        handle: visible(handle.unwrap_or_default()),
        id: visible(groups.account_id.value(row)),
        platform: visible(groups.platform.value(row)),
        actions: groups.actions.value(row),
        ties: groups.ties.value(row),
    }
}

fn sample(tables: Tables<'_>, row: usize) -> Option<Sample> {
    let evidence = tables.evidence;
    let (source, target) = (evidence.source_post.value(row), evidence.target_post.value(row));
    let seconds = evidence.gap_seconds.value(row);
    // The earlier post stands first.
    let (earlier, later) = if seconds < 0.0 { (target, source) } else { (source, target) };
    Some(Sample {
        trace: evidence.trace.value(row).to_owned(),
        object: visible(evidence.key.value(row)),
        gap: gap(seconds),
        posts: [post(tables, earlier)?, post(tables, later)?],
    })
}

fn post(tables: Tables<'_>, post: u32) -> Option<Post> {
    let (posts, row) = post_at(tables.posts, post)?;
    let handle = posts.handle.is_valid(row).then(|| posts.handle.value(row));
    let text = posts.text.is_valid(row).then(|| posts.text.value(row));
    Some(Post {
        who: visible(handle.unwrap_or(posts.account.value(row))),
        time: moment(posts.time.value(row)),
        id: visible(posts.id.value(row)),
        kind: posts.kind.value(row).to_owned(),
        text: visible(text.unwrap_or_default()),
        links: strings_in(&posts.urls, row).map(visible).collect(),
    })
}

/// What was looked at as another explanation, and what it showed.
fn checks(finding: &Finding) -> Vec<String> {
    let checks = &finding.checks;
    let mut said = Vec::new();
    if let Some((account, share)) = &checks.first {
        said.push(format!(
            "Copies of one source: {} was first on {} of the shared objects, before any member or as one of \
             them. From a share of {} on, this report calls a group \"{}\".",
            visible(account),
            percent(*share),
            percent(Observation::MOSTLY),
            Observation::CopiesOfOneSource.words()
        ));
    }
    said.push(match &checks.source {
        Some((source, share)) if *share >= 0.5 => format!(
            "Common source: {} of the shared objects that name a source come from {}. Accounts that \
             follow one source with notifications on, or outlets of one owner, can look like this; the \
             expected numbers take a source with enough objects into account.",
            percent(*share),
            visible(source)
        ),
        Some((source, share)) => format!(
            "Common source: the most frequent source, {}, gives {} of the shared objects.",
            visible(source),
            percent(*share)
        ),
        None => "Common source: the data names no sources for these objects, so this cannot be tested.".into(),
    });
    said.push(match &checks.client {
        Some((client, share)) => format!(
            "One application posting for its users: {} of the posts shown were sent with \"{}\".",
            percent(*share),
            visible(client)
        ),
        None => "One application posting for its users: the data names no application, so this cannot be tested.".into(),
    });
    said.push(match checks.full_minute {
        Some(share) => format!(
            "Scheduling on full minutes: in {} of the co-actions both posts fall on the first second of a minute (chance alone gives 0.03 %).",
            percent(share)
        ),
        None => "Scheduling on full minutes: the data has no seconds, so this cannot be tested.".into(),
    });
    said.push(format!(
        "Following: in {} of the ties one account was first at least nine times in ten; there, one may simply copy the other.",
        percent(checks.one_leads)
    ));
    said
}

/// Digits in groups of three.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

fn amount(number: f64) -> String {
    if number >= 10.0 {
        count(number.round() as u64)
    } else if number >= 0.01 {
        format!("{number:.2}")
    } else {
        "under 0.01".into()
    }
}

fn ratio(found: f64, expected: f64) -> String {
    let times = found / expected.max(0.01);
    let at_least = if expected < 0.01 { "more than " } else { "" };
    if times >= 10.0 {
        format!("{at_least}{} times", count(times.round() as u64))
    } else {
        format!("{at_least}{times:.1} times")
    }
}

fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent > 0.0 && percent < 1.0 {
        format!("{percent:.2} %")
    } else {
        format!("{percent:.0} %")
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(7), "7");
        assert_eq!(ratio(14.0, 0.5), "28 times");
        assert_eq!(ratio(3.0, 0.0), "more than 300 times");
        assert_eq!(percent(0.004), "0.40 %");
    }
}
