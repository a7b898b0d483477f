//! How long a pause ends a sitting?
//!
//! Several objects in one sitting are one occasion: who opens an application acts on whatever is
//! there. Half an hour is right for weeks of data; in a day of data it would merge away everything
//! that two accounts do together. So the pause shrinks with the collection. **Invariant:** it depends
//! on the first and the last action alone, never on who acted.
//!
//! # References
//! METHODS 2.10, last part.

use concerted_model::{Span, plan::DetectPlan, tables::Actions};

/// A collection is at least so many pauses long: seven days of half hours.
const PAUSES: i64 = 336;
/// No pause is shorter: a minute is still one sitting.
const SHORTEST: Span = Span::seconds(60);

/// The plan with its episode gap in proportion to the collection: the plan's own, or a 336th part
/// of the time from the first action to the last, whichever is shorter; at least a minute.
#[must_use]
pub fn in_proportion(plan: &DetectPlan, actions: &Actions) -> DetectPlan {
    let times = actions.time.values();
    let span = match (times.iter().min(), times.iter().max()) {
        (Some(first), Some(last)) => last - first,
        _ => 0,
    };
    let pause = Span::micros(span / PAUSES).max(SHORTEST);
    DetectPlan { episode_gap: plan.episode_gap.min(pause), ..plan.clone() }
}

#[cfg(test)]
mod tests {
    use arrow_array::UInt32Array;
    use concerted_model::tables::{ActionsColumns, times};

    use super::*;

    fn gap_over(days: i64) -> Span {
        let actions = Actions::try_new(ActionsColumns {
            object: UInt32Array::from(vec![0, 0]),
            account: UInt32Array::from(vec![0, 1]),
            time: times(vec![0, days * 86_400_000_000]),
            post: UInt32Array::from(vec![0, 1]),
        })
        .unwrap();
        in_proportion(&DetectPlan::default(), &actions).episode_gap
    }

    #[test]
    fn weeks_have_half_hours_and_a_day_has_minutes() {
        assert_eq!(gap_over(30), Span::seconds(1800));
        assert_eq!(gap_over(7), Span::seconds(1800));
        assert!(gap_over(1) < Span::seconds(300) && gap_over(1) > Span::seconds(200));
        assert_eq!(gap_over(0), SHORTEST);
    }
}
