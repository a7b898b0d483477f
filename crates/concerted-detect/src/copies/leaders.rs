//! Which leader a new text belongs to, if any.
//!
//! **Invariant:** only leaders that are in use at the text's own moment are looked at, so that
//! nothing depends on how many texts are placed in one go.

use concerted_methods::alike::{Bands, Sieve, bands, containment, fingerprints, jaccard};
use concerted_model::{Likeness, plan::CopiesPlan};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

use super::{
    letters::{letters, shingle_set, shingles},
    meeting::Meetings,
};
use crate::{canonical, posts::Finder};

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

/// A text that was not known.
pub(super) struct Newcomer {
    post: u32,
    text: u128,
    bands: Bands,
    /// Fingerprints of its passages; none unless it is long.
    prints: Box<[u64]>,
}

/// A text that others are held against.
pub(super) struct Leader {
    pub(super) post: u32,
    /// The hash of its key.
    pub(super) text: u128,
    /// When a text of its cluster was last said.
    pub(super) last: i64,
    bands: Bands,
    prints: Box<[u64]>,
}

/// What texts are compared by.
struct Compared {
    /// A hash of all letters in order.
    letters: u64,
    /// Hashes of the character sequences, in rising order.
    set: Box<[u32]>,
}

impl Newcomer {
    pub(super) fn of(finder: &Finder<'_>, post: u32, text: u128, plan: &CopiesPlan) -> Self {
        let letters = letters_of(finder, post);
        let mut sequences = Vec::with_capacity(letters.len());
        shingles(&letters, &mut sequences);
        let prints = if letters.len() >= plan.long as usize {
            let symbols: Vec<u32> = letters.iter().map(|letter| *letter as u32).collect();
            let mut prints = fingerprints(&symbols, PASSAGES);
            prints.sort_unstable();
            prints.dedup();
            prints.into_boxed_slice()
        } else {
            Box::default()
        };
        Self { post, text, bands: bands(&sequences), prints }
    }
}

/// The letters of a post's own text; none if it has no text.
fn letters_of(finder: &Finder<'_>, post: u32) -> Vec<char> {
    let key = finder.own_text(post).and_then(canonical::text);
    key.map(|key| letters(&key)).unwrap_or_default()
}

impl Compared {
    fn of(finder: &Finder<'_>, post: u32) -> Self {
        let letters = letters_of(finder, post);
        let mut hasher = FxHasher::default();
        letters.hash(&mut hasher);
        Self { letters: hasher.finish(), set: shingle_set(&letters) }
    }
}

/// Newcomers that are placed in order of time. Texts are numbered: the leaders known before, then
/// the newcomers.
pub(super) struct Round<'a> {
    plan: &'a CopiesPlan,
    newcomers: &'a [Newcomer],
    /// Leaders known before.
    carried: usize,
    meetings: Meetings,
    /// Texts by number; absent if a text meets nobody.
    compared: Vec<Option<Compared>>,
    /// Places of the leaders in each bucket, in order of time.
    buckets: Vec<Vec<u32>>,
    /// Places of the leaders with each fingerprint, in order of time.
    prints: FxHashMap<u64, Vec<u32>>,
    /// The text of each leader, by place.
    text_of: Vec<u32>,
    /// Texts that had more likely leaders than were compared.
    pub(super) crowded: u64,
}

impl<'a> Round<'a> {
    pub(super) fn new(
        finder: &Finder<'_>,
        plan: &'a CopiesPlan,
        leaders: &[Leader],
        newcomers: &'a [Newcomer],
    ) -> Self {
        let known = leaders.iter().map(|leader| (leader.post, &leader.bands, &leader.prints));
        let new = newcomers.iter().map(|text| (text.post, &text.bands, &text.prints));
        let texts: Vec<_> = known.chain(new).collect();
        let meetings = Meetings::of(&texts.iter().map(|text| *text.1).collect::<Vec<_>>());
        let compared = texts
            .par_iter()
            .enumerate()
            .map(|(text, (post, _, prints))| {
                let may_meet = !meetings.buckets(text).is_empty() || !prints.is_empty();
                may_meet.then(|| Compared::of(finder, *post))
            })
            .collect();
        let mut round = Self {
            plan,
            newcomers,
            carried: leaders.len(),
            buckets: vec![Vec::new(); meetings.count],
            meetings,
            compared,
            prints: FxHashMap::default(),
            text_of: Vec::with_capacity(leaders.len()),
            crowded: 0,
        };
        for (place, leader) in leaders.iter().enumerate() {
            round.enter(place, place, &leader.prints);
        }
        round
    }

    /// Lets a leader be found.
    fn enter(&mut self, place: usize, text: usize, prints: &[u64]) {
        self.text_of.push(text as u32);
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
    ) -> Placed {
        let text = self.carried + newcomer;
        let oldest = time - self.plan.period.as_micros();
        let found = self.similar(leaders, text, oldest);
        let found = found.or_else(|| self.holding(leaders, newcomer, oldest));
        found.unwrap_or_else(|| {
            let place = leaders.len();
            let new = &self.newcomers[newcomer];
            leaders.push(Leader {
                post: new.post,
                text: new.text,
                last: time,
                bands: new.bands,
                prints: new.prints.clone(),
            });
            self.enter(place, text, &new.prints);
            Placed { leader: place as u32, likeness: Likeness::Same, similarity: 1.0 }
        })
    }

    /// The most similar leader, the earliest of equals.
    fn similar(&mut self, leaders: &[Leader], text: usize, oldest: i64) -> Option<Placed> {
        let own = self.compared[text].as_ref()?;
        let lists =
            self.meetings.buckets(text).iter().map(|&bucket| &self.buckets[bucket as usize]);
        let (met, crowded) = most_met(lists, leaders, oldest);
        self.crowded += u64::from(crowded);
        let mut best: Option<Placed> = None;
        for place in met {
            let Some(other) = self.compared[self.text_of[place as usize] as usize].as_ref() else {
                continue;
            };
            let same = own.letters == other.letters;
            let similarity = if same { 1.0 } else { jaccard(&own.set, &other.set) };
            let enough = same || similarity >= self.plan.similarity && self.plan.similarity < 1.0;
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
        best
    }

    /// The leader that shares most of the shorter text, where both are long.
    fn holding(&mut self, leaders: &[Leader], newcomer: usize, oldest: i64) -> Option<Placed> {
        let prints = &self.newcomers[newcomer].prints;
        if prints.is_empty() || self.plan.similarity >= 1.0 {
            return None;
        }
        let own = self.compared[self.carried + newcomer].as_ref()?;
        let lists = prints.iter().filter_map(|print| self.prints.get(print));
        let (met, crowded) = most_met(lists, leaders, oldest);
        self.crowded += u64::from(crowded);
        let held = met.into_iter().filter_map(|place| {
            let other = self.compared[self.text_of[place as usize] as usize].as_ref()?;
            let share = containment(prints, &leaders[place as usize].prints);
            let similarity = jaccard(&own.set, &other.set) as f32;
            let placed = Placed { leader: place, likeness: Likeness::Passage, similarity };
            (share >= HELD).then_some((share, placed))
        });
        let best = held.max_by(|l, r| l.0.total_cmp(&r.0).then(r.1.leader.cmp(&l.1.leader)));
        best.map(|(_, placed)| placed)
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
