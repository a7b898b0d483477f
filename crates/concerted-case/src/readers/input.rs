//! A file on disk as a stream of uncompressed bytes.
//!
//! **Invariant:** the file is opened read-only and never written; the SHA-256 is that of the bytes as
//! they lie on disk, all of them; a stream that ends early or grows beyond its limits is an error and
//! never a shorter file. Reading is streamed: memory does not depend on the file's size, but for the
//! window that a zstd frame asks for (at most 2 GiB, as Pushshift's files do).

use std::{
    fs::{File, Metadata},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;
use sha2::{Digest, Sha256};

use super::{bookmark::Passed, error::ReadError, source::Source};

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const XZ: &[u8] = b"\xfd7zXZ\0";
const BZIP2: &[u8] = b"BZh";
/// Most memory that an xz file may ask for, in KiB.
const XZ_MEMORY: u32 = 1 << 20;
/// Containers that are not read; nothing in them is opened, so nothing in them can do harm.
const CONTAINERS: &[(&[u8], &str, &str)] = &[
    (b"7z\xbc\xaf\x27\x1c", "7z", "unpack it, and name the CSV or JSON files"),
    (b"Rar!", "RAR", "unpack it, and name the CSV or JSON files"),
    (b"SQLite format 3\0", "SQLite", "export its tables as CSV, and name those"),
    (
        b"\xd0\xcf\x11\xe0",
        "old Excel",
        "save it as CSV (UTF-8); check that long ids kept their digits",
    ),
    (b"%PDF-", "PDF", "name a CSV or JSON file"),
];

/// How far a compressed file may unfold: both must be passed before it is refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnfoldLimits {
    /// Bytes out for a byte in.
    pub(crate) ratio: u64,
    /// Bytes out.
    pub(crate) bytes: u64,
}

impl Default for UnfoldLimits {
    fn default() -> Self {
        Self { ratio: 500, bytes: 16 << 20 }
    }
}

/// The raw file: counts and hashes what passes.
struct Disk {
    file: File,
    hash: Sha256,
    /// Bytes that are in the hash.
    hashed: u64,
    read: u64,
}

impl Disk {
    fn of(file: File) -> Self {
        Self { file, hash: Sha256::new(), hashed: 0, read: 0 }
    }
}

impl Read for Disk {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        // Behind a bookmark, some were hashed before.
        let known = self.hashed.saturating_sub(self.read).min(count as u64);
        self.hash.update(&buffer[known as usize..count]);
        self.read += count as u64;
        self.hashed = self.hashed.max(self.read);
        Ok(count)
    }
}

enum Stream {
    Plain(BufReader<Disk>),
    Gzip(Box<MultiGzDecoder<BufReader<Disk>>>),
    Zstd(zstd::stream::read::Decoder<'static, BufReader<Disk>>),
    Xz(Box<XzReader<BufReader<Disk>>>),
    Bzip2(Box<MultiBzDecoder<BufReader<Disk>>>),
}

/// An open input.
pub(crate) struct Input {
    /// Where it lies, unless it is a member of an archive.
    path: Option<PathBuf>,
    name: String,
    opened: Metadata,
    /// Uncompressed bytes that were looked at and not yet handed out.
    ahead: Vec<u8>,
    stream: Stream,
    limits: UnfoldLimits,
    unfolded: u64,
}

/// What is known of the file after all of it was read.
pub(crate) struct Whole {
    /// SHA-256 in hexadecimal.
    pub(crate) sha256: String,
    /// Size on disk.
    pub(crate) bytes: u64,
}

/// The file's name without its folders.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// SHA-256 of a file as it lies on disk, in hexadecimal: the name of its content in a case.
///
/// # Errors
/// [`ReadError`] for what could not be read as an input either.
pub fn sha256_of(path: &Path) -> Result<String, ReadError> {
    let name = name_of(path);
    check_kind(path, &name)?;
    let io = |source| ReadError::Io { file: name.clone(), source };
    let mut disk = Disk::of(File::open(path).map_err(io)?);
    if io::copy(&mut disk, &mut io::sink()).map_err(io)? == 0 {
        return Err(empty(&name));
    }
    Ok(hexadecimal(&disk.hash.finalize()))
}

fn empty(name: &str) -> ReadError {
    ReadError::input(name, "the file is empty", "export it again: not even a header is there")
}

/// Whether a path is a regular file. Asked before opening: to open a named pipe would wait for its
/// writer.
pub(crate) fn check_kind(path: &Path, name: &str) -> Result<(), ReadError> {
    let io = |source| ReadError::Io { file: name.to_owned(), source };
    let kind = path.metadata().map_err(io)?;
    if kind.is_dir() {
        return Err(ReadError::input(name, "is a folder, not a file", "name the files in it"));
    }
    if !kind.is_file() {
        let hint = "write the data to a file first, or pipe it in and name it: -";
        return Err(ReadError::input(name, "is a pipe or device, not a file", hint));
    }
    Ok(())
}

impl Input {
    /// Opens a regular, non-empty file, or a member of an archive.
    pub(crate) fn open(source: &Source, limits: UnfoldLimits) -> Result<Self, ReadError> {
        let name = source.name().to_owned();
        let io = |source| ReadError::Io { file: name.clone(), source };
        let (mut file, path) = match source.member() {
            Some(_) => (source.unpacked(limits)?, None),
            None => {
                check_kind(source.path(), &name)?;
                (File::open(source.path()).map_err(io)?, Some(source.path().to_owned()))
            }
        };
        let opened = file.metadata().map_err(io)?;
        if opened.len() == 0 {
            return Err(empty(&name));
        }
        let mut magic = Vec::with_capacity(16);
        file.by_ref().take(16).read_to_end(&mut magic).map_err(io)?;
        file.rewind().map_err(io)?;
        if let Some((_, what, hint)) = CONTAINERS.iter().find(|known| magic.starts_with(known.0)) {
            return Err(ReadError::input(&name, format!("is a file of {what}"), *hint));
        }
        let disk = BufReader::with_capacity(1 << 17, Disk::of(file));
        let stream = if magic.starts_with(GZIP) {
            Stream::Gzip(Box::new(MultiGzDecoder::new(disk)))
        } else if magic.starts_with(ZSTD) {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(disk).map_err(io)?;
            decoder.window_log_max(31).map_err(io)?;
            Stream::Zstd(decoder)
        } else if magic.starts_with(XZ) {
            Stream::Xz(Box::new(XzReader::new_mem_limit(disk, true, XZ_MEMORY)))
        } else if magic.starts_with(BZIP2) {
            Stream::Bzip2(Box::new(MultiBzDecoder::new(disk)))
        } else {
            Stream::Plain(disk)
        };
        Ok(Self { path, name, opened, stream, limits, unfolded: 0, ahead: Vec::new() })
    }

    /// The first bytes of the uncompressed file, without reading on.
    pub(crate) fn peek(&mut self, count: usize) -> Result<&[u8], ReadError> {
        let mut buffer = [0; 64];
        while self.ahead.len() < count {
            match self.unfold(&mut buffer)? {
                0 => break,
                read => self.ahead.extend_from_slice(&buffer[..read]),
            }
        }
        Ok(&self.ahead[..count.min(self.ahead.len())])
    }

    /// The file's name without its folders.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// `plain`, `gzip`, `zstd`, `xz` or `bzip2`.
    pub(crate) fn compression(&self) -> &'static str {
        match self.stream {
            Stream::Plain(_) => "plain",
            Stream::Gzip(_) => "gzip",
            Stream::Zstd(_) => "zstd",
            Stream::Xz(_) => "xz",
            Stream::Bzip2(_) => "bzip2",
        }
    }

    /// Bytes of the file read so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.disk().read
    }

    /// Size of the file on disk.
    pub(crate) fn bytes_total(&self) -> u64 {
        self.opened.len()
    }

    fn disk(&self) -> &Disk {
        match &self.stream {
            Stream::Plain(disk) => disk.get_ref(),
            Stream::Gzip(decoder) => (**decoder).get_ref().get_ref(),
            Stream::Zstd(decoder) => decoder.get_ref().get_ref(),
            Stream::Xz(decoder) => decoder.inner().get_ref(),
            Stream::Bzip2(decoder) => decoder.get_ref().get_ref(),
        }
    }

    /// What was read of the file, with so many pieces of text that could not be decoded.
    pub(crate) fn passed(&self, replaced: u64) -> Passed {
        let disk = self.disk();
        Passed::of(disk.hashed, &disk.hash, replaced)
    }

    /// Goes to a byte at once, as if all before it had been read; whether that can be done: not where it
    /// must be unpacked first.
    pub(crate) fn jump(&mut self, at: u64, passed: &Passed) -> Result<bool, ReadError> {
        let (Stream::Plain(disk), Some(hash)) = (&mut self.stream, passed.hash()) else {
            return Ok(false);
        };
        if passed.bytes < at {
            return Ok(false);
        }
        disk.consume(disk.buffer().len());
        let disk = disk.get_mut();
        disk.file
            .seek(SeekFrom::Start(at))
            .map_err(|source| ReadError::Io { file: self.name.clone(), source })?;
        (disk.read, disk.hash, disk.hashed) = (at, hash, passed.bytes);
        (self.unfolded, self.ahead) = (at, Vec::new());
        Ok(true)
    }

    /// Reads uncompressed bytes; 0 is the end.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ReadError> {
        if !self.ahead.is_empty() {
            let count = buffer.len().min(self.ahead.len());
            buffer[..count].copy_from_slice(&self.ahead[..count]);
            self.ahead.drain(..count);
            return Ok(count);
        }
        self.unfold(buffer)
    }

    fn unfold(&mut self, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let result = loop {
            let result = match &mut self.stream {
                Stream::Plain(disk) => disk.read(buffer),
                Stream::Gzip(decoder) => decoder.read(buffer),
                Stream::Zstd(decoder) => decoder.read(buffer),
                Stream::Xz(decoder) => decoder.read(buffer),
                Stream::Bzip2(decoder) => decoder.read(buffer),
            };
            if !matches!(&result, Err(error) if error.kind() == io::ErrorKind::Interrupted) {
                break result;
            }
        };
        let count = result.map_err(|error| self.broken(error))?;
        self.unfolded += count as u64;
        let UnfoldLimits { ratio, bytes } = self.limits;
        let disk = self.bytes_read().max(1);
        if self.unfolded > bytes && self.unfolded / disk > ratio && self.compression() != "plain" {
            let why = format!(
                "unfolds to more than {ratio} times its size: {} bytes from {disk}",
                self.unfolded
            );
            return Err(ReadError::limit(&self.name, why, "unpack it yourself if you trust it"));
        }
        Ok(count)
    }

    fn broken(&self, source: io::Error) -> ReadError {
        match source.kind() {
            io::ErrorKind::UnexpectedEof => {
                ReadError::Truncated { file: self.name.clone(), compression: self.compression() }
            }
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::Other => {
                let why = format!("the {} data is damaged: {source}", self.compression());
                ReadError::input(&self.name, why, "fetch the file again")
            }
            _ => ReadError::Io { file: self.name.clone(), source },
        }
    }

    /// Reads what is left of the file for its hash, and checks that nobody wrote to it meanwhile.
    pub(crate) fn finish(self) -> Result<Whole, ReadError> {
        let Self { path, name, opened, stream, .. } = self;
        let io = |source| ReadError::Io { file: name.clone(), source };
        let mut disk = match stream {
            Stream::Plain(disk) => disk,
            Stream::Gzip(decoder) => decoder.into_inner(),
            Stream::Zstd(decoder) => decoder.finish(),
            Stream::Xz(decoder) => decoder.into_inner(),
            Stream::Bzip2(decoder) => decoder.into_inner(),
        };
        io::copy(&mut disk, &mut io::sink()).map_err(io)?;
        let disk = disk.into_inner();
        if let Some(path) = path {
            let now = path.metadata().map_err(io)?;
            let written = now.modified().ok() != opened.modified().ok();
            if written || now.len() != opened.len() || disk.read != opened.len() {
                let hint = "wait until nothing writes to it, then read it again";
                return Err(ReadError::input(&name, "the file changed while it was read", hint));
            }
        }
        Ok(Whole { sha256: hexadecimal(&disk.hash.finalize()), bytes: disk.read })
    }
}

/// Bytes in hexadecimal, lower case.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn read_all(path: &Path, limits: UnfoldLimits) -> Result<(Vec<u8>, Whole), ReadError> {
        let mut input = Input::open(&Source::file(path), limits)?;
        let (mut all, mut buffer) = (Vec::new(), [0; 1000]);
        loop {
            match input.read(&mut buffer)? {
                0 => return Ok((all, input.finish()?)),
                count => all.extend_from_slice(&buffer[..count]),
            }
        }
    }

    #[test]
    fn the_hash_is_that_of_the_bytes_on_disk() {
        let file = file(b"abc");
        let (bytes, whole) = read_all(file.path(), UnfoldLimits::default()).unwrap();
        assert_eq!(bytes, b"abc");
        assert_eq!(
            whole.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_gzip_file_of_two_members_is_read_to_its_end() {
        let file = file(&[gzip(b"one "), gzip(b"two")].concat());
        let (bytes, whole) = read_all(file.path(), UnfoldLimits::default()).unwrap();
        assert_eq!(bytes, b"one two");
        assert_eq!(whole.bytes, file.path().metadata().unwrap().len());
    }

    #[test]
    fn a_zstd_file_of_two_frames_is_read_to_its_end() {
        let frame = |bytes: &[u8]| zstd::stream::encode_all(bytes, 1).unwrap();
        let file = file(&[frame(b"one "), frame(b"two")].concat());
        assert_eq!(read_all(file.path(), UnfoldLimits::default()).unwrap().0, b"one two");
    }

    fn bzip2(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_bzip2_file_of_two_streams_is_read_to_its_end() {
        let file = file(&[bzip2(b"one "), bzip2(b"two")].concat());
        assert_eq!(read_all(file.path(), UnfoldLimits::default()).unwrap().0, b"one two");
    }

    #[test]
    fn an_xz_file_is_read_to_its_end_and_hashed_as_it_lies() {
        // `printf 'one two' | xz -9`
        let packed =
            b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4F\x02\0!\x01\x1c\0\0\0\x10\xcfX\xcc\x01\0\x06one two\0\0\
            82d\x95\x8bX#|\0\x01\x1f\x07\x16.\xb8s\x1f\xb6\xf3}\x01\0\0\0\0\x04YZ";
        let whole = file(packed);
        assert_eq!(read_all(whole.path(), UnfoldLimits::default()).unwrap().0, b"one two");
        let cut = file(&packed[..40]);
        let error = read_all(cut.path(), UnfoldLimits::default()).err().unwrap();
        assert!(matches!(error, ReadError::Truncated { .. }), "{error}");
    }

    #[test]
    fn looking_at_the_first_bytes_takes_nothing_away() {
        let file = file(&gzip(b"one two"));
        let mut input = Input::open(&Source::file(file.path()), UnfoldLimits::default()).unwrap();
        assert_eq!(input.peek(3).unwrap(), b"one");
        assert_eq!(input.peek(100).unwrap(), b"one two");
        let mut buffer = [0; 4];
        assert_eq!((input.read(&mut buffer).unwrap(), &buffer), (4, b"one "));
    }

    #[test]
    fn a_compressed_file_that_is_cut_off_is_an_error_and_no_shorter_file() {
        let text: Vec<u8> = (0..50_000_u32).flat_map(u32::to_le_bytes).collect();
        for whole in [gzip(&text), zstd::stream::encode_all(&text[..], 1).unwrap(), bzip2(&text)] {
            let file = file(&whole[..whole.len() / 2]);
            let error = read_all(file.path(), UnfoldLimits::default()).err().unwrap();
            assert!(matches!(error, ReadError::Truncated { .. }), "{error}");
            assert!(error.to_string().contains("unexpected end"));
        }
    }

    #[test]
    fn a_file_that_unfolds_beyond_both_limits_is_refused() {
        let file = file(&gzip(&vec![0; 4 << 20]));
        let error =
            read_all(file.path(), UnfoldLimits { ratio: 200, bytes: 1 << 20 }).err().unwrap();
        assert_eq!(error.kind(), crate::ErrorKind::Limit);
        assert!(read_all(file.path(), UnfoldLimits::default()).is_ok());
    }

    #[test]
    fn folders_devices_archives_and_empty_files_are_refused_with_a_sentence() {
        let says = |path: &Path| {
            Input::open(&Source::file(path), UnfoldLimits::default()).err().unwrap().to_string()
        };
        let folder = tempfile::tempdir().unwrap();
        assert!(says(folder.path()).contains("is a folder"));
        assert!(says(file(b"").path()).contains("the file is empty"));
        assert!(says(file(b"7z\xbc\xaf\x27\x1c").path()).contains("is a file of 7z"));
        assert!(says(Path::new("no such file")).contains("cannot be read"));
        if Path::new("/dev/zero").exists() {
            assert!(says(Path::new("/dev/zero")).contains("is a pipe or device"));
        }
    }
}
