//! What developer commands are made of, so that tests can run the short forms of them.

pub mod audit;
pub mod bench;
pub mod calibrate;
pub mod copies;
pub mod days;
pub mod edges;
mod memory;
pub mod months;
pub mod packed;
pub mod peers;
pub mod power;
pub mod real;
pub mod speed;
pub mod stages;
pub mod tables;
