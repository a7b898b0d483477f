//! What there is to read: files, what folders and patterns name, and the members of zip archives.
//!
//! **Invariant:** nothing is ever unpacked under a name that an archive gives: a member's bytes go to
//! a file without a name that is gone when it is closed. A symbolic link inside a folder or an archive
//! is not followed. What is found in a folder or archive and left out is told, with the reason.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::{
    error::ReadError,
    input::{UnfoldLimits, hexadecimal, name_of, sha256_of},
};

const ZIP: &[u8] = b"PK\x03\x04";
/// Most members of one archive, and files of one folder.
const MOST: usize = 100_000;
/// The deepest folders that are looked into.
const DEEPEST: usize = 32;

/// One file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    path: PathBuf,
    member: Option<Member>,
    name: String,
    found: bool,
}

/// Which member of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    index: usize,
    name: String,
}

/// What was found, and what of it is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// What is read, in order of name where it was found in a folder or archive.
    pub sources: Vec<Source>,
    /// What was left out: its name and why.
    pub left_out: Vec<(String, String)>,
}

impl Source {
    /// A file that was named.
    #[must_use]
    pub fn file(path: &Path) -> Self {
        Self { path: path.to_owned(), member: None, name: name_of(path), found: false }
    }

    /// The file on disk: the archive, for a member of one.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its name without folders; `archive.zip/member.csv` for a member.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it was not named itself, but found in a folder, by a pattern or in an archive.
    #[must_use]
    pub fn found(&self) -> bool {
        self.found
    }

    pub(crate) fn member(&self) -> Option<&Member> {
        self.member.as_ref()
    }

    /// The member's bytes in a file without a name.
    pub(crate) fn unpacked(&self, limits: UnfoldLimits) -> Result<File, ReadError> {
        let io = |source| ReadError::Io { file: self.name.clone(), source };
        let Some(member) = &self.member else { return File::open(&self.path).map_err(io) };
        let mut archive = open_zip(&self.path)?;
        let mut packed =
            archive.by_index(member.index).map_err(|error| damaged(&self.name, &error))?;
        let most = limits.bytes.max(packed.compressed_size().saturating_mul(limits.ratio));
        let mut file = tempfile::tempfile().map_err(io)?;
        let copied = copy(&mut (&mut packed).take(most + 1), &mut file)
            .map_err(|error| damaged(&self.name, &error))?;
        if copied > most {
            let ratio = limits.ratio;
            let why = format!("unfolds to more than {ratio} times its size in the archive");
            return Err(ReadError::limit(&self.name, why, "unpack it yourself if you trust it"));
        }
        file.rewind().map_err(io)?;
        Ok(file)
    }

    /// SHA-256 of the file as it lies on disk, or of the member's bytes, in hexadecimal.
    ///
    /// # Errors
    /// [`ReadError`] for what could not be read as an input either.
    pub fn sha256(&self) -> Result<String, ReadError> {
        if self.member.is_none() {
            return sha256_of(&self.path);
        }
        let io = |source| ReadError::Io { file: self.name.clone(), source };
        let mut file = self.unpacked(UnfoldLimits::default())?;
        let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
        loop {
            match file.read(&mut buffer).map_err(io)? {
                0 => return Ok(hexadecimal(&hash.finalize())),
                count => hash.update(&buffer[..count]),
            }
        }
    }

    /// The text of a file that lies beside this one, in its folder or archive; nothing if there is none
    /// or it is no text of at most `most` bytes.
    pub(crate) fn beside(&self, name: &str, most: u64) -> Option<String> {
        let mut text = String::new();
        match &self.member {
            None => {
                let path = self.path.with_file_name(name);
                if !path.symlink_metadata().ok()?.is_file() {
                    return None;
                }
                File::open(path).ok()?.take(most).read_to_string(&mut text).ok()?;
            }
            Some(member) => {
                let wanted = match member.name.rsplit_once('/') {
                    Some((folder, _)) => format!("{folder}/{name}"),
                    None => name.to_owned(),
                };
                let mut archive = open_zip(&self.path).ok()?;
                let file = archive.by_name(&wanted).ok()?;
                file.take(most).read_to_string(&mut text).ok()?;
            }
        }
        Some(text)
    }
}

fn copy(from: &mut impl Read, to: &mut File) -> io::Result<u64> {
    let mut to = io::BufWriter::new(to);
    let copied = io::copy(from, &mut to)?;
    to.flush()?;
    Ok(copied)
}

fn open_zip(path: &Path) -> Result<ZipArchive<io::BufReader<File>>, ReadError> {
    let name = name_of(path);
    let file = File::open(path).map_err(|source| ReadError::Io { file: name.clone(), source })?;
    ZipArchive::new(io::BufReader::new(file)).map_err(|error| damaged(&name, &error))
}

fn damaged(name: &str, error: &impl std::fmt::Display) -> ReadError {
    let hint = "fetch it again, or unpack it and name the files in it";
    ReadError::input(name, format!("the zip archive cannot be read: {error}"), hint)
}

/// What a list of files, folders, patterns and archives stands for.
///
/// # Errors
/// [`ReadError`] if a name leads nowhere, or an archive is damaged or names a member twice.
pub fn sources(paths: &[PathBuf]) -> Result<Sources, ReadError> {
    let mut all = Sources::default();
    for path in paths {
        if path.is_dir() {
            let name = name_of(path);
            let before = all.sources.len();
            in_folder(path, &name, DEEPEST, &mut all)?;
            if all.sources.len() == before {
                let hint = "name the files, or another folder";
                return Err(ReadError::input(
                    &name,
                    "there is nothing to read in the folder",
                    hint,
                ));
            }
        } else if path.exists() || !is_pattern(path) {
            add(path, name_of(path), false, &mut all)?;
        } else {
            by_pattern(path, &mut all)?;
        }
    }
    Ok(all)
}

fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '['])
}

fn by_pattern(pattern: &Path, all: &mut Sources) -> Result<(), ReadError> {
    let text = pattern.to_string_lossy();
    let usage = |why: String| ReadError::usage(&text, why, "write it like: exports/*.csv");
    let matches = glob::glob(&text).map_err(|error| usage(error.msg.to_owned()))?;
    let files: BTreeSet<PathBuf> = matches.flatten().filter(|path| path.is_file()).collect();
    if files.is_empty() {
        return Err(usage("no file is called like that".to_owned()));
    }
    for path in files {
        match path.metadata() {
            Ok(found) if found.len() == 0 => {
                all.left_out.push((name_of(&path), "is empty".to_owned()));
            }
            _ => add(&path, name_of(&path), true, all)?,
        }
    }
    Ok(())
}

fn in_folder(
    folder: &Path,
    shown: &str,
    deeper: usize,
    all: &mut Sources,
) -> Result<(), ReadError> {
    let io = |source| ReadError::Io { file: shown.to_owned(), source };
    let entries: Result<BTreeSet<PathBuf>, io::Error> =
        folder.read_dir().map_err(io)?.map(|entry| entry.map(|entry| entry.path())).collect();
    for path in entries.map_err(io)? {
        let name = format!("{shown}/{}", name_of(&path));
        let kind = path.symlink_metadata().map_err(io)?;
        let mut leave = |why: &str| all.left_out.push((name.clone(), why.to_owned()));
        if name_of(&path).starts_with('.') {
            leave("is hidden");
        } else if kind.is_symlink() {
            leave("is a symbolic link, which may lead anywhere; name it itself to have it read");
        } else if kind.is_dir() && deeper == 0 {
            leave("is too deep a folder");
        } else if kind.is_dir() {
            in_folder(&path, &name, deeper - 1, all)?;
        } else if !kind.is_file() {
            leave("is a pipe or device");
        } else if kind.len() == 0 {
            leave("is empty");
        } else {
            add(&path, name, true, all)?;
        }
        if all.sources.len() > MOST {
            let why = format!("there are more than {MOST} files in it");
            return Err(ReadError::limit(shown, why, "name the files that you need"));
        }
    }
    Ok(())
}

fn add(path: &Path, name: String, found: bool, all: &mut Sources) -> Result<(), ReadError> {
    let mut magic = [0; 4];
    let is_zip = path.is_file()
        && File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok()
        && magic == ZIP;
    if !is_zip {
        all.sources.push(Source { path: path.to_owned(), member: None, name, found });
        return Ok(());
    }
    members(path, &name, all)
}

/// The members of an archive that can be read.
fn members(path: &Path, shown: &str, all: &mut Sources) -> Result<(), ReadError> {
    let mut archive = open_zip(path)?;
    if archive.len() > MOST {
        let why = format!("there are more than {MOST} files in it");
        return Err(ReadError::limit(shown, why, "unpack it, and name the files that you need"));
    }
    let twice = name_twice(path).map_err(|error| damaged(shown, &error))?;
    if let Some(name) = twice {
        let why = format!("two files in the archive are called \"{name}\"; which one counts?");
        return Err(ReadError::input(shown, why, "unpack it yourself, and name the right one"));
    }
    let mut found = Vec::new();
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(|error| damaged(shown, &error))?;
        let name = member.name().map_err(|error| damaged(shown, &error))?.into_owned();
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        let whole = format!("{shown}/{name}");
        let mut leave = |why: &str| all.left_out.push((whole.clone(), why.to_owned()));
        if member.is_dir() || name.starts_with("__MACOSX/") {
            continue;
        } else if member.is_symlink() {
            leave("is a symbolic link");
        } else if member.encrypted() {
            leave("is encrypted; unpack it yourself");
        } else if last.starts_with('.') {
            leave("is hidden");
        } else if member.size() == 0 {
            leave("is empty");
        } else {
            found.push((name, whole, index));
        }
    }
    let is_wacz = found.iter().any(|(name, ..)| name == "datapackage.json")
        && found.iter().any(|(name, ..)| is_warc(name));
    let mut kept: Vec<(String, String, usize)> = Vec::new();
    for (name, whole, index) in found {
        if is_wacz && !is_warc(&name) {
            all.left_out.push((whole, "is the index of a web archive".to_owned()));
        } else {
            kept.push((name, whole, index));
        }
    }
    kept.sort();
    if kept.is_empty() {
        let hint = "unpack it, and name the files";
        return Err(ReadError::input(shown, "there is nothing to read in the archive", hint));
    }
    all.sources.extend(kept.into_iter().map(|(name, whole, index)| Source {
        path: path.to_owned(),
        member: Some(Member { index, name }),
        name: whole,
        found: true,
    }));
    Ok(())
}

fn is_warc(name: &str) -> bool {
    name.starts_with("archive/") && (name.ends_with(".warc") || name.ends_with(".warc.gz"))
}

/// A name that the archive's directory has twice. The library keeps the last of such members alone, so
/// that the directory is read here: each entry is `PK\1\2`, 42 bytes, and its name.
fn name_twice(path: &Path) -> io::Result<Option<String>> {
    const END: &[u8] = b"PK\x05\x06";
    let mut file = File::open(path)?;
    let length = file.seek(io::SeekFrom::End(0))?;
    let tail_at = length.saturating_sub(22 + 65_536);
    file.seek(io::SeekFrom::Start(tail_at))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let Some(end) = memchr::memmem::rfind(&tail, END) else { return Ok(None) };
    let number = |bytes: &[u8], at: usize, length: usize| -> u64 {
        let digits = bytes.get(at..at + length).unwrap_or_default().iter().rev();
        digits.fold(0, |number, byte| number << 8 | u64::from(*byte))
    };
    let (size, at) = (number(&tail, end + 12, 4), number(&tail, end + 16, 4));
    // Archives beyond 4 GiB say so with all bits set, and have their directory elsewhere.
    if at == u64::from(u32::MAX) || at + size > length {
        return Ok(None);
    }
    file.seek(io::SeekFrom::Start(at))?;
    let mut directory = Vec::new();
    file.take(size).read_to_end(&mut directory)?;
    let (mut names, mut at) = (BTreeSet::new(), 0);
    while directory.get(at..at + 4) == Some(b"PK\x01\x02") {
        let [name, extra, comment] =
            [28, 30, 32].map(|place| number(&directory, at + place, 2) as usize);
        let text = directory.get(at + 46..at + 46 + name).unwrap_or_default();
        let text = String::from_utf8_lossy(text).into_owned();
        if !names.insert(text.clone()) {
            return Ok(Some(text));
        }
        at += 46 + name + extra + comment;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn archive(members: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut zip = ZipWriter::new(File::create(folder.path().join("a.zip")).unwrap());
        for (name, content) in members {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap();
        folder
    }

    fn names(found: &Sources) -> Vec<&str> {
        found.sources.iter().map(Source::name).collect()
    }

    #[test]
    fn a_folder_stands_for_its_files_in_order_and_tells_what_it_leaves_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("data");
        fs::create_dir_all(root.join("inner")).unwrap();
        for name in ["b.csv", "inner/c.csv", "a.csv", ".hidden"] {
            fs::write(root.join(name), "x").unwrap();
        }
        fs::write(root.join("empty"), "").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/passwd", root.join("link")).unwrap();
        let found = sources(&[root]).unwrap();
        assert_eq!(names(&found), ["data/a.csv", "data/b.csv", "data/inner/c.csv"]);
        assert!(found.sources.iter().all(Source::found));
        let left: Vec<&str> = found.left_out.iter().map(|(name, _)| name.as_str()).collect();
        assert!(left.contains(&"data/.hidden") && left.contains(&"data/empty"), "{left:?}");
        assert!(cfg!(not(unix)) || left.contains(&"data/link"));
    }

    #[test]
    fn a_pattern_stands_for_the_files_that_fit_it_and_one_that_fits_none_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.csv", "a.csv", "c.txt"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let found = sources(&[folder.path().join("*.csv")]).unwrap();
        assert_eq!(names(&found), ["a.csv", "b.csv"]);
        let error = sources(&[folder.path().join("*.json")]).unwrap_err();
        assert!(error.to_string().contains("no file is called like that"), "{error}");
    }

    #[test]
    fn a_file_that_is_named_is_kept_even_if_it_is_not_there() {
        let found = sources(&[PathBuf::from("no such file")]).unwrap();
        assert_eq!((names(&found), found.sources[0].found()), (vec!["no such file"], false));
    }

    #[test]
    fn members_are_read_without_ever_being_written_under_their_name() {
        let folder = archive(&[("../../evil.csv", b"id,time\n1,2\n"), ("data/a.csv", b"x")]);
        let found = sources(&[folder.path().join("a.zip")]).unwrap();
        assert_eq!(names(&found), ["a.zip/../../evil.csv", "a.zip/data/a.csv"]);
        let mut text = String::new();
        let mut file = found.sources[0].unpacked(UnfoldLimits::default()).unwrap();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "id,time\n1,2\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(!folder.path().join("../../evil.csv").exists());
    }

    #[test]
    fn a_member_that_unfolds_beyond_its_limits_is_refused() {
        let folder = archive(&[("bomb.csv", &vec![b'x'; 1 << 20])]);
        let found = sources(&[folder.path().join("a.zip")]).unwrap();
        let limits = UnfoldLimits { ratio: 10, bytes: 1 << 10 };
        let error = found.sources[0].unpacked(limits).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Limit);
    }

    #[test]
    fn what_lies_beside_a_member_can_be_looked_at() {
        let folder = archive(&[("data/tweets.js", b"x"), ("data/account.js", b"me")]);
        let found = sources(&[folder.path().join("a.zip")]).unwrap();
        let tweets = &found.sources[1];
        assert_eq!(tweets.beside("account.js", 10).as_deref(), Some("me"));
        assert_eq!(tweets.beside("other.js", 10), None);
    }

    #[test]
    fn of_a_web_archive_the_records_alone_are_read() {
        let folder = archive(&[
            ("datapackage.json", b"{}"),
            ("pages/pages.jsonl", b"{}"),
            ("archive/data.warc", b"WARC/1.0"),
        ]);
        let found = sources(&[folder.path().join("a.zip")]).unwrap();
        assert_eq!(names(&found), ["a.zip/archive/data.warc"]);
        assert_eq!(found.left_out.len(), 2);
    }
}
