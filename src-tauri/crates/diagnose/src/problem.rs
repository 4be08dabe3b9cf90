//! What was wrong with a call, told by kinds and codes, never by a server's words.

use cxone::{OAuthCode, SignInError};
use profile::ProfileField;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use transport::{Failure, FailureKind};
use ts_rs::TS;

use crate::SaveCall;

/// A call that did not do what it should.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(rename = "DiagnoseTrouble")]
pub struct Trouble {
    /// The call.
    pub call: SaveCall,
    /// The round it happened in, from 1.
    pub round: u32,
    /// What it was.
    pub problem: Problem,
}

/// What was wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(rename = "DiagnoseProblem")]
pub enum Problem {
    /// Values that the call needs are not there.
    Missing {
        /// Which.
        fields: Vec<ProfileField>,
    },
    /// The call would have taken a credential to a host that nobody vouches for.
    Untrusted {
        /// The host.
        host: String,
    },
    /// No complete answer.
    NoAnswer {
        /// Why.
        failure: Failure,
    },
    /// The host offers HTTP/2 and breaks it off; by HTTP/1.1 the same address answers.
    Http2 {
        /// What came of HTTP/2.
        failure: Failure,
    },
    /// The service failed.
    Service {
        /// 5xx.
        status: u16,
        /// `Retry-After` in seconds.
        #[ts(type = "number | null")]
        retry_after_s: Option<u64>,
    },
    /// 429.
    RateLimit {
        /// `Retry-After` in seconds.
        #[ts(type = "number | null")]
        retry_after_s: Option<u64>,
    },
    /// A web page where JSON should be, or the way to one.
    Page {
        /// Its status.
        status: u16,
    },
    /// JSON of another shape, another body, or a status that the call does not have.
    Unexpected {
        /// Its status.
        status: Option<u16>,
    },
    /// The sign-in was refused.
    SignIn {
        /// What was refused.
        refusal: Refusal,
        /// Whether the same values were accepted before, in this run or in an earlier one.
        accepted_before: bool,
        /// Whether the access key is accepted by itself; absent when that was not asked or not answered.
        key_alone: Option<bool>,
        /// The key's record, read with a token from before the refusal.
        key: Option<KeyState>,
    },
    /// The cloud does not know the tenant.
    Tenant {
        /// 400 or 404.
        status: u16,
    },
    /// The credentials are those of another tenant.
    OtherTenant {
        /// The token's tenant.
        found: String,
    },
    /// The credentials are those of another business unit.
    BusinessUnit {
        /// The token's unit.
        found: String,
    },
    /// The token is good, and its owner may not make the call.
    Role {
        /// 401 or 403.
        status: u16,
    },
    /// The sign-in works, but the owner of the access key is not active.
    Owner {
        /// The owner's state.
        owner: OwnerState,
    },
}

/// Which half of the sign-in was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "DiagnoseRefusal")]
pub enum Refusal {
    /// Client ID or Client Secret.
    Client,
    /// The application may not sign in so.
    Grant,
    /// The access key.
    Key,
    /// It was not said.
    Bare,
}

/// An access key's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(rename = "DiagnoseKeyState")]
pub struct KeyState {
    /// Whether it is active.
    pub active: Option<bool>,
    /// The state of its owner.
    pub owner: Option<OwnerState>,
}

/// The state of a key's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "DiagnoseOwnerState")]
pub enum OwnerState {
    /// May sign in.
    Active,
    /// Has not accepted the invitation.
    Pending,
    /// Any other state: blocked, inactive.
    Inactive,
}

impl Problem {
    /// Whether a credential was refused, so that no further sign-in is to be made.
    pub(crate) fn refuses(&self) -> bool {
        matches!(self, Problem::SignIn { .. })
    }

    pub(crate) fn of_error(call: SaveCall, error: &cxone::Error) -> Option<Problem> {
        Some(match error {
            cxone::Error::Transport(error) => return no_answer(&error.failure),
            cxone::Error::Status {
                status, retry_after, ..
            } => of_status(call, *status, retry_after.map(|wait| wait.as_secs())),
            cxone::Error::NotJson {
                html: true, status, ..
            } => Problem::Page { status: *status },
            cxone::Error::NotJson { status, .. } => Problem::Unexpected {
                status: Some(*status),
            },
            cxone::Error::Shape { .. } | cxone::Error::Underivable { .. } => Problem::Unexpected {
                status: error.status(),
            },
            cxone::Error::SignIn(error) => return Problem::of_sign_in(error),
            cxone::Error::Untrusted { host } => Problem::Untrusted { host: host.clone() },
            // A read that is answered with 401 would sign in again, which this run does not allow.
            cxone::Error::SignInClosed => Problem::Role { status: 401 },
        })
    }

    pub(crate) fn of_sign_in(error: &SignInError) -> Option<Problem> {
        Some(match error {
            SignInError::Refused { code, .. } => Problem::SignIn {
                refusal: match code {
                    OAuthCode::InvalidGrant => Refusal::Key,
                    OAuthCode::InvalidClient => Refusal::Client,
                    OAuthCode::Other(_) => Refusal::Bare,
                    OAuthCode::UnauthorizedClient
                    | OAuthCode::InvalidRequest
                    | OAuthCode::UnsupportedGrantType
                    | OAuthCode::InvalidScope => Refusal::Grant,
                },
                accepted_before: false,
                key_alone: None,
                key: None,
            },
            SignInError::Service {
                status, retry_after, ..
            } => of_status(SaveCall::Token, *status, retry_after.map(|wait| wait.as_secs())),
            SignInError::NotJson {
                html: true, status, ..
            } => Problem::Page { status: *status },
            SignInError::NotJson { status, .. } => Problem::Unexpected {
                status: Some(*status),
            },
            SignInError::Shape { exchange, .. } => Problem::Unexpected {
                status: exchange.status,
            },
            SignInError::Transport(error) => return no_answer(&error.failure),
            SignInError::Untrusted { host } => Problem::Untrusted { host: host.clone() },
            SignInError::Closed => return None,
        })
    }
}

fn no_answer(failure: &Failure) -> Option<Problem> {
    (failure.kind != FailureKind::Cancelled).then(|| Problem::NoAnswer {
        failure: failure.clone(),
    })
}

fn of_status(call: SaveCall, status: u16, retry_after_s: Option<u64>) -> Problem {
    match (call, status) {
        (_, 429) => Problem::RateLimit { retry_after_s },
        // Network Authentication Required, and a redirect where the API never sends one: a portal.
        (_, 300..=399 | 511) => Problem::Page { status },
        (_, 500..) => Problem::Service {
            status,
            retry_after_s,
        },
        (SaveCall::Tenant, 400 | 404) => Problem::Tenant { status },
        (SaveCall::Discovery | SaveCall::Token | SaveCall::Tenant, _) => {
            Problem::Unexpected { status: Some(status) }
        }
        (_, 401 | 403) => Problem::Role { status },
        _ => Problem::Unexpected { status: Some(status) },
    }
}
