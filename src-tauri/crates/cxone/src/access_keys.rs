//! The record of an access key, as UserHub keeps it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::field::Row;
use crate::session::{Session, json};
use crate::{Error, Host, Misshape};

/// What is known of an access key. Never its secret.
#[derive(Debug, Clone, PartialEq)]
pub struct AccessKey {
    /// `userId` of its owner; compare without case.
    pub user_id: Option<String>,
    /// `agentId` of its owner.
    pub agent_id: Option<i64>,
    /// `isActive`.
    pub is_active: Option<bool>,
    /// `lastUsedDate`; `None` also where it is in a form nobody documents.
    pub last_used: Option<Timestamp>,
}

/// Reads the record of one access key by its id; `None` when the service does not know it.
///
/// # Errors
/// As [`Session::get`], and [`Error::Shape`].
pub async fn read(session: &Session, id: &SecretString) -> Result<Option<AccessKey>, Error> {
    let path = ["access-key-management", "v1", "access-keys", id.expose_secret()];
    let response = match session.get(Host::Facade, &path, &[], "access-key").await {
        Err(error) if error.status() == Some(404) => return Ok(None),
        other => other?,
    };
    if response.status == 204 {
        return Ok(None);
    }
    let value = json(session.client(), &response)?;
    key(&value)
        .map(Some)
        .map_err(|error| error.seen_in(&response.exchange))
}

/// Wrapped in `resultSet` by the specification; taken without it too.
fn key(value: &Value) -> Result<AccessKey, Misshape> {
    let wrong = || Misshape {
        what: "access key",
        detail: "it is no object".to_owned(),
    };
    let top = Row::new(value).ok_or_else(wrong)?;
    let row = top
        .row("resultSet")
        .or_else(|| top.row("accessKey"))
        .unwrap_or(top);
    Ok(AccessKey {
        user_id: row.text("userId"),
        agent_id: row.number("agentId"),
        is_active: row.flag("isActive"),
        last_used: row.text("lastUsedDate").and_then(|text| moment(&text)),
    })
}

/// A moment with its zone, or one without, which counts as UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let civil = || text.parse::<DateTime>().ok();
    let day = || {
        text.parse::<Date>()
            .ok()
            .map(|day| day.to_datetime(jiff::civil::Time::midnight()))
    };
    text.parse().ok().or_else(|| {
        let zoned = civil().or_else(day)?.to_zoned(TimeZone::UTC).ok()?;
        Some(zoned.timestamp())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_read_wrapped_or_not() {
        let row = json!({ "accessKeyId": "x", "userId": "11ee", "agentId": "4711", "isActive": "True",
            "lastUsedDate": "2026-01-05T08:00:00.000Z", "accessKeySecret": "sim_secret" });
        for value in [
            json!({ "resultSet": row.clone() }),
            json!({ "accessKey": row.clone() }),
            row,
        ] {
            let found = key(&value).unwrap();
            assert_eq!(found.user_id.as_deref(), Some("11ee"));
            assert_eq!((found.agent_id, found.is_active), (Some(4711), Some(true)));
            assert_eq!(found.last_used, "2026-01-05T08:00:00Z".parse().ok());
            assert!(!format!("{found:?}").contains("sim_secret"));
        }
        assert!(key(&json!([])).is_err());
    }

    #[test]
    fn the_moment_is_read_in_the_forms_a_service_may_write() {
        let at = Some("2026-01-05T08:00:00Z".parse().unwrap());
        assert_eq!(moment("2026-01-05T08:00:00"), at);
        assert_eq!(moment("2026-01-05T09:00:00+01:00"), at);
        assert_eq!(
            moment("2026-01-05"),
            Some("2026-01-05T00:00:00Z".parse().unwrap())
        );
        assert_eq!(moment("yesterday"), None);
        assert_eq!(moment(""), None);
    }
}
