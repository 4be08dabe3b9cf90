//! When a read is repeated, and how long it waits before that.

use std::time::Duration;

/// How a read is repeated that a service put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// Repetitions at most.
    pub retries: u32,
    /// Wait before the first repetition where the server names none; doubles after that.
    pub first: Duration,
    /// Longest wait; a `Retry-After` above it ends the call with the server's answer.
    pub longest: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            retries: 2,
            first: Duration::from_millis(300),
            longest: Duration::from_secs(2),
        }
    }
}

impl Waits {
    /// Repeats at once; a server's `Retry-After: 0` is the only one that is honoured.
    pub fn none() -> Self {
        Self {
            first: Duration::ZERO,
            longest: Duration::ZERO,
            ..Self::default()
        }
    }

    /// How long to wait before a read is repeated once more; none when it is not, because of its status, because it was
    /// repeated enough, or because the server asks for more patience than there is.
    #[must_use]
    pub fn before_repeating(&self, status: u16, repeated: u32, told: Option<Duration>) -> Option<Duration> {
        if !matches!(status, 429 | 502 | 503 | 504) || repeated >= self.retries {
            return None;
        }
        let planned = self.first.saturating_mul(1 << repeated.min(8));
        let wait = told.unwrap_or_else(|| planned.min(self.longest));
        (wait <= self.longest).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_is_repeated_after_what_the_server_asks_or_a_growing_wait() {
        let waits = Waits::default();
        let ms = |status, repeated, told| {
            waits
                .before_repeating(status, repeated, told)
                .map(|wait| wait.as_millis())
        };
        assert_eq!(
            [ms(503, 0, None), ms(429, 1, None), ms(429, 2, None)],
            [Some(300), Some(600), None]
        );
        assert_eq!(ms(429, 0, Some(Duration::from_secs(1))), Some(1000));
        assert_eq!(ms(429, 0, Some(Duration::from_secs(3))), None);
        for final_answer in [200, 400, 401, 403, 404, 500] {
            assert_eq!(ms(final_answer, 0, None), None, "{final_answer}");
        }
        let none = Waits::none();
        assert_eq!(none.before_repeating(503, 1, None), Some(Duration::ZERO));
        assert_eq!(none.before_repeating(429, 0, Some(Duration::from_secs(1))), None);
    }
}
