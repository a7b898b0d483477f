//! `html`: a page of news as a post by its site.
//!
//! **Invariant:** the page is taken apart, never run, and nothing is fetched. Pages often have several
//! dates that differ: which one was taken is decided by a fixed order (the article's own record, then its
//! head), and that they differ is noted.

use std::borrow::Cow;

use dom_query::Document;
use dom_smoothie::{Config, Readability};

use super::{
    MarkupReader, Opened, ReadOptions, Reader,
    error::ReadError,
    json::{AtEnd, Json},
    judge::Judge,
    mastodon::host_of,
    page_marks,
    place::Place,
    post::Draft,
    sample::Sample,
    spec::Spec,
};

pub(crate) static SPEC: Spec = Spec {
    name: "html",
    title: "a page of news, HTML",
    caution: "a page without a date in its code is refused; several dates that differ are noted",
    platform: "news",
    mapping: &[
        ("account", "host of the canonical address"),
        ("handle", "JSON-LD author.name | meta author"),
        ("id", "link rel=canonical | og:url"),
        ("time", "JSON-LD datePublished | article:published_time | time[datetime]"),
        ("text", "title and main text"),
        ("language", "html lang"),
        ("urls", "the canonical address, links of the main text"),
        ("media", "og:image"),
        ("client", "identifier of advertising | analytics | tag manager | pixel | meta generator"),
    ],
    ..Spec::PLAIN
};

/// Most elements of a page that are looked at for its main text.
const MOST_ELEMENTS: usize = 50_000;

/// How sure it is that this is a page.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let start = sample.markup()?.to_ascii_lowercase();
    (start.starts_with("<!doctype html") || start.contains("<html")).then_some(100)
}

/// Opens a page.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    if sample.markup().is_none() {
        return Err(SPEC.other_shape(file, "HTML", sample));
    }
    Ok(Opened::new(&SPEC, SPEC.customs(options), Reader::Markup(Box::new(Page))))
}

struct Page;

impl MarkupReader for Page {
    fn read(&mut self, text: &str, judge: &mut Judge<'_>) -> Result<(), ReadError> {
        let place = Place::new(0, text.len(), 1);
        post(text, &Seen { place, ..Seen::default() }, judge);
        Ok(())
    }
}

/// What is known of a page from outside it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen<'a> {
    pub(crate) place: Place,
    /// The address that it was fetched from.
    pub(crate) address: Option<&'a str>,
    /// When it was fetched.
    pub(crate) fetched_us: Option<i64>,
}

/// Hands a page in as a post.
pub(crate) fn post(html: &str, seen: &Seen<'_>, judge: &mut Judge<'_>) {
    let page = Document::from(html);
    let record = Record::of(&page);
    let meta = |name: &str| {
        let by = ["property", "name", "itemprop"];
        by.iter().find_map(|key| attribute(&page, &format!("meta[{key}=\"{name}\"]"), "content"))
    };
    let address = attribute(&page, "link[rel=\"canonical\"]", "href")
        .or_else(|| meta("og:url"))
        .or_else(|| record.address.clone())
        .filter(|address| address.starts_with("http"))
        .or_else(|| seen.address.map(str::to_owned));
    let dates: Vec<String> = [
        record.published.clone(),
        meta("article:published_time"),
        meta("datePublished"),
        meta("date"),
        attribute(&page, "article time[datetime]", "datetime"),
        attribute(&page, "time[datetime]", "datetime"),
    ]
    .into_iter()
    .flatten()
    .filter(|date| !date.trim().is_empty())
    .collect();
    if dates.iter().skip(1).any(|date| !same_moment(date, &dates[0])) {
        judge.note_dates();
    }
    let main = main_text(html, address.as_deref());
    let title = meta("og:title").or_else(|| record.title.clone()).or(main.title);
    let parts = [title.unwrap_or_default(), main.text];
    let text: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|p| !p.is_empty()).collect();
    let host = address.as_deref().and_then(host_of).map(|host| Cow::Owned(host.to_owned()));
    let language = attribute(&page, "html", "lang").filter(|language| !language.is_empty());
    let urls = address.iter().cloned().chain(main.links).map(Cow::Owned).collect();
    judge.post(Draft {
        place: seen.place,
        account: host,
        handle: record.author.or_else(|| meta("author")).map(Cow::Owned),
        id: address.map(Cow::Owned),
        time: dates.into_iter().next().map(Cow::Owned),
        text: Some(Cow::Owned(text.join("\n\n"))),
        language: language.map(Cow::Owned),
        urls,
        media: meta("og:image").map(Cow::Owned).into_iter().collect(),
        client: page_marks::identifier(html).or_else(|| meta("generator")).map(Cow::Owned),
        collected_us: seen.fetched_us,
        ..Draft::default()
    });
}

fn attribute(page: &Document, selector: &str, name: &str) -> Option<String> {
    let found = page.select_single(selector).attr(name)?;
    Some(found.trim().to_owned()).filter(|found| !found.is_empty())
}

/// Whether two dates name one day: pages write the same moment in several zones and steps.
fn same_moment(one: &str, other: &str) -> bool {
    let moment = |text: &str| super::moment::rfc3339_us(text.trim());
    match (moment(one), moment(other)) {
        (Some(one), Some(other)) => (one - other).abs() < 60_000_000,
        _ => one.get(..10) == other.get(..10),
    }
}

/// What the page's own record (JSON-LD) says.
#[derive(Clone, Debug, Default)]
struct Record {
    published: Option<String>,
    author: Option<String>,
    address: Option<String>,
    title: Option<String>,
}

impl Record {
    fn of(page: &Document) -> Self {
        for script in page.select("script[type=\"application/ld+json\"]").iter() {
            let text = format!("{}\n", script.text());
            let Ok((value, _)) = Json::parse(&text, 0, AtEnd::Fault) else { continue };
            let graph = value.list("@graph");
            let all = value.items().iter().chain(graph).chain([&value]);
            if let Some(article) = all.into_iter().find(|one| one.get("datePublished").is_some()) {
                let own = |paths: &[&str]| article.any(paths).map(str::to_owned);
                let author = article.list("author").first().and_then(|one| one.text("name"));
                return Self {
                    published: own(&["datePublished"]),
                    author: own(&["author.name", "author"]).or(author.map(str::to_owned)),
                    address: own(&["url", "mainEntityOfPage.@id", "mainEntityOfPage"]),
                    title: own(&["headline"]),
                };
            }
        }
        Self::default()
    }
}

#[derive(Default)]
struct Main {
    title: Option<String>,
    text: String,
    links: Vec<String>,
}

/// The main text of a page; all of its text if no main one stands out.
fn main_text(html: &str, address: Option<&str>) -> Main {
    let config = Config { max_elements_to_parse: MOST_ELEMENTS, ..Config::default() };
    let article =
        Readability::new(html, address, Some(config)).ok().and_then(|mut r| r.parse().ok());
    if let Some(article) = article {
        let said = super::markup::said(&article.content);
        if !said.text.is_empty() {
            return Main { title: Some(article.title), text: said.text, links: said.links };
        }
    }
    let page = Document::from(html);
    let title = page.select_single("title").text().trim().to_owned();
    let body = page.select_single("article, main, body");
    let text = body.formatted_text().trim().to_owned();
    Main { title: Some(title).filter(|title| !title.is_empty()), text, links: Vec::new() }
}
