//! RO-Crate 1.1 with the Process Run Crate profile: report, tables and network with their description.
//!
//! **Invariant:** every file of the crate is described, with its size and SHA-256; a single value is not
//! a list; the crate grants no licence, since posts belong to those who wrote them.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::{
    Material, csv, figures, file, graph::Graph, graph_of, graphml, json_file, parquet, prov, words,
};
use crate::{durable, error::CaseError};

const METADATA: &str = "ro-crate-metadata.json";

/// Writes the crate into `folder`; gives its files.
pub(super) fn write(
    material: &Material<'_>,
    graph: &mut Option<Graph>,
    folder: &Path,
) -> Result<Vec<PathBuf>, CaseError> {
    durable::make_folder(folder)?;
    let graph = graph_of(material, graph)?;
    let mut files = csv::write(material, graph, folder)?;
    files.extend(parquet::write(material, graph, folder)?);
    files.push(graphml::write(material, graph, folder.join("network.graphml"))?);
    files.push(figures::write(material, folder.join("figures.csv"))?);
    files.push(prov::write(material, folder.join("prov.json"))?);
    files.push(file(folder.join("report.html"), |out| {
        Ok(out.write_all(material.report.as_bytes())?)
    })?);
    let described = describe(material, &files)?;
    files.push(json_file(folder.join(METADATA), &described)?);
    Ok(files)
}

fn describe(material: &Material<'_>, files: &[PathBuf]) -> Result<Value, CaseError> {
    let mut entities = Vec::new();
    let mut parts = Vec::new();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let record = durable::record_of(path)?;
        let (sha256, bytes) =
            record.map_or((String::new(), 0), |record| (record.sha256, record.bytes));
        parts.push(json!({ "@id": name }));
        entities.push(json!({
            "@id": name, "@type": "File", "name": title(&name), "sha256": sha256,
            "contentSize": bytes.to_string(), "encodingFormat": media_type(&name),
        }));
    }
    let names = material.level().shows_names();
    let inputs: Vec<Value> = (1..)
        .zip(&material.manifest.inputs)
        .map(|(number, input)| {
            let label = if names { input.name.clone() } else { format!("input {number}") };
            json!({
                "@id": format!("urn:sha256:{}", input.sha256), "@type": "CreativeWork",
                "name": label, "sha256": input.sha256,
            })
        })
        .collect();
    let used: Vec<Value> = inputs.iter().map(|input| json!({ "@id": input["@id"] })).collect();
    let mut run = json!({
        "@id": "#run", "@type": "CreateAction", "name": "concerted investigate",
        "instrument": { "@id": "#concerted" }, "agent": { "@id": "#analyst" },
        "endTime": material.ended,
        "result": parts.clone(),
        "actionStatus": { "@id": "http://schema.org/CompletedActionStatus" },
        "description": words::about(material),
    });
    match used.len() {
        0 => {}
        1 => run["object"] = used[0].clone(),
        _ => run["object"] = used.into(),
    }
    let mut graph = vec![
        json!({
            "@id": METADATA, "@type": "CreativeWork",
            "conformsTo": { "@id": "https://w3id.org/ro/crate/1.1" }, "about": { "@id": "./" },
        }),
        json!({
            "@id": "./", "@type": "Dataset",
            "conformsTo": { "@id": "https://w3id.org/ro/wfrun/process/0.5" },
            "name": material.name(), "description": words::about(material),
            "datePublished": material.ended, "license": { "@id": "#terms" },
            "hasPart": parts, "mentions": { "@id": "#run" },
        }),
        json!({
            "@id": "#terms", "@type": "CreativeWork", "name": "No licence is granted",
            "description": "Posts belong to those who wrote them and stand under the terms of their platforms. \
                Whoever passes this on answers for it.",
        }),
        json!({
            "@id": "https://w3id.org/ro/wfrun/process/0.5", "@type": "CreativeWork",
            "name": "Process Run Crate", "version": "0.5",
        }),
        json!({
            "@id": "#concerted", "@type": "SoftwareApplication", "name": "Concerted",
            "softwareVersion": material.run.version, "url": "https://example.org/concerted",
        }),
        json!({ "@id": "#analyst", "@type": "Person", "name": "An analyst, not named here" }),
        run,
    ];
    graph.extend(entities);
    graph.extend(inputs);
    Ok(json!({ "@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph }))
}

fn title(name: &str) -> String {
    match name {
        "report.html" => "The report",
        "edges.csv" | "edges.parquet" => "Ties between accounts",
        "groups.csv" => "Members of groups",
        "evidence.csv" | "evidence.parquet" => "The co-actions behind the ties",
        "nodes.parquet" => "Accounts with ties",
        "network.graphml" => "The network",
        "confirmations.csv" => "Groups on days that had no part in finding them",
        "tested.csv" => "What was tested, and how little would be seen",
        "decoys.csv" => "What the same procedure found where there is nothing to find",
        "figures.csv" => "Counts",
        "prov.json" => "What was made from what",
        other => other,
    }
    .to_owned()
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html",
        Some("csv") => "text/csv",
        Some("parquet") => "application/vnd.apache.parquet",
        Some("graphml") => "application/graphml+xml",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}
