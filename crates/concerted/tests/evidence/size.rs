//! However many edges there are, the report stays a page that a browser opens.

#[path = "../../examples/large/tables.rs"]
mod tables;

use tables::Large;

#[test]
fn a_report_of_ten_thousand_edges_is_under_five_million_bytes_and_says_what_it_leaves_out() {
    let page = Large::of(10_000).unwrap().report().unwrap();
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    assert!(page.contains("and 970 more, in the exports"), "the ties left out are not counted");
}

#[test]
fn a_report_grows_no_further_once_it_samples() {
    let sizes = [100_000, 200_000].map(|edges| Large::of(edges).unwrap().report().unwrap().len());
    assert!(sizes[1] < sizes[0] + 100_000, "{sizes:?} bytes for 100,000 and 200,000 edges");
    assert!(sizes[1] < 20_000_000, "{sizes:?} bytes");
}
