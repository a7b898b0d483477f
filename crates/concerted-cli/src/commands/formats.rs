//! `concerted formats`: what can be read, and what each format can carry.

use clap::Args;
use concerted::{Field, Format};

use crate::{cli::Call, exit::Failure};

/// List the formats that can be read, with what each can and cannot carry
///
/// A file's format is told from its content; --format NAME overrules that. What a format cannot carry
/// cannot be compared: without "urls", for example, nobody can be seen sharing the same addresses.
#[derive(Args)]
pub(crate) struct Formats {
    /// Show only this format, with the column or key that holds each field
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// The fields that a list of what a format lacks is about: those by which accounts are compared.
const COMPARED: &[Field] = &[
    Field::Text,
    Field::Urls,
    Field::Hashtags,
    Field::Mentions,
    Field::Media,
    Field::RepostOf,
    Field::ReplyTo,
    Field::QuoteOf,
];

impl Formats {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let all = concerted::formats();
        let asked = match &self.name {
            None => all.iter().collect(),
            Some(name) => vec![all.iter().find(|format| format.name == name).ok_or_else(|| {
                Failure::Usage(format!("\"{name}\" is no format; concerted formats lists them"))
            })?],
        };
        if call.terminal.json {
            return Ok(call.terminal.value(&serde_json::json!({
                "schema": "concerted/formats/1",
                "formats": asked.iter().map(|format| described(format)).collect::<Vec<_>>(),
            }))?);
        }
        for format in asked {
            call.terminal.line(&format!("{:<22} {}", format.name, format.title))?;
            let names: Vec<&str> = format.carries().iter().map(|field| field.name()).collect();
            call.terminal.line(&format!("{:<22} carries: {}", "", names.join(", ")))?;
            let lacks = lacks(format);
            if !lacks.is_empty() {
                call.terminal.line(&format!("{:<22} cannot carry: {}", "", lacks.join(", ")))?;
            }
            if !format.caution.is_empty() {
                call.terminal.line(&format!("{:<22} note: {}", "", format.caution))?;
            }
            if self.name.is_some() {
                for (field, place) in format.mapping() {
                    call.terminal.line(&format!("{:<22} {:<18} from {place}", "", field.name()))?;
                }
            }
        }
        Ok(())
    }
}

fn lacks(format: &Format) -> Vec<&'static str> {
    let carries = format.carries();
    COMPARED.iter().filter(|field| !carries.contains(field)).map(|field| field.name()).collect()
}

fn described(format: &Format) -> serde_json::Value {
    let mapping: Vec<_> = format
        .mapping()
        .map(|(field, place)| serde_json::json!({ "field": field.name(), "place": place }))
        .collect();
    serde_json::json!({
        "name": format.name,
        "title": format.title,
        "note": format.caution,
        "carries": format.carries().iter().map(|field| field.name()).collect::<Vec<_>>(),
        "cannot_carry": lacks(format),
        "mapping": mapping,
    })
}
