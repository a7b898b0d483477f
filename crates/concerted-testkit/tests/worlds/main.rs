//! Worlds are what their plans say.

mod facts;
mod ingredients;
mod whole;
