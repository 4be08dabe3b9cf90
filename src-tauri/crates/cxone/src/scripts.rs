//! Studio scripts: found by name and by folder, read whole, compared by what they do, saved, and put back.

mod content;
mod difference;
mod meaning;
mod restore;
mod save;

use serde_json::Value;

pub use content::{Content, Lock, Version, history, read};
pub use difference::{ActionName, Change, Difference, Kind, Line, Part, Sign};
pub use meaning::{Fingerprint, Meaning, Step, StepId};
pub use restore::{Order, ReadBack, RestoreError, Restored, Stage, restore};
pub use save::{Remark, SaveError, Saved, save};

use crate::Error;
use crate::field::{Row, rows};
use crate::paging::List;
use crate::session::{Record, Session};

/// The folder that holds all others: a single backslash.
pub const ROOT: &str = "\\";
/// Status of the version of a script that runs.
pub const CURRENT: &str = "CURR";

/// A script.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// `masterID`; a new one with each version.
    pub master_id: Option<i64>,
    /// `scriptName`, the full path with backslashes.
    pub name: String,
    /// `status`; [`CURRENT`] is the version that runs.
    pub status: Option<String>,
    /// `mediaType`; 9 is digital.
    pub media_type: Option<i64>,
    /// `actions`.
    pub actions: Vec<Action>,
    /// Whether the answer lists actions at all: without them a missing label proves nothing.
    pub actions_listed: bool,
    /// The whole row.
    pub raw: Value,
}

/// A step of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// `actionId`.
    pub id: Option<i64>,
    /// `label`, what its author called it.
    pub label: Option<String>,
    /// `name`, its type, such as `ONRELEASE`.
    pub name: Option<String>,
}

/// A script or folder within a folder.
#[derive(Debug, Clone, PartialEq)]
pub struct FolderEntry {
    /// `scriptName`, as the server gives it.
    pub name: String,
    /// `isFolder`; absent reads as false.
    pub is_folder: bool,
    /// `status`.
    pub status: Option<String>,
    /// `mediaType`.
    pub media_type: Option<i64>,
    /// The whole row.
    pub raw: Value,
}

/// Reads the scripts that the server finds for a name; whether it wants the whole path or a part is undocumented,
/// so compare what comes back. Rows without a name, which the vendor allows, are left out.
///
/// # Errors
/// As [`Session::acd`], and [`Error::Shape`].
pub async fn search(session: &Session, name: &str) -> Result<Vec<Script>, Error> {
    let list = List {
        path: &["scripts", "search"],
        query: &[("scriptName", name)],
        key: "scriptSearchDetails",
        label: "scripts-search",
        record: Record::Whole,
    };
    let (values, _) = list.read(session).await?;
    Ok(values
        .iter()
        .filter_map(|value| script(Row::new(value)?, value))
        .collect())
}

/// Reads what is in a folder; [`ROOT`] is the top.
///
/// # Errors
/// As [`search`].
pub async fn folder(session: &Session, path: &str) -> Result<Vec<FolderEntry>, Error> {
    let list = List {
        path: &["script-folders"],
        query: &[("folder", path)],
        key: "scriptList",
        label: "script-folders",
        record: Record::Whole,
    };
    let (values, exchange) = list.read(session).await?;
    rows("script folder", &values.iter().collect::<Vec<_>>(), entry).map_err(|error| error.seen_in(&exchange))
}

fn script(row: Row<'_>, raw: &Value) -> Option<Script> {
    let actions = row.get("actions").filter(|value| !value.is_null());
    Some(Script {
        master_id: row.number("masterID"),
        name: row.text("scriptName")?,
        status: row.text("status"),
        media_type: row.number("mediaType"),
        actions: row.list("actions").into_iter().filter_map(action).collect(),
        actions_listed: actions.is_some(),
        raw: raw.clone(),
    })
}

fn action(value: &Value) -> Option<Action> {
    let row = Row::new(value)?;
    Some(Action {
        id: row.number("actionId"),
        label: row.text("label"),
        name: row.text("name"),
    })
}

fn entry(row: Row<'_>, raw: &Value) -> Option<FolderEntry> {
    Some(FolderEntry {
        name: row.text("scriptName")?,
        is_folder: row.flag("isFolder").unwrap_or(false),
        status: row.text("status"),
        media_type: row.number("mediaType"),
        raw: raw.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(raw: Value) -> Option<Script> {
        script(Row::new(&raw)?, &raw)
    }

    #[test]
    fn actions_that_are_not_listed_differ_from_none() {
        let listed = json!({ "masterID": "7001001", "scriptName": "Cognigy\\X", "status": "CURR", "mediaType": 9,
            "actions": [{ "actionId": 3, "label": " Escalate ", "libraryId": "l", "name": "REQAGENT" }, null] });
        let found = read(listed).unwrap();
        assert_eq!((found.master_id, found.actions_listed), (Some(7_001_001), true));
        let action = Action {
            id: Some(3),
            label: Some(" Escalate ".to_owned()),
            name: Some("REQAGENT".to_owned()),
        };
        assert_eq!(found.actions, [action]);
        let told = |raw| read(raw).map(|script| script.actions_listed);
        assert_eq!(told(json!({ "scriptName": "a", "actions": [] })), Some(true));
        assert_eq!(told(json!({ "scriptName": "a", "actions": null })), Some(false));
        assert_eq!(told(json!({ "scriptName": "a" })), Some(false));
        assert_eq!(told(json!({ "scriptName": null })), None);
    }

    #[test]
    fn folder_rows_have_optional_fields() {
        let raw = json!({ "scriptName": "Cognigy", "isFolder": "true" });
        let found = entry(Row::new(&raw).unwrap(), &raw).unwrap();
        assert!(found.is_folder);
        assert_eq!((found.status, found.media_type), (None, None));
    }
}
