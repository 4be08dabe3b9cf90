//! Traffic as files for others: JSON Lines, HAR 1.2, and a transcript in Markdown.
//!
//! What is exported passes the rules of privacy once more, by the profile's choice of today and with every secret known
//! today; a manifest says how much of it was left out.

mod har;
mod lines;
mod transcript;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::event::{Event, Text, What};
use crate::store::{Bodies, StoreError};

pub use har::har;
pub use lines::{FORMAT, ImportError, import, lines};
pub use transcript::transcript;

/// What stands for a replaced secret begins so.
const MARK: &str = "<redacted";

/// What an export holds and what it leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Manifest {
    /// Events.
    #[ts(type = "number")]
    pub events: u64,
    /// Places where a secret was replaced.
    #[ts(type = "number")]
    pub redacted: u64,
    /// Messages whose text is not in it.
    #[ts(type = "number")]
    pub texts_left_out: u64,
    /// Bodies of HTTP calls that are not in it.
    #[ts(type = "number")]
    pub bodies_left_out: u64,
}

impl Manifest {
    fn count(&mut self, event: &Event, bodies: Option<&Bodies>, written: &str) {
        self.events += 1;
        self.redacted += written.matches(MARK).count() as u64;
        if let What::Message(message) = &event.what
            && matches!(message.text, Text::Digest { .. })
        {
            self.texts_left_out += 1;
        }
        let both = bodies
            .into_iter()
            .flat_map(|bodies| [&bodies.request, &bodies.response]);
        self.bodies_left_out += both
            .flatten()
            .filter(|body| crate::privacy::is_left_out(body))
            .count() as u64;
    }
}

/// Why an export did not work.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file cannot be written.
    #[error("The export cannot be written: {0}.")]
    Write(#[from] io::Error),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event cannot be written as JSON.
    #[error("An event cannot be written: {0}.")]
    Json(#[from] serde_json::Error),
}

fn line(out: &mut dyn Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")
}
