//! Language models beside the reference implementations: same files, same texts, same vectors.
//!
//! `golden/models/generate.py` made the files and the numbers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::path::{Path, PathBuf};

use concerted_case::models::LanguageModel;
use serde_json::Value;

/// Largest difference of a number: both sides count with 32 bits, and numbers are of the order of 1.
const TOLERANCE: f64 = 2e-5;

fn golden_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/models")
}

/// The largest difference between what a model gives and what its reference gave, over all texts.
fn largest_difference(kind: &str) -> f64 {
    let golden = std::fs::read(golden_folder().join("golden.json")).unwrap();
    let golden: Value = serde_json::from_slice(&golden).unwrap();
    let texts: Vec<String> = serde_json::from_value(golden["texts"].clone()).unwrap();
    let expected: Vec<Vec<f64>> =
        serde_json::from_value(golden["models"][kind]["vectors"].clone()).unwrap();
    let model = LanguageModel::find(&golden_folder().join(kind)).unwrap();
    let found = model.vectors(&texts).unwrap();
    assert_eq!(found.dim, expected[0].len());
    assert_eq!(found.numbers.len(), texts.len() * found.dim);
    let pairs = found.numbers.iter().zip(expected.iter().flatten());
    pairs.map(|(found, expected)| (f64::from(*found) - expected).abs()).fold(0.0, f64::max)
}

#[test]
fn a_bert_with_the_mean_of_its_tokens_gives_what_transformers_gives() {
    let largest = largest_difference("bert");
    assert!(largest < TOLERANCE, "{largest}");
}

#[test]
fn an_xlm_roberta_with_its_first_token_gives_what_transformers_gives() {
    let largest = largest_difference("xlm-roberta");
    assert!(largest < TOLERANCE, "{largest}");
}

#[test]
fn a_static_model_gives_what_model2vec_gives() {
    let largest = largest_difference("model2vec");
    assert!(largest < TOLERANCE, "{largest}");
}
