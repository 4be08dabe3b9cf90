//! The endpoint base: the address below which Cognigy.AI answers CXone.
//!
//! The rules are ordered and the first match wins. Only an Endpoint URL entered by the administrator is proof; the
//! rest is inferred from hosts that are documented or were seen, and carries a [`Certainty`] that says so.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use url::Url;

use crate::address::{self, AddressError, Schemes, bare, is_loopback_host, origin, within};
use crate::document::{Profile, entered};
use crate::host;
use crate::warning::Warning;

/// How far an endpoint address can be relied on.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "EndpointCertainty")]
pub enum Certainty {
    /// Entered, or taken from an Endpoint URL.
    Confirmed,
    /// Follows from a host pattern of the vendor.
    Derived,
    /// A proposal for a host of unknown kind.
    Guessed,
}

/// The endpoint base with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(rename = "EndpointAddress")]
pub struct Endpoint {
    /// Scheme, host and port. As every origin it prints with a final slash; see [`Endpoint::as_base`].
    #[schemars(with = "String")]
    #[ts(type = "string")]
    pub base: Url,
    /// How sure it is.
    pub certainty: Certainty,
    /// Findings that do not block, the provider's own not included.
    pub warnings: Vec<Warning>,
}

impl Endpoint {
    /// The address without a final slash, as CXone wants it.
    pub fn as_base(&self) -> String {
        bare(&self.base)
    }
}

impl Profile {
    /// The endpoint base: the typed one, else derived from the provider's host.
    pub fn endpoint(&self) -> Result<Endpoint, AddressError> {
        if let Some(typed) = entered(&self.endpoint_base) {
            let mut endpoint = typed_base(typed)?;
            endpoint.warnings.extend(self.other_install(&endpoint));
            return Ok(endpoint);
        }
        let provider = self
            .provider()
            .map_err(|error| AddressError::Provider(Box::new(error)))?;
        derive(&provider.host, provider.scheme, provider.port)
    }
}

impl Profile {
    /// The warning that an entered endpoint is not the one of the provider's install, as far as the vendor's own host
    /// patterns tell.
    fn other_install(&self, endpoint: &Endpoint) -> Option<Warning> {
        let provider = self.provider().ok()?;
        let follows = derive(&provider.host, provider.scheme, provider.port).ok()?;
        let (entered, expected) = (endpoint.base.host_str()?, follows.base.host_str()?);
        let differs = follows.certainty == Certainty::Derived && entered != expected;
        differs.then(|| Warning::OtherInstall {
            entered: entered.to_owned(),
            expected: expected.to_owned(),
        })
    }
}

/// The origin of any pasted Endpoint URL: the proof that confirms a derived or guessed address.
///
/// A Webchat, API, OData or static address of the vendors' hosts is turned into the endpoint's; an address of
/// the user interface there is refused, since it proves nothing.
pub fn endpoint_from_any_url(pasted: &str) -> Result<Url, AddressError> {
    let endpoint = typed_base(pasted)?;
    match endpoint.warnings.iter().find_map(|warning| match warning {
        Warning::UiHost { host } => Some(host.clone()),
        _ => None,
    }) {
        Some(host) => Err(AddressError::NotAnEndpoint { host }),
        None => Ok(endpoint.base),
    }
}

fn typed_base(typed: &str) -> Result<Endpoint, AddressError> {
    let page = address::read_target(typed, Schemes::Web)?;
    host::check_whole(&page)?;
    let url = origin(&page);
    let host = url.host_str().unwrap_or_default();
    let confirmed = || Endpoint {
        base: url.clone(),
        certainty: Certainty::Confirmed,
        warnings: host_warnings(host),
    };
    let to = if is_cognigy_host(host) {
        swap(host)
    } else if is_provider_page(&page) {
        None
    } else {
        return Ok(confirmed());
    };
    match to {
        Some(to) if to == host => Ok(confirmed()),
        Some(to) => {
            let mut endpoint = Endpoint {
                base: with_host(&url, &to)?,
                certainty: certainty(host),
                warnings: host_warnings(host),
            };
            if is_unverified(host, &to) {
                endpoint
                    .warnings
                    .push(Warning::UnverifiedHost { host: to.clone() });
            }
            let from = host.to_owned();
            endpoint.warnings.push(Warning::SwappedHost { from, to });
            Ok(endpoint)
        }
        // The user interface: no Endpoint is there, and so it proves nothing.
        None => {
            let mut endpoint = derive(host, "https", url.port())?;
            let host = host.to_owned();
            endpoint.warnings.push(Warning::UiHost { host });
            Ok(endpoint)
        }
    }
}

/// Whether this is the page of a handover provider on another computer, wherever its user interface is.
fn is_provider_page(url: &Url) -> bool {
    let mut segments = url.path_segments().into_iter().flatten();
    !url.host_str().is_some_and(is_loopback_host)
        && segments.any(|segment| segment.eq_ignore_ascii_case("handover-provider"))
}

/// How sure the endpoint is that follows from another host of the install.
fn certainty(host: &str) -> Certainty {
    if is_cognigy_host(host) {
        Certainty::Derived
    } else {
        Certainty::Guessed
    }
}

/// Whether nobody has seen an install that calls its endpoint `to`. Of the partner's install the other hosts are known,
/// the endpoint is not.
fn is_unverified(from: &str, to: &str) -> bool {
    from != to && (certainty(from) == Certainty::Guessed || is_telekom(from))
}

/// The endpoint address that follows from the host of a user interface or of another service.
fn derive(host: &str, scheme: &str, port: Option<u16>) -> Result<Endpoint, AddressError> {
    let underivable = || AddressError::Underivable {
        host: host.to_owned(),
    };
    if is_underivable(host) {
        return Err(underivable());
    }
    let to = service_host(host, "endpoint");
    let mut warnings = host_warnings(host);
    if is_unverified(host, &to) {
        warnings.push(Warning::UnverifiedHost { host: to.clone() });
    }
    let mut base =
        Url::parse(&format!("{scheme}://{to}")).map_err(|reason| AddressError::NotAnAddress { reason })?;
    if let Some(port) = port {
        if is_loopback_host(host) || to == host {
            base.set_port(Some(port)).map_err(|()| underivable())?;
        } else {
            warnings.push(Warning::PortDropped { port });
        }
    }
    Ok(Endpoint {
        base,
        certainty: certainty(host),
        warnings,
    })
}

/// A partner's install, whose services are labels of their own.
const TELEKOM: &str = "live.ai.telekomcloud.com";

/// Words that name a service of a Cognigy.AI install; longer ones before their beginnings.
const SERVICES: [&str; 7] = [
    "static-api",
    "files-api",
    "endpoint",
    "api",
    "webchat",
    "odata",
    "static",
];

/// The host with its service word turned into `word`; none when it has no such word.
///
/// `api-x` and `cognigy-api-x` everywhere; `api.x` except on the vendor's own domains, where a first label of
/// that name would be an instance.
pub(crate) fn swapped(host: &str, to: &str) -> Option<String> {
    let (lead, rest) = match host.strip_prefix("cognigy-") {
        Some(rest) => ("cognigy-", rest),
        None => ("", host),
    };
    let own = within(host, "cognigy.ai") || within(host, "cognigy.cloud");
    SERVICES.iter().find_map(|word| {
        let tail = rest.strip_prefix(word)?;
        let dotted = tail.starts_with('.') && lead.is_empty() && !own && tail.contains(|c: char| c != '.');
        (tail.starts_with('-') && tail.len() > 1 || dotted).then(|| format!("{lead}{to}{tail}"))
    })
}

/// The host of the endpoint beside another service of the install.
fn swap(host: &str) -> Option<String> {
    swapped(host, "endpoint")
}

/// The host of a service that follows from the host of a user interface, or from that of another service.
pub(crate) fn service_host(host: &str, service: &str) -> String {
    if let Some(to) = swapped(host, service) {
        to
    } else if let Some(region) = host
        .strip_prefix("cognigy-")
        .filter(|_| within(host, "nicecxone.com"))
    {
        format!("cognigy-{service}-{region}")
    } else if host == TELEKOM {
        format!("{service}.{host}")
    } else {
        format!("{service}-{host}")
    }
}

/// Whether no service's host follows from this one: an address of numbers, this computer, or a domain itself.
pub(crate) fn is_underivable(host: &str) -> bool {
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    literal || ["cognigy.ai", "cognigy.cloud", "nicecxone.com", "localhost"].contains(&host)
}

/// Whether the host patterns of [`swap`] are the vendor's own there.
pub(crate) fn is_cognigy_host(host: &str) -> bool {
    within(host, "cognigy.ai")
        || within(host, "cognigy.cloud")
        || within(host, "nicecxone.com") && host.starts_with("cognigy-")
        || is_telekom(host)
}

/// Whether the host is the partner's install or a service of it.
fn is_telekom(host: &str) -> bool {
    host.strip_suffix(TELEKOM).is_some_and(|lead| {
        lead.is_empty()
            || lead
                .strip_suffix('.')
                .is_some_and(|word| SERVICES.contains(&word))
    })
}

fn host_warnings(host: &str) -> Vec<Warning> {
    let integrated = within(host, "nicecxone.com") || within(host, "nicecxone-gov.com");
    integrated
        .then(|| Warning::IntegratedHost {
            host: host.to_owned(),
        })
        .into_iter()
        .collect()
}

fn with_host(url: &Url, host: &str) -> Result<Url, AddressError> {
    let mut url = url.clone();
    url.set_host(Some(host))
        .map_err(|reason| AddressError::NotAnAddress { reason })?;
    Ok(url)
}
