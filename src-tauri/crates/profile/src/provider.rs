//! The handover provider: taken out of a pasted link, or given by id and domain.
//!
//! The link has the form `https://{host}/project/{24 hex}/{24 hex}/handover-provider/{24 hex}` (documented by an
//! example on the vendor's page; that ids have 24 hexadecimal characters is seen in code). Everything after the id,
//! and the case of the host, does not count.

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;
use url::Url;

use crate::address::{self, AddressError, Schemes};
use crate::document::{Profile, entered};
use crate::field::ProfileField;
use crate::host::{self, HostFault};
use crate::page::CognigyPage;
use crate::warning::Warning;

/// Characters of a provider or project id.
const ID_CHARS: usize = 24;

/// The domain that short instance names belong to (documented on the vendor's page).
const INSTANCES: &str = "cognigy.ai";

/// A handover provider of one Cognigy.AI install.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(rename = "HandoverProvider")]
pub struct Provider {
    /// 24 lower-case hexadecimal characters.
    pub id: String,
    /// The project, where the link told it.
    pub project_id: Option<String>,
    /// Host of the Cognigy.AI user interface (or of one of its services), lower case.
    pub host: String,
    /// Port, where one was given.
    pub port: Option<u16>,
    /// `https`, or `http` where the host is this computer.
    pub scheme: &'static str,
    /// Findings that do not block.
    pub warnings: Vec<Warning>,
}

/// Why there is no usable provider. `Display` is a full sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// Neither a link nor an id is entered.
    #[error("No handover provider is entered.")]
    Missing,
    /// A UUID stands where the provider id belongs.
    #[error(
        "What was pasted ends in a UUID, which is a reference ID; a handover provider's own ID has 24 hexadecimal characters."
    )]
    Uuid {
        /// The UUID as found.
        found: String,
    },
    /// The link leads to another page.
    #[error("The link leads to {} and not to a handover provider.", page.name())]
    WrongPage {
        /// The page it seems to be.
        page: CognigyPage,
    },
    /// An address stands where only the id belongs.
    #[error("This is an address; the handover provider ID is only its part after /handover-provider/.")]
    LinkForId,
    /// The id is too short or too long.
    #[error("The handover provider ID has {found} {}; it should have 24.", if *found == 1 { "character" } else { "characters" })]
    WrongLength {
        /// Characters found; 0 when the link ends before the id.
        found: usize,
    },
    /// The id has 24 characters, and one of them is not hexadecimal.
    #[error("The handover provider ID has \"{}\" at position {}; only 0-9 and a-f occur in it.", character.escape_debug(), at + 1)]
    BadCharacter {
        /// The first wrong character.
        character: char,
        /// Characters before it.
        at: usize,
    },
    /// Only an id stands where the whole link belongs.
    #[error("This is the handover provider ID alone; the link also tells which Cognigy.AI it belongs to.")]
    IdAlone,
    /// The text is not a web address.
    #[error("{}", not_a_link(.0))]
    NotALink(AddressError),
    /// An id is entered without the install it belongs to.
    #[error("The handover provider ID is entered without the Cognigy.AI domain.")]
    DomainMissing,
    /// The domain is neither an instance name nor a host nor a URL.
    #[error("The Cognigy.AI domain is not usable. {0}")]
    Domain(AddressError),
}

impl ProviderError {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            ProviderError::Missing => "provider_missing",
            ProviderError::Uuid { .. } => "provider_uuid",
            ProviderError::WrongPage { .. } => "provider_wrong_page",
            ProviderError::LinkForId => "provider_link_for_id",
            ProviderError::WrongLength { .. } => "provider_wrong_length",
            ProviderError::BadCharacter { .. } => "provider_bad_character",
            ProviderError::IdAlone => "provider_id_alone",
            ProviderError::NotALink(_) => "provider_not_a_link",
            ProviderError::DomainMissing => "provider_domain_missing",
            ProviderError::Domain(_) => "provider_domain",
        }
    }

    /// Where the right value is found.
    pub fn hint(&self) -> &'static str {
        match self {
            ProviderError::IdAlone => {
                "Paste the whole address from the browser, or enter the id together with the Cognigy.AI domain."
            }
            ProviderError::DomainMissing | ProviderError::Domain(_) => ProfileField::Domain.find(),
            ProviderError::LinkForId => "Enter the whole address as the link, and leave ID and domain empty.",
            _ => ProfileField::ProviderLink.find(),
        }
    }

    /// The field the error is about.
    pub fn field(&self) -> ProfileField {
        match self {
            ProviderError::DomainMissing | ProviderError::Domain(_) => ProfileField::Domain,
            ProviderError::LinkForId => ProfileField::ProviderId,
            _ => ProfileField::ProviderLink,
        }
    }
}

impl Profile {
    /// The provider: by link where one is entered, else by id and domain.
    pub fn provider(&self) -> Result<Provider, ProviderError> {
        if let Some(link) = entered(&self.provider_link) {
            return Provider::from_link(link);
        }
        let Some(id) = entered(&self.provider_id) else {
            return Err(ProviderError::Missing);
        };
        match entered(&self.domain) {
            Some(domain) => Provider::from_parts(id, domain),
            None => {
                check_id_alone(id)?;
                Err(ProviderError::DomainMissing)
            }
        }
    }
}

impl Provider {
    /// Reads a pasted link.
    pub fn from_link(link: &str) -> Result<Provider, ProviderError> {
        if link.len() <= address::MAX_ADDRESS_BYTES {
            let text = address::tidy(link);
            if is_uuid(text) {
                return Err(ProviderError::Uuid {
                    found: text.to_owned(),
                });
            }
            if check_id(text).is_ok() {
                return Err(ProviderError::IdAlone);
            }
        }
        let url = address::read(link, Schemes::Web).map_err(ProviderError::NotALink)?;
        let segments: Vec<String> = url
            .path_segments()
            .map(|all| all.map(decode).collect())
            .unwrap_or_default();
        let after = |word: &str| {
            let at = segments
                .iter()
                .position(|segment| segment.eq_ignore_ascii_case(word))?;
            Some(segments.get(at + 1).map(String::as_str).unwrap_or_default())
        };
        let Some(id) = after("handover-provider") else {
            return Err(
                if url.host_str().is_some_and(|host| host.contains('.')) || url.path() != "/" {
                    ProviderError::WrongPage {
                        page: CognigyPage::of(&url),
                    }
                } else {
                    ProviderError::NotALink(AddressError::NotAnAddress {
                        reason: url::ParseError::RelativeUrlWithoutBase,
                    })
                },
            );
        };
        let id = check_id(id.trim_end_matches('.'))?;
        host::check_whole(&url).map_err(ProviderError::NotALink)?;
        let project_id = after("project").and_then(|text| check_id(text).ok());
        Ok(Provider::at(&url, id, project_id))
    }

    /// Puts id and domain together.
    pub fn from_parts(id: &str, domain: &str) -> Result<Provider, ProviderError> {
        let id = check_id_alone(id)?;
        let url = read_domain(domain).map_err(ProviderError::Domain)?;
        Ok(Provider::at(&url, id, None))
    }

    /// Where the user interface is.
    pub(crate) fn address(&self) -> Option<Url> {
        let mut url = Url::parse(&format!("{}://{}", self.scheme, self.host)).ok()?;
        url.set_port(self.port).ok()?;
        Some(url)
    }

    fn at(url: &Url, id: String, project_id: Option<String>) -> Provider {
        let host = url.host_str().unwrap_or_default().to_owned();
        let here = address::is_loopback_host(&host);
        let mut warnings = Vec::new();
        if url.scheme() == "http" && !here {
            warnings.push(Warning::PlainHttp { host: host.clone() });
        }
        if is_other_site(&host) {
            warnings.push(Warning::OtherSite { host: host.clone() });
        }
        if host.split('.').any(|label| label.starts_with("xn--")) {
            warnings.push(Warning::InternationalHost { host: host.clone() });
        }
        let scheme = if url.scheme() == "http" && here {
            "http"
        } else {
            "https"
        };
        Provider {
            id,
            project_id,
            host,
            port: url.port(),
            scheme,
            warnings,
        }
    }
}

/// Whether it is one of the vendor's sites that are no install: the web site, the documentation, the live agent.
fn is_other_site(host: &str) -> bool {
    let first = host.split('.').next().unwrap_or_default();
    (address::within(host, "cognigy.ai") || address::within(host, "cognigy.cloud"))
        && (matches!(first, "www" | "docs") || first.starts_with("liveagent-"))
}

/// A domain as it is typed: a URL, a host, or the short name of an instance, each with or without a port.
fn read_domain(domain: &str) -> Result<Url, AddressError> {
    let mut url = address::read(domain, Schemes::Web)?;
    if let Some(name) = host::single_word(&url) {
        // Around an address angle brackets are quotation marks, around a word they are not.
        if let Some(character) = domain.chars().find(|c| matches!(c, '<' | '>')) {
            return Err(host::host_error(
                domain.trim(),
                HostFault::Character { character },
            ));
        }
        let host = format!("{name}.{INSTANCES}");
        url.set_host(Some(&host))
            .map_err(|reason| AddressError::NotAnAddress { reason })?;
    }
    Ok(url)
}

/// What the URL parser says of something that is no address at all helps nobody.
fn not_a_link(error: &AddressError) -> String {
    match error {
        AddressError::NotAnAddress { .. } => "This is not a link.".to_owned(),
        error => format!("This is not a link. {error}"),
    }
}

fn is_uuid(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
}

/// The id where nothing but it was asked for.
fn check_id_alone(text: &str) -> Result<String, ProviderError> {
    let text = address::tidy(text);
    if text.contains('/') && text.len() <= address::MAX_ADDRESS_BYTES {
        return Err(ProviderError::LinkForId);
    }
    check_id(text)
}

/// The id in lower case, or what is wrong with it.
fn check_id(text: &str) -> Result<String, ProviderError> {
    if is_uuid(text) {
        return Err(ProviderError::Uuid {
            found: text.to_owned(),
        });
    }
    let found = text.chars().count();
    if found != ID_CHARS {
        return Err(ProviderError::WrongLength { found });
    }
    match text
        .chars()
        .enumerate()
        .find(|(_, character)| !character.is_ascii_hexdigit())
    {
        Some((at, character)) => Err(ProviderError::BadCharacter { character, at }),
        None => Ok(text.to_ascii_lowercase()),
    }
}

/// Undoes percent-encoding, so that a wrong character is named as it was typed.
fn decode(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let value = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        bytes.push(value.unwrap_or(first));
        rest = if value.is_some() {
            tail.get(2..).unwrap_or_default()
        } else {
            tail
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}
