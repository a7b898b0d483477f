//! Clocks inside ids: when a post was made, from its id alone.
//!
//! **Invariant:** pure arithmetic on published layouts. An id that does not have the layout, or whose
//! moment lies outside the time in which the platform has used it, gives nothing.

use concerted_model::{Platform, Span, Timestamp};

/// A moment from an id, and how finely the id tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdTime {
    /// When.
    pub time: Timestamp,
    /// In which steps.
    pub resolution: Span,
}

const MILLISECOND: i64 = 1_000;
const SECOND: i64 = 1_000_000;

/// X's ids before this one were counted, not clocked.
const LAST_SEQUENTIAL_TWEET: u64 = 29_700_859_247;
const X_EPOCH_MS: i64 = 1_288_834_974_657;
const INSTAGRAM_EPOCH_MS: i64 = 1_314_220_021_721;
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;
/// 2022-01-01: the AT protocol is not older.
const FIRST_TID_US: i64 = 1_640_995_200_000_000;
/// 2016-01-01: neither Mastodon nor TikTok is older.
const FIRST_MASTODON_OR_TIKTOK_US: i64 = 1_451_606_400_000_000;

fn digits(id: &str) -> Option<u64> {
    let digit = |number: u64, byte: u8| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    };
    (!id.is_empty()).then(|| id.bytes().try_fold(0, digit))?
}

fn at(micros: i64, step: i64) -> Option<IdTime> {
    let time = Timestamp::try_from_micros(micros).ok()?;
    Some(IdTime { time, resolution: Span::micros(step) })
}

fn shifted_ms(id: u64, shift: u32, epoch_ms: i64) -> Option<IdTime> {
    let ms = i64::try_from(id >> shift).ok()?.checked_add(epoch_ms)?;
    at(ms.checked_mul(MILLISECOND)?, MILLISECOND)
}

/// X (Twitter): milliseconds, for ids since November 2010.
#[must_use]
pub fn x_snowflake(id: &str) -> Option<IdTime> {
    let number = digits(id).filter(|number| *number > LAST_SEQUENTIAL_TWEET)?;
    shifted_ms(number, 22, X_EPOCH_MS)
}

/// The AT protocol: a key of 13 signs, or an address `at://did/collection/key`; microseconds.
#[must_use]
pub fn bluesky_tid(id: &str) -> Option<IdTime> {
    let key = id.rsplit('/').next()?;
    if key.len() != 13 {
        return None;
    }
    let mut value: u64 = 0;
    for (place, sign) in key.bytes().enumerate() {
        let digit = match sign {
            b'2'..=b'7' => sign - b'2',
            b'a'..=b'z' => sign - b'a' + 6,
            _ => return None,
        };
        // 13 signs hold 65 bits; the first may use four of its five.
        if place == 0 && digit > 15 {
            return None;
        }
        value = (value << 5) | u64::from(digit);
    }
    at(i64::try_from(value >> 10).ok()?, 1).filter(|id| id.time.micros() >= FIRST_TID_US)
}

/// Mastodon: a number, or the address of a post with its number; milliseconds, by the server that stored
/// the post.
#[must_use]
pub fn mastodon(id: &str) -> Option<IdTime> {
    let number = id.rsplit('/').find_map(digits)?;
    shifted_ms(number, 16, 0).filter(|id| id.time.micros() >= FIRST_MASTODON_OR_TIKTOK_US)
}

/// TikTok: seconds.
#[must_use]
pub fn tiktok(id: &str) -> Option<IdTime> {
    let seconds = i64::try_from(digits(id)? >> 32).ok()?;
    at(seconds.checked_mul(SECOND)?, SECOND)
        .filter(|id| id.time.micros() >= FIRST_MASTODON_OR_TIKTOK_US)
}

/// Instagram: milliseconds; the part of a media id before `_`.
#[must_use]
pub fn instagram(id: &str) -> Option<IdTime> {
    let number = digits(id.split('_').next()?).filter(|number| *number > 1 << 40)?;
    shifted_ms(number, 23, INSTAGRAM_EPOCH_MS)
}

/// Discord: milliseconds.
#[must_use]
pub fn discord(id: &str) -> Option<IdTime> {
    let number = digits(id).filter(|number| *number > 1 << 40)?;
    shifted_ms(number, 22, DISCORD_EPOCH_MS)
}

/// The clock of a platform's post ids; nothing where they have none (YouTube, Facebook, Telegram).
#[must_use]
pub fn of_platform(platform: &str) -> Option<fn(&str) -> Option<IdTime>> {
    match platform {
        Platform::X => Some(x_snowflake),
        Platform::BLUESKY => Some(bluesky_tid),
        "mastodon" => Some(mastodon),
        "tiktok" => Some(tiktok),
        "instagram" => Some(instagram),
        "discord" => Some(discord),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(id: Option<IdTime>) -> Option<i64> {
        id.map(|id| id.time.micros())
    }

    #[test]
    fn an_x_id_tells_its_millisecond() {
        assert_eq!(micros(x_snowflake("1785640310404022272")), Some(1_714_564_800_250_000));
        assert_eq!(micros(x_snowflake("1785642406507446278")), Some(1_714_565_300_000_000));
    }

    #[test]
    fn an_x_id_from_before_the_clock_tells_nothing() {
        assert_eq!(x_snowflake("29700859247"), None);
        assert_eq!(x_snowflake("20"), None);
        assert_eq!(x_snowflake("1.78564E+18"), None);
        assert_eq!(x_snowflake("99999999999999999999999"), None);
    }

    #[test]
    fn a_bluesky_key_tells_its_microsecond() {
        assert_eq!(micros(bluesky_tid("3krggwxu26k27")), Some(1_714_564_800_250_000));
        let address = "at://did:plc:x/app.bsky.feed.post/3krggwxu26k27";
        assert_eq!(bluesky_tid(address), bluesky_tid("3krggwxu26k27"));
        for other in ["self", "3krggwxu26k2", "zzzzzzzzzzzzz", "3krggwxu26k20", "2222222222222"] {
            assert_eq!(bluesky_tid(other), None, "{other}");
        }
    }

    #[test]
    fn the_other_layouts_tell_the_moment_they_were_built_for() {
        let (ms, us) = (1_714_564_800_250_i64, 1_714_564_800_250_000);
        let number = ms << 16 | 7;
        assert_eq!(micros(mastodon(&number.to_string())), Some(us));
        let address = format!("https://social.example/users/a/statuses/{number}/activity");
        assert_eq!(micros(mastodon(&address)), Some(us));
        assert_eq!(mastodon("https://social.example/notes/9abc"), None);
        assert_eq!(micros(tiktok(&(((ms / 1000) << 32) | 9).to_string())), Some(us - 250_000));
        let instagram_id = (ms - INSTAGRAM_EPOCH_MS) << 23;
        assert_eq!(micros(instagram(&format!("{instagram_id}_55"))), Some(us));
        assert_eq!(micros(discord(&((ms - DISCORD_EPOCH_MS) << 22).to_string())), Some(us));
    }

    #[test]
    fn a_platform_without_a_clock_has_none() {
        assert!(of_platform("telegram").is_none());
        assert!(of_platform("x").is_some());
    }
}
