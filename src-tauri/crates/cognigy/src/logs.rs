//! Log entries of a project, which an install keeps for a day at most (documented): lists, the tail, and following it.
//!
//! The newer tail (`v2.1`, with a header that asks for its form) can choose a session and a window of hours (seen in code);
//! where it is not there the older one is read and chosen from here. Entries are about people: no record keeps them.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::api::{Api, Error, ErrorCode, Listed, Read};
use crate::value;

/// The header that asks for the newer form of entries.
const MODEL: [(&str, &str); 1] = [("x-cognigy-log-model-version", "v2")];
/// Windows of hours that the tail takes; others are refused.
const WINDOWS: [u8; 3] = [1, 6, 12];
/// Pages of the tail that are read at most; it looks back over 200 entries.
const TAIL_PAGES: usize = 3;
/// Ids that are remembered while following.
const REMEMBERED: usize = 1000;
/// How often the tail is asked for while following, and the longest pause after the server asked for patience.
const PACE: Duration = Duration::from_secs(3);
const SLOWEST: Duration = Duration::from_secs(60);

/// How grave an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// `debug`
    Debug,
    /// `info`
    Info,
    /// `warn`
    Warn,
    /// `error`
    Error,
    /// `fatal`
    Fatal,
}

impl Level {
    /// The API's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
            Level::Fatal => "fatal",
        }
    }

    fn of(word: &str) -> Option<Level> {
        [Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Fatal]
            .into_iter()
            .find(|level| word.to_ascii_lowercase().starts_with(level.word()))
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `_id`.
    pub id: String,
    /// `timestamp`.
    pub at: Option<Timestamp>,
    /// `type`, or `level` in the newer form.
    pub level: Option<Level>,
    /// `msg`.
    pub message: String,
    /// `traceId`.
    pub trace_id: Option<String>,
    /// `meta.sessionId`.
    pub session_id: Option<String>,
    /// `meta.userId`.
    pub user_id: Option<String>,
    /// `meta.flowName`.
    pub flow_name: Option<String>,
    /// `meta.error`, where it is a text or has a message.
    pub error: Option<String>,
}

impl Entry {
    fn read(item: &Value) -> Option<Entry> {
        let meta = item.get("meta").unwrap_or(&Value::Null);
        let level = value::text(item, "type").or_else(|| value::text(item, "level"));
        Some(Entry {
            id: value::text(item, "_id")?,
            at: value::time(item, "timestamp"),
            level: level.as_deref().and_then(Level::of),
            message: value::text(item, "msg")
                .or_else(|| value::text(item, "message"))
                .unwrap_or_default(),
            trace_id: value::text(item, "traceId"),
            session_id: value::text(meta, "sessionId"),
            user_id: value::text(meta, "userId"),
            flow_name: value::text(meta, "flowName"),
            error: meta
                .get("error")
                .and_then(|error| value::plain(error).or_else(|| value::text(error, "message"))),
        })
    }

    /// Whether a text occurs in what it says, without regard to case.
    #[must_use]
    pub fn mentions(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        [Some(&self.message), self.error.as_ref(), self.trace_id.as_ref()]
            .into_iter()
            .flatten()
            .any(|said| said.to_lowercase().contains(&text))
    }
}

/// Which entries are wanted. What the API does not choose by is chosen from its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In what it says; see [`Entry::mentions`].
    pub text: Option<String>,
    /// One of these; all where it is empty.
    pub levels: Vec<Level>,
    /// Of this session.
    pub session_id: Option<String>,
    /// Of this user.
    pub user_id: Option<String>,
    /// Of the Flow with this name.
    pub flow_name: Option<String>,
    /// Not older than this.
    pub since: Option<Timestamp>,
}

impl Filter {
    fn admits(&self, entry: &Entry) -> bool {
        let same = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        self.text.as_ref().is_none_or(|text| entry.mentions(text))
            && (self.levels.is_empty() || entry.level.is_none_or(|level| self.levels.contains(&level)))
            && same(&self.session_id, &entry.session_id)
            && same(&self.user_id, &entry.user_id)
            && same(&self.flow_name, &entry.flow_name)
            && self
                .since
                .is_none_or(|since| entry.at.is_none_or(|at| at >= since))
    }

    /// What both tails and lists choose by.
    fn query(&self) -> Vec<(&'static str, String)> {
        let mut query: Vec<(&'static str, String)> = self
            .levels
            .iter()
            .map(|level| ("type[]", level.word().to_owned()))
            .collect();
        query.extend(self.user_id.clone().map(|id| ("userId", id)));
        query.extend(self.flow_name.clone().map(|name| ("flowName", name)));
        query
    }

    /// What the newer tail chooses by as well. `now` decides which of its windows holds everything since.
    fn newer_query(&self, now: Timestamp) -> Vec<(&'static str, String)> {
        let mut query = self.query();
        query.extend(self.session_id.clone().map(|id| ("sessionId", id)));
        if let Some(since) = self.since {
            let hours = now.duration_since(since).as_secs().max(0).div_euclid(3600);
            let window = WINDOWS.iter().find(|window| i64::from(**window) > hours);
            query.extend(window.map(|window| ("lastTimeWindow", window.to_string())));
        }
        query
    }
}

/// The newest entries that are wanted, newest first. `now` is the install's time.
///
/// # Errors
/// [`Error`]; [`ErrorCode::Forbidden`] when the key's owner lacks the role `logs`.
pub async fn tail(api: &Api, project: &str, filter: &Filter, now: Timestamp) -> Result<Vec<Entry>, Error> {
    let newer = pages(api, "v2.1", project, &filter.newer_query(now), &MODEL).await;
    let entries = match newer {
        // An older install: it does not have the path, or not what is asked of it.
        Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::Refused) => {
            pages(api, "v2.0", project, &filter.query(), &[]).await?
        }
        other => other?,
    };
    Ok(entries.into_iter().filter(|entry| filter.admits(entry)).collect())
}

async fn pages(
    api: &Api,
    version: &str,
    project: &str,
    query: &[(&str, String)],
    headers: &[(&str, &str)],
) -> Result<Vec<Entry>, Error> {
    let path = [version, "projects", project, "logs", "tail"];
    let (mut entries, mut seen): (Vec<Entry>, HashSet<String>) = Default::default();
    let mut cursor: Option<String> = None;
    for _ in 0..TAIL_PAGES {
        let mut query: Vec<(&str, &str)> = query
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        query.extend(cursor.as_deref().map(|cursor| ("next", cursor)));
        let read = Read {
            headers,
            ..Read::of(&path, &query, "cognigy logs")
        };
        let (page, response) = api.json(read).await?;
        if !page.get("items").is_some_and(Value::is_array) {
            return Err(Error::shape("log", "it has no items", &response));
        }
        let before = entries.len();
        for entry in value::items(&page, "items").iter().filter_map(Entry::read) {
            if seen.insert(entry.id.clone()) {
                entries.push(entry);
            }
        }
        cursor = value::text(&page, "nextCursor");
        if cursor.is_none() || entries.len() == before {
            break;
        }
    }
    Ok(entries)
}

/// All entries that are wanted, as the install lists them; the text is looked for by the API as well (documented).
///
/// # Errors
/// As [`tail`].
pub async fn list(api: &Api, project: &str, filter: &Filter) -> Result<Listed<Entry>, Error> {
    let mut query = filter.query();
    query.extend(filter.text.clone().map(|text| ("filter", text)));
    query.extend(filter.since.map(|since| ("startDate", since.to_string())));
    let query: Vec<(&str, &str)> = query
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let path = ["v2.0", "projects", project, "logs"];
    let mut listed = api.list(&path, &query, "cognigy logs", Entry::read).await?;
    listed.items.retain(|entry| filter.admits(entry));
    Ok(listed)
}

/// Follows the log of a project: each entry is told once.
#[derive(Debug, Clone)]
pub struct Follower {
    project: String,
    filter: Filter,
    seen: HashSet<String>,
    order: VecDeque<String>,
    pause: Duration,
}

impl Follower {
    /// Follows from `filter.since` on.
    #[must_use]
    pub fn new(project: impl Into<String>, filter: Filter) -> Follower {
        Follower {
            project: project.into(),
            filter,
            seen: HashSet::new(),
            order: VecDeque::new(),
            pause: PACE,
        }
    }

    /// How long to wait before the next [`Follower::poll`]; longer after the server asked for patience.
    #[must_use]
    pub fn pause(&self) -> Duration {
        self.pause
    }

    /// The entries that are new since the last time, oldest first.
    ///
    /// # Errors
    /// As [`tail`]; following can go on.
    pub async fn poll(&mut self, api: &Api, now: Timestamp) -> Result<Vec<Entry>, Error> {
        let mut entries = match tail(api, &self.project, &self.filter, now).await {
            Ok(entries) => entries,
            Err(error) => {
                if let Error::Status { retry_after, .. } = &error {
                    self.pause = retry_after.unwrap_or(self.pause * 2).clamp(PACE, SLOWEST);
                }
                return Err(error);
            }
        };
        self.pause = PACE;
        entries.retain(|entry| self.seen.insert(entry.id.clone()));
        self.order.extend(entries.iter().map(|entry| entry.id.clone()));
        while self.order.len() > REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.seen.remove(&oldest);
            }
        }
        entries.reverse();
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_forms_of_an_entry_are_read() {
        let entry = |level: &str| {
            Entry::read(&json!({
                "_id": "6a1f0c2e9b7d4e00112233aa", "timestamp": "2026-10-02T09:15:04.221Z", level: "error",
                "msg": "Handover request failed", "traceId": "t-1",
                "meta": { "sessionId": "session-41", "userId": "u", "flowName": "Main", "error": { "message": "401" } },
            }))
            .unwrap()
        };
        assert_eq!(entry("type"), entry("level"));
        let read = entry("type");
        assert_eq!(
            (read.level, read.error.as_deref()),
            (Some(Level::Error), Some("401"))
        );
        assert!(read.mentions("HANDOVER") && read.mentions("401") && !read.mentions("session-41"));
        assert_eq!(Entry::read(&json!({ "msg": "x" })), None);
        let bare = Entry::read(&json!({ "_id": "x" })).unwrap();
        assert_eq!((bare.level, bare.message.as_str()), (None, ""));
    }

    #[test]
    fn the_smallest_window_that_holds_everything_is_asked_for() {
        let now = Timestamp::from_second(1_767_603_600).unwrap();
        let window = |seconds: i64| {
            let filter = Filter {
                since: Some(Timestamp::from_second(now.as_second() - seconds).unwrap()),
                ..Filter::default()
            };
            let query = filter.newer_query(now);
            query
                .into_iter()
                .find(|(name, _)| *name == "lastTimeWindow")
                .map(|(_, value)| value)
        };
        assert_eq!(window(60).as_deref(), Some("1"));
        assert_eq!(window(3600).as_deref(), Some("6"));
        assert_eq!(window(3600 * 6 - 1).as_deref(), Some("6"));
        assert_eq!(window(3600 * 12), None);
    }
}
