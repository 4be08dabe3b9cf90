//! Writing of log entries, as Test > Logs of the install shows them. The texts are ours; the real ones are not public.

use serde_json::Value;

use crate::cognigy::install::{Level, LogEntry};
use crate::id::Ids;
use crate::state::Sim;

/// Entries live for a day (documented); this many are enough for any rehearsal of one.
const MOST: usize = 10_000;

impl Sim {
    /// Appends an entry; gives its trace id.
    pub(crate) fn log(&self, level: Level, msg: &str, meta: Value) -> String {
        let number = self.next();
        let trace_id = format!("sim_trace_{number}");
        let at = self.clock.now();
        let entry = LogEntry {
            id: Ids::new(self.seed).object(&format!("log {number}")),
            timestamp: stamp(at),
            level,
            msg: msg.to_owned(),
            trace_id: trace_id.clone(),
            meta,
            at: at.saturating_mul(1000),
        };
        let mut install = self.cognigy.install();
        install.logs.push(entry);
        if install.logs.len() > MOST {
            install.logs.remove(0);
        }
        trace_id
    }
}

/// Seconds since 1970 as ISO 8601 with milliseconds and `Z`.
pub(crate) fn stamp(seconds: i64) -> String {
    let at = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    format!("{at:.3}")
}
