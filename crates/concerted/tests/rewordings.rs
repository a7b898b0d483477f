//! Rewordings by a language model: candidates that the nulls judge, and no more than that.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod invented;

use std::{fmt::Write as _, fs, path::Path};

use concerted::{
    Inputs, Investigation, Outcome, Span, Timestamp, Trace,
    export::{KeyUse, Level},
    pipeline,
    report::{self, Language, Viewing},
    spread::{self, Sought, Spread},
};
use concerted_testkit::tiny_model::static_model;
use invented::{DAY, START, mixed};
use tempfile::TempDir;

/// Ordinary accounts.
const ORDINARY: u64 = 120;
/// Accounts that say what one of them says, in words of their own.
const NETWORK: u64 = 5;
const MESSAGES: u64 = 14;
/// Things that can be spoken of; each has a word in five vocabularies.
const THINGS: u64 = 160;

/// An invented word for a thing, without a letter sequence in common with its synonyms.
fn word(thing: u64, vocabulary: u64) -> String {
    let mut state = mixed(thing + 1, vocabulary + 77);
    let mut letters = String::new();
    for _ in 0..4 {
        letters.push(char::from(b"bdfgklmnprstvz"[(state % 14) as usize]));
        letters.push(char::from(b"aeiou"[(state / 14 % 5) as usize]));
        state = mixed(state, 3);
    }
    letters
}

fn said(things: &[u64], vocabulary: u64) -> String {
    things.iter().map(|&thing| word(thing, vocabulary)).collect::<Vec<_>>().join(" ")
}

/// Things of a subject: each subject has 40 of the 160.
fn things(subject: u64, message: u64) -> Vec<u64> {
    (0..7).map(|at| subject * 40 + mixed(message, at) % 40).collect()
}

/// Everybody speaks of the things of one subject, in one vocabulary, at the hours of that subject. The network
/// speaks of one subject too: each says the same things as the others within a minute, in other words.
fn world(root: &Path) {
    let mut posts = String::from("id,account,time,text\n");
    let mut post = |account: String, time: u64, text: &str| {
        let _ = writeln!(posts, "{account}-{time},{account},{time},{text}");
    };
    for account in 0..ORDINARY {
        let subject = account % 4;
        for number in 0..18 {
            let day = mixed(account, number) % 20;
            let moment = START + day * DAY + subject * 7_200 + mixed(number, account) % 7_200;
            let text = said(&things(subject, mixed(account + 9, number)), account % 5);
            post(format!("o{account}"), moment, &text);
        }
    }
    for message in 0..MESSAGES {
        let moment = START + (message + 1) * DAY + mixed(message, 5) % 7_000;
        let what = things(0, mixed(message, 1_000_000));
        for account in 0..NETWORK {
            post(format!("n{account}"), moment + 10 * account, &said(&what, account));
        }
    }
    fs::write(root.join("posts.csv"), posts).unwrap();

    // Synonyms have one vector; those of a subject lean to one side.
    let words: Vec<(String, Vec<f32>)> = (0..THINGS)
        .flat_map(|thing| (0..5).map(move |vocabulary| (thing, vocabulary)))
        .map(|(thing, vocabulary)| {
            let mut vector: Vec<f32> =
                (0..64).map(|at| (mixed(thing + 5, at) % 2001) as f32 / 1000.0 - 1.0).collect();
            vector[(thing / 40) as usize] += 4.0;
            (word(thing, vocabulary), vector)
        })
        .collect();
    let words: Vec<(&str, Vec<f32>)> =
        words.iter().map(|(word, vector)| (word.as_str(), vector.clone())).collect();
    let model = root.join("model");
    fs::create_dir(&model).unwrap();
    for (name, bytes) in static_model(&words) {
        fs::write(model.join(name), bytes).unwrap();
    }
}

fn investigated(
    root: &Path,
    case: &str,
    model: bool,
    trace: Option<&str>,
) -> (Outcome, Option<Spread>) {
    let nobody = |_| {};
    let at = root.join(case);
    let mut case = Investigation::open(&at, Vec::new(), Timestamp::LATEST, &nobody).unwrap();
    let mut plan = case.plan().clone();
    plan.detect.decoys = 0;
    plan.detect.windows = vec![Span::seconds(60), Span::seconds(600)];
    plan.copies.model = model.then(|| root.join("model").to_string_lossy().into_owned());
    case.set_plan(plan).unwrap();
    let inputs = Inputs { files: vec![root.join("posts.csv")], ..Inputs::default() };
    let outcome = pipeline::investigate(&mut case, &inputs).unwrap();
    let spread =
        trace.map(|post| spread::spread(&case, &Sought::Post(post.to_owned()), None).unwrap());
    (outcome, spread)
}

#[test]
fn who_says_the_same_in_other_words_is_tied_and_who_shares_a_subject_is_not() {
    let root = TempDir::new().unwrap();
    world(root.path());

    let (blind, _) = investigated(root.path(), "blind", false, None);
    assert_eq!(blind.edges, Some(0), "no two texts have letters in common");

    let first = START + DAY + mixed(0, 5) % 7_000;
    let (found, spread) = investigated(root.path(), "case", true, Some(&format!("n0-{first}")));
    let tested = found.tested.iter().find(|tested| tested.trace == Trace::Rewording).unwrap();
    assert!(tested.hypotheses > 5_000, "the ordinary accounts are compared too: {tested:?}");
    let pairs = NETWORK * (NETWORK - 1) / 2;
    assert_eq!(found.edges, Some(pairs), "{found:?}");
    assert_eq!(found.groups.len(), 1);
    assert_eq!(found.groups[0].accounts, NETWORK);
    assert_eq!(found.groups[0].traces.keys().collect::<Vec<_>>(), [Trace::Rewording.as_str()]);

    let spread = spread.unwrap();
    assert!(spread.ways["candidate of a rewording"] >= NETWORK - 1, "{:?}", spread.ways);
    assert_eq!(spread.ways["said"], 1);
    assert!(spread.candidates.len() as u64 >= NETWORK - 1);
}

#[test]
fn a_report_says_in_every_language_what_candidates_are_where_there_were_any() {
    let root = TempDir::new().unwrap();
    world(root.path());
    let page = |name: &str, language: Language| {
        let nobody = |_| {};
        let at = root.path().join(name);
        let case = Investigation::open(&at, Vec::new(), Timestamp::LATEST, &nobody).unwrap();
        let out = root.path().join(format!("{name}-{}.html", language.as_str()));
        let viewing = Viewing { language, ..Viewing::default() };
        report::share(&case, Level::Evidence, KeyUse::OfCase, viewing, &out).unwrap();
        fs::read_to_string(out).unwrap()
    };
    investigated(root.path(), "blind", false, None);
    investigated(root.path(), "case", true, None);
    for (language, said) in [
        (Language::En, "It does not say that one reworded the other"),
        (Language::Fa, "نمی‌گوید که یکی متن دیگری را بازگفته است"),
    ] {
        let shown = page("case", language);
        assert!(shown.contains(said) && shown.contains("0.50 %"), "{language:?}");
        assert!(!page("blind", language).contains(said), "{language:?}");
    }
}

#[test]
fn a_plan_that_looks_for_rewordings_without_a_model_is_refused_with_the_next_step() {
    let root = TempDir::new().unwrap();
    world(root.path());
    let nobody = |_| {};
    let at = root.path().join("case");
    let mut case = Investigation::open(&at, Vec::new(), Timestamp::LATEST, &nobody).unwrap();
    let mut plan = case.plan().clone();
    plan.detect.traces.push(Trace::Rewording);
    case.set_plan(plan).unwrap();
    let inputs = Inputs { files: vec![root.path().join("posts.csv")], ..Inputs::default() };
    let error = pipeline::investigate(&mut case, &inputs).unwrap_err();
    assert!(error.to_string().contains("needs a language model"), "{error}");
    assert!(error.hint().unwrap().contains("--model"), "{:?}", error.hint());
}
