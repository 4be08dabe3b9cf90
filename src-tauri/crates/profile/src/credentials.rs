//! The credentials of one run.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::field::ProfileField;
use crate::secret::StoreKind;

/// What one run signs in with. The identifiers are held like secrets, so that they are redacted like them.
#[derive(Clone)]
pub struct Credentials {
    /// Access Key ID of the CXone user.
    pub access_key_id: Option<SecretString>,
    /// Access Key Secret of the CXone user.
    pub access_key_secret: Option<SecretString>,
    /// Client ID of the registered application.
    pub client_id: Option<SecretString>,
    /// Client Secret of the registered application.
    pub client_secret: Option<SecretString>,
    /// Client ID of the channel integration.
    pub integration_client_id: Option<SecretString>,
    /// Client Secret of the channel integration.
    pub integration_client_secret: Option<SecretString>,
    /// API key of a Cognigy.AI user; the only one that a run can do without.
    pub cognigy_api_key: Option<SecretString>,
    /// Where they came from.
    pub source: StoreKind,
    /// Those whose variable is set to something that is not text; they count as missing.
    pub unreadable: Vec<ProfileField>,
}

/// What a variable of the environment is set to.
#[derive(Clone)]
pub enum Variable {
    /// It is not set.
    Absent,
    /// It is set to something that is not UTF-8.
    Unreadable,
    /// Its text.
    Text(String),
}

impl Variable {
    /// A variable of this program's environment.
    pub fn read(name: &str) -> Variable {
        match std::env::var(name) {
            Ok(text) => Variable::Text(text),
            Err(std::env::VarError::NotPresent) => Variable::Absent,
            Err(std::env::VarError::NotUnicode(_)) => Variable::Unreadable,
        }
    }
}

// By hand: the text may be a secret.
impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Variable::Absent => "Absent",
            Variable::Unreadable => "Unreadable",
            Variable::Text(_) => "Text(<redacted>)",
        })
    }
}

impl Credentials {
    /// No credentials.
    pub fn none(source: StoreKind) -> Credentials {
        Credentials {
            access_key_id: None,
            access_key_secret: None,
            client_id: None,
            client_secret: None,
            integration_client_id: None,
            integration_client_secret: None,
            cognigy_api_key: None,
            source,
            unreadable: Vec::new(),
        }
    }

    /// From the `HANDOVER_*` variables ([`ProfileField::variable`]). Empty is the same as unset; spaces are kept,
    /// since a space too many is a mistake to be found.
    pub fn from_env(variable: impl Fn(&str) -> Option<String>) -> Credentials {
        Self::from_variables(|name| variable(name).map_or(Variable::Absent, Variable::Text))
    }

    /// [`Credentials::from_env`] for an environment that can hold more than text.
    pub fn from_variables(variable: impl Fn(&str) -> Variable) -> Credentials {
        let mut credentials = Credentials::none(StoreKind::Environment);
        for field in Self::FIELDS {
            match field.variable().map_or(Variable::Absent, &variable) {
                Variable::Text(value) if !value.is_empty() => {
                    if let Some(slot) = credentials.slot(field) {
                        *slot = Some(SecretString::from(value));
                    }
                }
                Variable::Unreadable => credentials.unreadable.push(field),
                Variable::Text(_) | Variable::Absent => {}
            }
        }
        credentials
    }

    /// The fields that are credentials, in the order of the set-up.
    pub const FIELDS: [ProfileField; 7] = [
        ProfileField::AccessKeyId,
        ProfileField::AccessKeySecret,
        ProfileField::ClientId,
        ProfileField::ClientSecret,
        ProfileField::IntegrationClientId,
        ProfileField::IntegrationClientSecret,
        ProfileField::CognigyApiKey,
    ];

    /// One credential; none for a field that is not one.
    pub fn get(&self, field: ProfileField) -> Option<&SecretString> {
        match field {
            ProfileField::AccessKeyId => self.access_key_id.as_ref(),
            ProfileField::AccessKeySecret => self.access_key_secret.as_ref(),
            ProfileField::ClientId => self.client_id.as_ref(),
            ProfileField::ClientSecret => self.client_secret.as_ref(),
            ProfileField::IntegrationClientId => self.integration_client_id.as_ref(),
            ProfileField::IntegrationClientSecret => self.integration_client_secret.as_ref(),
            ProfileField::CognigyApiKey => self.cognigy_api_key.as_ref(),
            _ => None,
        }
    }

    /// Longest credential, in characters: the smallest limit of the three keychains. No known one comes near it.
    pub const LONGEST: usize = 1280;

    /// Whether a value is longer than [`Credentials::LONGEST`], as a page that was pasted whole is.
    pub fn is_oversized(value: &SecretString) -> bool {
        value.expose_secret().chars().nth(Self::LONGEST).is_some()
    }

    /// The credentials that are too long to be one.
    pub fn oversized(&self) -> Vec<ProfileField> {
        Self::FIELDS
            .into_iter()
            .filter(|&field| self.get(field).is_some_and(Self::is_oversized))
            .collect()
    }

    /// The credentials that are not there. The API key of Cognigy.AI is optional and is missing only where one was meant,
    /// and cannot be read.
    pub fn missing(&self) -> Vec<ProfileField> {
        let is_needed = |field| field != ProfileField::CognigyApiKey || self.unreadable.contains(&field);
        Self::FIELDS
            .into_iter()
            .filter(|&field| self.get(field).is_none() && is_needed(field))
            .collect()
    }

    /// All that are there: what a redactor has to know.
    pub fn present(&self) -> impl Iterator<Item = &SecretString> {
        Self::FIELDS.into_iter().filter_map(|field| self.get(field))
    }

    /// All that are there, with their fields.
    pub fn named(&self) -> impl Iterator<Item = (ProfileField, &SecretString)> {
        Self::FIELDS
            .into_iter()
            .filter_map(|field| self.get(field).map(|secret| (field, secret)))
    }

    fn slot(&mut self, field: ProfileField) -> Option<&mut Option<SecretString>> {
        match field {
            ProfileField::AccessKeyId => Some(&mut self.access_key_id),
            ProfileField::AccessKeySecret => Some(&mut self.access_key_secret),
            ProfileField::ClientId => Some(&mut self.client_id),
            ProfileField::ClientSecret => Some(&mut self.client_secret),
            ProfileField::IntegrationClientId => Some(&mut self.integration_client_id),
            ProfileField::IntegrationClientSecret => Some(&mut self.integration_client_secret),
            ProfileField::CognigyApiKey => Some(&mut self.cognigy_api_key),
            _ => None,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Credentials");
        for (field, name) in Self::FIELDS.into_iter().zip([
            "access_key_id",
            "access_key_secret",
            "client_id",
            "client_secret",
            "integration_client_id",
            "integration_client_secret",
            "cognigy_api_key",
        ]) {
            shown.field(name, &self.get(field).map(|_| "<redacted>"));
        }
        shown.field("source", &self.source).finish()
    }
}
