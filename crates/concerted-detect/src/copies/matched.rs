//! How near are pairs of texts on one subject, of one period, by others than these two?
//!
//! **Invariant:** which pairs are drawn depends on the texts alone, never on what is asked; pairs of
//! one author's texts are none, and pairs that either author of a question has a part in do not count
//! in its answer: a network cannot be its own yardstick.

use rustc_hash::FxHashMap;

use crate::dice::Dice;

/// Matched pairs that are drawn for a subject and period.
const DRAWN: usize = 20_000;
/// The seed of what is drawn.
const SEED: u64 = 1;

/// A text with its place.
#[derive(Clone, Copy)]
pub(super) struct Text<'t> {
    pub(super) text: u32,
    pub(super) time: i64,
    pub(super) author: u32,
    /// Of length 1.
    pub(super) vector: &'t [f32],
}

impl Text<'_> {
    /// The cosine of two vectors of length 1, summed in a fixed order.
    pub(super) fn cosine(&self, other: &Self) -> f32 {
        const LANES: usize = 16;
        let (left, right) = (self.vector, other.vector);
        let mut sums = [0.0_f32; LANES];
        let (whole, rest) = (left.chunks_exact(LANES), left.len() / LANES * LANES);
        for (left, right) in whole.zip(right.chunks_exact(LANES)) {
            for lane in 0..LANES {
                sums[lane] += left[lane] * right[lane];
            }
        }
        let tail: f32 = left[rest..].iter().zip(&right[rest..]).map(|(l, r)| l * r).sum();
        (sums.iter().sum::<f32>() + tail).clamp(-1.0, 1.0)
    }
}

/// How near a pair is among matched pairs.
pub(super) struct Rank {
    /// Share of the pairs that are at least as near, the pair itself counted among them; no more than
    /// a bound from below once it is above the share that was asked for.
    pub(super) share: f64,
    /// Matched pairs of others.
    pub(super) of: u32,
}

/// Matched pairs of texts on one subject, by period.
pub(super) struct Matched<'s, 't> {
    subject: usize,
    texts: &'s [Text<'t>],
    period: i64,
    /// Fewest pairs with which the rank that is asked for can be reached.
    least: usize,
    /// The share that is asked for.
    rank: f64,
    /// By the number of the period; nothing stands for all periods.
    drawn: FxHashMap<Option<i64>, Pairs>,
}

impl<'s, 't> Matched<'s, 't> {
    /// `texts` in order of time; `period` in microseconds; `rank`: the share that will be asked for.
    pub(super) fn new(subject: usize, texts: &'s [Text<'t>], period: i64, rank: f64) -> Self {
        let least = (1.0 / rank.max(1e-9)).ceil() as usize;
        let period = period.max(1);
        Self { subject, texts, period, least, rank, drawn: FxHashMap::default() }
    }

    /// How near are two texts among matched pairs of others? Nothing if there are too few.
    pub(super) fn rank(&mut self, text: &Text<'_>, other: &Text<'_>, cosine: f32) -> Option<Rank> {
        let period = text.time.div_euclid(self.period);
        for which in [Some(period), None] {
            let (least, asked) = (self.least, self.rank);
            let pairs = self.pairs(which);
            let of = pairs.of_others(text.author, other.author);
            if of + 1 >= least {
                // Beyond that the share is too large, however large it is.
                let enough = (asked * (of + 1) as f64).ceil() as usize + 1;
                let nearer = pairs.at_least(cosine, text.author, other.author, enough);
                let share = (nearer + 1) as f64 / (of + 1) as f64;
                return Some(Rank { share, of: of as u32 });
            }
        }
        None
    }

    fn pairs(&mut self, which: Option<i64>) -> &Pairs {
        let (texts, period) = (self.texts, self.period);
        self.drawn.entry(which).or_insert_with(|| {
            let within = match which {
                None => texts,
                Some(number) => {
                    let from = texts.partition_point(|text| text.time.div_euclid(period) < number);
                    let to = texts.partition_point(|text| text.time.div_euclid(period) <= number);
                    &texts[from..to]
                }
            };
            let purpose = [self.subject as u64, which.map_or(u64::MAX, |number| number as u64)];
            Pairs::draw(within, &mut Dice::new(SEED, purpose))
        })
    }
}

/// Pairs of texts by two authors.
struct Pairs {
    /// Cosine and authors, the nearest first.
    pairs: Vec<(f32, u32, u32)>,
    /// Pairs that an author has a part in.
    of_author: FxHashMap<u32, u32>,
    /// Pairs of two authors, the smaller number first.
    of_both: FxHashMap<(u32, u32), u32>,
}

impl Pairs {
    /// All pairs if there are few, else some at random.
    fn draw(texts: &[Text<'_>], dice: &mut Dice) -> Self {
        let count = texts.len();
        let mut pairs = Vec::new();
        let mut take = |one: &Text<'_>, other: &Text<'_>| {
            if one.author != other.author {
                let (low, high) = (one.author.min(other.author), one.author.max(other.author));
                pairs.push((one.cosine(other), low, high));
            }
        };
        if count * count.saturating_sub(1) / 2 <= DRAWN {
            for (at, one) in texts.iter().enumerate() {
                texts[at + 1..].iter().for_each(|other| take(one, other));
            }
        } else {
            for _ in 0..DRAWN {
                take(&texts[dice.below(count)], &texts[dice.below(count)]);
            }
        }
        pairs.sort_unstable_by(|l, r| r.0.total_cmp(&l.0).then((l.1, l.2).cmp(&(r.1, r.2))));
        let (mut of_author, mut of_both) = (FxHashMap::default(), FxHashMap::default());
        for &(_, low, high) in &pairs {
            *of_author.entry(low).or_default() += 1;
            *of_author.entry(high).or_default() += 1;
            *of_both.entry((low, high)).or_default() += 1;
        }
        Self { pairs, of_author, of_both }
    }

    /// Pairs in which neither has a part.
    fn of_others(&self, one: u32, other: u32) -> usize {
        let of = |author: u32| self.of_author.get(&author).copied().unwrap_or_default() as usize;
        let both = self.of_both.get(&(one.min(other), one.max(other))).copied().unwrap_or_default();
        let taken = if one == other { of(one) } else { of(one) + of(other) - both as usize };
        self.pairs.len() - taken
    }

    /// How many of them are at least so near, counted up to `enough`.
    fn at_least(&self, cosine: f32, one: u32, other: u32, enough: usize) -> usize {
        let has = |author: u32| author == one || author == other;
        let near = self.pairs.iter().take_while(|pair| pair.0 >= cosine);
        near.filter(|(_, low, high)| !has(*low) && !has(*high)).take(enough).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(number: u32, author: u32, vector: &[f32]) -> Text<'_> {
        Text { text: number, time: 0, author, vector }
    }

    #[test]
    fn a_rank_counts_the_pairs_of_others_only() {
        let (east, north, between) = ([1.0, 0.0], [0.0, 1.0], [0.8, 0.6]);
        let texts = [
            text(0, 0, &east),
            text(1, 1, &east),
            text(2, 2, &north),
            text(3, 3, &between),
            text(4, 3, &east),
        ];
        let mut matched = Matched::new(0, &texts, 1, 0.5);
        // Of others: 2 with either text of 3, whose own two are no pair; and nothing else.
        let rank = matched.rank(&texts[0], &texts[1], 0.5).unwrap();
        assert_eq!((rank.of, rank.share), (2, 2.0 / 3.0), "0.6 is nearer, 0 is not");
        let rank = matched.rank(&texts[0], &texts[1], 0.7).unwrap();
        assert_eq!(rank.share, 1.0 / 3.0, "nearer than both");
        assert!(Matched::new(0, &texts, 1, 0.1).rank(&texts[0], &texts[1], 0.7).is_none());
    }
}
