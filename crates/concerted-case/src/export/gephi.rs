//! Gephi's import of tables: `gephi_nodes.csv` and `gephi_edges.csv`.
//!
//! **Invariant:** the columns that Gephi knows have exactly its capitals: `Id`, `Label`, `Source`,
//! `Target`, `Type`, `Weight`.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use super::{
    Material, Trouble,
    csv::{Rows, cell, handle, rows},
    graph::{Attribute, Graph, Value},
    json::plain,
};
use crate::error::CaseError;

pub(super) fn write(
    material: &Material<'_>,
    graph: &Graph,
    out: &Path,
) -> Result<Vec<PathBuf>, CaseError> {
    let nodes = rows(out.join("gephi_nodes.csv"), |rows| {
        let names = graph.of_nodes.iter().map(|attribute| attribute.name.as_str());
        rows.write_record(["Id", "Label"].into_iter().chain(names))?;
        for (node, key) in graph.keys.iter().enumerate() {
            rows.write_field(key)?;
            rows.write_field(handle(material, &graph.labels[node]).as_bytes())?;
            rest(rows, material, &graph.of_nodes, node)?;
        }
        Ok(())
    })?;
    let edges = rows(out.join("gephi_edges.csv"), |rows| {
        let names = graph.of_edges.iter().map(|attribute| attribute.name.as_str());
        let known = ["Source", "Target", "Type", "Id", "Label", "Weight"];
        rows.write_record(known.into_iter().chain(names))?;
        for (edge, &(source, target)) in graph.ends.iter().enumerate() {
            rows.write_field(&graph.keys[source])?;
            rows.write_field(&graph.keys[target])?;
            rows.write_field("Undirected")?;
            rows.write_field(edge.to_string())?;
            rows.write_field(graph.traces.value(edge))?;
            rows.write_field(graph.weights[edge].to_string())?;
            rest(rows, material, &graph.of_edges, edge)?;
        }
        Ok(())
    })?;
    Ok(vec![nodes, edges])
}

/// The attributes of a row, and its end.
fn rest(
    rows: &mut Rows<'_>,
    material: &Material<'_>,
    attributes: &[Attribute],
    row: usize,
) -> Result<(), Trouble> {
    for attribute in attributes {
        let field = match attribute.value(row) {
            None => Cow::Borrowed(""),
            // Ids are joined on: they stay as they are.
            Some(Value::Text(text)) if attribute.name == "account_id" => text.into(),
            Some(Value::Text(text)) if attribute.name == "handle" => handle(material, text),
            Some(Value::Text(text)) => cell(material, text),
            Some(value) => plain(value).into(),
        };
        rows.write_field(field.as_bytes())?;
    }
    rows.write_record(None::<&[u8]>)?;
    Ok(())
}
