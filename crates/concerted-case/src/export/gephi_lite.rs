//! A workspace of Gephi Lite: data and layout beside a graph that holds the topology alone.
//!
//! **Invariant:** the shape is that of the workspaces which Gephi Lite saves itself (`version` 1.0.0), and
//! `fullGraph` can be imported by graphology.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use super::{
    Material, file,
    graph::{Attribute, Graph, Kind},
    graphology::{separate, topology},
    json, words,
};
use crate::{durable::Draft, error::CaseError};

/// Attributes that divide into kinds rather than being text or amounts.
const CATEGORIES: [&str; 4] = ["platform", "instance", "group", "trace"];

pub(super) fn write(
    material: &Material<'_>,
    graph: &Graph,
    path: PathBuf,
) -> Result<PathBuf, CaseError> {
    file(path, |out| {
        write!(
            out,
            "{{\"type\":\"gephi-lite\",\"version\":\"1.0.0\",\"graphDataset\":{{\"nodeData\":{{"
        )?;
        for node in 0..graph.keys.len() {
            separate(out, node)?;
            json::text(out, &graph.keys[node])?;
            write!(out, ":{{\"label\":")?;
            json::text(out, &graph.labels[node])?;
            json::attributes(out, &graph.of_nodes, node, true)?;
            write!(out, "}}")?;
        }
        write!(out, "\n}},\"edgeData\":{{")?;
        for edge in 0..graph.ends.len() {
            separate(out, edge)?;
            write!(out, "\"e{edge}\":{{\"weight\":{}", graph.weights[edge])?;
            json::attributes(out, &graph.of_edges, edge, true)?;
            write!(out, "}}")?;
        }
        write!(out, "\n}},\"layout\":{{")?;
        for (node, place) in graph.places.iter().enumerate() {
            separate(out, node)?;
            json::text(out, &graph.keys[node])?;
            write!(out, ":{{\"x\":{:?},\"y\":{:?}}}", place.x, place.y)?;
        }
        write!(out, "\n}},\"metadata\":{{\"title\":")?;
        json::text(out, material.name())?;
        write!(out, ",\"description\":")?;
        json::text(out, &words::about(material))?;
        write!(out, "}},\"nodeFields\":[")?;
        field(out, "label", "nodes", "text", 0)?;
        fields(out, "nodes", &graph.of_nodes)?;
        write!(out, "],\"edgeFields\":[")?;
        field(out, "weight", "edges", "number", 0)?;
        fields(out, "edges", &graph.of_edges)?;
        write!(
            out,
            "],\"fullGraph\":{{\"options\":{{\"type\":\"undirected\",\"multi\":true,\"allowSelfLoops\":false}},\"attributes\":{{}},\"nodes\":["
        )?;
        for (node, key) in graph.keys.iter().enumerate() {
            separate(out, node)?;
            write!(out, "{{\"key\":")?;
            json::text(out, key)?;
            write!(out, "}}")?;
        }
        write!(out, "\n],\"edges\":[")?;
        for edge in 0..graph.ends.len() {
            separate(out, edge)?;
            topology(out, graph, edge)?;
            write!(out, "}}")?;
        }
        writeln!(
            out,
            "\n]}}}},\"filters\":{{\"past\":[],\"future\":[]}},\"appearance\":{APPEARANCE}}}"
        )?;
        Ok(())
    })
}

fn fields(out: &mut Draft, of: &str, attributes: &[Attribute]) -> io::Result<()> {
    for (place, attribute) in attributes.iter().enumerate() {
        let kind = match attribute.kind {
            _ if CATEGORIES.contains(&attribute.name.as_str()) => "category",
            Kind::Integer | Kind::Number => "number",
            Kind::Truth => "boolean",
            Kind::Moment => "date",
            Kind::Text => "text",
        };
        field(out, &attribute.name, of, kind, place + 1)?;
    }
    Ok(())
}

fn field(out: &mut Draft, name: &str, of: &str, kind: &str, place: usize) -> io::Result<()> {
    separate(out, place)?;
    write!(out, "{{\"id\":")?;
    json::text(out, name)?;
    write!(out, ",\"itemType\":\"{of}\",\"type\":\"{kind}\"")?;
    if kind == "date" {
        write!(out, ",\"format\":\"yyyy-MM-dd'T'HH:mm:ss.SSSX\"")?;
    }
    write!(out, "}}")
}

/// How it is drawn when it is opened: sizes and labels as Gephi Lite's own defaults, one colour a group.
const APPEARANCE: &str = r##"{"showEdges":{"value":true},"nodesSize":{"type":"fixed","value":10},"edgesSize":{"type":"fixed","value":1},"backgroundColor":"#ffffff","layoutGridColor":"#999999","nodesColor":{"type":"fixed","value":"#0072b2"},"edgesColor":{"type":"fixed","value":"#999999"},"nodesLabel":{"type":"field","field":{"id":"label","itemType":"nodes","type":"text"},"missingValue":null},"edgesLabel":{"type":"none"},"nodesLabelSize":{"type":"fixed","value":14,"density":1,"zoomCorrelation":0},"edgesLabelSize":{"type":"fixed","value":14,"density":1,"zoomCorrelation":0},"nodesLabelEllipsis":{"type":"ellipsis","enabled":false,"maxLength":25},"edgesLabelEllipsis":{"type":"ellipsis","enabled":false,"maxLength":25},"nodesImage":{"type":"none"},"edgesZIndex":{"type":"none"}}"##;
