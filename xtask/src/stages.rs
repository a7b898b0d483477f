//! The stages in memory, as the pipeline runs them on a case.
//!
//! **Invariant:** the same functions in the same order as `concerted::pipeline`; nothing is left out.

use concerted_detect::{
    DetectError, bound, coaction, copies, groups, significance, sitting, topics, traces,
};
use concerted_model::{
    Plan, Span,
    provenance::Tested,
    tables::{Accounts, Confirmations, Groups, Network, Posts},
};

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
    let copies = copies::cluster(posts, &plan.copies)?.copies;
    let found = traces::extract(posts, accounts, &copies, &plan.detect)?;
    let plan =
        &Plan { detect: sitting::in_proportion(&plan.detect, &found.actions), ..plan.clone() };
    let windows = coaction::usable_windows(&plan.detect, resolution)?;
    let topics = topics::learn(&found.objects, &found.actions, accounts.len(), &plan.detect)?;
    let acted = found.acted(accounts, &topics);
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
