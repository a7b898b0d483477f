//! Who acts: platforms and accounts.
//!
//! **Invariant:** an id is never parsed, trimmed, rounded or folded; `0042` is not `42`, and the
//! same digits on two platforms are two accounts. A handle is not an id and has no type here.

use std::fmt;

/// The site an account lives on, in lower case, such as `x`, `bluesky` or `facebook`.
///
/// An open set: files name platforms that we do not know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform(String);

impl Platform {
    /// X, formerly Twitter.
    pub const X: &'static str = "x";
    /// Bluesky, and whatever else speaks its protocol through one relay.
    pub const BLUESKY: &'static str = "bluesky";
    /// A file that does not say where its posts are from.
    pub const UNKNOWN: &'static str = "unknown";

    /// A platform by name: folded to lower case, `twitter` read as `x`, nothing as `unknown`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let name = name.trim().to_ascii_lowercase();
        Self(match name.as_str() {
            "" => Self::UNKNOWN.to_owned(),
            "twitter" => Self::X.to_owned(),
            _ => name,
        })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One account: ordered by platform, instance, then id, byte by byte.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId {
    /// The site.
    pub platform: Platform,
    /// The server, where the platform is a federation of servers; else empty.
    pub instance: String,
    /// The id, as the source wrote it.
    pub id: String,
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.instance.is_empty() {
            write!(f, "{}:{}", self.platform, self.id)
        } else {
            write!(f, "{}:{}@{}", self.platform, self.id, self.instance)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_platform_has_one_name() {
        assert_eq!(Platform::new("Twitter"), Platform::new("x"));
        assert_eq!(Platform::new(" ").as_str(), Platform::UNKNOWN);
    }

    #[test]
    fn the_same_digits_on_two_platforms_are_two_accounts() {
        let on = |platform: &str| AccountId {
            platform: Platform::new(platform),
            instance: String::new(),
            id: "42".into(),
        };
        assert_ne!(on("x"), on("bluesky"));
    }
}
