//! How much of a case may be seen, and how a report is written: arguments of several commands.

use std::path::Path;

use clap::Args;
use concerted::{
    export::{KeyUse, Level},
    report::{Language, Viewing, Zone},
};

use crate::exit::Failure;

/// The level of disclosure.
#[derive(Args)]
pub(crate) struct LevelArgs {
    /// How much may be seen: S0 counts alone, S1 share-safe, S2 for reviewers, S3 everything
    ///
    /// S0: counts; those below ten are withheld. S1: pseudonyms, no texts, links or post ids, times to
    /// the minute. S2: pseudonyms, with real post ids and texts, by which anybody can find the accounts.
    /// S3: everything as it is.
    #[arg(long, value_name = "LEVEL", default_value = "S1", value_parser = level)]
    pub(crate) level: Level,
    /// Make pseudonyms with a key that is thrown away, so that no two exports can be joined
    #[arg(long)]
    pub(crate) unlinkable: bool,
}

fn level(word: &str) -> Result<Level, String> {
    word.parse().map_err(|error: concerted::UnknownWord| error.to_string())
}

impl LevelArgs {
    /// Which key the pseudonyms are made with.
    pub(crate) fn key(&self) -> KeyUse {
        if self.unlinkable { KeyUse::ThrownAway } else { KeyUse::OfCase }
    }

    /// What the level means, on one line.
    pub(crate) fn words(&self, case: &Path) -> String {
        let key = if self.unlinkable {
            "their key was thrown away: nobody can go back, nor join this with another export"
                .to_owned()
        } else {
            format!("the key stays in {}", case.join("disclosure.key").display())
        };
        match self.level {
            Level::Figures => "level S0: counts alone; those below ten are withheld".to_owned(),
            Level::ShareSafe => format!("level S1: accounts and posts under pseudonyms; {key}"),
            Level::Peers => format!(
                "level S2: accounts under pseudonyms, but texts and post ids as they are: whoever looks them up has the accounts; {key}"
            ),
            Level::Evidence => {
                "level S3: everything as it is; share it only with those who may see it".to_owned()
            }
        }
    }
}

/// How a report is written.
#[derive(Args)]
pub(crate) struct ViewingArgs {
    /// Language of the report: en or fa
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
    lang: Language,
    /// Offset from UTC of the hours in the report, such as +03:30
    #[arg(long, value_name = "OFFSET", default_value = "+00:00", allow_hyphen_values = true)]
    zone: String,
}

fn language(word: &str) -> Result<Language, String> {
    word.parse().map_err(|error: concerted::UnknownWord| error.to_string())
}

impl ViewingArgs {
    /// Whether anything but the default was asked for.
    pub(crate) fn is_set(&self) -> bool {
        self.lang != Language::default() || self.zone != "+00:00"
    }

    pub(crate) fn viewing(&self) -> Result<Viewing, Failure> {
        let zone: Zone =
            self.zone.parse().map_err(|error| Failure::Usage(format!("--zone: {error}")))?;
        Ok(Viewing { language: self.lang, zone })
    }
}
