//! Figures as plain geometry: the template turns them into SVG.
//!
//! **Invariant:** all numbers are finite and rounded, so that the same tables give the same bytes.

use std::collections::BTreeMap;

use super::moment::{date, moment};
use crate::findings::{Finding, Tables};

/// Width and height of a drawn network.
pub(super) const SIDE: f64 = 360.0;
/// Width of a timeline.
pub(super) const WIDTH: f64 = 720.0;
/// Height of its bars.
pub(super) const HEIGHT: f64 = 72.0;

/// Edges that are drawn; the most surprising, if there are more.
const MAX_LINES: usize = 1500;
const MARGIN: f64 = 14.0;
const MOST_BARS: i64 = 60;
const DAY_US: i64 = 86_400_000_000;
const HOUR_US: i64 = 3_600_000_000;

/// A drawn network.
pub(super) struct Drawing {
    pub(super) lines: Vec<Line>,
    pub(super) dots: Vec<Dot>,
    /// Edges left out of the drawing.
    pub(super) undrawn: usize,
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

/// Co-actions over time.
pub(super) struct Timeline {
    pub(super) bars: Vec<Bar>,
    /// What one bar is: `day` or `hour` or `n days`.
    pub(super) unit: String,
    pub(super) most: usize,
    /// Dates of the first and the last co-action.
    pub(super) first: String,
    pub(super) last: String,
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

fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// The network of one group, at the places that its table holds.
pub(super) fn drawing(
    tables: Tables<'_>,
    finding: &Finding,
    name: impl Fn(usize) -> String,
) -> Drawing {
    let place = |row: usize| {
        let scale = SIDE - 2.0 * MARGIN;
        let (x, y) = (tables.groups.x.value(row), tables.groups.y.value(row));
        (number(MARGIN + x * scale), number(MARGIN + y * scale))
    };
    let row_of: BTreeMap<u32, usize> =
        finding.members.clone().map(|row| (tables.groups.account.value(row), row)).collect();
    let mut pairs: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for &edge in &finding.edges {
        let pair = (tables.network.a.value(edge), tables.network.b.value(edge));
        let p = pairs.entry(pair).or_insert(1.0);
        *p = p.min(tables.network.p.value(edge));
    }
    let mut ranked: Vec<((u32, u32), f64)> = pairs.into_iter().collect();
    ranked.sort_by(|l, r| l.1.total_cmp(&r.1).then(l.0.cmp(&r.0)));
    let undrawn = ranked.len().saturating_sub(MAX_LINES);
    ranked.truncate(MAX_LINES);
    let lines = ranked.iter().filter_map(|((a, b), _)| {
        let ((x1, y1), (x2, y2)) = (place(*row_of.get(a)?), place(*row_of.get(b)?));
        Some(Line { x1, y1, x2, y2 })
    });
    let radius = if finding.members.len() > 60 { 3.0 } else { 5.0 };
    let dots = finding.members.clone().map(|row| {
        let (x, y) = place(row);
        Dot { x, y, r: number(radius), label: name(row) }
    });
    Drawing { lines: lines.collect(), dots: dots.collect(), undrawn }
}

/// Co-actions of one group by hour or by day, at most sixty bars.
pub(super) fn timeline(moments: &[i64]) -> Timeline {
    let (first, last) =
        (moments.first().copied().unwrap_or_default(), moments.last().copied().unwrap_or_default());
    let (step, unit) = step(last - first);
    let start = first.div_euclid(step) * step;
    let bins = ((last - start) / step + 1) as usize;
    let mut counts = vec![0; bins];
    for moment in moments {
        counts[((moment - start) / step) as usize] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let width = WIDTH / bins as f64;
    let bars = counts.iter().enumerate().filter(|&(_, &count)| count > 0).map(|(bin, &count)| {
        let height = HEIGHT * count as f64 / most as f64;
        Bar {
            x: number(bin as f64 * width),
            y: number(HEIGHT - height),
            width: number((width - 1.0).max(1.0)),
            height: number(height),
            label: format!("{}: {count}", moment(start + bin as i64 * step)),
        }
    });
    Timeline { bars: bars.collect(), unit, most, first: date(first), last: date(last) }
}

/// The shortest of an hour, a day, or some days that needs at most sixty bars.
fn step(span: i64) -> (i64, String) {
    if span / HOUR_US < MOST_BARS {
        return (HOUR_US, "hour".into());
    }
    let days = span / DAY_US / MOST_BARS + 1;
    let unit = if days == 1 { "day".to_owned() } else { format!("{days} days") };
    (days * DAY_US, unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeline_counts_every_moment_once_in_at_most_sixty_bars() {
        for span_days in [0, 1, 3, 59, 60, 61, 1500] {
            let moments: Vec<i64> = (0..=100).map(|n| n * span_days * DAY_US / 100).collect();
            let timeline = timeline(&moments);
            let count = |bar: &Bar| bar.label.rsplit(' ').next().unwrap().parse::<usize>().unwrap();
            assert_eq!(timeline.bars.iter().map(count).sum::<usize>(), 101);
            assert!(timeline.bars.len() <= 61, "{span_days} days: {} bars", timeline.bars.len());
        }
    }
}
