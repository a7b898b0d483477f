//! Posts → clusters of texts that say nearly the same, in order of time.
//!
//! **Invariant:** a text joins the most similar leader that is still in use, or leads itself; it is
//! compared with leaders only, so that a chain of small changes does not drift from one text to
//! another. What is decided of a post depends on earlier posts alone, and neither on how many are
//! looked at in one go nor on where texts lie until they are compared. Memory grows with the number of
//! texts of one period, not with their length and not with all.

use std::{mem, ops::Range, slice};

use arrow_array::{Float64Array, StringArray, UInt32Array};
use concerted_model::{
    Likeness, TableError,
    plan::CopiesPlan,
    provenance::CopyCounts,
    tables::{Copies, CopiesColumns, Posts},
};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    aside::{Aside, Sets},
    disguise::{Signs, signs},
    leaders::{Leader, Placed, Round, Sketch, Text},
};
use crate::{DetectError, canonical, posts::Finder};

/// Most posts that are looked at in one go.
const MOST_AT_ONCE: u32 = 1 << 18;
/// Bytes that a post needs while it is looked at.
const A_POST: u64 = 400;
/// Texts whose character sequences are made before they are put aside.
const SKETCHED: usize = 4096;

/// What [`cluster`] gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Clustered {
    /// Which posts say the same.
    pub copies: Copies,
    /// What that shows as a whole.
    pub counts: CopyCounts,
}

/// Which posts say nearly the same, and which of them said it first?
///
/// `posts` are all tables of a case in order. A post counts if it has words of its own (it is no
/// repost) with at least twenty letters or digits. Two texts of Jaccard similarity `j` are compared
/// with probability [`chance_of_meeting`](concerted_methods::alike::chance_of_meeting)`(j)`, and
/// always if their letters are the same. Time O(n log n) for n posts, unless thousands fill in one
/// template; memory as [`Clusters`], and 4 bytes a letter of the texts of one period.
///
/// # Errors
/// [`DetectError::TooMany`] beyond 2³² posts.
///
/// # References
/// Broder 1997 for similarity; the leader algorithm after Hartigan 1975, chapter 3.
pub fn cluster(posts: &[Posts], plan: &CopiesPlan) -> Result<Clustered, DetectError> {
    in_batches(posts, plan, MOST_AT_ONCE)
}

/// [`cluster`] with so many posts in one go.
fn in_batches(posts: &[Posts], plan: &CopiesPlan, batch: u32) -> Result<Clustered, DetectError> {
    let mut clusters = Clusters::new(plan, Vec::new(), batch);
    let mut rows = Vec::new();
    for table in posts {
        clusters.hear(table, &mut rows)?;
    }
    clusters.decide(&mut rows)?;
    Ok(Clustered { copies: table_of(&rows)?, counts: clusters.counts })
}

/// How many posts to look at in one go, so that they need no more than so many bytes, if that can be.
#[must_use]
pub fn batch_in(bytes: u64) -> u32 {
    u32::try_from(bytes / A_POST).unwrap_or(u32::MAX).clamp(256, MOST_AT_ONCE)
}

/// A post with words of its own.
#[derive(Clone, Copy)]
struct Said {
    post: u32,
    time: i64,
    /// The hash of the text's key.
    text: u128,
    signs: Signs,
}

impl Said {
    /// The post of a row, if posts are numbered from `first`.
    fn of(finder: &Finder<'_>, row: u32, first: u32) -> Option<Self> {
        let written = finder.own_text(row)?;
        let text = canonical::text::hash(&canonical::text(written)?);
        Some(Self { post: first + row, time: finder.time(row), text, signs: signs(written) })
    }
}

/// A text that was said within the period.
#[derive(Clone, Copy)]
struct Known {
    /// Its row among the placed.
    place: u32,
    last: i64,
}

/// A post and where it belongs.
struct Row {
    said: Said,
    leader: u32,
    leader_text: u128,
    placed: Placed,
}

/// Posts of which nothing is decided yet.
#[derive(Default)]
struct Waiting {
    /// How many there are, with those that have no words of their own.
    posts: u32,
    said: Vec<Said>,
    /// The place of the text of each.
    places: Vec<u32>,
    /// Texts that were not known, in order of their places.
    new: Vec<Text>,
}

/// [`cluster`] for posts that come table by table and are not all held: memory is about 250 bytes for each
/// different text of one period, 400 for each post that is looked at in one go, and what the place
/// holds where character sequences are put aside.
pub struct Clusters<'p, A> {
    plan: &'p CopiesPlan,
    batch: u32,
    sets: Sets<A>,
    known: FxHashMap<u128, Known>,
    placed: Vec<Placed>,
    leaders: Vec<Leader>,
    waiting: Waiting,
    /// Posts so far.
    taken: u64,
    counts: CopyCounts,
}

impl<'p, A: Aside> Clusters<'p, A> {
    /// Begins with no posts. `batch`: so many are looked at in one go ([`batch_in`]), which changes
    /// nothing of the result; `aside`: where character sequences lie, empty.
    #[must_use]
    pub fn new(plan: &'p CopiesPlan, aside: A, batch: u32) -> Self {
        Self {
            plan,
            batch: batch.max(1),
            sets: Sets::new(aside),
            known: FxHashMap::default(),
            placed: Vec::new(),
            leaders: Vec::new(),
            waiting: Waiting::default(),
            taken: 0,
            counts: CopyCounts::default(),
        }
    }

    /// Takes the next table of posts; gives the rows that are decided by now.
    ///
    /// # Errors
    /// [`DetectError::TooMany`] beyond 2³² posts, and what can go wrong where sequences are put aside.
    pub fn take_in(&mut self, posts: &Posts) -> Result<Copies, A::Error> {
        let mut rows = Vec::new();
        self.hear(posts, &mut rows)?;
        Ok(table_of(&rows).map_err(DetectError::from)?)
    }

    /// Gives the last rows, and the counts of all.
    ///
    /// # Errors
    /// As [`Clusters::take_in`].
    pub fn finish(mut self) -> Result<Clustered, A::Error> {
        let mut rows = Vec::new();
        self.decide(&mut rows)?;
        let copies = table_of(&rows).map_err(DetectError::from)?;
        Ok(Clustered { copies, counts: self.counts })
    }

    fn hear(&mut self, posts: &Posts, rows: &mut Vec<Row>) -> Result<(), A::Error> {
        let finder = Finder::new(slice::from_ref(posts))?;
        let all = self.taken + u64::from(finder.len());
        let end = u32::try_from(all).map_err(|_| DetectError::TooMany(all))?;
        let first = end - finder.len();
        let mut from = 0;
        while from < finder.len() {
            let to = finder.len().min(from.saturating_add(self.batch - self.waiting.posts));
            self.note(&finder, from..to, first)?;
            from = to;
            if self.waiting.posts == self.batch {
                self.decide(rows)?;
            }
        }
        self.taken = all;
        Ok(())
    }

    /// Notes what rows say, for when they are decided.
    fn note(&mut self, finder: &Finder<'_>, rows: Range<u32>, first: u32) -> Result<(), A::Error> {
        self.waiting.posts += rows.end - rows.start;
        let said: Vec<Said> =
            rows.into_par_iter().filter_map(|row| Said::of(finder, row, first)).collect();
        let Some(earliest) = said.first() else { return Ok(()) };
        if self.waiting.said.is_empty() {
            self.forget(earliest.time)?;
        }
        let new = self.find_places(&said);
        let sketch = |said: &Said| {
            Sketch::of(finder.own_text(said.post - first).unwrap_or_default(), self.plan)
        };
        for some in new.chunks(SKETCHED) {
            let sketches: Vec<Sketch> = some.par_iter().map(sketch).collect();
            for (said, sketch) in some.iter().zip(sketches) {
                self.waiting.new.push(sketch.put(said.post, said.text, &mut self.sets)?);
            }
        }
        self.waiting.said.extend(said);
        Ok(())
    }

    /// Finds the place of each post's text; gives the posts whose text has not been said within the
    /// period: they are given the next places, in order.
    fn find_places(&mut self, said: &[Said]) -> Vec<Said> {
        let mut new = Vec::new();
        for said in said {
            let next = (self.placed.len() + self.waiting.new.len() + new.len()) as u32;
            let fresh = Known { place: next, last: i64::MIN };
            let known = self.known.entry(said.text).or_insert(fresh);
            if known.last < said.time - self.plan.period.as_micros() {
                known.place = next;
                new.push(*said);
            }
            known.last = said.time;
            self.waiting.places.push(known.place);
        }
        new
    }

    /// Drops what nobody has said for a period. A leader is in use as long as any of its texts.
    fn forget(&mut self, now: i64) -> Result<(), A::Error> {
        let oldest = now - self.plan.period.as_micros();
        let mut number = 0;
        let renamed: Vec<u32> = self
            .leaders
            .iter()
            .map(|leader| {
                let kept = number;
                number += u32::from(leader.last >= oldest);
                kept
            })
            .collect();
        self.leaders.retain(|leader| leader.last >= oldest);
        let mut kept = Vec::new();
        self.known.retain(|_, known| {
            let keep = known.last >= oldest;
            if keep {
                let placed = self.placed[known.place as usize];
                known.place = kept.len() as u32;
                kept.push(Placed { leader: renamed[placed.leader as usize], ..placed });
            }
            keep
        });
        self.placed = kept;
        self.sets.keep(self.leaders.iter_mut().map(|leader| &mut leader.text.set).collect())
    }

    /// Places the posts that wait.
    fn decide(&mut self, rows: &mut Vec<Row>) -> Result<(), A::Error> {
        let Waiting { said, places, new, .. } = mem::take(&mut self.waiting);
        let known = self.placed.len();
        let mut round = Round::new(self.plan, &self.leaders, &new, &mut self.sets);
        for (said, place) in said.into_iter().zip(places) {
            if place as usize == self.placed.len() {
                let newcomer = place as usize - known;
                self.placed.push(round.place(&mut self.leaders, newcomer, said.time)?);
            }
            let placed = self.placed[place as usize];
            let leader = &mut self.leaders[placed.leader as usize];
            leader.last = said.time;
            let row = Row { said, leader: leader.text.post, leader_text: leader.text.hash, placed };
            if row.leader != said.post {
                self.counts.clusters += u64::from(!mem::replace(&mut leader.led, true));
            }
            count(&mut self.counts, &row);
            rows.push(row);
        }
        self.counts.crowded += round.crowded;
        Ok(())
    }
}

fn count(counts: &mut CopyCounts, row: &Row) {
    let signs = row.said.signs;
    counts.texts += 1;
    counts.copies += u64::from(row.leader != row.said.post);
    counts.with_invisibles += u64::from(signs.invisibles > 0);
    counts.with_lookalikes += u64::from(signs.lookalikes > 0);
    counts.lookalike_copies +=
        u64::from(signs.lookalikes > 0 && row.placed.likeness == Likeness::Letters);
}

fn table_of(rows: &[Row]) -> Result<Copies, TableError> {
    let numbers = |number: fn(&Row) -> u32| UInt32Array::from_iter_values(rows.iter().map(number));
    Copies::try_new(CopiesColumns {
        post: numbers(|row| row.said.post),
        leader: numbers(|row| row.leader),
        key: StringArray::from_iter_values(
            rows.iter().map(|row| canonical::text::name(row.leader_text)),
        ),
        likeness: StringArray::from_iter_values(
            rows.iter().map(|row| row.placed.likeness.as_str()),
        ),
        similarity: Float64Array::from_iter_values(
            rows.iter().map(|row| f64::from(row.placed.similarity)),
        ),
        invisibles: numbers(|row| row.said.signs.invisibles),
        lookalikes: numbers(|row| row.said.signs.lookalikes),
    })
}

#[cfg(test)]
mod tests {
    use concerted_methods::alike::jaccard;
    use concerted_model::Span;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        copies::letters::{letters, shingle_set},
        posts::invented::posts,
    };

    const DAY: i64 = 86_400;
    const FIRST: &str = "the old bridge over the lake is open again after the long winter";
    const NEAR: &str = "the old bridge over the lake is open again after a long winter";
    const OTHER: &str = "seven geese walked along the harbour wall before the rain began";

    fn plan() -> CopiesPlan {
        CopiesPlan::default()
    }

    fn leaders(texts: &[(i64, &str)]) -> Vec<u32> {
        let posts = [posts(texts.iter().map(|&(time, text)| ("a", time, text)))];
        cluster(&posts, &plan()).unwrap().copies.leader.values().to_vec()
    }

    fn set_of(text: &str) -> Box<[u32]> {
        shingle_set(&letters(&canonical::text(text).unwrap()))
    }

    #[test]
    fn a_text_joins_who_said_nearly_the_same_before() {
        let said = [(0, FIRST), (1, OTHER), (2, NEAR), (3, FIRST)];
        let posts = [posts(said.map(|(time, text)| ("a", time, text)))];
        let found = cluster(&posts, &plan()).unwrap();
        assert_eq!(found.copies.leader.values().to_vec(), [0, 1, 0, 0]);
        assert_eq!(found.copies.key.value(2), found.copies.key.value(0));
        assert_ne!(found.copies.key.value(1), found.copies.key.value(0));
        let expected = jaccard(&set_of(FIRST), &set_of(NEAR));
        assert!((found.copies.similarity.value(2) - expected).abs() < 1e-6);
        assert_eq!(found.copies.likeness.value(2), Likeness::Similar.as_str());
        assert_eq!((found.counts.texts, found.counts.copies, found.counts.clusters), (4, 2, 1));
    }

    #[test]
    fn a_text_that_nobody_has_repeated_for_a_period_is_forgotten() {
        assert_eq!(leaders(&[(0, FIRST), (29 * DAY, NEAR), (58 * DAY, FIRST)]), [0, 0, 0]);
        assert_eq!(leaders(&[(0, FIRST), (31 * DAY, NEAR), (32 * DAY, FIRST)]), [0, 1, 1]);
    }

    #[test]
    fn a_chain_of_small_changes_does_not_drift() {
        let words: Vec<String> = FIRST.split(' ').map(str::to_owned).collect();
        let chain: Vec<String> = (0..=words.len())
            .map(|changed| {
                let kept = words[changed..].iter().map(String::as_str);
                ["geese"; 13][..changed].iter().copied().chain(kept).collect::<Vec<_>>().join(" ")
            })
            .collect();
        let said: Vec<(i64, &str)> = chain.iter().map(|text| (0, text.as_str())).collect();
        let leaders = leaders(&said);
        assert_eq!(leaders[1], 0, "one word of thirteen is a copy");
        assert!(leaders.iter().max() > Some(&2), "{leaders:?}");
        for (text, &leader) in leaders.iter().enumerate() {
            let similarity = jaccard(&set_of(&chain[text]), &set_of(&chain[leader as usize]));
            assert!(similarity >= plan().similarity, "{text} follows {leader}: {similarity}");
        }
    }

    #[test]
    fn a_similarity_of_one_leaves_equal_letters_only() {
        let said = [
            ("a", 0, FIRST),
            ("b", 1, NEAR),
            ("c", 2, "The öld brıdge… over the lake is open again after the long winter 🎉"),
        ];
        let exact = CopiesPlan { similarity: 1.0, ..plan() };
        let found = cluster(&[posts(said)], &exact).unwrap().copies;
        assert_eq!(found.leader.values().to_vec(), [0, 1, 0]);
        assert_eq!(found.likeness.value(2), Likeness::Letters.as_str());
    }

    #[test]
    fn an_article_that_holds_half_of_another_joins_it() {
        // Invented words of six letters.
        let word = |n: u64| -> String {
            let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (0..6).map(|at| char::from(b'a' + (mixed >> (8 * at + 8)) as u8 % 26)).collect()
        };
        let sentence =
            |n: u64| (0..9).map(|at| word(n * 31 + at)).collect::<Vec<_>>().join(" ") + ". ";
        let article: String = (0..40).map(sentence).collect();
        let quoting: String = (0..12).map(sentence).chain((100..140).map(sentence)).collect();
        let holding: String = (0..24).map(sentence).chain((200..214).map(sentence)).collect();
        let said = [(0, article.as_str()), (1, quoting.as_str()), (2, holding.as_str())];
        let posts = [posts(said.map(|(time, text)| ("a", time, text)))];
        let found = cluster(&posts, &plan()).unwrap().copies;
        assert_eq!(found.leader.values().to_vec(), [0, 1, 0]);
        assert_eq!(found.likeness.value(2), Likeness::Passage.as_str());
    }

    #[test]
    fn short_texts_are_not_compared() {
        let posts = [posts([("a", 0, "yes, I agree"), ("b", 1, "yes, I agree")])];
        assert!(cluster(&posts, &plan()).unwrap().copies.is_empty());
    }

    /// Texts of few words, so that many are alike, some after a month.
    fn crowd() -> impl Strategy<Value = Vec<(i64, String)>> {
        let word =
            prop::sample::select(vec!["bridge", "harbour", "garden", "winter", "geese", "moss"]);
        let text = prop::collection::vec(word, 6..9).prop_map(|words| words.join(" "));
        prop::collection::vec((0_i64..50, text), 1..60).prop_map(|mut said| {
            said.iter_mut().for_each(|(day, _)| *day *= 2 * DAY);
            said.sort();
            said
        })
    }

    proptest! {
        #[test]
        fn how_many_are_looked_at_in_one_go_changes_nothing(said in crowd(), batch in 1_u32..40) {
            let posts = [posts(said.iter().map(|(time, text)| ("a", *time, text.as_str())))];
            let whole = cluster(&posts, &plan()).unwrap();
            prop_assert_eq!(in_batches(&posts, &plan(), batch).unwrap(), whole);
        }

        #[test]
        fn whoever_joins_is_as_similar_to_its_leader_as_is_said(said in crowd()) {
            let posts = [posts(said.iter().map(|(time, text)| ("a", *time, text.as_str())))];
            let found = cluster(&posts, &plan()).unwrap().copies;
            for row in 0..found.len() {
                let leader = found.leader.value(row) as usize;
                let exact = jaccard(&set_of(&said[row].1), &set_of(&said[leader].1));
                prop_assert!(exact >= plan().similarity);
                prop_assert!((exact - found.similarity.value(row)).abs() < 1e-6);
                let gap = said[row].0 - said[leader].0;
                prop_assert!(gap <= 98 * DAY && Span::seconds(gap as u32) >= Span::ZERO);
            }
        }
    }
}
