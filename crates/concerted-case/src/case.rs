//! The folder of one investigation.
//!
//! ```text
//! case/
//!   case.toml              the plan: what a person edits
//!   run.json               the run that the case shows: its stages, with the hash of every file
//!   custody.ndjson         what was done, when, with which version
//!   stages/<stage>/<key>/  what was computed
//!   inputs/manifest.json   \
//!   rejects.ndjson          > copies for people, of files of the stages
//!   report.html            /
//!   audits/                /
//!   lock                   the process at work
//! ```
//!
//! **Invariant:** a case shows one run, whole. [`Case::commit`] changes it in one step, the
//! replacement of `run.json`; what a killed process had still to do after that step is done when the
//! case is next opened. Stages that are finished but not yet in a run stay until the next commit, so
//! that a killed run goes on where it was.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use concerted_model::Plan;

use crate::{
    custody::{self, Log},
    durable,
    error::CaseError,
    ingest,
    key::{Key, Stage},
    lock::Lock,
    run::{AUDITS, FileRecord, PUBLISHED, RunRecord},
    stage::{self, StageFolder, StageWriter},
};

const PLAN: &str = "case.toml";
const RUN: &str = "run.json";
const STAGES: &str = "stages";
const READING: &str = "reading";

/// The run that a case shows, with what is known of it from outside.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The record.
    pub run: RunRecord,
    /// SHA-256 of `run.json`.
    pub sha256: String,
    /// When it ended, RFC 3339 in UTC, as the custody log says; empty if the log does not know it.
    pub ended: String,
}

/// An open case. No other process can open it until this is dropped.
#[derive(Debug)]
pub struct Case {
    root: PathBuf,
    _lock: Lock,
}

impl Case {
    /// Whether there is a case at `root`.
    #[must_use]
    pub fn is_at(root: &Path) -> bool {
        root.join(PLAN).is_file() || root.join(RUN).is_file() || root.join(STAGES).is_dir()
    }

    /// Opens the case at `root`.
    ///
    /// # Errors
    /// [`CaseError`] if there is none, another process has it open, or its `run.json` cannot be read.
    pub fn open(root: &Path) -> Result<Self, CaseError> {
        if !Self::is_at(root) {
            return Err(CaseError::NoCase(root.to_owned()));
        }
        let case = Self { root: root.to_owned(), _lock: Lock::take(root)? };
        case.finish_interrupted_commit()?;
        Ok(case)
    }

    /// Opens the case at `root`, or makes one there.
    ///
    /// # Errors
    /// As [`Case::open`], and if the folder holds other things.
    pub fn open_or_create(root: &Path) -> Result<Self, CaseError> {
        if !Self::is_at(root) {
            if !durable::names_in(root)?.is_empty() {
                return Err(CaseError::Occupied(root.to_owned()));
            }
            durable::make_folder(root)?;
            durable::make_folder(&root.join(STAGES))?;
        }
        Self::open(root)
    }

    /// Where the case lies.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The plan in `case.toml`.
    ///
    /// # Errors
    /// [`CaseError::NoPlan`] if there is no such file, [`CaseError::Plan`] with the line if it holds
    /// no plan.
    pub fn plan(&self) -> Result<Plan, CaseError> {
        let file = self.root.join(PLAN);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(CaseError::NoPlan(self.root.clone()));
            }
            Err(error) => return Err(CaseError::disk(&file, error)),
        };
        Plan::from_toml(&text).map_err(|source| CaseError::Plan { file, source })
    }

    /// Writes `case.toml` unless there is one: a plan that exists is a person's.
    ///
    /// # Errors
    /// [`CaseError`] if the disk refuses it.
    pub fn write_plan(&self, plan: &Plan) -> Result<(), CaseError> {
        let path = self.root.join(PLAN);
        if path.exists() {
            return Ok(());
        }
        durable::replace(&path, plan.to_toml().as_bytes()).map(|_| ())
    }

    /// The run that the case shows, if there has been one.
    ///
    /// # Errors
    /// [`CaseError`] if `run.json` cannot be read.
    pub fn run(&self) -> Result<Option<RunRecord>, CaseError> {
        self.run_text()?.map(|text| RunRecord::from_json(&self.root.join(RUN), &text)).transpose()
    }

    /// The run that the case shows, with its hash and its end, if there has been one.
    ///
    /// # Errors
    /// [`CaseError`] if `run.json` or the custody log cannot be read.
    pub fn recorded(&self) -> Result<Option<Recorded>, CaseError> {
        Self::recorded_at(&self.root)
    }

    /// The same, of a case that is not opened: nothing is locked or mended.
    ///
    /// # Errors
    /// As [`Case::recorded`].
    pub fn recorded_at(root: &Path) -> Result<Option<Recorded>, CaseError> {
        let path = root.join(RUN);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(CaseError::disk(&path, error)),
        };
        let run = RunRecord::from_json(&path, &text)?;
        let sha256 = durable::sha256(&text);
        let last = Log::open(root)?.last()?;
        let ended = last.filter(|last| last.run_sha256 == sha256).map(|last| last.time);
        Ok(Some(Recorded { run, sha256, ended: ended.unwrap_or_default() }))
    }

    /// A finished stage, whether or not the case's run uses it.
    #[must_use]
    pub fn stage(&self, stage: Stage, key: &Key) -> Option<StageFolder> {
        StageFolder::find(&self.stages(), stage, key)
    }

    /// Writes a stage, unless it is finished already. It is complete or absent: if `fill` fails,
    /// nothing of it is left.
    ///
    /// # Errors
    /// Those of `fill`, and [`CaseError`] if the disk refuses it.
    pub fn write_stage<E: From<CaseError>>(
        &self,
        stage: Stage,
        key: &Key,
        fill: impl FnOnce(&StageWriter) -> Result<(), E>,
    ) -> Result<StageFolder, E> {
        stage::write(&self.stages(), stage, key, fill)
    }

    /// Makes `run` the run that the case shows: replaces `run.json`, notes it in the custody log,
    /// renews the copies for people, and removes the stages that it does not use.
    ///
    /// # Errors
    /// [`CaseError`] if `run` names a stage that is not finished, or the disk refuses it. Up to the
    /// replacement of `run.json` the case stays as it was.
    pub fn commit(&self, run: &RunRecord) -> Result<(), CaseError> {
        self.refuse_unfinished(run)?;
        let path = self.root.join(RUN);
        let text = run.to_json(&path)?;
        let log = Log::open(&self.root)?;
        log.last()?;
        let before = self.run().ok().flatten();
        let record = durable::replace(&path, &text)?;
        log.append(&run.command.join(" "), &run.version, &record.sha256)?;
        self.take_away(before.as_ref(), run)?;
        self.publish(run)?;
        stage::sweep(&self.stages(), |stage, key| {
            run.used().any(|(used, record)| used == stage && record.key == *key)
        })
    }

    /// Checks every file that the case's run names, the copies for people and the custody log, and
    /// returns whatever is not as it was written.
    ///
    /// # Errors
    /// [`CaseError`] if a file cannot be read at all.
    pub fn verify(&self) -> Result<Vec<CaseError>, CaseError> {
        let Some(text) = self.run_text()? else { return Ok(Vec::new()) };
        let run = RunRecord::from_json(&self.root.join(RUN), &text)?;
        let mut wrong = Vec::new();
        let mut check = |path: PathBuf, written: &FileRecord| {
            match durable::record_of(&path)? {
                None => wrong.push(CaseError::Damaged { path, reason: "it is missing".into() }),
                Some(found) if found != *written => wrong.push(durable::changed(&path)),
                Some(_) => {}
            }
            Ok::<_, CaseError>(())
        };
        for (stage, used) in run.used() {
            let folder = self.stages().join(stage.as_str()).join(used.key.as_str());
            for (name, written) in &used.files {
                check(folder.join(name), written)?;
            }
        }
        for (copy, _, written) in self.copies(&run) {
            check(copy, &written)?;
        }
        match custody::verify(&self.root) {
            Ok(log) if log.last().is_some_and(|l| l.run_sha256 == durable::sha256(&text)) => {}
            Ok(_) => wrong.push(durable::changed(&self.root.join(RUN))),
            Err(error @ CaseError::Custody { .. }) => wrong.push(error),
            Err(error) => return Err(error),
        }
        Ok(wrong)
    }

    /// Where reading notes how far it has come: there only while it goes on, or after it was interrupted.
    #[must_use]
    pub fn reading(&self) -> PathBuf {
        self.root.join(READING)
    }

    fn stages(&self) -> PathBuf {
        self.root.join(STAGES)
    }

    fn run_text(&self) -> Result<Option<Vec<u8>>, CaseError> {
        let path = self.root.join(RUN);
        match fs::read(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(CaseError::disk(&path, error)),
        }
    }

    fn refuse_unfinished(&self, run: &RunRecord) -> Result<(), CaseError> {
        for (stage, used) in run.used() {
            let finished = self.stage(stage, &used.key);
            if finished.is_none_or(|finished| finished.record() != used) {
                let rule = format!("the run names {}, which is not finished", used.key);
                return Err(CaseError::Stage { stage, rule });
            }
        }
        Ok(())
    }

    /// Where the copies for people lie, the file of a stage that each is a copy of, and what it holds.
    fn copies<'r>(
        &'r self,
        run: &'r RunRecord,
    ) -> impl Iterator<Item = (PathBuf, PathBuf, FileRecord)> + 'r {
        run.copies().filter_map(|(copy, stage, used, name)| {
            let folder = self.stages().join(stage.as_str()).join(used.key.as_str());
            let record = used.files.get(&name)?.clone();
            Some((self.root.join(copy), folder.join(name), record))
        })
    }

    /// Renews the copies for people that are not those of `run`. They are copies and not links, so
    /// that whoever edits one leaves the stage as it is.
    fn publish(&self, run: &RunRecord) -> Result<(), CaseError> {
        for (copy, original, record) in self.copies(run) {
            if durable::record_of(&copy)?.as_ref() != Some(&record) {
                copy.parent().map_or(Ok(()), durable::make_folder)?;
                durable::copy(&original, &copy, &record)?;
            }
        }
        Ok(())
    }

    /// Removes copies, and those of the run `before`, that `run` has none of.
    fn take_away(&self, before: Option<&RunRecord>, run: &RunRecord) -> Result<(), CaseError> {
        let kept: Vec<PathBuf> = self.copies(run).map(|(copy, ..)| copy).collect();
        let usual = PUBLISHED.iter().map(|(.., copy)| self.root.join(copy));
        let of_before = before.into_iter().flat_map(|before| self.copies(before));
        for copy in usual.chain(of_before.map(|(copy, ..)| copy)) {
            if !kept.contains(&copy) && copy.exists() {
                fs::remove_file(&copy).map_err(|error| CaseError::disk(&copy, error))?;
            }
        }
        Ok(())
    }

    /// Does what a killed process had still to do, and removes what it left half-written.
    fn finish_interrupted_commit(&self) -> Result<(), CaseError> {
        durable::sweep_drafts(&self.root)?;
        durable::sweep_drafts(&self.root.join("inputs"))?;
        durable::sweep_drafts(&self.root.join(AUDITS))?;
        stage::sweep(&self.stages(), |_, _| true)?;
        let reading = self.reading();
        ingest::sweep(&reading).map_err(|error| CaseError::disk(&reading, error))?;
        let Some(text) = self.run_text()? else { return Ok(()) };
        let run = RunRecord::from_json(&self.root.join(RUN), &text)?;
        self.note_what_is_found(&run, &durable::sha256(&text))?;
        self.take_away(None, &run)?;
        match self.publish(&run) {
            // A case with a damaged or missing stage must open, to be checked and run again.
            Err(CaseError::Damaged { .. } | CaseError::Refused { .. }) => Ok(()),
            published => published,
        }
    }

    /// Brings the custody log up to `run.json`, saying that this line was not written by the run.
    fn note_what_is_found(&self, run: &RunRecord, run_sha256: &str) -> Result<(), CaseError> {
        let log = Log::open(&self.root)?;
        log.mend()?;
        match log.last() {
            Ok(Some(last)) if last.run_sha256 == run_sha256 => Ok(()),
            // A log that was tampered with is for `verify` to report.
            Err(_) => Ok(()),
            Ok(_) => {
                let what = "found a run.json that is not in this log: \
                            a run was interrupted at its end, or the file was changed";
                log.append(what, &run.version, run_sha256)
            }
        }
    }
}
