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
    let line = |cells: [&str; 7]| {
        let [method, window, shared, weight, keeps, faults, paper] = cells;
        format!(
            "{method:<28} {window:<7} {shared:<44} {weight:<27} {keeps:<33} {faults:<6} {paper}"
        )
    };
    terminal.line(&line([
        "method",
        "window",
        "what is shared",
        "weight",
        "keeps",
        "faults",
        "paper",
    ]))?;
    for recipe in recipes {
        let layers = recipe.layers_to_walk(false);
        let kinds: Vec<&str> = layers.iter().map(|layer| layer.objects.as_str()).collect();
        let mut weights: Vec<String> = layers.iter().map(|layer| word(&layer.measure)).collect();
        weights.dedup();
        terminal.line(&line([
            &recipe.name,
            &window(recipe),
            &kinds.join(" "),
            &weights.join(" "),
            &bar(recipe),
            &recipe.faults.len().to_string(),
            &recipe.paper,
        ]))?;
    }
    Ok(())
}

fn window(recipe: &Recipe) -> String {
    let settings = &recipe.parameters;
    match (settings.window, settings.bin) {
        (Some(window), _) if window.as_micros() == 0 => "found".into(),
        (Some(window), _) => window.to_string(),
        (None, Some(bin)) => bin.to_string(),
        (None, None) => "none".into(),
    }
}

/// What is kept, and the setting that moves the bar.
fn bar(recipe: &Recipe) -> String {
    let set =
        pairs(&recipe.parameters).into_iter().find(|(key, _)| recipe.keep.setting() == Some(key));
    let rule = word(&recipe.keep);
    set.map_or(rule.clone(), |(key, value)| format!("{rule} {key}={value}"))
}

fn in_full(recipe: &Recipe, terminal: Terminal) -> Result<(), Failure> {
    terminal.line(&format!(
        "{:<13} {} ({}, {})",
        recipe.name, recipe.title, recipe.paper, recipe.doi
    ))?;
    terminal.line(&format!("measures      {}", recipe.measures))?;
    if recipe.parameters.traces.is_none() {
        for layer in &recipe.layers {
            let (trace, weight) = (layer.objects.as_str(), word(&layer.measure));
            let line = format!("trace         {trace}: {weight} {}", said(&layer.parameters));
            terminal.line(line.trim_end())?;
        }
    } else if let Some(layer) = recipe.layers.first() {
        terminal.line(&format!("trace         each of traces: {}", word(&layer.measure)))?;
    }
    terminal.line(&format!("keeps         {}", recipe.threshold))?;
    terminal.line(&format!("settings      {}", settings(recipe)))?;
    let original = said(&recipe.original);
    if !original.is_empty() {
        terminal.line(&format!("as published  {original}"))?;
    }
    for fault in &recipe.faults {
        terminal.line(&format!("fault         {} → {}", fault.original, fault.corrected))?;
    }
    for deviation in &recipe.deviations {
        terminal.line(&format!("departs       {deviation}"))?;
    }
    Ok(())
}

/// The word that the data file has for it.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Settings as `--set` takes them.
pub(crate) fn settings(recipe: &Recipe) -> String {
    said(&recipe.parameters)
}

fn said(parameters: &impl serde::Serialize) -> String {
    let said: Vec<String> =
        pairs(parameters).into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    said.join(" ")
}

fn pairs(parameters: &impl serde::Serialize) -> Vec<(String, String)> {
    let Ok(serde_json::Value::Object(settings)) = serde_json::to_value(parameters) else {
        return Vec::new();
    };
    let word = |value: &serde_json::Value| match value {
        serde_json::Value::String(word) => word.clone(),
        serde_json::Value::Array(words) => {
            words.iter().filter_map(|word| word.as_str()).collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    };
    settings.iter().map(|(key, value)| (key.clone(), word(value))).collect()
}
