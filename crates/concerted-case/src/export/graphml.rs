//! GraphML: typed keys, one `<data>` a value.
//!
//! **Invariant:** read by networkx, igraph and graphology with the same nodes, edges and values; a value
//! that is absent has no element.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use super::{
    Material, file,
    graph::{Attribute, Graph, Kind},
    json::{plain, xml_kind},
    words,
    xml::Escaped,
};
use crate::{durable::Draft, error::CaseError};

pub(super) fn write(
    material: &Material<'_>,
    graph: &Graph,
    path: PathBuf,
) -> Result<PathBuf, CaseError> {
    file(path, |out| {
        let note = words::about(material);
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(out, "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">")?;
        writeln!(out, "<desc>{}</desc>", Escaped(&note))?;
        key(out, "label", "node", Kind::Text)?;
        keys(out, "node", &graph.of_nodes)?;
        for axis in ["x", "y"] {
            key(out, axis, "node", Kind::Number)?;
        }
        key(out, "weight", "edge", Kind::Number)?;
        keys(out, "edge", &graph.of_edges)?;
        writeln!(out, "<graph id=\"network\" edgedefault=\"undirected\">")?;
        for (node, name) in graph.keys.iter().enumerate() {
            write!(out, "<node id=\"{}\">", Escaped(name))?;
            data(out, "node", "label", &graph.labels[node])?;
            values(out, "node", &graph.of_nodes, node)?;
            let place = graph.places[node];
            data(out, "node", "x", &format!("{:?}", place.x))?;
            data(out, "node", "y", &format!("{:?}", place.y))?;
            writeln!(out, "</node>")?;
        }
        for (edge, (source, target)) in graph.ends.iter().enumerate() {
            let [source, target] = [source, target].map(|end| Escaped(&graph.keys[*end]));
            write!(out, "<edge id=\"e{edge}\" source=\"{source}\" target=\"{target}\">")?;
            data(out, "edge", "weight", &format!("{:?}", f64::from(graph.weights[edge])))?;
            values(out, "edge", &graph.of_edges, edge)?;
            writeln!(out, "</edge>")?;
        }
        Ok(writeln!(out, "</graph>\n</graphml>")?)
    })
}

fn keys(out: &mut Draft, of: &str, attributes: &[Attribute]) -> io::Result<()> {
    attributes.iter().try_for_each(|attribute| key(out, &attribute.name, of, attribute.kind))
}

fn key(out: &mut Draft, name: &str, of: &str, kind: Kind) -> io::Result<()> {
    let name = Escaped(name);
    let kind = xml_kind(kind);
    writeln!(
        out,
        "<key id=\"{of}_{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>"
    )
}

fn values(out: &mut Draft, of: &str, attributes: &[Attribute], row: usize) -> io::Result<()> {
    for attribute in attributes {
        if let Some(value) = attribute.value(row) {
            data(out, of, &attribute.name, &plain(value))?;
        }
    }
    Ok(())
}

fn data(out: &mut Draft, of: &str, name: &str, value: &str) -> io::Result<()> {
    write!(out, "<data key=\"{of}_{}\">{}</data>", Escaped(name), Escaped(value))
}
