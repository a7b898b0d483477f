//! Laws between published methods, tried on random shares.

use std::collections::BTreeSet;

use concerted_detect::published::{
    Shares,
    coortweet::{detect_groups, network},
    messages, objects_within, turns,
};
use proptest::{collection::vec, prelude::*};

const NAMES: [&str; 5] = ["p", "q", "r", "s", "t"];

/// Shares with a post of their own each, on objects that are no posts.
fn shares(rows: &[(u32, u32, i64)]) -> Shares {
    Shares::from_columns(rows.iter().zip(0..).map(|(&(object, account, time), content)| {
        (NAMES[object as usize], account, content, time * 1_000_000)
    }))
}

fn rows() -> impl Strategy<Value = Vec<(u32, u32, i64)>> {
    vec((0u32..5, 0u32..7, 0i64..120), 0..60)
}

proptest! {
    #[test]
    fn coortweet_and_the_toolkit_tie_the_same_accounts(rows in rows(), window in 0i64..60) {
        let shares = shares(&rows);
        let pairs = detect_groups(&shares, window * 1_000_000, 1);
        let coortweet: BTreeSet<_> =
            network(&pairs, None, 0.5).iter().map(|tie| (tie.a, tie.b)).collect();
        let toolkit: BTreeSet<_> = messages(&shares, window * 1_000_000)
            .iter()
            .map(|tie| (tie.from.min(tie.to), tie.from.max(tie.to)))
            .collect();
        prop_assert_eq!(coortweet, toolkit);
    }

    #[test]
    fn coortweets_weight_is_at_least_either_of_the_toolkits(rows in rows(), window in 0i64..60) {
        let shares = shares(&rows);
        let pairs = detect_groups(&shares, window * 1_000_000, 1);
        let ties = network(&pairs, None, 0.5);
        for tie in messages(&shares, window * 1_000_000) {
            let (a, b) = (tie.from.min(tie.to), tie.from.max(tie.to));
            let full = ties.iter().find(|full| (full.a, full.b) == (a, b)).map(|t| t.full.weight);
            prop_assert!(full >= Some(tie.posts));
        }
    }

    #[test]
    fn the_toolkits_messages_are_from_two_a_tie_to_two_a_pair_of_shares(rows in rows(), window in 0i64..60) {
        let shares = shares(&rows);
        let ties = network(&detect_groups(&shares, window * 1_000_000, 1), None, 0.5);
        let directed = messages(&shares, window * 1_000_000);
        prop_assert_eq!(directed.len(), 2 * ties.len(), "every tie has both directions");
        for tie in ties {
            let both: u32 = directed
                .iter()
                .filter(|d| (d.from.min(d.to), d.from.max(d.to)) == (tie.a, tie.b))
                .map(|d| d.posts)
                .sum();
            prop_assert!((2..=2 * tie.full.weight).contains(&both), "{both} of {tie:?}");
        }
    }

    #[test]
    fn different_objects_and_turns_never_exceed_the_pairs_and_the_posts(rows in rows(), window in 0i64..60) {
        let shares = shares(&rows);
        let pairs = detect_groups(&shares, window * 1_000_000, 0);
        let ties = network(&pairs, None, 0.5);
        let objects = objects_within(&shares, window * 1_000_000);
        prop_assert_eq!(objects.len(), ties.len());
        for (tie, counted) in ties.iter().zip(&objects) {
            prop_assert_eq!((tie.a, tie.b), (counted.a, counted.b));
            prop_assert!(counted.objects <= tie.full.weight);
        }
        let directed = messages(&shares, window * 1_000_000);
        let posts = |a: u32, b: u32| -> u32 {
            directed.iter().filter(|d| (d.from.min(d.to), d.from.max(d.to)) == (a, b)).map(|d| d.posts).sum()
        };
        for (pair, turns) in turns(&shares, window * 1_000_000, false) {
            prop_assert!(turns <= posts((pair >> 32) as u32, pair as u32));
        }
    }

    #[test]
    fn a_wider_window_ties_no_fewer(rows in rows(), window in 0i64..60, more in 0i64..60) {
        let shares = shares(&rows);
        let ties = |window: i64| -> BTreeSet<_> {
            objects_within(&shares, window * 1_000_000).iter().map(|tie| (tie.a, tie.b)).collect()
        };
        prop_assert!(ties(window).is_subset(&ties(window + more)));
    }
}
