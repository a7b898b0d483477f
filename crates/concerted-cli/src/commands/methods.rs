//! `concerted methods`: the published methods that can be asked for by name.

use clap::Args;
use concerted::{Recipe, published};

use crate::{cli::Call, exit::Failure, terminal::Terminal};

/// List the published methods that can be walked by name, with paper, threshold and known faults
///
///   $ concerted methods coortweet
///   coortweet     CooRTweet 2.1.3 (Righetti & Balluff 2025, 10.5117/CCR2025.1.7.RIGH)
///   measures      pairs of posts that share an object within seconds, counted by pair of accounts
///   keeps         weight above the median of all weights …
///   settings      min_participation=2 quantile=0.5 window=10s …
///   fault         group_stats counts one end of each tie … → accounts of both ends are counted
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Methods {
    /// Show only these, in full
    names: Vec<String>,
}

impl Methods {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let all = published::methods()?;
        let shown: Vec<Recipe> = if self.names.is_empty() {
            all
        } else {
            let one = |name: &String| published::method(name, &[]);
            self.names.iter().map(one).collect::<Result<_, _>>()?
        };
        if call.terminal.json {
            return Ok(call.terminal.value(&serde_json::json!({
                "schema": "concerted/methods/1",
                "methods": shown,
            }))?);
        }
        if self.names.is_empty() {
            return table(&shown, call.terminal);
        }
        for recipe in &shown {
            in_full(recipe, call.terminal)?;
        }
        Ok(())
    }
}

fn table(recipes: &[Recipe], terminal: Terminal) -> Result<(), Failure> {
    terminal.line(&format!(
        "{:<28} {:<7} {:<44} {:<6} {}",
        "method", "window", "what is shared", "faults", "paper"
    ))?;
    for recipe in recipes {
        let kinds: Vec<&str> =
            recipe.layers_to_walk(false).iter().map(|layer| layer.objects.as_str()).collect();
        let settings = &recipe.parameters;
        let window = match (settings.window, settings.bin) {
            (Some(window), _) if window.as_micros() == 0 => "found".into(),
            (Some(window), _) => window.to_string(),
            (None, Some(bin)) => bin.to_string(),
            (None, None) => "none".into(),
        };
        terminal.line(&format!(
            "{:<28} {:<7} {:<44} {:<6} {}",
            recipe.name,
            window,
            kinds.join(" "),
            recipe.faults.len(),
            recipe.paper
        ))?;
    }
    Ok(())
}

fn in_full(recipe: &Recipe, terminal: Terminal) -> Result<(), Failure> {
    terminal.line(&format!(
        "{:<13} {} ({}, {})",
        recipe.name, recipe.title, recipe.paper, recipe.doi
    ))?;
    terminal.line(&format!("measures      {}", recipe.measures))?;
    terminal.line(&format!("keeps         {}", recipe.threshold))?;
    terminal.line(&format!("settings      {}", settings(recipe)))?;
    for fault in &recipe.faults {
        terminal.line(&format!("fault         {} → {}", fault.original, fault.corrected))?;
    }
    for deviation in &recipe.deviations {
        terminal.line(&format!("departs       {deviation}"))?;
    }
    Ok(())
}

/// Settings as `--set` takes them.
pub(crate) fn settings(recipe: &Recipe) -> String {
    let Ok(serde_json::Value::Object(settings)) = serde_json::to_value(&recipe.parameters) else {
        return String::new();
    };
    let word = |value: &serde_json::Value| match value {
        serde_json::Value::String(word) => word.clone(),
        serde_json::Value::Array(words) => {
            words.iter().filter_map(|word| word.as_str()).collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    };
    let pairs: Vec<String> =
        settings.iter().map(|(key, value)| format!("{key}={}", word(value))).collect();
    pairs.join(" ")
}
