use std::slice;

use super::*;
use crate::{copies::cluster, posts::invented::posts};

const HOUR: i64 = 3600;
/// Numbers of a vector in these tests.
const DIM: usize = 40;

/// Sentences that have nothing in common, by different accounts.
fn sentences(count: usize) -> Vec<(String, i64, String)> {
    const PARTS: [[&str; 6]; 3] = [
        ["seven geese", "our baker", "the ferry", "a red kite", "my uncle", "that choir"],
        ["walked along", "sang about", "painted", "repaired", "counted", "photographed"],
        ["the harbour wall", "a wooden bridge", "eleven bells", "an old tractor", "moss", "snow"],
    ];
    (0..count)
        .map(|n| {
            let parts = [PARTS[0][n % 6], PARTS[1][n / 6 % 6], PARTS[2][n / 36 % 6]];
            let text = format!("{} on day {n} and {} times", parts.join(" "), n * n + 17);
            (format!("a{n:03}"), n as i64 * HOUR, text)
        })
        .collect()
}

struct Given {
    posts: Vec<Posts>,
    words: Vec<Words>,
}

fn given(said: &[(String, i64, String)]) -> Given {
    let told = said.iter().map(|(who, when, text)| (who.as_str(), *when, text.as_str()));
    let posts = vec![posts(told)];
    let exact = CopiesPlan { similarity: 1.0, ..CopiesPlan::default() };
    let copies = cluster(&posts, &exact).unwrap().copies;
    let words = words(&posts, slice::from_ref(&copies)).unwrap();
    assert_eq!(words.len(), said.len(), "each sentence is a text of its own");
    Given { posts, words }
}

/// A unit vector along one axis, with a share of the first axis that all have in common.
fn vector(axis: usize, common: f32) -> Vec<f32> {
    let mut vector = vec![0.0; DIM];
    vector[0] = common;
    vector[1 + axis % (DIM - 1)] = (1.0 - common * common).sqrt();
    vector
}

/// Each of 39 texts has an axis of its own, but for those that share one.
fn found(common: f32, shared: &[(usize, usize)]) -> Reworded {
    let given = given(&sentences(39));
    let axis = |text: usize| shared.iter().find(|pair| pair.1 == text).map_or(text, |pair| pair.0);
    let vectors = (0..39).flat_map(|text| vector(axis(text), common)).collect();
    rewordings(&given.posts, &given.words, vectors, DIM, &CopiesPlan::default()).unwrap()
}

/// Texts that join an earlier one, and which.
fn candidates(found: &Reworded) -> Vec<(u32, u32)> {
    let (text, leader) = (found.rewordings.text.values(), found.rewordings.leader.values());
    let pairs: Vec<(u32, u32)> = text
        .iter()
        .copied()
        .zip(leader.iter().copied())
        .filter(|(own, other)| own != other)
        .collect();
    assert_eq!(found.counts.candidates, pairs.len() as u64);
    pairs
}

#[test]
fn what_is_near_is_told_by_other_pairs_and_not_by_a_cosine() {
    // All pairs are at 0.9: none is a candidate.
    let alike = found(0.9_f32.sqrt(), &[]);
    assert_eq!(candidates(&alike), []);
    assert_eq!(alike.rewordings.len(), 39, "each leads itself");
    assert_eq!(alike.counts.unmatched, 0);
    // All are at 0 but one pair, by two accounts, which is at 1.
    let one = found(0.0, &[(3, 20)]);
    assert_eq!(candidates(&one), [(20, 3)]);
    assert_eq!(one.rewordings.key.value(3), one.rewordings.key.value(20));
    assert_ne!(one.rewordings.key.value(3), one.rewordings.key.value(4));
    assert!(one.rewordings.key.value(3).starts_with("meaning:"));
    assert_eq!(one.counts.clusters, 1);
    let matched = one.rewordings.matched.value(20);
    assert_eq!(matched, 37 * 36 / 2, "the pairs of the other 37 accounts");
    assert!((one.rewordings.rank.value(20) - 1.0 / f64::from(matched + 1)).abs() < 1e-12);
}

#[test]
fn a_few_texts_are_no_measure_for_each_other() {
    let given = given(&sentences(12));
    let vectors = (0..12).flat_map(|text| vector(text / 2, 0.0)).collect();
    let found =
        rewordings(&given.posts, &given.words, vectors, DIM, &CopiesPlan::default()).unwrap();
    assert_eq!(candidates(&found), []);
    assert!(found.counts.unmatched > 0);
}

#[test]
fn a_text_of_which_the_model_knows_no_word_is_counted_and_compared_with_none() {
    let given = given(&sentences(39));
    let mut vectors: Vec<f32> = (0..39).flat_map(|text| vector(text, 0.0)).collect();
    vectors[5 * DIM..6 * DIM].fill(0.0);
    vectors[9 * DIM] = f32::NAN;
    let found =
        rewordings(&given.posts, &given.words, vectors, DIM, &CopiesPlan::default()).unwrap();
    assert_eq!((found.counts.unknown, found.rewordings.len()), (2, 37));
    assert_eq!(candidates(&found), []);
}

#[test]
fn a_text_that_nobody_said_for_a_period_is_forgotten() {
    let mut said = sentences(39);
    said[38].1 += 40 * 24 * HOUR;
    let given = given(&said);
    let vectors = (0..39).flat_map(|text| vector(if text == 38 { 3 } else { text }, 0.0)).collect();
    let found =
        rewordings(&given.posts, &given.words, vectors, DIM, &CopiesPlan::default()).unwrap();
    assert_eq!(candidates(&found), []);
}

#[test]
fn copies_stand_for_one_text_and_act_on_what_it_may_reword() {
    let mut said = sentences(39);
    let copy = (String::from("z"), said[38].1 + 1, said[20].2.clone());
    said.push(copy);
    let told = said.iter().map(|(who, when, text)| (who.as_str(), *when, text.as_str()));
    let posts = vec![posts(told)];
    let exact = CopiesPlan { similarity: 1.0, ..CopiesPlan::default() };
    let copies = cluster(&posts, &exact).unwrap().copies;
    let words = words(&posts, slice::from_ref(&copies)).unwrap();
    assert_eq!(words.len(), 39);
    let vectors = (0..39).flat_map(|text| vector(if text == 20 { 3 } else { text }, 0.0)).collect();
    let found = rewordings(&posts, &words, vectors, DIM, &CopiesPlan::default()).unwrap();
    let same = crate::Same { rewordings: Some(&found.rewordings), ..crate::Same::texts(&copies) };
    let meaning = same.meaning(39);
    assert!(meaning.is_some());
    assert_eq!(meaning, same.meaning(3));
    assert_ne!(meaning, same.meaning(4));
}

#[test]
fn addresses_and_names_are_not_given_to_a_model() {
    assert_eq!(said("RT @one: Save the #bridge https://a.example/x now"), "Save the bridge now");
}
