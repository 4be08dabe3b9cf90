//! What can go wrong with a CXone call.

use std::sync::Arc;
use std::time::Duration;

use transport::{Exchange, TransportError};

use crate::{ApiFailure, SignInError};

/// Why a call gave no usable answer. Every variant that follows an exchange carries it as evidence.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing came back: resolve, connect, TLS, time-out, reset.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The server refused or failed.
    #[error("CXone answered {status}{}", .api.clause())]
    Status {
        /// HTTP status; 200 where a batch reports failed items.
        status: u16,
        /// What its body says.
        api: Box<ApiFailure>,
        /// `Retry-After`, where it is given in seconds.
        retry_after: Option<Duration>,
        /// Evidence.
        exchange: Arc<Exchange>,
    },
    /// A success that is not JSON: a captive portal, a proxy's page, an empty body.
    #[error("CXone answered {status} with {} in place of JSON", if *.html { "a web page" } else { "something else" })]
    NotJson {
        /// The body is a web page.
        html: bool,
        /// HTTP status.
        status: u16,
        /// Evidence.
        exchange: Arc<Exchange>,
    },
    /// JSON that lacks what makes it the expected answer.
    #[error("the {what} in CXone's answer cannot be read: {detail}")]
    Shape {
        /// What was expected, such as `channel`.
        what: &'static str,
        /// Which part is missing.
        detail: String,
        /// Evidence.
        exchange: Arc<Exchange>,
    },
    /// The tenant's addresses cannot be derived.
    #[error("the address of {what} cannot be derived: {detail}")]
    Underivable {
        /// Which address, such as `digital`.
        what: &'static str,
        /// What is missing or malformed.
        detail: String,
    },
    /// A renewal of the token failed.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The host is neither the vendor's nor confirmed; nothing was sent.
    #[error(
        "{host} is not a host of this CXone cloud, so nothing secret is sent there until it is confirmed"
    )]
    Untrusted {
        /// Host, with its port where that is not 443.
        host: String,
    },
    /// A credential was refused earlier in this run, so no further sign-in is made.
    #[error("no further sign-in in this run, because a credential was refused")]
    SignInClosed,
}

impl Error {
    /// HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } | Self::NotJson { status, .. } => Some(*status),
            Self::Shape { exchange, .. } => exchange.status,
            _ => None,
        }
    }

    /// The exchange behind the error, if anything was sent.
    pub fn exchange(&self) -> Option<&Arc<Exchange>> {
        match self {
            Self::Transport(error) => Some(&error.exchange),
            Self::Status { exchange, .. } | Self::NotJson { exchange, .. } | Self::Shape { exchange, .. } => {
                Some(exchange)
            }
            Self::SignIn(error) => error.exchange(),
            Self::Underivable { .. } | Self::Untrusted { .. } | Self::SignInClosed => None,
        }
    }
}

/// JSON that is not what it should be, before it is known which exchange brought it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {detail}")]
pub struct Misshape {
    /// What was expected.
    pub what: &'static str,
    /// Which part is missing.
    pub detail: String,
}

impl Misshape {
    /// With the exchange that brought it.
    pub(crate) fn seen_in(self, exchange: &Arc<Exchange>) -> Error {
        Error::Shape {
            what: self.what,
            detail: self.detail,
            exchange: Arc::clone(exchange),
        }
    }
}
