//! `concerted serve`: a case in the browser.

use std::{io, path::PathBuf};

use clap::Args;
use concerted_server::{Ended, Port, ServeError, ServeOptions, serve};

use crate::{cli::Call, exit::Failure, terminal::Terminal};

/// Show a case in the browser: its groups and report for people, JSON for programs
///
/// Only this machine is served, and only whoever has the link, which works once. Nothing that is
/// asked for can change the case. Ctrl-C ends it.
///
///   $ concerted serve mycase
///   open      http://127.0.0.1:4747/auth?t=2c1f…
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Serve {
    /// The folder of the case
    case: PathBuf,
    /// The port; 0 for any that is free [default: 4747, or any other if that is taken]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
}

impl Serve {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let port = self.port.map_or_else(Port::default, Port::Exactly);
        let server = serve(&self.case, ServeOptions { port, ..ServeOptions::default() })?;
        if call.terminal.json {
            call.terminal.value(&serde_json::json!({
                "schema": "concerted/serve/1",
                "link": server.link(),
                "port": server.port(),
                "token": server.token(),
            }))?;
        } else {
            print(server.link(), call.terminal)?;
        }
        match server.run()? {
            Ended::Interrupted => Err(Failure::Interrupted),
            Ended::Terminated => Err(Failure::Terminated),
        }
    }
}

fn print(link: &str, terminal: Terminal) -> io::Result<()> {
    terminal.line(&format!("open      {link}"))?;
    terminal.talk("The link works once, on this machine only. End with Ctrl-C.");
    Ok(())
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::Case(error) => Self::Work(error),
            ServeError::PortTaken(_) => Self::Usage(error.to_string()),
            ServeError::Listen(_) | ServeError::Random(_) => Self::Machine(error.to_string()),
        }
    }
}
