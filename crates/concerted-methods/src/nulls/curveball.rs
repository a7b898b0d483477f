//! Who chose what, chosen anew: both margins kept.
//!
//! **Invariant:** every row keeps its number of columns and every column its number of rows; no row
//! has a column twice. One seed, one answer.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Which choices would there be, if rows and columns met by their degrees alone?
///
/// Null: all matrices of 0 and 1 with these row and column sums are as probable. `choices`: for
/// each row its columns, rising, none twice. `trades`: pairs of rows that compare notes; 5 a row mix
/// well. Returns choices of the same shape.
///
/// # Errors
/// None.
///
/// # Cost
/// O(trades · columns of a row); one copy.
///
/// # Numerical care
/// None needed; integers only.
///
/// # Deviations
/// None; each trade takes two different rows.
///
/// # References
/// Strona, G. et al. 2014, *A fast and unbiased procedure to randomize ecological binary matrices*,
/// Nat. Commun. 5:4114, doi:10.1038/ncomms5114.
///
/// ```
/// # use concerted_methods::nulls::curveball;
/// let choices = vec![vec![0, 1], vec![1, 2], vec![0, 3]];
/// let anew = curveball(&choices, 50, 7);
/// assert!(anew.iter().all(|row| row.len() == 2));
/// assert_eq!(anew.concat().iter().filter(|&&column| column == 1).count(), 2);
/// ```
#[must_use]
pub fn curveball(choices: &[Vec<u32>], trades: usize, seed: u64) -> Vec<Vec<u32>> {
    let mut anew = choices.to_vec();
    if anew.len() < 2 {
        return anew;
    }
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let (mut both, mut either) = (Vec::new(), Vec::new());
    for _ in 0..trades {
        let one = random.random_range(0..anew.len());
        let other = (one + random.random_range(1..anew.len())) % anew.len();
        both.clear();
        either.clear();
        split(&anew[one], &anew[other], &mut both, &mut either);
        let keeps = anew[one].len() - both.len();
        if keeps == 0 || keeps == either.len() {
            continue;
        }
        for place in 0..keeps {
            let from = random.random_range(place..either.len());
            either.swap(place, from);
        }
        for (row, part) in [(one, &either[..keeps]), (other, &either[keeps..])] {
            anew[row].clear();
            anew[row].extend_from_slice(&both);
            anew[row].extend_from_slice(part);
            anew[row].sort_unstable();
        }
    }
    anew
}

/// Columns that both rows have, and those that only one has.
fn split(one: &[u32], other: &[u32], both: &mut Vec<u32>, either: &mut Vec<u32>) {
    let (mut i, mut j) = (0, 0);
    while i < one.len() && j < other.len() {
        match one[i].cmp(&other[j]) {
            std::cmp::Ordering::Equal => {
                both.push(one[i]);
                i += 1;
                j += 1;
            }
            std::cmp::Ordering::Less => {
                either.push(one[i]);
                i += 1;
            }
            std::cmp::Ordering::Greater => {
                either.push(other[j]);
                j += 1;
            }
        }
    }
    either.extend_from_slice(&one[i..]);
    either.extend_from_slice(&other[j..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_are_kept_and_something_moves() {
        let sorted = |mut row: Vec<u32>| {
            row.sort_unstable();
            row
        };
        let choices: Vec<Vec<u32>> =
            (0..20).map(|row| sorted((0..5).map(|k| (row * 3 + k * 4) % 25).collect())).collect();
        let anew = curveball(&choices, 100, 3);
        let columns = |choices: &[Vec<u32>]| {
            let mut counts = [0; 25];
            choices.iter().flatten().for_each(|&column| counts[column as usize] += 1);
            counts
        };
        assert_eq!(columns(&anew), columns(&choices));
        assert!(anew.iter().zip(&choices).all(|(l, r)| l.len() == r.len()));
        assert!(anew.iter().all(|row| row.windows(2).all(|two| two[0] < two[1])));
        assert_ne!(anew, choices);
        assert_eq!(anew, curveball(&choices, 100, 3));
    }

    #[test]
    fn all_matrices_with_the_margins_are_as_frequent() {
        // Two rows of one column each, two columns: two matrices.
        let choices = vec![vec![0], vec![1]];
        let swapped =
            (0..2_000).filter(|&seed| curveball(&choices, 9, seed) == [vec![1], vec![0]]).count();
        assert!((850..1_150).contains(&swapped), "{swapped}");
    }
}
