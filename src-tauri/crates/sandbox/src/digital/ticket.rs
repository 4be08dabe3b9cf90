//! One-time tokens: what CXone hands to the browser with the add action, and a middleware exchanges for a real token.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::response::Response;
use axum::routing::{get, post};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode, Uri};
use serde_json::json;

use crate::answer;
use crate::digital::{Refusal, read};
use crate::params::Params;
use crate::state::{Seen, Sim};
use crate::tenant::Agent;
use crate::token;

pub(crate) const ONE_TIME_TOKEN: &str = "/dfo/3.0/one-time-token/verification";

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(ONE_TIME_TOKEN, post(verify))
        .route("/dfo/3.0/one-time-token/authentication", get(authenticate))
}

/// Good once, for the employee it was made for. Called without a bearer.
async fn verify(seen: Seen, body: Bytes) -> Result<Response, Refusal> {
    let body = read(&body);
    let tenant = &seen.world.tenant;
    let ticket = body["token"].as_str().unwrap_or_default();
    let mut inbox = seen.sim.inbox();
    let agent = inbox
        .tickets
        .get(ticket)
        .and_then(|agent| tenant.agents.iter().find(|known| known.id == *agent))
        .filter(|agent| Some(agent.digital_id()) == body["userId"].as_u64())
        .filter(|_| Some(tenant.brand_id()) == body["brandId"].as_u64());
    let agent = agent.ok_or_else(|| {
        let text = "The token is unknown or was used before.";
        seen.refusal(StatusCode::BAD_REQUEST, "token", text, "invalid_token")
    })?;
    inbox.tickets.remove(ticket);
    drop(inbox);
    match token::issue_to(&seen, agent) {
        Ok(access) => {
            let (brand, user) = (tenant.brand(), Agent::shown(agent));
            Ok(answer::ok(
                &json!({ "brand": brand, "user": user, "accessToken": access }),
            ))
        }
        Err(error) => Ok(answer::broken(&error)),
    }
}

/// Sends the browser on with a fresh token. The names of the parameters it adds are not public; these are ours.
async fn authenticate(seen: Seen, uri: Uri) -> Result<Response, Refusal> {
    let params = Params::of(&uri);
    let agent = seen.caller.ok_or_else(|| {
        let text = "The token belongs to nobody.";
        seen.refusal(StatusCode::UNAUTHORIZED, "", text, "unauthorized")
    })?;
    let target = params.get("redirectUrl").unwrap_or_default();
    let mut target = url::Url::parse(target).map_err(|_| seen.unauthorized_target())?;
    let ticket = seen.sim.ticket(agent);
    target
        .query_pairs_mut()
        .append_pair("token", &ticket)
        .append_pair("state", params.get("state").unwrap_or_default());
    let location = HeaderValue::from_str(target.as_str()).map_err(|_| seen.unauthorized_target())?;
    let mut response = answer::empty();
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

impl Seen {
    /// Declared are 302 and 401 only.
    fn unauthorized_target(&self) -> Refusal {
        let text = "The browser cannot be sent there.";
        self.refusal(StatusCode::UNAUTHORIZED, "redirectUrl", text, "invalid_value")
    }
}

impl Sim {
    /// A fresh one-time token of an employee.
    fn ticket(&self, agent: u64) -> String {
        let mut inbox = self.inbox();
        let ticket = format!("sim_ticket_{}", inbox.uuid("ticket"));
        inbox.tickets.insert(ticket.clone(), agent);
        ticket
    }

    /// The add action of the first integration, as the first employee's browser opens it. The ways back and to the API are
    /// parameters of it (the API's is seen in one family of middlewares only).
    pub(crate) fn add_action(&self) -> Option<String> {
        let world = self.view(&self.faults());
        let form = world.tenant.integrations.first()?;
        let agent = world.tenant.agents.first()?;
        let ticket = self.ticket(agent.id);
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("userId", &agent.digital_id().to_string())
            .append_pair("brandId", &world.tenant.brand_id().to_string())
            .append_pair("token", &ticket)
            .append_pair("apiHost", &format!("http://{}", self.addresses.digital))
            .append_pair("backUrl", &format!("{}/sandbox/points-of-contact", self.issuer()))
            .finish();
        Some(format!("{}?{query}", form.add_url))
    }
}
