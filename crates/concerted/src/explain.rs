//! Why: everything behind a tie, an account's ties or a group, down to the bytes of the posts.
//!
//! **Invariant:** what is said is in the case's tables, or counted from them; bytes are shown only from a
//! file whose hash is that of the input which was read. Nothing is said of one account alone: an account
//! is explained by its ties.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use arrow_array::{Array, ArrayRef, cast::AsArray};
use arrow_schema::DataType;
use concerted_case::{
    Stage,
    readers::{Place, source_bytes, sources},
};
use concerted_detect::leave_out::{CoAction, weakest};
use concerted_model::{
    Span,
    provenance::{DecoyFound, InputRecord, Manifest, Tested},
    tables::{Accounts, Confirmations, Evidence, Groups, Network, Pairs, Sources, Table},
};
use serde::Serialize;

use crate::{
    Error, Investigation,
    outcome::{Confirmed, DECOYS},
    pipeline,
};

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
/// Columns of the network that have a field of their own.
const KNOWN: [&str; 18] = [
    "a",
    "b",
    "source_platform",
    "source_id",
    "target_platform",
    "target_id",
    "trace",
    "window_us",
    "co_actions",
    "episodes",
    "expected",
    "p",
    "q",
    "p_timing",
    "source_first",
    "target_first",
    "first",
    "last",
];

/// The columns of the network that this version has no field for, by name.
pub(crate) fn further(network: &Network) -> Result<Vec<(String, ArrayRef)>, Error> {
    let batch = network.to_batch()?;
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    Ok(columns
        .filter(|(field, _)| !KNOWN.contains(&field.name().as_str()))
        .map(|(field, column)| (field.name().clone(), column.clone()))
        .collect())
}

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
            group = Some(case.whole(*number));
            let members = case.members(*number)?;
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

/// The tables that explanations are made from.
struct Tables {
    network: Network,
    further: Vec<(String, ArrayRef)>,
    groups: Groups,
    confirmations: Confirmations,
    tested: Vec<Tested>,
    decoys: Vec<DecoyFound>,
    accounts: Accounts,
    evidence: Evidence,
    pairs: Pairs,
    sources: Vec<Sources>,
    manifest: Manifest,
    episode_gap: Span,
    windows: usize,
    /// The p up to which a tie is claimed beside as many others: rate × ties ÷ hypotheses.
    claimed_up_to: f64,
    plan: concerted_model::plan::IngestPlan,
    /// The files at hand, by row of the input.
    files: BTreeMap<u32, PathBuf>,
}

impl Tables {
    fn of(case: &Investigation<'_>, files: &[PathBuf]) -> Result<Self, Error> {
        let network: Network = case.table(Stage::Network)?;
        let further = further(&network)?;
        let manifest: Manifest = case.json(Stage::Ingest, "manifest.json")?;
        let tested: Vec<Tested> = case.json(Stage::Network, "tested.json")?;
        let hypotheses: u64 = tested.iter().map(|tested| tested.hypotheses).sum();
        let rate = case.plan().detect.fdr;
        Ok(Self {
            claimed_up_to: rate * network.len() as f64 / hypotheses.max(1) as f64,
            files: at_hand(&manifest, files)?,
            network,
            further,
            groups: case.table(Stage::Groups)?,
            confirmations: case.table(Stage::Groups)?,
            tested,
            decoys: case.json(Stage::Decoys, DECOYS)?,
            accounts: case.table(Stage::Ingest)?,
            evidence: case.table(Stage::Evidence)?,
            pairs: case.table(Stage::Pairs)?,
            sources: case.tables(Stage::Ingest)?,
            manifest,
            episode_gap: case.plan().detect.episode_gap,
            windows: pipeline::windows(case)?.len(),
            plan: case.plan().ingest.clone(),
        })
    }

    /// The account that a word means: `platform:id`, an id, or a name.
    fn account(&self, word: &str) -> Result<u32, Error> {
        let accounts = &self.accounts;
        let bare = word.strip_prefix('@').unwrap_or(word);
        let is = |row: usize| {
            let handle = accounts.handle.is_valid(row).then(|| accounts.handle.value(row));
            accounts.id.value(row) == word
                || self.name(row as u32) == word
                || handle.is_some_and(|handle| handle.trim_start_matches('@') == bare)
        };
        let found: Vec<u32> =
            (0..accounts.len()).filter(|&row| is(row)).map(|r| r as u32).collect();
        match found[..] {
            [one] => Ok(one),
            [] => Err(Error::NoSuch(format!("\"{word}\" is no account of this case"))),
            _ => {
                let names: Vec<String> = found.iter().take(5).map(|&row| self.name(row)).collect();
                let names = names.join(", ");
                Err(Error::NoSuch(format!("\"{word}\" may mean several accounts: {names}")))
            }
        }
    }

    /// What holds a group together.
    fn whole(&self, number: u32) -> Whole {
        let groups = &self.groups;
        let rows = (0..groups.len()).filter(|&row| groups.group.value(row) == number);
        let belonging = |row: usize| Belonging {
            account: self.name(groups.account.value(row)),
            role: groups.role.value(row).to_owned(),
            part: groups.part.value(row),
            ties: groups.ties.value(row),
        };
        let members: Vec<Belonging> = rows.map(belonging).collect();
        Whole {
            parts: members.iter().map(|member| member.part).max().unwrap_or(0),
            confirmed: Confirmed::of(number, &self.confirmations, groups),
            members,
        }
    }

    fn members(&self, number: u32) -> Result<BTreeSet<u32>, Error> {
        let rows = self.groups.group.values().iter().zip(self.groups.account.values());
        let members: BTreeSet<u32> =
            rows.filter(|(group, _)| **group == number).map(|(_, account)| *account).collect();
        if members.is_empty() {
            let most = self.groups.group.values().iter().max().copied().unwrap_or(0);
            return Err(Error::NoSuch(format!("there is no group {number}; the case has {most}")));
        }
        Ok(members)
    }

    fn name(&self, account: u32) -> String {
        let row = account as usize;
        let instance = self.accounts.instance.value(row);
        let at = if instance.is_empty() { "" } else { "@" };
        let (platform, id) = (self.accounts.platform.value(row), self.accounts.id.value(row));
        format!("{platform}:{id}{at}{instance}")
    }

    /// Rows of the network whose ends fit, the most surprising first.
    fn edges(&self, fits: impl Fn(u32, u32) -> bool) -> Vec<usize> {
        let network = &self.network;
        let mut edges: Vec<usize> = (0..network.len())
            .filter(|&edge| fits(network.a.value(edge), network.b.value(edge)))
            .collect();
        edges.sort_by(|&l, &r| network.p.value(l).total_cmp(&network.p.value(r)).then(l.cmp(&r)));
        edges
    }

    /// Where two accounts met often enough to be tested, in traces without a tie.
    fn met(&self, one: u32, other: u32, edges: &[usize]) -> Vec<Met> {
        let claimed: BTreeSet<&str> = edges.iter().map(|&e| self.network.trace.value(e)).collect();
        let pairs = &self.pairs;
        let ends = (one.min(other), one.max(other));
        (0..pairs.len())
            .filter(|&row| (pairs.a.value(row), pairs.b.value(row)) == ends)
            .filter(|&row| !claimed.contains(pairs.trace.value(row)))
            .map(|row| Met {
                source: self.name(ends.0),
                target: self.name(ends.1),
                trace: pairs.trace.value(row).to_owned(),
                window: window(pairs.window_us.value(row)),
                objects: pairs.objects.value(row),
                episodes: pairs.episodes.value(row),
                least_detectable: self
                    .tested
                    .iter()
                    .find(|tested| tested.trace.as_str() == pairs.trace.value(row))
                    .and_then(|tested| tested.least_detectable),
            })
            .collect()
    }

    fn tie(&self, edge: usize) -> Result<Tie, Error> {
        let (network, evidence) = (&self.network, &self.evidence);
        let (a, b) = (network.a.value(edge), network.b.value(edge));
        let rows = rows_of(evidence, edge);
        let co_actions: Vec<CoAction> = rows
            .clone()
            .map(|row| CoAction {
                object: evidence.object.value(row),
                time: evidence.source_time.value(row).min(evidence.target_time.value(row)),
            })
            .collect();
        let expected = network.expected.value(edge);
        let least = weakest(&co_actions, self.episode_gap.as_micros(), expected, self.windows)?;
        let without_one = least.map(|least| WithoutOne {
            object: rows
                .clone()
                .find(|&row| evidence.object.value(row) == least.object)
                .map(|row| evidence.key.value(row).to_owned())
                .unwrap_or_default(),
            episodes: least.episodes,
            p: least.p,
            stands: least.p <= self.claimed_up_to,
        });
        let groups: Vec<Option<u32>> = [a, b].iter().map(|&end| self.group(end)).collect();
        Ok(Tie {
            source: self.name(a),
            target: self.name(b),
            trace: network.trace.value(edge).to_owned(),
            group: groups[0].filter(|_| groups[0] == groups[1]),
            window: window(network.window_us.value(edge)),
            co_actions: network.co_actions.value(edge),
            episodes: network.episodes.value(edge),
            expected,
            p: network.p.value(edge),
            q: network.q.value(edge),
            p_timing: network.p_timing.is_valid(edge).then(|| network.p_timing.value(edge)),
            first: [network.source_first.value(edge), network.target_first.value(edge)],
            further: self
                .further
                .iter()
                .filter_map(|(name, column)| Some((name.clone(), text(column, edge)?)))
                .collect(),
            without_one,
            shared: rows.clone().take(SHARED).map(|row| self.shared(row)).collect(),
            further_shared: rows.len().saturating_sub(SHARED),
        })
    }

    fn group(&self, account: u32) -> Option<u32> {
        let place = self.groups.account.values().iter().position(|&of| of == account)?;
        Some(self.groups.group.value(place))
    }

    fn shared(&self, row: usize) -> Shared {
        let evidence = &self.evidence;
        Shared {
            object: evidence.key.value(row).to_owned(),
            gap_seconds: evidence.gap_seconds.value(row),
            posts: [
                self.post(
                    evidence.source_post.value(row),
                    evidence.source_post_id.value(row),
                    evidence.source_time.value(row),
                ),
                self.post(
                    evidence.target_post.value(row),
                    evidence.target_post_id.value(row),
                    evidence.target_time.value(row),
                ),
            ],
        }
    }

    fn post(&self, post: u32, id: &str, time: i64) -> Post {
        let time = jiff::Timestamp::from_microsecond(time);
        let mut found = Post {
            id: id.to_owned(),
            time: time.map_or_else(|_| String::new(), |time| time.to_string()),
            file: String::new(),
            sha256: String::new(),
            offset: 0,
            length: 0,
            line: 0,
            bytes: None,
        };
        let mut row = post as usize;
        for table in &self.sources {
            if row >= table.len() {
                row -= table.len();
                continue;
            }
            if let Some(input) = self.manifest.inputs.get(table.input.value(row) as usize) {
                found.file.clone_from(&input.name);
                found.sha256.clone_from(&input.sha256);
            }
            found.offset = table.offset.value(row);
            found.length = table.length.value(row);
            found.line = table.line.value(row);
            break;
        }
        found
    }

    /// Fills in the bytes of every post whose input is at hand.
    fn with_bytes(&self, mut ties: Vec<Tie>) -> Result<Vec<Tie>, Error> {
        for (input, path) in &self.files {
            let Some(record) = self.manifest.inputs.get(*input as usize) else { continue };
            let mut posts: Vec<&mut Post> = ties
                .iter_mut()
                .flat_map(|tie| &mut tie.shared)
                .flat_map(|shared| &mut shared.posts)
                .filter(|post| post.sha256 == record.sha256)
                .collect();
            let place =
                |post: &Post| Place { offset: post.offset, length: post.length, line: post.line };
            // A post may stand in several co-actions, and its bytes are read once.
            let mut places: Vec<Place> = posts.iter().map(|post| place(post)).collect();
            places.sort();
            places.dedup();
            let errors = self.plan.encoding_errors;
            let read = source_bytes(std::slice::from_ref(path), record, &places, errors)?;
            for post in &mut posts {
                let found = places.binary_search(&place(post)).ok();
                post.bytes = found.map(|found| String::from_utf8_lossy(&read[found]).into_owned());
            }
        }
        Ok(ties)
    }
}

/// The files, folders and archives at hand, by row of the input that is in them.
fn at_hand(manifest: &Manifest, files: &[PathBuf]) -> Result<BTreeMap<u32, PathBuf>, Error> {
    let mut found = BTreeMap::new();
    for file in files {
        let mut any = false;
        for source in sources(std::slice::from_ref(file))?.sources {
            let sha256 = source.sha256()?;
            let is = |input: &InputRecord| input.sha256 == sha256;
            if let Some(row) = manifest.inputs.iter().position(is) {
                found.entry(row as u32).or_insert_with(|| file.clone());
                any = true;
            }
        }
        if !any {
            let file = file.display();
            let why = "not an input of this case: no input has its SHA-256";
            return Err(Error::NoSuch(format!("{file}: {why}")));
        }
    }
    Ok(found)
}

/// Rows of the evidence of one edge: one stretch, since evidence is in order of edges.
fn rows_of(evidence: &Evidence, edge: usize) -> std::ops::Range<usize> {
    let edges = evidence.edge.values();
    let edge = edge as u32;
    edges.partition_point(|&other| other < edge)..edges.partition_point(|&other| other <= edge)
}

fn window(micros: u64) -> String {
    Span::micros(i64::try_from(micros).unwrap_or(i64::MAX)).to_string()
}

/// A number in the digits that a reader needs: small ones, such as probabilities, by their power of ten.
fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.01 {
        format!("{value:.1e}")
    } else if value.fract() == 0.0 {
        value.to_string()
    } else {
        format!("{value:.2}")
    }
}

/// A value of a column that this version has no field for, as text.
pub(crate) fn text(column: &ArrayRef, row: usize) -> Option<String> {
    use arrow_array::types::{Float64Type, Int64Type, UInt32Type, UInt64Type};
    if column.is_null(row) {
        return None;
    }
    Some(match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::Float64 => number(column.as_primitive::<Float64Type>().value(row)),
        DataType::UInt32 => column.as_primitive::<UInt32Type>().value(row).to_string(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(row).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::List(_) => {
            let strings = concerted_model::tables::strings_in(column.as_list(), row);
            strings.collect::<Vec<_>>().join(", ")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_is_told_in_the_digits_that_a_reader_needs() {
        let told = [7.956e-17, 8.490918485368145, 0.0, 3.0, 0.0625, f64::INFINITY].map(number);
        assert_eq!(told, ["8.0e-17", "8.49", "0", "3", "0.06", "inf"]);
    }
}
