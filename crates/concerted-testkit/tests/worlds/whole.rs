//! Worlds as a whole: order, ids, the laws of ordinary behaviour, the files.

use std::collections::{HashMap, HashSet};

use crate::facts::{Facts, mean, median, near};
use concerted_testkit::{
    PlantedGroup, PostKind, Study, World, WorldPlan, demo_plan, generate, snowflake, write_csv,
    write_truth_json,
};

fn study(study: Study) -> World {
    generate(&study.plan(1))
}

fn csv(world: &World) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write_csv(world, &mut bytes)?;
    Ok(bytes)
}

/// FNV-1a, which needs no crate and is enough to notice a change.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_every_machine() {
    // Another number means that everybody's worlds have changed: say so in the changelog.
    assert_eq!(fingerprint(&csv(&study(Study::Demo)).unwrap()), 7_101_637_891_838_429_213);
}

#[test]
fn another_seed_gives_another_world() {
    assert_ne!(csv(&generate(&demo_plan(1))).unwrap(), csv(&generate(&demo_plan(2))).unwrap());
}

#[test]
fn the_csv_has_a_header_and_a_row_for_each_post() {
    let world = study(Study::Demo);
    let text = String::from_utf8(csv(&world).unwrap()).unwrap();
    assert!(text.starts_with(
        "platform,account,handle,id,kind,time,text,language,repost_of,repost_of_account,\
         reply_to,reply_to_account,urls,hashtags,mentions\nx,"
    ));
    assert_eq!(text.lines().count(), world.posts.len() + 1);
}

#[test]
fn the_truth_reads_back_from_its_json() {
    let world = study(Study::Demo);
    let mut bytes = Vec::new();
    write_truth_json(&world, &mut bytes).unwrap();
    let truth: concerted_testkit::Truth = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(truth, world.truth);
}

#[test]
fn posts_are_in_order_with_ids_of_their_own_that_say_their_time() {
    let world = study(Study::Everything);
    assert!(world.posts.is_sorted_by_key(|post| post.time_ms));
    let ids: HashSet<&str> = world.posts.iter().map(|post| post.id.as_str()).collect();
    assert_eq!(ids.len(), world.posts.len());
    for post in &world.posts {
        assert_eq!(snowflake::time_ms(post.id.parse().unwrap()), post.time_ms);
    }
}

#[test]
fn nothing_comes_before_what_it_responds_to() {
    let plan = Study::Everything.plan(1);
    let world = generate(&plan);
    let facts = Facts::of(&world);
    let mut older = 0;
    for post in &world.posts {
        for target in [&post.repost_of, &post.reply_to, &post.quote_of].into_iter().flatten() {
            let birth = snowflake::time_ms(target.parse().unwrap());
            assert!(birth < post.time_ms, "{post:?}");
            let collected = facts.posts.contains_key(target.as_str());
            assert_eq!(collected, birth >= plan.start_ms, "{post:?}");
            older += usize::from(!collected);
        }
    }
    assert!(older > 0, "the first hours respond to what was born before");
}

#[test]
fn a_repost_says_whom_and_what_it_passes_on() {
    let world = study(Study::Demo);
    let facts = Facts::of(&world);
    let mut checked = 0;
    for post in world.posts.iter().filter(|post| post.kind == PostKind::Repost) {
        let Some(original) = facts.posts.get(post.repost_of.as_deref().unwrap()) else { continue };
        assert_eq!(post.text, format!("RT @{}: {}", original.handle, original.text));
        assert_eq!(post.repost_of_account.as_ref(), Some(&original.account));
        assert_eq!(&post.mentions[..], std::slice::from_ref(&original.handle));
        checked += 1;
    }
    assert!(checked > 10_000, "{checked}");
}

#[test]
fn lags_of_ordinary_responses_are_lognormal_with_the_plans_median() {
    let world = study(Study::Quiet);
    let lags: Vec<f64> = world
        .posts
        .iter()
        .filter_map(|post| {
            let target = post.repost_of.as_ref().or(post.reply_to.as_ref())?;
            Some((post.time_ms - snowflake::time_ms(target.parse().ok()?)) as f64 / 60e3)
        })
        .collect();
    near("median lag, minutes", median(&lags), 40.0, 4.0);
    let logs: Vec<f64> = lags.iter().map(|lag| lag.ln()).collect();
    let centre = mean(&logs);
    let squares: Vec<f64> = logs.iter().map(|log| (log - centre).powi(2)).collect();
    near("sigma", mean(&squares).sqrt(), 1.6, 0.1);
}

#[test]
fn the_study_world_has_its_size() {
    let world = study(Study::Null);
    let responses = world.posts.iter().filter(|post| post.kind != PostKind::Original).count();
    near("responses", responses as f64, 250_000.0, 10_000.0);
    near("posts", world.posts.len() as f64, 284_000.0, 10_000.0);
    let accounts: HashSet<&str> = world.posts.iter().map(|post| post.account.as_str()).collect();
    near("accounts seen", accounts.len() as f64, 7_900.0, 100.0);
    near("auto-reposters", world.truth.auto_reposters.len() as f64, 80.0, 0.5);
    assert!(world.truth.groups.is_empty() && world.truth.fandoms.is_empty());
}

#[test]
fn activity_is_lognormal() {
    let world = study(Study::Quiet);
    let mut counts: HashMap<&str, f64> = HashMap::new();
    for post in world.posts.iter().filter(|post| post.kind == PostKind::Repost) {
        *counts.entry(&post.account).or_default() += 1.0;
    }
    let mut counts: Vec<f64> = counts.into_values().collect();
    counts.sort_by(|left, right| right.total_cmp(left));
    let total: f64 = counts.iter().sum();
    let top: f64 = counts[..800].iter().sum();
    // With sigma 1.2 the busiest tenth does Φ(1.2 − 1.28) of everything.
    near("share of the busiest tenth", top / total, 0.467, 0.03);
}

#[test]
fn evenings_are_busy_and_nights_quiet_where_people_live() {
    let world = study(Study::Quiet);
    let mut hours = [0_u32; 24];
    for post in world.posts.iter().filter(|post| post.language == "fa" && post.reply_to.is_some()) {
        let local = post.time_ms + 210 * 60_000;
        hours[(local.rem_euclid(86_400_000) / 3_600_000) as usize] += 1;
    }
    let busiest = (0..24).max_by_key(|hour| hours[*hour]).unwrap();
    let quietest = (0..24).min_by_key(|hour| hours[*hour]).unwrap();
    assert!((18..=22).contains(&busiest), "{hours:?}");
    assert!((2..=5).contains(&quietest), "{hours:?}");
}

#[test]
fn an_eighth_of_responses_goes_to_other_communities() {
    let world = study(Study::Quiet);
    let facts = Facts::of(&world);
    let (mut all, mut abroad) = (0.0, 0.0);
    for post in world.posts.iter().filter(|post| post.language == "fa") {
        let Some(target) = post.reply_to.as_deref().and_then(|id| facts.posts.get(id)) else {
            continue;
        };
        all += 1.0;
        abroad += f64::from(target.language != "fa");
    }
    near("share across communities", abroad / all, 0.12, 0.03);
}

#[test]
fn no_two_ordinary_originals_say_the_same() {
    let world = study(Study::Quiet);
    let mut said = HashSet::new();
    let mut again = 0;
    for post in world.posts.iter().filter(|post| post.kind == PostKind::Original) {
        again += usize::from(!said.insert(&post.text));
    }
    assert!(said.len() > 20_000 && again <= 2, "{again} of {}", said.len());
}

#[test]
fn an_ingredient_more_leaves_the_others_as_they_were() {
    let null = study(Study::Null);
    let tagged = study(Study::OneHashtag);
    assert_eq!(null.truth, tagged.truth);
    assert_eq!(null.posts.len(), tagged.posts.len());
}

#[test]
fn a_plan_that_asks_for_the_impossible_gets_less() {
    let group = |size| PlantedGroup { size, ..Study::Rotating.plan(1).planted[0] };
    let everything = Study::Everything.plan(1);
    for plan in [
        WorldPlan { accounts: 0, ..everything.clone() },
        WorldPlan { accounts: 3, actions: 10, ..everything.clone() },
        WorldPlan { days: 0, actions: 10, ..everything.clone() },
        WorldPlan { communities: Vec::new(), ..everything.clone() },
        WorldPlan { accounts: 50, actions: 100, planted: vec![group(900)], ..everything.clone() },
    ] {
        let members =
            |world: World| world.truth.groups.first().map_or(0, |group| group.members.len());
        assert!(members(generate(&plan)) <= plan.accounts);
    }
}
