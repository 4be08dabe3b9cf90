//! What a stored secret was entered for.
//!
//! A secret is used only against the addresses it was entered for: the API key of Cognigy.AI against that API, the others
//! against CXone and the endpoint. When the issuer, the endpoint base or a host
//! override changes - by an import, in the window, in the terminal - it is left alone until it is confirmed or typed
//! again, so that none of these can send it elsewhere unasked.
//!
//! This is no protection against somebody who writes the file of profiles itself: the note of what a secret was
//! entered for stands beside the addresses there, and whoever changes the one by hand can change the other.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::address::{bare, tidy};
use crate::document::{Hosts, Profile, entered, read_host};
use crate::field::ProfileField;
use crate::secret::{SecretField, StoreKind};

/// The addresses a secret was entered for, in a normal form: another way of writing the same address is equal.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "SecretBinding")]
#[schemars(rename = "SecretBinding")]
pub struct Binding {
    /// The issuer, where one was usable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub issuer: Option<String>,
    /// The endpoint base, where one was usable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub endpoint_base: Option<String>,
    /// The host overrides.
    #[serde(default, skip_serializing_if = "Hosts::is_empty")]
    pub hosts: Hosts,
    /// The API of the Cognigy.AI install, where one was usable; of the API key alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cognigy_api: Option<String>,
}

/// What is known about a stored secret without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct SecretNote {
    /// When it was stored.
    #[schemars(with = "String")]
    #[ts(type = "string")]
    pub set_at: Timestamp,
    /// Its length in characters.
    pub chars: usize,
    /// What it was entered for.
    pub binding: Binding,
    /// The store that holds it; it stays there when another one is taken into use.
    #[serde(default = "keychain")]
    pub store: StoreKind,
    /// Whether the other side has accepted it since.
    #[serde(default)]
    pub proven: bool,
}

fn keychain() -> StoreKind {
    StoreKind::Keychain
}

/// Whether a secret may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum SecretState {
    /// None is stored.
    Absent,
    /// It may be used.
    Present,
    /// An address has changed since it was entered: confirm it or type it again.
    NeedsConfirmation,
}

impl Profile {
    /// What a secret entered now is for.
    pub fn binding(&self, secret: SecretField) -> Binding {
        if secret == SecretField::CognigyApiKey {
            return Binding {
                cognigy_api: self.api().ok().map(|api| bare(&api.base)),
                ..Binding::default()
            };
        }
        let host = |field: ProfileField, text: &Option<String>| {
            entered(text)
                .map(|text| read_host(field, text).map_or_else(|_| tidy(text).to_owned(), |url| bare(&url)))
        };
        let hosts = &self.cxone.hosts;
        Binding {
            issuer: self.issuer().ok().map(|url| bare(&url)),
            endpoint_base: self.endpoint().ok().map(|endpoint| endpoint.as_base()),
            hosts: Hosts {
                api: host(ProfileField::HostApi, &hosts.api),
                digital: host(ProfileField::HostDigital, &hosts.digital),
                userhub: host(ProfileField::HostUserhub, &hosts.userhub),
                events: host(ProfileField::HostEvents, &hosts.events),
            },
            cognigy_api: None,
        }
    }
}
