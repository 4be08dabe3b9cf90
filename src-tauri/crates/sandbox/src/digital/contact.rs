//! Contacts as they are read: search, one, its detail, its messages.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use http::Uri;
use serde_json::{Value, json};

use crate::answer;
use crate::digital::{Refusal, embedded};
use crate::inbox::{Contact, Inbox, Limited};
use crate::params::Params;
use crate::state::{Seen, Sim};

/// Rows of a page (seen in code).
const PAGE: usize = 25;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/dfo/3.0/contacts", get(search))
        .route("/dfo/3.0/contacts/{contact}", get(one))
        .route("/dfo/3.0/contacts/{contact}/messages", get(messages))
        .route("/dfo/3.0/contacts/{contact}/detail", get(detail))
        .route("/dfo/3.0/contacts/{contact}/detail/pagination", get(neighbours))
}

/// A contact by the number in a path: digits, or it is not there.
pub(crate) fn number(seen: &Seen, inbox: &Inbox, text: &str) -> Result<u64, Refusal> {
    let contact = text.parse().ok().and_then(|number| inbox.contact(number));
    contact
        .map(|contact| contact.number)
        .ok_or_else(|| seen.missing("contactNumber"))
}

async fn search(seen: Seen, uri: Uri) -> Result<Response, Refusal> {
    let params = Params::of(&uri);
    let (channels, queues) = (params.all("channel[]"), params.all("routingQueueId[]"));
    let (statuses, users) = (
        params.all("status[]"),
        params.all("endUserIdOnExternalPlatform[]"),
    );
    let tags: Vec<u64> = params
        .all("tag[]")
        .iter()
        .filter_map(|tag| tag.parse().ok())
        .collect();
    let day = |name: &str| params.get(name).and_then(|at| at.parse::<jiff::Timestamp>().ok());
    let (from, to) = (day("date[from]"), day("date[to]"));
    let text = params.get("query").unwrap_or_default();
    let inbox = seen.sim.inbox();
    let any = |wanted: &[&str], value: &str| wanted.is_empty() || wanted.contains(&value);
    let mut found: Vec<&Contact> = inbox
        .contacts
        .iter()
        .filter(|contact| seen.listed(contact.created_at.as_second()))
        .filter(|contact| any(&channels, &contact.channel))
        .filter(|contact| any(&statuses, contact.status.word()))
        .filter(|contact| any(&users, &contact.author.external_id))
        .filter(|contact| any(&queues, contact.queue.as_deref().unwrap_or_default()))
        .filter(|contact| {
            tags.is_empty()
                || inbox
                    .said(contact.number)
                    .any(|said| said.tags.iter().any(|tag| tags.contains(tag)))
        })
        .filter(|contact| {
            params
                .get("customerId")
                .is_none_or(|customer| customer == contact.customer)
        })
        .filter(|contact| from.is_none_or(|from| contact.created_at >= from))
        .filter(|contact| to.is_none_or(|to| contact.created_at <= to))
        .filter(|contact| text.is_empty() || queried(contact, text))
        .collect();
    match params.get("sorting") {
        Some("updatedAt") => found.sort_by_key(|contact| contact.updated_at),
        Some("status") => found.sort_by_key(|contact| contact.status.word()),
        _ => {}
    }
    if params.get("sortingType") == Some("desc") {
        found.reverse();
    }
    let hits = found.len();
    let start = params
        .get("scrollToken")
        .and_then(|token| token.parse::<usize>().ok())
        .unwrap_or(0);
    let tenant = &seen.world.tenant;
    let page: Vec<Value> = found
        .iter()
        .skip(start)
        .take(PAGE)
        .map(|contact| inbox.case(tenant, contact))
        .collect();
    let next = start + page.len();
    let mut body = json!({ "hits": hits, "data": page });
    if next < hits {
        body["scrollToken"] = next.to_string().into();
    }
    Ok(answer::ok(&body))
}

/// The query language in the forms seen: `field = value`, joined by AND.
fn queried(contact: &Contact, text: &str) -> bool {
    text.split(" AND ").all(|part| match part.split_once('=') {
        Some((field, value)) => {
            let value = value.trim().trim_matches('"');
            match field.trim() {
                "channel" => contact.channel == value,
                "status" => contact.status.word() == value,
                "caseId" => contact.number.to_string() == value,
                _ => false,
            }
        }
        None => contact.number.to_string() == part.trim() || contact.author.external_id == part.trim(),
    })
}

async fn one(seen: Seen, Path(id): Path<String>) -> Result<Response, Refusal> {
    let mut inbox = seen.sim.inbox();
    let counted = inbox.limits.count(Limited::GetContact, seen.sim.clock.now());
    seen.within(counted)?;
    let number = number(&seen, &inbox, &id)?;
    let shown = inbox
        .contact(number)
        .map(|contact| inbox.case(&seen.world.tenant, contact));
    Ok(answer::ok(&shown.unwrap_or_default()))
}

fn said(seen: &Seen, inbox: &Inbox, contact: u64) -> Vec<Value> {
    inbox
        .said(contact)
        .map(|message| inbox.shown(&seen.world.tenant, message))
        .collect()
}

async fn messages(seen: Seen, Path(id): Path<String>) -> Result<Response, Refusal> {
    let mut inbox = seen.sim.inbox();
    let counted = inbox.limits.count(Limited::GetContact, seen.sim.clock.now());
    seen.within(counted)?;
    let number = number(&seen, &inbox, &id)?;
    let data = said(&seen, &inbox, number);
    Ok(answer::ok(&json!({ "hits": data.len(), "data": data })))
}

/// Everything an agent's desk shows at once (seen in code). The permissions are the caller's own on this channel.
async fn detail(seen: Seen, Path(id): Path<String>) -> Result<Response, Refusal> {
    let inbox = seen.sim.inbox();
    let number = number(&seen, &inbox, &id)?;
    let contact = inbox
        .contact(number)
        .ok_or_else(|| seen.missing("contactNumber"))?;
    let tenant = &seen.world.tenant;
    let channel = tenant
        .channels
        .iter()
        .find(|channel| channel.id == contact.channel)
        .map(embedded);
    let queue = contact.queue.as_deref().and_then(|queue| tenant.queue(queue));
    let thread = inbox.thread(&contact.thread);
    let notes: Vec<Value> = inbox
        .said(number)
        .flat_map(|message| &message.notes)
        .map(|note| note.shown(tenant))
        .collect();
    let (reply, assign) = match channel {
        Some(_) => tenant.permissions(seen.caller(), &contact.channel),
        None => (false, false),
    };
    Ok(answer::ok(&json!({
        "customerContact": inbox.case(tenant, contact),
        "channel": channel.clone().unwrap_or_else(|| json!({})),
        "routingQueue": queue.map(|skill| json!({ "id": skill.routing_queue, "name": skill.name, "skillId": skill.id })),
        "thread": thread.map(|thread| json!({
            "id": thread.id, "idOnExternalPlatform": thread.external_id, "threadName": thread.name,
            "channelId": thread.channel, "canAddMoreMessages": thread.open,
        })).unwrap_or_else(|| json!({})),
        "messages": said(&seen, &inbox, number),
        "messageDrafts": [],
        "messageNotes": notes,
        "replyChannels": channel.into_iter().collect::<Vec<_>>(),
        "permissions": {
            "canReply": reply, "canAssign": assign, "canUnassign": assign, "canCreateDraft": false, "canApproveDraft": false,
        },
        "customerContactCustomFieldDefinitions": [],
    })))
}

async fn neighbours(seen: Seen, Path(id): Path<String>) -> Result<Response, Refusal> {
    let inbox = seen.sim.inbox();
    let number = number(&seen, &inbox, &id)?;
    let on = |number: u64| inbox.contact(number).map(|contact| contact.number.to_string());
    Ok(answer::ok(
        &json!({ "next": on(number + 1), "previous": on(number - 1) }),
    ))
}
