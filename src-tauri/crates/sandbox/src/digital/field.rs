//! Definitions of custom fields, of contacts and of customers; and files that wait to be attached.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};

use crate::answer;
use crate::digital::{Refusal, done, read};
use crate::inbox::date;
use crate::state::{Seen, Sim};

/// How long a temporary file is kept, in hours. The real figure is not known.
const KEPT: i64 = 24;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/dfo/3.0/consumer-contact-custom-fields", get(of_contacts))
        .route(
            "/dfo/3.0/customers/custom-field-definitions",
            get(of_customers).put(save),
        )
        .route("/dfo/3.0/attachments/temporary", post(attach))
}

/// One field, as every tenant of the sandbox has it.
async fn of_contacts() -> Response {
    answer::ok(&json!([{
        "ident": "sim_field", "label": "Sandbox field", "type": "text", "required": false, "isEditable": true,
        "values": [],
    }]))
}

async fn of_customers(seen: Seen) -> Response {
    answer::ok(&seen.sim.inbox().definitions.clone().into())
}

/// 201 for a new field, 204 for one that is changed.
async fn save(seen: Seen, body: Bytes) -> Response {
    let body = read(&body);
    let mut inbox = seen.sim.inbox();
    match inbox
        .definitions
        .iter_mut()
        .find(|known| known["ident"] == body["ident"])
    {
        Some(known) => {
            *known = body;
            done(StatusCode::NO_CONTENT)
        }
        None => {
            inbox.definitions.push(body);
            done(StatusCode::CREATED)
        }
    }
}

/// The address it gives leads nowhere: the sandbox keeps no files.
async fn attach(seen: Seen, body: Bytes) -> Result<Response, Refusal> {
    let body: Value = read(&body);
    if STANDARD
        .decode(body["content"].as_str().unwrap_or_default())
        .is_err()
    {
        let text = "This value does not have the form it should.";
        return Err(seen.refusal(StatusCode::BAD_REQUEST, "content", text, "invalid_format"));
    }
    let id = seen.sim.inbox().uuid("attachment");
    let now = seen.sim.clock.timestamp();
    let until = now
        .checked_add(jiff::SignedDuration::from_hours(KEPT))
        .unwrap_or(now);
    let url = format!("http://{}/sim_attachments/{id}", seen.sim.addresses.digital);
    Ok(answer::ok(
        &json!({ "id": id, "url": url, "expireAt": date(until) }),
    ))
}
