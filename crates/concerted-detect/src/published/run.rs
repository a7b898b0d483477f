//! Walks a recipe: shares → what is counted → one network → what is kept.
//!
//! **Invariant:** the same shares and recipe give the same network; what was left out or estimated on the
//! way is told in the notes.

use std::collections::BTreeMap;

use concerted_model::{
    Span,
    recipe::{Keep, Layer, Measure, ObjectKind, Parameters, Recipe},
};

use super::{
    alike_posts::alike_posts,
    coornet::{estimate_window, objects_in_bins},
    coortweet::{CoShare, CoTie, detect_groups, flag_fast, network, subgraph},
    coortweet_stats::{account_stats, object_stats},
    edges::{Edge, both_ways, fuse},
    keep,
    matrix::matrix,
    meetings::ends,
    objects_within::objects_within,
    overlap::{Tail, adjusted, configuration, hypergeometric, hypergeometric_of_all, overlaps},
    shares::{Shares, Source, extract},
    similarity::cosines,
    toolkit::{messages, similar_messages},
    turns::turns,
};
use crate::DetectError;

/// What a method found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Ties, by pair of accounts.
    pub edges: Vec<Edge>,
    /// What CooRTweet says of each tie; empty for other methods.
    pub statistics: Vec<CoTie>,
    /// Accounts with a tie, by row.
    pub accounts: Vec<AccountFound>,
    /// Objects shared together, where the method counts them.
    pub objects: Vec<ObjectFound>,
    /// What a reader must know: windows estimated, posts left out.
    pub notes: Vec<String>,
}

/// An account of a method's network.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AccountFound {
    /// Its row.
    pub account: u32,
    /// Ties that are kept.
    pub kept_ties: u32,
    /// Mean over its ties of their mean gap, in seconds.
    pub mean_gap: Option<f64>,
    /// Mean over its ties of their symmetry.
    pub mean_symmetry: Option<f64>,
    /// Distinct posts of its co-shares.
    pub shares: Option<u32>,
    /// Eigenvector centrality.
    pub centrality: Option<f64>,
    /// Whether it is an end of a fast tie above the bar.
    pub fast: Option<bool>,
}

/// An object of a method's network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectFound {
    /// Its kind.
    pub kind: ObjectKind,
    /// What it is.
    pub key: String,
    /// Accounts that shared it together with another.
    pub accounts: u32,
}

impl Found {
    /// The pairs that are kept.
    pub fn kept(&self) -> impl Iterator<Item = (u32, u32)> {
        self.edges.iter().filter(|edge| edge.kept).map(|edge| (edge.a, edge.b))
    }
}

/// The shares that a recipe looks at, a list a layer.
#[must_use]
pub fn shares_of(source: Source<'_>, recipe: &Recipe, as_published: bool) -> Vec<Shares> {
    let layers = recipe.layers_to_walk(as_published);
    layers
        .iter()
        .map(|layer| extract(source, layer.objects, &layer.parameters, as_published))
        .collect()
}

/// What does the method find in these shares?
///
/// `shares`: as [`shares_of`] gives them for the same recipe and reading. Time and memory are those of
/// the pairs that the method looks at.
///
/// # Errors
/// [`DetectError::TooManyPairs`] for a method that would hold more pairs than fit;
/// [`DetectError::Computation`] if mathematics refuses its numbers.
pub fn find(recipe: &Recipe, shares: &[Shares], as_published: bool) -> Result<Found, DetectError> {
    let layers = recipe.layers_to_walk(as_published);
    let original = as_published.then(|| recipe.original.or(&recipe.parameters));
    let settings = original.as_ref().unwrap_or(&recipe.parameters);
    let mut found = Found::default();
    blank(shares, &mut found.notes);
    if layers.iter().all(|layer| layer.measure == Measure::SharePairs) {
        co_shares(recipe, &layers, shares, as_published, &mut found);
        return Ok(found);
    }
    let mut networks = Vec::new();
    for (layer, shares) in layers.iter().zip(shares) {
        networks.push(layer_network(layer, shares, recipe.keep, as_published, &mut found.notes)?);
    }
    found.edges = fuse(networks, recipe.fuse);
    let central = keep::mark(&mut found.edges, recipe.keep, settings, as_published)?;
    found.accounts = accounts_of(&found.edges);
    for account in &mut found.accounts {
        let place = central.binary_search_by_key(&account.account, |(account, _)| *account);
        account.centrality = place.ok().map(|place| central[place].1);
    }
    Ok(found)
}

fn blank(shares: &[Shares], notes: &mut Vec<String>) {
    let blank: u64 = shares.iter().map(|shares| shares.blank).sum();
    if blank > 0 {
        notes.push(format!(
            "{blank} posts have no key (no link, no text) and were not paired by it"
        ));
    }
}

fn micros(span: Option<Span>) -> i64 {
    span.map_or(0, Span::as_micros)
}

fn layer_network(
    layer: &Layer,
    shares: &Shares,
    keep: Keep,
    as_published: bool,
    notes: &mut Vec<String>,
) -> Result<Vec<Edge>, DetectError> {
    let settings = &layer.parameters;
    let window = micros(settings.window);
    Ok(match layer.measure {
        // Walked by `co_shares`, since its pairs are stacked before they are counted.
        Measure::SharePairs => Vec::new(),
        Measure::Messages => both_ways(&at_least(messages(shares, window), settings)),
        Measure::SimilarMessages => {
            let least = settings.min_similarity.unwrap_or(1.0);
            let words = settings.min_words.unwrap_or(1) as usize;
            both_ways(&at_least(similar_messages(shares, window, least, words), settings))
        }
        Measure::ObjectsWithin => {
            let window = window_or_estimate(shares, settings, notes);
            let estimates = settings.quickest.is_some();
            let counted = if as_published && estimates {
                objects_in_bins(shares, window)
            } else {
                objects_within(shares, window)
            };
            counted.into_iter().map(Edge::from).collect()
        }
        Measure::Turns => {
            let counted: BTreeMap<u64, u32> =
                turns(shares, window, as_published).into_iter().collect();
            let edge = |(key, count)| {
                let (a, b) = ends(key);
                Edge::plain(a, b, f64::from(count))
            };
            counted.into_iter().map(edge).collect()
        }
        Measure::AlikePosts => {
            let neighbours = settings.neighbours.unwrap_or(2) as usize;
            let least = settings.min_similarity.unwrap_or(1.0);
            alike_posts(shares, neighbours, least).into_iter().map(Edge::from).collect()
        }
        Measure::Cosine => {
            let matrix = matrix(shares, settings)?;
            let share = settings.share.filter(|_| keep == Keep::TopShare);
            let (alike, bar) = cosines(&matrix, settings, share)?;
            if keep == Keep::TopShare {
                notes.push(format!(
                    "{} pairs have anything in common; cosines from {:.4} on are kept",
                    bar.positive, bar.from
                ));
            }
            let account = |row: u32| matrix.accounts[row as usize];
            alike.iter().map(|p| Edge::plain(account(p.a), account(p.b), p.cosine)).collect()
        }
        Measure::Overlap => overlap_network(shares, settings, keep, as_published)?,
    })
}

/// Each direction passes the bar by itself.
fn at_least(
    mut directed: Vec<super::toolkit::Directed>,
    settings: &Parameters,
) -> Vec<super::toolkit::Directed> {
    let least = settings.min_weight.unwrap_or(1.0);
    directed.retain(|tie| f64::from(tie.posts) >= least);
    directed
}

fn window_or_estimate(shares: &Shares, settings: &Parameters, notes: &mut Vec<String>) -> i64 {
    let window = micros(settings.window);
    let (Some(quickest), Some(reached), 0) = (settings.quickest, settings.reached, window) else {
        return window;
    };
    match estimate_window(shares, quickest, reached) {
        Some(window) => {
            let seconds = window as f64 / 1e6;
            notes.push(format!("the window was estimated from the quickest shares: {seconds} s"));
            window
        }
        None => {
            notes.push("nothing was shared twice: no window can be estimated".into());
            0
        }
    }
}

fn overlap_network(
    shares: &Shares,
    settings: &Parameters,
    keep: Keep,
    as_published: bool,
) -> Result<Vec<Edge>, DetectError> {
    let matrix = matrix(shares, settings)?;
    let overlaps = overlaps(&matrix.counts)?;
    let rows = matrix.counts.rows();
    let ps = match keep {
        Keep::Hypergeometric if settings.by_popularity == Some(false) => {
            Some(adjusted(&hypergeometric_of_all(&matrix.counts, &overlaps)?, rows)?)
        }
        Keep::Hypergeometric => Some(hypergeometric(&matrix.counts, &overlaps)?),
        Keep::ConfigurationPoisson => {
            let ps = configuration(&matrix.counts, &overlaps, Tail::Poisson)?;
            Some(adjusted(&ps, rows)?)
        }
        Keep::ConfigurationExact if as_published => {
            Some(configuration(&matrix.counts, &overlaps, Tail::RefinedNormal)?)
        }
        Keep::ConfigurationExact => {
            let ps = configuration(&matrix.counts, &overlaps, Tail::Exact)?;
            Some(adjusted(&ps, rows)?)
        }
        _ => None,
    };
    let account = |row: u32| matrix.accounts[row as usize];
    Ok(overlaps
        .iter()
        .enumerate()
        .map(|(place, overlap)| Edge {
            p: ps.as_ref().map(|ps| ps[place]),
            ..Edge::plain(account(overlap.a), account(overlap.b), f64::from(overlap.shared))
        })
        .collect())
}

/// CooRTweet: pairs of all layers stacked, then counted.
fn co_shares(
    recipe: &Recipe,
    layers: &[Layer],
    shares: &[Shares],
    as_published: bool,
    found: &mut Found,
) {
    let mut stacked: Vec<CoShare> = Vec::new();
    let mut fast = rustc_hash::FxHashSet::default();
    let mut names: Vec<(ObjectKind, &str)> = Vec::new();
    let narrow = recipe.parameters.narrow_window.filter(|window| *window != Span::ZERO);
    for (layer, shares) in layers.iter().zip(shares) {
        let settings = &layer.parameters;
        let least = settings.min_participation.unwrap_or(0);
        let mut pairs = detect_groups(shares, micros(settings.window), least);
        if let Some(narrow) = narrow {
            fast.extend(flag_fast(shares, &pairs, narrow.as_micros(), least));
        }
        let before = names.len() as u32;
        names.extend(shares.keys.iter().map(|key| (layer.objects, key.as_str())));
        for pair in &mut pairs {
            pair.object += before;
            pair.place.0 += before;
        }
        stacked.append(&mut pairs);
    }
    let quantile = recipe.parameters.quantile.unwrap_or(0.5);
    let ties = network(&stacked, narrow.map(|_| &fast), quantile);
    let (kept, core) = subgraph(&ties, recipe.parameters.subgraph.unwrap_or(1));
    found.edges = ties.iter().map(|tie| Edge::from(*tie)).collect();
    found.edges.iter_mut().zip(kept).for_each(|(edge, kept)| edge.kept = kept);
    found.accounts = accounts_of(&found.edges);
    let statistics = account_stats(&stacked, &ties);
    for (account, statistics) in found.accounts.iter_mut().zip(statistics) {
        account.mean_gap = Some(statistics.mean_gap);
        account.mean_symmetry = Some(statistics.mean_symmetry);
        account.shares = Some(statistics.shares);
        account.fast = narrow.map(|_| core.contains(&account.account));
    }
    found.statistics = ties;
    found.objects = object_stats(&stacked, as_published)
        .into_iter()
        .map(|object| {
            let (kind, key) = names[object.object as usize];
            ObjectFound { kind, key: key.to_owned(), accounts: object.accounts }
        })
        .collect();
    found.objects.sort_by(|l, r| (r.accounts, l.kind, &l.key).cmp(&(l.accounts, r.kind, &r.key)));
}

fn accounts_of(edges: &[Edge]) -> Vec<AccountFound> {
    let mut kept: BTreeMap<u32, u32> = BTreeMap::new();
    for edge in edges {
        for account in [edge.a, edge.b] {
            *kept.entry(account).or_default() += u32::from(edge.kept);
        }
    }
    kept.into_iter()
        .map(|(account, kept_ties)| AccountFound { account, kept_ties, ..AccountFound::default() })
        .collect()
}
