//! What short addresses stand for, as a user's own file says.
//!
//! **Invariant:** no request is ever made: a short address that the file does not have stays as it is. An
//! address is looked for without its scheme, `www.` and slash at the end; the case of its path counts, since
//! shorteners tell `/a` from `/A`. A chain of short addresses is followed to its end.

use std::{borrow::Cow, collections::BTreeMap, path::Path, sync::Arc};

use rustc_hash::FxHashMap;

use super::{
    error::ReadError,
    input::{check_kind, name_of},
    json::{AtEnd, Escapes, Json},
    table::{self, Dialect},
};

/// Short addresses that stand for short addresses are followed so far.
const LONGEST_CHAIN: usize = 8;
/// Most bytes of such a file.
const MOST: u64 = 1 << 30;

/// Long addresses by short ones.
#[derive(Clone, Debug)]
pub struct ShortLinks {
    long: Arc<FxHashMap<Box<str>, Box<str>>>,
}

impl ShortLinks {
    /// Reads them from a file: CSV or TSV with the short address in the first column and the long one in
    /// the second, or JSON: one object of short to long, or objects with `short` and `long`.
    ///
    /// # Errors
    /// [`ReadError`] if it cannot be read, or holds no pair of addresses.
    pub fn of(path: &Path) -> Result<Self, ReadError> {
        let name = name_of(path);
        let io = |source| ReadError::Io { file: name.clone(), source };
        check_kind(path, &name)?;
        if path.metadata().map_err(io)?.len() > MOST {
            return Err(ReadError::limit(&name, "is larger than 1 GiB", "keep the links you need"));
        }
        let bytes = std::fs::read(path).map_err(io)?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let byte = error.as_bytes().get(offset).copied().unwrap_or_default();
            ReadError::Encoding { file: name.clone(), offset: offset as u64, byte }
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let pairs = if text.trim_start().starts_with(['{', '[']) {
            of_json(text).map_err(|why| ReadError::input(&name, why, HINT))?
        } else {
            of_table(text)
        };
        let mut long = FxHashMap::default();
        for (short, to) in pairs {
            let Some(key) = key(&short) else { continue };
            let known = long.entry(key.into_owned().into_boxed_str()).or_insert_with(|| to.clone());
            if *known != to {
                let why = format!("\"{short}\" stands for two addresses: \"{known}\" and \"{to}\"");
                return Err(ReadError::input(&name, why, "leave the one that is right"));
            }
        }
        if long.is_empty() {
            return Err(ReadError::input(
                &name,
                "holds no pair of a short and a long address",
                HINT,
            ));
        }
        Ok(Self { long: Arc::new(long) })
    }

    /// Short and long addresses, which a file of JSON may hold for [`Self::of`].
    #[must_use]
    pub fn pairs(&self) -> BTreeMap<String, &str> {
        self.long.iter().map(|(short, long)| (format!("https://{short}"), &**long)).collect()
    }

    /// What an address stands for in the end, if it is a short one of the file.
    pub(crate) fn long(&self, address: &str) -> Option<&str> {
        let mut found = None;
        for _ in 0..LONGEST_CHAIN {
            let Some(next) = key(found.unwrap_or(address)).and_then(|key| self.long.get(&*key))
            else {
                break;
            };
            found = Some(&**next);
        }
        found.filter(|found| *found != address)
    }
}

const HINT: &str =
    "two columns, short and long, or JSON: {\"https://sho.rt/x\": \"https://long.example/page\"}";

/// What an address is looked for by: host in lower case and path, without scheme, `www.` and last slash.
/// Nothing if it is no web address.
fn key(address: &str) -> Option<Cow<'_, str>> {
    let address = address.trim();
    let rest = ["https://", "http://"].into_iter().find_map(|scheme| {
        let start = address.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| &address[scheme.len()..])
    })?;
    let rest = rest.trim_end_matches('/');
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(host);
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let host = host.to_ascii_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host);
        return (!host.is_empty()).then(|| Cow::Owned(format!("{host}{path}")));
    }
    (!host.is_empty()).then(|| Cow::Borrowed(rest.strip_prefix("www.").unwrap_or(rest)))
}

fn pair(short: &str, long: &str) -> Option<(String, Box<str>)> {
    let (short, long) = (short.trim(), long.trim());
    (key(short).is_some() && key(long).is_some()).then(|| (short.to_owned(), long.into()))
}

/// Rows whose first two cells are addresses; a header is none.
fn of_table(text: &str) -> Vec<(String, Box<str>)> {
    let dialect = Dialect::of(table::sniff_delimiter(text));
    let rows = table::records_in(text, dialect, true, usize::MAX);
    rows.iter().filter_map(|row| pair(row.first()?, row.get(1)?)).collect()
}

fn of_json(text: &str) -> Result<Vec<(String, Box<str>)>, String> {
    let (mut pairs, mut at) = (Vec::new(), 0);
    let text = format!("{text}\n");
    while !text[at..].trim_start().is_empty() {
        let read = Json::parse_as(&text, at, AtEnd::Fault, Escapes::Json)
            .map_err(|fault| format!("byte {}: not JSON", fault.at))?;
        at = read.end;
        let one = [read.value];
        let items = match &one {
            [Json::List(items)] => items.as_slice(),
            value => value.as_slice(),
        };
        for item in items {
            let named = item.text("short").zip(item.text("long"));
            match (named, item) {
                (Some((short, long)), _) => pairs.extend(pair(short, long)),
                (None, Json::Object(object)) => {
                    let texts = object.fields.iter();
                    pairs.extend(texts.filter_map(|(short, long)| pair(short, long.scalar()?)));
                }
                _ => {}
            }
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(content: &str) -> Result<ShortLinks, ReadError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("links");
        std::fs::write(&path, content).unwrap();
        ShortLinks::of(&path)
    }

    #[test]
    fn a_table_and_json_say_the_same() {
        for content in [
            "short,long\nhttps://sho.rt/Ab,https://long.example/1\n",
            "https://sho.rt/Ab\thttps://long.example/1\n",
            "{\"https://sho.rt/Ab\": \"https://long.example/1\"}",
            "[{\"short\": \"https://sho.rt/Ab\", \"long\": \"https://long.example/1\"}]",
            "{\"short\": \"https://sho.rt/Ab\", \"long\": \"https://long.example/1\"}\n{}\n",
        ] {
            let links = links(content).unwrap();
            for written in ["https://sho.rt/Ab", "http://www.SHO.rt/Ab/"] {
                assert_eq!(links.long(written), Some("https://long.example/1"), "{content}");
            }
            for other in ["https://sho.rt/ab", "https://long.example/1", "sho.rt/Ab", ""] {
                assert_eq!(links.long(other), None, "{content}");
            }
        }
    }

    #[test]
    fn what_a_case_keeps_of_them_is_the_same_again() {
        let links = links("https://sho.rt/Ab,https://long.example/1\n").unwrap();
        let again = self::links(&serde_json::to_string(&links.pairs()).unwrap()).unwrap();
        assert_eq!(again.pairs(), links.pairs());
    }

    #[test]
    fn chains_are_followed_and_rings_end() {
        let links = links(
            "https://a.b/1,https://a.b/2\nhttps://a.b/2,https://long.example/\n\
             https://a.b/x,https://a.b/y\nhttps://a.b/y,https://a.b/x\n",
        )
        .unwrap();
        assert_eq!(links.long("https://a.b/1"), Some("https://long.example/"));
        assert_eq!(links.long("https://a.b/x"), None);
    }

    #[test]
    fn what_is_no_list_of_links_is_refused_with_the_form_it_should_have() {
        for content in ["a,b\n1,2\n", "[1]", "{\"x\"", "\u{feff}"] {
            let error = links(content).unwrap_err();
            assert!(error.hint().contains("two columns, short and long"), "{content}: {error}");
        }
        let error = links("https://a.b/1,https://c.d/1\nhttp://a.b/1,https://c.d/2\n").unwrap_err();
        assert!(error.to_string().contains("stands for two addresses"), "{error}");
    }
}
