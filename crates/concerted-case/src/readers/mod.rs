//! Reading files of any known format into posts.
//!
//! **Invariant:** each record of a file is counted once, as a post, a reject, context, a change or no
//! post, and carries its place in the file; nothing about a file is decided by its name. Files are read as
//! streams: memory holds one record, at most 64 MiB of it.
//!
//! One file a format (relatives share one), all of them in one table: [`formats`]. A format only says
//! where its words are (`spec.rs`, a `Draft`); what makes them a post is the same for all (`judge.rs`).

use std::collections::BTreeMap;

use concerted_model::{Timestamp, plan::IngestPlan, provenance::Reject};

mod activitystreams;
mod article;
mod bluesky;
mod bluesky_feed;
mod bookmark;
mod clock_check;
mod cnt;
mod columns;
mod concerted;
mod coortweet;
mod crowdtangle;
mod customs;
mod entities;
mod error;
mod events;
mod evidence;
mod feed;
mod fourcat;
mod gdelt;
mod ids;
mod input;
mod inside;
mod ira538;
mod jetstream;
mod json;
mod json_parser;
mod judge;
mod junkipedia;
mod languages;
mod lists;
mod mapped;
mod markup;
mod mastodon;
mod mcl;
mod moment;
mod named;
mod page_marks;
mod parquet;
mod reading;
mod reddit;
mod sample;
mod short_links;
mod snscrape;
mod source;
mod spec;
mod spool;
mod table;
mod tally;
mod tardelli;
mod telegram_desktop;
mod telegram_tables;
mod telethon;
mod text;
mod tiktok;
mod twarc_csv;
mod twint;
mod values;
mod warc;
mod x_archive;
mod x_io;
mod x_v1;
mod x_v2;
mod youtube;
mod zeeschuimer;

pub mod clock;
pub mod mapping;
pub mod place;
pub mod post;

pub use error::ReadError;
pub use evidence::source_bytes;
pub use input::sha256_of;
pub use languages::Languages;
pub use mapping::{Field, Mapping, MappingError};
pub use place::Place;
pub use post::{Author, Change, ChangeKind, Clocks, PostRow};
pub use reading::{read, read_source};
pub use sample::Sample;
pub use short_links::ShortLinks;
pub use source::{Source, Sources, sources};
pub use spool::Spooled;

pub(crate) use bookmark::{Bookmark, Taker};
pub(crate) use input::{hexadecimal, name_of};
pub(crate) use reading::read_on;

use customs::Customs;
use input::Input;
use json::{Escapes, Json};
use judge::Judge;
use post::Draft;
use spec::Spec;
use table::Fields;
use values::Layout;

/// A format that can be read.
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, for a person.
    pub title: &'static str,
    /// What a person should know of it, in one sentence; may be empty.
    pub caution: &'static str,
    /// How sure it is, from 1 to 100, that a file beginning like this is its own.
    pub detect: fn(&Sample<'_>) -> Option<u8>,
    spec: &'static Spec,
    open: Open,
}

/// How a format opens a file.
#[derive(Clone, Copy)]
enum Open {
    /// By its specification alone: a table.
    Table,
    By(fn(&Sample<'_>, &ReadOptions, &str) -> Result<Opened, ReadError>),
}

impl Format {
    const fn table(spec: &'static Spec, detect: fn(&Sample<'_>) -> Option<u8>) -> Self {
        Self::new(spec, detect, Open::Table)
    }

    const fn by(
        spec: &'static Spec,
        detect: fn(&Sample<'_>) -> Option<u8>,
        open: fn(&Sample<'_>, &ReadOptions, &str) -> Result<Opened, ReadError>,
    ) -> Self {
        Self::new(spec, detect, Open::By(open))
    }

    const fn new(spec: &'static Spec, detect: fn(&Sample<'_>) -> Option<u8>, open: Open) -> Self {
        let Spec { name, title, caution, .. } = spec;
        Self { name, title, caution, detect, spec, open }
    }

    /// The fields of a post that it can carry, in their order.
    #[must_use]
    pub fn carries(&self) -> Vec<Field> {
        let carried =
            |field: &&Field| self.spec.mapping.iter().any(|(name, _)| *name == field.name());
        Field::ALL.iter().filter(carried).copied().collect()
    }

    /// Fields of a post, and the columns or keys in which they stand.
    pub fn mapping(&self) -> impl Iterator<Item = (Field, &'static str)> {
        self.spec.mapping.iter().filter_map(|(name, place)| Some((name.parse().ok()?, *place)))
    }

    fn open(
        &self,
        sample: &Sample<'_>,
        options: &ReadOptions,
        file: &str,
    ) -> Result<Opened, ReadError> {
        match self.open {
            Open::Table => self.spec.open_table(sample, options, file),
            Open::By(open) => open(sample, options, file),
        }
    }
}

static FORMATS: &[Format] = &[
    Format::table(&x_io::SPEC, x_io::detect),
    Format::by(&x_io::USERS, x_io::detect_users, x_io::open_users),
    Format::by(&ira538::SPEC, ira538::detect, ira538::open),
    Format::by(&x_v1::SPEC, x_v1::detect, x_v1::open),
    Format::by(&x_v2::SPEC, x_v2::detect, x_v2::open),
    Format::table(&twarc_csv::SPEC, twarc_csv::detect),
    Format::by(&x_archive::SPEC, x_archive::detect, x_archive::open),
    Format::by(&snscrape::SPEC, snscrape::detect, snscrape::open),
    Format::table(&twint::SPEC, twint::detect),
    Format::by(&jetstream::SPEC, jetstream::detect, jetstream::open),
    Format::by(&bluesky_feed::SPEC, bluesky_feed::detect, bluesky_feed::open),
    Format::by(&mastodon::SPEC, mastodon::detect, mastodon::open),
    Format::by(&activitystreams::SPEC, activitystreams::detect, activitystreams::open),
    Format::by(&telegram_desktop::SPEC, telegram_desktop::detect, telegram_desktop::open),
    Format::by(&telethon::SPEC, telethon::detect, telethon::open),
    Format::table(&telegram_tables::TRACKER, telegram_tables::detect_tracker),
    Format::by(&telegram_tables::LIST, telegram_tables::detect_list, telegram_tables::open_list),
    Format::by(&reddit::SPEC, reddit::detect, reddit::open),
    Format::table(&reddit::WITHOUT_AUTHORS, reddit::detect_without_authors),
    Format::by(&tiktok::SPEC, tiktok::detect, tiktok::open),
    Format::by(&zeeschuimer::SPEC, zeeschuimer::detect, zeeschuimer::open),
    Format::by(&youtube::SPEC, youtube::detect, youtube::open),
    Format::by(&youtube::TOOLS, youtube::detect_tools, youtube::open_tools),
    Format::by(&crowdtangle::FACEBOOK, crowdtangle::detect_facebook, crowdtangle::open_facebook),
    Format::table(&crowdtangle::INSTAGRAM, crowdtangle::detect_instagram),
    Format::by(&mcl::SPEC, mcl::detect, mcl::open),
    Format::table(&fourcat::X_V2, fourcat::detect::x),
    Format::table(&fourcat::TELEGRAM, fourcat::detect::telegram),
    Format::table(&fourcat::BLUESKY, fourcat::detect::bluesky),
    Format::table(&fourcat::TIKTOK, fourcat::detect::tiktok),
    Format::table(&fourcat::TIKTOK_COMMENTS, fourcat::detect::tiktok_comments),
    Format::table(&fourcat::INSTAGRAM, fourcat::detect::instagram),
    Format::table(&fourcat::THREADS, fourcat::detect::threads),
    Format::table(&fourcat::FACEBOOK, fourcat::detect::facebook),
    Format::table(&fourcat::TRUTH, fourcat::detect::truth),
    Format::table(&fourcat::GAB, fourcat::detect::gab),
    Format::table(&fourcat::VK, fourcat::detect::vk),
    Format::table(&fourcat::CHAN, fourcat::detect::chan),
    Format::by(&junkipedia::SPEC, junkipedia::detect, junkipedia::open),
    Format::by(&coortweet::SPEC, coortweet::detect, coortweet::open),
    Format::by(&cnt::SPEC, cnt::detect, cnt::open),
    Format::by(&tardelli::SPEC, tardelli::detect, tardelli::open),
    Format::by(&gdelt::ARTICLES, gdelt::detect_articles, gdelt::open_articles),
    Format::by(&gdelt::GRAPH, gdelt::detect_graph, gdelt::open_graph),
    Format::by(&feed::SPEC, feed::detect, feed::open),
    Format::by(&article::SPEC, article::detect, article::open),
    Format::by(&warc::SPEC, warc::detect, warc::open),
    Format::by(&concerted::SPEC, concerted::detect, concerted::open),
    Format::by(&named::SPEC, named::detect, named::open),
    Format::by(&mapped::SPEC, |_| None, mapped::open),
];

/// Every format that can be read.
#[must_use]
pub fn formats() -> &'static [Format] {
    FORMATS
}

/// How a file is to be read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The format's name, if it is not to be told from the content.
    pub format: Option<String>,
    /// Which column is which, for a file of no known format.
    pub mapping: Option<Mapping>,
    /// The plan's part on reading.
    pub plan: IngestPlan,
    /// When the file is read; later posts cannot be.
    pub now: Timestamp,
    /// What short addresses stand for, if the user says.
    pub links: Option<ShortLinks>,
}

impl ReadOptions {
    /// Everything told from the content, at this moment.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { format: None, mapping: None, plan: IngestPlan::default(), now, links: None }
    }
}

/// How far the reading has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The input's name.
    pub file: &'a str,
    /// Bytes of the file that were read.
    pub bytes_read: u64,
    /// Bytes of the file in all.
    pub bytes_total: u64,
    /// Records so far.
    pub rows: u64,
}

/// What a record turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Row<'r> {
    /// A post.
    Post(&'r PostRow<'r>),
    /// A record that was refused.
    Reject(Reject),
    /// A record that says what became of a post.
    Change(Change),
}

/// A format at work on one file.
pub(crate) struct Opened {
    customs: Customs,
    mapping: BTreeMap<String, String>,
    notes: Vec<String>,
    reader: Reader,
    spec: &'static Spec,
    layout: Option<Layout>,
    escapes: Escapes,
    /// Whether a table's first row is data.
    headerless: bool,
}

impl Opened {
    fn new(spec: &'static Spec, customs: Customs, reader: Reader) -> Self {
        let mapping = spec.mapping.iter().map(|(field, key)| ((*field).into(), (*key).into()));
        Self {
            customs,
            mapping: mapping.collect(),
            notes: Vec::new(),
            reader,
            spec,
            layout: spec.layout,
            escapes: spec.escapes,
            headerless: false,
        }
    }
}

enum Reader {
    Table(Box<dyn TableReader>),
    Json(Box<dyn JsonReader>),
    Markup(Box<dyn MarkupReader>),
    Bytes(Box<dyn BytesReader>),
}

/// A format of tables: a row is a post.
trait TableReader {
    fn draft<'a>(&self, row: &'a Fields) -> Draft<'a>;

    /// Whether rows are no posts at all.
    fn no_posts(&self) -> bool {
        false
    }
}

/// A format of JSON values: a value is a post, several, or none.
trait JsonReader {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>);

    /// What stands beside the values that come next.
    fn beside(&mut self, _key: &str, _value: &Json<'_>) {}

    /// Whether a value that is no object may be a record.
    fn takes_any_value(&self) -> bool {
        false
    }

    /// What it remembers of what stood beside earlier values; nothing if that is nothing.
    fn memory(&self) -> Option<String> {
        None
    }

    /// Remembers what [`JsonReader::memory`] gave.
    fn recall(&mut self, _memory: &str) {}

    /// The name of the file that belongs beside one of this name, if the format has such.
    fn companion(&self, _file: &str) -> Option<String> {
        None
    }

    /// Takes what is in that file.
    fn take_companion(&mut self, _text: &str) -> Result<(), String> {
        Ok(())
    }
}

/// A format of XML or HTML: one text.
trait MarkupReader {
    fn read(&mut self, text: &str, judge: &mut Judge<'_>) -> Result<(), ReadError>;
}

/// A format that is no text.
trait BytesReader {
    /// Reads all records, or those behind a bookmark.
    fn read(
        &mut self,
        input: &mut Input,
        from: Option<&Bookmark>,
        judge: &mut Judge<'_>,
        step: &mut dyn FnMut(&Input, u64),
    ) -> Result<(), ReadError>;
}
