//! All posts in which something appears, in order of time.
//!
//! **Invariant:** a post appears once, in the nearest of the ways that it has: its own words before
//! a rewording, a rewording before a candidate of one, and that before a response.

use concerted_methods::alike::jaccard;
use concerted_model::{
    PostKind,
    plan::CopiesPlan,
    tables::{Posts, strings_in},
};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::{
    DetectError, Same, canonical,
    copies::{letters, shingle_set},
    posts::{Finder, value},
};

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// Words: whoever says them, alone or within more, and the copies of those.
    Text(String),
    /// An address, canonicalised.
    Url(String),
    /// A hashtag.
    Hashtag(String),
    /// Media by the name that a post has for it, and what shows the same.
    Media(String),
    /// A post by its id, with or without `platform:` before it, and the copies of its text.
    Post(String),
}

/// In which way something appears in a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// In the account's own words or links.
    Said,
    /// In a text that is nearly the same as one that says it.
    Reworded,
    /// In a text that a language model puts near to one that says it: a candidate, no more.
    Candidate,
    /// In a post that is passed on.
    PassedOn,
    /// In a post that is answered or quoted.
    Answered,
}

/// A post in which it appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appearance {
    /// Row of the post over all tables.
    pub post: u32,
    /// When, in microseconds.
    pub time: i64,
    /// In which way.
    pub how: How,
}

/// Fewest letters of words that are looked for.
const LEAST: usize = 6;

/// Where does it appear?
///
/// `posts` are all tables of a case in order, `same` what is the same in them. Returns appearances in
/// order of time, which is the order of posts. O(letters of all posts) time.
///
/// # Errors
/// [`DetectError::NothingSought`] if what is looked for has no canonical form or too few letters.
pub fn find(
    posts: &[Posts],
    same: Same<'_>,
    plan: &CopiesPlan,
    sought: &Sought,
) -> Result<Vec<Appearance>, DetectError> {
    let finder = Finder::new(posts)?;
    let search = Search { finder: &finder, same, plan };
    let nothing = |reason| DetectError::NothingSought(reason);
    let mut found = match sought {
        Sought::Text(words) => {
            let letters = letters(&canonical::text::folded(words));
            if letters.len() < LEAST {
                return Err(nothing("a text needs at least 6 letters or digits"));
            }
            let own = search.holding(&letters);
            search.with_copies(own, Some(&letters))
        }
        Sought::Url(address) => {
            let key = canonical::url(address).ok_or(nothing("this is no address"))?;
            search.listing(|table, row| {
                strings_in(&table.urls, row).filter_map(canonical::url).any(|url| url == key)
            })
        }
        Sought::Hashtag(tag) => {
            let key = canonical::hashtag(tag.trim_start_matches(['#', '＃']))
                .ok_or(nothing("this is no hashtag"))?;
            search.listing(|table, row| {
                strings_in(&table.hashtags, row)
                    .filter_map(canonical::hashtag)
                    .any(|hashtag| hashtag == key)
            })
        }
        Sought::Media(name) => {
            let shown = same.picture(name).unwrap_or(name);
            search.listing(|table, row| {
                strings_in(&table.media, row)
                    .any(|media| media == name || same.picture(media) == Some(shown))
            })
        }
        Sought::Post(id) => {
            let own = search.listing(|table, row| {
                let (platform, own) = (table.platform.value(row), table.id.value(row));
                own == id
                    || id.strip_prefix(platform).and_then(|id| id.strip_prefix(':')) == Some(own)
            });
            search.with_copies(own, None)
        }
    };
    search.add_responses(&mut found);
    found.sort_unstable_by_key(|appearance| (appearance.post, appearance.how));
    found.dedup_by_key(|appearance| appearance.post);
    Ok(found)
}

struct Search<'a> {
    finder: &'a Finder<'a>,
    same: Same<'a>,
    plan: &'a CopiesPlan,
}

impl Search<'_> {
    fn appearance(&self, post: u32, how: How) -> Appearance {
        Appearance { post, time: self.finder.time(post), how }
    }

    fn own_or_passed_on(&self, post: u32) -> How {
        let (table, row) = self.finder.at(post);
        let passes_on = table.kind.value(row) == PostKind::Repost.as_str();
        if passes_on { How::PassedOn } else { How::Said }
    }

    /// Posts that a question about their row is true of.
    fn listing(&self, holds: impl Fn(&Posts, usize) -> bool + Sync) -> Vec<Appearance> {
        (0..self.finder.len())
            .into_par_iter()
            .filter(|&post| {
                let (table, row) = self.finder.at(post);
                holds(table, row)
            })
            .map(|post| self.appearance(post, self.own_or_passed_on(post)))
            .collect()
    }

    /// Posts whose letters hold those letters one after the other.
    fn holding(&self, sought: &[char]) -> Vec<Appearance> {
        let sought: String = sought.iter().collect();
        self.listing(|table, row| {
            value(&table.text, row).is_some_and(|text| {
                let own: String = letters(&canonical::text::folded(text)).iter().collect();
                own.contains(&sought)
            })
        })
    }

    /// Adds the posts of the clusters that are met, and of those whose leader is like the text.
    fn with_copies(&self, mut found: Vec<Appearance>, text: Option<&[char]>) -> Vec<Appearance> {
        let (post, leader) = (self.same.copies.post.values(), self.same.copies.leader.values());
        let mut clusters: FxHashSet<u32> = found
            .iter()
            .filter_map(|appearance| Some(leader[post.binary_search(&appearance.post).ok()?]))
            .collect();
        if let Some(text) = text {
            clusters.par_extend(self.leaders_like(text));
        }
        let members = (0..post.len()).filter(|&row| clusters.contains(&leader[row]));
        found.extend(members.map(|row| self.appearance(post[row], How::Reworded)));
        self.add_candidates(&mut found, &clusters);
        found
    }

    /// Adds the posts whose texts may be rewordings of those of the clusters.
    fn add_candidates(&self, found: &mut Vec<Appearance>, clusters: &FxHashSet<u32>) {
        let Some(rewordings) = self.same.rewordings else { return };
        let (text, leader) = (rewordings.text.values(), rewordings.leader.values());
        let met: FxHashSet<u32> = (0..text.len())
            .filter(|&row| clusters.contains(&text[row]))
            .map(|row| leader[row])
            .collect();
        let near: FxHashSet<u32> = (0..text.len())
            .filter(|&row| met.contains(&leader[row]))
            .map(|row| text[row])
            .collect();
        let (post, leader) = (self.same.copies.post.values(), self.same.copies.leader.values());
        let members = (0..post.len()).filter(|&row| near.contains(&leader[row]));
        found.extend(members.map(|row| self.appearance(post[row], How::Candidate)));
    }

    /// Leaders whose text is as similar to that text as copies are.
    fn leaders_like(&self, text: &[char]) -> impl ParallelIterator<Item = u32> {
        let (post, leader) = (self.same.copies.post.values(), self.same.copies.leader.values());
        let set = shingle_set(text);
        let fits = move |letters: &Vec<char>| {
            let (own, other) = (letters.len(), text.len());
            // Texts of very unlike length cannot have a similarity of a half.
            own <= 3 * other && other <= 3 * own
        };
        (0..post.len()).into_par_iter().filter(move |&row| leader[row] == post[row]).filter_map(
            move |row| {
                let written = self.finder.own_text(post[row])?;
                let letters = letters(&canonical::text::folded(written));
                let like =
                    fits(&letters) && jaccard(&set, &shingle_set(&letters)) >= self.plan.similarity;
                like.then_some(post[row])
            },
        )
    }

    /// Adds reposts, quotes and replies of the posts that say it.
    fn add_responses(&self, found: &mut Vec<Appearance>) {
        let ids: FxHashSet<(&str, &str)> = found
            .iter()
            .filter(|appearance| appearance.how <= How::Reworded)
            .map(|appearance| {
                let (table, row) = self.finder.at(appearance.post);
                (table.platform.value(row), table.id.value(row))
            })
            .collect();
        let responses: Vec<Appearance> = (0..self.finder.len())
            .into_par_iter()
            .filter_map(|post| {
                let (table, row) = self.finder.at(post);
                let platform = table.platform.value(row);
                let names =
                    |column| value(column, row).is_some_and(|id| ids.contains(&(platform, id)));
                if names(&table.repost_of) {
                    Some(self.appearance(post, How::PassedOn))
                } else if names(&table.quote_of) || names(&table.reply_to) {
                    Some(self.appearance(post, How::Answered))
                } else {
                    None
                }
            })
            .collect();
        found.extend(responses);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{copies::cluster, posts::invented::posts};

    const SAID: [(&str, i64, &str); 5] = [
        ("a", 0, "The old bridge over the lake is open again after the long winter"),
        ("b", 1, "the old BRIDGE over the l\u{430}ke is open again after a long winter!"),
        ("c", 2, "Seven geese walked along the harbour wall before the rain began"),
        ("d", 3, "the bridge"),
        ("e", 4, "They say that the old bridge over the lake is open, and I went to see it"),
    ];

    fn found(sought: &Sought) -> Vec<(u32, How)> {
        let posts = [posts(SAID)];
        let plan = CopiesPlan::default();
        let copies = cluster(&posts, &plan).unwrap().copies;
        let same = Same::texts(&copies);
        let found = find(&posts, same, &plan, sought).unwrap();
        found.into_iter().map(|appearance| (appearance.post, appearance.how)).collect()
    }

    #[test]
    fn words_are_found_within_texts_and_in_their_copies() {
        let phrase = Sought::Text("after the LONG winter".into());
        assert_eq!(found(&phrase), [(0, How::Said), (1, How::Reworded)]);
        let whole = Sought::Text(
            "the old bridge over the lake is open again after this long winter".into(),
        );
        assert_eq!(found(&whole), [(0, How::Reworded), (1, How::Reworded)]);
        let common = Sought::Text("old bridge over the lake is open".into());
        assert_eq!(found(&common), [(0, How::Said), (1, How::Said), (4, How::Said)]);
    }

    #[test]
    fn a_post_is_found_with_the_copies_of_its_text() {
        let expected = [(0, How::Said), (1, How::Reworded)];
        assert_eq!(found(&Sought::Post("000000000".into())), expected);
        assert_eq!(found(&Sought::Post("x:000000000".into())), expected);
        assert_eq!(found(&Sought::Post("y:000000000".into())), []);
    }

    #[test]
    fn too_few_letters_are_refused() {
        let posts = [posts(SAID)];
        let plan = CopiesPlan::default();
        let copies = cluster(&posts, &plan).unwrap().copies;
        for sought in [Sought::Text("a, b".into()), Sought::Hashtag("#".into())] {
            let same = Same::texts(&copies);
            assert!(find(&posts, same, &plan, &sought).is_err(), "{sought:?}");
        }
    }
}
