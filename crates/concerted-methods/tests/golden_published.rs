//! Backbones, cosines and gestalt ratios against reference software: `tests/golden/*.json`, made by
//! `tests/golden/generate_backbone.py`.
//!
//! **Invariant:** each tolerance has a name and a reason, and each file says which versions of which
//! packages made it.

use std::{fs, path::Path};

use concerted_methods::{
    backbone::{
        Bicm, Tie, disparity, eigenvector_centrality, ln_binomial_sum_upper, noise_corrected,
        refined_normal_upper,
    },
    cosine::{Frequency, Rarity, join, unit_rows},
    gestalt,
    spectral::{Csr, Entry},
    tails::{Urn, ln_hypergeometric_upper, ln_poisson_upper},
};
use serde::{Deserialize, de::DeserializeOwned};

/// Relative error of numbers of the configuration model: bicm stops at 1e-8 of a degree.
const SOLVED: f64 = 1e-6;

/// Relative error of what is one formula in other words.
const SAME_FORMULA: f64 = 1e-9;

/// Absolute error of the refined normal, a difference of two numbers near 1.
const NEAR_ONE: f64 = 1e-8;

/// Absolute error of cosines.
const COSINE: f64 = 1e-12;

/// Absolute error of centralities; LAPACK and power iteration both stop about here.
const CENTRALITY: f64 = 1e-9;

#[expect(clippy::unwrap_used, reason = "a golden file that cannot be read fails the test")]
fn golden<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[track_caller]
fn assert_near(found: f64, expected: f64, tolerance: f64, what: &str) {
    let error = (found - expected).abs() / expected.abs().max(f64::MIN_POSITIVE);
    assert!(found == expected || error <= tolerance, "{what}: {found} is not {expected} ({error})");
}

#[derive(Deserialize)]
struct Backbone {
    row_degrees: Vec<u32>,
    column_degrees: Vec<u32>,
    probabilities: Vec<Probability>,
    pairs: Vec<Pair>,
    centrality: Vec<f64>,
}

#[derive(Deserialize)]
struct Probability {
    row: u32,
    column: u32,
    p: f64,
}

#[derive(Deserialize)]
struct Pair {
    a: u32,
    b: u32,
    shared: u64,
    expected: f64,
    bicm: f64,
    ln_sdsm: f64,
    refined_normal: f64,
    svn: f64,
    disparity: f64,
    noise_score: f64,
    noise_deviation: f64,
}

impl Backbone {
    fn ties(&self) -> Vec<Tie> {
        self.pairs.iter().map(|p| Tie { a: p.a, b: p.b, weight: p.shared as f64 }).collect()
    }
}

#[test]
fn the_configuration_model_agrees_with_bicm() {
    let file: Backbone = golden("backbone.json");
    let model = Bicm::solve(&file.row_degrees, &file.column_degrees).unwrap();
    for Probability { row, column, p } in &file.probabilities {
        let what = format!("a link between degrees {row} and {column}");
        assert_near(model.probability(*row, *column), *p, SOLVED, &what);
    }
}

#[test]
fn tails_of_shared_columns_agree_with_bicm_with_exact_convolution_and_with_scipy() {
    let file: Backbone = golden("backbone.json");
    let model = Bicm::solve(&file.row_degrees, &file.column_degrees).unwrap();
    let degree = |row: u32| file.row_degrees[row as usize];
    for pair in &file.pairs {
        let what = format!("{} and {}", pair.a, pair.b);
        let (one, other) = (degree(pair.a), degree(pair.b));
        let chances = model.shared(one, other);
        let mean = chances.iter().map(|c| c.probability * f64::from(c.times)).sum();
        assert_near(mean, pair.expected, SOLVED, &what);
        let poisson = ln_poisson_upper(pair.shared, mean).unwrap().exp();
        assert_near(poisson, pair.bicm, 10.0 * SOLVED, &what);
        let exact = ln_binomial_sum_upper(pair.shared, &chances).unwrap();
        assert!((exact - pair.ln_sdsm).abs() < 10.0 * SOLVED, "{what}: {exact} {}", pair.ln_sdsm);
        let refined = refined_normal_upper(pair.shared, &chances);
        assert!((refined - pair.refined_normal).abs() < 100.0 * NEAR_ONE, "{what}: {refined}");
        let urn = Urn {
            population: file.column_degrees.len() as u64,
            marked: u64::from(one),
            drawn: u64::from(other),
        };
        let svn = ln_hypergeometric_upper(pair.shared, urn).unwrap().exp();
        assert_near(svn, pair.svn, SAME_FORMULA, &what);
    }
}

#[test]
fn backbones_agree_with_the_published_module() {
    let file: Backbone = golden("backbone.json");
    let nodes = file.row_degrees.len();
    let levels = disparity(nodes, &file.ties()).unwrap();
    let scores = noise_corrected(nodes, &file.ties()).unwrap();
    for ((pair, level), score) in file.pairs.iter().zip(levels).zip(scores) {
        let what = format!("{} and {}", pair.a, pair.b);
        assert!((level - pair.disparity).abs() < SAME_FORMULA, "{what}: {level}");
        assert!((score.score - pair.noise_score).abs() < SAME_FORMULA, "{what}: {score:?}");
        assert_near(score.deviation, pair.noise_deviation, SAME_FORMULA, &what);
    }
}

#[test]
fn eigenvector_centrality_agrees_with_lapack() {
    let file: Backbone = golden("backbone.json");
    let found = eigenvector_centrality(file.row_degrees.len(), &file.ties()).unwrap();
    for (node, (found, expected)) in found.iter().zip(&file.centrality).enumerate() {
        assert!((found - expected).abs() < CENTRALITY, "node {node}: {found} is not {expected}");
    }
}

#[derive(Deserialize)]
struct Cosines {
    rows: usize,
    columns: usize,
    counts: Vec<(u32, u32, f64)>,
    alike: std::collections::BTreeMap<String, Vec<(u32, u32, f64)>>,
}

#[test]
fn cosines_agree_with_coordinationz_and_scikit_learn() {
    let file: Cosines = golden("cosine.json");
    let entries: Vec<Entry> =
        file.counts.iter().map(|&(row, column, value)| Entry { row, column, value }).collect();
    let counts = Csr::from_entries(file.rows, file.columns, &entries).unwrap();
    let ways = [
        ("none", Frequency::Count, Rarity::None),
        ("ratio", Frequency::Count, Rarity::Ratio),
        ("smooth-ratio", Frequency::Count, Rarity::SmoothRatio),
        ("log", Frequency::Count, Rarity::Log),
        ("smooth-log", Frequency::Count, Rarity::SmoothLog),
        ("tfidf-once", Frequency::Once, Rarity::SmoothLogPlusOne),
        ("tfidf-sublinear", Frequency::Sublinear, Rarity::SmoothLogPlusOne),
    ];
    assert_eq!(file.alike.len(), ways.len());
    for (name, frequency, rarity) in ways {
        let rows = unit_rows(&counts, frequency, rarity).unwrap();
        let found = join(&rows, 0.0);
        let expected = &file.alike[name];
        assert_eq!(found.len(), expected.len(), "{name}");
        for (pair, &(a, b, cosine)) in found.iter().zip(expected) {
            assert_eq!((pair.a, pair.b), (a, b), "{name}");
            assert!((pair.cosine - cosine).abs() < COSINE, "{name} {pair:?} is not {cosine}");
        }
    }
}

#[derive(Deserialize)]
struct Gestalts {
    cases: Vec<Gestalt>,
}

#[derive(Deserialize)]
struct Gestalt {
    one: String,
    other: String,
    ratio: f64,
}

#[test]
fn gestalt_ratios_agree_with_difflib() {
    let file: Gestalts = golden("gestalt.json");
    for Gestalt { one, other, ratio } in file.cases {
        let signs = |text: &str| text.chars().collect::<Vec<_>>();
        let found = gestalt::ratio(&signs(&one), &signs(&other));
        assert_near(found, ratio, SAME_FORMULA, &format!("{one:?} {other:?}"));
    }
}
