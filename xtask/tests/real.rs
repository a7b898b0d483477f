//! Real posts: ordinary accounts are not made a network, and nobody is called supported without evidence.

#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::path::{Path, PathBuf};

use concerted_detect::audit::Verdict;
use xtask::real::{Both, Sample};

fn shared(test: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["../../shared/data", "../../../shared/data"].map(|folder| root.join(folder));
    let found = folders.into_iter().find(|folder| folder.is_dir());
    if found.is_none() {
        println!("{test}: skipped, there is no folder ../shared");
    }
    found
}

#[test]
fn a_hundred_ordinary_accounts_of_a_debate_are_no_network_beside_units_of_the_same_hours() {
    let name =
        "a_hundred_ordinary_accounts_of_a_debate_are_no_network_beside_units_of_the_same_hours";
    let Some(folder) = shared(name) else { return };
    let both = Both::of(&folder, Sample::Debate).unwrap();
    let told = both.accuse("organic").unwrap();
    assert_eq!(told.together.verdict, Verdict::Contradicted, "{told:?}");
    assert_eq!((told.accused, told.members[0]), (100, 0));
    let units = both.lists().into_iter().filter(|list| list != "organic");
    for unit in units {
        // What the posts of sixteen hours do not carry is not said of a real unit either.
        let told = both.accuse(&unit).unwrap();
        assert_ne!(told.together.verdict, Verdict::Contradicted);
        assert_eq!(told.outsiders[2], 0, "ordinary accounts beside a unit");
    }
}
