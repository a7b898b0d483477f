//! The short form of `cargo xtask copies`: planted copies in eight scripts are found, and little else.

use concerted_testkit::{NearCopiesPlan, SCRIPTS};
use xtask::copies::score;

#[test]
fn planted_copies_are_found_in_every_script_and_texts_drawn_apart_stay_apart() {
    let score = score(&NearCopiesPlan { posts: 30_000, seed: 1 }, None).unwrap();
    assert!(score.recall_at("1") > 0.9999, "{score:?}");
    assert!(score.recall_at("0.9") >= 0.98, "{score:?}");
    assert!(score.recall_at("0.8") >= 0.95, "{score:?}");
    assert!(score.precision() >= 0.99, "{score:?}");
    for script in SCRIPTS {
        let [planted, found] = score.recall[&(script, "0.9")];
        assert!(planted > 100 && found as f64 >= 0.97 * planted as f64, "{script}: {score:?}");
    }
}
