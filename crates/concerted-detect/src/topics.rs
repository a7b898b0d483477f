//! Coarse topics: which accounts act on the same kind of things, so that shared interest can be
//! taken for what it is.
//!
//! Accounts × objects, weighted by rarity, projected on a few singular vectors and clustered.
//! **Invariant:** topics stay coarse, a few hundred accounts at least; a finer one would make a
//! network its own topic and thereby its own excuse.
//!
//! # References
//! Deerwester et al. 1990 (latent semantic analysis); Halko, Martinsson & Tropp 2011.

use arrow_array::StringArray;
use concerted_methods::spectral::{Csr, SpectralError, kmeans, merge_small, truncated_svd};
use concerted_model::{
    plan::DetectPlan,
    tables::{self, ABOUT, Actions, Objects, TopicsColumns},
};

use crate::DetectError;

/// Fewest accounts of a topic.
const MIN_ACCOUNTS: usize = 300;
/// Singular vectors that topics are learned from.
const RANK: usize = 8;
/// Actions that an account must have shown for its interest to be known.
const MIN_ACTIONS: usize = 3;

/// The topics of objects and accounts; 0 where a topic is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topics {
    /// By row of the object.
    pub of_object: Vec<u32>,
    /// By row of the account.
    pub of_account: Vec<u32>,
}

impl Topics {
    /// The topics as a case keeps them.
    ///
    /// # Errors
    /// [`DetectError`] only if there are more rows than a table can hold.
    pub fn table(&self) -> Result<tables::Topics, DetectError> {
        let [accounts, objects] = [&self.of_account, &self.of_object];
        let rows = |topics: &[u32]| 0..topics.len() as u32;
        let about = [accounts, objects].into_iter().zip(ABOUT);
        Ok(tables::Topics::try_new(TopicsColumns {
            about: about
                .flat_map(|(topics, about)| std::iter::repeat_n(Some(about), topics.len()))
                .collect::<StringArray>(),
            row: rows(accounts).chain(rows(objects)).collect::<Vec<_>>().into(),
            topic: accounts.iter().chain(objects).copied().collect::<Vec<_>>().into(),
        })?)
    }
}

impl From<&tables::Topics> for Topics {
    fn from(table: &tables::Topics) -> Self {
        let accounts = table.about.iter().take_while(|about| *about == Some(ABOUT[0])).count();
        let (of_account, of_object) = table.topic.values().split_at(accounts);
        Self { of_object: of_object.to_vec(), of_account: of_account.to_vec() }
    }
}

/// What are the objects about, as far as who acts on them tells?
///
/// At most `plan.topics` of them. Time O(n · rank) for n actions, one thread.
///
/// # Errors
/// [`DetectError`] if the clustering cannot be done, which no table should bring about.
pub fn learn(
    objects: &Objects,
    actions: &Actions,
    accounts: usize,
    plan: &DetectPlan,
) -> Result<Topics, DetectError> {
    let (most, seed) = (plan.topics, plan.seed);
    let one_topic = Topics { of_object: vec![0; objects.len()], of_account: vec![0; accounts] };
    let matrix = Interests::of(objects, actions);
    let count = (matrix.accounts.len() / MIN_ACCOUNTS).min(most as usize);
    if count < 2 {
        return Ok(one_topic);
    }
    let labels = matrix
        .weighted(objects)
        .and_then(|matrix| cluster(&matrix, count, seed))
        .map_err(|error| DetectError::refused("topic model", error))?;
    let mut of_account = one_topic.of_account;
    for (&account, &label) in matrix.accounts.iter().zip(&labels) {
        of_account[account as usize] = label;
    }
    Ok(Topics { of_object: by_majority(objects, actions, &matrix.accounts, &labels), of_account })
}

/// Topics of the matrix's rows, each of at least [`MIN_ACCOUNTS`].
fn cluster(matrix: &Csr, count: usize, seed: u64) -> Result<Vec<u32>, SpectralError> {
    let svd = truncated_svd(matrix, RANK, seed)?;
    let points = directions(&svd.left, svd.rank);
    let clusters = kmeans(&points, svd.rank, count, seed)?;
    merge_small(&clusters.labels, &points, MIN_ACCOUNTS)
}

/// Accounts whose interest is known, and what they acted on.
struct Interests {
    /// Rows of the accounts.
    accounts: Vec<u32>,
    /// Objects of each, in order.
    objects: Vec<Vec<u32>>,
}

impl Interests {
    fn of(objects: &Objects, actions: &Actions) -> Self {
        let mut of_account: Vec<Vec<u32>> = Vec::new();
        debug_assert!(actions.object.values().iter().all(|&o| (o as usize) < objects.len()));
        for (&account, &object) in actions.account.values().iter().zip(actions.object.values()) {
            let account = account as usize;
            if of_account.len() <= account {
                of_account.resize_with(account + 1, Vec::new);
            }
            if of_account[account].last() != Some(&object) {
                of_account[account].push(object);
            }
        }
        let known = of_account.into_iter().enumerate().filter(|(_, o)| o.len() >= MIN_ACTIONS);
        let (accounts, objects) = known.map(|(account, o)| (account as u32, o)).unzip();
        Self { accounts, objects }
    }

    /// Rows of unit length, objects weighted by ln(accounts / accounts acting on it).
    fn weighted(&self, objects: &Objects) -> Result<Csr, SpectralError> {
        let all = self.accounts.len() as f64;
        let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for row in &self.objects {
            let weights: Vec<f64> = row
                .iter()
                .map(|&object| {
                    (1.0 + all / f64::from(objects.accounts.value(object as usize))).ln()
                })
                .collect();
            let length = weights.iter().map(|w| w * w).sum::<f64>().sqrt();
            columns.extend_from_slice(row);
            values.extend(weights.iter().map(|w| w / length));
            starts.push(columns.len());
        }
        Csr::try_new(objects.len(), starts, columns, values)
    }
}

/// Points on the unit sphere: what accounts do, not how much.
fn directions(left: &[f64], rank: usize) -> Vec<f64> {
    left.chunks_exact(rank)
        .flat_map(|point| {
            let length = point.iter().map(|x| x * x).sum::<f64>().sqrt();
            point.iter().map(move |x| if length > 0.0 { x / length } else { 0.0 })
        })
        .collect()
}

/// Each object takes the topic of most of its accounts; the smaller number in a tie, 0 if unknown.
fn by_majority(objects: &Objects, actions: &Actions, accounts: &[u32], labels: &[u32]) -> Vec<u32> {
    let topics = labels.iter().max().map_or(1, |&last| last as usize + 1);
    let last = accounts.last().map_or(0, |&account| account as usize + 1);
    let mut topic_of = vec![None; last];
    for (&account, &label) in accounts.iter().zip(labels) {
        topic_of[account as usize] = Some(label as usize);
    }
    let mut votes = vec![0_u32; objects.len() * topics];
    for (&account, &object) in actions.account.values().iter().zip(actions.object.values()) {
        if let Some(Some(topic)) = topic_of.get(account as usize) {
            votes[object as usize * topics + topic] += 1;
        }
    }
    votes
        .chunks_exact(topics)
        .map(|votes| {
            let best = (0..topics).max_by_key(|&topic| (votes[topic], std::cmp::Reverse(topic)));
            best.unwrap_or(0) as u32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_the_same_after_a_case_has_kept_them() {
        for (of_account, of_object) in [(vec![3, 0, 1], vec![2, 2]), (vec![0], vec![])] {
            let topics = Topics { of_object, of_account };
            assert_eq!(Topics::from(&topics.table().unwrap()), topics);
        }
    }
}
