//! What tests ask of a world.

use std::collections::{HashMap, HashSet};

use concerted_testkit::{PostKind, World, WorldPost};

/// A world's posts by what they are asked for.
pub(crate) struct Facts<'a> {
    /// By id.
    pub(crate) posts: HashMap<&'a str, &'a WorldPost>,
    /// Reposts of a post: who, and when.
    pub(crate) reposts: HashMap<&'a str, HashMap<&'a str, i64>>,
}

impl<'a> Facts<'a> {
    /// Of a world.
    pub(crate) fn of(world: &'a World) -> Self {
        let posts = world.posts.iter().map(|post| (post.id.as_str(), post)).collect();
        let mut reposts: HashMap<&str, HashMap<&str, i64>> = HashMap::new();
        for post in &world.posts {
            if let Some(target) = &post.repost_of {
                reposts.entry(target).or_default().insert(&post.account, post.time_ms);
            }
        }
        Self { posts, reposts }
    }

    /// Originals of an account.
    pub(crate) fn originals(&self, account: &str) -> Vec<&'a WorldPost> {
        let own = |post: &&&WorldPost| post.account == account && post.kind == PostKind::Original;
        self.posts.values().filter(own).copied().collect()
    }
}

/// The set of some ids.
pub(crate) fn set(ids: &[String]) -> HashSet<&str> {
    ids.iter().map(String::as_str).collect()
}

/// The arithmetic mean.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The upper median.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Fails, with the name, unless the value is as expected within the tolerance.
#[track_caller]
pub(crate) fn near(name: &str, value: f64, expected: f64, tolerance: f64) {
    assert!((value - expected).abs() <= tolerance, "{name}: {value}, not {expected} ± {tolerance}");
}
