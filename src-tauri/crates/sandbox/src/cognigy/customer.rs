//! The customer of a chat, for whoever plays one without a socket: says something, and reads what the chat shows.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::cognigy::chat::hear;
use crate::cognigy::install::{Endpoint, Source, Turn};
use crate::cognigy::session::{Key, Stage};
use crate::state::Sim;

/// Channels with a chat page.
const CHANNELS: [&str; 2] = ["webchat3", "webchat2"];

/// Who said a line of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The customer.
    User,
    /// The flow.
    Bot,
    /// An agent in CXone.
    Agent,
}

/// A line of a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ChatLine {
    /// Who said it.
    pub speaker: Speaker,
    /// Its text; empty where it has none.
    pub text: String,
    /// Buttons below it. Pressing one says its text.
    pub buttons: Vec<String>,
    /// Name of the agent, where the node shows it.
    pub name: Option<String>,
}

/// How a chat stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChatStage {
    /// With the bot.
    Bot,
    /// Handed over; no agent has said anything yet.
    Waiting,
    /// With an agent.
    Agent,
}

/// A chat as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct ChatView {
    /// How it stands.
    pub stage: ChatStage,
    /// What was said, oldest first.
    pub lines: Vec<ChatLine>,
}

/// There is no chat to talk to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChatError {
    /// No endpoint of the install has a chat page.
    #[error("the install has no webchat endpoint")]
    NoEndpoint,
    /// The endpoint is switched off.
    #[error("the webchat endpoint is not active")]
    Inactive,
}

impl ChatError {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            ChatError::NoEndpoint => "no_endpoint",
            ChatError::Inactive => "inactive",
        }
    }
}

/// A customer in a chat of the install's webchat endpoint.
#[derive(Clone)]
pub struct Customer {
    sim: Arc<Sim>,
    key: Key,
}

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer").field("key", &self.key).finish()
    }
}

impl Customer {
    pub(crate) fn new(sim: &Arc<Sim>, user: &str, session: &str) -> Customer {
        Customer {
            sim: sim.clone(),
            key: Key {
                user: user.to_owned(),
                session: session.to_owned(),
            },
        }
    }

    fn endpoint(&self) -> Result<Endpoint, ChatError> {
        let install = self.sim.install_bare();
        let found = install
            .endpoints
            .iter()
            .find(|endpoint| CHANNELS.contains(&endpoint.channel.as_str()));
        let endpoint = found.ok_or(ChatError::NoEndpoint)?;
        if endpoint.active {
            Ok(endpoint.clone())
        } else {
            Err(ChatError::Inactive)
        }
    }

    /// Says something. Returns once the bot has answered, or CXone has the message.
    pub async fn say(&self, text: &str) -> Result<(), ChatError> {
        let endpoint = self.endpoint()?;
        hear(&self.sim, &self.key, &endpoint, text, Value::Null).await;
        Ok(())
    }

    /// All that was said in the session, oldest first, as long as the endpoint collects conversations.
    pub fn lines(&self) -> Vec<ChatLine> {
        let install = self.sim.cognigy.install();
        let own = |turn: &&Turn| turn.session_id == self.key.session && turn.contact_id == self.key.user;
        install.turns.iter().filter(own).map(line).collect()
    }

    /// Stage and lines together.
    pub fn view(&self) -> ChatView {
        ChatView {
            stage: self.stage(),
            lines: self.lines(),
        }
    }

    /// How the session stands.
    pub fn stage(&self) -> ChatStage {
        let stage = self.sim.cognigy.sessions.known(&self.key, |session| {
            session.handover.as_ref().map(|handover| handover.stage)
        });
        match stage.flatten() {
            None => ChatStage::Bot,
            Some(Stage::Requested | Stage::Queued) => ChatStage::Waiting,
            Some(Stage::Active) => ChatStage::Agent,
        }
    }
}

fn line(turn: &Turn) -> ChatLine {
    let replies = &turn.input_data["_cognigy"]["_webchat"]["message"]["quick_replies"];
    ChatLine {
        speaker: match turn.source {
            Source::User => Speaker::User,
            Source::Bot => Speaker::Bot,
            Source::Agent => Speaker::Agent,
        },
        text: turn.input_text.clone(),
        buttons: replies
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|reply| reply["title"].as_str().map(str::to_owned))
            .collect(),
        name: turn.input_data["avatarName"].as_str().map(str::to_owned),
    }
}
