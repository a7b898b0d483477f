//! Comparisons with reference software: `tests/golden/*.json`, made by `tests/golden/generate.py`.
//!
//! **Invariant:** each tolerance has a name and a reason, and each file says which versions of
//! which packages made it.

use std::{collections::BTreeMap, fs, path::Path};

use concerted_methods::{
    graph::{Edge, LeidenParams, components, k_core, leiden, modularity},
    spectral::{Csr, truncated_svd},
    tails::{
        Urn, ln_chernoff_bound, ln_hypergeometric_upper, ln_poisson_binomial_upper,
        ln_poisson_lower, ln_poisson_upper, poisson_mean_interval,
    },
    testing::{benjamini_hochberg, benjamini_yekutieli},
};
use serde::{Deserialize, de::DeserializeOwned};

/// Relative error of an exact probability, from 0.999 to 1e-300.
const EXACT: f64 = 1e-10;

/// Relative error of the logarithm of a probability below 1e-300, where f64 has no probability.
const EXACT_LOGARITHM: f64 = 1e-12;

/// Relative error of the saddlepoint approximation, at any depth.
const SADDLEPOINT: f64 = 0.01;

/// Relative error of the ends of an interval; scipy's quantiles are not better.
const INTERVAL: f64 = 1e-9;

/// Relative error of adjusted p-values: the same few operations in another order.
const ADJUSTED: f64 = 1e-12;

/// Share of the reference's median modularity over seeds that may be missing from ours. Single
/// seeds of any of the three programs lie up to 5 % apart where the communities are faint.
const MODULARITY: f64 = 0.01;

/// Relative error of singular values that stand apart from the crowd below them.
const SINGULAR: f64 = 1e-12;

/// Relative error of singular values within the crowd, where the subspace has not settled.
const CROWDED: f64 = 1e-3;

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

/// Compares probabilities where f64 has them, else their logarithms.
#[track_caller]
fn assert_same_tail(found: f64, expected: f64, what: &str) {
    if expected < f64::ln(1e-300) {
        assert_near(found, expected, EXACT_LOGARITHM, what);
    } else {
        let error = (found - expected).exp_m1().abs();
        assert!(error <= EXACT, "{what}: ln p is {found}, not {expected} ({error})");
    }
}

#[derive(Deserialize)]
struct PoissonTail {
    k: u64,
    mean: f64,
    ln_p: f64,
}

#[derive(Deserialize)]
struct Interval {
    k: u64,
    level: f64,
    lo: f64,
    hi: f64,
}

#[derive(Deserialize)]
struct PoissonFile {
    upper: Vec<PoissonTail>,
    lower: Vec<PoissonTail>,
    intervals: Vec<Interval>,
}

#[test]
fn poisson_tails_agree_with_mpmath() {
    let file: PoissonFile = golden("poisson.json");
    for PoissonTail { k, mean, ln_p } in file.upper {
        let found = ln_poisson_upper(k, mean).unwrap();
        assert_same_tail(found, ln_p, &format!("{k} or more of {mean}"));
    }
    for PoissonTail { k, mean, ln_p } in file.lower {
        let found = ln_poisson_lower(k, mean).unwrap();
        assert_same_tail(found, ln_p, &format!("{k} or fewer of {mean}"));
    }
}

#[test]
fn poisson_intervals_agree_with_the_quantiles_of_scipy() {
    let file: PoissonFile = golden("poisson.json");
    for Interval { k, level, lo, hi } in file.intervals {
        let found = poisson_mean_interval(k, level).unwrap();
        assert_near(found.lo, lo, INTERVAL, &format!("lower end of {k} at {level}"));
        assert_near(found.hi, hi, INTERVAL, &format!("upper end of {k} at {level}"));
    }
}

#[derive(Deserialize)]
struct UrnTail {
    #[serde(flatten)]
    urn: UrnSizes,
    k: u64,
    ln_p: f64,
}

#[derive(Deserialize)]
struct UrnSizes {
    population: u64,
    marked: u64,
    drawn: u64,
}

#[derive(Deserialize)]
struct HypergeometricFile {
    upper: Vec<UrnTail>,
}

#[test]
fn hypergeometric_tails_agree_with_mpmath() {
    let file: HypergeometricFile = golden("hypergeometric.json");
    for UrnTail { urn: UrnSizes { population, marked, drawn }, k, ln_p } in file.upper {
        let urn = Urn { population, marked, drawn };
        let found = ln_hypergeometric_upper(k, urn).unwrap();
        assert_same_tail(found, ln_p, &format!("{k} of {urn:?}"));
    }
}

#[derive(Deserialize)]
struct TrialsTail {
    qs: String,
    k: u64,
    ln_p: f64,
}

#[derive(Deserialize)]
struct PoissonBinomialFile {
    qs: BTreeMap<String, Vec<f64>>,
    upper: Vec<TrialsTail>,
}

#[test]
fn poisson_binomial_tails_agree_with_mpmath() {
    let file: PoissonBinomialFile = golden("poisson_binomial.json");
    for TrialsTail { qs: name, k, ln_p } in file.upper {
        let qs = &file.qs[&name];
        let found = ln_poisson_binomial_upper(k, qs).unwrap();
        let what = format!("{k} of {name}");
        let exact = qs.len() <= 2_000 || k <= 64 || k == qs.len() as u64;
        if exact {
            assert_same_tail(found, ln_p, &what);
        } else {
            let error = (found - ln_p).exp_m1().abs();
            assert!(error <= SADDLEPOINT, "{what}: ln p is {found}, not {ln_p} ({error})");
        }
        assert!(ln_chernoff_bound(k, qs).unwrap() >= ln_p * (1.0 + 1e-13), "bound of {what}");
    }
}

#[derive(Deserialize)]
struct Family {
    family: u64,
    ps: Vec<f64>,
    bh: Vec<f64>,
    by: Vec<f64>,
}

#[derive(Deserialize)]
struct FamilyFile {
    cases: Vec<Family>,
}

#[test]
fn adjusted_values_agree_with_scipy_and_statsmodels() {
    let file: FamilyFile = golden("bh.json");
    for Family { family, ps, bh, by } in file.cases {
        for (name, found, expected) in [
            ("BH", benjamini_hochberg(&ps, family).unwrap(), bh),
            ("BY", benjamini_yekutieli(&ps, family).unwrap(), by),
        ] {
            for ((found, expected), p) in found.into_iter().zip(expected).zip(&ps) {
                assert_near(found, expected, ADJUSTED, &format!("{name} of {p} among {family}"));
            }
        }
    }
}

#[derive(Deserialize)]
struct Planted {
    nodes: usize,
    edges: Vec<(u32, u32, f32)>,
    coreness: Vec<u32>,
    components: Vec<u32>,
}

impl Planted {
    fn edges(&self) -> Vec<Edge> {
        self.edges.iter().map(|&(a, b, weight)| Edge { a, b, weight }).collect()
    }
}

#[derive(Deserialize)]
struct Communities {
    graph: String,
    resolution: f64,
    labels: Vec<u32>,
    modularity_of_labels: f64,
    igraph: Vec<f64>,
    leidenalg: Vec<f64>,
}

#[derive(Deserialize)]
struct GraphFile {
    graphs: BTreeMap<String, Planted>,
    cases: Vec<Communities>,
}

#[test]
fn leiden_reaches_the_modularity_of_igraph_and_leidenalg() {
    let file: GraphFile = golden("graph.json");
    for case in file.cases {
        let planted = &file.graphs[&case.graph];
        let (nodes, edges) = (planted.nodes, planted.edges());
        let mut reached: Vec<f64> = (0..case.igraph.len() as u64)
            .map(|seed| {
                let params = LeidenParams { resolution: case.resolution, seed };
                let labels = leiden(nodes, &edges, params).unwrap();
                modularity(nodes, &edges, &labels, case.resolution).unwrap()
            })
            .collect();
        reached.sort_by(f64::total_cmp);
        for known in [&case.igraph, &case.leidenalg] {
            let (found, known) = (reached[reached.len() / 2], known[known.len() / 2]);
            let what = format!("{} at resolution {}", case.graph, case.resolution);
            assert!(found >= (1.0 - MODULARITY) * known, "{what}: {found}, known {known}");
        }
    }
}

#[test]
fn modularity_agrees_with_igraph() {
    let file: GraphFile = golden("graph.json");
    for case in file.cases {
        let planted = &file.graphs[&case.graph];
        let edges = planted.edges();
        let found = modularity(planted.nodes, &edges, &case.labels, case.resolution).unwrap();
        // Weights are f32 here and f64 in igraph.
        assert_near(found, case.modularity_of_labels, 1e-6, &case.graph);
    }
}

#[test]
fn cores_and_components_agree_with_igraph() {
    let file: GraphFile = golden("graph.json");
    for (name, planted) in &file.graphs {
        let edges = planted.edges();
        assert_eq!(k_core(planted.nodes, &edges), planted.coreness, "{name}");
        let labels = components(planted.nodes, &edges);
        for (i, j) in (0..planted.nodes).zip(1..planted.nodes) {
            let together = planted.components[i] == planted.components[j];
            assert_eq!(labels[i] == labels[j], together, "{name}: {i} and {j}");
        }
    }
}

#[derive(Deserialize)]
struct SvdFile {
    cols: usize,
    bounds: Vec<usize>,
    columns: Vec<u32>,
    entries: Vec<f64>,
    values: Vec<f64>,
}

#[test]
fn singular_values_agree_with_lapack() {
    let file: SvdFile = golden("svd.json");
    let matrix = Csr::try_new(file.cols, file.bounds, file.columns, file.entries).unwrap();
    let found = truncated_svd(&matrix, file.values.len(), 0).unwrap().values;
    for (place, (found, expected)) in found.into_iter().zip(file.values).enumerate() {
        // Two planted blocks give two large values; the others are noise.
        let tolerance = if place < 2 { SINGULAR } else { CROWDED };
        assert_near(found, expected, tolerance, &format!("singular value {place}"));
    }
}
