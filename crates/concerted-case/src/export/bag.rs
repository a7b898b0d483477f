//! BagIt 1.0 (RFC 8493): the crate in a bag, so that anybody can check that nothing was changed.
//!
//! **Invariant:** every file of the payload is in `manifest-sha256.txt`, every tag file in
//! `tagmanifest-sha256.txt`, and a bag holds nothing else; lines end in LF and are in order of names.
//! `hashes.txt` holds one hash a line, to be put under a time stamp by whoever wants one.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use super::{Material, file, graph::Graph, rocrate};
use crate::{durable, error::CaseError};

pub(super) fn write(
    material: &Material<'_>,
    graph: &mut Option<Graph>,
    folder: &Path,
) -> Result<Vec<PathBuf>, CaseError> {
    let data = folder.join("data");
    durable::make_folder(folder)?;
    let mut files = rocrate::write(material, graph, &data)?;
    files.sort_unstable();
    let (manifest, bytes) = manifest(folder, &files)?;
    let payload = files.len();
    let text = |name: &str, content: &str| {
        file(folder.join(name), |out| Ok(out.write_all(content.as_bytes())?))
    };
    let day = material.ended.get(..10).unwrap_or("1970-01-01");
    let mut hashes: Vec<String> =
        material.manifest.inputs.iter().map(|input| format!("{}  input", input.sha256)).collect();
    hashes.push(format!("{}  run.json", material.run_sha256));
    hashes.extend(manifest.lines().map(str::to_owned));
    hashes.sort_unstable();
    let mut tags = vec![
        text("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")?,
        text(
            "bag-info.txt",
            &format!(
                "Bagging-Date: {day}\nBag-Software-Agent: Concerted {}\nPayload-Oxum: {bytes}.{payload}\n\
                 Level-Of-Disclosure: {}\n",
                material.run.version,
                material.level()
            ),
        )?,
        text("hashes.txt", &(hashes.join("\n") + "\n"))?,
        text("manifest-sha256.txt", &manifest)?,
    ];
    tags.sort_unstable();
    let (of_tags, _) = self::manifest(folder, &tags)?;
    tags.push(text("tagmanifest-sha256.txt", &of_tags)?);
    files.extend(tags);
    Ok(files)
}

/// `hash  path` for each file, with the bytes in all.
fn manifest(folder: &Path, files: &[PathBuf]) -> Result<(String, u64), CaseError> {
    let (mut lines, mut bytes) = (String::new(), 0);
    for path in files {
        let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        if let Some(record) = durable::record_of(path)? {
            lines.push_str(&format!("{}  {name}\n", record.sha256));
            bytes += record.bytes;
        }
    }
    Ok((lines, bytes))
}
