//! Faults that are a wrong answer, whatever the servers keep: they meet a request before its route does.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use crate::answer;
use crate::auth::{OPENID_CONFIGURATION, TOKEN};
use crate::endpoint::{ACTIONS, HANDOVER};
use crate::fault::{Fault, FaultSet};
use crate::host::{Host, Station};

const HTML: &str = "text/html; charset=utf-8";

/// What a fault does with a request.
enum Ruling {
    /// Say nothing until the client leaves or the sandbox stops.
    Hang,
    Answer(Response),
}

/// Carries out the ruling of the faults that are on, if there is one.
pub(crate) async fn intercept(State(station): State<Station>, request: Request, next: Next) -> Response {
    match ruling(station.host, request.uri().path(), &station.sim.faults()) {
        Some(Ruling::Hang) => std::future::pending().await,
        Some(Ruling::Answer(response)) => response,
        None => next.run(request).await,
    }
}

fn ruling(host: Host, path: &str, faults: &FaultSet) -> Option<Ruling> {
    let on = |fault: Fault| faults.contains(&fault);
    let unavailable = || {
        Ruling::Answer(answer::text(
            StatusCode::SERVICE_UNAVAILABLE,
            HTML,
            "<html><body>503</body></html>\n",
        ))
    };
    match (host, path) {
        (Host::Issuer, OPENID_CONFIGURATION) if on(Fault::Discovery503) => Some(unavailable()),
        (Host::Issuer, OPENID_CONFIGURATION) if on(Fault::DiscoveryHtml) => {
            Some(Ruling::Answer(answer::text(
                StatusCode::OK,
                HTML,
                "<!doctype html><html><head><title>Sign in to this network</title></head><body>Welcome</body></html>\n",
            )))
        }
        (Host::Issuer, OPENID_CONFIGURATION) if on(Fault::DiscoveryHang) => Some(Ruling::Hang),
        (Host::Issuer, TOKEN) if on(Fault::Token503) => Some(unavailable()),
        (Host::Issuer, TOKEN) if on(Fault::Token429) => {
            let mut response = answer::text(
                StatusCode::TOO_MANY_REQUESTS,
                "text/plain; charset=utf-8",
                "Too many requests\n",
            );
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from_static("2"));
            Some(Ruling::Answer(response))
        }
        (Host::Endpoint, _) if on(Fault::EndpointHang) => Some(Ruling::Hang),
        (Host::Endpoint, _) if on(Fault::IpAllowList) => Some(Ruling::Answer(answer::text(
            StatusCode::FORBIDDEN,
            "text/plain; charset=utf-8",
            "Forbidden\n",
        ))),
        (Host::Endpoint, path) if on(Fault::HandoverNotRouted) && path.starts_with(HANDOVER) => {
            Some(Ruling::Answer(answer::no_route()))
        }
        (Host::Endpoint, path) if on(Fault::Action500) && ACTIONS.contains(&path) => {
            Some(Ruling::Answer(answer::service(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal_error",
                "The action failed.",
            )))
        }
        _ => None,
    }
}
