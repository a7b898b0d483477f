//! Power: how many joint actions does a planted pair need before it is claimed?
//!
//! **Invariant:** worlds of the calibration, stages as users run them; only the number of joint
//! actions differs from group to group.

use std::collections::BTreeMap;

use concerted_model::Plan;
use concerted_testkit::{Study, WorldPlan, generate};

use crate::calibrate::{claimed_pairs, found_in, in_order};

/// Joint actions of the groups of a world, one group after the other.
const JOINT_ACTIONS: [usize; 10] = [3, 4, 5, 6, 7, 8, 10, 12, 15, 20];

/// Of the planted pairs, by their joint actions: how many there are, and how many were claimed.
pub type Curve = BTreeMap<usize, [usize; 2]>;

/// The curve of a study with planted groups, over seeds from 1.
///
/// # Errors
/// The words of a stage that failed: a bug.
pub fn curve(study: Study, seeds: u64, plan: &Plan) -> Result<Curve, String> {
    let mut curve = Curve::new();
    for seed in 1..=seeds {
        let world = generate(&graded(study.plan(seed)));
        let (found, _) = found_in(&world, plan)?;
        let claimed = claimed_pairs(&found.network);
        for pair in world.truth.planted_pairs(JOINT_ACTIONS[0]) {
            let [planted, found] = curve.entry(pair.joint_actions).or_default();
            *planted += 1;
            *found += usize::from(claimed.contains_key(&in_order(&pair.a, &pair.b)));
        }
    }
    Ok(curve)
}

/// The same world with groups of few joint actions and of many.
fn graded(mut plan: WorldPlan) -> WorldPlan {
    for (group, joint_actions) in plan.planted.iter_mut().zip(JOINT_ACTIONS.into_iter().cycle()) {
        group.joint_actions = joint_actions;
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_all_sizes_have_few_joint_actions_and_many() {
        let plan = graded(Study::Tight.plan(1));
        let of = |joint_actions: usize| {
            plan.planted.iter().filter(|group| group.joint_actions == joint_actions).count()
        };
        assert!(JOINT_ACTIONS.into_iter().all(|joint_actions| of(joint_actions) == 3));
    }
}
