//! The sweep against an oracle that compares every two actions.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::{StringArray, UInt32Array};
use concerted_detect::{
    Acted, bound,
    coaction::{BATCH, look_ahead, sweep, usable_windows},
    topics,
};
use concerted_model::{
    Span, Trace,
    plan::DetectPlan,
    tables::{
        Accounts, AccountsColumns, Actions, ActionsColumns, Alone, AloneColumns, Objects,
        ObjectsColumns, times,
    },
};
use proptest::prelude::*;

const DAY: i64 = 86_400_000_000;

/// Object, time in seconds, account.
type Action = (u32, i64, u32);

fn tables(mut actions: Vec<Action>) -> (Objects, Actions) {
    actions.sort_unstable();
    // An account acts on an object once a day.
    let mut seen = BTreeSet::new();
    actions
        .retain(|&(object, time, account)| seen.insert((object, account, time * 1_000_000 / DAY)));
    let objects = actions.iter().map(|action| action.0).max().map_or(0, |last| last + 1);
    let keys: Vec<String> = (0..objects).map(|object| format!("{object:04}")).collect();
    let objects = Objects::try_new(ObjectsColumns {
        trace: StringArray::from_iter_values(keys.iter().map(|_| Trace::Url.as_str())),
        key: StringArray::from_iter_values(&keys),
        source: keys.iter().map(|_| None::<&str>).collect(),
        born: times(vec![0; keys.len()]),
        born_from: StringArray::from_iter_values(keys.iter().map(|_| "first-sighting")),
        accounts: UInt32Array::from(vec![2; keys.len()]),
    })
    .unwrap();
    let actions = Actions::try_new(ActionsColumns {
        object: UInt32Array::from_iter_values(actions.iter().map(|action| action.0)),
        account: UInt32Array::from_iter_values(actions.iter().map(|action| action.2)),
        time: times(actions.iter().map(|action| action.1 * 1_000_000).collect()),
        post: UInt32Array::from_iter_values(0..actions.len() as u32),
    })
    .unwrap();
    (objects, actions)
}

/// Stands for a window without bounds.
const EVER: u32 = u32::MAX;

fn span(seconds: u32) -> Span {
    if seconds == EVER { Span::EVER } else { Span::seconds(seconds) }
}

fn plan(min_objects: u32, windows: &[u32]) -> DetectPlan {
    DetectPlan {
        windows: windows.iter().map(|&seconds| span(seconds)).collect(),
        min_objects,
        ..DetectPlan::default()
    }
}

/// Window, accounts, distinct objects by the day, episodes.
type Found = (u64, u32, u32, u32, u32);

fn swept(objects: &Objects, actions: &Actions, plan: &DetectPlan) -> Vec<Found> {
    let pairs = sweep(objects, actions, &plan.windows, plan).unwrap();
    (0..pairs.len())
        .map(|row| {
            (
                pairs.window_us.value(row),
                pairs.a.value(row),
                pairs.b.value(row),
                pairs.objects.value(row),
                pairs.episodes.value(row),
            )
        })
        .collect()
}

fn oracle(actions: &Actions, plan: &DetectPlan) -> Vec<Found> {
    let row = |row: usize| {
        (actions.object.value(row), actions.account.value(row), actions.time.value(row))
    };
    let mut found = Vec::new();
    for window in &plan.windows {
        let mut together: BTreeMap<(u32, u32), BTreeMap<(u32, i64), i64>> = BTreeMap::new();
        for (object, account, time) in (0..actions.len()).map(row) {
            for (other_object, other, later) in (0..actions.len()).map(row) {
                let gap = later - time;
                if object == other_object
                    && account != other
                    && (0..=window.as_micros()).contains(&gap)
                {
                    let pair = (account.min(other), account.max(other));
                    let first = together.entry(pair).or_default().entry((object, time / DAY));
                    first.and_modify(|known| *known = time.min(*known)).or_insert(time);
                }
            }
        }
        for ((a, b), objects) in together {
            if objects.len() < plan.min_objects as usize {
                continue;
            }
            let mut moments: Vec<i64> = objects.values().copied().collect();
            moments.sort_unstable();
            let pauses =
                moments.windows(2).filter(|two| two[1] - two[0] >= plan.episode_gap.as_micros());
            let episodes = 1 + pauses.count() as u32;
            found.push((window.as_micros() as u64, a, b, objects.len() as u32, episodes));
        }
    }
    found
}

proptest! {
    #[test]
    fn the_sweep_finds_what_comparing_every_two_actions_finds(
        actions in prop::collection::vec((0_u32..6, 0_i64..300_000, 0_u32..8), 0..120),
        min_objects in 2_u32..4,
        windows in prop::sample::subsequence(vec![600, 2400, 7200, 86_400, 150_000, EVER], 1..5),
    ) {
        let (objects, actions) = tables(actions);
        let plan = plan(min_objects, &windows);
        prop_assert_eq!(swept(&objects, &actions, &plan), oracle(&actions, &plan));
    }
}

#[test]
fn the_window_includes_its_ends() {
    let (objects, actions) = tables(vec![(0, 0, 0), (0, 60, 1), (1, 5000, 0), (1, 5060, 1)]);
    assert_eq!(swept(&objects, &actions, &plan(2, &[60])), [(60_000_000, 0, 1, 2, 2)]);
    assert_eq!(swept(&objects, &actions, &plan(2, &[59])), []);
}

#[test]
fn an_account_is_never_paired_with_itself() {
    let (objects, actions) = tables((0..50).map(|n| (n % 5, i64::from(n) * 86_400, 3)).collect());
    assert_eq!(swept(&objects, &actions, &plan(2, &[200_000])), []);
}

#[test]
fn one_sitting_is_one_episode() {
    let close =
        (0..5_u32).flat_map(|o| [(o, i64::from(o) * 600, 0), (o, i64::from(o) * 600 + 1, 1)]);
    let (objects, actions) = tables(close.collect());
    assert_eq!(swept(&objects, &actions, &plan(2, &[60])), [(60_000_000, 0, 1, 5, 1)]);
}

#[test]
fn a_window_finer_than_the_times_is_left_out() {
    let minute = Span::seconds(60);
    assert!(usable_windows(&plan(2, &[30]), minute).is_err());
    assert_eq!(usable_windows(&plan(2, &[30, 60]), minute).unwrap(), [minute]);
}

/// Many accounts on few objects, so that some are crowded, over days.
fn crowd() -> (Objects, Actions) {
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % below
    };
    let actions = (0..4000).map(|_| {
        let object = draw(40).min(draw(40)) as u32;
        let hours_after = draw(90) * draw(90) * draw(90) / 7;
        (object, i64::from(object) * 5000 + hours_after as i64, draw(150) as u32)
    });
    tables(actions.collect())
}

#[test]
fn one_thread_many_threads_and_little_memory_find_the_same_pairs() {
    let (objects, actions) = crowd();
    let alone = Alone::try_new(AloneColumns {
        trace: StringArray::from(Vec::<&str>::new()),
        account: UInt32Array::from(Vec::<u32>::new()),
        time: times(Vec::new()),
    })
    .unwrap();
    let plan = plan(2, &[60, 3600, 90_000, EVER]);
    let accounts = Accounts::try_new(AccountsColumns::numbered(150)).unwrap();
    let topics = topics::learn(&objects, &actions, accounts.len(), &plan).unwrap();
    let acted = Acted {
        accounts: &accounts,
        objects: &objects,
        actions: &actions,
        alone: &alone,
        topics: &topics,
    };
    let found = |threads: usize, batch: u64, crowded: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let ahead = look_ahead(&objects, &actions, &plan.windows, &plan, crowded);
            let limits = bound::limits(&ahead, acted, &plan.windows, &plan).unwrap();
            assert_eq!(limits.is_some(), ahead.has_crowds());
            ahead.pairs(&actions, limits.as_ref(), batch).unwrap().pairs
        })
    };
    for crowded in [50, 1000, u64::MAX] {
        let one = found(1, BATCH, crowded);
        assert!(!one.is_empty());
        for (threads, batch) in [(4, BATCH), (1, 1), (3, 1), (4, 700), (2, 20_000)] {
            assert!(found(threads, batch, crowded) == one, "{threads} threads, {batch} held");
        }
    }
    assert!(found(1, BATCH, 50).len() < found(1, BATCH, u64::MAX).len(), "no crowd was left out");
}
