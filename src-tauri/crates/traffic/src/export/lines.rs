//! JSON Lines: a head, one event a line, and the manifest at the end.
//!
//! ```text
//! {"format":"handover-traffic","version":1,"exported_at":"..."}
//! {"event":{...},"bodies":{...}}
//! {"manifest":{...}}
//! ```

use std::io::{BufRead, Write};

use jiff::Timestamp;
use profile::ProfileId;
use serde::{Deserialize, Serialize};

use super::{ExportError, Manifest, line};
use crate::event::Event;
use crate::privacy::Privacy;
use crate::store::Bodies;

/// What the head of a file says.
pub const FORMAT: &str = "handover-traffic";
/// The version that is written, and the newest that is read.
const VERSION: u32 = 1;
/// Longest line that is read, in bytes.
const LONGEST: u64 = 8 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    version: u32,
    exported_at: Timestamp,
}

// One at a time: what a manifest wastes is given back at once.
#[allow(clippy::large_enum_variant)]
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Row {
    Event {
        event: Event,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bodies: Option<Bodies>,
    },
    Manifest {
        manifest: Manifest,
    },
}

/// Writes events as JSON Lines.
///
/// # Errors
/// When an event cannot be read or written.
pub fn lines(
    events: impl IntoIterator<Item = Result<(Event, Option<Bodies>), ExportError>>,
    privacy: impl Fn(&ProfileId) -> std::sync::Arc<Privacy>,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<Manifest, ExportError> {
    let head = Head {
        format: FORMAT.to_owned(),
        version: VERSION,
        exported_at: now,
    };
    line(out, &serde_json::to_string(&head)?)?;
    let mut manifest = Manifest::default();
    for row in events {
        let (event, bodies) = row?;
        let privacy = privacy(&event.profile);
        let event = privacy.event(event);
        let bodies = bodies.map(|bodies| privacy.bodies(bodies));
        let row = Row::Event { event, bodies };
        let text = serde_json::to_string(&row)?;
        if let Row::Event { event, bodies } = &row {
            manifest.count(event, bodies.as_ref(), &text);
        }
        line(out, &text)?;
    }
    line(out, &serde_json::to_string(&Row::Manifest { manifest })?)?;
    Ok(manifest)
}

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It cannot be read at all.
    #[error("The file cannot be read: {0}.")]
    Read(#[from] std::io::Error),
    /// It is another kind of file.
    #[error("This is no file of handover traffic.")]
    Format,
    /// It was made by a newer version of the program.
    #[error(
        "The file was made by a newer version of Handover Desk (version {found}; this one knows {VERSION})."
    )]
    Newer {
        /// The version of the file.
        found: u32,
    },
    /// A line is not what it should be.
    #[error("Line {line} cannot be read: {source}.")]
    Line {
        /// Which, from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// A line is too long.
    #[error("Line {line} is longer than 8 MiB.")]
    TooLong {
        /// Which, from 1.
        line: usize,
    },
    /// The file ends before its manifest: it was cut off.
    #[error("The file ends in the middle: {events} events were read, and no manifest.")]
    CutOff {
        /// Events that were read.
        events: u64,
    },
}

/// Reads a file of [`lines`] and hands each event over, under the profile that is given. A file that was cut off is told of
/// after all of its events were handed over.
///
/// # Errors
/// See [`ImportError`]. Events before a bad line have been handed over.
pub fn import(
    mut file: impl BufRead,
    profile: &ProfileId,
    mut take: impl FnMut(Event, Option<Bodies>),
) -> Result<u64, ImportError> {
    let mut text = String::new();
    let mut events = 0;
    for number in 1.. {
        text.clear();
        let read = std::io::Read::take(&mut file, LONGEST).read_line(&mut text)?;
        if read as u64 == LONGEST && !text.ends_with('\n') {
            return Err(ImportError::TooLong { line: number });
        }
        if read == 0 {
            break;
        }
        if number == 1 {
            let head: Head = serde_json::from_str(&text).map_err(|_| ImportError::Format)?;
            if head.format != FORMAT {
                return Err(ImportError::Format);
            }
            if head.version > VERSION {
                return Err(ImportError::Newer { found: head.version });
            }
            continue;
        }
        if text.trim().is_empty() {
            continue;
        }
        let row = serde_json::from_str(&text).map_err(|source| ImportError::Line { line: number, source })?;
        match row {
            Row::Event { mut event, bodies } => {
                event.seq = 0;
                // Numbers of another store mean nothing here.
                event.under = None;
                event.profile = profile.clone();
                take(event, bodies);
                events += 1;
            }
            Row::Manifest { .. } => return Ok(events),
        }
    }
    if text.is_empty() && events == 0 {
        return Err(ImportError::Format);
    }
    Err(ImportError::CutOff { events })
}
