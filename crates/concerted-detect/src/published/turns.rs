//! Synchronised actions: at how many of its actions did an account have another at least as busy beside it?
//!
//! **Invariant:** around each action lies a window to both sides; the other counts if it has at least as
//! many actions on the object there, so that one busy account does not tie everybody to itself.
//!
//! # References
//! Magelinski, T., Ng, L. H. X. & Carley, K. M. 2022, *A synchronized action framework for detection of
//! coordination on social media*, J. Online Trust Saf. 1(2), doi:10.54501/jots.v1i2.30.

use rustc_hash::FxHashMap;

use super::{
    meetings::{ByObject, pair},
    shares::Shares,
};

/// Counts turns by pair of accounts.
///
/// As published, objects with one or two actions are passed over, and once the window reaches the
/// last action of an object every remaining action counts all that follow it, and those before it again.
#[must_use]
pub fn turns(shares: &Shares, window_us: i64, as_published: bool) -> FxHashMap<u64, u32> {
    let mut found = FxHashMap::default();
    for places in ByObject::new(&shares.rows).objects() {
        let rows: Vec<(i64, u32)> = places
            .iter()
            .map(|&place| (shares.rows[place as usize].time, shares.rows[place as usize].account))
            .collect();
        if as_published {
            if rows.len() > 2 {
                published(&rows, window_us, &mut found);
            }
        } else {
            corrected(&rows, window_us, &mut found);
        }
    }
    found
}

/// Who has how many actions in a moving window.
#[derive(Default)]
struct Around(FxHashMap<u32, u32>);

impl Around {
    fn enter(&mut self, account: u32) {
        *self.0.entry(account).or_default() += 1;
    }

    fn leave(&mut self, account: u32) {
        if let Some(count) = self.0.get_mut(&account) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(&account);
            }
        }
    }

    fn count(&self, target: u32, found: &mut FxHashMap<u64, u32>) {
        let own = self.0.get(&target).copied().unwrap_or(0);
        for (&other, &count) in &self.0 {
            if other != target && own <= count {
                *found.entry(pair(target, other)).or_default() += 1;
            }
        }
    }
}

fn corrected(rows: &[(i64, u32)], window_us: i64, found: &mut FxHashMap<u64, u32>) {
    let mut around = Around::default();
    let (mut left, mut right) = (0, 0);
    for &(time, account) in rows {
        while right < rows.len() && rows[right].0 - time <= window_us {
            around.enter(rows[right].1);
            right += 1;
        }
        while time - rows[left].0 > window_us {
            around.leave(rows[left].1);
            left += 1;
        }
        around.count(account, found);
    }
}

fn published(rows: &[(i64, u32)], window_us: i64, found: &mut FxHashMap<u64, u32>) {
    let (mut left, mut right) = (0, 0);
    for &(time, account) in rows {
        while time - rows[left].0 > window_us {
            left += 1;
        }
        while right != rows.len() - 1 && rows[right + 1].0 - time <= window_us {
            right += 1;
        }
        if right == rows.len() - 1 {
            break;
        }
        let mut around = Around::default();
        rows[left..=right].iter().for_each(|row| around.enter(row.1));
        around.count(account, found);
    }
    if right == rows.len() - 1 {
        for start in left..rows.len() - 1 {
            let mut around = Around::default();
            rows[start..].iter().for_each(|row| around.enter(row.1));
            around.count(rows[start].1, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(rows: &[(u32, i64)]) -> Shares {
        Shares::from_columns(
            rows.iter().zip(0..).map(|(&(account, time), content)| ("o", account, content, time)),
        )
    }

    #[test]
    fn a_busy_account_counts_only_where_the_other_is_as_busy() {
        let found = turns(&shares(&[(0, 0), (0, 1), (0, 2), (1, 3)]), 10, false);
        assert_eq!(found.get(&pair(0, 1)), Some(&1), "only at the one action of account 1");
    }

    #[test]
    fn the_original_counts_the_end_twice_and_passes_over_two_actions() {
        let two = shares(&[(0, 0), (1, 5)]);
        assert_eq!(turns(&two, 10, false).get(&pair(0, 1)), Some(&2));
        assert!(turns(&two, 10, true).is_empty());
        let tail = shares(&[(0, 0), (1, 50), (2, 55), (1, 61)]);
        assert_ne!(turns(&tail, 10, true), turns(&tail, 10, false));
    }
}
