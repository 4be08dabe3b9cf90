//! A contact and what can be done to it.

use jiff::Timestamp;
use serde_json::Value;

use crate::inbox::{FIRST_CONTACT, Identity};
use crate::switch::{ContactOpens, Switches};

/// The seven statuses (documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    New,
    Open,
    Pending,
    Escalated,
    Resolved,
    Closed,
    Trashed,
}

impl Status {
    const ALL: [Status; 7] = [
        Status::New,
        Status::Open,
        Status::Pending,
        Status::Escalated,
        Status::Resolved,
        Status::Closed,
        Status::Trashed,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Status::New => "new",
            Status::Open => "open",
            Status::Pending => "pending",
            Status::Escalated => "escalated",
            Status::Resolved => "resolved",
            Status::Closed => "closed",
            Status::Trashed => "trashed",
        }
    }

    /// Its place in the documented list, from 1. The vendor's numbers are not public.
    pub(crate) fn number(self) -> usize {
        Status::ALL
            .iter()
            .position(|status| *status == self)
            .map_or(0, |at| at + 1)
    }

    pub(crate) fn read(word: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.word() == word)
    }

    /// Whether the case is over.
    pub(crate) fn ended(self) -> bool {
        matches!(self, Status::Closed | Status::Trashed)
    }
}

/// A custom field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub ident: String,
    pub value: String,
}

impl Field {
    /// From an array of `{ident, value}`.
    pub(crate) fn read_all(body: &Value) -> Vec<Field> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        body.as_array()
            .into_iter()
            .flatten()
            .map(|field| Field {
                ident: text(&field["ident"]),
                value: text(&field["value"]),
            })
            .collect()
    }

    /// Adds fields; one that is there gets the new value.
    pub(crate) fn put_all(into: &mut Vec<Field>, fields: Vec<Field>) {
        for field in fields {
            match into.iter_mut().find(|known| known.ident == field.ident) {
                Some(known) => *known = field,
                None => into.push(field),
            }
        }
    }
}

/// One case.
#[derive(Clone)]
pub(crate) struct Contact {
    /// What the vendor shows as its id: digits.
    pub number: u64,
    pub contact_id: String,
    pub customer_contact_id: String,
    pub interaction_id: String,
    pub channel: String,
    pub thread: String,
    pub direction: &'static str,
    pub status: Status,
    pub status_at: Timestamp,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Routing queue it waits in or came from.
    pub queue: Option<String>,
    pub priority: u64,
    pub proficiency: Value,
    /// `Agent::id` of who has it in the inbox.
    pub assignee: Option<u64>,
    /// `Agent::id` of who had it last.
    pub owner: Option<u64>,
    pub author: Identity,
    pub customer: String,
    pub recipients: Vec<Value>,
    pub fields: Vec<Field>,
    /// How it was abandoned, and when.
    pub abandoned: Option<(String, Timestamp)>,
    /// Where its transcript was asked to be sent.
    pub transcripts: Vec<String>,
}

/// What an assignment changed.
pub(crate) struct Assignment {
    pub previous: Option<u64>,
    /// Whether the status changed with it.
    pub opened: bool,
}

impl Contact {
    /// Whether it was there before the sandbox started.
    pub(crate) fn is_past(&self) -> bool {
        self.number == FIRST_CONTACT
    }

    /// Sets the status. True if it is another one.
    pub(crate) fn become_status(&mut self, status: Status, now: Timestamp) -> bool {
        let changed = self.status != status;
        if changed {
            self.status = status;
            self.status_at = now;
            if status.ended() {
                self.assignee = None;
            }
        }
        self.updated_at = now;
        changed
    }

    /// Puts it into a queue. True if its status changed with that.
    pub(crate) fn enqueue(&mut self, queue: &str, switches: Switches, now: Timestamp) -> bool {
        self.queue = Some(queue.to_owned());
        self.updated_at = now;
        self.status == Status::New
            && switches.contact_opens == ContactOpens::Routed
            && self.become_status(Status::Open, now)
    }

    /// Gives it to an agent: a new contact is open from then on.
    pub(crate) fn assign(&mut self, agent: u64, now: Timestamp) -> Assignment {
        let previous = self.assignee.replace(agent);
        self.owner = Some(agent);
        self.updated_at = now;
        let opened = self.status == Status::New && self.become_status(Status::Open, now);
        Assignment { previous, opened }
    }

    /// Takes it from its agent, who is returned.
    pub(crate) fn unassign(&mut self, now: Timestamp) -> Option<u64> {
        self.updated_at = now;
        self.assignee.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_read_back() {
        for status in Status::ALL {
            assert_eq!(Status::read(status.word()), Some(status));
        }
        assert_eq!(Status::read("draft"), None);
    }

    #[test]
    fn fields_are_replaced_by_ident() {
        let field = |ident: &str, value: &str| Field {
            ident: ident.into(),
            value: value.into(),
        };
        let mut fields = vec![field("a", "1"), field("b", "2")];
        Field::put_all(&mut fields, vec![field("b", "3"), field("c", "4")]);
        assert_eq!(fields, [field("a", "1"), field("b", "3"), field("c", "4")]);
    }
}
