//! What a format is, said once: its names for the fields of a post, and how its files are written.
//!
//! **Invariant:** a specification only says where things stand. What makes them a post is the same for
//! every format (`judge.rs`).

use concerted_model::{Platform, Span};

use super::{
    JsonReader, Opened, ReadOptions, Reader, TableReader,
    columns::Named,
    customs::{Customs, FromText},
    error::ReadError,
    json::Escapes,
    lists::Lists,
    post::Draft,
    sample::{Sample, Shape},
    table::{Dialect, Fields},
    values::Layout,
};

/// Puts right what a table's columns do not say plainly.
pub(crate) type Adjust = for<'a> fn(&Named, &'a Fields, Draft<'a>) -> Draft<'a>;

/// A format.
pub(crate) struct Spec {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What it is, for a person.
    pub(crate) title: &'static str,
    /// What a person should know of it, in one sentence; may be empty.
    pub(crate) caution: &'static str,
    /// The site, where a record does not name it.
    pub(crate) platform: &'static str,
    /// Fields of a post, and the columns or keys that they stand in.
    pub(crate) mapping: &'static [(&'static str, &'static str)],
    /// Columns that a table must have.
    pub(crate) needed: &'static [&'static str],
    /// How lists stand in cells.
    pub(crate) lists: Lists,
    /// What is looked for in the text because there are no lists of it.
    pub(crate) from_text: FromText,
    /// Whether times without a zone are in UTC, as the source documents.
    pub(crate) utc: bool,
    /// Whether accounts are told apart by name alone.
    pub(crate) names: bool,
    /// Times are never finer than this.
    pub(crate) coarsest: Span,
    /// Whether posts have the platform's own ids, and so its clock.
    pub(crate) own_ids: bool,
    /// How JSON values stand in the file, if their form cannot tell.
    pub(crate) layout: Option<Layout>,
    /// Which escapes its strings may have.
    pub(crate) escapes: Escapes,
    /// How a table is written beside its delimiter.
    pub(crate) quotes: bool,
    /// Whether a table escapes quotes with a backslash.
    pub(crate) backslash: bool,
    /// What a table's columns do not say plainly.
    pub(crate) adjust: Adjust,
}

fn as_it_is<'a>(_: &Named, _: &'a Fields, draft: Draft<'a>) -> Draft<'a> {
    draft
}

impl Spec {
    /// What holds where a format says nothing else.
    pub(crate) const PLAIN: Self = Self {
        name: "",
        title: "",
        caution: "",
        platform: Platform::UNKNOWN,
        mapping: &[],
        needed: &[],
        lists: Lists::Bracketed,
        from_text: FromText::NOTHING,
        utc: true,
        names: false,
        coarsest: Span::ZERO,
        own_ids: true,
        layout: None,
        escapes: Escapes::Json,
        quotes: true,
        backslash: false,
        adjust: as_it_is,
    };

    /// What holds for all records of a file.
    pub(crate) fn customs(&self, options: &ReadOptions) -> Customs {
        let customs = Customs::of(self.platform, options);
        let customs = if self.utc { customs.documented_utc() } else { customs };
        Customs {
            coarsest: self.coarsest,
            own_ids: self.own_ids,
            accounts_are_names: self.names,
            from_text: self.from_text,
            ..customs
        }
    }

    /// Whether a file has the columns that this format needs.
    pub(crate) fn has_columns(&self, sample: &Sample<'_>) -> bool {
        sample.has_columns(self.needed)
    }

    /// Opens a table whose columns are all that there is to know.
    pub(crate) fn open_table(
        &'static self,
        sample: &Sample<'_>,
        options: &ReadOptions,
        file: &str,
    ) -> Result<Opened, ReadError> {
        let named = Named::of(sample, self.mapping, self.needed, self.name, file)?;
        let customs = match &sample.shape {
            Shape::Table(table) => named.look(table).decide(self.customs(options)),
            _ => self.customs(options),
        };
        let mapping = named.mapping();
        let reader = Reader::Table(Box::new(Plain { named, spec: self }));
        Ok(Opened { mapping, ..Opened::new(self, customs, reader) })
    }

    /// Opens a file of JSON values.
    pub(crate) fn open_json(
        &'static self,
        sample: &Sample<'_>,
        options: &ReadOptions,
        file: &str,
        reader: Box<dyn JsonReader>,
    ) -> Result<Opened, ReadError> {
        if !matches!(sample.shape, Shape::Json(_)) {
            return Err(self.other_shape(file, "JSON", sample));
        }
        let customs = self.customs(options);
        Ok(Opened::new(self, customs, Reader::Json(reader)))
    }

    /// The error of a file that is of another kind altogether.
    pub(crate) fn other_shape(&self, file: &str, is: &str, sample: &Sample<'_>) -> ReadError {
        let why = format!("the format \"{}\" is {is} and this is {}", self.name, sample.kind());
        let hint = "leave --format away to have it told from the content, or give --map";
        ReadError::usage(file, why, hint)
    }

    /// How a table of this format with that delimiter is written.
    pub(crate) fn dialect(&self, delimiter: u8) -> Dialect {
        Dialect { delimiter, quotes: self.quotes, backslash: self.backslash }
    }
}

/// A table of which a specification says everything.
struct Plain {
    named: Named,
    spec: &'static Spec,
}

impl TableReader for Plain {
    fn draft<'a>(&self, row: &'a Fields) -> Draft<'a> {
        (self.spec.adjust)(&self.named, row, self.named.draft(row, self.spec.lists))
    }
}
