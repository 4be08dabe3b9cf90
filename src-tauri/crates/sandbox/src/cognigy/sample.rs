//! The install as it stands when the sandbox starts: the sample provider saved, a flow that hands over, four endpoints.
//!
//! Ours, because no public source has them: the service's name and property keys (`niceCxOne`; `tenantId`,
//! `businessUnitId`, `outboundCredentials`, `channelIntegrationId`, `channelIntegrationAuthentication`), the connections'
//! extension and types, and the node settings `handoverProvider` and `displayAgentDetails`.

use serde_json::{Map, Value, json};

use crate::cognigy::chart;
use crate::cognigy::install::{
    ApiKey, Connection, Endpoint, Flow, Install, Project, Property, Provider, Provisioning,
    ProvisioningStatus, Service, User,
};
use crate::id::Ids;
use crate::tenant::{PROVIDER_NAME, World};

/// Name of the handover service of this provider.
pub(crate) const SERVICE: &str = "niceCxOne";
/// Extension and types of its connections.
pub(crate) const EXTENSION: &str = "nice-cxone-handover";
pub(crate) const OUTBOUND: &str = "cxoneOutbound";
pub(crate) const INTEGRATION: &str = "cxoneChannelIntegration";
/// Fields of the two connections.
pub(crate) const OUTBOUND_FIELDS: [&str; 4] = ["username", "password", "clientId", "clientSecret"];
pub(crate) const INTEGRATION_FIELDS: [&str; 2] = ["clientId", "clientSecret"];
/// Property keys of the service.
pub(crate) const TENANT_ID: &str = "tenantId";
pub(crate) const BUSINESS_UNIT: &str = "businessUnitId";
pub(crate) const OUTBOUND_CREDENTIALS: &str = "outboundCredentials";
pub(crate) const INTEGRATION_ID: &str = "channelIntegrationId";
pub(crate) const INTEGRATION_CREDENTIALS: &str = "channelIntegrationAuthentication";
pub(crate) const PROPERTIES: [&str; 5] = [
    TENANT_ID,
    BUSINESS_UNIT,
    OUTBOUND_CREDENTIALS,
    INTEGRATION_ID,
    INTEGRATION_CREDENTIALS,
];
/// When all of it was made, in seconds since 1970.
pub(crate) const MADE: i64 = 1_767_603_600;

pub(crate) fn install(seed: u64, world: &World) -> Install {
    let ids = Ids::new(seed);
    let of = &world.install;
    let user = ids.object("cognigy user");
    let services = services(ids);
    let connections = connections(ids, world);
    let flow = flow(ids, &of.provider.id);
    let provider = provider(ids, world, &user, &services, &connections);
    Install {
        organisation_id: ids.object("organisation"),
        locale_id: ids.uuid("locale reference"),
        user: User {
            id: user,
            email: "sim_admin@example.com".to_owned(),
            first_name: "Sandbox".to_owned(),
            last_name: "Admin".to_owned(),
            organisation: ids.object("organisation"),
            roles: vec!["base_role", "projectManager"],
        },
        key: ApiKey {
            secret: ids.secret("cognigy_key", 128),
            member: true,
            roles: vec!["projectAdmin"],
        },
        project: Project {
            id: of.project_id.clone(),
            reference_id: ids.uuid("project reference"),
            name: "Sandbox project".to_owned(),
            primary_locale_reference: ids.uuid("locale reference"),
            color: "blue",
            created_at: MADE,
            last_changed: MADE,
        },
        services,
        providers: vec![provider],
        connections,
        endpoints: endpoints(ids, &flow),
        flows: vec![flow],
        logs: Vec::new(),
        turns: Vec::new(),
    }
}

fn services(ids: Ids) -> Vec<Service> {
    let service = |name: &'static str, keys: &[&str]| Service {
        id: ids.object(&format!("service {name}")),
        reference_id: ids.uuid(&format!("service {name}")),
        version: "1.0.0",
        name,
        service_url: format!("/handover/{name}"),
        logo_url: String::new(),
        properties: keys.iter().map(|key| empty(key)).collect(),
    };
    vec![
        service(SERVICE, &PROPERTIES),
        service(
            "liveAgent",
            &["baseUrl", "accountId", "apiKey", "liveAgentInboxId"],
        ),
        service("chatwoot", &["baseUrl", "accountId", "apiKey"]),
    ]
}

pub(crate) fn empty(key: &str) -> Property {
    Property {
        key: key.to_owned(),
        value: Value::String(String::new()),
    }
}

fn connections(ids: Ids, world: &World) -> Vec<Connection> {
    let tenant = &world.tenant;
    let key = tenant.access_keys.first();
    let application = tenant.applications.first();
    let connection = |name: &str, kind: &str, fields: Vec<(&str, String)>| Connection {
        id: ids.object(&format!("connection {kind}")),
        reference_id: ids.uuid(&format!("connection {kind}")),
        name: name.to_owned(),
        extension: EXTENSION.to_owned(),
        kind: kind.to_owned(),
        fields: fields
            .into_iter()
            .map(|(field, value)| (field.to_owned(), value))
            .collect(),
        created_at: MADE,
        last_changed: MADE,
    };
    let values = [
        key.map(|key| key.id.clone()).unwrap_or_default(),
        key.map(|key| key.secret.clone()).unwrap_or_default(),
        application.map(|app| app.client_id.clone()).unwrap_or_default(),
        application
            .map(|app| app.client_secret.clone())
            .unwrap_or_default(),
    ];
    let provider = &world.install.provider;
    let pair = [provider.client_id.clone(), provider.client_secret.clone()];
    vec![
        connection(
            "CXone outbound",
            OUTBOUND,
            OUTBOUND_FIELDS.into_iter().zip(values).collect(),
        ),
        connection(
            "CXone channel integration",
            INTEGRATION,
            INTEGRATION_FIELDS.into_iter().zip(pair).collect(),
        ),
    ]
}

fn provider(
    ids: Ids,
    world: &World,
    user: &str,
    services: &[Service],
    connections: &[Connection],
) -> Provider {
    let tenant = &world.tenant;
    let connection = |kind: &str| {
        let found = connections.iter().find(|connection| connection.kind == kind);
        found.map(|of| of.reference_id.clone()).unwrap_or_default()
    };
    let values = [
        tenant.id.clone(),
        tenant.unit.number.to_string(),
        connection(OUTBOUND),
        world.install.provider.integration_id.clone(),
        connection(INTEGRATION),
    ];
    let properties = PROPERTIES.into_iter().zip(values).map(|(key, value)| Property {
        key: key.to_owned(),
        value: value.into(),
    });
    Provider {
        id: world.install.provider.id.clone(),
        reference_id: ids.uuid("reference"),
        organisation_id: ids.object("organisation"),
        service_id: services.first().map(|of| of.id.clone()).unwrap_or_default(),
        service: SERVICE.to_owned(),
        locale_id: ids.uuid("locale reference"),
        name: PROVIDER_NAME.to_owned(),
        created_at: MADE * 1000,
        last_changed_at: MADE * 1000,
        created_by: user.to_owned(),
        last_changed_by: user.to_owned(),
        properties: properties.collect(),
        settings: Map::new(),
        provisioning: Provisioning {
            status: ProvisioningStatus::Succeeded,
        },
        channel: tenant.channels.first().map(|channel| channel.id.clone()),
    }
}

fn flow(ids: Ids, provider: &str) -> Flow {
    Flow {
        id: ids.object("flow"),
        reference_id: ids.uuid("flow"),
        name: "Main".to_owned(),
        description: "Answers a little, and hands over to a human.".to_owned(),
        created_at: MADE,
        last_changed: MADE,
        chart: chart::sample(ids, provider),
        intents: chart::intents(),
    }
}

fn endpoints(ids: Ids, flow: &Flow) -> Vec<Endpoint> {
    let endpoint = |name: &str, channel: &str| Endpoint {
        id: ids.object(&format!("endpoint {channel}")),
        reference_id: ids.uuid(&format!("endpoint {channel}")),
        name: name.to_owned(),
        channel: channel.to_owned(),
        active: true,
        url_token: ids.hex(&format!("endpoint token {channel}"), 64),
        flow_id: flow.reference_id.clone(),
        locale_id: ids.uuid("locale reference"),
        entrypoint: ids.object("project"),
        use_conversations: true,
        use_analytics: true,
        mask_logging: false,
        mask_analytics: false,
        // The settings of an endpoint's own are the old way; providers have their place now.
        handover_settings: json!({ "provider": "none", "providerSettings": {}, "agentAssistSettings": {} }),
        settings: json!({}),
        created_at: MADE,
        last_changed: MADE,
    };
    vec![
        endpoint("Sandbox web chat", "webchat3"),
        endpoint("Sandbox socket", "socket"),
        endpoint("Sandbox REST", "rest"),
    ]
}
