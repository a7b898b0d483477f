//! What was done in a case, read from its stages.

use concerted_case::Stage;
use concerted_detect::{Acted, topics::Topics};
use concerted_model::tables::{self, Accounts, Actions, Alone, Objects};

use crate::{Error, Investigation};

/// The tables that every question of chance begins with.
pub(crate) struct Activity {
    pub(crate) accounts: Accounts,
    pub(crate) objects: Objects,
    pub(crate) actions: Actions,
    alone: Alone,
    topics: Topics,
}

impl Activity {
    /// Needs the stages up to [`Stage::Topics`].
    pub(crate) fn of(case: &Investigation<'_>) -> Result<Self, Error> {
        Ok(Self {
            accounts: case.table(Stage::Ingest)?,
            objects: case.table(Stage::Actions)?,
            actions: case.table(Stage::Actions)?,
            alone: case.table(Stage::Actions)?,
            topics: Topics::from(&case.table::<tables::Topics>(Stage::Topics)?),
        })
    }

    pub(crate) fn acted(&self) -> Acted<'_> {
        let Self { accounts, objects, actions, alone, topics } = self;
        Acted { accounts, objects, actions, alone, topics }
    }
}
