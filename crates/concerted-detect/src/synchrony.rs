//! Posting at the same moments, whatever the content: the trace `post`.
//!
//! An object is a stretch of ten minutes, an action the first post of an account's own in it. Given
//! that two accounts both posted in one stretch, each at the moments of that sixth of an hour at
//! which it usually posts, how often would they be within the window of each other? Hours, days, weeks
//! and sittings cannot explain what is left: they are the same for both. Nor can a scheduler's round
//! minutes, which are part of an account's usual moments.
//!
//! **Invariant:** conditional on who posted in which stretch.
//!
//! # References
//! METHODS 2.5 and 2.7 (object-free synchrony); Amarasingham et al. 2012 (interval jitter).

use concerted_methods::tails::ln_poisson_binomial_upper;
use concerted_model::Span;

use crate::{
    DetectError,
    meetings::{Meeting, OwnSlots, sittings},
    slots::Slots,
    timing::Suspects,
};

/// Length of a stretch.
pub(crate) const STRETCH: Span = Span::seconds(600);
/// Windows beyond this share of a stretch cannot be told from the stretch itself.
const LARGEST_SHARE: i64 = 3;
/// Stretches of an hour.
const OF_HOUR: usize = 6;
/// Bins of the seconds of a stretch.
const BINS: usize = 20;
/// Weight of "any second is as likely" in an account's usual moments, in posts.
const PRIOR: f64 = 5.0;

/// The probability of a pair's synchrony, and how often it was expected to be within the window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Synchrony {
    pub(crate) ln_p: f64,
    pub(crate) expected: f64,
}

/// Tests each of `suspects`; `None` where the window is too large for a stretch.
///
/// O(n) for n slots, then the shared stretches of each pair.
pub(crate) fn test(
    slots: &Slots<'_>,
    suspects: &[Suspects],
    gap: Span,
) -> Result<Vec<Option<Synchrony>>, DetectError> {
    let own = OwnSlots::of(slots, suspects.iter().flat_map(|pair| [pair.a, pair.b]));
    suspects
        .iter()
        .map(|pair| {
            if LARGEST_SHARE * pair.window.as_micros() > STRETCH.as_micros() {
                return Ok(None);
            }
            let usual = [pair.a, pair.b].map(|account| usual_moments(slots, &own, account));
            let chances: [f64; OF_HOUR] = std::array::from_fn(|sixth| {
                within(&usual[0][sixth], &usual[1][sixth], pair.window)
            });
            let (mut meetings, mut expected) = (Vec::new(), 0.0);
            own.each_shared(slots, pair.a, pair.b, |one, other| {
                let (one, other) = (slots.time[one], slots.time[other]);
                let met = one.abs_diff(other) <= pair.window.as_micros().unsigned_abs();
                let chance = chances[sixth_of_hour(one)];
                expected += chance;
                meetings.push(Meeting { time: one.min(other), met, chance });
            });
            let (met, chances) = sittings(meetings, gap.as_micros());
            ln_poisson_binomial_upper(met, &chances)
                .map(|ln_p| Some(Synchrony { ln_p, expected }))
                .map_err(|error| DetectError::refused("Poisson-binomial tail", error))
        })
        .collect()
}

/// Share of an account's posts in each part of a stretch, for each sixth of an hour.
fn usual_moments(slots: &Slots<'_>, own: &OwnSlots, account: u32) -> [[f64; BINS]; OF_HOUR] {
    let mut shares = [[PRIOR / BINS as f64; BINS]; OF_HOUR];
    for &slot in own.of_account(account) {
        let time = slots.time[slot];
        let phase = time.rem_euclid(STRETCH.as_micros());
        let bin = (phase * BINS as i64 / STRETCH.as_micros()) as usize;
        shares[sixth_of_hour(time)][bin] += 1.0;
    }
    shares.map(|shares| {
        let all: f64 = shares.iter().sum();
        shares.map(|share| share / all)
    })
}

fn sixth_of_hour(time: i64) -> usize {
    time.div_euclid(STRETCH.as_micros()).rem_euclid(OF_HOUR as i64) as usize
}

/// Probability that two posts at these seconds of one stretch are within the window.
fn within(one: &[f64; BINS], other: &[f64; BINS], window: Span) -> f64 {
    let bin = STRETCH.as_micros() as f64 / BINS as f64;
    let reach = window.as_micros() as f64 / bin;
    let mut sum = 0.0;
    for (i, x) in one.iter().enumerate() {
        for (j, y) in other.iter().enumerate() {
            sum += x * y * near(i.abs_diff(j) as f64, reach);
        }
    }
    sum.clamp(0.0, 1.0)
}

/// Probability that two uniform points in bins of length 1, so far apart, are within `reach`.
fn near(apart: f64, reach: f64) -> f64 {
    // The difference is apart + t with t triangular on (−1, 1).
    let below = |x: f64| {
        let t = (x - apart).clamp(-1.0, 1.0);
        if t < 0.0 { 0.5 * (1.0 + t).powi(2) } else { 1.0 - 0.5 * (1.0 - t).powi(2) }
    };
    below(reach) - below(-reach)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_second_alike_gives_the_closed_form_of_interval_jitter() {
        let even = [1.0 / BINS as f64; BINS];
        for seconds in [30, 60, 90] {
            let r = f64::from(seconds) / 600.0;
            let found = within(&even, &even, Span::seconds(seconds));
            assert!((found - r * (2.0 - r)).abs() < 1e-12, "{found}");
        }
    }

    /// Two accounts in 40 stretches; the second posts `behind` seconds after the first.
    fn tested(behind: impl Fn(i64) -> i64) -> Synchrony {
        let (mut object, mut account, mut time) = (Vec::new(), Vec::new(), Vec::new());
        for stretch in 0..40 {
            // Seven hours and a bit apart, so that no sixth of the hour is usual.
            let start = i64::from(stretch) * 43 * STRETCH.as_micros();
            let first = (i64::from(stretch) * 131) % 400;
            for (who, second) in [(0, first), (1, first + behind(first))] {
                object.push(stretch);
                account.push(who);
                time.push(start + second * 1_000_000);
            }
        }
        let slots = Slots {
            object: &object,
            account: &account,
            time: &time,
            alone_account: &[],
            alone_time: &[],
        };
        let pair = Suspects { a: 0, b: 1, window: Span::seconds(60) };
        test(&slots, &[pair], Span::seconds(1800)).unwrap()[0].unwrap()
    }

    #[test]
    fn who_always_posts_seconds_after_another_is_a_surprise_and_who_does_not_is_none() {
        assert!(tested(|_| 9).ln_p.exp() < 1e-12);
        let apart = tested(|first| (first * 7) % 150 + 10);
        assert!(apart.ln_p.exp() > 1e-6, "{apart:?}");
    }

    #[test]
    fn two_schedulers_on_full_minutes_are_no_surprise() {
        let mut sharp = [0.0; BINS];
        sharp[0] = 1.0;
        assert!(within(&sharp, &sharp, Span::seconds(60)) > 0.999);
    }
}
