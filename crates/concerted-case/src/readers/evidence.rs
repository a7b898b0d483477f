//! The bytes behind posts: read back from the file that it was read from.
//!
//! **Invariant:** bytes are shown only of a file whose SHA-256 is the one that was written down when it was
//! read; a file that was changed since, or another of the same name, shows nothing.

use std::path::PathBuf;

use concerted_model::{plan::EncodingErrors, provenance::InputRecord};

use super::{
    error::ReadError,
    input::{Input, UnfoldLimits},
    place::Place,
    source::{Source, sources},
    text::Text,
};

/// The bytes of some records, as the file has them.
///
/// `candidates` are files, folders or archives among which the file may be; `input` is its record in the
/// manifest, `places` where the records stand, in order of their offsets, and `encoding` how the file was
/// read. Bytes of a file that was not UTF-8 come in UTF-8, as its places count them. Takes one pass over the
/// candidates of that name and over the file up to the last place.
///
/// # Errors
/// [`ReadError`] if none of the candidates is that file, or the places are rows of a Parquet file, which
/// have no bytes of their own.
pub fn source_bytes(
    candidates: &[PathBuf],
    input: &InputRecord,
    places: &[Place],
    encoding: EncodingErrors,
) -> Result<Vec<Vec<u8>>, ReadError> {
    let source = find(candidates, input)?;
    let mut file = Input::open(&source, UnfoldLimits::default())?;
    let start = file.peek(4)?.to_vec();
    if start == b"PAR1" {
        let line = places.first().map_or(0, |place| place.line);
        let why = format!("the post is row {line} of a Parquet file");
        let hint = "look at that row with any program that reads Parquet";
        return Err(ReadError::usage(&input.name, why, hint));
    }
    let utf16 = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    let mut reel = if utf16 || encoding != EncodingErrors::Stop {
        let text = Text::of(file, &source, encoding)?;
        Reel { at: text.offset(), held: Vec::new(), rest: Rest::Text(text) }
    } else {
        Reel { at: 0, held: Vec::new(), rest: Rest::Input(file) }
    };
    let mut found = Vec::with_capacity(places.len());
    for place in places {
        let bytes = reel.show(*place)?;
        if bytes.len() < place.length as usize {
            let why = format!("it ends before byte {}", place.offset + u64::from(place.length));
            return Err(ReadError::input(&input.name, why, "is the place from this file?"));
        }
        found.push(bytes);
    }
    Ok(found)
}

/// The candidate that is the file of a record.
fn find(candidates: &[PathBuf], input: &InputRecord) -> Result<Source, ReadError> {
    let mut all = sources(candidates)?.sources;
    // That of the same name first: its hash is most likely the right one.
    all.sort_by_key(|source| source.name() != input.name);
    for source in all {
        if source.sha256().is_ok_and(|hash| hash == input.sha256) {
            return Ok(source);
        }
    }
    let short = input.sha256.get(..16).unwrap_or(&input.sha256);
    let why = format!("none of the files is the one that was read (SHA-256 {short}…)");
    let hint = "give the file as it was then; it may have been moved, or changed since";
    Err(ReadError::input(&input.name, why, hint))
}

/// A file that is wound forward: places may overlap, but none begins before the one shown last.
struct Reel {
    /// Where `held` begins.
    at: u64,
    held: Vec<u8>,
    rest: Rest,
}

enum Rest {
    Input(Input),
    Text(Text),
}

impl Reel {
    /// The bytes at a place; fewer where the file ends.
    fn show(&mut self, place: Place) -> Result<Vec<u8>, ReadError> {
        let length = place.length as usize;
        loop {
            let passed = place.offset.saturating_sub(self.at).min(self.held.len() as u64);
            self.held.drain(..passed as usize);
            self.at += passed;
            let begun = self.at == place.offset;
            if begun && self.held.len() >= length || !self.wind()? {
                let held = if begun { self.held.as_slice() } else { &[] };
                return Ok(held[..held.len().min(length)].to_vec());
            }
        }
    }

    /// Takes up what comes next; false at the end.
    fn wind(&mut self) -> Result<bool, ReadError> {
        const STEP: usize = 1 << 16;
        let before = self.held.len();
        match &mut self.rest {
            Rest::Input(input) => {
                self.held.resize(before + STEP, 0);
                let count = input.read(&mut self.held[before..])?;
                self.held.truncate(before + count);
            }
            Rest::Text(text) => {
                text.want(1)?;
                let ahead = text.ahead().len();
                self.held.extend_from_slice(text.ahead().as_bytes());
                text.consume(ahead);
            }
        }
        Ok(self.held.len() > before)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io};

    use super::{
        super::{ReadOptions, Row, read_source},
        *,
    };
    use concerted_model::{Timestamp, plan::IngestPlan};

    fn options(encoding_errors: EncodingErrors) -> ReadOptions {
        let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
        let plan = IngestPlan { encoding_errors, ..IngestPlan::default() };
        ReadOptions { plan, ..ReadOptions::at(now) }
    }

    /// Reads a file and shows the bytes of each of its posts.
    fn shown(path: PathBuf, encoding: EncodingErrors) -> Vec<String> {
        let mut shown = Vec::new();
        for source in sources(std::slice::from_ref(&path)).unwrap().sources {
            let mut places = Vec::new();
            let record = read_source(&source, &options(encoding), &|_| {}, &mut |row| {
                if let Row::Post(post) = row {
                    places.push(post.place);
                }
            })
            .unwrap();
            let found = source_bytes(std::slice::from_ref(&path), &record, &places, encoding);
            shown.extend(found.unwrap().into_iter().map(|b| String::from_utf8(b).unwrap()));
        }
        shown
    }

    const LINES: [&str; 2] = ["a,2024-05-01T12:00:00Z,caf\u{e9}", "b,2024-05-01T12:00:01Z,two"];

    #[test]
    fn the_bytes_of_a_post_are_shown_from_every_kind_of_file() {
        let folder = tempfile::tempdir().unwrap();
        let content = format!("account,time,text\r\n{}\r\n{}\r\n", LINES[0], LINES[1]);
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            path
        };
        let stop = EncodingErrors::Stop;
        assert_eq!(shown(write("plain.csv", content.as_bytes()), stop), LINES);
        let marked = format!("\u{feff}{content}");
        assert_eq!(shown(write("marked.csv", marked.as_bytes()), stop), LINES);
        let packed = zstd::stream::encode_all(content.as_bytes(), 1).unwrap();
        assert_eq!(shown(write("packed.csv.zst", &packed), stop), LINES);
        let utf16: Vec<u8> =
            [0xfeff].into_iter().chain(content.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(shown(write("wide.csv", &utf16), stop), LINES);
        let latin: Vec<u8> = content.chars().map(|sign| sign as u8).collect();
        assert_eq!(shown(write("latin.csv", &latin), EncodingErrors::Windows1252), LINES);
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        zip.start_file("inner/a.csv", zip::write::SimpleFileOptions::default()).unwrap();
        io::Write::write_all(&mut zip, content.as_bytes()).unwrap();
        let zip = zip.finish().unwrap().into_inner();
        assert_eq!(shown(write("archive.zip", &zip), stop), LINES);
    }

    #[test]
    fn a_file_that_was_changed_since_shows_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, "account,time\na,2024-05-01T12:00:00Z\n").unwrap();
        let source = Source::file(&path);
        let options = options(EncodingErrors::Stop);
        let record = read_source(&source, &options, &|_| {}, &mut |_| {}).unwrap();
        fs::write(&path, "account,time\nX,2024-05-01T12:00:00Z\n").unwrap();
        let place = Place::new(13, 22, 2);
        let error = source_bytes(&[path], &record, &[place], EncodingErrors::Stop).unwrap_err();
        assert!(
            error.to_string().contains("none of the files is the one that was read"),
            "{error}"
        );
    }

    #[test]
    fn places_far_apart_and_places_within_one_another_are_shown_in_one_pass() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let lines: String = (0..40_000).map(|n| format!("a,{n:06}\n")).collect();
        fs::write(&path, format!("account,time\n{lines}")).unwrap();
        let source = Source::file(&path);
        let options = options(EncodingErrors::Stop);
        let record = read_source(&source, &options, &|_| {}, &mut |_| {}).unwrap();
        let places = [(13, 8), (13, 17), (22, 8), (90_013, 8), (359_995, 17)]
            .map(|(offset, length)| Place::new(offset, length, 0));
        for encoding in [EncodingErrors::Stop, EncodingErrors::Windows1252] {
            let found =
                source_bytes(std::slice::from_ref(&path), &record, &places, encoding).unwrap();
            let words: Vec<&str> = found.iter().map(|b| std::str::from_utf8(b).unwrap()).collect();
            assert_eq!(
                words,
                ["a,000000", "a,000000\na,000001", "a,000001", "a,010000", "a,039998\na,039999"]
            );
        }
    }
}
