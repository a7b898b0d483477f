//! The recipes that this program knows.
//!
//! **Invariant:** every recipe in `published.toml` parses, and its name is its own.

use concerted_model::recipe::{Recipe, RecipeError};

/// Every published method, in the order of the file.
///
/// # Errors
/// [`RecipeError::Unreadable`] if the file that was compiled in is broken: a bug.
pub fn recipes() -> Result<Vec<Recipe>, RecipeError> {
    Recipe::all_from_toml(include_str!("../../published.toml"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use concerted_model::recipe::{Keep, Measure};

    use super::*;

    #[test]
    fn every_recipe_parses_under_a_name_of_its_own() {
        let recipes = recipes().unwrap();
        let names: BTreeSet<&str> = recipes.iter().map(|recipe| recipe.name.as_str()).collect();
        assert_eq!(names.len(), recipes.len());
        assert!(recipes.len() >= 20, "{names:?}");
    }

    #[test]
    fn a_recipe_has_the_settings_that_its_words_need() {
        for recipe in recipes().unwrap() {
            let settings = &recipe.parameters;
            let needs = |there: bool, what: &str| {
                assert!(there, "{} lacks the setting {what}", recipe.name);
            };
            match recipe.keep {
                Keep::FromWeight => needs(settings.min_weight.is_some(), "min_weight"),
                Keep::AboveQuantile | Keep::FromQuantile | Keep::CentralAccounts => {
                    needs(settings.quantile.is_some(), "quantile");
                }
                Keep::TopShare => needs(settings.share.is_some(), "share"),
                Keep::Disparity => needs(settings.alpha.is_some(), "alpha"),
                Keep::NoiseCorrected => needs(settings.delta.is_some(), "delta"),
                Keep::Hypergeometric | Keep::ConfigurationPoisson | Keep::ConfigurationExact => {
                    needs(settings.fdr.is_some(), "fdr");
                }
                Keep::All => {}
            }
            for layer in recipe.layers_to_walk(false) {
                let own = &layer.parameters;
                match layer.measure {
                    Measure::SharePairs | Measure::Messages | Measure::Turns => {
                        needs(own.window.is_some(), "window");
                    }
                    Measure::SimilarMessages => {
                        needs(own.min_similarity.is_some(), "min_similarity")
                    }
                    Measure::AlikePosts => needs(own.neighbours.is_some(), "neighbours"),
                    Measure::ObjectsWithin => needs(own.window.is_some(), "window"),
                    Measure::Cosine | Measure::Overlap => {}
                }
            }
        }
    }
}
