//! Each ingredient of a world is there in the share that its plan says.

use std::collections::{HashMap, HashSet};

use crate::facts::{Facts, mean, median, near, set};
use concerted_testkit::{PostKind, Study, Truth, TruthGroup, World, WorldPost, generate};

fn study(study: Study) -> World {
    generate(&study.plan(1))
}

/// Gaps in seconds between all members of a group who reposted the same post, for posts that
/// `enough` members reposted.
fn gaps(world: &World, enough: usize) -> Vec<f64> {
    let facts = Facts::of(world);
    let mut gaps = Vec::new();
    for group in &world.truth.groups {
        let members = set(&group.members);
        for reposts in facts.reposts.values() {
            let times: Vec<i64> = reposts
                .iter()
                .filter(|(account, _)| members.contains(*account))
                .map(|(_, time)| *time)
                .collect();
            if times.len() < enough.min(members.len()) {
                continue;
            }
            for (place, one) in times.iter().enumerate() {
                gaps.extend(times[..place].iter().map(|other| (one - other).abs() as f64 / 1e3));
            }
        }
    }
    gaps
}

/// Originals that at least two members of a group published with the same key.
fn shared<'a>(
    world: &'a World,
    key: impl Fn(&'a WorldPost) -> Option<&'a str>,
) -> HashMap<&'a str, Vec<&'a WorldPost>> {
    let mut shared: HashMap<&str, Vec<_>> = HashMap::new();
    for post in world.posts.iter().filter(|post| post.kind == PostKind::Original) {
        if let Some(key) = key(post) {
            shared.entry(key).or_default().push(post);
        }
    }
    shared
}

fn joint_per_pair(truth: &Truth) -> f64 {
    let joint: Vec<f64> = truth.planted_pairs(1).map(|pair| pair.joint_actions as f64).collect();
    mean(&joint)
}

#[test]
fn planted_pairs_repost_together_as_often_as_the_truth_says() {
    let world = study(Study::Tight);
    let facts = Facts::of(&world);
    assert!(world.truth.planted_pairs(1).count() > 900);
    assert_eq!(world.truth.planted_pairs(15).count(), world.truth.planted_pairs(1).count());
    for pair in world.truth.planted_pairs(1) {
        let together = facts
            .reposts
            .values()
            .filter(|who| who.contains_key(&*pair.a) && who.contains_key(&*pair.b))
            .count();
        assert!(together >= pair.joint_actions, "{together} {pair:?}");
    }
}

#[test]
fn tight_members_are_seconds_apart_and_loose_ones_minutes() {
    // The difference of two exponentials of mean 20 s has median 20 ln 2 = 13.9 s; that of two
    // uniforms over 59 minutes 59 (1 − √½) = 17.3 minutes.
    near("tight", median(&gaps(&study(Study::Tight), 7)), 13.9, 1.5);
    near("loose", median(&gaps(&study(Study::Loose), 7)), 17.3 * 60.0, 120.0);
}

#[test]
fn planted_groups_meet_on_posts_that_many_others_repost() {
    let world = study(Study::Tight);
    let facts = Facts::of(&world);
    let mut others = Vec::new();
    for group in &world.truth.groups {
        let members = set(&group.members);
        let all_in = |who: &&HashMap<&str, i64>| members.iter().all(|m| who.contains_key(m));
        for who in facts.reposts.values().filter(all_in) {
            others.push((who.len() - members.len()) as f64);
        }
    }
    assert!(median(&others) > 10.0, "{}", median(&others));
}

#[test]
fn rotating_groups_send_five_of_forty() {
    let world = study(Study::Rotating);
    for group in &world.truth.groups {
        assert_eq!(group.members.len(), 40);
        let joint: usize = group.pairs.iter().map(|pair| pair.joint_actions).sum();
        // 60 objects with 10 pairs each; a member may have reposted one before.
        assert!((540..=600).contains(&joint), "{joint}");
    }
}

#[test]
fn exclusive_objects_are_reposted_by_their_group_only() {
    let world = study(Study::Exclusive);
    let facts = Facts::of(&world);
    let mut exclusive = 0;
    for group in &world.truth.groups {
        let members = set(&group.members);
        for account in &members {
            for post in facts.originals(account) {
                if let Some(who) = facts.reposts.get(post.id.as_str()) {
                    assert!(who.keys().all(|account| members.contains(account)), "{post:?}");
                    exclusive += 1;
                }
            }
        }
    }
    assert_eq!(exclusive, 30 * 15);
}

#[test]
fn copies_are_published_by_their_group_only() {
    let world = study(Study::Copypasta);
    near("joint texts a pair", joint_per_pair(&world.truth), 15.0, 0.01);
    let copied: Vec<_> =
        shared(&world, |post| Some(&post.text)).into_values().filter(|p| p.len() > 2).collect();
    assert_eq!(copied.len(), 30 * 15);
    for copies in copied {
        let authors: HashSet<&str> = copies.iter().map(|post| post.account.as_str()).collect();
        let group = world.truth.groups.iter().find(|group| set(&group.members) == authors);
        assert!(group.is_some(), "{}", copies[0].text);
        assert!(copies[copies.len() - 1].time_ms - copies[0].time_ms < 900_000);
    }
}

#[test]
fn paraphrases_have_one_link_and_a_wording_each() {
    let world = study(Study::Paraphrasing);
    let (mut posts, mut wordings, mut links) = (0, 0, 0);
    for same_link in shared(&world, |post| post.urls.first().map(String::as_str)).into_values() {
        let authors: HashSet<&str> = same_link.iter().map(|post| post.account.as_str()).collect();
        if world.truth.groups.iter().any(|group| set(&group.members) == authors) {
            links += 1;
            posts += same_link.len();
            wordings += same_link.iter().map(|post| &post.text).collect::<HashSet<_>>().len();
        }
    }
    assert!(links >= 30 * 15, "{links}");
    assert!(wordings * 100 > posts * 97, "{wordings} of {posts}");
}

#[test]
fn nine_tenths_of_what_the_camouflaged_do_is_ordinary() {
    let world = study(Study::Camouflaged);
    let members: HashSet<&str> =
        world.truth.groups.iter().flat_map(|group| set(&group.members)).collect();
    let posts = world.posts.iter().filter(|post| members.contains(post.account.as_str())).count();
    let planted = 15.0 * members.len() as f64;
    near("planted share", planted / posts as f64, 0.09, 0.02);
}

#[test]
fn fans_respond_to_three_posts_in_ten_within_moments() {
    let plan = Study::Fandoms.plan(1);
    let world = generate(&plan);
    let facts = Facts::of(&world);
    assert_eq!(world.truth.fandoms.len(), 8);
    let (mut asked, mut delays) = (0.0, Vec::new());
    for fandom in &world.truth.fandoms {
        assert!((30..=60).contains(&fandom.members.len()));
        let posts = facts.originals(&fandom.star);
        for post in posts.iter().filter(|post| facts.reposts.contains_key(&*post.id)) {
            for fan in &fandom.members {
                asked += 1.0;
                let time = facts.reposts[&*post.id].get(&**fan);
                delays.extend(time.map(|time| (time - post.time_ms) as f64 / 1e3));
            }
        }
    }
    // Fans repost by their ordinary behaviour too, hours later.
    let prompt: Vec<f64> = delays.into_iter().filter(|delay| *delay < 600.0).collect();
    near("share answered", prompt.len() as f64 / asked, 0.3, 0.02);
    near("delay, seconds", mean(&prompt), 90.0, 6.0);
}

#[test]
fn auto_reposters_repost_everything_of_their_sources() {
    let world = study(Study::Null);
    let facts = Facts::of(&world);
    let (mut posts, mut reposts) = (0, 0);
    for reposter in &world.truth.auto_reposters {
        assert!((3..=5).contains(&reposter.sources.len()));
        for source in &reposter.sources {
            for post in facts.originals(source) {
                posts += 1;
                let who = facts.reposts.get(&*post.id);
                reposts += usize::from(who.is_some_and(|who| who.contains_key(&*reposter.account)));
            }
        }
    }
    // Sources also write posts that are for nobody: a few in a hundred.
    assert!(reposts * 100 > posts * 90 && posts > 5_000, "{reposts} of {posts}");
}

#[test]
fn outlets_print_seven_items_in_ten_within_minutes() {
    let world = study(Study::Newswires);
    let facts = Facts::of(&world);
    assert_eq!(world.truth.newswires.len(), 3);
    let by_text = shared(&world, |post| Some(&post.text));
    let (mut sent, mut delays) = (0.0, Vec::new());
    for newswire in &world.truth.newswires {
        assert_eq!(newswire.outlets.len(), 10);
        for item in facts.originals(&newswire.wire) {
            let prints = &by_text[&*item.text];
            if prints.len() < 2 {
                continue;
            }
            sent += 10.0;
            for print in prints.iter().filter(|print| print.account != newswire.wire) {
                assert!(newswire.outlets.contains(&print.account));
                assert_eq!(print.urls, item.urls);
                delays.push((print.time_ms - item.time_ms) as f64 / 60e3);
            }
        }
    }
    near("share printed", delays.len() as f64 / sent, 0.7, 0.03);
    near("delay, minutes", median(&delays), 4.0, 0.4);
}

#[test]
fn a_fifth_of_everybody_reposts_the_news_within_the_hour() {
    let world = study(Study::Breaking);
    let facts = Facts::of(&world);
    assert_eq!(world.truth.breaking.len(), 6);
    let mut prompt = 0;
    for post in &world.truth.breaking {
        let birth = facts.posts[&**post].time_ms;
        prompt += facts.reposts[&**post].values().filter(|time| *time - birth < 3_600_000).count();
    }
    near("reposts of two bursts", prompt as f64, 2.0 * 0.2 * 8_000.0, 250.0);
}

#[test]
fn scheduled_posts_are_on_round_quarters() {
    let world = study(Study::Scheduled);
    let posters = set(&world.truth.scheduled);
    assert_eq!(posters.len(), 60);
    let round = world.posts.iter().filter(|post| {
        posters.contains(&*post.account) && post.time_ms.rem_euclid(900_000) < 1_000
    });
    let round = round.count();
    assert!((60 * 6 * 14..60 * 6 * 14 + 60).contains(&round), "{round}");
}

#[test]
fn a_collection_by_hashtag_has_it_on_every_post() {
    let world = study(Study::OneHashtag);
    for post in &world.posts {
        assert!(post.hashtags.iter().any(|hashtag| hashtag == "SlowMornings"), "{post:?}");
        assert!(post.text.contains("#SlowMornings"));
    }
}

#[test]
fn the_demo_has_two_networks_and_everything_that_looks_like_one() {
    let world = study(Study::Demo);
    near("posts", world.posts.len() as f64, 20_000.0, 1_500.0);
    let accounts: HashSet<&str> = world.posts.iter().map(|post| post.account.as_str()).collect();
    near("accounts", accounts.len() as f64, 1_500.0, 60.0);
    let [tight, copies] = &world.truth.groups[..] else { panic!("two groups") };
    let mean_joint = |group: &TruthGroup| {
        let all = group.members.len() * (group.members.len() - 1) / 2;
        let joint: usize = group.pairs.iter().map(|pair| pair.joint_actions).sum();
        joint as f64 / all as f64
    };
    assert_eq!((tight.members.len(), copies.members.len()), (24, 16));
    assert!(mean_joint(tight) >= 14.0 && mean_joint(copies) >= 12.0);
    assert_eq!(world.truth.fandoms[0].members.len(), 45);
    assert_eq!(world.truth.newswires[0].outlets.len(), 10);
    assert_eq!(world.truth.auto_reposters.len(), 20);
    let languages: HashSet<&str> = world.posts.iter().map(|post| post.language).collect();
    assert_eq!(languages, HashSet::from(["en", "fa", "ar", "he", "ja"]));
}

#[test]
fn a_networks_joint_posts_in_the_demo_are_of_many_authors() {
    let world = study(Study::Demo);
    let members = set(&world.truth.groups[0].members);
    let mut authors: HashMap<&str, usize> = HashMap::new();
    let facts = Facts::of(&world);
    for (post, who) in &facts.reposts {
        let joined = who.keys().filter(|account| members.contains(*account)).count();
        if joined > 12 {
            *authors.entry(&facts.posts[post].account).or_default() += 1;
        }
    }
    assert!(authors.len() >= 10, "{authors:?}");
}
