//! The case that is shown, in memory.
//!
//! **Invariant:** everything that an answer needs is here since the start; no request reads a file.

use std::collections::BTreeMap;

use concerted::{
    GroupSummary,
    browse::{self, Rows, Snapshot},
};
use hyper::body::Bytes;

use crate::{
    dto::{self, List},
    page::Page,
    start,
};

/// Everything that is served of a case.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The first page, as HTML.
    pub(crate) start: Bytes,
    /// The report, as HTML.
    pub(crate) report: Bytes,
    /// The statements of reasons, as HTML, by the name that the report links to.
    statements: BTreeMap<String, Bytes>,
    snapshot: Snapshot,
    rows: Rows,
}

impl Shown {
    pub(crate) fn load(snapshot: Snapshot) -> Result<Self, concerted::Error> {
        let start = start::page(snapshot.name(), snapshot.outcome())?.into();
        let report = snapshot.report()?.into();
        let statements = snapshot.statements()?.into_iter();
        let statements =
            statements.map(|(label, page)| (format!("{label}.html"), page.into())).collect();
        let rows = Rows::load(&snapshot)?;
        Ok(Self { start, report, statements, snapshot, rows })
    }

    /// A statement of reasons; `None` if the case keeps none of this name.
    pub(crate) fn statement(&self, name: &str) -> Option<Bytes> {
        self.statements.get(name).cloned()
    }

    pub(crate) fn case(&self) -> dto::Case {
        dto::Case::new(self.snapshot.name(), self.snapshot.outcome())
    }

    pub(crate) fn groups(&self, page: &Page) -> List<dto::Group> {
        List::of(self.snapshot.outcome().groups.iter(), page, "/api/v1/groups")
    }

    /// One group; `None` if there is none of this number.
    pub(crate) fn group(&self, number: u32) -> Option<dto::OneGroup> {
        self.summary(number).map(dto::OneGroup::from)
    }

    /// Members of a group; `None` if there is none of this number.
    pub(crate) fn members(&self, number: u32, page: &Page) -> Option<List<dto::Member<'_>>> {
        let path = format!("/api/v1/groups/{number}/members");
        self.summary(number).map(|_| List::of(self.rows.members(number), page, &path))
    }

    pub(crate) fn edges(&self, page: &Page) -> List<dto::Edge<'_>> {
        let asked = |edge: &browse::Edge<'_>| {
            (page.group.is_none() || page.group == edge.group)
                && page.trace.as_ref().is_none_or(|trace| trace == edge.trace)
        };
        List::of(self.rows.edges().filter(asked), page, "/api/v1/edges")
    }

    /// What shows an edge; `None` if there is no edge with this id.
    pub(crate) fn evidence(&self, edge: usize, page: &Page) -> Option<List<dto::CoAction<'_>>> {
        let path = format!("/api/v1/edges/{edge}/evidence");
        let known = edge < self.rows.edges().len();
        known.then(|| List::of(self.rows.evidence(edge), page, &path))
    }

    fn summary(&self, number: u32) -> Option<&GroupSummary> {
        self.snapshot.outcome().groups.iter().find(|group| group.group == number)
    }
}
