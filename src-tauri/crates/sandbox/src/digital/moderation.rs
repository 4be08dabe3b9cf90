//! What can be done to a message beside reading it: reactions, deletion, removal of content and of the author's name.
//!
//! On a real tenant reactions and deletions go on to the platform; over which path of the integration box is not known, so
//! here they stay in CXone.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;

use crate::digital::{Refusal, done, read};
use crate::inbox::{Happened, Marks};
use crate::state::{Seen, Sim};

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(
            "/dfo/3.0/messages/{message}/react/like",
            post(like).delete(unlike),
        )
        .route("/dfo/3.0/messages/{message}/react/share", post(share))
        .route("/dfo/3.0/messages/{message}/delete", post(delete))
        .route(
            "/dfo/3.0/messages/{message}/content-removal",
            post(remove_content),
        )
        .route(
            "/dfo/3.0/messages/{message}/author-name-removal",
            post(remove_author),
        )
}

/// Changes the marks of a message whose channel can do it. `flag` is the channel's field that says so.
fn marked(
    seen: &Seen,
    id: &str,
    flag: Option<&str>,
    gone: Refusal,
    change: impl FnOnce(&mut Marks) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let contact = {
        let mut inbox = seen.sim.inbox();
        let Some(message) = inbox.message_mut(id) else {
            return Err(gone);
        };
        let channels = &seen.world.tenant.channels;
        let channel = channels.iter().find(|channel| channel.id == message.channel);
        let able = flag.is_none_or(|flag| channel.is_some_and(|channel| channel.flag(flag)));
        if !able {
            return Err(seen.refusal(
                StatusCode::CONFLICT,
                "",
                "The channel cannot do this.",
                "not_supported",
            ));
        }
        change(&mut message.marks)?;
        message.contact
    };
    seen.tell(contact, &[Happened::MessageUpdated(id.to_owned())]);
    Ok(())
}

async fn like(seen: Seen, Path(id): Path<String>) -> Result<Response, Refusal> {
    let gone = seen.missing("messageId");
    marked(&seen, &id, Some("hasAbilityToLike"), gone, |marks| {
        marks.liked = true;
        Ok(())
    })?;
    Ok(done(StatusCode::NO_CONTENT))
}

async fn unlike(seen: Seen, Path(id): Path<String>) -> Result<Response, Refusal> {
    let gone = seen.missing("messageId");
    marked(&seen, &id, Some("hasAbilityToLike"), gone, |marks| {
        marks.liked = false;
        Ok(())
    })?;
    Ok(done(StatusCode::NO_CONTENT))
}

async fn share(seen: Seen, Path(id): Path<String>) -> Result<Response, Refusal> {
    let gone = seen.missing("messageId");
    marked(&seen, &id, Some("hasAbilityToShare"), gone, |marks| {
        marks.shared = true;
        Ok(())
    })?;
    Ok(done(StatusCode::NO_CONTENT))
}

async fn delete(seen: Seen, Path(id): Path<String>) -> Result<Response, Refusal> {
    let gone = seen.missing("messageId");
    marked(&seen, &id, Some("hasAbilityToDelete"), gone, |marks| {
        marks.deleted = true;
        Ok(())
    })?;
    Ok(done(StatusCode::NO_CONTENT))
}

/// Both removals declare 400 and no 404: an unknown message is 400 here.
async fn remove_content(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let reason = read(&body)["reason"].as_str().map(str::to_owned);
    let gone = seen.unknown("messageId");
    marked(&seen, &id, None, gone, |marks| {
        if marks.content_removed.is_some() {
            let text = "The content is removed already.";
            return Err(seen.refusal(StatusCode::CONFLICT, "messageId", text, "removed"));
        }
        marks.content_removed = reason;
        Ok(())
    })?;
    Ok(done(StatusCode::CREATED))
}

async fn remove_author(seen: Seen, Path(id): Path<String>, body: Bytes) -> Result<Response, Refusal> {
    let reason = read(&body)["reason"].as_str().map(str::to_owned);
    let gone = seen.unknown("messageId");
    marked(&seen, &id, None, gone, |marks| {
        marks.author_removed = reason;
        Ok(())
    })?;
    Ok(done(StatusCode::CREATED))
}
