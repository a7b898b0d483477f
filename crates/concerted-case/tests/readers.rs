//! Each format against files of it: the same seven posts in every format, and real files.
//!
//! The files are not part of the repository. Where their folder is missing, a test says so and passes.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "clippy.toml excuses test functions, not the functions they share"
)]

use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
};

use concerted_case::{
    ingest::{Ingested, ingest},
    readers::{PostRow, ReadError, ReadOptions, Row, formats, read},
};
use concerted_model::{Timestamp, provenance::InputRecord, tables::strings_in};

const NOON_US: i64 = 1_714_564_800_000_000;

fn shared(test: &str) -> Option<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    if folder.is_dir() {
        return Some(folder.to_owned());
    }
    println!("{test}: skipped, there is no folder ../shared");
    None
}

fn options() -> ReadOptions {
    // 2027-01-01, so that these tests do not depend on the day.
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
    ReadOptions::at(now)
}

fn mapped(mapping: &str) -> ReadOptions {
    ReadOptions { mapping: Some(mapping.parse().unwrap()), ..options() }
}

fn read_file(
    path: &Path,
    options: &ReadOptions,
) -> Result<(Vec<PostRow<'static>>, InputRecord), ReadError> {
    let mut posts = Vec::new();
    let record = read(path, options, &|_| {}, &mut |row| match row {
        Row::Post(post) => posts.push(post.to_owned()),
        Row::Reject(_) | Row::Change(_) => {}
    })?;
    assert!(record.accounts_for_every_row(), "{}: {:?}", record.name, record.rows);
    assert_eq!(record.rows.posts, posts.len() as u64);
    Ok((posts, record))
}

fn file(content: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    file
}

fn ingest_all(contents: &[&str], options: &ReadOptions) -> Ingested {
    let files: Vec<_> = contents.iter().map(|content| file(content)).collect();
    let paths: Vec<PathBuf> = files.iter().map(|file| file.path().to_owned()).collect();
    ingest(&paths, options, &|_| {}).unwrap()
}

/// A post in one line: kind, clock, milliseconds after noon, text by its letter, lists, references.
/// Posts are named by their place in the file.
fn line(post: &PostRow<'_>, places: &BTreeMap<String, usize>) -> String {
    const TEXTS: [(&str, &str); 4] =
        [("Share", "share"), ("unrel", "other"), ("RT @d", "rt other"), ("@alph", "answer")];
    let text = post.text.as_deref().map_or("-", |text| {
        TEXTS.iter().find(|(start, _)| text.starts_with(start)).map_or("?", |(_, name)| name)
    });
    let place = |id: &Option<Cow<'_, str>>| match id {
        Some(id) => places.get(&**id).map_or("?".to_owned(), |place| place.to_string()),
        None => "-".to_owned(),
    };
    let end = |id: &Option<Cow<'_, str>>| {
        id.as_deref().map_or("-".to_owned(), |id| id[id.len().saturating_sub(4)..].to_owned())
    };
    let since_noon = |time: Timestamp| (time.micros() - NOON_US) / 1_000;
    let born = |time: Option<Timestamp>| time.map_or("-".into(), |t| since_noon(t).to_string());
    let names: Vec<&str> = post.mentions.iter().map(|name| &name[name.len() - 4..]).collect();
    format!(
        "{} {} {} {text} [{}] [{}] [{}] of {} {} {} to {} {} {}",
        post.kind,
        post.clock.as_str(),
        since_noon(post.time),
        post.urls.join(" "),
        post.hashtags.join(" "),
        names.join(" "),
        place(&post.repost_of),
        end(&post.repost_of_account),
        born(post.repost_of_born),
        place(&post.reply_to),
        end(&post.reply_to_account),
        born(post.reply_to_born),
    )
}

const ARCHIVE: &[&str] = &[
    "original id 250 share [https://example.org/story] [Vote2024] [0004] of - - - to - - -",
    "original id 3100 share [https://example.org/story] [Vote2024] [0004] of - - - to - - -",
    "original id 4900 share [https://example.org/story] [Vote2024] [0004] of - - - to - - -",
    "original id 60000 other [] [] [] of - - - to - - -",
    "repost id 120000 rt other [] [] [] of 3 0004 60000 to - - -",
    "repost id 121500 rt other [] [] [] of 3 0004 60000 to - - -",
    "reply id 500000 answer [] [] [] of - - - to 0 0001 250",
];

const PAGES: &[&str] = &[
    ARCHIVE[0],
    ARCHIVE[1],
    ARCHIVE[2],
    ARCHIVE[3],
    "repost id 120000 other [] [] [] of 3 0004 60000 to - - -",
    "repost id 121500 other [] [] [] of 3 0004 60000 to - - -",
    ARCHIVE[6],
];

/// Without the original beside it, a flattened repost has its own text and no author to name.
const FLAT: &[&str] = &[
    ARCHIVE[0],
    ARCHIVE[1],
    ARCHIVE[2],
    ARCHIVE[3],
    "repost id 120000 rt other [] [] [] of 3 - 60000 to - - -",
    "repost id 121500 rt other [] [] [] of 3 - 60000 to - - -",
    ARCHIVE[6],
];

/// No references and no lists: what the text shows.
const IRA: &[&str] = &[
    "original id 250 share [https://example.org/story] [Vote2024] [four] of - - - to - - -",
    "original id 3100 share [https://example.org/story] [Vote2024] [four] of - - - to - - -",
    "original id 4900 share [https://example.org/story] [Vote2024] [four] of - - - to - - -",
    ARCHIVE[3],
    "repost id 120000 rt other [] [] [four] of - - - to - - -",
    "repost id 121500 rt other [] [] [four] of - - - to - - -",
    "original id 500000 answer [] [] [_one] of - - - to - - -",
];

const COORTWEET: &[&str] = &[
    "original id 250 - [https://example.org/story] [] [] of - - - to - - -",
    "original id 3100 - [https://example.org/story] [] [] of - - - to - - -",
    "original id 4900 - [https://example.org/story] [] [] of - - - to - - -",
];

/// The server's clock for the posts, the id's clock for what they refer to.
const JETSTREAM: &[&str] = &[
    "original server 910 share [https://example.org/story] [Vote2024] [rabc] of - - - to - - -",
    "original server 3760 share [https://example.org/story] [Vote2024] [rabc] of - - - to - - -",
    "original server 5560 share [https://example.org/story] [Vote2024] [rabc] of - - - to - - -",
    "original server 60660 other [] [] [] of - - - to - - -",
    "repost server 120660 - [] [] [] of 3 rabc 60000 to - - -",
    "repost server 122160 - [] [] [] of 3 rabc 60000 to - - -",
    "reply server 500660 answer [] [] [] of - - - to 0 opqr 250",
];

#[test]
fn the_same_seven_posts_are_read_from_every_format_as_far_as_it_carries_them() {
    let Some(shared) = shared("the_same_seven_posts") else { return };
    for (name, format, expected) in [
        ("twitter_io_2018_tweets_csv_hashed.csv", "x-io", ARCHIVE),
        ("twitter_io_2021_tweets_csv_hashed.csv", "x-io", ARCHIVE),
        ("ira_538_IRAhandle_tweets.csv", "ira538", IRA),
        ("coortweet.csv", "coortweet", COORTWEET),
        ("twitter_v2_twarc_pages.jsonl", "x-v2", PAGES),
        ("twitter_v2_twarc_flat.jsonl", "x-v2", FLAT),
        ("bluesky_jetstream_v1.jsonl", "jetstream", JETSTREAM),
    ] {
        let (posts, record) = read_file(&shared.join("formats/in").join(name), &options()).unwrap();
        assert_eq!(record.format, format, "{name}");
        assert_eq!(record.rows.rejected(), 0, "{name}");
        let ids = posts
            .iter()
            .enumerate()
            .filter_map(|(place, post)| Some((post.id.as_deref()?.to_owned(), place)));
        let places: BTreeMap<String, usize> = ids.collect();
        let lines: Vec<String> = posts.iter().map(|post| line(post, &places)).collect();
        assert_eq!(lines, expected, "{name}");
        let accounts: Vec<&str> = posts.iter().map(|post| &*post.account.id).collect();
        if posts.len() == 7 {
            assert_eq!((accounts[0], accounts[1]), (accounts[4], accounts[5]), "{name}");
            assert!(posts.iter().filter(|post| post.text.is_some()).count() >= 5, "{name}");
        }
    }
}

#[test]
fn a_place_points_at_the_bytes_of_its_record() {
    let Some(shared) = shared("a_place_points") else { return };
    for name in [
        "twitter_io_2018_tweets_csv_hashed.csv",
        "twitter_v2_twarc_pages.jsonl",
        "twitter_v2_twarc_flat.jsonl",
        "coortweet.csv",
    ] {
        let path = shared.join("formats/in").join(name);
        let bytes = std::fs::read(&path).unwrap();
        for post in read_file(&path, &options()).unwrap().0 {
            let start = post.place.offset as usize;
            let record = &bytes[start..start + post.place.length as usize];
            let record = std::str::from_utf8(record).unwrap();
            assert!(record.contains(post.id.as_deref().unwrap()), "{name}: {record}");
            assert!(!record.ends_with(['\n', '\r', ',']), "{name}: {record}");
            let line = 1 + bytes[..start].iter().filter(|byte| **byte == b'\n').count();
            assert_eq!(post.place.line, line as u64, "{name}");
        }
    }
}

/// What becomes of a file from the wild: its format, posts, and rows refused; or why it is no data.
enum Wild {
    Posts(&'static str, u64, u64),
    Refused(&'static str),
}
use Wild::{Posts as Given, Refused};

/// Every file in `data/format_samples`, and one more.
const WILD: &[(&str, Wild)] = &[
    ("coortweet/russian_coord_tweets.csv", Given("coortweet", 35_125, 0)),
    ("format_samples/SOURCE.md", Refused("no known format")),
    ("format_samples/bluesky_jetstream/expected_v1.jsonl", Given("jetstream", 32, 0)),
    ("format_samples/bluesky_jetstream/firehose_frames.bin.zst", Refused("is no text")),
    ("format_samples/bluesky_jetstream/manifest.json", Refused("no known format")),
    ("format_samples/bluesky_jetstream/upstream_testdata_README.md", Refused("no known format")),
    ("format_samples/clemson538_csv/10_gop.csv", Given("ira538", 372, 0)),
    ("format_samples/clemson538_csv/Jenn_Abrams.csv", Given("ira538", 22_861, 0)),
    ("format_samples/coordination_network_toolkit/sample_data.SYNTHETIC.csv", Given("cnt", 89, 11)),
    (
        "format_samples/crowdtangle_reduced/db1_rows_with_genocide.csv",
        Given("crowdtangle-facebook", 2_203, 0),
    ),
    (
        "format_samples/crowdtangle_reduced/db2_rows_with_genocide.csv",
        Given("crowdtangle-facebook", 382, 0),
    ),
    ("format_samples/mastodon/statuses.jsonl", Given("mastodon", 228, 0)),
    ("format_samples/mastodon/streaming_user.sse", Given("mastodon", 6, 0)),
    // Nobody's posts: it does not say who wrote them.
    ("format_samples/reddit_csv/reddit_vm.csv", Given("reddit-csv", 0, 1_566)),
    (
        "format_samples/tardelli_jsonl/example_input_superspreaders_raw_seqs.jsonl",
        Given("user-sequences", 140, 0),
    ),
    ("format_samples/telegram_desktop/result.sample.json", Given("telegram-desktop", 5, 0)),
    (
        "format_samples/telegram_json_list/1001003921752_messages.first100.json",
        Given("telegram-list", 100, 0),
    ),
    (
        "format_samples/telegram_tracker_csv/processed_part_334.first300.csv",
        Given("telegram-tracker", 300, 0),
    ),
    ("format_samples/twitter_io_archive/ira_tweets_csv_hashed.sample.csv", Given("x-io", 2, 0)),
    (
        "format_samples/twitter_io_archive/ira_users_csv_hashed.sample.csv",
        Given("x-io-users", 0, 0),
    ),
    ("format_samples/twitter_v1.1/api-stream-small.json.gz", Given("x-v1", 681, 0)),
    ("format_samples/twitter_v1.1/osome_cs4_hashed_ids_concatenated.json", Given("x-v1", 17, 0)),
    (
        "format_samples/twitter_v2_academictwitteR/data_1407125775103365135.json",
        Given("x-v2", 500, 0),
    ),
    (
        "format_samples/twitter_v2_academictwitteR/users_1407125775103365135.json",
        Given("x-v2", 0, 0),
    ),
    ("format_samples/twitter_v2_twarc/LICENSE", Refused("no known format")),
    ("format_samples/twitter_v2_twarc/brexit.jsonl", Given("x-v2", 100, 0)),
    ("format_samples/twitter_v2_twarc/cotweet.jsonl", Given("x-v2", 1, 0)),
    ("format_samples/twitter_v2_twarc/edited.jsonl", Given("x-v2", 1, 0)),
    ("format_samples/twitter_v2_twarc/flat.jsonl", Given("x-v2", 100, 0)),
    ("format_samples/twitter_v2_twarc/geo_tweets.jsonl", Given("x-v2", 2, 0)),
    ("format_samples/twitter_v2_twarc/kpop.jsonl", Given("x-v2", 100, 0)),
    ("format_samples/twitter_v2_twarc/many_urls.jsonl", Given("x-v2", 1, 0)),
    ("format_samples/twitter_v2_twarc/mentions_tweet.jsonl", Given("x-v2", 1, 0)),
    ("format_samples/twitter_v2_twarc/noflat.jsonl", Given("x-v2", 100, 0)),
    ("format_samples/twitter_v2_twarc/quoted_edit.jsonl", Given("x-v2", 1, 0)),
    // It was cut off in the middle of its last line.
    ("format_samples/twitter_v2_twarc/streaming_output_with_error.jsonl", Given("x-v2", 7, 1)),
    ("format_samples/twitter_v2_twarc/two_tweets.jsonl", Given("x-v2", 1, 0)),
    ("format_samples/twitter_v2_twarc/withheld.jsonl", Given("x-v2", 215, 0)),
];

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_in(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

#[test]
fn every_row_of_every_file_from_the_wild_is_kept_or_refused_for_a_named_reason() {
    let Some(shared) = shared("every_row_of_every_file") else { return };
    let data = shared.join("data");
    let known: Vec<PathBuf> = WILD.iter().skip(1).map(|(name, _)| data.join(name)).collect();
    assert_eq!(files_in(&data.join("format_samples")), known, "a file that is not in the table");
    for (name, becomes) in WILD {
        let mut reasons = 0;
        let read = read(&data.join(name), &options(), &|_| {}, &mut |row| {
            if let Row::Reject(reject) = row {
                assert!(!reject.detail.is_empty(), "{name}");
                reasons += 1;
            }
        });
        match (becomes, read) {
            (Given(format, posts, rejects), Ok(record)) => {
                assert!(record.accounts_for_every_row(), "{name}: {:?}", record.rows);
                let told = (record.format.as_str(), record.rows.posts, record.rows.rejected());
                assert_eq!(told, (*format, *posts, *rejects), "{name}");
                assert_eq!(reasons, *rejects, "{name}");
                assert_eq!(record.clocks.values().sum::<u64>(), *posts, "{name}");
            }
            (Refused(why), Err(error)) => {
                assert!(error.to_string().contains(why), "{name}: {error}");
                assert!(!error.hint().is_empty(), "{name}");
            }
            (_, Ok(record)) => panic!("{name} was read as {}: {:?}", record.format, record.rows),
            (_, Err(error)) => panic!("{name} was refused: {error}"),
        }
    }
}

#[test]
fn the_stream_keeps_posts_and_reposts_alone() {
    let Some(shared) = shared("the_stream_keeps") else { return };
    let path = shared.join("data/format_samples/bluesky_jetstream/expected_v1.jsonl");
    let rows = read_file(&path, &options()).unwrap().1.rows;
    assert_eq!((rows.read, rows.posts, rows.not_posts, rows.deletions), (152, 32, 119, 1));
}

#[test]
fn a_page_and_its_flattened_form_are_the_same_posts() {
    let Some(shared) = shared("a_page_and_its_flattened_form") else { return };
    let folder = shared.join("data/format_samples/twitter_v2_twarc");
    let posts = |name: &str| {
        let mut posts = read_file(&folder.join(name), &options()).unwrap().0;
        posts.sort_by(|a, b| a.id.cmp(&b.id));
        posts
            .into_iter()
            .map(|post| PostRow { place: Default::default(), ..post })
            .collect::<Vec<_>>()
    };
    assert!(posts("noflat.jsonl") == posts("flat.jsonl"));
}

#[test]
fn rows_of_one_post_are_joined_by_a_mapping() {
    let Some(shared) = shared("rows_of_one_post") else { return };
    let options = mapped(
        "account=account_id,time=timestamp,id=post_id,url=url_id,hashtag=hashtag_id,media=phash_id",
    );
    let path = shared.join("data/coortweet/german_elections.csv");
    let ingested = ingest(&[path], &options, &|_| {}).unwrap();
    let record = &ingested.manifest.inputs[0];
    assert!(record.accounts_for_every_row());
    assert_eq!(record.rows.read, 218_971);
    assert!(record.rows.merged > 0 && record.rows.conflicts == 0);
    assert!(ingested.posts.iter().all(|posts| posts.len() <= 65_536));
}

/// `cargo test --release -p concerted-case --test readers -- --ignored a_million` under
/// `/usr/bin/time -v` shows what it takes.
#[test]
#[ignore = "measures: a million posts"]
fn a_million_posts_are_ingested() {
    let Some(shared) = shared("a_million_posts") else { return };
    let began = std::time::Instant::now();
    let path = shared.join("data/ira538_to_2016_06.csv.zst");
    let ingested = ingest(&[path], &options(), &|_| {}).unwrap();
    println!("{} posts in {:?}", ingested.manifest.inputs[0].rows.posts, began.elapsed());
    assert!(ingested.manifest.inputs[0].accounts_for_every_row());
}

const POSTS: &str = "platform,account,handle,id,time,text,hashtags\n\
    x,1,a,11,2024-05-01T12:00:00Z,hello #one,one\n\
    x,2,b,12,2024-05-01T12:00:00Z,hello,two\n\
    x,1,aa,13,2024-05-01T12:00:05Z,later,\n\
    x,1,a,11,2024-05-01T12:00:00Z,hello #one,three\n\
    x,1,a,11,2024-05-01T13:00:00Z,edited,\n\
    x,2,b,12,2024-05-01T12:00:00Z,hello,two\n\
    mastodon,1,a,,2024-05-01T12:00:00Z,toot,\n\
    mastodon,1,a,,2024-05-01T12:00:00Z,toot,\n";

#[test]
fn neither_the_order_of_lines_nor_of_files_changes_the_posts() {
    let (header, rows) = POSTS.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    let whole = ingest_all(&[POSTS], &options());
    let rows_of = |ingested: &Ingested| {
        let inputs = &ingested.manifest.inputs;
        let sum = |count: fn(&InputRecord) -> u64| inputs.iter().map(count).sum::<u64>();
        (
            sum(|input| input.rows.posts),
            sum(|input| input.rows.duplicates),
            sum(|input| input.rows.merged),
            sum(|input| input.rows.conflicts),
        )
    };
    assert_eq!(rows_of(&whole), (4, 2, 1, 1));
    for turn in 1..rows.len() {
        let turned = [&rows[turn..], &rows[..turn]].concat();
        let (one, two) = turned.split_at(turned.len() / 2);
        let part = |rows: &[&str]| format!("{header}\n{}\n", rows.join("\n"));
        for parts in [vec![part(&turned)], vec![part(one), part(two)], vec![part(two), part(one)]] {
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            let ingested = ingest_all(&parts, &options());
            assert_eq!(ingested.posts, whole.posts);
            assert_eq!(ingested.accounts, whole.accounts);
            assert_eq!(rows_of(&ingested), rows_of(&whole));
            assert!(ingested.manifest.inputs.iter().all(InputRecord::accounts_for_every_row));
        }
    }
}

#[test]
fn the_earliest_version_stands_and_lists_are_joined() {
    let ingested = ingest_all(&[POSTS], &options());
    let posts = &ingested.posts[0];
    let row = (0..posts.len()).find(|&row| posts.id.value(row) == "11").unwrap();
    assert_eq!(posts.text.value(row), "hello #one");
    assert_eq!(strings_in(&posts.hashtags, row).collect::<Vec<_>>(), ["one", "three"]);
    let made = (0..posts.len()).find(|&row| posts.platform.value(row) == "mastodon").unwrap();
    let id = posts.id.value(made);
    assert!(id.starts_with("sha256:") && id.len() == 7 + 16, "{id}");
}

#[test]
fn an_account_has_its_latest_name_and_the_number_of_its_names() {
    let accounts = ingest_all(&[POSTS], &options()).accounts;
    let row = (0..accounts.len())
        .find(|&row| (accounts.platform.value(row), accounts.id.value(row)) == ("x", "1"))
        .unwrap();
    assert_eq!(accounts.handle.value(row), "aa");
    assert_eq!((accounts.handles.value(row), accounts.posts.value(row)), (2, 2));
}

#[test]
fn a_birth_that_no_id_tells_is_taken_from_the_post_itself() {
    let content = "account,id,time,repost_of\n\
        a,first,2024-05-01T12:00:00Z,\n\
        b,second,2024-05-01T12:01:00Z,first\n\
        c,third,2024-05-01T12:02:00Z,elsewhere\n";
    let ingested = ingest_all(&[content], &options());
    let posts = &ingested.posts[0];
    assert_eq!(posts.repost_of_born.value(1), NOON_US);
    assert_eq!(posts.repost_of_born.iter().flatten().count(), 1);
}

#[test]
fn our_own_names_are_read_from_tables_and_json_alike() {
    let table = "account\ttime\turls\thashtags\n\
        a\t2024-05-01T12:00:00Z\thttps://a.example https://b.example\t[\"x\",\"y\"]\n";
    let json = "{\"account\":\"a\",\"time\":\"2024-05-01T12:00:00Z\",\
        \"urls\":[\"https://a.example\",\"https://b.example\"],\"hashtags\":[\"x\",\"y\"]}\n";
    let posts = |content: &str| {
        let (posts, record) = read_file(file(content).path(), &options()).unwrap();
        assert_eq!(record.format, "concerted");
        posts
            .into_iter()
            .map(|post| PostRow { place: Default::default(), ..post })
            .collect::<Vec<_>>()
    };
    assert_eq!(posts(table), posts(json));
    assert_eq!(posts(json)[0].urls, ["https://a.example", "https://b.example"]);
}

#[test]
fn what_the_source_does_not_list_is_looked_for_in_the_text() {
    let content = "account,time,text\na,2024-05-01T12:00:00Z,#Tag @name https://a.example/x.\n";
    let post = &read_file(file(content).path(), &options()).unwrap().0[0];
    assert_eq!((&post.hashtags[0][..], &post.mentions[0][..]), ("Tag", "name"));
    assert_eq!(post.urls, ["https://a.example/x"]);
}

#[test]
fn a_file_of_no_known_format_is_answered_with_a_mapping_to_try() {
    let file = file("username,created_at,body\n1,2,3\n");
    let error = read_file(file.path(), &options()).unwrap_err();
    assert_eq!(error.kind(), concerted_case::ErrorKind::Input);
    assert!(
        error.hint().ends_with("--map account=username,time=created_at,handle=username,text=body"),
        "{}",
        error.hint()
    );
}

#[test]
fn a_mapping_onto_a_column_that_is_not_there_names_the_nearest() {
    let file = file("user_id,created_at\n1,2024-05-01\n");
    let error = read_file(file.path(), &mapped("account=user_ids,time=created_at")).unwrap_err();
    assert_eq!(error.kind(), concerted_case::ErrorKind::Usage);
    assert_eq!(error.hint(), "did you mean \"user_id\"?");
}

#[test]
fn a_file_with_too_many_bad_rows_is_refused_with_the_reason_and_the_next_step() {
    let bad: String = (0..30).map(|row| format!("a{row},1/2/2024 10:00\n")).collect();
    let content = file(&format!("account,time\n{bad}"));
    let error = ingest(&[content.path().to_owned()], &options(), &|_| {}).unwrap_err();
    assert_eq!(error.kind(), concerted_case::ErrorKind::Input);
    let said = error.to_string();
    assert!(said.contains("30 of 30 rows") && said.contains("first in line 2"), "{said}");
    assert!(error.hint().contains("--time-format"));

    let mut lenient = options();
    lenient.plan.max_rejects = 1.0;
    let ingested = ingest(&[content.path().to_owned()], &lenient, &|_| {}).unwrap();
    assert_eq!(ingested.rejects.len(), 30);
}

#[test]
fn one_bad_row_of_a_small_file_is_reported_and_not_fatal() {
    let ingested =
        ingest_all(&["account,time\na,2024-05-01\nb,yesterday\nc,2024-05-01\n"], &options());
    assert_eq!(ingested.rejects[0].line, 3);
    assert_eq!(ingested.manifest.inputs[0].rows.posts, 2);
}

#[test]
fn every_format_has_a_name_of_its_own() {
    let mut names: Vec<&str> = formats().iter().map(|format| format.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), formats().len());
}
