//! A call under way and the record that it leaves.

use std::sync::Arc;

use http::{HeaderMap, Method};
use jiff::Timestamp;
use url::Url;

use crate::Phases;
use crate::call::{Call, version_name};
use crate::client::Client;
use crate::exchange::{Exchange, KEPT_BODY};
use crate::failure::{Failure, FailureKind, TransportError};
use crate::response::{self, Response};
use crate::stage::Marks;

/// A call under way. Whatever becomes of it, exactly one exchange is recorded: at the end, or when it is dropped.
pub(crate) struct Pending {
    client: Client,
    pub(crate) marks: Arc<Marks>,
    id: u64,
    label: String,
    started_at: Timestamp,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) sent_headers: HeaderMap,
    pub(crate) sent_body: Option<Vec<u8>>,
    pub(crate) status: Option<u16>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) version: Option<&'static str>,
    pub(crate) remote: Option<String>,
    keeps_body: bool,
    recorded: bool,
    /// Times of a probe, which keeps its own.
    pub(crate) measured: Option<Phases>,
}

impl Pending {
    pub(crate) fn new(call: Call) -> Pending {
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
            measured: None,
        }
    }

    pub(crate) fn head(&mut self, answer: &reqwest::Response) {
        self.status = Some(answer.status().as_u16());
        self.headers = answer.headers().clone();
        self.version = Some(version_name(answer.version()));
        self.remote = answer.remote_addr().map(|address| address.to_string());
    }

    pub(crate) fn fail(mut self, failure: Failure) -> TransportError {
        let exchange = self.record(Some(failure.clone()));
        let failure = exchange.failure.clone().unwrap_or(failure);
        TransportError { failure, exchange }
    }

    pub(crate) fn finish(mut self) -> Response {
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
        let trace = self.headers.get(response::TRACE).and_then(|id| id.to_str().ok());
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
            phases: self.measured.unwrap_or_else(|| self.marks.phases()),
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
