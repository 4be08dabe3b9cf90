//! What can be done to a contact: status, agent, queue, properties, custom fields, transcript, abandonment.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{delete, post, put};
use http::StatusCode;
use serde_json::Value;

use crate::digital::contact::number;
use crate::digital::{Refusal, done, read};
use crate::inbox::{Contact, Field, Happened, Status};
use crate::state::{Seen, Sim};

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/dfo/3.0/contacts/{contact}", put(update))
        .route("/dfo/3.0/contacts/{contact}/status", put(status))
        .route(
            "/dfo/3.0/contacts/{contact}/inbox-assignment",
            put(assign).delete(unassign),
        )
        .route("/dfo/3.0/contacts/{contact}/routing-queue", put(queue))
        .route("/dfo/3.0/contacts/{contact}/routing-properties", put(properties))
        .route("/dfo/3.0/contacts/{contact}/custom-fields", put(fields))
        .route(
            "/dfo/3.0/contacts/{contact}/custom-fields/{ident}",
            delete(delete_field),
        )
        .route("/dfo/3.0/contacts/{contact}/abandon", post(abandon))
        .route("/dfo/3.0/contacts/{contact}/transcript", post(transcript))
}

/// Changes a contact within its limits and tells what happened.
fn changed(
    seen: &Seen,
    id: &str,
    change: impl FnOnce(&mut Contact) -> Result<Vec<Happened>, Refusal>,
) -> Result<(), Refusal> {
    let (number, happened, over) = {
        let mut inbox = seen.sim.inbox();
        let number = number(seen, &inbox, id)?;
        let counted = inbox.limits.update(number, seen.sim.clock.now());
        seen.within(counted)?;
        let contact = inbox
            .contact_mut(number)
            .ok_or_else(|| seen.missing("contactNumber"))?;
        let before = contact.status.ended();
        let happened = change(contact)?;
        (number, happened, !before && contact.status.ended())
    };
    seen.tell(number, &happened);
    if over {
        seen.released(number);
    }
    Ok(())
}

async fn update(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let body = read(&body);
    changed(&seen, &id, |contact| {
        shape(contact, &body);
        Ok(Vec::new())
    })?;
    Ok(done(StatusCode::NO_CONTENT))
}

/// Priority and proficiency, where they are given.
fn shape(contact: &mut Contact, body: &Value) {
    if let Some(priority) = body["routingQueuePriority"].as_u64() {
        contact.priority = priority;
    }
    if body["proficiency"].is_object() {
        contact.proficiency = body["proficiency"].clone();
    }
}

async fn status(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let body = read(&body);
    let wanted = body["status"]
        .as_str()
        .and_then(Status::read)
        .ok_or_else(|| seen.unknown("status"))?;
    let now = seen.sim.clock.timestamp();
    changed(&seen, &id, |contact| {
        let changed = contact.become_status(wanted, now);
        Ok(changed.then_some(Happened::StatusChanged).into_iter().collect())
    })?;
    Ok(done(StatusCode::NO_CONTENT))
}

/// The agent a body names, by one of the three ids.
fn agent(seen: &Seen, body: &Value) -> Result<u64, Refusal> {
    let number = body["userId"].as_u64().or(body["inboxAssignee"].as_u64());
    let uuid = body["inboxAssigneeCxoneId"].as_str();
    let agents = &seen.world.tenant.agents;
    let found = agents
        .iter()
        .find(|agent| Some(agent.digital_id()) == number || Some(agent.user_id.as_str()) == uuid);
    let named = ["userId", "inboxAssignee", "inboxAssigneeCxoneId"];
    let named = named.into_iter().find(|name| body.get(name).is_some());
    found
        .map(|agent| agent.id)
        .ok_or_else(|| seen.unknown(named.unwrap_or("userId")))
}

async fn assign(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let body = read(&body);
    let agent = agent(&seen, &body)?;
    let now = seen.sim.clock.timestamp();
    changed(&seen, &id, |contact| {
        if !seen.may(&contact.channel).1 {
            return Err(seen.forbidden());
        }
        if contact.status.ended() {
            return Err(ended(&seen));
        }
        let assignment = contact.assign(agent, now);
        let mut happened = vec![Happened::AssigneeChanged(assignment.previous)];
        happened.extend(assignment.opened.then_some(Happened::StatusChanged));
        Ok(happened)
    })?;
    Ok(done(StatusCode::OK))
}

fn ended(seen: &Seen) -> Refusal {
    seen.refusal(
        StatusCode::BAD_REQUEST,
        "contactNumber",
        "The contact is over.",
        "contact_closed",
    )
}

async fn unassign(seen: Seen, Path(id): Path<String>) -> Result<Response, Refusal> {
    let now = seen.sim.clock.timestamp();
    changed(&seen, &id, |contact| {
        let previous = contact.unassign(now);
        Ok(previous
            .map(|agent| Happened::AssigneeChanged(Some(agent)))
            .into_iter()
            .collect())
    })?;
    Ok(done(StatusCode::OK))
}

/// The queue a body names, by its own id or by its skill.
fn wanted_queue(seen: &Seen, body: &Value) -> Result<String, Refusal> {
    let (queue, skill) = (body["routingQueueId"].as_str(), body["skillId"].as_u64());
    let skills = &seen.world.tenant.skills;
    let found = skills
        .iter()
        .find(|known| Some(known.id) == skill || Some(known.routing_queue.as_str()) == queue);
    let field = if skill.is_some() {
        "skillId"
    } else {
        "routingQueueId"
    };
    found
        .map(|skill| skill.routing_queue.clone())
        .ok_or_else(|| seen.unknown(field))
}

fn enqueued(seen: &Seen, id: &str, body: &Value) -> Result<(), Refusal> {
    let queue = wanted_queue(seen, body)?;
    let now = seen.sim.clock.timestamp();
    changed(seen, id, |contact| {
        if contact.status.ended() {
            return Err(ended(seen));
        }
        shape(contact, body);
        let mut happened = vec![Happened::QueueChanged];
        happened.extend(
            contact
                .enqueue(&queue, seen.switches, now)
                .then_some(Happened::StatusChanged),
        );
        Ok(happened)
    })
}

async fn queue(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    enqueued(&seen, &id, &read(&body))?;
    Ok(done(StatusCode::OK))
}

/// Declares no 404: an unknown contact is 400 here.
async fn properties(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    known(&seen, &id)?;
    enqueued(&seen, &id, &read(&body))?;
    Ok(done(StatusCode::OK))
}

fn known(seen: &Seen, id: &str) -> Result<(), Refusal> {
    match number(seen, &seen.sim.inbox(), id) {
        Ok(_) => Ok(()),
        Err(_) => Err(seen.unknown("contactNumber")),
    }
}

async fn fields(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let fields = Field::read_all(&read(&body));
    changed(&seen, &id, |contact| {
        Field::put_all(&mut contact.fields, fields);
        Ok(Vec::new())
    })?;
    Ok(done(StatusCode::OK))
}

async fn delete_field(seen: Seen, Path((id, ident)): Path<(String, String)>) -> Result<Response, Refusal> {
    changed(&seen, &id, |contact| {
        let at = contact.fields.iter().position(|field| field.ident == ident);
        contact.fields.remove(at.ok_or_else(|| seen.missing("ident"))?);
        Ok(Vec::new())
    })?;
    Ok(done(StatusCode::NO_CONTENT))
}

async fn abandon(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let body = read(&body);
    let now = seen.sim.clock.timestamp();
    let kind = body["type"].as_str().unwrap_or("abandon").to_owned();
    changed(&seen, &id, |contact| {
        contact.abandoned = Some((kind, now));
        let closed = contact.become_status(Status::Closed, now);
        Ok(closed.then_some(Happened::StatusChanged).into_iter().collect())
    })?;
    Ok(done(StatusCode::NO_CONTENT))
}

/// Taken note of, and no more: where a transcript would go is a mailbox.
async fn transcript(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    known(&seen, &id)?;
    let body = read(&body);
    let to = body["recipients"].as_array().into_iter().flatten();
    let to: Vec<String> = to
        .filter_map(|to| to["idOnExternalPlatform"].as_str().map(str::to_owned))
        .collect();
    changed(&seen, &id, |contact| {
        contact.transcripts.extend(to);
        Ok(Vec::new())
    })?;
    Ok(done(StatusCode::CREATED))
}
