//! Strata of slots: within one, any account could as well have been the one that acted.
//!
//! A slot is an action without its account. Slots are divided by what makes accounts act at the
//! same moments without coordination: the source that they follow, how soon after its birth an
//! object is acted on (or how popular it is, where births are unknown), its topic, the hour of
//! the day, the date. Each division is as fine as the data can bear and no finer: a stratum holds
//! many objects and many accounts, so that no burst and no network can be its own explanation.
//!
//! **Invariant:** every slot is in exactly one stratum; strata are numbered from 0 without gaps.

use concerted_model::{BirthSource, tables::Objects};
use rustc_hash::FxHashMap;

use crate::{slots::Slots, topics::Topics};

/// Fewest effective objects of a stratum: a co-action then has at most one chance in about so many.
const MIN_OBJECTS: f64 = 20.0;
/// Fewest effective accounts of a stratum that is not one source's.
const MIN_ACCOUNTS: f64 = 200.0;
/// Fewest objects for a source to be looked at by itself.
const MIN_SOURCE_OBJECTS: usize = 10;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;
/// Upper edges of the bins of lag since birth, in seconds.
const LAG_EDGES: [i64; 6] = [15, 60, 240, 900, 3600, 14400];
/// Lower edges of the bins of popularity, in accounts.
const POPULARITY_EDGES: [u32; 6] = [3, 6, 12, 25, 50, 100];
/// Hours of the day that are one bin.
const BLOCK_HOURS: i64 = 4;

/// Which stratum each slot is in.
pub(crate) struct Strata {
    /// By slot.
    pub(crate) of_slot: Vec<u32>,
    /// Number of strata.
    pub(crate) count: usize,
}

/// Divides the slots of one trace. O(n log n) for n slots.
pub(crate) fn divide(slots: &Slots<'_>, objects: &Objects, topics: &Topics) -> Strata {
    let mut divider = Divider {
        slots,
        objects,
        topics,
        of_slot: vec![0; slots.len()],
        count: 0,
        by_object: FxHashMap::default(),
        by_account: FxHashMap::default(),
    };
    let (of_sources, mut rest) = divider.by_source();
    for (_, mut source) in of_sources {
        divider.split(&mut source, &[By::Pace], Enough { objects: MIN_OBJECTS, accounts: 0.0 });
    }
    let enough = Enough { objects: MIN_OBJECTS, accounts: MIN_ACCOUNTS };
    divider.split(&mut rest, &[By::Pace, By::Topic, By::Hours, By::Date], enough);
    Strata { of_slot: divider.of_slot, count: divider.count as usize }
}

/// What slots are divided by.
#[derive(Clone, Copy)]
enum By {
    /// Lag since birth, or popularity where the birth is not known.
    Pace,
    /// Topic of the object.
    Topic,
    /// Hours of the day.
    Hours,
    /// Date.
    Date,
}

/// What a stratum must hold, in effective numbers (inverse Simpson index).
#[derive(Clone, Copy)]
struct Enough {
    objects: f64,
    accounts: f64,
}

struct Divider<'a> {
    slots: &'a Slots<'a>,
    objects: &'a Objects,
    topics: &'a Topics,
    of_slot: Vec<u32>,
    count: u32,
    by_object: FxHashMap<u32, u64>,
    by_account: FxHashMap<u32, u64>,
}

impl Divider<'_> {
    /// Slots of each source with enough objects of its own, by name, and all other slots.
    fn by_source(&self) -> (Vec<(String, Vec<u32>)>, Vec<u32>) {
        let mut of_source: FxHashMap<&str, (usize, Vec<u32>)> = FxHashMap::default();
        let mut rest = Vec::new();
        for range in self.slots.objects() {
            let row = self.slots.object[range.start] as usize;
            let range = range.start as u32..range.end as u32;
            if arrow_array::Array::is_null(&self.objects.source, row) {
                rest.extend(range);
            } else {
                let (objects, slots) = of_source.entry(self.objects.source.value(row)).or_default();
                *objects += 1;
                slots.extend(range);
            }
        }
        let mut large = Vec::new();
        for (source, (objects, slots)) in of_source {
            if objects >= MIN_SOURCE_OBJECTS {
                large.push((source.to_owned(), slots));
            } else {
                rest.extend(slots);
            }
        }
        large.sort();
        rest.sort_unstable();
        (large, rest)
    }

    /// Cuts `slots` into consecutive stretches of the first of `ways`, each holding enough, and
    /// goes on with the next way inside each.
    fn split(&mut self, slots: &mut [u32], ways: &[By], enough: Enough) {
        let Some((&way, finer)) = ways.split_first() else {
            self.number(slots);
            return;
        };
        let mut keyed: Vec<(i64, u32)> =
            slots.iter().map(|&slot| (self.value(slot as usize, way), slot)).collect();
        keyed.sort_unstable();
        for (place, (_, slot)) in slots.iter_mut().zip(&keyed) {
            *place = *slot;
        }
        for stretch in self.stretches(&keyed, enough) {
            self.split(&mut slots[stretch], finer, enough);
        }
    }

    /// Shortest stretches of whole values that hold enough; what is left joins the last.
    fn stretches(&mut self, keyed: &[(i64, u32)], enough: Enough) -> Vec<std::ops::Range<usize>> {
        let mut stretches: Vec<std::ops::Range<usize>> = Vec::new();
        let (mut start, mut end) = (0, 0);
        let mut held = Held::default();
        for chunk in keyed.chunk_by(|l, r| l.0 == r.0) {
            end += chunk.len();
            for &(_, slot) in chunk {
                let (object, account) =
                    (self.slots.object[slot as usize], self.slots.account[slot as usize]);
                held.objects.add(self.by_object.entry(object).or_default());
                held.accounts.add(self.by_account.entry(account).or_default());
            }
            if held.is(enough) {
                stretches.push(start..end);
                start = end;
                held = Held::default();
                self.by_object.clear();
                self.by_account.clear();
            }
        }
        self.by_object.clear();
        self.by_account.clear();
        match stretches.last_mut() {
            Some(last) => last.end = end,
            None => stretches.push(0..end),
        }
        stretches
    }

    fn number(&mut self, slots: &[u32]) {
        if slots.is_empty() {
            return;
        }
        for &slot in slots {
            self.of_slot[slot as usize] = self.count;
        }
        self.count += 1;
    }

    fn value(&self, slot: usize, way: By) -> i64 {
        let object = self.slots.object[slot] as usize;
        let time = self.slots.time[slot];
        match way {
            By::Pace if self.objects.born_from.value(object) == BirthSource::OwnClock.as_str() => {
                let lag = (time - self.objects.born.value(object)) / SECOND;
                LAG_EDGES.partition_point(|&edge| edge <= lag) as i64
            }
            By::Pace => {
                let accounts = self.objects.accounts.value(object);
                let bin = POPULARITY_EDGES.partition_point(|&edge| edge <= accounts);
                (LAG_EDGES.len() + 1 + bin) as i64
            }
            By::Topic => i64::from(self.topics.of_object[object]),
            By::Hours => time.div_euclid(HOUR).rem_euclid(24) / BLOCK_HOURS,
            By::Date => time.div_euclid(24 * HOUR),
        }
    }
}

/// What a stretch holds so far.
#[derive(Default)]
struct Held {
    objects: Diversity,
    accounts: Diversity,
}

impl Held {
    fn is(&self, enough: Enough) -> bool {
        self.objects.effective() >= enough.objects && self.accounts.effective() >= enough.accounts
    }
}

/// Inverse Simpson index of things counted so far: how many equally frequent ones would be as diverse.
#[derive(Default)]
struct Diversity {
    sum: u64,
    squares: u64,
}

impl Diversity {
    /// Counts one more of a thing seen `count` times.
    fn add(&mut self, count: &mut u64) {
        self.sum += 1;
        self.squares += 2 * *count + 1;
        *count += 1;
    }

    fn effective(&self) -> f64 {
        if self.squares == 0 { 0.0 } else { (self.sum as f64).powi(2) / self.squares as f64 }
    }
}
