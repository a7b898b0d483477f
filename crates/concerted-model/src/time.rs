//! Time: moments in microseconds UTC, spans, and which clock a moment was read from.
//!
//! **Invariant:** a [`Timestamp`] lies between 1990 and 2100, so that a unit mistaken (seconds
//! read as milliseconds, a Jalali year) cannot pass as a moment. Formats and zones are the
//! readers' business; nothing here asks the system for the time.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::trace::UnknownWord;

/// A moment, in microseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A moment that no post can have been made at.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0} µs since 1970 is outside 1990–2100: a wrong unit or calendar?")]
pub struct TimestampError(pub i64);

impl Timestamp {
    /// 1990-01-01, in microseconds.
    pub const MIN_US: i64 = 631_152_000_000_000;
    /// 2100-01-01, in microseconds.
    pub const MAX_US: i64 = 4_102_444_800_000_000;

    /// The last moment that there can be.
    pub const LATEST: Self = Self(Self::MAX_US - 1);

    /// Checks and wraps microseconds since 1970 UTC.
    ///
    /// # Errors
    /// [`TimestampError`] outside 1990–2100.
    pub fn try_from_micros(micros: i64) -> Result<Self, TimestampError> {
        if (Self::MIN_US..Self::MAX_US).contains(&micros) {
            Ok(Self(micros))
        } else {
            Err(TimestampError(micros))
        }
    }

    /// Microseconds since 1970 UTC.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0
    }
}

/// A length of time: a window, a lag, a gap, a resolution. Never negative.
///
/// Written as people write it: `90s`, `10m`, `1h`, `1d`, `250ms`; without bounds, `ever`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(i64);

/// The text is no length of time.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("\"{0}\" is no length of time; write for example 250ms, 90s, 10m, 1h, 1d or ever")]
pub struct SpanError(String);

/// The word for [`Span::EVER`].
const EVER: &str = "ever";

const UNITS: [(&str, i64); 6] = [
    ("d", 86_400_000_000),
    ("h", 3_600_000_000),
    ("m", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1_000),
    ("us", 1),
];

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// Longer than any two moments are apart.
    pub const EVER: Self = Self(i64::MAX);

    /// So many seconds.
    #[must_use]
    pub const fn seconds(seconds: u32) -> Self {
        Self(seconds as i64 * 1_000_000)
    }

    /// So many microseconds; the sign is dropped.
    #[must_use]
    pub const fn micros(micros: i64) -> Self {
        Self(micros.saturating_abs())
    }

    /// In microseconds.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// In seconds.
    #[must_use]
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let wrong = || SpanError(text.to_owned());
        let text = text.trim();
        if text == EVER {
            return Ok(Self::EVER);
        }
        let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, unit) = text.split_at(digits);
        let number: i64 = number.parse().map_err(|_| wrong())?;
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit.trim()).ok_or_else(wrong)?;
        number.checked_mul(*size).map(Self).ok_or_else(wrong)
    }
}

impl TryFrom<String> for Span {
    type Error = SpanError;

    fn try_from(text: String) -> Result<Self, SpanError> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        if *self == Self::EVER {
            return f.write_str(EVER);
        }
        let largest = UNITS.iter().find(|(_, size)| self.0 % size == 0);
        let (unit, size) = largest.copied().unwrap_or(("us", 1));
        write!(f, "{}{unit}", self.0 / size)
    }
}

/// Whose clock a moment was read from, the most trustworthy first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// The platform or its indexer wrote the time down.
    Server,
    /// The time is inside the post's id.
    Id,
    /// The author's device, or an export that does not say.
    Claimed,
}

impl Clock {
    /// The word on disk.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Id => "id",
            Self::Claimed => "claimed",
        }
    }
}

impl FromStr for Clock {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        [Self::Server, Self::Id, Self::Claimed]
            .into_iter()
            .find(|clock| clock.as_str() == word)
            .ok_or_else(|| UnknownWord::among("clock", word, &["server", "id", "claimed"]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_back_as_it_was_written() {
        for text in ["250ms", "90s", "10m", "1h", "1d", "0s", "25h", "ever"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn ever_is_longer_than_any_two_moments_are_apart() {
        assert!(Span::EVER.as_micros() > Timestamp::MAX_US - Timestamp::MIN_US);
        assert!(Span::EVER > "36500d".parse().unwrap());
    }

    #[test]
    fn a_number_without_a_unit_is_no_span() {
        for text in ["60", "", "s", "-5s", "1.5h", "5 weeks", "9999999999999999d"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_jalali_year_is_no_moment() {
        let year_1403 = -17_892_000_000_000_000;
        assert!(Timestamp::try_from_micros(year_1403).is_err());
        let seconds_taken_for_micros = 1_714_564_800;
        assert!(Timestamp::try_from_micros(seconds_taken_for_micros).is_err());
    }
}
