//! Vectors of texts → which texts may be rewordings or translations of each other.
//!
//! **Invariant:** no similarity counts by itself. Two texts are candidates if they are nearer to each
//! other than all but a few pairs of other accounts' texts on the same subject and of the same weeks. A
//! text joins the nearest leader or leads itself, so that a chain of likenesses does not drift. What
//! made the vectors is no business of this file.

use arrow_array::{Float64Array, StringArray, UInt32Array};
use concerted_methods::spectral::{SpectralError, kmeans};
use concerted_model::{
    plan::CopiesPlan,
    provenance::RewordingCounts,
    tables::{Copies, Posts, Rewordings, RewordingsColumns},
};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::matched::{Matched, Text};
use crate::{DetectError, canonical, posts::Finder};

/// Texts for which one more subject is worth its while.
const A_SUBJECT: usize = 1000;
/// Most subjects.
const SUBJECTS: usize = 32;
/// Texts that subjects are learned from, spread over all.
const LEARNED_FROM: usize = 2000;

/// A text and what a model is given of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Row of the post that leads its cluster of copies.
    pub text: u32,
    /// The words, without addresses and mentioned names.
    pub words: String,
}

/// The different texts of posts: one for each cluster of copies, in order of time. `copies` are all
/// tables of copies, in order.
///
/// # Errors
/// [`DetectError::TooMany`] beyond 2³² posts.
pub fn words(posts: &[Posts], copies: &[Copies]) -> Result<Vec<Words>, DetectError> {
    let finder = Finder::new(posts)?;
    let rows = copies.iter().flat_map(|of| of.post.values().iter().zip(of.leader.values()));
    let leading = rows.filter(|(post, leader)| post == leader);
    let words =
        leading.filter_map(|(&text, _)| Some(Words { text, words: said(finder.own_text(text)?) }));
    Ok(words.collect())
}

/// What a text says beside addresses and names.
fn said(written: &str) -> String {
    let masked = |word: &&str| !(word.contains("://") || word.starts_with('@') || *word == "RT");
    let words: Vec<&str> = written.split_whitespace().filter(masked).collect();
    words.join(" ").replace('#', "")
}

/// What [`rewordings`] gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Reworded {
    /// Candidates.
    pub rewordings: Rewordings,
    /// What that shows as a whole.
    pub counts: RewordingCounts,
}

/// Which texts may be rewordings of each other?
///
/// Null for a pair of texts: it is a pair like any other of its subject and period, by other accounts. The
/// subject is the nearest of at most 32 means of texts (k-means), the period `copies.period`; where
/// fewer pairs are there than the rank needs, all periods of the subject are taken together. `words` as
/// [`words`] gives them; `vectors`: `dim` numbers for each, in that order. `copies.rewording_rank`:
/// the largest share of matched pairs that may be as near. Time
/// O(n · m · dim) for n texts and m leaders of one subject and period; memory 4 · dim bytes a text.
///
/// # Errors
/// [`DetectError::Computation`] if the vectors are not those of the words: a bug.
///
/// # References
/// The rank is a permutation test's p-value (Phipson & Smyth 2010); the leader algorithm after
/// Hartigan 1975, chapter 3.
pub fn rewordings(
    posts: &[Posts],
    words: &[Words],
    mut vectors: Vec<f32>,
    dim: usize,
    plan: &CopiesPlan,
) -> Result<Reworded, DetectError> {
    let finder = Finder::new(posts)?;
    if dim == 0 || vectors.len() != words.len() * dim {
        return Err(DetectError::refused("comparison of vectors", "not one for each text"));
    }
    vectors.par_chunks_exact_mut(dim).for_each(to_unit);
    let mut authors: FxHashMap<(&str, &str, &str), u32> = FxHashMap::default();
    let mut texts: Vec<Text<'_>> = Vec::with_capacity(words.len());
    for (word, vector) in words.iter().zip(vectors.chunks_exact(dim)) {
        let (table, row) = finder.at(word.text);
        let who = (table.platform.value(row), table.instance.value(row), table.account.value(row));
        let next = authors.len() as u32;
        let author = *authors.entry(who).or_insert(next);
        // A text of which the model knows no word has no place.
        if vector.iter().any(|number| *number != 0.0) {
            texts.push(Text { text: word.text, time: finder.time(word.text), author, vector });
        }
    }
    let unknown = (words.len() - texts.len()) as u64;

    let subjects = subjects(&texts, dim).map_err(|e| DetectError::refused("k-means", e))?;
    let placed: Vec<(u64, Vec<Placed>)> = subjects
        .par_iter()
        .enumerate()
        .map(|(number, members)| Subject::new(number, members, plan).place())
        .collect();
    let mut counts = RewordingCounts {
        texts: words.len() as u64,
        unknown,
        subjects: subjects.len() as u64,
        unmatched: placed.iter().map(|of| of.0).sum(),
        ..RewordingCounts::default()
    };
    let mut rows: Vec<Placed> = placed.into_iter().flat_map(|of| of.1).collect();
    rows.sort_unstable_by_key(|row| row.text);
    let led: FxHashSet<u32> =
        rows.iter().filter(|row| row.leader != row.text).map(|row| row.leader).collect();
    counts.clusters = led.len() as u64;
    counts.candidates = rows.iter().filter(|row| row.leader != row.text).count() as u64;

    let keys = rows.iter().map(|row| {
        let key = finder.own_text(row.leader).and_then(canonical::text).unwrap_or_default();
        canonical::text::name(canonical::text::hash(&key)).replacen("text:", "meaning:", 1)
    });
    let rewordings = Rewordings::try_new(RewordingsColumns {
        text: UInt32Array::from_iter_values(rows.iter().map(|row| row.text)),
        leader: UInt32Array::from_iter_values(rows.iter().map(|row| row.leader)),
        key: StringArray::from_iter_values(keys),
        cosine: Float64Array::from_iter_values(rows.iter().map(|row| f64::from(row.cosine))),
        rank: Float64Array::from_iter_values(rows.iter().map(|row| row.rank)),
        matched: UInt32Array::from_iter_values(rows.iter().map(|row| row.matched)),
    })?;
    Ok(Reworded { rewordings, counts })
}

/// Scales a vector to length 1; one that has no length or is not finite becomes 0.
fn to_unit(vector: &mut [f32]) {
    let length = vector.iter().map(|number| f64::from(*number).powi(2)).sum::<f64>().sqrt();
    let scale = if length.is_finite() && length > 1e-12 { 1.0 / length } else { 0.0 };
    for number in vector {
        *number = if scale > 0.0 { (f64::from(*number) * scale) as f32 } else { 0.0 };
    }
}

/// Texts by subject, those of each in order of time.
fn subjects<'t>(texts: &[Text<'t>], dim: usize) -> Result<Vec<Vec<Text<'t>>>, SpectralError> {
    let count = (texts.len() / A_SUBJECT).clamp(1, SUBJECTS);
    if count == 1 {
        return Ok(vec![texts.to_vec()]);
    }
    let step = texts.len().div_ceil(LEARNED_FROM);
    let learned: Vec<f64> =
        texts.iter().step_by(step).flat_map(|text| text.vector).map(|n| f64::from(*n)).collect();
    let means = kmeans(&learned, dim, count, 1)?;
    let nearest: Vec<u32> = texts
        .par_iter()
        .map(|text| {
            let point: Vec<f64> = text.vector.iter().map(|number| f64::from(*number)).collect();
            means.nearest(&point)
        })
        .collect();
    let mut subjects = vec![Vec::new(); count];
    for (text, subject) in texts.iter().zip(nearest) {
        subjects[subject as usize].push(*text);
    }
    Ok(subjects)
}

/// Where a text belongs.
struct Placed {
    text: u32,
    leader: u32,
    cosine: f32,
    rank: f64,
    matched: u32,
}

/// A text that others are held against.
struct Leader<'t> {
    text: Text<'t>,
    /// When a text of its cluster was last said.
    last: i64,
}

/// The texts on one subject.
struct Subject<'s, 't> {
    texts: &'s [Text<'t>],
    plan: &'s CopiesPlan,
    matched: Matched<'s, 't>,
}

impl<'s, 't> Subject<'s, 't> {
    fn new(number: usize, texts: &'s [Text<'t>], plan: &'s CopiesPlan) -> Self {
        let matched = Matched::new(number, texts, plan.period.as_micros(), plan.rewording_rank);
        Self { texts, plan, matched }
    }

    /// The place of each text, and how many had too few matched pairs to be held against.
    fn place(mut self) -> (u64, Vec<Placed>) {
        let mut leaders: Vec<Leader<'t>> = Vec::new();
        let (mut unmatched, mut placed) = (0, Vec::with_capacity(self.texts.len()));
        for text in self.texts {
            let oldest = text.time - self.plan.period.as_micros();
            leaders.retain(|leader| leader.last >= oldest);
            let nearest = leaders
                .iter_mut()
                .map(|leader| (text.cosine(&leader.text), leader))
                .reduce(|best, next| if next.0 > best.0 { next } else { best });
            let joined = nearest.and_then(|(cosine, leader)| {
                let Some(rank) = self.matched.rank(text, &leader.text, cosine) else {
                    unmatched += 1;
                    return None;
                };
                if rank.share > self.plan.rewording_rank {
                    return None;
                }
                leader.last = text.time;
                let (leader, matched) = (leader.text.text, rank.of);
                Some(Placed { text: text.text, leader, cosine, rank: rank.share, matched })
            });
            placed.push(joined.unwrap_or_else(|| {
                leaders.push(Leader { text: *text, last: text.time });
                let own = text.text;
                Placed { text: own, leader: own, cosine: 1.0, rank: 0.0, matched: 0 }
            }));
        }
        (unmatched, placed)
    }
}

#[cfg(test)]
mod tests;
