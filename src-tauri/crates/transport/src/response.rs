//! A complete answer.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use serde::de::DeserializeOwned;

use crate::exchange::Exchange;
use crate::redact::Redactor;

/// The vendor's correlation header; header names are case-insensitive.
pub(crate) const TRACE: &str = "x-trace-id";

/// An answer with its whole body. Not redacted, except for [`Response::exchange`] and `Debug`.
#[derive(Clone)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, decompressed.
    pub body: Vec<u8>,
    /// The redacted record.
    pub exchange: Arc<Exchange>,
    pub(crate) redactor: Redactor,
}

/// A body is not the JSON that was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the expected JSON at {path} (line {line}, column {column}): {detail}")]
pub struct JsonError {
    /// Path to the value, such as `channels[3].id`; `.` is the whole.
    pub path: String,
    /// From 1; 0 when unknown.
    pub line: usize,
    /// From 1; 0 when unknown.
    pub column: usize,
    /// Whether it is JSON at all, of another shape.
    pub is_json: bool,
    /// What the parser says, redacted.
    pub detail: String,
}

impl Response {
    /// The body as text; bytes that are not UTF-8 become U+FFFD.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`JsonError`] with the place where it stops being the expected.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, JsonError> {
        let mut parser = serde_json::Deserializer::from_slice(&self.body);
        let parsed = serde_path_to_error::deserialize(&mut parser).map_err(|error| {
            let path = self.redactor.text(&error.path().to_string());
            self.json_error(path, error.inner())
        })?;
        parser
            .end()
            .map_err(|error| self.json_error(".".to_owned(), &error))?;
        Ok(parsed)
    }

    fn json_error(&self, path: String, error: &serde_json::Error) -> JsonError {
        JsonError {
            path,
            line: error.line(),
            column: error.column(),
            is_json: error.is_data(),
            detail: self.redactor.text(&error.to_string()),
        }
    }

    /// The vendor's correlation id, from the `x-trace-id` header.
    #[must_use]
    pub fn trace_id(&self) -> Option<String> {
        self.headers.get(TRACE)?.to_str().ok().map(str::to_owned)
    }

    /// The `Date` header.
    #[must_use]
    pub fn date(&self) -> Option<Timestamp> {
        let text = self.headers.get(DATE)?.to_str().ok()?;
        DateTimeParser::new().parse_timestamp(text).ok()
    }

    /// `Retry-After` in seconds; the form with a date is used by neither vendor.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get(RETRY_AFTER)?.to_str().ok()?;
        value.trim().parse().ok().map(Duration::from_secs)
    }

    /// The media type in lower case, without parameters.
    #[must_use]
    pub fn media_type(&self) -> Option<String> {
        let text = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let media = text.split(';').next().unwrap_or_default().trim();
        (!media.is_empty()).then(|| media.to_ascii_lowercase())
    }

    /// Whether this is a page for people: a gateway's error, a sign-in page.
    #[must_use]
    pub fn looks_html(&self) -> bool {
        if self
            .media_type()
            .is_some_and(|media| media == "text/html" || media == "application/xhtml+xml")
        {
            return true;
        }
        let start = self.body.trim_ascii_start();
        let starts = |with: &[u8]| {
            start
                .get(..with.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(with))
        };
        starts(b"<!doctype html") || starts(b"<html")
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("exchange", &self.exchange)
            .finish_non_exhaustive()
    }
}
