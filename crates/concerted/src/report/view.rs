//! The page in words and numbers, ready to be written: no formula, no decision.

use arrow_array::Array;
use askama::Template;
use concerted_case::disclosure::{Lens, Level};
use concerted_model::{
    Span, Trace,
    provenance::{InputRecord, Tested, Work},
};

use super::{
    Contents,
    group::Group,
    moment::minute,
    numbers::{amount, count, list, percent, span},
    texts::Texts,
    visible,
};
use crate::{
    audit::Kept,
    findings::{Finding, Observation, Tables},
    sensitivity::{Sensitivity, sensitivity},
};

/// Groups that are shown in full; the others are in the table of all groups.
const FULL: usize = 20;
/// Groups that the table of all groups lists.
const LISTED: usize = 500;

#[derive(Template)]
#[template(path = "report.html")]
pub(super) struct Page {
    t: &'static Texts,
    title: String,
    name: String,
    purpose: String,
    lead: String,
    posts: String,
    accounts: String,
    hypotheses: String,
    edges: String,
    false_edges: String,
    decoys: String,
    span: String,
    windows: String,
    left_out: String,
    rate: String,
    groups: Vec<Group>,
    rows: Vec<Row>,
    rows_note: String,
    compared: Vec<Compared>,
    crowds: Vec<String>,
    /// What candidates of a language model are, where texts were compared by one.
    rewordings: String,
    accusations: Vec<Accusation>,
    inputs: Vec<Input>,
    settings: String,
    made: String,
    level: &'static str,
}

/// A group on one line.
pub(super) struct Row {
    pub(super) number: u32,
    pub(super) accounts: String,
    pub(super) traces: String,
    pub(super) occasions: String,
    pub(super) expected: String,
    pub(super) surprise: String,
    pub(super) shown: bool,
    /// What is observed of it in general, such as copies of one source.
    pub(super) observed: String,
    pub(super) fragile: bool,
}

/// An audit that the case keeps.
struct Accusation {
    label: String,
    claim: String,
    line: String,
}

struct Compared {
    trace: &'static str,
    accounts: String,
    hypotheses: String,
    pairs: String,
    edges: String,
    /// Joint occasions from which on a typical pair would be claimed.
    least: String,
}

struct Input {
    heading: String,
    sha256: String,
    rows: String,
    reasons: String,
    clocks: String,
    notes: Vec<String>,
}

impl Page {
    pub(super) fn of(contents: &Contents<'_>) -> Self {
        let Contents { tables, findings, tested, windows, plan, lens, viewing, .. } = *contents;
        let t = Texts::of(viewing.language);
        let level = lens.level();
        let shown = |number: u64| shown(number, level);
        let edges = tables.network.len();
        let posts: usize = tables.posts.iter().map(|table| table.len()).sum();
        let first = tables.posts.iter().find(|t| !t.is_empty()).map(|t| t.time.value(0));
        let last = tables.posts.iter().rev().find(|t| !t.is_empty());
        let last = last.map(|t| t.time.value(t.len() - 1));
        let at = |micros: Option<i64>| {
            micros.map(|us| minute(lens.moment(us) + viewing.zone.shift())).unwrap_or_default()
        };
        let name = if plan.name.is_empty() { t.get("page.nameless") } else { &plan.name };
        let name = visible(name);
        let firmness: Vec<Sensitivity> = findings
            .iter()
            .take(LISTED)
            .map(|f| sensitivity(tables, f, plan.detect.fdr, plan.detect.min_objects, windows))
            .collect();
        let rows: Vec<Row> = findings
            .iter()
            .zip(&firmness)
            .enumerate()
            .map(|(place, (finding, firm))| row(finding, place < FULL, firm.fragile(), level, t))
            .collect();
        let left_out = plan.detect.windows.iter().filter(|window| !windows.contains(window));
        let left_out = list(left_out.map(Span::to_string));
        Self {
            t,
            title: t.say("page.title", &[("name", &name)]),
            name,
            purpose: visible(&plan.purpose),
            lead: lead(contents, t),
            posts: shown(posts as u64),
            accounts: shown(tables.accounts.len() as u64),
            hypotheses: shown(tested.iter().map(|t| t.hypotheses).sum()),
            edges: shown(edges as u64),
            decoys: decoys(contents, t),
            false_edges: format!("{:.1}", edges as f64 * plan.detect.fdr),
            span: t.say(
                "numbers.span",
                &[
                    ("first", &at(first)),
                    ("last", &at(last)),
                    ("zone", &format!("UTC{}", viewing.zone)),
                ],
            ),
            windows: t.say(
                "numbers.windows",
                &[("windows", &list(windows.iter().map(|window| span(*window, t))))],
            ),
            left_out: if left_out.is_empty() {
                left_out
            } else {
                t.say("method.left_out", &[("windows", &left_out)])
            },
            rate: t.say("method.two", &[("rate", &percent(plan.detect.fdr))]),
            groups: findings
                .iter()
                .zip(&firmness)
                .take(FULL)
                .map(|(finding, firm)| Group::of(contents, finding, firm, t))
                .collect(),
            rows_note: rows_note(findings.len(), t),
            rows,
            compared: tested.iter().map(|tested| compared(tested, level)).collect(),
            crowds: contents.work.iter().filter_map(|work| crowd(work, contents, t)).collect(),
            rewordings: match tested.iter().any(|tested| tested.trace == Trace::Rewording) {
                true => {
                    let share = percent(plan.copies.rewording_rank);
                    t.say("compared.rewordings", &[("share", &share)])
                }
                false => String::new(),
            },
            accusations: contents.audits.iter().map(|kept| accusation(kept, t)).collect(),
            inputs: (1..)
                .zip(&contents.manifest.inputs)
                .map(|(number, record)| input(number, record, level, t))
                .collect(),
            settings: plan.to_toml(),
            made: t.say("footer.made", &[("version", env!("CARGO_PKG_VERSION"))]),
            level: match level {
                Level::Figures => t.get("footer.S0"),
                Level::ShareSafe => t.get("footer.S1"),
                Level::Peers => t.get("footer.S2"),
                Level::Evidence => t.get("footer.S3"),
            },
        }
    }
}

fn accusation(kept: &Kept, t: &Texts) -> Accusation {
    let number = |number: usize| count(number as u64);
    Accusation {
        label: kept.label.to_string(),
        claim: kept.claim.as_deref().map(visible).unwrap_or_default(),
        line: t.say(
            "accusations.line",
            &[
                ("accused", &number(kept.accused)),
                ("supported", &number(kept.supported)),
                ("without", &number(kept.without_support)),
                ("untestable", &number(kept.untestable)),
                ("verdict", t.get(&format!("verdicts.{}", kept.together))),
            ],
        ),
    }
}

fn lead(contents: &Contents<'_>, t: &Texts) -> String {
    let level = contents.lens.level();
    let accounts = shown(contents.tables.groups.len() as u64, level);
    if contents.tested.iter().all(|tested| tested.hypotheses == 0) {
        return t.get("lead.too_little").to_owned();
    }
    match contents.findings.len() {
        0 => t.get("lead.nothing").to_owned(),
        1 => t.say("lead.one", &[("accounts", &accounts)]),
        groups => t.say("lead.many", &[("groups", &count(groups as u64)), ("accounts", &accounts)]),
    }
}

/// What the same procedure finds where there is nothing to find.
fn decoys(contents: &Contents<'_>, t: &Texts) -> String {
    if contents.decoys.is_empty() || contents.tested.iter().all(|tested| tested.hypotheses == 0) {
        return String::new();
    }
    let edges: u64 = contents.decoys.iter().map(|decoy| decoy.edges).sum();
    let groups: u64 = contents.decoys.iter().map(|decoy| decoy.groups).sum();
    // Counts of made-up data point at nobody: they are shown at every level.
    t.say(
        "numbers.decoys",
        &[
            ("decoys", &count(contents.decoys.len() as u64)),
            ("ties", &count(edges)),
            ("groups", &count(groups)),
            ("found", &shown(contents.tables.network.len() as u64, contents.lens.level())),
        ],
    )
}

fn rows_note(groups: usize, t: &Texts) -> String {
    let number = |of: usize| count(of as u64);
    if groups > LISTED {
        t.say("groups.listed", &[("listed", &number(LISTED)), ("all", &number(groups))])
    } else if groups > FULL {
        t.say("groups.shown", &[("shown", &number(FULL))])
    } else {
        String::new()
    }
}

/// A count as the level shows it.
pub(crate) fn shown(number: u64, level: Level) -> String {
    if !level.shows_accounts() && number < Level::SMALLEST_COUNT {
        format!("< {}", Level::SMALLEST_COUNT)
    } else {
        count(number)
    }
}

fn row(finding: &Finding, full: bool, fragile: bool, level: Level, t: &Texts) -> Row {
    let traces = finding.traces.iter();
    Row {
        number: finding.number,
        accounts: shown(finding.members.len() as u64, level),
        traces: list(
            traces.map(|(trace, edges)| format!("{trace} ({})", shown(*edges as u64, level))),
        ),
        occasions: shown(finding.occasions, level),
        expected: amount(finding.expected),
        surprise: format!("{:.0}", finding.median_surprise),
        shown: full,
        observed: observed(finding, "observed", t),
        fragile,
    }
}

/// What is observed of a group as a whole, in the words of a section; empty if nothing is.
pub(super) fn observed(finding: &Finding, section: &str, t: &Texts) -> String {
    let key = |observed: Observation| format!("{section}.{}", observed.key());
    finding.observed().map(|observed| t.get(&key(observed)).to_owned()).unwrap_or_default()
}

fn compared(tested: &Tested, level: Level) -> Compared {
    Compared {
        trace: tested.trace.as_str(),
        accounts: shown(tested.accounts, level),
        hypotheses: shown(tested.hypotheses, level),
        pairs: shown(tested.pairs, level),
        edges: shown(tested.edges, level),
        least: tested.least_detectable.map(count).unwrap_or_default(),
    }
}

/// What was done where a crowd acted on the same thing; nothing is said where none did.
fn crowd(work: &Work, contents: &Contents<'_>, t: &Texts) -> Option<String> {
    let compared = work.crowded_compared.filter(|_| work.crowded > 0)?;
    let shown = |number: u64| shown(number, contents.lens.level());
    let widest = contents.windows.iter().max().map(|window| span(*window, t));
    let values = [
        ("trace", work.trace.as_str()),
        ("things", &shown(work.crowded)),
        ("pairs", &shown(work.crowded_pairs)),
        ("window", &widest.unwrap_or_default()),
        ("compared", &shown(compared)),
    ];
    Some(t.say("compared.crowds", &values))
}

fn input(number: usize, record: &InputRecord, level: Level, t: &Texts) -> Input {
    let rows = &record.rows;
    let shown = |number: u64| shown(number, level);
    let words = |counts: &std::collections::BTreeMap<String, u64>| {
        list(counts.iter().map(|(word, n)| format!("{word} {}", shown(*n))))
    };
    // Names and remarks may hold names of accounts or of who collected them.
    let heading = if level.shows_names() {
        visible(&record.name)
    } else {
        t.say("read.input", &[("number", &number.to_string())])
    };
    let notes = record.notes.iter().filter(|_| level.shows_names());
    let reasons = words(&rows.rejects);
    Input {
        heading,
        sha256: record.sha256.clone(),
        rows: t.say(
            "read.rows",
            &[
                ("format", &record.format),
                ("read", &shown(rows.read)),
                ("posts", &shown(rows.posts)),
                ("repeated", &shown(rows.duplicates + rows.merged + rows.conflicts)),
                ("other", &shown(rows.context + rows.not_posts)),
                ("rejected", &shown(rows.rejected())),
            ],
        ),
        reasons: if reasons.is_empty() {
            reasons
        } else {
            t.say("read.reasons", &[("reasons", &reasons)])
        },
        clocks: t.say(
            "read.clocks",
            &[
                ("clocks", &words(&record.clocks)),
                ("resolution", &Span::micros(record.resolution_us).to_string()),
            ],
        ),
        notes: notes.map(|note| visible(note)).collect(),
    }
}

/// An account by its name, else its id, as the lens shows it.
pub(super) fn account_name(tables: Tables<'_>, account: usize, lens: &Lens) -> String {
    let accounts = tables.accounts;
    let handle = accounts.handle.is_valid(account).then(|| accounts.handle.value(account));
    match lens.handle(handle) {
        Some(handle) => visible(handle),
        None => visible(&account_id(tables, account, lens)),
    }
}

/// An account by its id, as the lens shows it.
pub(super) fn account_id(tables: Tables<'_>, account: usize, lens: &Lens) -> String {
    let accounts = tables.accounts;
    let (platform, instance) = (accounts.platform.value(account), accounts.instance.value(account));
    lens.account(platform, instance, accounts.id.value(account)).into_owned()
}
