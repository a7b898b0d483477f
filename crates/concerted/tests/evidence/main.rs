//! Evidence that stands up: what leaves a case, what is checked, what is explained.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod case;
mod explained;
mod leaks;
mod read_back;
mod size;
mod verified;
mod words;
