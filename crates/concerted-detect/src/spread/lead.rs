//! Who tends to be first, and who follows whom, over everything that some accounts share.
//!
//! **Invariant:** an object counts once for an account or a pair, however often they act on it;
//! equal times are no order.

use concerted_methods::series::{Interval, share};
use concerted_model::{
    Trace,
    tables::{Actions, Objects},
};
use rustc_hash::FxHashMap;

/// How early an account acts among the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leading {
    /// Row of the account.
    pub account: u32,
    /// Objects shared with others on which it was rather early or rather late.
    pub objects: u64,
    /// Objects on which more of the others came after it than before it.
    pub early: u64,
    /// The share of `early`, with its 95 % interval; 0.5 if there is no order.
    pub share: Interval,
}

/// How often one account acts before another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Following {
    /// Row of the account that is first more often.
    pub first: u32,
    /// Row of the account that follows.
    pub then: u32,
    /// Objects on which one of the two was strictly first.
    pub objects: u64,
    /// Objects on which `first` was.
    pub before: u64,
    /// The share of `before`, with its 95 % interval; 0.5 if there is no order.
    pub share: Interval,
}

/// The order among some accounts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Order {
    /// Each account with an object in common with another, the earliest first.
    pub leading: Vec<Leading>,
    /// Pairs whose interval leaves out one half, the clearest first.
    pub following: Vec<Following>,
}

/// Accounts whose pairs are looked at: those that share most.
const PAIRED: usize = 60;
/// Fewest objects on which a pair has an order.
const ENOUGH: u64 = 5;

/// Who is first among these accounts, over all objects of a trace?
///
/// `accounts`: rows in rising order. Null for reading it: each order is a coin's; intervals are for
/// one account or pair, not corrected for their number. O(actions + objects · 60²) time.
#[must_use]
pub fn order(objects: &Objects, actions: &Actions, trace: Trace, accounts: &[u32]) -> Order {
    let mut early: FxHashMap<u32, (u64, u64)> = FxHashMap::default();
    let shared: Vec<Vec<(i64, u32)>> = shared(objects, actions, trace, accounts);
    for acted in &shared {
        for &(time, account) in acted {
            let before = acted.partition_point(|other| other.0 < time);
            let after = acted.len() - acted.partition_point(|other| other.0 <= time);
            let entry = early.entry(account).or_default();
            entry.0 += u64::from(before != after);
            entry.1 += u64::from(before < after);
        }
    }
    let mut leading: Vec<Leading> = early
        .into_iter()
        .map(|(account, (objects, early))| Leading {
            account,
            objects,
            early,
            share: share(early, objects),
        })
        .collect();
    leading.sort_by(|l, r| {
        r.share
            .low
            .total_cmp(&l.share.low)
            .then(r.objects.cmp(&l.objects))
            .then(l.account.cmp(&r.account))
    });
    Order { following: following(&shared, &leading), leading }
}

/// First actions of the accounts on each object that two of them or more acted on, in order of time.
fn shared(
    objects: &Objects,
    actions: &Actions,
    trace: Trace,
    accounts: &[u32],
) -> Vec<Vec<(i64, u32)>> {
    let mut from = 0;
    let on = actions.object.values();
    let mut shared = Vec::new();
    while from < on.len() {
        let object = on[from];
        let to = from + on[from..].iter().take_while(|&&other| other == object).count();
        if objects.trace.value(object as usize) == trace.as_str() {
            let mut acted: Vec<(i64, u32)> = (from..to)
                .map(|row| (actions.time.value(row), actions.account.value(row)))
                .filter(|(_, account)| accounts.binary_search(account).is_ok())
                .collect();
            acted.sort_unstable_by_key(|&(time, account)| (account, time));
            acted.dedup_by_key(|entry| entry.1);
            acted.sort_unstable();
            if acted.len() > 1 {
                shared.push(acted);
            }
        }
        from = to;
    }
    shared
}

fn following(shared: &[Vec<(i64, u32)>], leading: &[Leading]) -> Vec<Following> {
    let mut most: Vec<&Leading> = leading.iter().collect();
    most.sort_by_key(|leading| (std::cmp::Reverse(leading.objects), leading.account));
    let mut paired: Vec<u32> = most.iter().take(PAIRED).map(|leading| leading.account).collect();
    paired.sort_unstable();
    let mut counts: FxHashMap<(u32, u32), [u64; 2]> = FxHashMap::default();
    for acted in shared {
        let acted: Vec<(i64, u32)> =
            acted.iter().copied().filter(|(_, a)| paired.binary_search(a).is_ok()).collect();
        for (place, &(time, account)) in acted.iter().enumerate() {
            for &(later, other) in &acted[place + 1..] {
                if later > time {
                    let pair = (account.min(other), account.max(other));
                    counts.entry(pair).or_default()[usize::from(account > other)] += 1;
                }
            }
        }
    }
    let mut following: Vec<Following> = counts
        .into_iter()
        .map(|((a, b), [a_first, b_first])| {
            let objects = a_first + b_first;
            let (first, then, before) =
                if a_first >= b_first { (a, b, a_first) } else { (b, a, b_first) };
            Following { first, then, objects, before, share: share(before, objects) }
        })
        .filter(|pair| pair.objects >= ENOUGH && pair.share.low > 0.5)
        .collect();
    following.sort_by(|l, r| {
        r.share.low.total_cmp(&l.share.low).then((l.first, l.then).cmp(&(r.first, r.then)))
    });
    following
}

#[cfg(test)]
mod tests {
    use arrow_array::{StringArray, UInt32Array};
    use concerted_model::tables::{ActionsColumns, ObjectsColumns, times};

    use super::*;

    /// Each object is a list of accounts and times.
    fn tables(acted: &[Vec<(u32, i64)>]) -> (Objects, Actions) {
        let rows: Vec<(u32, i64, u32)> = acted
            .iter()
            .enumerate()
            .flat_map(|(object, acted)| {
                acted.iter().map(move |&(account, time)| (object as u32, time, account))
            })
            .collect();
        let mut rows = rows;
        rows.sort_unstable();
        let count = acted.len();
        let objects = Objects::try_new(ObjectsColumns {
            trace: StringArray::from(vec!["url"; count]),
            key: StringArray::from_iter_values((0..count).map(|object| format!("{object:04}"))),
            source: StringArray::from(vec![None::<&str>; count]),
            born: times(vec![0; count]),
            born_from: StringArray::from(vec!["first-sighting"; count]),
            accounts: UInt32Array::from_iter_values(acted.iter().map(|acted| acted.len() as u32)),
        });
        let actions = Actions::try_new(ActionsColumns {
            object: rows.iter().map(|row| Some(row.0)).collect(),
            account: rows.iter().map(|row| Some(row.2)).collect(),
            time: times(rows.iter().map(|row| row.1).collect()),
            post: UInt32Array::from_iter_values(0..rows.len() as u32),
        });
        (objects.unwrap(), actions.unwrap())
    }

    #[test]
    fn who_is_first_every_time_leads_and_the_other_follows() {
        let acted: Vec<Vec<(u32, i64)>> = (0..12).map(|_| vec![(3, 0), (7, 60), (9, 60)]).collect();
        let (objects, actions) = tables(&acted);
        let found = order(&objects, &actions, Trace::Url, &[3, 7]);
        assert_eq!((found.leading[0].account, found.leading[0].early), (3, 12));
        assert_eq!((found.leading[1].account, found.leading[1].early), (7, 0));
        assert_eq!(found.following.len(), 1);
        let pair = found.following[0];
        assert_eq!((pair.first, pair.then, pair.objects, pair.before), (3, 7, 12, 12));
        assert!(pair.share.low > 0.7);
    }

    #[test]
    fn taking_turns_and_equal_times_are_no_order() {
        let turns = (0..20).map(|n| vec![(1, n % 2), (2, (n + 1) % 2)]);
        let equal = (0..20).map(|_| vec![(1, 5), (2, 5)]);
        let (objects, actions) = tables(&turns.chain(equal).collect::<Vec<_>>());
        let found = order(&objects, &actions, Trace::Url, &[1, 2]);
        assert_eq!(found.following, []);
        assert_eq!((found.leading[0].objects, found.leading[0].early), (20, 10));
        assert_eq!(order(&objects, &actions, Trace::Text, &[1, 2]), Order::default());
    }
}
