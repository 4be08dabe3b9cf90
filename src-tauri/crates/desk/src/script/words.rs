//! What is said about scripts: changes, remarks, and why something was not done.

use cxone::scripts::{Change, Kind, Line, Part, Remark, RestoreError, Sign, Version};

use super::Refusal;
use crate::wire::{
    Correlation, ErrorCode, ScriptBackupInfo, ScriptChange, ScriptChangeKind, ScriptLine, ScriptPart,
    ScriptSign, WireError,
};

pub(super) fn change(change: &Change) -> ScriptChange {
    ScriptChange {
        kind: match change.kind() {
            Kind::Added => ScriptChangeKind::Added,
            Kind::Removed => ScriptChangeKind::Removed,
            Kind::Changed => ScriptChangeKind::Changed,
        },
        part: match change.part {
            Part::Setting => ScriptPart::Setting,
            Part::Action => ScriptPart::Action,
            Part::Type => ScriptPart::Type,
            Part::Label => ScriptPart::Label,
            Part::Field => ScriptPart::Field,
            Part::Property => ScriptPart::Property,
            Part::Branch => ScriptPart::Branch,
        },
        action: change.action.as_ref().map(|action| action.id.0.clone()),
        name: change.name.clone(),
        place: change.place(),
        before: change.was(),
        after: change.is(),
        text: change.to_string(),
    }
}

pub(super) fn line(line: Line) -> ScriptLine {
    ScriptLine {
        sign: match line.sign {
            Sign::Same => ScriptSign::Same,
            Sign::Added => ScriptSign::Added,
            Sign::Removed => ScriptSign::Removed,
            Sign::Gap => ScriptSign::Gap,
        },
        text: line.text,
    }
}

/// A remark of the syntax check, with the vendor's key as it is.
pub(super) fn remark(remark: &Remark) -> String {
    match &remark.kind {
        Some(kind) => format!("Action {} ({kind}): {}", remark.action, remark.key),
        None => format!("Action {}: {}", remark.action, remark.key),
    }
}

/// The script could not be read.
pub(super) fn unread(path: &str, error: &cxone::Error) -> WireError {
    let (message, hint) = match error.status() {
        Some(403) => (
            "The role of the access key may not read Studio scripts.".to_owned(),
            "In CXone, open ACD > Roles, choose the role of the access key's owner and give it the right to view scripts.",
        ),
        Some(404) => (
            format!("There is no script {path} in CXone."),
            "Run the verification: HD-601 and HD-602 say what became of it.",
        ),
        Some(500) => (
            "CXone does not hand out the whole script. Scripts that were edited in Desktop Studio look like this.".to_owned(),
            "In CXone, open the script in Studio and save it there once.",
        ),
        _ => (
            format!("The script could not be read: {error}."),
            "Run the verification: it names the cause.",
        ),
    };
    with_trace(WireError::new(ErrorCode::Service, message).hint(hint), error)
}

fn with_trace(mut wire: WireError, error: &cxone::Error) -> WireError {
    wire.correlation = error
        .exchange()
        .and_then(|exchange| exchange.trace_id.clone())
        .map(|trace| Correlation {
            trace_id: Some(trace),
        });
    if let cxone::Error::Transport(error) = error {
        wire.phase = error.failure.phase;
    }
    wire
}

/// A copy could not be kept or read.
pub(super) fn storage(error: store::StoreError) -> WireError {
    let message = error.to_string();
    WireError::new(ErrorCode::Storage, message)
        .hint("Check your rights and the space in the data folder, or choose another copy. Nothing was changed in CXone.")
}

/// Who made a version and when, as far as it is told.
fn by_whom(last: Option<&Version>) -> String {
    let by = last.and_then(|last| last.by.as_deref());
    let at = last.and_then(|last| last.at.as_deref());
    match (by, at) {
        (Some(by), Some(at)) => format!(", by {by} at {at}"),
        (Some(by), None) => format!(", by {by}"),
        (None, Some(at)) => format!(", at {at}"),
        (None, None) => String::new(),
    }
}

/// The script was not put back.
pub(super) fn refused(path: &str, error: Refusal, undo: Option<&ScriptBackupInfo>) -> WireError {
    match error {
        RestoreError::Read(error) => unread(path, &error),
        RestoreError::Keep(error) => error,
        RestoreError::Nothing => WireError::new(
            ErrorCode::Invalid,
            "The script does already what this copy does. Nothing was saved.",
        )
        .hint("Choose another copy, if you meant another state."),
        RestoreError::Changed { last } => WireError::new(
            ErrorCode::Changed,
            format!(
                "The script was saved since the difference was shown{}. Nothing was put back.",
                by_whom(last.as_ref())
            ),
        )
        .hint("Compare again, and decide by what you see then."),
        RestoreError::Locked(lock) => {
            let by = lock.by.map(|by| format!(" by {by}")).unwrap_or_default();
            let since = lock.since.map(|since| format!(" since {since}")).unwrap_or_default();
            WireError::new(
                ErrorCode::Service,
                format!("The script is locked{by}{since}. Nothing was put back."),
            )
            .hint("Ask them to close it in Studio, then compare again. An administrator can free it there.")
        }
        RestoreError::Refused {
            status,
            remarks,
            message,
            last,
        } => {
            let mut found: Vec<String> = remarks.iter().filter(|it| it.is_error).map(remark).collect();
            found.extend(message);
            let found = match found.is_empty() {
                true => "without saying why".to_owned(),
                false => found.join("; "),
            };
            WireError::new(
                ErrorCode::Service,
                format!(
                    "CXone refused the script ({status}): {found}. What is there stays as it was saved last{}.",
                    by_whom(last.as_ref())
                ),
            )
            .hint(
                "An action that the tenant may not use any more is refused like this. In CXone, open Studio and mend the \
                 script by hand, with the difference beside it.",
            )
        }
        RestoreError::Save(error) if error.status() == Some(403) => with_trace(
            WireError::new(
                ErrorCode::Service,
                "The role of the access key may not save Studio scripts. Nothing was put back.",
            )
            .hint(
                "In CXone, open ACD > Roles, choose the role of the access key's owner and give it the right to edit scripts.",
            ),
            &error,
        ),
        RestoreError::Save(error) => {
            // A server that answered did not save; where nothing came back, it may have.
            let open = error.status().is_none();
            let state = if open {
                "It is not known whether CXone saved it."
            } else {
                "Nothing was put back."
            };
            with_trace(
                WireError::new(
                    ErrorCode::Service,
                    format!("The script could not be saved: {error}. {state}"),
                )
                .hint(undone(undo)),
                &error,
            )
        }
    }
}

/// The restore was given up, by somebody or by the clock.
pub(super) fn broken_off(code: ErrorCode, sent: bool, undo: Option<&ScriptBackupInfo>) -> WireError {
    let why = match code {
        ErrorCode::Cancelled => "You stopped it",
        _ => "It took too long",
    };
    if sent {
        WireError::new(
            code,
            format!("{why} while CXone was saving. It is not known whether the script was put back."),
        )
        .hint(undone(undo))
    } else {
        WireError::new(
            code,
            format!("{why} before anything was saved. The script is as it was."),
        )
        .hint("Start again when you like.")
    }
}

fn undone(undo: Option<&ScriptBackupInfo>) -> String {
    match undo {
        Some(undo) => format!(
            "Compare again to see what is there. What was there before is kept as {}.",
            undo.id
        ),
        None => "Compare again to see what is there.".to_owned(),
    }
}
