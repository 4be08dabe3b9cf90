use sandbox::{ChatError, Customer, DeskError, Move, Sandbox};

use crate::Desk;
use crate::wire::{
    AgentAct, ConversationView, CustomerLine, Empty, ErrorCode, Event, SwitchSetting, WireError,
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
        let customer = self.within_sandbox(|sandbox| Ok(player(sandbox))).await?;
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
        let desk = self.within_sandbox(|sandbox| Ok(sandbox.desk())).await?;
        let AgentAct { agent, contact, act } = request;
        let done = match act {
            Move::Accept => desk.accept(agent, contact).await,
            Move::Type(on) => desk.types(agent, contact, on).await,
            Move::Say(text) => desk.say(agent, contact, &text).await,
            Move::Transfer => match desk.agents().iter().find(|other| other.id != agent) {
                Some(next) => desk.transfer(agent, next.id, contact).await,
                None => Err(DeskError::Unknown),
            },
            Move::Close => desk.close(agent, contact).await,
        };
        done.map_err(|error| {
            let hint = match &error {
                DeskError::Unknown => {
                    "Read the contacts again: this one, or its agent, is not there any more."
                }
                DeskError::Refused { .. } => "The contact may be closed already, or with somebody else.",
                DeskError::Unreachable { .. } => "A fault may be on that keeps the tenant from answering.",
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

fn player(sandbox: &Sandbox) -> Customer {
    sandbox.customer(USER, SESSION)
}

fn conversation(sandbox: &Sandbox) -> ConversationView {
    let (customer, desk) = (player(sandbox), sandbox.desk());
    let mut contacts = desk.cards();
    contacts.reverse();
    ConversationView {
        chat: customer.lines(),
        stage: customer.stage(),
        contacts,
        agents: desk.agents(),
    }
}
