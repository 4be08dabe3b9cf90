//! One call: what is asked, how it is sent, and the record of it.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method, Version};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::Phase;
use crate::classify::classify;
use crate::client::{self, Client};
use crate::deadline;
use crate::failure::{Failure, FailureKind, TransportError};
use crate::pending::Pending;
use crate::probe::{self, Aim, Asked, Measured, ProbeReport, Reply};
use crate::response::Response;
use crate::settings::Timeouts;

/// A request being put together. Nothing happens before [`Call::send`].
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    pub(crate) client: Client,
    pub(crate) label: String,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
    http1: bool,
    timeouts: Timeouts,
    /// Whether the record has the answer's body, or its length alone.
    pub(crate) keeps_body: bool,
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

    /// Makes the call on a connection of its own with every phase measured, on the same settings. Recorded as any other.
    pub async fn measure(self) -> Measured {
        Box::pin(self.run_measured()).await
    }

    async fn run_measured(self) -> Measured {
        let shared = Arc::clone(&self.client.shared);
        self.learn_proxy();
        let timeouts = self.limits();
        let unusable = self.unusable.clone();
        let http1_only = self.http1;
        let client = self.client.clone();
        let mut pending = Pending::new(self);
        let tools = client.tools(timeouts);
        let (method, url) = (pending.method.clone(), pending.url.clone());
        let (headers, body) = (pending.sent_headers.clone(), pending.sent_body.clone());
        let asked = Asked {
            url: &url,
            method: &method,
            headers: &headers,
            body: body.as_deref(),
            http1_only,
        };
        let (mut report, reply) = match &unusable {
            None => Box::pin(probe::run(tools, Aim::Answer(&asked))).await,
            Some(name) => {
                let mut report = ProbeReport::new(shared.redactor.url(&url), &method);
                report.failure = Some(unsendable(name));
                (report, Reply::default())
            }
        };
        pending.status = reply.status;
        pending.headers = reply.headers;
        pending.body = reply.body;
        pending.version = reply.version;
        pending.remote.clone_from(&report.remote);
        pending.measured = Some(report.phases);
        let answer = match report.failure.clone() {
            None => Ok(pending.finish()),
            Some(failure) => Err(pending.fail(failure)),
        };
        let exchange = match &answer {
            Ok(response) => &response.exchange,
            Err(error) => &error.exchange,
        };
        report.body.clone_from(&exchange.response_body);
        report.trace_id.clone_from(&exchange.trace_id);
        Measured { report, answer }
    }

    /// Passwords of proxies are known when the system's settings were asked for this URL.
    fn learn_proxy(&self) {
        let shared = &self.client.shared;
        let proxied = shared.routes.via(&self.url);
        if let Some((_, password)) = proxied.as_ref().and_then(|via| via.auth.as_ref()) {
            shared.redactor.add(&SecretString::from(password.as_str()));
        }
    }

    fn limits(&self) -> Timeouts {
        Timeouts {
            total: deadline::shortened(self.timeouts.total),
            ..self.timeouts
        }
    }

    async fn run(self) -> Result<Response, TransportError> {
        if let Some(gauge) = self.client.gauge.clone() {
            let label = self.label.clone();
            let Measured { report, answer } = self.measure().await;
            gauge.measured(&label, &report);
            return answer;
        }
        let shared = Arc::clone(&self.client.shared);
        let proxied = shared.routes.via(&self.url);
        self.learn_proxy();
        let limits = self.limits();
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
            return Err(pending.fail(unsendable(&name)));
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

fn unsendable(header: &str) -> Failure {
    let detail = format!("the header {header} cannot be sent as it is");
    Failure::new(FailureKind::Protocol, None, detail)
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
