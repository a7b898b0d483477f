//! Laws that hold for any input, tried on random ones.

use concerted_methods::{
    graph::{Edge, LayoutParams, LeidenParams, components, k_core, layout, leiden},
    spectral::{kmeans, merge_small},
    tails::{ln_chernoff_bound, ln_poisson_binomial_upper, ln_poisson_upper},
    testing::{Trial, benjamini_hochberg, benjamini_yekutieli, e_bh, ln_e_value},
};
use proptest::{collection::vec, prelude::*};

/// P(X ≥ k) by adding up all outcomes.
fn enumerated(k: u64, qs: &[f64]) -> f64 {
    (0u32..1 << qs.len())
        .filter(|outcome| u64::from(outcome.count_ones()) >= k)
        .map(|outcome| {
            let chance = |(i, q): (usize, &f64)| if outcome >> i & 1 == 1 { *q } else { 1.0 - q };
            qs.iter().enumerate().map(chance).product::<f64>()
        })
        .sum()
}

fn edges(nodes: u32) -> impl Strategy<Value = Vec<Edge>> {
    let edge = (0..nodes, 0..nodes, 0.0f32..100.0);
    vec(edge.prop_map(|(a, b, weight)| Edge { a, b, weight }), 0..80)
}

proptest! {
    #[test]
    fn adjusted_values_are_bounded_and_keep_the_order(ps in vec(0.0..=1.0f64, 0..50), more in 0u64..1000) {
        let family = ps.len() as u64 + more + 1;
        for qs in [benjamini_hochberg(&ps, family).unwrap(), benjamini_yekutieli(&ps, family).unwrap()] {
            for i in 0..ps.len() {
                prop_assert!(ps[i] <= qs[i] && qs[i] <= 1.0);
                for j in 0..ps.len() {
                    prop_assert!(ps[i] > ps[j] || qs[i] <= qs[j]);
                }
            }
        }
    }

    #[test]
    fn the_order_of_tests_changes_nothing(ps in vec(0.0..=1.0f64, 1..50), turn in 0usize..50) {
        let family = ps.len() as u64;
        let mut turned = ps.clone();
        turned.rotate_left(turn % ps.len());
        let mut expected = benjamini_hochberg(&ps, family).unwrap();
        expected.rotate_left(turn % ps.len());
        prop_assert_eq!(benjamini_hochberg(&turned, family).unwrap(), expected);
    }

    #[test]
    fn a_larger_family_never_makes_a_discovery(ps in vec(0.0..=1.0f64, 1..30), more in 1u64..1000) {
        let family = ps.len() as u64;
        let near = benjamini_hochberg(&ps, family).unwrap();
        let far = benjamini_hochberg(&ps, family + more).unwrap();
        prop_assert!(near.iter().zip(&far).all(|(near, far)| near <= far));
    }

    #[test]
    fn e_discoveries_are_the_largest_and_earn_their_share(es in vec(-5.0..12.0f64, 1..40)) {
        let found = e_bh(&es, es.len() as u64, 0.1).unwrap();
        let count = found.iter().filter(|found| **found).count() as f64;
        for (e, is_found) in es.iter().zip(&found) {
            prop_assert!(!is_found || e.exp() >= es.len() as f64 / (0.1 * count) * (1.0 - 1e-12));
            prop_assert!(*is_found || e.exp() < es.len() as f64 / (0.1 * (count + 1.0)) * (1.0 + 1e-12));
        }
    }

    #[test]
    fn a_hit_is_worth_more_the_less_likely_it_was(r in 0.001..0.9f64, factor in 1.01..5.0f64) {
        let e = |probability| ln_e_value(&[Trial { probability, happened: true }]).unwrap();
        prop_assert!(e(r / factor) > e(r));
    }

    #[test]
    fn the_poisson_tail_falls_with_the_count_and_rises_with_the_mean(k in 0u64..300, mean in 0.0..200f64) {
        let at = |k, mean| ln_poisson_upper(k, mean).unwrap();
        prop_assert!(at(k + 1, mean) <= at(k, mean));
        prop_assert!(at(k, mean) <= at(k, mean + 1.0) + 1e-13);
        prop_assert!(at(k, mean) <= 0.0);
    }

    #[test]
    fn the_poisson_binomial_tail_is_the_sum_of_all_outcomes(qs in vec(0.0..=1.0f64, 0..=12), k in 0u64..=13) {
        let (found, summed) = (ln_poisson_binomial_upper(k, &qs).unwrap().exp(), enumerated(k, &qs));
        prop_assert!((found - summed).abs() <= 1e-12 * summed, "{} {}", found, summed);
    }

    #[test]
    fn the_chernoff_bound_is_never_below_the_tail(
        exponents in vec(-12.0..0.0f64, 1..60),
        share in 0.0..1.0f64,
    ) {
        let qs: Vec<f64> = exponents.iter().map(|x| x.exp()).collect();
        let k = (share * (qs.len() + 1) as f64) as u64;
        let (bound, tail) = (ln_chernoff_bound(k, &qs).unwrap(), ln_poisson_binomial_upper(k, &qs).unwrap());
        prop_assert!(bound >= tail - 1e-12 * (1.0 + tail.abs()), "{} {}", bound, tail);
    }

    #[test]
    fn a_community_is_within_one_component(edges in edges(30), seed in 0u64..5) {
        let communities = leiden(30, &edges, LeidenParams { resolution: 1.0, seed }).unwrap();
        let weighty: Vec<Edge> = edges.into_iter().filter(|edge| edge.weight > 0.0).collect();
        let parts = components(30, &weighty);
        for i in 0..30 {
            for j in 0..i {
                prop_assert!(communities[i] != communities[j] || parts[i] == parts[j]);
            }
        }
    }

    #[test]
    fn each_node_of_a_core_has_that_many_neighbours_in_it(edges in edges(20)) {
        let cores = k_core(20, &edges);
        for node in 0..20u32 {
            let mut neighbours: Vec<u32> = edges
                .iter()
                .filter(|edge| edge.a != edge.b && (edge.a == node || edge.b == node))
                .map(|edge| edge.a ^ edge.b ^ node)
                .filter(|&other| cores[other as usize] >= cores[node as usize])
                .collect();
            neighbours.sort_unstable();
            neighbours.dedup();
            prop_assert!(neighbours.len() >= cores[node as usize] as usize);
        }
    }

    #[test]
    fn every_node_has_a_place_in_the_unit_square(edges in edges(40), nodes in 0usize..40) {
        let points = layout(nodes, &edges, LayoutParams { seed: 1, iterations: 20 });
        prop_assert_eq!(points.len(), nodes);
        for point in points {
            prop_assert!((0.0..=1.0).contains(&point.x) && (0.0..=1.0).contains(&point.y));
        }
    }

    #[test]
    fn no_cluster_is_empty_and_none_is_left_too_small(points in vec(-9.0..9.0f64, 1..80), k in 1usize..12, least in 1usize..9) {
        let found = kmeans(&points, 1, k, 7).unwrap();
        let mut sizes = vec![0; found.centroids.len()];
        found.labels.iter().for_each(|&label| sizes[label as usize] += 1);
        prop_assert!(sizes.iter().all(|&size| size > 0));
        let merged = merge_small(&sizes, &found.centroids, least).unwrap();
        for label in 0..=*merged.iter().max().unwrap() {
            let parts = merged.iter().zip(&sizes).filter(|(own, _)| **own == label);
            prop_assert!(parts.map(|(_, size)| size).sum::<usize>() >= least.min(points.len()));
        }
    }
}
