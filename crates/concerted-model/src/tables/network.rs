//! The network: what survived the test, and the evidence for it.

use arrow_array::{Float64Array, StringArray, TimestampMicrosecondArray, UInt32Array, UInt64Array};

use super::{TableError, column::table, law};

table! {
    /// Edges: pairs that act together in a trace by more than chance, by trace, then pair.
    Network, NetworkColumns = "network", law: lawful_edges {
        /// Row of the first account in [`Accounts`](crate::tables::Accounts).
        a: UInt32Array,
        /// Row of the second.
        b: UInt32Array,
        /// Site of the first account.
        source_platform: StringArray,
        /// Id of the first account.
        source_id: StringArray,
        /// Site of the second account.
        target_platform: StringArray,
        /// Id of the second account.
        target_id: StringArray,
        /// The kind of behaviour.
        trace: StringArray,
        /// The window at which the tie is most surprising, in microseconds.
        window_us: UInt64Array,
        /// Distinct objects that they acted on together within that window.
        co_actions: UInt32Array,
        /// The same in episodes: what the test counts.
        episodes: UInt32Array,
        /// Co-actions expected under the null.
        expected: Float64Array,
        /// Episodes found per episode expected: lower end of the 95 % interval (Garwood).
        ratio_low: Float64Array,
        /// Its upper end.
        ratio_high: Float64Array,
        /// Probability of as many episodes under the null, corrected for the number of windows.
        p: Float64Array,
        /// The same, adjusted for all tests (Benjamini–Hochberg).
        q: Float64Array,
        /// Probability of meeting as often given what the two share and how soon each usually acts;
        /// absent where no birth of what they share is known.
        p_timing: optional Float64Array,
        /// Probability of acting as closely given the age of what they acted on (test J); absent
        /// where no birth is known or everything was fresh.
        p_jitter: optional Float64Array,
        /// Probability of sharing as many objects of their sources (test W), whatever the times.
        p_selection: optional Float64Array,
        /// The nulls survived at 3 %, words of [`Null`](crate::Null) with spaces between.
        nulls: StringArray,
        /// Co-actions in which the source was strictly first.
        source_first: UInt32Array,
        /// Co-actions in which the target was strictly first.
        target_first: UInt32Array,
        /// Who follows whom; see [`Direction`](crate::Direction).
        direction: StringArray,
        /// First co-action.
        first: TimestampMicrosecondArray,
        /// Last co-action.
        last: TimestampMicrosecondArray,
    }
}

table! {
    /// The co-actions behind the edges, each with the two posts that show it.
    Evidence, EvidenceColumns = "evidence", law: no_gap_beyond_a_window {
        /// Row of the edge in [`Network`].
        edge: UInt32Array,
        /// Row of the object in [`Objects`](crate::tables::Objects).
        object: UInt32Array,
        /// The kind of behaviour.
        trace: StringArray,
        /// What they acted on.
        key: StringArray,
        /// When the source acted.
        source_time: TimestampMicrosecondArray,
        /// When the target acted.
        target_time: TimestampMicrosecondArray,
        /// Seconds from the source's action to the target's; negative if the target was first.
        gap_seconds: Float64Array,
        /// Row of the source's post.
        source_post: UInt32Array,
        /// Row of the target's post.
        target_post: UInt32Array,
        /// Id of the source's post.
        source_post_id: StringArray,
        /// Id of the target's post.
        target_post_id: StringArray,
    }
}

fn lawful_edges(edges: &NetworkColumns) -> Result<(), TableError> {
    for row in 0..edges.p.len() {
        let (p, q) = (edges.p.value(row), edges.q.value(row));
        if !((0.0..=1.0).contains(&p) && (0.0..=1.0).contains(&q)) {
            return Err(law::<Network>(format!("p and q are from 0 to 1; row {row} has {p}, {q}")));
        }
        if edges.expected.value(row).is_nan() || edges.expected.value(row) < 0.0 {
            return Err(law::<Network>(format!(
                "expected counts are at least 0; row {row} is not"
            )));
        }
        if edges.a.value(row) == edges.b.value(row) {
            return Err(law::<Network>(format!("no account has an edge to itself; row {row} has")));
        }
    }
    Ok(())
}

fn no_gap_beyond_a_window(evidence: &EvidenceColumns) -> Result<(), TableError> {
    for row in 0..evidence.edge.values().len() {
        let gap = evidence.target_time.value(row) - evidence.source_time.value(row);
        if (gap as f64 / 1e6 - evidence.gap_seconds.value(row)).abs() > 1e-6 {
            return Err(law::<Evidence>(format!(
                "a gap is the difference of its times; row {row}'s is not"
            )));
        }
    }
    Ok(())
}
