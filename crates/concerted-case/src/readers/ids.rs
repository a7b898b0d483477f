//! Ids that are none: placeholders for lost authors, and numbers that lost their digits.
//!
//! **Invariant:** an id is looked at, never mended: `1234.0` may have been 1234 or not.

use rustc_hash::FxHashSet;

/// What sources write where the author is gone or unnamed, in lower case.
const PLACEHOLDERS: &[&str] = &[
    "[deleted]",
    "[removed]",
    "[redacted]",
    "[unavailable]",
    "[suspended]",
    "deleted account",
    "deleted_account",
    "deleted user",
    "deleted_user",
    "deleted-user",
    "anonymous",
    "unknown",
    "none",
    "nan",
    "null",
    "na",
    "n/a",
    "<na>",
    "undefined",
    "-",
    "0",
    "-1",
    "facebook user",
    "instagram user",
    "tiktok user",
    "user not found",
    "account suspended",
];

/// Bytes of the longest placeholder.
const LONGEST_PLACEHOLDER: usize = 17;

/// Whether an account's id is empty or only says that the author is not known. They must never become one
/// account that seems to do everything.
pub(crate) fn is_placeholder(id: &str) -> bool {
    let id = id.trim();
    // Nearly all ids are longer, or begin with a digit and go on: no need to fold those.
    let number = id.len() > 2 && id.starts_with(|sign: char| sign.is_ascii_digit());
    if number || id.len() > LONGEST_PLACEHOLDER {
        return false;
    }
    id.is_empty() || PLACEHOLDERS.contains(&id.to_lowercase().as_str())
}

/// Whether an id is written like a floating-point number: `9.06E+17`, `1234.0`.
pub(crate) fn looks_rounded(id: &str) -> bool {
    // A rounded number has one of these, and nearly no id does. Without an early exit the loop is done
    // many bytes at a time.
    let sign = |any, byte| any | matches!(byte, b'.' | b',' | b'+');
    if !id.bytes().fold(false, sign) {
        return false;
    }
    let id = id.trim();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match id.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (id, None),
    };
    match (mantissa.split_once(['.', ',']), exponent) {
        // `12e45` can be a hexadecimal id; only with a sign is it surely a power.
        (None, Some(exponent)) => {
            digits(mantissa) && exponent.strip_prefix('+').is_some_and(digits)
        }
        (Some((whole, fraction)), Some(exponent)) => {
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            digits(whole) && digits(fraction) && digits(exponent)
        }
        (Some((whole, fraction)), None) => {
            digits(whole) && !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0')
        }
        (None, None) => false,
    }
}

/// Whether a long number ends in four zeros, as spreadsheets leave those they cannot hold.
pub(crate) fn ends_rounded(id: &str) -> bool {
    id.len() >= 16 && id.ends_with("0000") && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a column of account ids was rounded: of its different long numbers, at least three and
/// half of all end in four zeros. By chance one in 10,000 does.
pub(crate) fn column_is_rounded<'a>(ids: impl Iterator<Item = &'a str>) -> bool {
    let is_long = |id: &&str| id.len() >= 16 && id.bytes().all(|byte| byte.is_ascii_digit());
    let long: FxHashSet<&str> = ids.filter(is_long).collect();
    let rounded = long.iter().filter(|id| ends_rounded(id)).count();
    rounded >= 3 && rounded * 2 >= long.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_lost_digits_are_seen() {
        for id in ["9.06E+17", "1.05012E+18", "906000000000000000.0", "1234.0", "1,5E+18", "9e+17"]
        {
            assert!(looks_rounded(id), "{id}");
        }
        for id in
            ["0042", "906000000000000001", "a.b", "12e45", "1.2", "v1.0", "", "1500000000000000000"]
        {
            assert!(!looks_rounded(id), "{id}");
        }
    }

    #[test]
    fn a_column_is_judged_by_many_ids_and_not_by_one() {
        let rounded = ["906000000000000000", "1530000000000000000", "2890000000000000000", "42"];
        assert!(column_is_rounded(rounded.into_iter()));
        let honest = ["906000000000000000", "1530000000000000123", "2890000000000456789"];
        assert!(!column_is_rounded(honest.into_iter()));
    }

    #[test]
    fn placeholders_are_no_accounts() {
        for id in ["[deleted]", "[Removed]", "None", "nan", "null", "0", "Deleted Account"] {
            assert!(is_placeholder(id), "{id}");
        }
        assert_eq!(PLACEHOLDERS.iter().map(|word| word.len()).max(), Some(LONGEST_PLACEHOLDER));
        for id in ["deleted_scenes", "00", "zero", "nano"] {
            assert!(!is_placeholder(id), "{id}");
        }
    }
}
