//! Claim 3: do the accounts act as programs do, more often than accounts like them?
//!
//! Three signs, each of which a person hardly leaves: seconds of the minute that are not any (a
//! clock posts), gaps within a sitting that are all alike, and no time of day without posts. An account
//! with one of them is *automation-consistent*: a program behind it would explain them; so could
//! a scheduling tool in a person's hands. **Invariant:** the signs are of one account's own times; the
//! same rule is asked of the control, and the claim is about the difference.
//!
//! # References
//! METHODS 5.6, number 6; Cressie & Read 1984 (χ²); Wilson & Hilferty 1931.

use concerted_methods::tails::{Urn, ln_hypergeometric_upper};

use super::{normal_upper, profile::Profile, together::LEAST_RATIO};
use crate::{
    DetectError,
    halves::{Blocks, Half},
    rhythm::{Gaps, in_quietest},
};

const SECOND: i64 = 1_000_000;
/// Posts from which seconds of the minute are looked at, and its level.
const SECONDS_POSTS: usize = 30;
const SECONDS_LEVEL: f64 = 1e-6;
const PARTS: usize = 12;
/// Standard deviation over mean below which gaps are alike.
const ALIKE: f64 = 0.2;
/// Posts from which sleep is looked at: so many a block of hours would be expected.
const SLEEP_POSTS: usize = 240;
/// Share of the average that the quietest three hours must have.
const AWAKE: f64 = 0.5;
const LEVEL: f64 = 0.01;
const Z: f64 = 1.959_964;
const ENOUGH_POWER: f64 = 0.8;
/// Times coarser than this say nothing of seconds.
const FINEST: i64 = SECOND;

/// How many of the accused and of the control show a sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Paced {
    /// Accused with a sign, and such that could have shown one.
    pub(crate) accused: [u64; 2],
    /// The same of the control.
    pub(crate) control: [u64; 2],
    /// Share of the accused over that of the control, half an account added to each count.
    pub(crate) ratio: f64,
    pub(crate) interval: [f64; 2],
    pub(crate) p: f64,
    pub(crate) in_both_halves: bool,
    pub(crate) power: f64,
}

impl Paced {
    pub(crate) fn supported(&self) -> bool {
        let large = self.ratio >= LEAST_RATIO && self.interval[0] > 1.0;
        self.p <= LEVEL && large && self.in_both_halves
    }

    pub(crate) fn contradicted(&self) -> bool {
        self.interval[1] < LEAST_RATIO && self.power >= ENOUGH_POWER
    }
}

/// Compares the signs. `resolution`: of times, in microseconds.
pub(crate) fn compare(
    accused: &[&Profile],
    control: &[&Profile],
    blocks: Option<Blocks>,
    resolution: i64,
) -> Result<Paced, DetectError> {
    let all = |_: i64| true;
    let (a, c) = (count(accused, &all, resolution), count(control, &all, resolution));
    let share = |[signs, of]: [u64; 2]| (signs as f64 + 0.5) / (of as f64 + 1.0);
    let ratio = share(a) / share(c);
    let spread = |[signs, of]: [u64; 2]| 1.0 / (signs as f64 + 0.5) - 1.0 / (of as f64 + 1.0);
    // Katz et al. 1978: the logarithm of a ratio of shares.
    let deviation = (spread(a) + spread(c)).max(0.0).sqrt();
    let half = |half: Half| -> Result<bool, DetectError> {
        let Some(blocks) = blocks else { return Ok(false) };
        let inside = |time: i64| blocks.half(time) == half;
        let (a, c) = (count(accused, &inside, resolution), count(control, &inside, resolution));
        Ok(chance(a, c)? <= 0.05)
    };
    let expected = LEAST_RATIO * share(c);
    Ok(Paced {
        accused: a,
        control: c,
        ratio,
        interval: [ratio * (-Z * deviation).exp(), ratio * (Z * deviation).exp()],
        p: chance(a, c)?,
        in_both_halves: half(Half::Discovery)? && half(Half::Confirmation)?,
        power: if expected >= 1.0 {
            0.0
        } else {
            normal_upper((Z * deviation - LEAST_RATIO.ln()) / deviation.max(1e-9))
        },
    })
}

/// Fisher's exact test, one-sided: as many of the accused or more.
fn chance(accused: [u64; 2], control: [u64; 2]) -> Result<f64, DetectError> {
    let urn = Urn {
        population: accused[1] + control[1],
        marked: accused[0] + control[0],
        drawn: accused[1],
    };
    ln_hypergeometric_upper(accused[0], urn)
        .map(f64::exp)
        .map_err(|error| DetectError::refused("hypergeometric tail", error))
}

fn count(profiles: &[&Profile], inside: &dyn Fn(i64) -> bool, resolution: i64) -> [u64; 2] {
    let mut counts = [0, 0];
    for profile in profiles {
        let times: Vec<i64> = profile.times.iter().copied().filter(|&time| inside(time)).collect();
        if let Some(sign) = sign(&times, resolution) {
            counts[1] += 1;
            counts[0] += u64::from(sign);
        }
    }
    counts
}

/// Whether these times show a sign; `None` if they are too few for any.
fn sign(times: &[i64], resolution: i64) -> Option<bool> {
    let signs = [seconds(times, resolution), gaps(times, resolution), sleepless(times)];
    signs.iter().any(Option::is_some).then(|| signs.contains(&Some(true)))
}

/// Seconds of the minute that are not any: χ² over twelve parts.
fn seconds(times: &[i64], resolution: i64) -> Option<bool> {
    if times.len() < SECONDS_POSTS || resolution > FINEST {
        return None;
    }
    let mut parts = [0.0_f64; PARTS];
    for &time in times {
        parts[(time.div_euclid(SECOND).rem_euclid(60) as usize) * PARTS / 60] += 1.0;
    }
    let expected = times.len() as f64 / PARTS as f64;
    let square: f64 = parts.iter().map(|part| (part - expected).powi(2) / expected).sum();
    let freedom = (PARTS - 1) as f64;
    let step = 2.0 / (9.0 * freedom);
    let z = ((square / freedom).cbrt() - (1.0 - step)) / step.sqrt();
    Some(normal_upper(z) <= SECONDS_LEVEL)
}

/// Gaps within sittings that are all alike.
fn gaps(times: &[i64], resolution: i64) -> Option<bool> {
    Gaps::of(times, resolution).map(|gaps| gaps.deviation < ALIKE * gaps.mean)
}

/// No three hours of the day that are quiet.
fn sleepless(times: &[i64]) -> Option<bool> {
    if times.len() < SLEEP_POSTS {
        return None;
    }
    Some(in_quietest(times, 3) as f64 >= AWAKE * times.len() as f64 / 8.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: impl Iterator<Item = i64>) -> Vec<i64> {
        seconds.map(|second| second * SECOND).collect()
    }

    #[test]
    fn a_clock_is_told_by_its_seconds_and_a_person_is_not() {
        assert_eq!(seconds(&at((0..60).map(|n| n * 3_600)), SECOND), Some(true));
        assert_eq!(seconds(&at((0..60).map(|n| n * 3_600 + (n * 37) % 60)), SECOND), Some(false));
        assert_eq!(seconds(&at((0..60).map(|n| n * 3_600)), 60 * SECOND), None, "coarse times");
    }

    #[test]
    fn equal_gaps_are_a_sign_and_too_few_say_nothing() {
        assert_eq!(gaps(&at((0..40).map(|n| n * 30)), SECOND), Some(true));
        assert_eq!(gaps(&at((0..40).map(|n| n * n * 7)), SECOND), Some(false));
        assert_eq!(gaps(&at((0..5).map(|n| n * 30)), SECOND), None);
    }

    #[test]
    fn who_posts_at_all_hours_is_told_from_who_sleeps() {
        assert_eq!(sleepless(&at((0..480).map(|n| n * 3_600))), Some(true));
        let awake = (0..480).map(|n| (n / 16) * 86_400 + (n % 16) * 3_600);
        assert_eq!(sleepless(&at(awake)), Some(false));
    }
}
