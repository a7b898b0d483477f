//! Big files of posts, made up: the same bytes each time, in two formats.

use std::io::{self, BufWriter, Write};

/// Which format.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// X's archive of information operations, CSV.
    Archive,
    /// X API version 2, flattened, one post a line.
    Lines,
}

const WORDS: [&str; 12] = [
    "bridge",
    "river",
    "همه",
    "gather",
    "noon",
    "today",
    "city",
    "Stadt",
    "открыт",
    "market",
    "rain",
    "楽しい",
];

/// Writes about so many bytes; gives the number of posts.
pub(crate) fn write(kind: Kind, bytes: u64, to: impl Write) -> io::Result<u64> {
    let mut to = BufWriter::with_capacity(1 << 20, to);
    let (mut posts, mut written) = (0_u64, 0_u64);
    if let Kind::Archive = kind {
        writeln!(
            to,
            "\"tweetid\",\"userid\",\"user_display_name\",\"user_screen_name\",\"follower_count\",\"account_language\",\
             \"tweet_language\",\"tweet_text\",\"tweet_time\",\"tweet_client_name\",\"in_reply_to_userid\",\
             \"in_reply_to_tweetid\",\"quoted_tweet_tweetid\",\"is_retweet\",\"retweet_userid\",\"retweet_tweetid\",\
             \"like_count\",\"hashtags\",\"urls\",\"user_mentions\""
        )?;
    }
    while written < bytes {
        // A small generator (Knuth's MMIX) is enough: the words only have to differ.
        let dice =
            posts.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407)
                >> 20;
        let id = 1_785_640_310_404_022_272 + posts * 4_194_304;
        let second = posts / 1_000;
        let (hour, minute, day) = (second / 3_600 % 24, second / 60 % 60, 1 + second / 86_400 % 28);
        let user = dice % 50_000;
        let text: Vec<&str> = (0..14).map(|at| WORDS[((dice >> at) % 12) as usize]).collect();
        let text = text.join(" ");
        let line = match kind {
            Kind::Archive => format!(
                "\"{id}\",\"hash{user:040}=\",\"Name {user}\",\"name_{user}\",\"{}\",\"en\",\"en\",\"{text} #Tag{} \
                 https://example.org/{}\",\"2024-05-{day:02} {hour:02}:{minute:02}\",\"Web App\",\"\",\"\",\"\",\"False\",\"\",\"\",\"3\",\
                 \"[Tag{}]\",\"[https://example.org/{}]\",\"[{}]\"\n",
                dice % 999,
                dice % 77,
                dice % 9_999,
                dice % 77,
                dice % 9_999,
                dice % 50_001
            ),
            Kind::Lines => format!(
                "{{\"id\":\"{id}\",\"author_id\":\"{user}\",\"text\":\"{text} #Tag{} https://example.org/{}\",\
                 \"created_at\":\"2024-05-{day:02}T{hour:02}:{minute:02}:{:02}.000Z\",\"lang\":\"en\",\"source\":\"Web App\",\
                 \"conversation_id\":\"{id}\",\"possibly_sensitive\":false,\"public_metrics\":{{\"retweet_count\":0,\
                 \"reply_count\":0,\"like_count\":{},\"quote_count\":0}},\"entities\":{{\"hashtags\":[{{\"start\":0,\"end\":9,\
                 \"tag\":\"Tag{}\"}}],\"urls\":[{{\"url\":\"https://t.co/x\",\"expanded_url\":\"https://example.org/{}\"}}]}},\
                 \"author\":{{\"id\":\"{user}\",\"username\":\"name_{user}\",\"name\":\"Name {user}\"}}}}\n",
                dice % 77,
                dice % 9_999,
                second % 60,
                dice % 999,
                dice % 77,
                dice % 9_999
            ),
        };
        to.write_all(line.as_bytes())?;
        written += line.len() as u64;
        posts += 1;
    }
    to.flush()?;
    Ok(posts)
}
