//! The clock of the simulated servers.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// Seconds since 1970 as the simulated servers see them: the computer's, moved on by what a test asked for.
pub(crate) struct Clock {
    begun: i64,
    ahead: AtomicI64,
}

impl Default for Clock {
    fn default() -> Clock {
        Clock {
            begun: Timestamp::now().as_second(),
            ahead: AtomicI64::new(0),
        }
    }
}

impl Clock {
    pub(crate) fn now(&self) -> i64 {
        Timestamp::now().as_second() + self.ahead.load(Ordering::Relaxed)
    }

    /// When the sandbox started, in seconds since 1970.
    pub(crate) fn begun(&self) -> i64 {
        self.begun
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
