//! What is kept of one HTTP exchange: redacted, bounded, ready to be shown and exported.
//!
//! Everything in an [`Exchange`] has been through the [`crate::Redactor`] of its client before it is made, so it may
//! be stored and printed. Times are milliseconds; a phase that was not measured is absent, never estimated.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Failure;

/// Characters of a redacted body kept in an [`Exchange`], at most (16 KiB, cut at a character boundary).
pub const KEPT_BODY: usize = 16 * 1024;

/// One request and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Exchange {
    /// Number within its client, from 1, in the order in which calls were sent.
    #[ts(type = "number")]
    pub id: u64,
    /// What the caller named it, such as `token`.
    pub label: String,
    /// When the call was sent, by this computer's clock.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub started_at: Timestamp,
    /// Request method in capitals.
    pub method: String,
    /// Request URL without user info, secret query parameters replaced.
    pub url: String,
    /// Request headers as sent by the caller, secrets replaced.
    pub request_headers: Vec<(String, String)>,
    /// Request body, secrets replaced, at most [`KEPT_BODY`] bytes.
    pub request_body: Option<String>,
    /// Status code, when there was an answer.
    pub status: Option<u16>,
    /// Headers of the answer, secrets replaced.
    pub response_headers: Vec<(String, String)>,
    /// Body of the answer, secrets replaced, at most [`KEPT_BODY`] bytes.
    pub response_body: Option<String>,
    /// Whether a body was longer than what is kept here.
    pub body_truncated: bool,
    /// Measured times.
    pub phases: Phases,
    /// `HTTP/1.1` or `HTTP/2`, when there was an answer.
    pub http_version: Option<String>,
    /// Address and port of the peer; the proxy's when one was used.
    pub remote: Option<String>,
    /// The vendor's correlation id, from the `x-trace-id` header.
    pub trace_id: Option<String>,
    /// Why there is no complete answer.
    pub failure: Option<Failure>,
}

/// Milliseconds per phase. Absent means not measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Phases {
    /// Negotiation with the proxy after the connection to it stood. Probe only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub proxy_connect: Option<f64>,
    /// Name to addresses. Absent for address literals and reused connections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub resolve: Option<f64>,
    /// TCP, proxy and TLS together, without resolving. Ordinary calls only; absent for reused connections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub connection: Option<f64>,
    /// TCP alone. Probe only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub connect: Option<f64>,
    /// TLS alone. Probe only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tls: Option<f64>,
    /// Writing the request. Probe only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub send: Option<f64>,
    /// Until the head of the answer was there: in a probe from the end of `send`, in an ordinary call from the moment
    /// the connection stood (from the start of the call when it was reused), so writing the request is included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub first_byte: Option<f64>,
    /// From the head of the answer to its last byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub body: Option<f64>,
    /// The whole call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub total: Option<f64>,
}

/// A step of an exchange.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Negotiating with the proxy.
    ProxyConnect,
    /// Name to addresses.
    Resolve,
    /// TCP.
    Connect,
    /// TLS handshake.
    Tls,
    /// Writing the request.
    Send,
    /// Waiting for the head of the answer.
    FirstByte,
    /// Reading the answer's body.
    Body,
}

impl Phase {
    /// All of them, in the order in which they happen: to a proxy the connection stands before it is negotiated with.
    pub const ALL: [Phase; 7] = [
        Phase::Resolve,
        Phase::Connect,
        Phase::ProxyConnect,
        Phase::Tls,
        Phase::Send,
        Phase::FirstByte,
        Phase::Body,
    ];

    /// What goes on in this phase, to stand after "while".
    #[must_use]
    pub fn doing(self) -> &'static str {
        match self {
            Phase::ProxyConnect => "negotiating with the proxy",
            Phase::Resolve => "resolving the name",
            Phase::Connect => "connecting",
            Phase::Tls => "agreeing on TLS",
            Phase::Send => "sending the request",
            Phase::FirstByte => "waiting for the first byte of the answer",
            Phase::Body => "reading the answer",
        }
    }
}
