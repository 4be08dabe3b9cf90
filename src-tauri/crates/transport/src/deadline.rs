//! A moment by which all calls of a piece of work must be over.
//!
//! Work that makes several calls in a row has a budget of its own. When it is used up, a call under way would be dropped
//! and could not say what it was waiting for; ended a little earlier by its own limit, it names its phase.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

tokio::task_local! {
    static DEADLINE: Instant;
}

/// Runs `work`; every call it sends is over by `deadline`, or by its own limits if these are shorter. A call that is sent
/// after `deadline` has its own limits alone: that it failed would say nothing of the server.
///
/// What `work` spawns is not held to it.
pub fn within<F: Future>(deadline: Instant, work: F) -> impl Future<Output = F::Output> {
    DEADLINE.scope(deadline, work)
}

/// The deadline of the work that is being done, for handing it on to a future that others poll as well.
pub fn current() -> Option<Instant> {
    DEADLINE.try_with(|deadline| *deadline).ok()
}

/// `limit`, or what is left until the deadline.
pub(crate) fn shortened(limit: Duration) -> Duration {
    let left = current().map(|deadline| deadline.saturating_duration_since(Instant::now()));
    match left {
        Some(left) if !left.is_zero() => limit.min(left),
        _ => limit,
    }
}
