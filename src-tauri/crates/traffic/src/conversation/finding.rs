//! What deserves a look in a handover, and what only looks like it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Limits;
use super::story::{Story, milliseconds};
use crate::event::{Call, Delivery, Event, Seq, Step, What};

/// Something that deserves a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Found {
    /// Which.
    pub code: FoundCode,
    /// What was seen.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// The event that shows it best.
    #[ts(type = "number")]
    pub event: Seq,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident $word:literal $hint:literal;)+) => {
        /// Which finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
        #[serde(rename_all = "snake_case")]
        pub enum FoundCode { $($(#[doc = $doc])+ $variant,)+ }

        impl FoundCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its stable name.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// What to do.
            #[must_use]
            pub const fn hint(self) -> &'static str {
                match self { $(Self::$variant => $hint,)+ }
            }
        }
    };
}

codes! {
    /// The integration box answered a message without its id on the external platform.
    ReplyWithoutId "reply_without_id"
        "CXone cannot mark the message as sent. Look at the answer's body; a proxy in between may have changed it.";
    /// Refused again and again, and no token helped.
    RefusedForever "refused_forever"
        "The token is not accepted although it was just fetched: compare the client id and secret of the BYOC form with those of the provider (HD-206).";
    /// The same message was delivered more than once.
    DuplicateDelivery "duplicate_delivery"
        "The first delivery was probably answered too late. Look at how long it took.";
    /// A contact is new and in no queue.
    StuckInNew "stuck_in_new"
        "The Studio script has not queued it: look at the channel's script and default skill (HD-501, HD-502).";
    /// The agent closed it, and Cognigy.AI has not heard of it.
    NoEndAfterClose "no_end_after_close"
        "The script's ONRELEASE action reports the end: look whether it is there (HD-604) and reaches the Authorization URL.";
    /// The same session was handed over before.
    SecondHandover "second_handover"
        "This is allowed. If the first one had not ended, look why.";
    /// A call took long.
    SlowHop "slow_hop"
        "CXone waits about ten seconds for the integration box. Diagnose shows in which phase the time went.";
    /// A message could not be delivered.
    NotDelivered "not_delivered"
        "Look at the call that carried it: its status and body say why.";
    /// The handover broke.
    HandoverFailed "handover_failed"
        "Cognigy.AI's log says why: look at the provider (HD-704) and the Endpoint (HD-706).";
}

impl FoundCode {
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.word() == word)
    }
}

/// Looks at one handover. `is_further`: another one of the same session came before.
pub(super) fn look(
    events: &[Event],
    story: &Story,
    is_further: bool,
    limits: &Limits,
    now: Timestamp,
) -> Vec<Found> {
    let mut found = Vec::new();
    let mut say = |code: FoundCode, event: &Event, message: String| {
        found.push(Found {
            code,
            message,
            hint: code.hint().to_owned(),
            event: event.seq,
        });
    };
    if let Some(first) = events.first().filter(|_| is_further) {
        let message = "It is not the first handover of this session.".to_owned();
        say(FoundCode::SecondHandover, first, message);
    }
    for event in events {
        match &event.what {
            What::Finding { code, message } => {
                if let Some(code) = FoundCode::from_word(code) {
                    say(code, event, message.clone());
                }
            }
            What::Message(message) if message.delivery == Some(Delivery::Failed) => {
                let message = "A message could not be delivered.".to_owned();
                say(FoundCode::NotDelivered, event, message);
            }
            What::Handover { step: Step::Failed } => {
                let message = "Cognigy.AI says that the handover failed.".to_owned();
                say(FoundCode::HandoverFailed, event, message);
            }
            What::Exchange(call) => {
                let took = event.latency_ms.or(call.phases.total);
                if let Some(took) = took.filter(|took| *took >= limits.slow.as_secs_f64() * 1000.0) {
                    let message = format!("{} {} took {:.1} s.", call.method, call.path, took / 1000.0);
                    say(FoundCode::SlowHop, event, message);
                }
            }
            _ => {}
        }
    }
    for (event, times) in refused(events) {
        let message = format!("The integration box refused {times} calls in a row.");
        say(FoundCode::RefusedForever, event, message);
    }
    for (event, times) in twice(events) {
        let message = format!("The same message was taken {times} times.");
        say(FoundCode::DuplicateDelivery, event, message);
    }
    let marks = &story.marks;
    let waited = |since: Timestamp, until: Option<Timestamp>| milliseconds(since, until.unwrap_or(now));
    if let (Some(since), Some(event)) = (
        marks.contact,
        events.iter().rev().find(|event| event.keys.contact.is_some()),
    ) {
        let left = marks
            .queued
            .into_iter()
            .chain(marks.agent)
            .chain(marks.closed)
            .min();
        let took = waited(since, left);
        if marks.queued.is_none() && marks.agent.is_none() && took >= limits.stuck.as_secs_f64() * 1000.0 {
            let message = format!("The contact was new and in no queue for {:.0} s.", took / 1000.0);
            say(FoundCode::StuckInNew, event, message);
        }
    }
    if let Some(since) = marks.closed.filter(|_| marks.ended.is_none()) {
        let took = waited(since, None);
        let closed = events
            .iter()
            .find(|event| event.at == since && matches!(&event.what, What::Status { .. }));
        if let Some(event) = closed.filter(|_| took >= limits.end.as_secs_f64() * 1000.0) {
            let message = "The contact is closed, and Cognigy.AI has not reported the end.".to_owned();
            say(FoundCode::NoEndAfterClose, event, message);
        }
    }
    found.sort_by_key(|found| (found.event, found.code));
    found
}

fn calls(events: &[Event]) -> impl Iterator<Item = (&Event, &Call)> {
    events.iter().filter_map(|event| match &event.what {
        What::Exchange(call) => Some((event, &**call)),
        _ => None,
    })
}

/// Addresses whose last calls were refused. One refusal is how CXone learns that it needs a token, and quiet.
fn refused(events: &[Event]) -> Vec<(&Event, usize)> {
    let mut runs: BTreeMap<(&str, &str, &str), (Option<&Event>, usize)> = BTreeMap::new();
    for (event, call) in calls(events) {
        let run = runs
            .entry((&call.method, &call.host, plain(&call.path)))
            .or_default();
        if call.status == Some(401) {
            *run = (Some(event), run.1 + 1);
        } else if call.status.is_some() {
            *run = (None, 0);
        }
    }
    runs.into_values()
        .filter_map(|(event, times)| event.filter(|_| times > 1).map(|event| (event, times)))
        .collect()
}

/// Messages that were taken more than once by the same address.
fn twice(events: &[Event]) -> Vec<(&Event, usize)> {
    let mut taken: BTreeMap<(&str, &str, &str), (&Event, usize)> = BTreeMap::new();
    for (event, call) in calls(events) {
        let is_taken =
            call.status.is_some_and(|status| (200..300).contains(&status)) && call.method == "POST";
        if let Some(message) = event.keys.message.as_deref().filter(|_| is_taken) {
            let seen = taken
                .entry((&call.host, plain(&call.path), message))
                .or_insert((event, 0));
            *seen = (event, seen.1 + 1);
        }
    }
    taken.into_values().filter(|(_, times)| *times > 1).collect()
}

/// A path without its query.
fn plain(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}
