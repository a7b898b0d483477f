//! Who is let in: the checks that every request passes before it is answered.
//!
//! **Invariant:** a request that names another host is refused before anything else is looked at
//! (against DNS rebinding); one that could change something is refused if another site sent it
//! (against forgery); and without the token nothing is told, not even what is not there. The link
//! lets in once, so that a browser's history holds no key.

use std::sync::{Mutex, PoisonError};

use hyper::{
    HeaderMap, Method, StatusCode,
    body::Bytes,
    header::{self, HeaderName, HeaderValue},
    http::request::Parts,
};

use crate::{answer::Answer, secret::Secret};

/// The largest body of a request, in bytes. None is ever read.
const LARGEST_BODY: u64 = 1 << 20;

/// Leads on to the case. A redirect would not do: if the link was clicked on another site's page,
/// such as a terminal in the browser, a strict cookie is not sent to where that click is redirected.
const WELCOME: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
     <meta http-equiv=\"refresh\" content=\"0;url=/\"><title>Concerted</title>\
     <p>Let in. <a href=\"/\">On to the case</a></p></html>\n";

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The checks of one server.
#[derive(Debug)]
pub(crate) struct Door {
    /// The hosts that a request may name.
    hosts: Vec<String>,
    /// What the link holds, until it is used.
    ticket: Mutex<Option<Secret>>,
    /// What the cookie holds, or a bearer brings.
    token: Secret,
    /// Cookies are shared by all ports of a host: the name tells this server's from another's.
    cookie: String,
}

impl Door {
    pub(crate) fn new(port: u16, ticket: Secret, token: Secret) -> Self {
        let hosts = ["127.0.0.1", "[::1]", "localhost"];
        // A browser leaves out the port that HTTP has anyway.
        let bare = hosts.iter().filter(|_| port == 80).map(|host| (*host).to_owned());
        Self {
            hosts: hosts.iter().map(|host| format!("{host}:{port}")).chain(bare).collect(),
            ticket: Mutex::new(Some(ticket)),
            token,
            cookie: format!("concerted-{port}"),
        }
    }

    /// What a program brings as `Authorization: Bearer`.
    pub(crate) fn token(&self) -> &str {
        self.token.reveal()
    }

    /// Lets a request in, or says why not. The door answers the request for the login itself.
    pub(crate) fn check(&self, request: &Parts) -> Result<(), Answer> {
        if !self.names_us(request) {
            return Err(Answer::sentence(StatusCode::FORBIDDEN, "this host is not served here\n"));
        }
        if is_too_large(&request.headers) {
            return Err(Answer::sentence(StatusCode::PAYLOAD_TOO_LARGE, "too much was sent\n"));
        }
        let bearer = self.is_bearer(&request.headers);
        let safe = matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS);
        if !safe && !bearer && self.is_from_elsewhere(&request.headers) {
            return Err(Answer::sentence(StatusCode::FORBIDDEN, "another site sent this\n"));
        }
        let known = bearer || self.has_cookie(&request.headers);
        if request.method == Method::GET && request.uri.path() == "/auth" {
            return Err(self.log_in(request.uri.query().unwrap_or_default(), known));
        }
        if known { Ok(()) } else { Err(unknown()) }
    }

    fn names_us(&self, request: &Parts) -> bool {
        let ours = |host: &str| self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host));
        let mut named = request.headers.get_all(header::HOST).iter();
        let host = named.next().and_then(|host| host.to_str().ok());
        // A request may name the host in its first line too.
        let in_line = request.uri.authority().is_none_or(|authority| ours(authority.as_str()));
        host.is_some_and(ours) && named.next().is_none() && in_line
    }

    /// The rule of Go's `CrossOriginProtection`: what the browser says of the sender, else whether
    /// the origin is the host. A program that is no browser says neither, and carries no cookie.
    fn is_from_elsewhere(&self, headers: &HeaderMap) -> bool {
        if let Some(site) = headers.get(SEC_FETCH_SITE) {
            return site != "same-origin" && site != "none";
        }
        let Some(origin) = headers.get(header::ORIGIN) else { return false };
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let origin = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
        host.is_none() || origin != host
    }

    fn is_bearer(&self, headers: &HeaderMap) -> bool {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) = value.and_then(|value| value.split_once(' ')).unwrap_or_default();
        scheme.eq_ignore_ascii_case("bearer") && self.token.is(token.trim())
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let lines = headers.get_all(header::COOKIE).iter();
        let mut cookies =
            lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
        cookies.any(|cookie| {
            let pair = cookie.trim().split_once('=');
            pair.is_some_and(|(name, value)| name == self.cookie && self.token.is(value))
        })
    }

    fn log_in(&self, query: &str, known: bool) -> Answer {
        let welcome = Answer::page(Bytes::from_static(WELCOME.as_bytes()));
        if known {
            return welcome;
        }
        let guess = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "t");
        // Nothing can be half done while the lock is held.
        let mut ticket = self.ticket.lock().unwrap_or_else(PoisonError::into_inner);
        let right = |ticket: &mut Secret| guess.is_some_and(|(_, guess)| ticket.is(&guess));
        let cookie = ticket.take_if(right).and_then(|_| self.set_cookie());
        cookie.map_or_else(unknown, |cookie| welcome.with(header::SET_COOKIE, cookie))
    }

    fn set_cookie(&self) -> Option<HeaderValue> {
        let (name, token) = (&self.cookie, self.token.reveal());
        let cookie = format!("{name}={token}; HttpOnly; SameSite=Strict; Path=/");
        HeaderValue::try_from(cookie).ok()
    }
}

fn is_too_large(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.is_some_and(|length| length.parse().is_ok_and(|length: u64| length > LARGEST_BODY))
}

fn unknown() -> Answer {
    Answer::sentence(
        StatusCode::UNAUTHORIZED,
        "open the link that concerted printed when it started; it works once, and concerted serve \
         prints another\n",
    )
    .with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}
