//! The sandbox over real sockets: every route's answer and refusals, every fault, its start and end.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod acd;
mod admin;
mod agents;
mod auth;
mod chat;
mod cognigy;
mod conformance;
mod control;
mod conversation;
mod cxone;
mod description;
mod digital;
mod disturbances;
mod endpoint;
mod faults;
mod hub;
mod install;
mod life;
mod live;
mod paging;
mod picture;
mod play;
mod record;
mod refusals;
mod sample;
mod save;
mod scenarios;
mod scene;
mod scripts;
mod sequence;
mod socket;
mod strict;
mod talk;
mod trouble;
