//! The zone that hours of a report are given in: a fixed offset from UTC.
//!
//! **Invariant:** the same on every machine. No table of zones is asked, so there is no summer time: who
//! needs it gives the offset that was in force.

use std::{fmt, str::FromStr};

use thiserror::Error;

/// A fixed offset from UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Zone {
    minutes: i32,
}

/// The text is no offset.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("\"{0}\" is no offset from UTC; write for example +03:30, -05:00 or +00:00")]
pub struct ZoneError(String);

impl Zone {
    /// Microseconds to add to a moment in UTC.
    pub(crate) fn shift(self) -> i64 {
        i64::from(self.minutes) * 60_000_000
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, ZoneError> {
        let wrong = || ZoneError(text.to_owned());
        let sign = match text.as_bytes().first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Err(wrong()),
        };
        let (hours, minutes) = text[1..].split_once(':').ok_or_else(wrong)?;
        let two_digits = |part: &str| {
            let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse::<i32>().ok()).flatten().ok_or_else(wrong)
        };
        let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
        if hours > 14 || minutes > 59 {
            return Err(wrong());
        }
        Ok(Self { minutes: sign * (60 * hours + minutes) })
    }
}

impl fmt::Display for Zone {
    /// Nothing for UTC itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.minutes == 0 {
            return Ok(());
        }
        let (sign, minutes) =
            if self.minutes < 0 { ('-', -self.minutes) } else { ('+', self.minutes) };
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_an_offset_and_nothing_else() {
        assert_eq!("+03:30".parse::<Zone>().unwrap().shift(), 210 * 60_000_000);
        assert_eq!("-05:00".parse::<Zone>().unwrap().to_string(), "-05:00");
        assert_eq!("+00:00".parse::<Zone>().unwrap().to_string(), "");
        for wrong in ["", "3:30", "+3:30", "+15:00", "+01:60", "Asia/Tehran", "+é:00"] {
            assert!(wrong.parse::<Zone>().is_err(), "{wrong}");
        }
    }
}
