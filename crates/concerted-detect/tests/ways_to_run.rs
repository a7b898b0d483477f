//! One contract for every way to run: threads, rounds, slices and crowds that are gone through decide how long
//! it takes and what is in memory, never what is found.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use arrow_array::{StringArray, UInt32Array};
use concerted_detect::{
    Acted, bound,
    coaction::{BATCH, look_ahead},
    significance, topics,
};
use concerted_model::{
    Span,
    plan::DetectPlan,
    provenance::Tested,
    tables::{
        Accounts, AccountsColumns, Actions, ActionsColumns, Alone, AloneColumns, Network, Objects,
        ObjectsColumns, Pairs, times,
    },
};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
const ACCOUNTS: u32 = 1_300;
const OBJECTS: u32 = 3_000;

struct World {
    accounts: Accounts,
    objects: Objects,
    actions: Actions,
    alone: Alone,
}

/// Four crowds of interests, each with objects of its own, three of which everybody acts on within the hour;
/// and five accounts that do the same within seconds.
fn world() -> World {
    let mut state = 11_u64;
    let mut draw = move |below: u32| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % u64::from(below)) as u32
    };
    let born = |object: u32| i64::from(object % 41) * DAY + i64::from(object) * 20 * SECOND;
    let mut acted: Vec<(u32, i64, u32)> = Vec::new();
    for account in 0..ACCOUNTS {
        for _ in 0..25 {
            let object = 4 * draw(OBJECTS / 4) + account % 4;
            let late = draw(240) * draw(240);
            acted.push((object, born(object) + i64::from(late) * SECOND, account));
        }
        for object in 0..3 {
            acted.push((object, born(object) + i64::from(draw(3_600)) * SECOND, account));
        }
    }
    for object in (100..160).step_by(4) {
        acted.extend((0..5).map(|n| (object, born(object) + i64::from(draw(20)) * SECOND, 4 * n)));
    }
    acted.sort_unstable_by_key(|&(object, time, account)| (object, account, time));
    acted.dedup_by_key(|&mut (object, time, account)| (object, account, time.div_euclid(DAY)));
    acted.sort_unstable();
    let of = |object: u32| acted.iter().filter(move |action| action.0 == object);
    let accounts_of = |object: u32| {
        let mut who: Vec<u32> = of(object).map(|action| action.2).collect();
        who.sort_unstable();
        who.dedup();
        who.len() as u32
    };
    let keys: Vec<String> = (0..OBJECTS).map(|object| format!("{object:05}")).collect();
    World {
        accounts: Accounts::try_new(AccountsColumns::numbered(ACCOUNTS as usize)).unwrap(),
        objects: Objects::try_new(ObjectsColumns {
            trace: keys.iter().map(|_| Some("repost")).collect(),
            key: StringArray::from_iter_values(&keys),
            source: keys.iter().map(|_| None::<&str>).collect(),
            born: times((0..OBJECTS).map(born).collect()),
            born_from: keys.iter().map(|_| Some("own-clock")).collect(),
            accounts: (0..OBJECTS).map(accounts_of).collect::<Vec<u32>>().into(),
        })
        .unwrap(),
        actions: Actions::try_new(ActionsColumns {
            object: acted.iter().map(|action| action.0).collect(),
            account: acted.iter().map(|action| action.2).collect(),
            time: times(acted.iter().map(|action| action.1).collect()),
            post: UInt32Array::from_iter_values(0..acted.len() as u32),
        })
        .unwrap(),
        alone: Alone::try_new(AloneColumns {
            trace: StringArray::from(Vec::<&str>::new()),
            account: UInt32Array::from(Vec::<u32>::new()),
            time: times(Vec::new()),
        })
        .unwrap(),
    }
}

#[derive(PartialEq)]
struct Found {
    topics: topics::Topics,
    pairs: Pairs,
    network: Network,
    tested: Vec<Tested>,
}

/// A way to run.
#[derive(Clone, Copy, Debug)]
struct Way {
    threads: usize,
    /// Meetings in memory at once; what does not fit is compared in another round.
    batch: u64,
    /// Slices of whole objects, each gone through by itself and then merged.
    slices: usize,
}

const ONE: Way = Way { threads: 1, batch: BATCH, slices: 1 };

/// From actions to a network.
fn found(world: &World, way: Way) -> Found {
    let plan = DetectPlan::default();
    let windows = [Span::seconds(60), Span::seconds(600), Span::seconds(3600)];
    let pool = rayon::ThreadPoolBuilder::new().num_threads(way.threads).build().unwrap();
    pool.install(|| {
        let World { accounts, objects, actions, alone } = world;
        let topics = topics::learn(objects, actions, accounts.len(), &plan).unwrap();
        let acted = Acted { accounts, objects, actions, alone, topics: &topics };
        let ahead = look_ahead(objects, actions, &windows, &plan, 50_000).sliced(way.slices);
        assert!(ahead.has_crowds());
        let limits = bound::limits(&ahead, acted, &windows, &plan).unwrap();
        let pairs = ahead.pairs(actions, limits.as_ref(), way.batch).unwrap().pairs;
        let validated = significance::validate(acted, &pairs, &windows, &plan).unwrap();
        Found { topics, pairs, network: validated.network, tested: validated.tested }
    })
}

#[test]
fn every_way_to_run_gives_the_same_topics_pairs_and_network() {
    let world = world();
    let one = found(&world, ONE);
    assert!(one.topics.of_account.contains(&1), "there is something to learn");
    assert!(!one.network.is_empty(), "somebody is tied");
    for way in [
        Way { threads: 2, ..ONE },
        Way { threads: 7, slices: 64, ..ONE },
        Way { batch: 1_000, ..ONE },
        Way { threads: 3, batch: 20_000, slices: 64 },
        Way { slices: 5, ..ONE },
        Way { threads: 2, slices: 1_000, ..ONE },
        Way { threads: 2, batch: 1_000, slices: OBJECTS as usize },
    ] {
        assert!(found(&world, way) == one, "{way:?}");
    }
}
