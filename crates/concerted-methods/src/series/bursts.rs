//! Bursts: stretches in which events come faster than before, found without a threshold on counts.
//!
//! **Invariant:** a burst of one level lies within a burst of the level below; times that are equal
//! are no error, they are simply very near.

/// A stretch of events that come at a higher rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// How much higher: the rate of level `n` is 2ⁿ times that of the whole. From 1.
    pub level: u32,
    /// The first event of the stretch, counted from 0.
    pub first: usize,
    /// The last event.
    pub last: usize,
}

/// Factor between the rates of two levels.
const STEP: f64 = 2.0;
/// Levels above the lowest, at most: a billionfold rate.
const LEVELS: usize = 30;
/// Weight of a climb of one level, in units of ln n.
const CLIMB: f64 = 1.0;

/// When do events come in bursts?
///
/// Model: gaps are exponential with a rate that depends on a hidden level; a climb of one level
/// costs ln n, a fall costs nothing. The answer is the sequence of levels of least total cost.
/// `times`: rising, in any unit; `finest`: the least gap that the clock can tell, above 0. Returns
/// bursts by first event, the wider first; none for fewer than 3 events. O(n · levels²) time.
///
/// Deviations from the reference: at most 30 levels; a gap below `finest` counts as half of it.
///
/// # References
/// Kleinberg 2003 (DOI 10.1023/A:1024940629314), infinite-state automaton A*(s, γ) with s = 2, γ = 1.
///
/// ```
/// use concerted_methods::series::bursts;
/// let mut times: Vec<f64> = (0..20).map(|n| 3600.0 * f64::from(n)).collect();
/// times.extend((0..30).map(|n| 72_000.0 + f64::from(n)));
/// times.extend((0..20).map(|n| 80_000.0 + 3600.0 * f64::from(n)));
/// // Thirty events in half a minute, among forty in two days.
/// let burst = bursts(&times, 1.0)[0];
/// assert_eq!((burst.first, burst.last), (20, 49));
/// ```
#[must_use]
pub fn bursts(times: &[f64], finest: f64) -> Vec<Burst> {
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return Vec::new() };
    let gaps: Vec<f64> = times.windows(2).map(|two| (two[1] - two[0]).max(finest / 2.0)).collect();
    if gaps.len() < 2 || last - first < finest {
        return Vec::new();
    }
    let rate = gaps.len() as f64 / gaps.iter().sum::<f64>();
    let least = gaps.iter().copied().fold(f64::INFINITY, f64::min);
    let levels = (1.0 + (1.0 / (rate * least)).log(STEP).max(0.0)).ceil() as usize;
    stretches(&cheapest(&gaps, rate, levels.clamp(2, LEVELS)))
}

/// The level of each gap in the cheapest sequence (Viterbi 1967).
fn cheapest(gaps: &[f64], rate: f64, levels: usize) -> Vec<usize> {
    let climb = CLIMB * (gaps.len() as f64).ln();
    let rates: Vec<f64> = (0..levels).map(|level| rate * STEP.powi(level as i32)).collect();
    let mut costs = vec![f64::INFINITY; levels];
    costs[0] = 0.0;
    let mut came_from: Vec<Vec<u8>> = Vec::with_capacity(gaps.len());
    for gap in gaps {
        let mut next = vec![0.0; levels];
        let mut from = vec![0_u8; levels];
        for level in 0..levels {
            let way = |before: usize| costs[before] + climb * (level.saturating_sub(before)) as f64;
            // Of equally cheap ways the one from the lowest level.
            let best = (0..levels).min_by(|&l, &r| way(l).total_cmp(&way(r))).unwrap_or(0);
            // − ln of the exponential density.
            next[level] = way(best) + rates[level] * gap - rates[level].ln();
            from[level] = best as u8;
        }
        costs = next;
        came_from.push(from);
    }
    let mut level = (0..levels).min_by(|&l, &r| costs[l].total_cmp(&costs[r])).unwrap_or(0);
    let mut sequence = vec![0; gaps.len()];
    for at in (0..gaps.len()).rev() {
        sequence[at] = level;
        level = usize::from(came_from[at][level]);
    }
    sequence
}

/// Each stretch of gaps at a level or above it.
fn stretches(levels: &[usize]) -> Vec<Burst> {
    let mut open: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for (at, &level) in levels.iter().chain([&0]).enumerate() {
        while open.len() > level {
            let level = open.len() as u32;
            // Gap n lies between events n and n + 1.
            found.extend(open.pop().map(|first| Burst { level, first, last: at }));
        }
        while open.len() < level {
            open.push(at);
        }
    }
    found.sort_unstable_by_key(|burst| (burst.first, burst.level));
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn events_at_a_steady_rate_have_no_burst() {
        let times: Vec<f64> = (0..500).map(|n| 60.0 * f64::from(n)).collect();
        assert!(bursts(&times, 1.0).is_empty());
    }

    #[test]
    fn too_few_events_and_equal_times_are_no_error() {
        assert!(bursts(&[], 1.0).is_empty());
        assert!(bursts(&[5.0], 1.0).is_empty());
        assert!(bursts(&[5.0; 40], 1.0).is_empty());
    }

    proptest! {
        #[test]
        fn a_burst_lies_within_one_of_the_level_below(gaps in prop::collection::vec(prop::sample::select(vec![0.0, 1.0, 60.0, 3600.0]), 3..80)) {
            let times: Vec<f64> = gaps.iter().scan(0.0, |time, gap| { *time += gap; Some(*time) }).collect();
            let found = bursts(&times, 1.0);
            for burst in &found {
                prop_assert!(burst.first < burst.last && burst.last < times.len());
                let holds = |other: &&Burst| other.level + 1 == burst.level && other.first <= burst.first && other.last >= burst.last;
                prop_assert!(burst.level == 1 || found.iter().any(|other| holds(&other)));
            }
        }
    }
}
