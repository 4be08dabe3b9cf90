//! What belongs to the tenant and not to a conversation: who asks, routing queues, tags.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::response::Response;
use axum::routing::get;
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use crate::answer;
use crate::digital::{Refusal, done, read};
use crate::inbox::Tag;
use crate::params::Params;
use crate::state::{Seen, Sim};
use crate::tenant::{Agent, MEDIA_DIGITAL, Tenant};

/// Default rows of the queue list (seen in code).
const QUEUES: u64 = 50;
/// Colour of a tag that came without one.
const COLOR: &str = "#4F5661";

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/dfo/3.0/me", get(me))
        .route("/dfo/3.0/routing-queues", get(queues))
        .route("/dfo/3.0/tags", get(tags).put(save_tag))
}

impl Tenant {
    /// The tenant as Digital shows it.
    pub(crate) fn brand(&self) -> Value {
        json!({
            "id": self.brand_id(),
            "friendlyName": self.name,
            "timezone": "UTC",
            "brandHash": "sim",
            "tenantId": self.id,
            "businessUnitId": self.unit.number,
            "acdClusterId": self.cluster.to_uppercase(),
        })
    }
}

async fn me(seen: Seen) -> Result<Response, Refusal> {
    let user = seen.caller().map(Agent::shown).ok_or_else(|| {
        seen.refusal(
            StatusCode::UNAUTHORIZED,
            "",
            "The token belongs to nobody.",
            "unauthorized",
        )
    })?;
    Ok(answer::ok(
        &json!({ "user": user, "brand": seen.world.tenant.brand() }),
    ))
}

/// One queue for every digital skill.
async fn queues(seen: Seen, uri: Uri) -> Result<Response, Refusal> {
    let params = Params::of(&uri);
    let size = params.number("size", 1).unwrap_or(QUEUES) as usize;
    let ids = params.all("id[]");
    let found: Vec<Value> = seen
        .world
        .tenant
        .skills
        .iter()
        .filter(|skill| skill.media_type == MEDIA_DIGITAL && seen.listed(skill.created_at))
        .filter(|skill| ids.is_empty() || ids.contains(&skill.routing_queue.as_str()))
        .filter(|skill| params.matches("nameContains", &skill.name))
        .map(|skill| {
            json!({
                "id": skill.routing_queue, "name": skill.name, "isSubqueue": false, "isDeleted": false,
                "skillId": skill.id,
            })
        })
        .collect();
    let hits = found.len();
    let data: Vec<Value> = found.into_iter().take(size).collect();
    Ok(answer::ok(&json!({ "hits": hits, "data": data })))
}

async fn tags(seen: Seen, uri: Uri) -> Response {
    let ids: Vec<u64> = Params::of(&uri)
        .all("id[]")
        .iter()
        .filter_map(|id| id.parse().ok())
        .collect();
    let inbox = seen.sim.inbox();
    let data: Vec<Value> = inbox
        .tags
        .iter()
        .filter(|tag| ids.is_empty() || ids.contains(&tag.id))
        .map(|tag| json!({ "id": tag.id, "title": tag.title, "color": tag.color }))
        .collect();
    answer::ok(&json!({ "hits": data.len(), "data": data }))
}

/// A tag is known by its title; saving it again changes its colour.
async fn save_tag(seen: Seen, body: Bytes) -> Response {
    let body = read(&body);
    let title = body["title"].as_str().unwrap_or_default();
    let color = body["color"].as_str().unwrap_or(COLOR).to_owned();
    let mut inbox = seen.sim.inbox();
    let id = inbox.tags.len() as u64 + 1;
    match inbox.tags.iter_mut().find(|tag| tag.title == title) {
        Some(tag) => tag.color = color,
        None => inbox.tags.push(Tag {
            id,
            title: title.to_owned(),
            color,
        }),
    }
    done(StatusCode::CREATED)
}
