//! Test J: is the timing closer than a response that varies only as slowly as the object ages?
//!
//! An object of age A is answered at a rate that varies over A/5 and no faster. Given that two
//! accounts acted within such an interval of each other, how often would they be within the window?
//! Needs no model of anybody's habits, so that it errs in other ways than test T; it is blind to
//! reflexes to a fresh post and wherever the birth is not known.
//!
//! **Invariant:** conditional on the interval in which both acted.
//!
//! # References
//! METHODS 2.5; Amarasingham et al. 2012.

use concerted_methods::{nulls::age_adaptive_jitter, tails::ln_poisson_binomial_upper};
use concerted_model::{Span, tables::Objects};

use crate::{
    DetectError,
    meetings::{Meeting, OwnSlots, sittings},
    slots::Slots,
    timing::Suspects,
};

const SECOND: f64 = 1e6;

/// ln p of each of `suspects`; `None` where no shared object of known age is a trial.
pub(crate) fn test(
    slots: &Slots<'_>,
    objects: &Objects,
    suspects: &[Suspects],
    gap: Span,
) -> Result<Vec<Option<f64>>, DetectError> {
    let own = OwnSlots::of(slots, suspects.iter().flat_map(|pair| [pair.a, pair.b]));
    suspects
        .iter()
        .map(|pair| {
            let trials = trials(slots, objects, &own, *pair)?;
            if trials.is_empty() {
                return Ok(None);
            }
            let (met, chances) = sittings(trials, gap.as_micros());
            ln_poisson_binomial_upper(met, &chances)
                .map(Some)
                .map_err(|error| DetectError::refused("Poisson-binomial tail", error))
        })
        .collect()
}

fn trials(
    slots: &Slots<'_>,
    objects: &Objects,
    own: &OwnSlots,
    pair: Suspects,
) -> Result<Vec<Meeting>, DetectError> {
    let window = pair.window.as_micros() as f64 / SECOND;
    let mut trials = Vec::new();
    let mut refused = None;
    own.each_shared(slots, pair.a, pair.b, |one, other| {
        let object = slots.object[one] as usize;
        let Some(born) = objects.known_birth(object) else { return };
        let earlier = slots.time[one].min(slots.time[other]);
        let apart = slots.time[one].abs_diff(slots.time[other]) as f64 / SECOND;
        let age = (earlier - born).max(0) as f64 / SECOND;
        match age_adaptive_jitter(age, window) {
            Ok(Some(jitter)) if apart <= jitter.interval => trials.push(Meeting {
                time: earlier,
                met: apart <= window,
                chance: jitter.probability,
            }),
            Ok(_) => {}
            Err(error) => refused = Some(error),
        }
    });
    match refused {
        Some(error) => Err(DetectError::refused("age-adaptive jitter", error)),
        None => Ok(trials),
    }
}
