//! The identity of a profile: stable through renaming, and part of every keychain entry's name.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// A profile's identity: a UUID in its hyphenated lower-case form.
///
/// Text that is not a UUID cannot become one, so the value is safe in file and keychain names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
#[ts(type = "string")]
pub struct ProfileId(String);

/// The text is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a profile id is a UUID")]
pub struct ProfileIdError;

impl ProfileId {
    /// A new random identity.
    pub fn random() -> Self {
        Self::from(Uuid::new_v4())
    }

    /// The hyphenated text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Uuid> for ProfileId {
    fn from(id: Uuid) -> Self {
        Self(id.hyphenated().to_string())
    }
}

impl FromStr for ProfileId {
    type Err = ProfileIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self::from).map_err(|_| ProfileIdError)
    }
}

impl TryFrom<String> for ProfileId {
    type Error = ProfileIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ProfileId> for String {
    fn from(id: ProfileId) -> Self {
        id.0
    }
}

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_uuid_becomes_an_id() {
        let id: ProfileId = "9D1B6F2A-2F44-4D1C-8A3E-0C9E8B7A6F51".parse().unwrap();
        assert_eq!(id.as_str(), "9d1b6f2a-2f44-4d1c-8a3e-0c9e8b7a6f51");
        assert_eq!("../../etc/passwd".parse::<ProfileId>(), Err(ProfileIdError));
        assert!(serde_json::from_str::<ProfileId>("\"a/b\"").is_err());
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{id}\""));
    }
}
