//! The hosts the sandbox plays, one listener each, and what all their answers have in common.
//!
//! A request passes six stations: [`stamp`] (loopback only, server header, trace id), `intercept` (faults of answers),
//! `contract::explain` (the header that names a refusal's rule), [`admit`] (bearer token where the vendor wants one),
//! `contract::enforce` (the documents) and the routes. Each family refuses in its own words.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::header::{HOST, SERVER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::state::{Sim, Trace};
use crate::{
    acd, answer, auth, cognigy, contract, control, digital, endpoint, events, intercept, scripts, units,
    userhub,
};

/// What every answer names as its server.
pub(crate) const SERVER_NAME: HeaderValue = HeaderValue::from_static("handover-desk-sandbox");
const TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    Issuer,
    Api,
    Digital,
    UserHub,
    Events,
    Endpoint,
    CognigyApi,
}

/// A host together with the state, for the stations that serve all of them.
#[derive(Clone)]
pub(crate) struct Station {
    pub host: Host,
    pub sim: Arc<Sim>,
}

impl Host {
    const ALL: [Host; 7] = [
        Host::Issuer,
        Host::Api,
        Host::Digital,
        Host::UserHub,
        Host::Events,
        Host::Endpoint,
        Host::CognigyApi,
    ];

    pub(crate) fn by_name(name: &str) -> Option<Host> {
        Host::ALL.into_iter().find(|host| host.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Host::Issuer => "issuer",
            Host::Api => "api",
            Host::Digital => "digital",
            Host::UserHub => "userhub",
            Host::Events => "events",
            Host::Endpoint => "endpoint",
            Host::CognigyApi => "cognigy-api",
        }
    }

    /// Its routes behind all stations.
    pub(crate) fn router(self, sim: &Arc<Sim>) -> Router {
        let station = Station {
            host: self,
            sim: sim.clone(),
        };
        let routes: Router<Arc<Sim>> = match self {
            Host::Issuer => auth::routes().merge(control::routes()),
            Host::Api => acd::routes().merge(units::routes()).merge(scripts::routes()),
            Host::Digital => digital::routes(),
            Host::UserHub => userhub::routes(),
            Host::Events => events::routes(),
            Host::Endpoint => endpoint::routes().merge(cognigy::chats(sim)),
            Host::CognigyApi => cognigy::routes(),
        };
        let unknown = station.clone();
        let wrong_method = station.clone();
        routes
            .fallback(move |request: Request| async move { unknown.host.unknown_route(&request) })
            .method_not_allowed_fallback(move |request: Request| async move {
                wrong_method.host.wrong_method(&request)
            })
            .layer(from_fn_with_state(station.clone(), contract::enforce))
            .layer(from_fn_with_state(station.clone(), admit))
            .layer(from_fn_with_state(station.clone(), contract::explain))
            .layer(from_fn_with_state(station.clone(), intercept::intercept))
            .layer(from_fn_with_state(station, stamp))
            .with_state(sim.clone())
    }

    /// Whether a path is open to everybody.
    fn is_open(self, path: &str) -> bool {
        match self {
            // The issuer's own addresses look at their credentials themselves; the endpoint has tokens of its own, and
            // Cognigy.AI's API keys are no bearer tokens.
            Host::Issuer | Host::Endpoint | Host::CognigyApi | Host::Events => true,
            Host::Digital => path == digital::ONE_TIME_TOKEN,
            Host::UserHub => [userhub::ACCESS_KEY_TOKEN, userhub::REFRESH].contains(&path),
            Host::Api => path == units::WHOAMI,
        }
    }

    /// The refusal of a caller that the hosts of Cognigy.AI do not know, whose credentials are no bearer tokens of CXone.
    fn turned_away(self, sim: &Sim, request: &Request) -> Option<Response> {
        match self {
            Host::CognigyApi => cognigy::turned_away(sim, request),
            Host::Endpoint => endpoint::turned_away(sim, request),
            _ => None,
        }
    }

    fn unauthorized(self, request: &Request, now: i64) -> Response {
        let message = "The token is missing, unknown or expired.";
        answer::with_challenge(match self {
            Host::Digital => answer::digital(
                StatusCode::UNAUTHORIZED,
                None,
                message,
                "unauthorized",
                &trace(request),
            ),
            Host::UserHub => answer::userhub_unauthorized(message, request.uri().path(), now),
            _ => answer::acd(StatusCode::UNAUTHORIZED, "invalid_token", message),
        })
    }

    pub(crate) fn unknown_route(self, request: &Request) -> Response {
        let message = "There is nothing at this address.";
        match self {
            Host::Digital => {
                answer::digital(StatusCode::NOT_FOUND, None, message, "not_found", &trace(request))
            }
            Host::UserHub => answer::userhub(StatusCode::NOT_FOUND, "NOT_FOUND", message),
            Host::Endpoint => endpoint::unknown(request.uri().path()),
            Host::CognigyApi => cognigy::unknown(request),
            _ => answer::acd(StatusCode::NOT_FOUND, "not_found", message),
        }
    }

    /// A refusal with that status, in the words of the host's family.
    pub(crate) fn refusal(self, request: &Request, status: StatusCode, message: &str) -> Response {
        let word = status.canonical_reason().unwrap_or("error");
        let code = word.to_ascii_lowercase().replace([' ', '-', '\''], "_");
        match self {
            Host::Digital => answer::digital(status, None, message, &code, &trace(request)),
            Host::UserHub => answer::userhub(status, &code.to_ascii_uppercase(), message),
            Host::Endpoint => answer::service(status, &code, message),
            Host::CognigyApi => {
                cognigy::problem::refused(status, message, request.uri().path(), &trace(request))
            }
            Host::Issuer => answer::no_store(answer::oauth(status, &code, message)),
            Host::Api | Host::Events => answer::acd(status, &code, message),
        }
    }

    pub(crate) fn wrong_method(self, request: &Request) -> Response {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        let message = "This address does not take that method.";
        match self {
            Host::Digital => answer::digital(status, None, message, "method_not_allowed", &trace(request)),
            Host::UserHub => answer::userhub(status, "METHOD_NOT_ALLOWED", message),
            Host::Endpoint => answer::service(status, "method_not_allowed", message),
            Host::CognigyApi => cognigy::wrong_method(request),
            _ => answer::acd(status, "method_not_allowed", message),
        }
    }
}

fn trace(request: &Request) -> String {
    request
        .extensions()
        .get::<Trace>()
        .map(|trace| trace.0.clone())
        .unwrap_or_default()
}

/// Gives every exchange an id and every answer the sandbox's name; turns away what did not ask for this computer.
async fn stamp(State(station): State<Station>, mut request: Request, next: Next) -> Response {
    let id = format!("sim_{}_{}", station.host.name(), station.sim.next());
    request.extensions_mut().insert(Trace(id.clone()));
    let mut response = if asks_loopback(request.headers()) {
        let own = station.host == Host::Issuer && control::owns(request.uri().path());
        let response = next.run(request).await;
        match response.status().as_u16() {
            // What the stations further in have not named is played by a fault or a disturbance.
            400.. if !own => contract::ruled(response, &format!("{} disturbed", station.host.name())),
            _ => response,
        }
    } else {
        let plain = "text/plain; charset=utf-8";
        let text = "The sandbox answers on this computer only.\n";
        let refused = answer::text(StatusCode::MISDIRECTED_REQUEST, plain, text);
        contract::ruled(refused, "header host loopback")
    };
    response.headers_mut().insert(SERVER, SERVER_NAME);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(TRACE_ID, value);
    }
    response
}

/// A web page elsewhere that made its own name point here gives itself away by the Host header.
fn asks_loopback(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else {
        return false;
    };
    let Ok(url) = url::Url::parse(&format!("http://{host}/")) else {
        return false;
    };
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Lets a request through with a valid bearer token, or where none is wanted.
async fn admit(State(station): State<Station>, request: Request, next: Next) -> Response {
    if station.host == Host::Issuer && control::owns(request.uri().path()) {
        return control::admit(State(station.sim), request, next).await;
    }
    let now = station.sim.clock.now();
    if let Some(refused) = station.host.turned_away(&station.sim, &request) {
        return refused;
    }
    let open = station.host.is_open(request.uri().path());
    if open || station.sim.tokens.bearer(request.headers(), now).is_some() {
        next.run(request).await
    } else {
        station.host.unauthorized(&request, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_are_answered() {
        let asks = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_str(host).unwrap());
            asks_loopback(&headers)
        };
        for host in [
            "127.0.0.1:80",
            "localhost",
            "endpoint-sandbox.localhost:1234",
            "[::1]:9",
        ] {
            assert!(asks(host), "{host}");
        }
        for host in [
            "example.com",
            "localhost.example.com",
            "10.0.0.1",
            "evil-localhost",
            "",
        ] {
            assert!(!asks(host), "{host}");
        }
        assert!(!asks_loopback(&HeaderMap::new()));
    }
}
