//! When the next run of a watch is due, by the clock on the wall.
//!
//! A watch looks at the clock at least every [`LOOK`], so a computer that slept is noticed by the gap. What was missed
//! meanwhile is one run and not many, and it waits a moment for the network to come back.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The longest time between two looks at the clock.
const LOOK: SignedDuration = SignedDuration::from_secs(30);
/// A look that comes later than this after the one before it: the computer slept.
const SLEPT: SignedDuration = SignedDuration::from_secs(120);
/// How long the network gets after the computer woke up.
const SETTLE: SignedDuration = SignedDuration::from_secs(20);
/// Within which the first run after a start begins.
const SOON: SignedDuration = SignedDuration::from_secs(10);
/// Part of the interval within which a run may be early or late.
const JITTER: f64 = 0.05;

/// What a look at the clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// A run is due.
    Run,
    /// Look again after this time at the latest.
    Wait(Duration),
}

/// When the runs of one watch are due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    every: SignedDuration,
    next: Timestamp,
    looked: Timestamp,
}

impl Schedule {
    /// A watch that begins now. The last run counts as one of its own; without one, or a late one, the first is due soon.
    /// `spread` is a number from 0 to 1, by chance.
    pub fn new(every: Duration, last: Option<Timestamp>, now: Timestamp, spread: f64) -> Self {
        let every = SignedDuration::try_from(every).unwrap_or(SignedDuration::from_mins(15));
        let soon = later(now, scaled(SOON, spread));
        let next = last
            .filter(|last| *last <= now)
            .map(|last| later(last, every))
            .filter(|due| *due > now)
            .unwrap_or(soon);
        Self {
            every,
            next,
            looked: now,
        }
    }

    /// When the next run is due.
    pub fn next(&self) -> Timestamp {
        self.next
    }

    /// How often it runs.
    pub fn every(&self) -> SignedDuration {
        self.every
    }

    /// A look at the clock.
    pub fn turn(&mut self, now: Timestamp, spread: f64) -> Turn {
        let gap = now.duration_since(self.looked);
        self.looked = now;
        if gap > SLEPT && self.next <= now {
            self.next = later(now, SETTLE + scaled(SOON, spread));
        }
        // A clock that was set back must not stop the watch for hours.
        let latest = later(now, self.every + scaled(self.every, JITTER));
        self.next = self.next.min(latest);
        if self.next <= now {
            return Turn::Run;
        }
        let wait = self.next.duration_since(now).min(LOOK);
        Turn::Wait(Duration::try_from(wait).unwrap_or(Duration::ZERO))
    }

    /// A run begins now, of this watch or by hand: the next one comes an interval later, give or take a little.
    pub fn ran(&mut self, now: Timestamp, spread: f64) {
        let shift = scaled(self.every, (spread * 2.0 - 1.0) * JITTER);
        self.next = later(now, self.every + shift);
        self.looked = now;
    }
}

fn scaled(time: SignedDuration, by: f64) -> SignedDuration {
    let millis = time.as_millis() as f64 * by;
    SignedDuration::from_millis(millis as i64)
}

fn later(at: Timestamp, time: SignedDuration) -> Timestamp {
    at.saturating_add(time).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const QUARTER: Duration = Duration::from_secs(15 * 60);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + second).unwrap()
    }

    fn begun(last: Option<i64>) -> Schedule {
        Schedule::new(QUARTER, last.map(at), at(0), 0.5)
    }

    #[test]
    fn the_first_run_is_soon_or_an_interval_after_the_last() {
        assert_eq!(begun(None).next(), at(5));
        assert_eq!(begun(Some(-300)).next(), at(600));
        assert_eq!(begun(Some(-7200)).next(), at(5));
        // A run of the future is a wrong clock's.
        assert_eq!(begun(Some(7200)).next(), at(5));
    }

    #[test]
    fn a_run_is_due_at_its_time_and_the_next_an_interval_later() {
        let mut schedule = begun(None);
        assert_eq!(schedule.turn(at(2), 0.5), Turn::Wait(Duration::from_secs(3)));
        assert_eq!(schedule.turn(at(5), 0.5), Turn::Run);
        schedule.ran(at(5), 0.5);
        assert_eq!(schedule.next(), at(905));
        assert_eq!(schedule.turn(at(6), 0.5), Turn::Wait(Duration::from_secs(30)));
    }

    #[test]
    fn runs_are_spread_by_a_twentieth_of_the_interval() {
        for (spread, second) in [(0.0, 855), (0.5, 900), (1.0, 945)] {
            let mut schedule = begun(None);
            schedule.ran(at(0), spread);
            assert_eq!(schedule.next(), at(second));
        }
    }

    #[test]
    fn a_night_of_sleep_is_one_run_and_it_waits_for_the_network() {
        let mut schedule = begun(None);
        schedule.ran(at(0), 0.5);
        let morning = 8 * 3600;
        assert_eq!(
            schedule.turn(at(morning), 0.5),
            Turn::Wait(Duration::from_secs(25))
        );
        assert_eq!(schedule.turn(at(morning + 25), 0.5), Turn::Run);
        schedule.ran(at(morning + 25), 0.5);
        assert!(matches!(schedule.turn(at(morning + 26), 0.5), Turn::Wait(_)));
        assert_eq!(schedule.next(), at(morning + 25 + 900));
    }

    #[test]
    fn a_short_sleep_does_not_put_a_run_off() {
        let mut schedule = begun(None);
        schedule.ran(at(0), 0.5);
        assert_eq!(schedule.turn(at(600), 0.5), Turn::Wait(Duration::from_secs(30)));
        assert_eq!(schedule.next(), at(900));
    }

    #[test]
    fn a_clock_set_back_puts_the_next_run_off_by_an_interval_at_most() {
        let mut schedule = begun(None);
        schedule.ran(at(0), 0.5);
        assert!(matches!(schedule.turn(at(-86_400), 0.5), Turn::Wait(_)));
        assert!(schedule.next() <= at(-86_400 + 945));
    }

    proptest! {
        /// However the clock jumps: no two runs closer than the interval less its jitter, as long as it goes forward, and
        /// never more than one run for a gap.
        #[test]
        fn runs_are_never_closer_than_the_interval(steps in proptest::collection::vec(1_i64..40_000, 1..200), spread in 0.0..1.0_f64) {
            let mut schedule = begun(None);
            let mut now = 0;
            let mut last: Option<i64> = None;
            for step in steps {
                now += step;
                if schedule.turn(at(now), spread) == Turn::Run {
                    if let Some(last) = last {
                        prop_assert!(now - last >= 855, "{last} and {now}");
                    }
                    last = Some(now);
                    schedule.ran(at(now), spread);
                    let again = schedule.turn(at(now), spread);
                    prop_assert!(matches!(again, Turn::Wait(_)));
                }
            }
        }

        #[test]
        fn a_wait_is_never_longer_than_a_look(step in 0_i64..2_000_000, spread in 0.0..1.0_f64) {
            let mut schedule = begun(None);
            if let Turn::Wait(wait) = schedule.turn(at(step), spread) {
                prop_assert!(wait <= Duration::from_secs(30));
            }
        }
    }
}
