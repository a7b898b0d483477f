//! Innocent: a collection made by one hashtag, which therefore every post carries.
//!
//! **Invariant:** with it, the hashtag is on every post of the world, and says nothing.

use crate::making::Making;

/// Puts the plan's hashtag on every post that has it not; reposts carry their original's.
pub(crate) fn act(world: &mut Making<'_>) {
    let Some(hashtag) = &world.plan.one_hashtag else { return };
    for draft in world.drafts.iter_mut() {
        if let Some(words) = draft.act.words_mut().filter(|words| !words.hashtags.contains(hashtag))
        {
            words.tag(hashtag);
        }
    }
}
