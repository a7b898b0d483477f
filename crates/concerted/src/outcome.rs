//! What a case shows, in numbers: for the terminal, for machines, and for `run.json`.
//!
//! **Invariant:** the JSON form has a versioned schema; ids are strings.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::Array;
use concerted_case::Stage;
use concerted_model::{
    Role,
    provenance::{DecoyFound, Manifest, RowCounts, Tested},
    tables::{Accounts, Confirmations, Groups, Images, Network, Pictures},
};
use serde::Serialize;

use crate::{Error, Investigation, findings::group_of_account};

/// The file of the stage `report` that holds what was observed of each group.
pub(crate) const OBSERVED: &str = "observed.json";

/// The file of the stage `decoys` that holds what was found in each.
pub(crate) const DECOYS: &str = "decoys.json";

/// The numbers of a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// `concerted/outcome/1`.
    pub schema: &'static str,
    /// Posts kept.
    pub posts: u64,
    /// Accounts with posts.
    pub accounts: u64,
    /// Rows of all inputs.
    pub rows: RowCounts,
    /// Files of images; absent if there were none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub images: Option<ImageCounts>,
    /// Pairs of accounts compared, over all traces.
    pub hypotheses: u64,
    /// Edges claimed; absent before detection.
    pub edges: Option<u64>,
    /// Claimed edges expected to be false, at most.
    pub expected_false_edges: f64,
    /// What the same procedure found in each decoy.
    pub decoys: Vec<DecoyFound>,
    /// What was tested.
    pub tested: Vec<Tested>,
    /// The groups, in order of number.
    pub groups: Vec<GroupSummary>,
}

/// What became of the files of images that were named beside the posts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImageCounts {
    /// Files found.
    pub files: u64,
    /// Files that were not compared, by reason.
    pub refused: BTreeMap<String, u64>,
    /// Files that posts name; absent before detection, as what follows.
    pub named: Option<u64>,
    /// Of these, files that show next to nothing.
    pub blank: Option<u64>,
    /// Of these, files that show what an earlier one shows.
    pub copies: Option<u64>,
}

impl ImageCounts {
    fn of(case: &Investigation<'_>) -> Result<Option<Self>, Error> {
        let Some(images) = case.table_if_there::<Images>(Stage::Ingest)? else { return Ok(None) };
        let mut counts = Self { files: images.len() as u64, ..Self::default() };
        for reason in images.refused.iter().flatten() {
            *counts.refused.entry(reason.to_owned()).or_default() += 1;
        }
        let pictures = match case.has(Stage::Copies) {
            true => case.table_if_there::<Pictures>(Stage::Copies)?,
            false => None,
        };
        if let Some(pictures) = pictures {
            // Two names can stand for one file.
            let of = |holds: &dyn Fn(usize) -> bool| {
                let rows = (0..pictures.len()).filter(|&row| holds(row));
                let files: BTreeSet<u32> = rows.map(|row| pictures.image.value(row)).collect();
                Some(files.len() as u64)
            };
            counts.named = of(&|_| true);
            counts.blank = of(&|row| pictures.key.is_null(row));
            counts.copies = of(&|row| pictures.leader.value(row) != pictures.image.value(row));
        }
        Ok(Some(counts))
    }
}

/// A group in numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupSummary {
    /// Its number.
    pub group: u32,
    /// Members.
    pub accounts: u64,
    /// Edges inside.
    pub edges: u64,
    /// Edges by trace.
    pub traces: BTreeMap<String, u64>,
    /// Occasions that its edges count.
    pub occasions: u64,
    /// Occasions expected under the null.
    pub expected: f64,
    /// The test of the group on days that had no part in finding it; absent if it was not confirmed.
    pub confirmed: Option<Confirmed>,
    /// What is observed of it as a whole, such as `copies of one source`; absent before the report.
    pub observed: Option<String>,
}

/// A group's joint actions on days that had no part in finding it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Confirmed {
    /// Joint actions.
    pub observed: u32,
    /// Their mean in redrawn data.
    pub expected: f64,
    /// Observed per redrawn, 95 % interval.
    pub ratio: [f64; 2],
    /// Share of redrawn data with as many.
    pub p: f64,
    /// Members whose own share is above chance.
    pub core: u64,
}

impl Confirmed {
    /// What was seen of a group, if it was confirmed.
    pub(crate) fn of(group: u32, tried: &Confirmations, groups: &Groups) -> Option<Self> {
        let row = tried.group.values().iter().position(|&number| number == group)?;
        let of_core = |member: &usize| {
            groups.group.value(*member) == group
                && groups.role.value(*member) == Role::Core.as_str()
        };
        Some(Self {
            observed: tried.observed.value(row),
            expected: tried.expected.value(row),
            ratio: [tried.ratio_low.value(row), tried.ratio_high.value(row)],
            p: tried.p.value(row),
            core: (0..groups.len()).filter(of_core).count() as u64,
        })
    }
}

/// What the report observed of each group as a whole, by number.
pub(crate) type Observations = BTreeMap<u32, String>;

impl Outcome {
    pub(crate) fn of(case: &Investigation<'_>) -> Result<Self, Error> {
        let mut outcome = Self {
            schema: "concerted/outcome/1",
            posts: 0,
            accounts: 0,
            rows: RowCounts::default(),
            images: None,
            hypotheses: 0,
            edges: None,
            expected_false_edges: 0.0,
            decoys: Vec::new(),
            tested: Vec::new(),
            groups: Vec::new(),
        };
        if case.has(Stage::Ingest) {
            let manifest: Manifest = case.json(Stage::Ingest, "manifest.json")?;
            manifest.inputs.iter().for_each(|input| outcome.rows.add(&input.rows));
            let accounts: Accounts = case.table(Stage::Ingest)?;
            outcome.posts = outcome.rows.posts;
            outcome.accounts = accounts.len() as u64;
            outcome.images = ImageCounts::of(case)?;
        }
        if case.has(Stage::Network) && case.has(Stage::Groups) {
            let network: Network = case.table(Stage::Network)?;
            let groups: Groups = case.table(Stage::Groups)?;
            outcome.tested = case.json(Stage::Network, "tested.json")?;
            outcome.hypotheses = outcome.tested.iter().map(|tested| tested.hypotheses).sum();
            outcome.edges = Some(network.len() as u64);
            outcome.expected_false_edges = network.len() as f64 * case.plan().detect.fdr;
            outcome.groups = summaries(&network, &groups);
            let confirmations: Confirmations = case.table(Stage::Groups)?;
            tell_confirmed(&mut outcome.groups, &confirmations, &groups);
        }
        if case.has(Stage::Decoys) {
            outcome.decoys = case.json(Stage::Decoys, DECOYS)?;
        }
        if case.has(Stage::Report) {
            let mut observed: Observations = case.json(Stage::Report, OBSERVED)?;
            for group in &mut outcome.groups {
                group.observed = observed.remove(&group.group);
            }
        }
        Ok(outcome)
    }

    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::from([
            ("posts".to_owned(), self.posts),
            ("accounts".to_owned(), self.accounts),
            ("rejects".to_owned(), self.rows.rejected()),
            ("hypotheses".to_owned(), self.hypotheses),
            ("groups".to_owned(), self.groups.len() as u64),
        ]);
        if let Some(edges) = self.edges {
            counts.insert("edges".to_owned(), edges);
        }
        counts
    }
}

fn tell_confirmed(summaries: &mut [GroupSummary], tried: &Confirmations, groups: &Groups) {
    for summary in summaries {
        summary.confirmed = Confirmed::of(summary.group, tried, groups);
    }
}

fn summaries(network: &Network, groups: &Groups) -> Vec<GroupSummary> {
    let group_of = group_of_account(groups);
    let mut of_group: BTreeMap<u32, GroupSummary> = BTreeMap::new();
    for &group in groups.group.values() {
        let empty = GroupSummary {
            group,
            accounts: 0,
            edges: 0,
            traces: BTreeMap::new(),
            occasions: 0,
            expected: 0.0,
            confirmed: None,
            observed: None,
        };
        of_group.entry(group).or_insert(empty).accounts += 1;
    }
    for row in 0..network.len() {
        let group = group_of.get(&network.a.value(row));
        if group != group_of.get(&network.b.value(row)) {
            continue;
        }
        if let Some(summary) = group.and_then(|group| of_group.get_mut(group)) {
            summary.edges += 1;
            *summary.traces.entry(network.trace.value(row).to_owned()).or_default() += 1;
            summary.occasions += u64::from(network.episodes.value(row));
            summary.expected += network.expected.value(row);
        }
    }
    of_group.into_values().collect()
}
