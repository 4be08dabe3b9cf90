//! The business unit and its features, whose token a token is, and the versions of the API.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::{Value, json};

use crate::acd::{Version, at};
use crate::answer;
use crate::auth::TOKEN;
use crate::contract::Contract;
use crate::description::base;
use crate::host::Host;
use crate::params::json_body;
use crate::state::{Seen, Sim};

/// Where the ACD token service tells whose token a token is.
pub(crate) const WHOAMI: &str = "/incontactauthorizationserver/token/whoami";
/// The newest version the vendor's documents name.
const DOCUMENTED: &str = "v34.0";

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(at!("business-unit"), get(business_unit))
        .route("/incontactapi/apiversion", get(versions))
        .route(WHOAMI, post(whoami))
}

/// Every operation of this host that has a version in its path, once a method.
async fn versions() -> Response {
    let contract = match Contract::get() {
        Ok(contract) => contract,
        Err(error) => return answer::broken(error),
    };
    let versioned = contract
        .operations()
        .iter()
        .filter(|operation| operation.host == Host::Api && operation.template.contains("{version}"));
    let rows: Vec<Value> = versioned
        .map(|operation| {
            let uri = operation.template.replace("{version}", DOCUMENTED);
            json!({ "uri": uri, "verb": operation.method.as_str(), "version": DOCUMENTED })
        })
        .collect();
    answer::ok(&json!({ "apiInfo": rows }))
}

/// Fields as the vendor's agent SDK reads them. There are no teams here: everybody is in one.
async fn whoami(seen: Seen, body: Bytes) -> Response {
    let token = json_body(&body)["token"].as_str().unwrap_or_default().to_owned();
    let now = seen.sim.clock.now();
    let tenant = &seen.world.tenant;
    let issued = seen.sim.tokens.valid(&token, false, now);
    let owner = issued.as_ref().and_then(|issued| {
        let id = tenant.subject(&issued.subject)?;
        tenant.agents.iter().find(|agent| agent.id == id)
    });
    let (Some(issued), Some(owner)) = (issued.as_ref(), owner) else {
        let text = "The token is unknown or expired.";
        return answer::acd(StatusCode::UNAUTHORIZED, "invalid_token", text);
    };
    answer::ok(&json!({
        "agent_id": owner.id,
        "bus_no": tenant.unit.number,
        "expires_in": issued.expires_at - now,
        "iss": seen.sim.issuer(),
        "refresh_token_server_uri": format!("{}{TOKEN}", seen.sim.issuer()),
        "resource_server_base_uri": format!("{}/incontactapi/", base(seen.sim.addresses.api)),
        "sub": format!("user:{}", owner.user_id),
        "team_id": 1,
    }))
}

async fn business_unit(_: Version, seen: Seen) -> Response {
    let tenant = &seen.world.tenant;
    let features: Vec<Value> = tenant
        .unit
        .features
        .iter()
        .map(|feature| {
            json!({ "productId": feature.product_id, "productDescription": feature.description, "isEnabled": feature.enabled })
        })
        .collect();
    answer::ok(&json!({ "businessUnits": [{
        "businessUnitId": tenant.unit.number,
        "businessUnitName": tenant.unit.name,
        "tenantId": tenant.id,
        "isActive": true,
        "isIntegratedTenant": true,
        "features": features,
    }] }))
}
