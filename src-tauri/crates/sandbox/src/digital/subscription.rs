//! Where the event hub is, and which contacts a user wants to hear of (seen in code: the vendor's agent SDK).

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::json;

use crate::answer;
use crate::digital::contact::number;
use crate::digital::{Refusal, done, read};
use crate::state::{Seen, Sim};

/// How long a subscription holds, in seconds; the vendor's client renews it that often.
const LIFETIME: i64 = 300;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/dfo/3.0/event-hub-url", get(url))
        .route("/dfo/3.0/event-hub-subscriptions", post(subscribe))
}

async fn url(seen: Seen) -> Response {
    answer::ok(&json!({ "websocketUrl": format!("ws://{}", seen.sim.addresses.events) }))
}

async fn subscribe(seen: Seen, body: Bytes) -> Result<Response, Refusal> {
    let body = read(&body);
    let id = body["relationObjectId"].as_str().unwrap_or_default();
    let contact = number(&seen, &seen.sim.inbox(), id)?;
    let user = seen.caller().map(|agent| agent.user_id.clone());
    let user = user.ok_or_else(|| {
        seen.refusal(
            StatusCode::UNAUTHORIZED,
            "",
            "The token belongs to nobody.",
            "unauthorized",
        )
    })?;
    seen.sim
        .hub
        .subscribe(user, contact, seen.sim.clock.now() + LIFETIME);
    Ok(done(StatusCode::CREATED))
}
