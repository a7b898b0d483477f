//! The words that accusations end in, whole statements: the copycat attack, the selective list, the list
//! that was picked from the posts, the posts that were collected by the list or by one hashtag, and too little.
//!
//! `UPDATE=1` writes the expected texts anew; read the difference before you keep it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{fs, path::Path, time::Duration};

use concerted::{
    Inputs, Investigation,
    audit::{self, Audit, ClaimFile, Request, Verdict},
    export::{KeyUse, Level},
    now, pipeline,
    report::Language,
};
use concerted_testkit::{
    PlantedGroup, SourcePlan, Style, World, WorldPlan, generate, with_copycats, write_csv,
};

fn plan() -> WorldPlan {
    WorldPlan {
        seed: 3,
        accounts: 1_000,
        actions: 30_000,
        sources: SourcePlan { count: 60, posts: 3_000, ..SourcePlan::default() },
        planted: vec![PlantedGroup {
            size: 16,
            joint_actions: 18,
            participation: 0.9,
            style: Style::Tight { mean_delay: Duration::from_secs(20) },
        }],
        ..WorldPlan::default()
    }
}

/// Audits a list and holds the statement against the expected one.
fn answered(name: &str, world: &World, accused: &[String], claim: ClaimFile) -> Audit {
    let folder = tempfile::tempdir().unwrap();
    let posts = folder.path().join("posts.csv");
    let mut csv = Vec::new();
    write_csv(world, &mut csv).unwrap();
    fs::write(&posts, csv).unwrap();
    let words = vec!["test".to_owned()];
    let mut case = Investigation::open(&folder.path().join("case"), words, now(), &|_| {}).unwrap();
    pipeline::ingest(&mut case, &Inputs { files: vec![posts], ..Inputs::default() }).unwrap();
    let request = Request { accused: accused.to_vec(), control: None, claim };
    let audit = audit::audit(&mut case, &request).unwrap();
    let file = folder.path().join("statement.md");
    let level = (Level::Evidence, KeyUse::OfCase);
    audit::write_statement(&case, &audit, Language::En, level, &file).unwrap();
    let written = fs::read_to_string(&file).unwrap();
    let expected =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/accusations/{name}.md"));
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(expected.parent().unwrap()).unwrap();
        fs::write(&expected, &written).unwrap();
    }
    assert_eq!(written, fs::read_to_string(&expected).unwrap(), "{}", expected.display());
    audit
}

fn network(world: &World) -> &[String] {
    &world.truth.groups[0].members
}

#[test]
fn copycats_convict_themselves_and_not_whom_they_shadow() {
    let (world, innocent, copycats) = with_copycats(generate(&plan()));
    let list: Vec<String> = copycats.iter().chain([&innocent]).cloned().collect();
    let audit = answered("copycats", &world, &list, ClaimFile::default());
    let without: Vec<&str> = audit.without_support.iter().map(audit::Member::id).collect();
    assert_eq!(without, [innocent]);
    assert_eq!(audit.supported.len(), copycats.len());
}

#[test]
fn a_selective_list_is_told_whom_it_leaves_out() {
    let world = generate(&plan());
    let (listed, left_out) = network(&world).split_at(8);
    let audit = answered("selective", &world, listed, ClaimFile::default());
    assert_eq!(audit.claims[0].verdict, Verdict::Supported);
    let named = audit.outsiders.iter().map(audit::Member::id);
    assert!(named.clone().count() >= 7);
    assert!(named.into_iter().all(|id| left_out.iter().any(|account| account == id)));
}

#[test]
fn a_list_that_was_picked_from_these_posts_decides_nothing() {
    let world = generate(&plan());
    let claim = ClaimFile { picked_from_this_data: true, ..ClaimFile::default() };
    let audit = answered("picked-from-these-posts", &world, network(&world), claim);
    assert!(audit.claims.iter().all(|claim| claim.verdict == Verdict::Undecidable));
    assert!(audit.supported.is_empty() && audit.without_support.is_empty());
}

#[test]
fn of_a_list_that_was_picked_from_the_first_days_the_later_ones_speak() {
    let world = generate(&plan());
    let claim = ClaimFile {
        picked_from_this_data: true,
        made: Some("2024-03-10".to_owned()),
        ..ClaimFile::default()
    };
    let audit = answered("picked-earlier", &world, network(&world), claim);
    assert!(audit.used.since_seconds.is_some() && !audit.used.circular);
}

#[test]
fn posts_that_were_collected_by_the_list_leave_nobody_to_compare_with() {
    let world = generate(&plan());
    let claim = ClaimFile { collected: Some("by-list".to_owned()), ..ClaimFile::default() };
    let audit = answered("collected-by-the-list", &world, network(&world), claim);
    assert!(audit.claims.iter().all(|claim| claim.verdict == Verdict::Undecidable));
}

#[test]
fn the_hashtag_that_posts_were_collected_by_has_no_voice() {
    let world = generate(&WorldPlan { one_hashtag: Some("OldHarbour".to_owned()), ..plan() });
    let ordinary: Vec<String> = {
        let mut accounts: Vec<&String> = world.posts.iter().map(|post| &post.account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let step = accounts.len() / 20;
        let free = accounts.into_iter().filter(|account| !network(&world).contains(account));
        free.step_by(step).take(20).cloned().collect()
    };
    let audit = answered("collected-by-hashtag", &world, &ordinary, ClaimFile::default());
    assert!(audit.used.by_hashtag && audit.used.hashtags_left_out >= 1);
    assert_ne!(audit.claims[0].verdict, Verdict::Supported);
    assert!(audit.supported.is_empty());
}

#[test]
fn too_little_is_undecidable_and_the_words_say_what_would_decide_it() {
    let world = generate(&plan());
    let audit = answered("too-little", &world, &network(&world)[..2], ClaimFile::default());
    assert_eq!(audit.claims[0].verdict, Verdict::Undecidable);
    let page = audit::sentences(&audit.claims[0], Language::En).2.join(" ");
    assert!(page.contains("To decide it, add"), "{page}");
}
