//! What accounts and objects are about, coarsely.

use arrow_array::{StringArray, UInt32Array};

use super::{TableError, column::table, law};

/// What a row of [`Topics`] speaks of, in the order of the table.
pub const ABOUT: [&str; 2] = ["account", "object"];

table! {
    /// The coarse topic of every account, then of every object, in order of their rows.
    ///
    /// Topics are learned from who acts on what; their numbers mean nothing outside one case.
    Topics, TopicsColumns = "topics", law: accounts_then_objects {
        /// `account` or `object`.
        about: StringArray,
        /// Row in [`Accounts`](crate::tables::Accounts) or [`Objects`](crate::tables::Objects).
        row: UInt32Array,
        /// The topic; 0 as well where too little was done for it to be known.
        topic: UInt32Array,
    }
}

fn accounts_then_objects(topics: &TopicsColumns) -> Result<(), TableError> {
    let about = |row: usize| {
        let word = topics.about.value(row);
        ABOUT.iter().position(|known| *known == word).ok_or_else(|| {
            law::<Topics>(format!(
                "a topic is that of an account or an object; row {row} is of \"{word}\""
            ))
        })
    };
    let mut next = (0, 0);
    for row in 0..topics.row.values().len() {
        let about = about(row)?;
        if about > next.0 {
            next = (about, 0);
        }
        if (about, topics.row.value(row)) != next {
            return Err(law::<Topics>(format!(
                "topics are those of all accounts, then of all objects, in order; row {row} is not"
            )));
        }
        next.1 += 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(rows: &[(&str, u32)]) -> Result<Topics, TableError> {
        Topics::try_new(TopicsColumns {
            about: rows.iter().map(|row| Some(row.0)).collect(),
            row: rows.iter().map(|row| row.1).collect::<Vec<_>>().into(),
            topic: vec![0; rows.len()].into(),
        })
    }

    #[test]
    fn topics_are_of_all_accounts_and_then_of_all_objects() {
        assert!(topics(&[("account", 0), ("account", 1), ("object", 0)]).is_ok());
        assert!(topics(&[]).is_ok());
        for rows in [
            &[("account", 1)][..],
            &[("object", 0), ("account", 0)],
            &[("account", 0), ("account", 0)],
            &[("post", 0)],
        ] {
            assert!(topics(rows).is_err(), "{rows:?}");
        }
    }
}
