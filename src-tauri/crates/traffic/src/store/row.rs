//! An event as a row and back.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Row, Statement, params};
use sha2::{Digest, Sha256};

use super::StoreError;
use crate::event::{Event, Keys, Lane, Seq, Source, What};

pub(super) const COLUMNS: &str =
    "seq, at, profile, source, lane, contact, thread, session, user, message, origin, latency, under, what";

pub(super) const INSERT: &str = "INSERT INTO event
  (seq, at, profile, source, lane, kind, contact, thread, session, user, message, origin, latency, status, method, host,
   path, finding, error, kept, under, what, same)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
  ON CONFLICT DO NOTHING";

/// Writes an event under a number. Whether it was new: what one source tells twice in the same words is kept once.
pub(super) fn insert(statement: &mut Statement<'_>, seq: Seq, event: &Event) -> Result<bool, StoreError> {
    let what = serde_json::to_string(&event.what)?;
    let call = match &event.what {
        What::Exchange(call) => Some(call),
        _ => None,
    };
    let finding = match &event.what {
        What::Finding { code, .. } => Some(code.as_str()),
        _ => None,
    };
    let keys = &event.keys;
    let is_kept = match &event.what {
        What::Message(message) => message.text.kept().is_some(),
        _ => false,
    };
    let changed = statement.execute(params![
        number(seq),
        event.at.as_microsecond(),
        event.profile.as_str(),
        event.source.word(),
        event.lane.word(),
        event.kind().word(),
        keys.contact,
        keys.thread,
        keys.session,
        keys.user,
        keys.message,
        event.origin,
        event.latency_ms,
        call.and_then(|call| call.status),
        call.map(|call| &call.method),
        call.map(|call| &call.host),
        call.map(|call| &call.path),
        finding,
        event.is_error(),
        is_kept,
        event.under.map(number),
        what,
        same(event, &what),
    ])?;
    Ok(changed > 0)
}

/// What makes two tellings of one source the same. A teller without ids of its own never repeats itself.
fn same(event: &Event, what: &str) -> Option<String> {
    let origin = event.origin.as_deref()?;
    let mut hash = Sha256::new();
    for part in [event.source.word(), event.kind().word(), origin, what] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    Some(
        hash.finalize()[..12]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    )
}

/// The words of an event that can be looked for; `None` where there are none.
pub(super) fn words(event: &Event) -> Option<String> {
    match &event.what {
        What::Message(message) => message.text.kept().map(str::to_owned),
        What::Note { text } => Some(text.clone()),
        What::Log { message, .. } => Some(message.clone()),
        What::Finding { code, message } => Some(format!("{code} {message}")),
        What::Exchange(call) => Some(format!("{} {}", call.host, call.path)),
        What::Typing { .. } | What::Status { .. } | What::Assignment { .. } | What::Handover { .. } => None,
    }
    .filter(|text| !text.is_empty())
}

/// SQLite's numbers are signed; no store holds more rows than that.
pub(super) fn number(seq: Seq) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

pub(super) fn seq(number: i64) -> Seq {
    u64::try_from(number).unwrap_or(0)
}

/// Reads a row of [`COLUMNS`].
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Event> {
    let bad = |at: usize, what: &str| {
        rusqlite::Error::FromSqlConversionFailure(at, Type::Text, format!("no {what}").into())
    };
    let what: String = row.get(13)?;
    let profile: String = row.get(2)?;
    Ok(Event {
        seq: seq(row.get(0)?),
        at: Timestamp::from_microsecond(row.get(1)?).map_err(|_| bad(1, "moment"))?,
        profile: profile.parse().map_err(|_| bad(2, "profile"))?,
        source: Source::from_word(row.get_ref(3)?.as_str()?).ok_or_else(|| bad(3, "source"))?,
        lane: Lane::from_word(row.get_ref(4)?.as_str()?).ok_or_else(|| bad(4, "lane"))?,
        keys: Keys {
            contact: row.get(5)?,
            thread: row.get(6)?,
            session: row.get(7)?,
            user: row.get(8)?,
            message: row.get(9)?,
        },
        origin: row.get(10)?,
        latency_ms: row.get(11)?,
        under: row.get::<_, Option<i64>>(12)?.map(seq),
        what: serde_json::from_str(&what)
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(13, Type::Text, Box::new(error)))?,
    })
}
