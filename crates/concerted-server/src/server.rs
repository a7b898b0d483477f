//! Listening, and what one connection may take: time, memory, and a place among the others.
//!
//! **Invariant:** whatever connects, the server goes on serving: places are counted, each ends by
//! itself, and the head of a request has a size and a time that it must come in.

use std::{io, net::TcpListener, path::Path, sync::Arc, time::Duration};

use concerted::browse::Snapshot;
use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{self, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use thiserror::Error;
use tokio::{net::TcpStream, sync::Semaphore, time};

use crate::{
    answer::Answer,
    door::Door,
    ended::{Ended, signal_to_end},
    listen::{Listening, Port},
    routes,
    secret::Secret,
    shown::Shown,
};

/// The largest head of a request, in bytes: the least that hyper can be told.
const LARGEST_HEAD: usize = 8192;
/// Most headers in it.
const MOST_HEADERS: usize = 64;
/// How long the last answers may take when the server ends.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long to wait when the system has no place for another connection.
const BREATH: Duration = Duration::from_millis(50);

/// How a case is served.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServeOptions {
    /// Where to listen.
    pub port: Port,
    /// What connections may take.
    pub limits: Limits,
}

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections that are answered at a time.
    pub connections: usize,
    /// Further ones that are told to come back (503); beyond them they are dropped.
    pub refusals: usize,
    /// How long a connection may be silent before or within the head of a request.
    pub silence: Duration,
    /// How long a connection may last.
    pub life: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 64,
            refusals: 256,
            silence: Duration::from_secs(10),
            life: Duration::from_secs(120),
        }
    }
}

/// A case that cannot be served.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The case.
    #[error(transparent)]
    Case(#[from] concerted::Error),
    /// Somebody else listens there.
    #[error("port {0} is taken; give another one, or none to get a free one")]
    PortTaken(u16),
    /// The system does not let us listen.
    #[error("the system does not let us listen on this machine: {0}")]
    Listen(#[from] io::Error),
    /// The system has no randomness for the token.
    #[error("the system gives no random numbers, without which nobody can be kept out: {0}")]
    Random(#[from] getrandom::Error),
}

/// A server that listens, and answers as soon as it runs.
#[derive(Debug)]
pub struct Server {
    listeners: Vec<TcpListener>,
    site: Arc<Site>,
    limits: Limits,
    port: u16,
    link: String,
}

/// What every connection needs.
#[derive(Debug)]
struct Site {
    door: Door,
    shown: Shown,
}

/// Loads the case at `root`, which is free again afterwards, and listens for it on this machine.
///
/// Answers come once [`Server::run`] is called.
///
/// # Errors
/// [`ServeError`] if the case holds no report, or the port cannot be had.
pub fn serve(root: &Path, options: ServeOptions) -> Result<Server, ServeError> {
    let shown = Shown::load(Snapshot::open(root)?)?;
    let Listening { listeners, port } = Listening::at(options.port)?;
    let ticket = Secret::draw()?;
    let link = format!("http://127.0.0.1:{port}/auth?t={}", ticket.reveal());
    let door = Door::new(port, ticket, Secret::draw()?);
    Ok(Server {
        listeners,
        site: Arc::new(Site { door, shown }),
        limits: options.limits,
        port,
        link,
    })
}

impl Server {
    /// The address to open in a browser. It works once.
    #[must_use]
    pub fn link(&self) -> &str {
        &self.link
    }

    /// What a program brings as `Authorization: Bearer`, as long as the server runs.
    #[must_use]
    pub fn token(&self) -> &str {
        self.site.door.token()
    }

    /// The port that it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Serves until Ctrl-C or a termination, then lets the answers that are under way go out.
    ///
    /// # Errors
    /// [`ServeError::Listen`] if the system takes the sockets away.
    pub fn run(self) -> Result<Ended, ServeError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(runtime.block_on(self.until_ended())?)
    }

    async fn until_ended(self) -> io::Result<Ended> {
        let (open, limits) = (Arc::new(GracefulShutdown::new()), self.limits);
        let places = Arc::new(Semaphore::new(limits.connections));
        let refusals = Arc::new(Semaphore::new(limits.refusals));
        let mut accepting = Vec::new();
        for listener in self.listeners {
            listener.set_nonblocking(true)?;
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let (site, open) = (Arc::clone(&self.site), Arc::clone(&open));
            let (places, refusals) = (Arc::clone(&places), Arc::clone(&refusals));
            let accept = accept(listener, Reception { site, limits, places, refusals, open });
            accepting.push(tokio::spawn(accept));
        }
        let ended = signal_to_end().await?;
        for task in accepting {
            task.abort();
            // It ends as it was told to: aborted.
            let _ = task.await;
        }
        // Nothing is received any more, so that nobody else holds it.
        if let Some(open) = Arc::into_inner(open) {
            // Whoever is not done by then is cut off.
            let _ = time::timeout(FAREWELL, open.shutdown()).await;
        }
        Ok(ended)
    }
}

/// Where connections arrive.
struct Reception {
    site: Arc<Site>,
    limits: Limits,
    places: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
    open: Arc<GracefulShutdown>,
}

async fn accept(listener: tokio::net::TcpListener, reception: Reception) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => reception.receive(stream),
            // Out of file handles, or the client is gone again: neither ends the server.
            Err(_) => time::sleep(BREATH).await,
        }
    }
}

impl Reception {
    fn receive(&self, stream: TcpStream) {
        let (site, watcher) = (Arc::clone(&self.site), self.open.watcher());
        let limits = self.limits;
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            tokio::spawn(async move {
                let service = service_fn(|request| async { respond(site.answer(request)) });
                let connection = http(limits, true).serve_connection(TokioIo::new(stream), service);
                // A client that breaks off or takes too long is its own business.
                let _ = time::timeout(limits.life, watcher.watch(connection)).await;
                drop(place);
            });
        } else if let Ok(place) = Arc::clone(&self.refusals).try_acquire_owned() {
            tokio::spawn(async move {
                let service = service_fn(|_: Request<Incoming>| async { respond(busy()) });
                let connection =
                    http(limits, false).serve_connection(TokioIo::new(stream), service);
                let _ = time::timeout(limits.silence, connection).await;
                drop(place);
            });
        }
    }
}

impl Site {
    fn answer(&self, request: Request<Incoming>) -> Answer {
        // The body is left where it is: nothing here takes one.
        let (head, _) = request.into_parts();
        match self.door.check(&head) {
            Ok(()) => routes::answer(&self.shown, &head),
            Err(answer) => answer,
        }
    }
}

fn http(limits: Limits, keep_alive: bool) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.silence)
        .max_buf_size(LARGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .keep_alive(keep_alive);
    http
}

fn busy() -> Answer {
    Answer::sentence(StatusCode::SERVICE_UNAVAILABLE, "too many at once; come back\n")
        .with(header::RETRY_AFTER, HeaderValue::from_static("1"))
}

fn respond(answer: Answer) -> Result<Response<Full<Bytes>>, std::convert::Infallible> {
    Ok(answer.into_response())
}
