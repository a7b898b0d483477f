//! A language model in a local folder: words in, vectors out.
//!
//! **Invariant:** a model is the files that a user has; nothing is ever fetched, and no program in a
//! folder is run. What is in them can be refused and cannot break off a run. The same files and words
//! give the same vectors on any number of threads. What is used is what was hashed: files are read once.

use std::{
    fmt,
    fs::File,
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::readers::{ReadError, hexadecimal};

#[cfg(feature = "embeddings")]
mod bert;
#[cfg(feature = "embeddings")]
mod kinds;
#[cfg(test)]
#[cfg(feature = "embeddings")]
mod tests;

/// Most bytes of one file of a model.
const MOST_BYTES: u64 = 4 << 30;

const HINT: &str = "name a folder that holds config.json, tokenizer.json and model.safetensors: a model2vec \
     model, or one of the BERT family";

/// A model, by its files, which are held in memory.
pub struct LanguageModel {
    folder: PathBuf,
    files: Files,
    digest: String,
}

/// What is in a model's files.
struct Files {
    config: Vec<u8>,
    tokenizer: Vec<u8>,
    weights: Vec<u8>,
    /// How vectors of words become one, where a file says so.
    pooling: Option<Vec<u8>>,
}

/// Vectors of texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Vectors {
    /// Numbers of each, at least 1.
    pub dim: usize,
    /// One vector after the other, in the order of the texts.
    pub numbers: Vec<f32>,
}

impl fmt::Debug for LanguageModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LanguageModel({}, {})", self.folder.display(), self.digest)
    }
}

impl LanguageModel {
    /// Looks whether there is one.
    ///
    /// # Errors
    /// [`ReadError`] if a file of it is missing, or this build cannot use any.
    pub fn find(folder: &Path) -> Result<Self, ReadError> {
        if !cfg!(feature = "embeddings") {
            let hint = "take one that was built with the feature embeddings, which is on unless switched off";
            return Err(refused(folder, "this program was built without language models", hint));
        }
        let files = Files::read(folder)?;
        let mut hash = Sha256::new();
        for part in [&files.config, &files.tokenizer, &files.weights] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        files.pooling.iter().for_each(|pooling| hash.update(pooling));
        Ok(Self { folder: folder.to_owned(), files, digest: hexadecimal(&hash.finalize()) })
    }

    /// SHA-256 over its files, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The vectors of texts.
    ///
    /// # Errors
    /// [`ReadError`] if the files are no model of a kind that is known, or not what they say.
    pub fn vectors(&self, texts: &[String]) -> Result<Vectors, ReadError> {
        // Weights that contradict each other can make a library panic.
        let made = catch_unwind(AssertUnwindSafe(|| made(&self.files, texts)));
        let made = made.unwrap_or_else(|_| Err("its files contradict each other".to_owned()));
        made.map_err(|why| refused(&self.folder, &why, HINT))
    }
}

#[cfg(feature = "embeddings")]
fn made(files: &Files, texts: &[String]) -> Result<Vectors, String> {
    kinds::vectors(files, texts)
}

#[cfg(not(feature = "embeddings"))]
fn made(_: &Files, _: &[String]) -> Result<Vectors, String> {
    Err("this program was built without language models".to_owned())
}

impl Files {
    fn read(folder: &Path) -> Result<Self, ReadError> {
        // Where sentence-transformers puts a static model.
        let within = folder.join("0_StaticEmbedding");
        let places = [folder, within.as_path()];
        let one_of = |names: &[&str]| {
            let mut paths =
                places.iter().flat_map(|place| names.iter().map(|name| place.join(name)));
            let path = paths.find(|path| path.is_file()).ok_or_else(|| {
                refused(folder, &format!("there is no {} in this folder", names[0]), HINT)
            })?;
            read(&path)
        };
        if folder.join("2_Dense").is_dir() {
            let why = "there is a layer behind the pooling (2_Dense), which is not known";
            return Err(refused(folder, why, HINT));
        }
        let pooling = folder.join("1_Pooling").join("config.json");
        Ok(Self {
            config: one_of(&["config.json", "config_sentence_transformers.json"])?,
            tokenizer: one_of(&["tokenizer.json"])?,
            weights: one_of(&["model.safetensors"])?,
            pooling: if pooling.is_file() { Some(read(&pooling)?) } else { None },
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ReadError> {
    let io = |source| ReadError::Io { file: path.display().to_string(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(io)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(refused(path, "it has more than 4 GiB", "take a smaller model"));
    }
    Ok(bytes)
}

fn refused(path: &Path, why: &str, hint: &str) -> ReadError {
    ReadError::input(&path.display().to_string(), why, hint)
}

#[cfg(all(test, not(feature = "embeddings")))]
mod without {
    #[test]
    fn a_build_without_models_says_so_and_what_to_take() {
        let error = super::LanguageModel::find("model".as_ref()).err().unwrap();
        assert!(error.to_string().contains("built without language models"), "{error}");
        assert!(error.hint().contains("the feature embeddings"));
    }
}
