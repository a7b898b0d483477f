//! Why: everything behind a tie, an account's ties or a group, down to the bytes of the posts.
//!
//! **Invariant:** what is said is in the case's tables, or counted from them; bytes are shown only from a
//! file whose hash is that of the input which was read. Nothing is said of one account alone: an account
//! is explained by its ties.

mod columns;
mod tables;

use std::{collections::BTreeMap, path::PathBuf};

use concerted_model::provenance::DecoyFound;
use serde::Serialize;

pub(crate) use columns::{further, text};
use tables::Tables;

use crate::{Error, Investigation, outcome::Confirmed};

/// Whom or what to explain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// All ties of one account.
    Account(String),
    /// The ties between two.
    Pair(String, String),
    /// A group.
    Group(u32),
}

impl Subject {
    /// From the words of a command: `group-3`, one account or two.
    ///
    /// # Errors
    /// [`Error::NoSuch`] if there are more.
    pub fn of(words: &[String]) -> Result<Self, Error> {
        let number = |word: &String| {
            let digits = word.strip_prefix("group-").or_else(|| word.strip_prefix("group:"))?;
            digits.parse().ok()
        };
        match words {
            [one] => Ok(number(one).map_or_else(|| Self::Account(one.clone()), Self::Group)),
            [one, other] => Ok(Self::Pair(one.clone(), other.clone())),
            _ => Err(Error::NoSuch("give an account, two accounts, or a group as group-3".into())),
        }
    }
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// `concerted/explain/1`.
    pub schema: &'static str,
    /// What was asked about, in words.
    pub subject: String,
    /// What holds the group together, if a group was asked for.
    pub group: Option<Whole>,
    /// What the same procedure found in each decoy.
    pub decoys: Vec<DecoyFound>,
    /// The ties, the most surprising first.
    pub ties: Vec<Tie>,
    /// Ties that were left out for their number.
    pub further_ties: usize,
    /// Pairs that met, but have no tie in that trace.
    pub unclaimed: Vec<Met>,
    /// What this does not show.
    pub limits: &'static str,
}

/// A group as a whole.
#[derive(Clone, Debug, Serialize)]
pub struct Whole {
    /// Its members, in order.
    pub members: Vec<Belonging>,
    /// Parts that are joined more firmly inside than to each other.
    pub parts: u32,
    /// What days say that had no part in finding it; absent if it was not confirmed.
    pub confirmed: Option<Confirmed>,
    /// What its members are like by themselves: described, no sign of anything.
    pub habits: Vec<HabitOf>,
}

/// A habit of a group's members, beside accounts that post as much.
#[derive(Clone, Debug, Serialize)]
pub struct HabitOf {
    /// What is measured, in words.
    pub habit: &'static str,
    /// Members that posted enough for it.
    pub members: usize,
    /// Their median.
    pub median: f64,
    /// Median share of comparable accounts that are as far out or farther, in `[0, 1]`.
    pub as_far: f64,
    /// Median number of comparable accounts.
    pub comparable: usize,
}

/// How an account belongs to its group.
#[derive(Clone, Debug, Serialize)]
pub struct Belonging {
    /// The account.
    pub account: String,
    /// `core` by its own acts on days of confirmation, `periphery` by ties.
    pub role: String,
    /// Which part it is in, from 1.
    pub part: u32,
    /// Members that it has a tie to.
    pub ties: u32,
}

/// A tie, explained.
#[derive(Clone, Debug, Serialize)]
pub struct Tie {
    /// The first account.
    pub source: String,
    /// The second.
    pub target: String,
    /// The kind of behaviour.
    pub trace: String,
    /// Their group, if they share one.
    pub group: Option<u32>,
    /// The window at which the tie is most surprising.
    pub window: String,
    /// Distinct things they acted on together.
    pub co_actions: u32,
    /// The same in occasions.
    pub episodes: u32,
    /// Occasions expected under the null.
    pub expected: f64,
    /// Probability under the null.
    pub p: f64,
    /// The same, adjusted for all tests.
    pub q: f64,
    /// p of test T, which asks whether their timing is closer than their habits; absent where no births are known.
    pub p_timing: Option<f64>,
    /// Co-actions in which the source was strictly first, and the target.
    pub first: [u32; 2],
    /// Every other column that the network has for it, as text.
    pub further: BTreeMap<String, String>,
    /// The tie without the thing that it can spare least.
    pub without_one: Option<WithoutOne>,
    /// The co-actions, in order of time.
    pub shared: Vec<Shared>,
    /// Co-actions that were left out for their number.
    pub further_shared: usize,
}

/// A tie without one thing.
#[derive(Clone, Debug, Serialize)]
pub struct WithoutOne {
    /// The thing.
    pub object: String,
    /// Occasions that remain.
    pub episodes: u32,
    /// Probability of as many, with the expected number as it was.
    pub p: f64,
    /// Whether that would still be claimed beside all other ties.
    pub stands: bool,
}

/// One co-action.
#[derive(Clone, Debug, Serialize)]
pub struct Shared {
    /// What they acted on.
    pub object: String,
    /// Seconds from the source's action to the target's.
    pub gap_seconds: f64,
    /// The source's post, then the target's.
    pub posts: [Post; 2],
}

/// A post, and where it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Post {
    /// Its id.
    pub id: String,
    /// When, RFC 3339 in UTC.
    pub time: String,
    /// The input's name.
    pub file: String,
    /// SHA-256 of the input.
    pub sha256: String,
    /// Where the record begins in the uncompressed input.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u32,
    /// The line it begins on; 0 where lines mean nothing.
    pub line: u64,
    /// The record as it stands in the input, if that is at hand.
    pub bytes: Option<String>,
}

/// A pair that met without a tie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Met {
    /// The first account.
    pub source: String,
    /// The second.
    pub target: String,
    /// The kind of behaviour.
    pub trace: String,
    /// The window.
    pub window: String,
    /// Distinct things within it.
    pub objects: u32,
    /// The same in occasions.
    pub episodes: u32,
    /// Occasions from which on a typical pair would be claimed in that trace: fewer cannot be told from
    /// chance. Absent where no pair was tested.
    pub least_detectable: Option<u64>,
}

/// What no explanation shows.
const LIMITS: &str = "This says how often these accounts acted together, and how often accounts like them would by chance. \
    It does not say who is behind them, why they acted, or that anybody was deceived.";
/// Ties that are explained.
const TIES: usize = 20;
/// Co-actions that are listed of a tie.
const SHARED: usize = 50;
/// Explains a subject; `files` are inputs of the case that are at hand, to show the bytes from.
///
/// # Errors
/// [`Error::NoSuch`] if the case has no such account or group, or a file is no input of the case;
/// [`Error::Missing`] if nothing was detected yet.
pub fn explain(
    case: &Investigation<'_>,
    subject: &Subject,
    files: &[PathBuf],
) -> Result<Explanation, Error> {
    let case = Tables::of(case, files)?;
    let mut group = None;
    let (subject, edges, unclaimed) = match subject {
        Subject::Group(number) => {
            let members = case.members(*number)?;
            group = Some(case.whole(*number, &members)?);
            let edges = case.edges(|a, b| members.contains(&a) && members.contains(&b));
            (format!("group {number}: {} accounts", members.len()), edges, Vec::new())
        }
        Subject::Account(who) => {
            let account = case.account(who)?;
            let edges = case.edges(|a, b| a == account || b == account);
            (format!("the ties of {}", case.name(account)), edges, Vec::new())
        }
        Subject::Pair(one, other) => {
            let (one, other) = (case.account(one)?, case.account(other)?);
            if one == other {
                return Err(Error::NoSuch("these are one account; give two".into()));
            }
            let is = |a, b| (a, b) == (one, other) || (a, b) == (other, one);
            let edges = case.edges(is);
            let unclaimed = case.met(one, other, &edges);
            (format!("{} and {}", case.name(one), case.name(other)), edges, unclaimed)
        }
    };
    let ties: Vec<Tie> =
        edges.iter().take(TIES).map(|&edge| case.tie(edge)).collect::<Result<_, _>>()?;
    Ok(Explanation {
        schema: "concerted/explain/1",
        subject,
        group,
        decoys: case.decoys.clone(),
        ties: case.with_bytes(ties)?,
        further_ties: edges.len().saturating_sub(TIES),
        unclaimed,
        limits: LIMITS,
    })
}
