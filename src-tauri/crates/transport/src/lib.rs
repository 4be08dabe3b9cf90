//! The one HTTP client of Handover Desk.
//!
//! Every request of the program goes through [`Client`]: one TLS configuration, one decision about the proxy, one
//! resolver, time limits by phase, no redirects, and a [`Redactor`] between the wire and everything that remembers.
//! [`probe`](mod@probe) makes one exchange with every phase measured, on the same settings.
//!
//! Invariants:
//! - A call ends: each phase has its limit, the whole call has one, and the work it belongs to may have a
//!   [`deadline`]. Dropping the future stops it at once.
//! - A [`Recorder`] hears of each call exactly once, also of failed and cancelled ones, and only redacted text.
//! - Redirects are answers, never followed: credentials go to the host that was named and to no other.
//! - Names under `localhost` are this computer, whatever resolver is set, and loopback is never sent to a proxy.
//! - A phase that was not measured is absent.
//! - Failures are told apart by the types of the error chain, never by their words.

mod call;
mod classify;
mod client;
pub mod deadline;
mod exchange;
mod failure;
pub mod host;
pub mod probe;
mod redact;
mod resolve;
mod response;
mod route;
mod settings;
mod stage;
mod tls;
mod waits;

pub use call::{Call, FormValue};
pub use client::{BuildError, Client, Recorder};
pub use exchange::{Exchange, KEPT_BODY, Phase, Phases};
pub use failure::{Failure, FailureKind, TlsProblem, TransportError};
pub use futures_util::future::BoxFuture;
pub use http::{HeaderMap, Method};
pub use redact::{Redactor, Taken, marks};
pub use resolve::{Resolve, SystemResolver};
pub use response::{JsonError, Response};
pub use rustls::pki_types::CertificateDer;
pub use settings::{Proxy, PublicRoots, Roots, Settings, Timeouts};
pub use url::Url;
pub use waits::Waits;

/// Makes ring the process-wide TLS provider. Idempotent; called by [`Client::new`] and [`probe::probe`] too.
pub fn install_crypto() {
    // An error only says that somebody installed a provider before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
