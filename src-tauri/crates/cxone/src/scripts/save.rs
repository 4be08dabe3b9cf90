//! Saving a script: 200 clean, 206 saved with warnings, 409 refused by the syntax check, 423 held by somebody (the first
//! three seen in code, the last inferred).

use std::sync::Arc;

use serde_json::{Value, json};
use transport::Exchange;

use crate::Error;
use crate::field::Row;
use crate::session::{Session, failed};

/// What became of a script that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// `masterId` of the new version, where the answer names it.
    pub version: Option<i64>,
    /// What the syntax check does not like. Empty for a clean save.
    pub warnings: Vec<Remark>,
}

/// A remark of the syntax check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The number of the action it is about.
    pub action: String,
    /// The type of that action, where it is told.
    pub kind: Option<String>,
    /// The vendor's key, such as `action-not-available`.
    pub key: String,
    /// Whether it is an error and not a warning.
    pub is_error: bool,
}

/// Why a script was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The call itself did not work. After a time-out or a broken connection the script may have been saved.
    #[error(transparent)]
    Call(#[from] Error),
    /// CXone refused the script.
    #[error("CXone refused the script ({status})")]
    Refused {
        /// HTTP status: 409, or 200 with a result that says no.
        status: u16,
        /// What is wrong with which action; may be empty.
        remarks: Vec<Remark>,
        /// The server's own words, where it has some; redacted.
        message: Option<String>,
        /// Evidence.
        exchange: Arc<Exchange>,
    },
    /// Somebody holds the script for editing.
    #[error("the script is locked")]
    Locked {
        /// Evidence.
        exchange: Arc<Exchange>,
    },
}

/// Saves a script as a new version of the one with its path. Sent once; only a token that ran out is renewed and the call
/// repeated, because then nothing was done.
///
/// # Errors
/// [`SaveError`]; the call's as [`Session::acd`].
pub async fn save(session: &Session, content: &Value) -> Result<Saved, SaveError> {
    let response = session
        .acd_write(&["scripts"], &json!({ "scriptContent": content }), "script-save")
        .await?;
    let status = response.status;
    let exchange = &response.exchange;
    if status == 423 {
        return Err(SaveError::Locked {
            exchange: Arc::clone(exchange),
        });
    }
    if status != 409 && !(200..=299).contains(&status) {
        return Err(failed(session.client(), &response).into());
    }
    let value: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let result = Row::new(&value).and_then(|row| row.list("results").into_iter().find_map(Row::new));
    let refused = status == 409 || result.and_then(|row| row.flag("success")) == Some(false);
    let remarks = result.map(remarks).unwrap_or_default();
    if refused {
        let message = match failed(session.client(), &response) {
            Error::Status { api, .. } => api.message,
            _ => None,
        };
        return Err(SaveError::Refused {
            status,
            remarks,
            message,
            exchange: Arc::clone(exchange),
        });
    }
    Ok(Saved {
        version: result.and_then(|row| row.number("masterId")),
        warnings: remarks,
    })
}

fn remarks(result: Row<'_>) -> Vec<Remark> {
    let actions = result
        .row("error_code")
        .and_then(|code| code.row("details"))
        .and_then(|details| details.row("actions"));
    let mut found = Vec::new();
    for (id, action) in actions.into_iter().flat_map(Row::fields) {
        let Some(row) = Row::new(action) else { continue };
        for (list, is_error) in [("errors", true), ("warnings", false)] {
            found.extend(row.list(list).into_iter().filter_map(|item| {
                Some(Remark {
                    action: id.clone(),
                    kind: row.text("actionType"),
                    key: match Row::new(item) {
                        Some(item) => item.text("key")?,
                        None => item.as_str()?.to_owned(),
                    },
                    is_error,
                })
            }));
        }
    }
    found
}
