//! Stretches in which something appears faster than over the whole.
//!
//! **Invariant:** a stretch is named once, at its highest level.

use concerted_methods::series;

/// A stretch in which it came faster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Faster {
    /// First and last appearance of the stretch, in microseconds.
    pub span: (i64, i64),
    /// Appearances in it.
    pub posts: u64,
    /// The rate is 2 to this power times that of the whole.
    pub level: u32,
}

/// When did it come in bursts?
///
/// `times` in rising order and the coarsest resolution among them, in microseconds. See
/// [`concerted_methods::series::bursts`]. A stretch of which a further level has the same ends is
/// told at the higher level; at most the 20 with most appearances, in order of time.
#[must_use]
pub fn bursts(times: &[i64], resolution_us: i64) -> Vec<Faster> {
    let Some(&first) = times.first() else { return Vec::new() };
    let seconds: Vec<f64> = times.iter().map(|time| (time - first) as f64 / 1e6).collect();
    let mut found = series::bursts(&seconds, (resolution_us.max(1) as f64 / 1e6).max(1.0));
    found.sort_by_key(|burst| (burst.first, burst.last, std::cmp::Reverse(burst.level)));
    found.dedup_by_key(|burst| (burst.first, burst.last));
    let mut found: Vec<Faster> = found
        .into_iter()
        .map(|burst| Faster {
            span: (times[burst.first], times[burst.last]),
            posts: (burst.last - burst.first + 1) as u64,
            level: burst.level,
        })
        .collect();
    found.sort_by_key(|burst| (std::cmp::Reverse(burst.posts), burst.span));
    found.truncate(20);
    found.sort_by_key(|burst| (burst.span.0, std::cmp::Reverse(burst.posts)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_within_quiet_weeks_is_found_with_its_ends() {
        let minute = 60_000_000;
        let quiet = (0..30).map(|day| day * 1_440 * minute);
        let burst = (0..90).map(|n| 10 * 1_440 * minute + 60 * minute + (n / 10) * minute);
        let mut times: Vec<i64> = quiet.chain(burst).collect();
        times.sort_unstable();
        let found = bursts(&times, minute);
        let start = 10 * 1_440 * minute + 60 * minute;
        let whole = found.iter().find(|burst| burst.span == (start, start + 8 * minute));
        assert!(whole.is_some_and(|burst| burst.posts == 90 && burst.level > 5), "{found:?}");
        assert!(bursts(&[], minute).is_empty());
    }
}
