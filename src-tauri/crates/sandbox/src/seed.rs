//! The healthy world of a seed: a tenant and an install that fit together, so that every check is green.

use serde_json::Map;

use crate::id::Ids;
use crate::tenant::{
    AccessKey, Action, Agent, AgentState, Application, Assignment, BusinessUnit, Campaign, Channel,
    DIGITAL_ENGAGEMENT, Feature, Install, MEDIA_DIGITAL, PROVIDER_NAME, Presence, Provider, Role,
    SCRIPT_FOLDER, Script, Skill, Tenant, TokenRules, UserStatus, World,
};

impl World {
    /// A tenant and an install that fit together, the same for the same seed.
    pub(crate) fn seeded(seed: u64) -> World {
        let ids = Ids::new(seed);
        let provider = Provider {
            id: ids.object("provider"),
            integration_id: ids.uuid("integration"),
            client_id: ids.secret("byoc", 20),
            client_secret: ids.secret("integration", 32),
        };
        let install = Install {
            project_id: ids.object("project"),
            locale_id: ids.object("locale"),
            provider,
        };
        World {
            tenant: Tenant::seeded(ids, &install.provider),
            install,
        }
    }
}

impl Tenant {
    fn seeded(ids: Ids, provider: &Provider) -> Tenant {
        let id = ids.uuid("tenant");
        let campaign = ids.number("campaign", 1_000);
        let skill = ids.number("skill", 900_000);
        let owner = ids.number("owner", 10_000);
        let script = format!("{SCRIPT_FOLDER}\\Cognigy Handover Script {}", provider.id);
        let channels = channels(ids, provider, &script, skill);
        Tenant {
            tokens: TokenRules {
                tenant_id: id.clone(),
                lifetime: 3600,
                spoil_signature: false,
            },
            id,
            name: "sim_tenant".to_owned(),
            listed: true,
            area: "na1".to_owned(),
            cluster: "c99".to_owned(),
            domain: "sandbox.example.com".to_owned(),
            unit: BusinessUnit {
                number: ids.number("unit", 4_590_000),
                name: "Sandbox unit".to_owned(),
                features: vec![
                    Feature {
                        product_id: 1,
                        description: "Core".to_owned(),
                        enabled: true,
                    },
                    Feature {
                        product_id: DIGITAL_ENGAGEMENT,
                        description: "Digital Engagement".to_owned(),
                        enabled: true,
                    },
                ],
            },
            applications: vec![Application {
                client_id: ids.secret("client", 24),
                client_secret: ids.secret("clientsecret", 48),
                enabled: true,
                post_only: false,
            }],
            access_keys: vec![AccessKey {
                id: ids.secret("key", 32),
                secret: ids.base32("access key"),
                active: true,
                owner,
                last_used: None,
            }],
            roles: roles(ids),
            agents: agents(ids, owner, skill),
            campaigns: vec![
                Campaign {
                    id: campaign,
                    name: "Sandbox digital".to_owned(),
                    active: true,
                },
                Campaign {
                    id: campaign + 10_000,
                    name: "Sandbox voice".to_owned(),
                    active: true,
                },
            ],
            skills: skills(ids, skill, campaign),
            channels,
            integrations: Vec::new(),
            folders: vec![SCRIPT_FOLDER.to_owned(), "Samples".to_owned()],
            scripts: vec![
                handover_script(ids, script),
                script_of(
                    ids.number("sample script", 7_020_000),
                    "Samples\\Greeting".to_owned(),
                    vec![Action::new(1, "Begin", "BEGIN")],
                ),
            ],
        }
    }
}

fn channels(ids: Ids, provider: &Provider, script: &str, skill: u64) -> Vec<Channel> {
    let channel = |label: &str, name: &str, integration_id: String, skill: u64| Channel {
        id: format!("sim_byoc_{}", ids.hex(label, 16)),
        id_on_external_platform: ids.hex(label, 16),
        name: name.to_owned(),
        integration_id,
        real_external_platform_id: "custom".to_owned(),
        private: true,
        tree_structure: false,
        reply: true,
        hidden: false,
        studio_script: Presence::Value("Samples\\Greeting".to_owned()),
        default_skill: Presence::Value(skill),
        extra: Map::new(),
        created_at: 0,
    };
    vec![
        Channel {
            studio_script: Presence::Value(script.to_owned()),
            ..channel("channel", PROVIDER_NAME, provider.integration_id.clone(), skill)
        },
        channel(
            "web channel",
            "Web chat",
            ids.uuid("web integration"),
            skill + 10_000,
        ),
        Channel {
            private: false,
            tree_structure: true,
            ..channel(
                "forum channel",
                "Forum",
                ids.uuid("forum integration"),
                skill + 10_000,
            )
        },
    ]
}

fn agents(ids: Ids, owner: u64, skill: u64) -> Vec<Agent> {
    // The key's owner has the skill, which lets a contact's detail tell what the role may do, and takes no contacts.
    let agent = |id: u64, name: &str, role: &str, skills: Vec<u64>| Agent {
        id,
        user_id: ids.uuid(&format!("user {name}")),
        user_name: format!("sim_{}@example.com", name.to_ascii_lowercase()),
        first_name: "Sandbox".to_owned(),
        last_name: name.to_owned(),
        role: role.to_owned(),
        status: UserStatus::Active,
        digital: id != owner,
        state_since: None,
        state: if id == owner {
            AgentState::LoggedOut
        } else {
            AgentState::Available
        },
        skills: skills.into_iter().map(Assignment::new).collect(),
    };
    vec![
        agent(owner, "Service", "Administrator", vec![skill]),
        agent(owner + 10_000, "Agent1", "Agent", vec![skill, skill + 10_000]),
        agent(owner + 10_001, "Agent2", "Agent", vec![skill]),
    ]
}

fn skills(ids: Ids, skill: u64, campaign: u64) -> Vec<Skill> {
    let of = |id: u64, name: &str, media_type: i64, campaign: u64| Skill {
        id,
        name: name.to_owned(),
        media_type,
        outbound: false,
        active: true,
        campaign,
        routing_queue: ids.uuid(&format!("queue {id}")),
        extra: Map::new(),
        created_at: 0,
    };
    vec![
        of(skill, "Sandbox escalations", MEDIA_DIGITAL, campaign),
        of(skill + 10_000, "Sandbox web", MEDIA_DIGITAL, campaign),
        of(skill + 10_001, "Sandbox phone", 4, campaign + 10_000),
    ]
}

/// The actions the vendor's page names, between the ones every script has. The action types behind the two escalation
/// labels are not documented publicly; these are our choice.
fn handover_script(ids: Ids, path: String) -> Script {
    script_of(
        ids.number("script", 7_000_000),
        path,
        vec![
            Action::new(1, "Begin", "BEGIN"),
            Action::new(2, "OnSignal", "ONSIGNAL"),
            Action::new(3, "ESCALATE", "REQAGENT"),
            Action::new(4, "END ESCALATION", "END"),
            Action::new(5, "OnRelease", "ONRELEASE"),
        ],
    )
}

fn script_of(master_id: u64, path: String, actions: Vec<Action>) -> Script {
    Script {
        master_id,
        path,
        status: "CURR".to_owned(),
        media_type: MEDIA_DIGITAL,
        actions,
        content: None,
        modified_at: 0,
        history: Vec::new(),
    }
}

fn roles(ids: Ids) -> Vec<Role> {
    ["Administrator", "Agent"]
        .into_iter()
        .map(|name| Role {
            id: ids.uuid(&format!("role {name}")),
            name: name.to_owned(),
            barred: Vec::new(),
            reply: true,
            assign: true,
        })
        .collect()
}
