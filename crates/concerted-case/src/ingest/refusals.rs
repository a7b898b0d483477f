//! What was refused of a file, and whether that is too much of it.
//!
//! **Invariant:** memory does not depend on how much was refused.

use std::{cmp::Reverse, collections::BTreeMap};

use concerted_model::provenance::{InputRecord, Reject, RejectReason};
use serde::{Deserialize, Serialize};

use crate::readers::ReadError;

/// Below so many rows a few bad ones do not speak against a file.
pub(super) const FEW_ROWS: u64 = 20;
/// So few bad rows do not speak against a file of which they are a small part.
const FEW_REJECTS: u64 = 10;

/// The first row of a file that was refused for each reason.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Firsts(BTreeMap<RejectReason, Reject>);

impl Firsts {
    /// Takes a refused row in.
    pub(super) fn add(&mut self, reject: &Reject) {
        let place = |reject: &Reject| (reject.line, reject.offset);
        let first = self.0.entry(reject.reason).or_insert_with(|| reject.clone());
        if place(reject) < place(first) {
            *first = reject.clone();
        }
    }

    /// Whether nothing was refused.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Refuses a file of which more rows are bad than the plan allows. Lost authors do not count: they
/// say nothing against the file.
pub(super) fn check(record: &InputRecord, firsts: &Firsts, most: f64) -> Result<(), ReadError> {
    let rows = &record.rows;
    let harmless = rows.rejects.get(RejectReason::PlaceholderAuthor.as_str()).copied().unwrap_or(0);
    let bad = rows.rejected() - harmless;
    let share = bad as f64 / rows.read.max(1) as f64;
    let many = rows.read >= FEW_ROWS && (bad > FEW_REJECTS || share > 0.25);
    let nothing_kept = rows.posts == 0;
    if share <= most || !(many || nothing_kept) {
        return Ok(());
    }
    let is_bad = |reject: &&Reject| reject.reason != RejectReason::PlaceholderAuthor;
    let count_of = |reason: RejectReason| rows.rejects.get(reason.as_str()).copied().unwrap_or(0);
    let top = firsts
        .0
        .values()
        .filter(is_bad)
        .max_by_key(|reject| (count_of(reject.reason), Reverse((reject.line, reject.offset))));
    let Some(top) = top else { return Ok(()) };
    let why = format!(
        "{bad} of {} rows had to be refused, most as {} ({}), first in line {}: {}",
        rows.read,
        top.reason.as_str(),
        count_of(top.reason),
        top.line,
        top.detail
    );
    Err(ReadError::input(&record.name, why, next_step(top.reason)))
}

fn next_step(reason: RejectReason) -> String {
    let step = match reason {
        RejectReason::AmbiguousTime => {
            "give the form of its times: --time-format \"%m/%d/%Y %H:%M\""
        }
        RejectReason::BadTime | RejectReason::NoTime => {
            "is it the right column? Name it with --map time=…, or give its form with --time-format"
        }
        RejectReason::RoundedId => {
            "use a column whose ids are whole, or export again without a spreadsheet: --map account=…"
        }
        RejectReason::NoAccount | RejectReason::PlaceholderAuthor => {
            "is it the right column? Name it with --map account=…"
        }
        RejectReason::Malformed
        | RejectReason::DuplicateKey
        | RejectReason::BadNumber
        | RejectReason::TooDeep => "look at that line; to go on without such rows: --max-rejects 1",
    };
    step.to_owned()
}
