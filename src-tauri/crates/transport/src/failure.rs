//! Why an exchange has no complete answer, as data.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Exchange, Phase};

/// What went wrong on the way, seen from this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Failure {
    /// The kind somebody can act on.
    pub kind: FailureKind,
    /// Where it happened, when that is known.
    pub phase: Option<Phase>,
    /// For [`FailureKind::Tls`]: which problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tls: Option<TlsProblem>,
    /// One sentence for people, redacted. Never match on it.
    pub detail: String,
}

/// Kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The name has no address.
    Resolve,
    /// Nobody listens at that port.
    Refused,
    /// No route to the host, or this computer forbids the connection.
    Unreachable,
    /// TLS could not be agreed on; see the field `tls` of [`Failure`].
    Tls,
    /// The proxy wants a sign-in (407).
    ProxyAuth,
    /// The proxy could not be used: not reached, or it refused the tunnel.
    ProxyFailed,
    /// A time limit ran out; see [`Failure::phase`].
    Timeout,
    /// The peer closed or reset the connection before the answer was complete.
    Reset,
    /// The answer is longer than the limit.
    BodyTooLarge,
    /// What was to be sent or what came back is not HTTP.
    Protocol,
    /// The caller stopped waiting.
    Cancelled,
}

/// Why TLS failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TlsProblem {
    /// The certificate's time is over.
    Expired,
    /// The certificate's time has not begun.
    NotYetValid,
    /// The certificate was issued by nobody this computer trusts.
    UnknownIssuer,
    /// The certificate is for another name.
    NameMismatch,
    /// The peer does not speak TLS, or no common version or cipher exists, or it refused the handshake.
    Protocol,
    /// Another fault of the certificate (revoked, bad signature, wrong purpose, bad encoding).
    Other,
}

impl Failure {
    /// A failure without a TLS problem.
    pub(crate) fn new(kind: FailureKind, phase: Option<Phase>, detail: impl Into<String>) -> Failure {
        Failure {
            kind,
            phase,
            tls: None,
            detail: detail.into(),
        }
    }

    /// A TLS failure.
    pub(crate) fn tls(problem: TlsProblem, detail: impl Into<String>) -> Failure {
        Failure {
            kind: FailureKind::Tls,
            phase: Some(Phase::Tls),
            tls: Some(problem),
            detail: detail.into(),
        }
    }
}

/// A call without a complete answer, and the record of what was tried.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{} {}: {} (seen from this computer)", exchange.method, exchange.url, failure.detail)]
pub struct TransportError {
    /// What happened.
    pub failure: Failure,
    /// The record of the exchange; holds the same failure.
    pub exchange: Arc<Exchange>,
}
