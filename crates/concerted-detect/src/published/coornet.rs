//! CooRnet: how fast is suspiciously fast, and who shares addresses that fast?
//!
//! **Invariant:** the window is estimated as in `estimate_coord_interval`. As published, shares fall
//! into bins from each address's first share and everybody with company in some bin is tied to
//! everybody else with company in any; otherwise two accounts are tied by the addresses that they
//! shared within the window of each other.
//!
//! # References
//! Giglietto, F., Righetti, N., Rossi, L. & Marino, G. 2020, *It takes a village to manipulate the
//! media*, Inf. Commun. Soc. 23:867, doi:10.1080/1369118X.2020.1739732.

use concerted_methods::backbone::quantile;

use super::{
    meetings::{ByObject, pair},
    objects_within::{Counted, count},
    shares::Shares,
};

const SECOND_US: i64 = 1_000_000;

/// `estimate_coord_interval`: among the `quickest` share of addresses by their second share, the
/// median-like quantile of the time by which more than `reached` of their shares were made.
///
/// It is a statistic of the fastest: in data without any coordination it gives a window as well. In
/// microseconds, at least a second; `None` if no address was shared twice.
#[must_use]
pub fn estimate_window(shares: &Shares, quickest: f64, reached: f64) -> Option<i64> {
    let by_object = ByObject::new(&shares.rows);
    let since_first = |places: &[u32]| -> Vec<f64> {
        let time = |place: &u32| shares.rows[*place as usize].time;
        let first = places.first().map_or(0, time);
        places.iter().map(|place| (time(place) - first) as f64 / 1e6).collect()
    };
    let repeated: Vec<Vec<f64>> =
        by_object.objects().filter(|places| places.len() > 1).map(since_first).collect();
    let mut seconds: Vec<f64> = repeated.iter().map(|times| times[1]).collect();
    seconds.sort_unstable_by(f64::total_cmp);
    let bar = quantile(&seconds, quickest).ok()?;
    let mut spent: Vec<f64> = repeated
        .iter()
        .filter(|times| times[1] <= bar)
        .filter_map(|times| {
            let count = times.len() as f64;
            let past = (1..=times.len()).find(|&rank| rank as f64 / count > reached)?;
            Some(times[past - 1])
        })
        .collect();
    spent.sort_unstable_by(f64::total_cmp);
    let window = quantile(&spent, reached).ok()?;
    Some(((window * 1e6) as i64).max(SECOND_US))
}

/// `get_coord_shares` and `build_coord_graph`: addresses for which both accounts had company in a bin.
#[must_use]
pub fn objects_in_bins(shares: &Shares, window_us: i64) -> Vec<Counted> {
    let mut found = Vec::new();
    for places in ByObject::new(&shares.rows).objects() {
        let rows: Vec<_> = places.iter().map(|&place| shares.rows[place as usize]).collect();
        // `cut` begins at a whole second and reads "21.5 secs" as 21.
        let first = rows.first().map_or(0, |row| row.time.div_euclid(SECOND_US) * SECOND_US);
        if rows.iter().all(|row| row.account == rows[0].account) {
            continue;
        }
        // Company is another row, even of the same account.
        let width = (window_us / SECOND_US).max(1) * SECOND_US;
        let bin = |time: i64| (time - first) / width;
        let mut accounts: Vec<u32> = rows
            .chunk_by(|left, right| bin(left.time) == bin(right.time))
            .filter(|together| together.len() > 1)
            .flatten()
            .map(|row| row.account)
            .collect();
        accounts.sort_unstable();
        accounts.dedup();
        for (place, &one) in accounts.iter().enumerate() {
            found.extend(
                accounts[place + 1..].iter().map(|&other| (pair(one, other), rows[0].object)),
            );
        }
    }
    count(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::objects_within;

    const S: i64 = SECOND_US;

    #[test]
    fn the_window_is_the_time_in_which_the_quickest_reach_half_of_their_shares() {
        // Second shares after 2, 50 and 400 s; the quickest third is "u", half passed at its third share.
        let rows = [
            ("u", 0, 0, 0),
            ("u", 1, 1, 2 * S),
            ("u", 2, 2, 9 * S),
            ("u", 3, 3, 80 * S),
            ("v", 0, 4, 0),
            ("v", 1, 5, 50 * S),
            ("w", 0, 6, 0),
            ("w", 1, 7, 400 * S),
            ("x", 0, 8, 0),
        ];
        let shares = Shares::from_columns(rows);
        assert_eq!(estimate_window(&shares, 0.1, 0.5), Some(9 * S));
        assert_eq!(estimate_window(&Shares::from_columns([("x", 0, 0, 0)]), 0.1, 0.5), None);
    }

    #[test]
    fn bins_miss_neighbours_across_an_edge_and_tie_strangers_of_different_bins() {
        // Ten-second bins from 0: a and b share bin 0, c and d bin 5, e is a second after d in bin 6.
        let rows = [
            ("u", 0, 0, 0),
            ("u", 1, 1, 3 * S),
            ("u", 2, 2, 52 * S),
            ("u", 3, 3, 59 * S),
            ("u", 4, 4, 60 * S),
        ];
        let shares = Shares::from_columns(rows);
        let pairs = |counted: Vec<Counted>| -> Vec<(u32, u32)> {
            counted.iter().map(|tie| (tie.a, tie.b)).collect()
        };
        assert_eq!(
            pairs(objects_in_bins(&shares, 10 * S)),
            [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
        );
        assert_eq!(pairs(objects_within(&shares, 10 * S)), [(0, 1), (2, 3), (2, 4), (3, 4)]);
    }
}
