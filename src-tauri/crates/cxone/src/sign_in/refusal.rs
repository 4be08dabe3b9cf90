//! Why a sign-in gave no token.

use std::sync::Arc;
use std::time::Duration;

use transport::{Exchange, TransportError};

/// How the registered application proves itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// `client_secret_basic`: the Authorization header.
    Basic,
    /// `client_secret_post`: `client_id` and `client_secret` in the body.
    Body,
}

/// `error` of a refused sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OAuthCode {
    /// `invalid_request`.
    InvalidRequest,
    /// `invalid_client`: the application's pair, its registration, or the way it was sent.
    InvalidClient,
    /// `invalid_grant`: the access key; the client got past.
    InvalidGrant,
    /// `unauthorized_client`: the application may not use this grant.
    UnauthorizedClient,
    /// `unsupported_grant_type`.
    UnsupportedGrantType,
    /// `invalid_scope`.
    InvalidScope,
    /// Another code; empty where a 401 gave none.
    Other(String),
}

impl OAuthCode {
    pub(super) fn read(text: &str) -> Self {
        match text {
            "invalid_request" => Self::InvalidRequest,
            "invalid_client" => Self::InvalidClient,
            "invalid_grant" => Self::InvalidGrant,
            "unauthorized_client" => Self::UnauthorizedClient,
            "unsupported_grant_type" => Self::UnsupportedGrantType,
            "invalid_scope" => Self::InvalidScope,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The word on the wire; empty where there was none.
    pub fn as_str(&self) -> &str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::Other(text) => text,
        }
    }
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The server refused: something that was sent is wrong.
    #[error("CXone refused the sign-in ({status}{})", if .code.as_str().is_empty() { String::new() } else { format!(", {}", .code.as_str()) })]
    Refused {
        /// What is refused.
        code: OAuthCode,
        /// HTTP status, 400 or 401 as a rule.
        status: u16,
        /// The server's own words.
        description: Option<String>,
        /// How the client was sent; `None` for the endpoint that needs no client.
        auth: Option<ClientAuth>,
        /// Evidence.
        exchange: Arc<Exchange>,
    },
    /// The service does not work, or the address is not a token endpoint: nothing is known about the credentials.
    #[error("CXone's sign-in service answered {status}")]
    Service {
        /// HTTP status: 429, 5xx, or another that is no answer of a token endpoint.
        status: u16,
        /// `Retry-After` in seconds.
        retry_after: Option<Duration>,
        /// Evidence.
        exchange: Arc<Exchange>,
    },
    /// A web page or text stands where JSON should: a portal, a proxy, a gateway.
    #[error("CXone's sign-in address answered {status} with {} in place of JSON", if *.html { "a web page" } else { "something else" })]
    NotJson {
        /// The body is a web page.
        html: bool,
        /// HTTP status.
        status: u16,
        /// Evidence.
        exchange: Arc<Exchange>,
    },
    /// A success without an access token.
    #[error("CXone's answer to the sign-in cannot be read: {detail}")]
    Shape {
        /// Which part is missing.
        detail: &'static str,
        /// Evidence.
        exchange: Arc<Exchange>,
    },
    /// Nothing came back.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The host is neither the vendor's nor confirmed; nothing was sent.
    #[error("{host} is not a host of this CXone cloud, so no credential is sent there until it is confirmed")]
    Untrusted {
        /// Host, with its port where that is not 443.
        host: String,
    },
    /// A credential was refused earlier in this run; nothing was sent.
    #[error("no further sign-in in this run, because a credential was refused")]
    Closed,
}

impl SignInError {
    /// The exchange behind the error, if anything was sent.
    pub fn exchange(&self) -> Option<&Arc<Exchange>> {
        match self {
            Self::Refused { exchange, .. }
            | Self::Service { exchange, .. }
            | Self::NotJson { exchange, .. }
            | Self::Shape { exchange, .. } => Some(exchange),
            Self::Transport(error) => Some(&error.exchange),
            Self::Untrusted { .. } | Self::Closed => None,
        }
    }

    /// Whether offering the same credentials again could lock their owner out.
    pub(super) fn refuses_credential(&self) -> bool {
        use OAuthCode::{InvalidClient, InvalidGrant, UnauthorizedClient};
        matches!(
            self,
            Self::Refused {
                code: InvalidClient | InvalidGrant | UnauthorizedClient,
                ..
            } | Self::Refused { status: 401, .. }
        )
    }

    /// Whether the client may be accepted when sent the other way.
    pub(super) fn refuses_client(&self) -> bool {
        match self {
            Self::Refused {
                code: OAuthCode::InvalidClient | OAuthCode::UnauthorizedClient,
                ..
            } => true,
            Self::Refused {
                code: OAuthCode::Other(code),
                status: 401,
                ..
            } => code.is_empty(),
            _ => false,
        }
    }
}
