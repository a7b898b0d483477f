//! Which languages texts are in, as far as a quick look tells.
//!
//! **Invariant:** it only counts; no text is dropped or changed for its language. Short texts and those
//! that could be several languages are counted as unsure.

use std::collections::BTreeMap;

use serde::Serialize;

/// Texts that are looked at.
const MOST: usize = 5_000;
/// A text of fewer signs tells too little.
const FEWEST_SIGNS: usize = 20;

/// Languages of some texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Languages {
    /// Texts that were looked at.
    pub texts: u64,
    /// Texts by language, ISO 639-3.
    pub languages: BTreeMap<String, u64>,
    /// Texts that are too short, or could be several.
    pub unsure: u64,
}

impl Languages {
    /// Looks at texts, evenly spread over `count` of them if they are many.
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>, count: usize) -> Self {
        let step = count.div_ceil(MOST).max(1);
        let mut found = Self::default();
        for text in texts.step_by(step) {
            found.texts += 1;
            let told = whatlang::detect(text)
                .filter(|told| told.is_reliable() && text.chars().count() >= FEWEST_SIGNS);
            match told {
                Some(told) => {
                    *found.languages.entry(told.lang().code().to_owned()).or_default() += 1
                }
                None => found.unsure += 1,
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_counted_by_their_language_and_short_ones_are_unsure() {
        let english = "The council has decided that the old bridge will be closed for repairs during the \
            whole of next month, and that people who live on the other side of the river may use the ferry.";
        let russian = "Городской совет решил, что старый мост будет закрыт на ремонт в течение всего \
            следующего месяца, а жители другого берега смогут пользоваться паромом.";
        let texts = [english, russian, "ok"];
        let found = Languages::of(texts.into_iter(), 3);
        assert_eq!((found.texts, found.unsure), (3, 1));
        assert_eq!(found.languages.keys().collect::<Vec<_>>(), ["eng", "rus"]);
    }
}
