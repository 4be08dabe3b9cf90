//! What is going on: active contacts, and signals to the scripts of contacts.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use crate::acd::{Version, at, media_name, moment, not_found, paged};
use crate::answer;
use crate::inbox::Contact;
use crate::params::Params;
use crate::state::{Seen, Sim};
use crate::tenant::{MEDIA_DIGITAL, Tenant};

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(at!("contacts/active"), get(active))
        .route(at!("interactions/{id}/signal"), post(signal))
}

fn shown(tenant: &Tenant, contact: &Contact) -> Value {
    let skill = contact.queue.as_deref().and_then(|queue| tenant.queue(queue));
    let campaign = skill.and_then(|skill| tenant.campaigns.iter().find(|known| known.id == skill.campaign));
    let channel = tenant
        .channels
        .iter()
        .find(|channel| channel.id == contact.channel);
    let agent = tenant
        .agents
        .iter()
        .find(|agent| Some(agent.id) == contact.assignee);
    let word = contact.status.word();
    json!({
        "contactId": contact.number,
        "masterContactId": contact.number,
        "contactStartDate": moment(contact.created_at.as_second()),
        "lastUpdateTime": moment(contact.updated_at.as_second()),
        "agentId": agent.map(|agent| agent.id),
        "firstName": agent.map(|agent| agent.first_name.as_str()),
        "lastName": agent.map(|agent| agent.last_name.as_str()),
        "skillId": skill.map(|skill| skill.id),
        "skillName": skill.map(|skill| skill.name.as_str()),
        "campaignId": campaign.map(|campaign| campaign.id),
        "campaignName": campaign.map(|campaign| campaign.name.as_str()),
        "mediaTypeId": MEDIA_DIGITAL,
        "mediaTypeName": media_name(MEDIA_DIGITAL),
        "pointOfContactName": channel.map(|channel| channel.name.as_str()),
        "digitalContactStateId": contact.status.number(),
        "digitalContactStateName": word,
        "stateName": if agent.is_some() { "Active" } else { "InQueue" },
        "isOutbound": false,
    })
}

async fn active(_: Version, seen: Seen, uri: Uri) -> Response {
    let params = Params::of(&uri);
    let asked = |name: &str| params.number(name, 0);
    let (media, skill) = (asked("mediaTypeId"), asked("skillId"));
    let (agent, campaign) = (asked("agentId"), asked("campaignId"));
    let same = |wanted: Option<u64>, value: &Value| wanted.is_none() || wanted == value.as_u64();
    let rows = seen
        .sim
        .inbox()
        .contacts
        .iter()
        .filter(|contact| !contact.status.ended() && seen.listed(contact.created_at.as_second()))
        .map(|contact| shown(&seen.world.tenant, contact))
        .filter(|row| {
            same(media, &row["mediaTypeId"])
                && same(skill, &row["skillId"])
                && same(agent, &row["agentId"])
                && same(campaign, &row["campaignId"])
        })
        .collect();
    let head = json!({
        "businessUnitId": seen.world.tenant.unit.number, "lastPollTime": moment(seen.sim.clock.now()),
    });
    paged(&uri, head, "activeContacts", rows)
}

/// Wakes the ONSIGNAL of the contact's script. The words are those of the vendor's extension for voice bots; that the
/// digital script knows them too is our reading.
async fn signal(_: Version, seen: Seen, uri: Uri, Path((_, id)): Path<(String, String)>) -> Response {
    let number = id.parse().ok();
    let number = number.filter(|number| seen.sim.inbox().contact(*number).is_some());
    let Some(number) = number else {
        return not_found("contact");
    };
    let params = Params::of(&uri);
    seen.signal(number, params.get("p1").unwrap_or_default());
    answer::text(StatusCode::ACCEPTED, "text/plain; charset=utf-8", "")
}
