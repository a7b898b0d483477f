//! What counts as the same thing, though it is not the same letters or bytes.
//!
//! **Invariant:** a post's text and a name of media stand for at most one object each.

use arrow_array::Array;
use concerted_model::tables::{Copies, Pictures, Rewordings, partition_point};

/// What counts as the same thing: the tables of the stage that compares texts and images.
#[derive(Clone, Copy, Debug)]
pub struct Same<'a> {
    /// Posts that say nearly the same: the objects of the trace `text`.
    pub copies: &'a Copies,
    /// Media that show the same picture: objects of the trace `media`. Those of which there is no
    /// file go by their names.
    pub pictures: Option<&'a Pictures>,
    /// Texts that may be rewordings of each other: the objects of the trace `rewording`.
    pub rewordings: Option<&'a Rewordings>,
}

impl<'a> Same<'a> {
    /// Copies of texts alone.
    #[must_use]
    pub const fn texts(copies: &'a Copies) -> Self {
        Self { copies, pictures: None, rewordings: None }
    }

    /// The name of the cluster that a post's text is in.
    pub(crate) fn text(&self, post: u32) -> Option<&'a str> {
        let row = self.copies.post.values().binary_search(&post).ok()?;
        Some(self.copies.key.value(row))
    }

    /// The name of what a post's text may reword.
    pub(crate) fn meaning(&self, post: u32) -> Option<&'a str> {
        let row = self.copies.post.values().binary_search(&post).ok()?;
        let rewordings = self.rewordings?;
        let row = rewordings.text.values().binary_search(&self.copies.leader.value(row)).ok()?;
        Some(rewordings.key.value(row))
    }

    /// What media of that name are as an object; nothing if their file shows next to nothing.
    pub(crate) fn picture<'k>(&self, media: &'k str) -> Option<&'k str>
    where
        'a: 'k,
    {
        let Some(pictures) = self.pictures else { return Some(media) };
        let row = partition_point(pictures.len(), |row| pictures.media.value(row) < media);
        if row == pictures.len() || pictures.media.value(row) != media {
            return Some(media);
        }
        pictures.key.is_valid(row).then(|| pictures.key.value(row))
    }
}
