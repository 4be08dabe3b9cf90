//! The profile as it stands in a file: every field as typed, no secrets.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;
use url::Url;

use crate::address::{self, AddressError, Schemes};
use crate::cloud::Cloud;
use crate::field::ProfileField;

/// One handover provider and the CXone tenant it connects to.
///
/// It is also the profile file of the command line. Texts are kept verbatim; what they mean is computed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Handover Desk profile")]
pub struct Profile {
    /// Name of the handover provider in Cognigy.AI; it becomes the name of the channel in CXone.
    #[serde(default)]
    pub name: String,
    /// The address of the provider's page in Cognigy.AI, pasted whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub provider_link: Option<String>,
    /// The provider's id, 24 hexadecimal characters; used with `domain` when there is no link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub provider_id: Option<String>,
    /// The Cognigy.AI install: a short instance name (`trial`), a host or a URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub domain: Option<String>,
    /// Any Endpoint URL of the install, or its start; only scheme, host and port count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub endpoint_base: Option<String>,
    /// Where the REST API of the install is, if its address does not follow from the provider's host; only scheme, host
    /// and port count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cognigy_api: Option<String>,
    /// The Integration ID that CXone shows for the saved BYOC entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub channel_integration_id: Option<String>,
    /// Id or name of a digital inbound skill; used where the channel does not tell its default skill.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "text_or_number"
    )]
    #[schemars(schema_with = "text_or_number_schema")]
    #[ts(optional)]
    pub routing_skill: Option<String>,
    /// The CXone tenant.
    #[serde(default)]
    pub cxone: CxoneTarget,
}

/// The CXone tenant of a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct CxoneTarget {
    /// The cloud; `issuer` wins where both are given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cloud: Option<Cloud>,
    /// Address of the issuer, needed for a cloud that has no name here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub issuer: Option<String>,
    /// Tenant ID, a UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tenant_id: Option<String>,
    /// Unit Number of the business unit: digits.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "text_or_number"
    )]
    #[schemars(schema_with = "unit_schema")]
    #[ts(optional)]
    pub business_unit: Option<String>,
    /// Addresses to use instead of the discovered ones.
    #[serde(default, skip_serializing_if = "Hosts::is_empty")]
    pub hosts: Hosts,
}

/// Host overrides: addresses used in place of those that discovery yields. http only for this computer.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "HostOverrides")]
#[schemars(rename = "HostOverrides")]
pub struct Hosts {
    /// The ACD (`inContactAPI`) services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub api: Option<String>,
    /// The Digital Engagement services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub digital: Option<String>,
    /// UserHub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub userhub: Option<String>,
    /// The event hub; also `wss://`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub events: Option<String>,
}

/// Host overrides that were read as addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)] // as in `Hosts`
pub struct ResolvedHosts {
    pub api: Option<Url>,
    pub digital: Option<Url>,
    pub userhub: Option<Url>,
    pub events: Option<Url>,
}

impl Hosts {
    /// Whether nothing is overridden.
    pub fn is_empty(&self) -> bool {
        *self == Hosts::default()
    }

    /// The overrides with the fields they stand in.
    pub fn entries(&self) -> [(ProfileField, Option<&str>); 4] {
        [
            (ProfileField::HostApi, self.api.as_deref()),
            (ProfileField::HostDigital, self.digital.as_deref()),
            (ProfileField::HostUserhub, self.userhub.as_deref()),
            (ProfileField::HostEvents, self.events.as_deref()),
        ]
    }

    /// The overrides as addresses; the first unusable one fails, with its field.
    pub fn resolve(&self) -> Result<ResolvedHosts, (ProfileField, AddressError)> {
        let read = |field: ProfileField, text: &Option<String>| {
            entered(text)
                .map(|text| read_host(field, text).map_err(|error| (field, error)))
                .transpose()
        };
        Ok(ResolvedHosts {
            api: read(ProfileField::HostApi, &self.api)?,
            digital: read(ProfileField::HostDigital, &self.digital)?,
            userhub: read(ProfileField::HostUserhub, &self.userhub)?,
            events: read(ProfileField::HostEvents, &self.events)?,
        })
    }
}

impl Profile {
    /// The issuer's address, from `cxone.issuer` or else from `cxone.cloud`; without query and fragment.
    pub fn issuer(&self) -> Result<Url, AddressError> {
        let typed = entered(&self.cxone.issuer);
        let text = typed.or_else(|| self.cxone.cloud.and_then(Cloud::issuer));
        let text = text.ok_or(AddressError::Missing {
            field: ProfileField::Issuer,
        })?;
        let mut url = address::read_target(text, Schemes::Web)?;
        url.set_query(None);
        url.set_fragment(None);
        Ok(url)
    }

    /// Whether issuer and endpoint are both on this computer, as those of the built-in sandbox are.
    pub fn is_loopback(&self) -> bool {
        let here = |url: &Url| url.host_str().is_some_and(address::is_loopback_host);
        self.issuer().is_ok_and(|issuer| here(&issuer)) && self.endpoint().is_ok_and(|it| here(&it.base))
    }
}

/// What was typed, if it is more than white space.
pub(crate) fn entered(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.trim().is_empty())
}

pub(crate) fn read_host(field: ProfileField, text: &str) -> Result<Url, AddressError> {
    let schemes = if field == ProfileField::HostEvents {
        Schemes::Socket
    } else {
        Schemes::Web
    };
    let mut url = address::read_target(text, schemes)?;
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Whole(i64),
        Large(u64),
        Text(String),
    }
    Ok(
        Option::<Either>::deserialize(deserializer)?.map(|value| match value {
            Either::Whole(number) => number.to_string(),
            Either::Large(number) => number.to_string(),
            Either::Text(text) => text,
        }),
    )
}

fn text_or_number_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["string", "integer", "null"] })
}

/// Most digits of a business unit's number, and the largest number that has them. No known tenant comes near it.
pub(crate) const UNIT_DIGITS: usize = 18;
pub(crate) const LARGEST_UNIT: u64 = 999_999_999_999_999_999;

fn unit_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["string", "integer", "null"], "minimum": 0, "maximum": LARGEST_UNIT })
}
