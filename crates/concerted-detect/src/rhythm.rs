//! When an account posts: how even the gaps are, and how quiet the quietest hours.
//!
//! **Invariant:** only what is counted is told; what is even or quiet enough is for who asks.

const HOUR: i64 = 3_600_000_000;
/// Gaps that evenness needs.
const LEAST_GAPS: usize = 20;
/// Gaps beyond this are pauses.
const LONGEST_GAP: i64 = HOUR / 2;

/// Gaps between posts within sittings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Gaps {
    /// In microseconds.
    pub(crate) mean: f64,
    /// Standard deviation.
    pub(crate) deviation: f64,
}

impl Gaps {
    /// Of times in order; nothing if there are fewer than 20 that the `resolution` of the times can tell.
    pub(crate) fn of(times: &[i64], resolution: i64) -> Option<Self> {
        let gaps: Vec<f64> = times
            .windows(2)
            .map(|two| two[1] - two[0])
            .filter(|&gap| gap > 2 * resolution && gap < LONGEST_GAP)
            .map(|gap| gap as f64)
            .collect();
        if gaps.len() < LEAST_GAPS {
            return None;
        }
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        Some(Self { mean, deviation: variance.sqrt() })
    }
}

/// How many of the times lie in the quietest so many hours of the day (UTC) that follow each other.
pub(crate) fn in_quietest(times: &[i64], hours: usize) -> usize {
    let mut of_hour = [0; 24];
    times.iter().for_each(|time| of_hour[time.div_euclid(HOUR).rem_euclid(24) as usize] += 1);
    let from = |start: usize| (0..hours).map(|step| of_hour[(start + step) % 24]).sum();
    (0..24).map(from).min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_and_what_the_clock_cannot_tell_are_no_gaps() {
        let times = |gap: i64| (0..21).map(|n| n * gap * 1_000_000).collect::<Vec<i64>>();
        let even = Gaps { mean: 30e6, deviation: 0.0 };
        assert_eq!(Gaps::of(&times(30), 1_000_000), Some(even));
        assert_eq!(Gaps::of(&times(30)[1..], 1_000_000), None, "too few");
        assert_eq!(Gaps::of(&times(30), 15_000_000), None, "coarse times");
        assert_eq!(Gaps::of(&times(1_800), 1_000_000), None, "pauses");
    }

    #[test]
    fn the_quietest_hours_may_lie_around_midnight() {
        let times: Vec<i64> = (1..23).map(|hour| hour * HOUR).collect();
        assert_eq!([1, 2, 3, 24].map(|hours| in_quietest(&times, hours)), [0, 0, 1, 22]);
    }
}
