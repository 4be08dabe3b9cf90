//! The rules of watching a profile: when to look, what to say, when to stop. Nothing here has a clock, a network or a
//! store of its own.

pub mod radar;
mod rules;
mod schedule;
mod standing;
mod time;

pub use rules::{Change, Seen, Sight, Verdict, observe, words};
pub use schedule::{Schedule, Turn};
pub use standing::{Mark, Standing, standing};
pub use time::{SystemTime, Time};
