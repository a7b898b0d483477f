//! Claim 4, the part that posts can show: do the accounts share an application that few others use,
//! or a name that one of them had before another?
//!
//! **Invariant:** what posts do not carry (networks, telephones, payments) is not guessed at: the
//! claim is never contradicted here, since its absence shows nothing.

use std::collections::BTreeMap;

use concerted_methods::tails::{Urn, ln_hypergeometric_upper};

use super::{profile::Profile, together::LEAST_RATIO};
use crate::DetectError;

/// Largest share of the control that may use an application that counts as rare.
const RARE: f64 = 0.05;
/// Fewest accounts that share it.
const FEWEST: u64 = 3;
const LEVEL: f64 = 0.01;

/// What is shared.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SharedTraces {
    /// Whether the posts name applications at all.
    pub(crate) clients_known: bool,
    /// The rare application that most stand out with: its number, accused and control that use it
    /// mainly, and p corrected for all applications.
    pub(crate) client: Option<SharedClient>,
    /// Names that two accused or more have had.
    pub(crate) names: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SharedClient {
    pub(crate) client: u32,
    pub(crate) accused: u64,
    pub(crate) control: u64,
    pub(crate) ratio: f64,
    pub(crate) p: f64,
}

impl SharedTraces {
    pub(crate) fn supported(&self) -> bool {
        let rare = |client: SharedClient| client.p <= LEVEL && client.ratio >= LEAST_RATIO;
        self.client.is_some_and(rare)
    }
}

/// Looks at the main applications and all names.
pub(crate) fn look(
    accused: &[&Profile],
    control: &[&Profile],
) -> Result<SharedTraces, DetectError> {
    let count = |profiles: &[&Profile]| {
        let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
        profiles.iter().filter_map(|p| p.client).for_each(|c| *counts.entry(c).or_default() += 1);
        counts
    };
    let (theirs, others) = (count(accused), count(control));
    let (a, c): (u64, u64) = (theirs.values().sum(), others.values().sum());
    let mut best: Option<SharedClient> = None;
    for (&client, &used) in &theirs {
        let by_control = others.get(&client).copied().unwrap_or(0);
        if used < FEWEST || by_control as f64 > RARE * c as f64 || c == 0 {
            continue;
        }
        let urn = Urn { population: a + c, marked: used + by_control, drawn: a };
        let ln_p = ln_hypergeometric_upper(used, urn)
            .map_err(|error| DetectError::refused("hypergeometric tail", error))?;
        let share = |count: u64, of: u64| (count as f64 + 0.5) / (of as f64 + 1.0);
        let found = SharedClient {
            client,
            accused: used,
            control: by_control,
            ratio: share(used, a) / share(by_control, c),
            p: (ln_p.exp() * theirs.len() as f64).min(1.0),
        };
        if best.is_none_or(|best| found.p < best.p) {
            best = Some(found);
        }
    }
    let mut names: BTreeMap<u32, u64> = BTreeMap::new();
    for profile in accused {
        profile.handles.iter().for_each(|&name| *names.entry(name).or_default() += 1);
    }
    Ok(SharedTraces {
        clients_known: a > 0,
        client: best,
        names: names.values().filter(|&&accounts| accounts > 1).count() as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn using(client: u32) -> Profile {
        Profile { client: Some(client), ..Profile::default() }
    }

    #[test]
    fn a_rare_application_that_all_use_is_shared_and_a_common_one_is_not() {
        let (rare, common) = (using(1), using(2));
        let control: Vec<&Profile> = vec![&common; 50];
        assert!(look(&[&rare; 8], &control).unwrap().supported());
        assert!(!look(&[&common; 8], &control).unwrap().supported());
        assert!(!look(&[&Profile::default(); 8], &control).unwrap().clients_known);
    }
}
