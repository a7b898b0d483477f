//! `mapped`: any table or file of JSON values, by an explicit mapping of columns or keys.
//!
//! **Invariant:** nothing is guessed from names; a value where an address is expected that is none
//! is an opaque key and kept verbatim. [`concerted`](super::concerted) is this reader with our own
//! names for the columns.

use std::{borrow::Cow, collections::BTreeMap};

use concerted_model::{Platform, Span, Timestamp};

use super::{
    JsonReader, Opened, ReadOptions, Reader, TableReader,
    clock::{self, IdTime},
    clock_check::agrees,
    customs::{Customs, FromText},
    error::ReadError,
    ids,
    json::Json,
    judge::Judge,
    lists::{Lists, elements, without_sign},
    mapping::{EVERY_FIELD, Field, Mapping},
    moment::Times,
    place::Place,
    post::Draft,
    sample::{Sample, Shape, TableSample},
    spec::Spec,
    table::Fields,
};

/// `mapped`, and what its two relatives share.
pub(crate) static SPEC: Spec = Spec {
    name: "mapped",
    title: "any CSV, TSV, Parquet or JSON by a mapping of its columns: --map",
    mapping: EVERY_FIELD,
    ..Spec::PLAIN
};

/// Opens a file by the mapping of the options.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let Some(mapping) = &options.mapping else {
        let hint = "say which column is which, e.g. --map account=user_id,time=date,text=body";
        return Err(ReadError::usage(file, "the format \"mapped\" needs a mapping", hint));
    };
    open_with(sample, options, mapping.clone(), Lists::Opaque, file)
}

/// Opens a file by a mapping.
pub(crate) fn open_with(
    sample: &Sample<'_>,
    options: &ReadOptions,
    mapping: Mapping,
    lists: Lists,
    file: &str,
) -> Result<Opened, ReadError> {
    let has = |field| mapping.get(field).is_some();
    let customs = Customs {
        from_text: FromText {
            urls: has(Field::Text) && !has(Field::Urls),
            hashtags: has(Field::Text) && !has(Field::Hashtags),
            mentions: has(Field::Text) && !has(Field::Mentions),
        },
        ..Customs::of(Platform::UNKNOWN, options)
    };
    let (reader, looks) = match &sample.shape {
        Shape::Table(table) => {
            table.check_header(file)?;
            let columns = Columns::of(table, &mapping, lists, file)?;
            let looks = columns.look(table);
            (Reader::Table(Box::new(columns)), looks)
        }
        Shape::Markup(_) | Shape::Warc => {
            let why = format!("a mapping needs columns or keys, and this is {}", sample.kind());
            return Err(ReadError::usage(file, why, "leave --map and --format away"));
        }
        Shape::Json(_) => {
            let keys = Keys::of(&mapping, lists);
            let values = sample.values();
            keys.check(values, file)?;
            let looks = keys.look(values);
            (Reader::Json(Box::new(keys)), looks)
        }
    };
    let customs = looks.decide(customs);
    let mapping: BTreeMap<String, String> = mapping
        .iter()
        .map(|(field, source)| (field.name().to_owned(), source.to_owned()))
        .collect();
    Ok(Opened { mapping, ..Opened::new(&SPEC, customs, reader) })
}

/// What the beginning of a file shows of its columns: account, id and time of some records.
pub(crate) struct Looks {
    pub(crate) accounts: Vec<String>,
    pub(crate) ids_and_times: Vec<(String, String)>,
    pub(crate) times: Vec<String>,
}

impl Looks {
    /// Decides what holds for whole columns.
    pub(crate) fn decide(&self, mut customs: Customs) -> Customs {
        customs.times.decide_unit(self.times.iter().map(String::as_str));
        customs.rounded_accounts = ids::column_is_rounded(self.accounts.iter().map(String::as_str));
        customs.unnamed_ids_are_x = self.ids_keep_x_clock(&customs.times);
        customs
    }

    /// Whether nearly all ids, read as X's, are within a zone's distance of the time next to them.
    fn ids_keep_x_clock(&self, times: &Times) -> bool {
        const ZONES: Span = Span::seconds(15 * 3600);
        let near = |(id, time): &&(String, String)| {
            let (Some(id), Ok(moment)) = (clock::x_snowflake(id), times.read(time)) else {
                return false;
            };
            let early = moment.time.micros() - ZONES.as_micros();
            let wide = Span::micros(2 * ZONES.as_micros() + moment.resolution.as_micros());
            Timestamp::try_from_micros(early)
                .is_ok_and(|early| agrees(early, wide, IdTime { ..id }))
        };
        let all = self.ids_and_times.len();
        let agreeing = self.ids_and_times.iter().filter(near).count();
        all > 0 && agreeing * 5 >= all * 4
    }
}

/// Fills the fields of a draft; `one` gives a field's text, `many` a field's list.
pub(crate) fn draft<'a>(
    place: Place,
    one: impl Fn(Field) -> Option<Cow<'a, str>>,
    many: impl Fn(Field) -> Vec<Cow<'a, str>>,
) -> Draft<'a> {
    Draft {
        place,
        platform: one(Field::Platform),
        instance: one(Field::Instance),
        account: one(Field::Account),
        handle: one(Field::Handle),
        id: one(Field::Id),
        kind: one(Field::Kind),
        time: one(Field::Time),
        server_us: None,
        text: one(Field::Text),
        language: one(Field::Language),
        client: one(Field::Client),
        repost_of: one(Field::RepostOf),
        repost_of_account: one(Field::RepostOfAccount),
        repost_of_born: one(Field::RepostOfBorn),
        reply_to: one(Field::ReplyTo),
        reply_to_account: one(Field::ReplyToAccount),
        quote_of: one(Field::QuoteOf),
        urls: many(Field::Urls),
        hashtags: without_sign(many(Field::Hashtags), &['#', '＃']),
        mentions: without_sign(many(Field::Mentions), &['@', '＠']),
        media: many(Field::Media),
        ..Draft::default()
    }
}

/// A mapping onto the columns of a table.
struct Columns {
    places: [Option<usize>; Field::ALL.len()],
    lists: Lists,
}

impl Columns {
    fn of(
        table: &TableSample,
        mapping: &Mapping,
        lists: Lists,
        file: &str,
    ) -> Result<Self, ReadError> {
        let mut places = [None; Field::ALL.len()];
        for (field, column) in mapping.iter() {
            let place = table.column(column).ok_or_else(|| no_column(table, column, file))?;
            places[field as usize] = Some(place);
        }
        Ok(Self { places, lists })
    }

    fn place(&self, field: Field) -> Option<usize> {
        self.places[field as usize]
    }

    fn look(&self, table: &TableSample) -> Looks {
        let values = |field| -> Vec<String> {
            let column = self.place(field);
            column.into_iter().flat_map(|at| table.values_of(at)).map(str::to_owned).collect()
        };
        let times = values(Field::Time);
        let ids_and_times = values(Field::Id).into_iter().zip(times.clone());
        Looks {
            accounts: values(Field::Account),
            ids_and_times: ids_and_times.filter(|(id, _)| !id.is_empty()).collect(),
            times,
        }
    }
}

fn no_column(table: &TableSample, column: &str, file: &str) -> ReadError {
    let names: Vec<&str> = table.header.iter().map(String::as_str).collect();
    let hint = match concerted_model::trace::nearest(column, &names) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("its columns are: {}", names.join(", ")),
    };
    ReadError::usage(file, format!("there is no column \"{column}\""), hint)
}

impl TableReader for Columns {
    fn draft<'a>(&self, row: &'a Fields) -> Draft<'a> {
        let cell = |field: Field| row.get(self.place(field)?).map(Cow::Borrowed);
        let mut draft = draft(row.place, cell, |field| {
            let cell = self.place(field).and_then(|place| row.get(place));
            cell.map(|cell| elements(cell, self.lists)).unwrap_or_default()
        });
        // The column is there, so an empty cell is a lost author and not a missing field.
        draft.account.get_or_insert(Cow::Borrowed(""));
        draft
    }
}

/// A mapping onto the keys of JSON values, dotted where they nest.
struct Keys {
    paths: [Option<(String, Vec<String>)>; Field::ALL.len()],
    lists: Lists,
}

impl Keys {
    fn of(mapping: &Mapping, lists: Lists) -> Self {
        let mut paths = [const { None }; Field::ALL.len()];
        for (field, key) in mapping.iter() {
            let parts = key.split('.').map(str::to_owned).collect();
            paths[field as usize] = Some((key.to_owned(), parts));
        }
        Self { paths, lists }
    }

    fn check(&self, values: &[Json<'_>], file: &str) -> Result<(), ReadError> {
        for field in [Field::Account, Field::Time] {
            let Some((key, _)) = &self.paths[field as usize] else { continue };
            if !values.is_empty() && values.iter().all(|value| self.texts(value, field).is_empty())
            {
                let names = super::reading::names_in(values);
                let why = format!("no record at the beginning has the key \"{key}\"");
                let hint = format!("its keys are: {}", names.join(", "));
                return Err(ReadError::usage(file, why, hint));
            }
        }
        Ok(())
    }

    fn look(&self, values: &[Json<'_>]) -> Looks {
        let first = |value: &Json<'_>, field| self.first(value, field).map(Cow::into_owned);
        let all = |field| values.iter().filter_map(|value| first(value, field)).collect();
        let pair = |value| Some((first(value, Field::Id)?, first(value, Field::Time)?));
        Looks {
            accounts: all(Field::Account),
            ids_and_times: values.iter().filter_map(pair).collect(),
            times: all(Field::Time),
        }
    }

    fn texts<'a>(&self, value: &'a Json<'_>, field: Field) -> Vec<&'a str> {
        let mut texts = Vec::new();
        if let Some((key, parts)) = &self.paths[field as usize] {
            match value.get(key) {
                Some(found) => gather(found, &[], &mut texts),
                None => gather(value, parts, &mut texts),
            }
        }
        texts
    }

    fn first<'a>(&self, value: &'a Json<'_>, field: Field) -> Option<Cow<'a, str>> {
        self.texts(value, field).first().map(|text| Cow::Borrowed(*text))
    }
}

/// The texts at the end of a path, from every element of the lists on the way.
fn gather<'a>(value: &'a Json<'_>, path: &[String], texts: &mut Vec<&'a str>) {
    if let Json::List(items) = value {
        items.iter().for_each(|item| gather(item, path, texts));
        return;
    }
    match path.split_first() {
        None => texts.extend(value.scalar()),
        Some((key, rest)) => {
            if let Some(next) = value.get(key) {
                gather(next, rest, texts);
            }
        }
    }
}

impl JsonReader for Keys {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        let one = |field| self.first(value, field);
        let many = |field| match self.texts(value, field).as_slice() {
            [cell] => elements(cell, self.lists),
            cells => cells.iter().map(|cell| Cow::Borrowed(*cell)).collect(),
        };
        judge.post(draft(place, one, many));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_through_lists() {
        let text = r#"{"e": {"urls": [{"u": "a"}, {"u": "b"}, {"v": 1}]}} "#;
        let (value, _) = Json::parse(text, 0, super::super::json::AtEnd::Fault).unwrap();
        let mut texts = Vec::new();
        gather(&value, &["e".into(), "urls".into(), "u".into()], &mut texts);
        assert_eq!(texts, ["a", "b"]);
    }
}
