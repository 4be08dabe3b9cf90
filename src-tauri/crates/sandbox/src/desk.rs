//! The agents' side of the tenant: what waits, and what an agent does with it, by hand or by a script of moves.
//!
//! An agent acts as the vendor's own desktop does: by the Digital API, over a socket, with a token of its own. So what the
//! tenant refuses is refused here too, and what it tells the integration box is told.

use std::fmt;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ts_rs::TS;

use crate::description::base;
use crate::inbox::{Contact, Direction, Happened, Inbox, Message};
use crate::outgoing::Call;
use crate::state::{Issued, Seen, Sim};
use crate::tenant::{Agent, Tenant};

/// How long an agent waits for the tenant.
const PATIENCE: Duration = Duration::from_secs(30);
/// Life of an agent's token, in seconds.
const TOKEN_LIFETIME: i64 = 3600;

/// One thing a scripted agent does with a contact that asks for one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// Takes the contact.
    Accept,
    /// Starts or stops typing. It arrives only where the switch `sender-actions` is on.
    Type(bool),
    /// Says something.
    Say(String),
    /// Gives the contact to the next agent, who goes on with the moves.
    Transfer,
    /// Closes the contact.
    Close,
}

/// An agent who can take contacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct DeskAgent {
    /// Id of the agent in ACD.
    #[ts(type = "number")]
    pub id: u64,
    /// First and last name.
    pub name: String,
}

/// A contact as a desk shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Card {
    /// Number of the contact.
    #[ts(type = "number")]
    pub contact: u64,
    /// One of the vendor's status words: new, open, pending, escalated, resolved, closed, trashed.
    pub status: String,
    /// Id of the thread on the customer's platform: the chat's session.
    pub thread: String,
    /// Name of the skill it was routed to; none while it was not.
    pub skill: Option<String>,
    /// Id of the agent who has it.
    #[ts(type = "number | null")]
    pub agent: Option<u64>,
    /// What was said, oldest first.
    pub lines: Vec<CardLine>,
}

/// A message as a desk shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct CardLine {
    /// Whether the customer's side said it.
    pub inbound: bool,
    /// Its text; empty where it has none.
    pub text: String,
    /// Why it did not reach the customer, as a code.
    pub failed: Option<String>,
}

/// The tenant did not do what an agent wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeskError {
    /// Nobody has this id, or no contact has this number.
    #[error("there is no such agent or contact")]
    Unknown,
    /// The tenant refused it.
    #[error("the tenant refused it with {status} {code}")]
    Refused {
        /// Status of the answer.
        status: u16,
        /// The first error code of the answer; empty where there is none.
        code: String,
    },
    /// No answer came.
    #[error("the tenant did not answer: {detail}")]
    Unreachable {
        /// What went wrong.
        detail: String,
    },
}

/// The agents' desks.
#[derive(Clone)]
pub struct Desk {
    sim: Arc<Sim>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").finish_non_exhaustive()
    }
}

impl Desk {
    pub(crate) fn new(sim: &Arc<Sim>) -> Desk {
        Desk { sim: sim.clone() }
    }

    /// Agents who have at least one skill, in the tenant's order.
    pub fn agents(&self) -> Vec<DeskAgent> {
        let tenant = self.sim.view(&self.sim.faults()).tenant;
        let skilled = tenant.agents.iter().filter(|agent| !agent.skills.is_empty());
        skilled
            .map(|agent| DeskAgent {
                id: agent.id,
                name: format!("{} {}", agent.first_name, agent.last_name),
            })
            .collect()
    }

    /// All contacts, oldest first, closed ones too.
    pub fn cards(&self) -> Vec<Card> {
        let tenant = self.sim.view(&self.sim.faults()).tenant;
        let inbox = self.sim.inbox();
        inbox
            .contacts
            .iter()
            .map(|contact| card(&inbox, &tenant, contact))
            .collect()
    }

    /// The agent takes the contact.
    pub async fn accept(&self, agent: u64, contact: u64) -> Result<(), DeskError> {
        let body = json!({ "userId": self.digital_id(agent)? });
        let path = format!("contacts/{contact}/inbox-assignment");
        self.call(agent, Method::PUT, &path, &body).await
    }

    /// The agent says something. Returns once the tenant has it; whether the customer got it shows on the card.
    pub async fn say(&self, agent: u64, contact: u64, text: &str) -> Result<(), DeskError> {
        let (channel, thread) = self.place(contact)?;
        let body = json!({
            "thread": { "idOnExternalPlatform": thread },
            "messageContent": { "type": "TEXT", "payload": { "text": text } },
        });
        let path = format!("channels/{channel}/outbound");
        self.call(agent, Method::POST, &path, &body).await
    }

    /// The agent starts or stops typing.
    pub async fn types(&self, agent: u64, contact: u64, on: bool) -> Result<(), DeskError> {
        let (channel, thread) = self.place(contact)?;
        let thread: String = url::form_urlencoded::byte_serialize(thread.as_bytes()).collect();
        let action = if on { "isTypingOn" } else { "isTypingOff" };
        let path = format!("channels/{channel}/threads/{thread}/sender-actions");
        self.call(agent, Method::POST, &path, &json!({ "action": action }))
            .await
    }

    /// Gives the contact to another agent.
    pub async fn transfer(&self, from: u64, to: u64, contact: u64) -> Result<(), DeskError> {
        let body = json!({ "userId": self.digital_id(to)? });
        let path = format!("contacts/{contact}/inbox-assignment");
        self.call(from, Method::PUT, &path, &body).await
    }

    /// Closes the contact.
    pub async fn close(&self, agent: u64, contact: u64) -> Result<(), DeskError> {
        let path = format!("contacts/{contact}/status");
        self.call(agent, Method::PUT, &path, &json!({ "status": "closed" }))
            .await
    }

    fn digital_id(&self, agent: u64) -> Result<u64, DeskError> {
        let tenant = self.sim.view(&self.sim.faults()).tenant;
        let found = tenant.agents.iter().find(|known| known.id == agent);
        found.map(Agent::digital_id).ok_or(DeskError::Unknown)
    }

    /// Channel and thread of a contact.
    fn place(&self, contact: u64) -> Result<(String, String), DeskError> {
        let inbox = self.sim.inbox();
        let contact = inbox.contact(contact).ok_or(DeskError::Unknown)?;
        let thread = inbox.thread(&contact.thread).ok_or(DeskError::Unknown)?;
        Ok((contact.channel.clone(), thread.external_id.clone()))
    }

    async fn call(&self, agent: u64, method: Method, path: &str, body: &Value) -> Result<(), DeskError> {
        self.digital_id(agent)?;
        let token = format!("sim_agent_token_{}_{}", self.sim.seed, self.sim.next());
        let issued = Issued {
            subject: format!("agent:{agent}"),
            expires_at: self.sim.clock.now() + TOKEN_LIFETIME,
            refresh: false,
        };
        self.sim.tokens.issue(token.clone(), issued);
        let path = format!("/dfo/3.0/{path}");
        let call = Call::new(method, &base(self.sim.addresses.digital), &path)
            .json(body)
            .bearer(&token);
        let reply = call
            .send(PATIENCE)
            .await
            .map_err(|error| DeskError::Unreachable {
                detail: error.to_string(),
            })?;
        if reply.status.is_success() {
            return Ok(());
        }
        Err(DeskError::Refused {
            status: reply.status.as_u16(),
            code: reply.json()["errors"][0]["errorCode"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        })
    }

    /// Does the moves with a contact, one after the other, until one fails.
    async fn play(&self, mut agent: usize, contact: u64, moves: Vec<Move>) -> Result<(), DeskError> {
        let agents = self.agents();
        let at = |agent: usize| agents.get(agent).map(|agent| agent.id).ok_or(DeskError::Unknown);
        for step in moves {
            match step {
                Move::Accept => self.accept(at(agent)?, contact).await?,
                Move::Type(on) => self.types(at(agent)?, contact, on).await?,
                Move::Say(text) => self.say(at(agent)?, contact, &text).await?,
                Move::Transfer => {
                    let next = (agent + 1) % agents.len().max(1);
                    self.transfer(at(agent)?, at(next)?, contact).await?;
                    agent = next;
                }
                Move::Close => self.close(at(agent)?, contact).await?,
            }
        }
        Ok(())
    }
}

fn card(inbox: &Inbox, tenant: &Tenant, contact: &Contact) -> Card {
    let skill = contact.queue.as_deref().and_then(|queue| tenant.queue(queue));
    let line = |message: &Message| CardLine {
        inbound: message.direction == Direction::Inbound,
        text: message.content["payload"]["text"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        failed: message
            .delivered
            .last()
            .filter(|delivery| !delivery.success)
            .map(|delivery| delivery.reason.clone().unwrap_or_default()),
    };
    Card {
        contact: contact.number,
        status: contact.status.word().to_owned(),
        thread: inbox
            .thread(&contact.thread)
            .map(|thread| thread.external_id.clone())
            .unwrap_or_default(),
        skill: skill.map(|skill| skill.name.clone()),
        agent: contact.assignee,
        lines: inbox.said(contact.number).map(line).collect(),
    }
}

/// A contact that was put into a queue and has nobody yet: the scripted agent begins.
pub(crate) fn noticed(seen: &Seen, contact: u64, happened: &[Happened]) {
    if !happened.contains(&Happened::QueueChanged) {
        return;
    }
    let moves = seen
        .sim
        .agent
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let free = {
        let inbox = seen.sim.inbox();
        inbox
            .contact(contact)
            .is_some_and(|contact| contact.assignee.is_none() && !contact.status.ended())
    };
    if moves.is_empty() || !free {
        return;
    }
    let desk = Desk::new(&seen.sim);
    let cancel = seen.sim.cancel.clone();
    seen.sim.tasks.spawn(async move {
        tokio::select! {
            () = cancel.cancelled() => {}
            played = desk.play(0, contact, moves) => {
                if let Err(error) = played {
                    tracing::info!(%error, contact, "the scripted agent stopped");
                }
            }
        }
    });
}
