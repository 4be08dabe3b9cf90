//! Refusals of the REST API: problem details by RFC 7807, with `code` and `traceId` (documented).
//!
//! The numbers behind `code` are not public. These are ours: the status and a running number.

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::answer;

/// What is wrong, by the classes that public clients know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    BadArgument,
    MissingArgument,
    Unauthorized,
    Forbidden,
    NotFound,
    WrongMethod,
    Conflict,
    BadGateway,
}

impl Kind {
    fn status(self) -> StatusCode {
        match self {
            Kind::BadArgument | Kind::MissingArgument => StatusCode::BAD_REQUEST,
            Kind::Unauthorized => StatusCode::UNAUTHORIZED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::BadGateway => StatusCode::BAD_GATEWAY,
        }
    }

    fn code(self) -> u32 {
        match self {
            Kind::BadArgument => 40_001,
            Kind::MissingArgument => 40_002,
            Kind::Unauthorized => 40_101,
            Kind::Forbidden => 40_301,
            Kind::NotFound => 40_401,
            Kind::WrongMethod => 40_501,
            Kind::Conflict => 40_901,
            Kind::BadGateway => 50_201,
        }
    }
}

/// A refusal before it is known which request it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub kind: Kind,
    pub detail: String,
}

impl Wrong {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Wrong {
        Wrong {
            kind,
            detail: detail.into(),
        }
    }

    pub(crate) fn argument(detail: impl Into<String>) -> Wrong {
        Wrong::new(Kind::BadArgument, detail)
    }

    pub(crate) fn missing(field: &str) -> Wrong {
        Wrong::new(Kind::MissingArgument, format!("{field} is missing."))
    }

    pub(crate) fn not_found(what: &str) -> Wrong {
        Wrong::new(Kind::NotFound, format!("There is no such {what}."))
    }

    /// The answer to the request of this path and trace id.
    pub(crate) fn at(self, instance: &str, trace: &str) -> Problem {
        Problem {
            wrong: self,
            instance: instance.to_owned(),
            trace: trace.to_owned(),
        }
    }
}

/// A refusal, complete.
#[derive(Debug)]
pub(crate) struct Problem {
    wrong: Wrong,
    instance: String,
    trace: String,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Wrong { kind, detail } = self.wrong;
        shown(kind.status(), kind.code(), &detail, &self.instance, &self.trace)
    }
}

/// A refusal with any status, for what is not of this API's own making.
pub(crate) fn refused(status: StatusCode, detail: &str, instance: &str, trace: &str) -> Response {
    let code = u32::from(status.as_u16()) * 100;
    shown(status, code, detail, instance, trace)
}

fn shown(status: StatusCode, code: u32, detail: &str, instance: &str, trace: &str) -> Response {
    let body = answer::json(
        status,
        &json!({
            "type": "about:blank",
            "title": status.canonical_reason().unwrap_or("Error"),
            "status": status.as_u16(),
            "detail": detail,
            "instance": instance,
            "code": code,
            "traceId": trace,
        }),
    );
    let mut response = answer::because(body, &code.to_string());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
