//! The end of a server: the signals that ask for it.
//!
//! **Invariant:** both signals that a person or a system ends a program with are heard, so that
//! answers under way still go out.

use std::io;

/// Why a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Ctrl-C.
    Interrupted,
    /// The system, or whoever runs it, asked it to.
    Terminated,
}

/// Waits for a signal to end.
#[cfg(unix)]
pub(crate) async fn signal_to_end() -> io::Result<Ended> {
    use std::task::Poll;

    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(std::future::poll_fn(|context| {
        if interrupted.poll_recv(context).is_ready() {
            return Poll::Ready(Ended::Interrupted);
        }
        terminated.poll_recv(context).map(|_| Ended::Terminated)
    })
    .await)
}

/// Waits for a signal to end.
#[cfg(not(unix))]
pub(crate) async fn signal_to_end() -> io::Result<Ended> {
    tokio::signal::ctrl_c().await?;
    Ok(Ended::Interrupted)
}
