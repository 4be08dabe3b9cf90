//! Channels of the digital API (DFO 3.0).

use std::collections::HashSet;

use serde_json::Value;

use crate::field::{Row, items, rows};
use crate::paging::{MAX_PAGES, is_last};
use crate::session::{Record, Session, json};
use crate::{Error, Field, Host, Misshape};

/// Channels asked for at once; default and maximum are undocumented.
const SIZE: usize = 100;

/// A channel, as the list or the context of a thread shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// `id`, never to be taken apart.
    pub id: String,
    /// `name`; the provider's name for a channel that Cognigy made.
    pub name: String,
    /// `idOnExternalPlatform`.
    pub id_on_external_platform: Option<String>,
    /// `channelIntegrationId`, the BYOC entry it belongs to.
    pub channel_integration_id: Option<String>,
    /// `isPrivate`: a chat, not public posts.
    pub is_private: Option<bool>,
    /// `hasTreeStructure`: comments below posts.
    pub has_tree_structure: Option<bool>,
    /// `hasReply`.
    pub has_reply: Option<bool>,
    /// `isHidden`.
    pub is_hidden: Option<bool>,
    /// `isDeleted`.
    pub is_deleted: Option<bool>,
    /// `studioScript`; the form of the text is undocumented.
    pub studio_script: Field<String>,
    /// `defaultSkillId`; the documented list leaves it out, the context of a thread has it.
    pub default_skill_id: Field<i64>,
    /// The whole row.
    pub raw: Value,
}

/// Reads all channels that the key's role may see.
///
/// The list is a bare array without a count. It ends with an empty page, a page without anything new (a server that
/// ignores paging), or a page shorter than asked for; but a round number may be a server's own maximum, so after
/// that one more page is asked.
///
/// # Errors
/// As [`Session::get`], and [`Error::Shape`].
pub async fn channels(session: &Session) -> Result<Vec<Channel>, Error> {
    let mut found: Vec<Channel> = Vec::new();
    let mut seen = HashSet::new();
    for page in 1..=MAX_PAGES {
        let (page, size) = (page.to_string(), SIZE.to_string());
        let query = [("page", page.as_str()), ("size", size.as_str())];
        let response = session
            .get(Host::Digital, &["dfo", "3.0", "channels"], &query, "channels")
            .await?;
        if response.status == 204 {
            break;
        }
        let value = json(session.client(), &response)?;
        let wrong = |detail: &str| {
            Misshape {
                what: "channel list",
                detail: detail.to_owned(),
            }
            .seen_in(&response.exchange)
        };
        let list = value.as_array().ok_or_else(|| wrong("it is no array"))?;
        let read = rows("channel", &list.iter().collect::<Vec<_>>(), channel)
            .map_err(|error| error.seen_in(&response.exchange))?;
        let length = read.len();
        let before = found.len();
        found.extend(read.into_iter().filter(|channel| seen.insert(channel.id.clone())));
        if found.len() == before || is_last(length, SIZE) {
            break;
        }
    }
    Ok(found)
}

/// Reads a channel as the threads that used it show it: the second way to its default skill, once there was a
/// conversation. The same answer holds what people wrote, so of it nothing but its length is recorded.
///
/// # Errors
/// As [`channels`].
pub async fn channel_contexts(session: &Session, channel_id: &str) -> Result<Vec<Channel>, Error> {
    let path = ["dfo", "3.0", "threads"];
    let response = session
        .read(
            Host::Digital,
            &path,
            &[("withContext", "1")],
            "threads",
            Record::Length,
        )
        .await?;
    if response.status == 204 {
        return Ok(Vec::new());
    }
    let value = json(session.client(), &response)?;
    let mut found = contexts(&value).map_err(|error| error.seen_in(&response.exchange))?;
    found.retain(|channel| channel.id == channel_id);
    Ok(found)
}

fn contexts(value: &Value) -> Result<Vec<Channel>, Misshape> {
    let wrong = || Misshape {
        what: "thread list",
        detail: "it is no object".to_owned(),
    };
    let context = Row::new(value).ok_or_else(wrong)?.get("_context");
    let list = context
        .and_then(Row::new)
        .and_then(|row| row.get("channels"))
        .map(items)
        .unwrap_or_default();
    rows("channel", &list, channel)
}

fn channel(row: Row<'_>, raw: &Value) -> Option<Channel> {
    Some(Channel {
        id: row.text("id")?,
        name: row.text("name").unwrap_or_default(),
        id_on_external_platform: row.text("idOnExternalPlatform"),
        channel_integration_id: row.text("channelIntegrationId"),
        is_private: row.flag("isPrivate"),
        has_tree_structure: row.flag("hasTreeStructure"),
        has_reply: row.flag("hasReply"),
        is_hidden: row.flag("isHidden"),
        is_deleted: row.flag("isDeleted"),
        studio_script: row.text_field("studioScript"),
        default_skill_id: row.number_field("defaultSkillId"),
        raw: raw.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(raw: Value) -> Option<Channel> {
        channel(Row::new(&raw)?, &raw)
    }

    #[test]
    fn script_and_skill_absent_null_and_set() {
        let lean = read(json!({ "id": "c-1", "name": "n" })).unwrap();
        assert_eq!(
            (lean.studio_script, lean.default_skill_id),
            (Field::Absent, Field::Absent)
        );
        assert_eq!(
            (lean.is_private, lean.has_reply, lean.is_hidden),
            (None, None, None)
        );
        let unset = read(json!({ "id": "c-1", "studioScript": null, "defaultSkillId": null })).unwrap();
        assert_eq!(
            (unset.studio_script, unset.default_skill_id),
            (Field::Null, Field::Null)
        );
        let set = read(
            json!({ "id": 7, "studioScript": "Cognigy\\X", "defaultSkillId": "987654", "isPrivate": true }),
        );
        let set = set.unwrap();
        assert_eq!(set.id, "7");
        assert_eq!(set.studio_script.value().map(String::as_str), Some("Cognigy\\X"));
        assert_eq!(set.default_skill_id, Field::Value(987_654));
        assert_eq!(read(json!({ "name": "no id" })), None);
    }

    #[test]
    fn contexts_tolerate_php() {
        let told = |value: Value| contexts(&value).map(|found| found.len());
        assert_eq!(
            told(json!({ "totalRecords": 0, "data": [], "_context": [] })),
            Ok(0)
        );
        assert_eq!(told(json!({ "data": [] })), Ok(0));
        assert_eq!(
            told(json!({ "_context": { "channels": [], "messages": [] } })),
            Ok(0)
        );
        assert_eq!(
            told(json!({ "_context": { "channels": [{ "id": "c-1" }] } })),
            Ok(1)
        );
        assert_eq!(
            told(json!({ "_context": { "channels": { "3": { "id": "c-1" } } } })),
            Ok(1)
        );
        assert!(told(json!([])).is_err());
        assert!(told(json!({ "_context": { "channels": [{}] } })).is_err());
    }
}
