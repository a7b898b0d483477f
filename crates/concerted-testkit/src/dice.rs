//! Randomness that is the same everywhere: streams by name, and the few laws that worlds need.
//!
//! **Invariant:** a stream depends on the seed and its name alone, so that one ingredient more
//! leaves the draws of the others as they were. Only the generator's raw bits are taken from
//! elsewhere, and logarithms and the like come from `libm`: the samplers of `rand` may change with
//! its version, and the system's mathematics with the machine.

use std::time::Duration;

use rand::Rng;
use rand_pcg::Pcg64Mcg;

/// One stream of random draws.
pub(crate) struct Dice(Pcg64Mcg);

impl Dice {
    /// The stream of that name.
    pub(crate) fn new(seed: u64, stream: &str) -> Self {
        let low = scramble(seed ^ fnv1a(stream.as_bytes()));
        let high = scramble(low ^ seed);
        Self(Pcg64Mcg::new(u128::from(high) << 64 | u128::from(low)))
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform above 0 and below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        unit(self.bits())
    }

    /// Uniform among `0..n`; 0 if there is nothing to choose from.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// Uniform among `low..=high`.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of the items, each as likely.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Puts the items in a random order (Fisher–Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// `count` different items in random order, or all of them.
    pub(crate) fn sample<T: Copy>(&mut self, items: &[T], count: usize) -> Vec<T> {
        let mut sample = items.to_vec();
        self.shuffle(&mut sample);
        sample.truncate(count);
        sample
    }

    /// Standard normal (Box & Muller 1958; the second value is not kept).
    pub(crate) fn normal(&mut self) -> f64 {
        let (u, v) = (self.unit(), self.unit());
        (-2.0 * libm::log(u)).sqrt() * libm::cos(std::f64::consts::TAU * v)
    }

    /// Lognormal with that median, and standard deviation `sigma` of the logarithm.
    pub(crate) fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// Pareto above 1 with tail index `alpha`.
    pub(crate) fn pareto(&mut self, alpha: f64) -> f64 {
        libm::pow(self.unit(), -1.0 / alpha)
    }

    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(self.unit())
    }

    /// Milliseconds, exponential with that mean.
    pub(crate) fn delay_ms(&mut self, mean: Duration) -> i64 {
        self.exponential(millis(mean)) as i64
    }

    /// How many, with that mean: Poisson, by Knuth's product below 30 and rounded normal above.
    pub(crate) fn poisson(&mut self, mean: f64) -> usize {
        if mean > 30.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as usize;
        }
        let floor = libm::exp(-mean);
        let mut product = self.unit();
        let mut count = 0;
        while product > floor {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// How many from 1 up, geometric with that mean.
    pub(crate) fn geometric(&mut self, mean: f64) -> usize {
        if mean <= 1.0 {
            return 1;
        }
        1 + (libm::log(self.unit()) / libm::log(1.0 - 1.0 / mean)) as usize
    }
}

/// A span in milliseconds.
pub(crate) fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

/// 64 random bits as a number above 0 and below 1: 52 of them, so that neither end is met.
pub(crate) fn unit(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
}

/// A bijection of 64 bits that leaves no pattern (SplitMix64's finaliser, Steele+ 2014).
pub(crate) fn scramble(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Places drawn in proportion to weights.
pub(crate) struct Weighted(Vec<f64>);

impl Weighted {
    pub(crate) fn new(weights: impl IntoIterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        Self(
            weights
                .into_iter()
                .map(|weight| {
                    sum += weight.max(0.0);
                    sum
                })
                .collect(),
        )
    }

    /// Sum of all weights.
    pub(crate) fn total(&self) -> f64 {
        self.0.last().copied().unwrap_or(0.0)
    }

    /// A place, or nothing if no weight is above 0.
    pub(crate) fn draw(&self, dice: &mut Dice) -> Option<usize> {
        let total = self.total();
        if total <= 0.0 {
            return None;
        }
        let at = dice.unit() * total;
        Some(self.0.partition_point(|sum| *sum <= at).min(self.0.len() - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(mut draw: impl FnMut() -> f64) -> f64 {
        (0..40_000).map(|_| draw()).sum::<f64>() / 40_000.0
    }

    #[test]
    fn streams_of_different_names_differ() {
        assert_ne!(Dice::new(1, "a").bits(), Dice::new(1, "b").bits());
        assert_ne!(Dice::new(1, "a").bits(), Dice::new(2, "a").bits());
        assert_eq!(Dice::new(1, "a").bits(), Dice::new(1, "a").bits());
    }

    #[test]
    fn every_law_has_its_mean() {
        let mut dice = Dice::new(7, "laws");
        assert!((mean(|| dice.unit()) - 0.5).abs() < 0.01);
        assert!(mean(|| dice.normal()).abs() < 0.02);
        assert!((mean(|| dice.exponential(3.0)) - 3.0).abs() < 0.06);
        assert!((mean(|| dice.poisson(4.0) as f64) - 4.0).abs() < 0.05);
        assert!((mean(|| dice.poisson(50.0) as f64) - 50.0).abs() < 0.2);
        assert!((mean(|| dice.geometric(5.0) as f64) - 5.0).abs() < 0.1);
        assert!((mean(|| libm::log(dice.lognormal(2.0, 1.6))) - libm::log(2.0)).abs() < 0.03);
        assert!((mean(|| dice.pareto(3.0)) - 1.5).abs() < 0.02);
    }

    #[test]
    fn what_weighs_nothing_is_never_drawn() {
        let mut dice = Dice::new(7, "weights");
        let weighted = Weighted::new([0.0, 1.0, 0.0, 3.0, 0.0]);
        let mut counts = [0; 5];
        for _ in 0..4_000 {
            counts[weighted.draw(&mut dice).unwrap()] += 1;
        }
        assert_eq!([counts[0], counts[2], counts[4]], [0; 3]);
        assert!((2_800..3_200).contains(&counts[3]), "{counts:?}");
        assert_eq!(Weighted::new([0.0]).draw(&mut dice), None);
    }
}
