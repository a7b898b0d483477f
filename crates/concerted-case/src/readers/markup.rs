//! Text that is written as HTML: what a person reads of it, and what it links to.
//!
//! **Invariant:** the HTML is taken apart as a browser would, and nothing in it is run or fetched.

use dom_query::Document;

/// What a piece of HTML says, and where it links to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) text: String,
    /// Addresses of its links, but for those of mentions and hashtags.
    pub(crate) links: Vec<String>,
}

/// Takes a piece of HTML apart.
pub(crate) fn said(html: &str) -> Said {
    if !html.contains(['<', '&']) {
        return Said { text: html.to_owned(), links: Vec::new() };
    }
    let document = Document::fragment(html);
    let mut links = Vec::new();
    for link in document.select("a[href]").iter() {
        let class = link.attr_or("class", "");
        let marks = class.split_ascii_whitespace().any(|c| matches!(c, "mention" | "hashtag"));
        let to = link.attr_or("href", "");
        if !marks && to.starts_with("http") {
            links.push(to.to_string());
        }
    }
    Said { text: document.formatted_text().trim().to_owned(), links }
}

/// The text of a piece of HTML in one line.
pub(crate) fn bare(html: &str) -> String {
    let text = said(html).text;
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_breaks_part_words_and_entities_are_signs() {
        let said = said("<p>one&amp;two<br>three</p><p>four</p>");
        let words: Vec<&str> = said.text.split_whitespace().collect();
        assert_eq!(words, ["one&two", "three", "four"]);
        assert_eq!(bare("<a href=\"https://x.example\">The app</a>"), "The app");
    }

    #[test]
    fn links_are_addresses_and_no_mentions() {
        let html = "<p><a href=\"https://e.example/1\">e</a> <a class=\"u-url mention\" \
            href=\"https://s.example/@a\">@a</a> <a href=\"javascript:x\">x</a></p>";
        assert_eq!(said(html).links, ["https://e.example/1"]);
    }

    #[test]
    fn scripts_are_no_text_that_runs() {
        assert_eq!(said("1 < 2").text, "1 < 2");
        assert!(said("<img src=x onerror=alert(1)>words").text.ends_with("words"));
    }
}
