//! Accusations in worlds whose truth is known: true ones, false ones and half-true ones.
//!
//! **Invariant:** the audit sees posts, a list and nothing else; the truth makes the lists and is held
//! against the answers.

use std::collections::{BTreeMap, BTreeSet};

use concerted_detect::{
    Acted,
    audit::{self, Accusation, Audited, Origin, Standing, Verdict},
    coaction, expand,
};
use concerted_model::{
    Plan, Span,
    tables::{Accounts, Groups, Posts},
};
use concerted_testkit::{
    CampaignPlan, FandomPlan, Link, PlantedGroup, SourcePlan, Style, Truth, World, WorldPlan,
    generate,
};
use std::time::Duration;

use crate::{stages::Activity, tables};

/// A list of accounts, and what it is in truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// All members of a planted network.
    Network,
    /// Fans of one star.
    Fans,
    /// Supporters of one hashtag.
    Supporters,
    /// Ordinary accounts, as active as the network's members.
    Ordinary,
    /// A network with 40 % innocents.
    Mixed,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Network, Self::Fans, Self::Supporters, Self::Ordinary, Self::Mixed];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Fans => "fans",
            Self::Supporters => "supporters",
            Self::Ordinary => "ordinary",
            Self::Mixed => "mixed",
        }
    }
}

/// How one list was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What it is in truth.
    pub kind: Kind,
    /// How the network of this world acts.
    pub style: &'static str,
    /// Accounts on the list.
    pub accused: usize,
    /// Claim 1.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// The effect.
    pub ratio: f64,
    /// Its power.
    pub power: f64,
    /// True members on the list: supported, without support, untestable.
    pub members: [usize; 3],
    /// Innocents on the list, likewise.
    pub innocents: [usize; 3],
    /// Innocents elsewhere that were said to behave the same.
    pub wrong_outsiders: usize,
    /// Accounts of the control accused, of those tested.
    pub control: [u64; 2],
    /// Lists of the control accused.
    pub control_lists: u64,
    /// Networks drawn.
    pub networks: Vec<usize>,
    /// The verdicts of the other claims.
    pub others: Vec<Verdict>,
}

/// Sizes of networks, and how they act: by seed, each with each.
const SIZES: [usize; 5] = [10, 20, 40, 100, 200];
const PROMPT: Duration = Duration::from_secs(20);
const STYLES: [Style; 6] = [
    Style::Tight { mean_delay: PROMPT },
    Style::Copypasta { within: Duration::from_secs(900), link: Link::Absent },
    Style::Loose { within: Duration::from_secs(3_600) },
    Style::Exclusive { mean_delay: PROMPT },
    Style::Paraphrasing { within: Duration::from_secs(900) },
    Style::Rotating { subset: 5, mean_delay: PROMPT },
];

/// The world of a seed: one network, two fandoms and a campaign among 4,000 accounts in two weeks.
#[must_use]
pub fn plan(seed: u64) -> WorldPlan {
    let size = SIZES[(seed as usize - 1) % SIZES.len()];
    let style = STYLES[(seed as usize - 1) % STYLES.len()];
    world(seed, size, style)
}

fn world(seed: u64, size: usize, style: Style) -> WorldPlan {
    // Who takes turns acts more often as a group.
    let (style, joint_actions) = match style {
        Style::Rotating { mean_delay, .. } => {
            let subset = 5.max(size / 8);
            (Style::Rotating { subset, mean_delay }, 60)
        }
        style => (style, 18),
    };
    WorldPlan {
        seed,
        accounts: 4_000,
        actions: 125_000,
        sources: SourcePlan { count: 200, posts: 10_000, ..SourcePlan::default() },
        fandoms: vec![FandomPlan { members: 40..=60, ..FandomPlan::default() }; 2],
        campaigns: vec![CampaignPlan::default()],
        planted: vec![PlantedGroup { size, joint_actions, participation: 0.8, style }],
        ..WorldPlan::default()
    }
}

/// The tables of a world.
pub struct Read {
    truth: Truth,
    posts: Vec<Posts>,
    accounts: Accounts,
    activity: Activity,
    rows: BTreeMap<String, u32>,
    resolution: Span,
    claimed: Groups,
}

impl Read {
    /// Makes a world and its tables.
    ///
    /// # Errors
    /// The words of a stage that failed: a bug.
    pub fn of(plan: &WorldPlan) -> Result<Self, String> {
        Self::of_world(generate(plan))
    }

    /// The tables of a world.
    ///
    /// # Errors
    /// The words of a stage that failed: a bug.
    pub fn of_world(world: World) -> Result<Self, String> {
        let (posts, accounts) = tables::of(&world).map_err(|error| error.to_string())?;
        let read = Self::of_posts(vec![posts], accounts, Span::micros(1000), Plan::default())?;
        Ok(Self { truth: world.truth, ..read })
    }

    /// The tables of posts of which nothing is known, with clocks as fine as `resolution`.
    ///
    /// # Errors
    /// The words of a stage that failed.
    pub fn of_posts(
        posts: Vec<Posts>,
        accounts: Accounts,
        resolution: Span,
        plan: Plan,
    ) -> Result<Self, String> {
        let activity = Activity::of(&posts, &accounts, &plan).map_err(|error| error.to_string())?;
        let rows = (0..accounts.len())
            .map(|row| (accounts.id.value(row).to_owned(), row as u32))
            .collect();
        let found = activity.detect(&accounts, resolution).map_err(|error| error.to_string())?;
        let claimed = found.groups;
        Ok(Self { truth: Truth::default(), posts, accounts, activity, rows, resolution, claimed })
    }

    fn acted(&self) -> Acted<'_> {
        self.activity.acted(&self.accounts)
    }

    /// Rows of accounts, in order; those without posts are left out.
    #[must_use]
    pub fn rows<'n>(&self, names: impl IntoIterator<Item = &'n String>) -> Vec<u32> {
        let mut rows: Vec<u32> =
            names.into_iter().filter_map(|name| self.rows.get(name).copied()).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Members of the planted network.
    #[must_use]
    pub fn network(&self) -> Vec<u32> {
        self.rows(self.truth.groups.iter().flat_map(|group| &group.members))
    }

    /// Audits a list.
    ///
    /// # Errors
    /// The words of a stage that failed: a bug.
    pub fn audit(&self, accused: &[u32], origin: &Origin) -> Result<Audited, String> {
        self.audit_against(accused, None, origin)
    }

    /// Audits a list against these accounts, or against some drawn from the posts.
    ///
    /// # Errors
    /// The words of a stage that failed: a bug.
    pub fn audit_against(
        &self,
        accused: &[u32],
        control: Option<&[u32]>,
        origin: &Origin,
    ) -> Result<Audited, String> {
        let accusation = Accusation { accused, control, claimed: Some(&self.claimed), origin };
        let windows = coaction::usable_windows(&self.activity.plan.detect, self.resolution)
            .map_err(|error| error.to_string())?;
        let (acted, posts) = (self.acted(), &self.posts);
        audit::audit(accusation, acted, posts, &windows, self.resolution, &self.activity.plan)
            .map_err(|error| error.to_string())
    }

    /// The id of an account.
    #[must_use]
    pub fn name(&self, account: u32) -> String {
        self.accounts.id.value(account as usize).to_owned()
    }

    /// The groups that an investigation of these posts claims.
    #[must_use]
    pub const fn claimed(&self) -> &Groups {
        &self.claimed
    }

    /// Expands from seeds, with a false discovery rate of 5 %.
    ///
    /// # Errors
    /// The words of a stage that failed: a bug.
    pub fn expand(
        &self,
        seeds: &[u32],
        claimed: Option<&Groups>,
    ) -> Result<expand::Expanded, String> {
        let seeds = expand::Seeds { accounts: seeds, claimed };
        expand::expand(
            self.acted(),
            seeds,
            0.05,
            &self.activity.plan.detect.windows,
            &self.activity.plan,
        )
        .map_err(|error| error.to_string())
    }

    /// Ordinary accounts, as active as those of `like`: one for each, in an order that the seed decides.
    #[must_use]
    pub fn ordinary(&self, like: &[u32], count: usize) -> Vec<u32> {
        let truth = &self.truth;
        let known: BTreeSet<u32> = self
            .network()
            .into_iter()
            .chain(self.rows(truth.fandoms.iter().flat_map(|f| f.members.iter().chain([&f.star]))))
            .chain(
                self.rows(truth.campaigns.iter().flat_map(|c| c.members.iter().chain([&c.caller]))),
            )
            .chain(self.rows(truth.auto_reposters.iter().map(|r| &r.account)))
            .chain(self.rows(&truth.sources))
            .collect();
        let posts = |account: u32| self.accounts.posts.value(account as usize);
        let mut free: Vec<u32> =
            (0..self.accounts.len() as u32).filter(|account| !known.contains(account)).collect();
        free.sort_by_key(|&account| (account ^ 0x5bd1).wrapping_mul(0x9e37_79b9).reverse_bits());
        let mut chosen: BTreeSet<u32> = BTreeSet::new();
        for place in 0..count {
            let wanted = posts(like[place % like.len().max(1)]);
            let near = |account: &&u32| {
                let own = posts(**account);
                !chosen.contains(account) && 2 * own >= wanted && own <= 2 * wanted
            };
            if let Some(&account) = free.iter().find(near) {
                chosen.insert(account);
            }
        }
        chosen.into_iter().collect()
    }

    /// The list of a kind.
    #[must_use]
    pub fn list(&self, kind: Kind) -> Vec<u32> {
        let network = self.network();
        let truth = &self.truth;
        match kind {
            Kind::Network => network,
            Kind::Fans => self.rows(truth.fandoms.iter().take(1).flat_map(|f| &f.members)),
            Kind::Supporters => self.rows(truth.campaigns.iter().flat_map(|c| &c.members)),
            Kind::Ordinary => self.ordinary(&network, network.len().clamp(30, 60)),
            Kind::Mixed => {
                let innocents = network.len() * 2 / 3;
                // A third each of fans, supporters and ordinary accounts, as far as they go.
                let part = innocents / 3;
                let fans = self.list(Kind::Fans).into_iter().take(part);
                let supporters = self.list(Kind::Supporters).into_iter().take(part);
                let mut list: Vec<u32> = fans.chain(supporters).collect();
                list.retain(|account| !network.contains(account));
                let missing = innocents - list.len();
                list.extend(self.ordinary(&network, missing));
                list.extend(network);
                list.sort_unstable();
                list.dedup();
                list
            }
        }
    }
}

/// Answers the accusations of a kind in the world of a seed.
///
/// # Errors
/// The words of a stage that failed: a bug.
pub fn answers(seed: u64, kinds: &[Kind]) -> Result<Vec<Answer>, String> {
    let read = Read::of(&plan(seed))?;
    kinds.iter().map(|&kind| answer(&read, kind)).collect()
}

fn answer(read: &Read, kind: Kind) -> Result<Answer, String> {
    let list = read.list(kind);
    let network: BTreeSet<u32> = read.network().into_iter().collect();
    let audited = read.audit(&list, &Origin::default())?;
    let (mut members, mut innocents) = ([0; 3], [0; 3]);
    for member in &audited.members {
        let counts = if network.contains(&member.account) { &mut members } else { &mut innocents };
        counts[member.standing as usize] += 1;
    }
    let claim = &audited.claims[0];
    let rate = claim.control.clone().unwrap_or_default();
    debug_assert_eq!(Standing::Untestable as usize, 2);
    Ok(Answer {
        kind,
        style: read.truth.groups.first().map_or("none", |group| style_word(&group.style)),
        accused: list.len(),
        verdict: claim.verdict,
        reason: format!("{:?}", claim.reasons),
        ratio: claim.effect.map_or(0.0, |effect| effect.ratio),
        power: claim.power.unwrap_or(0.0),
        members,
        innocents,
        wrong_outsiders: audited.outsiders.iter().filter(|s| !network.contains(&s.account)).count(),
        control: [rate.accounts_accused, rate.accounts],
        control_lists: rate.lists_accused,
        networks: audited.unity.sizes.clone(),
        others: audited.claims[1..].iter().map(|claim| claim.verdict).collect(),
    })
}

fn style_word(word: &str) -> &'static str {
    let known = STYLES.iter().map(|style| style.as_str());
    known.into_iter().find(|known| *known == word).unwrap_or("other")
}

/// What expanding gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grown {
    /// How the network acts.
    pub style: &'static str,
    /// Members of the network in the claimed group that holds most of them.
    pub claimed: usize,
    /// With the claimed groups in hand.
    pub with_groups: Reached,
    /// By the seeds' own acts.
    pub alone: Reached,
    /// What ordinary accounts led to, five at a time.
    pub from_strangers: usize,
    /// How often that was tried.
    pub strangers: usize,
}

/// Whom five members led to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Seeds that are tied.
    pub tied: usize,
    /// Other members that were found.
    pub found: usize,
    /// Found accounts that are no members.
    pub wrong: usize,
    /// Hops.
    pub hops: u32,
}

/// Lists of five ordinary accounts that are tried in each world.
const STRANGERS: usize = 4;

/// Expands from five members of a network of a hundred, and from five ordinary accounts at a time.
///
/// # Errors
/// The words of a stage that failed: a bug.
pub fn grown(seed: u64) -> Result<Grown, String> {
    let style = STYLES[(seed as usize - 1) % STYLES.len()];
    let read = Read::of(&world(seed, 100, style))?;
    let network = read.network();
    let claimed = read.claimed();
    let step = network.len() / 5;
    // Which members are known differs from world to world.
    let seeds: Vec<u32> =
        (0..5).map(|place| network[place * step + seed as usize % step]).collect();
    let reached = |claimed: Option<&Groups>| -> Result<Reached, String> {
        let expanded = read.expand(&seeds, claimed)?;
        let is_member = |account: u32| network.binary_search(&account).is_ok();
        let found = expanded.found.iter().filter(|found| is_member(found.share.account)).count();
        Ok(Reached {
            tied: expanded.tied,
            found,
            wrong: expanded.found.len() - found,
            hops: expanded.found.iter().map(|found| found.hop).max().unwrap_or(0),
        })
    };
    let mut of_group: BTreeMap<u32, usize> = BTreeMap::new();
    for (group, account) in claimed.group.values().iter().zip(claimed.account.values()) {
        *of_group.entry(*group).or_default() += usize::from(network.binary_search(account).is_ok());
    }
    let ordinary = read.ordinary(&network, 5 * STRANGERS);
    let mut from_strangers = 0;
    for place in 0..STRANGERS {
        let five: Vec<u32> = ordinary.iter().skip(place).step_by(STRANGERS).copied().collect();
        from_strangers += read.expand(&five, Some(claimed))?.found.len();
    }
    Ok(Grown {
        style: style.as_str(),
        claimed: of_group.into_values().max().unwrap_or(0),
        with_groups: reached(Some(claimed))?,
        alone: reached(None)?,
        from_strangers,
        strangers: STRANGERS,
    })
}
