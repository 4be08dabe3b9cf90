//! Skills: list, one, make, change.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use http::{StatusCode, Uri};
use serde_json::{Map, Value, json};

use crate::acd::{Version, at, find_skill, media_name, not_found, paged};
use crate::answer;
use crate::id::Ids;
use crate::params::{Params, json_body};
use crate::state::{Seen, Sim};
use crate::switch::{SkillDetail, SkillName};
use crate::tenant::{MEDIA_DIGITAL, Skill, Tenant};

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(at!("skills"), get(list).post(make))
        .route(at!("skills/{id}"), get(one).put(change))
}

async fn list(_: Version, seen: Seen, uri: Uri) -> Response {
    let params = Params::of(&uri);
    let tenant = &seen.world.tenant;
    let media = params.number("mediaTypeId", 0);
    let active = params.flag("isActive");
    let outbound = params
        .get("outboundStrategy")
        .map(|strategy| strategy.eq_ignore_ascii_case("inbound"));
    let rows = tenant
        .skills
        .iter()
        .filter(|skill| seen.listed(skill.created_at))
        .filter(|skill| media.is_none_or(|media| i64::try_from(media) == Ok(skill.media_type)))
        .filter(|skill| active.is_none_or(|active| active == skill.active))
        .filter(|skill| outbound.is_none_or(|inbound| inbound != skill.outbound))
        .filter(|skill| params.matches("searchString", &skill.name))
        .map(|skill| shown(tenant, skill))
        .collect();
    paged(
        &uri,
        json!({ "businessUnitId": tenant.unit.number }),
        "skills",
        rows,
    )
}

async fn one(_: Version, seen: Seen, Path((_, id)): Path<(String, String)>) -> Response {
    let tenant = &seen.world.tenant;
    match (find_skill(tenant, &id), seen.switches.skill_detail) {
        (Some(skill), SkillDetail::Flat) => answer::ok(&shown(tenant, skill)),
        (Some(skill), SkillDetail::Wrapped) => answer::ok(&json!({ "skills": [shown(tenant, skill)] })),
        (None, _) => not_found("skill"),
    }
}

pub(super) fn shown(tenant: &Tenant, skill: &Skill) -> Value {
    let campaign = tenant
        .campaigns
        .iter()
        .find(|campaign| campaign.id == skill.campaign);
    let mut body = json!({
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
    });
    if let Some(body) = body.as_object_mut() {
        for (name, value) in &skill.extra {
            if body.contains_key(name) {
                body.insert(name.clone(), value.clone());
            }
        }
    }
    body
}

/// Why a skill was not made, for people: the vendor's own texts are not public.
fn refused(seen: &Seen, body: &Value) -> Option<&'static str> {
    let tenant = &seen.world.tenant;
    let name = body["skillName"].as_str().unwrap_or_default();
    if seen.switches.skill_name == SkillName::Unique
        && tenant
            .skills
            .iter()
            .any(|skill| skill.name.eq_ignore_ascii_case(name))
    {
        return Some("A skill of this name is there already.");
    }
    let campaign = body["campaignId"].as_u64();
    if !tenant.campaigns.iter().any(|known| Some(known.id) == campaign) {
        return Some("The campaign does not exist.");
    }
    if media_name(body["mediaTypeId"].as_i64().unwrap_or_default()) == "Other" {
        return Some("The media type does not exist.");
    }
    None
}

/// Several at once. The batch is answered 200 even where nothing was made (seen in code).
async fn make(_: Version, seen: Seen, body: Bytes) -> Response {
    let body = json_body(&body);
    let mut errors = 0;
    let mut results = Vec::new();
    for item in body["skills"].as_array().into_iter().flatten() {
        // Each item sees what the ones before it made.
        let now_seen = Seen {
            world: seen.sim.view(&seen.faults),
            ..seen.again()
        };
        match refused(&now_seen, item) {
            Some(why) => {
                errors += 1;
                results.push(json!({ "success": false, "skillId": 0, "error": why }));
            }
            None => results.push(json!({ "success": true, "skillId": made(&seen, item) })),
        }
    }
    answer::ok(&json!({ "errorCount": errors, "skillsResults": results }))
}

fn made(seen: &Seen, body: &Value) -> u64 {
    let created_at = seen.sim.clock.now();
    seen.sim.change(|world| {
        let skills = &mut world.tenant.skills;
        let id = skills.iter().map(|skill| skill.id).max().unwrap_or(900_000) + 1;
        skills.push(Skill {
            id,
            name: body["skillName"].as_str().unwrap_or_default().to_owned(),
            media_type: body["mediaTypeId"].as_i64().unwrap_or(MEDIA_DIGITAL),
            outbound: body["isOutbound"].as_bool().unwrap_or(false),
            active: body["isActive"].as_bool().unwrap_or(true),
            campaign: body["campaignId"].as_u64().unwrap_or_default(),
            routing_queue: Ids::new(seen.sim.seed).uuid(&format!("queue {id}")),
            extra: extra(body),
            created_at,
        });
        id
    })
}

fn extra(body: &Value) -> Map<String, Value> {
    let own = [
        "skillId",
        "skillName",
        "mediaTypeId",
        "mediaTypeName",
        "isActive",
        "isOutbound",
        "campaignId",
    ];
    body.as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

async fn change(_: Version, seen: Seen, Path((_, id)): Path<(String, String)>, body: Bytes) -> Response {
    let tenant = &seen.world.tenant;
    let Some(skill) = find_skill(tenant, &id) else {
        return not_found("skill");
    };
    let body = json_body(&body);
    let wanted = &body["skill"];
    let name = wanted["skillName"].as_str();
    let taken = |other: &Skill| {
        other.id != skill.id && name.is_some_and(|name| other.name.eq_ignore_ascii_case(name))
    };
    if seen.switches.skill_name == SkillName::Unique && tenant.skills.iter().any(taken) {
        let text = "A skill of this name is there already.";
        return answer::acd(StatusCode::CONFLICT, "conflict", text);
    }
    let id = skill.id;
    seen.sim.change(|world| {
        let Some(skill) = world.tenant.skills.iter_mut().find(|skill| skill.id == id) else {
            return;
        };
        if let Some(name) = name {
            name.clone_into(&mut skill.name);
        }
        if let Some(active) = wanted["isActive"].as_bool() {
            skill.active = active;
        }
        if let Some(campaign) = wanted["campaignId"].as_u64() {
            skill.campaign = campaign;
        }
        skill.extra.extend(extra(wanted));
    });
    answer::ok(&json!({ "success": true, "skillId": id }))
}
