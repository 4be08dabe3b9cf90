//! Campaigns, in the shape of version 33 and in the one before.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use crate::acd::{Version, at, media_name, not_found, paged};
use crate::answer;
use crate::params::{Params, json_body};
use crate::state::{Seen, Sim};
use crate::tenant::Campaign;

/// From this version on items are named `id` and `name`, and nothing is wrapped.
const NEW_SHAPE: f64 = 33.0;

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(at!("campaigns"), get(list).post(make))
        .route(at!("campaigns/{id}"), get(one))
        .route(at!("campaigns/{id}/skills"), get(skills))
}

async fn list(Version(version): Version, seen: Seen, uri: Uri) -> Response {
    let tenant = &seen.world.tenant;
    let params = Params::of(&uri);
    let active = params.flag("isActive");
    let rows: Vec<Value> = tenant
        .campaigns
        .iter()
        .filter(|campaign| active.is_none_or(|active| active == campaign.active))
        .filter(|campaign| params.matches("searchString", &campaign.name))
        .map(|campaign| shown(version, campaign))
        .collect();
    if version >= NEW_SHAPE {
        return paged(
            &uri,
            json!({ "businessUnitId": tenant.unit.number }),
            "campaigns",
            rows,
        );
    }
    if rows.is_empty() {
        return answer::empty();
    }
    answer::ok(&json!({ "resultSet": {
        "businessUnitId": tenant.unit.number, "totalRecords": rows.len(), "campaigns": rows,
    } }))
}

fn find<'a>(seen: &'a Seen, id: &str) -> Option<&'a Campaign> {
    seen.world
        .tenant
        .campaigns
        .iter()
        .find(|campaign| campaign.id.to_string() == id)
}

async fn one(Version(version): Version, seen: Seen, Path((_, id)): Path<(String, String)>) -> Response {
    match find(&seen, &id) {
        Some(campaign) => answer::ok(&shown(version, campaign)),
        None => not_found("campaign"),
    }
}

fn shown(version: f64, campaign: &Campaign) -> Value {
    if version >= NEW_SHAPE {
        json!({ "id": campaign.id, "name": campaign.name, "isActive": campaign.active, "notes": "" })
    } else {
        json!({ "campaignId": campaign.id, "campaignName": campaign.name, "isActive": campaign.active, "notes": "" })
    }
}

/// The body of version 33 on an older version is 500 (seen in code).
async fn make(Version(version): Version, seen: Seen, body: Bytes) -> Response {
    if version < NEW_SHAPE {
        let text = "The body could not be read.";
        return answer::acd(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", text);
    }
    let body = json_body(&body);
    let id = seen.sim.change(|world| {
        let campaigns = &mut world.tenant.campaigns;
        let id = campaigns
            .iter()
            .map(|campaign| campaign.id)
            .max()
            .unwrap_or(1_000)
            + 1;
        campaigns.push(Campaign {
            id,
            name: body["name"].as_str().unwrap_or_default().to_owned(),
            active: body["isActive"].as_bool().unwrap_or(true),
        });
        id
    });
    answer::ok(&json!({ "id": id }))
}

async fn skills(_: Version, seen: Seen, uri: Uri, Path((_, id)): Path<(String, String)>) -> Response {
    let Some(campaign) = find(&seen, &id) else {
        return not_found("campaign");
    };
    let tenant = &seen.world.tenant;
    let rows = tenant
        .skills
        .iter()
        .filter(|skill| skill.campaign == campaign.id)
        .map(|skill| {
            json!({
                "skillId": skill.id, "skillName": skill.name,
                "mediaType": skill.media_type, "mediaName": media_name(skill.media_type),
            })
        })
        .collect();
    paged(
        &uri,
        json!({ "businessUnitId": tenant.unit.number }),
        "skills",
        rows,
    )
}
