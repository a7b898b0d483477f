//! The clock check: do the times a file claims agree with the times inside its ids?
//!
//! **Invariant:** it only counts and reports; it never shifts a time. Clocks agree if they differ by
//! no more than the claim's resolution and two seconds.

use std::collections::BTreeMap;

use concerted_model::{Span, Timestamp, provenance::ClockAgreement};
use serde::{Deserialize, Serialize};

use super::clock::IdTime;

const TOLERANCE_US: i64 = 2_000_000;
const QUARTER_US: i64 = 15 * 60_000_000;

/// How claims and ids compare, over a file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ClockCheck {
    agree: u64,
    disagree: u64,
    /// Disagreements that are a whole number of quarters of an hour, by that number.
    shifts: BTreeMap<i64, u64>,
}

/// The checks of every two clocks.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Checks {
    /// Where the server's clock is not there, which would be taken before either.
    pub(crate) claimed_and_id: ClockCheck,
    claimed_and_server: ClockCheck,
    id_and_server: ClockCheck,
}

impl Checks {
    /// Compares the clocks of a post, and counts; tells whether the id's may stand for the claim.
    pub(crate) fn compare(
        &mut self,
        server: Option<Timestamp>,
        in_id: Option<IdTime>,
        claimed: Option<(Timestamp, Span)>,
    ) -> bool {
        let Some(server) = server else {
            return match (in_id, claimed) {
                (Some(id), Some((time, resolution))) => {
                    self.claimed_and_id.compare(time, resolution, id)
                }
                _ => false,
            };
        };
        let server = IdTime { time: server, resolution: Span::micros(1) };
        if let Some((time, resolution)) = claimed {
            self.claimed_and_server.compare(time, resolution, server);
        }
        if let Some(id) = in_id {
            self.id_and_server.compare(id.time, id.resolution, server);
        }
        false
    }

    /// What was compared beside the claim and the id.
    pub(crate) fn others(&self) -> BTreeMap<String, ClockAgreement> {
        let named = [
            ("claimed and server", &self.claimed_and_server),
            ("id and server", &self.id_and_server),
        ];
        named
            .into_iter()
            .filter_map(|(name, check)| Some((name.to_owned(), check.agreement()?)))
            .collect()
    }

    /// What a person should know.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = self.claimed_and_id.notes();
        let pairs = [
            ("claimed times", &self.claimed_and_server),
            ("times inside the ids", &self.id_and_server),
        ];
        for (what, check) in pairs.into_iter().filter(|(_, check)| check.disagree > 0) {
            notes.push(format!(
                "clock check: in {} of {} rows the {what} are not the server's, which were taken",
                check.disagree,
                check.agree + check.disagree
            ));
        }
        notes
    }
}

/// Whether the claim is the id's time, told as coarsely as the claim is, give or take two seconds.
pub(crate) fn agrees(claimed: Timestamp, resolution: Span, id: IdTime) -> bool {
    let late = id.time.micros() - claimed.micros();
    let coarse = resolution.as_micros();
    (-TOLERANCE_US..=coarse + TOLERANCE_US).contains(&late)
}

impl ClockCheck {
    /// Compares a claim with an id, and counts it.
    pub(crate) fn compare(&mut self, claimed: Timestamp, resolution: Span, id: IdTime) -> bool {
        if agrees(claimed, resolution, id) {
            self.agree += 1;
            return true;
        }
        self.disagree += 1;
        let ahead = claimed.micros() - id.time.micros() + resolution.as_micros() / 2;
        let quarters = (ahead + QUARTER_US / 2).div_euclid(QUARTER_US);
        let shifted = Timestamp::try_from_micros(claimed.micros() - quarters * QUARTER_US);
        if quarters != 0 && shifted.is_ok_and(|shifted| agrees(shifted, resolution, id)) {
            *self.shifts.entry(quarters).or_default() += 1;
        }
        false
    }

    /// The counts; nothing if there was nothing to compare.
    pub(crate) fn agreement(&self) -> Option<ClockAgreement> {
        let all = self.agree + self.disagree;
        let constant = self.constant();
        (all > 0).then(|| ClockAgreement {
            agree: self.agree,
            disagree: self.disagree,
            offset_minutes: constant.map(|(quarters, _)| quarters * 15),
            offset_rows: constant.map_or(0, |(_, rows)| rows),
        })
    }

    /// The offset that nine in ten rows have, in quarters of an hour, and how many do.
    fn constant(&self) -> Option<(i64, u64)> {
        let all = self.agree + self.disagree;
        let most = self.shifts.iter().max_by_key(|(quarters, rows)| (**rows, -quarters.abs()));
        most.filter(|(_, rows)| **rows * 10 >= all * 9).map(|(quarters, rows)| (*quarters, *rows))
    }

    /// What a person should know.
    pub(crate) fn notes(&self) -> Vec<String> {
        let all = self.agree + self.disagree;
        if self.disagree == 0 {
            return Vec::new();
        }
        let mut notes = vec![format!(
            "clock check: in {} of {all} rows the claimed time is not that inside the id; \
             the claimed time was kept there",
            self.disagree
        )];
        if let Some((quarters, rows)) = self.constant() {
            let (sign, minutes) = (if quarters < 0 { '-' } else { '+' }, quarters.abs() * 15);
            notes.push(format!(
                "clock check: the claimed times are {sign}{:02}:{:02} from those inside the ids in \
                 {rows} of {all} rows: probably a time-zone mistake; set ingest.utc_offset_minutes",
                minutes / 60,
                minutes % 60
            ));
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(seconds: i64) -> Timestamp {
        Timestamp::try_from_micros((1_714_564_800 + seconds) * 1_000_000).unwrap()
    }

    fn id(seconds: i64) -> IdTime {
        IdTime { time: moment(seconds), resolution: Span::micros(1_000) }
    }

    #[test]
    fn a_minute_agrees_with_every_second_in_it() {
        let minute = Span::seconds(60);
        assert!(agrees(moment(0), minute, id(59)));
        assert!(agrees(moment(0), minute, id(-2)));
        assert!(!agrees(moment(0), minute, id(63)));
        assert!(!agrees(moment(0), Span::seconds(1), id(4)));
    }

    #[test]
    fn a_constant_shift_is_named() {
        let mut check = ClockCheck::default();
        for second in 0..20 {
            assert!(!check.compare(moment(second - 5 * 3600), Span::seconds(60), id(second)));
        }
        assert!(check.notes()[1].contains("-05:00"), "{:?}", check.notes());
    }

    #[test]
    fn the_servers_clock_is_held_against_the_two_others() {
        let mut checks = Checks::default();
        let claimed = |second| Some((moment(second), Span::seconds(1)));
        assert!(!checks.compare(Some(moment(0)), Some(id(0)), claimed(0)));
        assert!(!checks.compare(Some(moment(0)), Some(id(1)), claimed(-3600)));
        assert!(!checks.compare(Some(moment(0)), None, None));
        assert!(checks.compare(None, Some(id(0)), claimed(0)));
        let others = checks.others();
        let counts = |name: &str| (others[name].agree, others[name].disagree);
        assert_eq!(counts("claimed and server"), (1, 1));
        assert_eq!(counts("id and server"), (2, 0));
        assert_eq!(checks.claimed_and_id.agreement().unwrap().agree, 1);
        assert_eq!(checks.notes().len(), 1);
    }

    #[test]
    fn agreement_is_silent() {
        let mut check = ClockCheck::default();
        assert!(check.compare(moment(0), Span::seconds(1), id(1)));
        assert!(check.notes().is_empty());
    }
}
