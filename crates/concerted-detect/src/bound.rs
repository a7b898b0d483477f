//! How surprising can a meeting on a crowded object be, at most?
//!
//! The question comes before pairing: on an object with a crowd, most pairs cannot come to a claim
//! whatever else they do there, and need not be looked at. A meeting of accounts `a` and `b` in
//! strata σ and σ' is one of at most `c ≤ M n_bσ'` of theirs in these strata, where
//! `Q_σσ' x_aσ x_bσ'` are expected ([`crate::expectation`]); so at least
//! `q = Q_σσ' x_aσ / (N_σ' M)` are expected for each meeting, which is known from `a` alone.
//!
//! **Invariant:** a bound on what [`crate::significance`] can claim, for each of its windows: when a
//! test there changes, so does this. With M = 1 where a window is shorter than the episode gap, since
//! then an action is in one episode only; else the days that a window can touch.

use concerted_model::{
    Span, Trace,
    plan::DetectPlan,
    tables::{Actions, Objects, Pairs},
};

use crate::{
    Acted, DetectError,
    circumstances::Circumstances,
    coaction::{Ahead, BATCH, CROWD, look_ahead},
    expectation::{Rates, Shares},
    limits::{Limits, weight},
    significance::testable_accounts,
    slots::{Slots, traces_in},
    strata::Strata,
};

const DAY_US: i64 = 86_400_000_000;

/// Edges that a network can have. The step-up procedure of Benjamini & Hochberg with so many steps
/// at most is the usual one for all networks that are smaller.
pub const MOST_EDGES: u64 = 1_000_000;

/// How much must pairs weigh that met on the crowded objects of `ahead` only?
///
/// `None` if nothing is crowded. Cost: that of the null's rates, once for each window.
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
pub fn limits(
    ahead: &Ahead<'_>,
    acted: Acted<'_>,
    windows: &[Span],
    plan: &DetectPlan,
) -> Result<Option<Limits>, DetectError> {
    if !ahead.has_crowds() {
        return Ok(None);
    }
    let Acted { accounts, objects, actions, .. } = acted;
    let accounts = accounts.len();
    let family: u64 = traces_in(objects)
        .into_iter()
        .map(|trace| {
            let slots = Slots::of(trace, objects, actions, None);
            let able = testable_accounts(&slots, accounts, plan.min_objects);
            able * able.saturating_sub(1) / 2
        })
        .sum();
    let tests = family as f64 * windows.len() as f64;
    let surprise = (tests / (plan.fdr * MOST_EDGES.min(family.max(1)) as f64)).ln();
    let mut limits = Limits::new(windows.len(), surprise.max(0.0));
    for trace in traces_in(objects) {
        let crowded = ahead.crowded(trace);
        if crowded.is_empty() || !limits.hold_for(trace) {
            continue;
        }
        let Circumstances { slots, strata, shares, .. } = acted.circumstances_of(trace);
        let null = Null::of(&slots, &strata, &shares, windows, plan.episode_gap);
        for object in crowded {
            null.add(object, first_row(trace, objects, actions), &mut limits);
        }
    }
    Ok(Some(limits))
}

/// The sweep within its limits, as a case is swept.
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
pub fn sweep(acted: Acted<'_>, windows: &[Span], plan: &DetectPlan) -> Result<Pairs, DetectError> {
    let ahead = look_ahead(acted.objects, acted.actions, windows, plan, CROWD);
    let limits = limits(&ahead, acted, windows, plan)?;
    Ok(ahead.pairs(acted.actions, limits.as_ref(), BATCH)?.pairs)
}

/// Row of the first action of a trace.
fn first_row(trace: Trace, objects: &Objects, actions: &Actions) -> usize {
    let first = crate::slots::rows_of(trace, objects).start;
    actions.object.values().partition_point(|&object| (object as usize) < first)
}

/// What is expected in one trace.
struct Null<'a> {
    slots: &'a Slots<'a>,
    strata: &'a Strata,
    shares: &'a Shares,
    /// Slots of each stratum.
    sizes: Vec<f64>,
    /// Window, rates within it, and how many meetings one action can be in.
    windows: Vec<(Span, Rates, f64)>,
}

/// Consecutive slots of an object in one stratum.
struct Stretch {
    first: usize,
    stratum: u32,
}

impl<'a> Null<'a> {
    fn of(
        slots: &'a Slots<'a>,
        strata: &'a Strata,
        shares: &'a Shares,
        windows: &[Span],
        gap: Span,
    ) -> Self {
        let mut sizes = vec![0.0; strata.count];
        strata.of_slot.iter().for_each(|&stratum| sizes[stratum as usize] += 1.0);
        let days = slots
            .time
            .iter()
            .max()
            .zip(slots.time.iter().min())
            .map_or(0, |(l, f)| (l - f) / DAY_US);
        let windows = windows
            .iter()
            .map(|&window| {
                let touched = 2 + (window.as_micros() / DAY_US).min(days);
                let many = if window < gap { 1.0 } else { touched as f64 };
                (window, Rates::of(slots, strata, shares, window), many)
            })
            .collect();
        Self { slots, strata, shares, sizes, windows }
    }

    /// Adds the weights of an object's actions.
    fn add(&self, object: u32, first_row: usize, limits: &mut Limits) {
        let start = self.slots.object.partition_point(|&other| other < object);
        let end = self.slots.object.partition_point(|&other| other <= object);
        let mut stretches: Vec<Stretch> = Vec::new();
        for slot in start..end {
            let stratum = self.strata.of_slot[slot];
            if stretches.last().is_none_or(|last| last.stratum != stratum) {
                stretches.push(Stretch { first: slot, stratum });
            }
        }
        let mut weights = vec![0.0; (end - start) * self.windows.len()];
        for (place, window) in self.windows.iter().enumerate() {
            let near = self.near(start..end, window.0);
            for (slot, near) in (start..end).zip(near) {
                let from = stretches.partition_point(|s| s.first <= near.start) - 1;
                let to = stretches.partition_point(|s| s.first < near.end);
                let met = stretches[from..to].iter().map(|s| s.stratum);
                weights[(slot - start) * self.windows.len() + place] =
                    self.weigh(slot, met, window);
            }
        }
        let rows = (first_row + start) as u32..(first_row + end) as u32;
        limits.add(rows, weights.into_iter());
    }

    /// Weight of a slot whose meetings are in these strata.
    fn weigh(
        &self,
        slot: usize,
        met: impl Iterator<Item = u32>,
        (_, rates, many): &(Span, Rates, f64),
    ) -> f64 {
        let own = self.strata.of_slot[slot];
        let share = self.shares.within(self.slots.account[slot], own);
        let expected = met.filter_map(|other| {
            Some(rates.between(own, other)? * share / (self.sizes[other as usize] * many))
        });
        expected.min_by(f64::total_cmp).map_or(0.0, weight)
    }

    /// Slots of the same object within the window of each slot, before and after it.
    fn near(
        &self,
        object: std::ops::Range<usize>,
        window: Span,
    ) -> impl Iterator<Item = std::ops::Range<usize>> {
        let (mut from, mut to) = (object.start, object.start);
        object.clone().map(move |slot| {
            let time = self.slots.time[slot];
            while time - self.slots.time[from] > window.as_micros() {
                from += 1;
            }
            while to < object.end && self.slots.time[to] - time <= window.as_micros() {
                to += 1;
            }
            from..to
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use arrow_array::{StringArray, UInt32Array};
    use concerted_methods::tails::ln_poisson_upper;
    use concerted_model::tables::{
        Accounts, AccountsColumns, ActionsColumns, Alone, AloneColumns, ObjectsColumns, times,
    };
    use proptest::prelude::*;

    use super::*;
    use crate::{
        coaction::Paired,
        expectation::expected,
        topics::{self, Topics},
        traces::Extracted,
    };

    const SECOND: i64 = 1_000_000;
    const ACCOUNTS: usize = 24;

    /// Object, time in seconds, account.
    type Action = (u32, i64, u32);

    fn tables(mut actions: Vec<Action>, births_known: bool) -> (Extracted, Accounts, Topics) {
        actions.sort_unstable();
        let mut seen = BTreeSet::new();
        actions.retain(|&(object, time, account)| seen.insert((object, account, time / 86_400)));
        let count = actions.iter().map(|action| action.0 + 1).max().unwrap_or(0);
        let born = |object| actions.iter().find(|a| a.0 == object).map_or(0, |a| a.1 * SECOND);
        let from = if births_known { "own-clock" } else { "first-sighting" };
        let keys: Vec<String> = (0..count).map(|object| format!("{object:04}")).collect();
        let objects = Objects::try_new(ObjectsColumns {
            trace: keys.iter().map(|_| Some("repost")).collect(),
            key: StringArray::from_iter_values(&keys),
            source: keys.iter().map(|_| None::<&str>).collect(),
            born: times((0..count).map(born).collect()),
            born_from: keys.iter().map(|_| Some(from)).collect(),
            accounts: (0..count)
                .map(|object| actions.iter().filter(|a| a.0 == object).count() as u32)
                .collect(),
        })
        .unwrap();
        let actions = Actions::try_new(ActionsColumns {
            object: actions.iter().map(|action| action.0).collect(),
            account: actions.iter().map(|action| action.2).collect(),
            time: times(actions.iter().map(|action| action.1 * SECOND).collect()),
            post: UInt32Array::from_iter_values(0..actions.len() as u32),
        })
        .unwrap();
        let alone = Alone::try_new(AloneColumns {
            trace: StringArray::from(Vec::<&str>::new()),
            account: UInt32Array::from(Vec::<u32>::new()),
            time: times(Vec::new()),
        })
        .unwrap();
        let accounts = Accounts::try_new(AccountsColumns::numbered(ACCOUNTS)).unwrap();
        let topics = topics::learn(&objects, &actions, ACCOUNTS, &DetectPlan::default()).unwrap();
        (Extracted { objects, actions, alone }, accounts, topics)
    }

    /// Trace and window, the two accounts, and what is said of them.
    fn rows(pairs: &Pairs) -> BTreeSet<(u64, u32, u32, Vec<i64>)> {
        (0..pairs.len())
            .map(|row| {
                let said = vec![
                    i64::from(pairs.objects.value(row)),
                    i64::from(pairs.episodes.value(row)),
                    i64::from(pairs.a_first.value(row)),
                    i64::from(pairs.b_first.value(row)),
                    pairs.first.value(row),
                    pairs.last.value(row),
                ];
                (pairs.window_us.value(row), pairs.a.value(row), pairs.b.value(row), said)
            })
            .collect()
    }

    fn actions() -> impl Strategy<Value = Vec<Action>> {
        // Bursts shortly after an object's birth, and stragglers for days.
        let time = prop_oneof![3 => 0_i64..90, 1 => 0_i64..200_000];
        let action = (0_u32..14, time, 0..ACCOUNTS as u32)
            .prop_map(|(object, lag, account)| (object, i64::from(object) * 4000 + lag, account));
        prop::collection::vec(action, 60..260)
    }

    #[test]
    fn who_met_in_crowds_only_is_left_out_and_who_met_elsewhere_is_not() {
        // Everybody acts on six objects within their first minute; two accounts also share three
        // objects with nobody else.
        let everywhere = (0..6_u32).flat_map(|object| {
            (0..ACCOUNTS as u32).map(move |account| {
                (object, i64::from(object) * 4000 + i64::from(account * 7 % 24), account)
            })
        });
        let apart = (6..9_u32).flat_map(|object| {
            [(object, i64::from(object) * 4000, 3), (object, i64::from(object) * 4000 + 5, 4)]
        });
        let (found, accounts, topics) = tables(everywhere.chain(apart).collect(), false);
        let acted = found.acted(&accounts, &topics);
        let plan = DetectPlan { min_objects: 3, ..DetectPlan::default() };
        let windows = [Span::seconds(60)];
        let ahead = look_ahead(acted.objects, acted.actions, &windows, &plan, 100);
        assert_eq!(ahead.work()[0].crowded, 6);
        let found = limits(&ahead, acted, &windows, &plan).unwrap();
        let Paired { pairs, work } = ahead.pairs(acted.actions, found.as_ref(), BATCH).unwrap();
        assert!(work[0].crowded_compared < Some(work[0].crowded_pairs));
        assert_eq!((pairs.len(), pairs.a.value(0), pairs.b.value(0)), (1, 3, 4));
        assert_eq!(pairs.objects.value(0), 9, "crowds count for those who are listed");
        let every_pair = ACCOUNTS * (ACCOUNTS - 1) / 2;
        let all = ahead.pairs(acted.actions, None, BATCH).unwrap();
        assert_eq!(all.pairs.len(), every_pair);
        assert_eq!(all.work[0].crowded_compared, Some(all.work[0].crowded_pairs));
    }

    proptest! {
        #[test]
        fn limits_leave_out_only_what_no_test_could_claim(
            actions in actions(),
            births_known: bool,
            crowd in 0_u64..60,
            windows in prop::sample::subsequence(
                vec![Span::seconds(60), Span::seconds(600), Span::seconds(90_000), Span::EVER], 1..4,
            ),
        ) {
            let (found, accounts, topics) = tables(actions, births_known);
            let acted = found.acted(&accounts, &topics);
            let plan = DetectPlan { min_objects: 2, fdr: 0.2, ..DetectPlan::default() };
            let ahead = look_ahead(acted.objects, acted.actions, &windows, &plan, crowd);
            let found = limits(&ahead, acted, &windows, &plan).unwrap();
            let all = rows(&ahead.pairs(acted.actions, None, BATCH).unwrap().pairs);
            let listed = rows(&ahead.pairs(acted.actions, found.as_ref(), BATCH).unwrap().pairs);
            prop_assert!(listed.is_subset(&all), "what is listed is counted in full");
            let Some(limits) = found else { return Ok(()) };

            let Circumstances { slots, strata, shares, .. } = acted.circumstances_of(Trace::Repost);
            for (window, a, b, said) in all.difference(&listed) {
                let window = Span::micros(i64::try_from(*window).unwrap());
                let rates = Rates::of(&slots, &strata, &shares, window);
                let mean = expected(&[(*a, *b)], &shares, &rates)[0];
                for count in [said[0], said[1]] {
                    let ln_p = ln_poisson_upper(u64::try_from(count).unwrap(), mean).unwrap();
                    prop_assert!(-ln_p < limits.surprise(), "{a} and {b}: {count} of {mean}");
                }
            }
        }
    }
}
