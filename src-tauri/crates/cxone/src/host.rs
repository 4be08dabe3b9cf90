//! The hosts of a tenant: how they are derived, and which of them may see a credential.
//!
//! Discovery documents are written by a server and may be wrong, stale or hostile, so an address from them is used
//! only where [`trust`] allows it. Matching is by whole labels: neither `evilniceincontact.com` nor
//! `niceincontact.com.evil.example` is the vendor's.

use transport::host::is_loopback;
use url::{Host as UrlHost, Url};

use crate::discovery::Tenant;
use crate::{Error, Target};

/// Domains of the global cloud (issuers and host patterns of the public SDKs).
const GLOBAL: &[&str] = &[
    "niceincontact.com",
    "nice-incontact.com",
    "incontact.com",
    "nicecxone.com",
];
/// Domain of the FedRAMP cloud's digital hosts, whose issuer stands under the global domain.
const FEDRAMP: &str = "nicecxone-gov.com";
const FEDRAMP_ISSUER: &str = "cxone-gov.niceincontact.com";
/// Area of the FedRAMP cloud, whose digital hosts are fixed whatever the tenant's `domain` says.
const FEDRAMP_AREA: &str = "na2";
/// Sovereign clouds seen in public code; each is a registrable domain of its own.
const SOVEREIGN: &[&str] = &["nicecxone-sov1.au", "nicecxone-sov1.eu", "nicecxone-sov1.uk"];

/// Which of a tenant's services is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// ACD API: business unit, skills, campaigns, agents, scripts.
    Api,
    /// Digital API (DFO 3.0): channels, threads.
    Digital,
    /// UserHub.
    Userhub,
    /// The facade in front of UserHub's services.
    Facade,
}

/// Base addresses of a tenant's services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    /// ACD API.
    pub api: Url,
    /// Digital API.
    pub digital: Url,
    /// UserHub.
    pub userhub: Url,
    /// Event hub (`wss`, or `ws` on loopback).
    pub events: Url,
    /// Facade in front of UserHub's services; with a UserHub override that host, so that a sandbox's token never
    /// leaves this computer.
    pub facade: Url,
}

impl Hosts {
    /// The base address of one service.
    pub fn base(&self, host: Host) -> &Url {
        match host {
            Host::Api => &self.api,
            Host::Digital => &self.digital,
            Host::Userhub => &self.userhub,
            Host::Facade => &self.facade,
        }
    }
}

/// Why a host may, or may not, see a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The issuer itself, or https under one of its vendor domains.
    Vendor,
    /// One of the profile's own addresses.
    Override,
    /// Confirmed once by the administrator.
    Confirmed,
    /// None of these, or not https.
    Untrusted,
}

/// Derives the addresses of a tenant; the profile's overrides win. Whether they may be used is judged at each call.
///
/// # Errors
/// [`Error::Underivable`] when a part is missing or is no host name.
pub fn derive(target: &Target, tenant: &Tenant) -> Result<Hosts, Error> {
    let area = || label("area", tenant.area.as_deref());
    let digital_host = |what, prefix: &str, scheme: &str| {
        let area = area()?;
        let domain = if area == FEDRAMP_AREA {
            FEDRAMP
        } else {
            tenant.domain.as_str()
        };
        built(what, scheme, &format!("{prefix}-{area}.{domain}"))
    };
    let given = &target.hosts;
    Ok(Hosts {
        api: given.api.clone().unwrap_or_else(|| tenant.api_endpoint.clone()),
        digital: match &given.digital {
            Some(url) => url.clone(),
            None => digital_host("digital", "api-de", "https")?,
        },
        userhub: match &given.userhub {
            Some(url) => url.clone(),
            None => {
                let domain = tenant.uh_domain.as_deref().unwrap_or_default();
                built("userhub", "https", &format!("{}.{domain}", area()?))?
            }
        },
        events: match &given.events {
            Some(url) => websocket(url),
            None => digital_host("events", "eventhub-de", "wss")?,
        },
        facade: match &given.userhub {
            Some(url) => url.clone(),
            None => built("facade", "https", &format!("api-{}.{}", area()?, tenant.domain))?,
        },
    })
}

/// Whether credentials and tokens may be sent to `url`. Plain http only to a loopback address that is the issuer or
/// an override.
pub fn trust(target: &Target, url: &Url) -> Trust {
    let secure = matches!(url.scheme(), "https" | "wss");
    let plain_loopback = matches!(url.scheme(), "http" | "ws") && is_loopback(url);
    // Credentials inside an address would replace the ones we send.
    let foreign_credentials = !url.username().is_empty() || url.password().is_some();
    if foreign_credentials || !(secure || plain_loopback) {
        return Trust::Untrusted;
    }
    if same_origin(url, &target.issuer) {
        return Trust::Vendor;
    }
    if target.hosts.iter().any(|given| same_origin(url, given)) {
        return Trust::Override;
    }
    if !secure {
        return Trust::Untrusted;
    }
    if let Some(UrlHost::Domain(host)) = url.host()
        && vendor_domains(&target.issuer)
            .iter()
            .any(|domain| under(host, domain))
    {
        return Trust::Vendor;
    }
    if target.trusted_hosts.contains(&name(url)) {
        Trust::Confirmed
    } else {
        Trust::Untrusted
    }
}

/// How a host is shown and kept for confirmation: the host in lower case, with its port where that is not the
/// scheme's own.
pub fn name(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Answers the host's name when it is not trusted.
pub(crate) fn untrusted(target: &Target, url: &Url) -> Option<String> {
    (trust(target, url) == Trust::Untrusted).then(|| name(url))
}

/// Domains that belong to the cloud of an issuer. For an issuer we do not know it is only its own host and what
/// is below: its registrable domain cannot be told without a list of public suffixes, and asking once is harmless.
fn vendor_domains(issuer: &Url) -> Vec<String> {
    let Some(UrlHost::Domain(host)) = issuer.host() else {
        return Vec::new();
    };
    if issuer.scheme() != "https" {
        return Vec::new();
    }
    let global = || GLOBAL.iter().map(|domain| (*domain).to_owned());
    if under(host, FEDRAMP) || host == FEDRAMP_ISSUER {
        return global().chain([FEDRAMP.to_owned()]).collect();
    }
    if GLOBAL.iter().any(|domain| under(host, domain)) {
        return global().collect();
    }
    let sovereign = SOVEREIGN.iter().find(|domain| under(host, domain));
    vec![sovereign.map_or_else(|| host.to_owned(), |domain| (*domain).to_owned())]
}

fn under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn same_origin(a: &Url, b: &Url) -> bool {
    let secure = |url: &Url| match url.scheme() {
        "https" | "wss" => Some(true),
        "http" | "ws" => Some(false),
        _ => None,
    };
    secure(a).is_some()
        && secure(a) == secure(b)
        && a.host() == b.host()
        && a.port_or_known_default() == b.port_or_known_default()
}

/// The same address with the scheme of a websocket.
fn websocket(url: &Url) -> Url {
    let mut url = url.clone();
    let scheme = match url.scheme() {
        "http" => "ws",
        "https" => "wss",
        _ => return url,
    };
    // Cannot fail between these schemes; if it ever did, the address would merely keep its scheme.
    let _ = url.set_scheme(scheme);
    url
}

/// A DNS label from a server's answer.
fn label<'a>(what: &'static str, value: Option<&'a str>) -> Result<&'a str, Error> {
    let value = value.unwrap_or_default();
    if is_label(value) {
        Ok(value)
    } else {
        let detail = if value.is_empty() {
            "missing".to_owned()
        } else {
            format!("{value:?} is no host label")
        };
        Err(Error::Underivable { what, detail })
    }
}

fn is_label(text: &str) -> bool {
    !text.is_empty() && text.len() <= 63 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// An address from a host that was put together; every label is checked first, so that no part can smuggle a
/// path, a port or another host in.
fn built(what: &'static str, scheme: &str, host: &str) -> Result<Url, Error> {
    let wrong = || Error::Underivable {
        what,
        detail: format!("{host:?} is no host name"),
    };
    if !host.split('.').all(is_label) || host.len() > 253 {
        return Err(wrong());
    }
    Url::parse(&format!("{scheme}://{host}/")).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::HostOverrides;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn target(issuer: &str) -> Target {
        Target {
            issuer: url(issuer),
            tenant_id: "t".to_owned(),
            hosts: HostOverrides::default(),
            trusted_hosts: BTreeSet::new(),
        }
    }

    fn tenant(area: Option<&str>, domain: &str, uh: Option<&str>) -> Tenant {
        Tenant {
            api_endpoint: url("https://api-c99.nice-incontact.com"),
            ui_endpoint: None,
            auth_endpoint: None,
            area: area.map(str::to_owned),
            cluster: None,
            domain: domain.to_owned(),
            acd_domain: None,
            uh_domain: uh.map(str::to_owned),
            global_domain: None,
            tenant_id: None,
            private: None,
            raw: Value::Null,
        }
    }

    #[test]
    fn trust_by_issuer() {
        use Trust::{Untrusted, Vendor};
        let global = "https://cxone.niceincontact.com";
        let gov = "https://cxone-gov.niceincontact.com";
        let eu = "https://nicecxone-sov1.eu";
        let own = "https://cxone.example.com";
        let local = "http://127.0.0.1:4000";
        let cases = [
            (
                global,
                "https://api-de-na1.niceincontact.com/dfo/3.0/channels",
                Vendor,
            ),
            (global, "https://na1.nice-incontact.com", Vendor),
            (global, "https://api-c99.incontact.com", Vendor),
            (global, "https://na1.nicecxone.com", Vendor),
            (global, "wss://eventhub-de-na1.niceincontact.com", Vendor),
            (global, "https://API-DE-NA1.NICEINCONTACT.COM", Vendor),
            (global, "https://niceincontact.com", Vendor),
            (global, "https://api-de-na2.nicecxone-gov.com", Untrusted),
            (global, "http://api-de-na1.niceincontact.com", Untrusted),
            (global, "http://cxone.niceincontact.com", Untrusted),
            (global, "ws://eventhub-de-na1.niceincontact.com", Untrusted),
            (global, "https://evilniceincontact.com", Untrusted),
            (global, "https://niceincontact.com.evil.example", Untrusted),
            (
                global,
                "https://cxone.niceincontact.com@evil.example/auth/token",
                Untrusted,
            ),
            (
                global,
                "https://user:pw@cxone.niceincontact.com/auth/token",
                Untrusted,
            ),
            (global, "https://evil.example/cxone.niceincontact.com", Untrusted),
            (global, "https://192.0.2.1", Untrusted),
            (global, "http://127.0.0.1:4000", Untrusted),
            (global, "https://127.0.0.1:4000", Untrusted),
            (global, "ftp://cxone.niceincontact.com", Untrusted),
            (gov, "https://api-de-na2.nicecxone-gov.com", Vendor),
            (gov, "https://cxone-gov.niceincontact.com/auth/token", Vendor),
            (eu, "https://nicecxone-sov1.eu/auth/token", Vendor),
            (eu, "https://api-de-eu9.nicecxone-sov1.eu", Vendor),
            (eu, "https://api-de-eu9.nicecxone-sov1.au", Untrusted),
            (eu, "https://api-de-na1.niceincontact.com", Untrusted),
            (own, "https://cxone.example.com/auth/token", Vendor),
            (own, "https://api.cxone.example.com", Vendor),
            (own, "https://api.example.com", Untrusted),
            (own, "https://api-de-na1.niceincontact.com", Untrusted),
            (local, "http://127.0.0.1:4000/auth/token", Vendor),
            (local, "http://127.0.0.1:4001/auth/token", Untrusted),
            (local, "http://localhost:4000/auth/token", Untrusted),
            (local, "https://127.0.0.1:4000/auth/token", Untrusted),
            (local, "https://cxone.niceincontact.com", Untrusted),
        ];
        for (issuer, asked, expected) in cases {
            assert_eq!(
                trust(&target(issuer), &url(asked)),
                expected,
                "{issuer} -> {asked}"
            );
        }
    }

    #[test]
    fn a_plain_issuer_outside_loopback_gets_nothing() {
        let target = target("http://cxone.niceincontact.com");
        assert_eq!(
            trust(&target, &url("http://cxone.niceincontact.com/auth/token")),
            Trust::Untrusted
        );
        assert_eq!(
            trust(&target, &url("https://api-de-na1.niceincontact.com")),
            Trust::Untrusted
        );
    }

    #[test]
    fn overrides_and_confirmed_hosts() {
        let mut target = target("https://cxone.niceincontact.com");
        target.hosts.digital = Some(url("https://digital.example.com/base"));
        target.hosts.events = Some(url("http://127.0.0.1:4002"));
        target.hosts.api = Some(url("http://plain.example.com"));
        target.trusted_hosts = ["api.example.com", "api.example.com:8443"]
            .map(str::to_owned)
            .into();
        let cases = [
            ("https://digital.example.com/dfo/3.0/channels", Trust::Override),
            ("https://digital.example.com:444/", Trust::Untrusted),
            ("http://digital.example.com/", Trust::Untrusted),
            ("https://sub.digital.example.com/", Trust::Untrusted),
            ("ws://127.0.0.1:4002/", Trust::Override),
            ("http://127.0.0.1:4002/", Trust::Override),
            ("http://plain.example.com/", Trust::Untrusted),
            ("https://api.example.com/x", Trust::Confirmed),
            ("https://api.example.com:8443/x", Trust::Confirmed),
            ("https://api.example.com:9443/x", Trust::Untrusted),
            ("http://api.example.com/x", Trust::Untrusted),
            ("https://sub.api.example.com/x", Trust::Untrusted),
        ];
        for (asked, expected) in cases {
            assert_eq!(trust(&target, &url(asked)), expected, "{asked}");
        }
    }

    #[test]
    fn hosts_are_derived_from_area_and_domain() {
        let global = target("https://cxone.niceincontact.com");
        let found = derive(
            &global,
            &tenant(Some("eu1"), "niceincontact.com", Some("nice-incontact.com")),
        )
        .unwrap();
        let told = [
            &found.api,
            &found.digital,
            &found.userhub,
            &found.events,
            &found.facade,
        ]
        .map(Url::as_str);
        assert_eq!(
            told,
            [
                "https://api-c99.nice-incontact.com/",
                "https://api-de-eu1.niceincontact.com/",
                "https://eu1.nice-incontact.com/",
                "wss://eventhub-de-eu1.niceincontact.com/",
                "https://api-eu1.niceincontact.com/",
            ]
        );
    }

    #[test]
    fn fedramp_digital_hosts_are_fixed() {
        let gov = target("https://cxone-gov.niceincontact.com");
        let found = derive(
            &gov,
            &tenant(Some("na2"), "niceincontact.com", Some("nice-incontact.com")),
        )
        .unwrap();
        assert_eq!(found.digital.as_str(), "https://api-de-na2.nicecxone-gov.com/");
        assert_eq!(found.events.as_str(), "wss://eventhub-de-na2.nicecxone-gov.com/");
        assert_eq!(found.userhub.as_str(), "https://na2.nice-incontact.com/");
    }

    #[test]
    fn overrides_win_and_need_no_area() {
        let mut local = target("http://127.0.0.1:4000");
        local.hosts = HostOverrides {
            api: Some(url("http://127.0.0.1:4001")),
            digital: Some(url("http://127.0.0.1:4002")),
            userhub: Some(url("http://127.0.0.1:4003")),
            events: Some(url("http://127.0.0.1:4004")),
        };
        let found = derive(&local, &tenant(None, "example.com", None)).unwrap();
        let told = [
            &found.api,
            &found.digital,
            &found.userhub,
            &found.events,
            &found.facade,
        ]
        .map(Url::as_str);
        assert_eq!(
            told,
            [
                "http://127.0.0.1:4001/",
                "http://127.0.0.1:4002/",
                "http://127.0.0.1:4003/",
                "ws://127.0.0.1:4004/",
                "http://127.0.0.1:4003/",
            ]
        );
    }

    #[test]
    fn a_hostile_or_missing_part_makes_no_host() {
        let global = target("https://cxone.niceincontact.com");
        let cases = [
            (None, "niceincontact.com"),
            (Some(""), "niceincontact.com"),
            (Some("na1/x"), "niceincontact.com"),
            (Some("x@evil.example#"), "niceincontact.com"),
            (Some("na1.evil"), "niceincontact.com"),
            (Some("na1"), "evil.example/niceincontact.com"),
            (Some("na1"), "evil.example#"),
            (Some("na1"), "niceincontact.com:8443"),
            (Some("na1"), ""),
            (Some("na1"), "niceincontact..com"),
        ];
        for (area, domain) in cases {
            let found = derive(&global, &tenant(area, domain, Some("nice-incontact.com")));
            assert!(
                matches!(found, Err(Error::Underivable { .. })),
                "{area:?} {domain:?}: {found:?}"
            );
        }
    }
}
