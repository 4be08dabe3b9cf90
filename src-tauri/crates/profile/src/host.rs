//! Names of hosts: which ones can exist (RFC 1035, 2.3.4 and RFC 1123, 2.1; the underscore of some private networks
//! included), and what is wrong with one that cannot.

use url::{Host, Url};

use crate::address::{AddressError, is_loopback_host};

/// What is wrong with the name of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HostFault {
    /// Two dots in a row, or one at the beginning.
    #[error("a part between its dots is empty")]
    EmptyLabel,
    /// A part between dots is longer than names may be.
    #[error("a part between its dots has {found} characters; the limit is {MAX_LABEL}")]
    LongLabel {
        /// Characters found, in the ASCII form.
        found: usize,
    },
    /// All of it is longer than names may be.
    #[error("it has {found} characters; the limit is {MAX_HOST}")]
    Long {
        /// Characters found, in the ASCII form.
        found: usize,
    },
    /// A part between dots begins or ends with a hyphen.
    #[error("a part between its dots begins or ends with a hyphen")]
    Hyphen,
    /// A character that names of hosts do not have.
    #[error("it has \"{}\" in it", character.escape_debug())]
    Character {
        /// The first one.
        character: char,
    },
    /// A single word where a whole name is needed.
    #[error("it has no domain after it")]
    NoDomain,
}

/// Longest part of a host's name and longest name, in characters of the ASCII form.
const MAX_LABEL: usize = 63;
const MAX_HOST: usize = 253;

/// How much of a host an error repeats, in characters.
const SHOWN: usize = 80;

/// The error about a host.
pub(crate) fn host_error(host: &str, fault: HostFault) -> AddressError {
    let mut shown: String = host.chars().take(SHOWN).collect();
    if shown.len() < host.len() {
        shown.push('\u{2026}');
    }
    AddressError::Host { host: shown, fault }
}

/// Refuses names that no host can have.
pub(crate) fn check_host(host: &str) -> Result<(), AddressError> {
    let labels = || host.split('.');
    let stray = |c: &char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.' | '_');
    let fault = if let Some(character) = host.chars().find(stray) {
        HostFault::Character { character }
    } else if labels().any(str::is_empty) {
        HostFault::EmptyLabel
    } else if let Some(label) = labels().find(|label| label.len() > MAX_LABEL) {
        HostFault::LongLabel { found: label.len() }
    } else if host.len() > MAX_HOST {
        HostFault::Long { found: host.len() }
    } else if labels().any(|label| label.starts_with('-') || label.ends_with('-')) {
        HostFault::Hyphen
    } else {
        return Ok(());
    };
    Err(host_error(host, fault))
}

/// The host of an address if it is a single word: no address of the public network, and not this computer either.
pub(crate) fn single_word(url: &Url) -> Option<&str> {
    match url.host() {
        Some(Host::Domain(name)) if !name.contains('.') && !is_loopback_host(name) => Some(name),
        _ => None,
    }
}

/// Refuses hosts that are a single word.
pub(crate) fn check_whole(url: &Url) -> Result<(), AddressError> {
    match single_word(url) {
        Some(name) => Err(host_error(name, HostFault::NoDomain)),
        None => Ok(()),
    }
}

/// The host of an address as it was typed, which may be none that can exist. `None` where there is no single word that could
/// be meant as one, and where letters outside ASCII would first have to be rewritten.
pub(crate) fn typed_host(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '\\', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host,
        _ => host,
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    (!host.is_empty() && host.chars().all(|c| c.is_ascii_graphic()) && !host.starts_with('[')).then_some(host)
}
