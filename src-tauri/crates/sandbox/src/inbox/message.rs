//! Messages, and how one finds or opens its thread and its contact.

use jiff::Timestamp;
use serde_json::Value;

use crate::inbox::{Contact, FIRST_CONTACT, Field, Happened, Identity, Inbox, Status, Thread};
use crate::switch::{ClosedContact, RepeatedMessage, Switches};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Inbound,
    Outbound,
}

impl Direction {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Direction::Inbound => "inbound",
            Direction::Outbound => "outbound",
        }
    }
}

/// A note an agent left.
#[derive(Clone)]
pub(crate) struct Note {
    pub id: String,
    pub content: String,
    /// `Agent::id`.
    pub author: Option<u64>,
    pub created_at: Timestamp,
}

/// One attempt to bring a message to its platform.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub success: bool,
    pub at: Timestamp,
    /// Why not, as a code.
    pub reason: Option<String>,
}

/// A message as it is kept.
#[derive(Clone)]
pub(crate) struct Message {
    pub id: String,
    /// The platform's id of it; our own until the platform gave one.
    pub external_id: String,
    pub channel: String,
    pub thread: String,
    pub contact: u64,
    pub direction: Direction,
    pub created_at: Timestamp,
    pub stored_at: Timestamp,
    pub content: Value,
    pub author: Option<Identity>,
    /// `Agent::id` of the employee who wrote it.
    pub user: Option<u64>,
    pub attachments: Vec<Value>,
    pub recipients: Vec<Value>,
    pub reply_to: Option<String>,
    pub tags: Vec<u64>,
    pub notes: Vec<Note>,
    pub read_at: Option<Timestamp>,
    pub seen_at: Option<Timestamp>,
    pub sentiment: Option<String>,
    pub delivered: Vec<Delivery>,
    pub marks: Marks,
}

/// What was done to a message after it was said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    pub liked: bool,
    pub shared: bool,
    pub deleted: bool,
    /// Why its content, or its author's name, was taken away.
    pub content_removed: Option<String>,
    pub author_removed: Option<String>,
}

/// A message that arrives, from either side.
pub(crate) struct NewMessage {
    pub channel: String,
    pub external_id: Option<String>,
    pub thread_external_id: String,
    pub thread_name: Option<String>,
    pub direction: Direction,
    pub created_at: Timestamp,
    pub content: Value,
    pub author: Option<Identity>,
    pub user: Option<u64>,
    pub attachments: Vec<Value>,
    pub recipients: Vec<Value>,
    pub reply_to: Option<String>,
    pub tags: Vec<u64>,
    pub fields: Vec<Field>,
    pub status: Option<Status>,
    /// Queue of the skill that was asked for.
    pub queue: Option<String>,
}

/// What became of a message.
pub(crate) enum Received {
    Stored {
        message: String,
        contact: u64,
        happened: Vec<Happened>,
    },
    /// It was known: nothing changed.
    Known { message: String, contact: u64 },
    /// It was known, and that is refused.
    Repeated,
    /// The thread takes no more messages.
    ThreadClosed,
}

impl Inbox {
    /// Takes a message in: finds or opens its thread and its contact.
    pub(crate) fn receive(&mut self, new: NewMessage, switches: Switches, now: Timestamp) -> Received {
        let known = new
            .external_id
            .as_deref()
            .and_then(|id| self.external(&new.channel, id));
        if let Some(known) = known {
            match switches.repeated_message {
                RepeatedMessage::First => {
                    return Received::Known {
                        message: known.id.clone(),
                        contact: known.contact,
                    };
                }
                RepeatedMessage::Refuse => return Received::Repeated,
                RepeatedMessage::Store => {}
            }
        }
        let thread = match self.thread_on(&new.channel, &new.thread_external_id) {
            Some(thread) if !thread.open => return Received::ThreadClosed,
            Some(thread) => thread.id.clone(),
            None => self.open_thread(&new),
        };
        let mut happened = Vec::new();
        let contact = match self.current(&thread, switches) {
            Some((number, reopened)) => {
                if reopened && let Some(contact) = self.contact_mut(number) {
                    contact.become_status(Status::Open, now);
                    happened.push(Happened::StatusChanged);
                }
                number
            }
            None => {
                happened.push(Happened::CaseCreated);
                self.open_contact(&new, thread.clone(), now)
            }
        };
        let message = self.store(&new, thread, contact, now);
        happened.push(Happened::MessageCreated(message.clone()));
        happened.push(Happened::MessageAdded(message.clone()));
        if let Some(contact) = self.contact_mut(contact) {
            Field::put_all(&mut contact.fields, new.fields);
            contact.updated_at = now;
            if let Some(status) = new.status
                && contact.become_status(status, now)
            {
                happened.push(Happened::StatusChanged);
            }
            if let Some(queue) = new.queue {
                happened.push(Happened::QueueChanged);
                if contact.enqueue(&queue, switches, now) {
                    happened.push(Happened::StatusChanged);
                }
            }
        }
        Received::Stored {
            message,
            contact,
            happened,
        }
    }

    /// A message by the id its platform gave it.
    pub(crate) fn external(&self, channel: &str, external_id: &str) -> Option<&Message> {
        self.messages
            .iter()
            .find(|message| message.channel == channel && message.external_id == external_id)
    }

    /// The contact that a message on the thread belongs to, and whether that one has to be opened again.
    fn current(&self, thread: &str, switches: Switches) -> Option<(u64, bool)> {
        let last = self
            .contacts
            .iter()
            .rev()
            .find(|contact| contact.thread == thread)?;
        match (last.status, switches.closed_contact) {
            (Status::Closed, ClosedContact::Reopen) => Some((last.number, true)),
            (status, _) if status.ended() => None,
            _ => Some((last.number, false)),
        }
    }

    fn open_thread(&mut self, new: &NewMessage) -> String {
        let id = self.uuid("thread");
        self.threads.push(Thread {
            id: id.clone(),
            external_id: new.thread_external_id.clone(),
            name: new.thread_name.clone().unwrap_or_default(),
            channel: new.channel.clone(),
            open: true,
        });
        id
    }

    fn open_contact(&mut self, new: &NewMessage, thread: String, now: Timestamp) -> u64 {
        let author = new.author.clone().unwrap_or_else(|| {
            let to = new.recipients.first().map(|to| Identity {
                external_id: to["idOnExternalPlatform"].as_str().unwrap_or_default().to_owned(),
                nickname: to["name"].as_str().unwrap_or_default().to_owned(),
                ..Identity::default()
            });
            to.unwrap_or_default()
        });
        let number = FIRST_CONTACT + self.contacts.len() as u64;
        let contact = Contact {
            number,
            contact_id: self.uuid("contact"),
            customer_contact_id: self.uuid("customer contact"),
            interaction_id: self.uuid("interaction"),
            channel: new.channel.clone(),
            thread,
            direction: new.direction.word(),
            status: Status::New,
            status_at: now,
            created_at: now,
            updated_at: now,
            queue: None,
            priority: 0,
            proficiency: Value::Null,
            assignee: None,
            owner: None,
            customer: self.customer(&new.channel, &author, now),
            author,
            recipients: new.recipients.clone(),
            fields: Vec::new(),
            abandoned: None,
            transcripts: Vec::new(),
        };
        self.contacts.push(contact);
        number
    }

    fn store(&mut self, new: &NewMessage, thread: String, contact: u64, now: Timestamp) -> String {
        let id = self.uuid("message");
        self.messages.push(Message {
            external_id: new.external_id.clone().unwrap_or_else(|| id.clone()),
            id: id.clone(),
            channel: new.channel.clone(),
            thread,
            contact,
            direction: new.direction,
            created_at: new.created_at,
            stored_at: now,
            content: new.content.clone(),
            author: new.author.clone(),
            user: new.user,
            attachments: new.attachments.clone(),
            recipients: new.recipients.clone(),
            reply_to: new.reply_to.clone(),
            tags: new.tags.clone(),
            notes: Vec::new(),
            read_at: None,
            seen_at: None,
            sentiment: None,
            delivered: Vec::new(),
            marks: Marks::default(),
        });
        id
    }
}
