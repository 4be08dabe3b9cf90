//! Channels: list, create or update, delete.

use std::cmp::Ordering;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{delete, get};
use http::{StatusCode, Uri};
use serde_json::{Map, Value, json};

use crate::answer;
use crate::digital::{Refusal, done, read};
use crate::params::Params;
use crate::state::{Seen, Sim};
use crate::switch::{
    ChannelIntegration, ChannelName, ChannelVisibility, CreateDefaultSkill, ListDefaultSkill, SenderActions,
};
use crate::tenant::{Channel, MEDIA_DIGITAL, Presence};

/// Default page size of the channel list. The real one is not documented.
const SIZE: u64 = 25;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/dfo/3.0/channels", get(channels).post(save))
        .route("/dfo/3.0/channels/{channel}", delete(remove))
        .route(
            "/dfo/3.0/channels/{channel}/external-platform-templates",
            get(templates),
        )
}

/// A bare array; pages count from 1.
async fn channels(seen: Seen, uri: Uri) -> Response {
    answer::ok(&channel_page(&seen, &Params::of(&uri)).into())
}

fn channel_page(seen: &Seen, params: &Params) -> Vec<Value> {
    let size = params.number("size", 1).unwrap_or(SIZE) as usize;
    let page = params.number("page", 1).unwrap_or(1) as usize;
    let private = params.flag("isPrivate");
    let manual = params.flag("hasManualOutboundFlow");
    let ids = params.all("id[]");
    let mut channels: Vec<&Channel> = seen
        .world
        .tenant
        .channels
        .iter()
        .filter(|channel| seen.listed(channel.created_at))
        .filter(|channel| seen.visible(channel))
        .filter(|channel| ids.is_empty() || ids.contains(&channel.id.as_str()))
        .filter(|channel| private.is_none_or(|private| private == channel.private))
        .filter(|channel| manual.is_none_or(|manual| manual == channel.flag("hasManualOutboundFlow")))
        .collect();
    if let Some(by) = order_by(params) {
        channels.sort_by(|a, b| by(a, b));
    }
    if params.get("order") == Some("desc") {
        channels.reverse();
    }
    channels
        .into_iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(|channel| {
            let mut item = list_item(channel);
            if seen.switches.list_default_skill == ListDefaultSkill::LeftOut
                && let Some(item) = item.as_object_mut()
            {
                item.remove("defaultSkillId");
            }
            item
        })
        .collect()
}

impl Seen {
    /// Whether the caller's list has a channel.
    fn visible(&self, channel: &Channel) -> bool {
        let role = self.caller().and_then(|caller| self.world.tenant.role(caller));
        self.switches.channel_visibility == ChannelVisibility::All
            || role.is_some_and(|role| !role.barred.contains(&channel.id))
    }
}

type Order = fn(&Channel, &Channel) -> Ordering;

/// `title` is the documented word for the name; the vendor's own agent client says `name`.
fn order_by(params: &Params) -> Option<Order> {
    match params.get("orderBy")? {
        "createdAt" => Some(|a, b| a.created_at.cmp(&b.created_at)),
        "id" => Some(|a, b| a.id.cmp(&b.id)),
        "title" | "name" => Some(|a, b| a.name.cmp(&b.name)),
        _ => None,
    }
}

fn put<T: Into<Value> + Clone>(object: &mut Value, name: &str, value: &Presence<T>) {
    match value {
        Presence::Absent => {}
        Presence::Null => object[name] = Value::Null,
        Presence::Value(value) => object[name] = value.clone().into(),
    }
}

fn list_item(channel: &Channel) -> Value {
    let mut item = json!({
        "id": channel.id,
        "idOnExternalPlatform": channel.id_on_external_platform,
        "realExternalPlatformId": channel.real_external_platform_id,
        "name": channel.name,
        "channelIntegrationId": channel.integration_id,
        "hasTreeStructure": channel.tree_structure,
        "isPrivate": channel.private,
        "isHidden": channel.hidden,
        "isLiveChat": false,
        "contentFormat": "plain",
        "translationGroup": "default",
        "ownerUserId": 0,
        "hasReply": channel.reply,
        "hasOutboundFlow": false,
        "hasManualOutboundFlow": false,
        "hasMultipleThreadsPerEndUser": false,
        "hasAbilityToSendFiles": false,
    });
    if let Some(item) = item.as_object_mut() {
        item.extend(channel.extra.clone());
    }
    put(&mut item, "studioScript", &channel.studio_script);
    put(&mut item, "defaultSkillId", &channel.default_skill);
    item
}

/// A channel as other answers embed it: the list item and what only this form has.
pub(crate) fn embedded(channel: &Channel) -> Value {
    let mut item = list_item(channel);
    item["integrationBoxIdentifier"] = "sim_byoc".into();
    item["isDeleted"] = false.into();
    item["mediaType"] = MEDIA_DIGITAL.into();
    item["canSendSenderActions"] = false.into();
    item["hasAgentsAsRecipients"] = false.into();
    item
}

impl Channel {
    /// A flag that was given when the channel was made.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.extra.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Whether typing is brought to the integration box.
    pub(crate) fn shows_typing(&self, seen: &Seen) -> bool {
        seen.switches.sender_actions == SenderActions::On
            && seen
                .world
                .tenant
                .integrations
                .iter()
                .any(|form| form.id == self.integration_id)
    }
}

/// Fields of the create body that a channel has of its own; the others are kept as they came.
const OWN: [&str; 10] = [
    "id",
    "idOnExternalPlatform",
    "realExternalPlatformId",
    "name",
    "channelIntegrationId",
    "hasTreeStructure",
    "isPrivate",
    "hasReply",
    "studioScript",
    "defaultSkillId",
];

/// Creates a channel, or updates the one with that id.
async fn save(seen: Seen, body: Bytes) -> Result<Response, Refusal> {
    let body = read(&body);
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let (id, name, integration) = (text("id"), text("name"), text("channelIntegrationId"));
    if body.get("defaultSkillId").is_some()
        && seen.switches.create_default_skill == CreateDefaultSkill::Refuse
    {
        return Err(seen.refusal(
            StatusCode::BAD_REQUEST,
            "defaultSkillId",
            "This field was not expected.",
            "extra_field",
        ));
    }
    let tenant = &seen.world.tenant;
    let known = |form: &crate::tenant::Integration| form.id.eq_ignore_ascii_case(&integration);
    let needs_known = seen.switches.channel_integration == ChannelIntegration::Known;
    if needs_known && !tenant.integrations.iter().any(known) {
        return Err(seen.unknown("channelIntegrationId"));
    }
    let others = || tenant.channels.iter().filter(|channel| channel.id != id);
    if seen.switches.channel_name == ChannelName::Unique && others().any(|channel| channel.name == name) {
        return Err(seen.refusal(
            StatusCode::BAD_REQUEST,
            "name",
            "This name is taken.",
            "not_unique",
        ));
    }
    let extra: Map<String, Value> = body
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| !OWN.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let script = body["studioScript"].as_str().map(str::to_owned);
    let skill = body["defaultSkillId"]
        .as_u64()
        .filter(|_| seen.switches.create_default_skill == CreateDefaultSkill::Accept);
    let now = seen.sim.clock.now();
    let (created, channel) = seen.sim.change(|world| {
        let channels = &mut world.tenant.channels;
        let at = channels.iter().position(|channel| channel.id == id);
        let before = at.map(|at| channels[at].clone());
        let keep = |new: Option<String>, old: Option<&Presence<String>>| match new {
            Some(new) if !new.is_empty() => Presence::Value(new),
            _ => old.cloned().unwrap_or(Presence::Null),
        };
        let channel = Channel {
            id,
            id_on_external_platform: text("idOnExternalPlatform"),
            name,
            integration_id: integration,
            real_external_platform_id: text("realExternalPlatformId"),
            private: body["isPrivate"].as_bool().unwrap_or(false),
            tree_structure: body["hasTreeStructure"].as_bool().unwrap_or(false),
            reply: body["hasReply"].as_bool().unwrap_or(true),
            hidden: before.as_ref().is_some_and(|before| before.hidden),
            studio_script: keep(script, before.as_ref().map(|before| &before.studio_script)),
            default_skill: match skill {
                Some(skill) => Presence::Value(skill),
                None => before
                    .as_ref()
                    .map_or(Presence::Null, |before| before.default_skill.clone()),
            },
            extra,
            created_at: before.as_ref().map_or(now, |before| before.created_at),
        };
        match at {
            Some(at) => channels[at] = channel.clone(),
            None => channels.push(channel.clone()),
        }
        (at.is_none(), channel)
    });
    let status = if created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(answer::json(status, &list_item(&channel)))
}

/// Its threads and contacts stay; nothing more can arrive on them.
async fn remove(seen: Seen, Path(id): Path<String>) -> Result<Response, Refusal> {
    if !seen.world.tenant.channels.iter().any(|channel| channel.id == id) {
        return Err(seen.missing("channelId"));
    }
    seen.sim
        .change(|world| world.tenant.channels.retain(|channel| channel.id != id));
    Ok(done(StatusCode::NO_CONTENT))
}

/// No channel here has templates: those belong to platforms with a vendor behind them.
async fn templates(seen: Seen, Path(id): Path<String>, uri: Uri) -> Result<Response, Refusal> {
    if !seen.world.tenant.channels.iter().any(|channel| channel.id == id) {
        return Err(seen.missing("channelId"));
    }
    let links = json!({ "self": uri.to_string(), "next": null, "previous": null });
    Ok(answer::ok(
        &json!({ "totalRecords": 0, "data": [], "_links": links }),
    ))
}
