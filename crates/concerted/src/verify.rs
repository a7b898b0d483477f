//! Can somebody who distrusts us make every number again? Hashes first, then, with the inputs at hand,
//! everything once more from the beginning.
//!
//! **Invariant:** the case that is checked is not touched; what is made again is made with the recorded
//! plan, in a folder that is removed afterwards, and compared table by table.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use concerted_case::{
    Recorded, RunRecord, Stage, file_name, read_table_at,
    readers::{Mapping, ShortLinks, Source, sources},
    verify::{self, WrongKind},
};
use concerted_model::{
    Plan, Timestamp,
    provenance::{InputRecord, Manifest},
    tables::Images,
};
use serde::Serialize;

use crate::{Error, ImageSource, Inputs, Investigation, Listener, audit::Kept, pipeline};

pub use concerted_case::verify::{Checked, Wrong};

/// What was checked, and what is wrong.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    /// `concerted/verify/1`.
    pub schema: &'static str,
    /// `case` or `bundle`.
    pub what: &'static str,
    /// Hashes, and everything that is wrong.
    #[serde(flatten)]
    pub checked: Checked,
    /// Files that were made again from the inputs and came out the same; absent if that was not asked.
    pub made_again: Option<u64>,
    /// The version that made the case, if it is not this one.
    pub other_version: Option<String>,
}

/// Checks the case or bundle at `root`; with `inputs`, makes everything of a case again.
///
/// # Errors
/// [`Error`] if there is neither a case nor a bundle, or the inputs cannot be read.
pub fn verify(
    root: &Path,
    inputs: &[PathBuf],
    now: Timestamp,
    listener: Listener<'_>,
) -> Result<Verified, Error> {
    if verify::is_bag(root) {
        return Ok(Verified {
            schema: SCHEMA,
            what: "bundle",
            checked: verify::bag(root)?,
            made_again: None,
            other_version: None,
        });
    }
    let mut checked = verify::case(root)?;
    let (mut made_again, mut other_version) = (None, None);
    // A record that cannot be read says nothing of what to make again.
    let recorded = concerted_case::Case::recorded_at(root).ok().flatten();
    if let Some(recorded) = recorded {
        let version = &recorded.run.version;
        other_version = (version != env!("CARGO_PKG_VERSION")).then(|| version.clone());
        if !inputs.is_empty() {
            let again = Again { root, recorded: &recorded, inputs, now, listener };
            made_again = again.compare(&mut checked)?;
        }
    }
    Ok(Verified { schema: SCHEMA, what: "case", checked, made_again, other_version })
}

/// One hash a line of everything that a case's run names, to be put under a time stamp.
///
/// # Errors
/// [`Error::Case`] if there is no run.
pub fn hashes(root: &Path) -> Result<String, Error> {
    Ok(verify::hashes(root)?)
}

const SCHEMA: &str = "concerted/verify/1";

/// Everything once more.
struct Again<'a> {
    root: &'a Path,
    recorded: &'a Recorded,
    inputs: &'a [PathBuf],
    now: Timestamp,
    listener: Listener<'a>,
}

impl Again<'_> {
    /// Makes the case again and compares; gives how many files came out the same, or nothing if the
    /// inputs are not those that were read.
    fn compare(&self, checked: &mut Checked) -> Result<Option<u64>, Error> {
        let run = &self.recorded.run;
        let manifest = match manifest_of(self.root, run) {
            Some(manifest) => manifest,
            None => return Ok(None),
        };
        if !self.inputs_are_those(&manifest, checked)? {
            return Ok(None);
        }
        let plan: Plan = match serde_json::from_value(run.plan.clone()) {
            Ok(plan) => plan,
            Err(error) => {
                checked.add(WrongKind::Record, "run.json", format!("its plan: {error}"));
                return Ok(None);
            }
        };
        let folder = tempfile::tempdir()
            .map_err(|source| Error::Output { path: std::env::temp_dir(), source })?;
        let mut made = self.make(folder.path(), &plan, &manifest)?;
        let mut same = 0;
        for (stage, used) in &run.stages {
            let again = made.remove(stage).unwrap_or_default();
            for (name, written) in &used.files {
                let path = format!("stages/{}/{}/{name}", stage.as_str(), used.key);
                if again.get(name) == Some(&written.sha256) {
                    same += 1;
                } else {
                    let reason = "it comes out differently when it is made again from the inputs";
                    checked.add(WrongKind::Differs, path, reason);
                }
            }
        }
        Ok(Some(same))
    }

    /// Whether the files are the inputs that were read, all of them and no other.
    fn inputs_are_those(&self, manifest: &Manifest, checked: &mut Checked) -> Result<bool, Error> {
        let read: BTreeMap<&str, &str> = manifest
            .inputs
            .iter()
            .filter(|input| !input.sha256.is_empty())
            .map(|input| (input.sha256.as_str(), input.name.as_str()))
            .collect();
        let left_out = |source: &Source| {
            let told = |input: &InputRecord| input.sha256.is_empty() && input.name == source.name();
            source.found() && manifest.inputs.iter().any(told)
        };
        let (mut all, mut at_hand) = (true, BTreeSet::new());
        for source in sources(self.inputs)?.sources {
            let sha256 = source.sha256()?;
            if read.contains_key(sha256.as_str()) {
                at_hand.insert(sha256);
            } else if !left_out(&source) {
                let reason = format!("it is not an input that was read: its SHA-256 is {sha256}");
                checked.add(WrongKind::Input, source.name(), reason);
                all = false;
            }
        }
        for (sha256, name) in read.into_iter().filter(|(sha256, _)| !at_hand.contains(*sha256)) {
            let reason = format!("the input that was read, with SHA-256 {sha256}, is not at hand");
            checked.add(WrongKind::Input, name, reason);
            all = false;
        }
        Ok(all)
    }

    /// What short addresses stood for, which the case keeps.
    fn links(&self) -> Result<Option<ShortLinks>, Error> {
        let Some(ingest) = self.recorded.run.stages.get(&Stage::Ingest) else { return Ok(None) };
        let folder = self.root.join("stages/ingest").join(ingest.key.as_str());
        let kept = ingest.files.contains_key(pipeline::LINKS);
        Ok(kept.then(|| ShortLinks::of(&folder.join(pipeline::LINKS))).transpose()?)
    }

    /// What the images looked like, which the case keeps.
    fn images(&self) -> Result<Option<ImageSource>, Error> {
        let Some(ingest) = self.recorded.run.stages.get(&Stage::Ingest) else { return Ok(None) };
        let name = file_name::<Images>();
        if !ingest.files.contains_key(&name) {
            return Ok(None);
        }
        let folder = self.root.join("stages/ingest").join(ingest.key.as_str());
        Ok(Some(ImageSource::Kept(Box::new(read_table_at(folder.join(name))?))))
    }

    /// Makes the case again in `folder`; gives the hash of every file by stage.
    fn make(
        &self,
        folder: &Path,
        plan: &Plan,
        manifest: &Manifest,
    ) -> Result<BTreeMap<Stage, BTreeMap<String, String>>, Error> {
        let ended = self.recorded.ended.parse::<jiff::Timestamp>().ok();
        let ended = ended.and_then(|ended| Timestamp::try_from_micros(ended.as_microsecond()).ok());
        // What lay in the future then does not now.
        let now = ended.unwrap_or(self.now);
        let open = |name: &str, format: Option<String>| -> Result<_, Error> {
            let mut case = Investigation::open(&folder.join(name), Vec::new(), now, self.listener)?;
            case.set_plan(plan.clone())?;
            let inputs = Inputs {
                files: self.inputs.to_vec(),
                format,
                mapping: mapping(manifest)?,
                links: self.links()?,
                images: self.images()?,
            };
            pipeline::ingest(&mut case, &inputs)?;
            Ok(case)
        };
        let formats: Vec<&str> = manifest.inputs.iter().map(|i| i.format.as_str()).collect();
        let told = |case: &Investigation<'_>| -> Result<bool, Error> {
            let found: Manifest = case.json(Stage::Ingest, "manifest.json")?;
            Ok(found.inputs.iter().map(|input| input.format.as_str()).eq(formats.iter().copied()))
        };
        let mut case = match open("again", None) {
            Ok(case) if told(&case)? => case,
            // The command named the format, and the file alone is read as another or as none.
            _ => {
                let named = manifest.inputs.iter().find(|input| !input.sha256.is_empty());
                open("named", named.map(|input| input.format.clone()))?
            }
        };
        if self.recorded.run.stages.contains_key(&Stage::Network) {
            pipeline::detect(&mut case)?;
        }
        if self.recorded.run.stages.contains_key(&Stage::Report) {
            // The answers are not made again here: the hashes of what was kept of them were checked.
            pipeline::report_beside(&mut case, &audits_of(self.root, &self.recorded.run))?;
        }
        let mut made = BTreeMap::new();
        for &stage in self.recorded.run.stages.keys() {
            if let Ok(folder) = case.folder(stage) {
                let files = &folder.record().files;
                let hashes = files.iter().map(|(name, of)| (name.clone(), of.sha256.clone()));
                made.insert(stage, hashes.collect());
            }
        }
        Ok(made)
    }
}

/// The columns that the command named, where it did.
fn mapping(manifest: &Manifest) -> Result<Option<Mapping>, Error> {
    let mapped = manifest.inputs.iter().find(|input| input.format == "mapped");
    let Some(input) = mapped else { return Ok(None) };
    let words: Vec<String> =
        input.mapping.iter().map(|(field, column)| format!("{field}={column}")).collect();
    let mapping = words.join(",").parse::<Mapping>();
    mapping.map(Some).map_err(|error| Error::NoSuch(format!("the recorded mapping: {error}")))
}

fn audits_of(root: &Path, run: &RunRecord) -> Vec<Kept> {
    let audits = run.audits.values();
    audits
        .filter_map(|record| Kept::read_at(&root.join("stages/audit").join(record.key.as_str())))
        .collect()
}

fn manifest_of(root: &Path, run: &RunRecord) -> Option<Manifest> {
    let used = run.stages.get(&Stage::Ingest)?;
    let path = root.join("stages").join("ingest").join(used.key.as_str()).join("manifest.json");
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}
