//! However little is held in memory while posts are sorted, and in whatever order they come: the same tables.

#![expect(clippy::unwrap_used, reason = "clippy.toml excuses test functions, not what they share")]

mod all;

use std::path::PathBuf;

use all::{All, options};
use concerted_case::ingest::Scratch;
use proptest::prelude::*;

fn read(files: &[PathBuf], room: usize) -> All {
    let folder = tempfile::tempdir().unwrap();
    let scratch = Scratch::within(folder.path()).holding(room);
    let read = all::read(files, &options(), &scratch, &|_| {}).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
    read
}

const HEADER: &str = "account,handle,id,time,text,url,reply_to";

/// A row that is one of few posts, in one of few versions: repeated, joined, in conflict, or refused.
fn row() -> impl Strategy<Value = String> {
    (0..4_usize, 0..3, 0..9, 0..5, 0..3, 0..4_usize, 0..12).prop_map(
        |(account, handle, id, second, text, url, reply)| {
            let account = ["a", "b", "c", "[deleted]"][account];
            let time =
                if second == 4 { "never".into() } else { format!("2024-05-01T12:00:0{second}Z") };
            let url = ["", "https://e.example/1", "https://e.example/2", "nan"][url];
            let reply = if reply < 9 { format!("p{reply}") } else { String::new() };
            format!("{account},h{handle},p{id},{time},text {text},{url},{reply}")
        },
    )
}

fn files(folder: &tempfile::TempDir, parts: &[Vec<String>]) -> Vec<PathBuf> {
    let write = |(number, rows): (usize, &Vec<String>)| {
        let path = folder.path().join(format!("{number}.csv"));
        let good = "z,h,p99,2024-05-01T13:00:00Z,text,,";
        std::fs::write(&path, format!("{HEADER}\n{good}{number}\n{}\n", rows.join("\n"))).unwrap();
        path
    };
    parts.iter().enumerate().map(write).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_room_and_the_order_of_files_change_nothing(
        parts in prop::collection::vec(prop::collection::vec(row(), 0..40), 1..4),
        room in 0_usize..3_000,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut files = files(&folder, &parts);
        let held = read(&files, usize::MAX);
        prop_assert_eq!(&read(&files, room), &held);
        files.reverse();
        prop_assert_eq!(&read(&files, room), &held);
    }

    #[test]
    fn the_order_of_lines_changes_no_post(
        mut rows in prop::collection::vec(row(), 0..40),
        room in 0_usize..3_000,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let forwards = read(&files(&folder, &[rows.clone()]), room);
        rows.reverse();
        let backwards = read(&files(&folder, &[rows]), room);
        prop_assert_eq!(&forwards.posts, &backwards.posts);
        prop_assert_eq!(&forwards.accounts, &backwards.accounts);
        let counts = |all: &All| all.manifest.inputs[0].rows.clone();
        prop_assert_eq!(counts(&forwards), counts(&backwards));
    }
}
