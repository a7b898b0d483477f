//! Times as files write them.
//!
//! **Invariant:** a text gives one moment or a reason; never a guess. What a bare number counts is
//! decided once for a column, day and month are never guessed, and a moment before 1990 or after
//! tomorrow is refused. How finely the text tells the time is carried along.

use concerted_model::{Span, Timestamp, provenance::RejectReason};
use jiff::{civil, fmt::strtime::BrokenDownTime, tz::Offset};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 1_440 * MINUTE;

/// A moment, how finely it was told, and whether its zone was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) time: Timestamp,
    pub(crate) resolution: Span,
    pub(crate) has_zone: bool,
}

/// Why a text is no moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoMoment {
    pub(crate) reason: RejectReason,
    pub(crate) detail: String,
}

/// What a bare number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Seconds,
    Milliseconds,
    Microseconds,
}

impl Unit {
    const ALL: [Self; 3] = [Self::Seconds, Self::Milliseconds, Self::Microseconds];

    fn micros(self) -> i64 {
        match self {
            Self::Seconds => SECOND,
            Self::Milliseconds => 1_000,
            Self::Microseconds => 1,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
        }
    }
}

/// How the times of one column are read.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    /// What numbers count, if the column has any.
    pub(crate) unit: Option<Unit>,
    /// The form that the plan gives, in `strftime` signs.
    pub(crate) format: Option<String>,
    /// Whether the source documents its form, so that the plan's is only tried where that fails.
    pub(crate) documented: bool,
    /// Whether `1/2/2024` is January: prescribed by the source, never guessed.
    pub(crate) month_first: bool,
    /// The offset that times without a zone are in.
    pub(crate) offset: Offset,
    /// When the file is read.
    pub(crate) now: Timestamp,
}

impl Times {
    /// Decides what numbers count: the unit in which most of the column's values are moments.
    pub(crate) fn decide_unit<'a>(&mut self, values: impl Iterator<Item = &'a str>) {
        let mut votes = [0_usize; 3];
        for number in values.filter_map(|value| split_number(value.trim())).map(|(whole, _)| whole)
        {
            for (vote, unit) in votes.iter_mut().zip(Unit::ALL) {
                let micros = number.checked_mul(unit.micros());
                *vote += usize::from(micros.is_some_and(|micros| self.bounded(micros).is_ok()));
            }
        }
        let most = votes.into_iter().max().unwrap_or(0);
        let winner = Unit::ALL.into_iter().zip(votes).find(|(_, vote)| *vote == most && most > 0);
        self.unit = winner.map(|(unit, _)| unit);
    }

    /// Reads one time.
    pub(crate) fn read(&self, text: &str) -> Result<Moment, NoMoment> {
        let text = text.trim();
        match &self.format {
            None => self.read_known(text),
            Some(format) if self.documented => self
                .read_known(text)
                .or_else(|error| self.read_format(text, format).map_err(|_| error)),
            Some(format) => self.read_format(text, format),
        }
    }

    fn read_known(&self, text: &str) -> Result<Moment, NoMoment> {
        if let Some((whole, fraction)) = split_number(text) {
            return self.read_number(text, whole, fraction);
        }
        if let Some(parts) = slashed(text) {
            return self.read_slashed(text, parts);
        }
        let told = iso(text).or_else(|| weekday_first(text)).ok_or_else(|| unknown(text))?;
        self.moment(text, told)
    }

    /// Checks that a moment can have been.
    pub(crate) fn bounded(&self, micros: i64) -> Result<Timestamp, NoMoment> {
        let bad = |detail: String| NoMoment { reason: RejectReason::BadTime, detail };
        let time = Timestamp::try_from_micros(micros).map_err(|error| bad(error.to_string()))?;
        if micros > self.now.micros() + 2 * DAY {
            return Err(bad("lies in the future".to_owned()));
        }
        Ok(time)
    }

    fn moment(&self, text: &str, told: Told) -> Result<Moment, NoMoment> {
        let offset = told.offset.unwrap_or(self.offset);
        let moment = offset.to_timestamp(told.local).map_err(|_| unknown(text))?;
        let time = self.bounded(moment.as_microsecond()).map_err(|mut error| {
            error.detail = format!("time \"{}\": {}", shown(text), error.detail);
            error
        })?;
        let resolution = Span::micros(told.resolution);
        Ok(Moment { time, resolution, has_zone: told.offset.is_some() })
    }

    fn read_number(&self, text: &str, whole: i64, fraction: &str) -> Result<Moment, NoMoment> {
        let unit = self.unit.unwrap_or(Unit::Seconds);
        let step = unit.micros();
        let mut micros = whole.checked_mul(step).ok_or_else(|| unknown(text))?;
        // Only seconds are ever written with a fraction; `.0` is the mark that pandas leaves.
        let digits = fraction.trim_end_matches('0');
        let mut resolution = step;
        if unit == Unit::Seconds && !digits.is_empty() {
            let (value, unit) = fraction_of_second(digits);
            micros += value;
            resolution = unit;
        }
        let time = self.bounded(micros).map_err(|mut error| {
            error.detail = format!("time {} in {}: {}", shown(text), unit.name(), error.detail);
            error
        })?;
        Ok(Moment { time, resolution: Span::micros(resolution), has_zone: true })
    }

    fn read_slashed(&self, text: &str, parts: Slashed) -> Result<Moment, NoMoment> {
        if !self.month_first {
            return Err(NoMoment {
                reason: RejectReason::AmbiguousTime,
                detail: format!(
                    "in time \"{}\" day and month cannot be told apart; give its form, \
                     e.g. --time-format \"%m/%d/%Y %H:%M\"",
                    shown(text)
                ),
            });
        }
        let date = civil::Date::new(parts.year, parts.first, parts.second);
        let date = date.map_err(|_| unknown(text))?;
        let (time, resolution, rest) = clock_time(parts.rest).ok_or_else(|| unknown(text))?;
        let offset = zone(rest).ok_or_else(|| unknown(text))?;
        self.moment(text, Told { local: date.to_datetime(time), resolution, offset })
    }

    fn read_format(&self, text: &str, format: &str) -> Result<Moment, NoMoment> {
        let bad = |why: String| NoMoment {
            reason: RejectReason::BadTime,
            detail: format!("time \"{}\" is not of the form {format}: {why}", shown(text)),
        };
        let parsed = BrokenDownTime::parse(format, text).map_err(|error| bad(error.to_string()))?;
        if format.contains("%s") {
            let moment = parsed.to_timestamp().map_err(|error| bad(error.to_string()))?;
            let time = self.bounded(moment.as_microsecond())?;
            return Ok(Moment { time, resolution: Span::micros(SECOND), has_zone: true });
        }
        let local = parsed.to_datetime().or_else(|_| parsed.to_date().map(civil::Date::into));
        let local = local.map_err(|error| bad(error.to_string()))?;
        let resolution = resolution_of(format, local);
        self.moment(text, Told { local, resolution, offset: parsed.offset() })
    }
}

/// Microseconds since 1970 of a moment as RFC 3339 writes it: what machines write for machines.
pub(crate) fn rfc3339_us(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_microsecond)
}

/// Microseconds since 1970 of a date and time of day; in UTC where it names no zone.
pub(crate) fn in_utc_us(text: &str) -> Option<i64> {
    let told = iso(text.trim())?;
    let moment = told.offset.unwrap_or(Offset::UTC).to_timestamp(told.local);
    moment.ok().map(jiff::Timestamp::as_microsecond)
}

/// A date and time of day, how finely it was told, and in which zone if that was said.
struct Told {
    local: civil::DateTime,
    resolution: i64,
    offset: Option<Offset>,
}

fn unknown(text: &str) -> NoMoment {
    NoMoment {
        reason: RejectReason::BadTime,
        detail: format!("time \"{}\" is not a time I know", shown(text)),
    }
}

fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

/// A number's whole part and the digits behind its point.
fn split_number(text: &str) -> Option<(i64, &str)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // Eight digits are a date without dashes, fourteen one with its time; neither counts anything.
    let date =
        matches!(digits.len(), 8 | 14) && (digits.starts_with("19") || digits.starts_with("20"));
    let date = date && fraction.is_empty();
    if digits.is_empty() || date || !numeric(digits) || !numeric(fraction) {
        return None;
    }
    Some((whole.parse().ok()?, fraction))
}

fn fraction_of_second(digits: &str) -> (i64, i64) {
    let mut value = 0;
    for place in 0..6 {
        let digit = digits.as_bytes().get(place).map_or(0, |digit| i64::from(digit - b'0'));
        value = value * 10 + digit;
    }
    (value, if digits.len() > 3 { 1 } else { 1_000 })
}

/// As many digits as asked for, and the text behind them.
fn take_digits(text: &str, most: usize) -> Option<(i16, usize, &str)> {
    let (mut value, mut length) = (0_i16, 0);
    for digit in text.bytes().take(most).take_while(u8::is_ascii_digit) {
        value = value.checked_mul(10)?.checked_add(i16::from(digit - b'0'))?;
        length += 1;
    }
    (length > 0).then(|| (value, length, &text[length..]))
}

fn two(text: &str) -> Option<(i8, &str)> {
    let (value, length, rest) = take_digits(text, 2)?;
    (length == 2).then_some((value as i8, rest))
}

/// `YYYY-MM-DD`, or without dashes, alone or with a time of day and a zone.
fn iso(text: &str) -> Option<Told> {
    let (year, length, rest) = take_digits(text, 4)?;
    if length != 4 {
        return None;
    }
    let dash = rest.starts_with('-');
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let (month, rest) = two(rest)?;
    let rest = if dash { rest.strip_prefix('-')? } else { rest };
    let (day, rest) = two(rest)?;
    let date = civil::Date::new(year, month, day).ok()?;
    if rest.is_empty() {
        return Some(Told { local: date.into(), resolution: DAY, offset: None });
    }
    let rest = rest.strip_prefix(['T', 't', ' ']).unwrap_or(rest);
    let (time, resolution, rest) = if dash { clock_time(rest)? } else { packed_time(rest)? };
    Some(Told { local: date.to_datetime(time), resolution, offset: zone(rest)? })
}

/// `HHMM` or `HHMMSS`.
fn packed_time(text: &str) -> Option<(civil::Time, i64, &str)> {
    let (hour, rest) = two(text)?;
    let (minute, rest) = two(rest)?;
    let (second, resolution, rest) = match two(rest) {
        Some((second, rest)) => (second, SECOND, rest),
        None => (0, MINUTE, rest),
    };
    Some((civil::Time::new(hour, minute, second.min(59), 0).ok()?, resolution, rest))
}

/// `H:MM`, `HH:MM:SS` or `HH:MM:SS.ffffff`, how finely that tells the time, and the text behind it.
fn clock_time(text: &str) -> Option<(civil::Time, i64, &str)> {
    let (hour, _, rest) = take_digits(text, 2)?;
    let (minute, rest) = two(rest.strip_prefix(':')?)?;
    let Some(rest) = rest.strip_prefix(':') else {
        return Some((civil::Time::new(hour as i8, minute, 0, 0).ok()?, MINUTE, rest));
    };
    let (second, rest) = two(rest)?;
    let (micros, resolution, rest) = match rest.strip_prefix(['.', ',']) {
        Some(rest) => {
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            if length == 0 {
                return None;
            }
            let (micros, resolution) = fraction_of_second(&rest[..length]);
            (micros, resolution, &rest[length..])
        }
        None => (0, SECOND, rest),
    };
    // A leap second is the last moment of its minute.
    let leap = second == 60;
    let second = if leap { 59 } else { second };
    let time = civil::Time::new(hour as i8, minute, second, (micros * 1_000) as i32).ok()?;
    Some((time, resolution, rest))
}

/// The zone at the end of a time: nothing within if none is written, nothing at all if it is unknown.
fn zone(text: &str) -> Option<Option<Offset>> {
    let text = text.trim_start();
    let named = |hours| Offset::from_hours(hours).ok().map(Some);
    match text {
        "" => return Some(None),
        "Z" | "z" | "UTC" | "GMT" | "UT" => return Some(Some(Offset::UTC)),
        // The zone names of RFC 5322, and no others: most abbreviations mean several zones.
        "EDT" => return named(-4),
        "EST" | "CDT" => return named(-5),
        "CST" | "MDT" => return named(-6),
        "MST" | "PDT" => return named(-7),
        "PST" => return named(-8),
        _ => {}
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, rest) = two(&text[1..])?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let (minutes, rest) = if rest.is_empty() { (0, rest) } else { two(rest)? };
    if !rest.is_empty() || minutes > 59 {
        return None;
    }
    let seconds = sign * (i32::from(hours) * 3_600 + i32::from(minutes) * 60);
    Offset::from_seconds(seconds).ok().map(Some)
}

/// `Wed Oct 10 20:19:24 +0000 2018`, and `Wed, 10 Oct 2018 20:19:24 +0000`.
fn weekday_first(text: &str) -> Option<Told> {
    let form =
        if text.contains(',') { "%a, %d %b %Y %H:%M:%S %z" } else { "%a %b %d %H:%M:%S %z %Y" };
    let text = text.strip_suffix("GMT").map_or(text.to_owned(), |text| format!("{text}+0000"));
    let parsed = BrokenDownTime::parse(form, &text).ok()?;
    Some(Told { local: parsed.to_datetime().ok()?, resolution: SECOND, offset: parsed.offset() })
}

struct Slashed<'a> {
    first: i8,
    second: i8,
    year: i16,
    rest: &'a str,
}

/// `A/B/YYYY`, with a time of day behind it or midnight.
fn slashed(text: &str) -> Option<Slashed<'_>> {
    let (first, _, rest) = take_digits(text, 2)?;
    let mark = rest.chars().next().filter(|mark| matches!(mark, '/' | '.' | '-'))?;
    let (second, _, rest) = take_digits(&rest[1..], 2)?;
    let (year, length, rest) = take_digits(rest.strip_prefix(mark)?, 4)?;
    let rest = rest.trim_start();
    let rest = if rest.is_empty() { "0:00" } else { rest };
    (length == 4).then_some(Slashed { first: first as i8, second: second as i8, year, rest })
}

/// How finely a form tells the time.
fn resolution_of(format: &str, local: civil::DateTime) -> i64 {
    let has = |signs: &[&str]| signs.iter().any(|sign| format.contains(sign));
    if has(&["%f", "%.f", "%N"]) || local.subsec_nanosecond() > 0 {
        if local.subsec_nanosecond() % 1_000_000 == 0 { 1_000 } else { 1 }
    } else if has(&["%S", "%T", "%c", "%r"]) {
        SECOND
    } else if has(&["%M", "%R"]) {
        MINUTE
    } else if has(&["%H", "%I", "%k", "%l"]) {
        60 * MINUTE
    } else {
        DAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_714_564_800 * SECOND;

    fn times() -> Times {
        Times {
            unit: None,
            format: None,
            documented: false,
            month_first: false,
            offset: Offset::UTC,
            now: Timestamp::try_from_micros(NOON + 400 * DAY).unwrap(),
        }
    }

    fn told(text: &str) -> (i64, i64) {
        let moment = times().read(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        (moment.time.micros(), moment.resolution.as_micros())
    }

    #[test]
    fn one_moment_has_many_spellings() {
        for (text, resolution) in [
            ("2024-05-01T12:00:00Z", SECOND),
            ("2024-05-01 12:00:00", SECOND),
            ("2024-05-01 12:00", MINUTE),
            ("2024-05-01T12:00:00.000Z", 1_000),
            ("2024-05-01T12:00:00.000000+00:00", 1),
            ("2024-05-01T17:30:00+05:30", SECOND),
            ("2024-05-01 08:00:00 EDT", SECOND),
            ("2024-05-01 14:00:00 +0200", SECOND),
            ("20240501T120000Z", SECOND),
            ("20240501120000", SECOND),
            ("Wed May 01 12:00:00 +0000 2024", SECOND),
            ("Wed, 01 May 2024 12:00:00 GMT", SECOND),
            ("1714564800", SECOND),
            ("1714564800.0", SECOND),
        ] {
            assert_eq!(told(text), (NOON, resolution), "{text}");
        }
        assert_eq!(told("2024-05-01"), (NOON - 720 * MINUTE, DAY));
        assert_eq!(told("1714564800.25"), (NOON + 250_000, 1_000));
    }

    #[test]
    fn what_numbers_count_is_decided_for_the_column() {
        let mut times = times();
        times.decide_unit(["1714564800000", "1714564800", "1714564801000"].into_iter());
        assert_eq!(times.unit, Some(Unit::Milliseconds));
        assert_eq!(times.read("1714564800000").unwrap().time.micros(), NOON);
        assert_eq!(times.read("1714564800").unwrap_err().reason, RejectReason::BadTime);
        times.decide_unit(["2024-05-01", "x"].into_iter());
        assert_eq!(times.unit, None);
    }

    #[test]
    fn day_and_month_are_never_guessed() {
        for text in ["1/2/2024 10:00", "13/2/2024", "1.2.2024 10:00"] {
            assert_eq!(
                times().read(text).unwrap_err().reason,
                RejectReason::AmbiguousTime,
                "{text}"
            );
        }
        let american = Times { month_first: true, ..times() };
        let moment = american.read("5/1/2024 12:00").unwrap();
        assert_eq!((moment.time.micros(), moment.resolution.as_micros()), (NOON, MINUTE));
    }

    #[test]
    fn the_plan_may_give_the_form() {
        let read = |format: &str, text: &str| {
            Times { format: Some(format.into()), ..times() }
                .read(text)
                .map(|moment| (moment.time.micros(), moment.resolution.as_micros()))
        };
        assert_eq!(read("%d/%m/%Y %H:%M", "01/05/2024 12:00"), Ok((NOON, MINUTE)));
        assert_eq!(read("%d.%m.%Y", "01.05.2024"), Ok((NOON - 720 * MINUTE, DAY)));
        assert_eq!(read("%Y-%m-%d %H:%M:%S %z", "2024-05-01 14:00:00 +0200"), Ok((NOON, SECOND)));
        assert!(read("%d/%m/%Y", "2024-05-01").is_err());
    }

    #[test]
    fn times_without_a_zone_are_in_the_plans() {
        let iran = Times { offset: Offset::from_seconds(12_600).unwrap(), ..times() };
        let moment = iran.read("2024-05-01 15:30").unwrap();
        assert_eq!(moment.time.micros(), NOON);
        assert!(!moment.has_zone);
        assert_eq!(iran.read("2024-05-01T12:00Z").unwrap().time.micros(), NOON);
    }

    #[test]
    fn what_cannot_have_been_is_refused() {
        for text in [
            "0",
            "-1",
            "yesterday",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "1403-02-12 12:00",
            "2099-01-01T00:00:00Z",
            "۲۰۲۴-۰۵-۰۱T۱۲:۰۰:۰۰Z",
            "2024-13-01",
            "2024-05-01 12:00 IST",
            "",
            "2024-05-01T25:00:00Z",
            "9999999999999999999999",
        ] {
            assert_eq!(times().read(text).unwrap_err().reason, RejectReason::BadTime, "{text}");
        }
    }

    #[test]
    fn a_leap_second_is_the_last_moment_of_its_minute() {
        assert_eq!(told("2016-12-31T23:59:60Z").0, 1_483_228_799 * SECOND);
    }
}
