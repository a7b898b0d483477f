//! Pairs of accounts that acted together, before any test.

use arrow_array::{StringArray, TimestampMicrosecondArray, UInt32Array, UInt64Array};

use super::{TableError, column::table, law};

table! {
    /// Pairs with at least the plan's fewest shared objects, by trace, window, `a` and `b`.
    Pairs, PairsColumns = "pairs", law: each_pair_once {
        /// The kind of behaviour.
        trace: StringArray,
        /// The window in microseconds.
        window_us: UInt64Array,
        /// Row of one account; the smaller of the two.
        a: UInt32Array,
        /// Row of the other.
        b: UInt32Array,
        /// Distinct objects (by the day) that they acted on within the window of each other.
        objects: UInt32Array,
        /// The same, co-actions closer than the episode gap counted once.
        episodes: UInt32Array,
        /// Co-actions in which `a` was strictly first.
        a_first: UInt32Array,
        /// Co-actions in which `b` was strictly first.
        b_first: UInt32Array,
        /// First co-action.
        first: TimestampMicrosecondArray,
        /// Last co-action.
        last: TimestampMicrosecondArray,
    }
}

fn each_pair_once(pairs: &PairsColumns) -> Result<(), TableError> {
    for row in 0..pairs.a.len() {
        if pairs.a.value(row) >= pairs.b.value(row) {
            return Err(law::<Pairs>(format!(
                "a pair is two accounts, a before b; row {row} is not"
            )));
        }
        if pairs.episodes.value(row) == 0 || pairs.episodes.value(row) > pairs.objects.value(row) {
            return Err(law::<Pairs>(format!(
                "episodes are at least 1 and at most the objects; row {row} has others"
            )));
        }
    }
    Ok(())
}
