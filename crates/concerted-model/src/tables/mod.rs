//! The tables that stages hand to each other, each an Arrow schema with invariants.
//!
//! **Invariant:** a table exists only if its columns fit its schema and its own law: [`Table::try_new`]
//! checks once, and whoever holds the table need not check again. A table opens in any Arrow or
//! Parquet reader as it is: ids are strings, times are microseconds UTC.

mod accounts;
mod actions;
mod column;
mod copies;
mod groups;
mod images;
mod network;
mod pairs;
mod posts;
mod published;
mod rewordings;
mod topics;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use thiserror::Error;

pub use accounts::{Accounts, AccountsColumns};
pub use actions::{Actions, ActionsColumns, Alone, AloneColumns, Objects, ObjectsColumns};
pub use column::{Column, list_of_strings, partition_point, strings_in, times, utc};
pub use copies::{Copies, CopiesColumns};
pub use groups::{Confirmations, ConfirmationsColumns, Groups, GroupsColumns};
pub use images::{Images, ImagesColumns, Pictures, PicturesColumns};
pub use network::{Evidence, EvidenceColumns, Network, NetworkColumns};
pub use pairs::{Pairs, PairsColumns};
pub use posts::{Clocks, ClocksColumns, Posts, PostsColumns, Sources, SourcesColumns};
pub use published::{
    PublishedAccounts, PublishedAccountsColumns, PublishedObjects, PublishedObjectsColumns,
    PublishedTies, PublishedTiesColumns,
};
pub use rewordings::{Rewordings, RewordingsColumns};
pub use topics::{ABOUT, Topics, TopicsColumns};

/// A table that cannot be.
#[derive(Debug, Error)]
pub enum TableError {
    /// A column is absent.
    #[error("table {table}: no column \"{column}\"")]
    NoColumn {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A column has the wrong type, or nulls where none may be.
    #[error("table {table}: column \"{column}\" must be {expected}, is {found}")]
    WrongType {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The type it must have.
        expected: String,
        /// The type it has.
        found: String,
    },
    /// The table's own law is broken.
    #[error("table {table}: {law}")]
    Law {
        /// The table.
        table: &'static str,
        /// The law, and the row that breaks it.
        law: String,
    },
    /// Arrow refused the columns.
    #[error("table {table}: {reason}")]
    Arrow {
        /// The table.
        table: &'static str,
        /// Arrow's words.
        reason: String,
    },
}

/// A named table with a schema and a law.
pub trait Table: Sized {
    /// Its name: the file's name on disk.
    const NAME: &'static str;

    /// Its columns.
    fn schema() -> SchemaRef;

    /// Takes columns out of a batch, by name, and checks them.
    ///
    /// # Errors
    /// [`TableError`] if a column is absent or of another type, or the table's law is broken.
    fn from_batch(batch: &RecordBatch) -> Result<Self, TableError>;

    /// The table as a batch; costs no copy.
    ///
    /// # Errors
    /// [`TableError::Arrow`] if Arrow refuses the columns, which a checked table's never are.
    fn to_batch(&self) -> Result<RecordBatch, TableError>;
}

/// Refuses a table for a broken law.
pub(crate) fn law<T: Table>(law: impl Into<String>) -> TableError {
    TableError::Law { table: T::NAME, law: law.into() }
}
