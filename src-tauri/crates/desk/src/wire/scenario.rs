use sandbox::{ChatLine, ChatStage};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One thing an agent does with a contact.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// Takes the contact.
    Accept,
    /// Starts or stops typing. It arrives only where the switch `sender-actions` is on.
    Type(bool),
    /// Says something.
    Say(String),
    /// Gives the contact to the next agent who could have it.
    Transfer,
    /// Closes the contact.
    Close,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DeskAgent {
    /// Id of the agent in ACD.
    pub id: u64,
    /// First and last name.
    pub name: String,
}

/// A contact as the agent's desk shows it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Card {
    /// Number of the contact.
    pub contact: u64,
    /// One of the vendor's status words: new, open, pending, escalated, resolved, closed, trashed.
    pub status: String,
    /// Id of the thread on the customer's platform: the chat's session.
    pub thread: String,
    /// Name of the skill it waits in or came from; none while it was not routed.
    pub skill: Option<String>,
    /// Id of the agent who has it.
    pub agent: Option<u64>,
    /// What was said, oldest first.
    pub lines: Vec<CardLine>,
}

/// A message as the agent's desk shows it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct CardLine {
    /// Whether the customer's side said it.
    pub inbound: bool,
    /// Its text; empty where it has none.
    pub text: String,
    /// Why it did not reach the customer, as a code.
    pub failed: Option<String>,
    /// The agent who wrote it; none for the customer's side and for what no agent wrote.
    pub agent: Option<DeskAgent>,
}

/// What is said in the sandbox, on both sides.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ConversationView {
    /// The chat of the customer that the window plays, oldest line first.
    pub chat: Vec<ChatLine>,
    /// With whom the chat is.
    pub stage: ChatStage,
    /// The contacts at CXone, newest first.
    pub contacts: Vec<Card>,
    /// The agents who have a skill.
    pub agents: Vec<DeskAgent>,
}

/// Say something as the customer.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct CustomerLine {
    /// What.
    pub text: String,
}

/// Do something as an agent.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct AgentAct {
    /// The agent.
    pub agent: u64,
    /// The contact.
    pub contact: u64,
    /// What to do.
    pub act: Move,
}

/// Settle an open question of the sandbox otherwise.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct SwitchSetting {
    /// The switch.
    pub name: String,
    /// One of its choices.
    pub choice: String,
}

/// A scenario that comes with the program.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ScenarioInfo {
    /// Its name, as in a terminal.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// What happens in it.
    pub about: String,
    /// How many steps it has.
    pub steps: u32,
    /// Whether a verification ends it.
    pub verifies: bool,
}

/// Play a scenario.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ScenarioRequest {
    /// Name of a shipped one.
    pub name: String,
}

/// A step of a scenario that was played.
#[derive(Debug, Clone, Serialize, TS)]
pub struct StepResult {
    /// The step in words.
    pub step: String,
    /// Whether it went as it says.
    pub went: bool,
    /// What went otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub missed: Option<String>,
}

/// How far a scenario is that is being played.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum ScenarioProgress {
    /// A step begins; it may wait for what it is to see.
    Step {
        /// Its number, from 1.
        at: u32,
        /// How many steps there are.
        of: u32,
        /// The step in words.
        step: String,
    },
    /// A step is over.
    StepOver {
        /// Its number, from 1.
        at: u32,
        /// How many steps there are.
        of: u32,
        /// How it went.
        result: StepResult,
    },
    /// The verification goes on.
    Verifying {
        /// Checks that are over.
        done: u32,
        /// How many checks there are; 0 before the first one begins.
        of: u32,
    },
    /// It ended, whichever way.
    Over {},
}

/// What the verification said of one check, where the scenario has an opinion or should have had one.
#[derive(Debug, Clone, Serialize, TS)]
pub struct CheckResultOf {
    /// The check.
    pub id: String,
    /// What the scenario says: an outcome, or `pass` for a check that it does not name.
    pub expected: String,
    /// What came.
    pub found: String,
    /// The check's own message.
    pub message: String,
}

/// How a scenario went.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ScenarioReport {
    /// Its name.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// Whether every step and every check was as it says.
    pub passed: bool,
    /// From the first step to the last, without starting the sandbox and without the verification, in milliseconds.
    pub steps_ms: f64,
    /// The steps that were played; none follows one that went otherwise.
    pub steps: Vec<StepResult>,
    /// The checks that the scenario names, and those that ended otherwise than it allows. Empty where none was run.
    pub checks: Vec<CheckResultOf>,
    /// The verification's sentence on what is wrong; none where none was run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub headline: Option<String>,
    /// The chat as it ended.
    pub chat: Vec<ChatLine>,
}
