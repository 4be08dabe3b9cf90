//! The save path of a sandbox, measured and judged. Everything is on loopback.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod measure;
mod scene;
mod server;
mod table;
mod wait;
