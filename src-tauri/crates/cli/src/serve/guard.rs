//! Who may talk to the served window.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use secrecy::{ExposeSecret, SecretString};

use super::Served;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The secrets of one run of the server.
pub(crate) struct Guard {
    hosts: [String; 2],
    cookie_name: String,
    /// Works once; `None` afterwards.
    token: Mutex<Option<SecretString>>,
    session: SecretString,
}

impl Guard {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let port = address.port();
        Self {
            hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
            // Cookies are not kept apart by port: two servers must not take each other's.
            cookie_name: format!("handover_{port}"),
            token: Mutex::new(Some(random())),
            session: random(),
        }
    }

    /// The address to open; it works once.
    pub(crate) fn link(&self) -> String {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let token = token.as_ref().map_or("", |token| token.expose_secret());
        format!("http://{}/?token={token}", self.hosts[0])
    }

    fn exchange(&self, offered: &str) -> Option<HeaderValue> {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if !token
            .as_ref()
            .is_some_and(|token| same(token.expose_secret(), offered))
        {
            return None;
        }
        *token = None;
        let session = self.session.expose_secret();
        let cookie = format!(
            "{}={session}; HttpOnly; SameSite=Strict; Path=/",
            self.cookie_name
        );
        HeaderValue::try_from(cookie).ok()
    }

    fn is_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        host.is_some_and(|host| self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host)))
    }

    /// A request that a page of somebody else sends carries that page's origin.
    fn is_origin(&self, headers: &HeaderMap, needed: bool) -> bool {
        match headers.get(header::ORIGIN).map(HeaderValue::to_str) {
            None => !needed,
            Some(Err(_)) => false,
            Some(Ok(origin)) => self.hosts.iter().any(|host| origin == format!("http://{host}")),
        }
    }

    fn is_known(&self, headers: &HeaderMap) -> bool {
        let cookies = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok());
        cookies.flat_map(|line| line.split(';')).any(|cookie| {
            cookie.trim().split_once('=').is_some_and(|(name, value)| {
                name == self.cookie_name && same(self.session.expose_secret(), value)
            })
        })
    }
}

/// Checks every request, and gives every answer its headers.
pub(crate) async fn check(State(served): State<Served>, request: Request, next: Next) -> Response {
    let mut response = decide(&served, request, next).await;
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn decide(served: &Served, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !served.guard.is_host(headers) {
        return refuse(
            StatusCode::MISDIRECTED_REQUEST,
            "This address is not served here.",
        );
    }
    let changes = request.method() != Method::GET && request.method() != Method::HEAD;
    let needs_origin = changes || request.uri().path() == "/events";
    if !served.guard.is_origin(headers, needs_origin) {
        return refuse(StatusCode::FORBIDDEN, "Requests from other pages are refused.");
    }
    // A HEAD request is a preview of somebody else, not the user.
    if request.method() == Method::GET
        && request.uri().path() == "/"
        && let Some(offered) = request.uri().query().and_then(token)
        && let Some(cookie) = served.guard.exchange(&offered)
    {
        return (
            StatusCode::SEE_OTHER,
            [
                (header::SET_COOKIE, cookie),
                (header::LOCATION, HeaderValue::from_static("/")),
            ],
        )
            .into_response();
    }
    if !served.guard.is_known(headers) {
        return unknown(&request);
    }
    next.run(request).await
}

fn token(query: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "token")
        .map(|(_, value)| value.into_owned())
}

/// For whoever has no cookie: a page where a page was asked for, with the one file it needs, else a sentence.
fn unknown(request: &Request) -> Response {
    let reads = request.method() == Method::GET;
    if reads && request.uri().path() == "/refused.css" {
        let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
        return (kind, include_str!("refused.css")).into_response();
    }
    let accepted = request.headers().get(header::ACCEPT);
    let wants_page = accepted
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"));
    if reads && wants_page {
        let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
        return (StatusCode::UNAUTHORIZED, kind, include_str!("refused.html")).into_response();
    }
    refuse(
        StatusCode::UNAUTHORIZED,
        "This page opens with the whole address that `handover serve` printed. It works once: if it was used already, start \
         `handover serve` again for a new one.",
    )
}

fn refuse(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}

fn random() -> SecretString {
    // Two version 4 UUIDs: 244 random bits of the operating system's source.
    format!(
        "{}{}",
        uuid::Uuid::new_v4().simple(),
        uuid::Uuid::new_v4().simple()
    )
    .into()
}

/// Compares in a time that does not tell how much was right.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
