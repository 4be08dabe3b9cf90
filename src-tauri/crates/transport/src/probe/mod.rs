//! One exchange with every phase measured.
//!
//! Built on hyper, tokio and tokio-rustls, with the TLS settings, the proxy decision and the resolver of ordinary calls, on a
//! connection of its own and with a full handshake. What it adds: connect, TLS and sending apart from each other, every
//! address that was tried, and the certificate chain also when it is not accepted. It sends no credentials and no body.

mod certificate;
mod exchange;
mod path;

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use url::Url;

pub use certificate::CertificateInfo;

use crate::client::BuildError;
use crate::failure::{Failure, FailureKind};
use crate::redact::Redactor;
use crate::resolve::Names;
use crate::route::Routes;
use crate::settings::{Settings, Timeouts};
use crate::tls::Tls;
use crate::{Phase, Phases};

/// What one probe found out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct ProbeReport {
    /// What was asked, redacted.
    pub url: String,
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
pub(crate) enum Aim {
    /// The way alone.
    Way,
    /// An answer at its end.
    Answer { method: Method, http1_only: bool },
}

/// One try to connect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Attempt {
    /// Address and port.
    pub address: String,
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

/// Probes `url` with settings of its own. [`crate::Client::probe`] does the same without loading roots again.
pub async fn probe(settings: &Settings, url: &Url, method: Method, http1_only: bool) -> ProbeReport {
    crate::install_crypto();
    let redactor = Redactor::new();
    let made = Tls::new(settings).and_then(|tls| Ok((tls, Routes::new(&settings.proxy)?)));
    let (tls, routes) = match made {
        Ok(made) => made,
        Err(error) => {
            let kind = match &error {
                BuildError::Proxy { .. } => FailureKind::ProxyFailed,
                _ => FailureKind::Tls,
            };
            let mut report = ProbeReport::new(redactor.url(url));
            report.failure = Some(Failure::new(kind, None, error.to_string()));
            return report;
        }
    };
    let names = Names::new(std::sync::Arc::clone(&settings.resolver));
    let tools = Tools {
        tls: &tls,
        routes: &routes,
        names: &names,
        timeouts: settings.timeouts,
        max_body: settings.max_body,
        redactor: &redactor,
    };
    Box::pin(run(tools, url, Aim::Answer { method, http1_only })).await
}

pub(crate) async fn run(tools: Tools<'_>, url: &Url, aim: Aim) -> ProbeReport {
    let started = tokio::time::Instant::now();
    let last = started + tools.timeouts.total;
    let mut report = ProbeReport::new(tools.redactor.url(url));
    let mut now = Phase::Resolve;
    let work = Box::pin(async {
        match aim {
            Aim::Way => path::open(&tools, url, false, &mut report, &mut now)
                .await
                .map(drop),
            Aim::Answer { method, http1_only } => {
                let asked = exchange::Asked {
                    url,
                    method,
                    http1_only,
                    last,
                };
                exchange::make(&tools, asked, &mut report, &mut now).await
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
    report
}

impl ProbeReport {
    fn new(url: String) -> ProbeReport {
        ProbeReport {
            url,
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
            failure: None,
        }
    }
}
