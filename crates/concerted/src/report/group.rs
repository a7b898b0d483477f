//! One group in words and numbers: in short first, the expert's table last.

use arrow_array::{Array, ArrayRef, Float64Array};
use concerted_model::{Span, tables::strings_in};

use super::{
    Contents,
    explanations::{self, Explanations},
    figures::{Bars, Drawing, Timeline, Week, bars, drawing, timeline, week},
    moment::{gap, minute, moment},
    numbers::{amount, count, percent, probability, ratio, span},
    sides::{Piece, compare},
    texts::Texts,
    view::{account_id, account_name, observed, shown},
    visible,
};
use crate::{
    explain,
    findings::{Finding, Tables, post_at},
    sensitivity::{Remains, Sensitivity, Setting},
};

/// Members that are listed.
const MEMBERS: usize = 100;
/// Ties that the expert's table lists.
const TIES: usize = 30;

pub(super) struct Group {
    pub(super) number: u32,
    pub(super) heading: String,
    /// Whether any two of its accounts have a tie.
    pub(super) tied: bool,
    pub(super) together: String,
    pub(super) ratio: String,
    pub(super) ties: String,
    /// What the days that had no part in finding the group say of it.
    pub(super) confirmed: String,
    pub(super) observed: String,
    pub(super) firm: String,
    pub(super) fragile: bool,
    /// Whether single accounts may be seen.
    pub(super) accounts: Option<Accounts>,
    pub(super) bars: Bars,
    pub(super) why: Explanations,
    pub(super) settings: Vec<SettingRow>,
}

/// The part of a group in which single accounts appear.
pub(super) struct Accounts {
    pub(super) drawing: Drawing,
    pub(super) timeline: Timeline,
    pub(super) week: Week,
    pub(super) samples: Vec<Sample>,
    pub(super) members_heading: String,
    pub(super) members: Vec<Member>,
    pub(super) members_left: String,
    pub(super) ties: Vec<Tie>,
    /// Names of the columns that the network has beside those of a tie.
    pub(super) further: Vec<String>,
    pub(super) ties_left: String,
}

pub(super) struct SettingRow {
    pub(super) setting: String,
    pub(super) ties: String,
    pub(super) accounts: String,
    pub(super) fragile: bool,
}

pub(super) struct Member {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) platform: String,
    pub(super) actions: u32,
    pub(super) ties: u32,
    pub(super) role: String,
}

pub(super) struct Tie {
    pub(super) source: String,
    pub(super) target: String,
    pub(super) trace: String,
    pub(super) window: String,
    pub(super) co_actions: u32,
    pub(super) episodes: u32,
    pub(super) expected: String,
    pub(super) p: String,
    pub(super) q: String,
    pub(super) p_timing: String,
    pub(super) first: String,
    pub(super) further: Vec<String>,
}

pub(super) struct Sample {
    pub(super) trace: String,
    pub(super) object: String,
    pub(super) apart: String,
    pub(super) overlap: String,
    /// The earlier one, then the later.
    pub(super) posts: [Post; 2],
}

pub(super) struct Post {
    pub(super) who: String,
    pub(super) time: String,
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) pieces: Vec<Piece>,
    pub(super) links: Vec<String>,
}

impl Group {
    pub(super) fn of(
        contents: &Contents<'_>,
        finding: &Finding,
        firm: &Sensitivity,
        t: &Texts,
    ) -> Self {
        let Contents { tables, lens, viewing, .. } = *contents;
        let level = lens.level();
        let size = finding.members.len();
        let number = finding.number.to_string();
        let widest = finding.windows.keys().max().copied().unwrap_or(0);
        let at = |micros: i64| minute(lens.moment(micros) + viewing.zone.shift());
        let fragile = firm.fragile();
        let tied = !finding.edges.is_empty();
        Self {
            number: finding.number,
            tied,
            heading: t.say(
                "group.heading",
                &[("number", &number), ("accounts", &shown(size as u64, level))],
            ),
            together: t.say(
                "group.together",
                &[
                    ("acts", &acts(finding, t)),
                    ("window", &span(Span::micros(i64::try_from(widest).unwrap_or(i64::MAX)), t)),
                    ("first", &at(finding.span.0)),
                    ("last", &at(finding.span.1)),
                ],
            ),
            ratio: t.say(
                "group.ratio",
                &[
                    ("found", &shown(finding.occasions, level)),
                    ("expected", &amount(finding.expected)),
                    ("times", &ratio(finding.occasions as f64, finding.expected, t)),
                ],
            ),
            ties: t.say(
                "group.ties",
                &[
                    ("tied", &shown(finding.tied_pairs as u64, level)),
                    ("possible", &shown((size * size.saturating_sub(1) / 2) as u64, level)),
                    ("objects", &shown(finding.objects as u64, level)),
                ],
            ),
            confirmed: confirmed(contents, finding, t),
            observed: observed(finding, "group", t),
            firm: t.get(if fragile { "group.fragile" } else { "group.firm" }).to_owned(),
            fragile,
            accounts: level.shows_accounts().then(|| accounts(contents, finding, t)),
            bars: bars(finding, level, t),
            why: explanations::of(tables, finding, lens, t),
            settings: firm.0.iter().map(|remains| setting(remains, firm, contents, t)).collect(),
        }
    }
}

/// What the days that had no part in finding the group say of it; nothing if they were not asked.
fn confirmed(contents: &Contents<'_>, finding: &Finding, t: &Texts) -> String {
    let Some(all) = contents.confirmations else { return String::new() };
    let Some(row) = all.group.values().iter().position(|&group| group == finding.number) else {
        return String::new();
    };
    let trace = all.trace.value(row);
    let window = i64::try_from(all.window_us.value(row)).unwrap_or(i64::MAX);
    let level = contents.lens.level();
    t.say(
        "group.confirmed",
        &[
            ("members", &shown(u64::from(all.members.value(row)), level)),
            ("acts", t.get(&format!("did.{trace}"))),
            ("window", &span(Span::micros(window), t)),
            ("found", &shown(u64::from(all.observed.value(row)), level)),
            ("expected", &amount(all.expected.value(row))),
            ("low", &format!("{:.1}", all.ratio_low.value(row))),
            ("high", &format!("{:.1}", all.ratio_high.value(row))),
            ("q", &probability(all.q.value(row))),
        ],
    )
}

/// What the group did together, in words, the most frequent first.
fn acts(finding: &Finding, t: &Texts) -> String {
    let mut traces: Vec<(&String, &usize)> = finding.traces.iter().collect();
    traces.sort_by_key(|&(trace, edges)| (std::cmp::Reverse(edges), trace));
    let words: Vec<String> =
        traces.into_iter().map(|(trace, _)| t.get(&format!("did.{trace}")).to_owned()).collect();
    words.join(t.get("did.and"))
}

fn setting(
    remains: &Remains,
    firm: &Sensitivity,
    contents: &Contents<'_>,
    t: &Texts,
) -> SettingRow {
    let level = contents.lens.level();
    let all = firm.0.first().map_or(0, |as_run| as_run.accounts);
    SettingRow {
        setting: match &remains.setting {
            Setting::AsRun => t.get("firm.as_run").to_owned(),
            Setting::Rate(rate) => t.say("firm.fdr", &[("rate", &percent(*rate))]),
            Setting::Objects(count) => t.say("firm.objects", &[("count", &count.to_string())]),
            Setting::Window(window) => t.say("firm.window", &[("window", &span(*window, t))]),
            Setting::WithoutMostShared => t.get("firm.object").to_owned(),
        },
        ties: shown(remains.ties as u64, level),
        accounts: shown(remains.accounts as u64, level),
        fragile: remains.neighbour && 2 * remains.accounts < all,
    }
}

fn accounts(contents: &Contents<'_>, finding: &Finding, t: &Texts) -> Accounts {
    let size = finding.members.len();
    let left = |left: usize, key: &str| match left {
        0 => String::new(),
        left => t.say(key, &[("left", &count(left as u64))]),
    };
    let samples = finding.samples.iter();
    let mut edges = finding.edges.clone();
    let network = contents.tables.network;
    // A checked table always gives its columns.
    let further = explain::further(network).unwrap_or_default();
    edges.sort_by(|&l, &r| network.p.value(l).total_cmp(&network.p.value(r)).then(l.cmp(&r)));
    Accounts {
        drawing: drawing(contents, finding, t),
        timeline: timeline(finding, contents.viewing.zone.shift(), t),
        week: week(&finding.moments, contents.viewing.zone, t),
        samples: samples.filter_map(|&row| sample(contents, row, t)).collect(),
        members_heading: t.say("members.heading", &[("accounts", &count(size as u64))]),
        members: finding
            .members
            .clone()
            .take(MEMBERS)
            .map(|row| member(contents, row, t))
            .collect(),
        members_left: left(size.saturating_sub(MEMBERS), "members.left_out"),
        ties: edges.iter().take(TIES).map(|&edge| tie(contents, edge, &further)).collect(),
        further: further.iter().map(|(name, _)| name.replace('_', " ")).collect(),
        ties_left: left(edges.len().saturating_sub(TIES), "expert.left_out"),
    }
}

fn member(contents: &Contents<'_>, row: usize, t: &Texts) -> Member {
    let Contents { tables, lens, .. } = *contents;
    let groups = tables.groups;
    let handle = groups.handle.is_valid(row).then(|| groups.handle.value(row));
    Member {
        name: lens.handle(handle).map(visible).unwrap_or_default(),
        id: visible(&account_id(tables, groups.account.value(row) as usize, lens)),
        platform: visible(groups.platform.value(row)),
        actions: groups.actions.value(row),
        ties: groups.ties.value(row),
        role: t.get(&format!("members.{}", groups.role.value(row))).to_owned(),
    }
}

fn tie(contents: &Contents<'_>, edge: usize, further: &[(String, ArrayRef)]) -> Tie {
    let Contents { tables, lens, .. } = *contents;
    let network = tables.network;
    let window = i64::try_from(network.window_us.value(edge)).unwrap_or(i64::MAX);
    let timing = network.p_timing.is_valid(edge).then(|| network.p_timing.value(edge));
    Tie {
        source: account_name(tables, network.a.value(edge) as usize, lens),
        target: account_name(tables, network.b.value(edge) as usize, lens),
        trace: network.trace.value(edge).to_owned(),
        window: Span::micros(window).to_string(),
        co_actions: network.co_actions.value(edge),
        episodes: network.episodes.value(edge),
        expected: amount(network.expected.value(edge)),
        p: probability(network.p.value(edge)),
        q: probability(network.q.value(edge)),
        p_timing: timing.map(probability).unwrap_or_default(),
        first: format!(
            "{} : {}",
            network.source_first.value(edge),
            network.target_first.value(edge)
        ),
        further: further.iter().map(|(name, column)| cell(name, column, edge)).collect(),
    }
}

/// What a column says of a tie, its numbers as short as those beside them.
fn cell(name: &str, column: &ArrayRef, edge: usize) -> String {
    let number = column.as_any().downcast_ref::<Float64Array>();
    match number.filter(|numbers| numbers.is_valid(edge)) {
        Some(numbers) if name.starts_with("p_") => probability(numbers.value(edge)),
        Some(numbers) => amount(numbers.value(edge)),
        None => explain::text(column, edge).map(|text| visible(&text)).unwrap_or_default(),
    }
}

fn sample(contents: &Contents<'_>, row: usize, t: &Texts) -> Option<Sample> {
    let Contents { tables, lens, .. } = *contents;
    let evidence = tables.evidence;
    let (source, target) = (evidence.source_post.value(row), evidence.target_post.value(row));
    let seconds = evidence.gap_seconds.value(row);
    let (source_time, target_time) =
        lens.moments(evidence.source_time.value(row), evidence.target_time.value(row));
    // The earlier post stands first.
    let mut sides = [(source, source_time), (target, target_time)];
    if seconds < 0.0 {
        sides.reverse();
    }
    let [one, other] = [text_of(tables, sides[0].0), text_of(tables, sides[1].0)];
    let compared = compare(&one, &other);
    let [left, right] = compared.sides;
    let overlap = if one.is_empty() || other.is_empty() {
        t.get("sides.no_text").to_owned()
    } else if one == other {
        t.get("sides.same").to_owned()
    } else {
        t.say(
            "sides.overlap",
            &[("share", &percent(compared.share)), ("run", &compared.run.to_string())],
        )
    };
    let trace = evidence.trace.value(row);
    Some(Sample {
        object: visible(&lens.object(trace, evidence.key.value(row))),
        trace: trace.to_owned(),
        apart: t.say("sides.apart", &[("gap", &gap(seconds))]),
        overlap,
        posts: [post(contents, sides[0], left, t)?, post(contents, sides[1], right, t)?],
    })
}

/// The text of a post as it may be shown: with what would steer a reader made visible.
fn text_of(tables: Tables<'_>, post: u32) -> String {
    let found = post_at(tables.posts, post);
    let text =
        found.and_then(|(posts, row)| posts.text.is_valid(row).then(|| posts.text.value(row)));
    text.map(visible).unwrap_or_default()
}

fn post(
    contents: &Contents<'_>,
    (post, time): (u32, i64),
    pieces: Vec<Piece>,
    t: &Texts,
) -> Option<Post> {
    let Contents { tables, lens, viewing, .. } = *contents;
    let (posts, row) = post_at(tables.posts, post)?;
    let content = lens.level().shows_content();
    let handle = posts.handle.is_valid(row).then(|| posts.handle.value(row));
    let (platform, instance) = (posts.platform.value(row), posts.instance.value(row));
    let who = match lens.handle(handle) {
        Some(handle) => visible(handle),
        None => visible(&lens.account(platform, instance, posts.account.value(row))),
    };
    let links = strings_in(&posts.urls, row).filter(|_| content);
    Some(Post {
        who,
        time: moment(time + viewing.zone.shift()),
        id: visible(&lens.post(posts.id.value(row))),
        kind: t.get(&format!("sides.{}", posts.kind.value(row))).to_owned(),
        pieces: if content { pieces } else { Vec::new() },
        links: links.map(visible).collect(),
    })
}
