//! What arrives on a channel: messages from the platform, replies from this side, delivery states, typing.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{post, put};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::answer;
use crate::courier;
use crate::digital::{Refusal, done, read};
use crate::fault::Fault;
use crate::inbox::{Delivery, Direction, Field, Happened, Identity, Limited, NewMessage, Received, Status};
use crate::state::{Seen, Sim};
use crate::switch::OutboundReply;
use crate::tenant::Channel;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/dfo/3.0/channels/{channel}/messages", post(create))
        .route("/dfo/3.0/channels/{channel}/inbound", post(inbound))
        .route("/dfo/3.0/channels/{channel}/outbound", post(outbound))
        .route(
            "/dfo/3.0/channels/{channel}/messages/{message}/status",
            put(status),
        )
        .route("/dfo/3.0/channels/{channel}/threads/{thread}", put(thread))
        .route(
            "/dfo/3.0/channels/{channel}/threads/{thread}/sender-actions",
            post(sender_action),
        )
}

fn channel<'a>(seen: &'a Seen, id: &str) -> Result<&'a Channel, Refusal> {
    let found = seen.world.tenant.channels.iter().find(|channel| channel.id == id);
    found.ok_or_else(|| seen.missing("channelId"))
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn tags(value: &Value) -> Vec<u64> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect()
}

/// The queue of the skill a body asks for.
fn queue(seen: &Seen, contact: &Value) -> Result<Option<String>, Refusal> {
    let Some(asked) = contact["skillId"].as_u64() else {
        return Ok(None);
    };
    let skill = seen.world.tenant.skills.iter().find(|skill| skill.id == asked);
    match skill {
        Some(skill) => Ok(Some(skill.routing_queue.clone())),
        None => Err(seen.unknown("contact.skillId")),
    }
}

/// The middleware's way in: a message with the ids the platform gave it.
async fn create(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let body = read(&body);
    channel(&seen, &id)?;
    if seen.has(Fault::MessageRejected) {
        let (text, code) = ("This value is not valid.", "invalid_value");
        return Err(seen.refusal(StatusCode::BAD_REQUEST, "messageContent", text, code));
    }
    let now = seen.sim.clock.timestamp();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let direction = match body["direction"].as_str() {
        Some("outbound") => Direction::Outbound,
        _ => Direction::Inbound,
    };
    let new = NewMessage {
        channel: id,
        external_id: text(&body["idOnExternalPlatform"]),
        thread_external_id: text(&body["thread"]["idOnExternalPlatform"]).unwrap_or_default(),
        thread_name: text(&body["thread"]["threadName"]),
        direction,
        created_at: body["createdAtWithMilliseconds"]
            .as_str()
            .and_then(|at| at.parse::<Timestamp>().ok())
            .unwrap_or(now),
        content: body["messageContent"].clone(),
        author: Some(Identity::read(&body["authorEndUserIdentity"])),
        user: None,
        attachments: list(&body["attachments"]),
        recipients: list(&body["recipients"]),
        reply_to: text(&body["replyToMessage"]["idOnExternalPlatform"]),
        tags: tags(&body["tagIds"]),
        fields: Field::read_all(&body["contact"]["customFields"]),
        status: body["contact"]["status"].as_str().and_then(Status::read),
        queue: queue(&seen, &body["contact"])?,
    };
    let (message, contact) = take(&seen, new, Limited::StoreInbound)?;
    let answer = both(&seen, &message, contact);
    seen.route(contact);
    Ok(answer::json(StatusCode::CREATED, &answer))
}

/// Stores a message within the limits and tells what happened.
pub(crate) fn take(seen: &Seen, new: NewMessage, limited: Limited) -> Result<(String, u64), Refusal> {
    let now = seen.sim.clock.timestamp();
    let (received, counted) = {
        let mut inbox = seen.sim.inbox();
        let counted = inbox.limits.count(limited, now.as_second());
        seen.within(counted)?;
        // The contact's own bucket counts its messages too; a new contact's is full.
        let current = inbox
            .thread_on(&new.channel, &new.thread_external_id)
            .map(|thread| thread.id.clone());
        let last = current.and_then(|thread| {
            let on = inbox
                .contacts
                .iter()
                .rev()
                .find(|contact| contact.thread == thread)?;
            (!on.status.ended()).then_some(on.number)
        });
        let counted = last.map_or(Ok(()), |contact| inbox.limits.update(contact, now.as_second()));
        seen.within(counted)?;
        let received = inbox.receive(new, seen.switches, now);
        let counted = match (&received, last) {
            (Received::Stored { contact, .. }, None) => inbox.limits.update(*contact, now.as_second()),
            _ => Ok(()),
        };
        (received, counted)
    };
    seen.within(counted)?;
    match received {
        Received::Stored {
            message,
            contact,
            happened,
        } => {
            seen.tell(contact, &happened);
            Ok((message, contact))
        }
        Received::Known { message, contact } => Ok((message, contact)),
        Received::Repeated => Err(seen.refusal(
            StatusCode::CONFLICT,
            "idOnExternalPlatform",
            "A message with this id is there already.",
            "not_unique",
        )),
        Received::ThreadClosed => Err(seen.refusal(
            StatusCode::BAD_REQUEST,
            "thread.idOnExternalPlatform",
            "The thread takes no more messages.",
            "thread_closed",
        )),
    }
}

fn both(seen: &Seen, message: &str, contact: u64) -> Value {
    let inbox = seen.sim.inbox();
    let tenant = &seen.world.tenant;
    let case = inbox.contact(contact).map(|contact| inbox.case(tenant, contact));
    let message = inbox.message(message).map(|message| inbox.shown(tenant, message));
    json!({ "consumerContact": case, "message": message })
}

/// The other way in, for who has no ids of its own.
async fn inbound(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let body = read(&body);
    channel(&seen, &id)?;
    let now = seen.sim.clock.timestamp();
    let author = Identity::read(&body["authorCustomerIdentity"]);
    let thread = body["thread"]["idOnExternalPlatform"].as_str().map(str::to_owned);
    let new = NewMessage {
        channel: id,
        external_id: None,
        // Without a thread of its own an end user has one a channel.
        thread_external_id: thread.unwrap_or_else(|| author.external_id.clone()),
        thread_name: body["thread"]["threadName"].as_str().map(str::to_owned),
        direction: Direction::Inbound,
        created_at: now,
        content: body["messageContent"].clone(),
        author: Some(author),
        user: None,
        attachments: list(&body["attachments"]),
        recipients: list(&body["recipients"]),
        reply_to: None,
        tags: Vec::new(),
        fields: Field::read_all(&body["contact"]["customFields"]),
        status: None,
        queue: None,
    };
    let (_, contact) = take(&seen, new, Limited::StoreInbound)?;
    seen.route(contact);
    let inbox = seen.sim.inbox();
    let case = inbox
        .contact(contact)
        .map(|contact| inbox.case(&seen.world.tenant, contact));
    Ok(answer::json(StatusCode::CREATED, &json!({ "contact": case })))
}

/// An agent, a bot or a script says something: the message is stored, and the integration box is called.
async fn outbound(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let body = read(&body);
    let channel = channel(&seen, &id)?;
    if !channel.reply {
        return Err(seen.refusal(
            StatusCode::CONFLICT,
            "",
            "The channel takes no replies.",
            "no_reply",
        ));
    }
    if !seen.may(&id).0 {
        return Err(seen.forbidden());
    }
    let recipients = list(&body["recipients"]);
    let named = body["thread"]["idOnExternalPlatform"].as_str();
    let known = named.is_some_and(|thread| seen.sim.inbox().thread_on(&id, thread).is_some());
    if !known {
        if recipients.is_empty() {
            return Err(seen.missing("thread.idOnExternalPlatform"));
        }
        // An agent starts a conversation: the box may say no first.
        if channel.flag("hasManualOutboundFlow") {
            courier::validate(&seen, channel, &recipients)
                .await
                .map_err(|said| {
                    seen.refusal(
                        StatusCode::UNPROCESSABLE_ENTITY,
                        "recipients",
                        &said,
                        "outboundValidationFailed",
                    )
                })?;
        }
    }
    let first = recipients
        .first()
        .and_then(|to| to["idOnExternalPlatform"].as_str());
    let thread = named.or(first).unwrap_or_default().to_owned();
    let new = NewMessage {
        channel: id,
        external_id: None,
        thread_external_id: thread,
        thread_name: body["thread"]["threadName"].as_str().map(str::to_owned),
        direction: Direction::Outbound,
        created_at: seen.sim.clock.timestamp(),
        content: body["messageContent"].clone(),
        author: None,
        user: seen.caller,
        attachments: list(&body["attachments"]),
        recipients,
        reply_to: body["replyToMessage"]["idOnExternalPlatform"]
            .as_str()
            .map(str::to_owned),
        tags: tags(&body["tagIds"]),
        fields: Field::read_all(&body["contact"]["customFields"]),
        status: None,
        queue: queue(&seen, &body["contact"])?,
    };
    let (message, contact) = take(&seen, new, Limited::SendOutbound)?;
    if seen.switches.outbound_answer == OutboundReply::AfterDelivery {
        courier::deliver(&seen, &message).await;
        return Ok(answer::json(StatusCode::CREATED, &both(&seen, &message, contact)));
    }
    let answer = both(&seen, &message, contact);
    courier::bring(&seen, &message);
    Ok(answer::json(StatusCode::CREATED, &answer))
}

/// The platform says what became of a message, by its own id of it.
async fn status(
    seen: Seen,
    Path((channel_id, message)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let body = read(&body);
    channel(&seen, &channel_id)?;
    let at = body["updatedAt"]
        .as_str()
        .and_then(|at| at.parse::<Timestamp>().ok());
    let at = at.unwrap_or_else(|| seen.sim.clock.timestamp());
    let (id, contact, happened) = {
        let mut inbox = seen.sim.inbox();
        let found = inbox
            .external(&channel_id, &message)
            .map(|message| message.id.clone());
        let id = found.ok_or_else(|| seen.missing("messageIdOnExternalPlatform"))?;
        let message = inbox
            .message_mut(&id)
            .ok_or_else(|| seen.missing("messageIdOnExternalPlatform"))?;
        let happened = match body["status"].as_str() {
            Some("seen") => {
                message.seen_at = Some(at);
                Happened::MessageSeen(id.clone())
            }
            state => {
                let success = state != Some("failed");
                let reason = body["reason"].as_str().map(str::to_owned);
                message.delivered.push(Delivery { success, at, reason });
                Happened::DeliveryChanged(id.clone())
            }
        };
        (id.clone(), message.contact, happened)
    };
    tracing::debug!(id, "a delivery state was taken");
    seen.tell(contact, &[happened]);
    Ok(done(StatusCode::OK))
}

async fn thread(
    seen: Seen,
    Path((id, thread)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Refusal> {
    channel(&seen, &id)?;
    let mut inbox = seen.sim.inbox();
    let thread = inbox
        .thread_on(&id, &thread)
        .ok_or_else(|| seen.missing("threadIdOnExternalPlatform"))?;
    if let Some(open) = read(&body)["canAddMoreMessages"].as_bool() {
        thread.open = open;
    }
    Ok(done(StatusCode::NO_CONTENT))
}

/// Typing. Called with an employee's token it goes to the integration box, where the channel can show it.
async fn sender_action(
    seen: Seen,
    Path((id, thread)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let body = read(&body);
    let channel = channel(&seen, &id)?;
    let contact = {
        let mut inbox = seen.sim.inbox();
        let found = inbox.thread_on(&id, &thread).map(|thread| thread.id.clone());
        let found = found.ok_or_else(|| seen.missing("threadIdOnExternalPlatform"))?;
        inbox
            .contacts
            .iter()
            .rev()
            .find(|contact| contact.thread == found)
            .map(|contact| contact.number)
    };
    let action = body["action"].as_str().unwrap_or("isTypingOn").to_owned();
    if let Some(contact) = contact {
        let happened = match action.as_str() {
            "isTypingOff" => Happened::TypingEnded,
            _ => Happened::TypingStarted,
        };
        seen.tell(contact, &[happened]);
    }
    if channel.shows_typing(&seen) {
        courier::typing(&seen, channel, &thread, &action).await;
    }
    Ok(done(StatusCode::NO_CONTENT))
}
