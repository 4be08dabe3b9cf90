//! One script whole: its content, who holds it, and its versions.

use std::fmt;

use serde_json::Value;

use super::meaning::{Fingerprint, Meaning};
use crate::field::{Row, rows};
use crate::session::{Record, Session, json};
use crate::{Error, Misshape};

/// A script as the server keeps it (`scriptContent`). Its properties are the tenant's own and may hold secrets of the
/// tenant, so it is not printed and no record of a read keeps it.
#[derive(Clone, PartialEq)]
pub struct Content(Value);

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("name", &self.name())
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}

impl Content {
    /// The content, if the value is one: an object with `header` and `actions`.
    pub fn new(value: Value) -> Option<Self> {
        let row = Row::new(&value)?;
        row.row("header")?;
        row.get("actions")?;
        Some(Self(value))
    }

    /// As the server gave it.
    pub fn value(&self) -> &Value {
        &self.0
    }

    fn header(&self) -> Option<Row<'_>> {
        Row::new(&self.0)?.row("header")
    }

    /// `masterId`. CXone gives each version a new one, so it numbers versions and not scripts.
    pub fn version(&self) -> Option<i64> {
        self.header()?.number("masterId")
    }

    /// `scriptName`: the full path.
    pub fn name(&self) -> Option<String> {
        self.header()?.text("scriptName")
    }

    /// Who holds the script for editing, if anybody does.
    pub fn lock(&self) -> Option<Lock> {
        let info = self.header()?.row("lockInfo")?;
        let filled = |name| info.text(name).filter(|text| !text.trim().is_empty());
        let lock = Lock {
            by: filled("lockedName").or_else(|| filled("lockedId")),
            since: filled("lockedDate"),
        };
        (lock.by.is_some() || lock.since.is_some()).then_some(lock)
    }

    /// What it does.
    pub fn meaning(&self) -> Meaning {
        Meaning::of(&self.0)
    }

    /// Identifies what it does.
    pub fn fingerprint(&self) -> Fingerprint {
        self.meaning().fingerprint()
    }

    /// The same script to be saved over `current`: what it does and how it is drawn from here, what the server numbers
    /// from there.
    pub(super) fn over(&self, current: &Content) -> Value {
        let mut value = self.0.clone();
        let theirs = current.0.get("header").and_then(Value::as_object);
        let (Some(header), Some(theirs)) = (value.get_mut("header").and_then(Value::as_object_mut), theirs)
        else {
            return value;
        };
        for name in [
            "masterId",
            "scriptName",
            "busNo",
            "status",
            "libraryId",
            "lockInfo",
        ] {
            match theirs.get(name) {
                Some(given) => header.insert(name.to_owned(), given.clone()),
                None => header.shift_remove(name),
            };
        }
        let next = |map: &serde_json::Map<String, Value>| map.get("nextActionId").and_then(Value::as_i64);
        if let Some(next) = next(header).max(next(theirs)) {
            header.insert("nextActionId".to_owned(), next.into());
        }
        value
    }
}

/// Somebody holds a script for editing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// `lockedName`, else `lockedId`.
    pub by: Option<String>,
    /// `lockedDate`, as the server writes it.
    pub since: Option<String>,
}

/// A version of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// `scriptId`: the number of this version.
    pub id: Option<i64>,
    /// `modifyDate`, as the server writes it.
    pub at: Option<String>,
    /// `modifyUser`.
    pub by: Option<String>,
    /// `status`; [`super::CURRENT`] is the version that runs.
    pub status: Option<String>,
}

/// Reads a script by its path. The path answers 500 for scripts that were edited in Desktop Studio alone (seen in code).
///
/// # Errors
/// As [`Session::acd`], and [`Error::Shape`].
pub async fn read(session: &Session, path: &str) -> Result<Content, Error> {
    let query = [("scriptPath", path)];
    let response = session
        .acd_read(&["scripts"], &query, "script", Record::Length)
        .await?;
    let mut value = json(session.client(), &response)?;
    let content = value.get_mut("scriptContent").map(Value::take);
    content.and_then(Content::new).ok_or_else(|| {
        let misshape = Misshape {
            what: "script",
            detail: "there is no scriptContent with a header and actions".to_owned(),
        };
        misshape.seen_in(&response.exchange)
    })
}

/// The versions of a script, as the server orders them: the newest first, as far as is known (inferred).
///
/// # Errors
/// As [`read`].
pub async fn history(session: &Session, path: &str) -> Result<Vec<Version>, Error> {
    let query = [("scriptPath", path)];
    let response = session
        .acd_read(
            &["scripts", "historyByName"],
            &query,
            "script-history",
            Record::Whole,
        )
        .await?;
    if response.status == 204 {
        return Ok(Vec::new());
    }
    let value = json(session.client(), &response)?;
    let list = Row::new(&value)
        .map(|row| row.list("versions"))
        .unwrap_or_default();
    let version = |row: Row<'_>, _: &Value| {
        Some(Version {
            id: row.number("scriptId"),
            at: row.text("modifyDate"),
            by: row.text("modifyUser"),
            status: row.text("status"),
        })
    };
    rows("script version", &list, version).map_err(|error| error.seen_in(&response.exchange))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn content(header: Value) -> Content {
        Content::new(json!({ "header": header, "actions": {} })).unwrap()
    }

    #[test]
    fn a_lock_is_one_when_somebody_or_a_moment_is_named() {
        let lock = |info: Value| content(json!({ "lockInfo": info })).lock();
        assert_eq!(
            lock(json!({ "lockedName": null, "lockedId": null, "lockedDate": null })),
            None
        );
        assert_eq!(lock(json!({ "lockedName": " ", "lockedId": "" })), None);
        assert_eq!(lock(json!([])), None);
        let held = lock(json!({ "lockedId": 4711, "lockedDate": "2026-01-05T09:00:00Z" })).unwrap();
        assert_eq!((held.by.as_deref(), held.since.is_some()), (Some("4711"), true));
    }

    #[test]
    fn what_is_saved_over_another_version_carries_its_numbers() {
        let old = content(
            json!({ "masterId": 1, "scriptName": "Cognigy\\A", "nextActionId": 5, "lockInfo": { "lockedName": "x" } }),
        );
        let new =
            content(json!({ "masterId": 9, "scriptName": "Cognigy\\A", "nextActionId": 8, "busNo": 3 }));
        let over = &old.over(&new)["header"];
        assert_eq!(
            (&over["masterId"], &over["nextActionId"], &over["busNo"]),
            (&json!(9), &json!(8), &json!(3))
        );
        assert!(over.get("lockInfo").is_none());
    }

    #[test]
    fn content_is_never_printed() {
        let secret =
            json!({ "header": { "masterId": 1 }, "actions": {}, "properties": { "1": "sim_secret" } });
        assert!(!format!("{:?}", Content::new(secret)).contains("sim_secret"));
        assert!(Content::new(json!({ "header": {} })).is_none());
    }
}
