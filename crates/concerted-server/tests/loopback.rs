//! The server over real sockets: who is let in, what is told, and what a connection may take.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::PathBuf,
    sync::{LazyLock, Mutex},
    thread,
    time::Duration,
};

use concerted_server::{Limits, Port, ServeError, ServeOptions, Server};
use serde_json::Value;
use tempfile::TempDir;

/// So long a test waits for what never comes; no test that passes comes near it.
const GUARD: Duration = Duration::from_secs(60);

/// One case for all tests. It is locked in the moment in which a server reads it: one at a time.
static CASE: LazyLock<Mutex<(TempDir, PathBuf)>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let words = vec!["demo".to_owned()];
    concerted::demo::run(folder.path(), 7, words, concerted::now(), &|_| {}).unwrap();
    let root = folder.path().join("case");
    Mutex::new((folder, root))
});

fn root() -> PathBuf {
    CASE.lock().unwrap().1.clone()
}

fn serve(options: ServeOptions) -> Result<Server, ServeError> {
    let case = CASE.lock().unwrap();
    concerted_server::serve(&case.1, options)
}

struct Served {
    port: u16,
    ticket: String,
    token: String,
}

fn listen(limits: Limits) -> Server {
    serve(ServeOptions { port: Port::Exactly(0), limits }).unwrap()
}

fn served_with(limits: Limits) -> Served {
    let server = listen(limits);
    let ticket = server.link().split_once("?t=").unwrap().1.to_owned();
    let served = Served { port: server.port(), ticket, token: server.token().to_owned() };
    thread::spawn(move || server.run());
    served
}

fn served() -> Served {
    served_with(Limits::default())
}

struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Served {
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream.set_read_timeout(Some(GUARD)).unwrap();
        stream
    }

    /// Sends a head as it is, and reads whatever comes until the server closes.
    fn raw(&self, head: &str) -> String {
        let mut stream = self.connect();
        // A server that has heard enough may close before all is sent.
        let _ = stream.write_all(head.as_bytes());
        to_the_end(&mut stream)
    }

    fn ask(&self, line: &str, headers: &[&str]) -> Reply {
        let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        parse(&self.raw(&format!("{line} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n")))
    }

    fn host(&self) -> String {
        format!("Host: 127.0.0.1:{}", self.port)
    }

    fn bearer(&self) -> String {
        format!("Authorization: Bearer {}", self.token)
    }

    /// Asks as a program that is let in.
    fn get(&self, path: &str) -> Reply {
        self.ask(&format!("GET {path}"), &[&self.host(), &self.bearer()])
    }

    fn is_serving(&self) -> bool {
        self.get("/api/v1/case").status == 200
    }
}

fn parse(reply: &str) -> Reply {
    let (head, body) = reply.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head: {reply:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head: head.to_owned(), body: body.to_owned() }
}

fn to_the_end(stream: &mut TcpStream) -> String {
    let mut reply = Vec::new();
    match stream.read_to_end(&mut reply) {
        Ok(_) => {}
        // What was not read yet when the server closed.
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
        Err(error) => panic!("the server neither answers nor closes: {error}"),
    }
    String::from_utf8(reply).unwrap()
}

#[test]
fn another_host_is_refused_on_every_path_even_with_the_token() {
    let served = served();
    for path in ["/", "/auth", "/api/v1/case", "/nothing"] {
        for host in ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost:1", ""] {
            let reply =
                served.ask(&format!("GET {path}"), &[&format!("Host: {host}"), &served.bearer()]);
            assert_eq!(reply.status, 403, "{host} {path}");
        }
    }
    let twice = [&*served.host(), "Host: evil.example", &served.bearer()];
    assert_eq!(served.ask("GET /", &twice).status, 403);
    assert_eq!(served.ask("GET /", &[&served.bearer()]).status, 403, "no host at all");
    let elsewhere = served.ask("GET http://evil.example/", &[&served.host(), &served.bearer()]);
    assert_eq!(elsewhere.status, 403, "another host in the first line");
}

#[test]
fn every_name_of_this_machine_is_served() {
    let served = served();
    for host in ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"] {
        let host = format!("Host: {host}:{}", served.port);
        assert_eq!(served.ask("GET /", &[&host, &served.bearer()]).status, 200, "{host}");
    }
}

#[test]
fn without_the_token_nothing_is_told_not_even_what_is_not_there() {
    let served = served();
    let wrong = format!("Authorization: Bearer {}", "0".repeat(64));
    for path in ["/", "/report", "/api/v1/case", "/nothing", "/auth", "/auth?t=0"] {
        for extra in ["Accept: */*", &wrong] {
            let reply = served.ask(&format!("GET {path}"), &[&served.host(), extra]);
            assert_eq!(reply.status, 401, "{path}");
            assert!(reply.body.contains("open the link"), "{}", reply.body);
        }
    }
}

#[test]
fn the_link_lets_in_once_by_a_cookie_that_no_script_and_no_other_site_can_use() {
    let served = served();
    let path = format!("GET /auth?t={}", served.ticket);
    let first = served.ask(&path, &[&served.host()]);
    assert_eq!(first.status, 200);
    let cookie = first.header("set-cookie").unwrap();
    for word in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let again = served.ask(&path, &[&served.host()]);
    assert_eq!((again.status, again.header("set-cookie")), (401, None));
    let cookie = format!("Cookie: other=1; {}", cookie.split(';').next().unwrap());
    assert_eq!(served.ask("GET /", &[&served.host(), &cookie]).status, 200);
    assert_eq!(served.ask(&path, &[&served.host(), &cookie]).status, 200, "known already");
    assert!(!first.body.contains(&served.ticket) && !first.body.contains(&served.token));
}

#[test]
fn a_change_that_another_site_asks_for_is_refused() {
    let served = served();
    let login = served.ask(&format!("GET /auth?t={}", served.ticket), &[&served.host()]);
    let cookie = login.header("set-cookie").unwrap().split(';').next().unwrap();
    let cookie = format!("Cookie: {cookie}");
    let ours = format!("Origin: http://127.0.0.1:{}", served.port);
    let post = |extra: &str| {
        served.ask("POST /api/v1/case", &[&served.host(), &cookie, "Content-Length: 0", extra])
    };
    for extra in [
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Origin: http://evil.example",
        "Origin: null",
        "Origin: http://127.0.0.1:1",
    ] {
        assert_eq!(post(extra).status, 403, "{extra}");
    }
    // What is ours gets as far as being told that nothing can be changed.
    for extra in ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", &ours] {
        let reply = post(extra);
        assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, HEAD")), "{extra}");
    }
}

#[test]
fn what_is_not_in_the_list_is_not_there_however_it_is_spelt() {
    let served = served();
    for path in [
        "/..%2f..%2fetc%2fpasswd",
        "/../case.toml",
        "/report/",
        "//",
        "/api/v1/groups/0",
        "/api/v1/groups/x",
        "/api/v1/groups/99999999999999999999",
        "/api/v1/edges/18446744073709551615/evidence",
        "/report.html",
        "/%3Cscript%3Ealert(1)%3C/script%3E",
    ] {
        let reply = served.get(path);
        assert_eq!((reply.status, &*reply.body), (404, "there is nothing here\n"), "{path}");
    }
    let reply = served.get("/api/v1/edges?trace=%3Cscript%3E&x=1");
    assert_eq!(reply.status, 400);
    assert!(!reply.body.contains("script"), "{}", reply.body);
}

#[test]
fn every_answer_carries_the_headers_that_keep_it_in_its_place() {
    let served = served();
    let stranger = served.ask("GET /", &[&served.host()]);
    let rebound = served.ask("GET /", &["Host: evil.example"]);
    let paths = ["/", "/report", "/api/v1/case", "/nothing"];
    for reply in paths.map(|path| served.get(path)).into_iter().chain([stranger, rebound]) {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{}", reply.head);
        }
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("script-src"), "{policy}");
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
}

#[test]
fn a_head_tells_what_a_get_would_and_has_no_body() {
    let served = served();
    let reply = served.ask("HEAD /report", &[&served.host(), &served.bearer()]);
    assert_eq!((reply.status, &*reply.body), (200, ""));
    let length: usize = reply.header("content-length").unwrap().parse().unwrap();
    assert_eq!(length, served.get("/report").body.len());
}

#[test]
fn the_report_is_the_one_of_the_case() {
    let served = served();
    let written = std::fs::read_to_string(root().join("report.html")).unwrap();
    assert!(served.get("/report").body == written, "another page than report.html");
    assert!(served.get("/").body.contains("The demo"));
}

#[test]
fn every_statement_that_the_report_links_to_is_there() {
    let served = served();
    let report = served.get("/report").body;
    let links: Vec<&str> = report
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|link| link.starts_with("audits/"))
        .collect();
    assert_eq!(links.len(), 2, "{links:?}");
    for link in links {
        let written = std::fs::read_to_string(root().join(link)).unwrap();
        assert!(served.get(&format!("/{link}")).body == written, "another page than {link}");
    }
    assert_eq!(served.get("/audits/none.html").status, 404);
    assert_eq!(served.get("/audits/..%2freport.html").status, 404);
}

#[test]
fn a_head_that_is_too_large_is_refused_and_the_server_goes_on() {
    let served = served();
    let head = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(20_000));
    assert_eq!(parse(&served.raw(&head)).status, 431);
    let head = format!("GET / HTTP/1.1\r\n{}\r\n", "X: a\r\n".repeat(200));
    assert_eq!(parse(&served.raw(&head)).status, 431);
    assert!(served.is_serving());
}

#[test]
fn a_body_that_is_too_large_is_refused_before_it_is_sent() {
    let served = served();
    let headers = [&*served.host(), &served.bearer(), "Content-Length: 1048577"];
    assert_eq!(served.ask("POST /api/v1/case", &headers).status, 413);
}

#[test]
fn a_client_that_is_slow_or_silent_is_let_go() {
    let limits = Limits { silence: Duration::from_millis(100), ..Limits::default() };
    let served = served_with(limits);
    // Nothing at all, half a head, and nothing after a whole answer.
    let mut silent = served.connect();
    let mut halfway = served.connect();
    halfway.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
    let mut kept = served.connect();
    let head = format!("GET /nothing HTTP/1.1\r\n{}\r\n\r\n", served.host());
    kept.write_all(head.as_bytes()).unwrap();
    assert_eq!(to_the_end(&mut silent), "");
    assert!(!to_the_end(&mut halfway).contains(" 200 "));
    assert_eq!(parse(&to_the_end(&mut kept)).status, 401);
    assert!(served.is_serving());
}

#[test]
fn no_connection_lasts_for_ever() {
    let limits =
        Limits { life: Duration::from_millis(100), silence: GUARD * 10, ..Limits::default() };
    let served = served_with(limits);
    assert_eq!(to_the_end(&mut served.connect()), "");
    assert!(served.is_serving());
}

#[test]
fn beyond_its_places_the_server_says_so_and_serves_on_when_one_is_free() {
    let limits = Limits { connections: 4, refusals: 3, silence: GUARD * 10, life: GUARD * 10 };
    let served = served_with(limits);
    // Connections are received in the order in which they are made.
    let held: Vec<TcpStream> = (0..4).map(|_| served.connect()).collect();
    let busy = served.get("/");
    assert_eq!((busy.status, busy.header("retry-after")), (503, Some("1")));
    let refused: Vec<TcpStream> = (0..3).map(|_| served.connect()).collect();
    assert_eq!(to_the_end(&mut served.connect()), "", "one too many is not even answered");
    drop((held, refused));
    // The server learns of the free places in its own time; each try is an answer of its own.
    let tries = (0..10_000).map(|_| {
        served.raw(&format!(
            "GET /api/v1/case HTTP/1.1\r\n{}\r\n{}\r\nConnection: close\r\n\r\n",
            served.host(),
            served.bearer()
        ))
    });
    assert!(tries.take(10_000).any(|reply| reply.starts_with("HTTP/1.1 200")), "never free again");
}

#[test]
fn two_hundred_connections_at_once_leave_the_server_serving() {
    let served = served();
    let head = format!(
        "GET /api/v1/case HTTP/1.1\r\n{}\r\n{}\r\nConnection: close\r\n\r\n",
        served.host(),
        served.bearer()
    );
    let mut open: Vec<TcpStream> = (0..200).map(|_| served.connect()).collect();
    for stream in &mut open {
        stream.write_all(head.as_bytes()).unwrap();
    }
    let statuses: Vec<u16> = open.iter_mut().map(|s| parse(&to_the_end(s)).status).collect();
    let (served_now, busy) = (
        statuses.iter().filter(|status| **status == 200).count(),
        statuses.iter().filter(|status| **status == 503).count(),
    );
    assert_eq!(served_now + busy, 200, "{statuses:?}");
    assert!(served_now >= 64, "{statuses:?}");
    assert!(served.is_serving());
}

#[test]
fn the_pages_of_a_list_hold_each_item_once() {
    let served = served();
    let all = served.get("/api/v1/edges?limit=1000").json();
    assert_eq!(all["schema"], "concerted/api/edges/1");
    let total = all["total"].as_u64().unwrap() as usize;
    assert!(total > 20 && total <= 1000, "the demo has {total} edges");
    let mut gathered = Vec::new();
    let mut next = Some("/api/v1/edges?limit=97".to_owned());
    while let Some(path) = next {
        let page = served.get(&path).json();
        gathered.extend(page["items"].as_array().unwrap().clone());
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(&gathered, all["items"].as_array().unwrap());
    let beyond = served.get("/api/v1/edges?offset=100000").json();
    assert_eq!(beyond["items"].as_array().unwrap().len(), 0);
}

#[test]
fn a_group_its_members_its_edges_and_their_evidence_agree() {
    let served = served();
    let case = served.get("/api/v1/case").json();
    let groups = served.get("/api/v1/groups").json();
    assert_eq!(case["groups"], groups["total"]);
    let groups = groups["items"].as_array().unwrap();
    assert!(!groups.is_empty());
    let decoys = case["decoys"].as_array().unwrap();
    assert!(!decoys.is_empty() && decoys.iter().all(|decoy| decoy["edges"].is_u64()));
    assert!(case["tested"].as_array().unwrap().iter().any(|of| of["least_detectable"].is_u64()));
    let confirmed =
        groups.iter().map(|group| &group["confirmed"]).find(|of| !of.is_null()).unwrap();
    assert!(confirmed["observed"].as_f64().unwrap() > confirmed["expected"].as_f64().unwrap());
    assert!(confirmed["ratio_low"].as_f64() < confirmed["ratio_high"].as_f64());
    for group in groups {
        let number = &group["group"];
        let mut alone = served.get(&format!("/api/v1/groups/{number}")).json();
        assert_eq!(
            alone.as_object_mut().unwrap().remove("schema").unwrap(),
            "concerted/api/group/1"
        );
        assert_eq!(&alone, group);
        let members = served.get(&format!("/api/v1/groups/{number}/members?limit=1")).json();
        assert_eq!(members["total"], group["accounts"]);
        assert!(members["items"][0]["id"].is_string());
        assert!(members["items"][0]["part"].as_u64().unwrap() >= 1);
        let edges = served.get(&format!("/api/v1/edges?group={number}&limit=3")).json();
        assert_eq!(edges["total"], group["edges"]);
        for edge in edges["items"].as_array().unwrap() {
            let id = edge["id"].as_str().unwrap();
            let evidence = served.get(&format!("/api/v1/edges/{id}/evidence")).json();
            assert_eq!(evidence["total"], edge["co_actions"]);
            for together in evidence["items"].as_array().unwrap() {
                let us = |key: &str| together[key].as_i64().unwrap();
                let gap = together["gap_seconds"].as_f64().unwrap();
                assert_eq!(gap, (us("target_us") - us("source_us")) as f64 / 1e6);
            }
        }
    }
}

#[test]
fn a_port_that_is_taken_is_named_or_another_is_found() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let options = |port| ServeOptions { port, limits: Limits::default() };
    let error = serve(options(Port::Exactly(port))).unwrap_err();
    assert!(matches!(error, ServeError::PortTaken(other) if other == port), "{error}");
    let server = serve(options(Port::Preferably(port))).unwrap();
    assert_ne!(server.port(), port);
}

#[test]
fn it_listens_on_this_machine_and_nowhere_else() {
    let server = listen(Limits::default());
    let listening = |file: &str| -> Option<Vec<String>> {
        let table = std::fs::read_to_string(file).ok()?;
        let port = format!(":{:04X}", server.port());
        let addresses = table.lines().filter_map(|line| {
            let mut words = line.split_whitespace().skip(1);
            let (local, _, state) = (words.next()?, words.next()?, words.next()?);
            (state == "0A" && local.ends_with(&port)).then(|| local.replace(&port, ""))
        });
        Some(addresses.collect())
    };
    let Some(v4) = listening("/proc/net/tcp") else {
        eprintln!("skipped it_listens_on_this_machine_and_nowhere_else: there is no /proc here");
        return;
    };
    assert_eq!(v4, ["0100007F"]);
    for address in listening("/proc/net/tcp6").unwrap_or_default() {
        assert_eq!(address, "00000000000000000000000001000000");
    }
}
