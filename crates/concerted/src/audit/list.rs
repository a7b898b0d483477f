//! Lists of accounts and the file of a claim, as people write them.
//!
//! **Invariant:** a name means one account or is refused; one that is not in the case is kept as unknown.

use std::{collections::BTreeMap, path::Path};

use arrow_array::Array;
use concerted_detect::audit::{Collected, Origin};
use concerted_model::{Trace, tables::Accounts};
use serde::{Deserialize, Serialize};

use crate::{Error, spread};

/// The claim, and how list and posts came to be.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClaimFile {
    /// In the accuser's words.
    pub claim: Option<String>,
    /// When the accusation was made.
    pub made: Option<String>,
    /// Whether the list was picked from the posts of this case.
    pub picked_from_this_data: bool,
    /// The kinds of behaviour that it was picked by.
    pub picked_by: Vec<Trace>,
    /// How the posts were collected: `broadly`, `by-list` or `by-hashtag`.
    pub collected: Option<String>,
}

impl ClaimFile {
    /// Reads the file of a claim.
    ///
    /// # Errors
    /// [`Error::NoSuch`] with the line that is wrong.
    pub fn read(file: &Path) -> Result<Self, Error> {
        toml::from_str(&text_of(file)?).map_err(|error| {
            let why = error.message().to_owned();
            Error::NoSuch(format!("{}: {why}", file.display()))
        })
    }

    pub(super) fn origin(&self) -> Result<Origin, Error> {
        let collected = match self.collected.as_deref() {
            None => Collected::Unknown,
            Some("broadly") => Collected::Broadly,
            Some("by-list") => Collected::ByList,
            Some("by-hashtag") => Collected::ByHashtag,
            Some(other) => {
                let known = "known are: broadly, by-list, by-hashtag";
                return Err(Error::NoSuch(format!("collected = \"{other}\": {known}")));
            }
        };
        let made = match &self.made {
            Some(written) => Some(made(written)?),
            None => None,
        };
        Ok(Origin {
            collected,
            picked_from_this_data: self.picked_from_this_data,
            made,
            picked_by: self.picked_by.clone(),
        })
    }
}

/// A day counts from its midnight.
fn made(written: &str) -> Result<i64, Error> {
    let moment =
        spread::moment(written).or_else(|_| spread::moment(&format!("{written} 00:00")))?;
    Ok(moment.micros())
}

/// The accounts that a list names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Rows, in order.
    pub rows: Vec<u32>,
    /// Names that the case does not know, as written.
    pub unknown: Vec<String>,
}

impl Listed {
    /// # Errors
    /// [`Error::NoSuch`] if a name means several accounts.
    pub(crate) fn among(accounts: &Accounts, names: &[String]) -> Result<Self, Error> {
        let mut of_name: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for row in 0..accounts.len() {
            let mut words = vec![accounts.id.value(row).to_owned(), name(accounts, row)];
            if accounts.handle.is_valid(row) {
                words.push(accounts.handle.value(row).trim_start_matches('@').to_owned());
            }
            words.dedup();
            for word in words {
                let rows = of_name.entry(word).or_default();
                if rows.last() != Some(&(row as u32)) {
                    rows.push(row as u32);
                }
            }
        }
        let mut listed = Self::default();
        for written in names {
            let bare = written.trim_start_matches('@');
            match of_name.get(written).or_else(|| of_name.get(bare)).map(Vec::as_slice) {
                Some([row]) => listed.rows.push(*row),
                Some(rows) => {
                    let names: Vec<String> =
                        rows.iter().take(5).map(|&row| name(accounts, row as usize)).collect();
                    let names = names.join(", ");
                    let why = format!("\"{written}\" may mean several accounts: {names}");
                    return Err(Error::NoSuch(why));
                }
                None => listed.unknown.push(written.clone()),
            }
        }
        listed.rows.sort_unstable();
        listed.rows.dedup();
        Ok(listed)
    }
}

/// `platform:id`, with the server where there is one.
pub(crate) fn name(accounts: &Accounts, row: usize) -> String {
    let instance = accounts.instance.value(row);
    let at = if instance.is_empty() { "" } else { "@" };
    format!("{}:{}{at}{instance}", accounts.platform.value(row), accounts.id.value(row))
}

pub(super) fn read(file: &Path) -> Result<Vec<String>, Error> {
    let text = text_of(file)?;
    let lines = text.trim_start_matches('\u{feff}').lines();
    let names = lines.map(|line| line.split(['#', ',', '\t']).next().unwrap_or("").trim());
    Ok(names.map(|name| name.trim_matches('"').to_owned()).filter(|n| !n.is_empty()).collect())
}

fn text_of(file: &Path) -> Result<String, Error> {
    std::fs::read_to_string(file).map_err(|source| Error::Output { path: file.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_one_name_a_line_with_remarks_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("list.txt");
        std::fs::write(&file, "\u{feff}# accused\n@one\n\n x:2 # second\n\"3\",why\n").unwrap();
        assert_eq!(read(&file).unwrap(), ["@one", "x:2", "3"]);
    }

    #[test]
    fn a_word_that_no_claim_has_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("claim.toml");
        std::fs::write(&file, "picked-form-this-data = true\n").unwrap();
        assert!(ClaimFile::read(&file).is_err());
        std::fs::write(&file, "picked-by = [\"repost\"]\nmade = \"2024-03-10\"\n").unwrap();
        let origin = ClaimFile::read(&file).unwrap().origin().unwrap();
        assert_eq!(origin.made, Some(1_710_028_800_000_000));
        assert_eq!(origin.picked_by, [Trace::Repost]);
    }
}
