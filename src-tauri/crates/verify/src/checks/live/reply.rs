//! HD-803: an agent's reply on its way through CXone to the integration box, and to the chat where there is one.
//!
//! Where CXone could not bring it, the same message is brought to the box from this computer: its answer names what is
//! wrong, which CXone's own words, documented nowhere, cannot.

use std::sync::Arc;

use cognigy::endpoint::{BoxMode, Delivery, Errand};
use cxone::messages::{self, Message, Outbound};
use transport::TransportError;

use super::{refused, until};
use crate::chat::TestChat;
use crate::checks::channel;
use crate::checks::endpoint::described;
use crate::context::{Context, Early, Judged, waits_for};
use crate::finding::Finding;
use crate::live::NICKNAME;
use crate::words::{self, Side};

/// The reply as CXone stored it.
pub(crate) struct Sent {
    /// CXone's own id of it.
    message: Option<Message>,
}

/// Why there is none.
pub(crate) enum NotSent {
    /// The run was over before.
    Over,
    /// The call did not work.
    Call(cxone::Error),
}

/// What the chat shows of it.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Shown {
    NoChat,
    Yes,
    No,
}

impl Context {
    async fn sent(&self, channel: &str, thread: &str) -> Result<Arc<Result<Sent, NotSent>>, Early> {
        let (session, plan) = (self.session().await?, self.plan()?.clone());
        let (channel, thread) = (channel.to_owned(), thread.to_owned());
        let ledger = self.calls.live.ledger.clone();
        let send = async move {
            if !ledger.is_open() {
                return Err(NotSent::Over);
            }
            let reply = Outbound {
                thread: &thread,
                end_user: &plan.mark,
                nickname: NICKNAME,
                text: &plan.reply,
            };
            let stored = messages::send(&session, &channel, &reply)
                .await
                .map_err(NotSent::Call)?;
            if let Some(contact) = &stored.contact {
                ledger.add(&contact.number);
            }
            Ok(Sent {
                message: stored.message,
            })
        };
        Ok(self.calls.live.sent.get(|| send).await)
    }
}

/// HD-803
pub(crate) async fn replied(context: Arc<Context>) -> Judged {
    let plan = context.plan()?.clone();
    let (_, channel) = context.contact().await?;
    let thread = match &context.chat {
        Some(chat) => context.hand_over(chat, &channel).await?,
        None => plan.thread.clone(),
    };
    let sent = context.sent(&channel, &thread).await?;
    let message = match &*sent {
        Ok(sent) => sent.message.clone(),
        Err(NotSent::Over) => {
            return Ok(Finding::unknown("The run was over before the reply was sent."));
        }
        Err(NotSent::Call(error)) => return Ok(refused("the reply", error)),
    };
    let told = delivery(&context, message).await;
    let told = match told {
        Ok(told) => told,
        Err(error) => return Ok(words::read_failed("the reply", &error)),
    };
    let attempt = told.as_ref().and_then(Message::delivery);
    let is_delivered = attempt.map(|attempt| attempt.is_success);
    let shown = match (&context.chat, is_delivered) {
        (None, _) => Shown::NoChat,
        // It can only be waited for where it may still come.
        (Some(_), Some(false)) => Shown::No,
        (Some(chat), _) => appears(&context, chat, &plan.reply).await?,
    };
    let words = attempt.and_then(|attempt| attempt.reason.clone());
    let finding = match (is_delivered, shown) {
        (Some(true) | None, Shown::Yes) => {
            Finding::pass("The reply went through CXone and the integration box, and the chat shows it.")
        }
        (Some(true), Shown::NoChat) => Finding::pass(
            "CXone brought the reply to the integration box, which took it. No test chat is behind it, so nobody saw it.",
        ),
        (Some(true), Shown::No) => Finding::fail(
            "The integration box took the reply, and the chat never showed it: it went to another conversation, or to none.",
        )
        .hint("Ask the people who run the install to look at the handover service."),
        (None, Shown::NoChat) => Finding::unknown(
            "CXone does not show what became of the reply, and no test chat is behind it, so this cannot be told.",
        ),
        (Some(false), _) | (None, Shown::No) => from_here(&context, &channel, &thread).await?,
    };
    Ok(match words {
        Some(words) => finding.compare("What CXone says of the reply", "delivered", words),
        None if is_delivered == Some(true) => {
            finding.compare("What CXone says of the reply", "delivered", "delivered")
        }
        None => finding,
    })
}

/// The message once CXone shows what became of it, or when it has had the time.
async fn delivery(context: &Context, stored: Option<Message>) -> Result<Option<Message>, cxone::Error> {
    let Some(stored) = stored else { return Ok(None) };
    let Ok(session) = context.session().await else {
        return Ok(None);
    };
    if stored.delivery().is_some() {
        return Ok(Some(stored));
    }
    let waits = context.live_waits;
    let ask = || {
        let (session, id) = (Arc::clone(&session), stored.id.clone());
        async move { messages::read(&session, &id).await }
    };
    until(waits.delivered, waits.poll, ask, |message: &Message| {
        message.delivery().is_some()
    })
    .await
    .map(Some)
}

async fn appears(context: &Context, chat: &Arc<dyn TestChat>, text: &str) -> Result<Shown, Early> {
    let waits = context.live_waits;
    let is_there = |heard: &Vec<String>| heard.iter().any(|line| line.contains(text));
    let heard = until(waits.delivered, waits.poll, || chat.heard(), is_there).await;
    Ok(match heard {
        Ok(heard) if is_there(&heard) => Shown::Yes,
        Ok(_) => Shown::No,
        Err(error) => {
            return Err(Box::new(Finding::unknown(format!(
                "The test chat broke while the reply was waited for, so this cannot be told: {error}."
            ))));
        }
    })
}

/// What the box says to the same message from this computer, and so what is wrong.
async fn from_here(context: &Context, channel: &str, thread: &str) -> Judged {
    let plan = context.plan()?;
    let (base, provider, pair) = (
        context.endpoint()?.base,
        context.provider()?,
        context.integration_pair()?,
    );
    let errand = Errand {
        provider_id: &provider.id,
        client_id: &pair.0,
        client_secret: &pair.1,
        channel_id: channel,
        thread,
        end_user: &plan.mark,
        text: &plan.reply,
    };
    let ask = |mode| cognigy::endpoint::deliver(context.client(), &base, mode, errand);
    let newer = match ask(BoxMode::V2).await {
        Ok(newer) => newer,
        Err(error) => return Ok(no_answer(&error)),
    };
    // Only a path that is not there gives reason to try the other one.
    let older = match newer.message.as_ref().map(|answer| answer.status) {
        Some(404) => ask(BoxMode::V1).await.ok(),
        _ => None,
    };
    if newer.is_kept && channel::form_differs(context) {
        return Err(waits_for(
            "HD-401",
            "CXone calls what was typed there, and the integration box takes the reply from here",
        ));
    }
    Ok(judged(&newer, older.as_ref(), context.chat.is_some()))
}

fn no_answer(error: &TransportError) -> Finding {
    let finding = words::no_answer(Side::Cognigy, &error.failure, &error.exchange);
    Finding {
        message: format!(
            "The integration box does not answer the reply. {}",
            finding.message
        ),
        ..finding
    }
}

const RUNNERS: &str = "Ask the people who run the install to look at the handover service.";

fn judged(newer: &Delivery, older: Option<&Delivery>, has_chat: bool) -> Finding {
    let Some(answer) = &newer.message else {
        return *waits_for("HD-206", "the integration box gave no token just now");
    };
    let took = answer
        .exchange
        .phases
        .total
        .map(|ms| format!(" after {:.1} s", ms / 1000.0))
        .unwrap_or_default();
    let status = answer.status;
    let finding = match status {
        _ if newer.is_kept => Finding::fail(format!(
            "CXone could not bring the reply. From this computer the integration box takes it{took}: CXone calls another \
             address, or gives up sooner."
        ))
        .hint(
            "In CXone, open ACD > Digital > Bring Your Own Channel and compare Integration box URL and Authorization URL with \
             those of this profile; Use DFO 3.0 Outbound API for replies has to be on. If they are right and the box is slow, \
             ask the people who run the install.",
        ),
        200..=299 => Finding::fail(
            "The integration box answers the reply without the id of a message, so CXone shows the agent that it was not sent.",
        )
        .hint(RUNNERS),
        401 | 403 => Finding::fail(format!(
            "The integration box refuses the reply with the token it gave just now ({status}), so CXone never gets through."
        ))
        .hint(RUNNERS),
        500.. => Finding::fail(format!("The integration box breaks on the reply ({status}).")).hint(RUNNERS),
        _ if older.is_some_and(|older| older.is_kept) => Finding::fail(
            "The integration box takes the reply on the 1.0 path alone, and CXone could not bring it: the two do not agree.",
        )
        .hint(
            "In CXone, open ACD > Digital > Bring Your Own Channel, edit the entry and switch Use DFO 3.0 Outbound API for \
             replies off.",
        ),
        _ if has_chat => Finding::fail(format!(
            "The integration box answers {status} to a reply in a chat that was handed over, so it does not know the \
             conversation or the path."
        ))
        .hint(
            "In CXone, open ACD > Digital > Bring Your Own Channel and compare the Integration box URL with the one of this \
             profile. If it is right, ask the people who run the install.",
        ),
        _ => Finding::unknown(format!(
            "The integration box gets past its 401 and answers {status}. No test chat is behind the reply, and a conversation \
             that Cognigy.AI does not know is refused like this, so more cannot be told."
        )),
    };
    finding.found(format!("From this computer: {}{took}.", described(answer)))
}
