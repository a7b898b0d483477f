//! Figures as plain geometry: the template turns them into SVG.
//!
//! **Invariant:** all numbers are finite and rounded, so that the same tables give the same bytes; how
//! much is drawn is bounded, and what is left out is said.

use std::collections::BTreeMap;

use concerted_case::disclosure::Level;

use super::{
    Contents,
    moment::{date, moment},
    numbers::{amount, count},
    texts::Texts,
    view::{account_name, shown},
    zone::Zone,
};
use crate::findings::Finding;

/// Width and height of a drawn network.
const SIDE: f64 = 360.0;
/// Width of a timeline.
const WIDTH: f64 = 720.0;
/// Height of its bars.
const HEIGHT: f64 = 72.0;
/// Edges that are drawn; the most surprising, if there are more.
const MOST_LINES: usize = 1200;
/// Accounts that are drawn; those with the most ties, if there are more.
const MOST_DOTS: usize = 400;
const MARGIN: f64 = 14.0;
const MOST_BARS: i64 = 60;
const DAY_US: i64 = 86_400_000_000;
const HOUR_US: i64 = 3_600_000_000;

/// A drawn network.
pub(super) struct Drawing {
    pub(super) side: f64,
    pub(super) lines: Vec<Line>,
    pub(super) dots: Vec<Dot>,
    pub(super) label: String,
    /// What was left out.
    pub(super) left_out: Vec<String>,
}

/// An edge.
pub(super) struct Line {
    pub(super) x1: String,
    pub(super) y1: String,
    pub(super) x2: String,
    pub(super) y2: String,
}

/// An account.
pub(super) struct Dot {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) r: String,
    pub(super) label: String,
}

/// Found beside expected.
pub(super) struct Bars {
    pub(super) label: String,
    pub(super) bars: Vec<Measure>,
}

/// One number with its bar.
pub(super) struct Measure {
    pub(super) name: String,
    pub(super) value: String,
    /// Of the longest, in percent.
    pub(super) width: String,
}

/// Co-actions over time.
pub(super) struct Timeline {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) bars: Vec<Bar>,
    pub(super) label: String,
    pub(super) caption: String,
}

/// One stretch of time.
pub(super) struct Bar {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    /// When, and how many.
    pub(super) label: String,
}

/// Co-actions by weekday and hour.
pub(super) struct Week {
    pub(super) days: Vec<Day>,
    pub(super) caption: String,
}

/// One weekday.
pub(super) struct Day {
    pub(super) name: String,
    pub(super) y: usize,
    pub(super) cells: Vec<Cell>,
}

/// One hour of a weekday.
pub(super) struct Cell {
    pub(super) x: usize,
    /// From 0.04 to 1: how dark.
    pub(super) shade: String,
    pub(super) label: String,
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// The network of one group, at the places that its table holds.
pub(super) fn drawing(contents: &Contents<'_>, finding: &Finding, t: &Texts) -> Drawing {
    let Contents { tables, lens, .. } = *contents;
    let groups = tables.groups;
    let place = |row: usize| {
        let scale = SIDE - 2.0 * MARGIN;
        let (x, y) = (groups.x.value(row), groups.y.value(row));
        (number(MARGIN + x * scale), number(MARGIN + y * scale))
    };
    let mut members: Vec<usize> = finding.members.clone().collect();
    members.sort_by_key(|&row| (std::cmp::Reverse(groups.ties.value(row)), row));
    let undrawn_dots = members.len().saturating_sub(MOST_DOTS);
    members.truncate(MOST_DOTS);
    members.sort_unstable();
    let row_of: BTreeMap<u32, usize> =
        members.iter().map(|&row| (groups.account.value(row), row)).collect();
    let mut pairs: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for &edge in &finding.edges {
        let pair = (tables.network.a.value(edge), tables.network.b.value(edge));
        let p = pairs.entry(pair).or_insert(1.0);
        *p = p.min(tables.network.p.value(edge));
    }
    let all = pairs.len();
    let mut ranked: Vec<((u32, u32), f64)> = pairs
        .into_iter()
        .filter(|((a, b), _)| row_of.contains_key(a) && row_of.contains_key(b))
        .collect();
    ranked.sort_by(|l, r| l.1.total_cmp(&r.1).then(l.0.cmp(&r.0)));
    ranked.truncate(MOST_LINES);
    let lines: Vec<Line> = ranked
        .iter()
        .filter_map(|((a, b), _)| {
            let ((x1, y1), (x2, y2)) = (place(*row_of.get(a)?), place(*row_of.get(b)?));
            Some(Line { x1, y1, x2, y2 })
        })
        .collect();
    let radius = if finding.members.len() > 60 { 3.0 } else { 5.0 };
    let dots: Vec<Dot> = members
        .iter()
        .map(|&row| {
            let (x, y) = place(row);
            let label = account_name(tables, groups.account.value(row) as usize, lens);
            Dot { x, y, r: number(radius), label }
        })
        .collect();
    let left_out = |key: &str, drawn: usize, left: usize| {
        (left > 0)
            .then(|| t.say(key, &[("drawn", &count(drawn as u64)), ("left", &count(left as u64))]))
    };
    Drawing {
        side: SIDE,
        label: t.say(
            "chart.network",
            &[
                ("number", &finding.number.to_string()),
                ("accounts", &count(finding.members.len() as u64)),
                ("ties", &count(all as u64)),
            ],
        ),
        left_out: [
            left_out("chart.dots_left_out", dots.len(), undrawn_dots),
            left_out("chart.lines_left_out", lines.len(), all - lines.len()),
        ]
        .into_iter()
        .flatten()
        .collect(),
        lines,
        dots,
    }
}

/// Occasions found beside those expected.
pub(super) fn bars(finding: &Finding, level: Level, t: &Texts) -> Bars {
    let (found, expected) = (finding.occasions as f64, finding.expected);
    let most = found.max(expected).max(1e-9);
    let measure = |key: &str, value: f64, shown: String| Measure {
        name: t.get(key).to_owned(),
        value: shown,
        width: number((100.0 * value / most).max(0.3)),
    };
    let (found_words, expected_words) = (shown(finding.occasions, level), amount(expected));
    Bars {
        label: t.say("chart.bars", &[("found", &found_words), ("expected", &expected_words)]),
        bars: vec![
            measure("chart.found", found, found_words),
            measure("chart.expected", expected, expected_words),
        ],
    }
}

/// Co-actions of one group by hour or by day, at most sixty bars or so.
pub(super) fn timeline(finding: &Finding, shift: i64, t: &Texts) -> Timeline {
    let moments = &finding.moments;
    let first = moments.first().copied().unwrap_or_default() + shift;
    let last = moments.last().copied().unwrap_or_default() + shift;
    let (step, days) = step(last - first);
    let unit = match days {
        0 => t.get("chart.hour").to_owned(),
        1 => t.get("chart.day").to_owned(),
        days => t.say("chart.days", &[("days", &days.to_string())]),
    };
    let start = first.div_euclid(step) * step;
    let bins = ((last - start) / step + 1) as usize;
    let mut counts = vec![0_u64; bins];
    for moment in moments {
        counts[((moment + shift - start) / step) as usize] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let width = WIDTH / bins as f64;
    let bars = counts.iter().enumerate().filter(|&(_, &count)| count > 0).map(|(bin, &count)| {
        let height = HEIGHT * count as f64 / most as f64;
        let begins = start + bin as i64 * step;
        let when = if days == 0 { moment(begins) } else { date(begins) };
        Bar {
            x: number(bin as f64 * width),
            y: number(HEIGHT - height),
            width: number((width - 1.0).max(1.0)),
            height: number(height),
            label: format!("{when}: {count}"),
        }
    });
    let most = count(most);
    Timeline {
        width: WIDTH,
        height: HEIGHT,
        bars: bars.collect(),
        label: t.say(
            "chart.timeline",
            &[("number", &finding.number.to_string()), ("most", &most), ("unit", &unit)],
        ),
        caption: t.say(
            "chart.timeline_caption",
            &[("first", &date(first)), ("last", &date(last)), ("unit", &unit), ("most", &most)],
        ),
    }
}

/// The shortest of an hour (0), a day, or some days that needs at most sixty bars.
fn step(span: i64) -> (i64, i64) {
    if span / HOUR_US < MOST_BARS {
        return (HOUR_US, 0);
    }
    let days = span / DAY_US / MOST_BARS + 1;
    (days * DAY_US, days)
}

const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Co-actions by weekday and hour of a zone.
pub(super) fn week(moments: &[i64], zone: Zone, t: &Texts) -> Week {
    let mut counts = [[0_u64; 24]; 7];
    for moment in moments {
        let local = moment + zone.shift();
        // 1970-01-01 was a Thursday.
        let day = (local.div_euclid(DAY_US) + 3).rem_euclid(7) as usize;
        let hour = (local.rem_euclid(DAY_US) / HOUR_US) as usize;
        counts[day][hour] += 1;
    }
    let most = counts.iter().flatten().copied().max().unwrap_or(0);
    let mut busiest = (0, 0);
    for (day, hours) in counts.iter().enumerate() {
        for (hour, &count) in hours.iter().enumerate() {
            if count > counts[busiest.0][busiest.1] {
                busiest = (day, hour);
            }
        }
    }
    let name = |day: usize| t.get(&format!("chart.{}", DAYS[day])).to_owned();
    let days = counts.iter().enumerate().map(|(day, hours)| Day {
        name: name(day),
        y: 14 * day,
        cells: hours
            .iter()
            .enumerate()
            .filter(|&(_, &count)| count > 0)
            .map(|(hour, &count)| Cell {
                x: hour,
                shade: format!("{:.2}", 0.12 + 0.88 * count as f64 / most.max(1) as f64),
                label: format!("{} {hour:02}:00: {count}", name(day)),
            })
            .collect(),
    });
    Week {
        days: days.collect(),
        caption: t.say(
            "chart.heat",
            &[
                ("zone", &format!("UTC{zone}")),
                ("most", &count(most)),
                ("day", &name(busiest.0)),
                ("hour", &format!("{:02}", busiest.1)),
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Language;

    #[test]
    fn a_timeline_needs_at_most_sixty_bars_or_so() {
        for days in [0, 1, 3, 59, 60, 61, 1500] {
            let span = days * DAY_US;
            let (step, _) = step(span);
            assert!(span / step < 61, "{days} days: {} bars", span / step);
        }
    }

    #[test]
    fn a_week_counts_every_moment_in_the_hours_of_its_zone() {
        let t = Texts::of(Language::En);
        // 2024-05-01T22:45Z is a Wednesday; in Tehran it is Thursday, 02:15.
        let moments = [1_714_603_500_000_000];
        let labels = |zone: &str| -> Vec<String> {
            let week = week(&moments, zone.parse().unwrap(), t);
            week.days.into_iter().flat_map(|day| day.cells).map(|cell| cell.label).collect()
        };
        assert_eq!(labels("+00:00"), ["Wed 22:00: 1"]);
        assert_eq!(labels("+03:30"), ["Thu 02:00: 1"]);
    }
}
