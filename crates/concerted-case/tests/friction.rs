//! What users of other tools ran into when they brought their files, and the sentence they get here.
//!
//! Each test names the complaint that it answers, by the public thread in which it was made.

#![expect(clippy::unwrap_used, reason = "clippy.toml excuses test functions, not what they share")]

use concerted_case::{
    ingest::{Ingested, ingest},
    readers::{ReadError, ReadOptions},
};
use concerted_model::{Timestamp, tables::strings_in};

fn options(format: Option<&str>) -> ReadOptions {
    // 2027-01-01, so that these tests do not depend on the day.
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
    let format = format.map(str::to_owned);
    ReadOptions { format, ..ReadOptions::at(now) }
}

fn read_as(content: &str, format: Option<&str>) -> Result<Ingested, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("posts.csv");
    std::fs::write(&path, content).unwrap();
    ingest(&[path], &options(format), &|_| {})
}

fn said(error: &ReadError) -> String {
    format!("{error}\nhint: {}", error.hint())
}

const COLUMNS: &str = "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls";

/// coordination-network-toolkit#10: an index column that pandas wrote makes every column the wrong one.
#[test]
fn a_column_of_row_numbers_does_no_harm_and_is_named_where_places_count() {
    let table = format!(",{COLUMNS}\n0,p1,u1,a,,,words,1714564800,\n");
    let ingested = read_as(&table, None).unwrap();
    assert_eq!(ingested.posts[0].account.value(0), "u1");
    let unnamed = table.replace(COLUMNS, "a,b,c,d,e,f,g,h");
    let error = read_as(&unnamed, Some("cnt")).unwrap_err();
    assert_eq!(
        said(&error),
        format!(
            "posts.csv: the format \"cnt\" has eight columns in the order {}, and this table has 9\n\
             hint: give it no column of row numbers, or say which column is which with --map",
            COLUMNS.replace(',', ", ")
        )
    );
}

/// coordination-network-toolkit#40: "wrong number of values", without a line.
#[test]
fn a_row_of_the_wrong_width_is_refused_by_its_line_and_the_rest_is_read() {
    let table = format!(
        "{COLUMNS}\np1,u1,a,,,words,1714564800,\np2,u2,b,,,words, with a comma,1714564801,\n"
    );
    let ingested = read_as(&table, None).unwrap();
    let reject = &ingested.rejects[0];
    assert_eq!((reject.line, reject.detail.as_str()), (3, "9 fields where the header has 8"));
    assert_eq!(ingested.manifest.inputs[0].rows.posts, 1);
}

/// coordination-network-toolkit#42, #44: addresses as a Python list were split into pieces of text.
#[test]
fn addresses_are_read_as_a_list_however_they_are_written() {
    for cell in [
        "\"['https://e.example/1', 'https://e.example/2']\"",
        "https://e.example/1 https://e.example/2",
    ] {
        let table = format!("{COLUMNS}\np1,u1,a,,,words,1714564800,{cell}\n");
        let ingested = read_as(&table, None).unwrap();
        let urls: Vec<&str> = strings_in(&ingested.posts[0].urls, 0).collect();
        assert_eq!(urls, ["https://e.example/1", "https://e.example/2"]);
    }
    let table = format!("{COLUMNS}\np1,u1,a,,,words,1714564800,[]\n");
    let ingested = read_as(&table, None).unwrap();
    assert_eq!(strings_in(&ingested.posts[0].urls, 0).count(), 0, "an empty list is no address");
}

/// coordination-network-toolkit#47: "twarc CSV please"; #20: timelines.
#[test]
fn a_table_of_twarc_is_read_as_it_is() {
    let table = "id,author_id,created_at,text,referenced_tweets.retweeted.id,author.username\n\
        1785640310404022272,1,2024-05-01T12:00:00.000Z,words,,a\n";
    assert_eq!(read_as(table, None).unwrap().manifest.inputs[0].format, "twarc-csv");
}

/// CooRnet#11, #28: a CSV from elsewhere crashed deep inside.
#[test]
fn a_table_of_unknown_columns_is_answered_with_the_mapping_to_try() {
    let error = read_as("Page,When,Said\nA,2024-05-01,words\n", None).unwrap_err();
    assert_eq!(
        said(&error),
        "posts.csv: no known format has these columns: Page, When, Said\n\
         hint: say which is which: --map account=…,time=…"
    );
}

/// CooRnet#12: a missing column crashed deep inside.
#[test]
fn a_missing_column_is_named() {
    let error = read_as(
        "Page Name,Post Created,URL\nA,2024-05-01 12:00:00 EDT,x\n",
        Some("crowdtangle-facebook"),
    )
    .unwrap_err();
    assert_eq!(
        said(&error),
        "posts.csv: the format \"crowdtangle-facebook\" needs a column \"Message\"\n\
         hint: leave --format away to have it told from the content, or give --map"
    );
}

/// The wish behind all of these: "column 7 'timestamp' row 812: …".
#[test]
fn a_value_that_cannot_be_read_is_named_with_its_line() {
    let rows: String = (0..40).map(|row| format!("p{row},u{row},a,,,words,yesterday,\n")).collect();
    let error = read_as(&format!("{COLUMNS}\n{rows}"), None).unwrap_err();
    assert_eq!(
        said(&error),
        "posts.csv: 40 of 40 rows had to be refused, most as bad-time (40), first in line 2: time \
         \"yesterday\" is not a time I know\n\
         hint: is it the right column? Name it with --map time=…, or give its form with --time-format"
    );
}

/// coordination-network-toolkit#46: posts without addresses made forty false pairs, by the empty address.
#[test]
fn an_empty_cell_is_no_object() {
    let table = format!(
        "{COLUMNS}\np1,u1,a,,,words,1714564800,\np2,u2,b,,,words,1714564801,\"['']\"\np3,u3,c,,,words,1714564802,nan\n"
    );
    let ingested = read_as(&table, None).unwrap();
    let posts = &ingested.posts[0];
    assert_eq!(posts.len(), 3);
    assert!((0..3).all(|row| strings_in(&posts.urls, row).count() == 0));
}

/// PEERS: "living sources": other tools read only what is gone or paid for.
#[test]
fn what_people_can_collect_today_is_read() {
    let known: Vec<&str> =
        concerted_case::readers::formats().iter().map(|format| format.name).collect();
    for living in [
        "zeeschuimer",
        "4cat-x",
        "4cat-bluesky",
        "4cat-telegram",
        "4cat-tiktok",
        "jetstream",
        "bluesky-feed",
        "mastodon",
        "telegram-desktop",
        "telethon",
        "mcl",
        "tiktok",
        "youtube",
    ] {
        assert!(known.contains(&living), "{living}");
    }
}

/// coordination-network-toolkit#20: twarc's timelines are pages, a row of which is many posts.
#[test]
fn a_page_of_a_timeline_is_as_many_posts_as_it_holds() {
    let page = "{\"data\":[{\"id\":\"1785640310404022272\",\"author_id\":\"1\",\"text\":\"a\",\
        \"created_at\":\"2024-05-01T12:00:00.000Z\"},{\"id\":\"1785640812671926276\",\"author_id\":\"1\",\
        \"text\":\"b\",\"created_at\":\"2024-05-01T12:02:00.000Z\"}],\"meta\":{\"result_count\":2},\
        \"__twarc\":{}}\n";
    let ingested = read_as(page, None).unwrap();
    assert_eq!(ingested.manifest.inputs[0].format, "x-v2");
    assert_eq!(ingested.posts[0].len(), 2);
}

/// CooRnet#11, #28: other CSVs. A mapping that is asked for and does not fit is answered with what is there.
#[test]
fn a_mapping_to_a_column_that_is_not_there_is_answered_with_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("posts.csv");
    std::fs::write(&path, "page_id,created,said\nA,2024-05-01,words\n").unwrap();
    let mapping = Some("account=pageid,time=created".parse().unwrap());
    let error = ingest(&[path], &ReadOptions { mapping, ..options(None) }, &|_| {}).unwrap_err();
    assert_eq!(
        said(&error),
        "posts.csv: there is no column \"pageid\"\nhint: did you mean \"page_id\"?"
    );
}

/// PEERS: Communalytic's tables. Their columns, as far as others document them for Bluesky (CSDS Pre-processor's
/// README), name accounts by their handles alone, so that a person must say that names are good enough.
#[test]
fn a_table_of_communalytic_is_answered_with_its_mapping_and_read_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("communalytic.csv");
    let table = "id,username,date,text\n\
        at://did:plc:a/app.bsky.feed.post/3krggwxu26k27,a.example,2024-05-01T12:00:00.250Z,see https://e.example/1 #Tag\n\
        at://did:plc:b/app.bsky.feed.post/3krggyqths227,b.example,2024-05-01T12:01:00.250Z,words\n";
    std::fs::write(&path, table).unwrap();
    let read = |options: &ReadOptions| ingest(std::slice::from_ref(&path), options, &|_| {});
    let error = read(&options(None)).unwrap_err();
    let mapping = "account=username,time=date,id=id,handle=username,text=text";
    assert_eq!(
        said(&error),
        format!(
            "communalytic.csv: no known format has these columns: id, username, date, text\n\
             hint: say which is which: --map {mapping}"
        )
    );
    let ingested =
        read(&ReadOptions { mapping: Some(mapping.parse().unwrap()), ..options(None) }).unwrap();
    let posts = &ingested.posts[0];
    assert_eq!(posts.account.iter().flatten().collect::<Vec<_>>(), ["a.example", "b.example"]);
    assert_eq!(strings_in(&posts.urls, 0).collect::<Vec<_>>(), ["https://e.example/1"]);
    assert_eq!(strings_in(&posts.hashtags, 0).collect::<Vec<_>>(), ["Tag"]);
}
