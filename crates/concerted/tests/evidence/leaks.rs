//! What may not be found in a bundle that is passed on, however it is packed.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Read,
    path::Path,
};

use concerted::{
    export::{KeyUse, Level},
    report::{self, Viewing},
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::case::{Small, files_under, posts};

/// All that a file says, unpacked: what is compressed would hide from a search.
fn unpacked(path: &Path) -> String {
    match path.extension().and_then(|end| end.to_str()) {
        Some("parquet") => {
            let reader =
                ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
            let metadata = format!("{:?}", reader.metadata().file_metadata());
            let batches = reader.build().unwrap().map(|batch| {
                let batch = batch.unwrap();
                assert!(batch.num_rows() < 100_000, "too large to be shown whole");
                // Debug of an array leaves out its middle, so that every value is shown by itself.
                (0..batch.num_rows())
                    .map(|row| format!("{:?}", batch.slice(row, 1)))
                    .collect::<String>()
            });
            metadata + &batches.collect::<String>()
        }
        Some("xlsx") => {
            let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
            let mut all = String::new();
            for place in 0..archive.len() {
                archive.by_index(place).unwrap().read_to_string(&mut all).unwrap();
            }
            all
        }
        _ => String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned(),
    }
}

/// Ids, handles, post ids and links of the case, and every passage of eight words.
fn secrets() -> BTreeSet<String> {
    let mut secrets = BTreeSet::from(["secret-name-of-a-file".to_owned()]);
    for line in posts().lines().skip(1) {
        let (before, rest) = line.split_once('"').unwrap();
        let (text, link) = rest.rsplit_once("\",").unwrap();
        let mut fields = before.split(',');
        let mut next = || fields.next().unwrap().to_owned();
        secrets.extend([next(), next().trim_start_matches('=').to_owned(), next()]);
        secrets.insert(link.to_owned());
        let words: Vec<&str> = text.split_whitespace().collect();
        secrets.extend(words.windows(8).map(|passage| passage.join(" ")));
    }
    secrets.remove("");
    secrets
}

fn found_in(folder: &Path, secrets: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let files = files_under(folder);
    assert!(!files.is_empty());
    for path in files {
        let content = unpacked(&path);
        // The same text with every gap a single space, so that a passage cannot hide behind a line feed.
        let plain = content.split_whitespace().collect::<Vec<_>>().join(" ");
        let leaked =
            secrets.iter().filter(|secret| content.contains(*secret) || plain.contains(*secret));
        found.extend(leaked.map(|secret| format!("{}: {secret}", path.display())));
    }
    found
}

#[test]
fn a_share_safe_bundle_holds_no_id_handle_post_id_link_or_passage_of_eight_words() {
    let small = Small::new();
    let secrets = secrets();
    assert!(secrets.len() > 1000, "{} secrets are too few", secrets.len());
    let shared = small.export(Level::ShareSafe, KeyUse::OfCase, "shared");
    assert_eq!(found_in(&shared, &secrets), Vec::<String>::new());
    let figures = small.export(Level::Figures, KeyUse::OfCase, "figures");
    assert_eq!(found_in(&figures, &secrets), Vec::<String>::new());
    // The search finds what is there: or it would prove nothing.
    let evidence = small.export(Level::Evidence, KeyUse::OfCase, "evidence");
    for (name, least) in
        [("edges.csv", 4), ("edges.parquet", 4), ("concerted.xlsx", 4), ("evidence.parquet", 160)]
    {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(evidence.join(name), folder.path().join(name)).unwrap();
        let found = found_in(folder.path(), &secrets).len();
        assert!(found >= least, "{name}: the search finds {found} secrets");
    }
    let report = found_in(&evidence.join("rocrate"), &secrets);
    assert!(
        report.iter().any(|found| found.contains("report.html") && found.contains("lantern along"))
    );
}

#[test]
fn a_page_to_pass_on_names_its_level_and_nobody_up_to_s1() {
    let small = Small::new();
    let secrets = secrets();
    for level in [Level::Figures, Level::ShareSafe, Level::Peers, Level::Evidence] {
        let folder = small.folder.path().join(level.as_str());
        fs::create_dir(&folder).unwrap();
        let out = folder.join("report.html");
        small.open(|case| {
            report::share(case, level, KeyUse::OfCase, Viewing::default(), &out).unwrap();
        });
        let page = fs::read_to_string(&out).unwrap();
        let (_, footer) = page.split_once("<footer>").unwrap();
        assert!(footer.contains(&format!("Level of disclosure {level}")), "{footer}");
        let found = found_in(&folder, &secrets);
        match level {
            Level::Figures | Level::ShareSafe => assert_eq!(found, Vec::<String>::new(), "{level}"),
            Level::Peers => {
                assert!(found.iter().any(|found| found.contains("post-777")), "no post ids");
                let names = found.iter().filter(|found| {
                    found.contains("member-55500") || found.contains("handle_of_member")
                });
                assert_eq!(names.collect::<Vec<_>>(), Vec::<&String>::new());
            }
            Level::Evidence => assert!(found.iter().any(|found| found.contains("member-55500"))),
        }
    }
}

#[test]
fn exports_under_the_key_of_the_case_can_be_joined_and_those_under_a_key_thrown_away_cannot() {
    let small = Small::new();
    let read = |key, name| {
        let out = small.export(Level::ShareSafe, key, name);
        fs::read_to_string(out.join("groups.csv")).unwrap()
    };
    let first = read(KeyUse::OfCase, "one");
    assert_eq!(first, read(KeyUse::OfCase, "two"));
    let ids = |csv: &str| -> BTreeSet<String> {
        csv.lines().skip(1).map(|line| line.split(',').nth(3).unwrap().to_owned()).collect()
    };
    let (thrown, again) = (read(KeyUse::ThrownAway, "three"), read(KeyUse::ThrownAway, "four"));
    assert!(ids(&first).is_disjoint(&ids(&thrown)));
    assert!(ids(&thrown).is_disjoint(&ids(&again)));
    let key = fs::read_to_string(small.root.join("disclosure.key")).unwrap();
    let secrets = BTreeSet::from([key.trim().to_owned()]);
    assert_eq!(found_in(&small.folder.path().join("one"), &secrets), Vec::<String>::new());
}
