//! Reading that is interrupted anywhere, and goes on: what comes out is what comes out without a pause.
//!
//! An interruption is a copy of what was on the disk at that moment. Where each record makes a note, there is
//! one behind every record.

#![expect(clippy::unwrap_used, reason = "clippy.toml excuses test functions, not what they share")]

mod all;
mod made;

use std::{
    cell::RefCell,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use all::{All, options, read};
use concerted_case::{
    ingest::{Found, LeftOff, Scratch},
    readers::{ReadOptions, sources},
};
use concerted_model::plan::{EncodingErrors, IngestPlan};
use made::MADE;
use proptest::prelude::*;
use tempfile::TempDir;

const KEY: &str = "0123456789abcdef";

/// A folder with files in it.
fn folder_with(files: &[(&str, &[u8])]) -> (TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let write = |(name, content): &(&str, &[u8])| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let paths = files.iter().map(write).collect();
    (folder, paths)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let Ok(entries) = fs::read_dir(from) else { return };
    for entry in entries {
        let entry = entry.unwrap();
        // A draft of a note may have become the note meanwhile.
        let _ = fs::copy(entry.path(), to.join(entry.file_name()));
    }
}

/// Where reading notes how far it has come, in a folder, every so many bytes.
fn left_off(folder: &Path, every: u64) -> LeftOff {
    LeftOff::within(&folder.join("reading"), KEY).every(every)
}

fn scratch(folder: &TempDir, room: usize, every: u64) -> Scratch {
    Scratch::within(folder.path()).holding(room).keeping(left_off(folder.path(), every))
}

/// What was on the disk at each sign of life of a reading, and what the reading gave.
fn interrupted(
    files: &[PathBuf],
    options: &ReadOptions,
    (room, every): (usize, u64),
) -> (Vec<TempDir>, All) {
    let (folder, moments) = (tempfile::tempdir().unwrap(), RefCell::new(Vec::new()));
    let sign = |_: concerted_case::readers::Progress<'_>| {
        let moment = tempfile::tempdir().unwrap();
        copy(&folder.path().join("reading"), &moment.path().join("reading"));
        moments.borrow_mut().push(moment);
    };
    let all = read(files, options, &scratch(&folder, room, every), &sign).unwrap();
    let end = tempfile::tempdir().unwrap();
    copy(&folder.path().join("reading"), &end.path().join("reading"));
    let mut moments = moments.into_inner();
    moments.push(end);
    (moments, all)
}

fn found(folder: &TempDir, files: &[PathBuf]) -> Found {
    left_off(folder.path(), 1).found(&sources(files).unwrap().sources)
}

/// Goes on from each of these moments; gives how many of them were behind something.
fn goes_on_from_each(files: &[PathBuf], options: &ReadOptions, room: usize, what: &str) -> usize {
    let plain = read(files, options, &Scratch::default(), &|_| {}).unwrap();
    let (moments, kept) = interrupted(files, options, (room, 1));
    assert!(kept == plain, "{what}: keeping what was read changed it");
    let mut behind = 0;
    for (number, moment) in moments.iter().enumerate() {
        behind += usize::from(matches!(found(moment, files), Found::Place(_)));
        let again = read(files, options, &scratch(moment, room, u64::MAX), &|_| {}).unwrap();
        assert!(again == plain, "{what}: another outcome after interruption {number}");
    }
    behind
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn every_format_goes_on_behind_each_of_its_records() {
    for made in MADE {
        let content = made.content.as_bytes();
        for (packing, bytes) in [
            ("plain", content.to_vec()),
            ("gzip", gzip(content)),
            ("zstd", zstd::encode_all(content, 1).unwrap()),
            ("zip", zipped(made.file, content)),
        ] {
            let (_folder, files) = folder_with(&[(made.file, &bytes)]);
            let what = format!("{} {} {packing}", made.format, made.file);
            let behind = goes_on_from_each(&files, &options(), 1 << 20, &what);
            assert!(behind > 0, "{what}: nothing was noted");
            let all = read(&files, &options(), &Scratch::default(), &|_| {}).unwrap();
            let rows = &all.manifest.inputs[0].rows;
            let posts = rows.posts + rows.duplicates + rows.merged + rows.conflicts;
            assert_eq!(posts, made.posts, "{what}");
        }
    }
}

const HEADER: &str = "account,handle,id,time,text,url,reply_to";

/// A row that is one of few posts, in one of few versions: repeated, joined, in conflict, or refused.
fn row() -> impl Strategy<Value = String> {
    (0..4_usize, 0..3, 0..9, 0..5, 0..4_usize, 0..12).prop_map(
        |(account, handle, id, second, text, reply)| {
            let account = ["a", "b", "c", "[deleted]"][account];
            let time =
                if second == 4 { "never".into() } else { format!("2024-05-01T12:00:0{second}Z") };
            // Quotes that go over lines, and one that is left open.
            let text =
                ["words", "\"two\nlines, \"\"said\"\"\"", "caf\u{e9} \u{1f30d}", "\"open"][text];
            let reply = if reply < 9 { format!("p{reply}") } else { String::new() };
            format!("{account},h{handle},p{id},{time},{text},https://e.example/{id},{reply}")
        },
    )
}

fn table(rows: &[String]) -> String {
    format!("{HEADER}\nz,h,p99,2024-05-01T13:00:00Z,text,,\n{}\n", rows.join("\n"))
}

/// The same as values of JSON, in some form.
fn values(rows: &[String], form: usize) -> String {
    let value = |(number, row): (usize, &String)| {
        format!(
            "{{\"account\":\"a{}\",\"id\":\"p{number}\",\"time\":\"2024-05-01T12:00:00Z\",\"text\":\"\\n{number}\"}}",
            row.len()
        )
    };
    let values: Vec<String> = rows.iter().enumerate().map(value).collect();
    let one = "{\"account\":\"z\",\"time\":\"2024-05-01T12:00:00Z\"}";
    match form {
        0 => format!("{one}\n{}\n", values.join("\n")),
        1 => format!("[{one},\n{}]", [values.join(" ,\n"), one.to_owned()].join(",")),
        _ => format!("{one}{}", values.concat()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_interruption_anywhere_changes_nothing(
        parts in prop::collection::vec((prop::collection::vec(row(), 0..30), 0..5_usize), 1..4),
        room in 0_usize..3_000,
        every in 1_u64..2_000,
        again in 0_usize..1_000,
    ) {
        let contents: Vec<String> = parts
            .iter()
            .map(|(rows, form)| if *form < 3 { values(rows, *form) } else { table(rows) })
            .collect();
        let names: Vec<String> = (0..contents.len()).map(|number| format!("{number}")).collect();
        let files: Vec<(&str, &[u8])> =
            names.iter().zip(&contents).map(|(n, c)| (n.as_str(), c.as_bytes())).collect();
        let (_folder, files) = folder_with(&files);
        let plain = read(&files, &options(), &Scratch::default(), &|_| {}).unwrap();
        let (moments, kept) = interrupted(&files, &options(), (room, every));
        prop_assert_eq!(&kept, &plain);
        let moment = &moments[again % moments.len()];
        // Interrupted, and interrupted once more.
        let second = RefCell::new(None);
        let sign = |_: concerted_case::readers::Progress<'_>| {
            let moment_2 = tempfile::tempdir().unwrap();
            copy(&moment.path().join("reading"), &moment_2.path().join("reading"));
            second.borrow_mut().get_or_insert(moment_2);
        };
        let once = read(&files, &options(), &scratch(moment, room, every), &sign).unwrap();
        prop_assert_eq!(&once, &plain);
        if let Some(moment) = second.into_inner() {
            let twice = read(&files, &options(), &scratch(&moment, 1 << 20, every), &|_| {}).unwrap();
            prop_assert_eq!(&twice, &plain);
        }
    }
}

#[test]
fn text_in_another_encoding_goes_on_behind_each_record() {
    let rows =
        "account,time,text\na,2024-05-01T12:00:00Z,caf\u{e9}\nb,2024-05-01T12:00:01Z,na\u{ef}ve\n";
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(rows.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let latin: Vec<u8> = rows.chars().map(|sign| sign as u8).collect();
    let marked = [b"\xef\xbb\xbf", rows.as_bytes()].concat();
    for (what, bytes, encoding_errors) in [
        ("UTF-16", &utf16, EncodingErrors::Stop),
        ("windows-1252", &latin, EncodingErrors::Windows1252),
        ("replaced", &latin, EncodingErrors::Replace),
        ("a byte order mark", &marked, EncodingErrors::Stop),
    ] {
        let (_folder, files) = folder_with(&[("posts.csv", bytes)]);
        let options = options();
        let plan = IngestPlan { encoding_errors, ..options.plan.clone() };
        let behind = goes_on_from_each(&files, &ReadOptions { plan, ..options }, 1 << 20, what);
        assert!(behind > 1, "{what}");
    }
}

#[test]
fn a_parquet_file_goes_on_behind_a_row() {
    use std::sync::Arc;

    use arrow_array::{RecordBatch, StringArray};
    // Longer than a batch, so that going on begins within one.
    let numbers = 0..20_000_u32;
    let column = |text: fn(u32) -> String| -> arrow_array::ArrayRef {
        Arc::new(StringArray::from_iter_values(numbers.clone().map(text)))
    };
    let rows = RecordBatch::try_from_iter([
        ("account", column(|number| format!("a{}", number % 90))),
        ("id", column(|number| format!("p{number}"))),
        (
            "time",
            column(|number| format!("2024-05-01T12:{:02}:{:02}Z", number / 60 % 60, number % 60)),
        ),
    ])
    .unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, rows.schema(), None).unwrap();
    writer.write(&rows).unwrap();
    writer.close().unwrap();
    let length = bytes.len() as u64;
    let (_folder, files) = folder_with(&[("posts.parquet", &bytes)]);
    let plain = read(&files, &options(), &Scratch::default(), &|_| {}).unwrap();
    let (moments, kept) = interrupted(&files, &options(), (1 << 16, length / 5));
    assert!(kept == plain);
    let behind = moments.iter().filter(|moment| matches!(found(moment, &files), Found::Place(_)));
    assert!(behind.count() > 2);
    for moment in &moments {
        let again = read(&files, &options(), &scratch(moment, 1 << 16, length), &|_| {}).unwrap();
        assert!(again == plain);
    }
}

const ROWS: &str = "account,time,text\n\
    a,2024-05-01T12:00:00Z,first\n\
    b,2024-05-01T12:00:01Z,second\n\
    c,2024-05-01T12:00:02Z,third\n";

#[test]
fn what_was_read_is_not_read_again() {
    let (_folder, files) = folder_with(&[("a.csv", ROWS.as_bytes()), ("b.csv", ROWS.as_bytes())]);
    let (moments, plain) = interrupted(&files, &options(), (1 << 20, 1));
    // A note is written while reading goes on, so that the one of the last record may not be there yet.
    let inside = moments.iter().find_map(|moment| match found(moment, &files) {
        Found::Place(place) if place.files == 1 => {
            let within = place.within.clone().filter(|(_, rows, _)| *rows > 0)?;
            Some((moment, place, within))
        }
        _ => None,
    });
    let (moment, place, (name, rows, packed)) = inside.unwrap();
    let told = format!("1 of 2 files were read to their end, and b.csv up to record {rows}");
    assert_eq!((name.as_str(), packed, place.to_string()), ("b.csv", false, told));
    // Whatever reads the first file, or the second before that place, reads something else now; but for the
    // header, which is looked at to know the columns.
    let until =
        |rows: usize| ROWS.split_inclusive('\n').take(1 + rows).map(str::len).sum::<usize>();
    let (header, place) = (until(0), until(rows as usize));
    assert!(place > header);
    let spoilt = [&ROWS[..header], &"?".repeat(place - header), &ROWS[place..]].concat();
    fs::write(&files[0], "no table").unwrap();
    fs::write(&files[1], spoilt).unwrap();
    let again = read(&files, &options(), &scratch(moment, 1 << 20, 1), &|_| {}).unwrap();
    assert_eq!(again, plain);
}

#[test]
fn a_note_of_something_else_is_not_followed() {
    let (folder, files) = folder_with(&[("a.csv", ROWS.as_bytes()), ("b.csv", ROWS.as_bytes())]);
    let (moments, plain) = interrupted(&files, &options(), (0, 1));
    let moment = moments.last().unwrap();
    assert!(matches!(found(moment, &files), Found::Place(_)));
    let other = LeftOff::within(&moment.path().join("reading"), "another key");
    assert_eq!(other.found(&sources(&files).unwrap().sources), Found::Other);
    let turned: Vec<PathBuf> = files.iter().rev().cloned().collect();
    assert_eq!(found(moment, &turned), Found::Other);
    assert_eq!(found(moment, &files[..1]), Found::Other);
    // Runs that were cut off are not followed either, and nothing of them is kept.
    let runs = moment.path().join("reading/posts.runs");
    let bytes = fs::read(&runs).unwrap();
    fs::write(&runs, &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(found(moment, &files), Found::Other);
    let again = read(&files, &options(), &scratch(moment, 1 << 20, u64::MAX), &|_| {}).unwrap();
    assert_eq!(again, plain);
    assert_eq!(found(moment, &files), Found::Nothing);
    assert!(folder.path().exists());
}

#[test]
fn a_reading_that_fails_before_its_first_note_leaves_nothing() {
    let (folder, files) = folder_with(&[("a.csv", b"account,time\na,never\n")]);
    let options = ReadOptions::at(options().now);
    let error = read(&files, &options, &scratch(&folder, 0, u64::MAX), &|_| {}).unwrap_err();
    assert!(error.to_string().contains("had to be refused"), "{error}");
    assert!(!folder.path().join("reading").exists());
}

#[test]
fn what_lies_in_the_future_is_decided_by_when_reading_began() {
    let (_folder, files) = folder_with(&[("a.csv", ROWS.as_bytes())]);
    let (moments, plain) = interrupted(&files, &options(), (1 << 20, 1));
    // A clock that was set back: all of it would be refused as lying in the future.
    let options = options();
    let before = concerted_model::Timestamp::try_from_micros(1_000_000_000_000_000).unwrap();
    let early = ReadOptions { now: before, ..options };
    for moment in moments.iter().filter(|moment| matches!(found(moment, &files), Found::Place(_))) {
        let again = read(&files, &early, &scratch(moment, 1 << 20, 1), &|_| {}).unwrap();
        assert_eq!(again, plain);
    }
}

/// Where the reading of these files is kept for a reading of more.
fn for_more(folder: &TempDir, key: &str, files: &[PathBuf]) -> LeftOff {
    let contents: Vec<String> =
        sources(files).unwrap().sources.iter().map(|source| source.sha256().unwrap()).collect();
    let contents: Vec<&str> = contents.iter().map(String::as_str).collect();
    LeftOff::within(&folder.path().join("reading"), key).every(1).for_more("way", &contents)
}

/// Reads the first of these files, then one more, and so on; `changed` may do something to them in between.
/// Tells how many files were found to be read before, each time.
fn day_by_day(
    files: &[PathBuf],
    room: usize,
    changed: impl Fn(usize),
) -> (Vec<Option<usize>>, All) {
    let folder = tempfile::tempdir().unwrap();
    let mut earlier = Vec::new();
    let mut last = None;
    for count in 1..=files.len() {
        changed(count);
        let files = &files[..count];
        let left_off = for_more(&folder, &format!("key {count}"), files);
        earlier.push(match left_off.found(&sources(files).unwrap().sources) {
            Found::Earlier(files) => Some(files),
            found => {
                assert_eq!(found, Found::Nothing);
                None
            }
        });
        let scratch = Scratch::within(folder.path()).holding(room).keeping(left_off.clone());
        last = Some(read(files, &options(), &scratch, &|_| {}).unwrap());
        left_off.forget_unfinished().unwrap();
    }
    (earlier, last.unwrap())
}

/// Posts of one day, half of which answer one of it, and some of the day before, said otherwise.
fn day(day: usize) -> String {
    let row = |(of, n): (usize, usize)| {
        let time = format!("2024-05-0{}T12:00:0{}Z", of + 1, n % 10);
        let answered = if n % 2 == 1 { format!("p{day}-1") } else { String::new() };
        let handle = if of == day { "" } else { "h" };
        format!("a{n},{handle},p{of}-{n},{time},words {n},,{answered}")
    };
    let again = (0..40).step_by(3).map(|n| (day.saturating_sub(1), n));
    let rows: Vec<String> = (0..40).map(|n| (day, n)).chain(again).map(row).collect();
    format!("{HEADER}\n{}\n,,,2024-05-01T12:00:00Z,nobody said it,,\n", rows.join("\n"))
}

#[test]
fn a_day_that_is_added_gives_what_all_days_give_at_once() {
    let days: Vec<String> = (0..4).map(day).collect();
    let names = ["1.csv", "2.csv", "3.csv", "4.csv"];
    let days: Vec<(&str, &[u8])> =
        names.into_iter().zip(days.iter().map(String::as_bytes)).collect();
    let (_folder, files) = folder_with(&days);
    let at_once = read(&files, &options(), &Scratch::default(), &|_| {}).unwrap();
    let rows = || at_once.manifest.inputs.iter().map(|input| &input.rows);
    assert!(rows().any(|rows| rows.conflicts > 0) && rows().any(|rows| rows.duplicates > 0));
    assert!(rows().any(|rows| rows.merged > 0));
    assert!(at_once.rejects.len() == files.len());
    for room in [0, 1_000, 1 << 20] {
        let (earlier, all) = day_by_day(&files, room, |_| {});
        assert_eq!(earlier, [None, Some(1), Some(2), Some(3)]);
        assert!(all == at_once, "with room for {room} bytes");
    }
}

#[test]
fn what_may_be_read_otherwise_today_is_read_again() {
    let (folder, files) =
        folder_with(&[("1.csv", day(1).as_bytes()), ("2.csv", day(2).as_bytes())]);
    let change = |count| {
        if count == 2 {
            fs::write(folder.path().join("1.csv"), day(3)).unwrap();
        }
    };
    let (earlier, all) = day_by_day(&files, 1 << 20, change);
    assert_eq!(earlier, [None, None], "the first file was changed");
    assert!(all == read(&files, &options(), &Scratch::default(), &|_| {}).unwrap());

    let future = format!(
        "{HEADER}\na,h,p1,2031-05-01T12:00:00Z,soon,,\na,h,p2,2024-05-01T12:00:00Z,now,,\n"
    );
    let (_folder, files) =
        folder_with(&[("1.csv", future.as_bytes()), ("2.csv", day(2).as_bytes())]);
    let (earlier, all) = day_by_day(&files, 1 << 20, |_| {});
    assert_eq!(earlier, [None, None], "a row was refused for its time");
    assert!(all == read(&files, &options(), &Scratch::default(), &|_| {}).unwrap());
}
