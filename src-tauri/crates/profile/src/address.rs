//! Reading addresses that people typed or pasted.
//!
//! Rules kept here for every address of a profile: `http` only for this computer, never a user name or password in
//! an address, no control characters, a bounded length, a host that can exist (RFC 1035, 2.3.4 and RFC 1123, 2.1; the
//! underscore of some private networks included). A missing scheme is https (http for this computer).

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::VENDOR_DOMAINS;
use crate::field::ProfileField;
use crate::host::{HostFault, check_host, typed_host};

/// Longest address that is looked at, in bytes. Browsers and proxies stop well below.
pub(crate) const MAX_ADDRESS_BYTES: usize = 8 * 1024;

/// Why an address cannot be used. `Display` is a full sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was entered, and nothing can be derived.
    #[error("No address is entered for {field}.")]
    Missing {
        /// The field that would hold it.
        field: ProfileField,
    },
    /// Longer than any real address.
    #[error("The address is {found} bytes long; the limit is {limit}.")]
    TooLong {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A control character or line break inside.
    #[error("The address has a line break or control character at position {}.", at + 1)]
    ControlCharacter {
        /// Characters before it.
        at: usize,
    },
    /// Not an address by the rules of URLs.
    #[error("This is not an address: {}.", plainly(reason))]
    NotAnAddress {
        /// What the URL parser says.
        reason: url::ParseError,
    },
    /// A host that no computer can have.
    #[error("{host} cannot be the name of a host: {fault}.")]
    Host {
        /// The host, or its beginning.
        host: String,
        /// What is wrong with it.
        fault: HostFault,
    },
    /// A scheme other than http and https (for events also ws and wss).
    #[error("The address begins with \"{scheme}:\", which is not a web address.")]
    Scheme {
        /// The scheme found.
        scheme: String,
    },
    /// Unencrypted to another computer.
    #[error("The address of {host} begins with http. Only https is used, except for this computer.")]
    PlainHttp {
        /// The host.
        host: String,
    },
    /// User name or password before the host.
    #[error("The address has a user name or password before its host.")]
    UserInfo,
    /// No endpoint address follows from this host.
    #[error("The endpoint address does not follow from the host {host}.")]
    Underivable {
        /// The host.
        host: String,
    },
    /// An address of the user interface where an Endpoint URL is needed.
    #[error("{host} is the host of the user interface and not of an Endpoint.")]
    NotAnEndpoint {
        /// The host.
        host: String,
    },
    /// No endpoint base was typed and the provider, from which one is derived, is not usable.
    #[error("The endpoint address is derived from the handover provider, which is not usable yet: {0}")]
    Provider(Box<crate::ProviderError>),
}

/// What the URL parser found, in words for people.
fn plainly(reason: &url::ParseError) -> &'static str {
    use url::ParseError as E;
    match reason {
        E::EmptyHost => "it has no host",
        E::InvalidPort => "what follows the colon after the host is not a port, a number up to 65535",
        E::InvalidIpv4Address => "its host looks like an IP address and is none",
        E::InvalidIpv6Address => "what stands in square brackets is not an IPv6 address",
        E::IdnaError | E::InvalidDomainCharacter => "its host has characters that no host can have",
        E::Overflow => "it is too long",
        _ => "it has no host that a browser would find",
    }
}

impl AddressError {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            AddressError::Missing { .. } => "address_missing",
            AddressError::TooLong { .. } => "address_too_long",
            AddressError::ControlCharacter { .. } => "address_control_character",
            AddressError::NotAnAddress { .. } => "address_malformed",
            AddressError::Host { .. } => "address_host",
            AddressError::Scheme { .. } => "address_scheme",
            AddressError::PlainHttp { .. } => "address_plain_http",
            AddressError::UserInfo => "address_user_info",
            AddressError::Underivable { .. } => "address_underivable",
            AddressError::NotAnEndpoint { .. } => "address_not_an_endpoint",
            AddressError::Provider(error) => error.code(),
        }
    }

    /// What to do about it where the address stands for the endpoint base.
    pub fn hint(&self) -> String {
        self.hint_for(ProfileField::EndpointBase)
    }

    /// What to do about it in another field, which tells where its right value is found.
    pub fn hint_for(&self, field: ProfileField) -> String {
        match self {
            AddressError::TooLong { .. } | AddressError::ControlCharacter { .. } => {
                format!("Copy the address once more and paste it alone. {}", field.find())
            }
            AddressError::PlainHttp { .. } => "Write the address with https.".to_owned(),
            AddressError::UserInfo => {
                format!(
                    "Remove everything between // and @, or copy the address again. {}",
                    field.find()
                )
            }
            AddressError::Underivable { .. } | AddressError::NotAnEndpoint { .. } => {
                format!(
                    "Paste any Endpoint URL of this install. {}",
                    ProfileField::EndpointBase.find()
                )
            }
            AddressError::Provider(error) => error.hint().to_owned(),
            AddressError::Host { .. } if field == ProfileField::EndpointBase => {
                format!(
                    "An Endpoint URL begins like https://endpoint-trial.cognigy.ai/. {}",
                    field.find()
                )
            }
            AddressError::Host { .. }
            | AddressError::Missing { .. }
            | AddressError::NotAnAddress { .. }
            | AddressError::Scheme { .. } => field.find().to_owned(),
        }
    }
}

/// Whether a host (as [`Url::host_str`] gives it, or without the brackets of IPv6) is this computer:
/// 127.0.0.0/8, ::1, `localhost` and every name below `.localhost`.
pub fn is_loopback_host(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(&host);
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a host belongs to one of [`VENDOR_DOMAINS`].
pub fn is_vendor_host(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    VENDOR_DOMAINS.iter().any(|domain| within(&host, domain))
}

/// Whether `host` is `domain` or below it.
pub(crate) fn within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// What surrounds a pasted address and is not part of it: white space, quotes, angle brackets, invisible marks,
/// and the punctuation of a sentence it stood in.
pub(crate) fn tidy(text: &str) -> &str {
    let around = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | '`' | '<' | '>' | '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}'
            )
            || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{2066}'..='\u{2069}')
    };
    text.trim_matches(around)
        .trim_end_matches([',', ';'])
        .trim_end_matches(around)
}

/// Which schemes an address may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schemes {
    /// http and https.
    Web,
    /// Also ws and wss.
    Socket,
}

/// Reads one address without judging http: the caller knows whether the scheme matters.
pub(crate) fn read(text: &str, schemes: Schemes) -> Result<Url, AddressError> {
    if text.len() > MAX_ADDRESS_BYTES {
        return Err(AddressError::TooLong {
            found: text.len(),
            limit: MAX_ADDRESS_BYTES,
        });
    }
    let text = tidy(text);
    if let Some(at) = text.chars().position(char::is_control) {
        return Err(AddressError::ControlCharacter { at });
    }
    let mut url = match scheme_of(text) {
        Some(_) => parse(text)?,
        None => {
            let rest = text.trim_start_matches('/');
            let url = parse(&format!("https://{rest}"))?;
            if is_loopback_host(url.host_str().unwrap_or_default()) {
                parse(&format!("http://{rest}"))?
            } else {
                url
            }
        }
    };
    match url.scheme() {
        "http" | "https" => {}
        "ws" | "wss" if schemes == Schemes::Socket => {}
        scheme => {
            return Err(AddressError::Scheme {
                scheme: scheme.to_owned(),
            });
        }
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::UserInfo);
    }
    // A trailing dot means the same host and would defeat every comparison.
    if let Some(Host::Domain(name)) = url.host()
        && let Some(bare) = name.strip_suffix('.')
    {
        let bare = bare.to_owned();
        url.set_host(Some(&bare))
            .map_err(|reason| AddressError::NotAnAddress { reason })?;
    }
    if let Some(Host::Domain(name)) = url.host() {
        check_host(name)?;
    }
    Ok(url)
}

/// Reads one address that something will be sent to: https, or http to this computer.
pub(crate) fn read_target(text: &str, schemes: Schemes) -> Result<Url, AddressError> {
    let url = read(text, schemes)?;
    let host = url.host_str().unwrap_or_default();
    if matches!(url.scheme(), "http" | "ws") && !is_loopback_host(host) {
        return Err(AddressError::PlainHttp {
            host: host.to_owned(),
        });
    }
    Ok(url)
}

/// Scheme, host and port alone.
pub(crate) fn origin(url: &Url) -> Url {
    let mut origin = url.clone();
    origin.set_path("");
    origin.set_query(None);
    origin.set_fragment(None);
    origin
}

/// The text of an address without the slash that ends a bare origin.
pub(crate) fn bare(url: &Url) -> String {
    let text = url.as_str();
    text.strip_suffix('/').unwrap_or(text).to_owned()
}

fn scheme_of(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    (named && rest.starts_with(['/', '\\'])).then_some(scheme)
}

fn parse(text: &str) -> Result<Url, AddressError> {
    let url = Url::parse(text).map_err(|reason| match typed_host(text).map(check_host) {
        Some(Err(error)) => error,
        _ => AddressError::NotAnAddress { reason },
    })?;
    if url.host_str().is_none_or(str::is_empty) && matches!(url.scheme(), "http" | "https" | "ws" | "wss") {
        return Err(AddressError::NotAnAddress {
            reason: url::ParseError::EmptyHost,
        });
    }
    Ok(url)
}
