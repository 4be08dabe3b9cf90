//! The issuer: discovery, sign-in, keys, user info.
//!
//! Sign-in takes forms only and answers 400 with an OAuth error code, as documented; what it never says is which half of
//! a pair was wrong.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use serde_json::json;

use crate::answer;
use crate::description::base;
use crate::key;
use crate::params::Params;
use crate::state::{Seen, Sim};
use crate::switch::{JwksUri, TokenBody, TokenRefusal};
use crate::tenant::{AccessKey, Application};
use crate::token::{self, KeyRefusal};

pub(crate) const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
pub(crate) const TOKEN: &str = "/auth/token";

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(OPENID_CONFIGURATION, get(openid_configuration))
        .route("/.well-known/cxone-configuration", get(cxone_configuration))
        .route(TOKEN, post(token))
        .route("/auth/authorize", get(authorize))
        .route("/auth/authorize/logout", get(logout).post(logout))
        .route("/auth/jwks", get(jwks))
        .route("/auth/userinfo", get(userinfo).post(userinfo))
}

async fn openid_configuration(seen: Seen) -> Response {
    let issuer = seen.sim.issuer();
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth/authorize"),
        "token_endpoint": format!("{issuer}{TOKEN}"),
        "jwks_uri": format!("{issuer}/auth/jwks"),
        "end_session_endpoint": format!("{issuer}/auth/authorize/logout"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "request_object_signing_alg_values_supported": ["none"],
        "display_values_supported": ["page", "popup"],
        "claim_types_supported": ["normal"],
    });
    if seen.switches.jwks_uri == JwksUri::LeftOut
        && let Some(fields) = document.as_object_mut()
    {
        fields.remove("jwks_uri");
    }
    answer::ok(&document)
}

/// The browser's way to sign in. The one application that is registered here is a back end's and may not use it.
async fn authorize() -> Response {
    answer::oauth(
        StatusCode::BAD_REQUEST,
        "unauthorized_client",
        "The application may not use this grant.",
    )
}

/// Nobody is signed in by browser here, so nothing is ended: a page, or back to where the browser came from.
async fn logout(uri: Uri) -> Response {
    let params = Params::of(&uri);
    let back = params
        .get("post_logout_redirect_uri")
        .and_then(|back| url::Url::parse(back).ok());
    let Some(mut back) = back.filter(|back| matches!(back.scheme(), "http" | "https")) else {
        let text = "<!doctype html><html><head><title>Signed out</title></head><body>Signed out of the sandbox.</body></html>\n";
        return answer::text(StatusCode::OK, "text/html; charset=utf-8", text);
    };
    if let Some(state) = params.get("state") {
        back.query_pairs_mut().append_pair("state", state);
    }
    match HeaderValue::from_str(back.as_str()) {
        Ok(location) => (StatusCode::FOUND, [(LOCATION, location)]).into_response(),
        Err(error) => answer::broken(&error),
    }
}

/// Documented are 200 and 404 without a body; 400 for what is no uuid is our choice.
async fn cxone_configuration(seen: Seen, uri: Uri) -> Response {
    let params = Params::of(&uri);
    let asked = params.get("tenantId").unwrap_or_default();
    if !is_uuid(asked) {
        return answer::json(
            StatusCode::BAD_REQUEST,
            &json!({ "error": "tenantId must be a uuid" }),
        );
    }
    let tenant = &seen.world.tenant;
    if !tenant.listed || !tenant.id.eq_ignore_ascii_case(asked) {
        return answer::json(StatusCode::NOT_FOUND, &json!({ "error": "tenant not found" }));
    }
    let domain = &tenant.domain;
    answer::ok(&json!({
        "private": false,
        "ui_endpoint": format!("https://{}.{domain}", tenant.area),
        "auth_endpoint": seen.sim.issuer(),
        // The one host that is named whole; the others are made of area and domain, and profiles override those.
        "api_endpoint": base(seen.sim.addresses.api),
        "area": tenant.area,
        "cluster": tenant.cluster,
        "domain": domain,
        "acdDomain": domain,
        "uhDomain": domain,
        "tenantId": tenant.id,
        "globaldomain": domain,
    }))
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

async fn jwks() -> Response {
    match key::jwks() {
        Ok(set) => answer::ok(&set),
        Err(error) => answer::broken(&error),
    }
}

async fn userinfo(seen: Seen, headers: HeaderMap) -> Response {
    let tenant = &seen.world.tenant;
    let owner = seen
        .sim
        .tokens
        .bearer(&headers, seen.sim.clock.now())
        .and_then(|issued| tenant.access_keys.iter().find(|key| key.id == issued.subject))
        .and_then(|key| tenant.owner(key));
    match owner {
        Some(owner) => answer::ok(&json!({
            "sub": format!("user:{}", owner.user_id),
            "name": owner.user_name,
            "given_name": owner.first_name,
            "family_name": owner.last_name,
            "email": owner.user_name,
        })),
        None => {
            let mut response = answer::oauth(
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "The token is missing or not valid.",
            );
            response.headers_mut().insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static(r#"error="invalid token""#),
            );
            response
        }
    }
}

/// A refused sign-in: the OAuth code and a text.
struct Refusal(&'static str, &'static str);

async fn token(seen: Seen, headers: HeaderMap, body: Bytes) -> Response {
    match granted(&seen, &headers, &body) {
        Ok((key, audience)) => match token::issue(&seen, key, &audience) {
            Ok(tokens) => answer::no_store(answer::ok(&tokens)),
            Err(error) => answer::broken(&error),
        },
        Err(Refusal(code, text)) => {
            let credentials = ["invalid_client", "invalid_grant"].contains(&code);
            let status = match seen.switches.token_refusal {
                TokenRefusal::Status401 if credentials => StatusCode::UNAUTHORIZED,
                _ => StatusCode::BAD_REQUEST,
            };
            answer::oauth(status, code, text)
        }
    }
}

/// Judges in the order that tells a client most: form, grant, client, then the key.
fn granted<'a>(seen: &'a Seen, headers: &HeaderMap, body: &[u8]) -> Result<(&'a AccessKey, String), Refusal> {
    let form: HashMap<String, String> = if has_type(headers, "application/x-www-form-urlencoded") {
        let mut form = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(body).into_owned() {
            // RFC 6749, 3.2.
            if form.insert(name, value).is_some() {
                return Err(Refusal("invalid_request", "A parameter is given twice."));
            }
        }
        form
    } else if seen.switches.token_body == TokenBody::JsonToo && has_type(headers, "application/json") {
        serde_json::from_slice(body).unwrap_or_default()
    } else {
        return Err(Refusal("invalid_request", "The body must be form encoded."));
    };
    let field = |name: &str| {
        form.get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    };
    match field("grant_type") {
        None => Err(Refusal("invalid_request", "grant_type is missing.")),
        Some("password") => {
            let client = client(seen, headers, field("client_id"), field("client_secret"))?;
            let (Some(id), Some(secret)) = (field("username"), field("password")) else {
                return Err(Refusal("invalid_request", "username or password is missing."));
            };
            let key = token::access_key(seen, id, secret).map_err(|why| refused_key(why, id))?;
            Ok((key, client.client_id.clone()))
        }
        Some("refresh_token") => {
            let client = refreshing_client(seen, headers, field("client_id"), field("client_secret"))?;
            let Some(refresh) = field("refresh_token") else {
                return Err(Refusal("invalid_request", "refresh_token is missing."));
            };
            let issued = seen.sim.tokens.valid(refresh, true, seen.sim.clock.now());
            let issued = issued.ok_or(Refusal(
                "invalid_grant",
                "The refresh token is unknown or expired.",
            ))?;
            let key = token::access_key_by_id(seen, &issued.subject)
                .map_err(|why| refused_key(why, &issued.subject))?;
            Ok((key, client.client_id.clone()))
        }
        // Documented grants that the registered application of a provider may not use.
        Some("authorization_code" | "token-exchange" | "urn:ietf:params:oauth:grant-type:token-exchange") => {
            client(seen, headers, field("client_id"), field("client_secret"))?;
            Err(Refusal(
                "unauthorized_client",
                "The application may not use this grant.",
            ))
        }
        Some(_) => Err(Refusal("unsupported_grant_type", "This grant is not supported.")),
    }
}

fn refused_key(why: KeyRefusal, id: &str) -> Refusal {
    tracing::debug!(?why, id, "an access key was refused");
    Refusal("invalid_grant", KeyRefusal::TEXT)
}

fn has_type(headers: &HeaderMap, wanted: &str) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case(wanted)
}

/// The application that signs in: by Basic or by body, as it was registered.
fn client<'a>(
    seen: &'a Seen,
    headers: &HeaderMap,
    id: Option<&str>,
    secret: Option<&str>,
) -> Result<&'a Application, Refusal> {
    let refused = Refusal("invalid_client", "Client authentication failed.");
    let found = match basic(headers) {
        Some(pairs) => applications(seen).find(|app| {
            !app.post_only
                && pairs
                    .iter()
                    .any(|(id, secret)| app.client_id == *id && app.client_secret == *secret)
        }),
        None => applications(seen)
            .find(|app| Some(app.client_id.as_str()) == id && Some(app.client_secret.as_str()) == secret),
    };
    found.ok_or(refused)
}

/// A refresh lists no secret among its fields: the id is enough, but what is given must be right.
fn refreshing_client<'a>(
    seen: &'a Seen,
    headers: &HeaderMap,
    id: Option<&str>,
    secret: Option<&str>,
) -> Result<&'a Application, Refusal> {
    if secret.is_some() || headers.contains_key(AUTHORIZATION) {
        return client(seen, headers, id, secret);
    }
    let id = id.ok_or(Refusal("invalid_request", "client_id is missing."))?;
    applications(seen)
        .find(|app| app.client_id == id)
        .ok_or(Refusal("invalid_client", "Client authentication failed."))
}

fn applications(seen: &Seen) -> impl Iterator<Item = &Application> {
    seen.world.tenant.applications.iter().filter(|app| app.enabled)
}

/// The pair of a Basic header, as it stands and percent-decoded: which of the two CXone reads is not documented.
fn basic(headers: &HeaderMap) -> Option<[(String, String); 2]> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).unwrap_or_default()).unwrap_or_default();
    let (id, secret) = decoded.split_once(':').unwrap_or_default();
    Some([
        (id.to_owned(), secret.to_owned()),
        (percent_decoded(id), percent_decoded(secret)),
    ])
}

fn percent_decoded(text: &str) -> String {
    let single = text.replace('&', "%26");
    url::form_urlencoded::parse(format!("v={single}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_reads_plain_and_percent_encoded_pairs() {
        let mut headers = HeaderMap::new();
        let header = format!("Basic {}", STANDARD.encode("a%3Db:s&c=r%2B"));
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&header).unwrap());
        let [plain, decoded] = basic(&headers).unwrap();
        assert_eq!(plain, ("a%3Db".into(), "s&c=r%2B".into()));
        assert_eq!(decoded, ("a=b".into(), "s&c=r+".into()));
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic ???"));
        assert_eq!(
            basic(&headers).unwrap()[0],
            (String::new(), String::new()),
            "damaged header is a wrong pair"
        );
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer x"));
        assert!(basic(&headers).is_none());
    }

    #[test]
    fn uuids_are_told_by_their_form() {
        assert!(is_uuid("11EE0000-aaaa-bbbb-cccc-0242ac110003"));
        for wrong in [
            "",
            "4599999",
            "11ee0000aaaabbbbcccc0242ac110003",
            "11ee0000-aaaa-bbbb-cccc-0242ac11000g",
        ] {
            assert!(!is_uuid(wrong), "{wrong}");
        }
    }
}
