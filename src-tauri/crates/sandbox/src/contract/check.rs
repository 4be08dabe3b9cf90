//! Holds one request or answer against its operation, and says which rule it breaks.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use crate::contract::ContractError;
use crate::contract::operation::{Compiled, Media, Operation, Schema};

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    /// The field, in dots; empty for the whole.
    pub field: String,
    /// What is wrong, for people.
    pub message: &'static str,
    /// The same as a code. The vendor's own codes are not public.
    pub code: &'static str,
    /// The rule: operation, place, keyword, and how sure it is.
    pub rule: String,
}

impl Operation {
    /// The rules that a request breaks. `folded`: names of parameters are read without regard to case.
    pub(crate) fn breaches(
        &self,
        query: Option<&str>,
        headers: &HeaderMap,
        body: &[u8],
        folded: bool,
    ) -> Result<Vec<Breach>, ContractError> {
        let mut breaches = self.query_breaches(query.unwrap_or_default(), folded)?;
        breaches.extend(self.body_breaches(headers, body)?);
        Ok(breaches)
    }

    fn query_breaches(&self, query: &str, folded: bool) -> Result<Vec<Breach>, ContractError> {
        let same = |a: &str, b: &str| a == b || (folded && a.eq_ignore_ascii_case(b));
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let mut breaches = Vec::new();
        for (name, _) in &pairs {
            if !self.query.iter().any(|parameter| same(&parameter.name, name)) {
                breaches.push(self.breach(
                    name,
                    "This parameter was not expected.",
                    "extra_parameter",
                    "query",
                ));
            }
        }
        for parameter in &self.query {
            let texts: Vec<&str> = pairs
                .iter()
                .filter(|(name, _)| same(&parameter.name, name))
                .map(|(_, text)| text.as_str())
                .collect();
            if texts.is_empty() {
                if parameter.required {
                    breaches.push(self.breach(
                        &parameter.name,
                        "This parameter is missing.",
                        "missing_value",
                        "query",
                    ));
                }
                continue;
            }
            let value = read(parameter.schema.own(), &texts);
            breaches.extend(self.schema_breaches(&parameter.schema, &value, "query", &parameter.name)?);
        }
        Ok(breaches)
    }

    fn body_breaches(&self, headers: &HeaderMap, body: &[u8]) -> Result<Vec<Breach>, ContractError> {
        let Some(expected) = &self.body else {
            return Ok(Vec::new());
        };
        if body.is_empty() {
            return Ok(match expected.required {
                true => vec![self.breach("", "The body is missing.", "missing_body", "body")],
                false => Vec::new(),
            });
        }
        let label = media_type(headers);
        let known = expected
            .forms
            .iter()
            .find(|(media, _)| media.name().eq_ignore_ascii_case(label));
        let Some((media, schema)) = known else {
            return Ok(vec![self.breach(
                "",
                "The body is not labelled as what it should be.",
                "content_type",
                "header content-type",
            )]);
        };
        match media {
            Media::Form => self.schema_breaches(schema, &form(body), "body", ""),
            Media::Json => match serde_json::from_slice::<Value>(body) {
                Ok(value) => self.schema_breaches(schema, &value, "body", ""),
                Err(_) => Ok(vec![self.breach(
                    "",
                    "The body is no JSON.",
                    "invalid_json",
                    "body",
                )]),
            },
        }
    }

    /// The rules that an answer breaks: its status, and its body where one is described.
    pub(crate) fn answer_breaches(&self, status: u16, body: &[u8]) -> Result<Vec<Breach>, ContractError> {
        let Some(described) = self.answers.get(&status) else {
            return Ok(vec![self.breach(
                "",
                "This status is not described.",
                "status",
                &format!("answer {status}"),
            )]);
        };
        let Some(schema) = described else {
            return Ok(Vec::new());
        };
        let place = format!("answer {status}");
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => self.schema_breaches(schema, &value, &place, ""),
            Err(_) => Ok(vec![self.breach(
                "",
                "The body is no JSON.",
                "invalid_json",
                &place,
            )]),
        }
    }

    fn schema_breaches(
        &self,
        schema: &Schema,
        value: &Value,
        place: &str,
        name: &str,
    ) -> Result<Vec<Breach>, ContractError> {
        let compiled = schema.ready(&self.id)?;
        Ok(compiled
            .validator
            .iter_errors(value)
            .map(|error| self.of_error(compiled, &error, place, name))
            .collect())
    }

    fn of_error(&self, compiled: &Compiled, error: &ValidationError<'_>, place: &str, name: &str) -> Breach {
        let (message, code) = words(error.kind());
        let at = error
            .instance_path()
            .as_str()
            .trim_start_matches('/')
            .replace('/', ".");
        let inner = match error.kind() {
            Kind::Required { property } => property.as_str().unwrap_or_default(),
            Kind::AdditionalProperties { unexpected } => unexpected.first().map_or("", String::as_str),
            _ => "",
        };
        let steps: Vec<&str> = [name, &at, inner]
            .into_iter()
            .filter(|step| !step.is_empty())
            .collect();
        let keyword = error.kind().keyword();
        let mark = mark(&compiled.root, error.schema_path().as_str()).unwrap_or(&self.mark);
        let field = steps.join(".");
        let rule = format!("{} {place} {field} {keyword} ({mark})", self.id);
        Breach {
            field,
            message,
            code,
            rule,
        }
    }

    fn breach(&self, field: &str, message: &'static str, code: &'static str, place: &str) -> Breach {
        Breach {
            field: field.to_owned(),
            message,
            code,
            rule: format!("{} {place} {field} {code} ({})", self.id, self.mark),
        }
    }
}

/// The nearest mark above a keyword.
fn mark<'a>(root: &'a Value, path: &str) -> Option<&'a str> {
    let mut path = path;
    loop {
        if let Some(mark) = root.pointer(path).and_then(|value| value["x-mark"].as_str()) {
            return Some(mark);
        }
        path = &path[..path.rfind('/')?];
    }
}

fn words(kind: &Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Required { .. } => ("This field is missing.", "missing_value"),
        Kind::AdditionalProperties { .. } => ("This field was not expected.", "extra_field"),
        Kind::Type { .. } => ("This value has another type than it should.", "invalid_type"),
        Kind::Enum { .. } | Kind::Constant { .. } => {
            ("This value is not one of the choices.", "invalid_choice")
        }
        Kind::Format { .. } | Kind::Pattern { .. } => {
            ("This value does not have the form it should.", "invalid_format")
        }
        Kind::MinLength { .. } | Kind::MinItems { .. } => ("This value should not be blank.", "too_short"),
        Kind::MaxLength { .. } | Kind::MaxItems { .. } => ("This value is too long.", "too_long"),
        Kind::Minimum { .. } | Kind::ExclusiveMinimum { .. } => ("This value is too small.", "too_small"),
        Kind::Maximum { .. } | Kind::ExclusiveMaximum { .. } => ("This value is too large.", "too_large"),
        Kind::OneOfMultipleValid { .. } => {
            ("Exactly one of the forms is wanted; more fit.", "too_many_forms")
        }
        Kind::OneOfNotValid { .. } | Kind::AnyOf { .. } => ("This fits none of the forms.", "no_form"),
        _ => ("This value is not valid.", "invalid_value"),
    }
}

/// The text of a query as the value its schema wants, where it can be read so.
fn read(schema: &Value, texts: &[&str]) -> Value {
    let one = |schema: &Value, text: &str| match schema["type"].as_str() {
        Some("integer") => match (text.parse::<i64>(), text.parse::<u64>()) {
            (Ok(number), _) => number.into(),
            (_, Ok(number)) => number.into(),
            _ => text.into(),
        },
        Some("boolean") => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => true.into(),
            "false" | "0" => false.into(),
            _ => text.into(),
        },
        _ => text.into(),
    };
    match schema["type"].as_str() {
        Some("array") => texts.iter().map(|text| one(&schema["items"], text)).collect(),
        _ => texts.first().map_or(Value::Null, |text| one(schema, text)),
    }
}

/// A form as an object of texts.
fn form(body: &[u8]) -> Value {
    url::form_urlencoded::parse(body)
        .map(|(name, text)| (name.into_owned(), Value::from(text.into_owned())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The media type that a body is labelled as, without its parameters.
fn media_type(headers: &HeaderMap) -> &str {
    let label = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    label
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
}
