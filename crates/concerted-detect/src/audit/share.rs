//! One account's share in what others do, over all traces and windows: the leave-one-out test.
//!
//! **The rule.** Supported: adjusted for all that are tested, at most 1 %; in three sittings or
//! more; still below 5 % without any one of them; and not one that the others merely follow.
//! Untestable: even if everything the account did had been in the others' wake, it would not be
//! below the level. **Invariant:** the rule is the same for the accused, for the control and for
//! everybody else, and knows nothing of who is who.

use concerted_methods::{tails::ln_poisson_binomial_upper, testing::benjamini_hochberg};
use concerted_model::{Span, Trace};
use rayon::prelude::*;
use serde::Serialize;

use super::{
    beside::{InWake, Wakes},
    field::Field,
};
use crate::DetectError;

/// Level of q at which a share is supported.
pub const SHARE_LEVEL: f64 = 0.01;
/// Fewest sittings.
pub const FEWEST_SITTINGS: u64 = 3;
/// Level that must hold without any one sitting.
const WITHOUT_ONE: f64 = 0.05;
/// Level at which an account may be of the others.
const MAYBE_LEVEL: f64 = 0.05;
/// Share of acts from which an account only leads or only follows, and the level of the sign test.
const ONE_SIDED: f64 = 0.9;
const ONE_SIDED_LEVEL: f64 = 0.01;

/// What the data says of one account's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It acts with the others more than chance.
    Supported,
    /// It could be seen if it did, and is not.
    NotSupported,
    /// It does too little for that to be seen.
    Untestable,
}

/// Who is before whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Now one, now the other; or too little to tell.
    Mixed,
    /// The others act after it: what they do shows nothing of it.
    OthersFollow,
    /// It acts after the others.
    Follows,
}

/// One account's share in what the others do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// Row of the account.
    #[serde(skip)]
    pub account: u32,
    /// What the data says.
    pub standing: Standing,
    /// The kind of behaviour in which it is most surprising.
    #[serde(serialize_with = "word")]
    pub trace: Option<Trace>,
    /// The window of that, in seconds.
    pub window_seconds: f64,
    /// Sittings in which it acted in the others' wake.
    pub sittings: u64,
    /// As many were expected.
    pub expected: f64,
    /// p, corrected for traces and windows.
    pub p: f64,
    /// Adjusted for all accounts tested with it.
    pub q: f64,
    /// p without the sitting that counts most, corrected likewise.
    pub p_without_one: f64,
    /// Who is before whom.
    pub order: Order,
}

#[expect(clippy::ref_option, reason = "serde hands a reference to the field")]
fn word<S: serde::Serializer>(trace: &Option<Trace>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_some(&trace.map(Trace::as_str))
}

/// Tests each of `tested` against `others`, itself left out. Slots of `hidden`, who are `others` and whoever may be
/// of them, do not count as somebody else's.
///
/// Null: the account acts on what and when it does with no regard to the others. O(slots) for each
/// trace and window, then the acts of the tested.
///
/// # Errors
/// [`DetectError`] only for a computation that refuses its numbers.
pub(crate) fn shares(
    fields: &[Field<'_>],
    others: &[u32],
    hidden: &[u32],
    tested: &[u32],
    windows: &[Span],
    gap: Span,
) -> Result<Vec<Share>, DetectError> {
    let cells = (fields.len() * windows.len()).max(1) as f64;
    let mut found: Vec<Share> = tested.iter().map(|&account| Share::nothing(account)).collect();
    let mut least: Vec<f64> = vec![1.0; tested.len()];
    for field in fields {
        for &window in windows {
            let wakes = Wakes::of(field, others, hidden, window, gap);
            let tests: Vec<Option<InWake>> =
                tested.par_iter().map(|&account| wakes.test(account)).collect::<Result<_, _>>()?;
            for (place, test) in tests.into_iter().enumerate() {
                let Some(test) = test else { continue };
                least[place] = least[place].min(test.least_p);
                if test.p < found[place].p || found[place].trace.is_none() {
                    found[place] = Share::of(tested[place], field.trace(), window, &test);
                }
            }
        }
    }
    for share in &mut found {
        share.p = (share.p * cells).min(1.0);
        share.p_without_one = (share.p_without_one * cells).min(1.0);
    }
    adjust(&mut found, &least, cells)?;
    Ok(found)
}

/// Who may be of these, as far as the joint null alone tells: in order, the given ones among them.
///
/// The slots of a network that nobody knows would excuse those of the known: what happens on an object would
/// look like what everybody does there. At 5 %, adjusted for all accounts.
///
/// # Errors
/// [`DetectError`] only for a computation that refuses its numbers.
pub(crate) fn maybe(
    fields: &[Field<'_>],
    known: &[u32],
    accounts: usize,
    windows: &[Span],
    gap: Span,
) -> Result<Vec<u32>, DetectError> {
    let cells = (fields.len() * windows.len()).max(1) as f64;
    let mut ps = vec![1.0_f64; accounts];
    for field in fields {
        for &window in windows {
            let wakes = Wakes::of(field, known, known, window, gap);
            let found: Vec<f64> = (0..accounts as u32)
                .into_par_iter()
                .map(|account| wakes.joint_p(account))
                .collect::<Result<_, _>>()?;
            ps.iter_mut().zip(found).for_each(|(p, found)| *p = p.min(found * cells));
        }
    }
    let qs = benjamini_hochberg(&ps, (accounts as u64).max(1))
        .map_err(|error| DetectError::refused("Benjamini–Hochberg procedure", error))?;
    let likely = |account: &u32| qs[*account as usize] <= MAYBE_LEVEL;
    Ok((0..accounts as u32)
        .filter(|account| likely(account) || known.binary_search(account).is_ok())
        .collect())
}

/// Adjusts for all that could have been seen, and says what the data says.
fn adjust(found: &mut [Share], least: &[f64], cells: f64) -> Result<(), DetectError> {
    let able: Vec<usize> =
        (0..found.len()).filter(|&place| least[place] * cells <= SHARE_LEVEL).collect();
    let ps: Vec<f64> = able.iter().map(|&place| found[place].p).collect();
    let qs = benjamini_hochberg(&ps, (able.len() as u64).max(1))
        .map_err(|error| DetectError::refused("Benjamini–Hochberg procedure", error))?;
    for (&place, q) in able.iter().zip(qs) {
        let share = &mut found[place];
        share.q = q;
        share.standing = if share.holds(SHARE_LEVEL) && share.order != Order::OthersFollow {
            Standing::Supported
        } else {
            Standing::NotSupported
        };
    }
    Ok(())
}

impl Share {
    fn nothing(account: u32) -> Self {
        Self {
            account,
            standing: Standing::Untestable,
            trace: None,
            window_seconds: 0.0,
            sittings: 0,
            expected: 0.0,
            p: 1.0,
            q: 1.0,
            p_without_one: 1.0,
            order: Order::Mixed,
        }
    }

    fn of(account: u32, trace: Trace, window: Span, test: &InWake) -> Self {
        Self {
            account,
            trace: Some(trace),
            window_seconds: window.as_micros() as f64 / 1e6,
            sittings: test.met,
            expected: test.expected,
            p: test.p,
            p_without_one: test.p_without_one,
            order: order(test),
            ..Self::nothing(account)
        }
    }

    /// Whether the numbers hold at this level of q.
    pub(crate) fn holds(&self, level: f64) -> bool {
        self.q <= level && self.sittings >= FEWEST_SITTINGS && self.p_without_one <= WITHOUT_ONE
    }
}

/// Does the account nearly always lead, or follow?
///
/// Null: each act that is first or last of two is either with the same probability. Sign test at
/// 1 %, and nine in ten.
fn order(test: &InWake) -> Order {
    let most = test.leads.max(test.follows);
    let all = test.leads + test.follows + test.amid;
    if f64::from(most) < ONE_SIDED * f64::from(all) || all == 0 {
        return Order::Mixed;
    }
    let coins = vec![0.5; (test.leads + test.follows) as usize];
    match ln_poisson_binomial_upper(u64::from(most), &coins) {
        Ok(ln_p) if 2.0 * ln_p.exp() <= ONE_SIDED_LEVEL => {
            if test.leads > test.follows {
                Order::OthersFollow
            } else {
                Order::Follows
            }
        }
        _ => Order::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acts(leads: u32, follows: u32, amid: u32) -> Order {
        let (met, expected, p) = (9, 1.0, 1e-6);
        let none = InWake { met, expected, p, p_without_one: p, least_p: p, leads, follows, amid };
        order(&none)
    }

    #[test]
    fn whom_others_always_follow_is_told_from_who_follows_and_from_who_is_amid() {
        assert_eq!(acts(20, 0, 1), Order::OthersFollow);
        assert_eq!(acts(1, 20, 0), Order::Follows);
        assert_eq!(acts(5, 5, 20), Order::Mixed);
        assert_eq!(acts(4, 0, 0), Order::Mixed, "four in a row is chance");
    }

    #[test]
    fn three_sittings_that_hang_on_one_are_not_supported() {
        let share = Share { q: 0.001, sittings: 3, p_without_one: 0.2, ..Share::nothing(0) };
        assert!(!share.holds(SHARE_LEVEL));
        assert!(Share { p_without_one: 0.001, ..share }.holds(SHARE_LEVEL));
        assert!(!Share { p_without_one: 0.001, sittings: 2, ..share }.holds(SHARE_LEVEL));
    }
}
