//! Which agents have which skills, seen from both sides.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{delete, get};
use http::Uri;
use serde_json::{Value, json};

use crate::acd::agent::find;
use crate::acd::{Outcome, Version, at, batch, find_skill, media_name, moment, not_found, number, paged};
use crate::answer;
use crate::params::{Params, json_body};
use crate::state::{Seen, Sim};
use crate::tenant::{Agent, Assignment, Skill, Tenant};

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(
            at!("skills/{id}/agents"),
            get(of_skill)
                .post(assign_agents)
                .put(assign_agents)
                .delete(remove_agents),
        )
        .route(at!("skills/{id}/agents/unassigned"), get(unassigned))
        .route(at!("skills/{id}/agents/{agent}"), delete(remove_agent))
        .route(
            at!("agents/{id}/skills"),
            get(of_agent)
                .post(assign_skills)
                .put(assign_skills)
                .delete(remove_skills),
        )
}

fn shown(tenant: &Tenant, agent: &Agent, skill: &Skill, assignment: &Assignment) -> Value {
    let campaign = tenant
        .campaigns
        .iter()
        .find(|campaign| campaign.id == skill.campaign);
    json!({
        "agentId": agent.id,
        "userId": agent.user_id,
        "firstName": agent.first_name,
        "lastName": agent.last_name,
        "agentProficiencyValue": assignment.proficiency,
        "agentProficiencyName": if assignment.proficiency == 1 { "High" } else { "Lower" },
        "isActive": agent.status.works(),
        "isAssigned": assignment.active,
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
}

/// The head of both lists.
fn head(seen: &Seen) -> Value {
    json!({
        "businessUnitId": seen.world.tenant.unit.number,
        "lastPollTime": moment(seen.sim.clock.now()),
        "hiddenAgents": 0,
    })
}

async fn of_skill(_: Version, seen: Seen, uri: Uri, Path((_, id)): Path<(String, String)>) -> Response {
    let tenant = &seen.world.tenant;
    let Some(skill) = find_skill(tenant, &id) else {
        return not_found("skill");
    };
    let params = Params::of(&uri);
    let of = |agent: &Agent| -> Option<Value> {
        let assignment = agent.skills.iter().find(|of| of.skill == skill.id)?;
        Some(shown(tenant, agent, skill, assignment))
    };
    let rows = tenant
        .agents
        .iter()
        .filter(|agent| params.matches("searchString", &agent.full_name()))
        .filter_map(of)
        .collect();
    paged(&uri, head(&seen), "agentSkillAssignments", rows)
}

/// Wrapped, other than the assigned ones (documented).
async fn unassigned(_: Version, seen: Seen, uri: Uri, Path((_, id)): Path<(String, String)>) -> Response {
    let tenant = &seen.world.tenant;
    let Some(skill) = find_skill(tenant, &id) else {
        return not_found("skill");
    };
    let params = Params::of(&uri);
    let rows: Vec<Value> = tenant
        .agents
        .iter()
        .filter(|agent| !agent.has_skill(skill.id) && params.matches("searchString", &agent.full_name()))
        .map(|agent| {
            json!({
                "agentId": agent.id, "firstName": agent.first_name, "lastName": agent.last_name,
                "isActive": agent.status.works(), "teamId": 1, "teamName": "Sandbox team",
            })
        })
        .collect();
    let links = json!({ "self": uri.to_string(), "next": null, "previous": null });
    answer::ok(&json!({ "resultSet": { "totalRecords": rows.len(), "agents": rows, "_links": links } }))
}

async fn of_agent(_: Version, seen: Seen, uri: Uri, Path((_, id)): Path<(String, String)>) -> Response {
    let tenant = &seen.world.tenant;
    let Some(agent) = find(tenant, &id) else {
        return not_found("agent");
    };
    let params = Params::of(&uri);
    let rows = agent
        .skills
        .iter()
        .filter_map(|assignment| {
            let skill = tenant.skills.iter().find(|skill| skill.id == assignment.skill)?;
            params
                .matches("searchString", &skill.name)
                .then(|| shown(tenant, agent, skill, assignment))
        })
        .collect();
    paged(&uri, head(&seen), "agentSkillAssignments", rows)
}

/// Gives an agent a skill, or changes how the agent has it.
fn assign(seen: &Seen, agent: u64, skill: u64, item: &Value) -> Outcome {
    seen.sim.change(|world| {
        let tenant = &mut world.tenant;
        if !tenant.skills.iter().any(|known| known.id == skill) {
            return Err("The skill does not exist.");
        }
        let agent = tenant.agents.iter_mut().find(|known| known.id == agent);
        let agent = agent.ok_or("The agent does not exist.")?;
        let known = agent.skills.iter_mut().find(|of| of.skill == skill);
        let active = item["isActive"].as_bool();
        let proficiency = number(&item["proficiency"]);
        match known {
            Some(known) => {
                known.active = active.unwrap_or(known.active);
                known.proficiency = proficiency.unwrap_or(known.proficiency);
            }
            None => agent.skills.push(Assignment {
                skill,
                active: active.unwrap_or(true),
                proficiency: proficiency.unwrap_or(1),
            }),
        }
        Ok(())
    })
}

fn remove(seen: &Seen, agent: u64, skill: u64) -> Outcome {
    seen.sim.change(|world| {
        let agent = world.tenant.agents.iter_mut().find(|known| known.id == agent);
        let agent = agent.ok_or("The agent does not exist.")?;
        let at = agent.skills.iter().position(|of| of.skill == skill);
        agent
            .skills
            .remove(at.ok_or("The agent does not have the skill.")?);
        Ok(())
    })
}

type Change = fn(&Seen, u64, u64, &Value) -> Outcome;

/// A batch over the agents of a skill.
fn over_agents(seen: &Seen, id: &str, body: &[u8], change: Change) -> Response {
    let Some(skill) = find_skill(&seen.world.tenant, id).map(|skill| skill.id) else {
        return not_found("skill");
    };
    let body = json_body(body);
    let items = body["agents"].as_array().into_iter().flatten();
    let results = items
        .map(|item| {
            let agent = number(&item["agentId"]).unwrap_or_default();
            (agent, change(seen, agent, skill, item))
        })
        .collect();
    answer::ok(&json!({ "resultSet": batch("agentResults", "agentId", results) }))
}

/// A batch over the skills of an agent.
fn over_skills(seen: &Seen, id: &str, body: &[u8], change: Change) -> Response {
    let Some(agent) = find(&seen.world.tenant, id).map(|agent| agent.id) else {
        return not_found("agent");
    };
    let body = json_body(body);
    let items = body["skills"].as_array().into_iter().flatten();
    let results = items
        .map(|item| {
            let skill = number(&item["skillId"]).unwrap_or_default();
            (skill, change(seen, agent, skill, item))
        })
        .collect();
    answer::ok(&json!({ "resultSet": batch("skillResults", "skillId", results) }))
}

async fn assign_agents(
    _: Version,
    seen: Seen,
    Path((_, id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    over_agents(&seen, &id, &body, assign)
}

async fn remove_agents(
    _: Version,
    seen: Seen,
    Path((_, id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    over_agents(&seen, &id, &body, |seen, agent, skill, _| {
        remove(seen, agent, skill)
    })
}

async fn remove_agent(
    _: Version,
    seen: Seen,
    Path((_, id, agent)): Path<(String, String, String)>,
) -> Response {
    let tenant = &seen.world.tenant;
    let Some(skill) = find_skill(tenant, &id).map(|skill| skill.id) else {
        return not_found("skill");
    };
    match find(tenant, &agent).map(|agent| remove(&seen, agent.id, skill)) {
        Some(Ok(())) => answer::ok(&json!({})),
        _ => not_found("agent on this skill"),
    }
}

async fn assign_skills(
    _: Version,
    seen: Seen,
    Path((_, id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    over_skills(&seen, &id, &body, assign)
}

async fn remove_skills(
    _: Version,
    seen: Seen,
    Path((_, id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    over_skills(&seen, &id, &body, |seen, agent, skill, _| {
        remove(seen, agent, skill)
    })
}
