//! Graphs: what hangs together, how firmly, and where to draw it.
//!
//! **Invariant:** nodes are numbers from 0, edges have no direction, and neither the order of the
//! edges nor the order of their ends changes an answer.

mod agreement;
mod components;
mod cores;
mod edge;
mod layout;
mod leiden;
mod modularity;
mod shelves;

pub use agreement::adjusted_rand;
pub use components::components;
pub use cores::k_core;
pub use edge::{Edge, GraphError};
pub use layout::{LayoutParams, Point, layout};
pub use leiden::{LeidenParams, leiden};
pub use modularity::modularity;
