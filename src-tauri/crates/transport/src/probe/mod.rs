//! One exchange with every phase measured.
//!
//! Built on hyper, tokio and tokio-rustls, with the TLS settings, the proxy decision and the resolver of ordinary calls, on a
//! connection of its own and with a full handshake. What it adds: connect, TLS and sending apart from each other, every
//! address that was tried, and the certificate chain also when it is not accepted.
//!
//! Any [`Call`](crate::Call) can be made so: [`Call::measure`](crate::Call::measure) makes one, and a client with a [`Gauge`]
//! makes all of its calls so, credentials and bodies included. [`Client::probe`](crate::Client::probe) asks for an address
//! without either.

mod certificate;
mod exchange;
mod path;

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use url::Url;

pub use certificate::CertificateInfo;

pub(crate) use self::exchange::{Asked, Reply};
use crate::client::{BuildError, Client};
use crate::failure::{Failure, FailureKind, TransportError};
use crate::redact::Redactor;
use crate::resolve::Names;
use crate::response::Response;
use crate::route::Routes;
use crate::settings::{Settings, Timeouts};
use crate::tls::Tls;
use crate::{Phase, Phases};

/// What one probe found out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct ProbeReport {
    /// What was asked, redacted.
    pub url: String,
    /// Request method in capitals.
    pub method: String,
    /// Measured times; `connection` stays absent, `connect` and `tls` say more. `send` ends with the last byte written
    /// before the first one read (HTTP/1.1), or with the first write after the request was handed over (HTTP/2).
    pub phases: Phases,
    /// Addresses the name has, in the resolver's order; the proxy's when one is used.
    pub addresses: Vec<String>,
    /// Connections tried, in order; the last one is the one that was used, if any was.
    pub attempts: Vec<Attempt>,
    /// Address and port that answered.
    pub remote: Option<String>,
    /// `host:port` of the proxy in use.
    pub proxy: Option<String>,
    /// What the server showed, its own certificate first; also when it was not accepted.
    pub chain: Vec<CertificateInfo>,
    /// Who vouches for that chain. Absent where none was shown.
    pub trust: Option<Trust>,
    /// `TLSv1.3` or `TLSv1.2`.
    pub tls_version: Option<String>,
    /// What was agreed on by ALPN: `h2` or `http/1.1`.
    pub alpn: Option<String>,
    /// `HTTP/1.1` or `HTTP/2`.
    pub http_version: Option<String>,
    /// Status of the answer; any counts as reachable.
    pub status: Option<u16>,
    /// Headers of the answer, redacted.
    pub headers: Vec<(String, String)>,
    /// Body of the answer, redacted, at most [`KEPT_BODY`](crate::KEPT_BODY) bytes; its length alone where the call keeps no
    /// body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub body: Option<String>,
    /// The vendor's correlation id, from the `x-trace-id` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trace_id: Option<String>,
    /// Why there is no complete answer.
    pub failure: Option<Failure>,
}

/// Who vouches for a certificate chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(rename = "ChainTrust")]
#[schemars(rename = "ChainTrust")]
pub struct Trust {
    /// The roots in use: the system's, unless the settings say otherwise.
    pub system: bool,
    /// The public set that the program brings along. A chain that only the system vouches for comes from somebody on the
    /// way, or from a company's own authority.
    pub public: bool,
}

/// What a probe is after.
pub(crate) enum Aim<'a> {
    /// The way to a host alone.
    Way(&'a Url),
    /// An answer at its end.
    Answer(&'a Asked<'a>),
}

/// One try to connect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Attempt {
    /// Address and port.
    pub address: String,
    /// How long it took, in milliseconds.
    pub ms: f64,
    /// Why it failed; absent for the one that was used.
    pub failure: Option<Failure>,
}

/// What a probe works with.
pub(crate) struct Tools<'a> {
    pub(crate) tls: &'a Tls,
    pub(crate) routes: &'a Routes,
    pub(crate) names: &'a Names,
    pub(crate) timeouts: Timeouts,
    pub(crate) max_body: usize,
    pub(crate) redactor: &'a Redactor,
}

/// A call that was measured: what was found out about the way, and the answer.
#[derive(Debug)]
pub struct Measured {
    /// Every phase, redacted.
    pub report: ProbeReport,
    /// The answer with its whole body, or why there is none.
    pub answer: Result<Response, TransportError>,
}

/// Hears of every call of a client that measures; see [`Client::with_gauge`].
///
/// Called on the thread that ran the call: it must not block and must not panic. It does not hear of calls that were dropped.
pub trait Gauge: Send + Sync {
    /// Takes one finished call, by its label.
    fn measured(&self, label: &str, report: &ProbeReport);
}

/// Probes `url` with settings of its own. [`Client::probe`] does the same without loading roots again.
pub async fn probe(settings: &Settings, url: &Url, method: Method, http1_only: bool) -> ProbeReport {
    match Client::new(settings.clone()) {
        Ok(client) => client.probe(url, method, http1_only).await,
        Err(error) => {
            let kind = match &error {
                BuildError::Proxy { .. } => FailureKind::ProxyFailed,
                _ => FailureKind::Tls,
            };
            let mut report = ProbeReport::new(Redactor::new().url(url), &method);
            report.failure = Some(Failure::new(kind, None, error.to_string()));
            report
        }
    }
}

/// Makes one exchange, or opens the way to it; what came back is the second part, as far as it came.
pub(crate) async fn run(tools: Tools<'_>, aim: Aim<'_>) -> (ProbeReport, Reply) {
    let nothing = Method::GET;
    let (url, method) = match aim {
        Aim::Way(url) => (url, &nothing),
        Aim::Answer(asked) => (asked.url, asked.method),
    };
    let started = tokio::time::Instant::now();
    let last = started + tools.timeouts.total;
    let mut report = ProbeReport::new(tools.redactor.url(url), method);
    let mut reply = Reply::default();
    let mut now = Phase::Resolve;
    let work = Box::pin(async {
        match aim {
            Aim::Way(url) => path::open(&tools, url, false, &mut report, &mut now)
                .await
                .map(drop),
            Aim::Answer(asked) => {
                exchange::make(&tools, asked, last, &mut report, &mut reply, &mut now).await
            }
        }
    });
    let failure = match tokio::time::timeout_at(last, work).await {
        Ok(Ok(())) => None,
        Ok(Err(failure)) => Some(failure),
        Err(_elapsed) => Some(exchange::overdue(now)),
    };
    let redacted = |failure: Failure| Failure {
        detail: tools.redactor.text(&failure.detail),
        ..failure
    };
    report.failure = failure.map(redacted);
    report.phases.total = Some(crate::stage::milliseconds(started.elapsed()));
    (report, reply)
}

impl ProbeReport {
    pub(crate) fn new(url: String, method: &Method) -> ProbeReport {
        ProbeReport {
            url,
            method: method.to_string(),
            phases: Phases::default(),
            addresses: Vec::new(),
            attempts: Vec::new(),
            remote: None,
            proxy: None,
            chain: Vec::new(),
            trust: None,
            tls_version: None,
            alpn: None,
            http_version: None,
            status: None,
            headers: Vec::new(),
            body: None,
            trace_id: None,
            failure: None,
        }
    }
}
