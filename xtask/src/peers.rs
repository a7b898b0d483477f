//! Published methods in worlds whose truth is known: what each flags where nobody is in concert, and how much of
//! what was planted.
//!
//! **Invariant:** methods see posts and nothing else; the truth is opened afterwards. Settings are the recipes'
//! defaults.

use std::collections::BTreeMap;

use concerted_detect::published::{Source, find, recipes, shares_of};
use concerted_model::Recipe;
use concerted_testkit::{Study, World, generate};

use crate::tables;

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

/// Walks the methods (all, or those named) on one world.
///
/// # Errors
/// The words of whatever failed: a name that is no method, or a bug.
pub fn verdicts(study: Study, seed: u64, names: &[String]) -> Result<Vec<Verdict>, String> {
    let all = recipes().map_err(|error| error.to_string())?;
    let chosen: Vec<&Recipe> = if names.is_empty() {
        all.iter().collect()
    } else {
        names
            .iter()
            .map(|name| Recipe::named(&all, name).map_err(|error| error.to_string()))
            .collect::<Result<_, _>>()?
    };
    let world = generate(&study.plan(seed));
    let (posts, accounts) = tables::of(&world).map_err(|error| error.to_string())?;
    let posts = [posts];
    let source = Source { posts: &posts, accounts: &accounts, order: None };
    let name = |row: u32| accounts.id.value(row as usize);
    Ok(chosen
        .into_iter()
        .map(|recipe| match find(recipe, &shares_of(source, recipe, false), false) {
            Ok(found) => {
                let pairs: Vec<(&str, &str)> =
                    found.kept().map(|(a, b)| (name(a), name(b))).collect();
                held_against(&world, &recipe.name, &pairs)
            }
            Err(error) => Verdict {
                method: recipe.name.clone(),
                flagged: 0,
                wrong: 0,
                planted: 0,
                found: 0,
                failed: Some(error.to_string()),
            },
        })
        .collect())
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

/// The table of docs/methods.md, a row a method, two columns a world.
///
/// # Errors
/// As [`verdicts`].
pub fn table(studies: &[Study], seed: u64, names: &[String]) -> Result<Vec<String>, String> {
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for &study in studies {
        for verdict in verdicts(study, seed, names)? {
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
    fn a_recipe_finds_the_tight_groups_of_the_demo_and_calls_fans_wrong() {
        let names = ["schoch2022".to_owned()];
        let found = verdicts(Study::Demo, 1, &names).unwrap().remove(0);
        assert!(found.planted > 0 && 2 * found.found > found.planted, "{found:?}");
        assert!(found.wrong > 0, "once within a minute is no rarity: {found:?}");
    }
}
