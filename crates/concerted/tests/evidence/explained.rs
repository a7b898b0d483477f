//! Why a tie is claimed, down to the bytes.

use std::fs;

use concerted::explain::{Subject, explain};

use crate::case::Small;

fn subject(words: &[&str]) -> Subject {
    Subject::of(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).unwrap()
}

#[test]
fn a_tie_is_explained_down_to_the_bytes_of_both_posts() {
    let small = Small::new();
    let asked = subject(&["member-555000", "=handle_of_member_1"]);
    let files = [small.input.clone()];
    let explained = small.open(|case| explain(case, &asked, &files).unwrap());
    let tie = &explained.ties[0];
    assert!(tie.source.ends_with("member-555000") && tie.target.ends_with("member-555001"));
    assert_eq!(tie.group, Some(1));
    assert!(tie.p <= tie.q && tie.q <= 0.01, "{tie:?}");
    assert!(f64::from(tie.episodes) > tie.expected);
    let ahead = tie.shared.iter().filter(|shared| shared.gap_seconds > 0.0).count();
    assert_eq!(tie.first.map(|n| n as usize), [ahead, tie.shared.len() - ahead], "{tie:?}");
    assert_eq!(tie.shared.len() + tie.further_shared, tie.co_actions as usize);
    let without = tie.without_one.as_ref().unwrap();
    assert!(without.episodes < tie.episodes && without.p > tie.p && without.stands, "{without:?}");
    let input = fs::read_to_string(&small.input).unwrap();
    for shared in &tie.shared {
        assert!([2.0, -6.0].contains(&shared.gap_seconds), "{shared:?}");
        for (member, post) in shared.posts.iter().enumerate() {
            let bytes = post.bytes.as_deref().unwrap();
            assert!(bytes.contains(&post.id), "{post:?}");
            assert!(bytes.starts_with(&format!("member-55500{member},")), "{bytes}");
            let line = input.lines().nth(post.line as usize - 1).unwrap();
            assert_eq!(bytes.trim_end(), line);
        }
    }
}

#[test]
fn an_account_is_explained_by_its_ties_and_a_group_by_those_inside_it() {
    let small = Small::new();
    let of = |words: &[&str]| small.open(|case| explain(case, &subject(words), &[]).unwrap());
    let account = of(&["member-555002"]);
    assert!(account.ties.iter().all(|tie| {
        tie.source.ends_with("member-555002") || tie.target.ends_with("member-555002")
    }));
    let group = of(&["group-1"]);
    assert!(group.ties.len() + group.further_ties > account.ties.len() + account.further_ties);
    assert!(group.ties.iter().all(|tie| tie.group == Some(1)));
    let whole = group.group.as_ref().unwrap();
    let members: Vec<&str> = whole.members.iter().map(|member| member.account.as_str()).collect();
    assert_eq!(members.len(), 4);
    assert!(members.iter().all(|member| member.contains("member-55500")), "{members:?}");
    assert!(whole.members.iter().all(|member| member.part == 1 && member.ties == 3), "{whole:?}");
    let core = whole.members.iter().filter(|member| member.role == "core").count() as u64;
    assert_eq!(core, whole.confirmed.map_or(0, |confirmed| confirmed.core));
    assert_eq!(group.decoys.iter().map(|decoy| decoy.edges).collect::<Vec<_>>(), [0, 0]);
    assert!(account.group.is_none());
    assert!(group.ties.is_sorted_by(|one, next| one.p <= next.p));
    let nobody = of(&["person-000001", "person-000002"]);
    assert!(nobody.ties.is_empty());
}

#[test]
fn who_is_not_in_the_case_and_what_is_no_input_of_it_are_refused() {
    let small = Small::new();
    let said = |words: &[&str], files: &[std::path::PathBuf]| {
        small.open(|case| explain(case, &subject(words), files).unwrap_err().to_string())
    };
    assert!(said(&["nobody"], &[]).contains("no account of this case"));
    assert!(said(&["group-7"], &[]).contains("there is no group 7"));
    assert!(said(&["member-555000", "member-555000"], &[]).contains("one account"));
    let other = small.folder.path().join("other.csv");
    fs::write(&other, "account,time\n").unwrap();
    assert!(said(&["group-1"], &[other]).contains("not an input of this case"));
}
