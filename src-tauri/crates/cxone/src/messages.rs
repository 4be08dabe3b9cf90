//! Messages of the digital API (DFO 3.0): the way in of a middleware, the way out of an agent, and what became of a message.
//!
//! Creating is never repeated: what CXone makes of a message id that it knows already is documented nowhere.

use jiff::Timestamp;
use serde_json::{Value, json};
use transport::{Method, Response};

use crate::contacts::Contact;
use crate::field::Row;
use crate::session::{Record, Session, Write, json as read_json};
use crate::{Error, Host, Misshape};

/// What an end user says, as a middleware hands it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound<'a> {
    /// `idOnExternalPlatform` of the message.
    pub id: &'a str,
    /// `thread.idOnExternalPlatform`.
    pub thread: &'a str,
    /// `authorEndUserIdentity.idOnExternalPlatform`.
    pub end_user: &'a str,
    /// `authorEndUserIdentity.nickname`, what an agent sees.
    pub nickname: &'a str,
    /// The text.
    pub text: &'a str,
    /// `createdAtWithMilliseconds`.
    pub at: Timestamp,
}

/// What an agent says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbound<'a> {
    /// `thread.idOnExternalPlatform`.
    pub thread: &'a str,
    /// `idOnExternalPlatform` of the recipient.
    pub end_user: &'a str,
    /// The recipient's name.
    pub nickname: &'a str,
    /// The text.
    pub text: &'a str,
}

/// The answer to either: the contact the message belongs to, and the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// `consumerContact`; the answer need not have it.
    pub contact: Option<Contact>,
    /// `message`; the answer need not have it.
    pub message: Option<Message>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// `id`, CXone's own.
    pub id: String,
    /// `idOnExternalPlatform`.
    pub external_id: Option<String>,
    /// `delivered`, oldest first (seen in code; not in the documented schema, so its absence says nothing).
    pub deliveries: Vec<Delivery>,
}

/// One attempt to bring a message to its platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// `isSuccess`.
    pub is_success: bool,
    /// `reason`; its words are nowhere documented.
    pub reason: Option<String>,
}

impl Message {
    /// The last attempt of which the outcome is told.
    pub fn delivery(&self) -> Option<&Delivery> {
        self.deliveries.last()
    }

    fn read(row: Row<'_>) -> Option<Self> {
        let attempts = row.list("delivered").into_iter().filter_map(Row::new);
        Some(Self {
            id: row.text("id")?,
            external_id: row.text("idOnExternalPlatform"),
            deliveries: attempts
                .filter_map(|attempt| {
                    Some(Delivery {
                        is_success: attempt.flag("isSuccess")?,
                        reason: attempt.text("reason"),
                    })
                })
                .collect(),
        })
    }
}

/// *Writes*: hands in what an end user says. Opens a contact where the thread has none that goes on.
///
/// # Errors
/// As [`Session::get`], and [`Error::NotJson`].
pub async fn create(session: &Session, channel: &str, message: &Inbound<'_>) -> Result<Stored, Error> {
    let body = json!({
        "idOnExternalPlatform": message.id,
        "direction": "inbound",
        // The form with an offset: whether a Z is taken is documented nowhere.
        "createdAtWithMilliseconds": message.at.strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string(),
        "thread": { "idOnExternalPlatform": message.thread },
        "messageContent": { "type": "TEXT", "payload": { "text": message.text } },
        "authorEndUserIdentity": { "idOnExternalPlatform": message.end_user, "nickname": message.nickname },
    });
    let path = ["dfo", "3.0", "channels", channel, "messages"];
    stored(session, &post(session, &path, "create message", &body).await?)
}

/// *Writes*: says something as an agent, under the access key's owner. CXone then brings it to the channel's integration box.
///
/// # Errors
/// As [`create`].
pub async fn send(session: &Session, channel: &str, message: &Outbound<'_>) -> Result<Stored, Error> {
    let body = json!({
        "thread": { "idOnExternalPlatform": message.thread },
        "messageContent": { "type": "TEXT", "payload": { "text": message.text } },
        "recipients": [{
            "idOnExternalPlatform": message.end_user, "name": message.nickname, "isPrimary": true, "isPrivate": true,
        }],
    });
    let path = ["dfo", "3.0", "channels", channel, "outbound"];
    stored(session, &post(session, &path, "send outbound", &body).await?)
}

async fn post(
    session: &Session,
    path: &[&str],
    label: &'static str,
    body: &Value,
) -> Result<Response, Error> {
    let write = Write {
        method: Method::POST,
        body,
        is_idempotent: false,
    };
    session.write(Host::Digital, path, label, write).await
}

fn stored(session: &Session, response: &Response) -> Result<Stored, Error> {
    let value = read_json(session.client(), response)?;
    let row = Row::new(&value);
    let part = |name: &str| row.and_then(|row| row.row(name));
    Ok(Stored {
        contact: part("consumerContact")
            .or_else(|| part("contact"))
            .and_then(Contact::read),
        message: part("message").and_then(Message::read),
    })
}

/// Reads one message by CXone's own id.
///
/// # Errors
/// As [`Session::get`], and [`Error::Shape`].
pub async fn read(session: &Session, id: &str) -> Result<Message, Error> {
    let path = ["dfo", "3.0", "messages", id];
    let response = session
        .read(Host::Digital, &path, &[], "message", Record::Length)
        .await?;
    let value = read_json(session.client(), &response)?;
    Row::new(&value).and_then(Message::read).ok_or_else(|| {
        Misshape {
            what: "message",
            detail: "it has no id".to_owned(),
        }
        .seen_in(&response.exchange)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_message_is_told_by_its_last_attempt() {
        let read = |value: Value| Message::read(Row::new(&value)?);
        let plain = read(json!({ "id": "m-1" })).unwrap();
        assert_eq!((plain.delivery(), &plain.external_id), (None, &None));
        let attempts = json!({ "id": 7, "idOnExternalPlatform": "out-1", "delivered": [
            { "isSuccess": false, "reason": "late" }, { "isSuccess": true, "reason": null }, { "reason": "no outcome" },
        ] });
        let tried = read(attempts).unwrap();
        assert_eq!(tried.id, "7");
        assert!(tried.delivery().unwrap().is_success);
        assert_eq!(tried.deliveries[0].reason.as_deref(), Some("late"));
        assert_eq!(read(json!({ "delivered": [] })), None);
    }
}
