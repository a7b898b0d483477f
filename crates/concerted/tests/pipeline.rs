//! The whole way of the data: what it gives must not depend on threads, on the order of lines, or
//! on how often it is run; and hostile text must stay text.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Mutex,
};

use concerted::{Event, Inputs, Investigation, Outcome, Stage, Timestamp, Trace, export, pipeline};
use concerted_testkit::{NearCopiesPlan, demo_plan, generate, near_copies, write_csv};
use tempfile::TempDir;

fn world() -> String {
    let mut csv = Vec::new();
    write_csv(&generate(&demo_plan(3)), &mut csv).unwrap();
    String::from_utf8(csv).unwrap()
}

/// The same rows in another order: no field of the world holds a line feed.
fn shuffled(csv: &str) -> String {
    let mut lines: Vec<&str> = csv.lines().collect();
    let rows = &mut lines[1..];
    let count = rows.len();
    // A fixed permutation that is nothing like the order of time.
    rows.reverse();
    (0..count).for_each(|place| rows.swap(place, (place * 7919 + 13) % count));
    lines.join("\n") + "\n"
}

struct Run {
    root: TempDir,
    events: Vec<Event>,
    outcome: Outcome,
}

fn run_in(root: TempDir, posts: &str, threads: usize) -> Run {
    let file = root.path().join("posts.csv");
    fs::write(&file, posts).unwrap();
    let events = Mutex::new(Vec::new());
    let listener = |event| events.lock().unwrap().push(event);
    let case = root.path().join("case");
    let out = root.path().join("out");
    let outcome = concerted::with_threads(NonZeroUsize::new(threads), || {
        let words = vec!["investigate".to_owned()];
        let mut case = Investigation::open(&case, words, Timestamp::LATEST, &listener).unwrap();
        let inputs = Inputs { files: vec![file], ..Inputs::default() };
        let outcome = pipeline::investigate(&mut case, &inputs).unwrap();
        export::csv(&case, &out).unwrap();
        outcome
    });
    Run { root, events: events.into_inner().unwrap(), outcome }
}

fn run(posts: &str, threads: usize) -> Run {
    run_in(tempfile::tempdir().unwrap(), posts, threads)
}

/// Every Parquet and CSV file of a run, by name.
fn results(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.join("case/stages"), root.join("out")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "parquet" || e == "csv") {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn differing(left: &Run, right: &Run) -> Vec<String> {
    let (left, right) = (results(left.root.path()), results(right.root.path()));
    assert!(left.len() >= 12, "too few files to compare: {:?}", left.keys());
    assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>());
    let differ = left.iter().filter(|(name, bytes)| right[*name] != **bytes);
    differ.map(|(name, _)| name.clone()).collect()
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let posts = world();
    assert_eq!(differing(&run(&posts, 1), &run(&posts, 2)), Vec::<String>::new());
}

#[test]
fn shuffled_lines_give_the_same_bytes_but_for_where_each_post_stood() {
    let posts = world();
    let other = shuffled(&posts);
    assert_ne!(posts, other);
    assert_eq!(differing(&run(&posts, 2), &run(&other, 2)), ["sources.parquet"]);
}

#[test]
fn a_second_run_computes_nothing_and_a_changed_plan_only_what_follows_it() {
    let posts = world();
    let first = run(&posts, 2);
    assert!(first.events.contains(&Event::Started(Stage::Ingest)));
    let again = run_in(first.root, &posts, 2);
    let started = |run: &Run| -> Vec<Stage> {
        let stages = run.events.iter().filter_map(|event| match event {
            Event::Started(stage) => Some(*stage),
            _ => None,
        });
        stages.collect()
    };
    assert_eq!(started(&again), []);
    assert_eq!(again.outcome, first.outcome);

    let plan = again.root.path().join("case/case.toml");
    let text = fs::read_to_string(&plan).unwrap();
    assert!(text.contains("resolution = 1.0"), "{text}");
    fs::write(&plan, text.replace("resolution = 1.0", "resolution = 1.5")).unwrap();
    let changed = run_in(again.root, &posts, 2);
    assert_eq!(started(&changed), [Stage::Groups, Stage::Decoys, Stage::Report]);
}

#[test]
fn a_crowd_is_announced_before_it_is_gone_through_and_told_of_in_the_report() {
    // Eight hundred accounts pass on the same three posts, each post within one hour.
    let mut posts =
        String::from("message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\n");
    for row in 0..2_400_u32 {
        let (object, account) = (row % 3, row / 3);
        let pace = [2_749, 1_361, 3_089][object as usize];
        let time = 1_700_000_000 + 18_000 * object + account * pace % 3_600;
        posts += &format!("m{row},u{account},,o{object},,again,{time},\n");
    }
    let run = run(&posts, 2);
    let place = |wanted: &dyn Fn(&Event) -> bool| run.events.iter().position(wanted).unwrap();
    let ahead = place(&|event| {
        matches!(event, Event::Ahead(work) if work.trace == Trace::Repost
            && (work.crowded, work.crowded_pairs) == (3, 3 * 800 * 799 / 2)
            && work.crowded_compared.is_none())
    });
    assert!(ahead < place(&|event| *event == Event::Finished(Stage::Pairs)));
    let report = fs::read_to_string(run.root.path().join("case/report.html")).unwrap();
    assert!(report.contains("Crowds (") && report.contains("958,800"));
    assert!(run.outcome.edges == Some(0) && run.outcome.groups.is_empty());
}

#[test]
fn hostile_text_stays_text_in_the_report() {
    let hostile =
        "<script>window.__xss=1</script><img src=x onerror=alert(1)> \u{202e}evil\u{202c}";
    let together = (0..40).flat_map(|n| ["first<b>", "second'>"].map(|who| (n, who)));
    let together: String = together
        .map(|(n, who)| {
            let (day, hour, minute) = (1 + n % 9, n % 24, n / 24 * 20);
            // They take turns at being first: who always follows is another's shadow.
            let second = (n + usize::from(who.starts_with('s'))) % 2;
            let text = format!("{hostile} with enough words, number {n} of many");
            format!("{who},2024-05-0{day}T{hour:02}:{minute:02}:0{second}Z,\"{text}\"\n")
        })
        .collect();
    let apart: String = (0..400)
        .map(|n| {
            let (who, day, hour) = (n % 90, 1 + n % 9, n % 24);
            let text = format!("my own words about bread and clocks, number {n}");
            format!("person{who},2024-05-0{day}T{hour:02}:30:00Z,\"{text}\"\n")
        })
        .collect();
    let mut found = run(&format!("account,time,text\n{together}{apart}"), 2);
    assert!(found.outcome.edges.unwrap() > 0, "nothing was found, so nothing hostile was shown");
    // A pair is a tie, but a group only if the plan says that two are enough.
    let plan = found.root.path().join("case/case.toml");
    let text = fs::read_to_string(&plan).unwrap();
    fs::write(&plan, text.replace("min_accounts = 3", "min_accounts = 2")).unwrap();
    let posts = fs::read_to_string(found.root.path().join("posts.csv")).unwrap();
    found = run_in(found.root, &posts, 2);
    let page = fs::read_to_string(found.root.path().join("case/report.html")).unwrap();
    let page = page.replace("&#60;", "&lt;");
    assert!(page.contains("&lt;script"), "the text is not shown");
    assert!(page.contains("⟨U+202E⟩"), "the direction mark is not shown");
    for never in ["<script", "<img", "<b>", "\u{202e}"] {
        assert!(!page.contains(never), "the report holds {never:?}");
    }
}

#[test]
fn the_report_needs_nothing_from_outside_and_judges_nobody() {
    let found = run(&world(), 2);
    let page = fs::read_to_string(found.root.path().join("case/report.html")).unwrap();
    assert!(page.contains("default-src 'none'"));
    for never in ["<script", "<link", "<iframe", "@import", "url("] {
        assert!(!page.contains(never), "the report holds {never:?}");
    }
    let template = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("templates/report.html");
    let template = fs::read_to_string(template).unwrap().to_lowercase();
    let words: Vec<&str> = template.split(|c: char| !c.is_alphabetic()).collect();
    let verdicts =
        ["bot", "bots", "troll", "trolls", "fake", "inauthentic", "foreign", "paid", "operator"];
    for verdict in verdicts {
        assert!(!words.contains(&verdict), "the report's own words hold \"{verdict}\"");
    }
}

#[test]
fn how_much_memory_is_allowed_changes_no_byte_of_the_copies() {
    let mut posts = "id,account,time,text\n".to_owned();
    for (number, post) in near_copies(&NearCopiesPlan { posts: 3_000, seed: 5 }).iter().enumerate()
    {
        let (account, time) = (number % 40, 1_700_000_000 + post.second);
        let text = post.text.replace('"', "'");
        writeln!(posts, "{number},a{account},{time},\"{text}\"").unwrap();
    }
    let copies = |memory: Option<&str>| {
        let root = TempDir::new().unwrap();
        let file = root.path().join("posts.csv");
        fs::write(&file, &posts).unwrap();
        let nobody = |_| {};
        let at = root.path().join("case");
        let mut case = Investigation::open(&at, Vec::new(), Timestamp::LATEST, &nobody).unwrap();
        case.set_memory(memory.map(|amount| amount.parse().unwrap()));
        let inputs = Inputs { files: vec![file], ..Inputs::default() };
        pipeline::ingest(&mut case, &inputs).unwrap();
        pipeline::tie(&mut case).unwrap();
        let stage = fs::read_dir(at.join("stages/copies")).unwrap().next().unwrap().unwrap().path();
        ["copies.parquet", "counts.json"].map(|name| fs::read(stage.join(name)).unwrap())
    };
    // A quarter of it holds the letter sequences of fewer than a third of the texts.
    let (little, whole) = (copies(Some("1MiB")), copies(None));
    assert!(whole[0].len() > 50_000, "{}", whole[0].len());
    assert!(little == whole);
}
