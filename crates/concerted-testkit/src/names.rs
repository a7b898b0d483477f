//! Who accounts are: ids that look like X's, and handles, all invented.
//!
//! **Invariant:** no two accounts of a world share an id or a handle; a handle has at most the 15
//! characters that X allows.

use std::collections::HashSet;

use crate::{dice::Dice, snowflake};

/// An account as it is written in posts.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) id: String,
    pub(crate) handle: String,
}

const FIRST: [&str; 40] = [
    "amber", "paper", "quiet", "copper", "maple", "silver", "winter", "velvet", "cedar", "lemon",
    "north", "pebble", "river", "cloud", "autumn", "marble", "cotton", "early", "coral", "mellow",
    "tidal", "dusty", "sunny", "plain", "clover", "ivory", "frost", "hazel", "indigo", "linen",
    "mossy", "ocean", "pine", "rustic", "saffron", "teal", "umber", "violet", "willow", "zephyr",
];

const SECOND: [&str; 40] = [
    "otter", "lamp", "harbor", "kite", "violin", "teapot", "heron", "pencil", "walnut", "sail",
    "kettle", "finch", "ladder", "meadow", "button", "canoe", "badger", "lentil", "compass",
    "ribbon", "sparrow", "bicycle", "chalk", "drum", "engine", "fern", "garden", "hammer",
    "island", "jigsaw", "knot", "loaf", "mitten", "needle", "orchard", "plum", "quilt", "robin",
    "spoon", "tulip",
];

/// When the oldest account was opened: 2015-01-01.
const FIRST_OPENED_MS: i64 = 1_420_070_400_000;
/// When the newest was: 2023-12-01.
const LAST_OPENED_MS: i64 = 1_701_388_800_000;

/// Names for so many accounts.
pub(crate) fn invent(accounts: usize, seed: u64) -> Vec<Name> {
    let mut dice = Dice::new(seed, "names");
    let mut taken = HashSet::with_capacity(2 * accounts);
    (0..accounts)
        .map(|_| Name {
            id: untaken(&mut taken, || id(&mut dice)),
            handle: untaken(&mut taken, || handle(&mut dice)),
        })
        .collect()
}

fn untaken(taken: &mut HashSet<String>, mut draw: impl FnMut() -> String) -> String {
    loop {
        let name = draw();
        if taken.insert(name.clone()) {
            return name;
        }
    }
}

fn id(dice: &mut Dice) -> String {
    let span = (LAST_OPENED_MS - FIRST_OPENED_MS) as f64;
    let opened = FIRST_OPENED_MS + (dice.unit() * span) as i64;
    snowflake::id(opened, dice.below(1 << 22) as u32).to_string()
}

fn handle(dice: &mut Dice) -> String {
    let first = FIRST[dice.below(FIRST.len())];
    let second = SECOND[dice.below(SECOND.len())];
    let room = 15 - first.len() - second.len();
    let joint = if room > 1 { ["", "_"][dice.below(2)] } else { "" };
    let room = room - joint.len();
    let digits = dice.between(1, room.min(5)) as u32;
    format!("{first}{joint}{second}{}", dice.below(10_usize.pow(digits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_thousand_accounts_have_as_many_names() {
        let names = invent(50_000, 1);
        let ids: HashSet<&str> = names.iter().map(|name| name.id.as_str()).collect();
        let handles: HashSet<&str> = names.iter().map(|name| name.handle.as_str()).collect();
        assert_eq!((ids.len(), handles.len()), (50_000, 50_000));
    }

    #[test]
    fn every_pair_of_words_leaves_room_for_a_digit() {
        for first in FIRST {
            for second in SECOND {
                assert!(first.len() + second.len() <= 14, "{first} {second}");
            }
        }
        assert!(invent(5_000, 2).iter().all(|name| name.handle.len() <= 15));
    }
}
