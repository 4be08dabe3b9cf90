//! The sandbox at a glance: what the window and scenarios see of it, in the vendors' nouns. These shapes are the sandbox's
//! own; no vendor answers like that.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::disturbance::Kept;
use crate::inbox::{Contact, Inbox, Message};
use crate::state::Seen;
use crate::switch::SwitchRow;
use crate::tenant::{Agent, Presence, Tenant};

/// Everything at once, as the faults that are on make it look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Glance {
    /// What ids are drawn from.
    pub seed: u64,
    /// Whether the contract documents are left aside.
    pub loose: bool,
    /// The simulated servers' clock, RFC 3339.
    pub now: String,
    /// How far that clock was moved on, in seconds.
    pub ahead_seconds: i64,
    /// Names of the faults that are on.
    pub faults: Vec<String>,
    /// The switches that do not stand at their default.
    pub switches: Vec<SwitchRow>,
    /// Disturbances of the way that are on.
    pub disturbances: Vec<Kept>,
    /// What the faults of slowness cost, in milliseconds.
    pub slowness_ms: u64,
    /// Points of contact.
    pub channels: Vec<ChannelView>,
    /// Employees.
    pub agents: Vec<AgentView>,
    /// Cases since the start, oldest first, without their messages.
    pub contacts: Vec<ContactView>,
}

/// A channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ChannelView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Integration ID it belongs to.
    pub integration: String,
    /// Path of its Studio script, if one is attached.
    pub script: Option<String>,
    /// Name of its default skill, if one is set.
    pub skill: Option<String>,
}

/// An employee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct AgentView {
    /// ACD agent id.
    pub id: u64,
    /// First and last name.
    pub name: String,
    /// Role.
    pub role: String,
    /// `LoggedOut`, `Unavailable` or `Available`.
    pub state: String,
    /// Whether the employee takes digital contacts: enabled for it, and active.
    pub digital: bool,
    /// Names of the skills.
    pub skills: Vec<String>,
    /// Numbers of the contacts in the inbox.
    pub contacts: Vec<u64>,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ContactView {
    /// Contact number.
    pub number: u64,
    /// One of the seven statuses of Digital.
    pub status: String,
    /// Channel id.
    pub channel: String,
    /// The platform's id of the thread: the session, for a chat of Cognigy.AI.
    pub thread: String,
    /// Name of the skill it waits in or came from.
    pub skill: Option<String>,
    /// Agent id of who has it.
    pub agent: Option<u64>,
    /// The platform's id of the end user.
    pub end_user: String,
    /// Nickname or name of the end user, empty where none was given.
    pub end_user_name: String,
    /// When it began, RFC 3339.
    pub created_at: String,
    /// Messages, oldest first; left out in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<MessageView>,
}

/// A message of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct MessageView {
    /// CXone's id of it.
    pub id: String,
    /// The platform's id of it.
    pub external_id: String,
    /// `inbound` or `outbound`.
    pub direction: String,
    /// What it says; empty for what is no text.
    pub text: String,
    /// When it was stored, RFC 3339.
    pub at: String,
    /// Agent id of who wrote it, if an employee did.
    pub agent: Option<u64>,
    /// Whether it reached the platform; none while nobody knows.
    pub delivered: Option<bool>,
    /// Why it did not: a code, and a status where there was one. What the agent is shown as a failed delivery.
    pub failure: Option<String>,
}

impl Seen {
    /// All of it.
    pub(crate) fn glance(&self) -> Glance {
        let sim = &self.sim;
        let tenant = &self.world.tenant;
        let inbox = sim.inbox();
        let skill = |id: u64| tenant.skills.iter().find(|skill| skill.id == id);
        Glance {
            seed: sim.seed,
            loose: sim.loose,
            now: sim.clock.timestamp().to_string(),
            ahead_seconds: sim.clock.ahead(),
            faults: self.faults.iter().map(|fault| fault.name().to_owned()).collect(),
            switches: self
                .switches
                .page()
                .into_iter()
                .filter(|row| row.choices.first() != Some(&row.choice))
                .collect(),
            disturbances: sim.disturbances.list(),
            slowness_ms: u64::try_from(sim.slowness().as_millis()).unwrap_or(u64::MAX),
            channels: tenant
                .channels
                .iter()
                .map(|channel| ChannelView {
                    id: channel.id.clone(),
                    name: channel.name.clone(),
                    integration: channel.integration_id.clone(),
                    script: match &channel.studio_script {
                        Presence::Value(path) => Some(path.clone()),
                        _ => None,
                    },
                    skill: match channel.default_skill {
                        Presence::Value(id) => skill(id).map(|skill| skill.name.clone()),
                        _ => None,
                    },
                })
                .collect(),
            agents: tenant
                .agents
                .iter()
                .map(|agent| agent.view(tenant, &inbox))
                .collect(),
            contacts: inbox
                .contacts
                .iter()
                .filter(|contact| !contact.is_past())
                .map(|contact| contact.view(tenant, &inbox, false))
                .collect(),
        }
    }

    /// A contact with its messages.
    pub(crate) fn contact(&self, number: u64) -> Option<ContactView> {
        let inbox = self.sim.inbox();
        let contact = inbox.contact(number)?;
        Some(contact.view(&self.world.tenant, &inbox, true))
    }
}

impl Agent {
    fn view(&self, tenant: &Tenant, inbox: &Inbox) -> AgentView {
        let names = self.skills.iter().filter_map(|of| {
            let skill = tenant.skills.iter().find(|skill| skill.id == of.skill)?;
            Some(skill.name.clone())
        });
        AgentView {
            id: self.id,
            name: self.full_name(),
            role: self.role.clone(),
            state: self.state.name().to_owned(),
            digital: self.takes_digital(),
            skills: names.collect(),
            contacts: inbox.of_agent(self.id),
        }
    }
}

impl Contact {
    fn view(&self, tenant: &Tenant, inbox: &Inbox, whole: bool) -> ContactView {
        let author = &self.author;
        let full = format!("{} {}", author.first_name, author.last_name);
        let name = match author.nickname.as_str() {
            "" => full.trim(),
            nickname => nickname,
        };
        ContactView {
            number: self.number,
            status: self.status.word().to_owned(),
            channel: self.channel.clone(),
            thread: inbox
                .thread(&self.thread)
                .map(|thread| thread.external_id.clone())
                .unwrap_or_default(),
            skill: self
                .queue
                .as_deref()
                .and_then(|queue| tenant.queue(queue))
                .map(|skill| skill.name.clone()),
            agent: self.assignee,
            end_user: author.external_id.clone(),
            end_user_name: name.to_owned(),
            created_at: self.created_at.to_string(),
            messages: match whole {
                true => inbox.said(self.number).map(Message::view).collect(),
                false => Vec::new(),
            },
        }
    }
}

impl Message {
    fn view(&self) -> MessageView {
        let text = self.content["payload"]["text"].as_str();
        let last = self.delivered.last();
        MessageView {
            id: self.id.clone(),
            external_id: self.external_id.clone(),
            direction: self.direction.word().to_owned(),
            text: text.unwrap_or_default().to_owned(),
            at: self.stored_at.to_string(),
            agent: self.user,
            delivered: last.map(|delivery| delivery.success),
            failure: last.and_then(|delivery| delivery.reason.clone()),
        }
    }
}
