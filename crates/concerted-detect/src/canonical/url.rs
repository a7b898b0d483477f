//! Addresses that lead to the same page.
//!
//! Folded are, by name: *scheme*, *port* (the default one), *credentials*, *fragment*, *slash* (at the
//! end), *www*, *mobile* (`m.`, `mobile.`, `mbasic.`, `touch.`, also inside: `en.m.wikipedia.org`), *amp*
//! (hosts, paths, parameters, caches), *tracking* (parameters that say where a reader came from),
//! *order* (of parameters), *wrapper* (an address inside another that only passes it on), *video* (forms of
//! YouTube) and *x* (twitter.com is x.com). **Invariant:** no request is ever made, so that a shortened
//! address is its own object; what was written stays in the post.

use url::{Host, Url};

/// Parameters that say where a reader came from, not what the page is.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "ysclid",
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
    "li_fat_id",
    "epik",
    "rdt_cid",
    "srsltid",
    "_ga",
    "_gl",
    "__twitter_impression",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
    "oly_anon_id",
    "oly_enc_id",
    "vero_id",
    "wickedid",
    "s_cid",
    "spm",
    "share_id",
    "shareid",
    "sharetype",
    "trk",
    "trkinfo",
    "xtor",
    "at_medium",
    "at_campaign",
    "__cft__",
    "__tn__",
    "mibextid",
    "sfnsn",
    "wtrid",
    "taid",
    "feature",
];

/// Families of such parameters, by how they begin.
const TRACKING_STARTS: &[&str] = &["utm_", "pk_", "mtm_", "hsa_", "at_recipient", "__cft__", "ns_"];

/// Parameters that ask for the AMP form of a page.
const AMP: &[(&str, &[&str])] = &[("amp", &["", "1", "true"]), ("outputtype", &["amp"])];

/// Hosts that only pass an address on, the path that does so, and the parameter that it stands in.
const WRAPPERS: &[(&str, &str, &[&str])] = &[
    ("l.facebook.com", "/l.php", &["u"]),
    ("lm.facebook.com", "/l.php", &["u"]),
    ("l.instagram.com", "/", &["u"]),
    ("google.com", "/url", &["q", "url"]),
    ("out.reddit.com", "", &["url"]),
    ("youtube.com", "/redirect", &["q"]),
    ("vk.com", "/away.php", &["to"]),
    ("away.vk.com", "/away.php", &["to"]),
    ("t.umblr.com", "/redirect", &["z"]),
    ("l.threads.com", "/", &["u"]),
];

/// Wrappers inside wrappers that are taken off.
const DEEPEST: usize = 4;

/// Key of an address: `host/path?sorted=parameters`; a text that is no web address stays as it is.
/// `None` if it is empty.
#[must_use]
pub fn url(written: &str) -> Option<String> {
    let written = written.trim();
    if written.is_empty() {
        return None;
    }
    let Some(parsed) = web_address(written).map(|address| unwrapped(address, DEEPEST)) else {
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
    key.push_str(&path_of(&parsed));
    let mut parameters: Vec<(String, String)> = parsed
        .query_pairs()
        .filter(|(name, value)| !tracks(name) && !asks_for_amp(name, value))
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

/// The path without the marks of AMP, its unreserved signs unescaped, without slashes at its end.
fn path_of(parsed: &Url) -> String {
    let path = unescaped(parsed.path());
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix("/amp").or_else(|| path.strip_suffix(".amp")).unwrap_or(path);
    let path = match path.strip_suffix(".amp.html") {
        Some(path) => format!("{path}.html"),
        None => path.to_owned(),
    };
    match path.strip_prefix("/amp/") {
        Some(rest) => format!("/{rest}"),
        None => path,
    }
}

/// `%61` is `a`: letters, digits and `-._~` mean the same escaped or not (RFC 3986, 6.2.2.2).
fn unescaped(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        plain.push_str(&rest[..at]);
        let number = rest.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match number.map(char::from) {
            Some(sign) if sign.is_ascii_alphanumeric() || matches!(sign, '-' | '.' | '_' | '~') => {
                plain.push(sign);
                rest = &rest[at + 3..];
            }
            _ => {
                plain.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    plain + rest
}

/// The address inside one that only passes it on.
fn unwrapped(address: Url, deeper: usize) -> Url {
    let inner = inner(&address).filter(|_| deeper > 0);
    inner.map_or(address, |inner| unwrapped(inner, deeper - 1))
}

fn inner(address: &Url) -> Option<Url> {
    let host = address.host_str()?.trim_start_matches("www.");
    // `example-org.cdn.ampproject.org/c/s/example.org/story`, `google.com/amp/s/example.org/story`.
    let cached = host.ends_with(".cdn.ampproject.org") || host == "cdn.ampproject.org";
    let cached = match address.path() {
        path if cached => ["/c/", "/v/", "/wp/"].iter().find_map(|start| path.strip_prefix(start)),
        path if host.starts_with("google.") => path.strip_prefix("/amp/"),
        _ => None,
    };
    if let Some(rest) = cached {
        let rest = rest.strip_prefix("s/").unwrap_or(rest);
        return web_address(&format!("https://{rest}"));
    }
    let (_, _, names) = WRAPPERS.iter().find(|(wrapper, path, _)| {
        *wrapper == host && (path.is_empty() || address.path() == *path)
    })?;
    let value =
        |name: &&str| Some(address.query_pairs().find(|(key, _)| key == name)?.1.into_owned());
    web_address(&names.iter().find_map(value)?)
}

/// Registrable domain of an address by the public suffix list, or `None` where there is none.
#[must_use]
pub fn domain(written: &str) -> Option<String> {
    let address = unwrapped(web_address(written.trim())?, DEEPEST);
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
        _ if written.starts_with("//") => Url::parse(&format!("https:{written}")).ok()?,
        _ => return None,
    };
    parsed.host_str().is_some().then_some(parsed)
}

fn host_of(parsed: &Url) -> Option<String> {
    let mut host = parsed.host_str()?.trim_end_matches('.').to_owned();
    for prefix in ["www.", "m.", "mobile.", "mbasic.", "touch.", "amp."] {
        match host.strip_prefix(prefix) {
            Some(rest) if rest.contains('.') => host = rest.to_owned(),
            _ => {}
        }
    }
    // Wikipedia has its mobile pages at `language.m.wikipedia.org`.
    for mobile in [".m.wikipedia.org", ".m.wiktionary.org", ".m.wikinews.org"] {
        if let Some(language) = host.strip_suffix(mobile) {
            host = format!("{language}{}", &mobile[2..]);
        }
    }
    Some(if host == "twitter.com" { "x.com".to_owned() } else { host })
}

fn tracks(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TRACKING.contains(&name.as_str()) || TRACKING_STARTS.iter().any(|start| name.starts_with(start))
}

fn asks_for_amp(name: &str, value: &str) -> bool {
    let (name, value) = (name.to_ascii_lowercase(), value.to_ascii_lowercase());
    AMP.iter().any(|(asks, values)| *asks == name && values.contains(&value.as_str()))
}

/// Id of a film, in whichever form of address.
fn video(host: &str, parsed: &Url) -> Option<String> {
    let mut parts = parsed.path_segments()?;
    let id = match (host, parts.next()?) {
        ("youtu.be", id) => id.to_owned(),
        ("youtube.com" | "music.youtube.com" | "youtube-nocookie.com", first) => match first {
            "watch" => parsed.query_pairs().find(|(name, _)| name == "v")?.1.into_owned(),
            "shorts" | "embed" | "live" | "v" => parts.next()?.to_owned(),
            _ => return None,
        },
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
        for form in
            ["https://m.youtube.com/shorts/abc?feature=share", "https://youtube.com/live/abc"]
        {
            assert_eq!(url(form), url("https://youtu.be/abc"), "{form}");
        }
        assert_ne!(url("https://www.youtube.com/@abc"), url("https://youtu.be/abc"));
    }

    #[test]
    fn mobile_amp_and_wrapped_forms_are_the_page_itself() {
        for form in [
            "https://mobile.example.org/story?amp=1",
            "https://example.org/amp/story",
            "https://example-org.cdn.ampproject.org/c/s/example.org/story",
            "https://www.google.com/amp/s/www.example.org/story/amp",
            "https://www.google.com/url?q=https%3A%2F%2Fexample.org%2Fstory&sa=D",
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fstory%3Ffbclid%3D1&h=x",
            "//example.org/story",
            "https://example.org/%73tory?mtm_source=a&srsltid=b",
        ] {
            assert_eq!(url(form).as_deref(), Some("example.org/story"), "{form}");
        }
        assert_eq!(
            url("https://en.m.wikipedia.org/wiki/A"),
            url("https://en.wikipedia.org/wiki/A")
        );
        assert_eq!(
            url("https://twitter.com/a/status/1?s=20"),
            url("https://x.com/a/status/1?s=20")
        );
        assert_eq!(
            domain("https://l.facebook.com/l.php?u=https://example.org").as_deref(),
            Some("example.org")
        );
    }

    #[test]
    fn an_address_that_wraps_itself_ends() {
        let once = |inner: &str| format!("https://www.google.com/url?q={inner}");
        let nested = (0..9).fold("https://example.org".to_owned(), |inner, _| {
            once(&::url::form_urlencoded::byte_serialize(inner.as_bytes()).collect::<String>())
        });
        assert!(url(&nested).is_some());
        assert_eq!(
            url("https://www.google.com/url?q=javascript:x").as_deref(),
            Some("google.com/url?q=javascript%3Ax")
        );
    }

    #[test]
    fn each_of_sixteen_hostile_addresses_has_its_key() {
        let long = format!("https://example.org/{}", "a".repeat(70_000));
        let long_key = format!("example.org/{}", "a".repeat(70_000));
        for (written, key) in [
            ("https://user:pass@example.org/a", "example.org/a"),
            ("http://EXAMPLE.org:80/a/../a?utm_source=x&b=1#frag", "example.org/a?b=1"),
            ("https://xn--mnchen-3ya.example/a", "xn--mnchen-3ya.example/a"),
            ("https://m\u{fc}nchen.example/a", "xn--mnchen-3ya.example/a"),
            ("http://[::1]/a", "[::1]/a"),
            ("data:text/html,x", "data:text/html,x"),
            ("javascript:x", "javascript:x"),
            // Punctuation around an address is taken off where it is found in a text, not here.
            ("https://example.org/a).", "example.org/a)."),
            ("https://example.org/%61", "example.org/a"),
            ("https://www.youtube.com/watch?v=abc&t=1", "youtube.com/watch?v=abc"),
            ("https://youtu.be/abc", "youtube.com/watch?v=abc"),
            ("https://m.example.org/a", "example.org/a"),
            ("https://example.org/a?fbclid=zzz", "example.org/a"),
            ("https://t.co/abc", "t.co/abc"),
            ("//example.org/a", "example.org/a"),
            (&long, &long_key),
        ] {
            assert_eq!(url(written).as_deref(), Some(key));
        }
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
