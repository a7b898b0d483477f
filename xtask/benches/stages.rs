//! How long each stage of the kernel takes over 100,000 actions: `cargo bench -p xtask`. Instructions, stage by
//! stage, are counted by callgrind on `xtask bench 100000`; see docs/performance.md.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on must fail")]

use concerted_detect::{Acted, bound, coaction, significance, topics};
use concerted_model::{Span, plan::DetectPlan};
use concerted_testkit::zipf_actions;
use criterion::{BatchSize, Criterion, Throughput};
use xtask::packed::{self, Action};

const ACTIONS: u64 = 100_000;
const SEED: u64 = 1;

fn stages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("kernel");
    group.sample_size(20).throughput(Throughput::Elements(ACTIONS));
    let world = zipf_actions(ACTIONS, (ACTIONS / 20) as u32, (ACTIONS / 4) as u32, SEED);
    let actions: Vec<Action> =
        world.map(|a| Action::from((a.object, a.account, a.time_us))).collect();
    group.bench_function("sort", |bencher| {
        bencher.iter_batched(|| actions.clone(), packed::ordered, BatchSize::LargeInput);
    });
    let ordered = packed::ordered(actions);
    let tables = packed::tables(ordered).unwrap();
    let packed::Tables { accounts, objects, actions, alone } = &tables;
    let (plan, windows) = (DetectPlan::default(), [Span::seconds(60)]);

    let learn = || topics::learn(objects, actions, accounts.len(), &plan).unwrap();
    group.bench_function("topics", |bencher| bencher.iter(learn));
    let topics = learn();
    let acted = Acted { accounts, objects, actions, alone, topics: &topics };

    // Crowded from fewer pairs on than usual, or there would be no crowd among so few.
    let look = || coaction::look_ahead(objects, actions, &windows, &plan, 1_000);
    group.bench_function("look ahead", |bencher| bencher.iter(look));
    let ahead = look();
    let limits = || bound::limits(&ahead, acted, &windows, &plan).unwrap();
    group.bench_function("limits of crowds", |bencher| bencher.iter(limits));
    let limits = limits().unwrap();
    let pair = || ahead.pairs(actions, Some(&limits), coaction::BATCH).unwrap().pairs;
    group.bench_function("pair", |bencher| bencher.iter(pair));
    let pairs = pair();
    group.bench_function("validate", |bencher| {
        bencher.iter(|| significance::validate(acted, &pairs, &windows, &plan).unwrap());
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    stages(&mut criterion);
    criterion.final_summary();
}
