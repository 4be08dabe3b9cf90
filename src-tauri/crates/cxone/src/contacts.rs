//! Contacts of the digital API (DFO 3.0), which the console calls cases: one conversation with one end user, until it is
//! closed.
//!
//! Their answers hold names and addresses of agents and end users, so the records keep no more than their length.

use serde_json::{Value, json};
use transport::Method;

use crate::field::{Row, rows};
use crate::session::{Record, Session, Write, json as read_json};
use crate::{Error, Field, Host, Misshape};

/// Status of a contact that is over, and whose thread opens another one with its next message.
pub const CLOSED: &str = "closed";

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// `id`, the number that paths name it by.
    pub number: String,
    /// `status`: new, open, pending, escalated, resolved, closed or trashed (documented).
    pub status: Option<String>,
    /// `routingQueueId`, the queue it waits in or came from.
    pub routing_queue: Field<String>,
    /// Whether an agent has it in the inbox.
    pub is_assigned: bool,
    /// `threadIdOnExternalPlatform`, the thread as the platform calls it.
    pub thread: Option<String>,
    /// `channelId`.
    pub channel: Option<String>,
}

impl Contact {
    /// Whether it is over.
    pub fn has_ended(&self) -> bool {
        self.status
            .as_deref()
            .is_some_and(|status| status == CLOSED || status == "trashed")
    }

    /// Whether it got as far as a queue or an agent (the reading of the status: seen in code). One that is new or open
    /// with neither was not queued by its script yet.
    pub fn is_routed(&self) -> bool {
        self.is_assigned
            || self.routing_queue.value().is_some_and(|queue| !queue.is_empty())
            || self
                .status
                .as_deref()
                .is_some_and(|status| matches!(status, "pending" | "escalated" | "resolved"))
    }

    pub(crate) fn read(row: Row<'_>) -> Option<Self> {
        let number = row.text("id").or_else(|| row.text("contactNumber"))?;
        let assigned = |name: &str| row.get(name).is_some_and(|value| !value.is_null());
        Some(Self {
            number,
            status: row.text("status"),
            routing_queue: row.text_field("routingQueueId"),
            is_assigned: assigned("inboxAssigneeUser") || assigned("inboxAssignee"),
            thread: row.text("threadIdOnExternalPlatform"),
            channel: row.text("channelId"),
        })
    }
}

/// Reads one contact by its number.
///
/// # Errors
/// As [`Session::get`], and [`Error::Shape`].
pub async fn read(session: &Session, number: &str) -> Result<Contact, Error> {
    let path = ["dfo", "3.0", "contacts", number];
    let response = session
        .read(Host::Digital, &path, &[], "contact", Record::Length)
        .await?;
    let value = read_json(session.client(), &response)?;
    let found = Row::new(&value).and_then(Contact::read);
    found.ok_or_else(|| {
        Misshape {
            what: "contact",
            detail: "it has no id".to_owned(),
        }
        .seen_in(&response.exchange)
    })
}

/// The newest contacts of an end user on a channel: the first page of the search. New ones may be missing for some seconds.
///
/// # Errors
/// As [`read`].
pub async fn of_end_user(session: &Session, channel: &str, end_user: &str) -> Result<Vec<Contact>, Error> {
    let query = [
        ("channel[]", channel),
        ("endUserIdOnExternalPlatform[]", end_user),
        ("sorting", "createdAt"),
        ("sortingType", "desc"),
    ];
    let response = session
        .read(
            Host::Digital,
            &["dfo", "3.0", "contacts"],
            &query,
            "contacts",
            Record::Length,
        )
        .await?;
    if response.status == 204 {
        return Ok(Vec::new());
    }
    let value = read_json(session.client(), &response)?;
    listed(&value).map_err(|error| error.seen_in(&response.exchange))
}

fn listed(value: &Value) -> Result<Vec<Contact>, Misshape> {
    let row = Row::new(value)
        .filter(|row| row.get("data").is_some())
        .ok_or_else(|| Misshape {
            what: "contact list",
            detail: "no list `data`".to_owned(),
        })?;
    rows("contact", &row.list("data"), |row, _| Contact::read(row))
}

/// *Writes*: closes a contact. Closing one that is closed changes nothing.
///
/// # Errors
/// As [`Session::get`].
pub async fn close(session: &Session, number: &str) -> Result<(), Error> {
    let body = json!({ "status": CLOSED });
    let write = Write {
        method: Method::PUT,
        body: &body,
        is_idempotent: true,
    };
    let path = ["dfo", "3.0", "contacts", number, "status"];
    session
        .write(Host::Digital, &path, "close contact", write)
        .await?;
    Ok(())
}

/// What the caller may do with a contact's channel (seen in code; evaluated for the owner of the token).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permissions {
    /// `canReply`.
    pub can_reply: Option<bool>,
    /// `canAssign`.
    pub can_assign: Option<bool>,
}

/// The number of the channel's contact that changed last; `None` when it has none that the caller sees.
///
/// # Errors
/// As [`Session::get`], and [`Error::Shape`].
pub async fn latest(session: &Session, channel_id: &str) -> Result<Option<String>, Error> {
    let query = [
        ("channel[]", channel_id),
        ("sorting", "updatedAt"),
        ("sortingType", "desc"),
    ];
    let path = ["dfo", "3.0", "contacts"];
    let response = session
        .read(Host::Digital, &path, &query, "contacts", Record::Length)
        .await?;
    if response.status == 204 {
        return Ok(None);
    }
    let value = read_json(session.client(), &response)?;
    number(&value, channel_id).map_err(|error| error.seen_in(&response.exchange))
}

/// What the caller may do with a contact, and so with its channel.
///
/// # Errors
/// As [`latest`].
pub async fn permissions(session: &Session, number: &str) -> Result<Permissions, Error> {
    let path = ["dfo", "3.0", "contacts", number, "detail"];
    let response = session
        .read(Host::Digital, &path, &[], "contact-detail", Record::Length)
        .await?;
    let value = read_json(session.client(), &response)?;
    allowed(&value).map_err(|error| error.seen_in(&response.exchange))
}

/// A server may ignore the filter, so the channel is looked at here too.
fn number(value: &Value, channel_id: &str) -> Result<Option<String>, Misshape> {
    let wrong = || Misshape {
        what: "contact list",
        detail: "the answer has no such list".to_owned(),
    };
    let row = Row::new(value).ok_or_else(wrong)?;
    row.get("data").ok_or_else(wrong)?;
    let of_channel = |row: &Row<'_>| row.text("channelId").is_none_or(|id| id == channel_id);
    Ok(row
        .list("data")
        .into_iter()
        .filter_map(Row::new)
        .find(of_channel)
        .and_then(|row| row.text("contactNumber").or_else(|| row.text("id"))))
}

fn allowed(value: &Value) -> Result<Permissions, Misshape> {
    let permissions = Row::new(value).and_then(|row| row.row("permissions"));
    let row = permissions.ok_or_else(|| Misshape {
        what: "contact",
        detail: "it has no permissions".to_owned(),
    })?;
    Ok(Permissions {
        can_reply: row.flag("canReply"),
        can_assign: row.flag("canAssign"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(value: &Value) -> Option<Contact> {
        Contact::read(Row::new(value)?)
    }

    #[test]
    fn a_contact_is_routed_by_its_queue_its_agent_or_its_status() {
        for (value, routed, ended) in [
            (
                json!({ "id": "204", "status": "new", "routingQueueId": null }),
                false,
                false,
            ),
            (json!({ "id": "204", "status": "new" }), false, false),
            (
                json!({ "id": "204", "status": "new", "routingQueueId": "" }),
                false,
                false,
            ),
            (
                json!({ "id": "204", "status": "new", "routingQueueId": "q-1" }),
                true,
                false,
            ),
            (
                json!({ "id": 204, "status": "new", "inboxAssigneeUser": { "id": 55 } }),
                true,
                false,
            ),
            (json!({ "contactNumber": "204", "status": "open" }), false, false),
            (
                json!({ "contactNumber": "204", "status": "pending" }),
                true,
                false,
            ),
            (
                json!({ "id": "204", "status": "closed", "routingQueueId": null }),
                false,
                true,
            ),
            (json!({ "id": "204", "status": "trashed" }), false, true),
        ] {
            let found = contact(&value).unwrap();
            assert_eq!((found.is_routed(), found.has_ended()), (routed, ended), "{value}");
            assert_eq!(found.number, "204");
        }
        assert_eq!(contact(&json!({ "status": "new" })), None);
    }

    #[test]
    fn a_search_is_read_tolerantly() {
        let told = |value: Value| listed(&value).map(|found| found.len());
        assert_eq!(told(json!({ "hits": 0, "data": [] })), Ok(0));
        assert_eq!(told(json!({ "data": { "0": { "id": "1" } } })), Ok(1));
        assert!(told(json!([])).is_err());
        assert!(told(json!({ "hits": 0 })).is_err());
        assert!(told(json!({ "data": [{}] })).is_err());
    }

    #[test]
    fn the_first_contact_of_the_channel_is_taken() {
        let list = json!({ "hits": 2, "data": [
            { "id": "1", "channelId": "other" },
            { "id": "2", "channelId": "own", "contactNumber": 204_000_000_001_u64 },
        ] });
        assert_eq!(number(&list, "own"), Ok(Some("204000000001".to_owned())));
        assert_eq!(number(&list, "none"), Ok(None));
        assert_eq!(number(&json!({ "hits": 0, "data": [] }), "own"), Ok(None));
        assert!(number(&json!([]), "own").is_err());
    }

    #[test]
    fn permissions_that_are_not_shown_are_not_refused() {
        let told = |value: Value| allowed(&value).map(|told| (told.can_reply, told.can_assign));
        assert_eq!(
            told(json!({ "permissions": { "canReply": true, "canAssign": false } })),
            Ok((Some(true), Some(false)))
        );
        assert_eq!(
            told(json!({ "permissions": { "canReply": "1" } })),
            Ok((Some(true), None))
        );
        assert!(told(json!({ "permissions": [] })).is_err());
        assert!(told(json!({})).is_err());
    }
}
