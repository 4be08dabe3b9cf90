//! Who calls the REST API and what the call says: every operation starts with a [`Caller`]. The key was looked at before,
//! at the door ([`turned_away`]), so that nothing is told to who has none.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Map, Value};

use crate::answer;
use crate::cognigy::install::Install;
use crate::cognigy::problem::{Kind, Problem, Wrong};
use crate::fault::FaultSet;
use crate::params::Params;
use crate::state::{Sim, Trace};
use crate::switch::{GetBody, OpenapiAccess, Switches};

/// A call that was let in.
pub(crate) struct Caller {
    pub sim: Arc<Sim>,
    pub switches: Switches,
    pub params: Params,
    pub headers: HeaderMap,
    faults: FaultSet,
    path: String,
    trace: String,
    body: Bytes,
}

/// What a role of a project allows (documented for the roles that are named here).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    Read,
    Handover,
    Connections,
    Endpoints,
    Logs,
    Conversations,
}

impl Right {
    /// Roles that allow it; `projectAdmin` allows all.
    fn roles(self) -> &'static [&'static str] {
        match self {
            Right::Read => &[
                "basic",
                "handoverProviderAdmin",
                "connection_admin",
                "endpoint_admin",
                "logs",
                "conversationHistory",
                "flowEditor",
            ],
            Right::Handover => &["handoverProviderAdmin"],
            Right::Connections => &["connection_admin"],
            Right::Endpoints => &["endpoint_admin"],
            Right::Logs => &["logs"],
            Right::Conversations => &["conversationHistory"],
        }
    }

    fn held(self, roles: &[&str]) -> bool {
        roles
            .iter()
            .any(|role| *role == "projectAdmin" || self.roles().contains(role))
    }
}

impl Caller {
    /// The answer of an operation, or its refusal with this call's path and trace id.
    pub(crate) fn answer(&self, outcome: Result<Response, Wrong>) -> Response {
        outcome.unwrap_or_else(|wrong| self.problem(wrong).into_response())
    }

    fn problem(&self, wrong: Wrong) -> Problem {
        wrong.at(&self.path, &self.trace)
    }

    /// The install as this call sees it.
    pub(crate) fn shown(&self) -> Install {
        self.sim.install_with(&self.faults)
    }

    /// The install, if the key may do that in that project. A project that is not there and one the caller is no member of
    /// look the same (seen in code).
    pub(crate) fn project(&self, id: &str, right: Right) -> Result<Install, Wrong> {
        let install = self.shown();
        if install.project.id != id || !install.key.member {
            let text = "The project does not exist, or the key's owner is no member of it.";
            return Err(Wrong::new(Kind::Forbidden, text));
        }
        self.may(&install, right)?;
        Ok(install)
    }

    /// The install, if the query or the body names a project in which the key may do that.
    pub(crate) fn named_project(&self, right: Right) -> Result<Install, Wrong> {
        let id = self.project_id()?.ok_or_else(|| Wrong::missing("projectId"))?;
        self.project(&id, right)
    }

    /// The install, for operations on a thing whose id says which project is meant.
    pub(crate) fn install(&self, right: Right) -> Result<Install, Wrong> {
        let id = self.sim.cognigy.install().project.id.clone();
        self.project(&id, right)
    }

    fn project_id(&self) -> Result<Option<String>, Wrong> {
        if let Some(id) = self.params.get("projectId") {
            return Ok(Some(id.to_owned()));
        }
        if self.body.is_empty() {
            return Ok(None);
        }
        Ok(self
            .body()?
            .get("projectId")
            .and_then(Value::as_str)
            .map(str::to_owned))
    }

    fn may(&self, install: &Install, right: Right) -> Result<(), Wrong> {
        if right.held(&install.key.roles) {
            Ok(())
        } else {
            Err(Wrong::new(
                Kind::Forbidden,
                "The key's owner has no role for this in the project.",
            ))
        }
    }

    /// The body, which must be a JSON object.
    pub(crate) fn body(&self) -> Result<Map<String, Value>, Wrong> {
        let content_type = self
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !content_type.starts_with("application/json") {
            return Err(Wrong::argument("The body must be application/json."));
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(body)) => Ok(body),
            _ => Err(Wrong::argument("The body must be a JSON object.")),
        }
    }

    /// Milliseconds since 1970, by the simulated servers' clock.
    pub(crate) fn now_ms(&self) -> i64 {
        self.sim.clock.now().saturating_mul(1000)
    }
}

impl FromRequest<Arc<Sim>> for Caller {
    type Rejection = Response;

    async fn from_request(request: Request, sim: &Arc<Sim>) -> Result<Caller, Response> {
        let (parts, body) = request.into_parts();
        let trace = parts
            .extensions
            .get::<Trace>()
            .map(|trace| trace.0.clone())
            .unwrap_or_default();
        let path = parts
            .extensions
            .get::<axum::extract::OriginalUri>()
            .map_or_else(|| parts.uri.path().to_owned(), |uri| uri.0.path().to_owned());
        let body = Bytes::from_request(http::Request::new(body), sim)
            .await
            .map_err(|_| answer::json(StatusCode::PAYLOAD_TOO_LARGE, &Value::Null))?;
        let caller = Caller {
            sim: sim.clone(),
            switches: sim.switches(),
            params: Params::of(&parts.uri),
            faults: sim.faults_of(&parts.extensions),
            headers: parts.headers,
            path,
            trace,
            body,
        };
        let with_body = parts.method == Method::GET && !caller.body.is_empty();
        if with_body && caller.switches.get_body == GetBody::Refuse {
            let wrong = Wrong::new(Kind::Forbidden, "A GET must not have a body.");
            return Err(caller.problem(wrong).into_response());
        }
        Ok(caller)
    }
}

/// The refusal of a caller without a valid key. It is in the header or, less well, in the query (documented).
pub(crate) fn turned_away(sim: &Sim, request: &Request) -> Option<Response> {
    let path = request.uri().path();
    if path.starts_with("/openapi") && sim.switches().openapi_access == OpenapiAccess::Open {
        return None;
    }
    let params = Params::of(request.uri());
    let header = request
        .headers()
        .get("x-api-key")
        .and_then(|value| value.to_str().ok());
    let key = header.or_else(|| params.get("api_key"));
    let install = sim.bare_with(&sim.faults_of(request.extensions()));
    if key == Some(install.key.secret.as_str()) {
        return None;
    }
    let trace = request.extensions().get::<Trace>();
    let trace = trace.map(|trace| trace.0.as_str()).unwrap_or_default();
    let wrong = Wrong::new(Kind::Unauthorized, "The API key is missing or not valid here.");
    Some(wrong.at(path, trace).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_allow_what_the_documents_say() {
        assert!(Right::Read.held(&["basic"]));
        assert!(!Right::Logs.held(&["basic"]), "basic reads no logs");
        assert!(!Right::Handover.held(&["basic", "logs"]));
        assert!(Right::Handover.held(&["handoverProviderAdmin"]));
        for right in [
            Right::Read,
            Right::Handover,
            Right::Connections,
            Right::Endpoints,
            Right::Logs,
            Right::Conversations,
        ] {
            assert!(right.held(&["projectAdmin"]), "{right:?}");
            assert!(!right.held(&[]), "{right:?}");
        }
    }
}
