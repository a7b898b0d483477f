//! A case in the browser: a read-only web server for one case, for this machine only.
//!
//! **Invariant:** it listens on the loopback addresses and nowhere else; no request changes anything;
//! no answer repeats what a request said; every request shows whose page it comes from (`Host`,
//! `Sec-Fetch-Site`, `Origin`) and that its sender was let in. The case is not locked while it is
//! shown: what is served is what the case held when the server started.
//!
//! | path | what it gives |
//! |---|---|
//! | `/auth?t=…` | lets a browser in, once |
//! | `/`, `/report` | what the case holds; its report |
//! | `/api/v1/case` | the numbers of the case |
//! | `/api/v1/groups`, `/api/v1/groups/{n}`, `/api/v1/groups/{n}/members` | groups and their members |
//! | `/api/v1/edges?group=&trace=`, `/api/v1/edges/{id}/evidence` | edges and what shows them |
//!
//! Lists come a page at a time (`offset`, `limit`), with the address of the next page.
//!
//! Built on hyper and not on axum, because the header timeout and the connection cap belong to the
//! connection, which `axum::serve` keeps to itself, and nine paths need no router: that leaves 16
//! crates to build beside those of `concerted`, where axum needs twice as many.

mod answer;
mod door;
mod dto;
mod ended;
mod listen;
mod page;
mod routes;
mod secret;
mod server;
mod shown;
mod start;

pub use ended::Ended;
pub use listen::Port;
pub use server::{Limits, ServeError, ServeOptions, Server, serve};
