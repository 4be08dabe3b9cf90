//! The Cognigy.AI endpoint host: the handover service behind its ingress.
//!
//! Two kinds of 404 must stay apart, as on real installs: the ingress's for paths no service stands behind, and the
//! service's own for what it does not know. The contract with CXone is the `byoc` crate's.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use byoc::action::SenderActionRequest;
use byoc::outbound::{DeliveredMessage, EndUserIdentity, LegacyAnswer, Outbound, OutboundAnswer, Recipient};
use byoc::recipient::{ValidationAnswer, ValidationRefusal, ValidationRequest};
use byoc::token::{CLIENT_CREDENTIALS, TokenAnswer, TokenRequest};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::answer;
use crate::cognigy::integration_pair;
use crate::cognigy::relay::{self, NoSession};
use crate::cognigy::session::Reply;
use crate::cognigy::visit;
use crate::fault::{Fault, FaultSet};
use crate::issued::Issued;
use crate::params::Params;
use crate::state::{Seen, Sim};
use crate::switch::UnknownConversation;

/// What the ingress sends to the handover service.
pub(crate) const HANDOVER: &str = "/handover";
/// The integration box and what is beside it.
const BOX: &str = "/handover/niceCxOne/";
/// The addresses an administrator's browser is sent to.
pub(crate) const ACTIONS: [&str; 3] = [
    "/handover/niceCxOne/add",
    "/handover/niceCxOne/reconnect",
    "/handover/niceCxOne/remove",
];
/// Where a script's ONRELEASE says that a contact is over. That it tells Cognigy.AI is documented; how is not, so path, body
/// and answer are ours, after the manner of the sender action.
const RELEASE: &str = "/handover/niceCxOne/1.0/channel/{channel}/thread/{thread}/release";
/// Life of a token of the box, in seconds.
const TOKEN_LIFETIME: i64 = 3600;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    let mut router = Router::new()
        .route("/handover/niceCxOne/{provider}/auth/token", post(token))
        .route(
            "/handover/niceCxOne/2.0/channel/{channel}/outbound",
            post(outbound),
        )
        .route(
            "/handover/niceCxOne/1.0/posts/{post}/messages",
            post(legacy_outbound),
        )
        .route(
            "/handover/niceCxOne/1.0/channel/{channel}/thread/{thread}/sender-action",
            post(sender_action),
        )
        .route(
            "/handover/niceCxOne/1.0/channel/{channel}/recipients/validation",
            post(recipient_validation),
        )
        .route(RELEASE, post(release));
    for action in ACTIONS {
        router = router.route(action, get(browser_action));
    }
    router
}

/// A path without a route: the service's own 404 below `/handover`, the ingress's elsewhere.
pub(crate) fn unknown(path: &str) -> Response {
    match path.strip_prefix(HANDOVER) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => answer::service(
            StatusCode::NOT_FOUND,
            "not_found",
            "The handover service has nothing at this address.",
        ),
        _ => answer::no_route(),
    }
}

/// A refused call of the service, small enough to be handed up.
struct Refusal {
    status: StatusCode,
    error: &'static str,
    text: String,
}

impl Refusal {
    fn bad_request(text: impl Into<String>) -> Refusal {
        Refusal {
            status: StatusCode::BAD_REQUEST,
            error: "invalid_request",
            text: text.into(),
        }
    }

    fn new(status: StatusCode, error: &'static str, text: &str) -> Refusal {
        Refusal {
            status,
            error,
            text: text.to_owned(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let response = answer::service(self.status, self.error, &self.text);
        if self.error == "invalid_token" {
            answer::with_challenge(response)
        } else {
            response
        }
    }
}

async fn token(
    seen: Seen,
    Path(provider_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let Some((client_id, client_secret)) = integration_pair(&seen, &provider_id) else {
        let text = "There is no such handover provider.";
        return Err(Refusal::new(StatusCode::NOT_FOUND, "provider_not_found", text));
    };
    let body: Value = json_body(&headers, &body)?;
    if body["grant_type"]
        .as_str()
        .is_some_and(|grant| grant != CLIENT_CREDENTIALS)
    {
        let text = "This grant is not supported.";
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            text,
        ));
    }
    let request: TokenRequest = serde_json::from_value(body)
        .map_err(|_| Refusal::bad_request("grant_type, client_id and client_secret are required."))?;
    let right = request.client_id == client_id && request.client_secret.expose_secret() == client_secret;
    if !right || client_secret.is_empty() {
        return Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "Client authentication failed.",
        ));
    }
    let token = format!("sim_box_token_{}_{}", seen.sim.seed, seen.sim.next());
    let expires_at = seen.sim.clock.now() + TOKEN_LIFETIME;
    seen.sim.box_tokens.issue(
        token.clone(),
        Issued {
            subject: provider_id,
            expires_at,
            refresh: false,
        },
    );
    Ok(answer::ok(
        &TokenAnswer::new(SecretString::from(token), TOKEN_LIFETIME.unsigned_abs()).to_json(),
    ))
}

/// Why a call of the box was let through.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Admission {
    Token,
    /// It should not have been: whatever it asks for is said to be done.
    Fault,
}

/// What becomes of a call for a conversation that is not there.
fn found(seen: &Seen, admission: Admission, outcome: Result<(), NoSession>) -> Result<(), Refusal> {
    let lenient =
        admission == Admission::Fault || seen.switches.unknown_conversation == UnknownConversation::Accept;
    match outcome {
        Err(NoSession) if !lenient => Err(Refusal::new(
            StatusCode::NOT_FOUND,
            "conversation_not_found",
            "No chat is handed over under this thread.",
        )),
        _ => Ok(()),
    }
}

/// The refusal of a call of the box without a valid token. What such a call says is not looked at.
pub(crate) fn turned_away(sim: &Sim, request: &Request) -> Option<Response> {
    let inside = request.uri().path().strip_prefix(BOX)?;
    let of_box = inside.starts_with("1.0/") || inside.starts_with("2.0/");
    let refusal = of_box.then(|| admitted(sim, &sim.faults(), request.headers()).err());
    refusal.flatten().map(Refusal::into_response)
}

/// Lets a call of the box through with a token, else refuses it: with 401, or as a fault wants.
fn admitted(sim: &Sim, faults: &FaultSet, headers: &HeaderMap) -> Result<Admission, Refusal> {
    let now = sim.clock.now();
    if sim.box_tokens.bearer(headers, now).is_some() {
        return Ok(Admission::Token);
    }
    if faults.contains(&Fault::Box200WithoutToken) {
        return Ok(Admission::Fault);
    }
    Err(if faults.contains(&Fault::Box403) {
        Refusal::new(StatusCode::FORBIDDEN, "forbidden", "This is not allowed.")
    } else if faults.contains(&Fault::Box500) {
        Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "The token could not be read.",
        )
    } else {
        Refusal::new(
            StatusCode::UNAUTHORIZED,
            "invalid_token",
            "A valid token is required.",
        )
    })
}

fn json_body<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Refusal> {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !content_type.to_ascii_lowercase().starts_with("application/json") {
        return Err(Refusal::bad_request("The body must be JSON."));
    }
    serde_json::from_slice(body).map_err(|error| Refusal::bad_request(error.to_string()))
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_value(body) {
        Ok(body) => answer::json(status, &body),
        Err(error) => answer::broken(&error),
    }
}

/// Takes a 2.0 message for the chat of its thread.
async fn outbound(seen: Seen, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let admission = admitted(&seen.sim, &seen.faults, &headers)?;
    let message: Outbound = json_body(&headers, &body)?;
    let reply = Reply {
        text: message.message_content.as_text().map(str::to_owned),
        data: attached(&message),
    };
    let author = message.rest.get("authorUser").cloned().unwrap_or_default();
    let thread = &message.thread.id_on_external_platform;
    let outcome = relay::agent_says(&seen.sim, thread, reply, &author).await;
    found(&seen, admission, outcome)?;
    let at = jiff::Timestamp::from_second(seen.sim.clock.now()).unwrap_or_default();
    let identity = |recipient: &Recipient| EndUserIdentity {
        id_on_external_platform: recipient.id_on_external_platform.clone(),
        ..EndUserIdentity::default()
    };
    let end_user_identities = message.end_user_recipients.iter().map(identity).collect();
    let answer = OutboundAnswer {
        message: DeliveredMessage {
            id_on_external_platform: format!("sim_message_{}", seen.sim.next()),
            created_at_with_milliseconds: Some(format!("{at:.3}")),
            url: Some(String::new()),
        },
        thread: Some(message.thread),
        end_user_identities,
        recipients: message.end_user_recipients,
    };
    Ok(json(StatusCode::OK, &answer))
}

/// Files as the chat shows them.
fn attached(message: &Outbound) -> Value {
    if message.attachments.is_empty() {
        return Value::Null;
    }
    let files = message
        .attachments
        .iter()
        .map(|file| serde_json::json!({ "fileName": file.friendly_name, "url": file.url }));
    serde_json::json!({ "attachments": files.collect::<Vec<_>>() })
}

/// The fields of this body are not known: the text is looked for where the other generation, and public guesses, have it.
async fn legacy_outbound(
    seen: Seen,
    Path(post): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let admission = admitted(&seen.sim, &seen.faults, &headers)?;
    let message: Value = json_body(&headers, &body)?;
    let text = [
        &message["messageContent"]["payload"]["text"],
        &message["content"],
        &message["text"],
    ]
    .into_iter()
    .find_map(Value::as_str);
    let reply = Reply {
        text: text.map(str::to_owned),
        data: Value::Null,
    };
    let outcome = relay::agent_says(&seen.sim, &post, reply, &message["authorUser"]).await;
    found(&seen, admission, outcome)?;
    let answer = LegacyAnswer {
        id_on_external_platform: format!("sim_message_{}", seen.sim.next()),
    };
    Ok(json(StatusCode::OK, &answer))
}

async fn sender_action(
    seen: Seen,
    Path((_, thread)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let admission = admitted(&seen.sim, &seen.faults, &headers)?;
    let request: SenderActionRequest = json_body(&headers, &body)?;
    let outcome = relay::agent_types(&seen.sim, &thread, request.sender_action.action).await;
    found(&seen, admission, outcome)?;
    Ok(answer::empty())
}

async fn release(
    seen: Seen,
    Path((_, thread)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let admission = admitted(&seen.sim, &seen.faults, &headers)?;
    let body: Value = json_body(&headers, &body)?;
    let outcome = relay::released(&seen.sim, &thread, body["contact"]["id"].as_str());
    found(&seen, admission, outcome)?;
    Ok(answer::empty())
}

async fn recipient_validation(seen: Seen, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    admitted(&seen.sim, &seen.faults, &headers)?;
    let request: ValidationRequest = json_body(&headers, &body)?;
    Ok(if request.end_user_recipients.is_empty() {
        let refusal = ValidationRefusal::at(&["endUserRecipients"], "There is no recipient.");
        json(StatusCode::BAD_REQUEST, &refusal)
    } else {
        json(StatusCode::OK, &ValidationAnswer::valid())
    })
}

/// Add, reconnect, remove: back to where the browser came from, or 400 without a web address to go back to.
async fn browser_action(seen: Seen, uri: Uri) -> Result<Response, Refusal> {
    let params = Params::of(&uri);
    visit::welcome(&seen.sim, &params).await;
    let back = params.get("backUrl").and_then(|back| url::Url::parse(back).ok());
    let location = back
        .filter(|back| matches!(back.scheme(), "http" | "https"))
        .and_then(|back| HeaderValue::from_str(back.as_str()).ok());
    let location = location.ok_or_else(|| Refusal::bad_request("backUrl is missing or no web address."))?;
    let mut response = answer::empty();
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}
