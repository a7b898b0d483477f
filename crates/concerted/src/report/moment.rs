//! Moments and spans as a reader wants them.

use jiff::Timestamp;

/// `2024-05-01 12:00:03` UTC, with milliseconds only where there are any.
#[must_use]
pub(crate) fn moment(micros: i64) -> String {
    let Ok(moment) = Timestamp::from_microsecond(micros) else {
        return format!("{micros} µs");
    };
    let form = if micros % 1_000_000 == 0 { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d %H:%M:%S%.3f" };
    moment.strftime(form).to_string()
}

/// `2024-05-01 12:00`.
#[must_use]
pub(super) fn minute(micros: i64) -> String {
    let moment = Timestamp::from_microsecond(micros);
    moment.map_or_else(
        |_| format!("{micros} µs"),
        |moment| moment.strftime("%Y-%m-%d %H:%M").to_string(),
    )
}

/// The date alone.
#[must_use]
pub(crate) fn date(micros: i64) -> String {
    let moment = Timestamp::from_microsecond(micros);
    moment.map_or_else(|_| format!("{micros} µs"), |moment| moment.strftime("%Y-%m-%d").to_string())
}

/// A gap in the unit that fits: `0.4 s`, `12 s`, `3.5 min`, `2.0 h`.
#[must_use]
pub(crate) fn gap(seconds: f64) -> String {
    let size = seconds.abs();
    if size < 10.0 {
        format!("{size:.1} s")
    } else if size < 120.0 {
        format!("{size:.0} s")
    } else if size < 7200.0 {
        format!("{:.1} min", size / 60.0)
    } else {
        format!("{:.1} h", size / 3600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_utc_and_show_milliseconds_only_if_there_are_any() {
        assert_eq!(moment(1_714_564_803_000_000), "2024-05-01 12:00:03");
        assert_eq!(moment(1_714_564_803_250_000), "2024-05-01 12:00:03.250");
        assert_eq!(date(1_714_564_803_000_000), "2024-05-01");
    }

    #[test]
    fn a_gap_has_no_sign_and_a_fitting_unit() {
        let shown: Vec<String> = [-0.4, 12.0, 210.0, 7200.0].into_iter().map(gap).collect();
        assert_eq!(shown, ["0.4 s", "12 s", "3.5 min", "2.0 h"]);
    }
}
