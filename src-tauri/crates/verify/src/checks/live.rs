//! 8xx: a message goes in as a user's, a reply comes out as an agent's, and the end is heard.
//!
//! Everything that is created is written down in the [`Ledger`] before it is sent, and cleaned up by
//! [`Context::clean_up`]. A call that creates is shared like others: the check that asked for it may be cancelled, the
//! clean-up still hears its answer.

mod chat;
mod clean;
mod reply;

use std::sync::Arc;
use std::time::Duration;

use cxone::contacts::{self, Contact};
use cxone::messages::{self, Inbound};
use cxone::{Error, Session};
use tokio::time::{Instant, sleep};

pub(crate) use self::chat::ended;
pub(crate) use self::clean::Ledger;
pub(crate) use self::reply::replied;
use crate::checks::channel::CHANNELS;
use crate::checks::script;
use crate::context::{Context, Early, Judged, waits_for};
use crate::evidence::{Once, quiet};
use crate::finding::Finding;
use crate::live::{LivePlan, NICKNAME};
use crate::words;

/// Shared calls of this group.
#[derive(Default)]
pub(crate) struct Calls {
    opened: Once<Result<Opened, NotOpened>>,
    sent: Once<Result<reply::Sent, reply::NotSent>>,
    pub(crate) ledger: Ledger,
}

/// The contact that the round trip made.
pub(crate) struct Opened {
    /// Its number.
    number: String,
    /// Id of the channel it is on.
    channel: String,
}

/// Why there is none.
pub(crate) enum NotOpened {
    /// The run was over before it was sent.
    Over,
    /// The call did not work.
    Call(Error),
    /// CXone took the message and shows no contact.
    Hidden,
}

impl Context {
    /// What the administrator agreed to, where that is for this channel.
    pub(crate) fn plan(&self) -> Result<&LivePlan, Early> {
        let plan = self.live.as_ref().map(crate::Consent::plan);
        plan.filter(|plan| plan.channel == self.profile().name)
            .ok_or_else(|| {
                let finding =
                    Finding::skipped("Nobody agreed to write on this channel, so nothing was sent.");
                Box::new(finding.hint("Start the round trip again and agree to what it creates."))
            })
    }

    /// Creates the message, once.
    async fn opened(&self) -> Result<Arc<Result<Opened, NotOpened>>, Early> {
        let plan = self.plan()?.clone();
        let channel = quiet(self.channel()).await?.id;
        let session = self.session().await?;
        let (ledger, at) = (self.calls.live.ledger.clone(), self.now());
        let (wait, poll) = (self.live_waits.routed, self.live_waits.poll);
        let open = async move {
            if !ledger.begin(&channel) {
                return Err(NotOpened::Over);
            }
            let message = Inbound {
                id: &format!("{}-message", plan.mark),
                thread: &plan.thread,
                end_user: &plan.mark,
                nickname: NICKNAME,
                text: &plan.message,
                at,
            };
            let stored = match messages::create(&session, &channel, &message).await {
                Ok(stored) => stored,
                Err(error) => {
                    ledger.failed(&error);
                    return Err(NotOpened::Call(error));
                }
            };
            let number = match stored.contact {
                Some(contact) => Some(contact.number),
                None => seek(&session, &channel, &plan.mark, wait, poll).await,
            };
            let number = number.ok_or(NotOpened::Hidden)?;
            ledger.add(&number);
            Ok(Opened { number, channel })
        };
        Ok(self.calls.live.opened.get(|| open).await)
    }

    /// The contact; who needs it waits for the check that makes it.
    async fn contact(&self) -> Result<(String, String), Early> {
        match &*quiet(self.opened()).await? {
            Ok(opened) => Ok((opened.number.clone(), opened.channel.clone())),
            Err(_) => Err(waits_for("HD-801", "there is no contact to look at")),
        }
    }
}

/// The contact of an end user, by the search, which may know it some seconds late only.
async fn seek(
    session: &Arc<Session>,
    channel: &str,
    end_user: &str,
    wait: Duration,
    poll: Duration,
) -> Option<String> {
    let ask = || {
        let (session, channel, end_user) = (Arc::clone(session), channel.to_owned(), end_user.to_owned());
        async move { contacts::of_end_user(&session, &channel, &end_user).await }
    };
    let found = until(wait, poll, ask, |found: &Vec<Contact>| !found.is_empty()).await;
    found.ok()?.into_iter().next().map(|contact| contact.number)
}

/// Asks again and again until the answer is the wanted one, or the time is over; gives the last answer. The evidence has the
/// first and the last call.
async fn until<T, E, F>(
    wait: Duration,
    poll: Duration,
    mut ask: impl FnMut() -> F,
    wanted: impl Fn(&T) -> bool,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    let over = Instant::now() + wait;
    let first = ask().await?;
    if wanted(&first) {
        return Ok(first);
    }
    while Instant::now() < over {
        sleep(poll.min(over.saturating_duration_since(Instant::now()))).await;
        if wanted(&quiet(ask()).await?) {
            break;
        }
    }
    ask().await
}

/// HD-801
pub(crate) async fn opens(context: Arc<Context>) -> Judged {
    let opened = context.opened().await?;
    Ok(match &*opened {
        Ok(opened) => Finding::pass("CXone took the message and opened a contact for it.").compare(
            "Contact",
            "a number",
            opened.number.clone(),
        ),
        Err(NotOpened::Over) => Finding::unknown("The run was over before the message was sent."),
        Err(NotOpened::Hidden) => Finding::unknown(
            "CXone took the message, but shows no contact for it to this access key, so the round trip ends here.",
        )
        .hint("Check that the role of the access key's owner may view contacts of this channel."),
        Err(NotOpened::Call(error)) => refused("the message", error),
    })
}

/// A write that CXone did not do. `what` was to be written.
fn refused(what: &str, error: &Error) -> Finding {
    match error {
        Error::Status {
            status: 403,
            ..
        } => Finding::unknown(format!(
            "The role of the access key's owner may not write {what}, so this cannot be told."
        ))
        .hint("In CXone, open the role of the access key's owner and assign the channel and the right to send replies.")
        .found("HTTP 403."),
        Error::Status { status, api, .. } if (400..500).contains(status) && !matches!(status, 401 | 429) => {
            let said = [&api.code, &api.message].into_iter().flatten().map(String::as_str);
            let said: Vec<&str> = said.collect();
            let said = if said.is_empty() { "without a reason".to_owned() } else { said.join(", ") };
            Finding::fail(format!("CXone refuses {what} on this channel ({status})."))
                .hint(format!(
                    "Read what CXone says about it. If the channel was changed by hand, open {CHANNELS}, remove it, and save \
                     the provider in Cognigy.AI once more so that it is made anew."
                ))
                .found(format!("HTTP {status}: {said}."))
        }
        error => words::read_failed(what, error),
    }
}

/// HD-802
pub(crate) async fn routed(context: Arc<Context>) -> Judged {
    context.plan()?;
    let (number, _) = context.contact().await?;
    let session = context.session().await?;
    let waits = context.live_waits;
    let ask = || {
        let (session, number) = (Arc::clone(&session), number.clone());
        async move { contacts::read(&session, &number).await }
    };
    let done = |contact: &Contact| contact.is_routed() || contact.has_ended();
    let contact = match until(waits.routed, waits.poll, ask, done).await {
        Ok(contact) => contact,
        Err(error) => return Ok(words::read_failed("the contact", &error)),
    };
    let status = contact.status.clone().unwrap_or_else(|| "not shown".to_owned());
    let queue = contact.routing_queue.value().cloned();
    let waited = words::seconds(waits.routed);
    let finding = if contact.is_routed() {
        Finding::pass("The contact reached a queue.")
    } else if contact.has_ended() {
        Finding::fail("The contact was closed before it reached a queue.")
            .hint("In CXone Studio, look at the script of the channel: it ends contacts without asking for an agent.")
    } else if script::never_escalates(&context).await {
        *waits_for("HD-603", "the script of the channel does not ask for an agent")
    } else {
        Finding::fail(format!("The contact is {status} and in no queue after {waited}, so no agent gets it."))
            .hint(format!(
                "The script of the channel does not ask for an agent. In CXone, open {CHANNELS}, and check script and default \
                 skill of the channel; in Studio, check that the script is the one of the folder Cognigy and was not changed."
            ))
    };
    let assigned = if contact.is_assigned {
        "with an agent"
    } else {
        "none"
    };
    Ok(finding
        .compare("Status of the contact", "any but closed", status)
        .compare(
            "Queue of the contact",
            "a queue or an agent",
            queue.unwrap_or_else(|| assigned.to_owned()),
        ))
}
