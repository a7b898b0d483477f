//! One MISP event: a `user-account` object for each account in a group, an `annotation` for each group.
//!
//! **Invariant:** nothing is meant for detection systems (`to_ids` is false everywhere) or for
//! correlation; the event is not published, its threat level is undefined; the TLP tag follows the
//! level of disclosure.

use std::{collections::BTreeSet, path::PathBuf};

use arrow_array::Array;
use serde_json::{Value, json};

use super::{Material, disarm, json_file, summary, uuid, words};
use crate::{disclosure::Level, error::CaseError};

/// Name, UUID and version of an object's template.
struct Template(&'static str, &'static str, &'static str);

const ACCOUNT: Template = Template("user-account", "49606b06-22f0-4ac8-8eee-2f12ad46f3d3", "6");
const ANNOTATION: Template = Template("annotation", "5d8dc046-15a1-4ca3-a09f-ed4ede7c4487", "3");

pub(super) fn write(material: &Material<'_>, path: PathBuf) -> Result<PathBuf, CaseError> {
    let Material { groups, accounts, lens, .. } = *material;
    let id = |words: &[&str]| {
        let all: Vec<&str> = ["misp", material.run_sha256, material.level().as_str()]
            .into_iter()
            .chain(words.iter().copied())
            .collect();
        uuid::of(&all).to_string()
    };
    let object = |template: &Template, of: &str, attributes: Vec<(&str, String)>| {
        let attributes: Vec<Value> = attributes
            .into_iter()
            .map(|(relation, value)| {
                json!({
                    "type": "text", "object_relation": relation, "value": value, "category": "Other",
                    "to_ids": false, "disable_correlation": true, "uuid": id(&[of, relation]),
                })
            })
            .collect();
        json!({
            "name": template.0, "meta-category": "misc", "template_uuid": template.1,
            "template_version": template.2, "uuid": id(&[of]), "Attribute": attributes,
        })
    };
    let (mut objects, mut lines, mut techniques) = (Vec::new(), Vec::new(), BTreeSet::new());
    for group in summary::groups(material) {
        let number = group.number.to_string();
        for row in group.members.clone() {
            let at = groups.account.value(row) as usize;
            let instance = if at < accounts.len() { accounts.instance.value(at) } else { "" };
            let platform = groups.platform.value(row);
            let user = lens.account(platform, instance, groups.account_id.value(row));
            let handle = groups.handle.is_valid(row).then(|| groups.handle.value(row));
            let mut attributes = vec![
                ("user-id", user.to_string()),
                ("account-type", platform.to_owned()),
                ("description", format!("in group {number}; {}", words::CLAIM)),
            ];
            if let Some(handle) = lens.handle(handle) {
                attributes.push(("username", handle.to_owned()));
            }
            objects.push(object(&ACCOUNT, &format!("{platform}:{user}"), attributes));
        }
        let ids: BTreeSet<&str> =
            group.edges.keys().flat_map(|trace| disarm::consistent_with(trace)).copied().collect();
        let ids_text = ids.iter().copied().collect::<Vec<_>>().join(", ");
        let mut line = format!("Group {number}: {}", group.sentence());
        if !ids.is_empty() {
            line += &format!(" Consistent with DISARM {ids_text} ({}).", disarm::VERSION);
        }
        techniques.extend(ids);
        objects.push(object(
            &ANNOTATION,
            &format!("group {number}"),
            vec![("text", line.clone()), ("type", "Other".to_owned())],
        ));
        lines.push(line);
    }
    let tlp = match material.level() {
        Level::Figures | Level::ShareSafe => "tlp:clear",
        Level::Peers => "tlp:amber",
        Level::Evidence => "tlp:amber+strict",
    };
    let mut tags = vec![json!({ "name": tlp })];
    tags.extend(
        techniques
            .iter()
            .map(|technique| json!({ "name": format!("disarm:consistent-with=\"{technique}\"") })),
    );
    let seconds = material.ended.parse::<jiff::Timestamp>().map_or(0, |time| time.as_second());
    let event = json!({
        "Event": {
            "uuid": id(&["event"]),
            "info": format!("Concerted: {}", material.name()),
            "date": material.ended.get(..10).unwrap_or("1970-01-01"),
            "timestamp": seconds.to_string(),
            "distribution": "0", "threat_level_id": "4", "analysis": "1", "published": false,
            "Tag": tags,
            "Object": objects,
            "EventReport": [{
                "uuid": id(&["report"]),
                "name": "What was found, and what this does not show",
                "content": format!(
                    "{}{}\n\n{}",
                    words::about(material), summary::decoys(material), lines.join("\n\n")
                ),
                "distribution": "0",
            }],
        }
    });
    json_file(path, &event)
}
