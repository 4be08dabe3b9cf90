use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use rand::Rng as _;

/// The clock, the sleep and the chance of a watch; tests pass their own.
pub trait Time: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Ends after this time. How it counts while the computer sleeps does not matter.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
    /// A number from 0 to 1, by chance: spreads the runs of many watches.
    fn spread(&self) -> f64;
}

/// The computer's own.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemTime;

impl Time for SystemTime {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }

    fn spread(&self) -> f64 {
        f64::from(crate::os_random().next_u32()) / f64::from(u32::MAX)
    }
}
