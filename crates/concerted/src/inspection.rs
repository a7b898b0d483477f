//! What is in files, and what can they show?

use std::collections::BTreeSet;

use arrow_array::Array;
use concerted_case::{
    ingest::{Ingested, ingest as read_posts},
    readers::{Field, Languages, Progress, formats},
};
use concerted_detect::{Same, copies, traces};
use concerted_model::{
    Plan, PostKind, Span, Timestamp, Trace,
    provenance::{InputRecord, RejectReason, RowCounts},
    tables::{Images, Posts},
};
use serde::Serialize;

use crate::{Error, Event, ImageSource, Inputs, Listener, investigation::read_options};

/// What reading some files showed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inspection {
    /// `concerted/inspection/1`.
    pub schema: &'static str,
    /// Each file.
    pub inputs: Vec<InputRecord>,
    /// Rows of all files, by what became of them.
    pub rows: RowCounts,
    /// Accounts with posts, in all files.
    pub accounts: u64,
    /// Rows that were refused because they only say that the author is not known.
    pub placeholder_authors: u64,
    /// First and last post, in microseconds since 1970.
    pub times_us: Option<(i64, i64)>,
    /// Languages of the texts, as far as a quick look tells.
    pub languages: Languages,
    /// What accounts can be compared in, and in what they cannot, and why.
    pub traces: Vec<Carried>,
    /// Which windows of the default plan the times can support.
    pub windows: Vec<Window>,
}

/// What there is of one trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Carried {
    /// The trace.
    pub trace: Trace,
    /// Posts that act on something in it.
    pub posts: u64,
    /// Objects that two accounts or more acted on.
    pub objects: u64,
    /// Actions on them.
    pub actions: u64,
    /// Why accounts cannot be compared in it; nothing if they can.
    pub why_not: Option<String>,
}

/// A window, and whether the data's times are fine enough for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// The window.
    pub window: Span,
    /// Whether it can be looked at.
    pub usable: bool,
    /// Why not; nothing if it can.
    pub why_not: Option<String>,
}

/// Reads files and says what is in them; writes nothing.
///
/// # Errors
/// [`Error::Read`] if a file cannot be read.
pub fn inspect(
    inputs: &Inputs,
    plan: &Plan,
    now: Timestamp,
    listener: Listener<'_>,
) -> Result<Inspection, Error> {
    plan.check()?;
    let reading = |progress: Progress<'_>| listener(Event::from(progress));
    let read = read_posts(&inputs.files, &read_options(inputs, &plan.ingest, now), &reading)?;
    let images = inputs.images.as_ref().map(ImageSource::read).transpose()?;
    let traces = carried(&read, images.as_ref(), plan)?;
    let coarsest = read.manifest.inputs.iter().map(|input| input.resolution_us).max();
    let resolution = Span::micros(coarsest.unwrap_or_default());
    let windows = plan.detect.windows.iter().map(|&window| Window {
        window,
        usable: window >= resolution,
        why_not: (window < resolution)
            .then(|| format!("the times in the data have steps of {resolution}, which is coarser")),
    });
    let mut rows = RowCounts::default();
    read.manifest.inputs.iter().for_each(|input| rows.add(&input.rows));
    let placeholder = rows.rejects.get(RejectReason::PlaceholderAuthor.as_str()).copied();
    let count = read.posts.iter().map(Posts::len).sum();
    let texts = read.posts.iter().flat_map(|posts| posts.text.iter().flatten());
    let first = read.posts.first().map(|posts| posts.time.value(0));
    let last = read.posts.last().map(|posts| posts.time.value(posts.len() - 1));
    Ok(Inspection {
        schema: "concerted/inspection/1",
        accounts: read.accounts.len() as u64,
        placeholder_authors: placeholder.unwrap_or_default(),
        times_us: first.zip(last),
        languages: Languages::of(texts, count),
        traces,
        windows: windows.collect(),
        rows,
        inputs: read.manifest.inputs,
    })
}

/// What there is of each trace that is about objects.
fn carried(read: &Ingested, images: Option<&Images>, plan: &Plan) -> Result<Vec<Carried>, Error> {
    let mut detect = plan.detect.clone();
    detect.traces = Trace::ALL
        .iter()
        .copied()
        .filter(|t| !matches!(t, Trace::Like | Trace::Post | Trace::Rewording))
        .collect();
    let copies = copies::cluster(&read.posts, &plan.copies)?.copies;
    let pictures =
        images.map(|images| copies::pictures(&read.posts, images, &plan.copies)).transpose()?;
    let same = Same { pictures: pictures.as_ref(), ..Same::texts(&copies) };
    let extracted = traces::extract(&read.posts, &read.accounts, same, &detect)?;
    let all = Trace::ALL.iter().map(|&trace| {
        let of_trace = |row: &usize| extracted.objects.trace.value(*row) == trace.as_str();
        let rows: Vec<usize> = (0..extracted.objects.len()).filter(of_trace).collect();
        let inside = |object: &&u32| rows.binary_search(&(**object as usize)).is_ok();
        let actions = extracted.actions.object.values().iter().filter(inside).count() as u64;
        let posts: u64 = read.posts.iter().map(|posts| acting(posts, trace)).sum();
        let objects = rows.len() as u64;
        // Synchrony needs no objects: every post has a time.
        let why_not = (objects == 0 && trace != Trace::Post)
            .then(|| why_not(trace, posts, &read.manifest.inputs));
        Carried { trace, posts, objects, actions, why_not }
    });
    Ok(all.collect())
}

/// The field of a post that a trace needs.
fn field_of(trace: Trace) -> Option<Field> {
    Some(match trace {
        Trace::Repost => Field::RepostOf,
        Trace::Url | Trace::Domain => Field::Urls,
        Trace::Hashtag | Trace::HashtagSet => Field::Hashtags,
        Trace::Mention => Field::Mentions,
        Trace::Reply => Field::ReplyTo,
        Trace::Quote => Field::QuoteOf,
        Trace::Text => Field::Text,
        Trace::Media => Field::Media,
        Trace::Like | Trace::Post | Trace::Rewording => return None,
    })
}

/// Posts that have what a trace looks at.
fn acting(posts: &Posts, trace: Trace) -> u64 {
    let filled = |list: &arrow_array::ListArray, fewest: i32| {
        (0..list.len()).filter(|&row| list.value_length(row) >= fewest).count() as u64
    };
    let there = |column: &arrow_array::StringArray| (column.len() - column.null_count()) as u64;
    match trace {
        Trace::Repost => {
            let repost = PostKind::Repost.as_str();
            posts.kind.iter().filter(|kind| *kind == Some(repost)).count() as u64
        }
        Trace::Url | Trace::Domain => filled(&posts.urls, 1),
        Trace::Hashtag => filled(&posts.hashtags, 1),
        Trace::HashtagSet => filled(&posts.hashtags, 2),
        Trace::Mention => filled(&posts.mentions, 1),
        Trace::Media => filled(&posts.media, 1),
        Trace::Reply => there(&posts.reply_to),
        Trace::Quote => there(&posts.quote_of),
        Trace::Text | Trace::Rewording => there(&posts.text),
        Trace::Post => posts.len() as u64,
        Trace::Like => 0,
    }
}

fn why_not(trace: Trace, posts: u64, inputs: &[InputRecord]) -> String {
    let Some(field) = field_of(trace) else {
        return match trace {
            Trace::Like => "no format that is read carries likes".to_owned(),
            Trace::Rewording => "it needs a language model: --model FOLDER".to_owned(),
            _ => "posting at the same times is not compared yet".to_owned(),
        };
    };
    if posts > 0 {
        return format!("{posts} posts have it, but no two accounts have the same");
    }
    let used: BTreeSet<&str> = inputs.iter().map(|input| input.format.as_str()).collect();
    let without = |name: &&str| {
        let format = formats().iter().find(|format| format.name == *name);
        format.is_some_and(|format| !format.carries().contains(&field))
    };
    let by_format: Vec<&str> = used.iter().copied().filter(without).collect();
    let known = used.iter().filter(|name| formats().iter().any(|f| f.name == **name)).count();
    if !by_format.is_empty() && by_format.len() == known {
        return format!("the format {} cannot carry {}", by_format.join(", "), field.name());
    }
    match inputs.iter().any(|input| input.mapping.contains_key(field.name())) {
        true => format!("no post has {}", field.name()),
        false => format!("no column was taken for {}; name it with --map", field.name()),
    }
}
