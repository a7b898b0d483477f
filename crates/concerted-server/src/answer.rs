//! What goes back: a status, a body, and the headers that every answer carries.
//!
//! **Invariant:** the words of a refusal are fixed; nothing of the request is in them.

use http_body_util::Full;
use hyper::{
    Response, StatusCode,
    body::Bytes,
    header::{self, HeaderName, HeaderValue},
};
use serde::Serialize;

/// A page brings its style along, and nothing else: no script, no image, no request.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";
/// Everything else is data.
const DATA_POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// One answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    content_type: &'static str,
    policy: &'static str,
    body: Bytes,
    extra: Vec<(HeaderName, HeaderValue)>,
}

impl Answer {
    /// A page that brings its style along.
    pub(crate) fn page(page: Bytes) -> Self {
        Self {
            status: StatusCode::OK,
            content_type: "text/html; charset=utf-8",
            policy: PAGE_POLICY,
            body: page,
            extra: Vec::new(),
        }
    }

    /// A value, as JSON.
    pub(crate) fn json(value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self {
                status: StatusCode::OK,
                content_type: "application/json",
                policy: DATA_POLICY,
                body: body.into(),
                extra: Vec::new(),
            },
            Err(_) => Self::sentence(
                StatusCode::INTERNAL_SERVER_ERROR,
                "this cannot be written as JSON: a bug in concerted\n",
            ),
        }
    }

    /// A refusal, or another status, in one fixed sentence.
    pub(crate) fn sentence(status: StatusCode, sentence: &'static str) -> Self {
        Self {
            status,
            content_type: "text/plain; charset=utf-8",
            policy: DATA_POLICY,
            body: Bytes::from_static(sentence.as_bytes()),
            extra: Vec::new(),
        }
    }

    /// The same with one header more.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.extra.push((name, value));
        self
    }

    /// The answer as it goes out.
    pub(crate) fn into_response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        for (name, value) in ALWAYS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(self.policy));
        headers.extend(self.extra);
        response
    }
}
