//! Is this accusation true? A list of accounts, a claim, and what this data can say of it.
//!
//! | claim | question | how |
//! |---|---|---|
//! | C1 | together in time? | [`together`]: redrawn, halves, control |
//! | C2 | the same selection? | [`chosen`]: beyond lists of the control |
//! | C3 | automated? | [`pace`]: signs, beyond the control |
//! | C4 | shared control traces? | [`control_traces`]: in part |
//! | C5, C6 | false identity, who is behind? | undecidable from such data, always |
//!
//! Beside them: each member by itself ([`share`]), who is not on the list and behaves the same, and
//! whether it is one network. **Invariants:** rules are fixed before anything is looked at, and the same
//! for accused and control; without a control nothing is decided; no group's verdict convicts a member.
//!
//! # References
//! METHODS 5.6 (a fair audit); TRUST 7.

mod beside;
mod chosen;
mod claims;
mod control;
mod control_traces;
mod elsewhere;
pub(crate) mod field;
mod networks;
mod origin;
mod pace;
mod profile;
mod share;
mod together;
mod trial;
mod tried;

use concerted_model::{
    Plan, Span,
    tables::{Groups, Posts},
};
use serde::Serialize;

use crate::{Acted, DetectError, dice::Dice, halves::Blocks, topics::Topics};

pub(crate) use beside::Wakes;
pub(crate) use claims::wilson;
pub(crate) use share::{maybe, shares};

pub use claims::{Claim, ClaimName, ControlRate, Effect, Reason, RightShare, Verdict};
pub use control::Alike;
pub use networks::Unity;
pub use origin::{Collected, Origin, Used};
pub use share::{FEWEST_SITTINGS, Order, SHARE_LEVEL, Share, Standing};
pub use together::{Cell, Expected, LEAST_RATIO, LEVEL, Shown, clearest};

use chosen::Chosen;
use control::Pools;
use field::Field;
use profile::{Profile, Profiles};
use together::shown;
use trial::{Trying, try_list};
use tried::Tried;

/// Redrawn data sets for the list, and for each list of the control.
const DRAWS: u32 = 999;
const CONTROL_DRAWS: u32 = 199;
/// Lists of the control that go through the whole procedure, and through claim 2.
const LISTS: u64 = 20;
const CHOSEN_LISTS: u64 = 199;
/// Fewest testable members of a list.
const FEWEST_MEMBERS: usize = 3;
/// Names of streams of draws.
const STREAM_LIST: u64 = 0xA0D17;
const STREAM_CONTROL: u64 = 0xC0472;

/// A list to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Accusation<'a> {
    /// Rows of the accused accounts, in order.
    pub accused: &'a [u32],
    /// Rows of accounts to compare with; none if they are to be found in the data.
    pub control: Option<&'a [u32]>,
    /// The groups that the investigation claimed; none if nobody looked for groups.
    pub claimed: Option<&'a Groups>,
    /// How list and data came to be.
    pub origin: &'a Origin,
}

/// What the data says of an accusation.
#[derive(Clone, Debug, Serialize)]
pub struct Audited {
    /// The six claims, in order.
    pub claims: Vec<Claim>,
    /// Each member, in order of the list.
    pub members: Vec<Share>,
    /// Accounts that are not on the list and behave as its supported members do, the clearest first.
    pub outsiders: Vec<Share>,
    /// Accounts that only follow supported members: that shows nothing of either.
    pub followers: u64,
    /// Accounts outside the list that were tested for that.
    pub outsiders_tested: u64,
    /// One network, several or none.
    pub unity: Unity,
    /// The list in every trace and window.
    pub cells: Vec<Cell>,
    /// How alike accused and control are; none if there is no control.
    pub control: Option<Alike>,
    /// Accounts left out of the control because they behave as supported members do.
    pub left_out: u64,
    /// Accounts left out of the control because the investigation claimed them in a group: they are no
    /// example of accounts that act each for itself.
    pub left_out_grouped: u64,
    /// What was used of the data.
    pub used: Used,
}

/// Is it true, as far as these posts show?
///
/// `windows` are those that the clocks support; `posts` hold what accounts are like. Deterministic for
/// the plan's seed. Cost: redrawing the list's actions 1,000 times under two nulls, and 20 lists of
/// the control 200 times.
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
pub fn audit(
    accusation: Accusation<'_>,
    acted: Acted<'_>,
    posts: &[Posts],
    windows: &[Span],
    resolution: Span,
    plan: &Plan,
) -> Result<Audited, DetectError> {
    let (used, kept) = origin::restrict(accusation, acted)?;
    let acted = kept.acted(acted);
    // Interests are everybody's, and not what the accusation is about: those of all the data.
    let topics = acted.topics;
    let circumstances = acted.circumstances();
    let fields = Field::of_all(&circumstances, acted);
    let windows = field::windows(windows);
    let mut profiles = Profiles::of(posts, acted.accounts);
    if let Some(since) = used.since() {
        profiles.of.iter_mut().for_each(|p| p.times.retain(|&time| time >= since));
    }
    Looking { accusation, acted, fields: &fields, windows: &windows, profiles: &profiles }
        .look(topics, used, resolution, plan)
}

/// Everything that is looked at.
struct Looking<'l> {
    accusation: Accusation<'l>,
    acted: Acted<'l>,
    fields: &'l [Field<'l>],
    windows: &'l [Span],
    profiles: &'l Profiles,
}

impl Looking<'_> {
    fn look(
        &self,
        topics: &Topics,
        used: Used,
        resolution: Span,
        plan: &Plan,
    ) -> Result<Audited, DetectError> {
        let accused = self.accusation.accused;
        let (gap, seed) = (plan.detect.episode_gap, plan.detect.seed);
        let blocks = Blocks::of(self.acted.actions);
        let how = Trying {
            windows: self.windows,
            gap: gap.as_micros(),
            blocks,
            draws: DRAWS,
            stream: [seed, STREAM_LIST],
        };
        let mut members = shares(self.fields, accused, accused, accused, self.windows, gap)?;
        let tried = try_list(self.fields, accused, how);
        if used.declined() {
            // A list that was picked from these posts is alike by construction: nothing it shows
            // counts for or against anybody.
            members.iter_mut().for_each(|member| member.standing = Standing::Untestable);
        }
        let supported: Vec<u32> = members
            .iter()
            .filter(|member| member.standing == Standing::Supported)
            .map(|member| member.account)
            .collect();
        let (outside, tested) = self.outside(&supported, gap)?;
        let (outsiders, follow): (Vec<Share>, Vec<Share>) =
            outside.into_iter().partition(|share| share.order == Order::Mixed);
        let same: Vec<u32> = outsiders.iter().map(|share| share.account).collect();
        let grouped = self.grouped(&same);
        let eligible = self.eligible(&same, &grouped);
        let pools = Pools::of(accused, &eligible, self.profiles, topics);
        let compared = pools.enough() && used.comparable();
        let lists = if compared { self.lists(&pools, how) } else { Vec::new() };
        let cells = tried.against(lists.iter().map(|list| &list.1));
        let shown = shown(&cells);
        let rate = match compared {
            true => Some(self.rate(&lists, gap)?),
            false => None,
        };
        let chosen = match compared && !used.declined() {
            true => self.chosen(&pools, topics, blocks, seed),
            false => None,
        };
        let of = |accounts: &[u32]| -> Vec<&Profile> {
            accounts.iter().map(|&account| &self.profiles.of[account as usize]).collect()
        };
        let (theirs, others) = (of(accused), of(&pools.everybody));
        let paced = match compared && !used.declined() {
            true => Some(pace::compare(&theirs, &others, blocks, resolution.as_micros())?),
            false => None,
        };
        let traces = control_traces::look(&theirs, &others)?;
        let holding: Vec<Share> =
            members.iter().filter(|m| m.standing == Standing::Supported).copied().collect();
        let testable = members.iter().filter(|m| m.standing != Standing::Untestable).count();
        let unity = networks::unity(self.fields, &holding, testable, gap)?;
        let claims = claims::all(&claims::Evidence {
            compared,
            declined: used.declined(),
            by_list: used.by_list,
            testable,
            fewest: FEWEST_MEMBERS,
            supported: supported.len(),
            accused: accused.len(),
            cells: &cells,
            shown,
            rate,
            chosen,
            paced,
            traces: &traces,
            clients: &self.profiles.clients,
        });
        Ok(Audited {
            claims,
            members,
            outsiders,
            followers: follow.len() as u64,
            outsiders_tested: tested,
            unity,
            cells,
            control: compared.then(|| pools.alike(accused, self.profiles, topics)),
            left_out: if self.accusation.control.is_none() { same.len() as u64 } else { 0 },
            left_out_grouped: grouped.len() as u64,
            used,
        })
    }

    /// Who is not on the list and behaves as its supported members do? The clearest first, and how
    /// many were asked.
    fn outside(&self, supported: &[u32], gap: Span) -> Result<(Vec<Share>, u64), DetectError> {
        if supported.len() < FEWEST_MEMBERS {
            return Ok((Vec::new(), 0));
        }
        let others: Vec<u32> = (0..self.acted.accounts.len() as u32)
            .filter(|account| self.accusation.accused.binary_search(account).is_err())
            .collect();
        let accounts = self.acted.accounts.len();
        let hidden = maybe(self.fields, supported, accounts, self.windows, gap)?;
        let found = shares(self.fields, supported, &hidden, &others, self.windows, gap)?;
        let tested = found.iter().filter(|s| s.standing != Standing::Untestable).count() as u64;
        let mut same: Vec<Share> =
            found.into_iter().filter(|share| share.standing == Standing::Supported).collect();
        same.sort_by(|l, r| l.p.total_cmp(&r.p).then(l.account.cmp(&r.account)));
        Ok((same, tested))
    }

    /// Who is in a claimed group, and neither accused nor like them; nobody where a control is given.
    fn grouped(&self, same: &[u32]) -> Vec<u32> {
        let Accusation { accused, control, claimed, .. } = self.accusation;
        let Some(groups) = claimed.filter(|_| control.is_none()) else { return Vec::new() };
        let others = groups.account.values().iter().copied();
        let mut others: Vec<u32> = others
            .filter(|account| accused.binary_search(account).is_err() && !same.contains(account))
            .collect();
        others.sort_unstable();
        others.dedup();
        others
    }

    /// Who may be in the control: what was given, or everybody with posts who is in no claimed
    /// group; never the accused.
    fn eligible(&self, same: &[u32], grouped: &[u32]) -> Vec<u32> {
        let listed = |account: &u32| self.accusation.accused.binary_search(account).is_ok();
        match self.accusation.control {
            Some(given) => given.iter().copied().filter(|account| !listed(account)).collect(),
            None => (0..self.acted.accounts.len() as u32)
                .filter(|account| !listed(account) && !same.contains(account))
                .filter(|account| grouped.binary_search(account).is_err())
                .filter(|&account| self.profiles.of[account as usize].posts > 0)
                .collect(),
        }
    }

    /// Lists of the control, tried as the list was.
    fn lists(&self, pools: &Pools, how: Trying<'_>) -> Vec<(Vec<u32>, Tried)> {
        (0..LISTS)
            .map(|number| {
                let list = pools.list(&mut Dice::new(how.stream[0], [STREAM_CONTROL, number]));
                let stream = [how.stream[0], STREAM_CONTROL ^ (number + 1)];
                let how = Trying { draws: CONTROL_DRAWS, stream, ..how };
                let tried = try_list(self.fields, &list, how);
                (list, tried)
            })
            .collect()
    }

    /// How often does the same rule accuse lists and members of the control?
    fn rate(&self, lists: &[(Vec<u32>, Tried)], gap: Span) -> Result<ControlRate, DetectError> {
        let mut rate = ControlRate::default();
        for (place, (list, tried)) in lists.iter().enumerate() {
            let others = lists.iter().enumerate().filter(|(other, _)| *other != place);
            let cells = tried.against(others.map(|(_, list)| &list.1));
            let members = shares(self.fields, list, list, list, self.windows, gap)?;
            let accused = members.iter().filter(|m| m.standing == Standing::Supported).count();
            let testable = members.iter().filter(|m| m.standing != Standing::Untestable).count();
            rate.add(shown(&cells) == Shown::Together, accused as u64, testable as u64);
        }
        Ok(rate.told())
    }

    fn chosen(
        &self,
        pools: &Pools,
        topics: &Topics,
        blocks: Option<Blocks>,
        seed: u64,
    ) -> Option<Chosen> {
        let lists: Vec<Vec<u32>> = (0..CHOSEN_LISTS)
            .map(|number| pools.list(&mut Dice::new(seed, [STREAM_CONTROL, u64::MAX - number])))
            .collect();
        let accused = self.accusation.accused;
        chosen::compare(self.fields, accused, &lists, self.acted.objects, topics, blocks)
    }
}

/// P(Z > z) for standard normal Z; Abramowitz & Stegun 1964, 26.2.17, to 7.5e-8.
pub(crate) fn normal_upper(z: f64) -> f64 {
    if z < 0.0 {
        return 1.0 - normal_upper(-z);
    }
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let inner = -1.821_255_978 + t * 1.330_274_429;
    let series = t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * inner)));
    (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt() * series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_tail_has_its_known_values() {
        for (z, expected) in [(0.0, 0.5), (1.959_964, 0.025), (-1.0, 0.841_344_7), (4.0, 3.167e-5)]
        {
            assert!((normal_upper(z) - expected).abs() < 1e-7, "{z}");
        }
    }
}
