//! Edges, members of groups and evidence as CSV.
//!
//! **Invariant:** ids are verbatim; text that people wrote cannot become a formula unless it was asked
//! for raw; the same tables give the same bytes. Lines end in LF, times are RFC 3339 in UTC, and a number
//! reads back as the number that it was.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use arrow_array::Array;
use concerted_model::tables::Evidence;

use super::{
    Material, Trouble, behind, file,
    graph::{Attribute, Graph, Value},
    json::plain,
    spreadsheet,
};
use crate::{durable::Draft, error::CaseError};

pub(super) type Rows<'d> = csv::Writer<&'d mut Draft>;

/// Writes `edges.csv`, `groups.csv`, `evidence.csv` and the tables of [`behind`].
///
/// The `group` of an edge is empty unless both of its ends are in the same one.
pub(super) fn write(
    material: &Material<'_>,
    graph: &Graph,
    out: &Path,
) -> Result<Vec<PathBuf>, CaseError> {
    let mut written = vec![
        rows(out.join("edges.csv"), |rows| edges(rows, material, graph))?,
        rows(out.join("groups.csv"), |rows| members(rows, material))?,
        rows(out.join("evidence.csv"), |rows| co_actions(rows, material, graph))?,
    ];
    for table in behind::tables(material)? {
        let path = out.join(format!("{}.csv", table.name));
        written.push(rows(path, |rows| {
            rows.write_record(table.columns.iter().map(|column| column.name.as_str()))?;
            (0..table.rows).try_for_each(|row| {
                attributes(rows, material, &table.columns, row)?;
                Ok(rows.write_record(None::<&[u8]>)?)
            })
        })?);
    }
    Ok(written)
}

/// Writes one file of rows.
pub(super) fn rows(
    path: PathBuf,
    fill: impl FnOnce(&mut Rows<'_>) -> Result<(), Trouble>,
) -> Result<PathBuf, CaseError> {
    file(path, |draft| {
        let mut rows = csv::WriterBuilder::new().from_writer(draft);
        fill(&mut rows)?;
        Ok(rows.flush()?)
    })
}

/// Free text as a cell.
pub(super) fn cell<'t>(material: &Material<'_>, text: &'t str) -> Cow<'t, str> {
    if material.raw_csv { text.into() } else { spreadsheet::inert(text) }
}

/// A handle as a cell.
pub(super) fn handle<'t>(material: &Material<'_>, handle: &'t str) -> Cow<'t, str> {
    if material.raw_csv { handle.into() } else { spreadsheet::handle(handle) }
}

const ENDS: [&str; 4] = ["source_platform", "source_id", "target_platform", "target_id"];

fn edges(rows: &mut Rows<'_>, material: &Material<'_>, graph: &Graph) -> Result<(), Trouble> {
    let names = graph.of_edges.iter().map(|attribute| attribute.name.as_str());
    rows.write_record(ENDS.into_iter().chain(names))?;
    for edge in 0..graph.ends.len() {
        ends(rows, graph, edge)?;
        attributes(rows, material, &graph.of_edges, edge)?;
        rows.write_record(None::<&[u8]>)?;
    }
    Ok(())
}

/// The values of a row, a field each.
fn attributes(
    rows: &mut Rows<'_>,
    material: &Material<'_>,
    attributes: &[Attribute],
    row: usize,
) -> Result<(), Trouble> {
    for attribute in attributes {
        let field = match attribute.value(row) {
            None => Cow::Borrowed(""),
            Some(Value::Text(text)) => cell(material, text),
            Some(Value::Moment(micros)) => time(micros).into(),
            Some(value) => plain(value).into(),
        };
        rows.write_field(field.as_bytes())?;
    }
    Ok(())
}

/// The two accounts of an edge, as four fields.
fn ends(rows: &mut Rows<'_>, graph: &Graph, edge: usize) -> Result<(), Trouble> {
    let (source, target) = graph.ends[edge];
    for node in [source, target] {
        rows.write_field(graph.text_of_node("platform", node))?;
        rows.write_field(graph.text_of_node("account_id", node))?;
    }
    Ok(())
}

fn members(rows: &mut Rows<'_>, material: &Material<'_>) -> Result<(), Trouble> {
    let Material { groups, accounts, lens, .. } = *material;
    rows.write_record([
        "group",
        "part",
        "platform",
        "account_id",
        "handle",
        "actions",
        "ties",
        "role",
    ])?;
    for row in 0..groups.len() {
        let account = groups.account.value(row) as usize;
        let instance = if account < accounts.len() { accounts.instance.value(account) } else { "" };
        let platform = groups.platform.value(row);
        let name = groups.handle.is_valid(row).then(|| groups.handle.value(row));
        rows.write_record([
            groups.group.value(row).to_string().as_str(),
            &groups.part.value(row).to_string(),
            platform,
            &lens.account(platform, instance, groups.account_id.value(row)),
            &lens.handle(name).map(|name| handle(material, name)).unwrap_or_default(),
            &groups.actions.value(row).to_string(),
            &groups.ties.value(row).to_string(),
            groups.role.value(row),
        ])?;
    }
    Ok(())
}

fn co_actions(rows: &mut Rows<'_>, material: &Material<'_>, graph: &Graph) -> Result<(), Trouble> {
    rows.write_record(ENDS.into_iter().chain([
        "trace",
        "object",
        "source_time",
        "target_time",
        "gap_seconds",
        "source_post_id",
        "target_post_id",
    ]))?;
    for table in (material.evidence)()? {
        let table = table?;
        for row in 0..table.len() {
            co_action(rows, material, graph, &table, row)?;
        }
    }
    Ok(())
}

fn co_action(
    rows: &mut Rows<'_>,
    material: &Material<'_>,
    graph: &Graph,
    evidence: &Evidence,
    row: usize,
) -> Result<(), Trouble> {
    let edge = edge_of(graph, evidence, row)?;
    let lens = material.lens;
    let trace = evidence.trace.value(row);
    let (source, target) =
        lens.moments(evidence.source_time.value(row), evidence.target_time.value(row));
    ends(rows, graph, edge)?;
    rows.write_field(trace)?;
    rows.write_field(cell(material, &lens.object(trace, evidence.key.value(row))).as_bytes())?;
    rows.write_field(time(source))?;
    rows.write_field(time(target))?;
    rows.write_field(plain(Value::Number(evidence.gap_seconds.value(row))))?;
    rows.write_field(lens.post(evidence.source_post_id.value(row)).as_bytes())?;
    rows.write_field(lens.post(evidence.target_post_id.value(row)).as_bytes())?;
    rows.write_record(None::<&[u8]>)?;
    Ok(())
}

/// The edge that a row of the evidence is of.
pub(super) fn edge_of(graph: &Graph, evidence: &Evidence, row: usize) -> Result<usize, CaseError> {
    let edge = evidence.edge.value(row) as usize;
    if edge < graph.ends.len() {
        return Ok(edge);
    }
    let reason = format!("evidence row {row} is of edge {edge}, which is not");
    Err(CaseError::Encoding { path: "evidence".into(), reason })
}

/// RFC 3339 in UTC: to the second if it is a whole one, else to the microsecond.
pub(super) fn time(micros: i64) -> String {
    match jiff::Timestamp::from_microsecond(micros) {
        Ok(time) if micros % 1_000_000 == 0 => format!("{time:.0}"),
        Ok(time) => format!("{time:.6}"),
        Err(_) => micros.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::{Format, fixture::Fixture};
    use crate::disclosure::Level;

    #[test]
    fn edges_keep_ids_and_numbers_and_have_a_group_if_both_ends_share_it() {
        let edges = Fixture::new().exported(Format::Csv, "edges.csv");
        let rows: Vec<&str> = edges.lines().collect();
        assert!(rows[0].starts_with("source_platform,source_id,target_platform,target_id,trace,"));
        assert!(rows[0].ends_with(",group"), "{}", rows[0]);
        assert!(rows[1].starts_with("x,0042,x,42,url,"), "{}", rows[1]);
        assert!(rows[1].contains(",0.30000000000000004,5.4,38.9,1e-300,2.5e-12,"), "{}", rows[1]);
        assert!(rows[1].ends_with(",1"), "{}", rows[1]);
        assert!(rows[2].starts_with("x,0042,x,\"1,2\"\"3\",hashtag,"), "{}", rows[2]);
        assert!(rows[2].ends_with(','), "{}", rows[2]);
    }

    #[test]
    fn members_have_handles_that_are_no_formulas() {
        assert_eq!(
            Fixture::new().exported(Format::Csv, "groups.csv"),
            "group,part,platform,account_id,handle,actions,ties,role\n\
             1,1,x,0042,'=cmd(),9,1,periphery\n\
             1,1,x,42,,8,1,periphery\n\
             2,1,x,\"1,2\"\"3\",anna,7,0,periphery\n"
        );
    }

    #[test]
    fn raw_cells_are_left_as_they_are() {
        let fixture = Fixture { raw_csv: true, ..Fixture::new() };
        let members = fixture.exported(Format::Csv, "groups.csv");
        assert!(members.contains("0042,=cmd(),9,1"), "{members}");
        assert!(members.contains(",@anna,7,0,"), "{members}");
    }

    #[test]
    fn evidence_has_moments_in_utc_and_microseconds_only_where_there_are_some() {
        assert_eq!(
            Fixture::new().exported(Format::Csv, "evidence.csv"),
            "source_platform,source_id,target_platform,target_id,trace,object,\
             source_time,target_time,gap_seconds,source_post_id,target_post_id\n\
             x,0042,x,42,url,https://example.org/a,\
             2024-05-01T12:00:00Z,2024-05-01T12:00:12Z,12.0,0001,3\n\
             x,0042,x,\"1,2\"\"3\",hashtag,'+1,\
             2024-05-01T12:00:00.250000Z,2024-05-01T12:00:00Z,-0.25,-2,4\n"
        );
    }

    #[test]
    fn a_shared_file_has_no_id_name_or_link_and_gaps_as_they_were() {
        let fixture = Fixture::at(Level::ShareSafe);
        let evidence = fixture.exported(Format::Csv, "evidence.csv");
        for never in ["0042", "example.org", "0001"] {
            assert!(!evidence.contains(never), "{never}: {evidence}");
        }
        assert!(evidence.contains(",12.0,"), "{evidence}");
        let members = fixture.exported(Format::Csv, "groups.csv");
        assert!(!members.contains("anna") && !members.contains("cmd"), "{members}");
    }

    #[test]
    fn the_folder_of_a_case_and_a_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("case.toml"), "").unwrap();
        for place in [folder.path().to_owned(), folder.path().join("case.toml")] {
            let refused = Fixture::new().write(Format::Csv, &place);
            assert!(matches!(refused, Err(crate::CaseError::NoPlace { .. })), "{refused:?}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn evidence_of_no_edge_is_refused() {
        let fixture = Fixture { evidence_edge: 2, ..Fixture::new() };
        let out = tempfile::tempdir().unwrap();
        let refused = fixture.write(Format::Csv, out.path()).unwrap_err();
        assert_eq!(refused.kind(), crate::ErrorKind::Bug);
        assert!(!out.path().join("evidence.csv").exists());
    }
}
