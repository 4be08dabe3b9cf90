//! What is on its way to the box: in its order within a thread, unless a disturbance wants another. A release waits for the
//! messages before it, so that a farewell is heard.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::courier::{errand, external_id, release};
use crate::disturbance::Effect;
use crate::inbox::{Delivery, Happened};
use crate::state::Seen;

/// What waits to be brought, by thread.
#[derive(Default)]
pub(crate) struct Outbox {
    threads: Mutex<HashMap<String, Lane>>,
}

/// What is brought.
enum Parcel {
    /// A stored message, by its id.
    Message(String),
    /// Word that a contact is over, by its number.
    Release(u64),
}

#[derive(Default)]
struct Lane {
    waiting: VecDeque<(Seen, Parcel)>,
    /// Whether somebody brings them already.
    busy: bool,
    /// A message that the next one overtakes.
    held: Option<String>,
}

impl Outbox {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Lane>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing is to be brought any more.
    pub(crate) fn empty(&self) {
        self.lock().clear();
    }

    /// Whether nobody brings anything of the thread yet.
    fn push(&self, thread: &str, seen: Seen, parcel: Parcel) -> bool {
        let mut threads = self.lock();
        let lane = threads.entry(thread.to_owned()).or_default();
        lane.waiting.push_back((seen, parcel));
        !std::mem::replace(&mut lane.busy, true)
    }

    fn pop(&self, thread: &str) -> Option<(Seen, Parcel)> {
        let mut threads = self.lock();
        let lane = threads.get_mut(thread)?;
        let next = lane.waiting.pop_front();
        lane.busy = next.is_some();
        next
    }

    fn hold(&self, thread: &str, message: &str) {
        let mut threads = self.lock();
        threads.entry(thread.to_owned()).or_default().held = Some(message.to_owned());
    }

    fn release(&self, thread: &str) -> Option<String> {
        self.lock().get_mut(thread)?.held.take()
    }
}

/// Brings a stored message after the ones of its thread that came before it, beside the call that stored it.
pub(crate) fn bring(seen: &Seen, message: &str) {
    let thread = seen
        .sim
        .inbox()
        .message(message)
        .map(|message| message.thread.clone());
    let Some(thread) = thread else { return };
    line_up(seen, thread, Parcel::Message(message.to_owned()));
}

/// Tells the box that a contact is over, after the messages of its thread that came before that.
pub(crate) fn bring_release(seen: &Seen, contact: u64) {
    let thread = seen
        .sim
        .inbox()
        .contact(contact)
        .map(|contact| contact.thread.clone());
    let Some(thread) = thread else { return };
    line_up(seen, thread, Parcel::Release(contact));
}

fn line_up(seen: &Seen, thread: String, parcel: Parcel) {
    if !seen.sim.outbox.push(&thread, seen.again(), parcel) {
        return;
    }
    let sim = seen.sim.clone();
    seen.beside(async move {
        while let Some((seen, parcel)) = sim.outbox.pop(&thread) {
            match parcel {
                Parcel::Message(message) => deliver(&seen, &message).await,
                Parcel::Release(contact) => release(&seen, contact).await,
            }
        }
    });
}

/// Brings a stored message to its platform now, and notes on it what became of that.
pub(crate) async fn deliver(seen: &Seen, message: &str) {
    let thread = seen
        .sim
        .inbox()
        .message(message)
        .map(|message| message.thread.clone());
    let Some(thread) = thread else { return };
    let effects = attempt(seen, message, true).await;
    if effects.contains(&Effect::Overtaken) {
        seen.sim.outbox.hold(&thread, message);
        return;
    }
    if effects.contains(&Effect::Duplicate) {
        attempt(seen, message, false).await;
    }
    if let Some(overtaken) = seen.sim.outbox.release(&thread) {
        attempt(seen, &overtaken, false).await;
    }
}

/// Brings a message unless it is to be overtaken. With `counted`, the disturbances of its call are asked and returned.
async fn attempt(seen: &Seen, message: &str, counted: bool) -> Vec<Effect> {
    let found = {
        let inbox = seen.sim.inbox();
        inbox.message(message).and_then(|message| {
            let thread = inbox.thread(&message.thread)?.external_id.clone();
            let end_user = inbox.contact(message.contact)?.author.clone();
            Some((message.clone(), thread, end_user))
        })
    };
    let Some((kept, thread, end_user)) = found else {
        return Vec::new();
    };
    let errand = errand(seen, &kept, &thread, &end_user);
    let effects = match &errand {
        Some(errand) if counted => seen.sim.disturbances.calling(&errand.target_path()),
        _ => Vec::new(),
    };
    if effects.contains(&Effect::Overtaken) {
        return effects;
    }
    let outcome = match errand {
        Some(errand) => errand
            .insist()
            .await
            .map(|reply| external_id(seen.switches.outbound_mode, &reply)),
        // A platform of the vendor's own: it is there at once.
        None => Ok(None),
    };
    let reason = outcome.as_ref().err().map(|failure| {
        tracing::info!(%failure, message, "a message did not reach its platform");
        failure.to_string()
    });
    let delivery = Delivery {
        success: reason.is_none(),
        at: seen.sim.clock.timestamp(),
        reason,
    };
    if seen.is_over() {
        return effects;
    }
    let mut happened = Vec::new();
    if let Some(stored) = seen.sim.inbox().message_mut(message) {
        if let Ok(Some(id)) = outcome {
            stored.external_id = id;
        }
        if delivery.success {
            happened.push(Happened::MessageSent(message.to_owned()));
        }
        happened.push(Happened::DeliveryChanged(message.to_owned()));
        stored.delivered.push(delivery);
    }
    seen.tell(kept.contact, &happened);
    effects
}
