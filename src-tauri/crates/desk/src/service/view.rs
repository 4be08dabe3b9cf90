//! What follows from a profile: everything the window shows of it.

use ::profile::{FormField, FormRow, Record, SecretField, SecretState, compare};

use crate::secrets::Secrets;

use crate::wire::{AddressView, ProfileView, ProviderView, SecretView, Trouble};

/// Secrets that have a field of their own; the previous integration secret shows as "restorable".
const SHOWN: [SecretField; 4] = [
    SecretField::AccessKeySecret,
    SecretField::ClientSecret,
    SecretField::IntegrationClientSecret,
    SecretField::CognigyApiKey,
];

pub(super) fn profile(record: &Record, secrets: &Secrets, sandbox: bool) -> ProfileView {
    let profile = &record.profile;
    let form = record.form().ok();
    let compared = match (&form, &record.typed_form) {
        (Some(form), Some(typed)) => compare(form, None, typed),
        _ => Vec::new(),
    };
    ProfileView {
        id: record.id.clone(),
        sandbox,
        profile: profile.clone(),
        connection: record.connection.clone(),
        secrets: SHOWN
            .iter()
            .map(|&field| secret(record, secrets, field))
            .collect(),
        checklist: record.checklist.clone(),
        problems: profile.problems(),
        provider: provider(record),
        endpoint: address(record),
        urls: profile.urls().ok(),
        compared,
        form: form.map_or_else(|| bare_form(record), |form| form.rows),
        trusted_hosts: record.trusted_hosts.iter().cloned().collect(),
        answers: record.answers.clone(),
        changed_at: record.changed_at.to_string(),
    }
}

/// CXone's BYOC form while the URLs cannot be made yet.
fn bare_form(record: &Record) -> Vec<FormRow> {
    let value = |field| match field {
        FormField::Name => Some(record.profile.name.clone()).filter(|name| !name.is_empty()),
        FormField::ClientId => record
            .connection
            .integration_client_id
            .clone()
            .filter(|id| !id.is_empty()),
        _ => None,
    };
    FormField::ALL
        .iter()
        .map(|&field| FormRow {
            field,
            label: field.label(),
            purpose: field.purpose(),
            goes_to: field.goes_to(),
            value: value(field),
        })
        .collect()
}

fn secret(record: &Record, secrets: &Secrets, field: SecretField) -> SecretView {
    let note = record.secrets.get(&field);
    SecretView {
        field,
        state: secrets.state(record, field),
        chars: note.map(|note| u32::try_from(note.chars).unwrap_or(u32::MAX)),
        set_at: note.map(|note| note.set_at.to_string()),
        restorable: field == SecretField::IntegrationClientSecret
            && secrets.state(record, SecretField::IntegrationClientSecretPrevious) != SecretState::Absent,
    }
}

fn provider(record: &Record) -> ProviderView {
    match record.profile.provider() {
        Ok(provider) => ProviderView {
            id: Some(provider.id),
            project_id: provider.project_id,
            host: Some(provider.host),
            trouble: None,
        },
        Err(error) => ProviderView {
            id: None,
            project_id: None,
            host: None,
            trouble: Some(Trouble {
                message: error.to_string(),
                hint: error.hint().to_owned(),
            }),
        },
    }
}

fn address(record: &Record) -> AddressView {
    match record.profile.endpoint() {
        Ok(endpoint) => AddressView {
            base: Some(endpoint.as_base()),
            certainty: Some(endpoint.certainty),
            warnings: endpoint.warnings,
            trouble: None,
        },
        Err(error) => AddressView {
            base: None,
            certainty: None,
            warnings: Vec::new(),
            trouble: Some(Trouble {
                message: error.to_string(),
                hint: error.hint(),
            }),
        },
    }
}
