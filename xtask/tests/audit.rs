//! What an audit may never get wrong, in worlds whose truth is known.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::time::Duration;

use concerted_detect::{
    audit::{Collected, Order, Origin, Reason, Standing, Verdict},
    expand::Ended,
};
use concerted_testkit::{
    FandomPlan, PlantedGroup, SourcePlan, Style, WorldPlan, generate, with_copycats,
};
use xtask::audit::{Kind, Read};

fn plan(size: usize) -> WorldPlan {
    WorldPlan {
        seed: 3,
        accounts: 2_000,
        actions: 60_000,
        sources: SourcePlan { count: 100, posts: 5_000, ..SourcePlan::default() },
        fandoms: vec![FandomPlan { members: 40..=40, ..FandomPlan::default() }],
        planted: vec![PlantedGroup {
            size,
            joint_actions: 18,
            participation: 0.8,
            style: Style::Tight { mean_delay: Duration::from_secs(20) },
        }],
        ..WorldPlan::default()
    }
}

fn standing(audited: &concerted_detect::audit::Audited, accounts: &[u32]) -> Vec<Standing> {
    let of = |account: &u32| audited.members.iter().find(|m| m.account == *account).unwrap();
    accounts.iter().map(|account| of(account).standing).collect()
}

#[test]
fn of_a_mixed_list_the_network_is_supported_and_the_innocents_are_named() {
    let read = Read::of(&plan(20)).unwrap();
    let audited = read.audit(&read.list(Kind::Mixed), &Origin::default()).unwrap();
    assert_eq!(audited.claims[0].verdict, Verdict::Supported);
    let network = read.network();
    let supported = standing(&audited, &network);
    assert!(supported.iter().filter(|s| **s == Standing::Supported).count() >= 18);
    let wrong = audited.members.iter().filter(|member| {
        member.standing == Standing::Supported && !network.contains(&member.account)
    });
    assert_eq!(wrong.count(), 0);
    assert_eq!(audited.unity.sizes.len(), 1);
    for claim in &audited.claims[4..] {
        assert_eq!(
            (claim.verdict, &claim.reasons[..]),
            (Verdict::Undecidable, &[Reason::NotInPosts][..])
        );
    }
}

#[test]
fn fans_who_answer_their_star_within_moments_are_not_supported() {
    let read = Read::of(&plan(20)).unwrap();
    let audited = read.audit(&read.list(Kind::Fans), &Origin::default()).unwrap();
    assert_ne!(audited.claims[0].verdict, Verdict::Supported);
    assert!(audited.members.iter().all(|member| member.standing != Standing::Supported));
}

#[test]
fn copycats_that_shadow_an_innocent_account_do_not_convict_it() {
    let (world, innocent, copycats) = with_copycats(generate(&plan(20)));
    let read = Read::of_world(world).unwrap();
    let innocent = read.rows([&innocent]);
    let copycats = read.rows(&copycats);
    let mut list: Vec<u32> = innocent.iter().chain(&copycats).copied().collect();
    list.sort_unstable();
    let audited = read.audit(&list, &Origin::default()).unwrap();
    assert_eq!(standing(&audited, &innocent), [Standing::NotSupported]);
    assert!(standing(&audited, &copycats).iter().all(|s| *s == Standing::Supported));
    let of_innocent = audited.members.iter().find(|m| m.account == innocent[0]).unwrap();
    assert_ne!(of_innocent.order, Order::Follows);
}

#[test]
fn whom_a_selective_list_leaves_out_is_named() {
    let read = Read::of(&plan(24)).unwrap();
    let network = read.network();
    let (listed, left_off) = network.split_at(12);
    let audited = read.audit(listed, &Origin::default()).unwrap();
    let named: Vec<u32> = audited.outsiders.iter().map(|share| share.account).collect();
    let found = left_off.iter().filter(|account| named.contains(account)).count();
    assert!(found >= 10, "{found} of {}", left_off.len());
    assert!(named.iter().all(|account| left_off.contains(account)), "{named:?}");
}

#[test]
fn a_list_that_was_picked_from_these_posts_is_answered_from_what_is_left_or_not_at_all() {
    let read = Read::of(&plan(20)).unwrap();
    let network = read.network();
    let circular = Origin { picked_from_this_data: true, ..Origin::default() };
    let audited = read.audit(&network, &circular).unwrap();
    assert!(audited.claims[..4].iter().all(|claim| claim.reasons == [Reason::Circular]));
    assert!(audited.members.iter().all(|member| member.standing == Standing::Untestable));
    assert!(audited.outsiders.is_empty());
    // What they did in the second week had no part in a list of the first.
    let later = Origin { made: Some(1_710_115_200_000_000), ..circular };
    let audited = read.audit(&network, &later).unwrap();
    assert!(!audited.used.circular && audited.used.since_seconds.is_some());
    assert_ne!(audited.claims[0].reasons, [Reason::Circular]);
}

#[test]
fn posts_that_were_collected_by_the_list_decide_nothing() {
    let read = Read::of(&plan(20)).unwrap();
    let origin = Origin { collected: Collected::ByList, ..Origin::default() };
    let audited = read.audit(&read.network(), &origin).unwrap();
    assert_eq!(audited.claims[0].reasons, [Reason::CollectedByList]);
    assert!(audited.claims.iter().all(|claim| claim.verdict == Verdict::Undecidable));
}

#[test]
fn two_accounts_are_too_few_to_be_judged_as_a_list() {
    let read = Read::of(&plan(20)).unwrap();
    let ordinary = read.list(Kind::Ordinary);
    let audited = read.audit(&ordinary[..2], &Origin::default()).unwrap();
    assert_eq!(audited.claims[0].verdict, Verdict::Undecidable);
    assert_eq!(audited.claims[0].reasons, [Reason::TooFewAccounts]);
}

#[test]
fn the_same_list_gives_the_same_answers_on_any_number_of_threads() {
    let read = Read::of(&plan(20)).unwrap();
    let list = read.list(Kind::Mixed);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        format!("{:?}", pool.install(|| read.audit(&list, &Origin::default())).unwrap())
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn five_ordinary_accounts_lead_to_nobody() {
    let read = Read::of(&plan(40)).unwrap();
    let claimed = read.claimed();
    let strangers = read.ordinary(&read.network(), 20);
    for five in strangers.chunks(5) {
        for claimed in [None, Some(claimed)] {
            assert!(read.expand(five, claimed).unwrap().found.is_empty());
        }
    }
}

#[test]
fn a_claimed_group_ties_the_seeds_that_the_rest_of_their_network_would_excuse() {
    let mut plan = plan(60);
    plan.planted[0].style = Style::Loose { within: Duration::from_secs(3_600) };
    let read = Read::of(&plan).unwrap();
    let (network, claimed) = (read.network(), read.claimed());
    let seeds: Vec<u32> = network.iter().step_by(12).copied().collect();
    let expanded = read.expand(&seeds, Some(claimed)).unwrap();
    assert_eq!((expanded.tied, expanded.in_groups), (5, 5));
    let found: Vec<u32> = expanded.found.iter().map(|found| found.share.account).collect();
    let members = found.iter().filter(|account| network.binary_search(account).is_ok()).count();
    assert!(members >= 50, "{members} of 55");
    assert!(found.len() - members <= 3, "{found:?}");
    // Three who are strangers to it do not become its seeds by sitting beside two of its members.
    let strangers = read.ordinary(&network, 3);
    let mut seeds: Vec<u32> = network[..2].iter().chain(&strangers).copied().collect();
    seeds.sort_unstable();
    assert_eq!(read.expand(&seeds, Some(claimed)).unwrap().ended, Ended::SeedsNotTied);
}
