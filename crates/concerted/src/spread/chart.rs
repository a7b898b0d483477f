//! The spread as plain geometry: bars over the whole time, and every post of one hour.
//!
//! **Invariant:** all numbers are finite and rounded, so that the same posts give the same bytes.

use super::Dot;
use crate::report::moment::moment;

/// Width of a figure.
pub(super) const WIDTH: f64 = 720.0;
/// Height of the bars.
pub(super) const HEIGHT: f64 = 90.0;

const MINUTE_US: i64 = 60_000_000;
const HOUR_US: i64 = 60 * MINUTE_US;
const MOST_BARS: i64 = 120;
/// Lengths of a bar, in minutes, with their names; beyond, days.
const STEPS: [(i64, &str); 6] = [
    (1, "minute"),
    (10, "10 minutes"),
    (60, "hour"),
    (360, "6 hours"),
    (1_440, "day"),
    (10_080, "week"),
];
/// Accounts that are drawn in one hour, by their first post in it.
const ROWS: usize = 160;
/// Height of an account's row.
const ROW: f64 = 5.0;

/// Posts over the whole time.
pub(super) struct Bars {
    pub(super) bars: Vec<Bar>,
    /// What one bar is.
    pub(super) unit: String,
    pub(super) most: usize,
    pub(super) first: String,
    pub(super) last: String,
}

pub(super) struct Bar {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    pub(super) label: String,
}

/// Every post of one hour: time from left to right, a row an account.
pub(super) struct Hour {
    pub(super) start: String,
    pub(super) posts: usize,
    pub(super) accounts: usize,
    /// Accounts beyond those that are drawn.
    pub(super) undrawn: usize,
    pub(super) height: String,
    pub(super) points: Vec<Point>,
    /// Lines at every ten minutes.
    pub(super) ticks: Vec<Tick>,
}

pub(super) struct Point {
    pub(super) x: String,
    pub(super) y: String,
    /// Whether its account is in a group of the case.
    pub(super) grouped: bool,
    pub(super) label: String,
}

pub(super) struct Tick {
    pub(super) x: String,
    pub(super) label: String,
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// Bars of the shortest unit of which few enough are needed. `dots` in order of time.
pub(super) fn bars(dots: &[Dot]) -> Bars {
    let (first, last) = (
        dots.first().map(|dot| dot.time).unwrap_or_default(),
        dots.last().map(|dot| dot.time).unwrap_or_default(),
    );
    let fitting =
        STEPS.into_iter().find(|(minutes, _)| (last - first) / (minutes * MINUTE_US) < MOST_BARS);
    let (step, unit) = match fitting {
        Some((minutes, unit)) => (minutes * MINUTE_US, unit.to_owned()),
        None => {
            let days = (last - first) / (24 * HOUR_US) / MOST_BARS + 1;
            (days * 24 * HOUR_US, format!("{days} days"))
        }
    };
    let start = first.div_euclid(step) * step;
    let mut counts = vec![0_usize; ((last - start) / step + 1) as usize];
    for dot in dots {
        counts[((dot.time - start) / step) as usize] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let width = WIDTH / counts.len() as f64;
    let bars = counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(place, &count)| {
        let height = HEIGHT * count as f64 / most as f64;
        Bar {
            x: number(place as f64 * width),
            y: number(HEIGHT - height),
            width: number((width - 0.5).max(1.0)),
            height: number(height),
            label: format!("{}: {count}", moment(start + place as i64 * step)),
        }
    });
    Bars { bars: bars.collect(), unit, most, first: moment(first), last: moment(last) }
}

/// The hours to be drawn: that of the first post, and that which holds most, if it is another.
pub(super) fn hours(dots: &[Dot], names: &[String]) -> Vec<Hour> {
    let Some(first) = dots.first() else { return Vec::new() };
    let mut starts = vec![first.time];
    let densest = densest(dots);
    if densest != first.time {
        starts.push(densest);
    }
    starts.into_iter().map(|start| hour(dots, names, start)).collect()
}

/// The post with which the hour of most posts begins; the earliest of equals.
fn densest(dots: &[Dot]) -> i64 {
    let mut best = (0, 0);
    let mut end = 0;
    for (start, dot) in dots.iter().enumerate() {
        while end < dots.len() && dots[end].time < dot.time + HOUR_US {
            end += 1;
        }
        if end - start > best.0 {
            best = (end - start, dot.time);
        }
    }
    best.1
}

fn hour(dots: &[Dot], names: &[String], start: i64) -> Hour {
    let from = dots.partition_point(|dot| dot.time < start);
    let to = dots.partition_point(|dot| dot.time < start + HOUR_US);
    let dots = &dots[from..to];
    let mut rows: Vec<usize> = Vec::new();
    let mut points = Vec::new();
    let mut undrawn = std::collections::BTreeSet::new();
    for dot in dots {
        let row = rows.iter().position(|account| *account == dot.account);
        let row = match row {
            Some(row) => row,
            None if rows.len() < ROWS => {
                rows.push(dot.account);
                rows.len() - 1
            }
            None => {
                undrawn.insert(dot.account);
                continue;
            }
        };
        points.push(Point {
            x: number(WIDTH * (dot.time - start) as f64 / HOUR_US as f64),
            y: number(ROW * (row as f64 + 0.5)),
            grouped: dot.group.is_some(),
            label: format!(
                "{} {}",
                moment(dot.time),
                names.get(dot.account).map_or("", String::as_str)
            ),
        });
    }
    let ticks = (1..6).map(|tenth| Tick {
        x: number(WIDTH * f64::from(tenth) / 6.0),
        label: format!("{}0 min", tenth),
    });
    Hour {
        start: moment(start),
        posts: dots.len(),
        accounts: rows.len() + undrawn.len(),
        undrawn: undrawn.len(),
        height: number((ROW * rows.len() as f64).max(ROW)),
        points,
        ticks: ticks.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot(time: i64, account: usize) -> Dot {
        Dot { time, account, group: None }
    }

    #[test]
    fn bars_count_every_post_once() {
        for span in [0, MINUTE_US, HOUR_US, 100 * HOUR_US, 50_000 * HOUR_US] {
            let dots: Vec<Dot> = (0..=50).map(|n| dot(n * span / 50, 0)).collect();
            let drawn = bars(&dots);
            let count = |bar: &Bar| bar.label.rsplit(' ').next().unwrap().parse::<usize>().unwrap();
            assert_eq!(drawn.bars.iter().map(count).sum::<usize>(), 51);
            assert!(drawn.bars.len() <= 122, "{span}");
        }
    }

    #[test]
    fn the_first_hour_and_the_densest_are_drawn_whole() {
        let mut dots = vec![dot(0, 0), dot(HOUR_US / 2, 1)];
        dots.extend((0..40).map(|n| dot(90 * HOUR_US + n * MINUTE_US, n as usize % 7)));
        let names: Vec<String> = (0..7).map(|n| format!("account {n}")).collect();
        let hours = hours(&dots, &names);
        let seen: Vec<(usize, usize, usize)> =
            hours.iter().map(|hour| (hour.posts, hour.accounts, hour.points.len())).collect();
        assert_eq!(seen, [(2, 2, 2), (40, 7, 40)]);
        assert_eq!(hours[1].points[1].x, "12.0");
    }
}
