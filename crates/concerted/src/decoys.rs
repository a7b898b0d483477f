//! The same procedure on decoys: how much of what it finds is chance?
//!
//! **Invariant:** the same stages with the same plan as for the data; only the accounts have changed
//! places, within the strata of the null.

use concerted_detect::{Acted, DetectError, bound, decoys::decoy, groups, significance, topics};
use concerted_model::{Plan, Span, provenance::DecoyFound};

/// What the procedure finds in each of the plan's decoys. Costs as much as detection, each time.
///
/// # Errors
/// [`DetectError`] only for tables that contradict each other.
pub fn found_in_decoys(
    acted: Acted<'_>,
    windows: &[Span],
    plan: &Plan,
) -> Result<Vec<DecoyFound>, DetectError> {
    (0..plan.detect.decoys).map(|copy| found_in(acted, windows, plan, copy)).collect()
}

fn found_in(
    acted: Acted<'_>,
    windows: &[Span],
    plan: &Plan,
    copy: u32,
) -> Result<DecoyFound, DetectError> {
    let decoy = decoy(acted, &plan.detect, copy)?;
    let (actions, alone) = (&decoy.actions, &decoy.alone);
    let topics = topics::learn(acted.objects, actions, acted.accounts.len(), &plan.detect)?;
    let acted = Acted { actions, alone, topics: &topics, ..acted };
    let pairs = bound::sweep(acted, windows, &plan.detect)?;
    let network = significance::validate(acted, &pairs, windows, &plan.detect)?.network;
    let confirmed = groups::confirm(acted, windows, plan)?.confirmed;
    let grouped = groups::find(&network, &confirmed, acted, plan)?;
    Ok(DecoyFound {
        edges: network.len() as u64,
        groups: grouped.groups.group.values().iter().max().copied().unwrap_or(0).into(),
        confirmed: grouped.confirmations.len() as u64,
    })
}
