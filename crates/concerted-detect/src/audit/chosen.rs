//! Claim 2: do the accounts choose the same things more often than accounts like them do?
//!
//! Time plays no part. Of each two accounts, the objects that both acted on are counted, and held
//! against the number expected if each chose among the objects of a source (or topic) by their
//! popularity alone. That null is too simple to be believed by itself, since communities and
//! programs defy it too; so the same ratio is taken for lists of the control, and what counts is
//! how far the list lies beyond them.
//!
//! **Invariant:** lists of the control are of the same size and drawn before anything is counted.
//!
//! # References
//! METHODS 2.7 (test W) and 5.6; Saracco et al. 2017.

use concerted_model::{Span, tables::Objects};
use rayon::prelude::*;

use super::{field::Field, together::LEAST_RATIO};
use crate::{
    halves::{Blocks, Half, HalfSlots},
    meetings::OwnSlots,
    selection::Model,
    slots::Slots,
    timing::Suspects,
    topics::Topics,
};

/// Level of p among the lists of the control.
const LEVEL: f64 = 0.01;
/// Expected shared objects below which nothing is said.
const FEWEST_EXPECTED: f64 = 10.0;
const TAIL: f64 = 0.025;

/// How often a list chose the same, over how often lists of the control did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Chosen {
    /// The ratio of ratios.
    pub(crate) ratio: f64,
    /// Against the control lists that 95 % lie between.
    pub(crate) interval: [f64; 2],
    /// Share of the control's lists with as much.
    pub(crate) p: f64,
    /// Whether both halves of the time show it.
    pub(crate) in_both_halves: bool,
    /// Whether there is enough to say anything.
    pub(crate) enough: bool,
}

impl Chosen {
    pub(crate) fn supported(&self) -> bool {
        let large = self.ratio >= LEAST_RATIO && self.interval[0] > 1.0;
        self.enough && self.p <= LEVEL && large && self.in_both_halves
    }

    pub(crate) fn contradicted(&self) -> bool {
        self.enough && self.interval[1] < LEAST_RATIO && self.p > LEVEL
    }
}

/// Compares a list with lists of the control. `None` if there are none of the latter.
pub(crate) fn compare(
    fields: &[Field<'_>],
    list: &[u32],
    control: &[Vec<u32>],
    objects: &Objects,
    topics: &Topics,
    blocks: Option<Blocks>,
) -> Option<Chosen> {
    if control.is_empty() {
        return None;
    }
    let whole: Vec<Slots<'_>> = fields.iter().map(|field| field.circumstances.slots).collect();
    let (ratio, expected) = ratio(&whole, list, objects, topics);
    let mut others = ratios(&whole, control, objects, topics);
    others.sort_by(f64::total_cmp);
    let at = |share: f64| others[((others.len() - 1) as f64 * share).round() as usize].max(1e-9);
    let usual = (others.iter().sum::<f64>() / others.len() as f64).max(1e-9);
    let as_large = others.iter().filter(|&&other| other >= ratio).count();
    let half = |half| {
        let Some(blocks) = blocks else { return false };
        let kept: Vec<HalfSlots> =
            whole.iter().map(|slots| HalfSlots::of(slots, blocks, half)).collect();
        let slots: Vec<Slots<'_>> = kept.iter().map(HalfSlots::slots).collect();
        let own = self::ratio(&slots, list, objects, topics).0;
        let mut others = ratios(&slots, control, objects, topics);
        others.sort_by(f64::total_cmp);
        let most = others[((others.len() - 1) as f64 * 0.95).round() as usize];
        own > most
    };
    let p = (1.0 + as_large as f64) / (1.0 + others.len() as f64);
    Some(Chosen {
        ratio: ratio / usual,
        interval: [ratio / at(1.0 - TAIL), ratio / at(TAIL)],
        p,
        // Asked only where the answer can matter.
        in_both_halves: p <= LEVEL && half(Half::Discovery) && half(Half::Confirmation),
        enough: expected >= FEWEST_EXPECTED,
    })
}

fn ratios(slots: &[Slots<'_>], lists: &[Vec<u32>], objects: &Objects, topics: &Topics) -> Vec<f64> {
    lists.par_iter().map(|list| ratio(slots, list, objects, topics).0).collect()
}

/// Shared objects of all pairs over their expected number, and that number.
fn ratio(slots: &[Slots<'_>], list: &[u32], objects: &Objects, topics: &Topics) -> (f64, f64) {
    let (mut shared, mut expected) = (0_u64, 0.0);
    let suspects: Vec<Suspects> = list
        .iter()
        .map(|&account| Suspects { a: account, b: account, window: Span::ZERO })
        .collect();
    for slots in slots {
        let model = Model::of(slots, objects, topics, &suspects);
        let own = OwnSlots::of(slots, list.iter().copied());
        for (place, &a) in list.iter().enumerate() {
            for &b in &list[place + 1..] {
                expected += model.expected(a, b);
                own.each_shared(slots, a, b, |_, _| shared += 1);
            }
        }
    }
    (shared as f64 / f64::max(expected, 1e-9), expected)
}
