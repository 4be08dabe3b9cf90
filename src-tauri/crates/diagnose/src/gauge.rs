//! Hears of every measured call of a run, and keeps away from addresses that say nothing.

use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use transport::probe::{Gauge, ProbeReport};
use transport::{BoxFuture, Resolve};

use crate::measure::{OnProgress, Progress};
use crate::{Sample, SaveCall};

/// The samples of the round under way.
pub(crate) struct Tally {
    clock: cxone::Clock,
    date_shift: i64,
    progress: OnProgress,
    families: Arc<Families>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    round: u32,
    samples: Vec<Sample>,
}

impl Tally {
    pub(crate) fn new(
        clock: cxone::Clock,
        date_shift: i64,
        progress: OnProgress,
        families: Arc<Families>,
    ) -> Arc<Tally> {
        Arc::new(Tally {
            clock,
            date_shift,
            progress,
            families,
            state: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(&self, round: u32) {
        *self.state() = State {
            round,
            samples: Vec::new(),
        };
    }

    /// What was measured in the round so far.
    pub(crate) fn samples(&self) -> Vec<Sample> {
        self.state().samples.clone()
    }
}

impl Gauge for Tally {
    fn measured(&self, label: &str, report: &ProbeReport) {
        let Some(call) = SaveCall::of_label(label) else {
            return;
        };
        let sample = Sample::new(call, report, (self.clock)(), self.date_shift);
        if sample.met_black_hole() {
            self.families.four_first.store(true, Ordering::Relaxed);
        }
        let mut state = self.state();
        state.samples.push(sample.clone());
        let round = state.round;
        drop(state);
        (self.progress)(Progress::CallFinished {
            round,
            sample: Box::new(sample),
        });
    }
}

/// The resolver of a run: once an IPv6 address turned out to be silent, IPv4 ones come first. The finding is made by then,
/// and each further call would only wait for the same.
pub(crate) struct Families {
    pub(crate) inner: Arc<dyn Resolve>,
    pub(crate) four_first: AtomicBool,
}

impl Resolve for Families {
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let looking = self.inner.resolve(host);
        let four_first = self.four_first.load(Ordering::Relaxed);
        async move {
            let mut found = looking.await?;
            if four_first {
                found.sort_by_key(IpAddr::is_ipv6);
            }
            Ok(found)
        }
        .boxed()
    }
}
