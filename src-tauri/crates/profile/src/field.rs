//! The fields an administrator fills, with the vendors' names for them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One field of the set-up, in the profile file, in the CXone connection or in the keychain.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each variant is described by `label` and `find`
pub enum ProfileField {
    Name,
    ProviderLink,
    ProviderId,
    Domain,
    EndpointBase,
    CognigyApi,
    CognigyApiKey,
    TenantId,
    BusinessUnit,
    Cloud,
    Issuer,
    HostApi,
    HostDigital,
    HostUserhub,
    HostEvents,
    ConnectionName,
    AccessKeyId,
    AccessKeySecret,
    ClientId,
    ClientSecret,
    ChannelIntegrationId,
    IntegrationClientId,
    IntegrationClientSecret,
    RoutingSkill,
}

impl ProfileField {
    /// All fields, in the order of the set-up.
    pub const ALL: [ProfileField; 24] = [
        ProfileField::Name,
        ProfileField::ProviderLink,
        ProfileField::ProviderId,
        ProfileField::Domain,
        ProfileField::EndpointBase,
        ProfileField::CognigyApi,
        ProfileField::CognigyApiKey,
        ProfileField::TenantId,
        ProfileField::BusinessUnit,
        ProfileField::Cloud,
        ProfileField::Issuer,
        ProfileField::HostApi,
        ProfileField::HostDigital,
        ProfileField::HostUserhub,
        ProfileField::HostEvents,
        ProfileField::ConnectionName,
        ProfileField::AccessKeyId,
        ProfileField::AccessKeySecret,
        ProfileField::ClientId,
        ProfileField::ClientSecret,
        ProfileField::ChannelIntegrationId,
        ProfileField::IntegrationClientId,
        ProfileField::IntegrationClientSecret,
        ProfileField::RoutingSkill,
    ];

    /// The name shown for it, in the vendors' spelling where they have one.
    pub fn label(self) -> &'static str {
        match self {
            ProfileField::Name => "Provider name",
            ProfileField::ProviderLink => "Handover provider link",
            ProfileField::ProviderId => "Handover provider ID",
            ProfileField::Domain => "Cognigy.AI domain",
            ProfileField::EndpointBase => "Endpoint address",
            ProfileField::CognigyApi => "Cognigy.AI API address",
            ProfileField::CognigyApiKey => "Cognigy.AI API key",
            ProfileField::TenantId => "Tenant ID",
            ProfileField::BusinessUnit => "Business Unit ID",
            ProfileField::Cloud => "CXone cloud",
            ProfileField::Issuer => "CXone issuer",
            ProfileField::HostApi => "API host",
            ProfileField::HostDigital => "Digital host",
            ProfileField::HostUserhub => "UserHub host",
            ProfileField::HostEvents => "Event host",
            ProfileField::ConnectionName => "Connection name",
            ProfileField::AccessKeyId => "Access Key ID",
            ProfileField::AccessKeySecret => "Access Key Secret",
            ProfileField::ClientId => "Client ID",
            ProfileField::ClientSecret => "Client Secret",
            ProfileField::ChannelIntegrationId => "Channel Integration ID",
            ProfileField::IntegrationClientId => "Channel Integration Client ID",
            ProfileField::IntegrationClientSecret => "Channel Integration Client Secret",
            ProfileField::RoutingSkill => "Routing skill",
        }
    }

    /// Where it stands in the profile file, dotted; none for what a file does not hold.
    pub fn path(self) -> Option<&'static str> {
        Some(match self {
            ProfileField::Name => "name",
            ProfileField::ProviderLink => "provider_link",
            ProfileField::ProviderId => "provider_id",
            ProfileField::Domain => "domain",
            ProfileField::EndpointBase => "endpoint_base",
            ProfileField::CognigyApi => "cognigy_api",
            ProfileField::TenantId => "cxone.tenant_id",
            ProfileField::BusinessUnit => "cxone.business_unit",
            ProfileField::Cloud => "cxone.cloud",
            ProfileField::Issuer => "cxone.issuer",
            ProfileField::HostApi => "cxone.hosts.api",
            ProfileField::HostDigital => "cxone.hosts.digital",
            ProfileField::HostUserhub => "cxone.hosts.userhub",
            ProfileField::HostEvents => "cxone.hosts.events",
            ProfileField::ChannelIntegrationId => "channel_integration_id",
            ProfileField::RoutingSkill => "routing_skill",
            _ => return None,
        })
    }

    /// The environment variable a run on a profile file takes it from; only for credentials.
    pub fn variable(self) -> Option<&'static str> {
        Some(match self {
            ProfileField::AccessKeyId => "HANDOVER_ACCESS_KEY_ID",
            ProfileField::AccessKeySecret => "HANDOVER_ACCESS_KEY_SECRET",
            ProfileField::ClientId => "HANDOVER_CLIENT_ID",
            ProfileField::ClientSecret => "HANDOVER_CLIENT_SECRET",
            ProfileField::IntegrationClientId => "HANDOVER_INTEGRATION_CLIENT_ID",
            ProfileField::IntegrationClientSecret => "HANDOVER_INTEGRATION_CLIENT_SECRET",
            ProfileField::CognigyApiKey => "HANDOVER_COGNIGY_API_KEY",
            _ => return None,
        })
    }

    /// Where the right value is found. Menu paths as the vendor documents them for 2026.9.
    pub fn find(self) -> &'static str {
        match self {
            ProfileField::Name => {
                "Use the name of the handover provider in Cognigy.AI, letter for letter: CXone gives it to the channel."
            }
            ProfileField::ProviderLink => {
                "In Cognigy.AI, open Deploy > Handover Providers, open the provider and copy the whole address \
                 from the browser."
            }
            ProfileField::ProviderId => {
                "It is the part after /handover-provider/ in the address of the provider's page in Cognigy.AI."
            }
            ProfileField::Domain => {
                "It is the host in the address of your Cognigy.AI, for example trial.cognigy.ai, or its short \
                 instance name, for example trial."
            }
            ProfileField::EndpointBase => {
                "In Cognigy.AI, open Deploy > Endpoints, open any Endpoint and copy its Endpoint URL."
            }
            ProfileField::CognigyApi => {
                "Leave it empty unless your install is on-premises: it is the address of its API, such as \
                 https://api-cognigy.example.com. The people who run the install know it."
            }
            ProfileField::CognigyApiKey => {
                "In Cognigy.AI, open My Profile and create an API key. It is shown once, works on this install alone, \
                 and may do what you may do there."
            }
            ProfileField::TenantId => {
                "In CXone, open Admin, then My Profile And More > My Profile; it is on the General tab."
            }
            ProfileField::BusinessUnit => {
                "In CXone, open ACD > ACD Configuration > Business Units; it is the Unit Number."
            }
            ProfileField::Cloud => {
                "Most tenants are on the global cloud; your NiCE contact knows if yours is not."
            }
            ProfileField::Issuer => {
                "It is the https address of the sign-in service of your CXone cloud; your NiCE contact knows it."
            }
            ProfileField::HostApi
            | ProfileField::HostDigital
            | ProfileField::HostUserhub
            | ProfileField::HostEvents => {
                "Leave it empty unless NiCE gave you an address of its own for your tenant."
            }
            ProfileField::ConnectionName => "Any name that is not yet used by a Connection in Cognigy.AI.",
            ProfileField::AccessKeyId | ProfileField::AccessKeySecret => {
                "In CXone, open Admin, open the employee profile used for API access, then Security > Add Access \
                 Key. The secret is shown once."
            }
            ProfileField::ClientId | ProfileField::ClientSecret => {
                "NiCE sends it to your technical contacts two to three business days after the application \
                 registration form."
            }
            ProfileField::ChannelIntegrationId => {
                "In CXone, open ACD > Digital > Bring Your Own Channel; it is the Integration ID of the saved entry."
            }
            ProfileField::IntegrationClientId => {
                "You choose it; the same value stands in the CXone form and in Cognigy.AI."
            }
            ProfileField::IntegrationClientSecret => {
                "Handover Desk makes it, 32 characters; the same value stands in the CXone form and in Cognigy.AI."
            }
            ProfileField::RoutingSkill => {
                "In CXone, open ACD > ACD Skills; it is the ID or the name of a digital inbound skill."
            }
        }
    }
}

impl fmt::Display for ProfileField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
