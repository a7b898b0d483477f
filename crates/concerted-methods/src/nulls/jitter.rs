//! Interval jitter: if each of two actions had fallen anywhere in its interval, how often would
//! they fall within the window?
//!
//! **Invariant:** only structure finer than the interval is tested; whatever varies more slowly is
//! kept as it was. Times are in seconds.

use thiserror::Error;

/// The longest interval, in seconds: what an hour of the day explains is not coordination.
const LONGEST: f64 = 3_600.0;

/// The interval is the age divided by this: response to a post of some age varies on that scale.
const AGES_AN_INTERVAL: f64 = 5.0;

/// An interval shorter than so many windows cannot tell a window from itself.
const WINDOWS_AN_INTERVAL: f64 = 3.0;

/// A time that is none.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum JitterError {
    /// An interval that is not above 0 and finite.
    #[error("{0} s is no interval: it must be finite and above 0")]
    Interval(f64),
    /// A window that is negative, infinite or no number.
    #[error("{0} s is no window: it must be finite and at least 0")]
    Window(f64),
    /// An age that is negative or no number.
    #[error("{0} s is no age: it must be at least 0")]
    Age(f64),
}

/// How often do two actions in one interval fall within the window of each other?
///
/// Null: both times are independent and uniform in their common interval. `window`: seconds,
/// finite, ≥ 0; `interval`: seconds, finite, > 0. Returns 2r − r² with r = window/interval, at
/// most 1, in [0, 1].
///
/// # Errors
/// [`JitterError`] for a window or an interval that is none.
///
/// # Cost
/// Constant.
///
/// # Numerical care
/// Computed as r(2 − r): full relative precision for small windows.
///
/// # Deviations
/// The reference redraws spikes in bins of a grid; this is the same null for one pair in closed
/// form.
///
/// # References
/// Amarasingham, A., Harrison, M. T., Hatsopoulos, N. G. & Geman, S. 2012, *Conditional modeling
/// and the jitter method of spike resampling*, J. Neurophysiol. 107:517, doi:10.1152/jn.00633.2011.
///
/// ```
/// # use concerted_methods::nulls::same_interval;
/// let p = same_interval(60.0, 3_600.0)?;
/// assert_eq!(
///     format!("two actions in one hour are a minute apart or less {:.1} % of the time", 100.0 * p),
///     "two actions in one hour are a minute apart or less 3.3 % of the time",
/// );
/// # Ok::<(), concerted_methods::nulls::JitterError>(())
/// ```
pub fn same_interval(window: f64, interval: f64) -> Result<f64, JitterError> {
    let r = share(window, interval)?;
    Ok(r * (2.0 - r))
}

/// How often do two actions in neighbouring intervals fall within the window of each other?
///
/// Null: both times are independent and uniform, each in its own of two adjacent intervals of
/// equal length. `window`: seconds, finite, ≥ 0; `interval`: seconds, finite, > 0. Returns r²/2
/// with r = window/interval, at most 1, in [0, ½].
///
/// # Errors
/// [`JitterError`] for a window or an interval that is none.
///
/// # Cost
/// Constant.
///
/// # Numerical care
/// None needed.
///
/// # Deviations
/// A window longer than the interval counts as the interval.
///
/// # References
/// Amarasingham et al. 2012, doi:10.1152/jn.00633.2011.
///
/// ```
/// # use concerted_methods::nulls::adjacent_intervals;
/// let p = adjacent_intervals(60.0, 600.0)?;
/// assert_eq!(
///     format!("across the seam of two 10-minute intervals: {:.1} %", 100.0 * p),
///     "across the seam of two 10-minute intervals: 0.5 %",
/// );
/// # Ok::<(), concerted_methods::nulls::JitterError>(())
/// ```
pub fn adjacent_intervals(window: f64, interval: f64) -> Result<f64, JitterError> {
    let r = share(window, interval)?;
    Ok(0.5 * r * r)
}

/// A co-action as the age-adaptive null sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jitter {
    /// Length of the interval in seconds, at most an hour. Only pairs of actions that are at most
    /// this far apart are trials.
    pub interval: f64,
    /// Probability that such a pair falls within the window, in (0, 5/9].
    pub probability: f64,
}

/// How often do two actions on an object of this age fall within the window of each other?
///
/// Null: the response to an object of age A varies no faster than over A/5, and never faster than
/// explained by the hour. `age`: seconds from the object's birth to the earlier action, ≥ 0;
/// `window`: seconds, finite, ≥ 0. Returns the interval, min(1 h, A/5), and the probability given
/// that the actions are at most one interval apart; nothing where the interval is shorter than
/// three windows, since reflexes to a fresh post cannot be told from coordination.
///
/// Needs the true birth: where the first action is taken for the birth, the first pair of actions
/// looks fresh whatever it is.
///
/// # Errors
/// [`JitterError`] for an age or a window that is none.
///
/// # Cost
/// Constant.
///
/// # Numerical care
/// As [`same_interval`].
///
/// # Deviations
/// The interval grows with age; in the reference it is fixed.
///
/// # References
/// Amarasingham et al. 2012, doi:10.1152/jn.00633.2011.
///
/// ```
/// # use concerted_methods::nulls::age_adaptive_jitter;
/// let fresh = age_adaptive_jitter(300.0, 60.0)?;
/// assert_eq!(fresh, None, "a minute apart, 5 minutes after the post: says nothing");
/// let old = age_adaptive_jitter(86_400.0, 60.0)?.map(|jitter| 100.0 * jitter.probability);
/// assert_eq!(
///     format!("a minute apart, a day after the post: {:.1} %", old.unwrap_or(100.0)),
///     "a minute apart, a day after the post: 3.3 %",
/// );
/// # Ok::<(), concerted_methods::nulls::JitterError>(())
/// ```
pub fn age_adaptive_jitter(age: f64, window: f64) -> Result<Option<Jitter>, JitterError> {
    if age.is_nan() || age < 0.0 {
        return Err(JitterError::Age(age));
    }
    check_window(window)?;
    let interval = LONGEST.min(age / AGES_AN_INTERVAL);
    if interval <= 0.0 || interval < WINDOWS_AN_INTERVAL * window {
        return Ok(None);
    }
    let probability = same_interval(window, interval)?;
    Ok(Some(Jitter { interval, probability }))
}

fn check_window(window: f64) -> Result<(), JitterError> {
    if window.is_finite() && window >= 0.0 { Ok(()) } else { Err(JitterError::Window(window)) }
}

fn share(window: f64, interval: f64) -> Result<f64, JitterError> {
    check_window(window)?;
    if !(interval.is_finite() && interval > 0.0) {
        return Err(JitterError::Interval(interval));
    }
    Ok((window / interval).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closed_form_is_the_share_of_a_fine_grid() {
        let (window, interval, steps) = (0.3, 1.0, 400);
        let place = |i: usize| (i as f64 + 0.5) / steps as f64;
        let (mut same, mut adjacent) = (0, 0);
        for i in 0..steps {
            for j in 0..steps {
                same += usize::from((place(i) - place(j)).abs() <= window);
                adjacent += usize::from(1.0 + place(j) - place(i) <= window);
            }
        }
        let all = (steps * steps) as f64;
        let exact = same_interval(window, interval).unwrap();
        assert!((same as f64 / all - exact).abs() < 0.005);
        let exact = adjacent_intervals(window, interval).unwrap();
        assert!((adjacent as f64 / all - exact).abs() < 0.005);
    }

    #[test]
    fn a_window_longer_than_the_interval_always_holds() {
        assert_eq!(same_interval(2.0, 1.0), Ok(1.0));
    }

    #[test]
    fn the_interval_grows_with_age_up_to_an_hour() {
        let interval = |age| age_adaptive_jitter(age, 10.0).unwrap().map(|found| found.interval);
        assert_eq!(interval(149.0), None);
        assert_eq!(interval(150.0), Some(30.0));
        assert_eq!(interval(1e9), Some(3_600.0));
        assert_eq!(interval(f64::INFINITY), Some(3_600.0));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        assert!(matches!(same_interval(-1.0, 1.0), Err(JitterError::Window(_))));
        assert!(matches!(same_interval(1.0, 0.0), Err(JitterError::Interval(_))));
        assert!(matches!(age_adaptive_jitter(f64::NAN, 1.0), Err(JitterError::Age(_))));
        assert_eq!(age_adaptive_jitter(0.0, 0.0), Ok(None));
    }
}
