//! The clock of the simulated servers.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// Seconds since 1970 as the simulated servers see them: the computer's, moved on by what a test asked for.
#[derive(Default)]
pub(crate) struct Clock {
    ahead: AtomicI64,
}

impl Clock {
    pub(crate) fn now(&self) -> i64 {
        Timestamp::now().as_second() + self.ahead.load(Ordering::Relaxed)
    }

    /// The same with the fraction of the second.
    pub(crate) fn timestamp(&self) -> Timestamp {
        let now = Timestamp::now();
        let ahead = jiff::SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed));
        now.checked_add(ahead).unwrap_or(now)
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    /// How far it was moved on, in seconds.
    pub(crate) fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::Relaxed)
    }

    /// Back to the computer's.
    pub(crate) fn back(&self) {
        self.ahead.store(0, Ordering::Relaxed);
    }
}
