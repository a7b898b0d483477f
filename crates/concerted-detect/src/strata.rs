//! Strata of slots: within one, any account could as well have been the one that acted.
//!
//! A slot is an action without its account, on an object of several accounts or of one. Slots are divided by what makes accounts act at the
//! same moments without coordination: the place that they come back to, the source that they follow, how soon after its birth an
//! object is acted on (or how popular it is, where births are unknown), its topic, the hour of
//! the day, the date. Each division is as fine as the data can bear and no finer: a stratum holds
//! many objects and many accounts, so that no burst and no network can be its own explanation.
//!
//! **Invariant:** every slot is in exactly one stratum; strata are numbered from 0 without gaps.

use std::{
    ops::Range,
    sync::{Mutex, PoisonError},
};

use concerted_model::tables::Objects;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    places::{Places, REGULARS},
    slots::{ByKey, Slots},
    topics::Topics,
};

/// What a stratum of one source holds at least. Followers may be few, since they are what is
/// compared; but no single object may weigh more than a quarter, or a burst would explain itself.
const ENOUGH_OF_SOURCE: Enough = Enough { objects: 10, largest_share: 0.25, accounts: 0.0 };
/// Fewest accounts that a source is followed by: fewer would be their own explanation.
pub(crate) const FOLLOWERS: usize = 25;
/// What a stratum of one place holds at least.
const ENOUGH_OF_PLACE: Enough =
    Enough { objects: 1, largest_share: 1.0, accounts: REGULARS as f64 };
/// What any other stratum holds at least.
const ENOUGH: Enough = Enough { objects: 30, largest_share: 0.1, accounts: 200.0 };

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;
/// Upper edges of the bins of lag since birth, in seconds.
const LAG_EDGES: [i64; 6] = [15, 60, 240, 900, 3600, 14400];
/// Lower edges of the bins of popularity, in accounts.
const POPULARITY_EDGES: [u32; 6] = [3, 6, 12, 25, 50, 100];
/// The bin of objects that one account acted on; bins of popularity follow it, those of lag precede it.
const POPULARITY_OF_ONE: i64 = LAG_EDGES.len() as i64 + 1;
/// Hours of the day that are one bin.
const BLOCK_HOURS: i64 = 4;
/// Values that slots are counted by; with more than these, and more than slots, they are sorted.
const MOST_VALUES: i64 = 1 << 16;

/// Which stratum each slot is in.
pub(crate) struct Strata {
    /// By slot: those on shared objects, then those alone.
    pub(crate) of_slot: Vec<u32>,
    /// Number of strata.
    pub(crate) count: usize,
}

/// Divides the slots of one trace. O(n) for n slots; memory 8 bytes a slot, and for each thread 8 an account
/// and object. The number of threads changes nothing.
pub(crate) fn divide(
    slots: &Slots<'_>,
    objects: &Objects,
    topics: &Topics,
    places: &Places,
) -> Strata {
    let acted = slots.account.iter().chain(slots.alone_account);
    let accounts = acted.max().map_or(0, |&last| last as usize + 1);
    let first = slots.object.first().copied().unwrap_or_default();
    let last = slots.object.last().map_or(0, |&last| last + 1);
    let divider = Divider {
        slots,
        objects,
        topics,
        places,
        first,
        popularity: (first..last).map(|object| popularity(objects, object as usize)).collect(),
        accounts,
        scratch: Mutex::default(),
    };
    let (mut of_places, rest) = divider.by_place();
    let (mut of_sources, mut rest) = divider.by_source(rest);
    let places = divider.split_each(&mut of_places, &[By::Date, By::Hours], ENOUGH_OF_PLACE);
    let sources = divider.split_each(&mut of_sources, &[By::Pace], ENOUGH_OF_SOURCE);
    let others =
        divider.split_apart(&mut rest, &[By::Pace, By::Topic, By::Hours, By::Date], ENOUGH);
    drop(divider);
    let mut strata = Strata { of_slot: vec![0; slots.len() + slots.alone_account.len()], count: 0 };
    let divided = of_places.iter().zip(places).chain(of_sources.iter().zip(sources));
    for (slots, leaves) in divided.chain([(&rest, others)]) {
        strata.number(slots, &leaves);
    }
    strata
}

impl Strata {
    /// Numbers consecutive stretches of so many slots each.
    fn number(&mut self, mut slots: &[u32], leaves: &[usize]) {
        for &leaf in leaves.iter().filter(|&&leaf| leaf > 0) {
            let (own, rest) = slots.split_at(leaf);
            own.iter().for_each(|&slot| self.of_slot[slot as usize] = self.count as u32);
            self.count += 1;
            slots = rest;
        }
    }
}

/// The bin of an object's popularity, where its birth is not known.
fn popularity(objects: &Objects, object: usize) -> Option<i8> {
    if objects.known_birth(object).is_some() {
        return None;
    }
    let accounts = objects.accounts.value(object);
    let bin = POPULARITY_EDGES.partition_point(|&edge| edge <= accounts);
    Some((POPULARITY_OF_ONE + 1 + bin as i64) as i8)
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

/// What a stratum must hold.
#[derive(Clone, Copy)]
struct Enough {
    /// Objects.
    objects: u64,
    /// Largest share of the slots, in `[0, 1]`, that one object may have.
    largest_share: f64,
    /// Effective number of accounts (inverse Simpson index).
    accounts: f64,
}

struct Divider<'a> {
    slots: &'a Slots<'a>,
    objects: &'a Objects,
    topics: &'a Topics,
    places: &'a Places,
    /// Row of the first object.
    first: u32,
    /// By object from the first on.
    popularity: Vec<Option<i8>>,
    accounts: usize,
    /// Memory that nobody uses at the moment.
    scratch: Mutex<Vec<Scratch>>,
}

/// What is counted in the present stretch.
struct Scratch {
    by_object: Counts,
    by_account: Counts,
}

impl Scratch {
    fn next_stretch(&mut self) {
        self.by_object.next_stretch();
        self.by_account.next_stretch();
    }
}

/// How often each thing was seen in the present stretch.
struct Counts {
    /// The stretch that each was last seen in, and how often.
    seen: Vec<(u32, u32)>,
    stretch: u32,
}

impl Counts {
    fn of(things: usize) -> Self {
        Self { seen: vec![(0, 0); things], stretch: 1 }
    }

    fn next_stretch(&mut self) {
        self.stretch += 1;
    }

    fn get(&mut self, thing: usize) -> &mut u32 {
        let (stretch, count) = &mut self.seen[thing];
        if *stretch != self.stretch {
            (*stretch, *count) = (self.stretch, 0);
        }
        count
    }
}

impl Divider<'_> {
    /// Slots of each place that many accounts come back to, and the other objects.
    fn by_place(&self) -> (Vec<Vec<u32>>, Vec<Range<usize>>) {
        let (places, rest): (Vec<_>, Vec<_>) = self
            .slots
            .objects()
            .partition(|range| self.places.holds(self.slots.object[range.start]));
        let slots = |range: Range<usize>| (range.start as u32..range.end as u32).collect();
        (places.into_iter().map(slots).collect(), rest)
    }

    /// Slots of each source with enough objects of its own, in order of name, and all other slots.
    fn by_source(&self, objects: Vec<Range<usize>>) -> (Vec<Vec<u32>>, Vec<u32>) {
        let mut of_source: FxHashMap<&str, (u64, Vec<u32>)> = FxHashMap::default();
        let mut rest = Vec::new();
        for range in objects {
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
            let followers: FxHashSet<u32> =
                slots.iter().map(|&slot| self.slots.account[slot as usize]).collect();
            if objects >= ENOUGH_OF_SOURCE.objects && followers.len() >= FOLLOWERS {
                large.push((source, slots));
            } else {
                rest.extend(slots);
            }
        }
        large.sort();
        rest.sort_unstable();
        let shared = self.slots.len();
        rest.extend(shared as u32..(shared + self.slots.alone_account.len()) as u32);
        (large.into_iter().map(|(_, slots)| slots).collect(), rest)
    }

    fn with_scratch<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let lock = || self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let free = lock().pop();
        let mut scratch = free.unwrap_or_else(|| Scratch {
            by_object: Counts::of(self.popularity.len()),
            by_account: Counts::of(self.accounts),
        });
        let found = work(&mut scratch);
        lock().push(scratch);
        found
    }

    /// As [`Divider::split`], each by itself, on as many threads as there are.
    fn split_each(&self, all: &mut [Vec<u32>], ways: &[By], enough: Enough) -> Vec<Vec<usize>> {
        let split = |slots: &mut Vec<u32>| {
            self.with_scratch(|scratch| self.split(slots, ways, enough, scratch))
        };
        all.par_iter_mut().map(split).collect()
    }

    /// As [`Divider::split`], the stretches of the first way on as many threads as there are.
    fn split_apart(&self, slots: &mut [u32], ways: &[By], enough: Enough) -> Vec<usize> {
        let Some((&way, finer)) = ways.split_first() else { return vec![slots.len()] };
        let ends = self.in_order(slots, way);
        let stretches = self.with_scratch(|scratch| self.stretches(slots, &ends, enough, scratch));
        let mut parts: Vec<&mut [u32]> = Vec::new();
        let mut rest = slots;
        for stretch in stretches {
            let (own, later) = rest.split_at_mut(stretch.len());
            parts.push(own);
            rest = later;
        }
        let split = |part: &mut [u32]| {
            self.with_scratch(|scratch| self.split(part, finer, enough, scratch))
        };
        let leaves: Vec<Vec<usize>> = parts.into_par_iter().map(split).collect();
        leaves.concat()
    }

    /// Cuts `slots` into consecutive stretches of the first of `ways`, each holding enough, and
    /// goes on with the next way inside each. Returns how many slots each of the last ones has.
    fn split(
        &self,
        slots: &mut [u32],
        ways: &[By],
        enough: Enough,
        scratch: &mut Scratch,
    ) -> Vec<usize> {
        let Some((&way, finer)) = ways.split_first() else { return vec![slots.len()] };
        let ends = self.in_order(slots, way);
        let mut leaves = Vec::new();
        for stretch in self.stretches(slots, &ends, enough, scratch) {
            leaves.append(&mut self.split(&mut slots[stretch], finer, enough, scratch));
        }
        leaves
    }

    /// Puts slots in order of a value, those of one value as they were; returns where each value ends.
    fn in_order(&self, slots: &mut [u32], way: By) -> Vec<usize> {
        let value = |&slot: &u32| self.value(slot as usize, way);
        let (least, most) = slots
            .iter()
            .map(value)
            .fold((i64::MAX, i64::MIN), |(least, most), value| (least.min(value), most.max(value)));
        let span = most.saturating_sub(least).max(0);
        if span > MOST_VALUES.max(slots.len() as i64) {
            slots.sort_by_key(value);
            let last = |&end: &usize| slots.get(end).map(value) != Some(value(&slots[end - 1]));
            return (1..=slots.len()).filter(last).collect();
        }
        let place = |slot: &u32| (value(slot) - least) as usize;
        let mut next = vec![0_usize; span as usize + 2];
        slots.iter().for_each(|slot| next[place(slot) + 1] += 1);
        for value in 1..next.len() {
            next[value] += next[value - 1];
        }
        let before = slots.to_vec();
        for slot in before {
            let next = &mut next[place(&slot)];
            slots[*next] = slot;
            *next += 1;
        }
        next.pop();
        next.dedup();
        next
    }

    /// Shortest stretches of whole values that hold enough; what is left joins the last.
    fn stretches(
        &self,
        slots: &[u32],
        ends: &[usize],
        enough: Enough,
        scratch: &mut Scratch,
    ) -> Vec<Range<usize>> {
        let mut stretches: Vec<Range<usize>> = Vec::new();
        let (mut start, mut from) = (0, 0);
        let mut held = Held::default();
        scratch.next_stretch();
        for &end in ends {
            for &slot in &slots[from..end] {
                let account = match (slot as usize).checked_sub(self.slots.len()) {
                    None => {
                        let object = self.slots.object[slot as usize] - self.first;
                        held.objects.add(scratch.by_object.get(object as usize));
                        self.slots.account[slot as usize]
                    }
                    Some(alone) => {
                        held.objects.add(&mut 0);
                        self.slots.alone_account[alone]
                    }
                };
                held.accounts.add(scratch.by_account.get(account as usize));
            }
            from = end;
            if held.is(enough) {
                stretches.push(start..end);
                start = end;
                held = Held::default();
                scratch.next_stretch();
            }
        }
        match stretches.last_mut() {
            Some(last) => last.end = slots.len(),
            None => stretches.push(0..slots.len()),
        }
        stretches
    }

    fn value(&self, slot: usize, way: By) -> i64 {
        let Some(alone) = slot.checked_sub(self.slots.len()) else {
            return self.value_on_object(slot, way);
        };
        match way {
            By::Pace => POPULARITY_OF_ONE,
            By::Topic => {
                i64::from(self.topics.of_account[self.slots.alone_account[alone] as usize])
            }
            By::Hours | By::Date => moment(self.slots.alone_time[alone], way),
        }
    }

    fn value_on_object(&self, slot: usize, way: By) -> i64 {
        let object = self.slots.object[slot];
        let time = self.slots.time[slot];
        match way {
            By::Pace => match self.popularity[(object - self.first) as usize] {
                Some(bin) => i64::from(bin),
                None => {
                    let lag = (time - self.objects.born.value(object as usize)) / SECOND;
                    LAG_EDGES.partition_point(|&edge| edge <= lag) as i64
                }
            },
            By::Topic => i64::from(self.topics.of_object[object as usize]),
            By::Hours | By::Date => moment(time, way),
        }
    }
}

/// The hours of the day, or else the date, of a moment.
fn moment(time: i64, way: By) -> i64 {
    match way {
        By::Hours => time.div_euclid(HOUR).rem_euclid(24) / BLOCK_HOURS,
        _ => time.div_euclid(24 * HOUR),
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
        self.objects.different >= enough.objects
            && self.objects.largest as f64 <= enough.largest_share * self.objects.sum as f64
            && self.accounts.effective() >= enough.accounts
    }
}

/// How diverse the things counted so far are.
#[derive(Default)]
struct Diversity {
    sum: u64,
    squares: u64,
    different: u64,
    largest: u64,
}

impl Diversity {
    /// Counts one more of a thing seen `count` times.
    fn add(&mut self, count: &mut u32) {
        self.sum += 1;
        self.squares += 2 * u64::from(*count) + 1;
        self.different += u64::from(*count == 0);
        *count += 1;
        self.largest = self.largest.max(u64::from(*count));
    }

    /// Inverse Simpson index: how many equally frequent things would be as diverse.
    fn effective(&self) -> f64 {
        if self.squares == 0 { 0.0 } else { (self.sum as f64).powi(2) / self.squares as f64 }
    }
}

/// The slots of each stratum.
pub(crate) struct SlotsOfStratum(ByKey);

impl SlotsOfStratum {
    pub(crate) fn of_strata(of_slot: &[u32], count: usize) -> Self {
        Self(ByKey::of(count, of_slot.iter().copied().zip(0..)))
    }

    pub(crate) fn of(&self, stratum: u32) -> &[u32] {
        self.0.get(stratum)
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::{StringArray, UInt32Array};
    use concerted_model::tables::{ObjectsColumns, times};

    use super::*;

    const DAY: i64 = 24 * HOUR;
    const HASHTAGS: usize = 40;
    const USERS: u32 = 30;

    /// The strata of forty hashtags with the same users, each on one evening of its own, but for the
    /// first, under which they meet on `evenings`.
    fn strata_of_hashtags(evenings: i64, born_from: &str) -> (Strata, usize) {
        let first = (0..evenings).flat_map(|day| (0..USERS).map(move |user| (0, user, day)));
        let others =
            (1..HASHTAGS as u32).flat_map(|tag| (0..USERS).map(move |user| (tag, user, 1)));
        let rows: Vec<(u32, u32, i64)> = first.chain(others).collect();
        let object: Vec<u32> = rows.iter().map(|row| row.0).collect();
        let account: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let time: Vec<i64> =
            rows.iter().map(|row| row.2 * DAY + i64::from(row.1) * 60 * SECOND).collect();
        let keys: Vec<String> = (0..HASHTAGS).map(|tag| format!("{tag:02}")).collect();
        let objects = Objects::try_new(ObjectsColumns {
            trace: keys.iter().map(|_| Some("hashtag")).collect(),
            key: StringArray::from_iter_values(&keys),
            source: keys.iter().map(|_| None::<&str>).collect(),
            born: times(vec![0; HASHTAGS]),
            born_from: keys.iter().map(|_| Some(born_from)).collect(),
            accounts: UInt32Array::from(vec![USERS; HASHTAGS]),
        })
        .unwrap();
        let slots = Slots {
            object: &object,
            account: &account,
            time: &time,
            alone_account: &[],
            alone_time: &[],
        };
        let topics = Topics { of_object: vec![0; HASHTAGS], of_account: vec![0; USERS as usize] };
        let places = Places::of(&slots, &objects);
        (divide(&slots, &objects, &topics, &places), (evenings as usize) * USERS as usize)
    }

    #[test]
    fn a_place_that_many_come_back_to_is_compared_with_itself_evening_by_evening() {
        let (strata, place) = strata_of_hashtags(3, "first-sighting");
        let (of_place, of_rest) = strata.of_slot.split_at(place);
        assert!(of_place.iter().all(|stratum| !of_rest.contains(stratum)));
        let evenings: Vec<&[u32]> = of_place.chunks(USERS as usize).collect();
        assert!(evenings.iter().all(|evening| evening.iter().all(|s| *s == evening[0])));
        assert!(evenings[0][0] != evenings[1][0] && evenings[1][0] != evenings[2][0]);
    }

    #[test]
    fn what_is_used_on_one_evening_or_is_born_is_no_place() {
        for (evenings, born_from) in [(1, "first-sighting"), (3, "own-clock")] {
            let (strata, place) = strata_of_hashtags(evenings, born_from);
            let (of_first, of_rest) = strata.of_slot.split_at(place);
            assert!(of_first.iter().all(|stratum| of_rest.contains(stratum)), "{born_from}");
        }
    }

    #[test]
    fn stretches_are_numbered_in_order_and_empty_ones_have_no_number() {
        let mut strata = Strata { of_slot: vec![9; 5], count: 0 };
        strata.number(&[4, 0], &[2]);
        strata.number(&[], &[0]);
        strata.number(&[1, 3, 2], &[1, 0, 2]);
        assert_eq!((strata.of_slot, strata.count), (vec![0, 1, 2, 2, 0], 3));
    }

    #[test]
    fn every_slot_is_in_its_stratum() {
        let slots = SlotsOfStratum::of_strata(&[1, 0, 1, 2], 3);
        assert_eq!(slots.of(0), [1]);
        assert_eq!(slots.of(1), [0, 2]);
        assert_eq!(slots.of(2), [3]);
    }
}
