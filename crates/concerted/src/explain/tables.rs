//! The tables that explanations are made from, and what is counted from them.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use arrow_array::{Array, ArrayRef};
use concerted_case::{
    Stage,
    readers::{Place, source_bytes, sources},
};
use concerted_detect::{
    habits::{Habit, habits},
    leave_out::{CoAction, weakest},
};
use concerted_model::{
    Span,
    provenance::{DecoyFound, InputRecord, Manifest, Tested},
    tables::{Accounts, Confirmations, Copies, Evidence, Groups, Network, Pairs, Posts, Sources},
};

use super::{
    Belonging, HabitOf, Met, Post, SHARED, Shared, Tie, Whole, WithoutOne,
    columns::{further, text, window},
};
use crate::{
    Error, Investigation,
    outcome::{Confirmed, DECOYS},
    pipeline,
};

/// The tables that explanations are made from.
pub(super) struct Tables<'a> {
    case: &'a Investigation<'a>,
    network: Network,
    further: Vec<(String, ArrayRef)>,
    groups: Groups,
    confirmations: Confirmations,
    tested: Vec<Tested>,
    pub(super) decoys: Vec<DecoyFound>,
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

impl<'a> Tables<'a> {
    pub(super) fn of(case: &'a Investigation<'a>, files: &[PathBuf]) -> Result<Self, Error> {
        let network: Network = case.table(Stage::Network)?;
        let further = further(&network)?;
        let manifest: Manifest = case.json(Stage::Ingest, "manifest.json")?;
        let tested: Vec<Tested> = case.json(Stage::Network, "tested.json")?;
        let hypotheses: u64 = tested.iter().map(|tested| tested.hypotheses).sum();
        let rate = case.plan().detect.fdr;
        Ok(Self {
            case,
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
    pub(super) fn account(&self, word: &str) -> Result<u32, Error> {
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
    pub(super) fn whole(&self, number: u32, own: &BTreeSet<u32>) -> Result<Whole, Error> {
        let groups = &self.groups;
        let rows = (0..groups.len()).filter(|&row| groups.group.value(row) == number);
        let belonging = |row: usize| Belonging {
            account: self.name(groups.account.value(row)),
            role: groups.role.value(row).to_owned(),
            part: groups.part.value(row),
            ties: groups.ties.value(row),
        };
        let members: Vec<Belonging> = rows.map(belonging).collect();
        Ok(Whole {
            parts: members.iter().map(|member| member.part).max().unwrap_or(0),
            confirmed: Confirmed::of(number, &self.confirmations, groups),
            members,
            habits: self.habits(own)?,
        })
    }

    fn habits(&self, members: &BTreeSet<u32>) -> Result<Vec<HabitOf>, Error> {
        let posts: Vec<Posts> = self.case.tables(Stage::Ingest)?;
        let copies: Copies = self.case.table(Stage::Copies)?;
        let members: Vec<u32> = members.iter().copied().collect();
        let found = habits(&posts, &self.accounts, &copies, &members)?;
        let told = found.into_iter().map(|one| HabitOf {
            habit: match one.habit {
                Habit::Gaps => "deviation of gaps between posts over their mean",
                Habit::FullMinutes => "share of posts in the first second of a minute",
                Habit::Latency => "median seconds until passing on or answering",
                Habit::Night => "share of posts in the quietest six hours of the day",
                Habit::Repeats => "share of texts said before by the same account",
            },
            members: one.members,
            median: one.median,
            as_far: one.as_far,
            comparable: one.comparable,
        });
        Ok(told.collect())
    }

    pub(super) fn members(&self, number: u32) -> Result<BTreeSet<u32>, Error> {
        let rows = self.groups.group.values().iter().zip(self.groups.account.values());
        let members: BTreeSet<u32> =
            rows.filter(|(group, _)| **group == number).map(|(_, account)| *account).collect();
        if members.is_empty() {
            let most = self.groups.group.values().iter().max().copied().unwrap_or(0);
            return Err(Error::NoSuch(format!("there is no group {number}; the case has {most}")));
        }
        Ok(members)
    }

    pub(super) fn name(&self, account: u32) -> String {
        let row = account as usize;
        let instance = self.accounts.instance.value(row);
        let at = if instance.is_empty() { "" } else { "@" };
        let (platform, id) = (self.accounts.platform.value(row), self.accounts.id.value(row));
        format!("{platform}:{id}{at}{instance}")
    }

    /// Rows of the network whose ends fit, the most surprising first.
    pub(super) fn edges(&self, fits: impl Fn(u32, u32) -> bool) -> Vec<usize> {
        let network = &self.network;
        let mut edges: Vec<usize> = (0..network.len())
            .filter(|&edge| fits(network.a.value(edge), network.b.value(edge)))
            .collect();
        edges.sort_by(|&l, &r| network.p.value(l).total_cmp(&network.p.value(r)).then(l.cmp(&r)));
        edges
    }

    /// Where two accounts met often enough to be tested, in traces without a tie.
    pub(super) fn met(&self, one: u32, other: u32, edges: &[usize]) -> Vec<Met> {
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

    pub(super) fn tie(&self, edge: usize) -> Result<Tie, Error> {
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
    pub(super) fn with_bytes(&self, mut ties: Vec<Tie>) -> Result<Vec<Tie>, Error> {
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
