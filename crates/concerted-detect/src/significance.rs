//! Pairs → network: which pairs act together more than chance?
//!
//! **The rule.** An edge is claimed if it survives both of
//!
//! 1. the *joint test*, what and when (METHODS 2.10): given when, how soon and on which kind of
//!    object accounts act, and how often these two act under the same circumstances, are they
//!    found together more often than exchangeable accounts would be? Episodes are compared with
//!    their expected number by a Poisson tail; the smallest over windows is corrected for their
//!    number; all pairs of testable accounts, in all traces, are one family for
//!    Benjamini–Hochberg at the plan's rate;
//! 2. *test T*, when ([`crate::timing`], METHODS 2.7), at 3 %, wherever births of shared objects
//!    are known: is their timing closer than their own habits explain? This leaves alone whoever
//!    follows the same source with the same haste, each for itself.
//!
//! In the trace `post`, which has no objects, the jitter test of [`crate::synchrony`] takes the place
//! of the first.
//!
//! The level of the second is the largest at which worlds with independent auto-reposters and
//! fandoms show no false edge while groups with objects of their own lose under 3 % of theirs; see
//! docs/calibration.md.
//!
//! **Invariant:** the family is fixed by activity alone, before anybody's co-actions are looked at.

use concerted_methods::{tails::ln_poisson_upper, testing::benjamini_hochberg};
use concerted_model::{
    Span, Trace,
    plan::DetectPlan,
    provenance::Tested,
    tables::{Network, Pairs},
};

use crate::{
    Acted, DetectError,
    edges::{self, Test},
    expectation::{Rates, Shares, expected},
    jitter, power, selection,
    slots::{Slots, traces_in},
    synchrony,
    timing::{self, Suspects},
};

/// Level of test T.
const TIMING_LEVEL: f64 = 0.03;

/// What [`validate`] gives.
#[derive(Debug)]
pub struct Validated {
    /// The edges.
    pub network: Network,
    /// What was tested in each trace, in order of traces.
    pub tested: Vec<Tested>,
}

/// Which pairs act together more than chance, with at most `plan.fdr` false ones expected among those claimed?
///
/// Null: within a stratum (source or topic, lag or popularity, hours, date), any account could
/// have been the one that acted. `windows` are those that `pairs` were swept with. Cost: linear in
/// actions and pairs, times the strata an account is in.
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
///
/// # References
/// METHODS 2.6, 2.7 and 2.10; Benjamini & Hochberg 1995; Bonferroni-min over windows, METHODS 2.4.
pub fn validate(
    acted: Acted<'_>,
    pairs: &Pairs,
    windows: &[Span],
    plan: &DetectPlan,
) -> Result<Validated, DetectError> {
    let Acted { accounts, objects, .. } = acted;
    let mut tests = Vec::new();
    let mut tested = Vec::new();
    for trace in traces_in(objects) {
        let circumstances = acted.circumstances_of(trace);
        let slots = &circumstances.slots;
        let mut of_trace = Vec::new();
        for &window in windows {
            let rows = rows_of(pairs, trace, window);
            if trace == Trace::Post {
                test_synchrony(pairs, rows, slots, window, plan.episode_gap, &mut of_trace)?;
            } else if !rows.is_empty() {
                let rates = circumstances.rates(window);
                test_window(pairs, rows, &circumstances.shares, &rates, &mut of_trace)?;
            }
        }
        let mut kept = keep_best_window(of_trace, windows.len());
        kept.iter_mut().for_each(|test| test.trace = tested.len());
        let able = testable_accounts(slots, accounts.len(), plan.min_objects);
        tested.push(Tested {
            trace,
            accounts: able,
            hypotheses: able * able.saturating_sub(1) / 2,
            pairs: kept.len() as u64,
            strata: circumstances.strata.count as u64,
            edges: 0,
            least_detectable: None,
        });
        tests.extend(kept);
    }
    power::tell(&mut tested, &tests, windows.len(), plan.fdr)?;
    let mut claimed = discoveries(tests, &tested, plan.fdr)?;
    judge_timing(&mut claimed, acted, pairs, &tested, plan.episode_gap)?;
    claimed.iter().for_each(|edge| tested[edge.trace].edges += 1);
    Ok(Validated { network: edges::table(&claimed, pairs, accounts)?, tested })
}

/// Rows of the pairs of one trace and window: one stretch, since pairs are in that order.
fn rows_of(pairs: &Pairs, trace: Trace, window: Span) -> std::ops::Range<usize> {
    let key = |row: usize| {
        let trace = pairs.trace.value(row).parse::<Trace>().ok();
        (trace, pairs.window_us.value(row))
    };
    let wanted = (Some(trace), window.as_micros() as u64);
    let rows: Vec<usize> = (0..pairs.len()).collect();
    let start = rows.partition_point(|&row| key(row) < wanted);
    let end = rows.partition_point(|&row| key(row) <= wanted);
    start..end
}

fn test_window(
    pairs: &Pairs,
    rows: std::ops::Range<usize>,
    shares: &Shares,
    rates: &Rates,
    tests: &mut Vec<Test>,
) -> Result<(), DetectError> {
    let couples: Vec<(u32, u32)> =
        rows.clone().map(|row| (pairs.a.value(row), pairs.b.value(row))).collect();
    for (row, mean) in rows.zip(expected(&couples, shares, rates)) {
        let episodes = u64::from(pairs.episodes.value(row));
        let ln_p = ln_poisson_upper(episodes, mean)
            .map_err(|error| DetectError::refused("Poisson tail", error))?;
        tests.push(Test::of(pairs, row, mean, ln_p));
    }
    Ok(())
}

/// As [`test_window`], for the trace that has no objects.
fn test_synchrony(
    pairs: &Pairs,
    rows: std::ops::Range<usize>,
    slots: &Slots<'_>,
    window: Span,
    gap: Span,
    tests: &mut Vec<Test>,
) -> Result<(), DetectError> {
    let suspects: Vec<Suspects> = rows
        .clone()
        .map(|row| Suspects { a: pairs.a.value(row), b: pairs.b.value(row), window })
        .collect();
    for (row, found) in rows.zip(synchrony::test(slots, &suspects, gap)?) {
        if let Some(found) = found {
            tests.push(Test::of(pairs, row, found.expected, found.ln_p));
        }
    }
    Ok(())
}

/// Of each pair's windows, the one with the smallest p, corrected for the number of windows.
fn keep_best_window(mut tests: Vec<Test>, windows: usize) -> Vec<Test> {
    tests.sort_by(|l, r| {
        (l.a, l.b).cmp(&(r.a, r.b)).then(l.p.total_cmp(&r.p)).then(l.pair.cmp(&r.pair))
    });
    tests.dedup_by_key(|test| (test.a, test.b));
    for test in &mut tests {
        test.p = (test.p * windows as f64).min(1.0);
    }
    tests
}

/// Accounts with at least `min_objects` actions on shared objects.
pub(crate) fn testable_accounts(slots: &Slots<'_>, accounts: usize, min_objects: u32) -> u64 {
    let mut actions = vec![0_u32; accounts];
    slots.account.iter().for_each(|&account| actions[account as usize] += 1);
    actions.iter().filter(|&&count| count >= min_objects).count() as u64
}

/// The tests whose q is at most `rate`, among all hypotheses.
fn discoveries(
    mut tests: Vec<Test>,
    tested: &[Tested],
    rate: f64,
) -> Result<Vec<Test>, DetectError> {
    if tests.is_empty() {
        return Ok(tests);
    }
    let family: u64 = tested.iter().map(|tested| tested.hypotheses).sum();
    let ps: Vec<f64> = tests.iter().map(|test| test.p).collect();
    let qs = benjamini_hochberg(&ps, family)
        .map_err(|error| DetectError::refused("Benjamini–Hochberg procedure", error))?;
    for (test, q) in tests.iter_mut().zip(qs) {
        test.q = q;
    }
    tests.retain(|test| test.q <= rate);
    Ok(tests)
}

/// Puts each edge to the tests of timing and selection, and drops those whose timing is no closer
/// than the two accounts' habits explain.
fn judge_timing(
    edges: &mut Vec<Test>,
    acted: Acted<'_>,
    pairs: &Pairs,
    tested: &[Tested],
    gap: Span,
) -> Result<(), DetectError> {
    let Acted { objects, actions, topics, .. } = acted;
    for edges in edges.chunk_by_mut(|left, right| left.trace == right.trace) {
        let trace = tested[edges[0].trace].trace;
        if trace == Trace::Post {
            continue; // Synchrony is a test of timing already, and nothing is selected.
        }
        let slots = Slots::of(trace, objects, actions, None);
        let suspects: Vec<Suspects> = edges
            .iter()
            .map(|edge| {
                let window = i64::try_from(pairs.window_us.value(edge.pair)).unwrap_or(i64::MAX);
                Suspects { a: edge.a, b: edge.b, window: Span::micros(window) }
            })
            .collect();
        let timing = timing::test(&slots, objects, &suspects, gap)?;
        let jitter = jitter::test(&slots, objects, &suspects, gap)?;
        let selection = selection::test(&slots, objects, topics, &suspects, gap)?;
        for (place, edge) in edges.iter_mut().enumerate() {
            edge.timing = timing[place].map(f64::exp);
            edge.jitter = jitter[place].map(f64::exp);
            edge.selection = Some(selection[place].exp());
        }
    }
    edges.retain(|edge| edge.timing.is_none_or(|p| p <= TIMING_LEVEL));
    Ok(())
}
