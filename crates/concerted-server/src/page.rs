//! Which stretch of a list is asked for: the words after the `?`.
//!
//! **Invariant:** a word that is not known is refused rather than passed over, so that a misspelt
//! filter never looks like an answer.

/// Items on a page, unless the request says.
const USUAL: usize = 100;
/// Most items on a page.
const MOST: usize = 1000;

/// What of a list a request may choose, beside the stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filters {
    /// Nothing.
    None,
    /// `group` and `trace`.
    Edges,
}

/// A stretch of the items that fit the filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// Items to leave out before the first.
    pub(crate) offset: usize,
    /// Most items to give, from 1 to [`MOST`].
    pub(crate) limit: usize,
    /// Only edges inside this group.
    pub(crate) group: Option<u32>,
    /// Only edges of this trace.
    pub(crate) trace: Option<String>,
}

impl Page {
    /// Reads the words; `None` if one is unknown, comes twice, or has a value that cannot be.
    pub(crate) fn parse(query: &str, filters: Filters) -> Option<Self> {
        const WORDS: [&str; 4] = ["offset", "limit", "group", "trace"];
        let known = match filters {
            Filters::None => &WORDS[..2],
            Filters::Edges => &WORDS[..],
        };
        let mut words = [const { None }; WORDS.len()];
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = known.iter().position(|word| *word == key)?;
            if words[place].replace(value).is_some() {
                return None;
            }
        }
        let [offset, limit, group, trace] = words;
        let limit = limit.map_or(Some(USUAL), |limit| limit.parse().ok())?;
        (1..=MOST).contains(&limit).then_some(())?;
        Some(Self {
            offset: offset.map_or(Some(0), |offset| offset.parse().ok())?,
            limit,
            group: group.map(|group| group.parse()).transpose().ok()?,
            trace: trace.map(std::borrow::Cow::into_owned),
        })
    }

    /// Where the page after this one of the list at `path` is.
    pub(crate) fn next(&self, path: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("offset", &self.offset.saturating_add(self.limit).to_string());
        query.append_pair("limit", &self.limit.to_string());
        if let Some(group) = self.group {
            query.append_pair("group", &group.to_string());
        }
        if let Some(trace) = &self.trace {
            query.append_pair("trace", trace);
        }
        format!("{path}?{}", query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_words_are_the_first_page_of_everything() {
        let page = Page::parse("", Filters::Edges).unwrap();
        assert_eq!(page, Page { offset: 0, limit: USUAL, group: None, trace: None });
    }

    #[test]
    fn the_next_page_keeps_the_filters() {
        let query = "group=2&trace=hashtag-set&limit=10&offset=5";
        let page = Page::parse(query, Filters::Edges).unwrap();
        let next = page.next("/edges");
        assert_eq!(next, "/edges?offset=15&limit=10&group=2&trace=hashtag-set");
        let query = next.split_once('?').unwrap().1;
        assert_eq!(Page::parse(query, Filters::Edges).unwrap(), Page { offset: 15, ..page });
    }

    #[test]
    fn unknown_repeated_and_impossible_words_are_refused() {
        for query in ["grup=1", "limit=1&limit=2", "limit=0", "limit=1001", "offset=-1", "group=a"]
        {
            assert_eq!(Page::parse(query, Filters::Edges), None, "{query}");
        }
        assert_eq!(Page::parse("group=1", Filters::None), None);
    }
}
