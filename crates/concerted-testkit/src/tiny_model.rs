//! A language model of a few words, written down by hand: for tests that must not need a real one.
//!
//! **Invariant:** the files have the form of real ones (`config.json`, `tokenizer.json`,
//! `model.safetensors`), and say what the caller says, no more.

use serde_json::{Map, Value, json};

/// Named weights: their shape and their numbers, row by row.
pub type Weights<'a> = (&'a str, Vec<usize>, Vec<f32>);

/// A file of a model: its name and its bytes.
pub type File = (&'static str, Vec<u8>);

/// A model2vec model in which each word has a vector; words that are not listed have none.
#[must_use]
pub fn static_model(words: &[(&str, Vec<f32>)]) -> Vec<File> {
    let dim = words.first().map_or(1, |word| word.1.len());
    // The first row is that of unknown words.
    let mut numbers = vec![0.0; dim];
    words.iter().for_each(|(_, vector)| numbers.extend(vector));
    let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let weights = ("embeddings", vec![words.len() + 1, dim], numbers);
    model(&json!({"normalize": true}), &names, &[weights])
}

/// A model with these words, numbered from 1, 0 being unknown words, and these weights.
#[must_use]
pub fn model(config: &Value, words: &[&str], weights: &[Weights<'_>]) -> Vec<File> {
    let mut vocabulary = Map::from_iter([("[UNK]".to_owned(), json!(0))]);
    vocabulary.extend(words.iter().zip(1..).map(|(word, id)| ((*word).to_owned(), json!(id))));
    let tokenizer = json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": null,
        "decoder": null,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    });
    vec![
        ("config.json", config.to_string().into_bytes()),
        ("tokenizer.json", tokenizer.to_string().into_bytes()),
        ("model.safetensors", safetensors(weights)),
    ]
}

/// The format of safetensors: the length of a header of JSON, the header, the numbers.
fn safetensors(weights: &[Weights<'_>]) -> Vec<u8> {
    let (mut header, mut data) = (Map::new(), Vec::new());
    for (name, shape, numbers) in weights {
        let start = data.len();
        data.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        let told = json!({"dtype": "F32", "shape": shape, "data_offsets": [start, data.len()]});
        header.insert((*name).to_owned(), told);
    }
    let header = Value::Object(header).to_string();
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}
