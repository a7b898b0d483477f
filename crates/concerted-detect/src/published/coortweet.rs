//! CooRTweet 2.1.3: pairs of shares in a window, and the network of who repeats them.
//!
//! **Invariant:** given the rows of a table in its order, the same pairs and the same numbers as
//! `detect_groups`, `flag_speed_share` and `generate_coordinated_network` give, without holding all
//! pairs of an object: its cost is the pairs in the window.
//!
//! # References
//! Righetti, N. & Balluff, P. 2025, *CooRTweet*, Comput. Commun. Res. 7(1), doi:10.5117/CCR2025.1.7.RIGH.

use concerted_methods::backbone::quantile;
use rustc_hash::FxHashSet;

use super::{
    meetings::{ByObject, ends, pair},
    shares::{Share, Shares},
};

/// Two shares of one object within the window of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoShare {
    /// Number of the object.
    pub object: u32,
    /// The older post.
    pub older: u32,
    /// The newer post.
    pub newer: u32,
    /// Who published the older.
    pub older_account: u32,
    /// Who published the newer.
    pub newer_account: u32,
    /// Microseconds between them, ≥ 0.
    pub gap_us: i64,
    /// Where the pair stands in CooRTweet's own result: its object, then the later of the two
    /// rows, then the earlier, all in the order of the table grouped by account.
    pub place: (u32, u32, u32),
}

/// `detect_groups`: which posts share an object within the window?
///
/// Rows of accounts with fewer than `min_participation` rows are left out first; after pairing, a pair
/// stays if one of its posts is by an account with as many rows among the posts that were paired. Posts
/// never pair with the object itself, with themselves or with their own account's.
#[must_use]
pub fn detect_groups(shares: &Shares, window_us: i64, min_participation: u32) -> Vec<CoShare> {
    let least = min_participation as usize;
    let rows = grouped_by_account(shares, least);
    let mut begins = vec![u32::MAX; shares.keys.len()];
    for (place, row) in rows.iter().enumerate() {
        let begin = &mut begins[row.object as usize];
        *begin = (*begin).min(place as u32);
    }
    let mut found = Vec::new();
    ByObject::new(&rows).each(window_us, |older, newer| {
        let (one, other) = (rows[older as usize], rows[newer as usize]);
        let loops = one.is_object
            || other.is_object
            || one.content == other.content
            || one.account == other.account;
        if !loops {
            found.push(CoShare {
                object: one.object,
                older: one.content,
                newer: other.content,
                older_account: one.account,
                newer_account: other.account,
                gap_us: other.time - one.time,
                place: (begins[one.object as usize], older.max(newer), older.min(newer)),
            });
        }
    });
    keep_participants(&rows, &mut found, least);
    found.sort_unstable_by_key(|pair| pair.place);
    found
}

/// The rows of accounts that have enough, accounts in order of first appearance.
fn grouped_by_account(shares: &Shares, least: usize) -> Vec<Share> {
    let mut counts = vec![0_usize; shares.accounts];
    let mut appeared = vec![usize::MAX; shares.accounts];
    for (place, row) in shares.rows.iter().enumerate() {
        counts[row.account as usize] += 1;
        let first = &mut appeared[row.account as usize];
        *first = (*first).min(place);
    }
    let mut rows: Vec<Share> =
        shares.rows.iter().copied().filter(|row| counts[row.account as usize] >= least).collect();
    rows.sort_by_key(|row| appeared[row.account as usize]);
    rows
}

/// `filter_min_participation`: one qualifying side is enough.
fn keep_participants(rows: &[Share], found: &mut Vec<CoShare>, least: usize) {
    if least == 0 {
        return;
    }
    let paired: FxHashSet<u32> = found.iter().flat_map(|pair| [pair.older, pair.newer]).collect();
    let mut counts =
        vec![0_usize; rows.iter().map(|row| row.account as usize + 1).max().unwrap_or(0)];
    let among = || rows.iter().filter(|row| paired.contains(&row.content));
    among().for_each(|row| counts[row.account as usize] += 1);
    let enough: FxHashSet<u32> = among()
        .filter(|row| counts[row.account as usize] >= least)
        .map(|row| row.content)
        .collect();
    found.retain(|pair| enough.contains(&pair.older) || enough.contains(&pair.newer));
}

/// `flag_speed_share`: the pairs of posts that are also pairs within the narrow window.
///
/// The original compares posts only, not objects; so does this.
#[must_use]
pub fn flag_fast(
    shares: &Shares,
    pairs: &[CoShare],
    narrow_us: i64,
    min_participation: u32,
) -> FxHashSet<(u32, u32)> {
    let mut fast: Vec<CoShare> =
        pairs.iter().copied().filter(|pair| pair.gap_us <= narrow_us).collect();
    keep_participants(&shares.rows, &mut fast, min_participation as usize);
    fast.iter().map(|pair| (pair.older, pair.newer)).collect()
}

/// What `generate_coordinated_network` says of a pair of accounts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairStatistics {
    /// Pairs of shares.
    pub weight: u32,
    /// Mean gap in seconds.
    pub mean_gap: f64,
    /// Distinct older posts (CooRTweet's `n_content_id`), by whichever of the two.
    pub older_posts: u32,
    /// Distinct newer posts (`n_content_id_y`).
    pub newer_posts: u32,
    /// Whether the weight is above the quantile.
    pub above: bool,
}

impl PairStatistics {
    /// The smaller number of posts over the larger, `edge_symmetry_score`.
    #[must_use]
    pub fn symmetry(&self) -> f64 {
        let (older, newer) = (f64::from(self.older_posts), f64::from(self.newer_posts));
        older.min(newer) / older.max(newer)
    }
}

/// A pair of accounts, all shares and fast ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoTie {
    /// The smaller account.
    pub a: u32,
    /// The larger.
    pub b: u32,
    /// Over all pairs of shares.
    pub full: PairStatistics,
    /// Over those flagged as fast.
    pub fast: Option<PairStatistics>,
}

/// `generate_coordinated_network`: who repeats?
///
/// `fast`: the flagged pairs of posts, if there is a narrow window. `share`: the quantile that a weight
/// must exceed, each network by its own.
#[must_use]
pub fn network(pairs: &[CoShare], fast: Option<&FxHashSet<(u32, u32)>>, share: f64) -> Vec<CoTie> {
    let full = statistics(pairs.to_vec(), share);
    let flagged = fast.map(|fast| {
        let flagged = pairs.iter().copied().filter(|p| fast.contains(&(p.older, p.newer)));
        statistics(flagged.collect(), share)
    });
    let fast_of = |key: u64| {
        let flagged = flagged.as_ref()?;
        let place = flagged.binary_search_by_key(&key, |(pair, _)| *pair).ok()?;
        Some(flagged[place].1)
    };
    full.into_iter()
        .map(|(key, full)| {
            let (a, b) = ends(key);
            CoTie { a, b, full, fast: fast_of(key) }
        })
        .collect()
}

fn statistics(mut pairs: Vec<CoShare>, share: f64) -> Vec<(u64, PairStatistics)> {
    let key = |p: &CoShare| pair(p.older_account, p.newer_account);
    // In the order of the original within a pair, since a mean depends on it in its last digit.
    pairs.sort_by_key(|p| (key(p), p.place));
    let distinct = |posts: &mut Vec<u32>| {
        posts.sort_unstable();
        posts.dedup();
        posts.len() as u32
    };
    let mut found: Vec<(u64, PairStatistics)> = pairs
        .chunk_by(|left, right| key(left) == key(right))
        .map(|of_pair| {
            let gaps: f64 = of_pair.iter().map(|p| p.gap_us as f64 / 1e6).sum();
            let statistics = PairStatistics {
                weight: of_pair.len() as u32,
                mean_gap: gaps / of_pair.len() as f64,
                older_posts: distinct(&mut of_pair.iter().map(|p| p.older).collect()),
                newer_posts: distinct(&mut of_pair.iter().map(|p| p.newer).collect()),
                above: false,
            };
            (key(&of_pair[0]), statistics)
        })
        .collect();
    let mut weights: Vec<f64> = found.iter().map(|(_, s)| f64::from(s.weight)).collect();
    weights.sort_unstable_by(f64::total_cmp);
    let bar = quantile(&weights, share).unwrap_or(f64::INFINITY);
    found.iter_mut().for_each(|(_, s)| s.above = f64::from(s.weight) > bar);
    found
}

/// `subgraph`: which ties are left, and which accounts are ends of fast ties above the bar.
#[must_use]
pub fn subgraph(ties: &[CoTie], level: u32) -> (Vec<bool>, FxHashSet<u32>) {
    let above = |tie: &CoTie| tie.fast.is_some_and(|fast| fast.above);
    let core: FxHashSet<u32> =
        ties.iter().filter(|tie| above(tie)).flat_map(|tie| [tie.a, tie.b]).collect();
    let kept = match level {
        1 => ties.iter().map(|tie| tie.full.above).collect(),
        2 => ties.iter().map(above).collect(),
        3 => {
            let near: FxHashSet<u32> = ties
                .iter()
                .filter(|tie| core.contains(&tie.a) || core.contains(&tie.b))
                .flat_map(|tie| [tie.a, tie.b])
                .collect();
            ties.iter().map(|tie| near.contains(&tie.a) && near.contains(&tie.b)).collect()
        }
        _ => vec![true; ties.len()],
    };
    (kept, core)
}
