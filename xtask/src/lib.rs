//! What developer commands are made of, so that tests can run the short forms of them.

pub mod calibrate;
pub mod months;
pub mod peers;
pub mod stages;
pub mod tables;
