//! `concerted serve` as a person starts and ends it.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

fn concerted(words: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concerted"));
    command.args(words).current_dir(folder);
    command
}

fn demo() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = concerted(&["demo", "--out", ".", "--quiet"], folder.path()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder
}

/// Starts the server and gives the first line that it prints.
fn serving(words: &[&str], folder: &Path) -> (Child, String) {
    let mut server =
        concerted(words, folder).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (server, line)
}

fn ended_by(signal: &str, mut server: Child) -> (Option<i32>, String) {
    let id = server.id().to_string();
    assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    let code = server.wait().unwrap().code();
    let mut said = String::new();
    server.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (code, said)
}

fn get(port: u16, path: &str, header: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{header}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

#[test]
fn the_link_that_is_printed_opens_the_case_and_ctrl_c_ends_it() {
    let folder = demo();
    let (server, line) = serving(&["serve", "case", "--port", "0"], folder.path());
    let link = line.strip_prefix("open").unwrap().trim();
    let (host, path) = link.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let port = host.rsplit_once(':').unwrap().1.parse().unwrap();
    let reply = get(port, &format!("/{path}"), "Accept: */*");
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    let cookie = reply.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = format!("Cookie: {}", cookie.split(';').next().unwrap());
    assert!(get(port, "/", &cookie).contains("The demo"));
    let (code, said) = ended_by("-INT", server);
    assert_eq!(code, Some(130), "{said}");
    assert!(!said.contains("error"), "{said}");
}

#[test]
fn programs_get_a_token_and_a_termination_ends_it() {
    let folder = demo();
    let words = ["serve", "case", "--port", "0", "--json"];
    let (server, line) = serving(&words, folder.path());
    let started: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(started["schema"], "concerted/serve/1");
    let port = started["port"].as_u64().unwrap() as u16;
    let bearer = format!("Authorization: Bearer {}", started["token"].as_str().unwrap());
    assert!(get(port, "/api/v1/case", &bearer).contains("concerted/api/case/1"));
    assert_eq!(ended_by("-TERM", server).0, Some(143));
}

#[test]
fn a_case_that_is_served_can_be_worked_on() {
    let folder = demo();
    let words = ["serve", "case", "--port", "0"];
    let (server, _) = serving(&words, folder.path());
    let again = concerted(&["report", "case"], folder.path()).output().unwrap();
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    ended_by("-INT", server);
}

#[test]
fn what_cannot_be_served_is_a_usage_error_with_the_next_step() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |words: &[&str], sentence: &str| {
        let output = concerted(words, folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(sentence), "{said}");
    };
    refused(&["serve", "nowhere"], "there is no case here");
    std::fs::write(folder.path().join("posts.csv"), "account,time\na,2024-05-01\n").unwrap();
    let made = concerted(&["ingest", "posts.csv", "--case", "case"], folder.path()).output();
    assert!(made.unwrap().status.success());
    refused(&["serve", "case"], "concerted report CASE");
}
