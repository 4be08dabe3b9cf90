//! HTTP Archive 1.2, which browsers' developer tools and proxies read. Only HTTP calls have a place in it.

use std::io::Write;
use std::sync::Arc;

use jiff::Timestamp;
use profile::ProfileId;
use serde_json::{Value, json};

use super::{ExportError, Manifest};
use crate::event::{Call, Event, What};
use crate::privacy::Privacy;
use crate::store::Bodies;

/// Writes the HTTP calls among the events as one HAR file.
///
/// # Errors
/// When an event cannot be read or written.
pub fn har(
    events: impl IntoIterator<Item = Result<(Event, Option<Bodies>), ExportError>>,
    privacy: impl Fn(&ProfileId) -> Arc<Privacy>,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<Manifest, ExportError> {
    let mut manifest = Manifest::default();
    let head = json!({ "name": "Handover Desk", "version": env!("CARGO_PKG_VERSION") });
    write!(
        out,
        "{{\"log\":{{\"version\":\"1.2\",\"creator\":{head},\"entries\":["
    )?;
    let mut first = true;
    for row in events {
        let (event, bodies) = row?;
        if !matches!(event.what, What::Exchange(_)) {
            continue;
        }
        let privacy = privacy(&event.profile);
        let (event, bodies) = (privacy.event(event), bodies.map(|bodies| privacy.bodies(bodies)));
        let What::Exchange(call) = &event.what else {
            continue;
        };
        let text = serde_json::to_string(&entry(&event, call, bodies.as_ref()))?;
        manifest.count(&event, bodies.as_ref(), &text);
        if !std::mem::take(&mut first) {
            out.write_all(b",")?;
        }
        out.write_all(text.as_bytes())?;
    }
    let comment = json!({ "exported_at": now, "manifest": manifest });
    write!(out, "],\"_handover\":{comment}}}}}")?;
    Ok(manifest)
}

fn entry(event: &Event, call: &Call, bodies: Option<&Bodies>) -> Value {
    let scheme = if call.secure { "https" } else { "http" };
    let url = format!("{scheme}://{}{}", call.host, call.path);
    let empty = Bodies::default();
    let bodies = bodies.unwrap_or(&empty);
    let version = call.http_version.as_deref().unwrap_or("");
    let mime = |headers: &[(String, String)]| {
        headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    };
    let mut request = json!({
        "method": call.method,
        "url": url,
        "httpVersion": version,
        "cookies": [],
        "headers": pairs(&bodies.request_headers),
        "queryString": query(&call.path),
        "headersSize": -1,
        "bodySize": call.sent,
    });
    if let (Some(text), Some(request)) = (&bodies.request, request.as_object_mut()) {
        let body = json!({ "mimeType": mime(&bodies.request_headers), "text": text });
        request.insert("postData".to_owned(), body);
    }
    let mut content = json!({ "size": call.received, "mimeType": mime(&bodies.response_headers) });
    if let (Some(text), Some(content)) = (&bodies.response, content.as_object_mut()) {
        content.insert("text".to_owned(), json!(text));
    }
    let phases = &call.phases;
    // Minus one is the format's word for "does not apply"; sending and receiving must be there.
    let optional = |phase: Option<f64>| phase.unwrap_or(-1.0);
    let connect = phases.connect.or(phases.connection);
    let ssl = phases.tls;
    json!({
        "startedDateTime": event.at,
        "time": event.latency_ms.or(phases.total).unwrap_or(0.0),
        "request": request,
        "response": {
            "status": call.status.unwrap_or(0),
            "statusText": "",
            "httpVersion": version,
            "cookies": [],
            "headers": pairs(&bodies.response_headers),
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": call.received,
        },
        "cache": {},
        "timings": {
            "blocked": optional(phases.proxy_connect),
            "dns": optional(phases.resolve),
            // In this format the handshake is a part of connecting.
            "connect": connect.map_or(-1.0, |connect| connect + ssl.unwrap_or(0.0)),
            "ssl": optional(ssl),
            "send": phases.send.unwrap_or(0.0),
            "wait": phases.first_byte.unwrap_or(0.0),
            "receive": phases.body.unwrap_or(0.0),
        },
        "_handover": {
            "source": event.source,
            "lane": event.lane,
            "keys": event.keys,
            "failure": call.failure,
        },
    })
}

fn pairs(headers: &[(String, String)]) -> Vec<Value> {
    let pair = |(name, value): &(String, String)| json!({ "name": name, "value": value });
    headers.iter().map(pair).collect()
}

fn query(path: &str) -> Vec<Value> {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            json!({ "name": name, "value": value })
        })
        .collect()
}
