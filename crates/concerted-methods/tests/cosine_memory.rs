//! The cosine join holds entries and results, never the matrix of all pairs.
//!
//! By itself in its file, so that no other test's memory is counted.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use concerted_methods::{
    cosine::{Frequency, Rarity, join, unit_rows},
    spectral::{Csr, Entry},
};

const ROWS: u32 = 40_000;

/// Rows in pairs that have eight of ten columns in common, and two columns that every row may have.
fn rows() -> Csr {
    let mut entries = Vec::new();
    for row in 0..ROWS {
        let mut has = |column: u32| entries.push(Entry { row, column, value: 1.0 });
        (0..8).for_each(|k| has(4 + row / 2 * 8 + k));
        has(row % 4);
        has((row + 1) % 4);
    }
    Csr::from_entries(ROWS as usize, 4 + ROWS as usize / 2 * 8, &entries).unwrap()
}

/// Most memory that this process has had, in bytes, where the system says it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

#[test]
fn forty_thousand_rows_are_joined_in_a_hundredth_of_the_matrix_of_all_pairs() {
    let rows = unit_rows(&rows(), Frequency::Once, Rarity::SmoothLogPlusOne).unwrap();
    let before = peak();
    let alike = join(&rows, 0.5);
    assert_eq!(alike.len() as u32, ROWS / 2);
    assert!(alike.iter().all(|pair| pair.a % 2 == 0 && pair.b == pair.a + 1));
    if let (Some(before), Some(after)) = (before, peak()) {
        let matrix = u64::from(ROWS) * u64::from(ROWS) * 8;
        assert!(after - before < matrix / 100, "{} bytes more", after - before);
    }
}
