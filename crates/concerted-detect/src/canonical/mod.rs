//! Canonical forms: when two addresses, hashtags or texts are the same object.
//!
//! **Invariant:** a canonical form is only ever a key. The post keeps what was written, and the
//! report shows that. An empty form is no object.

mod hashtag;
mod text;
mod url;

pub use hashtag::hashtag;
pub use text::text;
pub use url::{domain, url};
