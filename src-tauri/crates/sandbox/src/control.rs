//! The sandbox's own control addresses on the issuer's host: state at a glance, faults, switches, disturbances, the clock, a
//! reset, and an agent to play. No vendor has them, so they have a prefix of their own and a token of their own.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use http::header::AUTHORIZATION;
use http::{StatusCode, Uri};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::act::{CannotAct, Deed};
use crate::answer;
use crate::disturbance::{BadDisturbance, Disturbance};
use crate::fault::{Fault, UnknownFault};
use crate::params::Params;
use crate::stage;
use crate::state::{Seen, Sim};
use crate::switch::UnknownSwitch;
use crate::tenant::AgentState;

/// What all control paths begin with.
pub(crate) const PREFIX: &str = "/sandbox/v1";

/// Whether a path of the issuer's host is the sandbox's own.
pub(crate) fn owns(path: &str) -> bool {
    path.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new().nest(
        PREFIX,
        Router::new()
            .route("/state", get(state))
            .route("/description", get(description))
            .route("/faults", get(faults))
            .route("/faults/{name}", put(fault_on).delete(fault_off))
            .route("/switches", get(switches))
            .route("/switches/{name}", put(switch))
            .route(
                "/disturbances",
                get(disturbances).post(disturb).delete(settle_all),
            )
            .route("/disturbances/{id}", delete(settle))
            .route("/slowness", put(slowness))
            .route("/clock", post(clock))
            .route("/reset", post(reset))
            .route("/add-action", post(add_action))
            .route("/contacts", get(contacts))
            .route("/contacts/{number}", get(contact))
            .route("/contacts/{number}/act", post(act))
            .route("/agents/{id}/state", put(agent_state))
            .route("/integrations/{id}", put(form))
            .route("/roles/{name}", put(role))
            .merge(stage::routes())
            .fallback(|| async { Refused::nothing() })
            .method_not_allowed_fallback(|| async {
                Refused::new(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "method",
                    "The address takes another method.",
                )
            }),
    )
}

/// Lets in who has the token of this start.
pub(crate) async fn admit(State(sim): State<Arc<Sim>>, request: Request, next: Next) -> Response {
    let given = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = given.and_then(|value| value.strip_prefix("Bearer "));
    if owns(request.uri().path()) && token != Some(sim.control_token.expose_secret()) {
        let text = "The control addresses want the token that the sandbox named at its start.";
        return Refused::new(StatusCode::UNAUTHORIZED, "token", text).into_response();
    }
    next.run(request).await
}

/// A refused call: a code to act on and a text for people.
pub(crate) struct Refused {
    status: StatusCode,
    code: &'static str,
    text: String,
}

impl Refused {
    pub(crate) fn new(status: StatusCode, code: &'static str, text: impl Into<String>) -> Refused {
        Refused {
            status,
            code,
            text: text.into(),
        }
    }

    pub(crate) fn nothing() -> Refused {
        Refused::new(StatusCode::NOT_FOUND, "nothing_here", "There is no such thing.")
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        answer::json(self.status, &json!({ "code": self.code, "message": self.text }))
    }
}

impl From<UnknownFault> for Refused {
    fn from(unknown: UnknownFault) -> Refused {
        Refused::new(StatusCode::NOT_FOUND, "unknown_fault", unknown.to_string())
    }
}

impl From<UnknownSwitch> for Refused {
    fn from(unknown: UnknownSwitch) -> Refused {
        let (status, code) = match unknown {
            UnknownSwitch::Name { .. } => (StatusCode::NOT_FOUND, "unknown_switch"),
            UnknownSwitch::Choice { .. } => (StatusCode::BAD_REQUEST, "unknown_choice"),
        };
        Refused::new(status, code, unknown.to_string())
    }
}

impl From<BadDisturbance> for Refused {
    fn from(bad: BadDisturbance) -> Refused {
        Refused::new(StatusCode::BAD_REQUEST, "bad_disturbance", bad.to_string())
    }
}

impl From<CannotAct> for Refused {
    fn from(why: CannotAct) -> Refused {
        let status = match why {
            CannotAct::NoContact | CannotAct::NoSkill => StatusCode::NOT_FOUND,
            _ => StatusCode::CONFLICT,
        };
        Refused::new(status, why.code(), why.to_string())
    }
}

pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body)
        .map_err(|error| Refused::new(StatusCode::BAD_REQUEST, "bad_body", error.to_string()))
}

pub(crate) fn shown(value: &impl Serialize) -> Response {
    match serde_json::to_value(value) {
        Ok(value) => answer::ok(&value),
        Err(error) => answer::broken(&error),
    }
}

async fn state(seen: Seen) -> Response {
    shown(&seen.glance())
}

async fn description(State(sim): State<Arc<Sim>>) -> Response {
    shown(&sim.description())
}

async fn faults(State(sim): State<Arc<Sim>>) -> Response {
    let on = sim.faults();
    let rows: Vec<_> = Fault::ALL
        .iter()
        .map(|fault| {
            json!({
                "name": fault.name(), "kind": fault.kind(), "check": fault.check(), "text": fault.text(),
                "on": on.contains(fault),
            })
        })
        .collect();
    shown(&rows)
}

fn set_fault(sim: &Sim, name: &str, on: bool) -> Result<Response, Refused> {
    let fault: Fault = name.parse()?;
    if !fault.is_shown_by_sandbox() {
        let text = "This is a fault of the computer that verifies; the sandbox cannot show it.";
        return Err(Refused::new(StatusCode::CONFLICT, "local_fault", text));
    }
    sim.set_fault(fault, on);
    Ok(answer::empty())
}

async fn fault_on(State(sim): State<Arc<Sim>>, Path(name): Path<String>) -> Result<Response, Refused> {
    set_fault(&sim, &name, true)
}

async fn fault_off(State(sim): State<Arc<Sim>>, Path(name): Path<String>) -> Result<Response, Refused> {
    set_fault(&sim, &name, false)
}

async fn switches(State(sim): State<Arc<Sim>>) -> Response {
    shown(&sim.switches().page())
}

/// `{choice}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    choice: String,
}

async fn switch(
    State(sim): State<Arc<Sim>>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Response, Refused> {
    let choice: Choice = read(&body)?;
    sim.set_switch(&name, &choice.choice)?;
    Ok(answer::empty())
}

async fn disturbances(State(sim): State<Arc<Sim>>) -> Response {
    shown(&sim.disturbances.list())
}

async fn disturb(State(sim): State<Arc<Sim>>, body: Bytes) -> Result<Response, Refused> {
    let disturbance: Disturbance = read(&body)?;
    let id = sim.disturbances.add(disturbance)?;
    Ok(answer::json(StatusCode::CREATED, &json!({ "id": id })))
}

async fn settle(State(sim): State<Arc<Sim>>, Path(id): Path<String>) -> Result<Response, Refused> {
    match id.parse().is_ok_and(|id| sim.disturbances.remove(id)) {
        true => Ok(answer::empty()),
        false => Err(Refused::nothing()),
    }
}

async fn settle_all(State(sim): State<Arc<Sim>>) -> Response {
    sim.disturbances.clear();
    answer::empty()
}

/// `{ms}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Slowness {
    ms: u64,
}

async fn slowness(State(sim): State<Arc<Sim>>, body: Bytes) -> Result<Response, Refused> {
    let slowness: Slowness = read(&body)?;
    sim.set_slowness(Duration::from_millis(slowness.ms));
    Ok(answer::empty())
}

/// `{seconds}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    seconds: u32,
}

async fn clock(State(sim): State<Arc<Sim>>, body: Bytes) -> Result<Response, Refused> {
    let step: Step = read(&body)?;
    sim.clock.advance(step.seconds.into());
    let now = sim.clock.timestamp().to_string();
    Ok(answer::ok(
        &json!({ "now": now, "ahead_seconds": sim.clock.ahead() }),
    ))
}

async fn reset(State(sim): State<Arc<Sim>>) -> Response {
    sim.reset();
    answer::empty()
}

async fn add_action(State(sim): State<Arc<Sim>>) -> Result<Response, Refused> {
    let url = sim.add_action().ok_or_else(Refused::nothing)?;
    Ok(answer::ok(&json!({ "url": url })))
}

/// All of them, or those of one status.
async fn contacts(seen: Seen, uri: Uri) -> Response {
    let params = Params::of(&uri);
    let mut contacts = seen.glance().contacts;
    if let Some(status) = params.get("status") {
        contacts.retain(|contact| contact.status == status);
    }
    shown(&contacts)
}

async fn contact(seen: Seen, Path(number): Path<String>) -> Result<Response, Refused> {
    let contact = number.parse().ok().and_then(|number| seen.contact(number));
    contact
        .map(|contact| shown(&contact))
        .ok_or_else(Refused::nothing)
}

async fn act(seen: Seen, Path(number): Path<String>, body: Bytes) -> Result<Response, Refused> {
    let deed: Deed = read(&body)?;
    let number = number.parse().map_err(|_| Refused::nothing())?;
    Ok(shown(&seen.act(number, deed).await?))
}

async fn form(State(sim): State<Arc<Sim>>, Path(id): Path<String>, body: Bytes) -> Result<Response, Refused> {
    match sim.type_form(&id, read(&body)?) {
        true => Ok(answer::empty()),
        false => Err(Refused::nothing()),
    }
}

async fn role(
    State(sim): State<Arc<Sim>>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Response, Refused> {
    match sim.set_role(&name, read(&body)?) {
        true => Ok(answer::empty()),
        false => Err(Refused::nothing()),
    }
}

/// `{state}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    state: String,
}

async fn agent_state(
    State(sim): State<Arc<Sim>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Refused> {
    let wanted: Wanted = read(&body)?;
    let state = AgentState::ALL
        .into_iter()
        .find(|state| state.name() == wanted.state)
        .ok_or_else(|| Refused::new(StatusCode::BAD_REQUEST, "bad_body", "There is no such state."))?;
    let known = id.parse().is_ok_and(|id| sim.set_agent_state(id, state));
    match known {
        true => Ok(answer::empty()),
        false => Err(Refused::nothing()),
    }
}
