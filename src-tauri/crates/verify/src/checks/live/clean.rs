//! What a round trip created, and its clean-up. The clean-up has a time limit of its own; whether the run was cancelled, a
//! check broke or ran out of time makes no difference to it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cxone::{Error, Session, contacts};
use tokio::time::timeout;

use crate::context::Context;
use crate::live::{Left, LeftKind, LeftState};
use crate::report::printable;

/// What was created. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Ledger(Arc<Mutex<Entries>>);

#[derive(Default)]
struct Entries {
    /// Nothing more may be created.
    over: bool,
    /// The channel on which a message was sent, once it was.
    channel: Option<String>,
    /// The message was refused: there is nothing.
    refused: bool,
    /// A call that creates had no answer that says what became of it.
    doubt: bool,
    /// Contacts by number, and how far their closing came.
    contacts: BTreeMap<String, Closing>,
}

#[derive(Clone)]
enum Closing {
    Open,
    Closed,
    Failed(String),
}

impl Ledger {
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message is about to be sent on this channel. False when it may not be any more.
    pub(super) fn begin(&self, channel: &str) -> bool {
        let mut entries = self.lock();
        if !entries.over {
            entries.channel = Some(channel.to_owned());
        }
        !entries.over
    }

    /// Whether more may be created.
    pub(super) fn is_open(&self) -> bool {
        !self.lock().over
    }

    /// The first message was not taken.
    pub(super) fn failed(&self, error: &Error) {
        let mut entries = self.lock();
        // A server that breaks may have stored the message all the same.
        match error {
            Error::Status { status, .. } if (400..500).contains(status) => entries.refused = true,
            Error::Untrusted { .. } | Error::SignIn(_) | Error::SignInClosed => entries.refused = true,
            _ => entries.doubt = true,
        }
    }

    /// A contact is there.
    pub(super) fn add(&self, number: &str) {
        self.lock()
            .contacts
            .entry(number.to_owned())
            .or_insert(Closing::Open);
    }

    /// What came of closing a contact.
    pub(super) fn closed(&self, number: &str, outcome: Result<(), String>) {
        let closing = outcome.map_or_else(Closing::Failed, |()| Closing::Closed);
        self.lock().contacts.insert(number.to_owned(), closing);
    }

    /// From here on nothing is created. The channel that was written on, if one was.
    fn end(&self) -> Option<String> {
        let mut entries = self.lock();
        entries.over = true;
        entries.channel.clone().filter(|_| !entries.refused)
    }

    /// Contacts that are not closed yet.
    pub(super) fn open(&self) -> Vec<String> {
        let entries = self.lock();
        let open = entries
            .contacts
            .iter()
            .filter(|(_, closing)| !matches!(closing, Closing::Closed));
        open.map(|(number, _)| number.clone()).collect()
    }
}

impl Context {
    /// Whether anything was sent that has to be cleaned up.
    pub(crate) fn has_written(&self) -> bool {
        let entries = self.calls.live.ledger.lock();
        entries.channel.is_some() && !entries.refused
    }

    /// Closes what was opened, and says what is left of it. Nothing can be created any more once it has begun.
    pub(crate) async fn clean_up(&self) -> Vec<Left> {
        let ledger = &self.calls.live.ledger;
        let Some(channel) = ledger.end() else {
            return Vec::new();
        };
        // What is not done in time is left as it is, and told.
        let in_time = timeout(self.live_waits.cleanup, self.settle(&channel))
            .await
            .is_ok();
        self.told(in_time)
    }

    async fn settle(&self, channel: &str) {
        let ledger = &self.calls.live.ledger;
        // Calls that were under way when their check ended: their answers say what there is to close.
        let calls = &self.calls.live;
        calls.opened.begun().await;
        calls.sent.begun().await;
        if let Some(chat) = &self.chat {
            chat.end().await;
        }
        let Ok(session) = self.session().await else {
            return;
        };
        for number in ledger.open() {
            self.close(&session, &number).await;
        }
        // A second look for what no answer told of: a reply can open a contact, and so can the Flow behind the chat.
        let Ok(plan) = self.plan() else { return };
        match contacts::of_end_user(&session, channel, &plan.mark).await {
            Ok(found) => {
                ledger.lock().doubt &= found.is_empty();
                for contact in found {
                    let is_known = ledger.lock().contacts.contains_key(&contact.number);
                    if contact.has_ended() && !is_known {
                        ledger.closed(&contact.number, Ok(()));
                    } else if !contact.has_ended() && !is_known {
                        ledger.add(&contact.number);
                        self.close(&session, &contact.number).await;
                    }
                }
            }
            // A Flow with a thread of its own would have opened a contact that only the search knows.
            Err(_) => ledger.lock().doubt |= self.chat.is_some(),
        }
    }

    /// Closes a contact and notes what came of it.
    async fn close(&self, session: &Session, number: &str) {
        let outcome = contacts::close(session, number).await;
        let outcome = outcome.map_err(|error| printable(&self.client().redactor().text(&error.to_string())));
        self.calls.live.ledger.closed(number, outcome);
    }

    fn told(&self, in_time: bool) -> Vec<Left> {
        let entries = self.calls.live.ledger.lock();
        let Ok(plan) = self.plan() else {
            return Vec::new();
        };
        let by_hand = "Close it by hand in CXone: search for it by its number.";
        let mut left: Vec<Left> = entries
            .contacts
            .iter()
            .map(|(number, closing)| {
                let (state, message) = match closing {
                    Closing::Closed => (
                        LeftState::Settled,
                        format!(
                            "Contact {number} is closed. It stays in the history of CXone with its messages."
                        ),
                    ),
                    Closing::Open if in_time => (
                        LeftState::Open,
                        format!("Contact {number} is still open. {by_hand}"),
                    ),
                    Closing::Open => (
                        LeftState::Open,
                        format!("Contact {number} is still open: closing it took too long. {by_hand}"),
                    ),
                    Closing::Failed(why) => (
                        LeftState::Open,
                        format!("Contact {number} could not be closed: {why}. {by_hand}"),
                    ),
                };
                Left {
                    kind: LeftKind::Contact,
                    id: number.clone(),
                    state,
                    message,
                }
            })
            .collect();
        let is_known = !left.is_empty();
        if !is_known || entries.doubt {
            left.push(Left {
                kind: LeftKind::Contact,
                id: plan.mark.clone(),
                state: LeftState::Untold,
                message: format!(
                    "It is not known whether there is a contact of the end user {}. Search for that id in CXone, and close \
                     what you find.",
                    plan.mark
                ),
            });
        }
        left.push(Left {
            kind: LeftKind::EndUser,
            id: plan.mark.clone(),
            state: if is_known {
                LeftState::Settled
            } else {
                LeftState::Untold
            },
            message: format!("The end user {} stays in CXone.", plan.mark),
        });
        left
    }
}
