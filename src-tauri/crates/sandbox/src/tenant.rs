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
    pub roles: Vec<Role>,
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
    /// Seconds since 1970; none before its first sign-in.
    pub last_used: Option<i64>,
}

/// What the issuer writes into tokens.
#[derive(Clone)]
pub(crate) struct TokenRules {
    pub tenant_id: String,
    /// Seconds.
    pub lifetime: i64,
    pub spoil_signature: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserStatus {
    Active,
    /// Invited, and not yet accepted.
    Pending,
    Blocked,
}

impl UserStatus {
    /// UserHub's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            UserStatus::Active => "ACTIVE",
            UserStatus::Pending => "PENDING",
            UserStatus::Blocked => "BLOCKED",
        }
    }

    /// Whether the ACD counts the employee as active: an open invitation does not change that.
    pub(crate) fn works(self) -> bool {
        self != UserStatus::Blocked
    }
}

/// Where an employee is at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AgentState {
    LoggedOut,
    Unavailable,
    Available,
}

impl AgentState {
    pub(crate) const ALL: [AgentState; 3] = [
        AgentState::LoggedOut,
        AgentState::Unavailable,
        AgentState::Available,
    ];

    /// The name the real-time API shows.
    pub(crate) fn name(self) -> &'static str {
        match self {
            AgentState::LoggedOut => "LoggedOut",
            AgentState::Unavailable => "Unavailable",
            AgentState::Available => "Available",
        }
    }

    /// The number that goes with the name; the vendor's are not public, ours count up.
    pub(crate) fn number(self) -> u8 {
        match self {
            AgentState::LoggedOut => 0,
            AgentState::Available => 1,
            AgentState::Unavailable => 2,
        }
    }
}

/// What employees of a role may do with the channels. No public API shows it; a contact's detail shows what the caller may.
#[derive(Clone)]
pub(crate) struct Role {
    pub id: String,
    pub name: String,
    /// Channels that are not assigned to it. The seed's roles have all, new ones too, so that a Save can be rehearsed.
    pub barred: Vec<String>,
    pub reply: bool,
    pub assign: bool,
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
    pub state: AgentState,
    /// When it began, in seconds since 1970; none since the start.
    pub state_since: Option<i64>,
    /// Skills the agent is assigned to.
    pub skills: Vec<Assignment>,
}

/// A skill of an employee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub skill: u64,
    pub active: bool,
    /// 1 is the best.
    pub proficiency: u64,
}

impl Assignment {
    pub(crate) fn new(skill: u64) -> Assignment {
        Assignment {
            skill,
            active: true,
            proficiency: 1,
        }
    }
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
    /// What else was said when it was made or changed, by the field's name.
    pub extra: Map<String, Value>,
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
    pub status: String,
    pub media_type: i64,
    pub actions: Vec<Action>,
    /// The body as it was saved; none for the seed's, whose body is made of their actions.
    pub content: Option<Value>,
    /// Seconds since 1970; 0 for what was always there.
    pub modified_at: i64,
    /// Versions before this one, oldest first.
    pub history: Vec<PastVersion>,
}

/// A version of a script that was replaced.
#[derive(Clone)]
pub(crate) struct PastVersion {
    pub master_id: u64,
    /// Seconds since 1970.
    pub modified_at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Action {
    pub id: u64,
    pub label: String,
    pub name: String,
}

impl Action {
    pub(crate) fn new(id: u64, label: &str, name: &str) -> Action {
        Action {
            id,
            label: label.to_owned(),
            name: name.to_owned(),
        }
    }
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

    /// Whether the employee has a skill, switched off or not.
    pub(crate) fn has_skill(&self, skill: u64) -> bool {
        self.skills.iter().any(|assignment| assignment.skill == skill)
    }

    /// First and last name.
    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
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

    /// The role of an employee.
    pub(crate) fn role(&self, agent: &Agent) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == agent.role)
    }

    /// What an employee may do with a channel: reply, assign.
    pub(crate) fn permissions(&self, agent: Option<&Agent>, channel: &str) -> (bool, bool) {
        match agent.and_then(|agent| self.role(agent)) {
            Some(role) if !role.barred.iter().any(|barred| barred == channel) => (role.reply, role.assign),
            _ => (false, false),
        }
    }

    /// The employee a key belongs to.
    pub(crate) fn owner(&self, key: &AccessKey) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.id == key.owner)
    }
}
