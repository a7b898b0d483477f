//! Which column or key holds which field, as a person says it: `account=user,time=when,url=link`.
//!
//! **Invariant:** a mapping names known fields, each once, and at least the account and the time.

use std::{collections::BTreeMap, fmt, str::FromStr};

use concerted_model::UnknownWord;
use thiserror::Error;

/// A field of a post that a file can give: a column of [`concerted_model::tables::Posts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The site.
    Platform,
    /// The server of a federation.
    Instance,
    /// The account's id.
    Account,
    /// The account's name.
    Handle,
    /// The post's id.
    Id,
    /// What kind of post it is.
    Kind,
    /// When it was published.
    Time,
    /// What it says.
    Text,
    /// Its language.
    Language,
    /// The application it was sent with.
    Client,
    /// The post that it passes on.
    RepostOf,
    /// Who wrote that.
    RepostOfAccount,
    /// When that was published.
    RepostOfBorn,
    /// The post that it answers.
    ReplyTo,
    /// Whom it answers.
    ReplyToAccount,
    /// The post that it quotes.
    QuoteOf,
    /// Addresses.
    Urls,
    /// Hashtags.
    Hashtags,
    /// Accounts that it names.
    Mentions,
    /// Images and films.
    Media,
}

impl Field {
    /// Every field, in the order of the table.
    pub const ALL: &'static [Self] = &[
        Self::Platform,
        Self::Instance,
        Self::Account,
        Self::Handle,
        Self::Id,
        Self::Kind,
        Self::Time,
        Self::Text,
        Self::Language,
        Self::Client,
        Self::RepostOf,
        Self::RepostOfAccount,
        Self::RepostOfBorn,
        Self::ReplyTo,
        Self::ReplyToAccount,
        Self::QuoteOf,
        Self::Urls,
        Self::Hashtags,
        Self::Mentions,
        Self::Media,
    ];

    /// The names of [`Self::ALL`].
    pub const NAMES: &'static [&'static str] = &[
        "platform",
        "instance",
        "account",
        "handle",
        "id",
        "kind",
        "time",
        "text",
        "language",
        "client",
        "repost_of",
        "repost_of_account",
        "repost_of_born",
        "reply_to",
        "reply_to_account",
        "quote_of",
        "urls",
        "hashtags",
        "mentions",
        "media",
    ];

    /// The field's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl FromStr for Field {
    type Err = UnknownWord;

    fn from_str(name: &str) -> Result<Self, UnknownWord> {
        let plural = match name {
            "url" => "urls",
            "hashtag" => "hashtags",
            "mention" => "mentions",
            name => name,
        };
        let place = Self::NAMES.iter().position(|known| *known == plural);
        place
            .map(|place| Self::ALL[place])
            .ok_or_else(|| UnknownWord::among("field of a post", name, Self::NAMES))
    }
}

/// Every field under its own name.
pub(crate) const EVERY_FIELD: &[(&str, &str)] = &EVERY;

const EVERY: [(&str, &str); Field::NAMES.len()] = {
    let mut pairs = [("", ""); Field::NAMES.len()];
    let mut at = 0;
    while at < Field::NAMES.len() {
        pairs[at] = (Field::NAMES[at], Field::NAMES[at]);
        at += 1;
    }
    pairs
};

/// Which column or key holds which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping(BTreeMap<Field, String>);

/// The text is no mapping.
#[derive(Debug, Error, PartialEq)]
pub enum MappingError {
    /// A part that is not `field=column`.
    #[error("\"{0}\" is no part of a mapping; write field=column, e.g. account=user_id,time=date")]
    NoPair(String),
    /// A field that posts do not have.
    #[error(transparent)]
    UnknownField(#[from] UnknownWord),
    /// A field that is given twice.
    #[error("the field \"{0}\" is mapped twice")]
    Twice(&'static str),
    /// A field that is needed and not given.
    #[error("a mapping needs the field \"{0}\"")]
    Lacks(&'static str),
}

impl Mapping {
    /// The column or key of a field.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&str> {
        self.0.get(&field).map(String::as_str)
    }

    /// All fields that are given, with their column or key.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        self.0.iter().map(|(field, source)| (*field, source.as_str()))
    }

    /// Each of these fields under its own name.
    pub(crate) fn of_same_names(has: impl Fn(&str) -> bool) -> Self {
        let fields = Field::ALL.iter().filter(|field| has(field.name()));
        Self(fields.map(|field| (*field, field.name().to_owned())).collect())
    }

    /// The fields that columns or keys of these names usually hold, if account ids and times are
    /// among them. A column of names is never taken for one of ids.
    pub(crate) fn of_usual_names(names: &[String]) -> Option<Self> {
        let guessed: BTreeMap<Field, String> =
            USUAL.iter().filter_map(|(field, usual)| Some((*field, find(names, usual)?))).collect();
        let found = |field| guessed.contains_key(&field);
        (found(Field::Account) && found(Field::Time)).then_some(Self(guessed))
    }

    /// A mapping that a file with these names probably needs, to be shown to a person.
    pub(crate) fn suggested(names: &[String]) -> String {
        let mut parts = Vec::new();
        for (field, usual) in USUAL {
            let name = find(names, usual).or_else(|| match field {
                Field::Account => find(names, &["author", "user", "username", "name"]),
                _ => None,
            });
            match name {
                Some(name) => parts.push(format!("{}={name}", field.name())),
                None if matches!(field, Field::Account | Field::Time) => {
                    parts.push(format!("{}=…", field.name()));
                }
                None => {}
            }
        }
        parts.join(",")
    }
}

/// The names under which files usually keep a field, the most telling first.
const USUAL: &[(Field, &[&str])] = &[
    (Field::Account, &["account_id", "author_id", "user_id", "userid", "from_id", "did"]),
    (
        Field::Time,
        &[
            "time",
            "created_at",
            "timestamp",
            "date",
            "datetime",
            "created_utc",
            "published",
            "unix_timestamp",
        ],
    ),
    (Field::Id, &["id", "post_id", "tweet_id", "message_id", "status_id"]),
    (Field::Platform, &["platform"]),
    (Field::Handle, &["account_name", "screen_name", "handle", "username"]),
    (Field::Text, &["text", "body", "content", "message", "full_text"]),
    (Field::Urls, &["url", "urls", "link", "links", "url_id"]),
    (Field::Hashtags, &["hashtags", "hashtag", "hashtag_id"]),
    (Field::RepostOf, &["repost_of", "repost_id", "retweet_id", "retweet_tweetid"]),
];

/// The first of `usual` that is among `names`, in whatever case.
fn find(names: &[String], usual: &[&str]) -> Option<String> {
    usual.iter().find_map(|one| names.iter().find(|name| name.eq_ignore_ascii_case(one)).cloned())
}

impl FromStr for Mapping {
    type Err = MappingError;

    fn from_str(text: &str) -> Result<Self, MappingError> {
        let mut fields = BTreeMap::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let no_pair = || MappingError::NoPair(part.to_owned());
            let (name, source) = part.split_once('=').ok_or_else(no_pair)?;
            let (name, source) = (name.trim(), source.trim());
            if source.is_empty() {
                return Err(no_pair());
            }
            let field: Field = name.parse()?;
            if fields.insert(field, source.to_owned()).is_some() {
                return Err(MappingError::Twice(field.name()));
            }
        }
        for needed in [Field::Account, Field::Time] {
            if !fields.contains_key(&needed) {
                return Err(MappingError::Lacks(needed.name()));
            }
        }
        Ok(Self(fields))
    }
}

impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> =
            self.iter().map(|(field, source)| format!("{}={source}", field.name())).collect();
        f.write_str(&parts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_reads_back_as_it_was_written() {
        let mapping: Mapping = "account=user.id, time=when,url=link".parse().unwrap();
        assert_eq!(mapping.get(Field::Urls), Some("link"));
        assert_eq!(mapping.to_string().parse(), Ok(mapping));
    }

    #[test]
    fn every_field_has_its_own_name() {
        for field in Field::ALL {
            assert_eq!(field.name().parse(), Ok(*field));
        }
    }

    #[test]
    fn a_mapping_that_cannot_be_is_refused_with_the_reason() {
        let error = |text: &str| text.parse::<Mapping>().unwrap_err().to_string();
        assert!(error("acount=a,time=t").contains("did you mean \"account\"?"));
        assert_eq!(error("time=t"), "a mapping needs the field \"account\"");
        assert_eq!(error("account=a,account=b,time=t"), "the field \"account\" is mapped twice");
        assert!(error("account").contains("write field=column"));
    }

    #[test]
    fn a_mapping_is_suggested_from_the_names_of_a_file() {
        let names: Vec<String> = ["id", "account_id", "time", "text", "x"].map(String::from).into();
        assert_eq!(Mapping::suggested(&names), "account=account_id,time=time,id=id,text=text");
    }
}
