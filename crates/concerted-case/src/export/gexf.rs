//! GEXF 1.3, static, or dynamic with the span of each edge.
//!
//! **Invariant:** follows `gexf.rng`; times are of format `date` with full ISO moments, which networkx
//! and Gephi both read; an edge has an interval and never timestamps; the kind of an edge is its trace,
//! so that two accounts may have one edge for each.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use super::{
    Material, file,
    graph::{Attribute, Graph},
    json::{moment, plain, xml_kind},
    words,
    xml::Escaped,
};
use crate::{durable::Draft, error::CaseError};

/// With or without time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Static,
    Dynamic,
}

pub(super) fn write(
    material: &Material<'_>,
    graph: &Graph,
    mode: Mode,
    path: PathBuf,
) -> Result<PathBuf, CaseError> {
    file(path, |out| {
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(
            out,
            "<gexf xmlns=\"http://gexf.net/1.3\" xmlns:viz=\"http://gexf.net/1.3/viz\" version=\"1.3\">"
        )?;
        let day = material.ended.get(..10).unwrap_or("1970-01-01");
        writeln!(
            out,
            "<meta lastmodifieddate=\"{day}\"><creator>Concerted {}</creator><description>{}</description></meta>",
            Escaped(&material.run.version),
            Escaped(&words::about(material))
        )?;
        head(out, graph, mode)?;
        columns(out, "node", &graph.of_nodes)?;
        columns(out, "edge", &graph.of_edges)?;
        writeln!(out, "<nodes>")?;
        for (node, name) in graph.keys.iter().enumerate() {
            let label = Escaped(&graph.labels[node]);
            write!(out, "<node id=\"{}\" label=\"{label}\">", Escaped(name))?;
            values(out, &graph.of_nodes, node)?;
            let [red, green, blue] = words::colour(graph.groups[node]);
            let place = graph.places[node];
            write!(out, "<viz:color r=\"{red}\" g=\"{green}\" b=\"{blue}\"/>")?;
            write!(out, "<viz:position x=\"{:?}\" y=\"{:?}\" z=\"0.0\"/>", place.x, place.y)?;
            writeln!(out, "<viz:size value=\"10.0\"/></node>")?;
        }
        writeln!(out, "</nodes>\n<edges>")?;
        for edge in 0..graph.ends.len() {
            write_edge(out, graph, mode, edge)?;
        }
        Ok(writeln!(out, "</edges>\n</graph>\n</gexf>")?)
    })
}

fn head(out: &mut Draft, graph: &Graph, mode: Mode) -> io::Result<()> {
    if mode == Mode::Static {
        return writeln!(out, "<graph defaultedgetype=\"undirected\" mode=\"static\">");
    }
    write!(
        out,
        "<graph defaultedgetype=\"undirected\" mode=\"dynamic\" timeformat=\"date\" timerepresentation=\"interval\""
    )?;
    let first = graph.spans.iter().map(|span| span.0).min();
    let last = graph.spans.iter().map(|span| span.1).max();
    if let (Some(first), Some(last)) = (first, last) {
        write!(out, " start=\"{}\" end=\"{}\"", moment(first), moment(last))?;
    }
    writeln!(out, ">")
}

fn write_edge(out: &mut Draft, graph: &Graph, mode: Mode, edge: usize) -> io::Result<()> {
    let (source, target) = graph.ends[edge];
    write!(
        out,
        "<edge id=\"e{edge}\" kind=\"{}\" source=\"{}\" target=\"{}\" weight=\"{:?}\"",
        Escaped(graph.traces.value(edge)),
        Escaped(&graph.keys[source]),
        Escaped(&graph.keys[target]),
        f64::from(graph.weights[edge])
    )?;
    if mode == Mode::Dynamic {
        let (first, last) = graph.spans[edge];
        write!(out, " start=\"{}\" end=\"{}\"", moment(first), moment(last))?;
    }
    write!(out, ">")?;
    values(out, &graph.of_edges, edge)?;
    writeln!(out, "</edge>")
}

fn columns(out: &mut Draft, of: &str, attributes: &[Attribute]) -> io::Result<()> {
    writeln!(out, "<attributes class=\"{of}\">")?;
    for attribute in attributes {
        let (name, kind) = (Escaped(&attribute.name), xml_kind(attribute.kind));
        writeln!(out, "<attribute id=\"{name}\" title=\"{name}\" type=\"{kind}\"/>")?;
    }
    writeln!(out, "</attributes>")
}

fn values(out: &mut Draft, attributes: &[Attribute], row: usize) -> io::Result<()> {
    write!(out, "<attvalues>")?;
    for attribute in attributes {
        if let Some(value) = attribute.value(row) {
            let (name, value) = (Escaped(&attribute.name), plain(value));
            write!(out, "<attvalue for=\"{name}\" value=\"{}\"/>", Escaped(&value))?;
        }
    }
    write!(out, "</attvalues>")
}
