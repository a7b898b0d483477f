//! The IRA file month by month, held against the units that people coded by hand.
//!
//! **Invariant:** one and the same setting for all months; the hand-coded units are opened
//! afterwards. Numbers only: no name and no text leaves this module.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use arrow_array::RecordBatch;
use concerted_case::{
    ingest::{Ingested, ingest},
    readers::ReadOptions,
};
use concerted_methods::graph::adjusted_rand;
use concerted_model::{
    Plan, Span, Timestamp,
    tables::{Accounts, Posts, Table},
};

use crate::stages;

/// The name of all months together, behind them in order.
pub const WHOLE: &str = "whole";

/// Unit by account.
type Units = BTreeMap<String, String>;

/// How one month agrees with the units.
#[derive(Clone, Debug)]
pub struct Month {
    /// Year and month, as `2016-03`, or [`WHOLE`].
    pub month: String,
    /// Posts in it.
    pub posts: usize,
    /// Pairs of accounts with an edge in any trace.
    pub pairs: usize,
    /// Of these, both accounts of one unit.
    pub of_one_unit: usize,
    /// Pairs of which both units are known.
    pub known: usize,
    /// Accounts in groups whose unit is known.
    pub grouped: usize,
    /// Groups.
    pub groups: usize,
    /// Units that the grouped accounts are of.
    pub units: usize,
    /// Adjusted Rand index of groups against units.
    pub agreement: f64,
    /// The same against the finer coding, in which units of other languages are told apart.
    pub fine_agreement: f64,
    /// Members of each group by unit, the largest group first.
    pub members: Vec<BTreeMap<String, usize>>,
}

/// Reads the file and scores each month with `plan`, and all of them at once.
///
/// # Errors
/// A sentence: what cannot be read, or the words of a stage that failed.
pub fn score(folder: &Path, plan: &Plan) -> Result<Vec<Month>, String> {
    let authors = folder.join("ira538_authors.csv");
    let units = [units(&authors, "account_category")?, units(&authors, "account_type")?];
    let file = folder.join("ira538_to_2016_06.csv.zst");
    let read = read(file, plan)?;
    let coarsest = read.manifest.inputs.iter().map(|input| input.resolution_us).max();
    let resolution = Span::micros(coarsest.unwrap_or_default());
    let mut months = by_month(&read.posts)?;
    months.insert(WHOLE.to_owned(), read.posts.clone());
    let mut scores = Vec::new();
    for (month, posts) in months {
        let found = stages::run(&posts, &read.accounts, resolution, plan)
            .map_err(|error| error.to_string())?;
        let rows = posts.iter().map(|table| table.len()).sum();
        scores.push(held_against(month, rows, &found, &read.accounts, &units));
    }
    Ok(scores)
}

/// Reads a file of posts.
pub(crate) fn read(file: PathBuf, plan: &Plan) -> Result<Ingested, String> {
    let options = ReadOptions { plan: plan.ingest.clone(), ..ReadOptions::at(Timestamp::LATEST) };
    ingest(&[file], &options, &|_| {}).map_err(|error| error.to_string())
}

fn held_against(
    month: String,
    posts: usize,
    found: &stages::Found,
    accounts: &Accounts,
    [units, fine]: &[Units; 2],
) -> Month {
    let id = |account: u32| accounts.id.value(account as usize);
    let unit = |account: u32| units.get(id(account));
    let network = &found.network;
    let mut pairs: Vec<(u32, u32)> =
        network.a.values().iter().copied().zip(network.b.values().iter().copied()).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let known: Vec<bool> = pairs.iter().filter_map(|&(a, b)| Some(unit(a)? == unit(b)?)).collect();
    let (mut numbers, mut fine_numbers) = (BTreeMap::new(), BTreeMap::new());
    let (mut of_group, mut of_unit, mut of_fine) = (Vec::new(), Vec::new(), Vec::new());
    let mut members: BTreeMap<u32, BTreeMap<String, usize>> = BTreeMap::new();
    for row in 0..found.groups.len() {
        let account = found.groups.account.value(row);
        let (Some(unit), Some(fine)) = (unit(account), fine.get(id(account))) else { continue };
        let (next, next_fine) = (numbers.len() as u32, fine_numbers.len() as u32);
        of_group.push(found.groups.group.value(row));
        of_unit.push(*numbers.entry(unit).or_insert(next));
        of_fine.push(*fine_numbers.entry(fine).or_insert(next_fine));
        let group = members.entry(found.groups.group.value(row)).or_default();
        *group.entry(unit.clone()).or_default() += 1;
    }
    Month {
        month,
        posts,
        pairs: pairs.len(),
        of_one_unit: known.iter().filter(|same| **same).count(),
        known: known.len(),
        grouped: of_group.len(),
        groups: members.len(),
        units: numbers.len(),
        agreement: adjusted_rand(&of_group, &of_unit),
        fine_agreement: adjusted_rand(&of_group, &of_fine),
        members: members.into_values().collect(),
    }
}

/// The hand-coded unit of each account, in one of the two codings.
pub(crate) fn units(file: &Path, coding: &str) -> Result<Units, String> {
    let mut reader = csv::Reader::from_path(file).map_err(|error| error.to_string())?;
    let headers = reader.headers().map_err(|error| error.to_string())?.clone();
    let column = |name: &str| {
        headers.iter().position(|header| header == name).ok_or(format!("no column {name}"))
    };
    let (id, category) = (column("author_id")?, column(coding)?);
    reader
        .records()
        .map(|record| {
            let record = record.map_err(|error| error.to_string())?;
            Ok((record[id].to_owned(), record[category].to_owned()))
        })
        .collect()
}

/// Posts, which are in order of time, cut where the month changes.
fn by_month(posts: &[Posts]) -> Result<BTreeMap<String, Vec<Posts>>, String> {
    let mut months: BTreeMap<String, Vec<Posts>> = BTreeMap::new();
    for table in posts {
        let batch = table.to_batch().map_err(|error| error.to_string())?;
        let mut start = 0;
        while start < table.len() {
            let month = month_of(table.time.value(start));
            let rest = start..table.len();
            let end = rest
                .into_iter()
                .find(|&row| month_of(table.time.value(row)) != month)
                .unwrap_or(table.len());
            let part = cut(&batch, start, end)?;
            months.entry(month).or_default().push(part);
            start = end;
        }
    }
    Ok(months)
}

fn cut(batch: &RecordBatch, start: usize, end: usize) -> Result<Posts, String> {
    Posts::from_batch(&batch.slice(start, end - start)).map_err(|error| error.to_string())
}

fn month_of(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros)
        .map(|time| time.strftime("%Y-%m").to_string())
        .unwrap_or_default()
}
