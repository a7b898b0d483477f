//! STIX 2.1: a group is a `grouping` with `note`s, never a threat actor, intrusion set or campaign.
//!
//! **Invariant:** ids are deterministic; those of accounts are the ones that every STIX library gives
//! them; no `confidence`, since nobody stated one; techniques are referred to as "consistent with".

use std::{collections::BTreeMap, path::PathBuf};

use arrow_array::Array;
use serde_json::{Value, json};

use super::{
    Material, disarm, json_file,
    summary::{self, GroupFigures, groups},
    uuid, words,
};
use crate::error::CaseError;

pub(super) fn write(material: &Material<'_>, path: PathBuf) -> Result<PathBuf, CaseError> {
    let id = |kind: &str, words: &[&str]| {
        let all: Vec<&str> = [kind, material.run_sha256, material.level().as_str()]
            .into_iter()
            .chain(words.iter().copied())
            .collect();
        format!("{kind}--{}", uuid::of(&all))
    };
    let tool = id("identity", &["concerted"]);
    let now = timestamp(material.ended);
    let common = |kind: &str, id: String| {
        json!({
            "type": kind, "spec_version": "2.1", "id": id,
            "created_by_ref": tool, "created": now, "modified": now,
        })
    };
    let mut objects = vec![json!({
        "type": "identity", "spec_version": "2.1", "id": tool, "created": now, "modified": now,
        "name": format!("Concerted {}", material.run.version), "identity_class": "system",
    })];
    let mut accounts: BTreeMap<String, Value> = BTreeMap::new();
    let mut said = Vec::new();
    for group in groups(material) {
        let members: Vec<String> = group
            .members
            .clone()
            .map(|row| {
                let (id, account) = account(material, row);
                accounts.insert(id.clone(), account);
                id
            })
            .collect();
        let number = group.number.to_string();
        let grouping = id("grouping", &[&number]);
        said.push(with(
            common("grouping", grouping.clone()),
            json!({
                "name": format!("Group {number}: {} accounts that {}", group.size(), words::CLAIM),
                "context": "suspicious-activity",
                "description": words::about(material),
                "object_refs": members,
            }),
        ));
        said.push(with(
            common("note", id("note", &[&number, "numbers"])),
            json!({
                "abstract": "What was found",
                "content": group.sentence() + &summary::decoys(material),
                "object_refs": [grouping],
            }),
        ));
        said.push(with(
            common("note", id("note", &[&number, "limits"])),
            json!({
                "abstract": "What this does not show",
                "content": words::LIMITS,
                "object_refs": [grouping],
            }),
        ));
        said.push(with(common("note", id("note", &[&number, "disarm"])), json!({
            "abstract": "Consistent with",
            "content": format!(
                "The kind of behaviour is consistent with the DISARM techniques referred to (framework of {}). \
                 A technique is a label for behaviour; that it was intended is not a finding of this report.",
                disarm::VERSION
            ),
            "external_references": techniques(&group),
            "object_refs": [grouping],
        })));
    }
    objects.extend(accounts.into_values());
    objects.extend(said);
    json_file(path, &json!({ "type": "bundle", "id": id("bundle", &[]), "objects": objects }))
}

fn techniques(group: &GroupFigures) -> Vec<Value> {
    let ids: std::collections::BTreeSet<&str> =
        group.edges.keys().flat_map(|trace| disarm::consistent_with(trace)).copied().collect();
    ids.into_iter()
        .map(|id| json!({ "source_name": "DISARM", "external_id": id, "url": disarm::address(id) }))
        .collect()
}

/// A member as an observable, with the id that the standard gives it.
fn account(material: &Material<'_>, row: usize) -> (String, Value) {
    let Material { groups, accounts, lens, .. } = *material;
    let at = groups.account.value(row) as usize;
    let instance = if at < accounts.len() { accounts.instance.value(at) } else { "" };
    let platform = groups.platform.value(row);
    let user_id = lens.account(platform, instance, groups.account_id.value(row));
    let account_type = if platform == "x" { "twitter" } else { platform };
    let handle = groups.handle.is_valid(row).then(|| groups.handle.value(row));
    let mut parts = json!({ "account_type": account_type, "user_id": user_id });
    if let Some(login) = lens.handle(handle) {
        parts["account_login"] = login.into();
    }
    // serde_json keeps keys in order, as canonical JSON (RFC 8785) has them.
    let name = ::uuid::Uuid::new_v5(&uuid::STIX, parts.to_string().as_bytes());
    let id = format!("user-account--{name}");
    (id.clone(), with(parts, json!({ "type": "user-account", "spec_version": "2.1", "id": id })))
}

fn with(mut object: Value, more: Value) -> Value {
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    object
}

/// STIX wants milliseconds.
fn timestamp(ended: &str) -> String {
    ended.parse::<jiff::Timestamp>().map_or_else(|_| ended.to_owned(), |time| format!("{time:.3}"))
}
