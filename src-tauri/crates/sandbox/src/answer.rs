//! Answers and refusals in the manner of each family of servers.

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::contract::Breach;

/// Where the classic ACD servers repeat their message.
const IC_STATUS_DESCRIPTION: HeaderName = HeaderName::from_static("icstatusdescription");

/// Why an answer refuses, as its family's code: what the header that names the broken rule is made of.
#[derive(Clone, Debug)]
pub(crate) struct Why(pub String);

/// An answer that refuses, with its code.
fn refusal(status: StatusCode, code: &str, body: &Value) -> Response {
    because(json(status, body), code)
}

/// The same answer with its code.
pub(crate) fn because(mut response: Response, code: &str) -> Response {
    response.extensions_mut().insert(Why(code.to_owned()));
    response
}

pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

pub(crate) fn ok(body: &Value) -> Response {
    json(StatusCode::OK, body)
}

pub(crate) fn empty() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

pub(crate) fn text(status: StatusCode, content_type: &'static str, body: &'static str) -> Response {
    (status, [(CONTENT_TYPE, content_type)], body).into_response()
}

/// `{error, error_description}` of the token address; both its answers must not be stored.
pub(crate) fn oauth(status: StatusCode, error: &str, description: &str) -> Response {
    no_store(refusal(
        status,
        error,
        &json!({ "error": error, "error_description": description }),
    ))
}

pub(crate) fn no_store(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
        .headers_mut()
        .insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// The classic ACD error body, with its message repeated in a header.
pub(crate) fn acd(status: StatusCode, error: &str, description: &str) -> Response {
    let mut response = refusal(
        status,
        error,
        &json!({ "error": error, "error_description": description }),
    );
    if let Ok(value) = HeaderValue::from_str(description) {
        response.headers_mut().insert(IC_STATUS_DESCRIPTION, value);
    }
    response
}

/// The Digital error body.
pub(crate) fn digital(
    status: StatusCode,
    field: Option<&str>,
    message: &str,
    code: &str,
    trace: &str,
) -> Response {
    let mut error = json!({ "message": message, "parameters": {}, "errorCode": code });
    if let Some(field) = field {
        error["field"] = field.into();
    }
    let why = format!("{} {code}", field.unwrap_or_default());
    refusal(
        status,
        why.trim_start(),
        &json!({ "errors": [error], "uid": trace }),
    )
}

/// The Digital error body for every rule a request breaks.
pub(crate) fn digital_list(status: StatusCode, breaches: &[Breach], trace: &str) -> Response {
    let errors: Vec<Value> = breaches
        .iter()
        .map(|breach| {
            let mut error = json!({ "message": breach.message, "parameters": {}, "errorCode": breach.code });
            if !breach.field.is_empty() {
                error["field"] = breach.field.as_str().into();
            }
            error
        })
        .collect();
    json(status, &json!({ "errors": errors, "uid": trace }))
}

/// UserHub's 401, which has a shape of its own.
pub(crate) fn userhub_unauthorized(message: &str, path: &str, now: i64) -> Response {
    refusal(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        &json!({ "timestamp": now * 1000, "status": 401, "error": "Unauthorized", "message": message, "path": path }),
    )
}

/// UserHub's other errors.
pub(crate) fn userhub(status: StatusCode, code: &str, details: &str) -> Response {
    refusal(
        status,
        code,
        &json!({ "code": code, "details": details, "hostname": "sandbox", "entityType": null, "errors": [] }),
    )
}

/// An error of the Cognigy.AI handover service: always JSON, which tells it from the ingress.
pub(crate) fn service(status: StatusCode, error: &str, description: &str) -> Response {
    refusal(
        status,
        error,
        &json!({ "error": error, "error_description": description }),
    )
}

/// What the ingress says where no service stands behind a path.
pub(crate) fn no_route() -> Response {
    let plain = "text/plain; charset=utf-8";
    because(
        text(StatusCode::NOT_FOUND, plain, "404: no route leads here\n"),
        "no_route",
    )
}

pub(crate) fn with_challenge(mut response: Response) -> Response {
    response.headers_mut().insert(
        WWW_AUTHENTICATE,
        HeaderValue::from_static(r#"Bearer error="invalid_token""#),
    );
    response
}

/// An error of the sandbox itself, never of what it simulates.
pub(crate) fn broken(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "the sandbox cannot answer");
    refusal(
        StatusCode::INTERNAL_SERVER_ERROR,
        "sandbox_error",
        &json!({ "sandbox_error": error.to_string() }),
    )
}
