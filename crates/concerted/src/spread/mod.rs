//! Where one thing in a case came from and how it spread: content, the same for every face.
//!
//! **Invariant:** it describes and judges nobody. First means first among the posts of this case,
//! and each moment carries the clock that it was read from.

use std::{collections::BTreeMap, path::Path};

use concerted_case::{Stage, export};
use concerted_detect::{Same, copies::Template, spread};
use concerted_model::{
    Timestamp, Trace,
    provenance::{CopyCounts, Manifest},
    tables::{Accounts, Actions, Copies, Groups, Objects, Pictures, Posts, Rewordings},
};
use serde::Serialize;

use crate::{Error, Investigation, findings::group_of_account};

mod account;
mod chart;
mod made;
mod page;

pub use account::{Follows, GroupShare, Leads, Place, Sighting};
pub use made::{Around, BurstOf, Disguised, Stretch, Wording};
pub use spread::Sought;

/// How something spread, as far as the posts of a case show it.
#[derive(Clone, Debug, Serialize)]
pub struct Spread {
    /// `concerted/trace/1`.
    pub schema: &'static str,
    /// What was looked for: `text`, `url`, `hashtag`, `media` or `post`.
    pub kind: &'static str,
    /// The words, address, hashtag, name or id.
    pub sought: String,
    /// Posts in which it appears.
    pub posts: u64,
    /// Accounts that published them.
    pub accounts: u64,
    /// Posts by the way in which it appears: `said`, `reworded`, `candidate of a rewording`,
    /// `passed on`, `answered`.
    pub ways: BTreeMap<&'static str, u64>,
    /// Coarsest resolution of times in this case, in seconds: nearer moments have no order.
    pub resolution_seconds: f64,
    /// The first appearances, in order.
    pub first: Vec<Sighting>,
    /// The last appearance.
    pub last: Option<Sighting>,
    /// Where it appears, by first appearance.
    pub platforms: Vec<Place>,
    /// Sites that its posts link to, by first appearance; at most 20.
    pub sites: Vec<Place>,
    /// Stretches in which it came faster, in order of time.
    pub bursts: Vec<BurstOf>,
    /// Accounts that tend to be early or late on what these accounts share; at most 20 of each.
    pub leads: Vec<Leads>,
    /// Pairs in which one account nearly always comes after the other; at most 20.
    pub follows: Vec<Follows>,
    /// The share of the groups of the case; absent before detection.
    pub groups: Option<Vec<GroupShare>>,
    /// The different wordings, the most frequent first; at most 10.
    pub wordings: Vec<Wording>,
    /// Texts that a language model puts near to it, the most frequent first; at most 10. They are
    /// candidates of rewordings and translations: nobody has compared what they mean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Wording>,
    /// Signs of disguise, held against all texts of the case.
    pub disguises: Vec<Disguised>,
    /// The hours around an event, if one was asked about.
    pub event: Option<Vec<Around>>,
    /// What the page is drawn from.
    #[serde(skip)]
    drawn: Drawn,
}

/// What the page is drawn from.
#[derive(Clone, Debug, Default)]
struct Drawn {
    /// Each appearance: when, who (numbered by first appearance), and the group.
    dots: Vec<Dot>,
    /// Names by number.
    names: Vec<String>,
    template: Option<Template>,
}

/// An appearance as it is drawn.
#[derive(Clone, Copy, Debug)]
struct Dot {
    time: i64,
    account: usize,
    group: Option<u32>,
}

/// Everything that a spread is told from.
struct Tables {
    posts: Vec<Posts>,
    accounts: Accounts,
    copies: Copies,
    pictures: Option<Pictures>,
    rewordings: Option<Rewordings>,
    counts: CopyCounts,
    objects: Objects,
    actions: Actions,
    groups: Option<BTreeMap<u32, u32>>,
    resolution_us: i64,
}

/// How did it spread?
///
/// `event`: a moment whose hours are held against other weeks.
///
/// # Errors
/// [`Error::Missing`] if the case was not compared yet; [`Error::Detect`] if what is sought is
/// nothing that can be found.
pub fn spread(
    case: &Investigation<'_>,
    sought: &Sought,
    event: Option<Timestamp>,
) -> Result<Spread, Error> {
    let manifest: Manifest = case.json(Stage::Ingest, "manifest.json")?;
    let coarsest = manifest.inputs.iter().map(|input| input.resolution_us).max();
    let groups = match case.has(Stage::Groups) {
        true => Some(group_of_account(&case.table::<Groups>(Stage::Groups)?)),
        false => None,
    };
    let tables = Tables {
        posts: case.tables(Stage::Ingest)?,
        accounts: case.table(Stage::Ingest)?,
        copies: case.table(Stage::Copies)?,
        pictures: case.table_if_there(Stage::Copies)?,
        rewordings: case.table_if_there(Stage::Copies)?,
        counts: case.json(Stage::Copies, crate::pipeline::COPY_COUNTS)?,
        objects: case.table(Stage::Actions)?,
        actions: case.table(Stage::Actions)?,
        groups,
        resolution_us: coarsest.unwrap_or(1),
    };
    let same = Same {
        copies: &tables.copies,
        pictures: tables.pictures.as_ref(),
        rewordings: tables.rewordings.as_ref(),
    };
    let found = spread::find(&tables.posts, same, &case.plan().copies, sought)?;
    made::spread(&tables, sought, &found, event.map(Timestamp::micros))
}

/// The page: one HTML file that needs nothing else.
///
/// # Errors
/// [`Error::Bug`] if the template cannot be filled.
pub fn html(spread: &Spread) -> Result<String, Error> {
    page::html(spread)
}

/// Writes the page to a file beside the case.
///
/// # Errors
/// As [`html`], and [`Error::Case`] if the disk refuses it.
pub fn write_page(spread: &Spread, file: &Path) -> Result<(), Error> {
    Ok(export::page(file, &html(spread)?)?)
}

/// A moment as a person writes it: `2016-03-22 18:40`, `2016-03-22T18:40:00Z`, `2016-03-22T18:40+01:00`.
/// Without a zone it is UTC.
///
/// # Errors
/// [`Error::NoMoment`] if it is none.
pub fn moment(written: &str) -> Result<Timestamp, Error> {
    let wrong = || Error::NoMoment(written.to_owned());
    let read = written.parse::<jiff::Timestamp>().or_else(|_| {
        let civil = written.parse::<jiff::civil::DateTime>()?;
        jiff::tz::Offset::UTC.to_timestamp(civil)
    });
    let micros = read.map_err(|_| wrong())?.as_microsecond();
    Timestamp::try_from_micros(micros).map_err(|_| wrong())
}

/// The trace whose objects show who else is early.
fn trace_of(sought: &Sought) -> Trace {
    match sought {
        Sought::Text(_) => Trace::Text,
        Sought::Url(_) => Trace::Url,
        Sought::Hashtag(_) => Trace::Hashtag,
        Sought::Media(_) => Trace::Media,
        Sought::Post(_) => Trace::Repost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_people_write_it_and_is_utc_without_a_zone() {
        let expected = moment("2016-03-22T18:40:00Z").unwrap();
        for written in ["2016-03-22 18:40", "2016-03-22T18:40", "2016-03-22T19:40+01:00"] {
            assert_eq!(moment(written).unwrap(), expected, "{written}");
        }
        for written in ["yesterday", "22/03/2016", "0001-01-01 00:00"] {
            assert!(moment(written).is_err(), "{written}");
        }
    }
}
