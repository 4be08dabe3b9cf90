//! Faults that are a wrong answer, whatever the servers keep, and disturbances of the way: they meet a request before its
//! route does, and an answer after it.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use jiff::{SignedDuration, Timestamp};

use crate::answer;
use crate::auth::{OPENID_CONFIGURATION, TOKEN};
use crate::control;
use crate::disturbance::{Effect, Scoped};
use crate::endpoint::{ACTIONS, HANDOVER};
use crate::fault::{Fault, FaultSet};
use crate::host::{Host, Station};
use crate::trickle::Trickle;

const HTML: &str = "text/html; charset=utf-8";
/// How much longer than CXone waits a slow integration box takes.
const LATER: Duration = Duration::from_secs(2);

/// How far the servers' time is ahead with the fault `clock-skew`: more than any check forgives.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// Marks an answer that is not to be sent: the connection is dropped in its place.
#[derive(Clone, Copy)]
pub(crate) struct Reset;

/// What happens to one exchange.
#[derive(Default)]
struct Ruling {
    /// Say nothing until the client leaves or the sandbox stops.
    hang: bool,
    /// Say nothing for so long.
    wait: Duration,
    /// Say this, and do not ask the route.
    answer: Option<Response>,
    /// Label the body so.
    label: Option<HeaderValue>,
    /// Spread the body over so long.
    trickle: Option<Duration>,
}

/// Carries out what the faults and disturbances that are on want. The control addresses are never disturbed.
pub(crate) async fn intercept(State(station): State<Station>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if station.host == Host::Issuer && control::owns(path) {
        return next.run(request).await;
    }
    let sim = &station.sim;
    let effects = sim
        .disturbances
        .called(station.host, request.method().as_str(), path);
    let mut ruling = Ruling::default();
    let mut scoped = FaultSet::new();
    for effect in effects {
        match effect {
            Effect::SlowFirstByte { ms } => ruling.wait += Duration::from_millis(ms),
            Effect::TrickleBody { ms } => ruling.trickle = Some(Duration::from_millis(ms)),
            Effect::Reset => {
                let mut response = Response::default();
                response.extensions_mut().insert(Reset);
                ruling.answer = Some(response);
            }
            Effect::ContentType { value } => ruling.label = HeaderValue::from_str(&value).ok(),
            Effect::Status { status, retry_after } => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                ruling.answer = Some(refused(station.host, &request, status, retry_after));
            }
            Effect::Fault { fault } => {
                scoped.insert(fault);
            }
            Effect::Duplicate | Effect::Overtaken => {}
        }
    }
    let mut faults = sim.faults();
    faults.extend(&scoped);
    request.extensions_mut().insert(Scoped(scoped));
    ruled(&station, &request, &faults, &mut ruling);
    let mut response = carried_out(ruling, request, next).await;
    if faults.contains(&Fault::ClockSkew) {
        response
            .headers_mut()
            .extend(skewed_date().map(|date| (DATE, date)));
    }
    response
}

/// The `Date` of servers from whose time this computer's clock is far off. Nothing else of theirs is shifted.
fn skewed_date() -> Option<HeaderValue> {
    let theirs = Timestamp::now().checked_add(SKEW).ok()?;
    let text = jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&theirs)
        .ok()?;
    HeaderValue::try_from(text).ok()
}

async fn carried_out(ruling: Ruling, request: Request, next: Next) -> Response {
    if ruling.hang {
        return std::future::pending().await;
    }
    if !ruling.wait.is_zero() {
        tokio::time::sleep(ruling.wait).await;
    }
    let mut response = match ruling.answer {
        Some(answer) => answer,
        None => next.run(request).await,
    };
    if let Some(label) = ruling.label {
        response.headers_mut().insert(CONTENT_TYPE, label);
    }
    // A connection that becomes a websocket has no body to spread.
    if let Some(time) = ruling.trickle
        && response.status() != StatusCode::SWITCHING_PROTOCOLS
    {
        let (parts, body) = response.into_parts();
        let whole = to_bytes(body, usize::MAX).await.unwrap_or_else(|_| Bytes::new());
        response = Response::from_parts(parts, Body::empty());
        *response.body_mut() = Trickle::body(whole, time);
    }
    response
}

fn refused(host: Host, request: &Request, status: StatusCode, retry_after: Option<u64>) -> Response {
    let mut response = host.refusal(request, status, "The call was disturbed.");
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn unavailable() -> Response {
    let text = "<html><body>503</body></html>\n";
    answer::text(StatusCode::SERVICE_UNAVAILABLE, HTML, text)
}

/// What the faults that are on do to a request, beside what it is disturbed by already.
fn ruled(station: &Station, request: &Request, faults: &FaultSet, ruling: &mut Ruling) {
    let on = |fault: Fault| faults.contains(&fault);
    let (host, path) = (station.host, request.uri().path());
    let slowness = station.sim.slowness();
    match (host, path) {
        (Host::Issuer, OPENID_CONFIGURATION) if on(Fault::Discovery503) => {
            ruling.answer = Some(unavailable())
        }
        (Host::Issuer, OPENID_CONFIGURATION) if on(Fault::DiscoveryHtml) => {
            let text = "<!doctype html><html><head><title>Sign in to this network</title></head><body>Welcome</body></html>\n";
            ruling.answer = Some(answer::text(StatusCode::OK, HTML, text));
        }
        (Host::Issuer, OPENID_CONFIGURATION) if on(Fault::DiscoveryHang) => ruling.hang = true,
        (Host::Issuer, TOKEN) if on(Fault::Token503) => ruling.answer = Some(unavailable()),
        (Host::Issuer, TOKEN) if on(Fault::Token429) => {
            let plain = "text/plain; charset=utf-8";
            let mut response = answer::text(StatusCode::TOO_MANY_REQUESTS, plain, "Too many requests\n");
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from_static("2"));
            ruling.answer = Some(response);
        }
        (Host::Issuer, TOKEN) if on(Fault::TokenSlow) => ruling.wait += slowness,
        (Host::Digital, "/dfo/3.0/channels") if on(Fault::ChannelsSlow) => ruling.wait += slowness,
        (Host::Api, path) if on(Fault::ScriptsSlow) && path.contains("/script") => ruling.wait += slowness,
        (Host::Endpoint, _) if on(Fault::EndpointHang) => ruling.hang = true,
        (Host::Endpoint, _) if on(Fault::IpAllowList) => {
            let plain = "text/plain; charset=utf-8";
            ruling.answer = Some(answer::text(StatusCode::FORBIDDEN, plain, "Forbidden\n"));
        }
        (Host::Endpoint, path) if on(Fault::HandoverNotRouted) && path.starts_with(HANDOVER) => {
            ruling.answer = Some(answer::no_route());
        }
        (Host::Endpoint, path) if on(Fault::Action500) && ACTIONS.contains(&path) => {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            ruling.answer = Some(answer::service(status, "internal_error", "The action failed."));
        }
        (Host::Endpoint, path) if is_message(path) => boxed(station, request, faults, ruling),
        _ => {}
    }
    let cxone = matches!(host, Host::Issuer | Host::Api | Host::Digital | Host::UserHub);
    if cxone && on(Fault::FirstByteSlow) {
        ruling.wait += slowness;
    }
    if cxone && on(Fault::BodyTrickle) {
        ruling.trickle = Some(slowness);
    }
}

/// Whether a path of the endpoint takes messages of agents.
fn is_message(path: &str) -> bool {
    let segments: Vec<&str> = path.split('/').collect();
    matches!(
        segments.as_slice(),
        ["", "handover", _, "2.0", "channel", _, "outbound"]
            | ["", "handover", _, "1.0", "posts", _, "messages"]
    )
}

/// Faults of the integration box that show only to who has a token: without one it asks for it as ever.
fn boxed(station: &Station, request: &Request, faults: &FaultSet, ruling: &mut Ruling) {
    let sim = &station.sim;
    if sim
        .box_tokens
        .bearer(request.headers(), sim.clock.now())
        .is_none()
    {
        return;
    }
    let on = |fault: Fault| faults.contains(&fault);
    if on(Fault::Outbound404) {
        let text = "The handover service has nothing at this address.";
        ruling.answer = Some(answer::service(StatusCode::NOT_FOUND, "not_found", text));
    } else if on(Fault::Outbound401Forever) {
        let text = "A valid token is required.";
        let refused = answer::service(StatusCode::UNAUTHORIZED, "invalid_token", text);
        ruling.answer = Some(answer::with_challenge(refused));
    } else if on(Fault::OutboundNoId) {
        ruling.answer = Some(answer::ok(&serde_json::json!({ "message": {} })));
    } else if on(Fault::OutboundSlow) {
        ruling.wait += sim.switches().box_timeout.patience() + LATER;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_by_their_path() {
        assert!(is_message("/handover/niceCxOne/2.0/channel/c/outbound"));
        assert!(is_message("/handover/niceCxOne/1.0/posts/p/messages"));
        assert!(!is_message(
            "/handover/niceCxOne/1.0/channel/c/recipients/validation"
        ));
        assert!(!is_message("/handover/niceCxOne/add"));
    }
}
