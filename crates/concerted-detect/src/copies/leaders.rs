//! Which leader a new text belongs to, if any.
//!
//! **Invariant:** only leaders that are in use at the text's own moment are looked at, so that
//! nothing depends on how many texts are placed in one go.

use std::hash::{Hash, Hasher};

use concerted_methods::alike::{Bands, Sieve, bands, containment, fingerprints, jaccard};
use concerted_model::{Likeness, plan::CopiesPlan};
use rustc_hash::{FxHashMap, FxHasher};

use super::{
    aside::{Aside, Place, Sets},
    letters::{letters, shingles},
    meeting::Meetings,
};
use crate::canonical;

/// Leaders of one bucket that a text is held against, the latest: a bucket of more holds a
/// template that thousands fill in.
const CROWD: usize = 1024;
/// Leaders that a text is compared with in full, those first that it meets most often.
const COMPARED: usize = 48;
/// A passage is as long as a long sentence.
const PASSAGES: Sieve = Sieve { noise: 40, window: 40 };
/// Share of the passages of the shorter of two long texts that must be in the other.
const HELD: f64 = 0.5;

/// Where a text belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    /// Place of its leader.
    pub(super) leader: u32,
    pub(super) likeness: Likeness,
    /// To the leader, in `[0, 1]`.
    pub(super) similarity: f32,
}

/// A text, by what it is compared by.
#[derive(Clone)]
pub(super) struct Text {
    pub(super) post: u32,
    /// The hash of its key.
    pub(super) hash: u128,
    /// A hash of all its letters in order.
    letters: u64,
    bands: Bands,
    /// Fingerprints of its passages; none unless it is long.
    prints: Box<[u64]>,
    /// Where its character sequences lie.
    pub(super) set: Place,
}

/// A text that others are held against.
pub(super) struct Leader {
    pub(super) text: Text,
    /// When a text of its cluster was last said.
    pub(super) last: i64,
    /// Whether anybody joined it.
    pub(super) led: bool,
}

/// What a text is compared by, before its character sequences are put aside.
pub(super) struct Sketch {
    letters: u64,
    bands: Bands,
    prints: Box<[u64]>,
    set: Vec<u32>,
}

impl Sketch {
    pub(super) fn of(written: &str, plan: &CopiesPlan) -> Self {
        let letters = canonical::text(written).map(|key| letters(&key)).unwrap_or_default();
        let mut set = Vec::with_capacity(letters.len());
        shingles(&letters, &mut set);
        let bands = bands(&set);
        set.sort_unstable();
        set.dedup();
        let prints = if letters.len() >= plan.long as usize {
            let symbols: Vec<u32> = letters.iter().map(|letter| *letter as u32).collect();
            let mut prints = fingerprints(&symbols, PASSAGES);
            prints.sort_unstable();
            prints.dedup();
            prints.into_boxed_slice()
        } else {
            Box::default()
        };
        let mut hasher = FxHasher::default();
        letters.hash(&mut hasher);
        Self { letters: hasher.finish(), bands, prints, set }
    }

    /// Puts the character sequences aside.
    pub(super) fn put<A: Aside>(
        self,
        post: u32,
        hash: u128,
        sets: &mut Sets<A>,
    ) -> Result<Text, A::Error> {
        let set = sets.put(&self.set)?;
        let Self { letters, bands, prints, .. } = self;
        Ok(Text { post, hash, letters, bands, prints, set })
    }
}

/// Newcomers that are placed in order of time. Texts are numbered: the leaders known before, then
/// the newcomers.
pub(super) struct Round<'a, A> {
    plan: &'a CopiesPlan,
    newcomers: &'a [Text],
    sets: &'a mut Sets<A>,
    /// Leaders known before.
    carried: usize,
    meetings: Meetings,
    /// Places of the leaders in each bucket, in order of time.
    buckets: Vec<Vec<u32>>,
    /// Places of the leaders with each fingerprint, in order of time.
    prints: FxHashMap<u64, Vec<u32>>,
    /// Texts that had more likely leaders than were compared.
    pub(super) crowded: u64,
}

impl<'a, A: Aside> Round<'a, A> {
    pub(super) fn new(
        plan: &'a CopiesPlan,
        leaders: &[Leader],
        newcomers: &'a [Text],
        sets: &'a mut Sets<A>,
    ) -> Self {
        let texts = leaders.iter().map(|leader| &leader.text).chain(newcomers);
        let bands: Vec<&Bands> = texts.map(|text| &text.bands).collect();
        let meetings = Meetings::of(&bands, leaders.len());
        let mut round = Self {
            plan,
            newcomers,
            sets,
            carried: leaders.len(),
            buckets: vec![Vec::new(); meetings.count],
            meetings,
            prints: FxHashMap::default(),
            crowded: 0,
        };
        for (place, leader) in leaders.iter().enumerate() {
            round.enter(place, place, &leader.text.prints);
        }
        round
    }

    /// Lets a leader be found.
    fn enter(&mut self, place: usize, text: usize, prints: &[u64]) {
        for &bucket in self.meetings.buckets(text) {
            self.buckets[bucket as usize].push(place as u32);
        }
        for &print in prints {
            self.prints.entry(print).or_default().push(place as u32);
        }
    }

    /// Finds the place of a newcomer at its moment: with a leader, or as a new one.
    pub(super) fn place(
        &mut self,
        leaders: &mut Vec<Leader>,
        newcomer: usize,
        time: i64,
    ) -> Result<Placed, A::Error> {
        let oldest = time - self.plan.period.as_micros();
        if let Some(found) = self.similar(leaders, newcomer, oldest)? {
            return Ok(found);
        }
        if let Some(found) = self.holding(leaders, newcomer, oldest)? {
            return Ok(found);
        }
        let place = leaders.len();
        let text = &self.newcomers[newcomer];
        leaders.push(Leader { text: text.clone(), last: time, led: false });
        self.enter(place, self.carried + newcomer, &text.prints);
        Ok(Placed { leader: place as u32, likeness: Likeness::Same, similarity: 1.0 })
    }

    /// The most similar leader, the earliest of equals.
    fn similar(
        &mut self,
        leaders: &[Leader],
        newcomer: usize,
        oldest: i64,
    ) -> Result<Option<Placed>, A::Error> {
        let buckets = self.meetings.buckets(self.carried + newcomer);
        let lists = buckets.iter().map(|&bucket| &self.buckets[bucket as usize]);
        let (met, crowded) = most_met(lists, leaders, oldest);
        self.crowded += u64::from(crowded);
        if met.is_empty() {
            return Ok(None);
        }
        let own = &self.newcomers[newcomer];
        let own_set = self.sets.get(own.set)?.to_vec();
        let mut best: Option<Placed> = None;
        for place in met {
            let other = &leaders[place as usize].text;
            let same = own.letters == other.letters;
            if !same && self.plan.similarity >= 1.0 {
                continue;
            }
            let similarity = if same { 1.0 } else { jaccard(&own_set, self.sets.get(other.set)?) };
            let enough = same || similarity >= self.plan.similarity;
            let similarity = similarity as f32;
            let better = |best: Placed| {
                (similarity, std::cmp::Reverse(place))
                    > (best.similarity, std::cmp::Reverse(best.leader))
            };
            if enough && best.is_none_or(better) {
                let likeness = if same { Likeness::Letters } else { Likeness::Similar };
                best = Some(Placed { leader: place, likeness, similarity });
            }
        }
        Ok(best)
    }

    /// The leader that shares most of the shorter text, where both are long.
    fn holding(
        &mut self,
        leaders: &[Leader],
        newcomer: usize,
        oldest: i64,
    ) -> Result<Option<Placed>, A::Error> {
        let own = &self.newcomers[newcomer];
        if own.prints.is_empty() || self.plan.similarity >= 1.0 {
            return Ok(None);
        }
        let lists = own.prints.iter().filter_map(|print| self.prints.get(print));
        let (met, crowded) = most_met(lists, leaders, oldest);
        self.crowded += u64::from(crowded);
        let share = |place: u32| containment(&own.prints, &leaders[place as usize].text.prints);
        let held = met.into_iter().map(|place| (share(place), place)).filter(|of| of.0 >= HELD);
        let best = held.max_by(|l, r| l.0.total_cmp(&r.0).then(r.1.cmp(&l.1)));
        let Some((_, leader)) = best else { return Ok(None) };
        let own_set = self.sets.get(own.set)?.to_vec();
        let other = self.sets.get(leaders[leader as usize].text.set)?;
        let similarity = jaccard(&own_set, other) as f32;
        Ok(Some(Placed { leader, likeness: Likeness::Passage, similarity }))
    }
}

/// The leaders in use that occur most often in the lists, the earlier of equals first; and whether
/// any was passed over.
fn most_met<'l>(
    lists: impl Iterator<Item = &'l Vec<u32>>,
    leaders: &[Leader],
    oldest: i64,
) -> (Vec<u32>, bool) {
    let mut met: Vec<u32> = Vec::new();
    let mut crowded = false;
    for list in lists {
        let mut in_use =
            list.iter().rev().copied().filter(|&place| leaders[place as usize].last >= oldest);
        met.extend(in_use.by_ref().take(CROWD));
        crowded |= in_use.next().is_some();
    }
    met.sort_unstable();
    let mut counted: Vec<(usize, u32)> =
        met.chunk_by(|l, r| l == r).map(|same| (same.len(), same[0])).collect();
    counted.sort_unstable_by_key(|&(times, place)| (std::cmp::Reverse(times), place));
    crowded |= counted.len() > COMPARED;
    counted.truncate(COMPARED);
    (counted.into_iter().map(|(_, place)| place).collect(), crowded)
}
