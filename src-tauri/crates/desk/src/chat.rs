//! The sandbox's own chat as a chat to test with: what a live round trip on the sample profile goes through.

use std::fmt;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use sandbox::{ChatError, ChatStage, Customer, Speaker};
use verify::{ChatState, ChatTrouble, TestChat};

use crate::desk::lock;

/// Gives the customer of these ids (user, session), as long as the sandbox is there.
type Opener = Arc<dyn Fn(String, String) -> BoxFuture<'static, Option<Customer>> + Send + Sync>;

/// A chat with the Flow of a running sandbox.
pub struct SandboxChat {
    open: Opener,
    customer: Arc<Mutex<Option<Customer>>>,
}

impl SandboxChat {
    /// A chat whose customers come from `open`.
    pub fn new(
        open: impl Fn(String, String) -> BoxFuture<'static, Option<Customer>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            open: Arc::new(open),
            customer: Arc::default(),
        }
    }

    fn customer(&self) -> Result<Customer, ChatTrouble> {
        lock(&self.customer).clone().ok_or(ChatTrouble::Broken)
    }
}

impl fmt::Debug for SandboxChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxChat").finish_non_exhaustive()
    }
}

impl TestChat for SandboxChat {
    fn start(&self, user: &str, session: &str) -> BoxFuture<'static, Result<(), ChatTrouble>> {
        let (open, place) = (Arc::clone(&self.open), Arc::clone(&self.customer));
        let (user, session) = (user.to_owned(), session.to_owned());
        Box::pin(async move {
            let customer = open(user, session).await.ok_or(ChatTrouble::Broken)?;
            *lock(&place) = Some(customer);
            Ok(())
        })
    }

    fn request(&self) -> String {
        "human".to_owned()
    }

    fn say(&self, text: &str) -> BoxFuture<'static, Result<(), ChatTrouble>> {
        let (customer, text) = (self.customer(), text.to_owned());
        Box::pin(async move {
            customer?.say(&text).await.map_err(|error| match error {
                ChatError::NoEndpoint => ChatTrouble::NoEndpoint,
                ChatError::Inactive => ChatTrouble::Inactive,
            })
        })
    }

    fn heard(&self) -> BoxFuture<'static, Result<Vec<String>, ChatTrouble>> {
        let customer = self.customer();
        Box::pin(async move {
            let lines = customer?.lines().into_iter();
            Ok(lines
                .filter(|line| line.speaker == Speaker::Agent)
                .map(|line| line.text)
                .collect())
        })
    }

    fn state(&self) -> BoxFuture<'static, Result<ChatState, ChatTrouble>> {
        let customer = self.customer();
        Box::pin(async move {
            Ok(match customer?.stage() {
                ChatStage::Bot => ChatState::Bot,
                ChatStage::Waiting => ChatState::Waiting,
                ChatStage::Agent => ChatState::Agent,
            })
        })
    }

    fn end(&self) -> BoxFuture<'static, ()> {
        // A customer who says nothing more has left.
        lock(&self.customer).take();
        Box::pin(async {})
    }
}
