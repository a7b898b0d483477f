//! graphology's serialised graph, which sigma and Gephi Lite open too.
//!
//! **Invariant:** `graphology.import` gives as many nodes and edges as there are; a multigraph, since two
//! accounts may have one edge for each trace.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use super::{Material, file, graph::Graph, json, words};
use crate::{durable::Draft, error::CaseError};

pub(super) fn write(
    material: &Material<'_>,
    graph: &Graph,
    path: PathBuf,
) -> Result<PathBuf, CaseError> {
    file(path, |out| {
        write!(out, "{{\"attributes\":{{\"name\":")?;
        json::text(out, material.name())?;
        write!(out, ",\"description\":")?;
        json::text(out, &words::about(material))?;
        write!(
            out,
            "}},\"options\":{{\"type\":\"undirected\",\"multi\":true,\"allowSelfLoops\":false}},\"nodes\":["
        )?;
        for node in 0..graph.keys.len() {
            separate(out, node)?;
            write!(out, "{{\"key\":")?;
            json::text(out, &graph.keys[node])?;
            write!(out, ",\"attributes\":{{\"label\":")?;
            json::text(out, &graph.labels[node])?;
            let place = graph.places[node];
            let colour = words::hex_colour(graph.groups[node]);
            write!(
                out,
                ",\"x\":{:?},\"y\":{:?},\"size\":10,\"color\":\"{colour}\"",
                place.x, place.y
            )?;
            json::attributes(out, &graph.of_nodes, node, true)?;
            write!(out, "}}}}")?;
        }
        write!(out, "\n],\"edges\":[")?;
        for edge in 0..graph.ends.len() {
            separate(out, edge)?;
            topology(out, graph, edge)?;
            write!(out, ",\"attributes\":{{\"weight\":{}", graph.weights[edge])?;
            json::attributes(out, &graph.of_edges, edge, true)?;
            write!(out, "}}}}")?;
        }
        Ok(writeln!(out, "\n]}}")?)
    })
}

/// `{"key":…,"source":…,"target":…,"undirected":true`, without its end.
pub(super) fn topology(out: &mut Draft, graph: &Graph, edge: usize) -> io::Result<()> {
    let (source, target) = graph.ends[edge];
    write!(out, "{{\"key\":\"e{edge}\",\"source\":")?;
    json::text(out, &graph.keys[source])?;
    write!(out, ",\"target\":")?;
    json::text(out, &graph.keys[target])?;
    write!(out, ",\"undirected\":true")
}

/// A line for each item, with commas between them.
pub(super) fn separate(out: &mut Draft, place: usize) -> io::Result<()> {
    out.write_all(if place == 0 { b"\n" } else { b",\n" })
}
