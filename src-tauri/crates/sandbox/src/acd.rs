//! The ACD admin API: skills, their agents, agents, campaigns. Paths are read without regard to case, any version is
//! taken, and an empty list is 204 without a body.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use crate::answer;
use crate::params::{BadParam, Params, acd_page};
use crate::state::{Seen, Sim};
use crate::tenant::{Agent, Campaign, Skill, Tenant, UserStatus};

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/incontactapi/services/{version}/skills", get(skills))
        .route("/incontactapi/services/{version}/skills/{id}", get(skill))
        .route(
            "/incontactapi/services/{version}/skills/{id}/agents",
            get(skill_agents),
        )
        .route("/incontactapi/services/{version}/agents", get(agents))
        .route("/incontactapi/services/{version}/agents/{id}", get(agent))
        .route("/incontactapi/services/{version}/campaigns", get(campaigns))
        .route("/incontactapi/services/{version}/campaigns/{id}", get(campaign))
}

/// The same request with its path in lower case: the vendor's servers do not mind case, routes here do.
pub(crate) fn folded<B>(mut request: http::Request<B>) -> http::Request<B> {
    let path = request.uri().path().to_ascii_lowercase();
    let path_and_query = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    if let Ok(path_and_query) = PathAndQuery::try_from(path_and_query) {
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(path_and_query);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// The API version of a path, such as 34.0. Shapes differ by it. What is no version is an address that does not exist.
#[derive(Clone, Copy)]
pub(crate) struct Version(pub f64);

/// The version in a path is none.
pub(crate) struct NoSuchVersion;

impl IntoResponse for NoSuchVersion {
    fn into_response(self) -> Response {
        not_found("API version")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Version {
    type Rejection = NoSuchVersion;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Version, NoSuchVersion> {
        // /incontactapi/services/{version}/...
        let segment = parts.uri.path().split('/').nth(3).unwrap_or_default();
        segment
            .strip_prefix('v')
            .filter(|number| number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
            .and_then(|number| number.parse().ok())
            .map(Version)
            .ok_or(NoSuchVersion)
    }
}

pub(crate) fn bad_param(bad: BadParam) -> Response {
    answer::acd(
        StatusCode::BAD_REQUEST,
        "bad_request",
        &format!("{}: {}", bad.name, bad.message),
    )
}

pub(crate) fn paged(uri: &Uri, head: Value, key: &str, rows: Vec<Value>) -> Response {
    acd_page(uri, head, key, rows).unwrap_or_else(bad_param)
}

fn not_found(what: &str) -> Response {
    answer::acd(
        StatusCode::NOT_FOUND,
        "not_found",
        &format!("There is no such {what}."),
    )
}

async fn skills(_: Version, seen: Seen, uri: Uri) -> Response {
    let params = Params::of(&uri);
    let tenant = &seen.world.tenant;
    let filters = params
        .number("mediaTypeId", 0)
        .and_then(|media| Ok((media, params.flag("isActive")?)));
    let (media, active) = match filters {
        Ok(filters) => filters,
        Err(bad) => return bad_param(bad),
    };
    let rows = tenant
        .skills
        .iter()
        .filter(|skill| media.is_none_or(|media| i64::try_from(media) == Ok(skill.media_type)))
        .filter(|skill| active.is_none_or(|active| active == skill.active))
        .filter(|skill| params.matches("searchString", &skill.name))
        .map(|skill| skill_body(tenant, skill))
        .collect();
    paged(
        &uri,
        json!({ "businessUnitId": tenant.unit.number }),
        "skills",
        rows,
    )
}

async fn skill(_: Version, seen: Seen, Path((_, id)): Path<(String, String)>) -> Response {
    let tenant = &seen.world.tenant;
    match find_skill(tenant, &id) {
        Some(skill) => answer::ok(&skill_body(tenant, skill)),
        None => not_found("skill"),
    }
}

fn find_skill<'a>(tenant: &'a Tenant, id: &str) -> Option<&'a Skill> {
    tenant.skills.iter().find(|skill| skill.id.to_string() == id)
}

fn media_name(media_type: i64) -> &'static str {
    match media_type {
        4 => "Phone Call",
        9 => "Digital",
        _ => "Other",
    }
}

fn skill_body(tenant: &Tenant, skill: &Skill) -> Value {
    let campaign = tenant
        .campaigns
        .iter()
        .find(|campaign| campaign.id == skill.campaign);
    json!({
        "skillId": skill.id,
        "skillName": skill.name,
        "mediaTypeId": skill.media_type,
        "mediaTypeName": media_name(skill.media_type),
        "isActive": skill.active,
        "isOutbound": skill.outbound,
        "campaignId": skill.campaign,
        "campaignName": campaign.map(|campaign| campaign.name.as_str()),
        "routingQueueId": skill.routing_queue,
        "requireDisposition": false,
        "acwTypeId": 1,
        "serviceLevelThreshold": 30,
        "serviceLevelGoal": 90,
        "enableShortAbandon": false,
        "shortAbandonThreshold": 0,
        "IsSubSkill": false,
        "TenantId": tenant.id,
        "notes": "",
    })
}

async fn skill_agents(_: Version, seen: Seen, uri: Uri, Path((_, id)): Path<(String, String)>) -> Response {
    let tenant = &seen.world.tenant;
    let Some(skill) = find_skill(tenant, &id) else {
        return not_found("skill");
    };
    let campaign = tenant
        .campaigns
        .iter()
        .find(|campaign| campaign.id == skill.campaign);
    let params = Params::of(&uri);
    let rows = tenant
        .agents
        .iter()
        .filter(|agent| agent.skills.contains(&skill.id))
        .filter(|agent| {
            params.matches(
                "searchString",
                &format!("{} {}", agent.first_name, agent.last_name),
            )
        })
        .map(|agent| {
            json!({
                "agentId": agent.id,
                "userId": agent.user_id,
                "firstName": agent.first_name,
                "lastName": agent.last_name,
                "agentProficiencyValue": 1,
                "agentProficiencyName": "High",
                "isActive": agent.status == UserStatus::Active,
                "isAssigned": true,
                "isSkillActive": skill.active,
                "mediaTypeId": skill.media_type,
                "mediaTypeName": media_name(skill.media_type),
                "isOutbound": skill.outbound,
                "campaignId": skill.campaign,
                "campaignName": campaign.map(|campaign| campaign.name.as_str()),
                "skillId": skill.id,
                "skillName": skill.name,
                "teamId": 1,
                "teamName": "Sandbox team",
            })
        })
        .collect();
    let now = jiff::Timestamp::from_second(seen.sim.clock.now()).unwrap_or_default();
    let head =
        json!({ "businessUnitId": tenant.unit.number, "lastPollTime": now.to_string(), "hiddenAgents": 0 });
    paged(&uri, head, "agentSkillAssignments", rows)
}

async fn agents(_: Version, seen: Seen, uri: Uri) -> Response {
    let tenant = &seen.world.tenant;
    let params = Params::of(&uri);
    let active = match params.flag("isActive") {
        Ok(active) => active,
        Err(bad) => return bad_param(bad),
    };
    let rows = tenant
        .agents
        .iter()
        .filter(|agent| active.is_none_or(|active| active == (agent.status == UserStatus::Active)))
        .filter(|agent| {
            params.matches(
                "searchString",
                &format!("{} {}", agent.first_name, agent.last_name),
            )
        })
        .map(agent_body)
        .collect();
    paged(
        &uri,
        json!({ "businessUnitId": tenant.unit.number }),
        "agents",
        rows,
    )
}

/// By agent id or by user id.
async fn agent(_: Version, seen: Seen, Path((_, id)): Path<(String, String)>) -> Response {
    let found = seen
        .world
        .tenant
        .agents
        .iter()
        .find(|agent| agent.id.to_string() == id || agent.user_id == id);
    match found {
        Some(agent) => answer::ok(&agent_body(agent)),
        None => not_found("agent"),
    }
}

fn agent_body(agent: &Agent) -> Value {
    json!({
        "agentId": agent.id,
        "userID": agent.user_id,
        "userName": agent.user_name,
        "firstName": agent.first_name,
        "lastName": agent.last_name,
        "emailAddress": agent.user_name,
        "teamId": 1,
        "teamName": "Sandbox team",
        "profileId": 1,
        "isActive": agent.status == UserStatus::Active,
        "userType": agent.role,
        "DigitalEngagementEnabled": agent.digital,
        "digitalThreshold": 5,
        "digitalRefusalTimeout": 45,
    })
}

async fn campaigns(Version(version): Version, seen: Seen, uri: Uri) -> Response {
    let tenant = &seen.world.tenant;
    let params = Params::of(&uri);
    let active = match params.flag("isActive") {
        Ok(active) => active,
        Err(bad) => return bad_param(bad),
    };
    let rows: Vec<Value> = tenant
        .campaigns
        .iter()
        .filter(|campaign| active.is_none_or(|active| active == campaign.active))
        .filter(|campaign| params.matches("searchString", &campaign.name))
        .map(|campaign| campaign_body(version, campaign))
        .collect();
    if version >= 33.0 {
        return paged(
            &uri,
            json!({ "businessUnitId": tenant.unit.number }),
            "campaigns",
            rows,
        );
    }
    // Before version 33 the items have other names and a wrapper around them.
    if rows.is_empty() {
        return answer::empty();
    }
    answer::ok(&json!({ "resultSet": {
        "businessUnitId": tenant.unit.number, "totalRecords": rows.len(), "campaigns": rows,
    } }))
}

async fn campaign(Version(version): Version, seen: Seen, Path((_, id)): Path<(String, String)>) -> Response {
    match seen
        .world
        .tenant
        .campaigns
        .iter()
        .find(|campaign| campaign.id.to_string() == id)
    {
        Some(campaign) => answer::ok(&campaign_body(version, campaign)),
        None => not_found("campaign"),
    }
}

fn campaign_body(version: f64, campaign: &Campaign) -> Value {
    if version >= 33.0 {
        json!({ "id": campaign.id, "name": campaign.name, "isActive": campaign.active, "notes": "" })
    } else {
        json!({ "campaignId": campaign.id, "campaignName": campaign.name, "isActive": campaign.active, "notes": "" })
    }
}
