//! What can go wrong in the pipeline, and whose turn it is then.

use concerted_case::{CaseError, Stage, handed::HandedError, readers::ReadError};
use concerted_detect::DetectError;
use concerted_model::{PlanError, RecipeError, TableError};
use thiserror::Error;

pub use concerted_case::ErrorKind;

/// An investigation that could not be finished.
#[derive(Debug, Error)]
pub enum Error {
    /// The case folder.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// A file of posts.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The plan of this run.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A stage.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// A file beside the case cannot be written.
    #[error("{}: {source}", path.display())]
    Output {
        /// The file.
        path: std::path::PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The memory allowed does not hold what has to be held.
    #[error(
        "pairing {} actions needs {} MiB of memory, and {} MiB are allowed",
        crate::report::count(*actions as u64),
        needs.div_ceil(1 << 20),
        allowed >> 20
    )]
    TooLittleMemory {
        /// Bytes allowed.
        allowed: u64,
        /// Bytes needed at least.
        needs: u64,
        /// Actions to be paired.
        actions: usize,
    },
    /// The plan looks for rewordings without a language model.
    #[error("the trace \"rewording\" needs a language model, and the plan names none")]
    NoModel,
    /// A text that is no moment.
    #[error("\"{0}\" is no moment")]
    NoMoment(String),
    /// A published method, or a setting of one.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// There is nothing to compare.
    #[error("not enough data: {0}")]
    NotEnough(String),
    /// A step needs another one first.
    #[error("{0}")]
    Missing(&'static str),
    /// Something was asked for that the case does not have.
    #[error("{0}")]
    NoSuch(String),
    /// A table or page that breaks its own law: a bug.
    #[error("{0}")]
    Bug(String),
}

impl Error {
    /// A stage whose result is asked for before it was done.
    pub(crate) fn not_done(stage: Stage) -> Self {
        Self::Missing(match stage {
            Stage::Ingest => {
                "this case holds no posts yet; add some with: concerted ingest FILE… --case CASE"
            }
            Stage::Report => "this case has no report yet; write it with: concerted report CASE",
            _ => "nothing was compared in this case yet; do that with: concerted detect CASE",
        })
    }

    /// Whose turn it is; decides the exit code.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Case(error) => error.kind(),
            Self::Read(error) => error.kind(),
            Self::Output { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                ErrorKind::Limit
            }
            Self::Detect(
                DetectError::NoObjects(_)
                | DetectError::TooCoarse { .. }
                | DetectError::NothingSought(_),
            )
            | Self::Plan(_)
            | Self::Output { .. }
            | Self::NoSuch(_)
            | Self::Missing(_)
            | Self::NoModel
            | Self::NoMoment(_) => ErrorKind::Usage,
            Self::Recipe(RecipeError::Unreadable(_)) => ErrorKind::Bug,
            Self::Recipe(_) => ErrorKind::Usage,
            Self::Detect(DetectError::TooMany(_) | DetectError::TooManyPairs { .. })
            | Self::TooLittleMemory { .. } => ErrorKind::Limit,
            Self::NotEnough(_) => ErrorKind::Input,
            Self::Detect(DetectError::Table(_) | DetectError::Computation { .. })
            | Self::Bug(_) => ErrorKind::Bug,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Case(error) => error.hint().map(str::to_owned),
            Self::Read(error) => Some(error.hint()),
            Self::Detect(DetectError::NoObjects(_)) => {
                Some("take it out of detect.traces in case.toml".into())
            }
            Self::NoModel => Some(
                "name the folder of one with --model FOLDER, or as model under [copies] in case.toml"
                    .into(),
            ),
            Self::NoMoment(_) => {
                Some("write it as 2016-03-22 18:40 (UTC) or 2016-03-22T18:40:00+01:00".into())
            }
            Self::Detect(DetectError::NothingSought(_)) => {
                Some("give more of it: --text, --url, --hashtag or --post".into())
            }
            Self::Detect(DetectError::TooCoarse { resolution, .. }) => Some(format!(
                "put a window of at least {resolution} into detect.windows in case.toml"
            )),
            Self::TooLittleMemory { needs, .. } => Some(format!(
                "allow more, with --memory {}MiB or above, or compare fewer traces (detect.traces \
                 in case.toml)",
                needs.div_ceil(1 << 20) + 64
            )),
            Self::Detect(DetectError::TooManyPairs { .. }) => Some(
                "ask for fewer accounts or objects, for example: --set min_shares=10 --set min_holders=3"
                    .into(),
            ),
            Self::Recipe(RecipeError::NoMethod { .. }) => {
                Some("list them with: concerted methods".into())
            }
            Self::Recipe(RecipeError::NoSetting { method, .. }) => {
                Some(format!("list its settings with: concerted methods {method}"))
            }
            Self::NotEnough(_) => {
                Some("add posts of more accounts: concerted ingest FILE… --case CASE".into())
            }
            Self::Plan(_)
            | Self::Output { .. }
            | Self::Missing(_)
            | Self::Recipe(_)
            | Self::NoSuch(_)
            | Self::Detect(_)
            | Self::Bug(_) => None,
        }
    }
}

impl From<HandedError> for Error {
    fn from(error: HandedError) -> Self {
        match error {
            HandedError::Table(error) => Self::Read(error),
            HandedError::Disk(error) => Self::Case(error),
        }
    }
}

impl From<TableError> for Error {
    fn from(error: TableError) -> Self {
        Self::Bug(error.to_string())
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::Bug(error.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Bug(error.to_string())
    }
}
