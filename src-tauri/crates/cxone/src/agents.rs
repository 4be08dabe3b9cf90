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

/// Where an agent is at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Takes contacts.
    Available,
    /// Has one; digital contacts do not keep others away.
    Busy,
    /// Signed in, and on a break or at other work.
    Unavailable,
    /// Not signed in.
    LoggedOut,
    /// A word that is not documented, or none.
    Other,
}

impl State {
    /// By the name of the state. The numbers beside it are not public.
    fn read(name: &str) -> State {
        let plain: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
        match plain.to_ascii_lowercase().as_str() {
            "available" => State::Available,
            "inboundcontact" | "outboundcontact" | "inboundconsult" | "outboundconsult" | "dialer"
            | "working" => State::Busy,
            "unavailable" | "loggedin" => State::Unavailable,
            "loggedout" => State::LoggedOut,
            _ => State::Other,
        }
    }
}

/// The state of one agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentState {
    /// `agentId`.
    pub agent_id: i64,
    /// By `agentStateName`.
    pub state: State,
}

/// Reads what all agents do at this moment.
///
/// # Errors
/// As [`Session::acd`], and [`Error::Shape`].
pub async fn states(session: &Session) -> Result<Vec<AgentState>, Error> {
    let list = List {
        path: &["agents", "states"],
        query: &[],
        key: "agentStates",
        label: "agent-states",
        record: Record::Length,
    };
    let (values, exchange) = list.read(session).await?;
    rows("agent's state", &values.iter().collect::<Vec<_>>(), |row, _| {
        state(row)
    })
    .map_err(|error| error.seen_in(&exchange))
}

fn state(row: Row<'_>) -> Option<AgentState> {
    Some(AgentState {
        agent_id: row.number("agentId")?,
        state: State::read(&row.text("agentStateName").unwrap_or_default()),
    })
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
    fn a_state_is_told_by_its_name() {
        for (name, expected) in [
            ("Available", State::Available),
            ("InboundContact", State::Busy),
            ("Inbound Contact", State::Busy),
            ("Unavailable", State::Unavailable),
            ("Logged Out", State::LoggedOut),
            ("LoggedOut", State::LoggedOut),
            ("Levitating", State::Other),
        ] {
            let raw = json!({ "agentId": "4711", "agentStateName": name });
            let found = state(Row::new(&raw).unwrap()).unwrap();
            assert_eq!((found.agent_id, found.state), (4711, expected), "{name}");
        }
        let raw = json!({ "agentId": 4711 });
        assert_eq!(
            state(Row::new(&raw).unwrap()).map(|found| found.state),
            Some(State::Other)
        );
        assert_eq!(
            state(Row::new(&json!({ "agentStateName": "Available" })).unwrap()),
            None
        );
    }

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
