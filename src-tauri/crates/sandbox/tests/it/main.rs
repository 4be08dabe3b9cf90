//! The sandbox over real sockets: every route's answer and refusals, every fault, its start and end.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod acd;
mod auth;
mod chat;
mod cognigy;
mod conversation;
mod description;
mod digital;
mod endpoint;
mod faults;
mod install;
mod life;
mod paging;
mod play;
mod save;
mod scripts;
mod socket;
mod strict;
