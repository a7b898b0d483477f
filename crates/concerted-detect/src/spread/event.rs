//! The hours before and after an event, held against the same hours of other weeks.
//!
//! **Invariant:** a week counts only if its whole stretch lies within the data; the event's own
//! week is never among the others.

use concerted_methods::series::{Interval, rate_ratio};

/// Microseconds of an hour, and of a week.
const HOUR_US: i64 = 3_600_000_000;
const WEEK_US: i64 = 7 * 24 * HOUR_US;
/// Lengths that are looked at, in hours.
const HOURS: [u32; 3] = [1, 6, 24];

/// A count and what is usual at such hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// Appearances in the stretch.
    pub found: u64,
    /// Appearances in the same stretch of all other weeks together.
    pub elsewhere: u64,
    /// How many other weeks there are.
    pub weeks: u64,
    /// Times as many as usual, with the 95 % interval; absent if there is no other week.
    pub ratio: Option<Interval>,
}

/// The stretches before and after the event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Around {
    /// Their length.
    pub hours: u32,
    /// The hours that end with the event.
    pub before: Compared,
    /// The hours that begin with it.
    pub after: Compared,
}

/// Did more appear around the event than at the same hours of the week otherwise?
///
/// `times` of appearances in rising order, `event`, and the first and last post of the data, all in
/// microseconds. Null for reading it: appearances are Poisson with one rate at one hour of the
/// week, which a burst in another week breaks. O(weeks · log n) time.
#[must_use]
pub fn around(times: &[i64], event: i64, data: (i64, i64)) -> Vec<Around> {
    HOURS
        .into_iter()
        .map(|hours| {
            let length = i64::from(hours) * HOUR_US;
            Around {
                hours,
                before: compared(times, event - length, length, data),
                after: compared(times, event, length, data),
            }
        })
        .collect()
}

fn compared(times: &[i64], start: i64, length: i64, data: (i64, i64)) -> Compared {
    let count = |start: i64| {
        let from = times.partition_point(|&time| time < start);
        (times.partition_point(|&time| time < start + length) - from) as u64
    };
    // Stretches start + n weeks that lie within the data.
    let first =
        (data.0 - start).div_euclid(WEEK_US) + i64::from((data.0 - start).rem_euclid(WEEK_US) > 0);
    let last = (data.1 - length - start).div_euclid(WEEK_US);
    let others = (first..=last).filter(|&week| week != 0);
    let (mut elsewhere, mut weeks) = (0, 0);
    for week in others {
        elsewhere += count(start + week * WEEK_US);
        weeks += 1;
    }
    let found = count(start);
    let ratio = (weeks > 0).then(|| rate_ratio([found, elsewhere], [1.0, weeks as f64]));
    Compared { found, elsewhere, weeks, ratio }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: (i64, i64) = (0, 5 * WEEK_US);

    #[test]
    fn an_hour_is_held_against_the_same_hour_of_each_other_week() {
        let event = 2 * WEEK_US + 10 * HOUR_US;
        let usual = (0..5).map(|week| week * WEEK_US + 10 * HOUR_US + 1);
        let burst = (0..30).map(|n| event + 1000 + n);
        let mut times: Vec<i64> = usual.chain(burst).collect();
        times.sort_unstable();
        let hour = around(&times, event, DATA)[0];
        assert_eq!((hour.after.found, hour.after.elsewhere, hour.after.weeks), (31, 4, 4));
        let ratio = hour.after.ratio.unwrap();
        assert!((ratio.estimate - 31.0).abs() < 1e-9 && ratio.low > 10.0);
        assert_eq!((hour.before.found, hour.before.elsewhere), (0, 0));
    }

    #[test]
    fn a_week_that_is_not_whole_in_the_data_does_not_count() {
        let event = WEEK_US / 2;
        let found = around(&[], event, (0, WEEK_US))[0];
        assert_eq!((found.after.weeks, found.after.ratio), (0, None));
        let found = around(&[], event, (0, WEEK_US + event + HOUR_US))[0];
        assert_eq!(found.after.weeks, 1);
        let found = around(&[], event, (0, WEEK_US + event + HOUR_US - 1))[0];
        assert_eq!(found.after.weeks, 0);
    }
}
