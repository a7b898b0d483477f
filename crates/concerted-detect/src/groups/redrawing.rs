//! How unusual is a count, compared with that of redrawn data?
//!
//! Redrawing goes on in rounds, and ends as soon as more draws would change nothing.
//! **Invariant:** every draw counts, whichever the round; p is (1 + as large) / (1 + draws) and never 0.
//!
//! # References
//! Besag & Clifford 1991 (sequential Monte Carlo p-values), Biometrika 78:301; Phipson & Smyth 2010.

use crate::{dice::Dice, marks::Marks};

/// Tries at a slot that no other member has taken.
const TRIES: usize = 8;
/// Ends of the interval of the ratio.
const TAIL: f64 = 0.025;

/// What redrawing showed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Redrawn {
    /// Joint actions as they were.
    pub(crate) observed: u32,
    /// Mean of the redrawn counts.
    pub(crate) expected: f64,
    /// Observed over the redrawn counts that 95 % lie between.
    pub(crate) ratio_low: f64,
    pub(crate) ratio_high: f64,
    /// (1 + as large) / (1 + draws).
    pub(crate) p: f64,
}

/// An observed count and the counts of redrawn data so far.
pub(crate) struct Redrawing {
    observed: u32,
    counts: Vec<u32>,
    as_large: u32,
    dice: Dice,
}

impl Redrawing {
    pub(crate) fn of(observed: u32, dice: Dice) -> Self {
        Self { observed, counts: Vec::new(), as_large: 0, dice }
    }

    /// Redraws until there are so many draws or so many counts as large as the observed one.
    ///
    /// Nothing is drawn if nothing was observed.
    pub(crate) fn draw(
        &mut self,
        draws: usize,
        as_large: u32,
        mut count: impl FnMut(&mut Dice) -> u32,
    ) {
        while self.observed > 0 && self.counts.len() < draws && self.as_large < as_large {
            let count = count(&mut self.dice);
            self.as_large += u32::from(count >= self.observed);
            self.counts.push(count);
        }
    }

    /// Share of redrawn data with as many; 1 if nothing was observed.
    pub(crate) fn p(&self) -> f64 {
        f64::from(1 + self.as_large) / (1 + self.counts.len()) as f64
    }

    /// Whether no redrawn count was as large.
    pub(crate) fn is_beyond_all(&self) -> bool {
        self.as_large == 0 && !self.counts.is_empty()
    }

    /// What was found; `None` if there was nothing to redraw.
    pub(crate) fn found(&self) -> Option<Redrawn> {
        let mut counts = self.counts.clone();
        counts.sort_unstable();
        let last = counts.len().checked_sub(1)?;
        let at = |share: f64| f64::from(counts[(last as f64 * share).round() as usize]);
        let over = |count: f64| f64::from(self.observed) / count.max(0.5);
        Some(Redrawn {
            observed: self.observed,
            expected: counts.iter().map(|&count| f64::from(count)).sum::<f64>()
                / counts.len() as f64,
            ratio_low: over(at(1.0 - TAIL)),
            ratio_high: over(at(TAIL)),
            p: self.p(),
        })
    }
}

/// Which slots members have in this draw.
#[derive(Default)]
pub(crate) struct Taken {
    slots: Marks,
    /// Those that more than one member has.
    twice: Vec<usize>,
}

impl Taken {
    /// Frees all slots.
    pub(crate) fn clear(&mut self) {
        self.slots.clear();
        self.twice.clear();
    }

    /// The slots that are taken, in order.
    pub(super) fn slots(&self) -> impl Iterator<Item = usize> + '_ {
        self.slots.iter()
    }

    /// Those that more than one member has, because nothing else was found in a few tries.
    pub(super) fn twice(&self) -> &[usize] {
        &self.twice
    }

    /// A slot that no other member has, if one is found in a few tries.
    pub(crate) fn untaken(
        &mut self,
        dice: &mut Dice,
        mut draw: impl FnMut(&mut Dice) -> usize,
    ) -> usize {
        let first = draw(dice);
        self.unless_taken(first, || draw(dice))
    }

    /// One of each of the choices: a slot that no other member has, if one is found in a few tries.
    ///
    /// All are drawn before any is looked at, so that memory answers many at a time; choices of one
    /// stratum should stand together, so that it answers from the cache.
    pub(crate) fn one_of_each(
        &mut self,
        choices: &[&[u32]],
        dice: &mut Dice,
        drawn: &mut Vec<u32>,
    ) {
        drawn.clear();
        drawn.extend(choices.iter().map(|slots| slots[dice.below(slots.len())]));
        for (slot, slots) in drawn.iter_mut().zip(choices) {
            let again = || slots[dice.below(slots.len())] as usize;
            *slot = self.unless_taken(*slot as usize, again) as u32;
        }
    }

    /// This slot, or another if it is taken.
    fn unless_taken(&mut self, mut slot: usize, mut again: impl FnMut() -> usize) -> usize {
        for _ in 1..TRIES {
            if self.slots.insert(slot) {
                return slot;
            }
            slot = again();
        }
        if !self.slots.insert(slot) {
            self.twice.push(slot);
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_taken_once_in_each_draw_and_twice_only_if_nothing_else_is_found() {
        let mut taken = Taken::default();
        let mut dice = Dice::new(1, [1]);
        assert_eq!(taken.untaken(&mut dice, |_| 3), 3);
        let mut slots = [3, 3, 5].into_iter();
        assert_eq!(taken.untaken(&mut dice, |_| slots.next().unwrap()), 5);
        assert_eq!(taken.untaken(&mut dice, |_| 5), 5, "after a few tries any slot will do");
        assert!(taken.slots().eq([3, 5]) && taken.twice() == [5]);
        let mut drawn = vec![9];
        taken.clear();
        taken.one_of_each(&[&[4], &[6, 6, 4, 6], &[4]], &mut dice, &mut drawn);
        assert_eq!(drawn, [4, 6, 4], "each has one of its own choices");
        assert!(taken.slots().eq([4, 6]) && taken.twice() == [4]);
    }

    #[test]
    fn draws_of_later_rounds_add_to_those_before() {
        let mut redrawing = Redrawing::of(8, Dice::new(1, [1]));
        let mut counts = [3, 8, 5, 9].into_iter().cycle();
        redrawing.draw(1, 25, |_| counts.next().unwrap());
        assert!(redrawing.is_beyond_all());
        assert_eq!(redrawing.p(), 0.5);
        redrawing.draw(4, 25, |_| counts.next().unwrap());
        assert_eq!(redrawing.p(), 3.0 / 5.0);
        let found = redrawing.found().unwrap();
        assert_eq!((found.observed, found.expected), (8, 6.25));
        assert_eq!((found.ratio_low, found.ratio_high), (8.0 / 9.0, 8.0 / 3.0));
    }

    #[test]
    fn enough_counts_as_large_end_it() {
        let mut redrawing = Redrawing::of(2, Dice::new(1, [1]));
        redrawing.draw(999, 5, |_| 2);
        assert_eq!(redrawing.p(), 1.0);
        assert_eq!(redrawing.counts.len(), 5);
    }

    #[test]
    fn nothing_observed_is_nothing_to_redraw() {
        let mut redrawing = Redrawing::of(0, Dice::new(1, [1]));
        redrawing.draw(999, 5, |_| 2);
        assert_eq!((redrawing.p(), redrawing.found()), (1.0, None));
    }
}
