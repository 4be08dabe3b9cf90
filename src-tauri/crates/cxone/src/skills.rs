//! Skills and who has them.

use serde_json::Value;

use crate::field::{Row, items, rows};
use crate::paging::List;
use crate::session::{Record, Session, json};
use crate::{Error, Field, Misshape};

/// Media type of digital skills.
pub const DIGITAL: i64 = 9;

/// A skill.
#[derive(Debug, Clone, PartialEq)]
pub struct Skill {
    /// `skillId`.
    pub id: i64,
    /// `skillName`.
    pub name: Option<String>,
    /// `mediaTypeId`; [`DIGITAL`] is 9.
    pub media_type_id: Option<i64>,
    /// `mediaTypeName`.
    pub media_type_name: Option<String>,
    /// `isActive`.
    pub is_active: Option<bool>,
    /// `isOutbound`.
    pub is_outbound: Option<bool>,
    /// `campaignId`: null where there is none, absent where a service version does not tell.
    pub campaign_id: Field<i64>,
    /// `campaignName`.
    pub campaign_name: Option<String>,
    /// `routingQueueId`; a number by the specification, a uuid by use.
    pub routing_queue_id: Option<String>,
    /// The whole row.
    pub raw: Value,
}

/// An agent's assignment to a skill.
#[derive(Debug, Clone, PartialEq)]
pub struct SkillAgent {
    /// `agentId`.
    pub agent_id: i64,
    /// `userId`.
    pub user_id: Option<String>,
    /// `firstName`.
    pub first_name: Option<String>,
    /// `lastName`.
    pub last_name: Option<String>,
    /// `isActive`: the assignment's or the agent's, undocumented which.
    pub is_active: Option<bool>,
    /// `isAssigned`.
    pub is_assigned: Option<bool>,
    /// `isSkillActive`.
    pub is_skill_active: Option<bool>,
    /// The whole row.
    pub raw: Value,
}

/// Reads the skills whose name contains `search`, or all.
///
/// # Errors
/// As [`Session::acd`], and [`Error::Shape`].
pub async fn list(session: &Session, search: Option<&str>) -> Result<Vec<Skill>, Error> {
    let query: Vec<(&str, &str)> = search.map(|text| ("searchString", text)).into_iter().collect();
    listed(session, &query).await
}

/// Reads the digital inbound skills, active or not. The filter is applied here too: a server may ignore it.
///
/// # Errors
/// As [`list`].
pub async fn digital_inbound(session: &Session) -> Result<Vec<Skill>, Error> {
    let mut found = listed(session, &[("mediaTypeId", "9")]).await?;
    found.retain(|skill| skill.media_type_id == Some(DIGITAL) && skill.is_outbound != Some(true));
    Ok(found)
}

/// Reads one skill; `None` when there is none with this id.
///
/// # Errors
/// As [`list`].
pub async fn read(session: &Session, id: i64) -> Result<Option<Skill>, Error> {
    let response = match session.acd(&["skills", &id.to_string()], &[], "skill").await {
        Err(error) if error.status() == Some(404) => return Ok(None),
        other => other?,
    };
    if response.status == 204 {
        return Ok(None);
    }
    let value = json(session.client(), &response)?;
    detail(&value).map_err(|error| error.seen_in(&response.exchange))
}

/// Reads who has a skill; nobody is 204 on the wire and an empty list here.
///
/// # Errors
/// As [`list`]; an unknown skill is [`Error::Status`] with 404.
pub async fn agents(session: &Session, id: i64) -> Result<Vec<SkillAgent>, Error> {
    let id = id.to_string();
    let path = ["skills", &id, "agents"];
    let list = List {
        path: &path,
        query: &[],
        key: "agentSkillAssignments",
        label: "skill-agents",
        record: Record::Length,
    };
    let (values, exchange) = list.read(session).await?;
    rows("skill's agent", &values.iter().collect::<Vec<_>>(), |row, raw| {
        Some(SkillAgent {
            agent_id: row.number("agentId")?,
            user_id: row.text("userId"),
            first_name: row.text("firstName"),
            last_name: row.text("lastName"),
            is_active: row.flag("isActive"),
            is_assigned: row.flag("isAssigned"),
            is_skill_active: row.flag("isSkillActive"),
            raw: raw.clone(),
        })
    })
    .map_err(|error| error.seen_in(&exchange))
}

async fn listed(session: &Session, query: &[(&str, &str)]) -> Result<Vec<Skill>, Error> {
    let list = List {
        path: &["skills"],
        query,
        key: "skills",
        label: "skills",
        record: Record::Whole,
    };
    let (values, exchange) = list.read(session).await?;
    rows("skill", &values.iter().collect::<Vec<_>>(), skill).map_err(|error| error.seen_in(&exchange))
}

/// Flat by the specification; some versions wrap it as a list of one.
fn detail(value: &Value) -> Result<Option<Skill>, Misshape> {
    let wrong = || Misshape {
        what: "skill",
        detail: "no skillId".to_owned(),
    };
    let row = Row::new(value).ok_or_else(wrong)?;
    if let Some(wrapped) = row.get("skills").or_else(|| row.row("resultSet")?.get("skills")) {
        return Ok(rows("skill", &items(wrapped), skill)?.into_iter().next());
    }
    skill(row, value).map(Some).ok_or_else(wrong)
}

fn skill(row: Row<'_>, raw: &Value) -> Option<Skill> {
    Some(Skill {
        id: row.number("skillId")?,
        name: row.text("skillName"),
        media_type_id: row.number("mediaTypeId"),
        media_type_name: row.text("mediaTypeName"),
        is_active: row.flag("isActive"),
        is_outbound: row.flag("isOutbound"),
        campaign_id: row.number_field("campaignId"),
        campaign_name: row.text("campaignName"),
        routing_queue_id: row.text("routingQueueId"),
        raw: raw.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_skill_is_read_flat_and_wrapped() {
        let flat = json!({
            "skillId": 987_654, "skillName": "Cognigy Escalations", "mediaTypeId": "9", "isActive": "True",
            "isOutbound": false, "campaignId": 1201, "routingQueueId": "0f0e0d0c-0000-4000-8000-000000000001",
        });
        let found = detail(&flat).unwrap().unwrap();
        assert_eq!(
            (found.id, found.media_type_id, found.is_active),
            (987_654, Some(9), Some(true))
        );
        assert_eq!(
            found.routing_queue_id.as_deref(),
            Some("0f0e0d0c-0000-4000-8000-000000000001")
        );
        let same = |value: Value| detail(&value).unwrap().map(|skill| skill.id);
        assert_eq!(same(json!({ "skills": [flat.clone()] })), Some(987_654));
        assert_eq!(same(json!({ "resultSet": { "skills": [flat] } })), Some(987_654));
        assert_eq!(same(json!({ "skills": [] })), None);
    }

    #[test]
    fn a_queue_id_may_be_a_number() {
        let found = detail(&json!({ "skillId": 1, "routingQueueId": 77 }))
            .unwrap()
            .unwrap();
        assert_eq!(found.routing_queue_id.as_deref(), Some("77"));
    }

    #[test]
    fn what_is_no_skill_is_refused() {
        for value in [
            json!({}),
            json!([]),
            json!({ "skillName": "x" }),
            json!({ "skills": [{ "skillName": "x" }] }),
        ] {
            assert!(detail(&value).is_err(), "{value}");
        }
    }
}
