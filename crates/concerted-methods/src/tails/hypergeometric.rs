//! The hypergeometric distribution: how many of the drawn are marked.
//!
//! **Invariant:** as for the Poisson distribution, the tail away from the mean is summed from the
//! observed count; only the side that holds the mean is one minus the other.

use super::{TailError, deviance::ln_binomial_mass};

/// Below this share of the sum a further term changes no digit.
const NEGLIGIBLE: f64 = 1e-17;

/// A population of which some are marked and some are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Urn {
    /// How many there are.
    pub population: u64,
    /// How many of them are marked, at most all.
    pub marked: u64,
    /// How many of them are drawn, at most all.
    pub drawn: u64,
}

impl Urn {
    fn check(self) -> Result<(), TailError> {
        let part = self.marked.max(self.drawn);
        if part > self.population {
            return Err(TailError::Population { part, population: self.population });
        }
        Ok(())
    }

    /// The fewest of the drawn that can be marked.
    fn least(self) -> u64 {
        self.drawn.saturating_sub(self.population - self.marked)
    }

    /// The most of the drawn that can be marked.
    fn most(self) -> u64 {
        self.marked.min(self.drawn)
    }

    fn mean(self) -> f64 {
        self.marked as f64 * (self.drawn as f64 / self.population as f64)
    }

    /// ln P(X = k) for least ≤ k ≤ most, as three binomials (Loader 2000, Eq. 8).
    fn ln_mass(self, k: u64) -> f64 {
        let Self { population, marked, drawn } = self;
        let p = drawn as f64 / population as f64;
        let q = (population - drawn) as f64 / population as f64;
        ln_binomial_mass(k, marked, p, q) + ln_binomial_mass(drawn - k, population - marked, p, q)
            - ln_binomial_mass(drawn, population, p, q)
    }

    /// P(X = x + 1) / P(X = x).
    fn ratio(self, x: f64) -> f64 {
        let unmarked = (self.population - self.marked) as f64;
        let (marked, drawn) = (self.marked as f64, self.drawn as f64);
        (marked - x) * (drawn - x) / ((x + 1.0) * (unmarked - drawn + x + 1.0))
    }

    /// ln Σ P(X = x) over x ≥ k, for k above the mean.
    fn ln_sum_above(self, k: u64) -> f64 {
        let (mut term, mut sum, mut x) = (1.0, 1.0, k as f64);
        while term > NEGLIGIBLE * sum {
            term *= self.ratio(x);
            sum += term;
            x += 1.0;
        }
        self.ln_mass(k) + f64::ln(sum)
    }

    /// ln Σ P(X = x) over x ≤ k, for k below the mean.
    fn ln_sum_below(self, k: u64) -> f64 {
        let least = self.least() as f64;
        let (mut term, mut sum, mut x) = (1.0, 1.0, k as f64);
        while x > least && term > NEGLIGIBLE * sum {
            x -= 1.0;
            term /= self.ratio(x);
            sum += term;
        }
        self.ln_mass(k) + f64::ln(sum)
    }
}

/// How probable is it that at least `k` of the drawn are marked?
///
/// Null: the drawn are a random choice from the population. With `marked` objects of one account,
/// `drawn` of another and `k` of both, the overlap of two independent choices. `k`: a count, any;
/// `urn`: counts, parts no larger than the whole. Returns ln P(X ≥ k), from −∞ to 0.
///
/// # Errors
/// [`TailError::Population`] for a part that is larger than the whole.
///
/// # Cost
/// A handful of terms in the tail, about 9 standard deviations of them next to the mean.
///
/// # Numerical care
/// The first term is Loader's, all others are positive and found by their ratio: relative error
/// of the probability below 1e-11 down to 1e-300, and a right logarithm below.
///
/// # Deviations
/// None; R's `phyper(k - 1, …, lower = FALSE, log = TRUE)` is the same number.
///
/// # References
/// Loader, C. 2000, *Fast and accurate computation of binomial probabilities*. As a test of
/// overlap: Tumminello, M. et al. 2011, PLoS ONE 6:e17994, doi:10.1371/journal.pone.0017994.
///
/// ```
/// # use concerted_methods::tails::{Urn, ln_hypergeometric_upper};
/// let urn = Urn { population: 10_000, marked: 50, drawn: 40 };
/// let p = ln_hypergeometric_upper(6, urn)?.exp();
/// assert_eq!(
///     format!("6 posts in common, by two who chose 50 and 40 of 10,000: p = {p:.1e}"),
///     "6 posts in common, by two who chose 50 and 40 of 10,000: p = 3.9e-8",
/// );
/// # Ok::<(), concerted_methods::tails::TailError>(())
/// ```
pub fn ln_hypergeometric_upper(k: u64, urn: Urn) -> Result<f64, TailError> {
    urn.check()?;
    Ok(if k <= urn.least() {
        0.0
    } else if k > urn.most() {
        f64::NEG_INFINITY
    } else if k as f64 > urn.mean() {
        urn.ln_sum_above(k)
    } else {
        (-urn.ln_sum_below(k - 1).exp()).ln_1p()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_no_larger_than_the_whole() {
        for urn in
            [Urn { population: 5, marked: 6, drawn: 1 }, Urn { population: 5, marked: 1, drawn: 6 }]
        {
            let error = ln_hypergeometric_upper(1, urn).unwrap_err();
            assert_eq!(error, TailError::Population { part: 6, population: 5 });
        }
    }

    #[test]
    fn what_must_be_is_certain_and_what_cannot_be_is_impossible() {
        let urn = Urn { population: 10, marked: 8, drawn: 7 };
        assert_eq!(ln_hypergeometric_upper(5, urn), Ok(0.0));
        assert_eq!(ln_hypergeometric_upper(8, urn), Ok(f64::NEG_INFINITY));
        let empty = Urn { population: 0, marked: 0, drawn: 0 };
        assert_eq!(ln_hypergeometric_upper(0, empty), Ok(0.0));
        assert_eq!(ln_hypergeometric_upper(1, empty), Ok(f64::NEG_INFINITY));
    }

    #[test]
    fn small_urns_agree_with_counting() {
        let choose = |n: u64, k: u64| (0..k).fold(1.0, |c, i| c * (n - i) as f64 / (i + 1) as f64);
        for population in 1..12u64 {
            for marked in 0..=population {
                for drawn in 0..=population {
                    let urn = Urn { population, marked, drawn };
                    for k in 0..=urn.most() {
                        let counted: f64 = (k..=urn.most())
                            .filter(|&x| x >= urn.least())
                            .map(|x| choose(marked, x) * choose(population - marked, drawn - x))
                            .sum::<f64>()
                            / choose(population, drawn);
                        let found = ln_hypergeometric_upper(k, urn).unwrap().exp();
                        assert!((found / counted - 1.0).abs() < 1e-12, "{urn:?} {k}");
                    }
                }
            }
        }
    }

    #[test]
    fn marking_and_drawing_are_the_same_to_the_overlap() {
        let one = Urn { population: 1_000_000, marked: 700, drawn: 90_000 };
        let other = Urn { population: 1_000_000, marked: 90_000, drawn: 700 };
        for k in [10, 63, 64, 200, 700] {
            let (one, other) = (ln_hypergeometric_upper(k, one), ln_hypergeometric_upper(k, other));
            assert!((one.unwrap() / other.unwrap() - 1.0).abs() < 1e-10);
        }
    }
}
