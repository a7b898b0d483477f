//! The stages in memory, as the pipeline runs them on a case.
//!
//! **Invariant:** the same functions in the same order as `concerted::pipeline`; nothing is left out.

use concerted_detect::{
    Acted, DetectError, Same, bound, coaction, copies, groups, significance, sitting,
    topics::{self, Topics},
    traces::{self, Extracted},
};
use concerted_model::{
    Plan, Span,
    provenance::Tested,
    tables::{Accounts, Confirmations, Groups, Network, Posts},
};

/// What was done in posts, before anybody's co-actions are looked at.
pub struct Activity {
    /// The actions.
    pub found: Extracted,
    /// What they are about.
    pub topics: Topics,
    /// The plan, with pauses in proportion to the collection.
    pub plan: Plan,
}

impl Activity {
    /// Runs the stages up to the topics.
    ///
    /// # Errors
    /// [`DetectError`] if there is nothing to compare.
    pub fn of(posts: &[Posts], accounts: &Accounts, plan: &Plan) -> Result<Self, DetectError> {
        let copies = copies::cluster(posts, &plan.copies)?.copies;
        let found = traces::extract(posts, accounts, Same::texts(&copies), &plan.detect)?;
        let detect = sitting::in_proportion(&plan.detect, &found.actions);
        let topics = topics::learn(&found.objects, &found.actions, accounts.len(), &detect)?;
        Ok(Self { found, topics, plan: Plan { detect, ..plan.clone() } })
    }

    /// As the questions of chance take it.
    #[must_use]
    pub const fn acted<'a>(&'a self, accounts: &'a Accounts) -> Acted<'a> {
        self.found.acted(accounts, &self.topics)
    }

    /// Runs the other stages, with clocks as fine as `resolution`.
    ///
    /// # Errors
    /// [`DetectError`] if the posts cannot show what the plan asks for.
    pub fn detect(&self, accounts: &Accounts, resolution: Span) -> Result<Found, DetectError> {
        let (acted, plan) = (self.acted(accounts), &self.plan);
        let windows = coaction::usable_windows(&plan.detect, resolution)?;
        let pairs = bound::sweep(acted, &windows, &plan.detect)?;
        let validated = significance::validate(acted, &pairs, &windows, &plan.detect)?;
        let network = validated.network;
        let confirmed = groups::confirm(acted, &windows, plan)?;
        let grouped = groups::find(&network, &confirmed.confirmed, acted, plan)?;
        Ok(Found {
            network,
            groups: grouped.groups,
            confirmations: grouped.confirmations,
            candidates: confirmed.candidates,
            tested: validated.tested,
        })
    }
}

/// What the stages found.
#[derive(Debug)]
pub struct Found {
    /// The edges.
    pub network: Network,
    /// The members of groups.
    pub groups: Groups,
    /// The groups that were confirmed on other days.
    pub confirmations: Confirmations,
    /// Candidates for that.
    pub candidates: u64,
    /// What was tested in each trace.
    pub tested: Vec<Tested>,
}

/// Runs the stages on posts whose clocks are as fine as `resolution`.
///
/// # Errors
/// [`DetectError`] if the posts cannot show what the plan asks for.
pub fn run(
    posts: &[Posts],
    accounts: &Accounts,
    resolution: Span,
    plan: &Plan,
) -> Result<Found, DetectError> {
    Activity::of(posts, accounts, plan)?.detect(accounts, resolution)
}
