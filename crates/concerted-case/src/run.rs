//! `run.json`: the record of the run that a case shows, and its commit point.
//!
//! **Invariant:** the record says nothing of the clock or the machine: the same inputs, plan and
//! version give the same bytes. When it was made is in the custody log.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    error::CaseError,
    key::{Key, Stage},
    label::Label,
};

/// Which file of which stage lies where for people.
pub(crate) const PUBLISHED: [(Stage, &str, &str); 3] = [
    (Stage::Ingest, "manifest.json", "inputs/manifest.json"),
    (Stage::Ingest, "rejects.ndjson", "rejects.ndjson"),
    (Stage::Report, "report.html", "report.html"),
];
/// Files of an audit that lie in this folder for people, by its label.
const STATEMENT: &str = "statement";
pub(crate) const AUDITS: &str = "audits";

/// The format of `run.json`.
pub const SCHEMA: &str = "concerted/run/1";

/// What a case holds, and how it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of Concerted that made it.
    pub version: String,
    /// The command, word by word.
    pub command: Vec<String>,
    /// The plan with every default written out. Kept as it was written, so that a version with
    /// another plan can open the case.
    pub plan: serde_json::Value,
    /// The stages in use.
    pub stages: BTreeMap<Stage, StageRecord>,
    /// Results of published methods in use, by method and the settings that were changed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub published: BTreeMap<String, StageRecord>,
    /// Audits of accusations that the case keeps.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub audits: BTreeMap<Label, StageRecord>,
    /// Numbers of the run, such as posts read and edges found.
    pub counts: BTreeMap<String, u64>,
}

/// What one stage computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageRecord {
    /// What it was computed from.
    pub key: Key,
    /// Its files by name.
    pub files: BTreeMap<String, FileRecord>,
}

/// The content of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// SHA-256, in hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

impl RunRecord {
    /// A record without stages and counts yet.
    #[must_use]
    pub fn new(version: &str, command: Vec<String>, plan: serde_json::Value) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            version: version.to_owned(),
            command,
            plan,
            stages: BTreeMap::new(),
            published: BTreeMap::new(),
            audits: BTreeMap::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Everything in use, each with its stage.
    pub(crate) fn used(&self) -> impl Iterator<Item = (Stage, &StageRecord)> {
        let stages = self.stages.iter().map(|(stage, record)| (*stage, record));
        stages
            .chain(self.published.values().map(|record| (Stage::Published, record)))
            .chain(self.audits.values().map(|record| (Stage::Audit, record)))
    }

    /// Where copies for people lie, and the stage, record and file that each is a copy of.
    pub(crate) fn copies(&self) -> impl Iterator<Item = (String, Stage, &StageRecord, String)> {
        let of_stages = PUBLISHED.into_iter().filter_map(|(stage, name, copy)| {
            Some((copy.to_owned(), stage, self.stages.get(&stage)?, name.to_owned()))
        });
        let of_audits = self.audits.iter().flat_map(|(label, record)| {
            record.files.keys().filter_map(move |name| {
                let ending = name.strip_prefix(STATEMENT)?;
                let copy = format!("{AUDITS}/{label}{ending}");
                Some((copy, Stage::Audit, record, name.clone()))
            })
        });
        of_stages.chain(of_audits)
    }

    /// The text of `run.json`, which lies at `path`.
    pub(crate) fn to_json(&self, path: &Path) -> Result<Vec<u8>, CaseError> {
        let mut text = serde_json::to_vec_pretty(self).map_err(|error| CaseError::Encoding {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
        text.push(b'\n');
        Ok(text)
    }

    /// Reads the text of `run.json`, which lies at `path`.
    pub(crate) fn from_json(path: &Path, text: &[u8]) -> Result<Self, CaseError> {
        /// The one field that every format of the future has too.
        #[derive(Deserialize)]
        struct Format {
            schema: String,
        }
        let damaged = |error: serde_json::Error| CaseError::Damaged {
            path: path.to_owned(),
            reason: format!("it is no record of a run: {error}"),
        };
        let format: Format = serde_json::from_slice(text).map_err(damaged)?;
        if format.schema != SCHEMA {
            return Err(CaseError::Unknown { path: path.to_owned(), found: format.schema });
        }
        serde_json::from_slice(text).map_err(damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> RunRecord {
        let mut run = RunRecord::new("0.1.0", vec!["investigate".into()], serde_json::json!({}));
        let files = BTreeMap::from([(
            "pairs.parquet".to_owned(),
            FileRecord { sha256: "00".into(), bytes: 1 },
        )]);
        let key = "0123456789abcdef".to_owned().try_into().unwrap();
        run.stages.insert(Stage::Pairs, StageRecord { key, files });
        run
    }

    #[test]
    fn a_record_reads_back_as_it_was_written() {
        let path = Path::new("run.json");
        let text = record().to_json(path).unwrap();
        assert_eq!(RunRecord::from_json(path, &text).unwrap(), record());
    }

    #[test]
    fn a_record_of_the_future_is_refused_by_name() {
        let text = br#"{"schema": "concerted/run/2", "anything": []}"#;
        let error = RunRecord::from_json(Path::new("run.json"), text).unwrap_err();
        assert!(error.to_string().contains("concerted/run/2"), "{error}");
    }

    #[test]
    fn a_key_that_is_a_path_is_no_key() {
        let text = record().to_json(Path::new("run.json")).unwrap();
        let text = String::from_utf8(text).unwrap().replace("0123456789abcdef", "../../elsewhere");
        assert!(RunRecord::from_json(Path::new("run.json"), text.as_bytes()).is_err());
    }
}
