//! Which posts say the same: clusters of near-duplicate texts.

use arrow_array::{Float64Array, StringArray, UInt32Array};

use super::{TableError, column::table, law};

table! {
    /// Posts with words of their own that are long enough to be compared, in order of post.
    ///
    /// A cluster is named by its leader, the post that said it first; a text that is like no
    /// earlier one leads a cluster of its own.
    Copies, CopiesColumns = "copies", law: members_in_order {
        /// Row in [`Posts`](crate::tables::Posts), counted over all its tables.
        post: UInt32Array,
        /// Row of the post that leads the cluster; its own row if it leads.
        leader: UInt32Array,
        /// The cluster's name as an object of the trace `text`: a hash of the leader's text.
        key: StringArray,
        /// How the text is like the leader's; see [`Likeness`](crate::Likeness).
        likeness: StringArray,
        /// Share of the character sequences of this text and the leader's that are in both, from 0 to 1.
        similarity: Float64Array,
        /// Invisible characters inside words, where no writing system needs them.
        invisibles: UInt32Array,
        /// Words in which letters of one alphabet stand for those of another that look alike.
        lookalikes: UInt32Array,
    }
}

fn members_in_order(copies: &CopiesColumns) -> Result<(), TableError> {
    let (post, leader) = (copies.post.values(), copies.leader.values());
    for row in 0..post.len() {
        if row > 0 && post[row - 1] >= post[row] {
            return Err(law::<Copies>(format!("copies are in order of post; row {row} is not")));
        }
        if leader[row] > post[row] {
            return Err(law::<Copies>(format!("a leader comes first; that of row {row} does not")));
        }
        if !(0.0..=1.0).contains(&copies.similarity.value(row)) {
            return Err(law::<Copies>(format!("a similarity is from 0 to 1; row {row}'s is not")));
        }
    }
    Ok(())
}
