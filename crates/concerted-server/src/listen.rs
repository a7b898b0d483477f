//! Listening on this machine, and nowhere else.
//!
//! **Invariant:** every socket is bound to a loopback address, all to the same port.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, TcpListener},
};

use crate::server::ServeError;

/// Where to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// There, or not at all; 0 for any port that is free.
    Exactly(u16),
    /// There, or else wherever it is free.
    Preferably(u16),
}

impl Default for Port {
    fn default() -> Self {
        Self::Preferably(4747)
    }
}

/// Sockets that listen on one port.
#[derive(Debug)]
pub(crate) struct Listening {
    pub(crate) listeners: Vec<TcpListener>,
    pub(crate) port: u16,
}

impl Listening {
    /// Listens where it is wished.
    pub(crate) fn at(port: Port) -> Result<Self, ServeError> {
        match port {
            Port::Exactly(port) => listen(port),
            Port::Preferably(port) => match listen(port) {
                Err(ServeError::PortTaken(_)) => listen(0),
                listening => listening,
            },
        }
    }
}

/// Listens on the same port of both loopback addresses.
fn listen(port: u16) -> Result<Listening, ServeError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AddrInUse => ServeError::PortTaken(port),
        _ => ServeError::Listen(error),
    };
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
    let bound = first.local_addr()?.port();
    let mut listeners = vec![first];
    match TcpListener::bind((Ipv6Addr::LOCALHOST, bound)) {
        Ok(second) => listeners.push(second),
        // `localhost` may lead there: a stranger must not answer in our place.
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && port != 0 => {
            return Err(ServeError::PortTaken(port));
        }
        // Not every machine has the newer protocol, and nobody needs both.
        Err(_) => {}
    }
    Ok(Listening { listeners, port: bound })
}
