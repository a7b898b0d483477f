//! What is in files, and what can they show?

use concerted_case::{ingest::ingest as read_posts, readers::Progress};
use concerted_detect::{copies, traces};
use concerted_model::{Plan, Span, Timestamp, Trace, provenance::InputRecord};
use serde::Serialize;

use crate::{Error, Event, Inputs, Listener, investigation::read_options};

/// What reading some files showed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inspection {
    /// `concerted/inspection/1`.
    pub schema: &'static str,
    /// Each file.
    pub inputs: Vec<InputRecord>,
    /// Accounts with posts, in all files.
    pub accounts: u64,
    /// What accounts can be compared in.
    pub traces: Vec<Carried>,
    /// Which windows of the default plan the times can support.
    pub windows: Vec<Window>,
}

/// What there is of one trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Carried {
    /// The trace.
    pub trace: Trace,
    /// Objects that two accounts or more acted on.
    pub objects: u64,
    /// Actions on them.
    pub actions: u64,
}

/// A window, and whether the data's times are fine enough for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// The window.
    pub window: Span,
    /// Whether it can be looked at.
    pub usable: bool,
}

/// Reads files and says what is in them; writes nothing.
///
/// # Errors
/// [`Error::Read`] if a file cannot be read.
pub fn inspect(
    inputs: &Inputs,
    plan: &Plan,
    now: Timestamp,
    listener: Listener<'_>,
) -> Result<Inspection, Error> {
    plan.check()?;
    let reading = |progress: Progress<'_>| listener(Event::from(progress));
    let read = read_posts(&inputs.files, &read_options(inputs, &plan.ingest, now), &reading)?;
    let copies = copies::cluster(&read.posts, &plan.copies)?.copies;
    let extracted = traces::extract(&read.posts, &read.accounts, &copies, &plan.detect)?;
    let coarsest = read.manifest.inputs.iter().map(|input| input.resolution_us).max();
    let resolution = Span::micros(coarsest.unwrap_or_default());
    let traces = plan.detect.traces.iter().map(|&trace| {
        let of_trace = |row: &usize| extracted.objects.trace.value(*row) == trace.as_str();
        let rows: Vec<usize> = (0..extracted.objects.len()).filter(of_trace).collect();
        let inside = |object: &&u32| rows.binary_search(&(**object as usize)).is_ok();
        let actions = extracted.actions.object.values().iter().filter(inside).count();
        Carried { trace, objects: rows.len() as u64, actions: actions as u64 }
    });
    let windows = plan.detect.windows.iter();
    Ok(Inspection {
        schema: "concerted/inspection/1",
        accounts: read.accounts.len() as u64,
        traces: traces.collect(),
        windows: windows.map(|&window| Window { window, usable: window >= resolution }).collect(),
        inputs: read.manifest.inputs,
    })
}
