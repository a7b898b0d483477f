//! `warc`: records of a web archive: each page that it holds is a post by its site.
//!
//! **Invariant:** a page's payload is checked against the digest that its record gives, and refused if
//! they differ. Memory holds one record of at most 64 MiB. Places are those of the records in the
//! uncompressed file.

use concerted_model::{Span, provenance::RejectReason};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{
    Bookmark, BytesReader, Opened, ReadOptions, Reader,
    article::{self, Seen},
    bookmark::Spot,
    error::ReadError,
    input::{Input, hexadecimal},
    judge::Judge,
    moment::rfc3339_us,
    place::Place,
    sample::{Sample, Shape},
    spec::Spec,
    text::LONGEST_RECORD,
};

pub(crate) static SPEC: Spec = Spec {
    name: "warc",
    title: "web archives, WARC and WACZ: the pages of news in them",
    caution: "pages that were stored chunked or compressed inside are refused by name",
    platform: "news",
    mapping: article::SPEC.mapping,
    coarsest: Span::ZERO,
    ..Spec::PLAIN
};

/// How sure it is that this is a web archive.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    matches!(sample.shape, Shape::Warc).then_some(100)
}

/// Opens a web archive.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    if !matches!(sample.shape, Shape::Warc) {
        return Err(SPEC.other_shape(file, "a web archive", sample));
    }
    Ok(Opened::new(&SPEC, SPEC.customs(options), Reader::Bytes(Box::new(Archive))))
}

struct Archive;

/// The input, read ahead as far as a record needs.
struct Ahead<'i> {
    input: &'i mut Input,
    bytes: Vec<u8>,
    start: usize,
    offset: u64,
}

impl Ahead<'_> {
    /// Reads on until so many bytes are there, or the input ends; gives what is there.
    fn want(&mut self, count: usize) -> Result<&[u8], ReadError> {
        while self.bytes.len() - self.start < count {
            if self.start > 1 << 20 {
                self.bytes.drain(..self.start);
                self.start = 0;
            }
            let before = self.bytes.len();
            self.bytes.resize(before + (1 << 16), 0);
            let read = self.input.read(&mut self.bytes[before..])?;
            self.bytes.truncate(before + read);
            if read == 0 {
                break;
            }
        }
        Ok(&self.bytes[self.start..])
    }

    fn consume(&mut self, count: usize) {
        self.start += count.min(self.bytes.len() - self.start);
        self.offset += count as u64;
    }

    /// The lines up to an empty one, and their length with it.
    fn head(&mut self) -> Result<Option<(String, usize)>, ReadError> {
        let mut count = 1 << 12;
        loop {
            let there = self.want(count)?;
            if there.is_empty() {
                return Ok(None);
            }
            if let Some(end) = memchr::memmem::find(there, b"\r\n\r\n") {
                return Ok(Some((String::from_utf8_lossy(&there[..end]).into_owned(), end + 4)));
            }
            if there.len() < count || count > 1 << 20 {
                return Ok(Some((String::from_utf8_lossy(there).into_owned(), 0)));
            }
            count *= 2;
        }
    }
}

/// The value of a head's field.
fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

impl BytesReader for Archive {
    fn read(
        &mut self,
        input: &mut Input,
        from: Option<&Bookmark>,
        judge: &mut Judge<'_>,
        step: &mut dyn FnMut(&Input, u64),
    ) -> Result<(), ReadError> {
        let mut ahead = Ahead { input, bytes: Vec::new(), start: 0, offset: 0 };
        if let Some(from) = from {
            if ahead.input.jump(from.spot.at, &from.passed)? {
                ahead.offset = from.spot.at;
            } else {
                skip(&mut ahead, 0, from.spot.at as usize)?;
            }
        }
        loop {
            // Records are parted by empty lines.
            while ahead.want(2)?.starts_with(b"\r\n") {
                ahead.consume(2);
            }
            let Some((head, length)) = ahead.head()? else { return Ok(()) };
            let size = field(&head, "Content-Length").and_then(|size| size.parse::<usize>().ok());
            let (true, Some(size), true) = (head.starts_with("WARC/"), size, length > 0) else {
                let place = Place::new(ahead.offset, head.len(), 0);
                let detail = "no record of a web archive; nothing after it can be read".to_owned();
                judge.refuse(place, RejectReason::Malformed, detail);
                return Ok(());
            };
            let place = Place::new(ahead.offset, length.saturating_add(size), 0);
            if size > LONGEST_RECORD {
                let detail = format!("the record has {size} bytes; 64 MiB are read at most");
                judge.refuse(place, RejectReason::Malformed, detail);
                skip(&mut ahead, length, size)?;
            } else {
                let there = ahead.want(length + size)?;
                match there.get(length..length + size) {
                    Some(block) => record(&head, block, place, judge),
                    None => {
                        let detail = "the file ends inside a record".to_owned();
                        judge.refuse(place, RejectReason::Malformed, detail);
                    }
                }
                ahead.consume(length + size);
            }
            if judge.wants_bookmark(ahead.offset) {
                let (bytes, passed) = (ahead.offset, ahead.input.passed(0));
                let spot = Spot { at: bytes, ..Spot::START };
                let packed = ahead.input.compression() != "plain";
                let (tally, memory) = (judge.tally(), None);
                judge.bookmark(Bookmark { spot, tally, memory, bytes, packed, passed });
            }
            step(ahead.input, judge.rows());
        }
    }
}

fn skip(ahead: &mut Ahead<'_>, head: usize, size: usize) -> Result<(), ReadError> {
    let mut left = head.saturating_add(size);
    while left > 0 {
        let there = ahead.want(1)?.len().min(left);
        if there == 0 {
            return Ok(());
        }
        ahead.consume(there);
        left -= there;
    }
    Ok(())
}

fn record(head: &str, block: &[u8], place: Place, judge: &mut Judge<'_>) {
    if field(head, "WARC-Type") != Some("response") && field(head, "WARC-Type") != Some("resource")
    {
        return judge.no_post();
    }
    let is_http = field(head, "WARC-Type") == Some("response");
    let split =
        if is_http { memchr::memmem::find(block, b"\r\n\r\n").map(|end| end + 4) } else { Some(0) };
    let Some(split) = split else {
        let detail = "the answer has no end of its head".to_owned();
        return judge.refuse(place, RejectReason::Malformed, detail);
    };
    let (answer, payload) = block.split_at(split);
    let answer = String::from_utf8_lossy(answer);
    let kind = if is_http { field(&answer, "Content-Type") } else { field(head, "Content-Type") };
    let is_page = kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    let status = answer.split_whitespace().nth(1);
    if !is_page || (is_http && status != Some("200")) {
        return judge.no_post();
    }
    if let Some(why) = digest_differs(field(head, "WARC-Payload-Digest"), payload) {
        return judge.refuse(place, RejectReason::Malformed, why);
    }
    let packed = ["Content-Encoding", "Transfer-Encoding"].into_iter().find_map(|name| {
        let how = field(&answer, name)?;
        (!how.eq_ignore_ascii_case("identity")).then_some(how)
    });
    // Many tools store the payload unpacked and leave the field as it was: text tells.
    let readable =
        std::str::from_utf8(payload).ok().filter(|text| text.trim_start().starts_with('<'));
    let Some(html) = readable else {
        let detail = match packed {
            Some(how) => {
                format!("the page is stored packed as {how}; unpack the archive's payloads")
            }
            None => "the page is not UTF-8".to_owned(),
        };
        return judge.refuse(place, RejectReason::Malformed, detail);
    };
    let seen = Seen {
        place,
        address: field(head, "WARC-Target-URI").map(|uri| uri.trim_matches(['<', '>'])),
        fetched_us: field(head, "WARC-Date").and_then(rfc3339_us),
    };
    article::post(html, &seen, judge);
}

/// Why a payload is not the one that was stored; nothing if it is, or nobody can tell.
fn digest_differs(told: Option<&str>, payload: &[u8]) -> Option<String> {
    let (kind, told) = told?.split_once(':')?;
    let is = match kind.to_ascii_lowercase().as_str() {
        "sha1" => base32(&Sha1::digest(payload)),
        "sha256" => {
            let digest = Sha256::digest(payload);
            if told.len() == 64 { hexadecimal(&digest) } else { base32(&digest) }
        }
        _ => return None,
    };
    (!is.eq_ignore_ascii_case(told))
        .then(|| "the page is not what was stored: its digest differs".to_owned())
}

fn base32(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut text, mut bits, mut count) = (String::new(), 0_u32, 0);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(char::from(SIGNS[(bits >> count & 31) as usize]));
        }
    }
    if count > 0 {
        text.push(char::from(SIGNS[(bits << (5 - count) & 31) as usize]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        assert_eq!(base32(&Sha1::digest(b"")), "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ");
        assert_eq!(digest_differs(Some("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"), b""), None);
        assert!(digest_differs(Some("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"), b"x").is_some());
        assert_eq!(digest_differs(Some("md5:x"), b"x"), None);
    }
}
