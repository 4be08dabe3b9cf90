//! The install's own OpenAPI document: its version, and where it keeps handover providers.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::api::{Api, Error, Read};

/// The document is about 8 MB (seen in code), with room to grow.
const MAX_BODY: usize = 32 * 1024 * 1024;

/// What is read of the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// `info.version`, such as `2026.12.0`.
    pub version: Option<String>,
    /// The path of one provider, with a placeholder for its id, by the document.
    provider_path: Option<String>,
}

#[derive(Deserialize)]
struct Whole {
    #[serde(default)]
    info: Info,
    #[serde(default)]
    paths: BTreeMap<String, BTreeMap<String, IgnoredAny>>,
}

#[derive(Default, Deserialize)]
struct Info {
    #[serde(default)]
    version: Option<String>,
}

impl Api {
    /// Reads the install's OpenAPI document (address documented).
    ///
    /// # Errors
    /// [`Error`]; an install may keep it closed.
    pub async fn document(&self) -> Result<Document, Error> {
        if !self.place().is_trusted() {
            return Err(Error::Untrusted {
                host: self.place().host(),
            });
        }
        let read = Read::of(&[], &[], "cognigy openapi");
        let path = ["openapi", "openapi-viewer.json"];
        let response = self.get(&path, &read, Some(MAX_BODY)).await?;
        let whole: Whole = serde_json::from_slice(&response.body).map_err(|_| Error::NotJson {
            html: response.looks_html(),
            status: response.status,
            exchange: Arc::clone(&response.exchange),
        })?;
        Ok(Document::of(whole))
    }
}

impl Document {
    fn of(whole: Whole) -> Document {
        let readable = |methods: &BTreeMap<String, IgnoredAny>| {
            methods.keys().any(|method| method.eq_ignore_ascii_case("get"))
        };
        let is_one = |path: &str| {
            let mut segments = path.rsplit('/');
            segments.next().is_some_and(|last| last.starts_with('{'))
                && matches!(segments.next(), Some("provider" | "providers"))
                && segments.next() == Some("handover")
        };
        Document {
            version: whole.info.version,
            provider_path: whole
                .paths
                .into_iter()
                .find(|(path, methods)| is_one(path) && readable(methods))
                .map(|(path, _)| path),
        }
    }

    /// The segments of the path of this provider, below the prefix, where the document names one.
    pub(crate) fn provider(&self, id: &str) -> Option<Vec<String>> {
        let path = self.provider_path.as_deref()?;
        let segments = path
            .split('/')
            .filter(|segment| !segment.is_empty() && *segment != "new");
        Some(
            segments
                .map(|segment| if segment.starts_with('{') { id } else { segment })
                .map(str::to_owned)
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_document_tells_where_a_provider_is_read() {
        let document = |paths| {
            let whole =
                json!({ "info": { "version": "2026.12.0", "title": "x" }, "paths": paths, "servers": [] });
            Document::of(serde_json::from_value(whole).unwrap())
        };
        let plural = document(json!({
            "/v2.0/handover/provider/{providerId}": { "patch": {} },
            "/new/v2.0/handover/providers/{id}": { "get": { "x": 1 } },
            "/v2.0/flows/{id}": { "get": {} },
        }));
        assert_eq!(plural.version.as_deref(), Some("2026.12.0"));
        assert_eq!(
            plural.provider("abc").unwrap(),
            ["v2.0", "handover", "providers", "abc"]
        );
        assert_eq!(document(json!({})).provider("abc"), None);
    }
}
