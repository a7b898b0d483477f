//! What can go wrong on disk, in sentences: what failed, on which file, why, and what to do next.
//!
//! **Invariant:** every error has a kind, and the kind alone decides the exit code; a full disk is a
//! limit, not a bug, and names the file that did not fit.

use std::{
    io,
    path::{Path, PathBuf},
};

use concerted_model::PlanError;
use thiserror::Error;

/// Whose turn it is: the four ways in which a command fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command was given something it cannot work with.
    Usage,
    /// A file cannot be read, or is not what it should be.
    Input,
    /// Memory, disk or another limit of the machine was reached.
    Limit,
    /// A promise inside the program was broken.
    Bug,
}

/// The case could not do what was asked.
#[derive(Debug, Error)]
pub enum CaseError {
    /// Another process has the case open.
    #[error("{}: in use by another run{}", root.display(), pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Busy {
        /// The case.
        root: PathBuf,
        /// The other process, if it has said so yet.
        pid: Option<u32>,
    },
    /// The folder is no case.
    #[error("{}: there is no case here", .0.display())]
    NoCase(PathBuf),
    /// The folder holds other things.
    #[error("{}: the folder is not empty and is no case", .0.display())]
    Occupied(PathBuf),
    /// The case has no plan yet.
    #[error("{}: the case has no plan", .0.display())]
    NoPlan(PathBuf),
    /// The plan cannot be used.
    #[error("{}{}{source}", file.display(), if matches!(source, PlanError::BadValue { .. }) { ": " } else { " " })]
    Plan {
        /// The file that holds it.
        file: PathBuf,
        /// What is wrong with it, and on which line.
        source: PlanError,
    },
    /// The place that files should go to is not one.
    #[error("{}: {reason}", path.display())]
    NoPlace {
        /// The place.
        path: PathBuf,
        /// Why not.
        reason: &'static str,
    },
    /// The disk or the quota is full.
    #[error("{}: the disk is full{}", path.display(), bytes.map(|bytes| format!("; the file needs {bytes} bytes")).unwrap_or_default())]
    Full {
        /// The file that did not fit.
        path: PathBuf,
        /// Its size, where that is known beforehand.
        bytes: Option<u64>,
    },
    /// The system does not allow it.
    #[error("{}: {}", path.display(), refusal(*reason))]
    Refused {
        /// The file or folder.
        path: PathBuf,
        /// The system's word for why.
        reason: io::ErrorKind,
    },
    /// Any other failure of the disk.
    #[error("{}: {source}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// A file of the case is not what it was when it was written.
    #[error("{}: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file in a format of the future.
    #[error("{}: its format is \"{found}\", which this version does not know", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// The format it claims.
        found: String,
    },
    /// The custody log does not hang together.
    #[error("{} line {line}: {reason}", path.display())]
    Custody {
        /// The log.
        path: PathBuf,
        /// The first line that is wrong, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A format that shows accounts was asked for at a level that shows none.
    #[error("{format}: shows accounts, and level S0 shows none")]
    NotAtThisLevel {
        /// The format.
        format: &'static str,
    },
    /// The system gives no randomness for a key.
    #[error("no randomness for a key: {reason}")]
    NoRandomness {
        /// The system's words.
        reason: String,
    },
    /// The network was to be written before it was made: a bug.
    #[error("the network was not made")]
    NoGraph,
    /// A stage broke a rule of the case: a bug.
    #[error("stage {stage}: {rule}")]
    Stage {
        /// The stage.
        stage: crate::key::Stage,
        /// The rule.
        rule: String,
    },
    /// Something that cannot be written in the file's format: a bug.
    #[error("{}: {reason}", path.display())]
    Encoding {
        /// The file that was to be written.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

fn refusal(reason: io::ErrorKind) -> &'static str {
    match reason {
        io::ErrorKind::ReadOnlyFilesystem => "it lies on a disk that cannot be written to",
        io::ErrorKind::PermissionDenied => "the system does not allow this user to do that",
        io::ErrorKind::NotADirectory => "a file stands where a folder should be",
        io::ErrorKind::IsADirectory => "a folder stands where a file should be",
        _ => "it does not exist",
    }
}

impl CaseError {
    /// Says which file or folder a failure of the system was about.
    pub(crate) fn disk(path: &Path, source: io::Error) -> Self {
        use io::ErrorKind as Io;
        let path = path.to_owned();
        match source.kind() {
            Io::StorageFull | Io::QuotaExceeded | Io::FileTooLarge => {
                Self::Full { path, bytes: None }
            }
            reason @ (Io::PermissionDenied
            | Io::ReadOnlyFilesystem
            | Io::NotADirectory
            | Io::IsADirectory
            | Io::NotFound) => Self::Refused { path, reason },
            _ => Self::Disk { path, source },
        }
    }

    /// Adds the size of the file that did not fit.
    pub(crate) fn needing(self, bytes: u64) -> Self {
        match self {
            Self::Full { path, .. } => Self::Full { path, bytes: Some(bytes) },
            other => other,
        }
    }

    /// Whose turn it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Busy { .. }
            | Self::NoCase(_)
            | Self::Occupied(_)
            | Self::NoPlan(_)
            | Self::Plan { .. }
            | Self::NoPlace { .. }
            | Self::NotAtThisLevel { .. }
            | Self::Refused { .. } => ErrorKind::Usage,
            Self::Disk { .. }
            | Self::Damaged { .. }
            | Self::Unknown { .. }
            | Self::Custody { .. } => ErrorKind::Input,
            Self::Full { .. } | Self::NoRandomness { .. } => ErrorKind::Limit,
            Self::NoGraph | Self::Stage { .. } | Self::Encoding { .. } => ErrorKind::Bug,
        }
    }

    /// What to do next, where there is something to do.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Busy { .. } => Some("wait until it ends, or give another folder"),
            Self::NoCase(_) => Some("give the folder of a case, or make one from posts"),
            Self::Occupied(_) => Some("give a folder that is empty or does not exist yet"),
            Self::NoPlan(_) => Some("put a case.toml there; an empty one is the default plan"),
            Self::Full { .. } => Some("free some space and run it again; nothing was changed"),
            Self::Refused { .. } => Some("give a folder that you may write to"),
            Self::Damaged { .. } => Some("remove the file; the next run makes it again"),
            Self::Unknown { .. } => Some("use the version that wrote it, or a later one"),
            Self::Custody { .. } => {
                Some("keep the file as it is, move it away and start a new one")
            }
            Self::NotAtThisLevel { .. } => Some("export figures, or give --level S1 or higher"),
            Self::NoRandomness { .. }
            | Self::NoGraph
            | Self::Plan { .. }
            | Self::NoPlace { .. }
            | Self::Disk { .. }
            | Self::Stage { .. }
            | Self::Encoding { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_a_limit_and_names_the_file_and_its_size() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error = CaseError::disk(Path::new("case/run.json"), full).needing(812);
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert_eq!(error.to_string(), "case/run.json: the disk is full; the file needs 812 bytes");
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_refused_with_a_sentence() {
        let read_only = io::Error::from(io::ErrorKind::ReadOnlyFilesystem);
        let error = CaseError::disk(Path::new("case"), read_only);
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(error.to_string(), "case: it lies on a disk that cannot be written to");
    }

    #[test]
    fn a_plan_that_cannot_be_used_names_file_and_line() {
        let source = concerted_model::Plan::from_toml("\nfoo = 1\n").unwrap_err();
        let error = CaseError::Plan { file: "case.toml".into(), source };
        assert_eq!(error.to_string(), "case.toml line 2: \"foo\" is no key of a plan");
    }
}
