//! How fast files are read into posts, on one core: `cargo bench -p concerted-case`.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on must fail")]

mod made;

use std::fs::File;

use concerted_case::readers::{ReadOptions, read};
use concerted_model::Timestamp;
use criterion::{Criterion, Throughput};
use made::{Kind, write};

const BYTES: u64 = 64 << 20;

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    group.sample_size(10);
    let folder = tempfile::tempdir().unwrap();
    for (name, kind) in [("archive.csv", Kind::Archive), ("tweets.jsonl", Kind::Lines)] {
        let path = folder.path().join(name);
        let posts = write(kind, BYTES, File::create(&path).unwrap()).unwrap();
        group.throughput(Throughput::Bytes(path.metadata().unwrap().len()));
        let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
        let options = ReadOptions::at(now);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let record = read(&path, &options, &|_| {}, &mut |_| {}).unwrap();
                assert_eq!(record.rows.posts, posts);
            });
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    reading(&mut criterion);
    criterion.final_summary();
}
