//! Objects and the actions on them: what the sweep runs over.

use arrow_array::{StringArray, TimestampMicrosecondArray, UInt32Array};

use crate::BirthSource;

use super::{
    TableError,
    column::{lawless, table},
    law,
};

table! {
    /// Objects that at least two accounts acted on, in order of trace and key.
    ///
    /// Other tables name an object by its row here.
    Objects, ObjectsColumns = "objects", law: objects_in_order {
        /// The kind of behaviour; see [`Trace`](crate::Trace).
        trace: StringArray,
        /// What it is: an id, an address, a hashtag, a hash of a text.
        key: StringArray,
        /// Who or what it comes from, where the trace has that: the author reposted or answered, the domain.
        source: optional StringArray,
        /// When it came to be.
        born: TimestampMicrosecondArray,
        /// Where that is known from; see [`BirthSource`](crate::BirthSource).
        born_from: StringArray,
        /// Accounts that acted on it.
        accounts: UInt32Array,
    }
}

impl Objects {
    /// When an object came to be, in microseconds, if a clock of its own tells; `None` where that is only
    /// when it was first seen.
    #[must_use]
    pub fn known_birth(&self, row: usize) -> Option<i64> {
        let known = self.born_from.value(row) == BirthSource::OwnClock.as_str();
        known.then(|| self.born.value(row))
    }
}

table! {
    /// Actions in order of object, time and account; an account acts on an object at most once a day (UTC).
    Actions, ActionsColumns = "actions", law: actions_in_order {
        /// Row in [`Objects`].
        object: UInt32Array,
        /// Row in [`Accounts`](crate::tables::Accounts).
        account: UInt32Array,
        /// When.
        time: TimestampMicrosecondArray,
        /// Row in [`Posts`](crate::tables::Posts), counted over all its tables.
        post: UInt32Array,
    }
}

table! {
    /// Actions on objects that nobody else acted on and whose birth is not known, by trace, time and account.
    ///
    /// They meet nobody, but they show how often an account acts at all, which the null needs: who
    /// writes a thousand texts of its own and shares three is not who shares all it writes.
    Alone, AloneColumns = "alone", law: lawless {
        /// The kind of behaviour.
        trace: StringArray,
        /// Row in [`Accounts`](crate::tables::Accounts).
        account: UInt32Array,
        /// When.
        time: TimestampMicrosecondArray,
    }
}

fn objects_in_order(objects: &ObjectsColumns) -> Result<(), TableError> {
    for row in 0..objects.accounts.values().len() {
        let trace: crate::Trace = (objects.trace.value(row).parse())
            .map_err(|error| law::<Objects>(format!("row {row}: {error}")))?;
        if objects.key.value(row).is_empty() {
            return Err(law::<Objects>(format!("a key must not be empty; row {row} is")));
        }
        if row > 0 {
            let before: Option<crate::Trace> = objects.trace.value(row - 1).parse().ok();
            if (before, objects.key.value(row - 1)) >= (Some(trace), objects.key.value(row)) {
                return Err(law::<Objects>(format!(
                    "objects must be in order and differ; row {row} does not"
                )));
            }
        }
    }
    Ok(())
}

fn actions_in_order(actions: &ActionsColumns) -> Result<(), TableError> {
    let (object, time, account) =
        (actions.object.values(), actions.time.values(), actions.account.values());
    let key = |row: usize| (object[row], time[row], account[row]);
    match (1..object.len()).find(|&row| key(row - 1) > key(row)) {
        Some(row) => Err(law::<Actions>(format!("actions must be in order; row {row} is not"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::times;

    #[test]
    fn actions_out_of_order_are_refused() {
        let columns = ActionsColumns {
            object: UInt32Array::from(vec![0, 0]),
            account: UInt32Array::from(vec![0, 1]),
            time: times(vec![2, 1]),
            post: UInt32Array::from(vec![0, 1]),
        };
        assert!(Actions::try_new(columns).is_err());
    }

    #[test]
    fn a_first_sighting_is_no_birth() {
        let objects = Objects::try_new(ObjectsColumns {
            trace: StringArray::from(vec!["repost", "url"]),
            key: StringArray::from(vec!["x:1", "e.example"]),
            source: StringArray::from(vec![None::<&str>; 2]),
            born: times(vec![7, 8]),
            born_from: StringArray::from(vec!["own-clock", "first-sighting"]),
            accounts: UInt32Array::from(vec![2, 2]),
        })
        .unwrap();
        assert_eq!([0, 1].map(|row| objects.known_birth(row)), [Some(7), None]);
    }

    #[test]
    fn an_object_without_a_key_is_refused() {
        let columns = ObjectsColumns {
            trace: StringArray::from(vec!["url"]),
            key: StringArray::from(vec![""]),
            source: StringArray::from(vec![None::<&str>]),
            born: times(vec![0]),
            born_from: StringArray::from(vec!["first-sighting"]),
            accounts: UInt32Array::from(vec![2]),
        };
        assert!(Objects::try_new(columns).unwrap_err().to_string().contains("must not be empty"));
    }
}
