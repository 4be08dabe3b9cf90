//! Handover providers and the services they are made of.
//!
//! The object's shape is documented; the keys of a CXone provider's properties and the words of `provisioning.status` are
//! not, so both are recognised by what they say.

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

use crate::api::{Api, Error, ErrorCode, Listed, Read, Record};
use crate::value::{self, folded};

/// A handover provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Provider {
    /// `_id`, 24 characters.
    pub id: String,
    /// `referenceId`, a UUID.
    pub reference_id: Option<String>,
    /// `name`; CXone gives it to the channel.
    pub name: Option<String>,
    /// `service`, such as `niceCxOne`.
    pub service: Option<String>,
    /// `serviceId`.
    pub service_id: Option<String>,
    /// `properties`.
    pub properties: Vec<Property>,
    /// `provisioning`: how the last Save went. An install may not tell.
    pub provisioning: Option<Provisioning>,
    /// `lastChangedAt`.
    pub changed_at: Option<Timestamp>,
}

/// A property of a provider. Its value can be a secret of another service, so it is not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Property {
    /// Its key.
    pub key: String,
    /// Its value, where that is a text or a number.
    pub value: Option<String>,
}

impl fmt::Debug for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Property")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// A field of a CXone provider that can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Tenant ID.
    Tenant,
    /// Business Unit ID.
    BusinessUnit,
    /// Channel Integration ID.
    Integration,
}

impl Wanted {
    /// Whether a property's key says that it is this field.
    fn is_named(self, key: &str) -> bool {
        let key = folded(key);
        let has = |word: &str| key.contains(word);
        match self {
            Wanted::Tenant => has("tenant"),
            Wanted::BusinessUnit => has("businessunit") || ["bu", "buid", "busno"].contains(&key.as_str()),
            Wanted::Integration => {
                has("integration")
                    && !["auth", "client", "secret", "credential"]
                        .iter()
                        .any(|word| has(word))
            }
        }
    }
}

/// How the last Save of a provider went, by the install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisioning {
    /// The word of the install. No list of them is public.
    pub status: String,
    /// What that word means.
    pub state: ProvisioningState,
    /// Why, where the install says it. A server's text: redact it before it is shown.
    pub reason: Option<String>,
}

/// What a provisioning status means, as far as its word tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProvisioningState {
    /// CXone has what it needs.
    Succeeded,
    /// Cognigy.AI did not get through to CXone, or was refused there.
    Failed,
    /// Nothing was tried yet, or it is under way.
    Pending,
    /// A word that tells nothing.
    Unknown,
}

impl ProvisioningState {
    /// The meaning of a status word.
    #[must_use]
    pub fn of(status: &str) -> ProvisioningState {
        let word = folded(status);
        let has = |words: &[&str]| words.iter().any(|part| word.contains(part));
        if has(&[
            "fail", "error", "reject", "refus", "invalid", "unauthor", "denied", "timeout", "timedout",
        ]) {
            ProvisioningState::Failed
        } else if has(&["incomplete", "notprovisioned", "unprovisioned", "notready"]) {
            ProvisioningState::Pending
        } else if has(&[
            "success",
            "succeed",
            "complete",
            "provisioned",
            "ready",
            "done",
            "healthy",
        ]) || ["ok", "active", "created"].contains(&word.as_str())
        {
            ProvisioningState::Succeeded
        } else if has(&[
            "pending",
            "progress",
            "queue",
            "wait",
            "running",
            "provisioning",
            "started",
        ]) || word == "new"
        {
            ProvisioningState::Pending
        } else {
            ProvisioningState::Unknown
        }
    }
}

impl Provisioning {
    fn read(value: &Value) -> Option<Provisioning> {
        let (status, more) = match value {
            Value::String(status) if !status.is_empty() => (status.clone(), None),
            value => (value::text(value, "status")?, Some(value)),
        };
        let reason = more.and_then(|value| {
            [
                "error",
                "errorMessage",
                "reason",
                "message",
                "detail",
                "lastError",
            ]
            .iter()
            .find_map(|name| {
                let said = value.get(*name)?;
                value::plain(said)
                    .or_else(|| value::text(said, "message"))
                    .or_else(|| value::text(said, "detail"))
            })
        });
        Some(Provisioning {
            state: ProvisioningState::of(&status),
            status,
            reason,
        })
    }
}

/// A kind of handover provider that the install offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// `_id`.
    pub id: String,
    /// `name`, such as `niceCxOne` or `liveAgent`.
    pub name: Option<String>,
    /// Keys of the properties that a provider of it has.
    pub keys: Vec<String>,
}

/// Whether the name of a service is that of CXone, integrated or not.
#[must_use]
pub fn is_cxone(service: &str) -> bool {
    folded(service).contains("cxone")
}

impl Provider {
    pub(crate) fn read(value: &Value) -> Option<Provider> {
        Some(Provider {
            id: value::text(value, "_id").or_else(|| value::text(value, "id"))?,
            reference_id: value::text(value, "referenceId"),
            name: value::text(value, "name"),
            service: value::text(value, "service"),
            service_id: value::text(value, "serviceId"),
            properties: properties(value.get("properties")),
            provisioning: value.get("provisioning").and_then(Provisioning::read),
            changed_at: value::time(value, "lastChangedAt"),
        })
    }

    /// The property that is this field; none where no key says so. Its value may be empty.
    #[must_use]
    pub fn property(&self, wanted: Wanted) -> Option<&Property> {
        self.properties
            .iter()
            .find(|property| wanted.is_named(&property.key))
    }

    /// Whether any property has this value, whatever its key.
    #[must_use]
    pub fn holds(&self, value: &str) -> bool {
        let same = |text: &String| text.trim().eq_ignore_ascii_case(value);
        self.properties
            .iter()
            .any(|property| property.value.as_ref().is_some_and(same))
    }
}

/// A list of `{key, value}` (seen in code); an object is read as well.
fn properties(value: Option<&Value>) -> Vec<Property> {
    match value {
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(|item| {
                Some(Property {
                    key: value::text(item, "key")?,
                    value: item.get("value").and_then(value::plain),
                })
            })
            .collect(),
        Some(Value::Object(map)) => map
            .iter()
            .map(|(key, value)| Property {
                key: key.clone(),
                value: value::plain(value),
            })
            .collect(),
        _ => Vec::new(),
    }
}

impl Api {
    /// Reads a handover provider; `None` where the install has none with this id. The path is documented; where it is
    /// not there, the install's own document is asked for another.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn provider(&self, id: &str) -> Result<Option<Provider>, Error> {
        let path = ["v2.0", "handover", "provider", id];
        let missing = match self.provider_at(&path).await {
            Err(error) if matches!(error.status(), Some(404 | 405)) => error,
            other => return other.map(Some),
        };
        let elsewhere = match self.document().await {
            Ok(document) => document.provider(id).filter(|other| *other != path),
            Err(_) => None,
        };
        let last = match elsewhere {
            Some(other) => {
                let other: Vec<&str> = other.iter().map(String::as_str).collect();
                match self.provider_at(&other).await {
                    Err(error) if error.code() == ErrorCode::NotFound => error,
                    other => return other.map(Some),
                }
            }
            None => missing,
        };
        match last {
            Error::Status {
                status: 404, problem, ..
            } if problem.is_of_the_api => Ok(None),
            // Whoever answered was not the API: whether the provider is there is not known.
            error => Err(error),
        }
    }

    async fn provider_at(&self, path: &[&str]) -> Result<Provider, Error> {
        let (provider, response) = self.json(Read::of(path, &[], "cognigy provider")).await?;
        Provider::read(&provider).ok_or_else(|| Error::shape("provider", "it has no id", &response))
    }

    /// The handover providers of a project (path inferred from the operation's name).
    ///
    /// # Errors
    /// [`Error`].
    pub async fn providers(&self, project: &str) -> Result<Listed<Provider>, Error> {
        let query = [("projectId", project)];
        let path = ["v2.0", "handover", "providers"];
        self.list(&path, &query, "cognigy providers", Provider::read)
            .await
    }

    /// Reads one kind of provider.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn service(&self, id: &str) -> Result<Service, Error> {
        let path = ["v2.0", "handover", "services", id];
        let read = Read {
            record: Record::Whole,
            ..Read::of(&path, &[], "cognigy handover service")
        };
        let (service, response) = self.json(read).await?;
        service_of(&service).ok_or_else(|| Error::shape("handover service", "it has no id", &response))
    }

    /// The kinds of providers that the install offers (path inferred from the single read).
    ///
    /// # Errors
    /// [`Error`].
    pub async fn services(&self) -> Result<Listed<Service>, Error> {
        let path = ["v2.0", "handover", "services"];
        self.list(&path, &[], "cognigy handover services", service_of)
            .await
    }
}

fn service_of(value: &Value) -> Option<Service> {
    Some(Service {
        id: value::text(value, "_id")?,
        name: value::text(value, "name"),
        keys: properties(value.get("properties"))
            .into_iter()
            .map(|property| property.key)
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_status_is_understood_by_its_word() {
        use ProvisioningState::{Failed, Pending, Succeeded, Unknown};
        for (word, state) in [
            ("succeeded", Succeeded),
            ("PROVISIONED", Succeeded),
            ("ok", Succeeded),
            ("failed", Failed),
            ("provisioning_failed", Failed),
            ("error", Failed),
            ("pending", Pending),
            ("provisioning", Pending),
            ("not-provisioned", Pending),
            ("incomplete", Pending),
            ("provisioning_complete", Succeeded),
            ("token", Unknown),
            ("7", Unknown),
        ] {
            assert_eq!(ProvisioningState::of(word), state, "{word}");
        }
    }

    #[test]
    fn fields_are_found_by_what_their_keys_say() {
        let provider = Provider::read(&json!({
            "_id": "6a1f0c2e9b7d4e0011223344", "lastChangedAt": 1_790_000_360_000_i64,
            "properties": [
                { "key": "channelIntegrationAuthentication", "value": "sim_reference" },
                { "key": "channelIntegrationId", "value": "3c9d" },
                { "key": "tenant_id", "value": "11EB" },
                { "key": "businessUnit", "value": 4_599_999 },
                { "value": "without a key" },
            ],
            "provisioning": { "status": "failed", "error": { "message": "CXone answered 401" } },
        }))
        .unwrap();
        let value = |wanted| provider.property(wanted).unwrap().value.clone().unwrap();
        assert_eq!(
            [Wanted::Tenant, Wanted::BusinessUnit, Wanted::Integration].map(value),
            ["11EB", "4599999", "3c9d"]
        );
        assert!(provider.holds("11eb") && !provider.holds("12"));
        let provisioning = provider.provisioning.as_ref().unwrap();
        assert_eq!(
            (provisioning.state, provisioning.reason.as_deref()),
            (ProvisioningState::Failed, Some("CXone answered 401"))
        );
        assert!(!format!("{provider:?}").contains("sim_reference"));
        assert_eq!(provider.changed_at.unwrap().as_second(), 1_790_000_360);
        assert_eq!(Provider::read(&json!({ "name": "x" })), None);
        let bare = Provider::read(&json!({ "_id": "x", "provisioning": {} })).unwrap();
        assert_eq!((bare.provisioning, bare.properties), (None, vec![]));
    }

    #[test]
    fn a_service_is_known_by_its_name() {
        for (name, cxone) in [("niceCxOne", true), ("NiCE CXone", true), ("liveAgent", false)] {
            assert_eq!(is_cxone(name), cxone, "{name}");
        }
    }
}
