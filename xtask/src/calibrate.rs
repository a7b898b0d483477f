//! Calibration: what the pipeline claims in worlds whose truth is known.
//!
//! **Invariant:** the stages run as they run for users, on posts and nothing else; the truth is
//! opened afterwards.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use concerted_detect::{coaction, groups, significance, traces};
use concerted_model::{
    Plan, Span,
    tables::{Accounts, Groups, Network},
};
use concerted_testkit::{Study, World, generate};

use crate::tables;

/// What was claimed in one world, held against its truth.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The world.
    pub study: &'static str,
    /// Its seed.
    pub seed: u64,
    /// Distinct pairs of accounts claimed.
    pub claimed: usize,
    /// Claimed pairs that are no pair of members of one planted group.
    pub wrong: usize,
    /// What the accounts of wrong pairs are, by how many pairs.
    pub wrong_kinds: BTreeMap<String, usize>,
    /// Planted pairs with eight joint actions or more.
    pub planted: usize,
    /// Of these, claimed.
    pub found: usize,
    /// Groups found.
    pub groups: usize,
    /// Groups in which fewer than half of the accounts are members of one planted group.
    pub organic_groups: usize,
    /// Seconds that the stages took.
    pub seconds: f64,
}

impl Score {
    /// Share of the claimed pairs that are wrong, in `[0, 1]`.
    #[must_use]
    pub fn false_share(&self) -> f64 {
        self.wrong as f64 / self.claimed.max(1) as f64
    }

    /// Share of the planted pairs that were claimed, in `[0, 1]`; 1 if there are none.
    #[must_use]
    pub fn recall(&self) -> f64 {
        if self.planted == 0 { 1.0 } else { self.found as f64 / self.planted as f64 }
    }
}

/// Joint actions from which a planted pair should be found.
const JOINT_ACTIONS: usize = 8;

/// Runs the stages on one world.
///
/// # Errors
/// The words of a stage that failed: a bug.
pub fn score(study: Study, seed: u64, plan: &Plan) -> Result<Score, String> {
    let world = generate(&study.plan(seed));
    let (posts, accounts) = tables::of(&world).map_err(|error| error.to_string())?;
    let begun = Instant::now();
    let posts = [posts];
    let (network, groups) = stages(&posts, &accounts, plan).map_err(|error| error.to_string())?;
    let seconds = begun.elapsed().as_secs_f64();
    Ok(held_against(&world, &network, &groups, study.as_str(), seed, seconds))
}

fn stages(
    posts: &[concerted_model::tables::Posts],
    accounts: &Accounts,
    plan: &Plan,
) -> Result<(Network, Groups), concerted_detect::DetectError> {
    let found = traces::extract(posts, accounts, &plan.detect)?;
    let windows = coaction::usable_windows(&plan.detect, Span::micros(1000))?;
    let pairs = coaction::sweep(&found.objects, &found.actions, &windows, &plan.detect)?;
    let observed = significance::Observed {
        accounts,
        objects: &found.objects,
        actions: &found.actions,
        alone: &found.alone,
        pairs: &pairs,
    };
    let validated = significance::validate(observed, &windows, &plan.detect)?;
    let groups =
        groups::find(&validated.network, &found.actions, accounts, &plan.groups, plan.detect.seed)?;
    Ok((validated.network, groups))
}

fn held_against(
    world: &World,
    network: &Network,
    groups: &Groups,
    study: &'static str,
    seed: u64,
    seconds: f64,
) -> Score {
    let truth = &world.truth;
    let group_of: BTreeMap<&str, usize> = truth
        .groups
        .iter()
        .enumerate()
        .flat_map(|(place, group)| group.members.iter().map(move |m| (m.as_str(), place)))
        .collect();
    let pair = |row: usize| {
        let (a, b) = (network.source_id.value(row), network.target_id.value(row));
        if a < b { (a, b) } else { (b, a) }
    };
    let claimed: BTreeMap<(&str, &str), &str> =
        (0..network.len()).map(|row| (pair(row), network.trace.value(row))).collect();
    let is_planted =
        |(a, b): &(&str, &str)| group_of.get(a).is_some_and(|group| group_of.get(b) == Some(group));
    let kinds = Kinds::of(world);
    let mut wrong_kinds = BTreeMap::new();
    let wrong: Vec<_> = claimed.iter().filter(|(pair, _)| !is_planted(pair)).collect();
    for ((a, b), trace) in &wrong {
        *wrong_kinds.entry(format!("{}/{} {trace}", kinds.word(a), kinds.word(b))).or_default() +=
            1;
    }
    let planted: Vec<(&str, &str)> = truth
        .planted_pairs(JOINT_ACTIONS)
        .map(|pair| (pair.a.as_str().min(&pair.b), pair.a.as_str().max(&pair.b)))
        .collect();
    let mut members: BTreeMap<u32, Vec<Option<&usize>>> = BTreeMap::new();
    for row in 0..groups.len() {
        let member = group_of.get(groups.account_id.value(row));
        members.entry(groups.group.value(row)).or_default().push(member);
    }
    Score {
        study,
        seed,
        claimed: claimed.len(),
        wrong: wrong.len(),
        wrong_kinds,
        planted: planted.len(),
        found: planted.iter().filter(|pair| claimed.contains_key(*pair)).count(),
        groups: members.len(),
        organic_groups: members.values().filter(|members| is_organic(members)).count(),
        seconds,
    }
}

/// Whether no planted group has half of the accounts.
fn is_organic(members: &[Option<&usize>]) -> bool {
    let mut held: BTreeMap<usize, usize> = BTreeMap::new();
    for group in members.iter().flatten() {
        *held.entry(**group).or_default() += 1;
    }
    held.values().all(|&count| 2 * count < members.len())
}

/// What accounts are, beside ordinary.
struct Kinds<'a> {
    fans: BTreeSet<&'a str>,
    reposters: BTreeSet<&'a str>,
    outlets: BTreeSet<&'a str>,
    scheduled: BTreeSet<&'a str>,
    members: BTreeSet<&'a str>,
}

impl<'a> Kinds<'a> {
    fn of(world: &'a World) -> Self {
        let truth = &world.truth;
        Self {
            fans: truth.fandoms.iter().flat_map(|f| &f.members).map(String::as_str).collect(),
            reposters: truth.auto_reposters.iter().map(|r| r.account.as_str()).collect(),
            outlets: truth
                .newswires
                .iter()
                .flat_map(|wire| wire.outlets.iter().chain([&wire.wire]))
                .map(String::as_str)
                .collect(),
            scheduled: truth.scheduled.iter().map(String::as_str).collect(),
            members: truth.groups.iter().flat_map(|g| &g.members).map(String::as_str).collect(),
        }
    }

    fn word(&self, account: &str) -> &'static str {
        let kinds = [
            (&self.fans, "fan"),
            (&self.reposters, "auto-reposter"),
            (&self.outlets, "outlet"),
            (&self.scheduled, "scheduled"),
            (&self.members, "member"),
        ];
        kinds.iter().find(|(set, _)| set.contains(account)).map_or("ordinary", |(_, word)| word)
    }
}
