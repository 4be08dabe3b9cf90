//! The part of the round trip on the user's side of Cognigy.AI: a chat that is handed over, and HD-804.

use std::sync::Arc;

use cxone::contacts;

use super::until;
use crate::chat::{ChatState, ChatTrouble, TestChat};
use crate::context::{Context, Early, Judged};
use crate::evidence::quiet;
use crate::finding::Finding;
use crate::words;

fn broken(error: ChatTrouble) -> Early {
    Box::new(Finding::unknown(format!(
        "The test chat cannot be used, so this cannot be told: {error}."
    )))
}

impl Context {
    /// Hands the test chat over, so that Cognigy.AI knows a conversation behind the thread. Gives the thread on which CXone
    /// has it.
    pub(super) async fn hand_over(&self, chat: &Arc<dyn TestChat>, channel: &str) -> Result<String, Early> {
        let plan = self.plan()?;
        chat.start(&plan.mark, &plan.thread).await.map_err(broken)?;
        chat.say(&chat.request()).await.map_err(broken)?;
        let waits = self.live_waits;
        let state = until(
            waits.routed,
            waits.poll,
            || chat.state(),
            |state| *state != ChatState::Bot,
        );
        if state.await.map_err(broken)? == ChatState::Bot {
            let finding = Finding::unknown(
                "The Flow behind the test chat did not hand over, so it cannot be told whether replies arrive there.",
            );
            return Err(Box::new(finding.hint(
                "Check that the Flow of the Endpoint has a Handover to Agent node with this provider.",
            )));
        }
        // Cognigy.AI may have a thread of its own for the handover. Then that one is answered on.
        let session = self.session().await?;
        let found = quiet(contacts::of_end_user(&session, channel, &plan.mark)).await;
        let mut thread = plan.thread.clone();
        for contact in found.unwrap_or_default() {
            if contact.has_ended() {
                continue;
            }
            self.calls.live.ledger.add(&contact.number);
            if let Some(other) = contact.thread.filter(|other| *other != plan.thread) {
                thread = other;
            }
        }
        Ok(thread)
    }
}

/// HD-804
pub(crate) async fn ended(context: Arc<Context>) -> Judged {
    context.plan()?;
    context.contact().await?;
    let session = context.session().await?;
    for number in context.calls.live.ledger.open() {
        if let Err(error) = contacts::close(&session, &number).await {
            return Ok(super::refused("the closed status", &error));
        }
        context.calls.live.ledger.closed(&number, Ok(()));
    }
    let Some(chat) = context.chat.clone() else {
        return Ok(Finding::unknown(
            "CXone closes the contact. No test chat is behind it, so it cannot be told whether Cognigy.AI hears of that.",
        ));
    };
    let waits = context.live_waits;
    let state = until(
        waits.released,
        waits.poll,
        || chat.state(),
        |state| *state == ChatState::Bot,
    );
    let state = state.await.map_err(broken)?;
    let word = match state {
        ChatState::Bot => "with the Flow",
        ChatState::Waiting => "waiting for an agent",
        ChatState::Agent => "with the agent",
    };
    let finding = if state == ChatState::Bot {
        Finding::pass("CXone closes the contact, and the chat is back with the Flow.")
    } else {
        Finding::fail(format!(
            "CXone closed the contact, and Cognigy.AI has not heard of it after {}: the user stays with an agent who is gone.",
            words::seconds(waits.released)
        ))
        .hint(
            "In CXone Studio, open the script of the folder Cognigy and check its ONRELEASE action and what follows it. Restore \
             the script by saving the provider in Cognigy.AI once more.",
        )
    };
    Ok(finding.compare("The chat after closing", "with the Flow", word))
}
