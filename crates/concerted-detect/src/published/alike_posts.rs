//! Neighbouring posts that are alike: copies with small changes, by the passages in common.
//!
//! **Invariant:** each post is held against the posts just before it in order of time; a pair of posts
//! counts once.
//!
//! # References
//! Vishnuprasad, P. S. et al. 2024, *Tracking fringe and coordinated activity on Twitter leading up to
//! the US Capitol attack*, ICWSM 18:1557, doi:10.1609/icwsm.v18i1.31409.

use concerted_methods::gestalt::ratio;
use rayon::prelude::*;

use super::{
    meetings::{ends, pair},
    objects_within::Counted,
    shares::Shares,
};

/// Pairs of accounts by number of pairs of posts whose ratio is above `least`, among every `neighbours`
/// posts in a row. `shares` must carry texts.
pub(super) fn alike_posts(shares: &Shares, neighbours: usize, least: f64) -> Vec<Counted> {
    let mut order: Vec<usize> = (0..shares.rows.len()).collect();
    order.sort_by_key(|&place| shares.rows[place].time);
    let mut found: Vec<u64> = (0..order.len())
        .into_par_iter()
        .flat_map_iter(|end| {
            let newer = order[end];
            let start = (end + 1).saturating_sub(neighbours);
            let order = &order;
            (start..end).filter_map(move |place| {
                let older = order[place];
                let (one, other) = (shares.rows[older].account, shares.rows[newer].account);
                let (left, right) = (shares.texts.get(older)?, shares.texts.get(newer)?);
                let alike =
                    one != other && may_reach(left, right, least) && ratio(left, right) > least;
                alike.then(|| pair(one, other))
            })
        })
        .collect();
    found.sort_unstable();
    found
        .chunk_by(|left, right| left == right)
        .map(|posts| {
            let (a, b) = ends(posts[0]);
            Counted { a, b, objects: posts.len() as u32 }
        })
        .collect()
}

/// Whether lengths and signs in common allow the ratio at all: an upper bound that costs a sort.
fn may_reach(left: &[u32], right: &[u32], least: f64) -> bool {
    let (small, both) = (left.len().min(right.len()), left.len() + right.len());
    if both == 0 || 2.0 * small as f64 / both as f64 <= least {
        return false;
    }
    let sorted = |text: &[u32]| {
        let mut signs = text.to_vec();
        signs.sort_unstable();
        signs
    };
    let (left, right) = (sorted(left), sorted(right));
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < left.len() && j < right.len() {
        match left[i].cmp(&right[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    2.0 * f64::from(common) / both as f64 > least
}
