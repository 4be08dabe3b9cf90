//! Playing an agent: what an employee does at the desk, by hand or from a scenario. The rules are those that calls of the
//! Digital API meet, so a role without a right, or a contact that is over, stops an agent here too.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use ts_rs::TS;

use crate::courier;
use crate::digital::{self, Limited};
use crate::glance::ContactView;
use crate::inbox::{Contact, Direction, Happened, NewMessage, Status};
use crate::state::Seen;
use crate::tenant::{Agent, AgentState, UserStatus};

/// What an agent does with a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "act", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// Takes it out of the queue.
    Accept,
    /// Writes to the end user. Done when it was brought, or could not be.
    Reply {
        /// What to say.
        text: String,
    },
    /// Starts to type, or stops.
    Typing {
        /// Which of both.
        on: bool,
    },
    /// Ends it.
    Close,
    /// Gives it to another agent, or into the queue of a skill. Exactly one of both.
    Transfer {
        /// Agent id of who gets it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        agent: Option<u64>,
        /// Id of the skill whose queue it goes into.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        skill: Option<u64>,
    },
    /// Puts it back into its queue.
    Reject,
}

/// An agent who does something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Deed {
    /// Agent id. Left out, it is who has the contact, or else the first one who can take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub agent: Option<u64>,
    /// What.
    #[serde(flatten)]
    pub act: Act,
}

/// Why an agent cannot do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotAct {
    /// There is no such contact.
    #[error("there is no such contact")]
    NoContact,
    /// There is no such agent, or nobody who could.
    #[error("there is no agent who could")]
    NoAgent,
    /// There is no such skill.
    #[error("there is no such skill")]
    NoSkill,
    /// The contact is over.
    #[error("the contact is over")]
    Over,
    /// Somebody else has the contact, or nobody.
    #[error("the agent does not have the contact")]
    NotTheirs,
    /// The contact waits in no queue that leads to the agent.
    #[error("the contact does not wait for this agent")]
    NotWaiting,
    /// The agent is logged out, on a break, or not enabled for Digital.
    #[error("the agent takes no contacts now")]
    Away,
    /// The agent's role does not allow it on the channel.
    #[error("the agent's role does not allow it")]
    NotAllowed,
    /// A transfer names both an agent and a skill, or neither.
    #[error("a transfer leads to an agent or to a skill")]
    Nowhere,
    /// The channel takes no replies, its thread is closed, or a limit is used up.
    #[error("the message was refused")]
    Refused,
}

impl CannotAct {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            CannotAct::NoContact => "no_contact",
            CannotAct::NoAgent => "no_agent",
            CannotAct::NoSkill => "no_skill",
            CannotAct::Over => "over",
            CannotAct::NotTheirs => "not_theirs",
            CannotAct::NotWaiting => "not_waiting",
            CannotAct::Away => "away",
            CannotAct::NotAllowed => "not_allowed",
            CannotAct::Nowhere => "nowhere",
            CannotAct::Refused => "refused",
        }
    }
}

impl Agent {
    /// Whether the employee could take digital contacts.
    pub(crate) fn takes_digital(&self) -> bool {
        self.digital && self.status == UserStatus::Active
    }

    fn here(&self) -> bool {
        self.takes_digital() && self.state == AgentState::Available
    }
}

impl Seen {
    /// Does it, and shows the contact afterwards.
    pub(crate) async fn act(mut self, number: u64, deed: Deed) -> Result<ContactView, CannotAct> {
        let contact = self.sim.inbox().contact(number).cloned();
        let contact = contact.ok_or(CannotAct::NoContact)?;
        if contact.status.ended() {
            return Err(CannotAct::Over);
        }
        let agent = self.agent_for(&contact, deed.agent)?;
        self.caller = Some(agent);
        match deed.act {
            Act::Accept => self.accept(&contact, agent)?,
            Act::Reply { text } => self.reply(&contact, agent, &text).await?,
            Act::Typing { on } => self.types(&contact, agent, on).await?,
            Act::Close => {
                self.has_it(&contact, agent)?;
                self.end(number, Status::Closed);
            }
            Act::Transfer { agent: to, skill } => self.transfer(&contact, agent, to, skill)?,
            Act::Reject => self.reject(&contact, agent)?,
        }
        let again = Seen::of(&self.sim, self.trace.clone());
        again.contact(number).ok_or(CannotAct::NoContact)
    }

    fn agent_for(&self, contact: &Contact, named: Option<u64>) -> Result<u64, CannotAct> {
        let agents = &self.world.tenant.agents;
        let known = |id: u64| agents.iter().any(|agent| agent.id == id);
        if let Some(id) = named.or(contact.assignee) {
            return known(id).then_some(id).ok_or(CannotAct::NoAgent);
        }
        let free = agents
            .iter()
            .find(|agent| agent.here() && self.waits_for(contact, agent));
        free.map(|agent| agent.id).ok_or(CannotAct::NoAgent)
    }

    /// Whether the contact waits in a queue of a skill the agent has.
    fn waits_for(&self, contact: &Contact, agent: &Agent) -> bool {
        let queue = contact.queue.as_deref();
        let skill = queue.and_then(|queue| self.world.tenant.queue(queue));
        skill.is_some_and(|skill| {
            agent
                .skills
                .iter()
                .any(|assignment| assignment.skill == skill.id && assignment.active)
        })
    }

    fn agent(&self, id: u64) -> Result<&Agent, CannotAct> {
        let agents = &self.world.tenant.agents;
        agents
            .iter()
            .find(|agent| agent.id == id)
            .ok_or(CannotAct::NoAgent)
    }

    fn has_it(&self, contact: &Contact, agent: u64) -> Result<(), CannotAct> {
        match contact.assignee == Some(agent) {
            true => Ok(()),
            false => Err(CannotAct::NotTheirs),
        }
    }

    fn accept(&self, contact: &Contact, agent: u64) -> Result<(), CannotAct> {
        let who = self.agent(agent)?;
        if contact.assignee.is_some_and(|other| other != agent) {
            return Err(CannotAct::NotTheirs);
        }
        if !who.here() {
            return Err(CannotAct::Away);
        }
        if !self.waits_for(contact, who) {
            return Err(CannotAct::NotWaiting);
        }
        // Taking what the queue offers needs no right to assign; the channel must be the role's all the same.
        let role = self.world.tenant.role(who);
        if role.is_none_or(|role| role.barred.contains(&contact.channel)) {
            return Err(CannotAct::NotAllowed);
        }
        self.give(contact.number, agent);
        Ok(())
    }

    fn give(&self, number: u64, agent: u64) {
        let now = self.sim.clock.timestamp();
        let happened = {
            let mut inbox = self.sim.inbox();
            let Some(contact) = inbox.contact_mut(number) else {
                return;
            };
            let assignment = contact.assign(agent, now);
            let mut happened = vec![Happened::AssigneeChanged(assignment.previous)];
            happened.extend(assignment.opened.then_some(Happened::StatusChanged));
            happened
        };
        self.tell(number, &happened);
    }

    async fn reply(&self, contact: &Contact, agent: u64, text: &str) -> Result<(), CannotAct> {
        self.has_it(contact, agent)?;
        if !self.may(&contact.channel).0 {
            return Err(CannotAct::NotAllowed);
        }
        let channels = &self.world.tenant.channels;
        let channel = channels.iter().find(|channel| channel.id == contact.channel);
        if channel.is_none_or(|channel| !channel.reply) {
            return Err(CannotAct::Refused);
        }
        let thread = self.thread(contact);
        let new = NewMessage {
            channel: contact.channel.clone(),
            external_id: None,
            thread_external_id: thread,
            thread_name: None,
            direction: Direction::Outbound,
            created_at: self.sim.clock.timestamp(),
            content: json!({ "type": "TEXT", "payload": { "text": text } }),
            author: None,
            user: Some(agent),
            attachments: Vec::new(),
            recipients: Vec::new(),
            reply_to: None,
            tags: Vec::new(),
            fields: Vec::new(),
            status: None,
            queue: None,
        };
        let stored = digital::take(self, new, Limited::SendOutbound);
        let (message, _) = stored.map_err(|_| CannotAct::Refused)?;
        courier::deliver(self, &message).await;
        Ok(())
    }

    fn thread(&self, contact: &Contact) -> String {
        let inbox = self.sim.inbox();
        let thread = inbox.thread(&contact.thread);
        thread
            .map(|thread| thread.external_id.clone())
            .unwrap_or_default()
    }

    async fn types(&self, contact: &Contact, agent: u64, on: bool) -> Result<(), CannotAct> {
        self.has_it(contact, agent)?;
        let (happened, action) = match on {
            true => (Happened::TypingStarted, "isTypingOn"),
            false => (Happened::TypingEnded, "isTypingOff"),
        };
        self.tell(contact.number, &[happened]);
        let thread = self.thread(contact);
        let channels = &self.world.tenant.channels;
        let channel = channels.iter().find(|channel| channel.id == contact.channel);
        if let Some(channel) = channel.filter(|channel| channel.shows_typing(self)) {
            courier::typing(self, channel, &thread, action).await;
        }
        Ok(())
    }

    fn transfer(
        &self,
        contact: &Contact,
        agent: u64,
        to: Option<u64>,
        skill: Option<u64>,
    ) -> Result<(), CannotAct> {
        self.has_it(contact, agent)?;
        if !self.may(&contact.channel).1 {
            return Err(CannotAct::NotAllowed);
        }
        match (to, skill) {
            (Some(to), None) => {
                if !self.agent(to)?.here() {
                    return Err(CannotAct::Away);
                }
                self.give(contact.number, to);
            }
            (None, Some(skill)) => {
                let skills = &self.world.tenant.skills;
                let found = skills.iter().find(|known| known.id == skill);
                let queue = found.ok_or(CannotAct::NoSkill)?.routing_queue.clone();
                self.back(contact.number, Some(&queue));
            }
            _ => return Err(CannotAct::Nowhere),
        }
        Ok(())
    }

    fn reject(&self, contact: &Contact, agent: u64) -> Result<(), CannotAct> {
        // Refusing an offer and giving back what was taken end alike.
        if contact.assignee.is_some() {
            self.has_it(contact, agent)?;
        } else if !self.waits_for(contact, self.agent(agent)?) {
            return Err(CannotAct::NotWaiting);
        }
        self.back(contact.number, None);
        Ok(())
    }

    /// Takes it from its agent, into the queue it came from or another one.
    fn back(&self, number: u64, queue: Option<&str>) {
        let now = self.sim.clock.timestamp();
        let happened = {
            let mut inbox = self.sim.inbox();
            let Some(contact) = inbox.contact_mut(number) else {
                return;
            };
            let mut happened = Vec::new();
            if let Some(previous) = contact.unassign(now) {
                happened.push(Happened::AssigneeChanged(Some(previous)));
            }
            if let Some(queue) = queue {
                happened.push(Happened::QueueChanged);
                let opened = contact.enqueue(queue, self.switches, now);
                happened.extend(opened.then_some(Happened::StatusChanged));
            }
            happened
        };
        self.tell(number, &happened);
    }
}
