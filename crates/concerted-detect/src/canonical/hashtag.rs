//! Hashtags that readers and platforms take as one.

use unicode_normalization::UnicodeNormalization;

/// Key of a hashtag: NFKC, lower case, without leading `#`. `None` if nothing is left.
#[must_use]
pub fn hashtag(written: &str) -> Option<String> {
    let key: String = written
        .trim()
        .trim_start_matches(['#', '＃'])
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !super::text::is_invisible(*c))
        .collect();
    (!key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_width_and_the_sign_itself_do_not_matter() {
        assert_eq!(hashtag("#Bridge"), hashtag("ｂｒｉｄｇｅ"));
        assert_eq!(hashtag("＃باغ"), Some("باغ".into()));
        assert_eq!(hashtag("# "), None);
    }
}
