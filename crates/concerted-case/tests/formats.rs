//! Every format against a small file of it, made up for this test; and against the same files spoilt.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy.toml excuses test functions, not the functions they share"
)]

mod made;

use std::{collections::BTreeSet, path::Path};

use concerted_case::readers::{Field, PostRow, ReadError, ReadOptions, Row, formats, read};
use concerted_model::{PostKind, Timestamp, provenance::InputRecord};
use made::{MADE, Made};
use proptest::prelude::*;

fn options() -> ReadOptions {
    // 2027-01-01, so that these tests do not depend on the day.
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
    ReadOptions::at(now)
}

/// Reads bytes as a file of that name, and holds that each record was handed out once and counted once.
fn read_bytes(
    file: &str,
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<(Vec<PostRow<'static>>, InputRecord), ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file);
    std::fs::write(&path, bytes).unwrap();
    read_counted(&path, options)
}

fn read_counted(
    path: &Path,
    options: &ReadOptions,
) -> Result<(Vec<PostRow<'static>>, InputRecord), ReadError> {
    let (mut posts, mut rejects, mut changes) = (Vec::new(), 0, 0);
    let record = read(path, options, &|_| {}, &mut |row| match row {
        Row::Post(post) => posts.push(post.to_owned()),
        Row::Reject(_) => rejects += 1,
        Row::Change(_) => changes += 1,
    })?;
    let rows = &record.rows;
    assert!(record.accounts_for_every_row(), "{}: {rows:?}", record.format);
    assert_eq!(rows.posts, posts.len() as u64, "{}", record.format);
    assert_eq!(rows.rejected(), rejects, "{}", record.format);
    assert_eq!(rows.deletions + rows.edits, changes, "{}", record.format);
    Ok((posts, record))
}

fn read_made(made: &Made) -> (Vec<PostRow<'static>>, InputRecord) {
    read_bytes(made.file, made.content.as_bytes(), &options())
        .unwrap_or_else(|error| panic!("{} {}: {error}", made.format, made.file))
}

#[test]
fn each_format_is_told_from_its_content_and_gives_its_posts() {
    for made in MADE {
        let (posts, record) = read_made(made);
        assert_eq!(record.format, made.format, "{}", made.file);
        assert_eq!(posts.len() as u64, made.posts, "{}: {record:?}", made.format);
        assert_ne!(record.runner_up.as_deref(), Some(made.format));
    }
}

#[test]
fn every_format_has_a_file_made_for_it() {
    let made: BTreeSet<&str> = MADE.iter().map(|made| made.format).collect();
    let lacks: Vec<&str> =
        formats().iter().map(|format| format.name).filter(|name| !made.contains(name)).collect();
    // It is never told from the content: a person gives its mapping.
    assert_eq!(lacks, ["mapped"]);
}

fn has(post: &PostRow<'_>, field: Field) -> bool {
    match field {
        Field::Platform => post.account.platform != "unknown",
        Field::Instance => !post.account.instance.is_empty(),
        Field::Account => !post.account.id.is_empty(),
        Field::Handle => post.handle.is_some(),
        Field::Id => post.id.is_some(),
        Field::Kind => post.kind != PostKind::Original,
        Field::Time => true,
        Field::Text => post.text.is_some(),
        Field::Language => post.language.is_some(),
        Field::Client => post.client.is_some(),
        Field::RepostOf => post.repost_of.is_some(),
        Field::RepostOfAccount => post.repost_of_account.is_some(),
        Field::RepostOfBorn => post.repost_of_born.is_some(),
        Field::ReplyTo => post.reply_to.is_some(),
        Field::ReplyToAccount => post.reply_to_account.is_some(),
        Field::QuoteOf => post.quote_of.is_some(),
        Field::Urls => !post.urls.is_empty(),
        Field::Hashtags => !post.hashtags.is_empty(),
        Field::Mentions => !post.mentions.is_empty(),
        Field::Media => !post.media.is_empty(),
    }
}

#[test]
fn what_a_format_says_it_carries_it_carries() {
    let mut wrong = Vec::new();
    for format in formats() {
        let posts: Vec<PostRow<'static>> = MADE
            .iter()
            .filter(|made| made.format == format.name)
            .flat_map(|made| read_made(made).0)
            .collect();
        let excused = matches!(format.name, "concerted" | "named" | "mapped");
        if posts.is_empty() || excused {
            continue;
        }
        for field in format.carries() {
            if !posts.iter().any(|post| has(post, field)) {
                wrong.push((format.name, field.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_format_that_is_asked_for_and_is_of_another_kind_is_refused_with_a_sentence() {
    for format in formats() {
        for content in ["a,b\n1,2\n", "{\"a\":1}\n", "<?xml version=\"1.0\"?><a/>"] {
            let asked = ReadOptions { format: Some(format.name.to_owned()), ..options() };
            if let Err(error) = read_bytes("x", content.as_bytes(), &asked) {
                assert_ne!(
                    error.kind(),
                    concerted_case::ErrorKind::Bug,
                    "{}: {error}",
                    format.name
                );
                assert!(!error.hint().is_empty());
            }
        }
    }
}

/// One spoiling of bytes.
#[derive(Clone, Debug)]
enum Spoil {
    Cut(usize),
    Change(usize, u8),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    Repeat(usize, usize),
}

fn spoil() -> impl Strategy<Value = Spoil> {
    let at = 0_usize..4_000;
    let bits = prop::sample::select(
        [
            &b"\""[..],
            b"\\",
            b",",
            b"\n",
            b"{",
            b"[",
            b"]",
            b"}",
            b"\0",
            b"\xff",
            b"<",
            b"&",
            b"\t",
            b"\\u",
            b"1e999",
            b"NaN",
        ]
        .map(<[u8]>::to_vec)
        .to_vec(),
    );
    prop_oneof![
        at.clone().prop_map(Spoil::Cut),
        (at.clone(), any::<u8>()).prop_map(|(at, byte)| Spoil::Change(at, byte)),
        (at.clone(), bits).prop_map(|(at, bytes)| Spoil::Insert(at, bytes)),
        (at.clone(), 1_usize..40).prop_map(|(at, count)| Spoil::Remove(at, count)),
        (at, 1_usize..200).prop_map(|(at, count)| Spoil::Repeat(at, count)),
    ]
}

fn spoilt(content: &[u8], spoils: &[Spoil]) -> Vec<u8> {
    let mut bytes = content.to_vec();
    for spoil in spoils {
        let place = |at: &usize, bytes: &[u8]| at % bytes.len().max(1);
        match spoil {
            Spoil::Cut(at) => bytes.truncate(place(at, &bytes)),
            Spoil::Change(at, byte) => {
                let at = place(at, &bytes);
                if let Some(place) = bytes.get_mut(at) {
                    *place = *byte;
                }
            }
            Spoil::Insert(at, more) => {
                let at = place(at, &bytes).min(bytes.len());
                bytes.splice(at..at, more.iter().copied());
            }
            Spoil::Remove(at, count) => {
                let at = place(at, &bytes).min(bytes.len());
                bytes.drain(at..(at + count).min(bytes.len()));
            }
            Spoil::Repeat(at, count) => {
                let at = place(at, &bytes).min(bytes.len());
                let more = bytes[at..(at + count).min(bytes.len())].to_vec();
                bytes.splice(at..at, more);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Rows in = kept + refused + context + repeated + changes + no posts, whatever the file; or an
    /// error with a next step. Nothing panics.
    #[test]
    fn every_row_of_a_spoilt_file_is_accounted_for(
        which in 0..MADE.len(),
        spoils in prop::collection::vec(spoil(), 1..6),
        asked in any::<bool>(),
    ) {
        let made = &MADE[which];
        let bytes = spoilt(made.content.as_bytes(), &spoils);
        let format = asked.then(|| made.format.to_owned());
        match read_bytes(made.file, &bytes, &ReadOptions { format, ..options() }) {
            Ok((posts, _)) => {
                for post in posts {
                    prop_assert!(!post.account.id.trim().is_empty());
                    prop_assert!(post.urls.iter().all(|url| !url.trim().is_empty()));
                }
            }
            Err(error) => {
                prop_assert!(error.kind() != concerted_case::ErrorKind::Bug, "{}", error);
                prop_assert!(!error.hint().is_empty());
            }
        }
    }
}
