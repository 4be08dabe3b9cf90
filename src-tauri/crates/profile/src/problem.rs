//! What keeps a profile from being complete.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::address::AddressError;
use crate::cloud::Cloud;
use crate::document::{Profile, UNIT_DIGITS, entered, read_host};
use crate::field::ProfileField;
use crate::provider::Provider;

/// One field that is missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct FieldProblem {
    /// The field.
    pub field: ProfileField,
    /// What is wrong with it.
    pub code: ProblemCode,
    /// The finding, a full sentence.
    pub message: String,
    /// Where the right value is found.
    pub hint: String,
}

impl FieldProblem {
    /// The finding where the field does not stand beside it: the message, with the field's name before it unless it begins
    /// with that.
    pub fn named(&self) -> String {
        if self.message.starts_with(self.field.label()) {
            self.message.clone()
        } else {
            format!("{}: {}", self.field, self.message)
        }
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "FieldProblemCode")]
#[schemars(rename = "FieldProblemCode")]
pub enum ProblemCode {
    /// Nothing is entered.
    Missing,
    /// What is entered cannot be right.
    Malformed,
    /// It contradicts another field.
    Conflict,
}

/// Longest name of a provider, in characters. The vendor documents no limit; a channel's name beyond it is a paste
/// that went wrong.
pub const MAX_NAME_CHARS: usize = 256;

impl Profile {
    /// The fields that are missing or malformed. Whether the provider id itself is right is judged by
    /// [`Profile::provider`], and credentials by [`crate::Credentials::missing`].
    pub fn problems(&self) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        let mut add = |field: ProfileField, code: ProblemCode, message: String, hint: &str| {
            problems.push(FieldProblem {
                field,
                code,
                message,
                hint: hint.to_owned(),
            });
        };
        let missing = |field: ProfileField| format!("{field} is missing.");

        if let Some(message) = name_fault(&self.name) {
            let code = if self.name.trim().is_empty() {
                ProblemCode::Missing
            } else {
                ProblemCode::Malformed
            };
            add(
                ProfileField::Name,
                code,
                message.to_owned(),
                ProfileField::Name.find(),
            );
        }
        match (
            entered(&self.provider_link),
            entered(&self.provider_id),
            entered(&self.domain),
        ) {
            (None, None, _) => {
                let field = ProfileField::ProviderLink;
                add(field, ProblemCode::Missing, missing(field), field.find());
            }
            (None, Some(_), None) => {
                let field = ProfileField::Domain;
                add(field, ProblemCode::Missing, missing(field), field.find());
            }
            (Some(_), id, domain) => {
                if let Ok(linked) = self.provider() {
                    let mut conflict = |field, message: &str| {
                        add(
                            field,
                            ProblemCode::Conflict,
                            message.to_owned(),
                            "Remove one of the two.",
                        );
                    };
                    if id.is_some_and(|id| !linked.id.eq_ignore_ascii_case(id.trim())) {
                        let message = "The link and the Handover provider ID name different providers.";
                        conflict(ProfileField::ProviderId, message);
                    }
                    let named = domain.and_then(|domain| Provider::from_parts(&linked.id, domain).ok());
                    if named.is_some_and(|named| named.host != linked.host) {
                        let message = "The link and the Cognigy.AI domain name different installs.";
                        conflict(ProfileField::Domain, message);
                    }
                }
            }
            _ => {}
        }
        match (entered(&self.endpoint_base), self.endpoint()) {
            (Some(_), Err(error)) => {
                let field = ProfileField::EndpointBase;
                let hint = error.hint_for(field);
                add(field, ProblemCode::Malformed, error.to_string(), &hint);
            }
            // Nothing to derive it from: only an address that is entered helps.
            (None, Err(error @ AddressError::Underivable { .. })) => {
                let field = ProfileField::EndpointBase;
                let message = format!("{} {error}", missing(field));
                add(field, ProblemCode::Missing, message, &error.hint_for(field));
            }
            _ => {}
        }
        if let (Some(_), Err(error)) = (entered(&self.cognigy_api), self.api()) {
            let field = ProfileField::CognigyApi;
            add(
                field,
                ProblemCode::Malformed,
                error.to_string(),
                &error.hint_for(field),
            );
        }
        match entered(&self.channel_integration_id) {
            None => {
                let field = ProfileField::ChannelIntegrationId;
                add(field, ProblemCode::Missing, missing(field), field.find());
            }
            Some(text) if text.trim().chars().any(|c| c.is_whitespace() || c.is_control()) => {
                let field = ProfileField::ChannelIntegrationId;
                let message = format!("{field} has a space or control character inside.");
                add(field, ProblemCode::Malformed, message, field.find());
            }
            Some(_) => {}
        }
        match self
            .cxone
            .tenant_id
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            None => {
                let field = ProfileField::TenantId;
                add(field, ProblemCode::Missing, missing(field), field.find());
            }
            // The hyphenated form is the only one the tenant look-up takes.
            Some(text) if text.len() != 36 || uuid::Uuid::try_parse(text).is_err() => {
                let field = ProfileField::TenantId;
                let message =
                    format!("{field} is not a UUID: 8, 4, 4, 4 and 12 characters with hyphens between.");
                add(field, ProblemCode::Malformed, message, field.find());
            }
            Some(_) => {}
        }
        match self
            .cxone
            .business_unit
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            None => {
                let field = ProfileField::BusinessUnit;
                add(field, ProblemCode::Missing, missing(field), field.find());
            }
            Some(text) if !text.chars().all(|c| c.is_ascii_digit()) => {
                let field = ProfileField::BusinessUnit;
                let message = format!("{field} has only digits.");
                add(field, ProblemCode::Malformed, message, field.find());
            }
            Some(text) if text.len() > UNIT_DIGITS => {
                let field = ProfileField::BusinessUnit;
                let message = format!(
                    "{field} has {} digits; no unit number has more than {UNIT_DIGITS}.",
                    text.len()
                );
                add(field, ProblemCode::Malformed, message, field.find());
            }
            Some(_) => {}
        }
        match self.issuer() {
            Ok(_) => {}
            Err(AddressError::Missing { .. }) => {
                let other = self.cxone.cloud == Some(Cloud::Other);
                let field = if other {
                    ProfileField::Issuer
                } else {
                    ProfileField::Cloud
                };
                add(field, ProblemCode::Missing, missing(field), field.find());
            }
            Err(error) => {
                let field = ProfileField::Issuer;
                add(
                    field,
                    ProblemCode::Malformed,
                    error.to_string(),
                    &error.hint_for(field),
                );
            }
        }
        for (field, text) in self.cxone.hosts.entries() {
            if let Some(text) = text.filter(|text| !text.trim().is_empty())
                && let Err(error) = read_host(field, text)
            {
                add(
                    field,
                    ProblemCode::Malformed,
                    error.to_string(),
                    &error.hint_for(field),
                );
            }
        }
        problems
    }
}

fn name_fault(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("Provider name is missing.")
    } else if name.chars().any(char::is_control) {
        Some("Provider name has a line break or control character.")
    } else if name.trim() != name {
        Some("Provider name begins or ends with a space; CXone's channel name would have it too.")
    } else if name.chars().count() > MAX_NAME_CHARS {
        Some("Provider name is longer than 256 characters.")
    } else {
        None
    }
}
