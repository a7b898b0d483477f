//! Disguises held against their base rate: are they more frequent here than in all texts?
//!
//! **Invariant:** the posts asked about are part of the texts that they are compared with, and a
//! small p says that the sign is frequent here, not that anybody meant it.

use concerted_methods::tails::{Urn, ln_hypergeometric_upper};
use concerted_model::{Likeness, provenance::CopyCounts, tables::Copies};

use crate::DetectError;

/// A sign that a text was disguised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Invisible characters inside words.
    Invisibles,
    /// Letters of another alphabet that look alike.
    Lookalikes,
    /// A copy whose letters only look like those of the text it repeats.
    LookalikeCopy,
}

/// A sign and how frequent it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disguise {
    /// The sign.
    pub sign: Sign,
    /// Posts asked about that have it.
    pub found: u64,
    /// Posts asked about.
    pub of: u64,
    /// Posts of the data that have it.
    pub found_in_all: u64,
    /// Posts of the data whose text could be compared.
    pub of_all: u64,
    /// Probability of as many if the posts asked about were drawn from all at random, in `[0, 1]`.
    pub p: f64,
}

/// Which signs of disguise do posts have, and is that more than usual in this data?
///
/// `posts`: rows of posts in rising order; those too short to be compared do not count. Null:
/// they are drawn from all texts without regard to the sign. Signs that none of them has are left
/// out. O(n log m) time for n posts of m.
///
/// # Errors
/// [`DetectError::Computation`] if the counts are not those of `copies`: a bug.
pub fn disguises(
    copies: &Copies,
    counts: &CopyCounts,
    posts: &[u32],
) -> Result<Vec<Disguise>, DetectError> {
    let rows: Vec<usize> =
        posts.iter().filter_map(|post| copies.post.values().binary_search(post).ok()).collect();
    let copied = |row: usize| {
        copies.lookalikes.value(row) > 0 && copies.likeness.value(row) == Likeness::Letters.as_str()
    };
    let found = |has: &dyn Fn(usize) -> bool| rows.iter().filter(|&&row| has(row)).count() as u64;
    let signs = [
        (Sign::Invisibles, found(&|row| copies.invisibles.value(row) > 0), counts.with_invisibles),
        (Sign::Lookalikes, found(&|row| copies.lookalikes.value(row) > 0), counts.with_lookalikes),
        (Sign::LookalikeCopy, found(&copied), counts.lookalike_copies),
    ];
    let mut disguises = Vec::new();
    for (sign, found, found_in_all) in signs {
        if found == 0 {
            continue;
        }
        let urn = Urn { population: counts.texts, marked: found_in_all, drawn: rows.len() as u64 };
        let ln_p = ln_hypergeometric_upper(found, urn)
            .map_err(|error| DetectError::refused("hypergeometric tail", error))?;
        disguises.push(Disguise {
            sign,
            found,
            of: rows.len() as u64,
            found_in_all,
            of_all: counts.texts,
            p: ln_p.exp().min(1.0),
        });
    }
    Ok(disguises)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{copies::cluster, posts::invented::posts};
    use concerted_model::plan::CopiesPlan;

    #[test]
    fn a_sign_that_only_these_posts_have_is_improbable_and_one_that_all_have_is_not() {
        let ordinary: Vec<String> = (0..60)
            .map(|n| format!("garden number {n} has {} roses and {} tulips", n * n, n * 31))
            .collect();
        let mut said: Vec<(&str, i64, &str)> =
            ordinary.iter().map(|text| ("a", 0, text.as_str())).collect();
        let disguised = "the old brid\u{200B}ge over the l\u{430}ke is open";
        said.extend([
            ("b", 1, "the old bridge over the lake is open"),
            ("c", 2, disguised),
            ("d", 3, disguised),
        ]);
        let found = cluster(&[posts(said)], &CopiesPlan::default()).unwrap();
        let signs = disguises(&found.copies, &found.counts, &[60, 61, 62]).unwrap();
        assert_eq!(
            signs.iter().map(|sign| (sign.sign, sign.found)).collect::<Vec<_>>(),
            [(Sign::Invisibles, 2), (Sign::Lookalikes, 2), (Sign::LookalikeCopy, 2)]
        );
        // 3 of 63 drawn, both of the 2 marked among them: C(61,1) / C(63,3).
        assert!((signs[0].p - 61.0 / 39_711.0).abs() < 1e-9, "{}", signs[0].p);
        assert_eq!(disguises(&found.copies, &found.counts, &[0, 1, 2]).unwrap(), []);
    }
}
