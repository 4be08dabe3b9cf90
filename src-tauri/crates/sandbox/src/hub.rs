//! The event hub's switchboard: who listens, and which contacts they asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast;

/// How many events a slow listener may fall behind before it misses some.
const BACKLOG: usize = 1024;

/// An event on its way.
pub(crate) struct Event {
    contact: u64,
    /// Who has the contact: hears of it without asking.
    user: Option<String>,
    pub text: String,
}

pub(crate) struct Hub {
    sender: broadcast::Sender<Arc<Event>>,
    /// By user and contact: the second a subscription ends.
    subscriptions: Mutex<HashMap<(String, u64), i64>>,
}

impl Default for Hub {
    fn default() -> Hub {
        Hub {
            sender: broadcast::Sender::new(BACKLOG),
            subscriptions: Mutex::default(),
        }
    }
}

impl Hub {
    pub(crate) fn publish(&self, contact: u64, user: Option<String>, text: String) {
        // Nobody listening is as good.
        let _ = self.sender.send(Arc::new(Event { contact, user, text }));
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Arc<Event>> {
        self.sender.subscribe()
    }

    /// Until that second the user hears of the contact.
    pub(crate) fn subscribe(&self, user: String, contact: u64, until: i64) {
        let mut subscriptions = self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner);
        subscriptions.insert((user, contact), until);
    }

    /// Ends every subscription.
    pub(crate) fn forget(&self) {
        self.subscriptions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Whether an event is for a user: of a contact that is theirs, or that they asked for.
    pub(crate) fn concerns(&self, event: &Event, user: &str, now: i64) -> bool {
        if event.user.as_deref() == Some(user) {
            return true;
        }
        let subscriptions = self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner);
        subscriptions
            .get(&(user.to_owned(), event.contact))
            .is_some_and(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_reach_who_has_the_contact_or_asked_for_it_lately() {
        let hub = Hub::default();
        let event = Event {
            contact: 7,
            user: Some("a".into()),
            text: String::new(),
        };
        assert!(hub.concerns(&event, "a", 0));
        assert!(!hub.concerns(&event, "b", 0));
        hub.subscribe("b".into(), 7, 300);
        assert!(hub.concerns(&event, "b", 299));
        assert!(!hub.concerns(&event, "b", 300), "a subscription ends");
        hub.subscribe("c".into(), 8, 300);
        assert!(!hub.concerns(&event, "c", 0), "another contact");
    }
}
