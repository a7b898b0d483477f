//! The four clocks of a post, as far as its source has them.

#![expect(clippy::unwrap_used, reason = "clippy.toml excuses test functions, not what they share")]

use concerted_case::{
    ingest::{Ingested, ingest},
    readers::ReadOptions,
};
use concerted_model::Timestamp;

fn read(content: &str) -> Ingested {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("posts");
    std::fs::write(&path, content).unwrap();
    // 2027-01-01, so that these tests do not depend on the day.
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
    ingest(&[path], &ReadOptions::at(now), &|_| {}).unwrap()
}

#[test]
fn every_clock_that_a_source_has_is_kept() {
    // The author's clock is an hour behind the server's.
    let line = "{\"did\":\"did:plc:a\",\"time_us\":1714564800250000,\"kind\":\"commit\",\"commit\":{\"rev\":\"3krggwxu26k27\",\
        \"operation\":\"create\",\"collection\":\"app.bsky.feed.post\",\"rkey\":\"3krggwxu26k27\",\"record\":{\"$type\":\
        \"app.bsky.feed.post\",\"createdAt\":\"2024-05-01T11:00:00.000Z\",\"text\":\"words\"},\"cid\":\"x\"}}\n";
    let read = read(line);
    let clocks = &read.clocks[0];
    assert_eq!(clocks.server.value(0), 1_714_564_800_250_000);
    assert_eq!(clocks.id.value(0), 1_714_564_800_250_000);
    assert_eq!(clocks.claimed.value(0), 1_714_561_200_000_000);
    let pairs = &read.manifest.inputs[0].clock_pairs;
    assert_eq!((pairs["claimed and server"].agree, pairs["claimed and server"].disagree), (0, 1));
    assert_eq!(pairs["id and server"].agree, 1);
}

/// 2024-05-02, when all of these say that they were collected.
const COLLECTED_US: i64 = 1_714_608_000_000_000;

const COLLECTED: &[(&str, &str)] = &[
    (
        "4cat-bluesky",
        "collected_at,id,author,author_id,body,quoted_post,replied_to_post,replies_allowed,timestamp\n\
        2024-05-02T00:00:00,at://did:plc:a/app.bsky.feed.post/3krggwxu26k27,a.example,did:plc:a,words,,,True,1714564800\n",
    ),
    (
        "4cat-gab",
        "collected_at,id,created_at,body,reaction_count,favourites_count,account_id,account_username\n\
        2024-05-02 00:00:00,112,2024-05-01T12:00:00.250Z,words,0,0,1,a\n",
    ),
    (
        "twarc-csv",
        "id,author_id,created_at,text,referenced_tweets.retweeted.id,__twarc.retrieved_at\n\
        1785640310404022272,1,2024-05-01T12:00:00.000Z,words,,2024-05-02T02:00:00+02:00\n",
    ),
    (
        "x-v2",
        "{\"id\":\"1785640310404022272\",\"author_id\":\"1\",\"text\":\"words\",\"created_at\":\"2024-05-01T12:00:00.000Z\",\
        \"__twarc\":{\"retrieved_at\":\"2024-05-02T00:00:00+00:00\"}}\n",
    ),
    (
        "zeeschuimer",
        "{\"item_id\":\"7363999742872787800\",\"timestamp_collected\":1714608000000,\"source_platform\":\"tiktok.com\",\
        \"data\":{\"id\":\"7363999742872787800\",\"desc\":\"words\",\"createTime\":1714564800,\"author\":{\"id\":\"1\"}}}\n",
    ),
    (
        "reddit",
        "{\"id\":\"1ch00\",\"author\":\"a\",\"author_fullname\":\"t2_a\",\"created_utc\":1714564800,\"subreddit\":\"demo\",\
        \"title\":\"words\",\"selftext\":\"\",\"is_self\":true,\"retrieved_on\":1714608000}\n",
    ),
];

#[test]
fn when_a_post_was_collected_is_kept_wherever_a_source_tells_it() {
    for (format, content) in COLLECTED {
        let read = read(content);
        let input = &read.manifest.inputs[0];
        assert_eq!(input.format, *format);
        assert_eq!(read.clocks[0].collected.value(0), COLLECTED_US, "{format}");
        assert!(read.posts[0].time.value(0) < COLLECTED_US, "{format}: it is no time of a post");
        let told = "collected from 2024-05-02T00:00:00Z to 2024-05-02T00:00:00Z";
        assert!(input.notes.iter().any(|note| note == told), "{format}: {:?}", input.notes);
    }
}

#[test]
fn a_post_that_claims_a_time_after_it_was_collected_is_counted_as_a_wrong_clock() {
    let late = COLLECTED[0].1.replace("1714564800", "1714680000");
    let notes = &read(&late).manifest.inputs[0].notes;
    assert!(
        notes.iter().any(|note| note.contains("1 posts claim a time after they were collected"))
    );
}

#[test]
fn a_source_that_does_not_say_when_it_was_collected_leaves_that_clock_empty() {
    use arrow_array::Array;
    let read = read("account,time,text\na,2024-05-01T12:00:00Z,words\n");
    assert!(read.clocks[0].collected.is_null(0));
}
