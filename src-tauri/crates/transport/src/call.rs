//! One call: what is asked, how it is sent, and the record of it.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method, Version};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::Phase;
use crate::classify::classify;
use crate::client::{self, Client};
use crate::deadline;
use crate::exchange::{Exchange, KEPT_BODY};
use crate::failure::{Failure, FailureKind, TransportError};
use crate::response::Response;
use crate::settings::Timeouts;
use crate::stage::Marks;

/// A request being put together. Nothing happens before [`Call::send`].
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    client: Client,
    label: String,
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    http1: bool,
    timeouts: Timeouts,
    /// Whether the record has the answer's body, or its length alone.
    keeps_body: bool,
    max_body: usize,
    /// A header that cannot be sent; told on sending.
    unusable: Option<String>,
}

/// A value of a form field.
#[derive(Clone, Copy)]
pub enum FormValue<'a> {
    /// Shown in the record.
    Plain(&'a str),
    /// Redacted wherever it turns up.
    Secret(&'a SecretString),
}

impl fmt::Debug for FormValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormValue::Plain(text) => write!(f, "Plain({text:?})"),
            FormValue::Secret(_) => f.write_str("Secret(<redacted>)"),
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let redactor = self.client.redactor();
        f.debug_struct("Call")
            .field("label", &self.label)
            .field("method", &self.method)
            .field("url", &redactor.url(&self.url))
            .field("headers", &redactor.headers(&self.headers))
            .finish_non_exhaustive()
    }
}

impl Call {
    pub(crate) fn new(client: Client, method: Method, url: Url) -> Call {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_static(client::USER_AGENT));
        let timeouts = client.settings().timeouts;
        let max_body = client.settings().max_body;
        let label = String::new();
        Call {
            client,
            label,
            method,
            url,
            headers,
            body: None,
            http1: false,
            timeouts,
            keeps_body: true,
            max_body,
            unusable: None,
        }
    }

    /// What the exchange is called in reports.
    pub fn label(mut self, label: impl Into<String>) -> Call {
        self.label = label.into();
        self
    }

    /// `Authorization: Bearer <token>`; the token becomes known to the redactor.
    pub fn bearer(mut self, token: &SecretString) -> Call {
        self.client.redactor().add(token);
        self.put(AUTHORIZATION, &format!("Bearer {}", token.expose_secret()), true);
        self
    }

    /// `Authorization: Basic base64(user:password)`, both as they are (not percent-encoded). The password and the pair
    /// become known to the redactor.
    pub fn basic(mut self, user: &SecretString, password: &SecretString) -> Call {
        self.client.learn_basic(user, password);
        let pair = STANDARD.encode(format!("{}:{}", user.expose_secret(), password.expose_secret()));
        self.put(AUTHORIZATION, &format!("Basic {pair}"), true);
        self
    }

    /// A JSON body. Secrets in it stand under the keys that the redactor knows, or were added to it.
    pub fn json(mut self, body: &Value) -> Call {
        self.put(CONTENT_TYPE, "application/json", false);
        self.body = Some(body.to_string().into_bytes());
        self
    }

    /// A form body (`application/x-www-form-urlencoded`).
    pub fn form(mut self, fields: &[(&str, FormValue<'_>)]) -> Call {
        let mut encoded = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields {
            encoded.append_pair(
                name,
                match value {
                    FormValue::Plain(text) => text,
                    FormValue::Secret(secret) => {
                        self.client.redactor().add(secret);
                        secret.expose_secret()
                    }
                },
            );
        }
        self.put(CONTENT_TYPE, "application/x-www-form-urlencoded", false);
        self.body = Some(encoded.finish().into_bytes());
        self
    }

    /// A header that holds a secret; the secret becomes known to the redactor.
    pub fn secret_header(mut self, name: &'static str, value: &SecretString) -> Call {
        self.client.redactor().add(value);
        self.put(HeaderName::from_static(name), value.expose_secret(), true);
        self
    }

    /// A header; replaces one of the same name. One that cannot be sent fails the call as
    /// [`FailureKind::Protocol`].
    pub fn header(mut self, name: &str, value: &str) -> Call {
        match name.parse::<HeaderName>() {
            Ok(name) => self.put(name, value, false),
            Err(_) => self.unusable = Some(name.to_owned()),
        }
        self
    }

    /// `Accept: application/json`.
    pub fn accept_json(mut self) -> Call {
        self.put(ACCEPT, "application/json", false);
        self
    }

    /// Without HTTP/2, for hosts that announce it and then fail at it.
    pub fn http1_only(mut self) -> Call {
        self.http1 = true;
        self
    }

    /// Other limits than the client's.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Call {
        self.timeouts = timeouts;
        self
    }

    /// Records the length of the answer's body in place of the body: for answers about people, such as their
    /// conversations, names and addresses, which no report needs.
    pub fn keep_no_body(mut self) -> Call {
        self.keeps_body = false;
        self
    }

    /// Another limit for the answer's body than the client's, in bytes after decompression.
    pub fn max_body(mut self, bytes: usize) -> Call {
        self.max_body = bytes;
        self
    }

    fn put(&mut self, name: HeaderName, value: &str, sensitive: bool) {
        match HeaderValue::from_str(value) {
            Ok(mut value) => {
                value.set_sensitive(sensitive);
                self.headers.insert(name, value);
            }
            Err(_) => self.unusable = Some(name.as_str().to_owned()),
        }
    }

    /// Sends it and reads the whole answer. Any status is an answer. Dropping the future ends the call at once, and
    /// records it as [`FailureKind::Cancelled`].
    ///
    /// # Errors
    /// [`TransportError`] when there is no complete answer.
    pub async fn send(self) -> Result<Response, TransportError> {
        Box::pin(self.run()).await
    }

    async fn run(self) -> Result<Response, TransportError> {
        let shared = Arc::clone(&self.client.shared);
        let proxied = shared.routes.via(&self.url);
        if let Some((_, password)) = proxied.as_ref().and_then(|via| via.auth.as_ref()) {
            shared.redactor.add(&SecretString::from(password.as_str()));
        }
        let limits = Timeouts {
            total: deadline::shortened(self.timeouts.total),
            ..self.timeouts
        };
        let unusable = self.unusable.clone();
        let most = self.max_body;
        let http = if self.http1 { &shared.http1 } else { &shared.any };
        let mut request = http
            .request(self.method.clone(), self.url.clone())
            .headers(self.headers.clone());
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        let mut pending = Pending::new(self);
        if let Some(name) = unusable {
            let detail = format!("the header {name} cannot be sent as it is");
            return Err(pending.fail(Failure::new(FailureKind::Protocol, None, detail)));
        }

        let marks = Arc::clone(&pending.marks);
        let sent = tokio::select! {
            biased;
            sent = marks.around(request.send()) => sent,
            phase = marks.overdue(&limits) => return Err(pending.fail(overdue(phase))),
        };
        let answer = match sent {
            Ok(answer) => answer,
            Err(error) => {
                let failure = classify(&error, marks.step(), proxied.is_some());
                return Err(pending.fail(failure));
            }
        };
        marks.answered();
        pending.head(&answer);
        // For plain http the proxy answers in the server's place; an https tunnel fails before this point.
        if proxied.is_some() && pending.url.scheme() == "http" && pending.status == Some(407) {
            let detail = "the proxy wants a user name and password";
            return Err(pending.fail(Failure::new(
                FailureKind::ProxyAuth,
                Some(Phase::ProxyConnect),
                detail,
            )));
        }

        let last = marks.started() + limits.total;
        let mut chunks = answer.bytes_stream();
        loop {
            let chunk = match timeout_at(last.min(Instant::now() + limits.body), chunks.next()).await {
                Err(_elapsed) => return Err(pending.fail(overdue(Phase::Body))),
                Ok(None) => break,
                Ok(Some(Err(error))) => {
                    let failure = classify(&error, marks.step(), proxied.is_some());
                    return Err(pending.fail(failure));
                }
                Ok(Some(Ok(chunk))) => chunk,
            };
            if pending.body.len() + chunk.len() > most {
                let detail = format!("the answer is longer than {most} bytes");
                let failure = Failure::new(FailureKind::BodyTooLarge, Some(Phase::Body), detail);
                return Err(pending.fail(failure));
            }
            pending.body.extend_from_slice(&chunk);
        }
        marks.complete();
        Ok(pending.finish())
    }
}

fn overdue(phase: Phase) -> Failure {
    let detail = format!("no progress within the time limit while {}", phase.doing());
    Failure::new(FailureKind::Timeout, Some(phase), detail)
}

/// A call under way. Whatever becomes of it, exactly one exchange is recorded: at the end, or when it is dropped.
struct Pending {
    client: Client,
    marks: Arc<Marks>,
    id: u64,
    label: String,
    started_at: Timestamp,
    method: Method,
    url: Url,
    sent_headers: HeaderMap,
    sent_body: Option<Vec<u8>>,
    status: Option<u16>,
    headers: HeaderMap,
    body: Vec<u8>,
    version: Option<&'static str>,
    remote: Option<String>,
    keeps_body: bool,
    recorded: bool,
}

impl Pending {
    fn new(call: Call) -> Pending {
        Pending {
            id: call.client.number(),
            client: call.client,
            marks: Marks::start(),
            label: call.label,
            started_at: Timestamp::now(),
            method: call.method,
            url: call.url,
            sent_headers: call.headers,
            sent_body: call.body,
            status: None,
            headers: HeaderMap::new(),
            body: Vec::new(),
            version: None,
            remote: None,
            keeps_body: call.keeps_body,
            recorded: false,
        }
    }

    fn head(&mut self, answer: &reqwest::Response) {
        self.status = Some(answer.status().as_u16());
        self.headers = answer.headers().clone();
        self.version = Some(version_name(answer.version()));
        self.remote = answer.remote_addr().map(|address| address.to_string());
    }

    fn fail(mut self, failure: Failure) -> TransportError {
        let exchange = self.record(Some(failure.clone()));
        let failure = exchange.failure.clone().unwrap_or(failure);
        TransportError { failure, exchange }
    }

    fn finish(mut self) -> Response {
        let exchange = self.record(None);
        Response {
            status: self.status.unwrap_or_default(),
            headers: std::mem::take(&mut self.headers),
            body: std::mem::take(&mut self.body),
            exchange,
            redactor: self.client.redactor().clone(),
        }
    }

    fn record(&mut self, failure: Option<Failure>) -> Arc<Exchange> {
        self.recorded = true;
        let redactor = self.client.redactor();
        if self.status.is_some_and(|status| (200..300).contains(&status)) {
            redactor.learn(&self.body);
        }
        let mut truncated = false;
        let mut kept = |body: &[u8]| {
            let (text, cut) = redactor.body(body, KEPT_BODY);
            truncated |= cut;
            text
        };
        let request_body = self.sent_body.as_deref().map(&mut kept);
        let response_body = self.status.is_some().then(|| {
            if self.keeps_body || self.body.is_empty() {
                kept(&self.body)
            } else {
                format!("<not kept: {} bytes>", self.body.len())
            }
        });
        let trace = self
            .headers
            .get(crate::response::TRACE)
            .and_then(|id| id.to_str().ok());
        let exchange = Arc::new(Exchange {
            id: self.id,
            label: self.label.clone(),
            started_at: self.started_at,
            method: self.method.to_string(),
            url: redactor.url(&self.url),
            request_headers: redactor.headers(&self.sent_headers),
            request_body,
            status: self.status,
            response_headers: redactor.headers(&self.headers),
            response_body,
            body_truncated: truncated,
            phases: self.marks.phases(),
            http_version: self.version.map(str::to_owned),
            remote: self.remote.clone(),
            trace_id: trace.map(|id| redactor.text(id)),
            failure: failure.map(|failure| Failure {
                detail: redactor.text(&failure.detail),
                ..failure
            }),
        });
        if let Some(recorder) = &self.client.recorder {
            recorder.record(Arc::clone(&exchange));
        }
        exchange
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.recorded {
            let phase = self.marks.step().phase();
            let detail = format!("cancelled while {}", phase.doing());
            self.record(Some(Failure::new(FailureKind::Cancelled, Some(phase), detail)));
        }
    }
}

pub(crate) fn version_name(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}
