//! The BYOC form of CXone, in its own order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::document::Profile;
use crate::urls::{ByocUrls, ProfileError};

/// One field of the form.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "ByocField")]
#[schemars(rename = "ByocField")]
#[allow(missing_docs)] // `label` and `purpose` describe them
pub enum FormField {
    Name,
    IntegrationBoxUrl,
    AuthorizationUrl,
    AddActionUrl,
    ReconnectActionUrl,
    RemoveActionUrl,
    ClientId,
    ClientSecret,
}

/// Where a value of the form is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "ByocDestination")]
#[schemars(rename = "ByocDestination")]
pub enum Destination {
    /// In the BYOC form of CXone only.
    Cxone,
    /// In the BYOC form, and the same under Channel Integration Authentication in Cognigy.AI.
    Both,
}

impl FormField {
    /// All fields, in the order of the form.
    pub const ALL: [FormField; 8] = [
        FormField::Name,
        FormField::IntegrationBoxUrl,
        FormField::AuthorizationUrl,
        FormField::AddActionUrl,
        FormField::ReconnectActionUrl,
        FormField::RemoveActionUrl,
        FormField::ClientId,
        FormField::ClientSecret,
    ];

    /// The vendor's name of the field.
    pub fn label(self) -> &'static str {
        match self {
            FormField::Name => "Name",
            FormField::IntegrationBoxUrl => "Integration box URL",
            FormField::AuthorizationUrl => "Authorization URL",
            FormField::AddActionUrl => "Add action URL",
            FormField::ReconnectActionUrl => "Reconnect action URL",
            FormField::RemoveActionUrl => "Remove action URL",
            FormField::ClientId => "Client ID",
            FormField::ClientSecret => "Client Secret",
        }
    }

    /// What the value is for.
    pub fn purpose(self) -> &'static str {
        match self {
            FormField::Name => "Tells this integration from others in CXone's list. Any name will do.",
            FormField::IntegrationBoxUrl => "CXone sends there what agents write.",
            FormField::AuthorizationUrl => {
                "CXone fetches its token there. It holds the provider ID, so each provider needs an integration of its own."
            }
            FormField::AddActionUrl => "CXone opens it when a channel is added.",
            FormField::ReconnectActionUrl => "CXone opens it when a channel is connected again.",
            FormField::RemoveActionUrl => "CXone opens it when a channel is removed.",
            FormField::ClientId => "CXone shows it to Cognigy.AI to get its token. You choose it.",
            FormField::ClientSecret => "Proves that it is CXone that asks for the token: 32 characters.",
        }
    }

    /// Where the value is needed.
    pub fn goes_to(self) -> Destination {
        match self {
            FormField::ClientId | FormField::ClientSecret => Destination::Both,
            _ => Destination::Cxone,
        }
    }

    /// Whether CXone accepts any text here, so that a difference is no fault. Only the integration's own name.
    pub fn is_free_choice(self) -> bool {
        self == FormField::Name
    }
}

/// The form filled in. The secret is never in it: whoever copies it takes it from the secret store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct ByocForm {
    /// One row for each field, in the form's order.
    pub rows: Vec<FormRow>,
}

/// One row of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(rename = "ByocRow")]
#[schemars(rename = "ByocRow")]
pub struct FormRow {
    /// The field.
    pub field: FormField,
    /// Its name in CXone.
    pub label: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// Where it is needed.
    pub goes_to: Destination,
    /// The value to type; none for the secret and for a client id that is not chosen yet.
    pub value: Option<String>,
}

impl ByocForm {
    /// The form of a profile.
    pub fn of(profile: &Profile, client_id: Option<&str>) -> Result<ByocForm, ProfileError> {
        Ok(ByocForm::new(&profile.name, &profile.urls()?, client_id))
    }

    /// Fills the form for one provider.
    pub fn new(name: &str, urls: &ByocUrls, client_id: Option<&str>) -> ByocForm {
        let value = |field: FormField| {
            let text = match field {
                FormField::Name => name,
                FormField::IntegrationBoxUrl => &urls.integration_box_url,
                FormField::AuthorizationUrl => &urls.authorization_url,
                FormField::AddActionUrl => &urls.add_action_url,
                FormField::ReconnectActionUrl => &urls.reconnect_action_url,
                FormField::RemoveActionUrl => &urls.remove_action_url,
                FormField::ClientId => client_id?,
                FormField::ClientSecret => return None,
            };
            (!text.is_empty()).then(|| text.to_owned())
        };
        let rows = FormField::ALL.map(|field| FormRow {
            field,
            label: field.label(),
            purpose: field.purpose(),
            goes_to: field.goes_to(),
            value: value(field),
        });
        ByocForm { rows: rows.into() }
    }

    /// The value of one field.
    pub fn value(&self, field: FormField) -> Option<&str> {
        self.rows.iter().find(|row| row.field == field)?.value.as_deref()
    }
}
