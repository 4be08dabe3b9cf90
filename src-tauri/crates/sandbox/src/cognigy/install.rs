//! What the simulated Cognigy.AI install keeps, in its own nouns and in the shapes its REST API shows.
//!
//! Names of property keys, connection types and node settings that no public source gives are ours; `sample` says which.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// One organisation with one project.
#[derive(Clone)]
pub(crate) struct Install {
    pub organisation_id: String,
    pub locale_id: String,
    pub user: User,
    pub key: ApiKey,
    pub project: Project,
    pub services: Vec<Service>,
    pub providers: Vec<Provider>,
    pub connections: Vec<Connection>,
    pub endpoints: Vec<Endpoint>,
    pub flows: Vec<Flow>,
    /// Oldest first.
    pub logs: Vec<LogEntry>,
    /// Oldest first.
    pub turns: Vec<Turn>,
}

/// An API key and what its owner may do.
#[derive(Clone)]
pub(crate) struct ApiKey {
    pub secret: String,
    /// Whether the owner is a member of the project.
    pub member: bool,
    /// Project roles, by their documented names.
    pub roles: Vec<&'static str>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    #[serde(rename = "_id")]
    pub id: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub organisation: String,
    pub roles: Vec<&'static str>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Project {
    #[serde(rename = "_id")]
    pub id: String,
    pub reference_id: String,
    pub name: String,
    pub primary_locale_reference: String,
    pub color: &'static str,
    pub created_at: i64,
    pub last_changed: i64,
}

/// A kind of handover provider that the install offers.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Service {
    #[serde(rename = "_id")]
    pub id: String,
    pub reference_id: String,
    pub version: &'static str,
    pub name: &'static str,
    pub service_url: String,
    pub logo_url: String,
    pub properties: Vec<Property>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Property {
    pub key: String,
    pub value: Value,
}

/// A handover provider. Its times are milliseconds, unlike those of the other resources (seen in code).
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Provider {
    #[serde(rename = "_id")]
    pub id: String,
    pub reference_id: String,
    pub organisation_id: String,
    pub service_id: String,
    pub service: String,
    pub locale_id: String,
    pub name: String,
    pub created_at: i64,
    pub last_changed_at: i64,
    pub created_by: String,
    pub last_changed_by: String,
    pub properties: Vec<Property>,
    pub settings: Map<String, Value>,
    pub provisioning: Provisioning,
    /// Channel the last Save that worked left in CXone.
    #[serde(skip)]
    pub channel: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Provisioning {
    pub status: ProvisioningStatus,
}

/// How the last Save went. That there is such a field is seen in code; its words are not known, these are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProvisioningStatus {
    /// Nothing was tried: a value is missing.
    Pending,
    Succeeded,
    Failed,
}

/// A set of credentials. Values go in and never come out.
#[derive(Clone)]
pub(crate) struct Connection {
    pub id: String,
    pub reference_id: String,
    pub name: String,
    pub extension: String,
    pub kind: String,
    pub fields: Vec<(String, String)>,
    pub created_at: i64,
    pub last_changed: i64,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Endpoint {
    #[serde(rename = "_id")]
    pub id: String,
    pub reference_id: String,
    pub name: String,
    pub channel: String,
    pub active: bool,
    #[serde(rename = "URLToken")]
    pub url_token: String,
    /// The flow's reference id, as on real installs.
    pub flow_id: String,
    pub locale_id: String,
    pub entrypoint: String,
    pub use_conversations: bool,
    pub use_analytics: bool,
    pub mask_logging: bool,
    pub mask_analytics: bool,
    pub handover_settings: Value,
    pub settings: Value,
    pub created_at: i64,
    pub last_changed: i64,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Flow {
    #[serde(rename = "_id")]
    pub id: String,
    pub reference_id: String,
    pub name: String,
    pub description: String,
    pub created_at: i64,
    pub last_changed: i64,
    #[serde(skip)]
    pub chart: Chart,
    #[serde(skip)]
    pub intents: Vec<Intent>,
}

/// What a user may mean, by example.
#[derive(Clone)]
pub(crate) struct Intent {
    pub name: &'static str,
    pub sentences: &'static [&'static str],
}

#[derive(Clone)]
pub(crate) struct Chart {
    pub nodes: Vec<Node>,
    pub relations: Vec<Relation>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Node {
    #[serde(rename = "_id")]
    pub id: String,
    pub reference_id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub extension: &'static str,
    pub label: String,
    pub is_disabled: bool,
    pub is_entry_point: bool,
    pub config: Value,
}

/// Where a node stands: what is below it, and what it holds.
#[derive(Clone, Serialize)]
pub(crate) struct Relation {
    #[serde(rename = "_id")]
    pub id: String,
    pub node: String,
    pub next: Option<String>,
    pub children: Vec<String>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogEntry {
    #[serde(rename = "_id")]
    pub id: String,
    pub timestamp: String,
    #[serde(rename = "type")]
    pub level: Level,
    pub msg: String,
    pub trace_id: String,
    pub meta: Value,
    /// Milliseconds since 1970.
    #[serde(skip)]
    pub at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Error,
    Info,
    Debug,
}

impl Level {
    /// The filterable words; not all are written here.
    pub(crate) const WORDS: [&'static str; 5] = ["fatal", "error", "warn", "info", "debug"];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Info => "info",
            Level::Debug => "debug",
        }
    }
}

/// One line of a conversation.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Turn {
    #[serde(rename = "_id")]
    pub id: String,
    pub session_id: String,
    pub contact_id: String,
    pub input_text: String,
    pub input_data: Value,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub source: Source,
    pub channel: String,
    pub timestamp: String,
    pub in_handover_request: bool,
    pub in_handover_conversation: bool,
    pub endpoint_name: String,
    pub endpoint_url_token: String,
    pub flow_name: String,
    pub locale_name: &'static str,
    pub snapshot_name: Option<String>,
    pub rating: Option<i64>,
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Source {
    User,
    Bot,
    Agent,
}

impl Install {
    /// A copy without logs and conversations.
    pub(crate) fn bare(&self) -> Install {
        Install {
            organisation_id: self.organisation_id.clone(),
            locale_id: self.locale_id.clone(),
            user: self.user.clone(),
            key: self.key.clone(),
            project: self.project.clone(),
            services: self.services.clone(),
            providers: self.providers.clone(),
            connections: self.connections.clone(),
            endpoints: self.endpoints.clone(),
            flows: self.flows.clone(),
            logs: Vec::new(),
            turns: Vec::new(),
        }
    }

    pub(crate) fn connection(&self, id: &str) -> Option<&Connection> {
        self.connections
            .iter()
            .find(|connection| connection.id == id || connection.reference_id == id)
    }

    pub(crate) fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }

    /// The endpoint with this token at its address.
    pub(crate) fn endpoint(&self, token: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.url_token == token)
    }

    /// A flow by its id or, as endpoints name it, its reference id.
    pub(crate) fn flow(&self, id: &str) -> Option<&Flow> {
        self.flows
            .iter()
            .find(|flow| flow.id == id || flow.reference_id == id)
    }
}

impl Provider {
    /// A property as text; numbers count as what they look like.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let value = &self.properties.iter().find(|property| property.key == key)?.value;
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }
}

impl Connection {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// As the API shows it: names of fields, and stars for their values.
    pub(crate) fn shown(&self) -> Value {
        let fields: Map<String, Value> = self
            .fields
            .iter()
            .map(|(name, _)| (name.clone(), "********".into()))
            .collect();
        json!({
            "_id": self.id,
            "referenceId": self.reference_id,
            "name": self.name,
            "extension": self.extension,
            "type": self.kind,
            "fields": fields,
            "resourceLevel": "project",
            "isDeprecated": false,
            "createdAt": self.created_at,
            "lastChanged": self.last_changed,
        })
    }
}
