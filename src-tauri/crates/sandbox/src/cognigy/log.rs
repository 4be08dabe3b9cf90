//! Log entries: lists, the tail, counts. Entries older than a day are gone (documented).

use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};

use crate::cognigy::api::{Outcome, ok, paged, value};
use crate::cognigy::caller::{Caller, Right};
use crate::cognigy::install::{Install, Level, LogEntry};
use crate::cognigy::page::is_object_id;
use crate::cognigy::problem::Wrong;

/// Retention, in milliseconds.
const DAY: i64 = 24 * 3_600_000;
/// Entries the tail looks at, newest first, and the most it gives.
const TAIL: usize = 200;
const MOST: usize = 100;
/// Asks for the newer form of entries, and must be there for counts (seen in code).
const MODEL: &str = "x-cognigy-log-model-version";

pub(crate) async fn list(Path(project): Path<String>, caller: Caller) -> Response {
    let outcome = entries(&caller, &project).and_then(|entries| {
        let items = entries.iter().map(|entry| shown(&caller, entry)).collect();
        paged(&caller, items, &["msg", "type", "traceId"])
    });
    caller.answer(outcome)
}

pub(crate) async fn read(Path((project, id)): Path<(String, String)>, caller: Caller) -> Response {
    let outcome = entries(&caller, &project).and_then(|entries| {
        let entry = entries.iter().find(|entry| entry.id == id);
        ok(&shown(
            &caller,
            entry.ok_or_else(|| Wrong::not_found("log entry"))?,
        ))
    });
    caller.answer(outcome)
}

pub(crate) async fn tail(Path(project): Path<String>, caller: Caller) -> Response {
    let outcome = entries(&caller, &project).and_then(|entries| tailed(&caller, entries, false));
    caller.answer(outcome)
}

pub(crate) async fn tail_of_2_1(Path(project): Path<String>, caller: Caller) -> Response {
    let outcome = entries(&caller, &project).and_then(|entries| tailed(&caller, entries, true));
    caller.answer(outcome)
}

pub(crate) async fn count(Path(project): Path<String>, caller: Caller) -> Response {
    let outcome = entries(&caller, &project).and_then(|entries| {
        if !newer_form(&caller) {
            return Err(Wrong::missing(MODEL));
        }
        let counts = Level::WORDS.iter().map(|word| {
            let count = entries.iter().filter(|entry| entry.level.word() == *word).count();
            ((*word).to_owned(), Value::from(count))
        });
        ok(&Value::Object(counts.collect()))
    });
    caller.answer(outcome)
}

/// The entries that the query selects, oldest first.
fn entries(caller: &Caller, project: &str) -> Result<Vec<LogEntry>, Wrong> {
    let Install { mut logs, .. } = caller.project(project, Right::Logs)?;
    let levels = [caller.params.all("type[]"), caller.params.all("type")].concat();
    if let Some(level) = levels.iter().find(|level| !Level::WORDS.contains(level)) {
        return Err(Wrong::argument(format!("There is no type {level}.")));
    }
    let oldest = window(caller)?;
    let has = |entry: &LogEntry, name: &str| {
        caller
            .params
            .get(name)
            .is_none_or(|wanted| entry.meta[name].as_str() == Some(wanted))
    };
    logs.retain(|entry| {
        entry.at >= oldest
            && (levels.is_empty() || levels.contains(&entry.level.word()))
            && ["userId", "sessionId", "flowName"]
                .iter()
                .all(|name| has(entry, name))
    });
    Ok(logs)
}

/// The oldest moment asked for, in milliseconds; never older than the retention.
fn window(caller: &Caller) -> Result<i64, Wrong> {
    let now = caller.now_ms();
    let mut oldest = now - DAY;
    match caller.params.get("lastTimeWindow") {
        None => {}
        Some("1") => oldest = now - 3_600_000,
        Some("6") => oldest = now - 6 * 3_600_000,
        Some("12") => oldest = now - 12 * 3_600_000,
        // Refused by the documents, and not asked for where those are left aside.
        Some(_) => {}
    }
    if let Some(start) = caller.params.get("startDate") {
        let start: jiff::Timestamp = start
            .parse()
            .map_err(|_| Wrong::argument("startDate must be a date."))?;
        oldest = oldest.max(start.as_millisecond());
    }
    Ok(oldest)
}

fn newer_form(caller: &Caller) -> bool {
    caller.headers.get(MODEL).is_some_and(|version| version == "v2")
}

/// The newer form says `level` for `type`; more of it is not known.
fn shown(caller: &Caller, entry: &LogEntry) -> Value {
    let mut item = value(entry);
    if newer_form(caller)
        && let Some(fields) = item.as_object_mut()
        && let Some(level) = fields.remove("type")
    {
        fields.insert("level".to_owned(), level);
    }
    item
}

/// The newest entries, newest first. `next` leads to entries older than its own, `previous` to newer ones.
fn tailed(caller: &Caller, mut entries: Vec<LogEntry>, uncounted: bool) -> Outcome {
    entries.reverse();
    entries.truncate(TAIL);
    let position = |name: &str| match caller.params.get(name) {
        None => Ok(None),
        Some(cursor) if is_object_id(cursor) => entries
            .iter()
            .position(|entry| entry.id == cursor)
            .map(Some)
            .ok_or_else(|| Wrong::argument("The cursor leads nowhere.")),
        Some(_) => Err(Wrong::argument(format!("{name} is no cursor."))),
    };
    let (next, previous) = (position("next")?, position("previous")?);
    let total = entries.len();
    let (start, end) = match (next, previous) {
        (Some(_), Some(_)) => return Err(Wrong::argument("Only one of next and previous can be given.")),
        (Some(at), None) => (at + 1, (at + 1 + MOST).min(total)),
        (None, Some(at)) => (at.saturating_sub(MOST), at),
        (None, None) => (0, MOST.min(total)),
    };
    let items: Vec<Value> = entries[start..end]
        .iter()
        .map(|entry| shown(caller, entry))
        .collect();
    let id = |at: Option<&LogEntry>| at.map(|entry| entry.id.clone());
    ok(&json!({
        "items": items,
        "total": if uncounted { -1 } else { i64::try_from(total).unwrap_or(-1) },
        "nextCursor": if end < total { id(entries[start..end].last()) } else { None },
        "previousCursor": if start > 0 { id(entries[start..end].first()) } else { None },
    }))
}
