//! What exports say in words, and the colours of groups: the same in each.
//!
//! **Invariant:** no word of ours is a judgement on a person; every file says at which level of
//! disclosure it was made and what it does not show.

use super::Material;

/// What every export says it does not show.
pub(super) const LIMITS: &str = "Says nothing of who is behind an account, why it acted, or whether anybody was deceived. \
    A tie is a statement on two accounts in this data, never on one. Other explanations that were not excluded: \
    a shared source, an open campaign, a live event, colleagues at one desk, a collection that made its accounts alike.";

/// The claim that is made.
pub(super) const CLAIM: &str = "acted together more than expected by chance in this data";

/// One paragraph on what the file is.
pub(super) fn about(material: &Material<'_>) -> String {
    format!(
        "{}: pairs of accounts that {CLAIM}. {LIMITS} Level of disclosure {}. Concerted {}, run {}.",
        material.name(),
        material.level(),
        material.run.version,
        material.run_sha256
    )
}

/// Colours that differ for people with any kind of colour vision (Okabe and Ito 2008), by group.
const COLOURS: [[u8; 3]; 7] = [
    [0, 114, 178],
    [230, 159, 0],
    [0, 158, 115],
    [204, 121, 167],
    [86, 180, 233],
    [213, 94, 0],
    [240, 228, 66],
];

/// The colour of a group's accounts; grey for those in none.
pub(super) fn colour(group: Option<u32>) -> [u8; 3] {
    match group {
        Some(number) => COLOURS[(number as usize).saturating_sub(1) % COLOURS.len()],
        None => [128, 128, 128],
    }
}

/// The same as `#rrggbb`.
pub(super) fn hex_colour(group: Option<u32>) -> String {
    let [red, green, blue] = colour(group);
    format!("#{red:02x}{green:02x}{blue:02x}")
}
