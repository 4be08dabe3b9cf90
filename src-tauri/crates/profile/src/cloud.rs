//! The CXone clouds that are known by name, and the vendors' own domains.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use url::Url;

/// A CXone cloud. Source of the issuers: the vendor's OpenAPI (global, FedRAMP) and a vendor SDK (sovereign).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "CxoneCloud")]
pub enum Cloud {
    /// The public cloud.
    Global,
    /// The cloud for United States government customers.
    Fedramp,
    /// The Australian sovereign cloud.
    AuSovereign,
    /// The European sovereign cloud.
    EuSovereign,
    /// Any other: the issuer is typed.
    Other,
}

impl Cloud {
    /// All clouds, in the order a list shows them.
    pub const ALL: [Cloud; 5] = [
        Cloud::Global,
        Cloud::Fedramp,
        Cloud::AuSovereign,
        Cloud::EuSovereign,
        Cloud::Other,
    ];

    /// The issuer whose discovery document describes this cloud; none for [`Cloud::Other`].
    pub fn issuer(self) -> Option<&'static str> {
        match self {
            Cloud::Global => Some("https://cxone.niceincontact.com"),
            Cloud::Fedramp => Some("https://cxone-gov.niceincontact.com"),
            Cloud::AuSovereign => Some("https://nicecxone-sov1.au"),
            Cloud::EuSovereign => Some("https://nicecxone-sov1.eu"),
            Cloud::Other => None,
        }
    }

    /// The cloud an issuer belongs to; [`Cloud::Other`] when it is none of the named ones.
    pub fn of_issuer(issuer: &Url) -> Cloud {
        let host = issuer.host_str().unwrap_or_default();
        Cloud::ALL
            .into_iter()
            .find(|cloud| {
                issuer.scheme() == "https"
                    && issuer.port().is_none()
                    && cloud.issuer().and_then(|text| text.strip_prefix("https://")) == Some(host)
            })
            .unwrap_or(Cloud::Other)
    }

    /// What a list shows for it.
    pub fn label(self) -> &'static str {
        match self {
            Cloud::Global => "Global",
            Cloud::Fedramp => "FedRAMP",
            Cloud::AuSovereign => "Australia sovereign",
            Cloud::EuSovereign => "Europe sovereign",
            Cloud::Other => "Other issuer",
        }
    }
}

/// Domains that belong to the two vendors. A host of an imported profile outside them is shown and confirmed first.
/// The Telekom partner install is on a domain of its own and counts as foreign.
pub const VENDOR_DOMAINS: [&str; 10] = [
    "cognigy.ai",
    "cognigy.cloud",
    "niceincontact.com",
    "nice-incontact.com",
    "incontact.com",
    "nicecxone.com",
    "nicecxone-gov.com",
    "nicecxone-sov1.au",
    "nicecxone-sov1.eu",
    "nicecxone-sov1.uk",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_cloud_is_found_by_its_issuer() {
        for cloud in Cloud::ALL {
            if let Some(issuer) = cloud.issuer() {
                let url: Url = issuer.parse().unwrap();
                assert_eq!(Cloud::of_issuer(&url), cloud);
                assert!(crate::is_vendor_host(url.host_str().unwrap()));
            }
        }
        for other in [
            "http://cxone.niceincontact.com",
            "https://cxone.niceincontact.com:8443",
            "https://a.example",
        ] {
            assert_eq!(Cloud::of_issuer(&other.parse().unwrap()), Cloud::Other);
        }
    }
}
