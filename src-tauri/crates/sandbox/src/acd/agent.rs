//! Agents and what they are doing now.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use http::Uri;
use serde_json::{Value, json};

use crate::acd::{Version, at, moment, not_found, paged};
use crate::answer;
use crate::params::Params;
use crate::state::{Seen, Sim};
use crate::tenant::{Agent, AgentState, Tenant};

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(at!("agents"), get(list))
        .route(at!("agents/states"), get(states))
        .route(at!("agents/{id}"), get(one))
        .route(at!("agents/{id}/states"), get(state))
}

/// By agent id or by user id.
pub(super) fn find<'a>(tenant: &'a Tenant, id: &str) -> Option<&'a Agent> {
    tenant
        .agents
        .iter()
        .find(|agent| agent.id.to_string() == id || agent.user_id == id)
}

async fn list(_: Version, seen: Seen, uri: Uri) -> Response {
    let tenant = &seen.world.tenant;
    let params = Params::of(&uri);
    let active = params.flag("isActive");
    let rows = tenant
        .agents
        .iter()
        .filter(|agent| active.is_none_or(|active| active == agent.status.works()))
        .filter(|agent| params.matches("searchString", &agent.full_name()))
        .map(shown)
        .collect();
    paged(
        &uri,
        json!({ "businessUnitId": tenant.unit.number }),
        "agents",
        rows,
    )
}

async fn one(_: Version, seen: Seen, Path((_, id)): Path<(String, String)>) -> Response {
    match find(&seen.world.tenant, &id) {
        Some(agent) => answer::ok(&shown(agent)),
        None => not_found("agent"),
    }
}

fn shown(agent: &Agent) -> Value {
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
        "isActive": agent.status.works(),
        "userType": agent.role,
        "DigitalEngagementEnabled": agent.digital,
        "digitalThreshold": 5,
        "digitalRefusalTimeout": 45,
    })
}

/// Everybody, logged out or not.
async fn states(_: Version, seen: Seen, uri: Uri) -> Response {
    let rows = seen
        .world
        .tenant
        .agents
        .iter()
        .map(|agent| state_of(&seen, agent))
        .collect();
    let head = json!({ "lastPollTime": moment(seen.sim.clock.now()) });
    paged(&uri, head, "agentStates", rows)
}

async fn state(_: Version, seen: Seen, Path((_, id)): Path<(String, String)>) -> Response {
    match find(&seen.world.tenant, &id) {
        Some(agent) => answer::ok(&json!({ "agentStates": [state_of(&seen, agent)] })),
        None => not_found("agent"),
    }
}

/// An agent with a contact is still available: digital contacts do not take the agent away from others.
fn state_of(seen: &Seen, agent: &Agent) -> Value {
    let tenant = &seen.world.tenant;
    let open = seen.sim.inbox().of_agent(agent.id);
    json!({
        "agentId": agent.id,
        "agentStateId": agent.state.number(),
        "agentStateName": agent.state.name(),
        "businessUnitId": tenant.unit.number,
        "contactId": open.first(),
        "isACW": false,
        "isActive": agent.status.works(),
        "isOutbound": false,
        "firstName": agent.first_name,
        "lastName": agent.last_name,
        "userName": agent.user_name,
        "openContacts": open.len(),
        "outStateId": 0,
        "outStateDescription": if agent.state == AgentState::Unavailable { "Break" } else { "" },
        "startDate": moment(agent.state_since.unwrap_or_else(|| seen.sim.clock.begun())),
        "stationId": 0,
        "teamId": 1,
        "teamName": "Sandbox team",
        "lastUpdateTime": moment(seen.sim.clock.now()),
    })
}
