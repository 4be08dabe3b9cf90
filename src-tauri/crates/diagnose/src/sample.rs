//! One measured call.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use transport::probe::{Attempt, ProbeReport};
use transport::{Failure, FailureKind, Phase, Phases, Url};
use ts_rs::TS;

use crate::SaveCall;

/// One exchange of a round. A list of several pages is several of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(rename = "DiagnoseSample")]
pub struct Sample {
    /// Which call it is.
    pub call: SaveCall,
    /// When it began, by this computer's clock.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// `host:port` that was asked.
    pub host: String,
    /// Milliseconds by phase. A phase that was not reached is absent.
    pub phases: Phases,
    /// Status of the answer.
    pub status: Option<u16>,
    /// Why there is no complete answer.
    pub failure: Option<Failure>,
    /// Address and port that answered; the proxy's when one was used.
    pub remote: Option<String>,
    /// `host:port` of the proxy in use.
    pub proxy: Option<String>,
    /// `HTTP/1.1` or `HTTP/2`.
    pub http_version: Option<String>,
    /// What was agreed on by ALPN: `h2` or `http/1.1`.
    pub alpn: Option<String>,
    /// Connections tried, where the first one did not do.
    pub attempts: Vec<Attempt>,
    /// Who issued the certificate that was shown.
    pub certificate_issuer: Option<String>,
    /// The vendor's correlation id.
    pub trace_id: Option<String>,
    /// Seconds that the server's clock is ahead of this computer's, by its `Date`; negative when it is behind.
    #[ts(type = "number | null")]
    pub server_ahead_s: Option<i64>,
}

impl Sample {
    pub(crate) fn new(call: SaveCall, report: &ProbeReport, ended: Timestamp, date_shift: i64) -> Sample {
        let total = report.phases.total.unwrap_or_default();
        let at = ended
            .checked_sub(SignedDuration::from_micros((total * 1000.0) as i64))
            .unwrap_or(ended);
        Sample {
            call,
            at,
            host: Url::parse(&report.url)
                .map_or_else(|_| report.url.clone(), |url| transport::host::authority(&url)),
            phases: report.phases,
            status: report.status,
            failure: report.failure.clone(),
            remote: report.remote.clone(),
            proxy: report.proxy.clone(),
            http_version: report.http_version.clone(),
            alpn: report.alpn.clone(),
            attempts: if report.attempts.len() > 1 {
                report.attempts.clone()
            } else {
                Vec::new()
            },
            certificate_issuer: report.chain.first().map(|certificate| certificate.issuer.clone()),
            trace_id: report.trace_id.clone(),
            server_ahead_s: ahead(report, ended, date_shift),
        }
    }

    /// All of it, in milliseconds.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.phases.total.unwrap_or_default()
    }

    /// Whether an IPv6 address said nothing and an IPv4 address then answered.
    #[must_use]
    pub fn met_black_hole(&self) -> bool {
        let silent = |attempt: &Attempt| {
            attempt.address.starts_with('[')
                && attempt
                    .failure
                    .as_ref()
                    .is_some_and(|failure| failure.kind == FailureKind::Timeout)
        };
        let answered = |attempt: &Attempt| !attempt.address.starts_with('[') && attempt.failure.is_none();
        self.attempts.iter().any(silent) && self.attempts.iter().any(answered)
    }

    /// Milliseconds that silent IPv6 addresses cost.
    pub(crate) fn lost_to_black_hole(&self) -> f64 {
        let failed = self.attempts.iter().filter(|attempt| attempt.failure.is_some());
        failed.map(|attempt| attempt.ms).sum()
    }
}

/// The phases in the order in which they happen, with their times; those that were not measured are left out.
pub(crate) fn timed(phases: &Phases) -> Vec<(Phase, f64)> {
    Phase::ALL
        .into_iter()
        .filter_map(|phase| Some((phase, of(phases, phase)?)))
        .collect()
}

/// The time of one phase.
pub(crate) fn of(phases: &Phases, phase: Phase) -> Option<f64> {
    match phase {
        Phase::Resolve => phases.resolve,
        Phase::Connect => phases.connect,
        Phase::ProxyConnect => phases.proxy_connect,
        Phase::Tls => phases.tls,
        Phase::Send => phases.send,
        Phase::FirstByte => phases.first_byte,
        Phase::Body => phases.body,
    }
}

fn ahead(report: &ProbeReport, ended: Timestamp, date_shift: i64) -> Option<i64> {
    let header = |name: &str| {
        let found = report
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    };
    let date = jiff::fmt::rfc2822::parse(header("date")?).ok()?.timestamp();
    // A cache in between repeats the date at which it fetched the answer.
    let age = header("age")
        .and_then(|age| age.trim().parse::<i64>().ok())
        .unwrap_or(0);
    Some(date.as_second() + age + date_shift - ended.as_second())
}
