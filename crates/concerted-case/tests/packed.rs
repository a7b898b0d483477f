//! The same posts however they are packed: each format's file in each packing, in archives, in web archives.

#![expect(clippy::unwrap_used, reason = "clippy.toml excuses test functions, not what they share")]

mod made;

use std::{io::Write, path::PathBuf};

use concerted_case::{
    ingest::{Ingested, ingest},
    readers::ReadOptions,
};
use concerted_model::{Timestamp, plan::IngestPlan};
use made::{MADE, Made};

fn read(name: &str, bytes: &[u8]) -> Ingested {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    // 2027-01-01, so that these tests do not depend on the day.
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
    // Some need a file beside them, and are refused without.
    let plan = IngestPlan { max_rejects: 1.0, ..IngestPlan::default() };
    ingest(&[path], &ReadOptions { plan, ..ReadOptions::at(now) }, &|_| {}).unwrap()
}

fn made(format: &str) -> &'static Made {
    MADE.iter().find(|made| made.format == format).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A frame that asks for more than the 128 MiB which decoders allow by themselves, as Pushshift's do.
fn zstd_of_a_long_window(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(28).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn how_a_file_is_packed_is_told_and_changes_no_post() {
    for made in MADE {
        let content = made.content.as_bytes();
        let plain = read(made.file, content);
        for (packing, bytes) in [
            ("gzip", gzip(content)),
            ("bzip2", bzip2(content)),
            ("zstd", zstd_of_a_long_window(content)),
        ] {
            let packed = read(made.file, &bytes);
            let (one, other) = (&packed.manifest.inputs[0], &plain.manifest.inputs[0]);
            assert_eq!((one.compression.as_str(), &one.format), (packing, &other.format));
            assert_eq!(one.rows, other.rows, "{} {packing}", made.format);
            assert_eq!(packed.posts.len(), plain.posts.len());
            for (posts, others) in packed.posts.iter().zip(&plain.posts) {
                assert_eq!(posts.id, others.id, "{} {packing}", made.format);
                assert_eq!(posts.time, others.time, "{} {packing}", made.format);
            }
        }
    }
}

#[test]
fn a_zstd_frame_of_a_long_window_is_refused_by_a_decoder_that_is_not_told() {
    let bytes = zstd_of_a_long_window(&[b'x'; 4_096]);
    assert!(zstd::decode_all(&bytes[..]).is_err(), "the frame asks for no more than usual");
}

#[test]
fn an_archive_may_hold_files_of_several_formats_packed_in_turn() {
    let (table, lines) = (made("4cat-bluesky"), made("x-v1"));
    let packed = gzip(lines.content.as_bytes());
    let archive = zip(&[
        ("exports/table.csv", table.content.as_bytes()),
        ("exports/lines.jsonl.gz", &packed),
        ("readme.txt", b"words"),
        ("empty.csv", b""),
    ]);
    let read = read("all.zip", &archive);
    let of = |name: &str| read.manifest.inputs.iter().find(|input| input.name == name).unwrap();
    assert_eq!(of("all.zip/exports/table.csv").format, table.format);
    let lines_read = of("all.zip/exports/lines.jsonl.gz");
    assert_eq!(
        (lines_read.format.as_str(), lines_read.compression.as_str()),
        (lines.format, "gzip")
    );
    assert!(of("all.zip/readme.txt").notes[0].starts_with("not read: no known format"));
    assert_eq!(of("all.zip/empty.csv").notes, ["not read: is empty"]);
    let posts: usize = read.posts.iter().map(|posts| posts.len()).sum();
    assert_eq!(posts as u64, table.posts + lines.posts);
}

#[test]
fn a_wacz_gives_the_pages_of_its_web_archives_and_names_what_it_leaves_out() {
    let warc = made("warc");
    let packed = gzip(warc.content.as_bytes());
    let archive = zip(&[
        ("datapackage.json", b"{}"),
        ("archive/data.warc.gz", &packed),
        ("indexes/index.cdx", b"x"),
        ("pages/pages.jsonl", b"{\"id\":\"1\"}\n"),
    ]);
    let read = read("site.wacz", &archive);
    let posts: usize = read.posts.iter().map(|posts| posts.len()).sum();
    assert_eq!(posts as u64, warc.posts);
    for input in &read.manifest.inputs {
        match input.name.as_str() {
            "site.wacz/archive/data.warc.gz" => assert_eq!(input.format, "warc"),
            _ => assert_eq!(input.notes, ["not read: is the index of a web archive"]),
        }
    }
    assert_eq!(read.manifest.inputs.len(), 4);
}
