//! W3C PROV: what was made from what, by which version with which plan.
//!
//! **Invariant:** every input stands with its SHA-256, the run with that of its record; names of inputs
//! and the command, which say where and how somebody worked, only at S3.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::{Material, json_file};
use crate::error::CaseError;

pub(super) fn write(material: &Material<'_>, path: PathBuf) -> Result<PathBuf, CaseError> {
    json_file(path, &document(material))
}

pub(super) fn document(material: &Material<'_>) -> Value {
    let names = material.level().shows_names();
    let (mut entities, mut used, mut derived) = (Map::new(), Map::new(), Map::new());
    for (number, input) in material.manifest.inputs.iter().enumerate() {
        let id = format!("c:input-{}", number + 1);
        let label = if names { input.name.clone() } else { format!("input {}", number + 1) };
        entities.insert(
            id.clone(),
            json!({
                "prov:label": label,
                "c:sha256": input.sha256,
                "c:bytes": input.bytes,
                "c:format": input.format,
            }),
        );
        used.insert(format!("_:u{number}"), json!({ "prov:activity": "c:run", "prov:entity": id }));
        derived.insert(
            format!("_:d{number}"),
            json!({
                "prov:generatedEntity": "c:results", "prov:usedEntity": id,
            }),
        );
    }
    let mut results = json!({
        "prov:label": material.name(),
        "c:run_sha256": material.run_sha256,
        "c:level": material.level().as_str(),
    });
    for (what, count) in &material.run.counts {
        results[format!("c:{what}")] = (*count).into();
    }
    entities.insert("c:results".to_owned(), results);
    let mut run = json!({
        "prov:endTime": material.ended,
        "c:version": material.run.version,
    });
    if let Some(seed) = material.seed() {
        run["c:seed"] = seed.into();
    }
    if names {
        run["c:argv"] = material.run.command.join(" ").into();
    }
    json!({
        "prefix": { "c": "https://example.org/concerted/" },
        "entity": entities,
        "activity": { "c:run": run },
        "agent": { "c:concerted": {
            "prov:type": { "$": "prov:SoftwareAgent", "type": "prov:QUALIFIED_NAME" },
            "c:version": material.run.version,
        } },
        "used": used,
        "wasGeneratedBy": { "_:g0": { "prov:entity": "c:results", "prov:activity": "c:run" } },
        "wasAssociatedWith": { "_:a0": { "prov:activity": "c:run", "prov:agent": "c:concerted" } },
        "wasDerivedFrom": derived,
    })
}
