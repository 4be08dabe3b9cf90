//! Query parameters, with the paging and field rules that the list addresses share.

use axum::response::Response;
use http::Uri;
use serde_json::{Map, Value, json};

use crate::answer;

/// Default number of rows of an ACD page.
const TOP: usize = 50;

/// The body of a request as JSON; null for what is none.
pub(crate) fn json_body(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}

/// The query of a request: names may repeat (`id[]`). A value without the form it should have counts as not given: the
/// contract documents refuse it before it gets here, and `--loose` wants it let through.
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn of(uri: &Uri) -> Params {
        Params(
            url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect(),
        )
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// A whole number of at least `least`.
    pub(crate) fn number(&self, name: &str, least: u64) -> Option<u64> {
        let number = self.get(name)?.parse().ok()?;
        (number >= least).then_some(number)
    }

    /// A yes or no.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)?.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// Whether a name holds the text searched for, case aside. No search holds for all.
    pub(crate) fn matches(&self, parameter: &str, name: &str) -> bool {
        self.get(parameter)
            .is_none_or(|text| name.to_lowercase().contains(&text.to_lowercase()))
    }
}

/// One page of an ACD list under `key`, with `head` in front; an empty page is 204 without a body.
pub(crate) fn acd_page(uri: &Uri, head: Value, key: &str, rows: Vec<Value>) -> Response {
    let params = Params::of(uri);
    let skip = params.number("skip", 0).unwrap_or(0) as usize;
    let top = params.number("top", 1).map_or(TOP, |top| top as usize);
    let total = rows.len();
    let fields: Vec<String> = params
        .get("fields")
        .map(|fields| {
            fields
                .split(',')
                .map(|field| field.trim().to_lowercase())
                .filter(|field| !field.is_empty())
                .collect()
        })
        .unwrap_or_default();
    let page: Vec<Value> = rows
        .into_iter()
        .skip(skip)
        .take(top)
        .map(|row| chosen(row, &fields))
        .collect();
    if page.is_empty() {
        return answer::empty();
    }
    let next = (skip + page.len() < total).then(|| link(uri, skip + page.len(), top));
    let previous = (skip > 0).then(|| link(uri, skip.saturating_sub(top), top));
    let mut body = head.as_object().cloned().unwrap_or_else(Map::new);
    body.insert("totalRecords".to_owned(), total.into());
    body.insert(key.to_owned(), page.into());
    body.insert(
        "_links".to_owned(),
        json!({ "self": uri.to_string(), "next": next, "previous": previous }),
    );
    answer::ok(&body.into())
}

fn chosen(mut row: Value, fields: &[String]) -> Value {
    if let (Some(row), false) = (row.as_object_mut(), fields.is_empty()) {
        row.retain(|name, _| fields.contains(&name.to_lowercase()));
    }
    row
}

fn link(uri: &Uri, skip: usize, top: usize) -> String {
    let kept = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .filter(|(name, _)| !name.eq_ignore_ascii_case("skip") && !name.eq_ignore_ascii_case("top"));
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("skip", &skip.to_string())
        .append_pair("top", &top.to_string())
        .finish();
    let base = match (uri.scheme(), uri.authority()) {
        (Some(scheme), Some(authority)) => format!("{scheme}://{authority}"),
        _ => String::new(),
    };
    format!("{base}{}?{query}", uri.path())
}
