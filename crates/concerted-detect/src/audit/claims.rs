//! The six claims and the rule by which each is answered, fixed before anything is looked at.
//!
//! *Supported*: the effect is at least 1.5 with the lower end of its interval above one, at a
//! corrected 1 %, in both halves of the time or in two traces, and the same rule leaves the control alone.
//! *Contradicted*: an effect of 1.5 would have been seen with 80 % and is excluded. *Undecidable*: the rest,
//! with what would decide it. **Invariant:** false identity and who is behind it are never decided.

use serde::Serialize;

use super::{
    chosen::Chosen,
    control_traces::SharedTraces,
    pace::Paced,
    together::{Cell, LEAST_RATIO, LEVEL, Shown, clearest},
};

/// Rates of true accusations among all, at which the share of right ones is told.
const PREVALENCES: [f64; 4] = [0.001, 0.01, 0.1, 0.5];
/// Share of true members that the rule is taken to find.
const SENSITIVITY: f64 = 0.8;
/// The largest share of the control's members that the rule may accuse.
const LARGEST_CONTROL_SHARE: f64 = 0.01;
const Z: f64 = 1.959_964;

/// What is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimName {
    /// They act together in time.
    Together,
    /// They choose the same things.
    Selection,
    /// They are automated.
    Automated,
    /// They have traces of control in common.
    ControlTraces,
    /// Their identity is false.
    FalseIdentity,
    /// Who is behind them.
    WhoIsBehind,
}

/// What the data says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The effect is there.
    Supported,
    /// It would have been seen, and is not there.
    Contradicted,
    /// These data cannot tell.
    Undecidable,
}

/// Why, and what would decide it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The rule for support holds.
    Replicated,
    /// The rule for contradiction holds.
    Excluded,
    /// There is nobody to compare with.
    NoControl,
    /// The data are the posts of the accused.
    CollectedByList,
    /// The list was picked from these posts, and nothing else is left.
    Circular,
    /// Too few of the accused do enough to be tested.
    TooFewAccounts,
    /// Too little happens to see an effect of the least ratio, if there were one.
    NoPower,
    /// Something is there, but only in one half of the time and one trace.
    NotReplicated,
    /// The same rule accuses the control as well.
    ControlToo,
    /// Only some of the accused show it: the list as a whole is not what it is said to be.
    PartOnly,
    /// Between the bounds: neither there nor excluded.
    Between,
    /// Posts do not carry it.
    NotInPosts,
    /// The posts name no applications.
    NoClients,
    /// Nothing of the kind is shared; that excludes nothing.
    NothingShared,
}

/// Observed for each expected.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The ratio.
    pub ratio: f64,
    /// Ends of its 95 % interval.
    pub low: f64,
    /// The upper one.
    pub high: f64,
}

/// The share of right accusations, at one rate of true ones.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RightShare {
    /// Rate of true ones among all that could be accused.
    pub prevalence: f64,
    /// Share of right ones at the rate at which the control was accused.
    pub about: f64,
    /// And at the upper end of that rate's interval.
    pub at_least: f64,
}

/// How often the same rule accuses the control.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ControlRate {
    /// Lists of the control that went through the whole procedure.
    pub lists: u64,
    /// Of these, such that acted together by the rule.
    pub lists_accused: u64,
    /// Members of them that could be tested, each list's counted.
    pub accounts: u64,
    /// Of these, supported by the rule.
    pub accounts_accused: u64,
    /// Per 1,000, with the ends of the 95 % interval (Wilson).
    pub per_1000: [f64; 3],
    /// What share of accusations by this rule would be right.
    pub right: Vec<RightShare>,
}

impl ControlRate {
    pub(super) fn add(&mut self, accused: bool, accounts_accused: u64, accounts: u64) {
        self.lists += 1;
        self.lists_accused += u64::from(accused);
        self.accounts += accounts;
        self.accounts_accused += accounts_accused;
    }

    pub(super) fn told(mut self) -> Self {
        let (n, k) = (self.accounts as f64, self.accounts_accused as f64);
        let (share, low, high) = if n > 0.0 { wilson(k, n) } else { (0.0, 0.0, 1.0) };
        self.per_1000 = [1000.0 * share, 1000.0 * low, 1000.0 * high];
        let right = |prevalence: f64, wrong: f64| {
            let found = prevalence * SENSITIVITY;
            found / (found + (1.0 - prevalence) * wrong)
        };
        self.right = PREVALENCES
            .iter()
            .map(|&prevalence| RightShare {
                prevalence,
                about: right(prevalence, share),
                at_least: right(prevalence, high),
            })
            .collect();
        self
    }

    fn clean(&self) -> bool {
        let share = self.accounts_accused as f64 / self.accounts.max(1) as f64;
        self.lists_accused == 0 && share <= LARGEST_CONTROL_SHARE
    }
}

/// Wilson's 95 % interval of a share.
pub(crate) fn wilson(k: f64, n: f64) -> (f64, f64, f64) {
    let share = k / n;
    let centre = (k + Z * Z / 2.0) / (n + Z * Z);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt() / (1.0 + Z * Z / n);
    (share, (centre - half).max(0.0), (centre + half).min(1.0))
}

/// A claim answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claim {
    /// Which.
    pub claim: ClaimName,
    /// What the data says.
    pub verdict: Verdict,
    /// Why, the weightiest first.
    pub reasons: Vec<Reason>,
    /// The effect where it is clearest; none where nothing was measured.
    pub effect: Option<Effect>,
    /// p, corrected; none where nothing was measured.
    pub p: Option<f64>,
    /// The level that p is held against.
    pub level: f64,
    /// The least effect that counts.
    pub least_ratio: f64,
    /// Probability to have seen that effect, if it were there.
    pub power: Option<f64>,
    /// How often the same rule accuses the control.
    pub control: Option<ControlRate>,
    /// Counts that the effect is made of: accused with it, accused tested, control with it, control tested.
    pub counts: Option<[u64; 4]>,
    /// A name that goes with it, such as an application.
    pub named: Option<String>,
}

impl Claim {
    fn answered(claim: ClaimName, verdict: Verdict, reason: Reason) -> Self {
        Self {
            claim,
            verdict,
            reasons: vec![reason],
            effect: None,
            p: None,
            level: LEVEL,
            least_ratio: LEAST_RATIO,
            power: None,
            control: None,
            counts: None,
            named: None,
        }
    }
}

/// What claims are answered from.
pub(super) struct Evidence<'e> {
    pub(super) compared: bool,
    pub(super) declined: bool,
    pub(super) by_list: bool,
    pub(super) testable: usize,
    pub(super) fewest: usize,
    pub(super) supported: usize,
    pub(super) accused: usize,
    pub(super) cells: &'e [Cell],
    pub(super) shown: Shown,
    pub(super) rate: Option<ControlRate>,
    pub(super) chosen: Option<Chosen>,
    pub(super) paced: Option<Paced>,
    pub(super) traces: &'e SharedTraces,
    pub(super) clients: &'e [String],
}

/// The six answers, in order.
pub(super) fn all(evidence: &Evidence<'_>) -> Vec<Claim> {
    use ClaimName::{FalseIdentity, WhoIsBehind};
    let never = |name| Claim::answered(name, Verdict::Undecidable, Reason::NotInPosts);
    vec![
        together(evidence),
        selection(evidence),
        automated(evidence),
        control_traces(evidence),
        never(FalseIdentity),
        never(WhoIsBehind),
    ]
}

/// Why nothing is decided at all, if so.
fn undecided(evidence: &Evidence<'_>) -> Option<Reason> {
    if evidence.declined {
        Some(Reason::Circular)
    } else if evidence.by_list {
        Some(Reason::CollectedByList)
    } else if !evidence.compared {
        Some(Reason::NoControl)
    } else {
        None
    }
}

fn together(evidence: &Evidence<'_>) -> Claim {
    let (verdict, reason) = match undecided(evidence) {
        Some(reason) => (Verdict::Undecidable, reason),
        None if evidence.testable < evidence.fewest => {
            (Verdict::Undecidable, Reason::TooFewAccounts)
        }
        None => match evidence.shown {
            Shown::Together if evidence.rate.as_ref().is_some_and(ControlRate::clean) => {
                (Verdict::Supported, Reason::Replicated)
            }
            Shown::Together => (Verdict::Undecidable, Reason::ControlToo),
            Shown::NotTogether if evidence.supported >= evidence.fewest => {
                (Verdict::Undecidable, Reason::PartOnly)
            }
            Shown::NotTogether => (Verdict::Contradicted, Reason::Excluded),
            Shown::NotReplicated => (Verdict::Undecidable, Reason::NotReplicated),
            Shown::Unclear => (Verdict::Undecidable, unclear(evidence.cells)),
        },
    };
    let mut claim = Claim::answered(ClaimName::Together, verdict, reason);
    if verdict == Verdict::Supported && 2 * evidence.supported < evidence.accused {
        claim.reasons.push(Reason::PartOnly);
    }
    if let Some(cell) = clearest(evidence.cells) {
        let [low, high] = cell.interval;
        claim.effect = Some(Effect { ratio: cell.ratio, low, high });
        claim.p = Some(cell.p());
        claim.power = Some(cell.power);
    }
    claim.control.clone_from(&evidence.rate);
    claim
}

fn unclear(cells: &[Cell]) -> Reason {
    if cells.iter().all(|cell| cell.power < 0.8) { Reason::NoPower } else { Reason::Between }
}

fn selection(evidence: &Evidence<'_>) -> Claim {
    let name = ClaimName::Selection;
    let answered = |verdict, reason| Claim::answered(name, verdict, reason);
    if let Some(reason) = undecided(evidence) {
        return answered(Verdict::Undecidable, reason);
    }
    let Some(chosen) = evidence.chosen else {
        return answered(Verdict::Undecidable, Reason::NoControl);
    };
    let mut claim = if chosen.supported() {
        answered(Verdict::Supported, Reason::Replicated)
    } else if chosen.contradicted() {
        answered(Verdict::Contradicted, Reason::Excluded)
    } else if !chosen.enough {
        answered(Verdict::Undecidable, Reason::NoPower)
    } else {
        answered(Verdict::Undecidable, Reason::Between)
    };
    let [low, high] = chosen.interval;
    claim.effect = Some(Effect { ratio: chosen.ratio, low, high });
    claim.p = Some(chosen.p);
    claim
}

fn automated(evidence: &Evidence<'_>) -> Claim {
    let name = ClaimName::Automated;
    let answered = |verdict, reason| Claim::answered(name, verdict, reason);
    if let Some(reason) = undecided(evidence) {
        return answered(Verdict::Undecidable, reason);
    }
    let Some(paced) = evidence.paced else {
        return answered(Verdict::Undecidable, Reason::NoControl);
    };
    let few = (paced.accused[1] as usize) < evidence.fewest || paced.control[1] == 0;
    let mut claim = if few {
        answered(Verdict::Undecidable, Reason::TooFewAccounts)
    } else if paced.supported() {
        answered(Verdict::Supported, Reason::Replicated)
    } else if paced.contradicted() {
        answered(Verdict::Contradicted, Reason::Excluded)
    } else if paced.power < 0.8 {
        answered(Verdict::Undecidable, Reason::NoPower)
    } else {
        answered(Verdict::Undecidable, Reason::Between)
    };
    let [low, high] = paced.interval;
    claim.effect = Some(Effect { ratio: paced.ratio, low, high });
    claim.p = Some(paced.p);
    claim.power = Some(paced.power);
    claim.counts = Some([paced.accused[0], paced.accused[1], paced.control[0], paced.control[1]]);
    claim
}

fn control_traces(evidence: &Evidence<'_>) -> Claim {
    let name = ClaimName::ControlTraces;
    let answered = |reason| Claim::answered(name, Verdict::Undecidable, reason);
    if let Some(reason) = undecided(evidence) {
        return answered(reason);
    }
    let traces = evidence.traces;
    let mut claim = match traces.client {
        Some(client) if traces.supported() => {
            let mut claim = Claim::answered(name, Verdict::Supported, Reason::Replicated);
            claim.named = evidence.clients.get(client.client as usize).cloned();
            claim
        }
        _ if !traces.clients_known => answered(Reason::NoClients),
        _ => answered(Reason::NothingShared),
    };
    if let Some(client) = traces.client {
        claim.p = Some(client.p);
        claim.counts = Some([client.accused, evidence.accused as u64, client.control, 0]);
    }
    claim
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(shown: Shown, traces: &SharedTraces) -> Evidence<'_> {
        let mut rate = ControlRate::default();
        (0..20).for_each(|_| rate.add(false, 0, 30));
        Evidence {
            compared: true,
            declined: false,
            by_list: false,
            testable: 20,
            fewest: 3,
            supported: 15,
            accused: 20,
            cells: &[],
            shown,
            rate: Some(rate.told()),
            chosen: None,
            paced: None,
            traces,
            clients: &[],
        }
    }

    #[test]
    fn without_a_control_nothing_is_decided_however_clear_it_looks() {
        let traces = SharedTraces::default();
        let answered = all(&Evidence { compared: false, ..evidence(Shown::Together, &traces) });
        assert!(answered.iter().all(|claim| claim.verdict == Verdict::Undecidable));
        assert_eq!(answered[0].reasons, [Reason::NoControl]);
    }

    #[test]
    fn a_rule_that_accuses_the_control_as_well_decides_nothing() {
        let traces = SharedTraces::default();
        assert_eq!(all(&evidence(Shown::Together, &traces))[0].verdict, Verdict::Supported);
        let mut rate = ControlRate::default();
        (0..20).for_each(|list| rate.add(list == 3, 1, 30));
        let evidence = Evidence { rate: Some(rate.told()), ..evidence(Shown::Together, &traces) };
        assert_eq!(all(&evidence)[0].reasons, [Reason::ControlToo]);
    }

    #[test]
    fn identity_and_who_is_behind_are_never_decided() {
        let traces = SharedTraces::default();
        for shown in [Shown::Together, Shown::NotTogether, Shown::Unclear] {
            for claim in &all(&evidence(shown, &traces))[4..] {
                assert_eq!(claim.verdict, Verdict::Undecidable);
                assert_eq!(claim.reasons, [Reason::NotInPosts]);
            }
        }
    }

    #[test]
    fn at_one_in_a_hundred_four_fifths_found_and_one_percent_wrong_45_percent_are_right() {
        let mut rate = ControlRate::default();
        rate.add(false, 10, 1000);
        let right = rate.told().right;
        assert!((right[1].about - 0.447).abs() < 0.001, "{right:?}");
        assert!(right[1].at_least < right[1].about);
    }
}
