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

/// Every domain that an issuer's hosts may stand under without being confirmed.
pub fn domains() -> impl Iterator<Item = &'static str> {
    GLOBAL.iter().chain([&FEDRAMP]).chain(SOVEREIGN).copied()
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
mod tests;
