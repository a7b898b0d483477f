//! Addresses that lead to the same page.
//!
//! Scheme, `www.`, mobile and AMP hosts, default ports, fragments, credentials, trailing slashes,
//! the order of parameters and parameters that only track are folded. No request is ever made, so
//! that a shortened address is its own object.

use url::{Host, Url};

/// Parameters that say where a reader came from, not what the page is.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "ref_src",
    "ref_url",
    "si",
    "cmpid",
    "ocid",
    "ncid",
    "smid",
    "sr_share",
    "twclid",
    "ttclid",
    "_ga",
    "__twitter_impression",
];

/// Key of an address: `host/path?sorted=parameters`; a text that is no web address stays as it is.
/// `None` if it is empty.
#[must_use]
pub fn url(written: &str) -> Option<String> {
    let written = written.trim();
    if written.is_empty() {
        return None;
    }
    let Some(parsed) = web_address(written) else {
        return Some(written.to_owned());
    };
    let host = host_of(&parsed)?;
    if let Some(video) = video(&host, &parsed) {
        return Some(format!("youtube.com/watch?v={video}"));
    }
    let mut key = host;
    if let Some(port) = parsed.port() {
        key.push_str(&format!(":{port}"));
    }
    let path = parsed.path().trim_end_matches('/');
    key.push_str(path.strip_suffix("/amp").unwrap_or(path));
    let mut parameters: Vec<(String, String)> = parsed
        .query_pairs()
        .filter(|(name, _)| !tracks(name))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    parameters.sort();
    if !parameters.is_empty() {
        let query = ::url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        key.push('?');
        key.push_str(&query);
    }
    Some(key)
}

/// Registrable domain of an address by the public suffix list, or `None` where there is none.
#[must_use]
pub fn domain(written: &str) -> Option<String> {
    let address = web_address(written.trim())?;
    let host = host_of(&address)?;
    if !matches!(address.host(), Some(Host::Domain(_))) {
        return Some(host);
    }
    match psl::domain_str(&host) {
        Some(domain) => Some(domain.to_owned()),
        None => Some(host),
    }
}

fn web_address(written: &str) -> Option<Url> {
    let parsed = match Url::parse(written) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") => parsed,
        _ if written.starts_with("www.") => Url::parse(&format!("https://{written}")).ok()?,
        _ => return None,
    };
    parsed.host_str().is_some().then_some(parsed)
}

fn host_of(parsed: &Url) -> Option<String> {
    let mut host = parsed.host_str()?.trim_end_matches('.');
    for prefix in ["www.", "m.", "mobile.", "amp."] {
        match host.strip_prefix(prefix) {
            Some(rest) if rest.contains('.') => host = rest,
            _ => {}
        }
    }
    Some(host.to_owned())
}

fn tracks(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_") || TRACKING.contains(&name.as_str())
}

/// Id of a film whose two forms of address are known.
fn video(host: &str, parsed: &Url) -> Option<String> {
    let id = match host {
        "youtu.be" => parsed.path_segments()?.next()?.to_owned(),
        "youtube.com" if parsed.path() == "/watch" => {
            parsed.query_pairs().find(|(name, _)| name == "v")?.1.into_owned()
        }
        _ => return None,
    };
    (!id.is_empty()).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_page_has_one_key() {
        for same in [
            "https://example.org/story",
            "http://www.example.org/story/",
            "HTTPS://EXAMPLE.ORG:443/story#part",
            "https://m.example.org/story?utm_source=x&fbclid=1",
            "https://reader:secret@example.org/story/amp",
        ] {
            assert_eq!(url(same).as_deref(), Some("example.org/story"), "{same}");
        }
    }

    #[test]
    fn what_tells_pages_apart_is_kept() {
        assert_ne!(url("https://example.org/a?id=1"), url("https://example.org/a?id=2"));
        assert_ne!(url("https://example.org/Story"), url("https://example.org/story"));
        assert_ne!(url("https://t.co/abc"), url("https://t.co/abd"));
        assert_eq!(url("https://example.org/a?b=2&a=1"), url("https://example.org/a?a=1&b=2"));
    }

    #[test]
    fn two_forms_of_one_film_are_equal() {
        assert_eq!(
            url("https://youtu.be/abc?si=1"),
            url("https://www.youtube.com/watch?v=abc&t=3")
        );
    }

    #[test]
    fn an_opaque_key_stays_as_it_is() {
        assert_eq!(url("23678").as_deref(), Some("23678"));
        assert_eq!(url("  "), None);
    }

    #[test]
    fn domains_follow_the_public_suffix_list() {
        assert_eq!(domain("https://news.example.co.uk/x").as_deref(), Some("example.co.uk"));
        assert_eq!(domain("http://192.0.2.7/x").as_deref(), Some("192.0.2.7"));
        assert_eq!(domain("23678"), None);
    }
}
