//! `concerted formats`: what can be read.

use clap::Args;

use crate::{cli::Call, exit::Failure};

/// List the formats that can be read
#[derive(Args)]
pub(crate) struct Formats {}

impl Formats {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let formats = concerted::formats();
        if call.terminal.json {
            return Ok(call.terminal.value(&serde_json::json!({
                "schema": "concerted/formats/1",
                "formats": formats.iter().map(|format| serde_json::json!({
                    "name": format.name,
                    "title": format.title,
                    "carries": format.carries,
                })).collect::<Vec<_>>(),
            }))?);
        }
        for format in formats {
            call.terminal.line(&format!("{:<11} {}", format.name, format.title))?;
            call.terminal.line(&format!("{:<11} carries: {}", "", format.carries.join(", ")))?;
        }
        Ok(())
    }
}
