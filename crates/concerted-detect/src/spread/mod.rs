//! Where one thing came from and how it spread: who said it, who was first, and what happened
//! around an event.
//!
//! **Invariant:** nothing here is a test of coordination. It describes one text, address, hashtag
//! or post, in order of time; who is first in these posts need not be first in the world.

mod bursts;
mod event;
mod find;
mod lead;

pub use bursts::{Faster, bursts};
pub use event::{Around, Compared, around};
pub use find::{Appearance, How, Sought, find};
pub use lead::{Following, Leading, Order, order};
