//! Contacts of a channel, as far as they tell what the caller may do with it. They hold what people wrote, so of these
//! answers nothing but their length is recorded.

use serde_json::Value;

use crate::field::Row;
use crate::session::{Record, Session, json};
use crate::{Error, Host, Misshape};

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
    let value = json(session.client(), &response)?;
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
    let value = json(session.client(), &response)?;
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
    use serde_json::json;

    use super::*;

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
