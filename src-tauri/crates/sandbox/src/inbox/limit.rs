//! The published limits of the Digital API, per tenant and per contact. Which status a call over a limit gets is not
//! published.

use std::collections::HashMap;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    /// Any change to contacts: 1,000,000 an hour.
    UpdateContact,
    /// 6,000 a minute.
    SendOutbound,
    /// 360,000 an hour.
    StoreInbound,
    /// 120,000 an hour.
    GetContact,
}

impl Operation {
    /// How many in how many seconds.
    fn window(self) -> (u64, i64) {
        match self {
            Operation::UpdateContact => (1_000_000, 3600),
            Operation::SendOutbound => (6_000, 60),
            Operation::StoreInbound => (360_000, 3600),
            Operation::GetContact => (120_000, 3600),
        }
    }
}

/// One contact's bucket: how many changes it takes at once, and how many a minute after that.
const BURST: i64 = 250;
const REFILL: i64 = 17;

/// What was used.
#[derive(Default)]
pub(crate) struct Limits {
    /// By operation: the window's number, and the calls in it.
    windows: HashMap<Operation, (i64, u64)>,
    /// By contact: what is left, and when that was counted.
    buckets: HashMap<u64, (i64, i64)>,
}

impl Limits {
    /// Counts one call. When it is over the limit, the seconds until it would not be.
    pub(crate) fn count(&mut self, operation: Operation, now: i64) -> Result<(), i64> {
        let (most, seconds) = operation.window();
        let window = now.div_euclid(seconds);
        let used = self.windows.entry(operation).or_default();
        if used.0 != window {
            *used = (window, 0);
        }
        if used.1 >= most {
            return Err((window + 1) * seconds - now);
        }
        used.1 += 1;
        Ok(())
    }

    /// Counts one change of a contact.
    pub(crate) fn update(&mut self, contact: u64, now: i64) -> Result<(), i64> {
        self.count(Operation::UpdateContact, now)?;
        let (left, at) = self.buckets.entry(contact).or_insert((BURST, now));
        let gained = (now - *at) * REFILL / 60;
        if gained > 0 {
            *left = (*left + gained).min(BURST);
            *at = now;
        }
        if *left == 0 {
            return Err(60 / REFILL + 1);
        }
        *left -= 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_takes_a_burst_and_then_seventeen_a_minute() {
        let mut limits = Limits::default();
        for _ in 0..BURST {
            assert_eq!(limits.update(1, 1000), Ok(()));
        }
        assert_eq!(limits.update(1, 1000), Err(4));
        assert_eq!(
            limits.update(2, 1000),
            Ok(()),
            "another contact has its own bucket"
        );
        for _ in 0..REFILL {
            assert_eq!(limits.update(1, 1060), Ok(()));
        }
        assert!(limits.update(1, 1060).is_err());
    }

    #[test]
    fn a_window_ends_with_its_minute() {
        let mut limits = Limits::default();
        for _ in 0..6_000 {
            assert_eq!(limits.count(Operation::SendOutbound, 90), Ok(()));
        }
        assert_eq!(limits.count(Operation::SendOutbound, 90), Err(30));
        assert_eq!(limits.count(Operation::SendOutbound, 120), Ok(()));
    }
}
