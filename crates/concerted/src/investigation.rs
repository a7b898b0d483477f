//! One case being worked on: its plan, the stages that are done, and where progress is told.
//!
//! **Invariant:** a stage is computed only if the case does not hold it under the key of what it
//! depends on; nothing is committed before [`Investigation::commit`].

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use arrow_array::RecordBatch;
use concerted_case::{
    Case, CaseError, Key, KeyParts, Label, Recorded, RunRecord, Stage, StageFolder, StageWriter,
    file_name, handed,
    images::{self, ImageFolders},
    ingest::LeftOff,
    read_table, read_tables,
    readers::{Mapping, Progress, ReadError, ReadOptions, ShortLinks, sources},
    tables::Tables,
    write_table,
};
use concerted_model::{
    Plan, Timestamp,
    plan::IngestPlan,
    provenance::Manifest,
    tables::{Images, Table},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, Event, Memory, Outcome};

/// Where a run tells what it is doing.
pub type Listener<'a> = &'a (dyn Fn(Event) + Sync);

/// The files of a case and how to read them.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The files.
    pub files: Vec<PathBuf>,
    /// Name of the reader, if detection is to be overruled.
    pub format: Option<String>,
    /// Which column is which, for files in no known format.
    pub mapping: Option<Mapping>,
    /// What short addresses stand for, if the user says.
    pub links: Option<ShortLinks>,
    /// Images that the posts name, if there are files of them.
    pub images: Option<ImageSource>,
}

/// Where images beside the posts come from.
#[derive(Clone, Debug)]
pub enum ImageSource {
    /// Folders of files.
    Folders(ImageFolders),
    /// What a case kept of such folders.
    Kept(Box<Images>),
}

impl ImageSource {
    fn digest(&self) -> String {
        match self {
            Self::Folders(folders) => folders.digest().to_owned(),
            Self::Kept(kept) => images::digest(kept),
        }
    }

    /// The table of images.
    pub(crate) fn read(&self) -> Result<Images, Error> {
        match self {
            Self::Folders(folders) => Ok(folders.read()?),
            Self::Kept(kept) => Ok(Images::clone(kept)),
        }
    }
}

impl Inputs {
    /// SHA-256 of each file, and of those that its folders, patterns and archives stand for.
    ///
    /// # Errors
    /// [`Error::Read`] if one cannot be read.
    pub fn hashes(&self) -> Result<Vec<String>, Error> {
        sources(&self.files)?.sources.iter().map(|source| Ok(source.sha256()?)).collect()
    }

    /// What reading depends on beside the files, as text.
    pub(crate) fn describe(&self, plan: &IngestPlan) -> Result<String, Error> {
        let mapping = self.mapping.as_ref().map(Mapping::to_string);
        let links = self.links.as_ref().map(ShortLinks::pairs);
        let images = self.images.as_ref().map(ImageSource::digest);
        let told = match (links, images) {
            (None, None) => serde_json::to_string(&(plan, &self.format, mapping)),
            (Some(links), None) => serde_json::to_string(&(plan, &self.format, mapping, links)),
            (links, images) => serde_json::to_string(&(plan, &self.format, mapping, links, images)),
        };
        Ok(told?)
    }
}

/// A case being worked on.
pub struct Investigation<'a> {
    case: Case,
    plan: Plan,
    command: Vec<String>,
    now: Timestamp,
    listener: Listener<'a>,
    memory: Option<Memory>,
    done: BTreeMap<Stage, StageFolder>,
    published: BTreeMap<String, StageFolder>,
    audits: BTreeMap<Label, StageFolder>,
}

impl<'a> Investigation<'a> {
    /// Opens a case, or makes one with the default plan if there is none.
    ///
    /// `command` is recorded; `now` decides what lies in the future.
    ///
    /// # Errors
    /// [`Error::Case`] if the folder is in use, is something else, or its plan cannot be read.
    pub fn open(
        root: &Path,
        command: Vec<String>,
        now: Timestamp,
        listener: Listener<'a>,
    ) -> Result<Self, Error> {
        Self::open_or_plan(root, Plan::default(), command, now, listener)
    }

    /// Opens a case, or makes one with this plan if there is none.
    ///
    /// # Errors
    /// As [`Investigation::open`], and [`Error::Plan`] if the plan contradicts itself.
    pub fn open_or_plan(
        root: &Path,
        plan: Plan,
        command: Vec<String>,
        now: Timestamp,
        listener: Listener<'a>,
    ) -> Result<Self, Error> {
        plan.check()?;
        Self::with(Case::open_or_create(root)?, plan, command, now, listener)
    }

    /// Opens a case that must be there.
    ///
    /// # Errors
    /// As [`Investigation::open`], and if there is none.
    pub fn open_existing(
        root: &Path,
        command: Vec<String>,
        now: Timestamp,
        listener: Listener<'a>,
    ) -> Result<Self, Error> {
        Self::with(Case::open(root)?, Plan::default(), command, now, listener)
    }

    fn with(
        case: Case,
        first_plan: Plan,
        command: Vec<String>,
        now: Timestamp,
        listener: Listener<'a>,
    ) -> Result<Self, Error> {
        let plan = match case.plan() {
            Err(CaseError::NoPlan(_)) => {
                case.write_plan(&first_plan)?;
                first_plan
            }
            plan => plan?,
        };
        let (mut done, mut published, mut audits) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        if let Some(run) = case.run()? {
            for (stage, record) in run.stages {
                done.extend(case.stage(stage, &record.key).map(|folder| (stage, folder)));
            }
            for (label, record) in run.published {
                let folder = case.stage(Stage::Published, &record.key);
                published.extend(folder.map(|folder| (label, folder)));
            }
            for (label, record) in run.audits {
                let folder = case.stage(Stage::Audit, &record.key);
                audits.extend(folder.map(|folder| (label, folder)));
            }
        }
        Ok(Self { case, plan, command, now, listener, memory: None, done, published, audits })
    }

    /// The choices of the case.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Takes another plan for this run; `case.toml` stays as a person wrote it.
    ///
    /// # Errors
    /// [`Error::Plan`] if it contradicts itself.
    pub fn set_plan(&mut self, plan: Plan) -> Result<(), Error> {
        plan.check()?;
        self.plan = plan;
        Ok(())
    }

    /// Allows so much memory; otherwise half of what is free is taken as allowed.
    pub fn set_memory(&mut self, memory: Option<Memory>) {
        self.memory = memory;
    }

    /// What a person allowed.
    pub(crate) fn memory(&self) -> Option<Memory> {
        self.memory
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.case.root()
    }

    /// Writes posts that come from memory into the case, and gives the file to read them from.
    ///
    /// Columns are named as the fields of a mapping are, or by usual names; a mapping can say which
    /// is which, as for any other file.
    ///
    /// # Errors
    /// [`Error::Read`] if a column holds what no post can; [`Error::Case`] if the disk refuses it.
    pub fn write_down(&self, posts: &[RecordBatch]) -> Result<PathBuf, Error> {
        Ok(handed::write(posts, self.root())?)
    }

    /// Does a stage, unless its result is there.
    pub(crate) fn stage(
        &mut self,
        stage: Stage,
        code: u32,
        choices: &impl Serialize,
        reads: &[Stage],
        inputs: &[&str],
        compute: impl FnOnce(&Self, &Output<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let choices = serde_json::to_string(choices)?;
        let read: Vec<&Key> = reads
            .iter()
            .map(|stage| Ok(&self.folder(*stage)?.record().key))
            .collect::<Result<_, Error>>()?;
        let parts = KeyParts { stage, code, plan: &choices, reads: &read, inputs };
        let folder = self.computed(parts, compute)?;
        let key = folder.record().key.clone();
        let before = self.done.insert(stage, folder);
        let same = before.is_some_and(|before| before.record().key == key);
        if stage == Stage::Ingest && !same {
            // Published methods were walked on other posts.
            self.published.clear();
        }
        if matches!(stage, Stage::Ingest | Stage::Actions) && !same {
            // Accusations were held against other posts.
            self.audits.clear();
        }
        Ok(())
    }

    /// The folder of what is computed from these, filled unless it is there.
    fn computed(
        &self,
        parts: KeyParts<'_>,
        compute: impl FnOnce(&Self, &Output<'_>) -> Result<(), Error>,
    ) -> Result<StageFolder, Error> {
        let (stage, key) = (parts.stage, Key::of(&parts));
        if let Some(folder) = self.case.stage(stage, &key) {
            (self.listener)(Event::Reused(stage));
            return Ok(folder);
        }
        (self.listener)(Event::Started(stage));
        let folder = self.case.write_stage(stage, &key, |out| compute(self, &Output(out)))?;
        (self.listener)(Event::Finished(stage));
        Ok(folder)
    }

    /// Walks a published method on the posts of the case, unless its result is there; `label` names
    /// it among the others that the case holds.
    pub(crate) fn published(
        &mut self,
        label: &str,
        code: u32,
        choices: &impl Serialize,
        compute: impl FnOnce(&Self, &Output<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let stage = Stage::Published;
        let choices = serde_json::to_string(choices)?;
        let read = self.folder(Stage::Ingest)?.record().key.clone();
        let parts = KeyParts { stage, code, plan: &choices, reads: &[&read], inputs: &[] };
        let folder = self.computed(parts, compute)?;
        self.published.insert(label.to_owned(), folder);
        Ok(())
    }

    /// Keeps an audit in the case; one of the same label gives way to it.
    pub(crate) fn keep_audit(
        &mut self,
        label: Label,
        code: u32,
        choices: &impl Serialize,
        compute: impl FnOnce(&Self, &Output<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let stage = Stage::Audit;
        let choices = serde_json::to_string(choices)?;
        let read = self.folder(Stage::Actions)?.record().key.clone();
        let parts = KeyParts { stage, code, plan: &choices, reads: &[&read], inputs: &[] };
        let folder = self.computed(parts, compute)?;
        self.audits.insert(label, folder);
        Ok(())
    }

    /// The audits that the case keeps.
    pub(crate) fn audits(&self) -> impl Iterator<Item = (&Label, &StageFolder)> {
        self.audits.iter()
    }

    /// What a published method gave, by its label.
    pub(crate) fn published_folder(&self, label: &str) -> Result<&StageFolder, Error> {
        self.published.get(label).ok_or(Error::not_done(Stage::Published))
    }

    /// The run that the case shows, as it was committed.
    ///
    /// # Errors
    /// [`Error::Missing`] if there has been none.
    pub(crate) fn recorded(&self) -> Result<Recorded, Error> {
        self.case.recorded()?.ok_or(Error::not_done(Stage::Network))
    }

    /// The tables of a stage, read as they are asked for.
    pub(crate) fn streamed<T: Table>(&self, stage: Stage) -> Result<Tables<T>, Error> {
        Ok(read_tables(self.folder(stage)?)?)
    }

    pub(crate) fn folder(&self, stage: Stage) -> Result<&StageFolder, Error> {
        self.done.get(&stage).ok_or(Error::not_done(stage))
    }

    pub(crate) fn table<T: Table>(&self, stage: Stage) -> Result<T, Error> {
        Ok(read_table(self.folder(stage)?)?)
    }

    /// A table that a stage has only where there was something for it.
    pub(crate) fn table_if_there<T: Table>(&self, stage: Stage) -> Result<Option<T>, Error> {
        let there = self.folder(stage)?.record().files.contains_key(&file_name::<T>());
        if there { self.table(stage).map(Some) } else { Ok(None) }
    }

    pub(crate) fn tables<T: Table>(&self, stage: Stage) -> Result<Vec<T>, Error> {
        Ok(read_tables(self.folder(stage)?)?.collect::<Result<_, _>>()?)
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, stage: Stage, name: &str) -> Result<T, Error> {
        Ok(serde_json::from_slice(&self.folder(stage)?.read(name)?)?)
    }

    pub(crate) fn read_options(&self, inputs: &Inputs) -> ReadOptions {
        read_options(inputs, &self.plan.ingest, self.now)
    }

    /// Where the reading that fills a stage notes how far it has come.
    pub(crate) fn left_off(&self, out: &Output<'_>) -> LeftOff {
        LeftOff::within(&self.case.reading(), out.writer().key().as_str())
    }

    /// Removes what was noted of a reading, but for a finished one, to which more files can be added.
    pub(crate) fn forget_reading(&self) -> Result<(), Error> {
        Ok(LeftOff::within(&self.case.reading(), "").forget_unfinished()?)
    }

    /// Tells the listener.
    pub(crate) fn tell(&self, event: Event) {
        (self.listener)(event);
    }

    /// Passes the readers' progress on.
    pub(crate) fn reading(&self) -> impl Fn(Progress<'_>) + '_ {
        |progress| (self.listener)(Event::from(progress))
    }

    /// Makes a remark that a person should see.
    pub(crate) fn note(&self, remark: String) {
        (self.listener)(Event::Note(remark));
    }

    /// Forgets what was computed from other posts: the case will hold posts only.
    pub fn forget_results(&mut self) {
        self.done.clear();
        self.published.clear();
        self.audits.clear();
    }

    /// Makes what was done the state of the case, in one step.
    ///
    /// # Errors
    /// [`Error::Case`] if the disk refuses; the case is then the one before.
    pub fn commit(&mut self) -> Result<Outcome, Error> {
        let outcome = Outcome::of(self)?;
        let plan = serde_json::to_value(&self.plan)?;
        let mut run = RunRecord::new(env!("CARGO_PKG_VERSION"), self.command.clone(), plan);
        run.stages = self.done.iter().map(|(stage, f)| (*stage, f.record().clone())).collect();
        let published = self.published.iter();
        run.published = published.map(|(label, f)| (label.clone(), f.record().clone())).collect();
        let audits = self.audits.iter();
        run.audits = audits.map(|(label, f)| (label.clone(), f.record().clone())).collect();
        run.counts = outcome.counts();
        self.case.commit(&run)?;
        Ok(outcome)
    }

    /// Whether a stage has been done.
    #[must_use]
    pub fn has(&self, stage: Stage) -> bool {
        self.done.contains_key(&stage)
    }
}

/// Refuses files that are not what they were when they were hashed: the key of what was read from
/// them would be another's.
pub(crate) fn refuse_changed(manifest: &Manifest, hashes: &[&str]) -> Result<(), Error> {
    // What was found and left out has no hash: nothing was read from it.
    let mut read = manifest.inputs.iter().filter(|input| !input.sha256.is_empty());
    let changed = read.find(|input| !hashes.contains(&input.sha256.as_str()));
    changed.map_or(Ok(()), |input| {
        Err(Error::Read(ReadError::Input {
            file: input.name.clone(),
            why: "the file changed while it was read".to_owned(),
            hint: "wait until nothing writes to it, then run it again".to_owned(),
        }))
    })
}

/// How to read, from what the inputs and the plan say.
pub(crate) fn read_options(inputs: &Inputs, plan: &IngestPlan, now: Timestamp) -> ReadOptions {
    ReadOptions {
        format: inputs.format.clone(),
        mapping: inputs.mapping.clone(),
        plan: plan.clone(),
        now,
        links: inputs.links.clone(),
    }
}

/// Where a stage puts its results.
pub(crate) struct Output<'w>(&'w StageWriter);

impl<'w> Output<'w> {
    pub(crate) fn table<T: Table>(&self, table: &T) -> Result<(), Error> {
        Ok(write_table(self.0, table)?)
    }

    pub(crate) fn json(&self, name: &str, value: &impl Serialize) -> Result<(), Error> {
        let mut text = serde_json::to_vec_pretty(value)?;
        text.push(b'\n');
        Ok(self.0.write(name, &text)?)
    }

    /// The writer of the stage's folder.
    pub(crate) fn writer(&self) -> &'w StageWriter {
        self.0
    }

    pub(crate) fn text(&self, name: &str, text: &str) -> Result<(), Error> {
        Ok(self.0.write(name, text.as_bytes())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, inspect, now};

    #[test]
    fn a_file_that_changed_between_its_hash_and_its_reading_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("posts.csv");
        let inputs = Inputs { files: vec![file.clone()], ..Inputs::default() };
        std::fs::write(&file, "account,time\na,2024-05-01\n").unwrap();
        let before = inputs.hashes().unwrap();
        let read = || inspect(&inputs, &Plan::default(), now(), &|_| {}).unwrap().inputs;
        let refused = |before: &[String]| {
            let hashes: Vec<&str> = before.iter().map(String::as_str).collect();
            refuse_changed(&Manifest { inputs: read() }, &hashes)
        };
        assert!(refused(&before).is_ok());
        std::fs::write(&file, "account,time\nb,2024-05-01\n").unwrap();
        let error = refused(&before).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        assert!(error.to_string().starts_with("posts.csv: the file changed"), "{error}");
    }
}
