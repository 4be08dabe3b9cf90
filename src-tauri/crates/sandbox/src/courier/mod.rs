//! CXone calling the integration box: it brings what agents say, typing and recipients to be validated.
//!
//! Lazy, as a vendor employee saw it: the first call carries no token; a 401 makes it fetch one, and the same call is
//! repeated once. A token is kept until it ends, or until the box refuses it. Answers are judged by the `byoc` crate.

mod delivery;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use byoc::action::{SenderAction, SenderActionRequest, Typing};
use byoc::judge::{Step, Verdict, judge};
use byoc::outbound::{Attachment, Brand, MessageContent, Outbound, Recipient, Thread};
use byoc::path;
use byoc::recipient::{ValidationRefusal, ValidationRequest};
use byoc::token::{TokenAnswer, TokenRequest};
use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

pub(crate) use delivery::{Outbox, bring, bring_release, deliver};

use crate::inbox::{Identity, Message};
use crate::outgoing::{Call, CallError, Reply};
use crate::state::Seen;
use crate::switch::{BoxRetries, FirstAttempt, OutboundMode, PostId};
use crate::tenant::{Agent, Channel, Integration};

/// Tokens of integration boxes, by integration, with the second each ends.
#[derive(Default)]
pub(crate) struct Purse(Mutex<HashMap<String, (SecretString, i64)>>);

impl Purse {
    fn take(&self, integration: &str, now: i64) -> Option<SecretString> {
        let purse = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        purse
            .get(integration)
            .filter(|(_, until)| *until > now)
            .map(|(token, _)| token.clone())
    }

    /// Forgets every token.
    pub(crate) fn empty(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn put(&self, integration: &str, token: SecretString, until: i64) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(integration.to_owned(), (token, until));
    }
}

/// Why a call to the box did not do what it should. Its text is what the agent is shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("box_unreachable")]
    Unreachable(#[source] CallError),
    #[error("box_timeout")]
    Slow,
    #[error("token_refused: status {0}")]
    TokenRefused(u16),
    #[error("token_unusable")]
    TokenUnusable,
    #[error("unauthorized_with_token")]
    StillUnauthorized,
    #[error("box_status: {0}")]
    Status(u16),
    #[error("box_answer")]
    Answer(Verdict),
}

impl Failure {
    /// Whether another try may help.
    fn passing(&self) -> bool {
        matches!(
            self,
            Failure::Unreachable(_) | Failure::Slow | Failure::Status(500..=599)
        )
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Failure {
        match error {
            CallError::Slow { .. } => Failure::Slow,
            other => Failure::Unreachable(other),
        }
    }
}

/// One call to the box of an integration.
struct Errand<'a> {
    seen: &'a Seen,
    form: &'a Integration,
    path: String,
    body: Value,
    step: Step,
}

impl Errand<'_> {
    fn patience(&self) -> Duration {
        self.seen.switches.box_timeout.patience()
    }

    /// The path of the whole address, as a disturbance names it.
    fn target_path(&self) -> String {
        let url = format!("{}{}", self.form.box_url, self.path);
        url::Url::parse(&url)
            .map(|url| url.path().to_owned())
            .unwrap_or_default()
    }

    async fn attempt(&self, token: Option<&SecretString>) -> Result<Reply, CallError> {
        // The path is appended to the URL as it was typed: a slash at its end makes two.
        let url = format!("{}{}", self.form.box_url, self.path);
        let call = Call::new(Method::POST, &url, "").json(&self.body);
        let call = match token {
            Some(token) => call.bearer(token.expose_secret()),
            None if self.seen.switches.first_attempt == FirstAttempt::EmptyBearer => call.bearer(""),
            None => call,
        };
        call.send(self.patience()).await
    }

    /// A fresh token of the box.
    async fn token(&self) -> Result<SecretString, Failure> {
        let request = TokenRequest::new(
            self.form.client_id.as_str(),
            SecretString::from(self.form.client_secret.as_str()),
        );
        let call = Call::new(Method::POST, &self.form.authorization_url, "").json(&request.to_json());
        let reply = call.send(self.patience()).await?;
        if reply.status != StatusCode::OK {
            return Err(Failure::TokenRefused(reply.status.as_u16()));
        }
        let verdict = verdict(Step::Token, &reply);
        let answer: TokenAnswer = serde_json::from_slice(&reply.body).map_err(|_| Failure::TokenUnusable)?;
        if !verdict.kept {
            return Err(Failure::TokenUnusable);
        }
        let lifetime = answer.expires_in.and_then(|seconds| i64::try_from(seconds).ok());
        let until = lifetime.map_or(i64::MAX, |seconds| {
            self.seen.sim.clock.now().saturating_add(seconds)
        });
        self.seen
            .sim
            .purse
            .put(&self.form.id, answer.access_token.clone(), until);
        Ok(answer.access_token)
    }

    /// The call with its dance: as it is, then once more with a fresh token if the box asks for one.
    async fn run(&self) -> Result<Reply, Failure> {
        let kept = self.seen.sim.purse.take(&self.form.id, self.seen.sim.clock.now());
        let mut reply = self.attempt(kept.as_ref()).await?;
        if reply.status == StatusCode::UNAUTHORIZED {
            let token = self.token().await?;
            reply = self.attempt(Some(&token)).await?;
            if reply.status == StatusCode::UNAUTHORIZED {
                return Err(Failure::StillUnauthorized);
            }
        }
        let verdict = verdict(self.step, &reply);
        for judgement in &verdict.findings {
            tracing::debug!(?judgement, path = self.path, "the integration box's answer");
        }
        match verdict.kept {
            true => Ok(reply),
            false if reply.status.is_success() => Err(Failure::Answer(verdict)),
            false => Err(Failure::Status(reply.status.as_u16())),
        }
    }

    /// The same, as often as the switch says while trying again may help.
    async fn insist(&self) -> Result<Reply, Failure> {
        let retries = match self.seen.switches.box_retries {
            BoxRetries::None => 0,
            BoxRetries::One => 1,
            BoxRetries::Three => 3,
        };
        let mut outcome = self.run().await;
        for _ in 0..retries {
            match &outcome {
                Err(failure) if failure.passing() => outcome = self.run().await,
                _ => break,
            }
        }
        outcome
    }
}

fn verdict(step: Step, reply: &Reply) -> Verdict {
    let content_type = reply
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    judge(step, reply.status.as_u16(), content_type, &reply.body)
}

fn form<'a>(seen: &'a Seen, channel: &Channel) -> Option<&'a Integration> {
    seen.world
        .tenant
        .integrations
        .iter()
        .find(|form| form.id == channel.integration_id)
}

fn brand(seen: &Seen) -> Brand {
    let tenant = &seen.world.tenant;
    Brand {
        id: Some(tenant.brand_id()),
        tenant_id: Some(tenant.id.clone()),
        business_unit_id: Some(tenant.unit.number),
    }
}

fn read<T: serde::de::DeserializeOwned>(values: &[Value]) -> Vec<T> {
    values
        .iter()
        .filter_map(|value| serde_json::from_value(value.clone()).ok())
        .collect()
}

/// The errand that a message is. None where no integration box stands behind its channel.
fn errand<'a>(seen: &'a Seen, message: &Message, thread: &str, end_user: &Identity) -> Option<Errand<'a>> {
    let channel = seen
        .world
        .tenant
        .channels
        .iter()
        .find(|channel| channel.id == message.channel)?;
    let form = form(seen, channel)?;
    let mut recipients: Vec<Recipient> = read(&message.recipients);
    if recipients.is_empty() {
        recipients.push(Recipient {
            id_on_external_platform: end_user.external_id.clone(),
            name: Some(end_user.nickname.clone()).filter(|name| !name.is_empty()),
            is_primary: Some(true),
            is_private: Some(true),
        });
    }
    let content = &message.content;
    let text = |name: &str| content[name].as_str().map(str::to_owned);
    let outbound = Outbound {
        brand: Some(brand(seen)),
        thread: Thread {
            id_on_external_platform: thread.to_owned(),
            id: Some(message.thread.clone()),
        },
        message_content: MessageContent {
            kind: text("type").unwrap_or_else(|| "TEXT".to_owned()),
            payload: content["payload"].clone(),
            fallback_text: text("fallbackText"),
            postback: text("postback"),
        },
        end_user_recipients: recipients,
        reply_to_message: message
            .reply_to
            .as_ref()
            .map(|id| json!({ "idOnExternalPlatform": id })),
        is_reply_to_specific_message: Some(message.reply_to.is_some()),
        attachments: read::<Attachment>(&message.attachments),
        forward: None,
        rest: serde_json::Map::new(),
    };
    let (path, step) = match seen.switches.outbound_mode {
        OutboundMode::V2 => (path::outbound(&channel.id), Step::Outbound),
        OutboundMode::V1 => {
            let post = match seen.switches.post_id {
                PostId::ExternalThread => thread.to_owned(),
                PostId::Thread => message.thread.clone(),
                PostId::Prefixed => format!("{}_{thread}", channel.id),
            };
            (path::legacy_outbound(&post), Step::LegacyOutbound)
        }
    };
    // The fields of the 1.0 body are not known; the same ones are the best guess.
    let body = serde_json::to_value(&outbound).unwrap_or_default();
    Some(Errand {
        seen,
        form,
        path,
        body,
        step,
    })
}

/// The platform's id of the message, from a kept answer.
fn external_id(mode: OutboundMode, reply: &Reply) -> Option<String> {
    let body: Value = serde_json::from_slice(&reply.body).ok()?;
    let holder = match mode {
        OutboundMode::V2 => &body["message"],
        OutboundMode::V1 => &body,
    };
    holder["idOnExternalPlatform"].as_str().map(str::to_owned)
}

/// Brings typing to the box. What becomes of it is nobody's concern.
pub(crate) async fn typing(seen: &Seen, channel: &Channel, thread: &str, action: &str) {
    let Some(form) = form(seen, channel) else {
        return;
    };
    let action = match action {
        "isTypingOff" => Typing::Off,
        _ => Typing::On,
    };
    let request = SenderActionRequest {
        brand: Some(brand(seen)),
        sender_action: SenderAction { action },
        author_user: seen.caller().map(Agent::shown),
    };
    let errand = Errand {
        seen,
        form,
        path: path::sender_action(&channel.id, thread),
        body: serde_json::to_value(&request).unwrap_or_default(),
        step: Step::SenderAction,
    };
    if let Err(failure) = errand.run().await {
        tracing::debug!(%failure, "typing did not reach the integration box");
    }
}

/// Tells the box that a contact is over. That CXone's script does so is documented; path and body are ours.
async fn release(seen: &Seen, contact: u64) {
    let found = {
        let inbox = seen.sim.inbox();
        inbox.contact(contact).and_then(|contact| {
            let thread = inbox.thread(&contact.thread)?.external_id.clone();
            let status = contact.status.word();
            Some((contact.channel.clone(), thread, status))
        })
    };
    let Some((channel, thread, status)) = found else {
        return;
    };
    let channels = &seen.world.tenant.channels;
    let channel = channels.iter().find(|known| known.id == channel);
    let Some((channel, form)) = channel.and_then(|channel| Some((channel, form(seen, channel)?))) else {
        return;
    };
    // Beside the sender action's path, with the same escaping of ids.
    let path = path::sender_action(&channel.id, &thread).replace("/sender-action", "/release");
    let errand = Errand {
        seen,
        form,
        path,
        body: json!({ "brand": brand(seen), "contact": { "id": contact.to_string(), "status": status } }),
        step: Step::SenderAction,
    };
    if let Err(failure) = errand.insist().await {
        tracing::debug!(%failure, contact, "the end of a contact did not reach the integration box");
    }
}

/// Asks the box whether recipients can be reached. The error is the text for the agent.
pub(crate) async fn validate(seen: &Seen, channel: &Channel, recipients: &[Value]) -> Result<(), String> {
    let Some(form) = form(seen, channel) else {
        return Ok(());
    };
    let request = ValidationRequest {
        end_user_recipients: read(recipients),
    };
    let errand = Errand {
        seen,
        form,
        path: path::recipient_validation(&channel.id),
        body: serde_json::to_value(&request).unwrap_or_default(),
        step: Step::RecipientValidation,
    };
    let reply = errand.insist().await.map_err(|failure| failure.to_string())?;
    if reply.status == StatusCode::OK {
        return Ok(());
    }
    let refusal = serde_json::from_slice::<ValidationRefusal>(&reply.body);
    Err(refusal
        .map(|refusal| refusal.display_error_message)
        .unwrap_or_default())
}
