//! How sure a share or a ratio of rates is, from counts.
//!
//! **Invariant:** an interval holds its estimate; counts of 0 give an interval, not an error.

/// An estimate with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The estimate itself.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end; infinite where the data sets no bound.
    pub high: f64,
}

/// Standard normal quantile of 0.975: intervals are 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// Which share of trials succeeds, and how sure is that?
///
/// `successes` of `trials`, at most all. Returns the observed share and its 95 % interval in
/// `[0, 1]`; without trials 0.5 in `[0, 1]`. O(1).
///
/// # References
/// Wilson 1927 (DOI 10.1080/01621459.1927.10502953), without correction for continuity; recommended
/// for small counts by Brown, Cai & DasGupta 2001. Agrees with R 4 `prop.test(8, 10, correct = FALSE)`:
/// 0.4902 to 0.9433.
///
/// ```
/// use concerted_methods::series::share;
/// // First in 8 of 10 meetings: in 49 % to 94 % of all, so that it may be no more than chance.
/// let first = share(8, 10);
/// assert!((first.low - 0.4902).abs() < 5e-5 && (first.high - 0.9433).abs() < 5e-5);
/// ```
#[must_use]
pub fn share(successes: u64, trials: u64) -> Interval {
    if trials == 0 {
        return Interval { estimate: 0.5, low: 0.0, high: 1.0 };
    }
    let n = trials as f64;
    let p = (successes.min(trials)) as f64 / n;
    let centre = p + Z * Z / (2.0 * n);
    let reach = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    Interval {
        estimate: p,
        low: ((centre - reach) / whole).clamp(0.0, p),
        high: ((centre + reach) / whole).clamp(p, 1.0),
    }
}

/// How many times as often do events happen in one stretch as in another?
///
/// Null for reading it: both counts are Poisson. `counts` and `lengths` of the two stretches,
/// lengths above 0 in one unit. Given the sum of the counts, the first is binomial; the interval is
/// that of its share, turned into a ratio. Without any event the ratio is 1, from 0 to infinity. O(1).
///
/// # References
/// Przyborowski & Wilenski 1940 for the conditional argument; [`share`] for the interval.
///
/// ```
/// use concerted_methods::series::rate_ratio;
/// // 30 posts in the hour after, 10 in five like hours of other weeks.
/// let ratio = rate_ratio([30, 10], [1.0, 5.0]);
/// assert!((ratio.estimate - 15.0).abs() < 1e-9);
/// assert!(ratio.low > 7.0 && ratio.high < 31.0);
/// ```
#[must_use]
pub fn rate_ratio(counts: [u64; 2], lengths: [f64; 2]) -> Interval {
    let scale = lengths[1] / lengths[0];
    let odds =
        |share: f64| if share >= 1.0 { f64::INFINITY } else { share / (1.0 - share) * scale };
    if counts == [0, 0] {
        return Interval { estimate: 1.0, low: 0.0, high: f64::INFINITY };
    }
    let first = share(counts[0], counts[0] + counts[1]);
    Interval { estimate: odds(first.estimate), low: odds(first.low), high: odds(first.high) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_holds_its_estimate_and_narrows_with_more_trials() {
        for trials in [1_u64, 2, 10, 1000] {
            for successes in 0..=trials.min(20) {
                let found = share(successes, trials);
                assert!(found.low <= found.estimate && found.estimate <= found.high);
            }
        }
        let width = |found: Interval| found.high - found.low;
        assert!(width(share(50, 100)) < width(share(5, 10)));
    }

    #[test]
    fn no_events_leave_the_ratio_open() {
        let ratio = rate_ratio([0, 0], [1.0, 1.0]);
        assert_eq!((ratio.low, ratio.high), (0.0, f64::INFINITY));
        assert_eq!(rate_ratio([4, 0], [1.0, 9.0]).high, f64::INFINITY);
        assert_eq!(rate_ratio([0, 4], [1.0, 9.0]).low, 0.0);
    }

    #[test]
    fn stretches_of_unlike_length_are_compared_by_rate() {
        assert!((rate_ratio([10, 20], [1.0, 2.0]).estimate - 1.0).abs() < 1e-12);
    }
}
