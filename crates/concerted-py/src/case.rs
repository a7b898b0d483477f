//! A case, and the ways to get one.
//!
//! **Invariant:** a case holds no lock: it shows what was there when it was made, and says so when a
//! later run has replaced it.

use std::{collections::BTreeMap, num::NonZeroUsize, path::PathBuf};

use concerted::{
    Error, ImageFolders, ImageSource, Inputs, Investigation, Mapping, Plan, browse::Snapshot,
    pipeline, with_threads,
};
use pyo3::{exceptions::PyValueError, prelude::*, types::PyDict};

use crate::{
    error::exception,
    posts::{Folders, Source},
    table::Table,
};

/// A case: what was found in some posts, and the evidence for it.
///
/// Tables are read when they are asked for.
#[pyclass(frozen, module = "concerted")]
pub(crate) struct Case {
    path: PathBuf,
    snapshot: Snapshot,
}

/// Read posts, find who acts together more than chance, and write a report.
///
/// `posts` is a file, a list of files, or any table that speaks Arrow (pyarrow, polars, pandas,
/// duckdb). `case` is the folder to work in; it is made if it is not there, and what did not change
/// since the last time is not done again. `mapping` says which column holds which field, for posts
/// in no known format; `format` overrules the detection of a file's format; `name` is the title of
/// a new case; `threads` changes how long it takes and nothing else. Ctrl-C is heard when the work
/// is done.
///
/// `images` is a folder of the images that posts name, or several (zip archives will do): copies that
/// were scaled, brightened or encoded anew count as one. `model` is a folder with a language model
/// that you have (`config.json`, `tokenizer.json`, `model.safetensors`), to look for rewordings and
/// translations by; nothing is downloaded, and what it finds are candidates.
///
/// >>> posts = {
/// ...     "account": ["a", "b", "c"],
/// ...     "time": ["2024-05-01T10:00:00Z", "2024-05-01T10:00:07Z", "2024-05-01T12:00:00Z"],
/// ...     "text": ["Good morning", "Good morning", "Hello"],
/// ... }
/// >>> import pyarrow
/// >>> case = concerted.investigate(pyarrow.table(posts), case=folder)
/// >>> case.summary()["posts"]
/// 3
/// >>> len(case.network())  # once is no network
/// 0
#[pyfunction]
#[pyo3(signature = (
    posts, case, *, mapping=None, format=None, name=None, images=None, model=None, threads=None
))]
#[expect(clippy::too_many_arguments, reason = "each is a word of Python's, with a name there")]
pub(crate) fn investigate(
    py: Python<'_>,
    posts: Source,
    case: PathBuf,
    mapping: Option<BTreeMap<String, String>>,
    format: Option<String>,
    name: Option<String>,
    images: Option<Folders>,
    model: Option<PathBuf>,
    threads: Option<NonZeroUsize>,
) -> PyResult<Case> {
    let model = model.map(std::path::absolute).transpose()?;
    let mapping = mapping.map(read_mapping).transpose()?;
    let words = vec!["python".to_owned(), "concerted.investigate".to_owned()];
    let plan = Plan { name: name.unwrap_or_default(), ..Plan::default() };
    let work = || -> Result<Snapshot, Error> {
        let nobody = |_| {};
        let mut case = Investigation::open_or_plan(&case, plan, words, concerted::now(), &nobody)?;
        if let Some(model) = &model {
            let mut plan = case.plan().clone();
            plan.copies.model = Some(model.to_string_lossy().into_owned());
            case.set_plan(plan)?;
        }
        let images = images.map(|folders| ImageFolders::find(&folders.0)).transpose()?;
        let files = match posts {
            Source::Files(files) => files,
            Source::Table(batches) => vec![case.write_down(&batches)?],
        };
        let images = images.map(ImageSource::Folders);
        let inputs = Inputs { files, format, mapping, images, ..Inputs::default() };
        pipeline::investigate(&mut case, &inputs)?;
        Snapshot::of(&case)
    };
    let snapshot = py.detach(|| with_threads(threads, work));
    let snapshot = snapshot.map_err(|error| exception(py, &error))?;
    Ok(Case { path: case, snapshot })
}

/// Open a case that is there already.
///
/// >>> _ = concerted.demo(folder)
/// >>> concerted.open(folder + "/case")
/// <concerted.Case 'The demo'>
#[pyfunction]
pub(crate) fn open(py: Python<'_>, case: PathBuf) -> PyResult<Case> {
    let snapshot = py.detach(|| Snapshot::open(&case));
    let snapshot = snapshot.map_err(|error| exception(py, &error))?;
    Ok(Case { path: case, snapshot })
}

/// Invent a data set with two networks in it, investigate it, and give the case.
///
/// The posts are in `folder` as `posts.csv`, the truth about them as `truth.json`.
///
/// >>> case = concerted.demo(folder)
/// >>> case.summary()["posts"] > 10_000
/// True
#[pyfunction]
#[pyo3(signature = (folder, *, seed=7))]
pub(crate) fn demo(py: Python<'_>, folder: PathBuf, seed: u64) -> PyResult<Case> {
    let words = vec!["python".to_owned(), "concerted.demo".to_owned()];
    let work = || -> Result<Case, Error> {
        concerted::demo::run(&folder, seed, words, concerted::now(), &|_| {})?;
        let path = folder.join("case");
        Ok(Case { snapshot: Snapshot::open(&path)?, path })
    };
    py.detach(work).map_err(|error| exception(py, &error))
}

fn read_mapping(mapping: BTreeMap<String, String>) -> PyResult<Mapping> {
    let pairs: Vec<String> =
        mapping.iter().map(|(field, column)| format!("{field}={column}")).collect();
    pairs.join(",").parse().map_err(|error| PyValueError::new_err(format!("mapping: {error}")))
}

#[pymethods]
impl Case {
    /// The folder of the case.
    #[getter]
    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// Its numbers: what was read, refused, compared and found.
    ///
    /// >>> summary = concerted.demo(folder).summary()
    /// >>> summary["schema"]
    /// 'concerted/outcome/1'
    /// >>> [group["group"] for group in summary["groups"]][:2]
    /// [1, 2]
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let text = serde_json::to_string(self.snapshot.outcome())
            .map_err(|error| exception(py, &error.into()))?;
        Ok(py.import("json")?.call_method1("loads", (text,))?.cast_into::<PyDict>()?)
    }

    /// The edges: two accounts, a trace, and how much more often they met than chance explains.
    ///
    /// >>> case = concerted.demo(folder)
    /// >>> {"source_id", "target_id", "co_actions", "expected", "q"} <= set(case.network().column_names)
    /// True
    fn network(&self, py: Python<'_>) -> PyResult<Table> {
        let network = py.detach(|| self.snapshot.network());
        Table::of(py, &[network.map_err(|error| exception(py, &error))?])
    }

    /// The members of groups, one a row.
    fn groups(&self, py: Python<'_>) -> PyResult<Table> {
        let groups = py.detach(|| self.snapshot.groups());
        Table::of(py, &[groups.map_err(|error| exception(py, &error))?])
    }

    /// The co-actions behind the edges, each with its two posts and the gap between them.
    fn evidence(&self, py: Python<'_>) -> PyResult<Table> {
        let evidence = py.detach(|| self.snapshot.evidence());
        Table::of(py, &[evidence.map_err(|error| exception(py, &error))?])
    }

    /// The posts that were read, in order of time.
    fn posts(&self, py: Python<'_>) -> PyResult<Table> {
        let posts = py.detach(|| self.snapshot.posts());
        Table::of(py, &posts.map_err(|error| exception(py, &error))?)
    }

    /// The accounts that published them.
    fn accounts(&self, py: Python<'_>) -> PyResult<Table> {
        let accounts = py.detach(|| self.snapshot.accounts());
        Table::of(py, &[accounts.map_err(|error| exception(py, &error))?])
    }

    /// The report: one page of HTML that needs nothing else.
    ///
    /// >>> concerted.demo(folder).report_html().startswith("<!doctype html>")
    /// True
    fn report_html(&self, py: Python<'_>) -> PyResult<String> {
        let page = py.detach(|| self.snapshot.report());
        let page = page.map_err(|error| exception(py, &error))?;
        Ok(String::from_utf8(page)?)
    }

    fn __repr__(&self) -> String {
        let name = self.snapshot.name();
        match name {
            "" => format!("<concerted.Case at {}>", self.path.display()),
            _ => format!("<concerted.Case {name:?}>").replace('"', "'"),
        }
    }
}
