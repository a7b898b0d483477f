//! Canonical forms: when two addresses, hashtags or texts are the same object.
//!
//! **Invariant:** a canonical form is only ever a key. The post keeps what was written, and the
//! report shows that. An empty form is no object.

mod hashtag;
mod lookalike;
pub(crate) mod script;
pub(crate) mod text;
mod url;

pub use hashtag::hashtag;
pub use lookalike::{is_disguised, plain};
pub use text::{Piece, pieces, text};
pub use url::{domain, url};
