//! Network → evidence: the co-actions behind each edge, and the two posts that show each.
//!
//! **Invariant:** every co-action that an edge counts is here, once an object and day, with the
//! gap as it was; nothing else is.

use arrow_array::{Float64Array, StringArray, UInt32Array};
use concerted_model::Trace;
use concerted_model::tables::{Actions, Evidence, EvidenceColumns, Network, Objects, Posts, times};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::{DetectError, slots::rows_of};

const DAY_US: i64 = 86_400_000_000;

/// What shows each edge?
///
/// In order of edge and time. O(actions + Σ actions of the accounts of each edge).
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
pub fn gather(
    network: &Network,
    objects: &Objects,
    actions: &Actions,
    posts: &[Posts],
) -> Result<Evidence, DetectError> {
    let actions_of = ActionsOf::accounts_in(network, actions);
    let objects_of: FxHashMap<&str, std::ops::Range<usize>> =
        Trace::ALL.iter().map(|&trace| (trace.as_str(), rows_of(trace, objects))).collect();
    let together: Vec<Together> = (0..network.len())
        .into_par_iter()
        .flat_map_iter(|edge| {
            let of_trace = objects_of.get(network.trace.value(edge)).cloned().unwrap_or_default();
            behind(edge, network, actions, &actions_of, &of_trace)
        })
        .collect();
    table(&together, network, objects, actions, posts)
}

/// One co-action: an edge, and the rows of its two actions.
struct Together {
    edge: usize,
    source: usize,
    target: usize,
}

/// Rows of the actions of the accounts that have edges, in order of object.
struct ActionsOf(FxHashMap<u32, Vec<u32>>);

impl ActionsOf {
    fn accounts_in(network: &Network, actions: &Actions) -> Self {
        let ends = network.a.values().iter().chain(network.b.values());
        let mut rows: FxHashMap<u32, Vec<u32>> =
            ends.map(|&account| (account, Vec::new())).collect();
        for (row, account) in actions.account.values().iter().enumerate() {
            if let Some(rows) = rows.get_mut(account) {
                rows.push(row as u32);
            }
        }
        Self(rows)
    }

    fn within<'a>(
        &'a self,
        account: u32,
        objects: &std::ops::Range<usize>,
        actions: &Actions,
    ) -> &'a [u32] {
        let rows = self.0.get(&account).map_or(&[][..], Vec::as_slice);
        let object = |row: &u32| actions.object.value(*row as usize) as usize;
        let start = rows.partition_point(|row| object(row) < objects.start);
        let end = rows.partition_point(|row| object(row) < objects.end);
        &rows[start..end]
    }
}

fn behind(
    edge: usize,
    network: &Network,
    actions: &Actions,
    actions_of: &ActionsOf,
    objects: &std::ops::Range<usize>,
) -> Vec<Together> {
    let (object, time) = (actions.object.values(), actions.time.values());
    let sources = actions_of.within(network.a.value(edge), objects, actions);
    let targets = actions_of.within(network.b.value(edge), objects, actions);
    let window = network.window_us.value(edge);
    let mut found = Vec::new();
    let mut from = 0;
    for &source in sources {
        let source = source as usize;
        while from < targets.len() && object[targets[from] as usize] < object[source] {
            from += 1;
        }
        let same = targets[from..].iter().take_while(|&&t| object[t as usize] == object[source]);
        for &target in same {
            let target = target as usize;
            if time[source].abs_diff(time[target]) <= window {
                found.push(Together { edge, source, target });
            }
        }
    }
    let earlier = |t: &Together| time[t.source].min(time[t.target]);
    found.sort_by_key(|t| (object[t.source], earlier(t), t.source, t.target));
    found.dedup_by_key(|t| (object[t.source], earlier(t).div_euclid(DAY_US)));
    found.sort_by_key(|t| (earlier(t), object[t.source]));
    found
}

fn table(
    together: &[Together],
    network: &Network,
    objects: &Objects,
    actions: &Actions,
    posts: &[Posts],
) -> Result<Evidence, DetectError> {
    let starts: Vec<usize> = posts
        .iter()
        .scan(0, |next, table| {
            *next += table.len();
            Some(*next - table.len())
        })
        .collect();
    let post_id = |action: usize| {
        let post = actions.post.value(action) as usize;
        let table = starts.partition_point(|&start| start <= post) - 1;
        posts[table].id.value(post - starts[table])
    };
    let object = |t: &Together| actions.object.value(t.source) as usize;
    let time = |action: usize| actions.time.value(action);
    let gap = |t: &Together| (time(t.target) - time(t.source)) as f64 / 1e6;
    let all = || together.iter();
    Ok(Evidence::try_new(EvidenceColumns {
        edge: UInt32Array::from_iter_values(all().map(|t| t.edge as u32)),
        object: UInt32Array::from_iter_values(all().map(|t| object(t) as u32)),
        trace: StringArray::from_iter_values(all().map(|t| network.trace.value(t.edge))),
        key: StringArray::from_iter_values(all().map(|t| objects.key.value(object(t)))),
        source_time: times(all().map(|t| time(t.source)).collect()),
        target_time: times(all().map(|t| time(t.target)).collect()),
        gap_seconds: Float64Array::from_iter_values(all().map(gap)),
        source_post: UInt32Array::from_iter_values(all().map(|t| actions.post.value(t.source))),
        target_post: UInt32Array::from_iter_values(all().map(|t| actions.post.value(t.target))),
        source_post_id: StringArray::from_iter_values(all().map(|t| post_id(t.source))),
        target_post_id: StringArray::from_iter_values(all().map(|t| post_id(t.target))),
    })?)
}
