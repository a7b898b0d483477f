//! Coarse topics: which accounts act on the same kind of things, so that shared interest can be
//! taken for what it is.
//!
//! Accounts × objects, weighted by rarity, projected on a few singular vectors and clustered.
//! **Invariant:** topics stay coarse, a few hundred accounts at least; a finer one would make a
//! network its own topic and thereby its own excuse.
//!
//! # References
//! Deerwester et al. 1990 (latent semantic analysis); Halko, Martinsson & Tropp 2011.

use std::{cmp::Reverse, ops::Range};

use arrow_array::StringArray;
use concerted_methods::spectral::{Csr, SpectralError, kmeans, merge_small, truncated_svd};
use concerted_model::{
    plan::DetectPlan,
    tables::{self, ABOUT, Actions, Objects, TopicsColumns},
};
use rayon::prelude::*;

use crate::DetectError;

/// Fewest accounts of a topic.
const MIN_ACCOUNTS: usize = 300;
/// Singular vectors that topics are learned from.
const RANK: usize = 8;
/// Actions that an account must have shown for its interest to be known.
const MIN_ACTIONS: usize = 3;
/// Accounts that topics are learned from, at most: fifty times as many as the smallest topic has.
/// What a few hundred do among millions is a network, and no topic.
const SAMPLE: usize = 1 << 14;
/// No row, no column.
const ELSEWHERE: u32 = u32::MAX;
/// Accounts, or objects, that one thread takes at once.
const TOGETHER: usize = 1 << 18;

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
/// At most `plan.topics` of them. Singular vectors and clusters are learned from at most 16,384
/// accounts, evenly spread over all whose interest is known; the others are put with the nearest
/// cluster. Time O(n · rank) for n actions on all threads, and that of the sample; memory 16 bytes
/// an account. The result does not depend on the number of threads.
///
/// # Errors
/// [`DetectError`] if the clustering cannot be done, which no table should bring about.
pub fn learn(
    objects: &Objects,
    actions: &Actions,
    accounts: usize,
    plan: &DetectPlan,
) -> Result<Topics, DetectError> {
    learn_from(objects, actions, accounts, plan, SAMPLE)
}

fn learn_from(
    objects: &Objects,
    actions: &Actions,
    accounts: usize,
    plan: &DetectPlan,
    sample: usize,
) -> Result<Topics, DetectError> {
    debug_assert!(actions.object.values().iter().all(|&o| (o as usize) < objects.len()));
    let one_topic = Topics { of_object: vec![0; objects.len()], of_account: vec![0; accounts] };
    let interests = Interests::of(objects, actions, accounts);
    let count = (interests.known / MIN_ACCOUNTS).min(plan.topics as usize);
    if count < 2 {
        return Ok(one_topic);
    }
    let of_account = Sample::of(&interests, sample)
        .and_then(|sample| sample.directions(&interests, plan.seed))
        .and_then(|directions| directions.topics(&interests, count, plan.seed))
        .map_err(|error| DetectError::refused("topic model", error))?;
    Ok(Topics {
        of_object: by_majority(actions, &of_account, objects.len(), count),
        of_account: of_account.iter().map(|topic| topic.unwrap_or(0)).collect(),
    })
}

/// What each account acted on.
struct Interests<'a> {
    objects: &'a Objects,
    actions: &'a Actions,
    /// Different objects of each account.
    of_account: Vec<u32>,
    /// Accounts whose interest is known.
    known: usize,
}

impl<'a> Interests<'a> {
    fn of(objects: &'a Objects, actions: &'a Actions, accounts: usize) -> Self {
        let mut of_account = vec![0; accounts];
        each_interest(actions, 0..accounts, |account, _| of_account[account] += 1);
        let known = of_account.iter().filter(|&&count| is_known(count)).count();
        Self { objects, actions, of_account, known }
    }

    /// The rarer an object, the more it tells: ln(1 + accounts known / accounts acting on it).
    fn weight(&self, object: usize) -> f64 {
        (self.known as f64 / f64::from(self.objects.accounts.value(object))).ln_1p()
    }
}

/// Calls `found` with every account of a range and each object that it acted on, objects in order.
fn each_interest(actions: &Actions, accounts: Range<usize>, mut found: impl FnMut(usize, usize)) {
    let mut last = vec![u32::MAX; accounts.len()];
    for (&account, &object) in actions.account.values().iter().zip(actions.object.values()) {
        let account = account as usize;
        // Who acts on an object on several days is named several times.
        if let Some(last) = account.checked_sub(accounts.start).and_then(|n| last.get_mut(n))
            && *last != object
        {
            *last = object;
            found(account, object as usize);
        }
    }
}

fn is_known(objects: u32) -> bool {
    objects as usize >= MIN_ACTIONS
}

/// Accounts that topics are learned from, and the objects that they acted on.
struct Sample {
    /// Rows of unit length.
    matrix: Csr,
    /// Column of each object; [`ELSEWHERE`] if nobody of the sample acted on it.
    column: Vec<u32>,
}

impl Sample {
    /// At most about `most` accounts whose interest is known.
    fn of(interests: &Interests<'_>, most: usize) -> Result<Self, SpectralError> {
        let step = interests.known.div_ceil(most.max(1)).max(1);
        let mut row = vec![ELSEWHERE; interests.of_account.len()];
        let mut bounds = vec![0];
        let known = (0..row.len()).filter(|&account| is_known(interests.of_account[account]));
        for account in known.step_by(step) {
            row[account] = bounds.len() as u32 - 1;
            let last = bounds[bounds.len() - 1];
            bounds.push(last + interests.of_account[account] as usize);
        }
        let entries = bounds[bounds.len() - 1];
        let (mut next, mut columns, mut values) =
            (bounds.clone(), vec![0; entries], vec![0.0; entries]);
        let mut column = vec![ELSEWHERE; interests.objects.len()];
        let mut count = 0;
        each_interest(interests.actions, 0..row.len(), |account, object| {
            if row[account] == ELSEWHERE {
                return;
            }
            if column[object] == ELSEWHERE {
                (column[object], count) = (count, count + 1);
            }
            let entry = &mut next[row[account] as usize];
            (columns[*entry], values[*entry]) = (column[object], interests.weight(object));
            *entry += 1;
        });
        for row in bounds.windows(2) {
            let row = &mut values[row[0]..row[1]];
            let length = row.iter().map(|w| w * w).sum::<f64>().sqrt();
            row.iter_mut().for_each(|w| *w /= length);
        }
        Ok(Self { matrix: Csr::try_new(count as usize, bounds, columns, values)?, column })
    }

    fn directions(self, interests: &Interests<'_>, seed: u64) -> Result<Directions, SpectralError> {
        let Self { matrix, column } = self;
        let svd = truncated_svd(&matrix, RANK, seed)?;
        let mut of_column = svd.right;
        for (object, &column) in column.iter().enumerate().filter(|(_, c)| **c != ELSEWHERE) {
            let weight = interests.weight(object);
            let towards = &mut of_column[column as usize * svd.rank..][..svd.rank];
            for (x, &value) in towards.iter_mut().zip(&svd.values) {
                *x = if value > 0.0 { weight * *x / value } else { 0.0 };
            }
        }
        Ok(Directions { column, of_column, rank: svd.rank, sample: unit_rows(svd.left, svd.rank) })
    }
}

/// Where objects point to along the singular vectors; who acts on them points where they do, taken
/// together (folding in: Deerwester et al. 1990).
struct Directions {
    /// As [`Sample`] has it.
    column: Vec<u32>,
    of_column: Vec<f64>,
    rank: usize,
    /// The points of the sample.
    sample: Vec<f64>,
}

impl Directions {
    /// The topic of each account whose interest is known, each of at least [`MIN_ACCOUNTS`].
    fn topics(
        &self,
        interests: &Interests<'_>,
        count: usize,
        seed: u64,
    ) -> Result<Vec<Option<u32>>, SpectralError> {
        let clusters = kmeans(&self.sample, self.rank, count, seed)?;
        let accounts = interests.of_account.len();
        let found: Vec<Option<u32>> = (0..accounts.div_ceil(TOGETHER))
            .into_par_iter()
            .flat_map_iter(|part| {
                let own = part * TOGETHER..accounts.min((part + 1) * TOGETHER);
                let points = unit_rows(self.points(interests, own.clone()), self.rank);
                own.zip(points.chunks_exact(self.rank))
                    .map(|(account, point)| {
                        is_known(interests.of_account[account]).then(|| clusters.nearest(point))
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        let mut sizes = vec![0_usize; clusters.centroids.len() / self.rank];
        found.iter().flatten().for_each(|&cluster| sizes[cluster as usize] += 1);
        let topic = merge_small(&sizes, &clusters.centroids, MIN_ACCOUNTS)?;
        Ok(found.into_iter().map(|found| Some(topic[found? as usize])).collect())
    }

    fn points(&self, interests: &Interests<'_>, accounts: Range<usize>) -> Vec<f64> {
        let mut points = vec![0.0; accounts.len() * self.rank];
        let first = accounts.start;
        each_interest(interests.actions, accounts, |account, object| {
            let column = self.column[object];
            if column != ELSEWHERE {
                let point = &mut points[(account - first) * self.rank..][..self.rank];
                let towards = &self.of_column[column as usize * self.rank..][..self.rank];
                point.iter_mut().zip(towards).for_each(|(sum, x)| *sum += x);
            }
        });
        points
    }
}

/// Points on the unit sphere: what accounts do, not how much.
fn unit_rows(mut points: Vec<f64>, rank: usize) -> Vec<f64> {
    for point in points.chunks_exact_mut(rank) {
        let length = point.iter().map(|x| x * x).sum::<f64>().sqrt();
        if length > 0.0 {
            point.iter_mut().for_each(|x| *x /= length);
        }
    }
    points
}

/// Each object takes the topic of most of its accounts; the smaller number in a tie, 0 if unknown.
fn by_majority(
    actions: &Actions,
    of_account: &[Option<u32>],
    objects: usize,
    topics: usize,
) -> Vec<u32> {
    let object = actions.object.values();
    let mut of_object = vec![0; objects];
    of_object.par_chunks_mut(TOGETHER).enumerate().for_each(|(part, own)| {
        let first = part * TOGETHER;
        let mut row = object.partition_point(|&object| (object as usize) < first);
        let mut votes = vec![0_u32; topics];
        for (object_topic, number) in own.iter_mut().zip(first..) {
            votes.fill(0);
            while object.get(row).is_some_and(|&object| object as usize == number) {
                if let Some(topic) = of_account[actions.account.value(row) as usize] {
                    votes[topic as usize] += 1;
                }
                row += 1;
            }
            let best = (0..topics).max_by_key(|&topic| (votes[topic], Reverse(topic)));
            *object_topic = best.unwrap_or(0) as u32;
        }
    });
    of_object
}

#[cfg(test)]
mod tests {
    use arrow_array::UInt32Array;
    use concerted_model::tables::{ActionsColumns, ObjectsColumns, times};

    use super::*;

    /// Each account acts on twelve of the 200 objects of its crowd; crowds have 400 accounts.
    fn crowds(count: u32) -> (Objects, Actions) {
        let mut dice = crate::dice::Dice::new(1, [u64::from(count)]);
        let mut acted: Vec<(u32, u32)> = Vec::new();
        for account in 0..400 * count {
            acted.extend(
                (0..12).map(|_| (200 * (account % count) + dice.below(200) as u32, account)),
            );
        }
        acted.sort_unstable();
        acted.dedup();
        let keys: Vec<String> = (0..200 * count).map(|object| format!("{object:05}")).collect();
        let accounts = |object: u32| acted.iter().filter(|action| action.0 == object).count();
        let objects = Objects::try_new(ObjectsColumns {
            trace: keys.iter().map(|_| Some("repost")).collect(),
            key: StringArray::from_iter_values(&keys),
            source: keys.iter().map(|_| None::<&str>).collect(),
            born: times(vec![0; keys.len()]),
            born_from: keys.iter().map(|_| Some("first-sighting")).collect(),
            accounts: (0..200 * count).map(|object| accounts(object) as u32).collect(),
        })
        .unwrap();
        let actions = Actions::try_new(ActionsColumns {
            object: acted.iter().map(|action| action.0).collect(),
            account: acted.iter().map(|action| action.1).collect(),
            time: times((0..acted.len() as i64).collect()),
            post: UInt32Array::from_iter_values(0..acted.len() as u32),
        })
        .unwrap();
        (objects, actions)
    }

    #[test]
    fn a_sample_is_enough_to_learn_what_all_accounts_are_about() {
        // As many crowds as directions are followed; a fifth of their accounts is sampled.
        let (objects, actions) = crowds(8);
        let plan = DetectPlan { topics: 8, ..DetectPlan::default() };
        for sample in [SAMPLE, 700] {
            let topics = learn_from(&objects, &actions, 3_200, &plan, sample).unwrap();
            for account in 8..3_200 {
                assert_eq!(topics.of_account[account], topics.of_account[account % 8], "{sample}");
            }
            for (object, topic) in topics.of_object.iter().enumerate() {
                assert_eq!(*topic, topics.of_account[object / 200], "{sample}");
            }
            let mut all = topics.of_account[..8].to_vec();
            all.sort_unstable();
            assert_eq!(all, [0, 1, 2, 3, 4, 5, 6, 7]);
        }
    }

    #[test]
    fn topics_are_the_same_after_a_case_has_kept_them() {
        for (of_account, of_object) in [(vec![3, 0, 1], vec![2, 2]), (vec![0], vec![])] {
            let topics = Topics { of_object, of_account };
            assert_eq!(Topics::from(&topics.table().unwrap()), topics);
        }
    }
}
