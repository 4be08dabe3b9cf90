//! Taking a profile out and in as a file without secrets.

use std::collections::BTreeSet;

use serde_json::Value;
use url::Url;

use crate::address::{self, Schemes, bare, is_vendor_host};
use crate::document::{LARGEST_UNIT, Profile, entered};
use crate::field::ProfileField;
use crate::paste::{TypedForm, parse_paste};

/// Largest profile file that is read, in bytes.
pub const MAX_IMPORT_BYTES: usize = 1024 * 1024;

/// The one field of the file that is not of the profile itself: a paste of CXone's BYOC form, for HD-401.
const TYPED_FORM: &str = "typed_form";

/// The schema of the profile file.
pub fn profile_schema() -> Value {
    let mut schema = schemars::schema_for!(Profile).to_value();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(
            TYPED_FORM.to_owned(),
            serde_json::json!({
                "description": "The BYOC form as it was typed into CXone: a paste of its fields, one `name: value` a line. \
                                HD-401 compares it with the generated values. A client secret in it is not read.",
                "type": ["string", "null"],
            }),
        );
    }
    schema
}

/// A profile that was read from a file.
#[derive(Debug, Clone)]
pub struct Imported {
    /// What the file says.
    pub profile: Profile,
    /// The BYOC form as it was typed into CXone, where the file has it; without its secret.
    pub typed_form: Option<TypedForm>,
    /// Every host it would make the program talk to that is not of the vendors' domains, sorted; with its port
    /// where that is not 443. An address that is none, or that has a user name in it, stands there as typed. They are shown
    /// and confirmed before the profile is used.
    pub foreign_hosts: Vec<String>,
}

/// Why a profile file is refused. `Display` is a full sentence; paths are dotted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Too large to be a profile.
    #[error("The file has more than {limit} bytes, so it is no profile.")]
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// Nothing but white space.
    #[error("The file is empty.")]
    Empty,
    /// Not JSON.
    #[error("The file is not valid JSON: line {line}, column {column}.")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON, but no object.
    #[error("The file does not hold a profile: it is not a JSON object.")]
    NotAnObject,
    /// A field that profiles do not have.
    #[error("The profile has an unknown field \"{path}\".")]
    UnknownField {
        /// Its path.
        path: String,
    },
    /// A field that would hold a secret or credential.
    #[error("The profile has the field \"{path}\". A profile file holds no credentials.")]
    Credential {
        /// Its path.
        path: String,
    },
    /// A value of the wrong type.
    #[error("The field \"{path}\" should be {expected}.")]
    WrongType {
        /// Its path.
        path: String,
        /// What it should be.
        expected: &'static str,
    },
}

impl ImportError {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            ImportError::TooLarge { .. } => "import_too_large",
            ImportError::Empty => "import_empty",
            ImportError::NotJson { .. } => "import_not_json",
            ImportError::NotAnObject => "import_not_an_object",
            ImportError::UnknownField { .. } => "import_unknown_field",
            ImportError::Credential { .. } => "import_credential",
            ImportError::WrongType { .. } => "import_wrong_type",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            ImportError::TooLarge { .. }
            | ImportError::Empty
            | ImportError::NotJson { .. }
            | ImportError::NotAnObject => "Choose a file that `handover profile export` wrote.",
            ImportError::UnknownField { .. } => {
                "Correct or remove the field; the profile's schema lists all there are."
            }
            ImportError::Credential { .. } => {
                "Remove it. Credentials come from the keychain, or from the HANDOVER_ variables of the environment."
            }
            ImportError::WrongType { .. } => "Correct the value.",
        }
    }
}

/// Writes a profile as a file: no secrets, no identifiers of the connection, no progress. Parts of pasted addresses
/// that no profile needs and that can hold secrets (user names, passwords, queries, fragments) are left out.
pub fn export(profile: &Profile) -> String {
    let scrubbed = |text: &Option<String>| text.as_deref().map(scrub);
    let hosts = &profile.cxone.hosts;
    let clean = Profile {
        provider_link: scrubbed(&profile.provider_link),
        domain: scrubbed(&profile.domain),
        // Of an Endpoint URL only the origin counts; its path would name the Endpoint's token.
        endpoint_base: match profile.endpoint() {
            Ok(endpoint) if entered(&profile.endpoint_base).is_some() => Some(endpoint.as_base()),
            _ => scrubbed(&profile.endpoint_base),
        },
        cognigy_api: scrubbed(&profile.cognigy_api),
        cxone: crate::CxoneTarget {
            issuer: scrubbed(&profile.cxone.issuer),
            hosts: crate::Hosts {
                api: scrubbed(&hosts.api),
                digital: scrubbed(&hosts.digital),
                userhub: scrubbed(&hosts.userhub),
                events: scrubbed(&hosts.events),
            },
            ..profile.cxone.clone()
        },
        ..profile.clone()
    };
    // A structure of strings always serialises.
    serde_json::to_string_pretty(&clean).unwrap_or_default()
}

/// Reads a profile file.
pub fn import(json: &str) -> Result<Imported, ImportError> {
    if json.len() > MAX_IMPORT_BYTES {
        return Err(ImportError::TooLarge {
            limit: MAX_IMPORT_BYTES,
        });
    }
    if json.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(ImportError::Empty);
    }
    let not_json = |error: serde_json::Error| ImportError::NotJson {
        line: error.line(),
        column: error.column(),
    };
    let mut value: Value = serde_json::from_str(json.trim_start_matches('\u{feff}')).map_err(not_json)?;
    let Some(object) = value.as_object_mut() else {
        return Err(ImportError::NotAnObject);
    };
    let typed_form = match object.remove(TYPED_FORM) {
        None | Some(Value::Null) => None,
        Some(Value::String(paste)) => Some(TypedForm {
            secret: None,
            ..parse_paste(&paste)
        }),
        Some(_) => {
            return Err(ImportError::WrongType {
                path: TYPED_FORM.to_owned(),
                expected: "a text",
            });
        }
    };
    check(&value, "")?;
    let profile: Profile = serde_json::from_value(value).map_err(not_json)?;
    let foreign_hosts = foreign_hosts(&profile);
    Ok(Imported {
        profile,
        typed_form,
        foreign_hosts,
    })
}

/// Walks the document beside the list of fields, so that the message can name the one that is wrong.
fn check(value: &Value, prefix: &str) -> Result<(), ImportError> {
    let Some(object) = value.as_object() else {
        return Err(ImportError::WrongType {
            path: prefix.to_owned(),
            expected: "an object",
        });
    };
    for (key, value) in object {
        let path = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        if matches!(path.as_str(), "cxone" | "cxone.hosts") {
            check(value, &path)?;
            continue;
        }
        let Some(field) = ProfileField::ALL
            .into_iter()
            .find(|field| field.path() == Some(path.as_str()))
        else {
            let path = shortened(&path);
            return Err(if names_credential(key) {
                ImportError::Credential { path }
            } else {
                ImportError::UnknownField { path }
            });
        };
        let wrong = |expected| {
            Err(ImportError::WrongType {
                path: path.clone(),
                expected,
            })
        };
        match (field, value) {
            (ProfileField::Name, Value::String(_)) => {}
            (ProfileField::Name, _) => return wrong("a text"),
            (_, Value::Null) => {}
            (ProfileField::Cloud, value) => {
                if serde_json::from_value::<crate::Cloud>(value.clone()).is_err() {
                    return wrong("one of global, fedramp, au_sovereign, eu_sovereign, other");
                }
            }
            (_, Value::String(_)) => {}
            (ProfileField::BusinessUnit, Value::Number(number))
                if number.as_u64().is_some_and(|number| number <= LARGEST_UNIT) => {}
            (ProfileField::BusinessUnit, _) => {
                return wrong("a text, or a whole number of at most 18 digits");
            }
            (ProfileField::RoutingSkill, Value::Number(number)) if number.is_i64() || number.is_u64() => {}
            (ProfileField::RoutingSkill, _) => return wrong("a text or a whole number"),
            _ => return wrong("a text"),
        }
    }
    Ok(())
}

fn names_credential(key: &str) -> bool {
    let key: String = key
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    [
        "secret",
        "password",
        "accesskey",
        "clientid",
        "token",
        "apikey",
        "passphrase",
    ]
    .iter()
    .any(|word| key.contains(word))
}

/// A text of the file for a message: hostile files have long ones.
fn shortened(text: &str) -> String {
    const MOST: usize = 80;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['\u{2026}']).collect()
}

fn foreign_hosts(profile: &Profile) -> Vec<String> {
    let hosts = &profile.cxone.hosts;
    let typed = || {
        [
            &profile.provider_link,
            &profile.endpoint_base,
            &profile.cognigy_api,
            &profile.cxone.issuer,
        ]
        .into_iter()
        .chain([&hosts.api, &hosts.digital, &hosts.userhub, &hosts.events])
        .filter_map(entered)
    };
    let read = |text| address::read(text, Schemes::Socket);
    // Of what nobody can read nobody can say that it is the vendors'.
    let unreadable = typed()
        .filter(|text| read(text).is_err())
        .map(|text| shortened(text.trim()));
    let typed = typed().filter_map(|text| read(text).ok());
    // The domain may be a short name: only the provider's reading turns it into a host.
    let provider = profile.provider().ok().and_then(|provider| provider.address());
    let endpoint = profile.endpoint().ok().map(|endpoint| endpoint.base);
    let foreign: BTreeSet<String> = typed
        .chain(provider)
        .chain(endpoint)
        .filter_map(|url| foreign(&url))
        .chain(unreadable)
        .collect();
    foreign.into_iter().collect()
}

/// The host, with its port unless that is the one of https, when it is not the vendors'.
fn foreign(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    if is_vendor_host(host) {
        return None;
    }
    Some(match url.port_or_known_default() {
        Some(port) if port != 443 => format!("{host}:{port}"),
        _ => host.to_owned(),
    })
}

/// Takes user name, password, query and fragment out of an address, readable or not; other text stays as it is.
fn scrub(text: &str) -> String {
    if let Ok(mut url) = address::read(text, Schemes::Socket) {
        if url.query().is_none() && url.fragment().is_none() {
            return text.to_owned();
        }
        url.set_query(None);
        url.set_fragment(None);
        return bare(&url);
    }
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let (head, rest) = match text.split_once("//") {
        Some((scheme, rest)) => (format!("{scheme}//"), rest),
        None => (String::new(), text),
    };
    format!("{head}{}", rest.rsplit_once('@').map_or(rest, |(_, host)| host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::FormField;

    #[test]
    fn a_pasted_form_comes_in_without_its_secret() {
        let text = r#"{"name": "x", "typed_form": "Name: x\nAdd action URL: https://a/\nClient Secret: test-secret-1"}"#;
        let form = import(text).unwrap().typed_form.unwrap();
        assert_eq!(
            form.values.get(&FormField::AddActionUrl).map(String::as_str),
            Some("https://a/")
        );
        assert!(form.secret.is_none(), "a secret in a profile file is not read");
    }

    #[test]
    fn a_pasted_form_is_a_text() {
        let refused = import(r#"{"name": "x", "typed_form": {"name": "x"}}"#).unwrap_err();
        assert_eq!(
            refused,
            ImportError::WrongType {
                path: "typed_form".to_owned(),
                expected: "a text"
            }
        );
    }
}
