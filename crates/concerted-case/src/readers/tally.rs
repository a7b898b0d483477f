//! What a judge has counted of a file so far, and what that says in the end.
//!
//! **Invariant:** counting is all that is remembered of records that were judged, so that a tally, kept and
//! taken up again, gives the verdict that going through all of them at once would have given.

use std::collections::BTreeMap;

use concerted_model::{
    Clock, Span,
    provenance::{ClockAgreement, RowCounts},
};
use serde::{Deserialize, Serialize};

use super::{clock_check::Checks, customs::Customs};

/// The clocks, each at its number.
const CLOCKS: [Clock; 3] = [Clock::Server, Clock::Id, Clock::Claimed];

/// Counts of a file's records.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) rows: RowCounts,
    /// Posts by clock, in the order of [`CLOCKS`].
    pub(crate) clocks: [u64; CLOCKS.len()],
    /// The coarsest resolution of a post's time, in microseconds.
    pub(crate) coarsest_us: i64,
    pub(crate) checks: Checks,
    pub(crate) zoneless: u64,
    pub(crate) rounded_posts: u64,
    pub(crate) edited: u64,
    /// First and last moment of collection, in microseconds.
    pub(crate) collected: Option<(i64, i64)>,
    pub(crate) after_collection: u64,
    pub(crate) several_dates: u64,
    pub(crate) lengthened: u64,
}

/// What a judge has counted, in the end.
pub(crate) struct Verdict {
    pub(crate) rows: RowCounts,
    pub(crate) clocks: BTreeMap<String, u64>,
    pub(crate) resolution: Span,
    pub(crate) check: Option<ClockAgreement>,
    pub(crate) clock_pairs: BTreeMap<String, ClockAgreement>,
    pub(crate) notes: Vec<String>,
}

impl Tally {
    /// Ends the counting.
    pub(crate) fn verdict(self, customs: &Customs) -> Verdict {
        Verdict {
            notes: self.notes(customs),
            rows: self.rows,
            clocks: CLOCKS
                .into_iter()
                .zip(self.clocks)
                .filter(|(_, posts)| *posts > 0)
                .map(|(clock, posts)| (clock.as_str().to_owned(), posts))
                .collect(),
            resolution: Span::micros(self.coarsest_us),
            check: self.checks.claimed_and_id.agreement(),
            clock_pairs: self.checks.others(),
        }
    }

    /// What a person should know.
    fn notes(&self, customs: &Customs) -> Vec<String> {
        let mut notes = Vec::new();
        if self.rows.read == 0 {
            notes.push("there are no records in it".to_owned());
        }
        if self.zoneless > 0 && !customs.times.documented {
            let offset = customs.times.offset;
            let zone = if offset.is_zero() { String::new() } else { offset.to_string() };
            notes.push(format!("{} times have no zone and were read as UTC{zone}", self.zoneless));
        }
        if let Some(unit) = customs.times.unit {
            notes.push(format!("times that are numbers were read as {} since 1970", unit.name()));
        }
        if self.rounded_posts > 0 {
            notes.push(format!(
                "{} post ids were rounded by a spreadsheet or a number type and were dropped",
                self.rounded_posts
            ));
        }
        if customs.accounts_are_names {
            notes.push("accounts are told apart by name alone; names can change hands".to_owned());
        }
        if self.edited > 0 {
            notes.push(format!(
                "{} posts were edited after they were published; their text is the later one",
                self.edited
            ));
        }
        if let Some((first, last)) = self.collected {
            notes.push(format!("collected from {} to {}", shown(first), shown(last)));
        }
        if self.after_collection > 0 {
            notes.push(format!(
                "{} posts claim a time after they were collected: a wrong time zone or clock?",
                self.after_collection
            ));
        }
        if self.several_dates > 0 {
            notes.push(format!(
                "{} pages have several dates that differ; that of the article's own record was taken",
                self.several_dates
            ));
        }
        if customs.links.is_some() {
            notes.push(format!(
                "{} short addresses were read as the long ones that the file of links has for them",
                self.lengthened
            ));
        }
        notes.extend(self.checks.notes());
        notes
    }
}

fn shown(micros: i64) -> String {
    let moment = jiff::Timestamp::from_second(micros.div_euclid(1_000_000));
    moment.map_or_else(|_| format!("{micros} µs"), |moment| moment.to_string())
}
