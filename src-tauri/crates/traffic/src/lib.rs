//! Handover traffic: what happened, kept in one shape whoever told of it, the store it is kept in, and the language that
//! finds it again.
//!
//! Invariants of this crate:
//!
//! - **Nothing secret comes in.** Events are made of what the redactor has passed; message text is kept only where the
//!   profile allows it.
//! - **No network.** Sources that ask or listen live elsewhere and hand their events in.
//! - **The same events are the same conversations**, in whatever order they arrive and however often.
//! - **A filter is data.** It compares, it never computes: no text typed into the window is ever run.

pub mod conversation;
mod event;
pub mod export;
pub mod filter;
mod privacy;
pub mod store;

pub use event::{Call, Delivery, Event, Keys, Kind, Lane, Level, Message, Seq, Source, Step, Text, What};
pub use privacy::Privacy;
