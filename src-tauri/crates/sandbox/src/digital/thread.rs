//! The list of threads, with the channels they are on.

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use http::Uri;
use serde_json::{Value, json};

use crate::answer;
use crate::digital::{Refusal, embedded};
use crate::inbox::{Message, Thread};
use crate::params::Params;
use crate::state::{Seen, Sim};
use crate::tenant::Channel;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new().route("/dfo/3.0/threads", get(threads))
}

/// `query` is read in its one simple form, `channelId=…`.
async fn threads(seen: Seen, uri: Uri) -> Result<Response, Refusal> {
    let params = Params::of(&uri);
    let context = params.number("withContext", 0).unwrap_or(0) > 0;
    let tenant = &seen.world.tenant;
    let asked = params
        .get("query")
        .and_then(|query| query.trim().strip_prefix("channelId="));
    let inbox = seen.sim.inbox();
    let there = |thread: &&Thread| tenant.channels.iter().any(|channel| channel.id == thread.channel);
    let mut found: Vec<&Thread> = inbox
        .threads
        .iter()
        .filter(there)
        .filter(|thread| asked.is_none_or(|asked| asked == thread.channel))
        .collect();
    if params.get("sortType") == Some("desc") {
        found.reverse();
    }
    let total = found.len();
    if let Some(size) = params.number("size", 1) {
        let page = params.number("page", 1).unwrap_or(1);
        let (size, page) = (size as usize, page as usize);
        found = found
            .into_iter()
            .skip((page - 1).saturating_mul(size))
            .take(size)
            .collect();
    }
    let data: Vec<Value> = found
        .iter()
        .map(|thread| {
            json!({
                "id": thread.id,
                "idOnExternalPlatform": thread.external_id,
                "threadName": thread.name,
                "channelId": thread.channel,
                "canAddMoreMessages": thread.open,
            })
        })
        .collect();
    let mut body = json!({
        "totalRecords": total,
        "data": data,
        "_links": { "self": uri.to_string(), "next": null, "previous": null },
    });
    if context {
        let used = |channel: &&Channel| found.iter().any(|thread| thread.channel == channel.id);
        let channels: Vec<Value> = tenant.channels.iter().filter(used).map(embedded).collect();
        let last = |thread: &&Thread| -> Option<&Message> {
            inbox
                .messages
                .iter()
                .rev()
                .find(|message| message.thread == thread.id)
        };
        let messages: Vec<Value> = found
            .iter()
            .filter_map(last)
            .map(|message| inbox.shown(tenant, message))
            .collect();
        body["_context"] = json!({ "channels": channels, "messages": messages });
    }
    Ok(answer::ok(&body))
}
