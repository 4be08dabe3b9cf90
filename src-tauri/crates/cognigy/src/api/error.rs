//! What can go wrong with a call of the REST API.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use transport::{Exchange, Redactor, Response, TransportError};

use crate::value;

/// Longest text that is kept of what a server says, in characters.
const MOST: usize = 400;

/// Why a call gave no usable answer. Every variant that follows an exchange carries it as evidence.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing came back: resolve, connect, TLS, time-out, reset.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The server refused or failed.
    #[error("Cognigy.AI answered {status}{problem}")]
    Status {
        /// HTTP status.
        status: u16,
        /// What its body says.
        problem: Box<Problem>,
        /// `Retry-After`, where it is given in seconds.
        retry_after: Option<Duration>,
        /// Evidence.
        exchange: Arc<Exchange>,
    },
    /// A success that is not JSON: a captive portal, a proxy's page, an empty body.
    #[error("Cognigy.AI answered {status} with {} in place of JSON", if *.html { "a web page" } else { "something else" })]
    NotJson {
        /// The body is a web page.
        html: bool,
        /// HTTP status.
        status: u16,
        /// Evidence.
        exchange: Arc<Exchange>,
    },
    /// JSON that lacks what makes it the expected answer.
    #[error("the {what} in Cognigy.AI's answer cannot be read: {detail}")]
    Shape {
        /// What was expected, such as `provider`.
        what: &'static str,
        /// Which part is missing.
        detail: &'static str,
        /// Evidence.
        exchange: Arc<Exchange>,
    },
    /// Nobody vouches for the host, so nothing was sent there.
    #[error("{host} was not confirmed as the API of this install")]
    Untrusted {
        /// The host, with its port where that is not the scheme's own.
        host: String,
    },
}

/// The kinds of errors, each with another remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// No answer.
    Unreachable,
    /// 401: the key is wrong, has expired, or is one of another install.
    Unauthorized,
    /// 402: the plan of the organisation is used up.
    Quota,
    /// 403: no member of the project, no role for it, or no such project.
    Forbidden,
    /// 404: not there, or the address is not that of this API.
    NotFound,
    /// 429.
    Throttled,
    /// 5xx and 408.
    Service,
    /// Any other status.
    Refused,
    /// A success without JSON.
    NotJson,
    /// JSON of an unknown form.
    Shape,
    /// The host was not confirmed.
    Untrusted,
}

impl Error {
    /// The kind.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Error::Transport(_) => ErrorCode::Unreachable,
            Error::NotJson { .. } => ErrorCode::NotJson,
            Error::Shape { .. } => ErrorCode::Shape,
            Error::Untrusted { .. } => ErrorCode::Untrusted,
            Error::Status { status, .. } => match status {
                401 => ErrorCode::Unauthorized,
                402 => ErrorCode::Quota,
                403 => ErrorCode::Forbidden,
                404 => ErrorCode::NotFound,
                429 => ErrorCode::Throttled,
                408 | 500.. => ErrorCode::Service,
                _ => ErrorCode::Refused,
            },
        }
    }

    /// The HTTP status of a refusal.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Error::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The error of an answer that is no success.
    pub(crate) fn refused(response: &Response, redactor: &Redactor) -> Error {
        Error::Status {
            status: response.status,
            problem: Box::new(Problem::read(&response.body, redactor)),
            retry_after: response.retry_after(),
            exchange: Arc::clone(&response.exchange),
        }
    }

    /// The error of JSON that is not what was asked for.
    pub(crate) fn shape(what: &'static str, detail: &'static str, response: &Response) -> Error {
        Error::Shape {
            what,
            detail,
            exchange: Arc::clone(&response.exchange),
        }
    }
}

/// What a refusal says of itself (RFC 7807, with a number and a trace id of the vendor's). Redacted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problem {
    /// `title`.
    pub title: Option<String>,
    /// `detail`.
    pub detail: Option<String>,
    /// The vendor's number for it.
    pub code: Option<i64>,
    /// What the vendor finds the call by in its own logs.
    pub trace_id: Option<String>,
    /// Whether the body was of this form at all. A gateway in front of the API answers otherwise.
    pub is_of_the_api: bool,
}

impl Problem {
    pub(crate) fn read(body: &[u8], redactor: &Redactor) -> Problem {
        let Ok(body @ Value::Object(_)) = serde_json::from_slice::<Value>(body) else {
            return Problem::default();
        };
        let text = |name| {
            let text = value::text(&body, name)?;
            Some(redactor.text(&text).chars().take(MOST).collect())
        };
        Problem {
            title: text("title"),
            detail: text("detail").or_else(|| text("message")),
            code: body.get("code").and_then(Value::as_i64),
            trace_id: text("traceId"),
            is_of_the_api: ["status", "detail", "code", "traceId"]
                .iter()
                .filter(|name| body.get(**name).is_some())
                .count()
                > 1,
        }
    }
}

/// As the end of a sentence about the answer.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.detail.as_ref().or(self.title.as_ref()) {
            write!(f, ": {}", text.trim_end_matches('.'))?;
        }
        match (self.code, &self.trace_id) {
            (None, None) => Ok(()),
            (Some(code), None) => write!(f, " (code {code})"),
            (None, Some(trace)) => write!(f, " (trace {trace})"),
            (Some(code), Some(trace)) => write!(f, " (code {code}, trace {trace})"),
        }
    }
}
