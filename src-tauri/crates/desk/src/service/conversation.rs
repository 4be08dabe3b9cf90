use sandbox::{
    Act, AgentView, CannotAct, ChatError, ContactView, Customer, Deed, Glance, MessageView, Sandbox,
};

use crate::Desk;
use crate::wire::{
    AgentAct, Card, CardLine, ConversationView, CustomerLine, DeskAgent, Empty, ErrorCode, Event, Move,
    SwitchSetting, WireError,
};

/// The customer that the window plays.
const USER: &str = "sim_customer";
const SESSION: &str = "sim_session_window";

impl Desk {
    pub(crate) async fn sandbox_conversation(&self, _: Empty) -> Result<ConversationView, WireError> {
        self.within_sandbox(|sandbox| Ok(conversation(sandbox))).await
    }

    pub(crate) async fn sandbox_say(&self, request: CustomerLine) -> Result<ConversationView, WireError> {
        if request.text.trim().is_empty() {
            return Err(
                WireError::new(ErrorCode::Invalid, "There is nothing to say.").hint("Type something first.")
            );
        }
        let customer = self.within_sandbox(|sandbox| Ok(customer(sandbox))).await?;
        customer
            .say(request.text.trim())
            .await
            .map_err(|error| match error {
                ChatError::NoEndpoint | ChatError::Inactive => {
                    WireError::new(ErrorCode::Invalid, format!("The customer cannot chat: {error}."))
                        .hint("Switch the faults of the Endpoint off.")
                }
            })?;
        self.sandbox_conversation(Empty {}).await
    }

    pub(crate) async fn sandbox_act(&self, request: AgentAct) -> Result<ConversationView, WireError> {
        let AgentAct { agent, contact, act } = request;
        let (actor, glance) = self
            .within_sandbox(|sandbox| Ok((sandbox.actor(), sandbox.glance())))
            .await?;
        let act = match act {
            Move::Accept => Act::Accept,
            Move::Type(on) => Act::Typing { on },
            Move::Say(text) => Act::Reply { text },
            Move::Transfer => Act::Transfer {
                agent: able(&glance).map(|other| other.id).find(|id| *id != agent),
                skill: None,
            },
            Move::Close => Act::Close,
        };
        let deed = Deed {
            agent: Some(agent),
            act,
        };
        actor.act(contact, deed).await.map_err(|error| {
            let hint = match error {
                CannotAct::NoContact | CannotAct::NoAgent | CannotAct::NoSkill | CannotAct::Nowhere => {
                    "Look again who and what is there."
                }
                CannotAct::Over => "A contact that was closed takes nothing more.",
                CannotAct::NotTheirs => "Take the contact first, or play the agent who has it.",
                CannotAct::NotWaiting => "Play an agent who has the skill of the queue.",
                CannotAct::Away | CannotAct::NotAllowed => "A fault of agents or roles may be on.",
                CannotAct::Refused => "A fault may be on that closes the channel to replies.",
            };
            WireError::new(ErrorCode::Invalid, format!("The agent cannot do that: {error}.")).hint(hint)
        })?;
        self.sandbox_conversation(Empty {}).await
    }

    pub(crate) async fn sandbox_switches(
        &self,
        _: Empty,
    ) -> Result<Vec<sandbox::switch::SwitchRow>, WireError> {
        self.within_sandbox(|sandbox| Ok(sandbox.switches())).await
    }

    pub(crate) async fn sandbox_switch(
        &self,
        request: SwitchSetting,
    ) -> Result<Vec<sandbox::switch::SwitchRow>, WireError> {
        self.within_sandbox(|sandbox| {
            sandbox
                .set_switch(&request.name, &request.choice)
                .map_err(|error| {
                    WireError::new(ErrorCode::NotFound, format!("{error}."))
                        .hint("`sandbox.switches` lists them all.")
                })?;
            Ok(sandbox.switches())
        })
        .await
    }

    /// Tells the windows when something is said, for as long as the sandbox runs.
    pub(crate) fn follow_conversation(&self, sandbox: &Sandbox) {
        let (mut pulse, desk) = (sandbox.pulse(), self.clone());
        let stop = self.inner.stop.clone();
        tokio::spawn(stop.run_until_cancelled_owned(async move {
            // The sender goes with the sandbox, and this with it.
            while pulse.changed().await.is_ok() {
                desk.emit(Event::Conversation {});
            }
        }));
    }

    pub(crate) async fn within_sandbox<T>(
        &self,
        work: impl FnOnce(&Sandbox) -> Result<T, WireError>,
    ) -> Result<T, WireError> {
        let running = self.inner.sandbox.lock().await;
        match running.as_ref() {
            Some(rehearsal) => work(&rehearsal.sandbox),
            None => {
                Err(WireError::new(ErrorCode::NotFound, "The sandbox is not running.")
                    .hint("Start it first."))
            }
        }
    }
}

pub(super) fn customer(sandbox: &Sandbox) -> Customer {
    sandbox.customer(USER, SESSION)
}

/// The agents who could have a contact.
fn able(glance: &Glance) -> impl Iterator<Item = &AgentView> {
    glance
        .agents
        .iter()
        .filter(|agent| agent.digital && !agent.skills.is_empty())
}

fn conversation(sandbox: &Sandbox) -> ConversationView {
    let (customer, glance) = (customer(sandbox), sandbox.glance());
    let newest = glance.contacts.iter().rev();
    ConversationView {
        chat: customer.lines(),
        stage: customer.stage(),
        contacts: newest
            .filter_map(|contact| sandbox.contact(contact.number))
            .map(|contact| card(contact, &glance.agents))
            .collect(),
        agents: able(&glance)
            .map(|agent| DeskAgent {
                id: agent.id,
                name: agent.name.clone(),
            })
            .collect(),
    }
}

fn card(contact: ContactView, agents: &[AgentView]) -> Card {
    let author = |id: u64| {
        let agent = agents.iter().find(|agent| agent.id == id)?;
        Some(DeskAgent {
            id,
            name: agent.name.clone(),
        })
    };
    let line = |message: MessageView| CardLine {
        inbound: message.direction == "inbound",
        agent: message.agent.and_then(author),
        failed: match message.delivered {
            Some(false) => Some(message.failure.unwrap_or_default()),
            _ => None,
        },
        text: message.text,
    };
    Card {
        contact: contact.number,
        status: contact.status,
        thread: contact.thread,
        skill: contact.skill,
        agent: contact.agent,
        lines: contact.messages.into_iter().map(line).collect(),
    }
}
