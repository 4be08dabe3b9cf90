//! Everything kept on disk for one profile. Secrets are not part of it, only notes about them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::binding::{SecretNote, SecretState};
use crate::checklist::Checklist;
use crate::document::{Profile, entered};
use crate::form::ByocForm;
use crate::id::ProfileId;
use crate::paste::TypedForm;
use crate::script::AcceptedScript;
use crate::secret::{SecretField, StoreKind};
use crate::urls::ProfileError;
use crate::watch::Watch;

/// A profile with its state.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProfileRecord")]
#[schemars(rename = "ProfileRecord")]
pub struct Record {
    /// Its identity.
    pub id: ProfileId,
    /// What was typed.
    pub profile: Profile,
    /// Identifiers of the CXone connection.
    #[serde(default)]
    pub connection: Connection,
    /// Notes about the stored secrets.
    #[serde(default)]
    pub secrets: BTreeMap<SecretField, SecretNote>,
    /// How far the set-up is.
    #[serde(default)]
    pub checklist: Checklist,
    /// The last paste of the BYOC form, without its secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub typed_form: Option<TypedForm>,
    /// The Studio script as it was accepted. Never exported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub accepted_script: Option<AcceptedScript>,
    /// Hosts outside the vendors' domains that were shown and confirmed for this profile.
    #[serde(default)]
    pub trusted_hosts: BTreeSet<String>,
    /// How it is watched in the background, once that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub watch: Option<Watch>,
    /// What a person found where only a person can look, by the check's id. It is about this tenant, hence never exported or
    /// copied.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[ts(as = "Option<BTreeMap<String, Answer>>", optional)]
    pub answers: BTreeMap<String, Answer>,
    /// When the profile was made.
    #[schemars(with = "String")]
    #[ts(type = "string")]
    pub created_at: Timestamp,
    /// When anything of it last changed.
    #[schemars(with = "String")]
    #[ts(type = "string")]
    pub changed_at: Timestamp,
}

/// Longest note of an answer, in characters.
pub const NOTE_CHARS: usize = 500;

/// What a person found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ManualAnswer")]
#[schemars(rename = "ManualAnswer")]
pub struct Answer {
    /// When it was said.
    #[schemars(with = "String")]
    #[ts(type = "string")]
    pub at: Timestamp,
    /// Whether it is as it should be.
    pub well: bool,
    /// What else was said, at most [`NOTE_CHARS`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<String>,
}

/// The CXone connection as Cognigy.AI keeps it, without its secrets. Identifiers, hence stored; never exported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "CxoneConnection")]
#[schemars(rename = "CxoneConnection")]
pub struct Connection {
    /// Name of the Connection in Cognigy.AI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// Access Key ID: the Connection's Username.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub access_key_id: Option<String>,
    /// Client ID from the application registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub client_id: Option<String>,
    /// Client ID of the channel integration, chosen freely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub integration_client_id: Option<String>,
}

impl Record {
    /// A new record around a profile.
    pub fn new(id: ProfileId, profile: Profile, now: Timestamp) -> Record {
        Record {
            id,
            profile,
            connection: Connection::default(),
            secrets: BTreeMap::new(),
            checklist: Checklist::default(),
            typed_form: None,
            accepted_script: None,
            trusted_hosts: BTreeSet::new(),
            watch: None,
            answers: BTreeMap::new(),
            created_at: now,
            changed_at: now,
        }
    }

    /// Whether a secret may be used for the addresses the profile has now.
    pub fn usable(&self, field: SecretField) -> SecretState {
        match self.secrets.get(&field) {
            None => SecretState::Absent,
            Some(note) if note.binding == self.profile.binding(field) => SecretState::Present,
            Some(_) => SecretState::NeedsConfirmation,
        }
    }

    /// Notes that a secret was stored for the present addresses.
    pub fn note_secret(
        &mut self,
        field: SecretField,
        secret: &SecretString,
        store: StoreKind,
        now: Timestamp,
    ) {
        let chars = secret.expose_secret().chars().count();
        let binding = self.profile.binding(field);
        self.secrets.insert(
            field,
            SecretNote {
                set_at: now,
                chars,
                binding,
                proven: false,
                store,
            },
        );
        self.changed_at = now;
    }

    /// The administrator confirmed a stored secret for the present addresses; it has to prove itself anew.
    /// False when none is stored.
    pub fn confirm_secret(&mut self, field: SecretField, now: Timestamp) -> bool {
        let binding = self.profile.binding(field);
        let Some(note) = self.secrets.get_mut(&field) else {
            return false;
        };
        if note.binding != binding {
            note.binding = binding;
            note.proven = false;
            self.changed_at = now;
        }
        true
    }

    /// The BYOC form with this profile's values.
    pub fn form(&self) -> Result<ByocForm, ProfileError> {
        let urls = self.profile.urls()?;
        Ok(ByocForm::new(
            &self.profile.name,
            &urls,
            entered(&self.connection.integration_client_id),
        ))
    }

    /// A copy under another name: what was typed and the confirmed hosts, without secrets, identifiers of the
    /// connection, or progress.
    pub fn duplicate(&self, id: ProfileId, name: String, now: Timestamp) -> Record {
        let profile = Profile {
            name,
            ..self.profile.clone()
        };
        Record {
            trusted_hosts: self.trusted_hosts.clone(),
            ..Record::new(id, profile, now)
        }
    }
}
