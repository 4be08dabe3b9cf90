//! The steps of a scenario.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Act, ChatStage, Fault, Speaker};

/// One step. Steps that see something wait for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// The customer says something in the web chat.
    CustomerSays {
        /// What.
        text: String,
    },
    /// The customer presses a button that the chat shows.
    CustomerPresses {
        /// Its text.
        button: String,
    },
    /// The chat shows a new line with this in it.
    CustomerSees {
        /// Part of the line; any line if it is not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        text: Option<String>,
        /// Who says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        speaker: Option<Speaker>,
        /// Name of the agent above the line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        name: Option<String>,
    },
    /// The chat stands so.
    ChatIs {
        /// With whom it is.
        stage: ChatStage,
    },
    /// An agent takes the contact.
    AgentAccepts {},
    /// The agent says something.
    AgentSays {
        /// What.
        text: String,
        /// Whether it reaches the customer.
        #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
        arrives: bool,
    },
    /// The agent starts or stops typing.
    AgentTypes {
        /// Starts.
        on: bool,
    },
    /// The contact shows a new message of the customer's side with this in it.
    AgentSees {
        /// Part of the message.
        text: String,
    },
    /// The agent tries something and is not let do it.
    AgentIsRefused {
        /// What.
        act: Act,
    },
    /// The agent gives the contact to another one.
    AgentTransfers {},
    /// The agent closes the contact.
    AgentCloses {},
    /// The contact stands so.
    ContactIs {
        /// One of the vendor's status words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        status: Option<String>,
        /// Whether somebody has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        assigned: Option<bool>,
    },
    /// There is no contact at CXone.
    NoContact {},
    /// The administrator saves the provider in Cognigy.AI.
    ProviderSaves {
        /// Whether the install could make channel and script.
        succeeds: bool,
    },
    /// A fault begins or ends.
    Fault {
        /// Which.
        name: Fault,
        /// Begins.
        on: bool,
    },
    /// The clock of the simulated servers moves on.
    Wait {
        /// How far, in seconds.
        #[ts(type = "number")]
        seconds: u32,
    },
}

const fn yes() -> bool {
    true
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::CustomerSays { text } => write!(f, "The customer says \u{201c}{text}\u{201d}"),
            Step::CustomerPresses { button } => write!(f, "The customer presses \u{201c}{button}\u{201d}"),
            Step::CustomerSees { text, speaker, name } => {
                f.write_str("The customer sees ")?;
                match text {
                    Some(text) => write!(f, "\u{201c}{text}\u{201d}")?,
                    None => f.write_str("an answer")?,
                }
                match speaker {
                    Some(Speaker::Bot) => f.write_str(" from the bot")?,
                    Some(Speaker::Agent) => f.write_str(" from an agent")?,
                    Some(Speaker::User) | None => {}
                }
                match name {
                    Some(name) => write!(f, " named {name}"),
                    None => Ok(()),
                }
            }
            Step::ChatIs { stage } => f.write_str(match stage {
                ChatStage::Bot => "The chat is with the bot",
                ChatStage::Waiting => "The chat waits for an agent",
                ChatStage::Agent => "The chat is with an agent",
            }),
            Step::AgentAccepts {} => f.write_str("An agent takes the contact"),
            Step::AgentSays { text, arrives: true } => write!(f, "The agent says \u{201c}{text}\u{201d}"),
            Step::AgentSays { text, arrives: false } => {
                write!(f, "The agent says \u{201c}{text}\u{201d}, which does not arrive")
            }
            Step::AgentTypes { on: true } => f.write_str("The agent starts typing"),
            Step::AgentTypes { on: false } => f.write_str("The agent stops typing"),
            Step::AgentSees { text } => write!(f, "The agent sees \u{201c}{text}\u{201d}"),
            Step::AgentIsRefused { act } => f.write_str(match act {
                Act::Accept => "The agent wants to take the contact, and may not",
                Act::Reply { .. } => "The agent wants to say something, and may not",
                Act::Typing { .. } => "The agent wants to type, and may not",
                Act::Close => "The agent wants to close the contact, and may not",
                Act::Transfer { .. } => "The agent wants to give the contact away, and may not",
                Act::Reject => "The agent wants to put the contact back, and may not",
            }),
            Step::AgentTransfers {} => f.write_str("The agent gives the contact to a colleague"),
            Step::AgentCloses {} => f.write_str("The agent closes the contact"),
            Step::ContactIs { status, assigned } => {
                f.write_str("The contact is ")?;
                let held = assigned.map(|assigned| if assigned { "assigned" } else { "not assigned" });
                match (status.as_deref(), held) {
                    (Some(status), Some(held)) => write!(f, "{status} and {held}"),
                    (one, other) => f.write_str(one.or(other).unwrap_or("there")),
                }
            }
            Step::NoContact {} => f.write_str("No contact is opened"),
            Step::ProviderSaves { succeeds: true } => f.write_str("The provider is saved"),
            Step::ProviderSaves { succeeds: false } => {
                f.write_str("The provider is saved, and Save does not get through")
            }
            Step::Fault { name, on: true } => write!(f, "The fault {name} begins"),
            Step::Fault { name, on: false } => write!(f, "The fault {name} ends"),
            Step::Wait { seconds } => write!(f, "{seconds} s go by"),
        }
    }
}
