//! A case that is checked: fresh, with one byte changed in each kind of file, with another plan or input.

use std::{fs, path::Path};

use concerted::{
    Timestamp,
    export::{KeyUse, Level},
    verify::{Verified, hashes, verify},
};

use crate::case::{Small, files_under};

fn checked(root: &Path, inputs: &[&Path]) -> Verified {
    let inputs: Vec<_> = inputs.iter().map(|input| (*input).to_owned()).collect();
    verify(root, &inputs, Timestamp::LATEST, &|_| {}).unwrap()
}

/// What is wrong, as `kind path`, with the keys of stages left out.
fn wrong(verified: &Verified) -> Vec<String> {
    let one = |wrong: &concerted::verify::Wrong| {
        let parts: Vec<&str> =
            wrong.path.split('/').filter(|part| part.len() != 16 || part.contains('.')).collect();
        let kind = serde_json::to_string(&wrong.kind).unwrap();
        format!("{} {}", kind.trim_matches('"'), parts.join("/"))
    };
    verified.checked.wrong.iter().map(one).collect()
}

/// Changes one bit in the middle of a file, or adds a byte to an empty one, looks, and puts it back.
fn with_flip(path: &Path, look: impl FnOnce() -> Vec<String>) -> Vec<String> {
    let whole = fs::read(path).unwrap();
    let mut changed = whole.clone();
    let middle = changed.len() / 2;
    match changed.get_mut(middle) {
        Some(byte) => *byte ^= 1,
        None => changed.push(b'x'),
    }
    fs::write(path, &changed).unwrap();
    let found = look();
    fs::write(path, &whole).unwrap();
    found
}

#[test]
fn a_fresh_case_is_as_it_was_written_and_comes_out_the_same_from_its_inputs() {
    let small = Small::new();
    let verified = checked(&small.root, &[&small.input]);
    assert_eq!(wrong(&verified), Vec::<String>::new());
    assert!(verified.made_again.unwrap() >= 12, "{verified:?}");
    assert!(verified.checked.files >= 18 && verified.checked.custody >= 1, "{verified:?}");
    assert_eq!(verified.other_version, None);
}

#[test]
fn one_byte_changed_in_any_file_of_a_case_is_named_and_looking_mends_nothing() {
    let small = Small::new();
    let mut kinds = 0;
    for path in files_under(&small.root) {
        let name = path.strip_prefix(&small.root).unwrap().to_string_lossy().into_owned();
        // The lock says nothing, the plan has a test of its own.
        if name == "lock" || name == "case.toml" {
            continue;
        }
        let found = with_flip(&path, || {
            let found = wrong(&checked(&small.root, &[]));
            assert_eq!(wrong(&checked(&small.root, &[])), found, "looking changed something");
            found
        });
        let file = name.rsplit('/').next().unwrap();
        let named = found.iter().any(|wrong| wrong.ends_with(file));
        assert!(named, "a changed byte in {name} is not named: {found:?}");
        kinds += 1;
    }
    assert!(kinds >= 18, "only {kinds} files were tried");
    assert_eq!(wrong(&checked(&small.root, &[])), Vec::<String>::new());
}

#[test]
fn a_missing_file_and_one_too_many_are_named() {
    let small = Small::new();
    let edges = files_under(&small.root).into_iter().find(|p| p.ends_with("network.parquet"));
    let edges = edges.unwrap();
    fs::write(edges.with_file_name("more.parquet"), "x").unwrap();
    fs::remove_file(&edges).unwrap();
    let found = wrong(&checked(&small.root, &[]));
    assert_eq!(
        found,
        ["missing stages/network/network.parquet", "added stages/network/more.parquet"]
    );
}

#[test]
fn a_changed_plan_is_named_for_what_it_is() {
    let small = Small::new();
    let path = small.root.join("case.toml");
    let plan = fs::read_to_string(&path).unwrap();
    assert!(plan.contains("fdr = 0.01"), "{plan}");
    fs::write(&path, plan.replace("fdr = 0.01", "fdr = 0.05")).unwrap();
    let verified = checked(&small.root, &[]);
    assert_eq!(wrong(&verified), ["plan case.toml"]);
    assert!(verified.checked.wrong[0].reason.contains("detect is another"), "{verified:?}");
    fs::write(&path, plan.replace("fdr = 0.01", "fdr = =")).unwrap();
    assert_eq!(wrong(&checked(&small.root, &[])), ["plan case.toml"]);
}

#[test]
fn a_changed_input_is_named_and_nothing_is_made_again_from_it() {
    let small = Small::new();
    let text = fs::read_to_string(&small.input).unwrap();
    fs::write(&small.input, text.replacen("lantern", "Lantern", 1)).unwrap();
    let verified = checked(&small.root, &[&small.input]);
    assert_eq!(verified.made_again, None);
    let found = wrong(&verified);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|wrong| wrong.starts_with("input ")), "{found:?}");
    assert!(verified.checked.wrong[0].reason.contains("not an input that was read"));
}

#[test]
fn a_table_that_was_changed_with_all_its_hashes_differs_when_it_is_made_again() {
    let small = Small::new();
    // Somebody rewrites the record of the run as well, so that every hash fits: only the inputs tell.
    let run = small.root.join("run.json");
    let tested = files_under(&small.root).into_iter().find(|p| p.ends_with("tested.json")).unwrap();
    let text = fs::read_to_string(&tested).unwrap();
    let old = sha256_of(&tested);
    fs::write(&tested, text.replacen("\"edges\": ", "\"edges\":  ", 1).replacen("  ", " ", 1))
        .unwrap();
    let new = sha256_of(&tested);
    assert_ne!(old, new, "nothing was changed");
    for path in [&run, &tested.with_file_name("files.json")] {
        fs::write(path, fs::read_to_string(path).unwrap().replace(&old, &new)).unwrap();
    }
    let custody = small.root.join("custody.ndjson");
    fs::remove_file(&custody).unwrap();
    let verified = checked(&small.root, &[&small.input]);
    let found = wrong(&verified);
    assert!(found.contains(&"differs stages/network/tested.json".to_owned()), "{found:?}");
    assert!(!found.iter().any(|wrong| wrong.starts_with("changed")), "{found:?}");
}

fn sha256_of(path: &Path) -> String {
    let lines = hashes_of(path);
    lines.split_whitespace().next().unwrap().to_owned()
}

/// `sha256sum` in a line, by the library that the case uses itself.
fn hashes_of(path: &Path) -> String {
    concerted::Inputs { files: vec![path.to_owned()], ..Default::default() }
        .hashes()
        .unwrap()
        .remove(0)
}

#[test]
fn a_bundle_is_checked_without_the_case_and_a_changed_byte_in_it_is_named() {
    let small = Small::new();
    let bag = small.export(Level::ShareSafe, KeyUse::OfCase, "out").join("bag");
    assert_eq!(wrong(&checked(&bag, &[])), Vec::<String>::new());
    for path in files_under(&bag) {
        let name = path.strip_prefix(&bag).unwrap().to_string_lossy().into_owned();
        let found = with_flip(&path, || wrong(&checked(&bag, &[])));
        assert!(!found.is_empty(), "a changed byte in {name} is not named");
    }
    fs::write(bag.join("data/more.csv"), "x").unwrap();
    assert_eq!(wrong(&checked(&bag, &[])), ["added data/more.csv"]);
}

#[test]
fn hashes_are_one_a_line_and_in_order() {
    let small = Small::new();
    let hashes = hashes(&small.root).unwrap();
    let lines: Vec<&str> = hashes.lines().collect();
    assert!(lines.len() >= 15 && lines.is_sorted(), "{hashes}");
    assert!(lines.iter().all(|line| line.split_once("  ").unwrap().0.len() == 64), "{hashes}");
}
