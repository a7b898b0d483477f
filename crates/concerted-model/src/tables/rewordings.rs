//! Which texts may be rewordings or translations of each other.

use arrow_array::{Float64Array, StringArray, UInt32Array};

use super::{TableError, column::table, law};

table! {
    /// Which texts a language model puts nearer to each other than matched texts of others, in order
    /// of text. They are candidates: near in what the model was made to see, which is no proof of copying.
    ///
    /// Each stands for all posts of its cluster in [`Copies`](crate::tables::Copies). A text that is near
    /// to no earlier one leads itself; one of which the model knows no word is left out.
    Rewordings, RewordingsColumns = "rewordings", law: texts_in_order {
        /// Row of the post that leads the text's cluster of copies.
        text: UInt32Array,
        /// Row of the post that was there first of those that may say the same.
        leader: UInt32Array,
        /// The name as an object of the trace `rewording`: a hash of the leader's text.
        key: StringArray,
        /// Cosine of the two texts' vectors; 1 for the leader itself. It means nothing by itself.
        cosine: Float64Array,
        /// Share of matched pairs of other accounts' texts that are at least as near; 0 for the leader.
        rank: Float64Array,
        /// How many matched pairs that is a share of.
        matched: UInt32Array,
    }
}

fn texts_in_order(rewordings: &RewordingsColumns) -> Result<(), TableError> {
    let (text, leader) = (rewordings.text.values(), rewordings.leader.values());
    for row in 0..text.len() {
        if row > 0 && text[row - 1] >= text[row] {
            return Err(law::<Rewordings>(format!("texts are in order; that of row {row} is not")));
        }
        if leader[row] > text[row] {
            let broken = format!("a leader comes first; that of row {row} does not");
            return Err(law::<Rewordings>(broken));
        }
        if !(0.0..=1.0).contains(&rewordings.rank.value(row)) {
            return Err(law::<Rewordings>(format!("a rank is from 0 to 1; row {row}'s is not")));
        }
    }
    Ok(())
}
