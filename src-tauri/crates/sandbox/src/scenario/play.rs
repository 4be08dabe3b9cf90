//! Plays the steps of a scenario in a running sandbox.

use std::sync::Arc;
use std::time::Duration;

use crate::cognigy::install::ProvisioningStatus;
use crate::cognigy::save;
use crate::scenario::{Scenario, Step};
use crate::state::{Seen, Sim};
use crate::switch::UnknownSwitch;
use crate::{
    Act, CannotAct, ChatError, ChatLine, ChatStage, ContactView, Customer, Deed, MessageView, Sandbox,
};

/// How long a step waits for what it is to see.
const PATIENCE: Duration = Duration::from_secs(5);

/// A step did not go as the scenario says.
#[derive(Debug, thiserror::Error)]
pub enum Missed {
    /// The customer cannot chat.
    #[error("the customer cannot chat: {0}")]
    Chat(#[from] ChatError),
    /// The agent may not, or cannot.
    #[error("the agent cannot do that: {0}")]
    Agent(#[from] CannotAct),
    /// The agent could do what was to be refused.
    #[error("the agent could do it")]
    Allowed,
    /// There is no contact to work on.
    #[error("there is no contact at CXone")]
    NoContact,
    /// Nobody is there to give a contact to.
    #[error("there is no other agent who could take it")]
    NoAgent,
    /// What was to be seen did not come.
    #[error("that was not seen; the last thing there is {last}")]
    NotSeen {
        /// What was there instead, in words.
        last: String,
    },
    /// A contact is there, against expectation.
    #[error("contact {number} was opened")]
    Opened {
        /// Its number.
        number: u64,
    },
    /// No button of that name is shown.
    #[error("the chat shows no such button")]
    NoButton,
    /// Save ended otherwise.
    #[error("Save ended with the status {found}")]
    Saved {
        /// The provider's provisioning status.
        found: &'static str,
    },
    /// The sandbox was stopped meanwhile.
    #[error("the sandbox was stopped")]
    Stopped,
    /// A switch does not exist.
    #[error(transparent)]
    Switch(#[from] UnknownSwitch),
}

/// Plays one scenario. Ends with the sandbox.
pub struct Player {
    sim: Arc<Sim>,
    customer: Customer,
    /// Contacts that were there before.
    before: usize,
    /// Lines of the chat, and of the contact, that steps have seen.
    chat_seen: usize,
    contact_seen: usize,
    contact: Option<u64>,
    patience: Duration,
}

impl Player {
    /// Brings the sandbox into the scenario's situation: faults, switches, the node's settings, the scripted agent.
    ///
    /// # Errors
    /// [`Missed::Switch`].
    pub fn new(sandbox: &Sandbox, scenario: &Scenario) -> Result<Player, Missed> {
        for (name, choice) in &scenario.switches {
            sandbox.set_switch(name, choice)?;
        }
        for fault in &scenario.faults {
            sandbox.set_fault(*fault, true);
        }
        if !scenario.node.is_empty() {
            let mut install = sandbox.sim.cognigy.install();
            let nodes = install.flows.iter_mut().flat_map(|flow| &mut flow.chart.nodes);
            for node in nodes.filter(|node| node.kind == "handoverToAgent") {
                node.config = crate::scenario::patched(node.config.take(), &scenario.node);
            }
        }
        sandbox.set_agent(scenario.agent.clone());
        let session = format!("sim_session_{}", scenario.name);
        Ok(Player {
            sim: sandbox.sim.clone(),
            customer: sandbox.customer("sim_customer", &session),
            before: sandbox.glance().contacts.len(),
            chat_seen: 0,
            contact_seen: 0,
            contact: None,
            patience: PATIENCE,
        })
    }

    /// Plays the customer in a chat that others look at too.
    #[must_use]
    pub fn in_chat(mut self, customer: Customer) -> Player {
        self.customer = customer;
        self
    }

    /// Waits for another time than 5 s for what a step is to see.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Player {
        self.patience = patience;
        self
    }

    /// The chat until now.
    pub fn chat(&self) -> Vec<ChatLine> {
        self.customer.lines()
    }

    /// Plays one step.
    ///
    /// # Errors
    /// [`Missed`]: what went otherwise.
    pub async fn play(&mut self, step: &Step) -> Result<(), Missed> {
        match step {
            Step::CustomerSays { text } => self.customer.say(text).await?,
            Step::CustomerPresses { button } => self.press(button).await?,
            Step::CustomerSees { text, speaker, name } => {
                let fits = |line: &ChatLine| {
                    text.as_deref().is_none_or(|text| line.text.contains(text))
                        && speaker.is_none_or(|speaker| line.speaker == speaker)
                        && (name.is_none() || line.name == *name)
                };
                self.see_chat(fits).await?;
            }
            Step::ChatIs { stage } => self.until(|player| player.chat_is(*stage)).await?,
            Step::AgentAccepts {} => self.act(None, Act::Accept).await?,
            Step::AgentSays { text, arrives } => {
                self.act(None, Act::Reply { text: text.clone() }).await?;
                self.until(|player| player.said(text, *arrives)).await?;
            }
            Step::AgentTypes { on } => self.act(None, Act::Typing { on: *on }).await?,
            Step::AgentSees { text } => self.see_contact(text).await?,
            Step::AgentIsRefused { act } => match self.act(None, act.clone()).await {
                Err(Missed::Agent(_)) => {}
                Err(missed) => return Err(missed),
                Ok(()) => return Err(Missed::Allowed),
            },
            Step::AgentTransfers {} => self.transfer().await?,
            Step::AgentCloses {} => self.act(None, Act::Close).await?,
            Step::ContactIs { status, assigned } => {
                let number = self.opened().await?;
                self.until(|player| player.contact_is(number, status.as_deref(), *assigned))
                    .await?;
            }
            Step::NoContact {} => {
                if let Some(contact) = self.contacts().first() {
                    return Err(Missed::Opened {
                        number: contact.number,
                    });
                }
            }
            Step::ProviderSaves { succeeds } => self.save(*succeeds).await?,
            Step::Fault { name, on } => self.sim.set_fault(*name, *on),
            Step::Wait { seconds } => self.sim.clock.advance(i64::from(*seconds)),
        }
        Ok(())
    }

    /// Looks again whenever something happens, until `look` has no more to complain of.
    async fn until(&self, look: impl Fn(&Self) -> Result<(), Missed>) -> Result<(), Missed> {
        let mut pulse = self.sim.pulse.subscribe();
        let wait = async {
            while look(self).is_err() {
                // The sender lives as long as this.
                if pulse.changed().await.is_err() {
                    return;
                }
            }
        };
        tokio::select! {
            () = wait => {}
            () = tokio::time::sleep(self.patience) => {}
            () = self.sim.cancel.cancelled() => return Err(Missed::Stopped),
        }
        look(self)
    }

    async fn press(&self, button: &str) -> Result<(), Missed> {
        let shown = self.customer.lines();
        let offered = shown
            .iter()
            .any(|line| line.buttons.iter().any(|of| of == button));
        if !offered {
            return Err(Missed::NoButton);
        }
        Ok(self.customer.say(button).await?)
    }

    async fn see_chat(&mut self, fits: impl Fn(&ChatLine) -> bool) -> Result<(), Missed> {
        let find = |player: &Self| {
            let lines = player.customer.lines();
            let found = lines.iter().skip(player.chat_seen).position(&fits);
            found
                .map(|at| player.chat_seen + at + 1)
                .ok_or_else(|| Missed::NotSeen {
                    last: quoted(lines.last().map(|line| line.text.as_str())),
                })
        };
        self.until(|player| find(player).map(|_| ())).await?;
        self.chat_seen = find(self)?;
        Ok(())
    }

    fn chat_is(&self, stage: ChatStage) -> Result<(), Missed> {
        let found = self.customer.stage();
        if found == stage {
            return Ok(());
        }
        let last = match found {
            ChatStage::Bot => "a chat with the bot",
            ChatStage::Waiting => "a chat that waits for an agent",
            ChatStage::Agent => "a chat with an agent",
        };
        Err(Missed::NotSeen {
            last: last.to_owned(),
        })
    }

    fn seen(&self) -> Seen {
        Seen::of(&self.sim, "sim_scenario".to_owned())
    }

    /// Contacts of this scenario, newest first.
    fn contacts(&self) -> Vec<ContactView> {
        let mut contacts = self.seen().glance().contacts;
        contacts.drain(..self.before.min(contacts.len()));
        contacts.reverse();
        contacts
    }

    /// The newest contact, once there is one; another one than before begins unread.
    async fn opened(&mut self) -> Result<u64, Missed> {
        let newest = |player: &Self| {
            player
                .contacts()
                .first()
                .map(|contact| contact.number)
                .ok_or(Missed::NoContact)
        };
        self.until(|player| newest(player).map(|_| ())).await?;
        let number = newest(self)?;
        if self.contact != Some(number) {
            (self.contact, self.contact_seen) = (Some(number), 0);
        }
        Ok(number)
    }

    /// Whoever has the contact, or could, does something with it.
    async fn act(&mut self, agent: Option<u64>, act: Act) -> Result<(), Missed> {
        let number = self.opened().await?;
        self.seen().act(number, Deed { agent, act }).await?;
        Ok(())
    }

    async fn transfer(&mut self) -> Result<(), Missed> {
        let number = self.opened().await?;
        let holder = self.contact(number)?.agent;
        let agents = self.seen().glance().agents;
        let other = agents
            .iter()
            .find(|agent| agent.digital && !agent.skills.is_empty() && Some(agent.id) != holder)
            .ok_or(Missed::NoAgent)?;
        let act = Act::Transfer {
            agent: Some(other.id),
            skill: None,
        };
        self.act(None, act).await
    }

    fn contact(&self, number: u64) -> Result<ContactView, Missed> {
        self.seen().contact(number).ok_or(Missed::NoContact)
    }

    async fn see_contact(&mut self, text: &str) -> Result<(), Missed> {
        let number = self.opened().await?;
        let find = |player: &Self| {
            let messages = player.contact(number)?.messages;
            let new = messages.iter().skip(player.contact_seen);
            let found = new
                .clone()
                .position(|message| is_inbound(message) && message.text.contains(text));
            found
                .map(|at| player.contact_seen + at + 1)
                .ok_or_else(|| Missed::NotSeen {
                    last: quoted(messages.last().map(|message| message.text.as_str())),
                })
        };
        self.until(|player| find(player).map(|_| ())).await?;
        self.contact_seen = find(self)?;
        Ok(())
    }

    /// Whether the last thing the agent said was brought to the chat, or not.
    fn said(&self, text: &str, arrives: bool) -> Result<(), Missed> {
        let number = self.contact.ok_or(Missed::NoContact)?;
        let messages = self.contact(number)?.messages;
        let own = messages
            .iter()
            .rev()
            .find(|message| !is_inbound(message) && message.text == text);
        let last = match own {
            Some(message) if message.delivered == Some(arrives) => return Ok(()),
            Some(message) => match (message.delivered, &message.failure) {
                (Some(true), _) => "a message that arrived".to_owned(),
                (Some(false), reason) => format!(
                    "a message that did not arrive: {}",
                    reason.as_deref().unwrap_or("no reason")
                ),
                (None, _) => "a message that is under way".to_owned(),
            },
            None => quoted(messages.last().map(|message| message.text.as_str())),
        };
        Err(Missed::NotSeen { last })
    }

    fn contact_is(&self, number: u64, status: Option<&str>, assigned: Option<bool>) -> Result<(), Missed> {
        let contact = self.contact(number)?;
        let fits = status.is_none_or(|status| contact.status == status)
            && assigned.is_none_or(|assigned| contact.agent.is_some() == assigned);
        let held = if contact.agent.is_some() {
            "assigned"
        } else {
            "not assigned"
        };
        fits.then_some(()).ok_or_else(|| Missed::NotSeen {
            last: format!("a contact that is {} and {held}", contact.status),
        })
    }

    async fn save(&self, succeeds: bool) -> Result<(), Missed> {
        let provider = self.sim.world.install.provider.id.clone();
        let found = match save::save(&self.sim, &provider).await {
            ProvisioningStatus::Succeeded if succeeds => return Ok(()),
            ProvisioningStatus::Failed if !succeeds => return Ok(()),
            ProvisioningStatus::Succeeded => "succeeded",
            ProvisioningStatus::Failed => "failed",
            ProvisioningStatus::Pending => "pending",
        };
        Err(Missed::Saved { found })
    }
}

impl Drop for Player {
    /// The scripted agent goes with the scenario.
    fn drop(&mut self) {
        self.sim.autopilot.set(Vec::new());
    }
}

fn quoted(text: Option<&str>) -> String {
    text.map_or_else(|| "nothing".to_owned(), |text| format!("\u{201c}{text}\u{201d}"))
}

fn is_inbound(message: &MessageView) -> bool {
    message.direction == "inbound"
}
