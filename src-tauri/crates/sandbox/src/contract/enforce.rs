//! The station that holds requests and answers against the documents. Innermost, behind the bearer check: what a fault
//! answers instead of a route is not ours to judge.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::ALLOW;
use http::{HeaderName, HeaderValue, Method, StatusCode};

use crate::answer::Why;
use crate::contract::check::Breach;
use crate::contract::{Contract, ContractError, Found, Operation};
use crate::control;
use crate::host::{Host, Station};
use crate::{answer, cognigy};

/// Names the broken rule of a refusal: the sandbox's own, no vendor sends it.
pub(crate) const RULE: HeaderName = HeaderName::from_static("x-sandbox-rule");
/// Most letters of the header: names that a client made up can be long.
const LONGEST: usize = 240;
/// The largest body that is read, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// Refuses what breaks a rule the way the host's family refuses, and says of our own answers when they do.
pub(crate) async fn enforce(State(station): State<Station>, request: Request, next: Next) -> Response {
    let host = station.host;
    let own = host == Host::Issuer && control::owns(request.uri().path());
    if station.sim.loose || own || !Contract::covers(host) {
        return next.run(request).await;
    }
    let contract = match Contract::get() {
        Ok(contract) => contract,
        Err(error) => return answer::broken(error),
    };
    match contract.find(host, request.method(), host.described(request.uri().path())) {
        Found::Operation(operation) => match passed(operation, &station, request, next).await {
            Ok(response) => response,
            Err(error) => answer::broken(&error),
        },
        Found::OtherMethod(others) => {
            let mut names: Vec<&str> = others.iter().map(|method| method.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            let mut refused = host.wrong_method(&request);
            if let Ok(allowed) = HeaderValue::from_str(&names.join(", ")) {
                refused.headers_mut().insert(ALLOW, allowed);
            }
            ruled(refused, &format!("{} method", host.name()))
        }
        Found::Nothing => ruled(host.unknown_route(&request), &format!("{} route", host.name())),
    }
}

async fn passed(
    operation: &Operation,
    station: &Station,
    request: Request,
    next: Next,
) -> Result<Response, ContractError> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        let text = "The body is too large.\n";
        return Ok(answer::text(
            StatusCode::PAYLOAD_TOO_LARGE,
            "text/plain; charset=utf-8",
            text,
        ));
    };
    let folded = station.host == Host::Api;
    let breaches = operation.breaches(parts.uri.query(), &parts.headers, &body, folded)?;
    if let Some(first) = breaches.first() {
        let refused = station
            .host
            .refused(&breaches, parts.uri.path(), &trace_of(&parts));
        return Ok(ruled(refused, &first.rule));
    }
    let bare = parts.method == Method::HEAD;
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if bare {
        return Ok(response);
    }
    answered(operation, response).await
}

/// Gives every refusal the header that names its rule, where the documents have not refused already: what the operation's
/// document declares of the status, and the code of the answer. Outside of the bearer check, so that its refusals have one too.
pub(crate) async fn explain(State(station): State<Station>, request: Request, next: Next) -> Response {
    let host = station.host;
    let path = request.uri().path();
    if host == Host::Issuer && control::owns(path) {
        return next.run(request).await;
    }
    let found = Contract::get().map(|contract| contract.find(host, request.method(), host.described(path)));
    let operation = match found {
        Ok(Found::Operation(operation)) => Some(operation),
        _ => None,
    };
    let response = next.run(request).await;
    let status = response.status().as_u16();
    if status < 400 || response.headers().contains_key(RULE) {
        return response;
    }
    let why = response.extensions().get::<Why>().map(|why| why.0.clone());
    let why = why.unwrap_or_else(|| "refused".to_owned());
    let rule = match operation {
        Some(of) => {
            let mark = of.marks.get(&status).unwrap_or(&of.mark);
            format!("{} answer {status} {why} ({mark})", of.id)
        }
        None => format!("{} answer {status} {why}", host.name()),
    };
    ruled(response, &rule)
}

fn trace_of(parts: &http::request::Parts) -> String {
    parts
        .extensions
        .get::<crate::state::Trace>()
        .map(|trace| trace.0.clone())
        .unwrap_or_default()
}

async fn answered(operation: &Operation, response: Response) -> Result<Response, ContractError> {
    // A connection that becomes a websocket has no body to wait for.
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap_or_else(|_| Bytes::new());
    let breaches = operation.answer_breaches(parts.status.as_u16(), &body)?;
    if let Some(first) = breaches.first() {
        let error = Misspoken {
            rule: first.rule.clone(),
        };
        return Ok(ruled(answer::broken(&error), &first.rule));
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// The sandbox's own answer breaks its contract.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox's answer breaks its own contract: {rule}")]
struct Misspoken {
    rule: String,
}

/// Names the rule, unless one is named already.
pub(crate) fn ruled(mut response: Response, rule: &str) -> Response {
    if response.headers().contains_key(RULE) {
        return response;
    }
    let plain: String = rule
        .chars()
        .filter(|letter| letter.is_ascii_graphic() || *letter == ' ')
        .take(LONGEST)
        .collect();
    if let Ok(value) = HeaderValue::from_str(&plain) {
        response.headers_mut().insert(RULE, value);
    }
    response
}

impl Host {
    /// The path as the documents name it: Cognigy.AI's API has everything twice.
    fn described(self, path: &str) -> &str {
        let plain = path.strip_prefix("/new").filter(|rest| rest.starts_with("/v2."));
        match self {
            Host::CognigyApi => plain.unwrap_or(path),
            _ => path,
        }
    }

    /// A request with broken rules, refused in the manner of the host's family.
    fn refused(self, breaches: &[Breach], path: &str, trace: &str) -> Response {
        let status = StatusCode::BAD_REQUEST;
        let text = breaches
            .first()
            .map(|breach| match breach.field.as_str() {
                "" => breach.message.to_owned(),
                field => format!("{field}: {}", breach.message),
            })
            .unwrap_or_default();
        match self {
            Host::Digital => answer::digital_list(status, breaches, trace),
            Host::CognigyApi => {
                let missing = breaches
                    .first()
                    .is_some_and(|breach| breach.code == "missing_value");
                cognigy::broken_rule(missing, text, path, trace)
            }
            Host::Endpoint => answer::service(status, "invalid_request", &text),
            Host::UserHub => answer::userhub(status, "BAD_REQUEST", &text),
            Host::Issuer => answer::oauth(status, "invalid_request", &text),
            _ => answer::acd(status, "bad_request", &text),
        }
    }
}
