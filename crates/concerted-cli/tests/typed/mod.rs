//! Commands as a person types them.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

pub(crate) fn concerted(words: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concerted"));
    command.args(words).current_dir(folder).output().unwrap()
}

/// Both streams.
pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

pub(crate) fn json(words: &[&str], folder: &Path) -> Value {
    let output = concerted(words, folder);
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}
