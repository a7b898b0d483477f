//! Calibration: what the pipeline claims in worlds whose truth is known.
//!
//! **Invariant:** the stages run as they run for users, on posts and nothing else; the truth is
//! opened afterwards.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use concerted_detect::diagnostics::{self, Uniformity};
use concerted_model::{Plan, Role, Span, Trace, tables::Network};
use concerted_testkit::{Study, Truth, World, generate};

use crate::{
    stages::{self, Activity},
    tables,
};

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
    /// Groups confirmed on other days than those on which they were found.
    pub confirmed: usize,
    /// Of these, such of which no planted group has half of the core.
    pub organic_confirmed: usize,
    /// Planted groups of which a confirmed one has half of the members or more.
    pub planted_confirmed: usize,
    /// Planted groups.
    pub planted_groups: usize,
    /// Share in `[0, 1]` of the core of confirmed groups that is of the group's planted network; 1
    /// if there is none.
    pub purity: f64,
    /// Candidates for confirmation.
    pub candidates: u64,
    /// Each confirmed group in a line: trace, window, counts, p, and what its core is.
    pub details: Vec<String>,
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
    let (found, seconds) = found_in(&world, plan)?;
    Ok(held_against(&world, &found, study.as_str(), seed, seconds))
}

/// What the stages find in a world, and the seconds that they took.
pub(crate) fn found_in(world: &World, plan: &Plan) -> Result<(stages::Found, f64), String> {
    let (posts, accounts) = tables::of(world).map_err(|error| error.to_string())?;
    let begun = Instant::now();
    let found = stages::run(&[posts], &accounts, Span::micros(1000), plan)
        .map_err(|error| error.to_string())?;
    Ok((found, begun.elapsed().as_secs_f64()))
}

/// Pairs whose test T is looked at, in each world.
const TIMING_PAIRS: usize = 40_000;

/// How uniform the p-values of a study are, in reposts within a minute, over seeds from 1.
///
/// # Errors
/// The words of a stage that failed: a bug.
pub fn uniformity(
    study: Study,
    seeds: u64,
    plan: &Plan,
) -> Result<[(&'static str, Uniformity); 2], String> {
    let (mut joint, mut timing) = (Uniformity::default(), Uniformity::default());
    for seed in 1..=seeds {
        let world = generate(&study.plan(seed));
        let (posts, accounts) = tables::of(&world).map_err(|error| error.to_string())?;
        let posts = [posts];
        let activity = Activity::of(&posts, &accounts, plan).map_err(|error| error.to_string())?;
        let (acted, plan) = (activity.acted(&accounts), &activity.plan);
        let (trace, window) = (Trace::Repost, Span::seconds(60));
        let one = diagnostics::joint(acted, trace, window, &plan.detect)
            .map_err(|error| error.to_string())?;
        joint.add(one);
        let one = diagnostics::timing(acted, trace, window, &plan.detect, TIMING_PAIRS)
            .map_err(|error| error.to_string())?;
        timing.add(one);
    }
    Ok([("joint", joint), ("timing", timing)])
}

fn held_against(
    world: &World,
    found: &stages::Found,
    study: &'static str,
    seed: u64,
    seconds: f64,
) -> Score {
    let (network, groups) = (&found.network, &found.groups);
    let truth = &world.truth;
    let group_of: BTreeMap<&str, usize> = truth
        .groups
        .iter()
        .enumerate()
        .flat_map(|(place, group)| group.members.iter().map(move |m| (m.as_str(), place)))
        .collect();
    let claimed = claimed_pairs(network);
    let is_planted =
        |(a, b): &(&str, &str)| group_of.get(a).is_some_and(|group| group_of.get(b) == Some(group));
    let kinds = Kinds::of(world);
    let mut wrong_kinds = BTreeMap::new();
    let wrong: Vec<_> = claimed.iter().filter(|(pair, _)| !is_planted(pair)).collect();
    for ((a, b), trace) in &wrong {
        *wrong_kinds.entry(format!("{}/{} {trace}", kinds.word(a), kinds.word(b))).or_default() +=
            1;
    }
    let planted: Vec<(&str, &str)> =
        truth.planted_pairs(JOINT_ACTIONS).map(|pair| in_order(&pair.a, &pair.b)).collect();
    let mut members: BTreeMap<u32, Vec<Option<&usize>>> = BTreeMap::new();
    for row in 0..groups.len() {
        let member = group_of.get(groups.account_id.value(row));
        members.entry(groups.group.value(row)).or_default().push(member);
    }
    let cores = Cores::of(found, &group_of);
    Score {
        confirmed: cores.members.len(),
        organic_confirmed: cores.members.values().filter(|members| is_organic(members)).count(),
        planted_confirmed: cores.planted_confirmed(truth),
        planted_groups: truth.groups.len(),
        purity: cores.purity(),
        candidates: found.candidates,
        details: details(found, &kinds),
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

/// Two accounts, the smaller id first.
pub(crate) fn in_order<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    if a < b { (a, b) } else { (b, a) }
}

/// Pairs of accounts that were claimed, with a trace of each.
pub(crate) fn claimed_pairs(network: &Network) -> BTreeMap<(&str, &str), &str> {
    let pair = |row| in_order(network.source_id.value(row), network.target_id.value(row));
    (0..network.len()).map(|row| (pair(row), network.trace.value(row))).collect()
}

fn details(found: &stages::Found, kinds: &Kinds<'_>) -> Vec<String> {
    let (groups, tried) = (&found.groups, &found.confirmations);
    (0..tried.len())
        .map(|row| {
            let number = tried.group.value(row);
            let mut core: BTreeMap<&str, usize> = BTreeMap::new();
            for member in (0..groups.len()).filter(|&m| groups.group.value(m) == number) {
                if groups.role.value(member) == Role::Core.as_str() {
                    *core.entry(kinds.word(groups.account_id.value(member))).or_default() += 1;
                }
            }
            format!(
                "group {number}: {} {} s, {} found, {} observed, {:.1} expected, p {:.4}, timing {:.4}, core {core:?}",
                tried.trace.value(row),
                tried.window_us.value(row) / 1_000_000,
                tried.members.value(row),
                tried.observed.value(row),
                tried.expected.value(row),
                tried.p.value(row),
                tried.p_timing.value(row),
            )
        })
        .collect()
}

/// The planted groups of the core members of each confirmed group.
struct Cores<'a> {
    members: BTreeMap<u32, Vec<Option<&'a usize>>>,
}

impl<'a> Cores<'a> {
    fn of(found: &stages::Found, group_of: &'a BTreeMap<&str, usize>) -> Self {
        let groups = &found.groups;
        let mut members: BTreeMap<u32, Vec<Option<&usize>>> =
            found.confirmations.group.values().iter().map(|&group| (group, Vec::new())).collect();
        for row in 0..groups.len() {
            if groups.role.value(row) == Role::Core.as_str()
                && let Some(members) = members.get_mut(&groups.group.value(row))
            {
                members.push(group_of.get(groups.account_id.value(row)));
            }
        }
        Self { members }
    }

    /// The planted group that most of the core is of, and how many.
    fn most(members: &[Option<&usize>]) -> Option<(usize, usize)> {
        let mut held: BTreeMap<usize, usize> = BTreeMap::new();
        members.iter().flatten().for_each(|group| *held.entry(**group).or_default() += 1);
        held.into_iter().max_by_key(|&(_, count)| count)
    }

    fn purity(&self) -> f64 {
        let all: usize = self.members.values().map(Vec::len).sum();
        let pure: usize =
            self.members.values().filter_map(|members| Some(Self::most(members)?.1)).sum();
        if all == 0 { 1.0 } else { pure as f64 / all as f64 }
    }

    fn planted_confirmed(&self, truth: &Truth) -> usize {
        let confirmed: BTreeSet<usize> = self
            .members
            .values()
            .filter_map(|members| Self::most(members))
            .filter(|&(group, count)| 2 * count >= truth.groups[group].members.len())
            .map(|(group, _)| group)
            .collect();
        confirmed.len()
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
    supporters: BTreeSet<&'a str>,
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
            supporters: truth
                .campaigns
                .iter()
                .flat_map(|c| c.members.iter().chain([&c.caller]))
                .map(String::as_str)
                .collect(),
            members: truth.groups.iter().flat_map(|g| &g.members).map(String::as_str).collect(),
        }
    }

    fn word(&self, account: &str) -> &'static str {
        let kinds = [
            (&self.fans, "fan"),
            (&self.reposters, "auto-reposter"),
            (&self.outlets, "outlet"),
            (&self.scheduled, "scheduled"),
            (&self.supporters, "supporter"),
            (&self.members, "member"),
        ];
        kinds.iter().find(|(set, _)| set.contains(account)).map_or("ordinary", |(_, word)| word)
    }
}
