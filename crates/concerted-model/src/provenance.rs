//! Where everything came from: inputs, what was refused and why, and the run's record.
//!
//! **Invariant:** rows read = posts kept + rejects + duplicates + merged + conflicts + context + not posts +
//! deletions + edits, for each input.
//! See [`InputRecord::accounts_for_every_row`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::trace::Trace;

/// One refused row: where it stands, why it was refused, and its bytes as far as they help.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reject {
    /// The input's name.
    pub file: String,
    /// Physical line of the uncompressed input, from 1; 0 where lines mean nothing.
    pub line: u64,
    /// Offset of the row's first byte in the uncompressed input.
    pub offset: u64,
    /// Why.
    pub reason: RejectReason,
    /// The sentence for a person.
    pub detail: String,
}

/// Why a row was refused. The words are the keys of the counts in the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RejectReason {
    /// Too few or too many fields, an open quote, a line that is not JSON.
    Malformed,
    /// A key that occurs twice in one record: parsers disagree on which wins.
    DuplicateKey,
    /// No account id.
    NoAccount,
    /// A placeholder such as `[deleted]` in the author's place.
    PlaceholderAuthor,
    /// An id that a spreadsheet or a floating-point number has rounded.
    RoundedId,
    /// No time.
    NoTime,
    /// A time in no known form, or outside 1990 to now.
    BadTime,
    /// A time whose day and month cannot be told apart.
    AmbiguousTime,
    /// A number that cannot be kept, such as NaN or 1e400.
    BadNumber,
    /// Nested too deeply.
    TooDeep,
}

impl RejectReason {
    /// The word on disk and in the manifest.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::DuplicateKey => "duplicate-key",
            Self::NoAccount => "no-account",
            Self::PlaceholderAuthor => "placeholder-author",
            Self::RoundedId => "rounded-id",
            Self::NoTime => "no-time",
            Self::BadTime => "bad-time",
            Self::AmbiguousTime => "ambiguous-time",
            Self::BadNumber => "bad-number",
            Self::TooDeep => "too-deep",
        }
    }
}

/// What became of the rows of one input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCounts {
    /// Rows or records in the input.
    pub read: u64,
    /// Posts kept for analysis.
    pub posts: u64,
    /// The same post again, with nothing new in it.
    pub duplicates: u64,
    /// The same post again with further objects; they were joined to it.
    pub merged: u64,
    /// The same post id with another content; the earliest version is analysed.
    pub conflicts: u64,
    /// Posts that are only quoted or referred to by others: shown, never counted as actions.
    pub context: u64,
    /// Records that are no posts: likes, follows, notices.
    pub not_posts: u64,
    /// Records that say that a post was deleted; they are kept beside the posts.
    #[serde(default)]
    pub deletions: u64,
    /// Records that say that a post was edited; they are kept beside the posts.
    #[serde(default)]
    pub edits: u64,
    /// Refused rows by reason.
    pub rejects: BTreeMap<String, u64>,
}

impl RowCounts {
    /// Adds the rows of another input.
    pub fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.posts += other.posts;
        self.duplicates += other.duplicates;
        self.merged += other.merged;
        self.conflicts += other.conflicts;
        self.context += other.context;
        self.not_posts += other.not_posts;
        self.deletions += other.deletions;
        self.edits += other.edits;
        for (reason, rows) in &other.rejects {
            *self.rejects.entry(reason.clone()).or_default() += rows;
        }
    }

    /// Refused rows in all.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.rejects.values().sum()
    }
}

/// How two clocks agree: the times that authors claim with those inside the ids, or others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockAgreement {
    /// Rows in which both are the same moment, as finely as the first tells it.
    pub agree: u64,
    /// Rows in which they are not.
    pub disagree: u64,
    /// The constant offset of the first, in minutes, if nine in ten rows have it: a wrong time zone.
    pub offset_minutes: Option<i64>,
    /// Rows that have it.
    pub offset_rows: u64,
}

/// One input and what reading it showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// File name without its folders.
    pub name: String,
    /// SHA-256 of the file as it lies on disk, in hexadecimal.
    pub sha256: String,
    /// Size on disk, in bytes.
    pub bytes: u64,
    /// Compression found: `plain`, `gzip`, `zstd`.
    pub compression: String,
    /// Reader that was used.
    pub format: String,
    /// The reader that would have come next, if another could read it too.
    pub runner_up: Option<String>,
    /// Which column or key gave which field.
    pub mapping: BTreeMap<String, String>,
    /// What became of the rows.
    pub rows: RowCounts,
    /// Posts by the clock that their time was read from.
    pub clocks: BTreeMap<String, u64>,
    /// How the times that authors claim agree with those inside the ids, where both are there.
    #[serde(default)]
    pub clock_check: Option<ClockAgreement>,
    /// How the other clocks agree, where two are there: `claimed and server`, `id and server`.
    #[serde(default)]
    pub clock_pairs: BTreeMap<String, ClockAgreement>,
    /// Coarsest resolution of time among the posts, in microseconds.
    pub resolution_us: i64,
    /// Remarks for a person, such as an encoding that was converted.
    pub notes: Vec<String>,
}

impl InputRecord {
    /// Whether every row read is a post, a reject, a repetition, context, or no post.
    #[must_use]
    pub fn accounts_for_every_row(&self) -> bool {
        let rows = &self.rows;
        rows.read
            == rows.posts
                + rows.duplicates
                + rows.merged
                + rows.conflicts
                + rows.context
                + rows.not_posts
                + rows.deletions
                + rows.edits
                + rows.rejected()
    }
}

/// All inputs of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// In the order of their SHA-256, so that the order of reading leaves no mark.
    pub inputs: Vec<InputRecord>,
}

/// What the same procedure found in one decoy: the data with accounts exchanged under the null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecoyFound {
    /// Edges claimed.
    pub edges: u64,
    /// Groups found.
    pub groups: u64,
    /// Of these, confirmed on other days.
    pub confirmed: u64,
}

/// What pairing one trace had to go through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The trace.
    pub trace: Trace,
    /// Actions of accounts that can be in a pair.
    pub actions: u64,
    /// Pairs of actions within the largest window, on objects that are not crowded: all compared.
    pub pairs: u64,
    /// Crowded objects, on which only pairs that could be claimed are compared.
    pub crowded: u64,
    /// Pairs of actions within the largest window on those.
    pub crowded_pairs: u64,
    /// Of these, pairs of actions that were gone through, since a test could have claimed a pair of
    /// accounts that acted there; each once for each window. Absent before pairing.
    #[serde(default)]
    pub crowded_compared: Option<u64>,
}

/// What comparing the texts showed as a whole: the base rates that single texts are held against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyCounts {
    /// Posts with words of their own that are long enough to be compared.
    pub texts: u64,
    /// Posts that say what an earlier one said.
    pub copies: u64,
    /// Clusters of two posts or more.
    pub clusters: u64,
    /// Texts that had more likely leaders than were compared in full.
    pub crowded: u64,
    /// Posts with invisible characters inside words.
    pub with_invisibles: u64,
    /// Posts with letters of another alphabet that look alike.
    pub with_lookalikes: u64,
    /// Copies whose letters only look like those of the text that they repeat.
    pub lookalike_copies: u64,
}

/// What comparing the texts by a language model showed as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewordingCounts {
    /// Different texts: clusters of copies.
    pub texts: u64,
    /// Texts of which the model knows no word.
    pub unknown: u64,
    /// Subjects that the texts were divided into.
    pub subjects: u64,
    /// Texts for which there were too few matched pairs of others to be held against.
    pub unmatched: u64,
    /// Texts that are near to an earlier one.
    pub candidates: u64,
    /// Texts that lead such.
    pub clusters: u64,
}

/// What was tested in one trace: the family of hypotheses, so that a reader can redo the sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tested {
    /// The trace.
    pub trace: Trace,
    /// Accounts with enough actions to be in an edge.
    pub accounts: u64,
    /// Pairs of them: the number of hypotheses.
    pub hypotheses: u64,
    /// Pairs that reached the fewest objects in some window, and so have a p-value below 1.
    pub pairs: u64,
    /// Strata that the actions were divided into.
    pub strata: u64,
    /// Edges claimed.
    pub edges: u64,
    /// The fewest joint episodes at which a typical pair would be claimed; absent where no pair was
    /// tested.
    pub least_detectable: Option<u64>,
}
