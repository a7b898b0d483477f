//! Which path gives what.
//!
//! **Invariant:** a path is compared, never decoded, joined to a folder or opened: what is not in the
//! list is not there. Nothing here can change anything.

use hyper::{
    Method, StatusCode,
    header::{self, HeaderValue},
    http::request::Parts,
};
use serde::Serialize;

use crate::{
    answer::Answer,
    page::{Filters, Page},
    shown::Shown,
};

/// Answers a request that the door has let in.
pub(crate) fn answer(shown: &Shown, request: &Parts) -> Answer {
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return Answer::sentence(StatusCode::METHOD_NOT_ALLOWED, "a case is only shown here\n")
            .with(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    let query = request.uri.query().unwrap_or_default();
    let path: Vec<&str> = request.uri.path().split('/').skip(1).collect();
    match path.as_slice() {
        [""] => Answer::page(shown.start.clone()),
        ["report"] => Answer::page(shown.report.clone()),
        ["audits", name] => shown.statement(name).map_or_else(not_found, Answer::page),
        ["api", "v1", "case"] => Answer::json(&shown.case()),
        ["api", "v1", "groups"] => paged(query, Filters::None, |page| Some(shown.groups(page))),
        ["api", "v1", "groups", number] => found(number.parse().ok().and_then(|n| shown.group(n))),
        ["api", "v1", "groups", number, "members"] => paged(query, Filters::None, |page| {
            number.parse().ok().and_then(|number| shown.members(number, page))
        }),
        ["api", "v1", "edges"] => paged(query, Filters::Edges, |page| Some(shown.edges(page))),
        ["api", "v1", "edges", id, "evidence"] => paged(query, Filters::None, |page| {
            id.parse().ok().and_then(|id| shown.evidence(id, page))
        }),
        _ => not_found(),
    }
}

fn paged<T: Serialize>(
    query: &str,
    filters: Filters,
    list: impl FnOnce(&Page) -> Option<T>,
) -> Answer {
    match Page::parse(query, filters) {
        Some(page) => found(list(&page)),
        None => not_understood(filters),
    }
}

fn found(value: Option<impl Serialize>) -> Answer {
    value.map_or_else(not_found, |value| Answer::json(&value))
}

fn not_found() -> Answer {
    Answer::sentence(StatusCode::NOT_FOUND, "there is nothing here\n")
}

fn not_understood(filters: Filters) -> Answer {
    let sentence = match filters {
        Filters::None => "a list takes offset and limit (1 to 1000), each once\n",
        Filters::Edges => {
            "edges take offset, limit (1 to 1000), group (a number) and trace, each once\n"
        }
    };
    Answer::sentence(StatusCode::BAD_REQUEST, sentence)
}
