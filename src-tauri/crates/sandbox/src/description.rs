//! What somebody needs to use the sandbox: its addresses, a profile file, the secrets for the environment, the faults.
//!
//! Profile and path faults live here: they change what the administrator typed, not what the servers do.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;

use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ts_rs::TS;

use crate::fault::{Fault, FaultSet};
use crate::id::Ids;
use crate::state::Sim;
use crate::tenant::PROVIDER_NAME;
use crate::view::typed_secret;

/// The object `handover sandbox --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Description {
    /// Address of the issuer.
    pub issuer: String,
    /// Addresses of the other CXone hosts.
    pub hosts: Hosts,
    /// Address the Cognigy.AI endpoint really has. The profile may say something else while a fault is on.
    pub endpoint_base: String,
    /// Address of Cognigy.AI's REST API. Its key is in `env`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cognigy_api: Option<String>,
    /// The sandbox's own control address, for the window and for scenarios.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub control: Option<Control>,
    /// Address of the proxy that all calls have to take, while `proxy-auth-required` is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub proxy: Option<String>,
    /// A valid profile file.
    #[schemars(with = "serde_json::Map<String, Value>")]
    #[ts(type = "Record<string, unknown>")]
    pub profile: Value,
    /// Values for the environment variables of the same names. All are simulated.
    pub env: BTreeMap<String, String>,
    /// Names of all faults, on or off.
    pub faults: Vec<String>,
}

/// Where the sandbox itself is told what to do.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Control {
    /// Address that all control paths begin with.
    pub url: String,
    /// Bearer token, drawn anew for every start.
    pub token: String,
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Addresses of the CXone hosts beside the issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Hosts {
    /// ACD API.
    pub api: String,
    /// Digital API.
    pub digital: String,
    /// UserHub, and the API facade.
    pub userhub: String,
    /// Event hub.
    pub events: String,
}

/// The endpoint's name while `endpoint-private` is on: it resolves to this computer, as a name inside a company's network
/// resolves to nothing the internet can reach. Elsewhere loopback is nothing to complain of in the sandbox.
pub const PRIVATE_HOST: &str = "endpoint-private.localhost";

/// The endpoint's name while `proxy-auth-required` is on. Loopback is never sent to a proxy, so the endpoint is elsewhere then;
/// the name has no address anywhere, and a proxy that lets nobody through never looks for one.
const PROXIED_HOST: &str = "endpoint-proxied.invalid";

pub(crate) fn base(address: SocketAddr) -> String {
    format!("http://{address}")
}

impl Sim {
    /// The issuer, as discovery and tokens name it.
    pub(crate) fn issuer(&self) -> String {
        base(self.addresses.issuer)
    }

    pub(crate) fn description(&self) -> Description {
        let faults = self.faults();
        let hosts = Hosts {
            api: base(self.addresses.api),
            digital: base(self.addresses.digital),
            userhub: base(self.addresses.userhub),
            events: base(self.addresses.events),
        };
        Description {
            issuer: self.issuer(),
            endpoint_base: base(self.addresses.endpoint),
            cognigy_api: Some(base(self.addresses.cognigy_api)),
            control: Some(Control {
                url: format!("{}{}", self.issuer(), crate::control::PREFIX),
                token: self.control_token.expose_secret().to_owned(),
            }),
            proxy: self
                .detours
                .get()
                .filter(|_| faults.contains(&Fault::ProxyAuthRequired))
                .map(|detours| base(detours.proxy)),
            profile: self.profile(&faults, &hosts),
            env: self.env(&faults),
            faults: Fault::ALL.iter().map(|fault| fault.name().to_owned()).collect(),
            hosts,
        }
    }

    fn profile(&self, faults: &FaultSet, hosts: &Hosts) -> Value {
        let tenant = &self.world.tenant;
        let provider = &self.world.install.provider;
        let ids = Ids::new(self.seed);
        let mut profile = json!({
            "name": PROVIDER_NAME,
            "provider_link": self.provider_link(faults),
        });
        if let Some(endpoint_base) = self.typed_endpoint_base(faults) {
            profile["endpoint_base"] = endpoint_base.into();
        }
        // A right form proves nothing; a wrong one is a mistake of the profile, and travels with it.
        if faults.contains(&Fault::FormTrailingSlash) || faults.contains(&Fault::FormWrongId) {
            let form = self.typed_form();
            // A profile file holds no credentials.
            let plain: Vec<_> = form.lines().filter(|line| !line.starts_with("Client ")).collect();
            profile["typed_form"] = plain.join("\n").into();
        }
        profile["cognigy_api"] = base(self.addresses.cognigy_api).into();
        profile["channel_integration_id"] = provider.integration_id.as_str().into();
        if let Some(skill) = tenant.skills.first() {
            profile["routing_skill"] = skill.id.to_string().into();
        }
        profile["cxone"] = json!({ "issuer": self.issuer(), "tenant_id": tenant.id });
        if !faults.contains(&Fault::ProfileIncomplete) {
            let number = tenant.unit.number;
            let typed = if faults.contains(&Fault::BuMismatch) {
                ids.number("another unit", number + 1)
            } else {
                number
            };
            profile["cxone"]["business_unit"] = typed.to_string().into();
        }
        profile["cxone"]["hosts"] = json!({
            "api": hosts.api, "digital": hosts.digital, "userhub": hosts.userhub, "events": hosts.events,
        });
        profile
    }

    fn provider_link(&self, faults: &FaultSet) -> String {
        let install = &self.world.install;
        let provider = if faults.contains(&Fault::LinkUuid) {
            Ids::new(self.seed).uuid("reference")
        } else {
            install.provider.id.clone()
        };
        let host = if faults.contains(&Fault::EndpointGuessed) {
            format!("http://sandbox.localhost:{}", self.addresses.endpoint.port())
        } else {
            base(self.addresses.endpoint)
        };
        format!(
            "{host}/project/{}/{}/handover-provider/{provider}",
            install.project_id, install.locale_id
        )
    }

    /// The endpoint base of the profile; none when it is left to be guessed.
    fn typed_endpoint_base(&self, faults: &FaultSet) -> Option<String> {
        if faults.contains(&Fault::EndpointGuessed) {
            None
        } else if faults.contains(&Fault::EndpointDns) {
            Some("https://endpoint-sandbox.invalid".to_owned())
        } else if faults.contains(&Fault::EndpointRefused) {
            Some(base(self.addresses.refused))
        } else if faults.contains(&Fault::EndpointTlsExpired) {
            Some(format!("https://{}", self.addresses.expired))
        } else if faults.contains(&Fault::TlsIntercepted) {
            self.detours
                .get()
                .map(|detours| format!("https://{}", detours.intercepted))
        } else if faults.contains(&Fault::ProxyAuthRequired) {
            Some(format!("https://{PROXIED_HOST}"))
        } else if faults.contains(&Fault::EndpointPrivate) {
            Some(format!(
                "http://{PRIVATE_HOST}:{}",
                self.addresses.endpoint.port()
            ))
        } else {
            Some(base(self.addresses.endpoint))
        }
    }

    fn env(&self, faults: &FaultSet) -> BTreeMap<String, String> {
        let tenant = &self.world.tenant;
        let provider = &self.world.install.provider;
        let mut env = BTreeMap::new();
        let mut put = |name: &str, value: &str| env.insert(format!("HANDOVER_{name}"), value.to_owned());
        if let Some(key) = tenant.access_keys.first() {
            put("ACCESS_KEY_ID", &key.id);
            put("ACCESS_KEY_SECRET", &key.secret);
        }
        if let Some(application) = tenant.applications.first() {
            put("CLIENT_ID", &application.client_id);
            put("CLIENT_SECRET", &application.client_secret);
        }
        put("INTEGRATION_CLIENT_ID", &provider.client_id);
        put("INTEGRATION_CLIENT_SECRET", &typed_secret(&self.world, faults));
        put("COGNIGY_API_KEY", &self.cognigy.install().key.secret);
        env
    }

    /// What the administrator typed into CXone's BYOC form, as a paste of label and value lines.
    pub(crate) fn typed_form(&self) -> String {
        let faults = self.faults();
        let provider = &self.world.install.provider;
        // Without an endpoint base the profile's rule puts `endpoint-` before the link's host.
        let endpoint = self.typed_endpoint_base(&faults).unwrap_or_else(|| {
            format!(
                "http://endpoint-sandbox.localhost:{}",
                self.addresses.endpoint.port()
            )
        });
        let slash = if faults.contains(&Fault::FormTrailingSlash) {
            "/"
        } else {
            ""
        };
        let id = if faults.contains(&Fault::FormWrongId) {
            Ids::new(self.seed).object("mistyped provider")
        } else {
            provider.id.clone()
        };
        let secret = typed_secret(&self.world, &faults);
        [
            format!("Name: {PROVIDER_NAME}"),
            format!("Integration box URL: {endpoint}/handover/niceCxOne{slash}"),
            format!("Authorization URL: {endpoint}/handover/niceCxOne/{id}/auth/token"),
            format!("Add action URL: {endpoint}/handover/niceCxOne/add"),
            format!("Reconnect action URL: {endpoint}/handover/niceCxOne/reconnect"),
            format!("Remove action URL: {endpoint}/handover/niceCxOne/remove"),
            format!("Client ID: {}", provider.client_id),
            format!("Client Secret: {secret}"),
        ]
        .join("\n")
    }
}
