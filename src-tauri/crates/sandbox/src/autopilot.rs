//! The scripted agent: does the same acts with every contact that is put into a queue, each contact once. Who does them, and
//! whether they may, is settled like any act by hand (`act`).

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::act::{Act, Deed};
use crate::inbox::Happened;
use crate::state::Seen;

/// What the scripted agent is told, and the contacts it had.
#[derive(Default)]
pub(crate) struct Autopilot(Mutex<Plan>);

#[derive(Default)]
struct Plan {
    acts: Vec<Act>,
    had: BTreeSet<u64>,
}

impl Autopilot {
    fn lock(&self) -> MutexGuard<'_, Plan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// These acts from now on; none of them, and nobody acts.
    pub(crate) fn set(&self, acts: Vec<Act>) {
        self.lock().acts = acts;
    }

    /// As it was at the start.
    pub(crate) fn clear(&self) {
        *self.lock() = Plan::default();
    }

    /// The acts for a contact that it did not have yet.
    fn take(&self, contact: u64) -> Vec<Act> {
        let mut plan = self.lock();
        if plan.acts.is_empty() || !plan.had.insert(contact) {
            return Vec::new();
        }
        plan.acts.clone()
    }
}

/// A contact was put into a queue and has nobody yet: the scripted agent begins.
pub(crate) fn noticed(seen: &Seen, contact: u64, happened: &[Happened]) {
    if !happened.contains(&Happened::QueueChanged) {
        return;
    }
    let waits = {
        let inbox = seen.sim.inbox();
        let contact = inbox.contact(contact);
        contact.is_some_and(|contact| contact.assignee.is_none() && !contact.status.ended())
    };
    if !waits {
        return;
    }
    let acts = seen.sim.autopilot.take(contact);
    if acts.is_empty() {
        return;
    }
    let (sim, trace) = (seen.sim.clone(), seen.trace.clone());
    seen.beside(async move {
        for act in acts {
            let deed = Deed { agent: None, act };
            if let Err(error) = Seen::of(&sim, trace.clone()).act(contact, deed).await {
                tracing::info!(%error, contact, "the scripted agent stopped");
                return;
            }
        }
    });
}
