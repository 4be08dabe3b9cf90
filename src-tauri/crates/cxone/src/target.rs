//! Which tenant is meant, and which hosts may be talked to.

use std::collections::BTreeSet;

use url::Url;

/// The tenant and the addresses that the administrator entered for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Issuer of the chosen cloud, such as `https://cxone.example.com`; without it there is no discovery.
    pub issuer: Url,
    /// Tenant id as typed; sent as it is, always percent-encoded.
    pub tenant_id: String,
    /// Addresses that win over the discovered ones.
    pub hosts: HostOverrides,
    /// Hosts that are not the vendor's and that the administrator confirmed once, spelled as [`crate::host::name`]
    /// spells them.
    pub trusted_hosts: BTreeSet<String>,
}

/// Addresses of a profile that replace what discovery finds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostOverrides {
    /// ACD API.
    pub api: Option<Url>,
    /// Digital API (DFO 3.0).
    pub digital: Option<Url>,
    /// UserHub.
    pub userhub: Option<Url>,
    /// Event hub; http(s) and ws(s) are both understood.
    pub events: Option<Url>,
}

impl HostOverrides {
    /// The addresses that are set.
    pub fn iter(&self) -> impl Iterator<Item = &Url> {
        [&self.api, &self.digital, &self.userhub, &self.events]
            .into_iter()
            .flatten()
    }
}
