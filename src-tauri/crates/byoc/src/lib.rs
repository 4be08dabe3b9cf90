//! The wire contract between CXone and the integration box (Bring Your Own Channel): what CXone sends, what the box
//! answers, and a [`judge`] that says whether an exchange keeps the contract. No I/O.
//!
//! # Evidence
//!
//! The vendor's full page on this contract is not public, so every item carries a mark:
//!
//! - **documented**: a page or an OpenAPI file of the vendor says so;
//! - **seen in code**: public code does it. By a *vendor employee's sample*, by the *vendor's own SDK*, or by *public
//!   middlewares* that run against real tenants;
//! - **inferred**: our conclusion from the facts beside it. Never a reason to call an exchange wrong.
//!
//! Readers are tolerant: what is not known to be required is optional, and unknown fields are kept in `rest` where they
//! may matter to a person, ignored elsewhere. Writers send everything.
//!
//! # Order of calls
//!
//! CXone is lazy (seen in code: vendor employee's sample, against a real tenant): it sends a message first, fetches a
//! token only when it is answered 401, and then sends the same message again. A box that answers anything but 401 to a
//! message without a token will never be given one.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod action;
pub mod judge;
pub mod outbound;
pub mod path;
pub mod recipient;
pub mod token;
