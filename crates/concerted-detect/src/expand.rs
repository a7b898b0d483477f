//! Who else? From some known accounts, the rest of their network.
//!
//! Every account outside is asked the question that an audit asks of a member: does it act in the
//! wake of the known ones more than chance, under both nulls? Those for whom that holds join, and the
//! question is asked again from the larger network, hop by hop, until nobody joins. **The false
//! discovery rate** over all candidates is spent in halves: half of it on the first hop, a quarter
//! on the second, and so on. At the end everybody who joined is asked once more, each left out of the
//! whole.
//!
//! **What the unknown part of a network does would excuse the known one.** The slots of whoever may be of
//! it therefore do not count as what everybody else does: of every group that was claimed before anybody
//! knew the seeds and that, grown as seeds are, holds two of them or more, and of whoever acts with the
//! known ones by the joint null alone. Hiding a group convicts nobody: its members are asked like all others.
//!
//! An account that only follows, or that is only followed, does not join: it may be a reader or a model.
//! Seeds that are not tied to each other, by their own acts or as members of one claimed group, are
//! refused: from strangers, anybody could be reached.
//!
//! **Invariant:** an account is never asked against itself; who joins does not depend on order.
//!
//! # References
//! METHODS 2.7 (test G, pruning); Benjamini & Hochberg 1995; Foster & Stine 2008 (spending a rate).

use std::collections::BTreeMap;

use concerted_model::{Plan, Span, tables::Groups};
use serde::Serialize;

use crate::{
    Acted, DetectError,
    audit::{Order, Share, Standing, Wakes, field, field::Field, maybe, shares, wilson},
};

/// Most hops: by then a 1,000th of the rate is left to spend.
const MOST_HOPS: u32 = 10;
/// Fewest seeds that must be tied to each other.
const FEWEST_TIED: usize = 2;
/// Occasions shown of each account.
const SHOWN: usize = 3;
/// Level at which a seed is tied to the others.
const SEED_LEVEL: f64 = 0.05;

/// An account that belongs to the seeds' network.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its share in what the network does.
    pub share: Share,
    /// In which hop it joined, from 1.
    pub hop: u32,
    /// Occasions: rows of its action and of the one before it, by a member known by then.
    pub shown: Vec<(usize, usize)>,
}

/// Why the search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// Nobody else joins.
    NobodyElse,
    /// The rate is spent.
    RateSpent,
    /// The seeds are not tied to each other.
    SeedsNotTied,
}

/// What an expansion gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Expanded {
    /// The seeds, each against the others, in order of account.
    pub seeds: Vec<Share>,
    /// Seeds that are tied to others.
    pub tied: usize,
    /// Of these, members of a claimed group, or whom it leads to, that holds another seed.
    pub in_groups: usize,
    /// Who joined, by hop and then the clearest first.
    pub found: Vec<Found>,
    /// Accounts that only follow the network, or that it only follows.
    pub one_sided: u64,
    /// Candidates that could be tested in the last hop.
    pub tested: u64,
    /// Candidates that do too little.
    pub untestable: u64,
    /// Seeds that would have been found from the other seeds, of the tied ones.
    pub recovered: u64,
    /// Share of such among all members: estimate and 95 % interval (Wilson).
    pub recovery: [f64; 3],
    /// Why it ended.
    pub ended: Ended,
}

/// Where to look from.
#[derive(Clone, Copy, Debug)]
pub struct Seeds<'s> {
    /// Rows, in order.
    pub accounts: &'s [u32],
    /// The groups that were claimed in these posts, if somebody looked for groups.
    pub claimed: Option<&'s Groups>,
}

/// Who acts with the seeds more than chance, with at most `rate` false ones expected among those who join?
///
/// O(slots) for each trace, window and hop, then the acts of the candidates.
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
pub fn expand(
    acted: Acted<'_>,
    seeds: Seeds<'_>,
    rate: f64,
    windows: &[Span],
    plan: &Plan,
) -> Result<Expanded, DetectError> {
    let detect = &plan.detect;
    let accounts = acted.accounts.len();
    let circumstances = acted.circumstances();
    let fields = Field::of_all(&circumstances, acted);
    let windows = field::windows(windows);
    let gap = detect.episode_gap;
    let mut search =
        Search { fields: &fields, windows: &windows, gap, accounts, of_seeds: Vec::new() };
    search.of_seeds = search.claimed_with(seeds, rate)?;
    search.from(seeds.accounts, rate)
}

struct Search<'s> {
    fields: &'s [Field<'s>],
    windows: &'s [Span],
    gap: Span,
    accounts: usize,
    /// Members of claimed groups that hold seeds, and whom these lead to.
    of_seeds: Vec<u32>,
}

/// Who joined, and what was asked for it.
struct Grown {
    /// Each with its hop, from 1; hop by hop, the clearest first.
    joined: Vec<(u32, Share)>,
    one_sided: u64,
    tested: u64,
    untestable: u64,
    ended: Ended,
}

impl Search<'_> {
    fn shares(&self, others: &[u32], tested: &[u32]) -> Result<Vec<Share>, DetectError> {
        let mut hidden = maybe(self.fields, others, self.accounts, self.windows, self.gap)?;
        hidden.extend(&self.of_seeds);
        hidden.sort_unstable();
        hidden.dedup();
        shares(self.fields, others, &hidden, tested, self.windows, self.gap)
    }

    fn from(&self, seeds: &[u32], rate: f64) -> Result<Expanded, DetectError> {
        let of_seeds = self.shares(seeds, seeds)?;
        let grouped = |account: &u32| self.of_seeds.binary_search(account).is_ok();
        let tied: Vec<u32> = of_seeds
            .iter()
            .filter(|seed| seed.holds(SEED_LEVEL) || grouped(&seed.account))
            .map(|seed| seed.account)
            .collect();
        let mut expanded = Expanded {
            seeds: of_seeds,
            tied: tied.len(),
            in_groups: tied.iter().filter(|account| grouped(account)).count(),
            found: Vec::new(),
            one_sided: 0,
            tested: 0,
            untestable: 0,
            recovered: 0,
            recovery: [0.0, 0.0, 1.0],
            ended: Ended::SeedsNotTied,
        };
        // Most seeds must be tied: a few of many would speak for strangers.
        if tied.len() < FEWEST_TIED || 2 * tied.len() < seeds.len() {
            return Ok(expanded);
        }
        let grown = self.grow(&tied, seeds, rate)?;
        expanded.ended = grown.ended;
        (expanded.one_sided, expanded.tested) = (grown.one_sided, grown.tested);
        expanded.untestable = grown.untestable;
        let mut network = tied.clone();
        for joined in grown.joined.chunk_by(|l, r| l.0 == r.0) {
            for &(hop, share) in joined {
                let shown = self.shown(&share, &network);
                expanded.found.push(Found { share, hop, shown });
            }
            network.extend(joined.iter().map(|(_, share)| share.account));
            network.sort_unstable();
        }
        self.ask_again(&tied, rate, &mut expanded)?;
        self.recover(seeds, &tied, rate, &mut expanded)?;
        Ok(expanded)
    }

    /// Members of the claimed groups that lead to two seeds or more, and whom they lead to, in order.
    ///
    /// A group that holds a seed may be a part of the network only: it is grown as seeds are, and where it
    /// then holds other seeds, they are of one network.
    fn claimed_with(&self, seeds: Seeds<'_>, rate: f64) -> Result<Vec<u32>, DetectError> {
        let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        if let Some(claimed) = seeds.claimed {
            for (&group, &account) in claimed.group.values().iter().zip(claimed.account.values()) {
                groups.entry(group).or_default().push(account);
            }
        }
        let held = |group: &[u32]| {
            group.iter().filter(|account| seeds.accounts.binary_search(account).is_ok()).count()
        };
        let mut found = Vec::new();
        for mut group in groups.into_values().filter(|group| held(group) > 0) {
            group.sort_unstable();
            if held(&group) < seeds.accounts.len() {
                let search = Search { of_seeds: group.clone(), ..*self };
                let grown = search.grow(&group, &[], rate)?;
                group.extend(grown.joined.iter().map(|(_, share)| share.account));
            }
            if held(&group) >= FEWEST_TIED {
                found.extend(group);
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Who joins `start`, hop by hop; `aside` are not asked.
    fn grow(&self, start: &[u32], aside: &[u32], rate: f64) -> Result<Grown, DetectError> {
        let mut network = start.to_vec();
        let mut grown = Grown {
            joined: Vec::new(),
            one_sided: 0,
            tested: 0,
            untestable: 0,
            ended: Ended::RateSpent,
        };
        for hop in 1..=MOST_HOPS {
            let candidates: Vec<u32> = (0..self.accounts as u32)
                .filter(|account| network.binary_search(account).is_err())
                .filter(|account| aside.binary_search(account).is_err())
                .collect();
            let asked = self.shares(&network, &candidates)?;
            grown.tested =
                asked.iter().filter(|s| s.standing != Standing::Untestable).count() as u64;
            grown.untestable = asked.len() as u64 - grown.tested;
            let spent = rate / f64::from(2_u32.pow(hop));
            let mut joining: Vec<Share> =
                asked.into_iter().filter(|share| share.holds(spent)).collect();
            grown.one_sided = joining.iter().filter(|s| s.order != Order::Mixed).count() as u64;
            joining.retain(|share| share.order == Order::Mixed);
            if joining.is_empty() {
                grown.ended = Ended::NobodyElse;
                break;
            }
            joining.sort_by(|l, r| l.p.total_cmp(&r.p).then(l.account.cmp(&r.account)));
            network.extend(joining.iter().map(|share| share.account));
            network.sort_unstable();
            grown.joined.extend(joining.into_iter().map(|share| (hop, share)));
        }
        Ok(grown)
    }

    /// Occasions on which an account acted in the wake of the network: rows of actions.
    fn shown(&self, share: &Share, network: &[u32]) -> Vec<(usize, usize)> {
        let field = self.fields.iter().find(|field| Some(field.trace()) == share.trace);
        let Some(field) = field else { return Vec::new() };
        let window = Span::micros((share.window_seconds * 1e6) as i64);
        let wakes = Wakes::of(field, network, network, window, self.gap);
        let slots = wakes.shown(share.account, SHOWN);
        slots.into_iter().map(|(own, before)| (field.action(own), field.action(before))).collect()
    }

    /// Everybody who joined, each against the whole without it; who does not hold, leaves.
    fn ask_again(
        &self,
        tied: &[u32],
        rate: f64,
        expanded: &mut Expanded,
    ) -> Result<(), DetectError> {
        let joined: Vec<u32> = {
            let mut joined: Vec<u32> = expanded.found.iter().map(|f| f.share.account).collect();
            joined.sort_unstable();
            joined
        };
        let mut network: Vec<u32> = tied.iter().chain(&joined).copied().collect();
        network.sort_unstable();
        let asked = self.shares(&network, &joined)?;
        expanded.found.retain_mut(|found| {
            let place = joined.binary_search(&found.share.account).unwrap_or_default();
            let share = &asked[place];
            let stays = share.holds(rate) && share.order == Order::Mixed;
            if stays {
                // How it was found stays as it was told; its place in the whole is the surer number.
                found.share.p = found.share.p.min(share.p);
                found.share.q = found.share.q.min(share.q);
            }
            stays
        });
        Ok(())
    }

    /// Would each seed have been found from the others? They were chosen beforehand, so that the
    /// share of those found tells of members that nobody knows yet.
    fn recover(
        &self,
        seeds: &[u32],
        tied: &[u32],
        rate: f64,
        expanded: &mut Expanded,
    ) -> Result<(), DetectError> {
        let mut network: Vec<u32> =
            tied.iter().copied().chain(expanded.found.iter().map(|f| f.share.account)).collect();
        network.sort_unstable();
        let mut recovered = 0;
        let again = self.shares(&network, seeds)?;
        for share in &again {
            // As strict as the first hop is on candidates, whose family is all of them.
            let level = rate / 2.0 * (1.0 + expanded.found.len() as f64);
            let strict = share.p * expanded.tested.max(1) as f64 <= level;
            recovered += u64::from(strict && share.order == Order::Mixed && share.holds(1.0));
        }
        expanded.recovered = recovered;
        let (share, low, high) = wilson(recovered as f64, seeds.len() as f64);
        expanded.recovery = [share, low, high];
        Ok(())
    }
}
