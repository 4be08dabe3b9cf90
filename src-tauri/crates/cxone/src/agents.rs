//! Agents, as ACD knows them.

use serde_json::Value;

use crate::Error;
use crate::field::{Row, rows};
use crate::paging::List;
use crate::session::{Record, Session};

/// An agent.
#[derive(Debug, Clone, PartialEq)]
pub struct Agent {
    /// `agentId`.
    pub id: i64,
    /// `userID` or `userId`.
    pub user_id: Option<String>,
    /// `userName`.
    pub user_name: Option<String>,
    /// `firstName`.
    pub first_name: Option<String>,
    /// `lastName`.
    pub last_name: Option<String>,
    /// `isActive`.
    pub is_active: Option<bool>,
    /// `DigitalEngagementEnabled`, in any case: whether the employee may take digital contacts.
    pub digital_engagement_enabled: Option<bool>,
    /// The whole row.
    pub raw: Value,
}

/// Reads all agents.
///
/// # Errors
/// As [`Session::acd`], and [`Error::Shape`].
pub async fn list(session: &Session) -> Result<Vec<Agent>, Error> {
    let list = List {
        path: &["agents"],
        query: &[],
        key: "agents",
        label: "agents",
        record: Record::Length,
    };
    let (values, exchange) = list.read(session).await?;
    rows("agent", &values.iter().collect::<Vec<_>>(), agent).map_err(|error| error.seen_in(&exchange))
}

fn agent(row: Row<'_>, raw: &Value) -> Option<Agent> {
    Some(Agent {
        id: row.number("agentId")?,
        user_id: row.text("userId"),
        user_name: row.text("userName"),
        first_name: row.text("firstName"),
        last_name: row.text("lastName"),
        is_active: row.flag("isActive"),
        digital_engagement_enabled: row.flag("digitalEngagementEnabled"),
        raw: raw.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_digital_switch_is_found_in_any_case() {
        for (key, value, expected) in [
            ("DigitalEngagementEnabled", json!(true), Some(true)),
            ("digitalEngagementEnabled", json!("False"), Some(false)),
            ("DIGITALENGAGEMENTENABLED", json!(1), Some(true)),
            ("somethingElse", json!(true), None),
        ] {
            let mut raw = json!({ "agentId": 4711, "userID": "11ee", "isActive": true });
            raw[key] = value;
            let found = agent(Row::new(&raw).unwrap(), &raw).unwrap();
            assert_eq!(found.digital_engagement_enabled, expected, "{key}");
            assert_eq!(found.user_id.as_deref(), Some("11ee"));
        }
    }
}
