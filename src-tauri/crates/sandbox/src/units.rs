//! The business unit and its features.

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use crate::acd::Version;
use crate::answer;
use crate::state::{Seen, Sim};

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new().route(
        "/incontactapi/services/{version}/business-unit",
        get(business_unit),
    )
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
