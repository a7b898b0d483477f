//! Published methods on a case: one by name, or several side by side.
//!
//! **Invariant:** a method's result lies in the case beside those of other methods and other settings, and
//! replaces none of them; where the original has faults, both readings are walked and what differs is counted.

use std::path::{Path, PathBuf};

use concerted_case::{Stage, export, export::Cells, read_table};
use concerted_detect::published::{
    Found, Source, compare as sides, find, recipes, shares_of, tables,
};
use concerted_model::{
    Recipe,
    recipe::Fault,
    tables::{
        Accounts, Network, Posts, PublishedAccounts, PublishedObjects, PublishedTies, Sources,
    },
};
use serde::{Deserialize, Serialize};

use crate::{Error, Investigation};

/// Raised when the same posts and recipe would give another result.
const CODE: u32 = 2;

/// The file that says how a result was made.
const METHOD: &str = "method.json";

/// What a published method gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Result {
    /// `concerted/published/1`.
    pub schema: String,
    /// The method, with the settings that it was walked with.
    pub recipe: Recipe,
    /// Whether the faults of the original were repeated.
    pub as_published: bool,
    /// What the result is called in the case.
    pub label: String,
    /// Ties that were measured.
    pub ties: u64,
    /// Ties that the method flags.
    pub kept: u64,
    /// Accounts in those.
    pub accounts: u64,
    /// Faults of the original, repeated here or not.
    pub faults: Vec<Fault>,
    /// Ties that the other reading has and this one has not, or the other way, or with other numbers;
    /// absent if the original has no fault.
    pub differing: Option<u64>,
    /// What a reader must know.
    pub notes: Vec<String>,
}

/// Methods side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// `concerted/comparison/1`.
    pub schema: &'static str,
    /// Decoys of each kind.
    pub decoys: u32,
    /// Their seed.
    pub seed: u64,
    /// Each method by itself.
    pub methods: Vec<Compared>,
    /// Pairs flagged by both, a row a method, in order.
    pub in_both: Vec<Vec<u64>>,
}

/// A method beside others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// Its name.
    pub method: String,
    /// Pairs of accounts that it flags.
    pub pairs: u64,
    /// Accounts in them.
    pub accounts: u64,
    /// Pairs that it flags on average if who acted when is shuffled within each object.
    pub if_timing_is_chance: Option<f64>,
    /// Pairs that it flags on average if who shared what is shuffled, activity and popularity kept.
    pub if_choice_is_chance: Option<f64>,
    /// Most pairs that it flagged in any decoy of choice.
    pub most_if_choice_is_chance: Option<u64>,
    /// Faults of the original that were repeated.
    pub repeated: Vec<Fault>,
    /// What a reader must know.
    pub notes: Vec<String>,
}

impl Compared {
    /// Pairs flagged if timing is chance, as a share of those flagged, at most 1.
    #[must_use]
    pub fn timing_share(&self) -> Option<f64> {
        self.share(self.if_timing_is_chance?)
    }

    /// Pairs flagged if choice is chance, as a share of those flagged, at most 1.
    #[must_use]
    pub fn choice_share(&self) -> Option<f64> {
        self.share(self.if_choice_is_chance?)
    }

    fn share(&self, expected: f64) -> Option<f64> {
        (self.pairs > 0).then(|| (expected / self.pairs as f64).min(1.0))
    }
}

/// Every published method.
///
/// # Errors
/// [`Error::Recipe`] if the recipes that were compiled in cannot be read: a bug.
pub fn methods() -> std::result::Result<Vec<Recipe>, Error> {
    Ok(recipes()?)
}

/// One method by name, with settings from `KEY=VALUE`.
///
/// # Errors
/// [`Error::Recipe`] for a name or setting that is not there.
pub fn method(name: &str, settings: &[String]) -> std::result::Result<Recipe, Error> {
    let recipes = recipes()?;
    let recipe = Recipe::named(&recipes, name)?.clone();
    Ok(settings.iter().try_fold(recipe, |recipe, pair| recipe.set(pair))?)
}

/// Walks a published method on the posts of the case and keeps its result there.
///
/// # Errors
/// [`Error::Missing`] if there are no posts; [`Error::Detect`] if the method cannot be walked on them.
pub fn detect(
    case: &mut Investigation<'_>,
    recipe: &Recipe,
    settings: &[String],
    as_published: bool,
) -> std::result::Result<Result, Error> {
    let mut words = vec![recipe.name.clone()];
    words.extend(as_published.then(|| "as-published".to_owned()));
    words.extend(settings.iter().cloned());
    let label = words.join(" ");
    case.published(&label, CODE, &(recipe, as_published), |case, out| {
        let read = Read::of(case)?;
        let shares = shares_of(read.source(as_published), recipe, as_published);
        let found = find(recipe, &shares, as_published)?;
        let differing = if recipe.faults.is_empty() {
            None
        } else {
            let shares = shares_of(read.source(!as_published), recipe, !as_published);
            Some(differences(&found, &find(recipe, &shares, !as_published)?))
        };
        let pairs: Vec<(u32, u32)> = found.kept().collect();
        out.table(&tables::ties(&found, &read.accounts)?)?;
        out.table(&tables::nodes(&found, &read.accounts)?)?;
        out.table(&tables::shared(&found)?)?;
        out.json(
            METHOD,
            &Result {
                schema: "concerted/published/1".into(),
                recipe: recipe.clone(),
                as_published,
                label: label.clone(),
                ties: found.edges.len() as u64,
                kept: pairs.len() as u64,
                accounts: sides::accounts_in(&pairs) as u64,
                faults: recipe.faults.clone(),
                differing,
                notes: found.notes,
            },
        )
    })?;
    Ok(serde_json::from_slice(&case.published_folder(&label)?.read(METHOD)?)?)
}

/// Writes the ties, accounts and objects of a result as CSV into `out`; gives their paths.
///
/// # Errors
/// [`Error::Missing`] if there is no such result; [`Error::Case`] if the files cannot be written.
pub fn csv(
    case: &Investigation<'_>,
    label: &str,
    out: &Path,
) -> std::result::Result<Vec<PathBuf>, Error> {
    let folder = case.published_folder(label)?;
    let ties: PublishedTies = read_table(folder)?;
    let nodes: PublishedAccounts = read_table(folder)?;
    let shared: PublishedObjects = read_table(folder)?;
    Ok(vec![
        export::table_csv(&ties, "ties", out)?,
        export::table_csv(&nodes, "accounts", out)?,
        export::table_csv(&shared, "objects", out)?,
    ])
}

/// Walks methods side by side on the posts of the case and on decoys of them.
///
/// Concerted's own network stands beside them if the case has one.
///
/// # Errors
/// As [`detect`].
pub fn compare(
    case: &Investigation<'_>,
    recipes: &[Recipe],
    decoys: u32,
    seed: u64,
    as_published: bool,
) -> std::result::Result<Comparison, Error> {
    let read = Read::of(case)?;
    let mut flagged: Vec<Vec<(u32, u32)>> = Vec::new();
    let mut methods = Vec::new();
    for recipe in recipes {
        let source = read.source(as_published);
        let side = sides::side(source, recipe, decoys, seed, as_published)?;
        methods.push(Compared {
            method: side.method,
            pairs: side.pairs.len() as u64,
            accounts: side.accounts as u64,
            if_timing_is_chance: side.timing.map(|expected| expected.mean),
            if_choice_is_chance: side.choice.map(|expected| expected.mean),
            most_if_choice_is_chance: side.choice.map(|expected| expected.most as u64),
            repeated: if as_published { recipe.faults.clone() } else { Vec::new() },
            notes: side.notes,
        });
        flagged.push(side.pairs);
    }
    if case.has(Stage::Network) {
        let network: Network = case.table(Stage::Network)?;
        let ends = network.a.values().iter().zip(network.b.values());
        let mut pairs: Vec<(u32, u32)> = ends.map(|(&a, &b)| (a.min(b), a.max(b))).collect();
        pairs.sort_unstable();
        pairs.dedup();
        methods.push(Compared {
            method: "concerted".into(),
            pairs: pairs.len() as u64,
            accounts: sides::accounts_in(&pairs) as u64,
            if_timing_is_chance: None,
            if_choice_is_chance: None,
            most_if_choice_is_chance: None,
            repeated: Vec::new(),
            notes: vec![format!(
                "claimed at a false discovery rate of {} %",
                100.0 * case.plan().detect.fdr
            )],
        });
        flagged.push(pairs);
    }
    let in_both = flagged
        .iter()
        .map(|one| flagged.iter().map(|other| sides::in_both(one, other) as u64).collect())
        .collect();
    Ok(Comparison { schema: "concerted/comparison/1", decoys, seed, methods, in_both })
}

/// Writes a comparison as `methods.csv` and `agreement.csv` into `out`; gives their paths.
///
/// # Errors
/// [`Error::Case`] if the files cannot be written.
pub fn comparison_csv(
    comparison: &Comparison,
    out: &Path,
) -> std::result::Result<Vec<PathBuf>, Error> {
    let number = |value: Option<f64>| value.map(|value| format!("{value:?}")).unwrap_or_default();
    let header =
        ["method", "pairs", "accounts", "if_timing_is_chance", "if_choice_is_chance", "decoys"];
    let methods = Cells {
        header: header.map(str::to_owned).to_vec(),
        rows: comparison
            .methods
            .iter()
            .map(|method| {
                vec![
                    method.method.clone(),
                    method.pairs.to_string(),
                    method.accounts.to_string(),
                    number(method.if_timing_is_chance),
                    number(method.if_choice_is_chance),
                    comparison.decoys.to_string(),
                ]
            })
            .collect(),
    };
    let names: Vec<String> = comparison.methods.iter().map(|m| m.method.clone()).collect();
    let agreement = Cells {
        header: std::iter::once("in_both".to_owned()).chain(names.iter().cloned()).collect(),
        rows: names
            .iter()
            .zip(&comparison.in_both)
            .map(|(name, row)| {
                std::iter::once(name.clone()).chain(row.iter().map(u64::to_string)).collect()
            })
            .collect(),
    };
    Ok(vec![
        export::text_csv(&methods, "methods", out)?,
        export::text_csv(&agreement, "agreement", out)?,
    ])
}

/// The posts of a case, and where each stood in its file.
struct Read {
    posts: Vec<Posts>,
    accounts: Accounts,
    order: Vec<u64>,
}

impl Read {
    fn of(case: &Investigation<'_>) -> std::result::Result<Self, Error> {
        let posts: Vec<Posts> = case.tables(Stage::Ingest)?;
        let accounts: Accounts = case.table(Stage::Ingest)?;
        if accounts.len() < 2 {
            return Err(Error::NotEnough(format!("{} accounts with posts", accounts.len())));
        }
        let sources: Vec<Sources> = case.tables(Stage::Ingest)?;
        let order = sources
            .iter()
            .flat_map(|table| table.input.values().iter().zip(table.offset.values()))
            .map(|(&input, &offset)| u64::from(input) << 44 | offset)
            .collect();
        Ok(Self { posts, accounts, order })
    }

    /// As published, the order of the file decides what is older of two posts of one second.
    fn source(&self, as_published: bool) -> Source<'_> {
        let order = as_published.then_some(self.order.as_slice());
        Source { posts: &self.posts, accounts: &self.accounts, order }
    }
}

/// Ties that are in one result and not, or not the same, in the other.
fn differences(one: &Found, other: &Found) -> u64 {
    let key = |found: &Found, row: usize| found.edges.get(row).map(|edge| (edge.a, edge.b));
    let same = |i: usize, j: usize| {
        one.edges[i] == other.edges[j] && one.statistics.get(i) == other.statistics.get(j)
    };
    let (mut i, mut j, mut differing) = (0, 0, 0);
    loop {
        match (key(one, i), key(other, j)) {
            (None, None) => return differing,
            (Some(left), Some(right)) if left == right => {
                differing += u64::from(!same(i, j));
                i += 1;
                j += 1;
            }
            (Some(left), right) if right.is_none_or(|right| left < right) => {
                differing += 1;
                i += 1;
            }
            _ => {
                differing += 1;
                j += 1;
            }
        }
    }
}
