//! The Digital API: channels, threads with their context, and the check of one-time tokens.

use std::cmp::Ordering;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::response::Response;
use axum::routing::{get, post};
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use crate::answer;
use crate::params::{BadParam, Params};
use crate::state::{Seen, Sim};
use crate::tenant::{Channel, MEDIA_DIGITAL, Presence};

pub(crate) const ONE_TIME_TOKEN: &str = "/dfo/3.0/one-time-token/verification";
/// Default page size of the channel list. The real one is not documented.
const SIZE: u64 = 25;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/dfo/3.0/channels", get(channels))
        .route("/dfo/3.0/threads", get(threads))
        .route(ONE_TIME_TOKEN, post(one_time_token))
}

fn bad_param(bad: BadParam, trace: &str) -> Response {
    answer::digital(
        StatusCode::BAD_REQUEST,
        Some(bad.name),
        bad.message,
        "invalid_value",
        trace,
    )
}

/// A bare array; pages count from 1.
async fn channels(seen: Seen, uri: Uri) -> Response {
    match channel_page(&seen, &Params::of(&uri)) {
        Ok(page) => answer::ok(&page.into()),
        Err(bad) => bad_param(bad, &seen.trace),
    }
}

fn channel_page(seen: &Seen, params: &Params) -> Result<Vec<Value>, BadParam> {
    let size = params.number("size", 1)?.unwrap_or(SIZE) as usize;
    let page = params.number("page", 1)?.unwrap_or(1) as usize;
    let private = params.flag("isPrivate")?;
    let ids = params.all("id[]");
    let mut channels: Vec<&Channel> = seen
        .world
        .tenant
        .channels
        .iter()
        .filter(|channel| ids.is_empty() || ids.contains(&channel.id.as_str()))
        .filter(|channel| private.is_none_or(|private| private == channel.private))
        .collect();
    if let Some(by) = order_by(params)? {
        channels.sort_by(|a, b| by(a, b));
    }
    if params.get("order") == Some("desc") {
        channels.reverse();
    }
    Ok(channels
        .into_iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(list_item)
        .collect())
}

type Order = fn(&Channel, &Channel) -> Ordering;

/// `title` is the documented word for the name; the vendor's own agent client says `name`.
fn order_by(params: &Params) -> Result<Option<Order>, BadParam> {
    match params.get("orderBy") {
        None | Some("createdAt") => Ok(None),
        Some("id") => Ok(Some(|a, b| a.id.cmp(&b.id))),
        Some("title" | "name") => Ok(Some(|a, b| a.name.cmp(&b.name))),
        Some(_) => Err(BadParam {
            name: "orderBy",
            message: "This value is not one of the choices.",
        }),
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
    put(&mut item, "studioScript", &channel.studio_script);
    put(&mut item, "defaultSkillId", &channel.default_skill);
    item
}

/// A channel as other answers embed it: the list item and what only this form has.
fn embedded(channel: &Channel) -> Value {
    let mut item = list_item(channel);
    item["integrationBoxIdentifier"] = "sim_byoc".into();
    item["isDeleted"] = false.into();
    item["mediaType"] = MEDIA_DIGITAL.into();
    item["canSendSenderActions"] = false.into();
    item["hasAgentsAsRecipients"] = false.into();
    item
}

async fn threads(seen: Seen, uri: Uri) -> Response {
    let params = Params::of(&uri);
    let with_context = match params.number("withContext", 0) {
        Ok(context) => context.unwrap_or(0) > 0,
        Err(bad) => return bad_param(bad, &seen.trace),
    };
    let tenant = &seen.world.tenant;
    let data: Vec<Value> = tenant
        .threads
        .iter()
        .map(|thread| {
            json!({
                "id": thread.id,
                "idOnExternalPlatform": thread.id_on_external_platform,
                "threadName": thread.name,
                "channelId": thread.channel_id,
                "canAddMoreMessages": true,
            })
        })
        .collect();
    let mut body = json!({
        "totalRecords": data.len(),
        "data": data,
        "_links": { "self": uri.to_string(), "next": null, "previous": null },
    });
    if with_context {
        let used = |channel: &&Channel| {
            tenant
                .threads
                .iter()
                .any(|thread| thread.channel_id == channel.id)
        };
        let channels: Vec<Value> = tenant.channels.iter().filter(used).map(embedded).collect();
        body["_context"] = json!({ "channels": channels, "messages": [] });
    }
    answer::ok(&body)
}

/// No token is out yet, so every well-formed question is answered with no.
async fn one_time_token(seen: Seen, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let refuse = |field: &str, message: &str, code: &str| {
        answer::digital(StatusCode::BAD_REQUEST, Some(field), message, code, &seen.trace)
    };
    for field in ["brandId", "userId"] {
        if body[field].as_u64().is_none_or(|id| id == 0) {
            return refuse(
                field,
                "This value should be a whole number of at least 1.",
                "invalid_value",
            );
        }
    }
    if body["token"].as_str().is_none_or(str::is_empty) {
        return refuse("token", "This value should not be blank.", "missing_value");
    }
    match body["purpose"].as_str() {
        Some("login" | "channel-integration" | "custom-component-login") => refuse(
            "token",
            "The token is unknown or was used before.",
            "invalid_token",
        ),
        _ => refuse(
            "purpose",
            "This value is not one of the choices.",
            "invalid_value",
        ),
    }
}
