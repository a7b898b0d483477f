//! How much of a tie hangs on one thing?
//!
//! **Invariant:** a tie without one of its things has no more occasions than with it; the expected number
//! stays, which makes the answer careful, since without that thing less would be expected too.

use concerted_methods::tails::ln_poisson_upper;

use crate::DetectError;

/// One co-action of a tie: on which object, and when the earlier of the two acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoAction {
    /// Row of the object.
    pub object: u32,
    /// Microseconds since 1970 UTC.
    pub time: i64,
}

/// A tie without the thing that it can spare least.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weakest {
    /// The thing that was left out.
    pub object: u32,
    /// Occasions that remain.
    pub episodes: u32,
    /// Probability of as many under the null, corrected for the number of windows.
    pub p: f64,
}

/// What remains of a tie if the thing is left out that it can spare least?
///
/// `co_actions` in any order; those closer than `gap` microseconds are one occasion. `expected` is the
/// mean under the null, `windows` their number. `None` if there is nothing to leave out. Of several
/// things that can be spared equally little, the smallest. O(n log n + n · distinct objects).
///
/// # Errors
/// [`DetectError::Computation`] if `expected` is no mean.
pub fn weakest(
    co_actions: &[CoAction],
    gap: i64,
    expected: f64,
    windows: usize,
) -> Result<Option<Weakest>, DetectError> {
    let mut in_order = co_actions.to_vec();
    in_order.sort_unstable_by_key(|of| (of.time, of.object));
    let mut objects: Vec<u32> = in_order.iter().map(|of| of.object).collect();
    objects.sort_unstable();
    objects.dedup();
    let left = |object: u32| {
        let times = in_order.iter().filter(|of| of.object != object).map(|of| of.time);
        episodes(times, gap)
    };
    let least = objects.into_iter().map(|object| (left(object), object)).min();
    let Some((episodes, object)) = least else { return Ok(None) };
    let ln_p = ln_poisson_upper(u64::from(episodes), expected)
        .map_err(|error| DetectError::refused("Poisson tail", error))?;
    let p = (ln_p.exp() * windows as f64).min(1.0);
    Ok(Some(Weakest { object, episodes, p }))
}

/// Times in order, those closer than `gap` to the one before counted with it.
fn episodes(times: impl Iterator<Item = i64>, gap: i64) -> u32 {
    let (mut count, mut before) = (0, None);
    for time in times {
        if before.is_none_or(|before| time - before >= gap) {
            count += 1;
        }
        before = Some(time);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(object: u32, time: i64) -> CoAction {
        CoAction { object, time }
    }

    #[test]
    fn the_thing_that_a_tie_can_spare_least_is_the_one_with_most_occasions_of_its_own() {
        let tie = [at(1, 0), at(1, 100), at(1, 200), at(2, 300), at(3, 305)];
        let weakest = weakest(&tie, 10, 0.5, 1).unwrap().unwrap();
        assert_eq!((weakest.object, weakest.episodes), (1, 1));
        // P(Poisson(0.5) ≥ 1) = 1 − e^−0.5
        assert!((weakest.p - (1.0 - (-0.5_f64).exp())).abs() < 1e-12, "{weakest:?}");
    }

    #[test]
    fn the_correction_for_windows_is_that_of_the_test_and_stops_at_one() {
        let tie = [at(1, 0), at(2, 100)];
        let p = |windows| weakest(&tie, 10, 0.1, windows).unwrap().unwrap().p;
        assert!((p(3) / p(1) - 3.0).abs() < 1e-9);
        assert!((p(1000) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn of_nothing_nothing_can_be_left_out() {
        assert_eq!(weakest(&[], 10, 0.1, 1).unwrap(), None);
    }
}
