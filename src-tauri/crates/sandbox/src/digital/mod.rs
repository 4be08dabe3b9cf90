//! The Digital API: channels, messages, threads, contacts, customers, tags, queues, tickets and event subscriptions.
//!
//! What a request may look like stands in the contract documents and is refused before it gets here; the routes refuse what
//! depends on what the tenant knows. Bodies are read without trust all the same: `--loose` lets everything through.

mod change;
mod channel;
mod contact;
mod customer;
mod directory;
mod field;
mod message;
mod moderation;
mod send;
mod subscription;
mod thread;
mod ticket;

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

pub(crate) use channel::embedded;
pub(crate) use send::take;
pub(crate) use ticket::ONE_TIME_TOKEN;

use crate::answer;
pub(crate) use crate::inbox::Limited;
pub(crate) use crate::params::json_body as read;
use crate::state::{Seen, Sim};
use crate::switch::{RoleEnforcement, Throttle};

pub(crate) fn routes() -> Router<Arc<Sim>> {
    channel::routes()
        .merge(send::routes())
        .merge(message::routes())
        .merge(moderation::routes())
        .merge(field::routes())
        .merge(thread::routes())
        .merge(contact::routes())
        .merge(change::routes())
        .merge(customer::routes())
        .merge(directory::routes())
        .merge(subscription::routes())
        .merge(ticket::routes())
}

/// A refused call, small enough to be handed up.
pub(crate) struct Refusal {
    status: StatusCode,
    field: &'static str,
    message: String,
    code: &'static str,
    trace: String,
    retry: Option<i64>,
}

impl Seen {
    /// A refusal of this call. `field` is empty for the whole.
    pub(crate) fn refusal(
        &self,
        status: StatusCode,
        field: &'static str,
        message: &str,
        code: &'static str,
    ) -> Refusal {
        Refusal {
            status,
            field,
            message: message.to_owned(),
            code,
            trace: self.trace.clone(),
            retry: None,
        }
    }

    /// What the caller may do on a channel, as calls are refused: reply, assign. Calls without an employee are the
    /// platform's own.
    pub(crate) fn may(&self, channel: &str) -> (bool, bool) {
        match (self.switches.role_enforcement, self.caller()) {
            (RoleEnforcement::Enforced, Some(caller)) => self.world.tenant.permissions(Some(caller), channel),
            _ => (true, true),
        }
    }

    /// The caller's role does not allow it.
    pub(crate) fn forbidden(&self) -> Refusal {
        let text = "Your role does not allow this on the channel.";
        self.refusal(StatusCode::FORBIDDEN, "", text, "forbidden")
    }

    /// Something that is not there.
    pub(crate) fn missing(&self, what: &'static str) -> Refusal {
        self.refusal(
            StatusCode::NOT_FOUND,
            what,
            "There is no such thing here.",
            "not_found",
        )
    }

    /// Something that is not there, for the operations that declare 400 and no 404.
    pub(crate) fn unknown(&self, what: &'static str) -> Refusal {
        self.refusal(
            StatusCode::BAD_REQUEST,
            what,
            "There is no such thing here.",
            "not_found",
        )
    }

    /// Lets a counted call through, or refuses it as the switch says.
    pub(crate) fn within(&self, counted: Result<(), i64>) -> Result<(), Refusal> {
        let (Err(seconds), false) = (counted, self.switches.throttle == Throttle::Off) else {
            return Ok(());
        };
        let status = StatusCode::TOO_MANY_REQUESTS;
        let mut refusal = self.refusal(status, "", "Too many calls of this kind.", "too_many_requests");
        refusal.retry = (self.switches.throttle == Throttle::RetryAfter).then_some(seconds);
        Err(refusal)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let field = Some(self.field).filter(|field| !field.is_empty());
        let mut response = answer::digital(self.status, field, &self.message, self.code, &self.trace);
        if let Some(seconds) = self.retry {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}

/// A success without a body.
fn done(status: StatusCode) -> Response {
    status.into_response()
}
