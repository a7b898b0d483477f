//! Accusations on real posts: units that people coded by hand, against samples of ordinary accounts of the
//! same hours, and the other way about.
//!
//! Both are written down as one file in the columns of the one that says least (minutes; a repost without
//! the account it is of), so that the same reader and the same clock see both. **Invariant:** numbers
//! only: no name and no text leaves this module.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::BufReader,
    ops::Range,
    path::Path,
};

use concerted_detect::audit::{Audited, Claim, Collected, Origin, Standing};
use concerted_model::{Plan, Span};

use crate::{audit::Read, months};

/// A sample of ordinary accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// Tweets with the hashtag of a debate, 16 hours.
    Debate,
    /// Customers who write to six airlines, nine days.
    Airlines,
}

impl Sample {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Debate, Self::Airlines];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Debate => "debate",
            Self::Airlines => "airlines",
        }
    }

    const fn file(self) -> &'static str {
        match self {
            Self::Debate => "gop_debate_2015/sentiment.csv",
            Self::Airlines => "organic_small/us_airline_2015.csv",
        }
    }

    /// How its times are written.
    const fn times(self) -> &'static str {
        match self {
            Self::Debate => "%Y-%m-%d %H:%M:%S %z",
            Self::Airlines => "%d-%m-%Y %H.%M %z",
        }
    }

    /// What its times leave out: these are of February on the American west coast.
    const fn zone(self) -> &'static str {
        match self {
            Self::Debate => "",
            Self::Airlines => " -0800",
        }
    }
}

/// Fewest posts in those hours of an account that is put on a list.
const FEWEST_POSTS: usize = 3;
/// Fewest accounts of a list.
const FEWEST_ACCOUNTS: usize = 5;
/// Ordinary accounts that are accused at most.
const MOST_ORDINARY: usize = 100;

/// How one list was answered.
#[derive(Clone, Debug)]
pub struct Told {
    /// The unit, or `organic`.
    pub list: String,
    /// Accounts on it.
    pub accused: usize,
    /// Distinct comparison accounts; none if there are too few like the accused.
    pub control: Option<u64>,
    /// The answer to claim 1, with its effect.
    pub together: Claim,
    /// Supported, without support, untestable.
    pub members: [usize; 3],
    /// Accounts off the list that behave the same: of the same unit, of other units, ordinary.
    pub outsiders: [usize; 3],
    /// Accounts of the largest network.
    pub largest: usize,
}

/// Posts of both kinds, read.
pub struct Both {
    read: Read,
    units: BTreeMap<String, String>,
    posts: BTreeMap<String, usize>,
    ordinary: BTreeSet<String>,
}

struct Row {
    account: String,
    time: i64,
    kind: &'static str,
    text: String,
}

impl Both {
    /// Reads a sample and the posts of the units in the same hours.
    ///
    /// # Errors
    /// A sentence: what cannot be read, or the words of a stage that failed.
    pub fn of(folder: &Path, sample: Sample) -> Result<Self, String> {
        let units = months::units(&folder.join("ira538_authors.csv"), "account_category")?;
        let organic = organic(&folder.join(sample.file()), sample)?;
        let times = organic.iter().map(|row| row.time);
        let hours = times.clone().min().unwrap_or(0)..times.max().unwrap_or(0) + 1;
        let coded = coded(&folder.join("ira538_to_2016_06.csv.zst"), &hours)?;
        let ordinary: BTreeSet<String> = organic.iter().map(|row| row.account.clone()).collect();
        let mut posts: BTreeMap<String, usize> = BTreeMap::new();
        for row in coded.iter().chain(&organic) {
            *posts.entry(row.account.clone()).or_default() += 1;
        }
        let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
        let file = temporary.path().join("both.csv");
        write(&file, coded.iter().chain(&organic))?;
        let plan = Plan::default();
        let read = months::read(file, &plan)?;
        let read = Read::of_posts(read.posts, read.accounts, Span::seconds(60), plan)?;
        Ok(Self { read, units, posts, ordinary })
    }

    /// Posts, and accounts of each kind.
    #[must_use]
    pub fn size(&self) -> [usize; 3] {
        let ordinary = self.posts.keys().filter(|account| self.ordinary.contains(*account)).count();
        [self.posts.values().sum(), self.posts.len() - ordinary, ordinary]
    }

    /// The units with enough accounts in these hours, and the organic.
    #[must_use]
    pub fn lists(&self) -> Vec<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for account in self.active() {
            if let Some(unit) = self.unit(account) {
                *counts.entry(unit).or_default() += 1;
            }
        }
        let enough = counts.into_iter().filter(|(_, count)| *count >= 2 * FEWEST_ACCOUNTS);
        enough.map(|(unit, _)| unit.to_owned()).chain(["organic".to_owned()]).collect()
    }

    fn active(&self) -> impl Iterator<Item = &String> {
        self.posts.iter().filter(|(_, posts)| **posts >= FEWEST_POSTS).map(|(account, _)| account)
    }

    fn unit(&self, account: &str) -> Option<&str> {
        if self.ordinary.contains(account) {
            return None;
        }
        self.units.get(account).map(String::as_str)
    }

    /// Accuses every second account of a unit, with the ordinary ones as control; or the most active of
    /// the ordinary ones, with a control drawn from all others.
    ///
    /// # Errors
    /// The words of a stage that failed: a bug.
    pub fn accuse(&self, list: &str) -> Result<Told, String> {
        let is_organic = list == "organic";
        let accused: Vec<&String> = if is_organic {
            let mut most: Vec<&String> =
                self.active().filter(|one| self.ordinary.contains(*one)).collect();
            most.sort_by_key(|account| (std::cmp::Reverse(self.posts[*account]), *account));
            most.truncate(MOST_ORDINARY);
            most
        } else {
            self.active().filter(|one| self.unit(one) == Some(list)).step_by(2).collect()
        };
        let control = self.read.rows(&self.ordinary);
        // By topic and by hand: neither sample was collected by these lists.
        let origin = Origin { collected: Collected::Broadly, ..Origin::default() };
        let accused = self.read.rows(accused);
        let given = (!is_organic).then_some(control.as_slice());
        let audited = self.read.audit_against(&accused, given, &origin)?;
        self.told(list, &accused, audited)
    }

    fn told(&self, list: &str, accused: &[u32], audited: Audited) -> Result<Told, String> {
        let mut members = [0; 3];
        for member in &audited.members {
            members[match member.standing {
                Standing::Supported => 0,
                Standing::NotSupported => 1,
                Standing::Untestable => 2,
            }] += 1;
        }
        let mut outsiders = [0; 3];
        for share in &audited.outsiders {
            let unit = self.unit(&self.read.name(share.account));
            outsiders[match unit {
                Some(unit) if unit == list => 0,
                Some(_) => 1,
                None => 2,
            }] += 1;
        }
        Ok(Told {
            list: list.to_owned(),
            accused: accused.len(),
            control: audited.control.map(|control| control.control),
            together: audited.claims.first().cloned().ok_or("an audit without claims")?,
            members,
            outsiders,
            largest: audited.unity.sizes.first().copied().unwrap_or(0),
        })
    }
}

/// The sample as rows, in minutes.
fn organic(file: &Path, sample: Sample) -> Result<Vec<Row>, String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let text = String::from_utf8_lossy(&bytes);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| error.to_string())?.clone();
    let column = |name: &str| {
        headers.iter().position(|header| header == name).ok_or(format!("no column {name}"))
    };
    let (name, said, time) = (column("name")?, column("text")?, column("tweet_created")?);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let written = format!("{}{}", &record[time], sample.zone());
        let moment = jiff::fmt::strtime::parse(sample.times(), &written)
            .and_then(|parsed| parsed.to_timestamp())
            .map_err(|error| format!("{written}: {error}"))?;
        let original = record[said].strip_prefix("RT @").and_then(|rest| rest.split_once(": "));
        rows.push(Row {
            account: record[name].to_owned(),
            time: moment.as_second().div_euclid(60) * 60,
            kind: if original.is_some() { "R" } else { "" },
            text: original.map_or(&record[said], |(_, text)| text).to_owned(),
        });
    }
    Ok(rows)
}

/// The posts of the units in these hours.
fn coded(file: &Path, hours: &Range<i64>) -> Result<Vec<Row>, String> {
    let opened = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let unpacked = zstd::Decoder::new(BufReader::new(opened)).map_err(|error| error.to_string())?;
    let mut reader = csv::Reader::from_reader(unpacked);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let moment =
            jiff::fmt::strtime::parse("%Y-%m-%d %H:%M:%S %z", format!("{} +0000", &record[1]))
                .and_then(|parsed| parsed.to_timestamp())
                .map_err(|error| format!("{}: {error}", &record[1]))?;
        let time = moment.as_second();
        if time >= hours.end {
            break; // The file is in order of time.
        }
        if time >= hours.start {
            let kind = match &record[2] {
                "R" => "R",
                "Q" => "Q",
                _ => "",
            };
            let (account, text) = (record[0].to_owned(), record[5].to_owned());
            rows.push(Row { account, time, kind, text });
        }
    }
    Ok(rows)
}

fn write<'r>(file: &Path, rows: impl Iterator<Item = &'r Row>) -> Result<(), String> {
    let words = |error: csv::Error| error.to_string();
    let mut out = csv::Writer::from_path(file).map_err(words)?;
    out.write_record(["author_id", "publish_date", "post_type", "language", "content"])
        .map_err(words)?;
    for row in rows {
        let time = jiff::Timestamp::from_second(row.time).map_err(|error| error.to_string())?;
        let time = time.strftime("%Y-%m-%d %H:%M:%S").to_string();
        out.write_record([&row.account, &time, row.kind, "English", &row.text]).map_err(words)?;
    }
    out.flush().map_err(|error| error.to_string())
}
