//! The population: which community each account lives in, how active it is, who is still free.
//!
//! **Invariant:** the k-th community holds a share of accounts ∝ 1/k (Zipf); activities are
//! lognormal and sum to the expected number of actions; an account is recruited once.

use crate::{
    dice::{Dice, Weighted},
    plan::{CommunityPlan, WorldPlan},
};

/// One account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    /// Its community, as a place in the plan's list.
    pub(crate) community: usize,
    /// Expected number of ordinary actions.
    pub(crate) activity: f64,
    /// How much later than its community it lives, in milliseconds.
    pub(crate) shift_ms: i64,
}

/// All accounts, by number.
pub(crate) struct Population {
    pub(crate) people: Vec<Person>,
    /// Where each community's accounts begin, and at last their number.
    bounds: Vec<usize>,
}

/// Standard deviation of how much later than its community an account lives: 90 minutes.
const SHIFT_SIGMA_MS: f64 = 90.0 * 60e3;

impl Population {
    pub(crate) fn new(plan: &WorldPlan) -> Self {
        let bounds = zipf_bounds(plan.accounts, plan.communities.len());
        let mut dice = Dice::new(plan.seed, "people");
        let mut people: Vec<Person> = bounds
            .windows(2)
            .enumerate()
            .flat_map(|(community, bound)| std::iter::repeat_n(community, bound[1] - bound[0]))
            .map(|community| Person {
                community,
                activity: dice.lognormal(1.0, plan.activity_sigma),
                shift_ms: (SHIFT_SIGMA_MS * dice.normal()) as i64,
            })
            .collect();
        let sum: f64 = people.iter().map(|person| person.activity).sum();
        for person in &mut people {
            person.activity *= plan.actions as f64 / sum;
        }
        Self { people, bounds }
    }

    /// The accounts of a community.
    pub(crate) fn members(&self, community: usize) -> std::ops::Range<usize> {
        match self.bounds.get(community..community + 2) {
            Some(&[start, end]) => start..end,
            _ => 0..0,
        }
    }

    /// Community of an account.
    pub(crate) fn community(&self, account: u32) -> usize {
        self.people[account as usize].community
    }

    /// How far an account's clock is ahead of UTC, in milliseconds, its own habits included.
    pub(crate) fn clock_ms(&self, account: u32, communities: &[CommunityPlan]) -> i64 {
        let person = &self.people[account as usize];
        let minutes = communities[person.community].utc_offset_minutes;
        i64::from(minutes) * 60_000 - person.shift_ms
    }
}

fn zipf_bounds(accounts: usize, communities: usize) -> Vec<usize> {
    let weight = |rank: usize| 1.0 / rank as f64;
    let total: f64 = (1..=communities).map(weight).sum();
    let mut sum = 0.0;
    let mut bounds = vec![0];
    for rank in 1..=communities {
        sum += weight(rank);
        bounds.push((accounts as f64 * sum / total).round() as usize);
    }
    bounds
}

/// Accounts that have no role yet.
pub(crate) struct Roster {
    free: Vec<Vec<u32>>,
    dice: Dice,
}

impl Roster {
    pub(crate) fn new(plan: &WorldPlan, population: &Population) -> Self {
        let mut dice = Dice::new(plan.seed, "roster");
        let free = (0..plan.communities.len())
            .map(|community| {
                let mut members: Vec<u32> =
                    population.members(community).map(|account| account as u32).collect();
                dice.shuffle(&mut members);
                members
            })
            .collect();
        Self { free, dice }
    }

    /// So many accounts of one community, and of others where it has too few.
    pub(crate) fn recruit(&mut self, community: usize, count: usize) -> Vec<u32> {
        let free = self.free.get_mut(community).map(std::mem::take).unwrap_or_default();
        let (stay, go) = free.split_at(free.len().saturating_sub(count));
        let mut recruits = go.to_vec();
        if let Some(left) = self.free.get_mut(community) {
            *left = stay.to_vec();
        }
        let missing = count - recruits.len();
        recruits.extend(self.recruit_anywhere(missing));
        recruits
    }

    /// So many accounts of any community, each account as likely; fewer if there are no more.
    pub(crate) fn recruit_anywhere(&mut self, count: usize) -> Vec<u32> {
        let mut recruits = Vec::with_capacity(count);
        while recruits.len() < count {
            let sizes = Weighted::new(self.free.iter().map(|members| members.len() as f64));
            let Some(community) = sizes.draw(&mut self.dice) else { break };
            recruits.extend(self.free[community].pop());
        }
        recruits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_community_is_half_the_first() {
        let population = Population::new(&WorldPlan::default());
        let (first, second) = (population.members(0).len(), population.members(1).len());
        assert!(first.abs_diff(2 * second) <= 2, "{first} {second}");
        assert_eq!(population.people.len(), 8_000);
        assert_eq!(population.members(8), 0..0);
    }

    #[test]
    fn nobody_is_recruited_twice_and_a_dry_roster_gives_what_is_left() {
        let plan = WorldPlan { accounts: 100, ..WorldPlan::default() };
        let mut roster = Roster::new(&plan, &Population::new(&plan));
        let mut recruits = roster.recruit(7, 30);
        recruits.extend(roster.recruit_anywhere(1_000));
        recruits.sort_unstable();
        assert_eq!(recruits, (0..100).collect::<Vec<u32>>());
    }
}
