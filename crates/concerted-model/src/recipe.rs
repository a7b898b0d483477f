//! A published method as data: which shares it looks at, how it counts them, what it keeps.
//!
//! **Invariant:** a recipe that parsed names only words and parameters that exist; a parameter can be
//! set only if the recipe has it. It holds no code: whoever walks it reads the words.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{time::Span, trace::nearest};

/// A published method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Its name on the command line.
    pub name: String,
    /// The program or title that people know it by.
    pub title: String,
    /// Authors and year.
    pub paper: String,
    /// DOI or arXiv id.
    pub doi: String,
    /// What it measures, in one sentence.
    pub measures: String,
    /// What it keeps, in words.
    pub threshold: String,
    /// Its settings with their defaults.
    #[serde(default)]
    pub parameters: Parameters,
    /// Settings of the original that are among its faults.
    #[serde(default)]
    pub original: Parameters,
    /// What it looks at: each is counted by itself.
    pub layers: Vec<Layer>,
    /// How layers become one network.
    #[serde(default)]
    pub fuse: Fuse,
    /// What it keeps of the network.
    pub keep: Keep,
    /// Where the original computes something else than it says.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// Where this recipe departs from the original, and why.
    #[serde(default)]
    pub deviations: Vec<String>,
}

/// One kind of share, and how it is counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// What is shared.
    pub objects: ObjectKind,
    /// What is counted for a pair of accounts.
    pub measure: Measure,
    /// Settings of this layer alone.
    #[serde(default)]
    pub parameters: Parameters,
}

/// What a post shares, in a published method's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectKind {
    /// The post that is passed on.
    Repost,
    /// The author of the post that is passed on, if it is passed on soon after it was born.
    FastRepost,
    /// An address in a post of one's own, as written.
    Url,
    /// A hashtag in a post of one's own, as written.
    Hashtag,
    /// The hashtags of one post, in order.
    HashtagSequence,
    /// All hashtags of an account's day, in order.
    HashtagDay,
    /// An account named in a post of one's own.
    Mention,
    /// The post that is answered.
    Reply,
    /// An image or film.
    Media,
    /// The text, lower case, without mentions and surplus white space.
    Text,
    /// The text as a set of words and signs; there is no object.
    Words,
    /// The text as a row of signs; there is no object.
    Signs,
    /// That there is a post at all; there is no object.
    Post,
}

impl ObjectKind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Repost => "repost",
            Self::FastRepost => "fast-repost",
            Self::Url => "url",
            Self::Hashtag => "hashtag",
            Self::HashtagSequence => "hashtag-sequence",
            Self::HashtagDay => "hashtag-day",
            Self::Mention => "mention",
            Self::Reply => "reply",
            Self::Media => "media",
            Self::Text => "text",
            Self::Words => "words",
            Self::Signs => "signs",
            Self::Post => "post",
        }
    }
}

/// What is counted for a pair of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Pairs of shares of one object within the window.
    SharePairs,
    /// Posts of one account that have a post of the other beside them, each direction by itself.
    Messages,
    /// The same, where texts have most of their words in common.
    SimilarMessages,
    /// Objects that both shared within the window of each other.
    ObjectsWithin,
    /// Shares at which the other is at least as often in the window.
    Turns,
    /// Cosine of what they share, rare objects counting more.
    Cosine,
    /// Objects that both shared, whenever.
    Overlap,
    /// Neighbouring posts that are alike.
    AlikePosts,
}

/// What a repeated share of one object is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frequency {
    /// As much as the first.
    #[default]
    Once,
    /// Each as much as the first.
    Count,
    /// The more there are, the less each adds.
    Sublinear,
}

/// How layers become one network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fuse {
    /// The weight of a tie is the sum over layers.
    #[default]
    Sum,
    /// It is the largest of them.
    Largest,
}

/// What is kept of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keep {
    /// Every tie.
    All,
    /// Ties of at least `min_weight`.
    FromWeight,
    /// Ties above the `quantile` of all weights.
    AboveQuantile,
    /// Ties from the `quantile` of all weights on.
    FromQuantile,
    /// The `share` of ties that weigh most.
    TopShare,
    /// Ties between accounts from the `quantile` of eigenvector centrality on.
    CentralAccounts,
    /// Ties whose level under the disparity filter is below `alpha`.
    Disparity,
    /// Ties whose noise-corrected score is more than `delta` deviations above 0.
    NoiseCorrected,
    /// Pairs whose overlap is too large for random choices by activity, in some class of popularity.
    Hypergeometric,
    /// Pairs whose overlap is too large for the configuration model, by its Poisson tail.
    ConfigurationPoisson,
    /// Pairs whose overlap is too large for the configuration model, by the exact tail.
    ConfigurationExact,
}

impl Keep {
    /// The setting that moves its bar.
    #[must_use]
    pub const fn setting(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::FromWeight => Some("min_weight"),
            Self::AboveQuantile | Self::FromQuantile | Self::CentralAccounts => Some("quantile"),
            Self::TopShare => Some("share"),
            Self::Disparity => Some("alpha"),
            Self::NoiseCorrected => Some("delta"),
            Self::Hypergeometric | Self::ConfigurationPoisson | Self::ConfigurationExact => {
                Some("fdr")
            }
        }
    }
}

/// A fault of the original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What the original does.
    pub original: String,
    /// What is done here unless the original is asked for.
    pub corrected: String,
}

macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident: $kind:ty,)+) => {
        /// Settings of a recipe; those that are absent do not apply to it.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Parameters {
            $($(#[$doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $name: Option<$kind>,)+
        }

        impl Parameters {
            /// The names of all settings.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name),)+];

            /// These, and where they are absent those of `others`.
            #[must_use]
            pub fn or(&self, others: &Self) -> Self {
                Self { $($name: self.$name.clone().or_else(|| others.$name.clone()),)+ }
            }
        }
    };
}

parameters! {
    /// What is shared, one layer each, in place of the recipe's own layers.
    traces: Vec<ObjectKind>,
    /// Largest gap that counts as together, inclusive; `0s` has it estimated where the method can.
    window: Span,
    /// What a repeated share is worth in a cosine.
    frequency: Frequency,
    /// Largest gap that counts as fast.
    narrow_window: Span,
    /// Length of the bins that moments fall into.
    bin: Span,
    /// Fewest shares of an account that takes part at all, and in pairs.
    min_participation: u32,
    /// Fewest shares of an account.
    min_shares: u32,
    /// Fewest posts of an account's day, and fewest of those with a hashtag.
    min_posts: u32,
    /// Fewest shares of one object by one account for them to count.
    min_repeats: u32,
    /// Fewest different objects of an account.
    min_objects: u32,
    /// Whether accounts that are left without an object still count where rarity is measured.
    empty_accounts: bool,
    /// Whether shares of what is the account's own count; if absent, they do.
    own: bool,
    /// Whether posts without a link or text share the empty one.
    blank: bool,
    /// Whether hashtags that differ in case alone are one.
    any_case: bool,
    /// Whether overlaps are tested among objects of one popularity each, not among all.
    by_popularity: bool,
    /// Fewest accounts that share an object for it to count.
    min_holders: u32,
    /// Fewest hashtags of a sequence; of a day's, different ones.
    min_hashtags: u32,
    /// Fewest words in a text.
    min_words: u32,
    /// Fewest co-shares, objects or posts of a tie that is kept.
    min_weight: f64,
    /// Least similarity of two texts, from 0 to 1.
    min_similarity: f64,
    /// Share of all values that lie below the bar, from 0 to 1.
    quantile: f64,
    /// Share of ties that are kept, from 0 to 1.
    share: f64,
    /// Share of accounts, the most active first, that take part.
    most_active: f64,
    /// Level below which a tie stands out.
    alpha: f64,
    /// Deviations above 0 from which a tie stands out.
    delta: f64,
    /// False discovery rate.
    fdr: f64,
    /// Share of the quickest objects from which the window is estimated.
    quickest: f64,
    /// Share of an object's shares that are to be reached, in the estimate of the window.
    reached: f64,
    /// Posts, in order of time, among which a post looks for one that is alike.
    neighbours: u32,
    /// 0: every tie; 1: those above the bar; 2: those above it in the fast network; 3: the neighbourhood of those.
    subgraph: u32,
}

/// A recipe that cannot be, or a setting that it does not have.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RecipeError {
    /// No method has this name.
    #[error("\"{name}\" is no published method{}", hint(near.as_deref()))]
    NoMethod {
        /// The name as written.
        name: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// The method has no such setting.
    #[error("{method} has no setting \"{key}\"{}", hint(near.as_deref()))]
    NoSetting {
        /// The method.
        method: String,
        /// The key as written.
        key: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// Not a key and a value.
    #[error("\"{0}\" is no setting; write KEY=VALUE, for example window=60s")]
    NoPair(String),
    /// A value of the wrong kind, or out of range.
    #[error("{key}={value}: {reason}")]
    Value {
        /// The key.
        key: String,
        /// The value as written.
        value: String,
        /// What is wrong.
        reason: String,
    },
    /// The data file of recipes is broken: a bug.
    #[error("the recipes cannot be read: {0}")]
    Unreadable(String),
}

fn hint(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    method: Vec<Recipe>,
}

impl Recipe {
    /// Reads a file of recipes: a list of tables `[[method]]`.
    ///
    /// # Errors
    /// [`RecipeError::Unreadable`], with the line.
    pub fn all_from_toml(text: &str) -> Result<Vec<Self>, RecipeError> {
        let book: Book =
            toml::from_str(text).map_err(|error| RecipeError::Unreadable(error.to_string()))?;
        Ok(book.method)
    }

    /// Finds a method by its name.
    ///
    /// # Errors
    /// [`RecipeError::NoMethod`], with the nearest name.
    pub fn named<'a>(recipes: &'a [Self], name: &str) -> Result<&'a Self, RecipeError> {
        recipes.iter().find(|recipe| recipe.name == name).ok_or_else(|| {
            let names: Vec<&str> = recipes.iter().map(|recipe| recipe.name.as_str()).collect();
            let near = nearest(name, &names).map(str::to_owned);
            RecipeError::NoMethod { name: name.to_owned(), near }
        })
    }

    /// The recipe with one of its settings changed, from `KEY=VALUE`.
    ///
    /// # Errors
    /// [`RecipeError`] if it has no such setting or the value is of another kind.
    pub fn set(&self, pair: &str) -> Result<Self, RecipeError> {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| RecipeError::NoPair(pair.to_owned()))?;
        let (key, value) = (key.trim().replace('-', "_"), value.trim());
        let wrong = |reason: String| RecipeError::Value {
            key: key.clone(),
            value: value.to_owned(),
            reason: reason.lines().next().unwrap_or_default().to_owned(),
        };
        let unreadable = |error: toml::ser::Error| RecipeError::Unreadable(error.to_string());
        let mut settings = toml::Table::try_from(&self.parameters).map_err(unreadable)?;
        if !settings.contains_key(&key) {
            let known: Vec<&str> = settings.keys().map(String::as_str).collect();
            let near = nearest(&key, &known).map(str::to_owned);
            return Err(RecipeError::NoSetting { method: self.name.clone(), key, near });
        }
        let value_of = |word: &str| match (word.parse::<i64>(), word.parse::<f64>()) {
            (Ok(whole), _) => toml::Value::Integer(whole),
            (_, Ok(number)) => toml::Value::Float(number),
            _ => toml::Value::String(word.to_owned()),
        };
        let now = match settings.get(&key) {
            Some(toml::Value::Array(_)) => {
                toml::Value::Array(value.split(',').map(|word| value_of(word.trim())).collect())
            }
            Some(toml::Value::Boolean(_)) => {
                let said = value.parse::<bool>().map_err(|_| wrong("true or false".into()))?;
                toml::Value::Boolean(said)
            }
            // A number that happens to be whole is still a number with digits after the point.
            Some(toml::Value::Float(_)) => {
                let number = value.parse::<f64>().map_err(|error| wrong(error.to_string()))?;
                toml::Value::Float(number)
            }
            _ => value_of(value),
        };
        settings.insert(key.clone(), now);
        let parameters: Parameters =
            settings.try_into().map_err(|error: toml::de::Error| wrong(error.to_string()))?;
        let shares = [
            parameters.quantile,
            parameters.share,
            parameters.most_active,
            parameters.alpha,
            parameters.fdr,
            parameters.quickest,
            parameters.reached,
            parameters.min_similarity,
        ];
        if shares.iter().flatten().any(|share| !(0.0..=1.0).contains(share)) {
            return Err(wrong("a share, from 0 to 1".into()));
        }
        if parameters.traces.as_ref().is_some_and(Vec::is_empty) {
            return Err(wrong("at least one trace".into()));
        }
        if parameters.min_weight.is_some_and(|least| !least.is_finite())
            || parameters.delta.is_some_and(|delta| !delta.is_finite())
        {
            return Err(wrong("a finite number".into()));
        }
        Ok(Self { parameters, ..self.clone() })
    }

    /// The layers that a run walks: one for each of the setting `traces`, if there is one.
    ///
    /// As published, settings that are among the original's faults are the original's.
    #[must_use]
    pub fn layers_to_walk(&self, as_published: bool) -> Vec<Layer> {
        let faulty = if as_published { self.original.clone() } else { Parameters::default() };
        let layers: Vec<Layer> = match (&self.parameters.traces, self.layers.first()) {
            (Some(traces), Some(model)) => {
                traces.iter().map(|&objects| Layer { objects, ..model.clone() }).collect()
            }
            _ => self.layers.clone(),
        };
        layers
            .into_iter()
            .map(|layer| Layer {
                parameters: faulty.or(&layer.parameters).or(&self.parameters),
                ..layer
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: &str = r#"
        [[method]]
        name = "twice"
        title = "Twice"
        paper = "Nobody 2020"
        doi = "10.0/0"
        measures = "nothing"
        threshold = "two"
        keep = "from-weight"
        parameters = { traces = ["repost"], window = "60s", min_weight = 2.0, own = true }
        layers = [{ objects = "url", measure = "objects-within" }]
    "#;

    fn twice() -> Recipe {
        Recipe::all_from_toml(BOOK).unwrap().remove(0)
    }

    #[test]
    fn a_setting_is_changed_by_its_name_and_no_other() {
        let recipe = twice().set("window=5m").unwrap().set("min-weight=3").unwrap();
        assert_eq!(recipe.parameters.window, Some(Span::seconds(300)));
        assert_eq!(recipe.parameters.min_weight, Some(3.0));
        let error = twice().set("windows=5m").unwrap_err().to_string();
        assert_eq!(error, "twice has no setting \"windows\"; did you mean \"window\"?");
        assert!(matches!(twice().set("quantile=0.9"), Err(RecipeError::NoSetting { .. })));
        let recipe = twice().set("own=false").unwrap();
        assert_eq!(recipe.parameters.own, Some(false));
        assert!(matches!(twice().set("own=1"), Err(RecipeError::Value { .. })));
        assert!(matches!(twice().set("window"), Err(RecipeError::NoPair(_))));
        assert!(matches!(twice().set("window=soon"), Err(RecipeError::Value { .. })));
        assert!(matches!(twice().set("min_weight=inf"), Err(RecipeError::Value { .. })));
    }

    #[test]
    fn traces_replace_the_layers_and_take_the_recipes_settings() {
        let layers = twice().set("traces=url,hashtag").unwrap().layers_to_walk(false);
        let kinds: Vec<ObjectKind> = layers.iter().map(|layer| layer.objects).collect();
        assert_eq!(kinds, [ObjectKind::Url, ObjectKind::Hashtag]);
        assert_eq!(layers[0].parameters.window, Some(Span::seconds(60)));
    }

    #[test]
    fn a_misspelt_method_is_answered_with_the_nearest() {
        let error = Recipe::named(&[twice()], "twise").unwrap_err();
        assert_eq!(error.to_string(), "\"twise\" is no published method; did you mean \"twice\"?");
    }

    #[test]
    fn a_word_that_no_recipe_has_is_refused_with_its_line() {
        let error = Recipe::all_from_toml(&BOOK.replace("from-weight", "from-wait")).unwrap_err();
        assert!(error.to_string().contains("line 9"), "{error}");
    }
}
