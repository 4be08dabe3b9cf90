//! The event hub's address. It is a websocket: whoever comes without one is told so.

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use http::header::UPGRADE;
use http::{HeaderValue, StatusCode};

use crate::answer;
use crate::state::Sim;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new().route("/", get(upgrade_required))
}

async fn upgrade_required() -> Response {
    let text = "This address speaks websocket.\n";
    let mut response = answer::text(StatusCode::UPGRADE_REQUIRED, "text/plain; charset=utf-8", text);
    response
        .headers_mut()
        .insert(UPGRADE, HeaderValue::from_static("websocket"));
    response
}
