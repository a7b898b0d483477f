//! `feed`: RSS 2.0 and Atom: a site's articles as posts by the site.
//!
//! **Invariant:** a document type is refused, and with it everything that such a declaration can do (entities
//! that expand, files that are drawn in). Nothing is fetched. The time has no finer step than it is
//! written with.

use std::borrow::Cow;

use concerted_model::{Span, provenance::RejectReason};
use quick_xml::{
    Reader as Xml,
    events::{BytesRef, BytesStart, Event},
};

use super::{
    MarkupReader, Opened, ReadOptions, Reader, error::ReadError, judge::Judge, markup,
    mastodon::host_of, place::Place, post::Draft, sample::Sample, spec::Spec,
};

pub(crate) static SPEC: Spec = Spec {
    name: "feed",
    title: "RSS 2.0 and Atom feeds, XML",
    caution: "a document type is refused; the account is the site, and the author's name is its handle",
    platform: "news",
    mapping: &[
        ("account", "host of link"),
        ("handle", "dc:creator | author/name"),
        ("id", "guid | id"),
        ("time", "pubDate | published | updated"),
        ("text", "title, content:encoded | content | description | summary"),
        ("language", "language | xml:lang"),
        ("client", "generator"),
        ("urls", "link"),
        ("hashtags", "category"),
        ("media", "enclosure"),
    ],
    coarsest: Span::seconds(1),
    ..Spec::PLAIN
};

/// How sure it is that this is a feed.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let start = sample.markup()?;
    let has = |tag: &str| start.contains(tag);
    let xml = start.starts_with("<?xml") || has("<rss") || has("<feed");
    (xml && !has("<html")).then_some(if has("<rss") || has("<feed") || has("<rdf:RDF") {
        100
    } else {
        30
    })
}

/// Opens a feed.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let Some(start) = sample.markup() else {
        return Err(SPEC.other_shape(file, "XML", sample));
    };
    check_doctype(start, file)?;
    Ok(Opened::new(&SPEC, SPEC.customs(options), Reader::Markup(Box::new(Feed))))
}

fn check_doctype(text: &str, file: &str) -> Result<(), ReadError> {
    if text.to_ascii_uppercase().contains("<!DOCTYPE") || text.contains("<!ENTITY") {
        let why =
            "it declares a document type (DOCTYPE), which feeds do not need and which can do harm";
        return Err(ReadError::input(file, why, "take the declaration out if you trust the file"));
    }
    Ok(())
}

struct Feed;

#[derive(Default)]
struct Item {
    place: Place,
    title: String,
    link: String,
    id: String,
    published: String,
    updated: String,
    author: String,
    full: String,
    short: String,
    tags: Vec<String>,
    media: Vec<String>,
    language: String,
}

/// What the feed says of itself.
#[derive(Default)]
struct Channel {
    link: String,
    language: String,
    generator: String,
    author: String,
}

impl MarkupReader for Feed {
    fn read(&mut self, text: &str, judge: &mut Judge<'_>) -> Result<(), ReadError> {
        check_doctype(text, judge.file())?;
        let mut xml = Xml::from_str(text);
        xml.config_mut().check_end_names = true;
        let (mut channel, mut item): (Channel, Option<Item>) = (Channel::default(), None);
        let (mut path, mut said): (Vec<String>, String) = (Vec::new(), String::new());
        loop {
            let before = xml.buffer_position() as usize;
            let broken = |what: String| {
                let line = 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..before]).count();
                let why = format!("line {line}: not well-formed XML: {what}");
                ReadError::input(judge.file(), why, "fetch the feed again")
            };
            match xml.read_event().map_err(|error| broken(error.to_string()))? {
                Event::Start(tag) => {
                    let name = name_of(&tag);
                    if matches!(name.as_str(), "item" | "entry") {
                        let line =
                            1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..before]).count();
                        let place = Place::new(before as u64, 0, line as u64);
                        item = Some(Item { place, ..Item::default() });
                    }
                    attributes(&name, &tag, &mut channel, item.as_mut());
                    path.push(name);
                    said.clear();
                }
                Event::Empty(tag) => {
                    attributes(&name_of(&tag), &tag, &mut channel, item.as_mut());
                }
                Event::Text(piece) => said.push_str(&piece),
                Event::CData(piece) => said.push_str(&piece),
                Event::GeneralRef(reference) => match character(&reference) {
                    Some(sign) => said.push(sign),
                    None => return Err(broken("an entity that XML does not have".to_owned())),
                },
                Event::End(_) => {
                    let Some(name) = path.pop() else { continue };
                    let words = std::mem::take(&mut said);
                    if matches!(name.as_str(), "item" | "entry") {
                        if let Some(mut item) = item.take() {
                            let end = xml.buffer_position() as usize;
                            let start = item.place.offset as usize;
                            item.place =
                                Place::new(item.place.offset, end - start, item.place.line);
                            post(item, &channel, judge);
                        }
                    } else {
                        let outer = path.last().map(String::as_str).unwrap_or_default();
                        take(outer, &name, words.trim(), &mut channel, item.as_mut());
                    }
                }
                Event::Eof => break,
                Event::DocType(_) => return Err(broken("a document type".to_owned())),
                _ => {}
            }
        }
        if let Some(item) = item {
            let detail = "the file ends inside an article".to_owned();
            judge.refuse(item.place, RejectReason::Malformed, detail);
        }
        Ok(())
    }
}

fn name_of(tag: &BytesStart<'_>) -> String {
    tag.name().as_ref().to_lowercase()
}

/// The sign that a reference stands for.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    let name: &str = reference;
    let number = match name.strip_prefix('#') {
        Some(hexadecimal) if hexadecimal.starts_with(['x', 'X']) => {
            u32::from_str_radix(&hexadecimal[1..], 16).ok()
        }
        Some(decimal) => decimal.parse().ok(),
        None => {
            return Some(match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                _ => return None,
            });
        }
    };
    number.and_then(char::from_u32)
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok()??;
    let value = attribute.value;
    let plain = quick_xml::escape::unescape(&value).map(Cow::into_owned);
    Some(plain.unwrap_or_else(|_| value.into_owned()))
}

/// What an element says by its attributes.
fn attributes(name: &str, tag: &BytesStart<'_>, channel: &mut Channel, item: Option<&mut Item>) {
    let language = attribute(tag, "xml:lang");
    match (name, item) {
        ("feed" | "rss", _) => channel.language = language.unwrap_or_default(),
        ("entry" | "item", Some(item)) => item.language = language.unwrap_or_default(),
        ("link", item) => {
            let relation = attribute(tag, "rel").unwrap_or_else(|| "alternate".to_owned());
            let Some(to) = attribute(tag, "href").filter(|_| relation == "alternate") else {
                return;
            };
            match item {
                Some(item) => item.link = to,
                None => channel.link = to,
            }
        }
        ("category", Some(item)) => item.tags.extend(attribute(tag, "term")),
        ("enclosure" | "media:content" | "media:thumbnail", Some(item)) => {
            item.media.extend(attribute(tag, "url"));
        }
        _ => {}
    }
}

/// What an element says by its words.
fn take(outer: &str, name: &str, words: &str, channel: &mut Channel, item: Option<&mut Item>) {
    let Some(item) = item else {
        match (outer, name) {
            ("channel" | "feed", "link") if !words.is_empty() => channel.link = words.to_owned(),
            ("channel", "language") => channel.language = words.to_owned(),
            (_, "generator") => channel.generator = words.to_owned(),
            ("author", "name") => channel.author = words.to_owned(),
            _ => {}
        }
        return;
    };
    let place = match (outer, name) {
        ("item" | "entry", "title") => &mut item.title,
        ("item" | "entry", "link") if !words.is_empty() => &mut item.link,
        ("item" | "entry", "guid" | "id") => &mut item.id,
        (_, "pubdate" | "published" | "dc:date") => &mut item.published,
        (_, "updated") => &mut item.updated,
        (_, "dc:creator") | ("author", "name") | ("item", "author") => &mut item.author,
        (_, "content:encoded" | "content") => &mut item.full,
        (_, "description" | "summary") => &mut item.short,
        ("item" | "entry", "category") if !words.is_empty() => {
            item.tags.push(words.to_owned());
            return;
        }
        _ => return,
    };
    *place = words.to_owned();
}

fn post(item: Item, channel: &Channel, judge: &mut Judge<'_>) {
    let body = if item.full.is_empty() { &item.short } else { &item.full };
    let said = markup::said(body);
    let text = [item.title.as_str(), said.text.as_str()];
    let text: Vec<&str> = text.into_iter().filter(|part| !part.is_empty()).collect();
    let own = |text: &str| {
        Some(Cow::Owned(text.to_owned())).filter(|text: &Cow<'_, str>| !text.is_empty())
    };
    // The site is who publishes, wherever the feed was fetched from.
    let host = host_of(&item.link).or_else(|| host_of(&channel.link));
    let either = |one: &str, other: &str| own(one).or_else(|| own(other));
    let mut urls = vec![Cow::Owned(item.link.clone())];
    urls.extend(said.links.into_iter().map(Cow::Owned));
    judge.post(Draft {
        place: item.place,
        account: host.map(|host| Cow::Owned(host.to_owned())),
        handle: either(&item.author, &channel.author),
        id: either(&item.id, &item.link),
        time: either(&item.published, &item.updated),
        text: own(&text.join("\n\n")),
        language: either(&item.language, &channel.language),
        client: own(&channel.generator),
        urls,
        hashtags: item.tags.into_iter().map(Cow::Owned).collect(),
        media: item.media.into_iter().map(Cow::Owned).collect(),
        ..Draft::default()
    });
}
