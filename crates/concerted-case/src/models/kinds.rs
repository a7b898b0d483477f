//! Which kind of model some files are: static vectors of words, or a transformer.

use model2vec_rs::model::StaticModel;
use serde_json::Value;

use super::{Files, Vectors, bert::Bert};

/// Most words and parts of words of a text that are looked at.
const MOST_TOKENS: usize = 512;

pub(super) fn vectors(files: &Files, texts: &[String]) -> Result<Vectors, String> {
    let config: Value = serde_json::from_slice(&files.config)
        .map_err(|error| format!("its config.json cannot be read: {error}"))?;
    let kind = config.get("model_type").and_then(Value::as_str).unwrap_or("model2vec");
    match kind {
        "bert" | "roberta" | "xlm-roberta" | "camembert" => {
            Bert::of(files, &config)?.vectors(texts)
        }
        "model2vec" => of_static(files, texts),
        other => Err(format!("it is a model of the kind \"{other}\", which is not known")),
    }
}

fn of_static(files: &Files, texts: &[String]) -> Result<Vectors, String> {
    let model = StaticModel::from_bytes(&files.tokenizer, &files.weights, &files.config, None)
        .map_err(|error| format!("{error:#}"))?;
    let numbers = model.encode_flat_with_args(texts, Some(MOST_TOKENS));
    Ok(Vectors { dim: model.dim(), numbers })
}
