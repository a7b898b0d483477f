//! Discover on some days, confirm on others: groups that no pair need show.
//!
//! **The rule.** Communities of weak ties on the days of discovery are candidates, in every trace
//! and window up to an hour. A candidate is confirmed if on the other days it survives both nulls of
//! [`super::confirmation`]: the joint one with Benjamini–Hochberg over all candidates at 5 %, and
//! timing at 0.5 %. Members whose own share is not above chance there are dropped; fewer than the plan's smallest group, or than a fifth of
//! the candidate, is no group.
//!
//! **Invariant:** nothing of the days of confirmation decides who is a candidate, in which trace and
//! window it is tried, or how often.

use concerted_methods::testing::benjamini_hochberg;
use concerted_model::{
    Span, Trace,
    plan::Plan,
    tables::{Accounts, Actions, Alone, Objects},
};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::{
    confirmation::{Hours, Redrawn, SlotsOfStratum, Trial},
    discovery::{self, Candidate},
    membership,
};
use crate::{
    DetectError,
    circumstances::Circumstances,
    dice::Dice,
    halves::{Blocks, Half, HalfSlots},
    slots::{Slots, traces_in},
    timing::Habits,
    topics,
};

/// False discovery rate among the candidates that survive the joint null.
const RATE: f64 = 0.05;
/// Level of the null of timing.
const TIMING_LEVEL: f64 = 0.005;
/// Smallest share of a candidate's accounts that must be left: a handful of many is another group.
const LEAST_LEFT: f64 = 0.2;
/// The largest window in which candidates are looked for.
const LARGEST_WINDOW: Span = Span::seconds(3600);

/// What was done: the tables of one case.
#[derive(Clone, Copy, Debug)]
pub struct Acted<'a> {
    /// Every account.
    pub accounts: &'a Accounts,
    /// What was acted on by several.
    pub objects: &'a Objects,
    /// The actions on it.
    pub actions: &'a Actions,
    /// Actions that nobody else took part in.
    pub alone: &'a Alone,
}

/// A group that acts together on days that had no part in finding it.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// Rows of the accounts whose own share is above chance, in order.
    pub members: Vec<u32>,
    /// How many accounts were found on the days of discovery.
    pub found: u32,
    /// The kind of behaviour.
    pub trace: Trace,
    /// The window.
    pub window: Span,
    /// Joint actions on the days of confirmation.
    pub observed: u32,
    /// Their mean in redrawn data.
    pub expected: f64,
    /// Observed per redrawn, 95 % interval.
    pub ratio_low: f64,
    /// Its upper end.
    pub ratio_high: f64,
    /// Share of redrawn data with as many.
    pub p: f64,
    /// Adjusted for all candidates.
    pub q: f64,
    /// The same where only timing is redrawn.
    pub p_timing: f64,
    /// Ties between members on the days of discovery: rows of both, surprise in nats.
    pub ties: Vec<(u32, u32, f64)>,
}

/// What discovering and confirming gave.
#[derive(Clone, Debug, Default)]
pub struct Confirmations {
    /// The confirmed, the most clearly first; no account is in two.
    pub confirmed: Vec<Confirmed>,
    /// How many candidates there were.
    pub candidates: u64,
}

/// Which accounts act together as a group, on other days than those on which they were found?
///
/// None if the data is too short to be halved. Deterministic for the plan's seed. O(C log C) for C
/// co-actions on the days of discovery, then up to 3,000 redraws of each candidate's actions.
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
///
/// # References
/// METHODS 2.7, test G.
pub fn confirm(
    acted: Acted<'_>,
    windows: &[Span],
    plan: &Plan,
) -> Result<Confirmations, DetectError> {
    let Acted { accounts, objects, actions, alone } = acted;
    let Some(blocks) = Blocks::of(actions) else { return Ok(Confirmations::default()) };
    let (seed, gap) = (plan.detect.seed, plan.detect.episode_gap);
    let topics = topics::learn(objects, actions, accounts.len(), plan.detect.topics, seed)?;
    let mut tried = Vec::new();
    for trace in traces_in(objects).into_iter().filter(|trace| *trace != Trace::Post) {
        let all = Slots::of(trace, objects, actions, Some(alone));
        let (early, late) = (
            HalfSlots::of(&all, blocks, Half::Discovery),
            HalfSlots::of(&all, blocks, Half::Confirmation),
        );
        let discovery = Circumstances::of(trace, early.slots(), objects, &topics, accounts);
        let mut candidates = Vec::new();
        for &window in windows.iter().filter(|window| **window <= LARGEST_WINDOW) {
            candidates.extend(discovery::candidates(&discovery, window, seed)?);
        }
        let confirmation = Circumstances::of(trace, late.slots(), objects, &topics, accounts);
        tried.extend(try_all(candidates, &confirmation, objects, gap, seed)?);
    }
    settle(tried, plan.groups.min_accounts as usize)
}

/// A candidate, what redrawing showed, and who is left of it.
struct Tried {
    candidate: Candidate,
    joint: Option<Redrawn>,
    timing: Option<Redrawn>,
    kept: Vec<u32>,
}

impl Tried {
    /// Joint actions for each that was expected.
    fn ratio(&self) -> f64 {
        self.joint.map_or(0.0, |joint| f64::from(joint.observed) / joint.expected.max(0.5))
    }
}

fn try_all(
    candidates: Vec<Candidate>,
    circumstances: &Circumstances<'_>,
    objects: &Objects,
    gap: Span,
    seed: u64,
) -> Result<Vec<Tried>, DetectError> {
    let strata = &circumstances.strata;
    let of_stratum = SlotsOfStratum::of_strata(&strata.of_slot, strata.count);
    let members: FxHashSet<u32> = candidates.iter().flat_map(|c| c.members.clone()).collect();
    let habits = Habits::of(&circumstances.slots, objects, members.iter().copied());
    let hours = Hours::of(&circumstances.slots, members);
    candidates
        .into_par_iter()
        .enumerate()
        .map(|(place, candidate)| {
            let Candidate { trace, window, ref members, .. } = candidate;
            let trial = Trial::of(circumstances, objects, members, window, gap);
            let mut dice = Dice::new(seed, [trace as u64, place as u64]);
            let joint = trial.joint(&of_stratum, &mut dice);
            let hopeful = joint.is_some_and(|joint| joint.p <= RATE);
            let timing = if hopeful { trial.timing(&habits, &hours, &mut dice) } else { None };
            let kept = if hopeful {
                membership::prune(circumstances, members, window, gap)?
            } else {
                Vec::new()
            };
            Ok(Tried { candidate, joint, timing, kept })
        })
        .collect()
}

/// Adjusts for all candidates, and gives each account to the clearest group that it is in.
fn settle(tried: Vec<Tried>, least: usize) -> Result<Confirmations, DetectError> {
    let candidates = tried.len() as u64;
    if candidates == 0 {
        return Ok(Confirmations::default());
    }
    let ps: Vec<f64> = tried.iter().map(|tried| tried.joint.map_or(1.0, |j| j.p)).collect();
    let qs = benjamini_hochberg(&ps, candidates)
        .map_err(|error| DetectError::refused("Benjamini–Hochberg procedure", error))?;
    let mut survivors: Vec<(Tried, f64)> = tried
        .into_iter()
        .zip(qs)
        .filter(|(tried, q)| {
            *q <= RATE && tried.timing.is_some_and(|timing| timing.p <= TIMING_LEVEL)
        })
        .collect();
    survivors.sort_by(|(l, lq), (r, rq)| {
        lq.total_cmp(rq)
            .then_with(|| r.ratio().total_cmp(&l.ratio()))
            .then_with(|| l.candidate.members.cmp(&r.candidate.members))
    });
    let mut taken: FxHashSet<u32> = FxHashSet::default();
    let mut confirmed = Vec::new();
    for (tried, q) in survivors {
        let free = |account: &u32| !taken.contains(account);
        let members: Vec<u32> = tried.kept.iter().copied().filter(free).collect();
        let (Some(joint), Some(timing)) = (tried.joint, tried.timing) else { continue };
        let found = tried.candidate.members.len() as f64;
        let few = (tried.kept.len() as f64) < LEAST_LEFT * found;
        if few || members.len() < least || 2 * members.len() < tried.kept.len() {
            continue;
        }
        taken.extend(&members);
        let inside = |tie: &(u32, u32, f64)| {
            members.binary_search(&tie.0).is_ok() && members.binary_search(&tie.1).is_ok()
        };
        confirmed.push(Confirmed {
            ties: tried.candidate.ties.iter().filter(|tie| inside(tie)).copied().collect(),
            found: tried.candidate.members.len() as u32,
            trace: tried.candidate.trace,
            window: tried.candidate.window,
            observed: joint.observed,
            expected: joint.expected,
            ratio_low: joint.ratio_low,
            ratio_high: joint.ratio_high,
            p: joint.p,
            q,
            p_timing: timing.p,
            members,
        });
    }
    Ok(Confirmations { confirmed, candidates })
}
