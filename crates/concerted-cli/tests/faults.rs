//! What a machine does to a program: full disks, kills, closed pipes, signals, few handles.
//!
//! Each test that needs more than the machine gives says so by its name and is skipped.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{
    fs::{self, File},
    io::Read,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

const CONCERTED: &str = env!("CARGO_BIN_EXE_concerted");

fn concerted(words: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(CONCERTED);
    command.args(words).current_dir(folder);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn succeeds(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    output
}

/// A folder with the demo's posts, and its case in `concerted-demo/case`.
fn demo() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    succeeds(concerted(&["demo", "--quiet"], folder.path()));
    folder
}

/// Exports the edges of a case.
fn edges(case: &str, folder: &Path) -> String {
    let out = tempfile::tempdir_in(folder).unwrap();
    let to = out.path().join("out");
    // Pseudonyms differ from case to case: they are made with a key of its own.
    let words = ["export", case, "--to", "csv", "--level", "S3", "--out", to.to_str().unwrap()];
    succeeds(concerted(&words, folder));
    fs::read_to_string(to.join("edges.csv")).unwrap()
}

#[test]
fn a_disk_that_fills_up_is_a_limit_and_the_case_stays_as_it_was() {
    let folder = demo();
    let script = r#"
        set -e
        mkdir small
        mount -t tmpfs -o size=32m tmpfs small || exit 77
        "$CONCERTED" investigate concerted-demo/posts.csv --case small/case --quiet
        cp small/case/run.json small/case/report.html .
        head -n 15000 concerted-demo/posts.csv > fewer.csv
        cat /dev/zero > small/filler 2> /dev/null || true
        code=0
        "$CONCERTED" investigate fewer.csv --case small/case --quiet 2> said || code=$?
        cmp run.json small/case/run.json
        cmp report.html small/case/report.html
        test -z "$(find small -name '*.part-*')"
        rm small/filler
        "$CONCERTED" investigate fewer.csv --case small/case --quiet
        exit $code
    "#;
    let mut shell = Command::new("unshare");
    shell.args(["--map-root-user", "--mount", "sh", "-c", script]);
    let Ok(ended) = shell.env("CONCERTED", CONCERTED).current_dir(folder.path()).output() else {
        eprintln!("skipped a_disk_that_fills_up_…: there is no unshare here");
        return;
    };
    let (code, said) = (ended.status.code(), text(&ended.stderr));
    if code == Some(77) || said.contains("unshare failed") {
        eprintln!("skipped a_disk_that_fills_up_…: no disk can be mounted here");
        return;
    }
    assert_eq!(code, Some(4), "{said}");
    let said = fs::read_to_string(folder.path().join("said")).unwrap();
    assert!(said.contains("error: small/case/") && said.contains("the disk is full"), "{said}");
    assert!(said.contains("hint: "), "{said}");
}

#[test]
fn a_run_that_is_killed_leaves_the_old_case_or_the_new_one() {
    let folder = demo();
    let plan = folder.path().join("concerted-demo/case/case.toml");
    let posts = "concerted-demo/posts.csv";
    let stricter = |share: &str| {
        let text = fs::read_to_string(&plan).unwrap();
        let lines = text.lines().map(|line| match line.split_once(" = ") {
            Some(("fdr", _)) => format!("fdr = {share}\n"),
            _ => format!("{line}\n"),
        });
        let text: String = lines.collect();
        assert!(text.contains(&format!("fdr = {share}\n")));
        fs::write(&plan, text).unwrap();
    };
    let investigate = ["investigate", posts, "--case", "concerted-demo/case", "--quiet"];
    let mut seen = Vec::new();
    let begun = Instant::now();
    for share in ["0.01", "0.000001"] {
        stricter(share);
        succeeds(concerted(&investigate, folder.path()));
        seen.push(edges("concerted-demo/case", folder.path()));
    }
    assert_ne!(seen[0], seen[1], "the two plans must differ in what they claim");
    let usual = begun.elapsed() / 2;
    // From before the start to after the end of a run.
    for step in 0..16_u32 {
        stricter(["0.01", "0.000001"][step as usize % 2]);
        let mut run = concerted(&investigate, folder.path());
        let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(usual * step / 12);
        run.kill().unwrap();
        run.wait().unwrap();
        let found = edges("concerted-demo/case", folder.path());
        assert!(seen.contains(&found), "neither the old case nor the new one after kill {step}");
    }
    stricter("0.01");
    succeeds(concerted(&investigate, folder.path()));
    assert_eq!(edges("concerted-demo/case", folder.path()), seen[0]);
}

#[test]
fn a_reader_that_has_enough_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = concerted(&["formats", "--json"], folder.path());
    let mut run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(run.stdout.take());
    let mut said = String::new();
    run.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((run.wait().unwrap().code(), &*said), (Some(0), ""));
}

/// Whether a signal is ignored here, as shells do for what runs in the background: children inherit it.
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (signal - 1)) != 0)
}

#[test]
fn a_signal_ends_a_run_at_once_and_without_a_case() {
    // Large enough that no machine is done before the signal comes.
    let folder = demo();
    let rows = fs::read_to_string(folder.path().join("concerted-demo/posts.csv")).unwrap();
    let (header, rows) = rows.split_once('\n').unwrap();
    let large = folder.path().join("large.csv");
    fs::write(&large, format!("{header}\n{}", rows.repeat(20))).unwrap();
    for (name, number) in [("-INT", 2), ("-TERM", 15)] {
        if is_ignored(number) {
            eprintln!("skipped {name}: whoever started this test has it ignored");
            continue;
        }
        let words = ["investigate", "large.csv", "--case", "case"];
        let mut command = concerted(&words, folder.path());
        let mut run = command.stderr(Stdio::piped()).spawn().unwrap();
        let patience = Instant::now() + Duration::from_secs(60);
        while !folder.path().join("case/lock").exists() && Instant::now() < patience {
            std::thread::yield_now();
        }
        let id = run.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
        assert_eq!(run.wait().unwrap().signal(), Some(number), "{name}");
        let mut said = String::new();
        run.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(!said.contains("panicked"), "{said}");
        assert!(!folder.path().join("case/run.json").exists());
    }
}

#[test]
fn sixteen_open_files_are_enough() {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"ulimit -n 16 && exec "$CONCERTED" demo --quiet"#;
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).env("CONCERTED", CONCERTED).current_dir(folder.path());
    succeeds(shell);
}

#[test]
fn time_zone_language_and_home_change_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let made = |out: &str, change: &dyn Fn(&mut Command)| {
        let mut command = concerted(&["demo", "--quiet", "--out", out], folder.path());
        change(&mut command);
        succeeds(command);
        let read = |name: &str| fs::read(folder.path().join(out).join(name)).unwrap();
        (read("posts.csv"), read("case/report.html"), edges(&format!("{out}/case"), folder.path()))
    };
    let usual = made("usual", &|_| {});
    let elsewhere = made("elsewhere", &|command| {
        command.env("TZ", "Asia/Tehran").env("LANG", "tr_TR.UTF-8").env("LC_ALL", "tr_TR.UTF-8");
        command.env_remove("HOME");
    });
    assert!(usual == elsewhere, "the same posts gave other bytes");
}

#[test]
fn what_is_no_file_is_an_input_error_and_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    std::os::unix::fs::symlink("loop", folder.path().join("loop")).unwrap();
    let pipe = Command::new("mkfifo").arg("pipe").current_dir(folder.path()).status();
    let pipe = pipe.is_ok_and(|made| made.success()).then_some("pipe");
    let names = ["folder", "loop", "nothing.csv", "/dev/zero"];
    for name in names.into_iter().chain(pipe) {
        let words = ["investigate", name, "--case", "case"];
        let output = concerted(&words, folder.path()).output().unwrap();
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{name}: {said}");
        assert!(said.contains("hint: "), "{name}: {said}");
        assert!(!folder.path().join("case/run.json").exists(), "{name}");
    }
}

#[test]
fn a_case_in_use_is_a_usage_error_that_names_the_process() {
    let folder = demo();
    let lock = File::options().write(true).open(folder.path().join("concerted-demo/case/lock"));
    let lock = lock.unwrap();
    lock.lock().unwrap();
    let output = concerted(&["report", "concerted-demo/case"], folder.path()).output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("in use by another run"), "{said}");
}
