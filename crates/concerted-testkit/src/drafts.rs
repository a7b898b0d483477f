//! Posts before they have ids: who, when, what, and in response to which other draft.
//!
//! **Invariant:** a response is later than what it responds to and before the end of the
//! collection; an account reposts, quotes or answers a post once.

use std::{collections::HashSet, ops::Range};

use crate::{plan::Language, world::PostKind};

/// A draft, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct DraftId(u32);

/// Words of one's own.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    pub(crate) text: String,
    pub(crate) language: Language,
    pub(crate) urls: Vec<String>,
    pub(crate) hashtags: Vec<String>,
}

/// What a post does.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Says something.
    Original(Words),
    /// Passes a post on.
    Repost(DraftId),
    /// Passes a post on and says something.
    Quote(DraftId, Words),
    /// Answers a post.
    Reply(DraftId, Words),
}

impl Act {
    /// What it responds to.
    pub(crate) fn target(&self) -> Option<DraftId> {
        match self {
            Self::Original(_) => None,
            Self::Repost(target) | Self::Quote(target, _) | Self::Reply(target, _) => Some(*target),
        }
    }

    pub(crate) fn kind(&self) -> PostKind {
        match self {
            Self::Original(_) => PostKind::Original,
            Self::Repost(_) => PostKind::Repost,
            Self::Quote(..) => PostKind::Quote,
            Self::Reply(..) => PostKind::Reply,
        }
    }

    pub(crate) fn words_mut(&mut self) -> Option<&mut Words> {
        match self {
            Self::Repost(_) => None,
            Self::Original(words) | Self::Quote(_, words) | Self::Reply(_, words) => Some(words),
        }
    }
}

/// A post to be.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) account: u32,
    pub(crate) time_ms: i64,
    pub(crate) act: Act,
}

/// All drafts, and who has responded to what.
pub(crate) struct Drafts {
    drafts: Vec<Draft>,
    responded: HashSet<(u32, DraftId, PostKind)>,
    end_ms: i64,
}

impl Drafts {
    pub(crate) fn new(window: &Range<i64>) -> Self {
        Self { drafts: Vec::new(), responded: HashSet::new(), end_ms: window.end }
    }

    /// A post of one's own. After the end of the collection it is drafted, and not published.
    pub(crate) fn original(&mut self, account: u32, time_ms: i64, words: Words) -> DraftId {
        self.push(Draft { account, time_ms, act: Act::Original(words) })
    }

    /// A response, unless it comes before its target, after the end, or a second time.
    pub(crate) fn respond(&mut self, account: u32, time_ms: i64, act: Act) -> bool {
        let Some(target) = act.target() else { return false };
        let timely = (self[target].time_ms + 1..self.end_ms).contains(&time_ms);
        if !timely || !self.responded.insert((account, target, act.kind())) {
            return false;
        }
        self.push(Draft { account, time_ms, act });
        true
    }

    /// Notes that an account shares the link of a post in words of its own.
    pub(crate) fn note_link(&mut self, account: u32, target: DraftId) {
        self.responded.insert((account, target, PostKind::Original));
    }

    /// Whether an account has responded to a post in any way.
    pub(crate) fn has_responded(&self, account: u32, target: DraftId) -> bool {
        let kinds = [PostKind::Repost, PostKind::Reply, PostKind::Quote, PostKind::Original];
        kinds.iter().any(|kind| self.responded.contains(&(account, target, *kind)))
    }

    fn push(&mut self, draft: Draft) -> DraftId {
        self.drafts.push(draft);
        DraftId(self.drafts.len() as u32 - 1)
    }

    /// The words of an original.
    pub(crate) fn words(&self, id: DraftId) -> Option<&Words> {
        match &self[id].act {
            Act::Original(words) => Some(words),
            _ => None,
        }
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Draft> {
        self.drafts.iter_mut()
    }

    pub(crate) fn into_list(self) -> Vec<Draft> {
        self.drafts
    }
}

impl std::ops::Index<DraftId> for Drafts {
    type Output = Draft;

    fn index(&self, id: DraftId) -> &Draft {
        &self.drafts[id.place()]
    }
}

impl DraftId {
    /// Its place in the list of drafts.
    pub(crate) fn place(self) -> usize {
        self.0 as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        Words { text: "x".into(), language: Language::English, urls: vec![], hashtags: vec![] }
    }

    #[test]
    fn a_response_comes_once_after_its_target_and_before_the_end() {
        let mut drafts = Drafts::new(&(0..100));
        let target = drafts.original(0, 50, words());
        assert!(!drafts.respond(1, 50, Act::Repost(target)));
        assert!(!drafts.respond(1, 100, Act::Repost(target)));
        assert!(drafts.respond(1, 60, Act::Repost(target)));
        assert!(!drafts.respond(1, 70, Act::Repost(target)));
        assert!(drafts.respond(1, 70, Act::Reply(target, words())));
        assert!(drafts.respond(2, 70, Act::Repost(target)));
    }
}
