//! Events of one handover, from all sources, as one story.
//!
//! A conversation is one handover: the time of one contact in CXone, with what led to it. It is a function of the set of
//! its events: neither the order in which they arrive nor how often changes it.

mod finding;
mod join;
mod story;

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;
use profile::ProfileId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::event::{Event, Keys, Lane};

pub use finding::{Found, FoundCode};
pub use story::{Durations, Gap};

/// From when on something is worth a remark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A silence that is shown as one.
    pub gap: Duration,
    /// An HTTP call that took long. CXone waits about ten seconds for the integration box.
    pub slow: Duration,
    /// A contact that stays `new` without a queue.
    pub stuck: Duration,
    /// Cognigy.AI should have heard of the end by then.
    pub end: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            gap: Duration::from_secs(5),
            slow: Duration::from_secs(5),
            stuck: Duration::from_secs(30),
            end: Duration::from_secs(60),
        }
    }
}

/// Where a conversation is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The bot talks; nobody asked for an agent.
    Bot,
    /// An agent was asked for; CXone has no contact yet.
    Requested,
    /// There is a contact, and no queue.
    New,
    /// It waits for an agent.
    Queued,
    /// An agent has it.
    Active,
    /// It is over.
    Ended,
    /// It broke.
    Failed,
}

/// One handover.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Conversation {
    /// Stable while no contact number becomes known: the number, else the first other key it has.
    pub id: String,
    /// The profile it belongs to.
    pub profile: ProfileId,
    /// All that its events know of it.
    pub keys: Keys,
    /// Its first event.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub started_at: Timestamp,
    /// Its last one.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub last_at: Timestamp,
    /// Where it is.
    pub stage: Stage,
    /// Who has the next move, and since when; nobody once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub owed: Option<Owed>,
    /// Messages of the user, the bot and the agent.
    pub messages: Said,
    /// How long its parts took.
    pub durations: Durations,
    /// Silences, with whoever owed the next move.
    pub gaps: Vec<Gap>,
    /// What deserves a look.
    pub findings: Vec<Found>,
    /// Its events in the order in which they happened, each thing once.
    pub events: Vec<Event>,
}

/// Who has the next move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Owed {
    /// Who.
    pub by: Lane,
    /// Since when.
    #[ts(type = "string")]
    #[schemars(with = "String")]
    pub since: Timestamp,
}

/// How much was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Said {
    /// By the user.
    pub user: u32,
    /// By the bot.
    pub bot: u32,
    /// By the agent.
    pub agent: u32,
}

/// The conversations of these events, newest first. Events that belong to no conversation, such as the fetching of a token,
/// are left out.
#[must_use]
pub fn conversations(events: &[Event], limits: &Limits, now: Timestamp) -> Vec<Conversation> {
    let mut all: Vec<Conversation> = Vec::new();
    for group in join::groups(events) {
        let handovers = join::handovers(group);
        let several = handovers.len() > 1;
        for (nth, events) in handovers.into_iter().enumerate() {
            all.extend(tell(events, several && nth > 0, limits, now));
        }
    }
    all.sort_by(|one, other| (other.started_at, &other.id).cmp(&(one.started_at, &one.id)));
    all
}

fn tell(events: Vec<Event>, is_further: bool, limits: &Limits, now: Timestamp) -> Option<Conversation> {
    let (first, last) = (events.first()?, events.last()?);
    let (profile, started_at, last_at) = (first.profile.clone(), first.at, last.at);
    let mut keys = Keys::default();
    for event in &events {
        keys.fill(&event.keys);
    }
    // Which message was the first says nothing about the conversation.
    keys.message = None;
    let id = [&keys.contact, &keys.thread, &keys.session, &keys.user]
        .into_iter()
        .find_map(Clone::clone)?;
    let story = story::tell(&events, limits);
    let findings = finding::look(&events, &story, is_further, limits, now);
    Some(Conversation {
        id,
        profile,
        keys,
        started_at,
        last_at,
        stage: story.stage,
        owed: story.owed,
        messages: story.said,
        durations: story.durations,
        gaps: story.gaps,
        findings,
        events,
    })
}
