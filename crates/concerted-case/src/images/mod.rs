//! Folders of images beside the posts: each file hashed by what it shows, or refused with a reason.
//!
//! **Invariant:** every file that is found is one row, and no content of a file can break off the
//! reading: what cannot be decoded within the limits is refused. Nothing is decided by a file's name,
//! and nothing is fetched. Which files show the same is no question for here.

use std::{
    io::{self, Read},
    path::PathBuf,
};

use arrow_array::{StringArray, UInt32Array, UInt64Array};
use concerted_model::{
    ImageFault,
    tables::{Images, ImagesColumns},
};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::readers::{ReadError, Source, hexadecimal, sources};

mod picture;

use picture::{Hasher, Looks, Refused};

/// Most bytes of one file.
const MOST_BYTES: u64 = 64 << 20;

/// Folders of images, by the names and hashes of what is in them.
#[derive(Clone, Debug)]
pub struct ImageFolders {
    files: Vec<Source>,
    passed_over: Vec<(String, String)>,
    digest: String,
}

impl ImageFolders {
    /// Looks what there is, and what it holds, in folders, files and zip archives.
    ///
    /// # Errors
    /// [`ReadError`] if a name leads nowhere, or there is nothing in it.
    pub fn find(paths: &[PathBuf]) -> Result<Self, ReadError> {
        if let Some(path) = paths.iter().find(|path| !path.exists()) {
            let name = path.display().to_string();
            let hint = "name the folder in which the images lie";
            return Err(ReadError::usage(&name, "there is no such folder of images", hint));
        }
        let found = sources(paths)?;
        let mut files = found.sources;
        files.sort_by(|l, r| l.name().cmp(r.name()));
        let passed_over = found.left_out;
        let hashes: Vec<String> = files
            .par_iter()
            .map(|file| content(file).map(|of| of.sha256).unwrap_or_default())
            .collect();
        let rows = files.iter().map(Source::name).zip(hashes.iter().map(String::as_str));
        let digest = digest_of(rows.chain(passed_over.iter().map(|(name, _)| (name.as_str(), ""))));
        Ok(Self { files, passed_over, digest })
    }

    /// What the table of [`Self::read`] depends on, as the digits of a hash.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Decodes and hashes them.
    ///
    /// # Errors
    /// [`ReadError`] if a file is not what it was when they were found.
    pub fn read(&self) -> Result<Images, ReadError> {
        let hasher = Hasher::new();
        let read = self.files.par_iter().map(|file| Row::of(file, &hasher));
        let mut rows: Vec<Row> = read.collect();
        rows.extend(self.passed_over.iter().map(|(name, why)| Row {
            name: name.clone(),
            sha256: String::new(),
            looks: Err(Refused { fault: ImageFault::PassedOver, detail: why.clone() }),
        }));
        rows.sort_by(|l, r| l.name.cmp(&r.name));
        let looks = |number: fn(&Looks) -> u32| -> UInt32Array {
            rows.iter().map(|row| row.looks.as_ref().ok().map(number)).collect()
        };
        let hashes = |hash: fn(&Looks) -> u64| -> UInt64Array {
            rows.iter().map(|row| row.looks.as_ref().ok().map(hash)).collect()
        };
        let refused = |word: fn(&Refused) -> &str| -> StringArray {
            rows.iter().map(|row| row.looks.as_ref().err().map(word)).collect()
        };
        let table = Images::try_new(ImagesColumns {
            name: StringArray::from_iter_values(rows.iter().map(|row| &row.name)),
            sha256: StringArray::from_iter_values(rows.iter().map(|row| &row.sha256)),
            refused: refused(|refused| refused.fault.as_str()),
            detail: refused(|refused| &refused.detail),
            width: looks(|looks| looks.width),
            height: looks(|looks| looks.height),
            strokes: hashes(|looks| looks.strokes),
            slopes: hashes(|looks| looks.slopes),
            contrast: looks(|looks| looks.contrast),
        });
        let table = table.map_err(|error| ReadError::Bug {
            file: "the table of images".to_owned(),
            why: error.to_string(),
        })?;
        if digest(&table) != self.digest {
            let hint = "wait until nothing writes to them, then run it again";
            return Err(ReadError::input("images", "the files changed while they were read", hint));
        }
        Ok(table)
    }
}

/// What a table of images depends on: the same as [`ImageFolders::digest`] of what it was read from.
#[must_use]
pub fn digest(images: &Images) -> String {
    digest_of((0..images.len()).map(|row| (images.name.value(row), images.sha256.value(row))))
}

/// The digits of a hash over names and hashes of contents, in whatever order they come.
fn digest_of<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut rows: Vec<(&str, &str)> = rows.collect();
    rows.sort_unstable();
    let mut hash = Sha256::new();
    for text in rows.into_iter().flat_map(|(name, sha256)| [name, sha256]) {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hexadecimal(&hash.finalize())
}

struct Row {
    name: String,
    sha256: String,
    looks: Result<Looks, Refused>,
}

impl Row {
    fn of(file: &Source, hasher: &Hasher) -> Self {
        let name = file.name().to_owned();
        match content(file) {
            Ok(Content { sha256, bytes: Some(bytes) }) => {
                Self { name, sha256, looks: hasher.look(&bytes) }
            }
            Ok(Content { sha256, bytes: None }) => {
                let detail = format!("it has more than {} MiB", MOST_BYTES >> 20);
                Self { name, sha256, looks: Err(Refused { fault: ImageFault::TooLarge, detail }) }
            }
            Err(detail) => Self {
                name,
                sha256: String::new(),
                looks: Err(Refused { fault: ImageFault::Unreadable, detail }),
            },
        }
    }
}

/// What is in a file.
struct Content {
    sha256: String,
    /// Nothing if there are too many.
    bytes: Option<Vec<u8>>,
}

fn content(file: &Source) -> Result<Content, String> {
    let opened = file.unpacked(Default::default()).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    let refused = |error: io::Error| error.to_string();
    (&opened).take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(refused)?;
    let mut hash = Sha256::new();
    hash.update(&bytes);
    if bytes.len() as u64 <= MOST_BYTES {
        return Ok(Content { sha256: hexadecimal(&hash.finalize()), bytes: Some(bytes) });
    }
    let (mut rest, mut buffer) = (&opened, vec![0; 1 << 16]);
    loop {
        match rest.read(&mut buffer).map_err(refused)? {
            0 => return Ok(Content { sha256: hexadecimal(&hash.finalize()), bytes: None }),
            count => hash.update(&buffer[..count]),
        }
    }
}

#[cfg(test)]
mod tests;
