//! `crowdtangle`: CrowdTangle's tables of Facebook and Instagram posts, also cut down to a few columns.
//!
//! **Invariant:** times end in the name of a zone, and are read in it. Who posted is the page's or
//! group's id where there is one, else its name. The service closed in August 2024.

use std::borrow::Cow;

use super::{
    Opened, ReadOptions, columns::Named, customs::FromText, error::ReadError, mapping::Field,
    post::Draft, sample::Sample, spec::Spec, table::Fields,
};
use concerted_model::Span;

pub(crate) static FACEBOOK: Spec = Spec {
    name: "crowdtangle-facebook",
    title: "CrowdTangle's Facebook posts, CSV",
    caution: "times are in the zone that they name; files cut down to names know accounts by name alone",
    platform: "facebook",
    needed: &["Post Created", "Message", "URL"],
    mapping: &[
        ("account", "Facebook Id"),
        ("page", "Page Name"),
        ("page", "Group Name"),
        ("handle", "User Name"),
        ("address", "URL"),
        ("id", "URL"),
        ("time", "Post Created"),
        ("text", "Message"),
        ("urls", "Final Link"),
        ("link", "Link"),
        ("hashtags", "in Message"),
        ("mentions", "in Message"),
    ],
    from_text: FromText::ALL,
    coarsest: Span::seconds(1),
    adjust,
    ..Spec::PLAIN
};

pub(crate) static INSTAGRAM: Spec = Spec {
    name: "crowdtangle-instagram",
    title: "CrowdTangle's Instagram posts, CSV",
    caution: "accounts are told apart by name alone; the link is the post's own address",
    platform: "instagram",
    needed: &["Account", "User Name", "Post Created", "Description", "URL"],
    mapping: &[
        ("account", "User Name"),
        ("handle", "User Name"),
        ("address", "URL"),
        ("id", "URL"),
        ("time", "Post Created"),
        ("text", "Description"),
        ("link", "Link"),
        ("urls", "in Description"),
        ("hashtags", "in Description"),
        ("mentions", "in Description"),
        ("media", "Photo"),
    ],
    from_text: FromText::ALL,
    names: true,
    coarsest: Span::seconds(1),
    adjust,
    ..Spec::PLAIN
};

/// How sure it is that these are Facebook's.
pub(crate) fn detect_facebook(sample: &Sample<'_>) -> Option<u8> {
    let who = sample.has_columns(&["Page Name"]) || sample.has_columns(&["Group Name"]);
    let whole = sample.has_columns(&["Facebook Id"]);
    (who && FACEBOOK.has_columns(sample)).then_some(if whole { 100 } else { 90 })
}

/// How sure it is that these are Instagram's.
pub(crate) fn detect_instagram(sample: &Sample<'_>) -> Option<u8> {
    INSTAGRAM.has_columns(sample).then_some(100)
}

/// Opens the table of Facebook.
pub(crate) fn open_facebook(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    let mut opened = FACEBOOK.open_table(sample, options, file)?;
    opened.customs.accounts_are_names = !sample.has_columns(&["Facebook Id"]);
    Ok(opened)
}

/// The last part of an address that is not empty: the post's id.
fn tail(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

fn adjust<'a>(named: &Named, row: &'a Fields, mut draft: Draft<'a>) -> Draft<'a> {
    let own = named.other(row, "address");
    draft.id = own.map(tail).map(Cow::Borrowed);
    if named.cell(row, Field::Account).is_none() && !named.has("account") {
        draft.account = named.other(row, "page").or(Some("")).map(Cow::Borrowed);
    }
    draft.handle = draft.handle.or_else(|| named.other(row, "page").map(Cow::Borrowed));
    // A short link and where it leads are one address: the latter. A post's own is none.
    if draft.urls.is_empty() {
        let link = named.other(row, "link").filter(|link| Some(*link) != own);
        draft.urls.extend(link.map(Cow::Borrowed));
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_known_by_the_end_of_its_address() {
        assert_eq!(tail("https://www.facebook.com/1/posts/77"), "77");
        assert_eq!(tail("https://www.instagram.com/p/Cx0/?a=1"), "Cx0");
    }
}
