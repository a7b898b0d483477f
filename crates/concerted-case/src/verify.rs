//! Is everything as it was written? Recomputes the hashes of a case, or of a bag.
//!
//! **Invariant:** nothing is changed, mended or locked by looking. Whatever is not as it was written is
//! named for what it is: a changed table, a changed plan, a changed record, a log that does not hang
//! together, a file too many.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use concerted_model::Plan;
use serde::Serialize;

use crate::{CaseError, FileRecord, RunRecord, custody, durable, stage::LIST};

/// What is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// Which kind of thing.
    pub kind: WrongKind,
    /// Where it lies, from the folder that was checked.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Kinds of things that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WrongKind {
    /// A file holds something else.
    Changed,
    /// A file is gone.
    Missing,
    /// A file that nobody wrote down.
    Added,
    /// The plan is not the one that was followed.
    Plan,
    /// The record of the run is not the one that the log names.
    Record,
    /// The log of custody does not hang together.
    Custody,
    /// An input is not the one that was read.
    Input,
    /// A table comes out differently when it is made again.
    Differs,
}

/// What was looked at, and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Files whose hash was recomputed.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Lines of the log of custody.
    pub custody: u64,
    /// What is not as it was written.
    pub wrong: Vec<Wrong>,
}

impl Checked {
    /// Notes something wrong.
    pub fn add(&mut self, kind: WrongKind, path: impl Into<String>, reason: impl Into<String>) {
        self.wrong.push(Wrong { kind, path: path.into(), reason: reason.into() });
    }

    fn file(&mut self, root: &Path, name: &str, written: &FileRecord) -> Result<(), CaseError> {
        match durable::record_of(&root.join(name))? {
            None => self.add(WrongKind::Missing, name, "the file is missing"),
            Some(found) => {
                self.files += 1;
                self.bytes += found.bytes;
                if found.sha256 != written.sha256 {
                    let reason = format!(
                        "its content is not what was written: SHA-256 {} instead of {}",
                        found.sha256, written.sha256
                    );
                    self.add(WrongKind::Changed, name, reason);
                }
            }
        }
        Ok(())
    }
}

/// Checks the case at `root`.
///
/// # Errors
/// [`CaseError`] if there is no case, or its files cannot be read at all.
pub fn case(root: &Path) -> Result<Checked, CaseError> {
    let mut checked = Checked::default();
    let path = root.join("run.json");
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(CaseError::NoCase(root.to_owned()));
        }
        Err(error) => return Err(CaseError::disk(&path, error)),
    };
    checked.files += 1;
    checked.bytes += text.len() as u64;
    custody_of(root, &durable::sha256(&text), &mut checked)?;
    let run = match RunRecord::from_json(&path, &text) {
        Ok(run) => run,
        Err(error) => {
            checked.add(WrongKind::Record, "run.json", error.to_string());
            return Ok(checked);
        }
    };
    plan_of(root, &run, &mut checked)?;
    for (stage, used) in run.used() {
        let folder = format!("stages/{}/{}", stage.as_str(), used.key);
        for (name, written) in &used.files {
            checked.file(root, &format!("{folder}/{name}"), written)?;
        }
        list_of(root, &folder, &used.files, &mut checked)?;
    }
    for (copy, _, used, name) in run.copies() {
        if let Some(written) = used.files.get(&name) {
            checked.file(root, &copy, written)?;
        }
    }
    Ok(checked)
}

fn custody_of(root: &Path, run_sha256: &str, checked: &mut Checked) -> Result<(), CaseError> {
    match custody::verify(root) {
        Ok(log) => {
            checked.custody = log.len() as u64;
            if log.last().is_none_or(|last| last.run_sha256 != run_sha256) {
                let reason = "it is not the record that the log of custody names last";
                checked.add(WrongKind::Record, "run.json", reason);
            }
        }
        Err(error @ CaseError::Custody { .. }) => {
            checked.add(WrongKind::Custody, "custody.ndjson", error.to_string());
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// A plan with every key, those that a later version added at their defaults, but without the language
/// model, which a command line may name for one run.
fn in_full(plan: &serde_json::Value) -> serde_json::Value {
    match serde_json::from_value::<Plan>(plan.clone()) {
        Ok(plan) => of_file(plan),
        Err(_) => plan.clone(),
    }
}

fn of_file(mut plan: Plan) -> serde_json::Value {
    plan.copies.model = None;
    serde_json::to_value(plan).unwrap_or_default()
}

/// The plan that a person edits, against the one that the run followed. What a command line changed for
/// one run only is in the run's and not in the file, so reading is not compared.
fn plan_of(root: &Path, run: &RunRecord, checked: &mut Checked) -> Result<(), CaseError> {
    const NAME: &str = "case.toml";
    let text = match fs::read_to_string(root.join(NAME)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            checked.add(WrongKind::Missing, NAME, "the plan is missing");
            return Ok(());
        }
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            checked.add(WrongKind::Plan, NAME, "the plan was changed since the run: it is no text");
            return Ok(());
        }
        Err(error) => return Err(CaseError::disk(&root.join(NAME), error)),
    };
    checked.files += 1;
    checked.bytes += text.len() as u64;
    let now = match Plan::from_toml(&text) {
        Ok(plan) => of_file(plan),
        Err(error) => {
            let reason = format!("the plan was changed since the run: {error}");
            checked.add(WrongKind::Plan, NAME, reason);
            return Ok(());
        }
    };
    let of_run = in_full(&run.plan);
    for (section, of_run) in of_run.as_object().into_iter().flatten() {
        if section != "ingest" && now.get(section) != Some(of_run) {
            let reason = format!("the plan was changed since the run: {section} is another");
            checked.add(WrongKind::Plan, NAME, reason);
        }
    }
    Ok(())
}

/// The list of a stage's files, against the record, and the files that are there.
fn list_of(
    root: &Path,
    folder: &str,
    written: &BTreeMap<String, FileRecord>,
    checked: &mut Checked,
) -> Result<(), CaseError> {
    let name = format!("{folder}/{LIST}");
    let found = fs::read(root.join(&name)).ok();
    checked.files += u64::from(found.is_some());
    let found: Option<BTreeMap<String, FileRecord>> =
        found.and_then(|text| serde_json::from_slice(&text).ok());
    if found.as_ref() != Some(written) {
        checked.add(WrongKind::Changed, name, "the list of files is not that of the run");
    }
    for file in durable::names_in(&root.join(folder))? {
        if file != LIST && !written.contains_key(&file) {
            checked.add(WrongKind::Added, format!("{folder}/{file}"), "no run wrote this file");
        }
    }
    Ok(())
}

/// Whether there is a BagIt bag at `root`.
#[must_use]
pub fn is_bag(root: &Path) -> bool {
    root.join("bagit.txt").is_file()
}

/// Checks the bag at `root`.
///
/// # Errors
/// [`CaseError`] if its files cannot be read at all.
pub fn bag(root: &Path) -> Result<Checked, CaseError> {
    let mut checked = Checked::default();
    let mut listed = BTreeSet::from(["tagmanifest-sha256.txt".to_owned()]);
    for manifest in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
        let text = fs::read_to_string(root.join(manifest)).unwrap_or_default();
        if text.is_empty() {
            checked.add(WrongKind::Missing, manifest, "the manifest is missing or no text");
        }
        for line in text.lines() {
            let Some((sha256, name)) = line.split_once("  ") else {
                checked.add(WrongKind::Changed, manifest, format!("a line that is none: {line}"));
                continue;
            };
            if name.split('/').any(|part| part == ".." || part.is_empty()) {
                checked.add(WrongKind::Changed, manifest, "a name that leads out of the bag");
                continue;
            }
            listed.insert(name.to_owned());
            let written = FileRecord { sha256: sha256.to_owned(), bytes: 0 };
            checked.file(root, name, &written)?;
        }
    }
    for path in files_under(root)? {
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        if !listed.contains(&name) {
            checked.add(WrongKind::Added, name, "no manifest names this file");
        }
    }
    Ok(checked)
}

fn files_under(root: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let (mut files, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for name in durable::names_in(&folder)? {
            let path = folder.join(name);
            let found = path.symlink_metadata().map_err(|error| CaseError::disk(&path, error))?;
            if found.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// The hashes of everything that a case's run names, one a line and in order: a text to be put under a
/// time stamp by whoever wants one.
///
/// # Errors
/// [`CaseError`] if there is no run, or its record cannot be read.
pub fn hashes(root: &Path) -> Result<String, CaseError> {
    let path = root.join("run.json");
    let text = fs::read(&path).map_err(|error| CaseError::disk(&path, error))?;
    let run = RunRecord::from_json(&path, &text)?;
    let mut lines = vec![format!("{}  run.json", durable::sha256(&text))];
    for name in ["case.toml", "custody.ndjson"] {
        if let Some(found) = durable::record_of(&root.join(name))? {
            lines.push(format!("{}  {name}", found.sha256));
        }
    }
    for (stage, used) in &run.stages {
        lines.extend(used.files.iter().map(|(name, written)| {
            format!("{}  stages/{}/{}/{name}", written.sha256, stage.as_str(), used.key)
        }));
    }
    lines.sort_unstable();
    Ok(lines.join("\n") + "\n")
}
