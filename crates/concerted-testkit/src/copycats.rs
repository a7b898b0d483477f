//! Framing: accounts that shadow an innocent one, so that it looks as if it were one of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    snowflake,
    world::{PostKind, World, WorldPost},
};

const COPYCATS: usize = 8;
/// Reposts of an account that is worth shadowing.
const REPOSTS: std::ops::Range<usize> = 30..60;

/// Adds eight accounts that repost whatever one innocent account reposts, seconds later; gives the world,
/// the innocent account and the copycats. No account is named if none reposts enough.
#[must_use]
pub fn with_copycats(mut world: World) -> (World, String, Vec<String>) {
    let truth = &world.truth;
    let known: BTreeSet<&String> = truth
        .groups
        .iter()
        .flat_map(|group| &group.members)
        .chain(truth.fandoms.iter().flat_map(|fandom| &fandom.members))
        .chain(truth.auto_reposters.iter().map(|reposter| &reposter.account))
        .collect();
    let mut reposts: BTreeMap<&String, Vec<&WorldPost>> = BTreeMap::new();
    for post in world.posts.iter().filter(|post| post.kind == PostKind::Repost) {
        reposts.entry(&post.account).or_default().push(post);
    }
    let found = reposts
        .into_iter()
        .find(|(account, posts)| REPOSTS.contains(&posts.len()) && !known.contains(account))
        .map(|(account, posts)| (account.clone(), posts.into_iter().cloned().collect()));
    let (innocent, own): (String, Vec<WorldPost>) = found.unwrap_or_default();
    if own.is_empty() {
        return (world, innocent, Vec::new());
    }
    let copycats: Vec<String> = (0..COPYCATS).map(|n| format!("90000000000{n}")).collect();
    for (place, post) in own.iter().enumerate() {
        for (number, copycat) in copycats.iter().enumerate() {
            let mut copy = post.clone();
            copy.time_ms += 4_000 + ((place * 7 + number * 5) % 20) as i64 * 1_000;
            copy.account.clone_from(copycat);
            copy.handle = format!("copycat{number}");
            copy.id = snowflake::id(copy.time_ms, (900 + number) as u32).to_string();
            world.posts.push(copy);
        }
    }
    world.posts.sort_by(|l, r| (l.time_ms, &l.account).cmp(&(r.time_ms, &r.account)));
    (world, innocent, copycats)
}
