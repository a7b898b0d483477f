//! Worlds as files: posts as CSV (RFC 4180), the truth as JSON.
//!
//! **Invariant:** the same world gives the same bytes.

use std::io::{self, Write};

use jiff::Timestamp;

use crate::world::{World, WorldPost};

/// The columns of the CSV.
pub const HEADER: [&str; 15] = [
    "platform",
    "account",
    "handle",
    "id",
    "kind",
    "time",
    "text",
    "language",
    "repost_of",
    "repost_of_account",
    "reply_to",
    "reply_to_account",
    "urls",
    "hashtags",
    "mentions",
];

/// Writes the posts, with times in RFC 3339 UTC to the millisecond and lists as JSON arrays.
///
/// # Errors
/// Those of the writer, and a post whose time no calendar has.
pub fn write_csv(world: &World, to: impl Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(to);
    csv.write_record(HEADER)?;
    for post in &world.posts {
        write_post(post, &mut csv)?;
    }
    csv.flush()
}

fn write_post(post: &WorldPost, csv: &mut csv::Writer<impl Write>) -> io::Result<()> {
    let time = Timestamp::from_millisecond(post.time_ms).map_err(io::Error::other)?;
    let or_empty = |field: &Option<String>| field.clone().unwrap_or_default();
    csv.write_record([
        "x",
        &post.account,
        &post.handle,
        &post.id,
        post.kind.as_str(),
        &format!("{time:.3}"),
        &post.text,
        post.language,
        &or_empty(&post.repost_of),
        &or_empty(&post.repost_of_account),
        &or_empty(&post.reply_to),
        &or_empty(&post.reply_to_account),
        &serde_json::to_string(&post.urls)?,
        &serde_json::to_string(&post.hashtags)?,
        &serde_json::to_string(&post.mentions)?,
    ])?;
    Ok(())
}

/// Writes what is true of the world, for people and scripts.
///
/// # Errors
/// Those of the writer.
pub fn write_truth_json(world: &World, mut to: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut to, &world.truth)?;
    writeln!(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{truth::Truth, world::PostKind};

    #[test]
    fn a_row_is_quoted_where_it_must_be_and_its_time_has_milliseconds() {
        let post = WorldPost {
            account: "1".into(),
            handle: "h".into(),
            id: "2".into(),
            time_ms: 1_709_510_400_000,
            kind: PostKind::Original,
            text: "a, \"b\"".into(),
            language: "en",
            repost_of: None,
            repost_of_account: None,
            quote_of: None,
            reply_to: None,
            reply_to_account: None,
            urls: vec!["https://example.org/a".into()],
            hashtags: vec![],
            mentions: vec![],
        };
        let world = World { posts: vec![post], truth: Truth::default() };
        let mut bytes = Vec::new();
        write_csv(&world, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let row = text.lines().nth(1).unwrap();
        assert_eq!(
            row,
            "x,1,h,2,original,2024-03-04T00:00:00.000Z,\"a, \"\"b\"\"\",en,,,,,\
             \"[\"\"https://example.org/a\"\"]\",[],[]"
        );
    }
}
