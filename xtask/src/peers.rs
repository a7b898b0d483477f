//! Published methods in worlds whose truth is known: what each flags where nobody is in concert, and how much of
//! what was planted.
//!
//! **Invariant:** methods see posts and nothing else; the truth is opened afterwards. Settings are the recipes'
//! defaults.

use std::{collections::BTreeMap, ops::RangeInclusive};

use concerted_detect::published::{Source, find, recipes, shares_of};
use concerted_model::{Plan, Recipe, Span};
use concerted_testkit::{Study, World, generate};

use crate::{stages, tables};

/// The name of the pipeline among the methods.
const OURS: &str = "concerted";
/// Joint actions from which a planted pair should be found.
const JOINT_ACTIONS: usize = 8;

/// What a method flagged in one world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The method.
    pub method: String,
    /// Pairs that it flags.
    pub flagged: usize,
    /// Of those, pairs that are not of one planted group.
    pub wrong: usize,
    /// Planted pairs with eight joint actions or more.
    pub planted: usize,
    /// Of those, flagged.
    pub found: usize,
    /// Why there is no answer, if there is none.
    pub failed: Option<String>,
}

impl Verdict {
    /// Adds another world of the same study.
    fn add(&mut self, other: Self) {
        self.flagged += other.flagged;
        self.wrong += other.wrong;
        self.planted += other.planted;
        self.found += other.found;
        self.failed = self.failed.take().or(other.failed);
    }
}

/// Walks the methods (all, or those named; with [`OURS`] the pipeline as well) on one world.
///
/// # Errors
/// The words of whatever failed: a name that is no method, or a bug.
pub fn verdicts(study: Study, seed: u64, names: &[String]) -> Result<Vec<Verdict>, String> {
    let all = recipes().map_err(|error| error.to_string())?;
    let chosen: Vec<(&str, Recipe)> = if names.is_empty() {
        all.iter().map(|recipe| (recipe.name.as_str(), recipe.clone())).collect()
    } else {
        names
            .iter()
            .filter(|name| *name != OURS)
            .map(|name| Ok((name.as_str(), named(&all, name)?)))
            .collect::<Result<_, String>>()?
    };
    let world = generate(&study.plan(seed));
    let (posts, accounts) = tables::of(&world).map_err(|error| error.to_string())?;
    let posts = [posts];
    let source = Source { posts: &posts, accounts: &accounts, order: None };
    let name = |row: u32| accounts.id.value(row as usize);
    let mut verdicts: Vec<Verdict> = chosen
        .into_iter()
        .map(|(method, recipe)| match find(&recipe, &shares_of(source, &recipe, false), false) {
            Ok(found) => {
                let pairs: Vec<(&str, &str)> =
                    found.kept().map(|(a, b)| (name(a), name(b))).collect();
                held_against(&world, method, &pairs)
            }
            Err(error) => Verdict {
                method: method.to_owned(),
                flagged: 0,
                wrong: 0,
                planted: 0,
                found: 0,
                failed: Some(error.to_string()),
            },
        })
        .collect();
    if names.iter().any(|name| name == OURS) {
        let network = stages::run(&posts, &accounts, Span::micros(1000), &Plan::default())
            .map_err(|error| error.to_string())?
            .network;
        let pairs: Vec<(&str, &str)> = (0..network.len())
            .map(|row| (network.source_id.value(row), network.target_id.value(row)))
            .collect();
        verdicts.push(held_against(&world, OURS, &pairs));
    }
    Ok(verdicts)
}

/// A method, with other settings than its own if they follow after colons: `NAME:SETTING=VALUE`.
fn named(all: &[Recipe], name: &str) -> Result<Recipe, String> {
    let mut words = name.split(':');
    let recipe = Recipe::named(all, words.next().unwrap_or_default());
    words
        .try_fold(recipe.map_err(|error| error.to_string())?.clone(), |recipe, pair| {
            recipe.set(pair)
        })
        .map_err(|error| error.to_string())
}

fn held_against(world: &World, method: &str, pairs: &[(&str, &str)]) -> Verdict {
    let truth = &world.truth;
    let group_of: BTreeMap<&str, usize> = truth
        .groups
        .iter()
        .enumerate()
        .flat_map(|(place, group)| group.members.iter().map(move |m| (m.as_str(), place)))
        .collect();
    let is_planted = |(a, b): &&(&str, &str)| {
        group_of.get(a).is_some_and(|group| group_of.get(b) == Some(group))
    };
    let flagged: std::collections::BTreeSet<(&str, &str)> =
        pairs.iter().map(|&(a, b)| if a < b { (a, b) } else { (b, a) }).collect();
    let planted: Vec<(&str, &str)> = truth
        .planted_pairs(JOINT_ACTIONS)
        .map(|pair| (pair.a.as_str().min(&pair.b), pair.a.as_str().max(&pair.b)))
        .collect();
    Verdict {
        method: method.to_owned(),
        flagged: flagged.len(),
        wrong: flagged.iter().filter(|pair| !is_planted(pair)).count(),
        planted: planted.len(),
        found: planted.iter().filter(|pair| flagged.contains(*pair)).count(),
        failed: None,
    }
}

/// The table of docs/methods.md, a row a method, a column a study; the worlds of all seeds are summed.
///
/// # Errors
/// As [`verdicts`].
pub fn table(
    studies: &[Study],
    seeds: RangeInclusive<u64>,
    names: &[String],
) -> Result<Vec<String>, String> {
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for &study in studies {
        let mut all: Vec<Verdict> = Vec::new();
        for seed in seeds.clone() {
            let of_seed = verdicts(study, seed, names)?;
            if all.is_empty() {
                all = of_seed;
            } else {
                all.iter_mut().zip(of_seed).for_each(|(sum, verdict)| sum.add(verdict));
            }
        }
        for verdict in all {
            if !order.contains(&verdict.method) {
                order.push(verdict.method.clone());
            }
            let words = match &verdict.failed {
                Some(_) => "too many pairs to hold".to_owned(),
                None if verdict.planted == 0 => count(verdict.wrong),
                None => format!(
                    "{} wrong; {:.0} % found",
                    count(verdict.wrong),
                    100.0 * verdict.found as f64 / verdict.planted as f64
                ),
            };
            rows.entry(verdict.method).or_default().push(words);
        }
    }
    let header: Vec<&str> = studies.iter().map(|study| study.as_str()).collect();
    let mut lines = vec![
        format!("| method | {} |", header.join(" | ")),
        format!("|---|{}", "---:|".repeat(studies.len())),
    ];
    for method in order {
        lines.push(format!("| `{method}` | {} |", rows[&method].join(" | ")));
    }
    Ok(lines)
}

/// Digits in groups of three.
fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_come_in_groups_of_three() {
        assert_eq!(count(7), "7");
        assert_eq!(count(1_234_567), "1,234,567");
    }

    #[test]
    fn settings_follow_a_method_after_colons() {
        let all = recipes().unwrap();
        let often = named(&all, "cnt-co-retweet:min_weight=5").unwrap();
        assert_ne!(often, named(&all, "cnt-co-retweet").unwrap());
        assert!(named(&all, "cnt-co-retweet:bar=5").is_err());
        assert!(named(&all, "nobody").is_err());
    }

    #[test]
    fn a_recipe_finds_the_tight_groups_of_the_demo_and_calls_fans_wrong() {
        let names = ["schoch2022".to_owned()];
        let found = verdicts(Study::Demo, 1, &names).unwrap().remove(0);
        assert!(found.planted > 0 && 2 * found.found > found.planted, "{found:?}");
        assert!(found.wrong > 0, "once within a minute is no rarity: {found:?}");
    }
}
