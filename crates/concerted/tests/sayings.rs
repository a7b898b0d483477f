//! What many people say on their own: a slogan, a prayer, a petition's template and an agency's line
//! are clusters of copies, and no tie of the trace `text`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{fs, path::Path};

use concerted::{Inputs, Investigation, Timestamp, browse::Snapshot, pipeline};
use concerted_testkit::{PostKind, Study, World, WorldPost, generate, snowflake, write_csv};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A fixed sequence without a pattern.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: i64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % n
    }
}

/// Adds what so many of the accounts say, each at a moment of its own, in words of its own where `words` varies them.
fn say(
    world: &mut World,
    draw: &mut Draw,
    share: i64,
    when: impl Fn(&mut Draw) -> i64,
    words: impl Fn(&mut Draw) -> String,
) {
    let mut accounts: Vec<(String, String)> =
        world.posts.iter().map(|post| (post.account.clone(), post.handle.clone())).collect();
    accounts.sort();
    accounts.dedup();
    let start = world.posts[0].time_ms;
    for (account, handle) in accounts {
        if draw.below(100) >= share {
            continue;
        }
        let time_ms = start + when(draw);
        world.posts.push(WorldPost {
            // Beyond the places that the world itself gives to posts of one millisecond.
            id: snowflake::id(time_ms, 1_000 + draw.below(1_000_000) as u32).to_string(),
            account,
            handle,
            time_ms,
            kind: PostKind::Original,
            text: words(draw),
            language: "en",
            repost_of: None,
            repost_of_account: None,
            quote_of: None,
            reply_to: None,
            reply_to_account: None,
            urls: Vec::new(),
            hashtags: Vec::new(),
            mentions: Vec::new(),
        });
    }
}

/// The innocent world with sayings in it: each cluster by hundreds of accounts.
fn world() -> World {
    let mut world = generate(&Study::Fandoms.plan(7));
    let mut draw = Draw(11);
    let draw = &mut draw;
    for n in 0..6 {
        // A slogan at any hour of twelve days.
        say(
            &mut world,
            draw,
            8,
            |draw| draw.below(12 * DAY_MS),
            move |_| format!("Clean water for every village, slogan number {n} of us all"),
        );
        // A prayer within the same hour of one day a week.
        say(
            &mut world,
            draw,
            6,
            move |draw| (n % 2) * 7 * DAY_MS + 2 * DAY_MS + 12 * HOUR_MS + draw.below(HOUR_MS),
            move |_| {
                format!("May this day bring rest to all who are tired, verse {n} for everyone")
            },
        );
        // A petition's template with a name filled in, on two days.
        say(
            &mut world,
            draw,
            6,
            move |draw| (3 + n) * DAY_MS / 2 + draw.below(2 * DAY_MS),
            move |draw| {
                format!(
                    "I, {}, ask the council to keep the old bridge number {n} open for people on foot",
                    ["Anna", "Otto", "Mira", "Juno", "Ivo"][draw.below(5) as usize]
                )
            },
        );
        // An agency's line, most of it within the first hour.
        say(
            &mut world,
            draw,
            4,
            move |draw| (4 + n) * DAY_MS + draw.below(HOUR_MS).min(draw.below(HOUR_MS)),
            move |_| {
                format!(
                    "AGENCY: storm number {n} has reached the coast, ferries stay in the harbour"
                )
            },
        );
    }
    world.posts.sort_by_key(|post| post.time_ms);
    world
}

#[test]
fn a_slogan_a_prayer_a_petition_and_an_agency_line_make_no_tie_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("posts.csv");
    write_csv(&world(), fs::File::create(&file).unwrap()).unwrap();
    let root = folder.path().join("case");
    investigate(&root, &file);
    let network = Snapshot::open(&root).unwrap().network().unwrap();
    let of_text: Vec<usize> =
        (0..network.len()).filter(|&row| network.trace.value(row) == "text").collect();
    assert_eq!(of_text, Vec::<usize>::new(), "ties in text among people who say what all say");
}

fn investigate(root: &Path, file: &Path) {
    let mut case = Investigation::open(root, Vec::new(), Timestamp::LATEST, &|_| {}).unwrap();
    let inputs = Inputs { files: vec![file.to_owned()], ..Inputs::default() };
    pipeline::investigate(&mut case, &inputs).unwrap();
}
