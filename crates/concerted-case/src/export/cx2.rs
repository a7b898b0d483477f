//! CX2, the format of Cytoscape and NDEx.
//!
//! **Invariant:** ids are whole numbers, declarations stand before the data, counts in the metadata are
//! those of the aspects, `status` stands last.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use super::{
    Material, file,
    graph::{Attribute, Graph, Kind},
    graphology::separate,
    json, words,
};
use crate::{durable::Draft, error::CaseError};

pub(super) fn write(
    material: &Material<'_>,
    graph: &Graph,
    path: PathBuf,
) -> Result<PathBuf, CaseError> {
    file(path, |out| {
        let (nodes, edges) = (graph.keys.len(), graph.ends.len());
        write!(
            out,
            "[{{\"CXVersion\":\"2.0\",\"hasFragments\":false}},\n{{\"metaData\":[\
             {{\"name\":\"attributeDeclarations\",\"elementCount\":1}},\
             {{\"name\":\"networkAttributes\",\"elementCount\":1}},\
             {{\"name\":\"nodes\",\"elementCount\":{nodes}}},\
             {{\"name\":\"edges\",\"elementCount\":{edges}}}]}},\n"
        )?;
        write!(
            out,
            "{{\"attributeDeclarations\":[{{\"networkAttributes\":{{\"name\":{{\"d\":\"string\"}},\"description\":{{\"d\":\"string\"}}}},\
             \"nodes\":{{\"name\":{{\"d\":\"string\"}},\"label\":{{\"d\":\"string\"}}"
        )?;
        declarations(out, &graph.of_nodes)?;
        write!(
            out,
            "}},\"edges\":{{\"interaction\":{{\"d\":\"string\"}},\"weight\":{{\"d\":\"double\"}}"
        )?;
        declarations(out, &graph.of_edges)?;
        write!(out, "}}}}]}},\n{{\"networkAttributes\":[{{\"name\":")?;
        json::text(out, material.name())?;
        write!(out, ",\"description\":")?;
        json::text(out, &words::about(material))?;
        write!(out, "}}]}},\n{{\"nodes\":[")?;
        for node in 0..nodes {
            separate(out, node)?;
            let place = graph.places[node];
            write!(
                out,
                "{{\"id\":{node},\"x\":{:?},\"y\":{:?},\"v\":{{\"name\":",
                place.x, place.y
            )?;
            json::text(out, &graph.keys[node])?;
            write!(out, ",\"label\":")?;
            json::text(out, &graph.labels[node])?;
            json::attributes(out, &graph.of_nodes, node, true)?;
            write!(out, "}}}}")?;
        }
        write!(out, "\n]}},\n{{\"edges\":[")?;
        for edge in 0..edges {
            separate(out, edge)?;
            let (source, target) = graph.ends[edge];
            write!(out, "{{\"id\":{edge},\"s\":{source},\"t\":{target},\"v\":{{\"interaction\":")?;
            json::text(out, graph.traces.value(edge))?;
            write!(out, ",\"weight\":{:?}", f64::from(graph.weights[edge]))?;
            json::attributes(out, &graph.of_edges, edge, true)?;
            write!(out, "}}}}")?;
        }
        Ok(writeln!(out, "\n]}},\n{{\"status\":[{{\"success\":true}}]}}]")?)
    })
}

fn declarations(out: &mut Draft, attributes: &[Attribute]) -> io::Result<()> {
    for attribute in attributes {
        let kind = match attribute.kind {
            Kind::Text | Kind::Moment => "string",
            Kind::Integer => "long",
            Kind::Number => "double",
            Kind::Truth => "boolean",
        };
        write!(out, ",")?;
        json::text(out, &attribute.name)?;
        write!(out, ":{{\"d\":\"{kind}\"}}")?;
    }
    Ok(())
}
