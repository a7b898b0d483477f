//! The Coordination Network Toolkit 1.5.2: posts of one account that have a post of another beside them.
//!
//! **Invariant:** the same directed weights as its `compute` gives, self-loops left out; a post counts
//! once for a pair however many posts of the other are beside it.
//!
//! # References
//! Graham, T., Hames, S. & Alpert, E. 2024, *The coordination network toolkit*, J. Comput. Soc. Sci.
//! 7:1139, doi:10.1007/s42001-024-00260-z.

use super::{
    meetings::ByObject,
    shares::{Share, Shares},
};

/// How often one account's posts had a post of another beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Directed {
    /// Whose posts are counted.
    pub from: u32,
    /// Who had a post beside them.
    pub to: u32,
    /// Distinct posts of `from`.
    pub posts: u32,
}

/// `co_retweet`, `co_tweet`, `co_reply`, `co_link`, `co_post`: posts with the same key in the window.
#[must_use]
pub fn messages(shares: &Shares, window_us: i64) -> Vec<Directed> {
    let mut beside = Beside::default();
    ByObject::new(&shares.rows).each(window_us, |older, newer| {
        beside.add(shares.rows[older as usize], shares.rows[newer as usize]);
    });
    beside.counted()
}

/// `co_similar_tweet`: posts in the window whose words have at least `least` of both in common (Jaccard).
///
/// Texts of fewer than `min_words` different words are like no other. `shares` must carry texts as
/// sorted sets of numbers.
#[must_use]
pub fn similar_messages(
    shares: &Shares,
    window_us: i64,
    least: f64,
    min_words: usize,
) -> Vec<Directed> {
    let mut beside = Beside::default();
    ByObject::new(&shares.rows).each(window_us, |older, newer| {
        let (one, other) = (older as usize, newer as usize);
        if shares.rows[one].account == shares.rows[other].account {
            return;
        }
        let (Some(left), Some(right)) = (shares.texts.get(one), shares.texts.get(other)) else {
            return;
        };
        let (small, large) = (left.len().min(right.len()), left.len().max(right.len()));
        // No overlap can reach the bar if the sizes are too far apart.
        if small < min_words.max(1) || (small as f64) < least * large as f64 {
            return;
        }
        let both = in_common(left, right);
        if both as f64 / (left.len() + right.len() - both) as f64 >= least {
            beside.add(shares.rows[one], shares.rows[other]);
        }
    });
    beside.counted()
}

/// How many numbers two rising lists have in common.
fn in_common(left: &[u32], right: &[u32]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < left.len() && j < right.len() {
        match left[i].cmp(&right[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                i += 1;
                j += 1;
            }
        }
    }
    both
}

/// Which post of whom had a post of whom beside it, in pieces that are made distinct as they grow.
#[derive(Default)]
struct Beside {
    found: Vec<(u32, u32, u32)>,
    distinct: usize,
}

impl Beside {
    fn add(&mut self, one: Share, other: Share) {
        if one.account == other.account || one.content == other.content {
            return;
        }
        self.found.push((one.account, other.account, one.content));
        self.found.push((other.account, one.account, other.content));
        // Bounds the memory by twice what is distinct.
        if self.found.len() > 2 * self.distinct + 4_000_000 {
            self.make_distinct();
        }
    }

    fn make_distinct(&mut self) {
        self.found.sort_unstable();
        self.found.dedup();
        self.distinct = self.found.len();
    }

    fn counted(mut self) -> Vec<Directed> {
        self.make_distinct();
        self.found
            .chunk_by(|left, right| (left.0, left.1) == (right.0, right.1))
            .map(|posts| Directed { from: posts[0].0, to: posts[0].1, posts: posts.len() as u32 })
            .collect()
    }
}
