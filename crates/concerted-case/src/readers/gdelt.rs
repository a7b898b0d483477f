//! `gdelt`: articles that GDELT saw: the DOC 2.0 list (JSON) and the Global Knowledge Graph 2.1 (tabs,
//! no header, whatever the file is called).
//!
//! **Invariant:** a site is the account and an article a post. The time is when GDELT saw the article,
//! in steps of fifteen minutes, and not when it was published.

use std::borrow::Cow;

use concerted_model::{Span, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions, Reader, TableReader,
    columns::Named,
    error::ReadError,
    json::Json,
    judge::Judge,
    place::Place,
    post::Draft,
    sample::{Sample, Shape},
    spec::Spec,
    table::Fields,
    values::Layout,
};

pub(crate) static ARTICLES: Spec = Spec {
    name: "gdelt-doc",
    title: "GDELT DOC 2.0 article list, JSON",
    caution: "the time is when GDELT saw the article, not when it was published",
    platform: "news",
    mapping: &[
        ("account", "domain"),
        ("handle", "domain"),
        ("id", "url"),
        ("time", "seendate"),
        ("text", "title"),
        ("language", "language"),
        ("urls", "url"),
        ("media", "socialimage"),
    ],
    coarsest: Span::seconds(900),
    layout: Some(Layout::Inside(&["articles"])),
    ..Spec::PLAIN
};

pub(crate) static GRAPH: Spec = Spec {
    name: "gdelt-gkg",
    title: "GDELT Global Knowledge Graph 2.1, tabs without a header",
    caution: "there are no texts; the time is when GDELT saw the article",
    platform: "news",
    mapping: &[
        ("id", "1: GKGRECORDID"),
        ("time", "2: V2.1DATE"),
        ("account", "4: V2SOURCECOMMONNAME"),
        ("handle", "4: V2SOURCECOMMONNAME"),
        ("urls", "5: V2DOCUMENTIDENTIFIER"),
        ("media", "19: V2.1SHARINGIMAGE"),
        ("language", "26: TRANSLATIONINFO"),
    ],
    coarsest: Span::seconds(900),
    quotes: false,
    ..Spec::PLAIN
};

const PLACES: &[(&str, usize)] = &[
    ("id", 0),
    ("time", 1),
    ("account", 3),
    ("handle", 3),
    ("urls", 4),
    ("media", 18),
    ("translated", 25),
];

/// How sure it is that this is the list.
pub(crate) fn detect_articles(sample: &Sample<'_>) -> Option<u8> {
    let values = sample.values();
    let article = values.first()?.list("articles").first()?;
    article.has(&["url", "seendate", "domain"]).then_some(100)
}

/// How sure it is that this is the graph: 27 columns, a record's number, a date of 14 digits.
pub(crate) fn detect_graph(sample: &Sample<'_>) -> Option<u8> {
    let row = sample.header().filter(|row| row.len() == 27)?;
    let digits = |text: &str| text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = row[0].split_once('-').is_some_and(|(date, _)| digits(date));
    (number && digits(&row[1])).then_some(100)
}

/// Opens the list.
pub(crate) fn open_articles(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    ARTICLES.open_json(sample, options, file, Box::new(Articles))
}

/// Opens the graph.
pub(crate) fn open_graph(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    if !matches!(sample.shape, Shape::Table(_)) {
        return Err(GRAPH.other_shape(file, "a table", sample));
    }
    let reader = Reader::Table(Box::new(Records(Named::by_place(PLACES))));
    Ok(Opened { headerless: true, ..Opened::new(&GRAPH, GRAPH.customs(options), reader) })
}

struct Articles;

impl JsonReader for Articles {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        if value.get("url").is_none() {
            return judge.refuse(place, RejectReason::Malformed, "no article".to_owned());
        }
        let one = |path: &str| value.text(path).map(Cow::Borrowed);
        judge.post(Draft {
            place,
            account: one("domain"),
            handle: one("domain"),
            id: one("url"),
            time: one("seendate"),
            text: one("title"),
            language: one("language"),
            urls: one("url").into_iter().collect(),
            media: one("socialimage").filter(|image| !image.is_empty()).into_iter().collect(),
            ..Draft::default()
        });
    }
}

struct Records(Named);

impl TableReader for Records {
    fn draft<'a>(&self, row: &'a Fields) -> Draft<'a> {
        let mut draft = self.0.draft(row, GRAPH.lists);
        // `srclc:spa;eng:…` says that the article was translated from Spanish; without it is English.
        let from = self.0.other(row, "translated").and_then(|info| info.strip_prefix("srclc:"));
        let language = from.and_then(|info| info.split(';').next()).unwrap_or("eng");
        draft.language = Some(Cow::Borrowed(language));
        draft
    }
}
