//! Discover on some days, confirm on others: groups that no pair need show.
//!
//! **The rule.** Communities of weak ties on the days of discovery are candidates, in every trace
//! and window up to an hour. A candidate is confirmed if on the other days it survives both nulls of
//! [`super::confirmation`]: the joint one with Benjamini–Hochberg over all candidates at 5 %, and
//! timing at 0.5 %. Members whose own share is not above chance there are dropped; fewer than the
//! plan's smallest group, or than a fifth of the candidate, is no group.
//!
//! **Invariant:** nothing of the days of confirmation decides who is a candidate, or in which trace
//! and window it is tried.

use std::collections::{BTreeMap, BTreeSet};

use concerted_methods::testing::benjamini_hochberg;
use concerted_model::{Span, Trace, plan::Plan, tables::Objects};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::{
    confirmation::{Acts, Reach, Trial},
    discovery::{self, Candidate},
    membership,
    redrawable::Hours,
    redrawing::{Redrawing, Redrawn},
};
use crate::{
    Acted, DetectError,
    circumstances::Circumstances,
    dice::Dice,
    halves::{Blocks, Half, HalfSlots},
    slots::traces_in,
    strata::SlotsOfStratum,
    timing::Habits,
};

/// False discovery rate among the candidates that survive the joint null.
const RATE: f64 = 0.05;
/// Redrawn data sets of a candidate after each round under the joint null.
const ROUNDS: [usize; 3] = [199, 999, 2_999];
/// Redrawn counts as large as the observed one after which more draws would change nothing.
const ENOUGH_AS_LARGE: u32 = 25;
/// A candidate beyond all redrawn data is settled once its q is this share of [`RATE`]. Its p must
/// then be held against 0.02 or more, which a candidate of chance passes at 199 draws and would not
/// at 2,999 with a probability of 0.0001.
const CLEAR: f64 = 0.25;
/// Redrawn data sets under the null of timing: one as large of 199 is above the level already.
const TIMING: (usize, u32) = (199, 1);
/// Level of the null of timing.
const TIMING_LEVEL: f64 = 0.005;
/// Smallest share of a candidate's accounts that must be left: a handful of many is another group.
const LEAST_LEFT: f64 = 0.2;
/// The largest window in which candidates are looked for.
const LARGEST_WINDOW: Span = Span::seconds(3600);

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
    /// The confirmed, those most above what was expected first; no account is in two.
    pub confirmed: Vec<Confirmed>,
    /// How many candidates there were.
    pub candidates: u64,
}

/// Which accounts act together as a group, on other days than those on which they were found?
///
/// None if the data is too short to be halved. Deterministic for the plan's seed. O(C log C) for C
/// co-actions on the days of discovery, then 199 to 2,999 redraws of each candidate's actions.
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
    let Acted { objects, actions, .. } = acted;
    let Some(blocks) = Blocks::of(actions) else { return Ok(Confirmations::default()) };
    let (seed, gap) = (plan.detect.seed, plan.detect.episode_gap);
    let traces = traces_in(objects).into_iter().filter(|trace| *trace != Trace::Post);
    let (mut candidates, mut halves) = (Vec::new(), Vec::new());
    for trace in traces {
        let all = acted.slots_of(trace);
        let early = HalfSlots::of(&all, blocks, Half::Discovery);
        let discovery = acted.circumstances_in(trace, early.slots());
        for &window in windows.iter().filter(|window| **window <= LARGEST_WINDOW) {
            candidates.extend(discovery::candidates(&discovery, window, seed)?);
        }
        halves.push((trace, HalfSlots::of(&all, blocks, Half::Confirmation)));
    }
    let circumstances: Vec<Circumstances<'_>> =
        halves.iter().map(|(trace, late)| acted.circumstances_in(*trace, late.slots())).collect();
    let grounds: Vec<Ground<'_>> =
        circumstances.iter().map(|of| Ground::of(of, objects, &candidates)).collect();
    let survivors = try_all(candidates, &grounds, objects, gap, seed)?;
    Ok(settle(survivors, plan.groups.min_accounts as usize))
}

/// What candidates in one trace are tried on.
struct Ground<'a> {
    circumstances: &'a Circumstances<'a>,
    of_stratum: SlotsOfStratum,
    /// By window.
    reach: BTreeMap<Span, Reach>,
    acts: Acts,
    habits: Habits<'a>,
    hours: Hours,
}

impl<'a> Ground<'a> {
    fn of(
        circumstances: &'a Circumstances<'a>,
        objects: &'a Objects,
        candidates: &[Candidate],
    ) -> Self {
        let (slots, strata) = (&circumstances.slots, &circumstances.strata);
        let here = candidates.iter().filter(|candidate| candidate.trace == circumstances.trace);
        let windows: BTreeSet<Span> = here.clone().map(|candidate| candidate.window).collect();
        let members: FxHashSet<u32> = here.flat_map(|c| c.members.iter().copied()).collect();
        Self {
            circumstances,
            of_stratum: SlotsOfStratum::of_strata(&strata.of_slot, strata.count),
            reach: windows.into_iter().map(|w| (w, Reach::of(slots, w))).collect(),
            acts: Acts::of(slots, members.iter().copied()),
            habits: Habits::of(slots, objects, members.iter().copied()),
            hours: Hours::of(slots, members),
        }
    }
}

/// A candidate that survived the joint null, what redrawing showed, and who is left of it.
struct Tried {
    candidate: Candidate,
    joint: Redrawn,
    q: f64,
    timing: Redrawn,
    kept: Vec<u32>,
}

impl Tried {
    /// Joint actions for each that was expected.
    fn ratio(&self) -> f64 {
        f64::from(self.joint.observed) / self.joint.expected.max(0.5)
    }
}

/// All candidates, and those of them that survived both nulls.
struct Survivors {
    candidates: u64,
    tried: Vec<Tried>,
}

fn try_all(
    candidates: Vec<Candidate>,
    grounds: &[Ground<'_>],
    objects: &Objects,
    gap: Span,
    seed: u64,
) -> Result<Survivors, DetectError> {
    let count = candidates.len() as u64;
    let trials: Vec<(&Ground<'_>, Trial<'_>)> = candidates
        .par_iter()
        .filter_map(|candidate| {
            let Candidate { trace, window, ref members, .. } = *candidate;
            let ground = grounds.iter().find(|ground| ground.circumstances.trace == trace)?;
            let Ground { circumstances, acts, .. } = ground;
            let near = (window, ground.reach.get(&window)?);
            Some((ground, Trial::of(circumstances, objects, acts, members, near, gap)))
        })
        .collect();
    let joint = joint_in_rounds(&trials, &candidates, seed)?;
    let tried: Result<Vec<Option<Tried>>, DetectError> = candidates
        .into_par_iter()
        .zip(trials)
        .zip(joint)
        .enumerate()
        .map(|(place, ((candidate, (ground, trial)), (joint, q)))| {
            let Some(joint) = joint.filter(|_| q <= RATE) else { return Ok(None) };
            let dice = Dice::new(seed, [candidate.trace as u64, place as u64, 1]);
            let timing = trial.timing(&ground.habits, &ground.hours, TIMING, dice);
            let Some(timing) = timing.filter(|timing| timing.p <= TIMING_LEVEL) else {
                return Ok(None);
            };
            let Candidate { window, ref members, .. } = candidate;
            let kept = membership::prune(ground.circumstances, members, window, gap)?;
            Ok(Some(Tried { candidate, joint, q, timing, kept }))
        })
        .collect();
    Ok(Survivors { candidates: count, tried: tried?.into_iter().flatten().collect() })
}

/// What redrawing under the joint null showed of each trial, and its q over all.
fn joint_in_rounds(
    trials: &[(&Ground<'_>, Trial<'_>)],
    candidates: &[Candidate],
    seed: u64,
) -> Result<Vec<(Option<Redrawn>, f64)>, DetectError> {
    if trials.is_empty() {
        return Ok(Vec::new());
    }
    let mut redrawings: Vec<(Redrawing, bool)> = trials
        .iter()
        .zip(candidates)
        .enumerate()
        .map(|(place, ((_, trial), candidate))| {
            let dice = Dice::new(seed, [candidate.trace as u64, place as u64]);
            (Redrawing::of(trial.observed(), dice), false)
        })
        .collect();
    let mut qs = Vec::new();
    for draws in ROUNDS {
        redrawings.par_iter_mut().zip(trials).for_each(|((redrawing, clear), (ground, trial))| {
            if !*clear {
                trial.joint(&ground.of_stratum, draws, ENOUGH_AS_LARGE, redrawing);
            }
        });
        let ps: Vec<f64> = redrawings.iter().map(|(redrawing, _)| redrawing.p()).collect();
        qs = benjamini_hochberg(&ps, ps.len() as u64)
            .map_err(|error| DetectError::refused("Benjamini–Hochberg procedure", error))?;
        for ((redrawing, clear), q) in redrawings.iter_mut().zip(&qs) {
            *clear |= redrawing.is_beyond_all() && *q <= CLEAR * RATE;
        }
    }
    Ok(redrawings.iter().map(|(redrawing, _)| redrawing.found()).zip(qs).collect())
}

/// Gives each account to the clearest group that it is in.
fn settle(survivors: Survivors, least: usize) -> Confirmations {
    let Survivors { candidates, mut tried } = survivors;
    tried.sort_by(|l, r| {
        r.ratio().total_cmp(&l.ratio()).then_with(|| l.candidate.members.cmp(&r.candidate.members))
    });
    let mut taken: FxHashSet<u32> = FxHashSet::default();
    let mut confirmed = Vec::new();
    for tried in tried {
        let free = |account: &u32| !taken.contains(account);
        let members: Vec<u32> = tried.kept.iter().copied().filter(free).collect();
        let Redrawn { observed, expected, ratio_low, ratio_high, p } = tried.joint;
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
            observed,
            expected,
            ratio_low,
            ratio_high,
            p,
            q: tried.q,
            p_timing: tried.timing.p,
            members,
        });
    }
    Confirmations { confirmed, candidates }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_candidate_is_no_group_and_no_error() {
        assert!(joint_in_rounds(&[], &[], 1).unwrap().is_empty());
        let found = settle(Survivors { candidates: 0, tried: Vec::new() }, 3);
        assert_eq!((found.candidates, found.confirmed.len()), (0, 0));
    }
}
