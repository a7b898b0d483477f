//! The plan: every choice of an investigation, typed. It is what `case.toml` holds and a person edits.
//!
//! **Invariant:** a plan that parsed is complete and consistent: defaults are filled in, an unknown
//! key or word is refused with the nearest right one. Settings of the machine (threads, memory) are
//! not here, because they must not change a result.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    time::Span,
    trace::{Trace, nearest},
};

/// Every choice of an investigation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// What the case is called in the report.
    pub name: String,
    /// Why it is made: scope and purpose, in the analyst's words.
    pub purpose: String,
    /// How files are read.
    pub ingest: IngestPlan,
    /// When two texts say the same.
    pub copies: CopiesPlan,
    /// What is looked for, and when it counts.
    pub detect: DetectPlan,
    /// How edges are joined into groups.
    pub groups: GroupPlan,
}

/// How files are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IngestPlan {
    /// The largest share of rows, in `[0, 1]`, that may be refused before a file counts as unreadable.
    pub max_rejects: f64,
    /// What to do with text that is not UTF-8.
    pub encoding_errors: EncodingErrors,
    /// Offset from UTC in minutes that times without a zone are in. 0 is UTC.
    pub utc_offset_minutes: i32,
    /// Form of times where it cannot be told, in `strftime` signs, such as `%m/%d/%Y %H:%M`.
    pub time_format: Option<String>,
}

/// What to do with text that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EncodingErrors {
    /// Stop, and name the first bad byte.
    Stop,
    /// Read the file as windows-1252.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// Put U+FFFD for what cannot be read.
    Replace,
}

/// When two texts say the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CopiesPlan {
    /// Least share of the character sequences of two texts that must be in both, in `[0.5, 1]`;
    /// 1 leaves those whose letters are the same.
    pub similarity: f64,
    /// A text that nobody has repeated for so long is forgotten: who says it again begins anew.
    pub period: Span,
    /// Letters and digits from which a text also counts as a copy if it shares long passages with
    /// an earlier one.
    pub long: u32,
    /// Most bits of 64 in which each of the two hashes of an image may differ from those of an
    /// earlier one that it counts as a copy of, from 0 to 12.
    pub image_distance: u32,
    /// Folder of a language model, by which rewordings and translations are looked for; nothing is
    /// compared that way without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Largest share of matched pairs of other accounts' texts that may be as near as two texts that
    /// count as candidates of rewordings, above 0 and below 0.1.
    pub rewording_rank: f64,
}

/// What is looked for, and when it counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DetectPlan {
    /// The kinds of behaviour to test, each by itself. Where folders of images were read, `media` is
    /// among them, and `rewording` where there is a language model.
    pub traces: Vec<Trace>,
    /// The scales of time to look at; the test corrects for their number.
    pub windows: Vec<Span>,
    /// Co-actions of a pair closer than this are one episode.
    pub episode_gap: Span,
    /// Fewest distinct objects that a pair must share inside a window to be tested, at least 2.
    pub min_objects: u32,
    /// False discovery rate among the claimed edges, in `(0, 1)`.
    pub fdr: f64,
    /// Most topics that accounts are divided into for the null.
    pub topics: u32,
    /// How many decoys the whole procedure is repeated on, each the data with accounts exchanged
    /// under the null; 0 for none.
    pub decoys: u32,
    /// Seed of everything random.
    pub seed: u64,
}

/// How edges are joined into groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GroupPlan {
    /// Fewest accounts in a group.
    pub min_accounts: u32,
    /// Resolution of the modularity that Leiden maximises, above 0; higher gives smaller groups.
    pub resolution: f64,
}

impl Default for IngestPlan {
    fn default() -> Self {
        Self {
            max_rejects: 0.01,
            encoding_errors: EncodingErrors::Stop,
            utc_offset_minutes: 0,
            time_format: None,
        }
    }
}

impl Default for CopiesPlan {
    fn default() -> Self {
        Self {
            similarity: 0.7,
            period: Span::seconds(30 * 86_400),
            long: 1000,
            image_distance: 6,
            model: None,
            rewording_rank: 0.005,
        }
    }
}

impl Default for DetectPlan {
    fn default() -> Self {
        use Trace::{Hashtag, HashtagSet, Mention, Reply, Repost, Text, Url};
        Self {
            traces: vec![Repost, Url, Hashtag, HashtagSet, Mention, Reply, Text],
            windows: vec![Span::seconds(60), Span::seconds(600), Span::seconds(3600)],
            episode_gap: Span::seconds(1800),
            min_objects: 3,
            fdr: 0.01,
            topics: 8,
            decoys: 2,
            seed: 1,
        }
    }
}

impl Default for GroupPlan {
    fn default() -> Self {
        Self { min_accounts: 3, resolution: 1.0 }
    }
}

/// The text is no plan.
#[derive(Debug, Error, PartialEq)]
pub enum PlanError {
    /// A key that no plan has.
    #[error("line {line}: \"{key}\" is no key of a plan{}", hint(near.as_deref()))]
    UnknownKey {
        /// Where, from 1.
        line: usize,
        /// The key as written.
        key: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// Not TOML, or a value of the wrong kind.
    #[error("line {line}: {reason}")]
    Unreadable {
        /// Where, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A value that no investigation can use.
    #[error("{key} = {value}: {reason}")]
    BadValue {
        /// Section and key.
        key: &'static str,
        /// The value as written.
        value: String,
        /// What it must be.
        reason: &'static str,
    },
}

fn hint(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default()
}

impl Plan {
    /// Reads and checks a plan. Keys that are absent take their defaults.
    ///
    /// # Errors
    /// [`PlanError`], with the line where there is one.
    pub fn from_toml(text: &str) -> Result<Self, PlanError> {
        let plan: Self = toml::from_str(text).map_err(|error| explain(text, &error))?;
        plan.check()?;
        Ok(plan)
    }

    /// The plan as the text of `case.toml`, every default written out.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // A plan holds strings, numbers and lists of words: TOML can express them all.
        toml::to_string_pretty(self).unwrap_or_default()
    }

    /// Checks the values against each other.
    ///
    /// # Errors
    /// [`PlanError::BadValue`] for the first that no investigation can use.
    pub fn check(&self) -> Result<(), PlanError> {
        let detect = &self.detect;
        let bad = |key, value: String, reason| Err(PlanError::BadValue { key, value, reason });
        if !(0.0..=1.0).contains(&self.ingest.max_rejects) {
            return bad(
                "ingest.max_rejects",
                self.ingest.max_rejects.to_string(),
                "a share, from 0 to 1",
            );
        }
        if self.ingest.utc_offset_minutes.abs() > 14 * 60 {
            let value = self.ingest.utc_offset_minutes.to_string();
            return bad("ingest.utc_offset_minutes", value, "minutes, from -840 to 840");
        }
        if !(0.5..=1.0).contains(&self.copies.similarity) {
            let value = self.copies.similarity.to_string();
            return bad("copies.similarity", value, "a share, from 0.5 to 1");
        }
        if self.copies.image_distance > 12 {
            let value = self.copies.image_distance.to_string();
            return bad("copies.image_distance", value, "bits, from 0 to 12");
        }
        if !(self.copies.rewording_rank > 0.0 && self.copies.rewording_rank < 0.1) {
            let value = self.copies.rewording_rank.to_string();
            return bad("copies.rewording_rank", value, "a share above 0 and below 0.1");
        }
        if self.copies.period == Span::ZERO {
            return bad(
                "copies.period",
                self.copies.period.to_string(),
                "a length of time above 0",
            );
        }
        if !(detect.fdr > 0.0 && detect.fdr < 1.0) {
            return bad("detect.fdr", detect.fdr.to_string(), "a rate above 0 and below 1");
        }
        if detect.min_objects < 2 {
            let value = detect.min_objects.to_string();
            return bad("detect.min_objects", value, "at least 2: one shared object is no pattern");
        }
        if detect.windows.is_empty() || detect.windows.contains(&Span::ZERO) {
            let value =
                format!("{:?}", detect.windows.iter().map(Span::to_string).collect::<Vec<_>>());
            return bad("detect.windows", value, "at least one window, each above zero");
        }
        if detect.traces.is_empty() {
            return bad("detect.traces", "[]".into(), "at least one trace");
        }
        if !(self.groups.resolution > 0.0 && self.groups.resolution.is_finite()) {
            let value = self.groups.resolution.to_string();
            return bad("groups.resolution", value, "a number above 0");
        }
        if self.groups.min_accounts < 2 {
            let value = self.groups.min_accounts.to_string();
            return bad("groups.min_accounts", value, "at least 2");
        }
        Ok(())
    }
}

fn explain(text: &str, error: &toml::de::Error) -> PlanError {
    let at = error.span().map_or(0, |span| span.start);
    let line = 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    let message = error.message();
    let Some(rest) = message.strip_prefix("unknown field `") else {
        return PlanError::Unreadable { line, reason: message.to_owned() };
    };
    let mut quoted = rest.split('`');
    let key = quoted.next().unwrap_or_default().to_owned();
    // Every second piece between backticks is a key that would have been right.
    let known: Vec<&str> = quoted.skip(1).step_by(2).collect();
    let near = nearest(&key, &known).map(str::to_owned);
    PlanError::UnknownKey { line, key, near }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_plan_is_the_default_plan() {
        assert_eq!(Plan::from_toml("").unwrap(), Plan::default());
    }

    #[test]
    fn a_plan_reads_back_as_it_was_written() {
        let mut plan = Plan { name: "a \"quoted\" name".into(), ..Plan::default() };
        plan.detect.windows = vec![Span::seconds(90)];
        assert_eq!(Plan::from_toml(&plan.to_toml()).unwrap(), plan);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line_and_the_nearest_right_one() {
        let error = Plan::from_toml("name = \"x\"\n[detect]\nwindow = [\"60s\"]\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 3: \"window\" is no key of a plan; did you mean \"windows\"?"
        );
    }

    #[test]
    fn an_unknown_trace_is_refused() {
        let error = Plan::from_toml("[detect]\ntraces = [\"retweet\"]\n").unwrap_err();
        assert!(matches!(error, PlanError::Unreadable { line: 2, .. }), "{error}");
    }

    #[test]
    fn a_value_out_of_range_is_refused_by_name() {
        let error = Plan::from_toml("[detect]\nfdr = 1.5\n").unwrap_err();
        assert_eq!(error.to_string(), "detect.fdr = 1.5: a rate above 0 and below 1");
        assert!(Plan::from_toml("[detect]\nwindows = [\"0s\"]\n").is_err());
        assert!(Plan::from_toml("[detect]\nmin_objects = 1\n").is_err());
    }
}
