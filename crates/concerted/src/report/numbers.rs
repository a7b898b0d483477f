//! Numbers as a reader wants them.

use concerted_model::Span;

use super::texts::Texts;

/// Digits in groups of three.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// An expected number.
pub(super) fn amount(number: f64) -> String {
    if number >= 10.0 {
        count(number.round() as u64)
    } else if number >= 0.01 {
        format!("{number:.2}")
    } else {
        "< 0.01".into()
    }
}

/// How many times as many.
pub(super) fn ratio(found: f64, expected: f64, texts: &Texts) -> String {
    let times = found / expected.max(0.01);
    let times = if times >= 10.0 { count(times.round() as u64) } else { format!("{times:.1}") };
    let key = if expected < 0.01 { "amounts.more_times" } else { "amounts.times" };
    texts.say(key, &[("number", &times)])
}

/// A length of time in words, in the largest unit that it is a whole number of.
pub(super) fn span(span: Span, texts: &Texts) -> String {
    const UNITS: [(&str, i64); 4] =
        [("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1)];
    let micros = span.as_micros();
    let unit = UNITS.into_iter().find(|(_, seconds)| micros % (seconds * 1_000_000) == 0);
    match unit {
        Some((unit, seconds)) if micros > 0 => {
            let number = (micros / (seconds * 1_000_000)).to_string();
            let key = if number == "1" { unit.trim_end_matches('s') } else { unit };
            texts.say(&format!("amounts.{key}"), &[("number", &number)])
        }
        _ => span.to_string(),
    }
}

/// A share.
pub(super) fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent > 0.0 && percent < 1.0 {
        format!("{percent:.2} %")
    } else {
        format!("{percent:.0} %")
    }
}

/// A probability: three digits, and a power of ten where it is small.
pub(super) fn probability(p: f64) -> String {
    if p >= 0.001 { format!("{p:.3}") } else { format!("{p:.1e}") }
}

/// Items with commas between them.
pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(7), "7");
        let t = Texts::of(super::super::Language::En);
        assert_eq!(ratio(14.0, 0.5, t), "28 times");
        assert_eq!(ratio(3.0, 0.0, t), "more than 300 times");
        let words = |text: &str| span(text.parse().unwrap(), t);
        assert_eq!(
            ["90s", "10m", "1h", "1d"].map(words),
            ["90 seconds", "10 minutes", "1 hour", "1 day"]
        );
        assert_eq!(percent(0.004), "0.40 %");
        assert_eq!(probability(0.0421), "0.042");
        assert_eq!(probability(2.3e-9), "2.3e-9");
    }
}
