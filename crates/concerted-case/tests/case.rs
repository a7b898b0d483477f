//! The promises of the case on disk: what is written reads back, the same rows give the same bytes,
//! and no kill, full disk or second run leaves anything but a whole case.
#![expect(clippy::unwrap_used, reason = "what these tests set up must succeed")]

use std::{
    collections::BTreeMap,
    fs,
    hash::{BuildHasher, RandomState},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use arrow_array::{
    Float64Array, Int64Array, StringArray, TimestampMicrosecondArray, UInt32Array, UInt64Array,
};
use concerted_case::{
    Case, CaseError, ErrorKind, Key, KeyParts, RunRecord, Stage, StageFolder, custody, read_table,
    read_tables, write_table, write_tables,
};
use concerted_model::{
    Plan,
    tables::{
        Accounts, AccountsColumns, Actions, ActionsColumns, Evidence, EvidenceColumns, Groups,
        GroupsColumns, Network, NetworkColumns, Objects, ObjectsColumns, Pairs, PairsColumns,
        Posts, PostsColumns, Sources, SourcesColumns, Table, list_of_strings, times,
    },
};

/// 2024-05-01T12:00:00Z
const NOON: i64 = 1_714_564_800_000_000;

fn strings<const N: usize>(values: [&str; N]) -> StringArray {
    StringArray::from(values.to_vec())
}

fn numbers<const N: usize>(values: [u32; N]) -> UInt32Array {
    UInt32Array::from(values.to_vec())
}

fn moments<const N: usize>(after_noon: [i64; N]) -> TimestampMicrosecondArray {
    times(after_noon.iter().map(|after| NOON + after).collect())
}

fn maybe_moments(values: Vec<Option<i64>>) -> TimestampMicrosecondArray {
    TimestampMicrosecondArray::from(values).with_timezone("UTC")
}

fn posts(first: usize, count: usize) -> Posts {
    let rows = || first..first + count;
    let all = |value: &str| StringArray::from(vec![value; count]);
    let every_third = |row: usize| row.is_multiple_of(3).then(|| format!("{row:04}"));
    let moment_every_third = |row: usize| row.is_multiple_of(3).then_some(NOON);
    let maybe = || rows().map(every_third).collect::<StringArray>();
    let maybe_born = || maybe_moments(rows().map(moment_every_third).collect());
    let lists = || list_of_strings(rows().map(|row| ["a", "b", "a"].into_iter().take(row % 4)));
    Posts::try_new(PostsColumns {
        platform: all("x"),
        instance: all(""),
        account: rows().map(|row| Some(format!("{:03}", row % 7))).collect(),
        handle: maybe(),
        id: rows().map(|row| Some(format!("{row:06}"))).collect(),
        kind: all("original"),
        time: times(rows().map(|row| NOON + row as i64).collect()),
        clock: all("server"),
        resolution_us: Int64Array::from(vec![1_000_000; count]),
        text: rows().map(|row| Some(format!("a \u{1f600} text\nin two lines, {row}"))).collect(),
        language: maybe(),
        client: maybe(),
        repost_of: maybe(),
        repost_of_account: maybe(),
        repost_of_born: maybe_born(),
        reply_to: maybe(),
        reply_to_account: maybe(),
        reply_to_born: maybe_born(),
        quote_of: maybe(),
        quote_of_born: maybe_born(),
        urls: lists(),
        hashtags: lists(),
        mentions: lists(),
        media: lists(),
    })
    .unwrap()
}

/// Rows that do not compress.
fn sources(first: u64, count: u64) -> Sources {
    let rows = || first..first + count;
    let scattered = |row: u64| row.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23) ^ row << 40;
    Sources::try_new(SourcesColumns {
        input: UInt32Array::from(vec![0; count as usize]),
        offset: rows().map(scattered).collect::<UInt64Array>(),
        length: UInt32Array::from(vec![100; count as usize]),
        line: rows().collect::<UInt64Array>(),
    })
    .unwrap()
}

fn network() -> Network {
    Network::try_new(NetworkColumns {
        a: numbers([0, 0]),
        b: numbers([1, 2]),
        source_platform: strings(["x", "x"]),
        source_id: strings(["0042", "0042"]),
        target_platform: strings(["x", "bluesky"]),
        target_id: strings(["42", "did:plc:a"]),
        trace: strings(["url", "hashtag"]),
        window_us: UInt64Array::from(vec![60_000_000, u64::MAX]),
        co_actions: numbers([7, u32::MAX]),
        episodes: numbers([5, 3]),
        expected: Float64Array::from(vec![0.1 + 0.2, 3.0]),
        ratio_low: Float64Array::from(vec![5.4, 0.2]),
        ratio_high: Float64Array::from(vec![38.9, f64::MAX]),
        p: Float64Array::from(vec![1e-300, 0.0005]),
        q: Float64Array::from(vec![f64::MIN_POSITIVE, 1.0]),
        p_timing: Float64Array::from(vec![None::<f64>; 2]),
        p_jitter: Float64Array::from(vec![None::<f64>; 2]),
        p_selection: Float64Array::from(vec![Some(0.01), None]),
        nulls: strings(["joint selection", "joint"]),
        source_first: numbers([4, 1]),
        target_first: numbers([3, 2]),
        direction: strings(["mutual", "source-follows"]),
        first: moments([0, 1]),
        last: moments([5, 6]),
    })
    .unwrap()
}

fn groups() -> Groups {
    Groups::try_new(GroupsColumns {
        group: numbers([1, 1]),
        part: numbers([1, 1]),
        component: numbers([1, 1]),
        account: numbers([0, 1]),
        platform: strings(["x", "x"]),
        account_id: strings(["0042", "42"]),
        handle: StringArray::from(vec![Some("=cmd()"), None]),
        actions: numbers([9, 8]),
        ties: numbers([1, 1]),
        role: strings(["core", "periphery"]),
        x: Float64Array::from(vec![0.0, -1.5]),
        y: Float64Array::from(vec![0.25, 1.0]),
    })
    .unwrap()
}

fn evidence() -> Evidence {
    Evidence::try_new(EvidenceColumns {
        edge: numbers([0]),
        object: numbers([0]),
        trace: strings(["url"]),
        key: strings(["https://example.org/a"]),
        source_time: moments([0]),
        target_time: moments([12_000_001]),
        gap_seconds: Float64Array::from(vec![12.000_001]),
        source_post: numbers([0]),
        target_post: numbers([1]),
        source_post_id: strings(["0001"]),
        target_post_id: strings(["2"]),
    })
    .unwrap()
}

fn accounts() -> Accounts {
    Accounts::try_new(AccountsColumns {
        platform: strings(["x", "x"]),
        instance: strings(["", ""]),
        id: strings(["0042", "42"]),
        handle: StringArray::from(vec![None, Some("anna")]),
        handles: numbers([0, 2]),
        posts: numbers([3, 4]),
        first: moments([0, 0]),
        last: moments([1, 1]),
    })
    .unwrap()
}

fn objects() -> Objects {
    Objects::try_new(ObjectsColumns {
        trace: strings(["url", "hashtag"]),
        key: strings(["https://example.org/a", "a"]),
        source: StringArray::from(vec![Some("example.org"), None]),
        born: moments([0, 0]),
        born_from: strings(["first-sighting", "own-clock"]),
        accounts: numbers([2, 3]),
    })
    .unwrap()
}

fn actions() -> Actions {
    Actions::try_new(ActionsColumns {
        object: numbers([0, 0, 1]),
        account: numbers([1, 0, 0]),
        time: moments([5, 7, 1]),
        post: numbers([0, 1, 2]),
    })
    .unwrap()
}

fn pairs() -> Pairs {
    Pairs::try_new(PairsColumns {
        trace: strings(["url"]),
        window_us: UInt64Array::from(vec![60_000_000]),
        a: numbers([0]),
        b: numbers([1]),
        objects: numbers([4]),
        episodes: numbers([3]),
        a_first: numbers([1]),
        b_first: numbers([2]),
        first: moments([0]),
        last: moments([9]),
    })
    .unwrap()
}

fn key(stage: Stage, plan: &str) -> Key {
    Key::of(&KeyParts { stage, code: 1, plan, reads: &[], inputs: &[] })
}

/// A stage that holds some tables, in a case of its own.
struct Written {
    _root: tempfile::TempDir,
    folder: StageFolder,
}

fn written<'t, T: Table + 't>(tables: impl IntoIterator<Item = &'t T>) -> Written {
    let root = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(root.path()).unwrap();
    let key = key(Stage::Ingest, "");
    let folder =
        case.write_stage(Stage::Ingest, &key, |writer| write_tables(writer, tables)).unwrap();
    Written { _root: root, folder }
}

fn bytes_of<'t, T: Table + 't>(tables: impl IntoIterator<Item = &'t T>) -> Vec<u8> {
    let written = written(tables);
    written.folder.read(&format!("{}.parquet", T::NAME)).unwrap()
}

fn reads_back<T: Table + PartialEq + std::fmt::Debug>(table: &T) {
    let written = written([table]);
    assert_eq!(&read_table::<T>(&written.folder).unwrap(), table);
}

#[test]
fn every_table_reads_back_as_it_was_written() {
    reads_back(&posts(0, 20));
    reads_back(&sources(0, 20));
    reads_back(&accounts());
    reads_back(&objects());
    reads_back(&actions());
    reads_back(&pairs());
    reads_back(&network());
    reads_back(&groups());
    reads_back(&evidence());
}

#[test]
fn a_table_without_rows_reads_back() {
    reads_back(&posts(0, 0));
    reads_back(&sources(0, 0));
}

#[test]
fn a_large_table_reads_back_in_pieces_of_one_size() {
    let table = sources(0, 150_000);
    let written = written([&table]);
    let lengths: Vec<_> =
        read_tables::<Sources>(&written.folder).unwrap().map(|t| t.unwrap().len()).collect();
    assert_eq!(lengths, [65_536, 65_536, 18_928]);
    assert_eq!(read_table::<Sources>(&written.folder).unwrap(), table);
}

#[test]
fn the_same_rows_give_the_same_bytes_in_whatever_pieces_they_come() {
    assert_eq!(bytes_of([&posts(0, 3000)]), bytes_of([&posts(0, 3000)]));
    let pieces = [posts(0, 1), posts(1, 0), posts(1, 1999), posts(2000, 1000)];
    assert_eq!(bytes_of(&pieces), bytes_of([&posts(0, 3000)]));
    let pieces = [sources(0, 70_000), sources(70_000, 80_000)];
    assert_eq!(bytes_of(&pieces), bytes_of([&sources(0, 150_000)]));
}

#[test]
fn a_table_that_was_cut_or_overwritten_is_damaged_and_not_a_crash() {
    let written = written([&network()]);
    let path = written.folder.path("network.parquet");
    let whole = fs::read(&path).unwrap();
    for damage in [whole[..whole.len() / 2].to_vec(), vec![0; whole.len()], Vec::new()] {
        fs::write(&path, damage).unwrap();
        let error = read_table::<Network>(&written.folder).unwrap_err();
        assert!(matches!(error, CaseError::Damaged { .. }), "{error}");
        assert_eq!(error.kind(), ErrorKind::Input);
    }
}

#[test]
fn a_table_of_another_kind_is_refused() {
    let written = written([&network()]);
    fs::copy(written.folder.path("network.parquet"), written.folder.path("pairs.parquet")).unwrap();
    assert!(matches!(read_table::<Pairs>(&written.folder), Err(CaseError::Damaged { .. })));
}

#[test]
fn a_stage_that_fails_midway_is_not_there_and_can_be_written_again() {
    let root = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(root.path()).unwrap();
    let key = key(Stage::Network, "");
    let failed = case.write_stage(Stage::Network, &key, |writer| {
        write_table(writer, &network())?;
        Err(CaseError::Full { path: "groups.parquet".into(), bytes: None })
    });
    assert!(failed.is_err());
    assert!(case.stage(Stage::Network, &key).is_none());
    assert_eq!(unfinished_under(root.path()), Vec::<PathBuf>::new());
    case.write_stage(Stage::Network, &key, |writer| write_table(writer, &network())).unwrap();
    assert!(case.stage(Stage::Network, &key).is_some());
}

#[test]
fn a_case_has_the_plan_that_a_person_wrote() {
    let root = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(root.path()).unwrap();
    assert!(matches!(case.plan(), Err(CaseError::NoPlan(_))));
    case.write_plan(&Plan::default()).unwrap();
    fs::write(root.path().join("case.toml"), "name = \"mine\"\n").unwrap();
    case.write_plan(&Plan::default()).unwrap();
    assert_eq!(case.plan().unwrap().name, "mine");
    fs::write(root.path().join("case.toml"), "\n[detect]\nfdrr = 1\n").unwrap();
    let error = case.plan().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("case.toml line 3: \"fdrr\""), "{error}");
}

#[test]
fn a_second_run_in_one_case_is_refused_with_the_process_that_holds_it() {
    let root = tempfile::tempdir().unwrap();
    let first = Case::open_or_create(root.path()).unwrap();
    let error = Case::open(root.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
    drop(first);
    Case::open(root.path()).unwrap();
}

#[test]
fn a_folder_that_is_no_case_is_neither_opened_nor_made_one() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("thesis.docx");
    fs::write(&file, "years of work").unwrap();
    assert!(matches!(Case::open(root.path()), Err(CaseError::NoCase(_))));
    assert!(matches!(Case::open_or_create(root.path()), Err(CaseError::Occupied(_))));
    assert_eq!(Case::open_or_create(&file).unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
}

/// Rewrites every stage of a case, then commits: all of it says `round`.
fn rewrite(case: &Case, round: u64) {
    let word = round.to_string();
    let command = vec!["investigate".to_owned(), word.clone()];
    let mut run = RunRecord::new("0.1.0", command, serde_json::json!({ "round": round }));
    let mut used = |stage: Stage, folder: StageFolder| {
        run.stages.insert(stage, folder.record().clone());
    };
    for stage in Stage::ALL {
        let key = key(stage, &word);
        let folder = case
            .write_stage(stage, &key, |writer| match stage {
                Stage::Ingest => {
                    write_table(writer, &sources(round, 5_000))?;
                    writer.write("manifest.json", word.as_bytes())?;
                    writer.write("rejects.ndjson", word.as_bytes())
                }
                Stage::Report => writer.write("report.html", word.as_bytes()),
                _ => write_table(writer, &sources(round, 500)),
            })
            .unwrap();
        used(stage, folder);
    }
    run.counts = BTreeMap::from([("round".to_owned(), round)]);
    case.commit(&run).unwrap();
}

fn round_of(case: &Case) -> Option<u64> {
    case.run().unwrap().map(|run| run.counts["round"])
}

fn assert_whole(case: &Case) {
    let wrong: Vec<_> = case.verify().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(unfinished_under(case.root()), Vec::<PathBuf>::new());
    for copy in ["report.html", "rejects.ndjson", "inputs/manifest.json"] {
        let text = fs::read_to_string(case.root().join(copy)).ok();
        assert_eq!(text.and_then(|text| text.parse().ok()), round_of(case), "{copy}");
    }
}

fn unfinished_under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().contains(".part-") {
            found.push(entry.path());
        } else if entry.path().is_dir() {
            found.extend(unfinished_under(&entry.path()));
        }
    }
    found
}

#[test]
fn a_commit_replaces_the_whole_case_and_removes_what_it_no_longer_uses() {
    let root = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(root.path()).unwrap();
    rewrite(&case, 1);
    rewrite(&case, 2);
    assert_whole(&case);
    assert_eq!(round_of(&case), Some(2));
    assert!(case.stage(Stage::Pairs, &key(Stage::Pairs, "1")).is_none());
    assert!(case.stage(Stage::Pairs, &key(Stage::Pairs, "2")).is_some());
}

#[test]
fn the_same_run_gives_the_same_record() {
    let record = || {
        let root = tempfile::tempdir().unwrap();
        let case = Case::open_or_create(root.path()).unwrap();
        rewrite(&case, 1);
        fs::read(root.path().join("run.json")).unwrap()
    };
    assert_eq!(record(), record());
}

#[test]
fn a_run_that_names_an_unfinished_stage_is_refused_and_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(root.path()).unwrap();
    rewrite(&case, 1);
    let mut run = case.run().unwrap().unwrap();
    run.stages.get_mut(&Stage::Pairs).unwrap().key = key(Stage::Pairs, "elsewhere");
    assert_eq!(case.commit(&run).unwrap_err().kind(), ErrorKind::Bug);
    assert_whole(&case);
}

#[test]
fn a_copy_for_people_that_was_changed_is_renewed_at_the_next_opening() {
    let root = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(root.path()).unwrap();
    rewrite(&case, 1);
    drop(case);
    fs::write(root.path().join("report.html"), "changed").unwrap();
    fs::remove_file(root.path().join("inputs/manifest.json")).unwrap();
    assert_whole(&Case::open(root.path()).unwrap());
}

#[test]
fn a_kill_between_the_run_and_its_line_in_the_log_is_made_good_and_said() {
    for left_of_the_line in [0, 30] {
        let root = tempfile::tempdir().unwrap();
        let case = Case::open_or_create(root.path()).unwrap();
        rewrite(&case, 1);
        rewrite(&case, 2);
        drop(case);
        let path = root.path().join("custody.ndjson");
        let log = fs::read_to_string(&path).unwrap();
        let second_line = log.find('\n').unwrap() + 1;
        fs::write(&path, &log[..second_line + left_of_the_line]).unwrap();

        assert_whole(&Case::open(root.path()).unwrap());
        let last = custody::verify(root.path()).unwrap().pop().unwrap();
        assert_eq!(last.seq, 2);
        assert!(last.what.starts_with("found a run.json that is not in this log"), "{last:?}");
    }
}

#[test]
fn a_stage_that_a_killed_run_finished_is_there_for_the_next() {
    let root = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(root.path()).unwrap();
    rewrite(&case, 1);
    let key = key(Stage::Pairs, "2");
    case.write_stage(Stage::Pairs, &key, |writer| write_table(writer, &pairs())).unwrap();
    drop(case);
    let found = Case::open(root.path()).unwrap().stage(Stage::Pairs, &key).unwrap();
    assert_eq!(read_table::<Pairs>(&found).unwrap(), pairs());
}

#[test]
fn a_run_without_a_report_takes_the_old_report_away() {
    let root = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(root.path()).unwrap();
    rewrite(&case, 1);
    let mut run = case.run().unwrap().unwrap();
    run.stages.remove(&Stage::Report);
    case.commit(&run).unwrap();
    assert!(!root.path().join("report.html").exists());
    assert!(root.path().join("rejects.ndjson").exists());
}

#[test]
fn a_changed_byte_anywhere_in_a_case_is_found() {
    for place in ["stages", "run.json", "custody.ndjson"] {
        let root = tempfile::tempdir().unwrap();
        let case = Case::open_or_create(root.path()).unwrap();
        rewrite(&case, 1);
        rewrite(&case, 2);
        let path = match place {
            "stages" => {
                case.stage(Stage::Pairs, &key(Stage::Pairs, "2")).unwrap().path("sources.parquet")
            }
            name => root.path().join(name),
        };
        let mut bytes = fs::read(&path).unwrap();
        let place_of_digit = bytes.windows(5).position(|five| five == b"0.1.0").unwrap_or(100);
        bytes[place_of_digit] ^= 1;
        fs::write(&path, bytes).unwrap();
        let wrong = case.verify().unwrap();
        assert_eq!(wrong.len(), 1, "{place}: {wrong:?}");
    }
}

const KILLED_CASE: &str = "CONCERTED_TEST_KILLED_CASE";
const TINY_DISK: &str = "CONCERTED_TEST_TINY_DISK";

/// This test binary, told to run one of its ignored tests.
fn child(test: &str) -> Vec<String> {
    let this = std::env::current_exe().unwrap().to_string_lossy().into_owned();
    [&this, "--ignored", "--exact", test].map(str::to_owned).to_vec()
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_case_or_the_new_one() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path().join("case");
    let child = child("rewrites_a_case_until_it_is_killed");
    let mut round = None;
    for kill in 0..30 {
        let mut process = Command::new(&child[0])
            .args(&child[1..])
            .env(KILLED_CASE, &root)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let delay = RandomState::new().hash_one(kill) % 150_000;
        thread::sleep(Duration::from_micros(delay));
        process.kill().unwrap();
        process.wait().unwrap();

        let case = Case::open_or_create(&root).unwrap();
        assert_whole(&case);
        assert!(round_of(&case) >= round, "kill {kill} after {delay} µs");
        round = round_of(&case);
    }
    assert!(round > Some(1), "no process came as far as a second commit: {round:?}");
}

#[test]
#[ignore = "the child process of a_kill_at_any_moment_leaves_the_old_case_or_the_new_one"]
fn rewrites_a_case_until_it_is_killed() {
    let Ok(root) = std::env::var(KILLED_CASE) else { return };
    let case = Case::open_or_create(Path::new(&root)).unwrap();
    for round in round_of(&case).unwrap_or(0) + 1.. {
        rewrite(&case, round);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_limit_and_leaves_the_old_case() {
    const IN_OWN_MOUNTS: [&str; 4] = ["unshare", "--user", "--map-root-user", "--mount"];
    let [program, flags @ ..] = IN_OWN_MOUNTS;
    let allowed = Command::new(program).args(flags).arg("true").status();
    if !allowed.is_ok_and(|status| status.success()) {
        println!(
            "skipped: a_full_disk_is_a_limit_and_leaves_the_old_case needs unshare with user namespaces"
        );
        return;
    }
    let disk = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=512k none \"$0\" && exec \"$@\"";
    let output = Command::new(program)
        .args(flags)
        .args(["sh", "-c", mount])
        .arg(disk.path())
        .args(child("fills_a_tiny_disk"))
        .env(TINY_DISK, disk.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
#[ignore = "the child process of a_full_disk_is_a_limit_and_leaves_the_old_case"]
fn fills_a_tiny_disk() {
    let Ok(disk) = std::env::var(TINY_DISK) else { return };
    let case = Case::open_or_create(&Path::new(&disk).join("case")).unwrap();
    rewrite(&case, 1);

    let too_large = case.write_stage(Stage::Pairs, &key(Stage::Pairs, "large"), |writer| {
        write_table(writer, &sources(0, 200_000))
    });
    let error = too_large.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    assert!(error.to_string().contains("sources.parquet: the disk is full"), "{error}");
    assert_whole(&case);

    let filler = Path::new(&disk).join("filler");
    while fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&filler)
        .is_ok_and(|mut file| std::io::Write::write_all(&mut file, &[0; 512]).is_ok())
    {}
    let mut run = case.run().unwrap().unwrap();
    run.counts.insert("edges".to_owned(), 1);
    let error = case.commit(&run).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    assert!(error.to_string().contains("run.json: the disk is full; the file needs"), "{error}");
    assert_whole(&case);
    assert_eq!(round_of(&case), Some(1));

    fs::remove_file(&filler).unwrap();
    rewrite(&case, 2);
    assert_whole(&case);
}
