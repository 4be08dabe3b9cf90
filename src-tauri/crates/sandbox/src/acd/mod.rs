//! The ACD API: skills, their agents, agents and their states, campaigns, access keys, active contacts, signals. Paths are
//! read without regard to case, any version is taken, and an empty list is 204 without a body.

mod agent;
mod assignment;
mod campaign;
mod key;
mod live;
mod skill;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::request::Parts;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use crate::answer;
use crate::params::acd_page;
use crate::state::Sim;
use crate::tenant::{MEDIA_DIGITAL, Skill, Tenant};

/// What stands in front of every path, after `folded`.
macro_rules! at {
    ($path:literal) => {
        concat!("/incontactapi/services/{version}/", $path)
    };
}
pub(crate) use at;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(at!("media-types"), get(media_types))
        .merge(skill::routes())
        .merge(assignment::routes())
        .merge(agent::routes())
        .merge(campaign::routes())
        .merge(key::routes())
        .merge(live::routes())
}

/// The same request with its path in lower case and without empty segments: the vendor's servers do not mind either, routes
/// here do. Its address becomes absolute, as the links between pages are.
pub(crate) fn folded<B>(mut request: http::Request<B>) -> http::Request<B> {
    let mut path = request.uri().path().to_ascii_lowercase();
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    let path_and_query = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    if let Ok(path_and_query) = PathAndQuery::try_from(path_and_query) {
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(path_and_query);
        let asked = request.headers().get(http::header::HOST);
        if let Some(authority) = asked.and_then(|host| Authority::try_from(host.as_bytes()).ok()) {
            parts.scheme = Some(Scheme::HTTP);
            parts.authority = Some(authority);
        }
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// Newest API version that is answered. Seen are versions up to 34; clients that look for the newest one rest on a 404 above
/// it, so there is an end, with room for the next ones.
const NEWEST: f64 = 40.0;

/// The API version of a path, such as 34.0. Shapes differ by it. What is no version is an address that does not exist.
#[derive(Clone, Copy)]
pub(crate) struct Version(pub f64);

/// The version in a path is none.
pub(crate) struct NoSuchVersion;

impl IntoResponse for NoSuchVersion {
    fn into_response(self) -> Response {
        not_found("API version")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Version {
    type Rejection = NoSuchVersion;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Version, NoSuchVersion> {
        // /incontactapi/services/{version}/...
        let segment = parts.uri.path().split('/').nth(3).unwrap_or_default();
        segment
            .strip_prefix('v')
            .filter(|number| number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
            .and_then(|number| number.parse().ok())
            .filter(|number| (1.0..=NEWEST).contains(number))
            .map(Version)
            .ok_or(NoSuchVersion)
    }
}

pub(crate) fn paged(uri: &Uri, head: Value, key: &str, rows: Vec<Value>) -> Response {
    acd_page(uri, head, key, rows)
}

pub(crate) fn not_found(what: &str) -> Response {
    answer::acd(
        StatusCode::NOT_FOUND,
        "not_found",
        &format!("There is no such {what}."),
    )
}

pub(crate) fn find_skill<'a>(tenant: &'a Tenant, id: &str) -> Option<&'a Skill> {
    tenant.skills.iter().find(|skill| skill.id.to_string() == id)
}

/// Media types by their numbers (seen in code: the vendor's agent SDK).
const MEDIA: [(i64, &str); 8] = [
    (1, "Email"),
    (3, "Chat"),
    (4, "Phone Call"),
    (5, "Voice Mail"),
    (6, "Work Item"),
    (7, "SMS"),
    (8, "Social"),
    (MEDIA_DIGITAL, "Digital"),
];

pub(crate) fn media_name(media_type: i64) -> &'static str {
    MEDIA
        .iter()
        .find(|(number, _)| *number == media_type)
        .map_or("Other", |(_, name)| name)
}

async fn media_types(_: Version) -> Response {
    let types: Vec<Value> = MEDIA
        .iter()
        .map(|(number, name)| json!({ "mediaTypeId": number, "mediaTypeName": name, "subTypes": [] }))
        .collect();
    answer::ok(&json!({ "mediaTypes": types }))
}

/// What became of one item of a batch; the batch itself is 200 whatever becomes of its items.
pub(crate) type Outcome = Result<(), &'static str>;

/// The answer to a batch: `idName` and the item's id, whether it was done, and why not.
pub(crate) fn batch(key: &str, id_name: &str, results: Vec<(u64, Outcome)>) -> Value {
    let errors = results.iter().filter(|(_, outcome)| outcome.is_err()).count();
    let rows: Vec<Value> = results
        .into_iter()
        .map(|(id, outcome)| {
            let mut row = json!({ "success": outcome.is_ok() });
            row[id_name] = id.into();
            if let Err(why) = outcome {
                row["error"] = why.into();
            }
            row
        })
        .collect();
    let mut body = json!({ "errorCount": errors });
    body[key] = rows.into();
    body
}

/// A number that bodies hold as text; numbers are taken too.
pub(crate) fn number(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

/// Seconds since 1970 as the ACD API writes a moment.
pub(crate) fn moment(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map(|at| format!("{at:.3}"))
        .unwrap_or_default()
}
