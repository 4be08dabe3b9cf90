//! The client against a scripted server on loopback: what is sent, in which order, and what becomes of the answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod keys;
mod lists;
mod scripts;
mod server;
mod session;
mod sign_in;
mod trust;
