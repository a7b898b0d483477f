//! The short form of `cargo xtask calibrate`: what the pipeline claims where the truth is known.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use concerted_model::Plan;
use concerted_testkit::Study;
use xtask::calibrate::{Score, score};

fn scored(study: Study) -> Score {
    score(study, 1, &Plan::default()).unwrap()
}

#[test]
fn worlds_without_coordination_show_at_most_one_edge() {
    let innocent = [
        Study::Null,
        Study::Fandoms,
        Study::Breaking,
        Study::Scheduled,
        Study::OneHashtag,
        Study::Campaigns,
    ];
    for study in innocent {
        let score = scored(study);
        assert!(score.claimed <= 1, "{score:?}");
        assert_eq!((score.groups, score.confirmed), (0, 0), "{score:?}");
    }
}

#[test]
fn networks_whose_members_take_turns_are_found_as_groups() {
    let score = scored(Study::Rotating);
    assert!(score.planted_confirmed >= 9, "{score:?}");
    assert_eq!(score.organic_confirmed, 0, "{score:?}");
    assert!(score.purity >= 0.9, "{score:?}");
}

#[test]
fn planted_networks_are_found_with_few_false_edges_and_no_fan() {
    for study in [Study::Tight, Study::Exclusive, Study::Copypasta] {
        let score = scored(study);
        assert!(score.recall() >= 0.9, "{score:?}");
        assert!(score.false_share() <= 0.05, "{score:?}");
        assert!(!score.wrong_kinds.keys().any(|kind| kind.contains("fan")), "{score:?}");
    }
}
