//! The error bodies of CXone's services, read into one form.
//!
//! Each service family has its own shape, and gateways in front of them answer with web pages or nothing at all.
//! Everything ends as [`ApiFailure`]; an unknown shape is kept as text rather than dropped.

use serde_json::Value;

use crate::field::{Row, items};

/// Longest message that is shown, in characters; the whole body is in the exchange.
const MESSAGE_LIMIT: usize = 500;

/// Response header in which ACD puts its message while the body is empty.
pub(crate) const STATUS_DESCRIPTION: &str = "icstatusdescription";

/// Which shape the body had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `{error, error_description}` in its three spellings: sign-in and ACD.
    Classic,
    /// `{errorCode, errorMessage, path, timestamp}`: newer ACD.
    AcdNewer,
    /// Empty body, message in the header `icStatusDescription`: ACD.
    AcdHeader,
    /// 200 with `errorCount` above zero: ACD batches.
    AcdBatch,
    /// `{timestamp, status, error, message, path}` or `{code, details, hostname, entityType, errors}`.
    UserHub,
    /// `{errors[], uid}`.
    Digital,
    /// Other JSON.
    Json,
    /// A web page.
    Html,
    /// Plain text.
    Text,
    /// Nothing.
    Empty,
}

/// What a refusing or failing server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiFailure {
    /// Shape of the body.
    pub family: Family,
    /// The server's own code, such as `invalid_grant`.
    pub code: Option<String>,
    /// The server's own words; at most 500 characters once redacted.
    pub message: Option<String>,
    /// Trace id for the vendor's support: the response's header, else the digital API's `uid`.
    pub trace: Option<String>,
}

impl ApiFailure {
    /// Reads a body. `description` is the value of `icStatusDescription`, `trace` that of the trace header.
    pub fn read(body: &[u8], description: Option<&str>, trace: Option<String>) -> Self {
        let text = String::from_utf8_lossy(body);
        let text = text.trim();
        let mut failure = match serde_json::from_str::<Value>(text) {
            Ok(value) => Self::json(&value),
            Err(_) if text.is_empty() => Self::new(Family::Empty, None, None),
            Err(_) if is_html(text) => Self::new(Family::Html, None, None),
            Err(_) => Self::new(Family::Text, None, Some(text.to_owned())),
        };
        if failure.message.is_none()
            && let Some(description) = description.map(str::trim).filter(|d| !d.is_empty())
        {
            if failure.family == Family::Empty {
                failure.family = Family::AcdHeader;
            }
            failure.message = Some(description.to_owned());
        }
        failure.trace = trace.or(failure.trace);
        failure
    }

    /// The failure that hides in a success: a batch with `errorCount` above zero, at the top or in `resultSet`.
    pub fn batch(value: &Value, trace: Option<String>) -> Option<Self> {
        let top = Row::new(value)?;
        let row = top
            .row("resultSet")
            .filter(|row| row.get("errorCount").is_some())
            .unwrap_or(top);
        if row.number("errorCount")? <= 0 {
            return None;
        }
        // The list of items is named after what was written: `agentResults`, `skillsResults`, `results`.
        let names = ["agentResults", "skillResults", "skillsResults", "results"];
        let messages: Vec<String> = names
            .iter()
            .flat_map(|name| row.list(name))
            .filter_map(Row::new)
            .filter(|item| item.flag("success") == Some(false))
            .filter_map(|item| item.text("error").or_else(|| item.text("errorMessage")))
            .collect();
        Some(Self {
            trace,
            ..Self::new(Family::AcdBatch, None, join(messages))
        })
    }

    /// `": code, message"` for a sentence, or nothing.
    pub(crate) fn clause(&self) -> String {
        let parts: Vec<&str> = [&self.code, &self.message]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        if parts.is_empty() {
            String::new()
        } else {
            format!(": {}", parts.join(", "))
        }
    }

    /// The same with every known secret replaced, then cut to what is shown: a server may echo what it was sent, and half
    /// a secret would not be known.
    pub(crate) fn redacted(self, redact: impl Fn(&str) -> String) -> Self {
        let redact = |text: Option<String>| text.map(|text| redact(&text));
        Self {
            family: self.family,
            code: redact(self.code),
            message: redact(self.message).map(|message| message.chars().take(MESSAGE_LIMIT).collect()),
            trace: redact(self.trace),
        }
    }

    fn new(family: Family, code: Option<String>, message: Option<String>) -> Self {
        Self {
            family,
            code,
            message,
            trace: None,
        }
    }

    fn json(value: &Value) -> Self {
        let Some(row) = Row::new(value) else {
            return Self::new(Family::Json, None, value.as_str().map(str::to_owned));
        };
        if let Some(classic) = Self::classic(row) {
            return classic;
        }
        if row.get("errorCode").is_some() || row.get("errorMessage").is_some() {
            return Self::new(Family::AcdNewer, row.text("errorCode"), row.text("errorMessage"));
        }
        if row.get("details").is_some() || row.get("hostname").is_some() || row.get("entityType").is_some() {
            let message = row
                .text("details")
                .or_else(|| row.text("message"))
                .or_else(|| messages(row).1);
            return Self::new(Family::UserHub, row.text("code"), message);
        }
        if row.get("errors").is_some() {
            let (code, message) = messages(row);
            return Self {
                trace: row.text("uid"),
                ..Self::new(Family::Digital, code, message)
            };
        }
        // Kong and Spring gateways say `{message}` or `{code, message}` only.
        Self::new(Family::Json, row.text("code"), row.text("message"))
    }

    fn classic(row: Row<'_>) -> Option<Self> {
        // `error_Description` is found by `error_description`: case does not count.
        let description = row
            .text("error_description")
            .or_else(|| row.text("errorDescription"));
        if let Some(nested) = row.row("error") {
            return Some(Self::new(
                Family::Classic,
                nested.text("code"),
                nested.text("message").or(description),
            ));
        }
        let code = row.text("error");
        if description.is_none() && (row.get("timestamp").is_some() || row.get("path").is_some()) {
            let code = code?;
            return Some(Self::new(Family::UserHub, Some(code), row.text("message")));
        }
        (code.is_some() || description.is_some())
            .then(|| Self::new(Family::Classic, code, description.or_else(|| row.text("message"))))
    }
}

/// Code of the first entry of `errors` that has one, and all messages, each after its field.
fn messages(row: Row<'_>) -> (Option<String>, Option<String>) {
    let list = row.get("errors").map(items).unwrap_or_default();
    let code = list.iter().find_map(|item| Row::new(item)?.text("errorCode"));
    let texts = list
        .iter()
        .filter_map(|item| match Row::new(item) {
            Some(entry) => {
                let message = entry.text("message")?;
                Some(match entry.text("field") {
                    Some(field) if !field.is_empty() => format!("{field}: {message}"),
                    _ => message,
                })
            }
            None => item.as_str().map(str::to_owned),
        })
        .collect();
    (code, join(texts))
}

fn join(texts: Vec<String>) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// Whether a text body is a web page; leading comments and declarations count.
pub(crate) fn is_html(text: &str) -> bool {
    let start: String = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .chars()
        .take(256)
        .collect();
    let start = start.to_ascii_lowercase();
    start.starts_with('<')
        && (start.starts_with("<!doctype") || start.contains("<html") || start.contains("<head"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fixture: name, body, header, then what is expected.
    #[derive(serde::Deserialize)]
    struct Case {
        name: String,
        body: String,
        header: Option<String>,
        family: String,
        code: Option<String>,
        message: Option<String>,
        trace: Option<String>,
    }

    #[test]
    fn every_family_of_error_bodies_is_understood() {
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../tests/fixtures/error_bodies.json")).unwrap();
        assert!(cases.len() >= 18);
        for case in cases {
            let found = ApiFailure::read(case.body.as_bytes(), case.header.as_deref(), None);
            let told = (
                format!("{:?}", found.family),
                found.code,
                found.message,
                found.trace,
            );
            assert_eq!(
                told,
                (case.family, case.code, case.message, case.trace),
                "{}",
                case.name
            );
        }
    }

    #[test]
    fn the_trace_header_wins_over_the_uid() {
        let found = ApiFailure::read(br#"{"errors":[],"uid":"u-1"}"#, None, Some("t-1".to_owned()));
        assert_eq!(found.trace.as_deref(), Some("t-1"));
    }

    #[test]
    fn a_success_with_failed_items_is_a_failure() {
        let read = |text: &str| ApiFailure::batch(&serde_json::from_str(text).unwrap(), None);
        assert_eq!(
            read(r#"{"errorCount":0,"skillsResults":[{"success":true,"skillId":987654}]}"#),
            None
        );
        assert_eq!(read(r#"{"skills":[]}"#), None);
        assert_eq!(read("[]"), None);
        let top = read(
            r#"{"errorCount":1,"skillsResults":[{"success":true},{"success":false,"error":"no name"}]}"#,
        );
        assert_eq!(top.unwrap().message.as_deref(), Some("no name"));
        let nested = read(
            r#"{"resultSet":{"errorCount":"2","agentResults":[{"agentId":1,"success":false,"error":"a"},{"agentId":2,"success":"false","error":"b"}]}}"#,
        );
        assert_eq!(nested.unwrap().message.as_deref(), Some("a; b"));
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let found = ApiFailure::read("é".repeat(2000).as_bytes(), None, None).redacted(str::to_owned);
        assert_eq!(found.message.map(|m| m.chars().count()), Some(MESSAGE_LIMIT));
    }

    #[test]
    fn a_secret_across_the_cut_and_in_the_trace_is_redacted_whole() {
        let secret = "sim_secret_of_a_test";
        let body = format!("{}{secret} and more", "x".repeat(MESSAGE_LIMIT - 8));
        let found = ApiFailure::read(body.as_bytes(), None, Some(format!("trace {secret}")))
            .redacted(|text| text.replace(secret, "<redacted>"));
        assert!(!format!("{found:?}").contains("sim_sec"), "{found:?}");
        assert_eq!(found.trace.as_deref(), Some("trace <redacted>"));
    }

    #[test]
    fn bytes_that_are_no_text_do_not_break_it() {
        let found = ApiFailure::read(&[0xff, 0xfe, 0x00], None, None);
        assert_eq!(found.family, Family::Text);
    }
}
