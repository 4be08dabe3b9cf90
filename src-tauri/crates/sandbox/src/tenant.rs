//! What the simulated servers know: one CXone tenant and one Cognigy.AI install, in the vendors' own nouns.
//!
//! `seed` makes the healthy state. Nothing here knows of faults: `view` shows a changed copy of it while one is on.

use std::net::SocketAddr;

use serde_json::{Map, Value};

/// Name of the sample provider, and so of its channel.
pub(crate) const PROVIDER_NAME: &str = "Sandbox Support";
/// Studio folder that Cognigy.AI puts its scripts into.
pub(crate) const SCRIPT_FOLDER: &str = "Cognigy";
/// Feature of a business unit that means Digital Engagement.
pub(crate) const DIGITAL_ENGAGEMENT: i64 = 122;
/// Media type of digital skills and scripts.
pub(crate) const MEDIA_DIGITAL: i64 = 9;

/// Both sides of the wiring.
#[derive(Clone)]
pub(crate) struct World {
    pub tenant: Tenant,
    pub install: Install,
}

/// The CXone side.
#[derive(Clone)]
pub(crate) struct Tenant {
    pub id: String,
    pub name: String,
    /// Whether discovery knows the tenant.
    pub listed: bool,
    pub area: String,
    pub cluster: String,
    /// A domain that exists nowhere: the real addresses are the loopback ports of the description.
    pub domain: String,
    pub unit: BusinessUnit,
    pub applications: Vec<Application>,
    pub access_keys: Vec<AccessKey>,
    pub tokens: TokenRules,
    pub agents: Vec<Agent>,
    pub campaigns: Vec<Campaign>,
    pub skills: Vec<Skill>,
    pub channels: Vec<Channel>,
    /// The BYOC integrations, as they were typed into CXone's form.
    pub integrations: Vec<Integration>,
    pub folders: Vec<String>,
    pub scripts: Vec<Script>,
}

#[derive(Clone)]
pub(crate) struct BusinessUnit {
    pub number: u64,
    pub name: String,
    pub features: Vec<Feature>,
}

#[derive(Clone)]
pub(crate) struct Feature {
    pub product_id: i64,
    pub description: String,
    pub enabled: bool,
}

/// A registered application: what the administrator knows as client id and secret.
#[derive(Clone)]
pub(crate) struct Application {
    pub client_id: String,
    pub client_secret: String,
    pub enabled: bool,
    /// Registered for `client_secret_post`: Basic is refused.
    pub post_only: bool,
}

#[derive(Clone)]
pub(crate) struct AccessKey {
    pub id: String,
    pub secret: String,
    pub active: bool,
    /// `Agent::id` of the employee it belongs to.
    pub owner: u64,
}

/// What the issuer writes into tokens.
#[derive(Clone)]
pub(crate) struct TokenRules {
    pub tenant_id: String,
    /// Seconds.
    pub lifetime: i64,
    pub spoil_signature: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum UserStatus {
    Active,
    Blocked,
}

#[derive(Clone)]
pub(crate) struct Agent {
    pub id: u64,
    pub user_id: String,
    pub user_name: String,
    pub first_name: String,
    pub last_name: String,
    pub role: String,
    pub status: UserStatus,
    pub digital: bool,
    /// Skills the agent is assigned to.
    pub skills: Vec<u64>,
}

#[derive(Clone)]
pub(crate) struct Campaign {
    pub id: u64,
    pub name: String,
    pub active: bool,
}

#[derive(Clone)]
pub(crate) struct Skill {
    pub id: u64,
    pub name: String,
    pub media_type: i64,
    pub outbound: bool,
    pub active: bool,
    pub campaign: u64,
    pub routing_queue: String,
    /// Seconds since 1970; 0 for what was always there.
    pub created_at: i64,
}

/// A field that an answer may hold, hold as null, or leave out: the three mean different things to a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Presence<T> {
    Absent,
    Null,
    Value(T),
}

#[derive(Clone)]
pub(crate) struct Channel {
    pub id: String,
    pub id_on_external_platform: String,
    pub name: String,
    pub integration_id: String,
    pub real_external_platform_id: String,
    pub private: bool,
    pub tree_structure: bool,
    pub reply: bool,
    pub hidden: bool,
    pub studio_script: Presence<String>,
    pub default_skill: Presence<u64>,
    /// What else was said when it was made, by the field's name.
    pub extra: Map<String, Value>,
    /// Seconds since 1970; 0 for what was always there.
    pub created_at: i64,
}

/// A BYOC integration: where CXone brings messages to, and what it signs in with there.
#[derive(Clone)]
pub(crate) struct Integration {
    pub id: String,
    pub box_url: String,
    pub authorization_url: String,
    pub add_url: String,
    pub client_id: String,
    pub client_secret: String,
}

impl Integration {
    /// The form as it must be typed for a provider of this endpoint.
    pub(crate) fn typed(provider: &Provider, endpoint: SocketAddr) -> Integration {
        let box_url = format!("http://{endpoint}/handover/niceCxOne");
        Integration {
            id: provider.integration_id.clone(),
            authorization_url: format!("{box_url}/{}/auth/token", provider.id),
            add_url: format!("{box_url}/add"),
            box_url,
            client_id: provider.client_id.clone(),
            client_secret: provider.client_secret.clone(),
        }
    }
}

#[derive(Clone)]
pub(crate) struct Script {
    pub master_id: u64,
    /// Full path with backslashes.
    pub path: String,
    /// `CURR` for the current version.
    pub status: &'static str,
    pub media_type: i64,
    pub actions: Vec<Action>,
}

#[derive(Clone)]
pub(crate) struct Action {
    pub id: u32,
    pub label: &'static str,
    pub name: &'static str,
}

/// The Cognigy.AI side.
#[derive(Clone)]
pub(crate) struct Install {
    pub project_id: String,
    /// The middle id of a provider's link.
    pub locale_id: String,
    pub provider: Provider,
}

#[derive(Clone)]
pub(crate) struct Provider {
    pub id: String,
    pub integration_id: String,
    pub client_id: String,
    pub client_secret: String,
}

impl Agent {
    /// The employee's number in Digital, which is another than in ACD.
    pub(crate) fn digital_id(&self) -> u64 {
        self.id + 500_000
    }
}

impl Tenant {
    /// The tenant's number in Digital.
    pub(crate) fn brand_id(&self) -> u64 {
        self.unit.number % 100_000 + 1
    }

    /// The employee a token was issued to: its subject is an access key or `agent:` and an id.
    pub(crate) fn subject(&self, subject: &str) -> Option<u64> {
        match subject.strip_prefix("agent:") {
            Some(id) => id.parse().ok(),
            None => self
                .access_keys
                .iter()
                .find(|key| key.id == subject)
                .map(|key| key.owner),
        }
    }

    /// The employee a key belongs to.
    pub(crate) fn owner(&self, key: &AccessKey) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.id == key.owner)
    }
}
