//! The sandbox over real sockets: every route's answer and refusals, every fault, its start and end.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod acd;
mod auth;
mod cognigy;
mod description;
mod digital;
mod endpoint;
mod faults;
mod install;
mod life;
mod play;
mod scenarios;
mod scripts;
