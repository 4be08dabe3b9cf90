//! UserHub: sign-in with an access key alone, the tenant, users, roles and access keys.

mod key;
mod user;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::{Value, json};

use crate::answer;
use crate::state::{Seen, Sim};
use crate::token::{self, KeyRefusal};

pub(crate) const ACCESS_KEY_TOKEN: &str = "/authentication/v1/token/access-key";
pub(crate) const REFRESH: &str = "/public/user/refresh";

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(ACCESS_KEY_TOKEN, post(access_key_token))
        .route(REFRESH, post(refresh))
        .route("/tenants/v2/current", get(tenant))
        .merge(user::routes())
        .merge(key::routes())
}

/// JSON `{accessKeyId, accessKeySecret}`. The error bodies of this address are not documented; 401 for a key that may not
/// sign in and 400 for a body without one follow the family.
async fn access_key_token(seen: Seen, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (Some(id), Some(secret)) = (body["accessKeyId"].as_str(), body["accessKeySecret"].as_str()) else {
        return answer::userhub(
            StatusCode::BAD_REQUEST,
            "BAD_REQUEST",
            "accessKeyId and accessKeySecret are required.",
        );
    };
    match token::access_key(&seen, id, secret) {
        Ok(key) => match token::issue(&seen, key, "userhub") {
            Ok(mut tokens) => {
                if let Some(tokens) = tokens.as_object_mut() {
                    tokens.remove("issued_token_type");
                }
                answer::ok(&tokens)
            }
            Err(error) => answer::broken(&error),
        },
        Err(why) => {
            tracing::debug!(?why, id, "an access key was refused");
            answer::userhub_unauthorized(KeyRefusal::TEXT, ACCESS_KEY_TOKEN, seen.sim.clock.now())
        }
    }
}

/// JSON `{token}` with a refresh token, answered with names of its own (seen in code: a public client). Its refusal is not
/// known; 401 follows the family.
async fn refresh(seen: Seen, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let Some(asked) = body["token"].as_str() else {
        return answer::userhub(StatusCode::BAD_REQUEST, "BAD_REQUEST", "token is required.");
    };
    let now = seen.sim.clock.now();
    let issued = seen.sim.tokens.valid(asked, true, now);
    let key = issued.and_then(|issued| token::access_key_by_id(&seen, &issued.subject).ok());
    let Some(key) = key else {
        return answer::userhub_unauthorized("The refresh token is unknown or expired.", REFRESH, now);
    };
    match token::issue(&seen, key, "userhub") {
        Ok(tokens) => answer::ok(&json!({
            "token": tokens["access_token"],
            "refreshToken": tokens["refresh_token"],
            "tokenExpirationTimeSec": tokens["expires_in"],
            "refreshTokenExpirationTimeSec": token::REFRESH_LIFETIME,
        })),
        Err(error) => answer::broken(&error),
    }
}

/// The tenant of the token (seen in code: the vendor's agent SDK).
async fn tenant(seen: Seen) -> Response {
    let tenant = &seen.world.tenant;
    let licences: Vec<Value> = tenant
        .unit
        .features
        .iter()
        .filter(|feature| feature.enabled)
        .map(|feature| json!({ "applicationId": "ACD", "productId": feature.product_id.to_string(), "featureIds": [] }))
        .collect();
    answer::ok(&json!({ "tenant": {
        "tenantId": tenant.id,
        "tenantName": tenant.name,
        "schemaName": tenant.name,
        "parentId": null,
        "status": "ACTIVE",
        "type": "CUSTOMER",
        "timezone": "UTC",
        "clusterId": tenant.cluster,
        "billingId": tenant.unit.number.to_string(),
        "licenses": licences,
    } }))
}

/// A thing that is not there.
fn not_found(what: &str) -> Response {
    answer::userhub(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        &format!("There is no such {what}."),
    )
}
