//! Test W, "what": do two accounts choose the same objects of a source more often than its other followers?
//!
//! Within a source (or a topic, where the source is small or unknown) objects are chosen by their
//! popularity alone: account a takes part in object o with probability k_a d_o / E, where k_a is
//! how often it acts on the source, d_o how many act on the object, E all actions. Time plays no
//! part: this shows common selection, not synchrony, and independent programs that repost all of
//! one source have it too. So it is reported beside an edge and claims none.
//!
//! **Invariant:** the number shared is compared in sittings, its mean in objects: conservative.
//!
//! # References
//! METHODS 2.7, test W: source-stratified bipartite configuration model (Saracco et al. 2017).

use concerted_methods::tails::ln_poisson_upper;
use concerted_model::{Span, tables::Objects};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    DetectError,
    meetings::{OwnSlots, count_sittings},
    slots::Slots,
    timing::Suspects,
    topics::Topics,
};

/// What a source holds at least to be compared by itself.
const OBJECTS: u32 = 10;
const FOLLOWERS: usize = 25;

/// ln p of each of `suspects`.
///
/// O(n) for n slots, then the strata and shared objects of each pair.
pub(crate) fn test(
    slots: &Slots<'_>,
    objects: &Objects,
    topics: &Topics,
    suspects: &[Suspects],
    gap: Span,
) -> Result<Vec<f64>, DetectError> {
    let model = Model::of(slots, objects, topics, suspects);
    let own = OwnSlots::of(slots, suspects.iter().flat_map(|pair| [pair.a, pair.b]));
    suspects
        .iter()
        .map(|pair| {
            let mut times = Vec::new();
            own.each_shared(slots, pair.a, pair.b, |one, other| {
                times.push(slots.time[one].min(slots.time[other]));
            });
            times.sort_unstable();
            let shared = count_sittings(&times, gap.as_micros());
            ln_poisson_upper(shared, model.expected(pair.a, pair.b))
                .map_err(|error| DetectError::refused("Poisson tail", error))
        })
        .collect()
}

/// Objects of one source, or of one topic.
#[derive(Clone, Copy, Default)]
struct Stratum {
    /// Actions: E.
    actions: f64,
    /// Σ d (d − 1) over objects.
    pairs: f64,
}

pub(crate) struct Model {
    strata: Vec<Stratum>,
    /// Of each suspect, its actions by stratum, in order.
    acts: FxHashMap<u32, Vec<(u32, f64)>>,
}

impl Model {
    pub(crate) fn of(
        slots: &Slots<'_>,
        objects: &Objects,
        topics: &Topics,
        suspects: &[Suspects],
    ) -> Self {
        let large = large_sources(slots, objects);
        let mut numbers: FxHashMap<Stratified<'_>, u32> = FxHashMap::default();
        let mut strata: Vec<Stratum> = Vec::new();
        let mut acts: FxHashMap<u32, FxHashMap<u32, f64>> =
            suspects.iter().flat_map(|s| [(s.a, <_>::default()), (s.b, <_>::default())]).collect();
        for range in slots.objects() {
            let row = slots.object[range.start] as usize;
            let next = strata.len() as u32;
            let number = *numbers.entry(kind(objects, topics, &large, row)).or_insert(next);
            if number == next {
                strata.push(Stratum::default());
            }
            let degree = range.len() as f64;
            strata[number as usize].actions += degree;
            strata[number as usize].pairs += degree * (degree - 1.0);
            for slot in range {
                if let Some(acts) = acts.get_mut(&slots.account[slot]) {
                    *acts.entry(number).or_default() += 1.0;
                }
            }
        }
        let in_order = |acts: FxHashMap<u32, f64>| {
            let mut acts: Vec<(u32, f64)> = acts.into_iter().collect();
            acts.sort_by_key(|act| act.0);
            acts
        };
        Self { strata, acts: acts.into_iter().map(|(a, acts)| (a, in_order(acts))).collect() }
    }

    /// Σ_s k_as k_bs Σ_o d_o (d_o − 1) / (E_s (E_s − 1)).
    pub(crate) fn expected(&self, a: u32, b: u32) -> f64 {
        let (Some(left), Some(right)) = (self.acts.get(&a), self.acts.get(&b)) else { return 0.0 };
        let mut sum = 0.0;
        for &(stratum, of_a) in left {
            if let Ok(place) = right.binary_search_by_key(&stratum, |act| act.0) {
                let Stratum { actions, pairs } = self.strata[stratum as usize];
                sum += of_a * right[place].1 * pairs / (actions * (actions - 1.0)).max(1.0);
            }
        }
        sum
    }
}

#[derive(PartialEq, Eq, Hash)]
enum Stratified<'a> {
    Source(&'a str),
    Topic(u32),
}

fn kind<'a>(
    objects: &'a Objects,
    topics: &Topics,
    large: &FxHashSet<&str>,
    row: usize,
) -> Stratified<'a> {
    match source(objects, row).filter(|source| large.contains(source)) {
        Some(source) => Stratified::Source(source),
        None => Stratified::Topic(topics.of_object[row]),
    }
}

fn source(objects: &Objects, row: usize) -> Option<&str> {
    arrow_array::Array::is_valid(&objects.source, row).then(|| objects.source.value(row))
}

/// Sources with enough objects and followers to be compared by themselves.
fn large_sources<'a>(slots: &Slots<'_>, objects: &'a Objects) -> FxHashSet<&'a str> {
    let mut held: FxHashMap<&str, (u32, FxHashSet<u32>)> = FxHashMap::default();
    for range in slots.objects() {
        if let Some(source) = source(objects, slots.object[range.start] as usize) {
            let (count, followers) = held.entry(source).or_default();
            *count += 1;
            followers.extend(&slots.account[range]);
        }
    }
    held.retain(|_, (count, followers)| *count >= OBJECTS && followers.len() >= FOLLOWERS);
    held.into_keys().collect()
}
