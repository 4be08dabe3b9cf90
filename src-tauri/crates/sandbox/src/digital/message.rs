//! Messages as they are kept: search, one, read marks, tags, sentiment, notes.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post, put};
use http::{StatusCode, Uri};
use serde_json::json;

use crate::answer;
use crate::digital::{Refusal, done, read};
use crate::inbox::{Happened, Message, Note};
use crate::params::Params;
use crate::state::{Seen, Sim};

/// Rows of a page; how to ask for more is not documented.
const PAGE: usize = 25;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/dfo/3.0/messages", get(search))
        .route("/dfo/3.0/messages/{message}", get(one))
        .route("/dfo/3.0/messages/{message}/read", put(mark_read))
        .route("/dfo/3.0/messages/{message}/tags/{tag}", put(tag).delete(untag))
        .route("/dfo/3.0/messages/{message}/sentiment", put(sentiment))
        .route("/dfo/3.0/messages/{message}/notes", post(add_note))
        .route(
            "/dfo/3.0/messages/{message}/notes/{note}",
            put(change_note).delete(delete_note),
        )
}

/// Newest last unless asked otherwise; the next page is asked for with the token of the one before.
async fn search(seen: Seen, uri: Uri) -> Result<Response, Refusal> {
    let params = Params::of(&uri);
    let channels = params.all("channel[]");
    let external = params.all("idOnExternalPlatform[]");
    let authors = params.all("authorIdOnExternalPlatform[]");
    let number = |text: &&str| text.parse::<u64>().ok();
    let tags: Vec<u64> = params.all("tag[]").iter().filter_map(number).collect();
    let without: Vec<u64> = params.all("excludeTag[]").iter().filter_map(number).collect();
    let contact = params.number("contactNumber", 0);
    let contains = |text: Option<&str>, message: &Message| {
        let said = message.content["payload"]["text"]
            .as_str()
            .unwrap_or_default()
            .to_lowercase();
        text.map(|text| said.contains(&text.to_lowercase()))
    };
    let inbox = seen.sim.inbox();
    let mut found: Vec<&Message> = inbox
        .messages
        .iter()
        .filter(|message| seen.listed(message.stored_at.as_second()))
        .filter(|message| channels.is_empty() || channels.contains(&message.channel.as_str()))
        .filter(|message| external.is_empty() || external.contains(&message.external_id.as_str()))
        .filter(|message| contact.is_none_or(|contact| contact == message.contact))
        .filter(|message| {
            params
                .get("direction")
                .is_none_or(|way| way == message.direction.word())
        })
        .filter(|message| {
            let author = message.author.as_ref().map(|author| author.external_id.as_str());
            authors.is_empty() || author.is_some_and(|author| authors.contains(&author))
        })
        .filter(|message| tags.is_empty() || message.tags.iter().any(|tag| tags.contains(tag)))
        .filter(|message| !message.tags.iter().any(|tag| without.contains(tag)))
        .filter(|message| contains(params.get("contentContains"), message).unwrap_or(true))
        .filter(|message| !contains(params.get("contentNotContains"), message).unwrap_or(false))
        .collect();
    if params.get("sortingType") == Some("desc") {
        found.reverse();
    }
    let hits = found.len();
    let from = params
        .get("scrollToken")
        .and_then(|token| token.parse::<usize>().ok())
        .unwrap_or(0);
    let tenant = &seen.world.tenant;
    let page: Vec<_> = found
        .iter()
        .skip(from)
        .take(PAGE)
        .map(|message| inbox.shown(tenant, message))
        .collect();
    let next = from + page.len();
    let mut body = json!({ "hits": hits, "data": page });
    if next < hits {
        body["scrollToken"] = next.to_string().into();
    }
    Ok(answer::ok(&body))
}

async fn one(seen: Seen, Path(id): Path<String>) -> Result<Response, Refusal> {
    let inbox = seen.sim.inbox();
    let message = inbox.message(&id).ok_or_else(|| seen.missing("messageId"))?;
    Ok(answer::ok(&inbox.shown(&seen.world.tenant, message)))
}

/// Changes a message, tells what happened and shows it. `gone` says how a message that is not there is refused.
fn changed(
    seen: &Seen,
    id: &str,
    gone: Refusal,
    happened: Happened,
    change: impl FnOnce(&mut Message),
) -> Result<Response, Refusal> {
    let contact = {
        let mut inbox = seen.sim.inbox();
        let Some(message) = inbox.message_mut(id) else {
            return Err(gone);
        };
        change(message);
        message.contact
    };
    seen.tell(contact, &[happened]);
    let inbox = seen.sim.inbox();
    let shown = inbox
        .message(id)
        .map(|message| inbox.shown(&seen.world.tenant, message));
    Ok(answer::ok(&shown.unwrap_or_default()))
}

async fn mark_read(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let is_read = read(&body)["isRead"].as_bool().unwrap_or(true);
    let now = seen.sim.clock.timestamp();
    changed(
        &seen,
        &id,
        seen.missing("messageId"),
        Happened::MessageRead(id.clone()),
        |message| {
            message.read_at = is_read.then_some(now);
        },
    )
}

async fn tag(seen: Seen, Path((id, tag)): Path<(String, String)>) -> Result<Response, Refusal> {
    let tag = known_tag(&seen, &tag)?;
    changed(
        &seen,
        &id,
        seen.unknown("messageId"),
        Happened::MessageUpdated(id.clone()),
        |message| {
            if !message.tags.contains(&tag) {
                message.tags.push(tag);
            }
        },
    )
}

async fn untag(seen: Seen, Path((id, tag)): Path<(String, String)>) -> Result<Response, Refusal> {
    let tag = known_tag(&seen, &tag)?;
    changed(
        &seen,
        &id,
        seen.unknown("messageId"),
        Happened::MessageUpdated(id.clone()),
        |message| {
            message.tags.retain(|known| *known != tag);
        },
    )
}

fn known_tag(seen: &Seen, tag: &str) -> Result<u64, Refusal> {
    let inbox = seen.sim.inbox();
    let known = inbox.tags.iter().find(|known| known.id.to_string() == tag);
    known.map(|tag| tag.id).ok_or_else(|| seen.unknown("tagId"))
}

async fn sentiment(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let sentiment = read(&body)["sentiment"].as_str().map(str::to_owned);
    changed(
        &seen,
        &id,
        seen.missing("messageId"),
        Happened::MessageUpdated(id.clone()),
        |message| {
            message.sentiment = sentiment;
        },
    )
}

async fn add_note(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let content = read(&body)["content"].as_str().unwrap_or_default().to_owned();
    let now = seen.sim.clock.timestamp();
    let (note, contact) = {
        let mut inbox = seen.sim.inbox();
        let note = Note {
            id: inbox.uuid("note"),
            content,
            author: seen.caller,
            created_at: now,
        };
        let message = inbox.message_mut(&id).ok_or_else(|| seen.missing("messageId"))?;
        message.notes.push(note.clone());
        (note, message.contact)
    };
    seen.tell(contact, &[Happened::NoteCreated(id)]);
    Ok(answer::json(StatusCode::CREATED, &note.shown(&seen.world.tenant)))
}

async fn change_note(
    seen: Seen,
    Path((id, note)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let content = read(&body)["content"].as_str().unwrap_or_default().to_owned();
    let (note, contact) = {
        let mut inbox = seen.sim.inbox();
        let message = inbox.message_mut(&id).ok_or_else(|| seen.missing("messageId"))?;
        let contact = message.contact;
        let note = message
            .notes
            .iter_mut()
            .find(|known| known.id == note)
            .ok_or_else(|| seen.missing("noteId"))?;
        note.content = content;
        (note.clone(), contact)
    };
    seen.tell(contact, &[Happened::NoteUpdated(id)]);
    Ok(answer::ok(&note.shown(&seen.world.tenant)))
}

async fn delete_note(seen: Seen, Path((id, note)): Path<(String, String)>) -> Result<Response, Refusal> {
    let contact = {
        let mut inbox = seen.sim.inbox();
        let message = inbox.message_mut(&id).ok_or_else(|| seen.missing("messageId"))?;
        let at = message
            .notes
            .iter()
            .position(|known| known.id == note)
            .ok_or_else(|| seen.missing("noteId"))?;
        message.notes.remove(at);
        message.contact
    };
    seen.tell(contact, &[Happened::NoteDeleted(id)]);
    Ok(done(StatusCode::OK))
}
