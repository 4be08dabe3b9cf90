//! The seam to a chat with the Flow, for a round trip that goes all the way to a user's screen.
//!
//! Without one, the live round trip ends at the integration box: that a reply is refused for a conversation Cognigy.AI does
//! not know is then right, and proves nothing of what would become of one that it knows.

use std::fmt;

use futures_util::future::BoxFuture;

/// A chat that was not begun, or that broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChatTrouble {
    /// No Endpoint of the install can chat.
    #[error("the install has no Endpoint with a chat")]
    NoEndpoint,
    /// The Endpoint is switched off.
    #[error("the Endpoint of the chat is not active")]
    Inactive,
    /// The connection to it broke.
    #[error("the connection to the chat broke")]
    Broken,
}

/// Who answers in a chat now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatState {
    /// The Flow: nothing was handed over, or the handover is over.
    Bot,
    /// Nobody yet: it was handed over.
    Waiting,
    /// An agent.
    Agent,
}

/// A chat with the Flow behind the provider. One session at a time; calls may come from any task.
pub trait TestChat: Send + Sync + fmt::Debug {
    /// Begins a session under these ids.
    fn start(&self, user: &str, session: &str) -> BoxFuture<'static, Result<(), ChatTrouble>>;
    /// What makes the Flow hand over, when a user says it.
    fn request(&self) -> String;
    /// Says something as the user. Ends once the chat has taken it.
    fn say(&self, text: &str) -> BoxFuture<'static, Result<(), ChatTrouble>>;
    /// What agents said in the session so far, oldest first.
    fn heard(&self) -> BoxFuture<'static, Result<Vec<String>, ChatTrouble>>;
    /// How the session stands.
    fn state(&self) -> BoxFuture<'static, Result<ChatState, ChatTrouble>>;
    /// Leaves the session. Must end soon, whatever became of it.
    fn end(&self) -> BoxFuture<'static, ()>;
}
