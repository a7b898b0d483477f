//! How large a report gets, and how long it takes: invented tables of any number of edges.
//!
//! `cargo run --release -p concerted --example large -- 10000` prints seconds and bytes of the report and of
//! the exports. See docs/evidence.md for what was measured.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]

#[path = "large/tables.rs"]
mod tables;

use std::{error::Error, fs, time::Instant};

use concerted_case::{
    RunRecord,
    disclosure::Lens,
    export::{self, EvidenceRows, Format, Material},
};
use concerted_model::{Plan, provenance::Manifest};

fn main() -> Result<(), Box<dyn Error>> {
    let edges: u32 = std::env::args().nth(1).unwrap_or_else(|| "10000".into()).parse()?;
    let made = tables::Large::of(edges)?;
    let begun = Instant::now();
    let page = made.report()?;
    println!("{edges} edges: report {:.2} s, {} bytes", begun.elapsed().as_secs_f64(), page.len());

    let out = std::env::temp_dir().join(format!("concerted-large-{}", std::process::id()));
    let rows = || {
        let whole = made.evidence.clone();
        Ok::<EvidenceRows<'_>, concerted_case::CaseError>(Box::new(std::iter::once(Ok(whole))))
    };
    let run = RunRecord::new("0.1.0", Vec::new(), serde_json::to_value(Plan::default())?);
    let lens = Lens::clear();
    let material = Material {
        network: &made.network,
        groups: &made.groups,
        confirmations: None,
        tested: &[],
        decoys: &[],
        accounts: &made.accounts,
        evidence: &rows,
        manifest: &Manifest::default(),
        run: &run,
        run_sha256: "00",
        ended: "2024-05-04T10:00:00Z",
        report: &page,
        lens: &lens,
        raw_csv: false,
    };
    for format in [
        Format::Csv,
        Format::Parquet,
        Format::Xlsx,
        Format::Graphml,
        Format::Gexf,
        Format::Graphology,
        Format::Cx2,
        Format::Stix,
    ] {
        let begun = Instant::now();
        let files = export::write(&material, &[format], &out)?;
        let bytes: u64 = files.iter().map(|f| fs::metadata(f).map_or(0, |of| of.len())).sum();
        println!("  {format}: {:.2} s, {bytes} bytes", begun.elapsed().as_secs_f64());
    }
    fs::remove_dir_all(&out)?;
    Ok(())
}
