//! Proof that a token is what it says: the signed claims of the `id_token`.
//!
//! Only RS256 is accepted (the only algorithm the vendor documents), so a token cannot choose a weaker one. Time is
//! passed in: the caller knows how far this computer's clock is off. The audience is not judged; it is the
//! registered application, whose spelling in the claim is not documented.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use secrecy::ExposeSecret;
use serde_json::Value;
use url::Url;

use crate::field::Row;
use crate::{Misshape, Token};

/// How far two clocks may be apart before a token counts as expired or not yet valid, in seconds.
pub const LEEWAY_SECONDS: i64 = 60;

/// Keys that the issuer signs with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Jwks {
    keys: Vec<Key>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    id: Option<String>,
    modulus: String,
    exponent: String,
}

impl Jwks {
    /// Reads a key set; keys that cannot sign with RS256 are left out.
    ///
    /// # Errors
    /// [`Misshape`] when there is no list of keys.
    pub fn read(value: &Value) -> Result<Self, Misshape> {
        let keys = Row::new(value)
            .and_then(|row| row.get("keys"))
            .and_then(Value::as_array)
            .ok_or_else(|| Misshape {
                what: "key set",
                detail: "no list `keys`".to_owned(),
            })?;
        let read = |value: &Value| {
            let row = Row::new(value)?;
            let fits = row.text("kty")? == "RSA"
                && row.text("use").is_none_or(|usage| usage == "sig")
                && row.text("alg").is_none_or(|algorithm| algorithm == "RS256");
            fits.then_some(Key {
                id: row.text("kid"),
                modulus: row.text("n")?,
                exponent: row.text("e")?,
            })
        };
        Ok(Self {
            keys: keys.iter().filter_map(read).collect(),
        })
    }

    /// Number of usable keys.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no key is usable.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

/// What a token says about itself and the owner of the access key.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// `tenantId`; compare without case.
    pub tenant_id: Option<String>,
    /// `icBUId`, the number of the business unit; seen as number and as text.
    pub business_unit: Option<i64>,
    /// `icAgentId`, ACD id of the key's owner.
    pub agent_id: Option<String>,
    /// `name`, the owner's user name.
    pub name: Option<String>,
    /// `role`, an object or a name.
    pub role: Option<Role>,
    /// `iss`.
    pub iss: Option<String>,
    /// `sub`, `user:` and the owner's uuid.
    pub sub: Option<String>,
    /// `iat`, seconds since 1970.
    pub iat: Option<i64>,
    /// `exp`, seconds since 1970.
    pub exp: Option<i64>,
    /// All claims.
    pub raw: Value,
}

/// Role of the access key's owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Uuid, where the claim is an object.
    pub id: Option<String>,
    /// `legacyId` of the object, or the claim itself where it is text.
    pub name: Option<String>,
}

/// Why an id_token proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    /// The sign-in gave no id_token.
    #[error("the sign-in gave no id_token")]
    Absent,
    /// Not three parts, not JSON, another algorithm than RS256, or no `exp`.
    #[error("the id_token cannot be read: {0}")]
    Malformed(&'static str),
    /// No key of the issuer has the token's key id.
    #[error("the id_token is signed with a key that the issuer does not publish")]
    UnknownKey {
        /// Key id in the token's header.
        kid: Option<String>,
    },
    /// The signature does not fit the key.
    #[error("the signature of the id_token is wrong")]
    BadSignature,
    /// `exp` lies in the past.
    #[error("the id_token expired {by_seconds} s ago")]
    Expired {
        /// How long ago, in seconds.
        by_seconds: i64,
    },
    /// `iat` or `nbf` lies in the future.
    #[error("the id_token becomes valid in {by_seconds} s")]
    NotYetValid {
        /// How far ahead, in seconds.
        by_seconds: i64,
    },
    /// `iss` is another one.
    #[error("the id_token comes from another issuer")]
    WrongIssuer {
        /// The claim.
        found: Option<String>,
    },
}

/// Verifies the id_token of `token`: signature, then issuer, then times against `now` with
/// [`LEEWAY_SECONDS`] of leeway.
///
/// # Errors
/// [`IdTokenError`]; the first rule that fails, in that order.
pub fn verify(token: &Token, keys: &Jwks, issuer: &Url, now: Timestamp) -> Result<Claims, IdTokenError> {
    let text = token
        .id_token
        .as_ref()
        .ok_or(IdTokenError::Absent)?
        .expose_secret();
    let header = jsonwebtoken::decode_header(text).map_err(|_| IdTokenError::Malformed("its header"))?;
    if header.alg != Algorithm::RS256 {
        return Err(IdTokenError::Malformed("its algorithm is not RS256"));
    }
    let candidates: Vec<&Key> = keys
        .keys
        .iter()
        .filter(|key| header.kid.is_none() || key.id == header.kid)
        .collect();
    if candidates.is_empty() {
        return Err(IdTokenError::UnknownKey { kid: header.kid });
    }
    let mut outcome = Err(IdTokenError::BadSignature);
    for key in candidates {
        outcome = signed(text, key);
        if outcome != Err(IdTokenError::BadSignature) {
            break;
        }
    }
    let claims = Claims::read(outcome?)?;
    claims.judge(issuer, now)?;
    Ok(claims)
}

/// The payload, if the key signed it. Times and issuer are judged afterwards, with a clock that is passed in.
fn signed(text: &str, key: &Key) -> Result<Value, IdTokenError> {
    let mut rules = Validation::new(Algorithm::RS256);
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let key = DecodingKey::from_rsa_components(&key.modulus, &key.exponent)
        .map_err(|_| IdTokenError::BadSignature)?;
    use jsonwebtoken::errors::ErrorKind;
    jsonwebtoken::decode::<Value>(text, &key, &rules)
        .map(|data| data.claims)
        .map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature | ErrorKind::InvalidRsaKey(_) => IdTokenError::BadSignature,
            ErrorKind::InvalidAlgorithm => IdTokenError::Malformed("its algorithm is not RS256"),
            _ => IdTokenError::Malformed("its claims"),
        })
}

impl Claims {
    fn read(raw: Value) -> Result<Self, IdTokenError> {
        let row = Row::new(&raw).ok_or(IdTokenError::Malformed("its claims are no object"))?;
        let role = match row.row("role") {
            Some(role) => Some(Role {
                id: role.text("id"),
                name: role.text("legacyId"),
            }),
            None => row.text("role").map(|name| Role {
                id: None,
                name: Some(name),
            }),
        };
        Ok(Self {
            tenant_id: row.text("tenantId"),
            business_unit: row.number("icBUId"),
            agent_id: row.text("icAgentId"),
            name: row.text("name"),
            role,
            iss: row.text("iss"),
            sub: row.text("sub"),
            iat: row.number("iat"),
            exp: row.number("exp"),
            raw,
        })
    }

    fn judge(&self, issuer: &Url, now: Timestamp) -> Result<(), IdTokenError> {
        // A parsed address ends in a slash where the claim has none.
        let plain = |text: &str| text.trim_end_matches('/').to_ascii_lowercase();
        if self.iss.as_deref().map(plain) != Some(plain(issuer.as_str())) {
            return Err(IdTokenError::WrongIssuer {
                found: self.iss.clone(),
            });
        }
        let now = now.as_second();
        let exp = self.exp.ok_or(IdTokenError::Malformed("it has no expiry"))?;
        if now.saturating_sub(exp) > LEEWAY_SECONDS {
            return Err(IdTokenError::Expired {
                by_seconds: now.saturating_sub(exp),
            });
        }
        let not_before = Row::new(&self.raw).and_then(|row| row.number("nbf"));
        let start = self.iat.into_iter().chain(not_before).max().unwrap_or(now);
        if start.saturating_sub(now) > LEEWAY_SECONDS {
            return Err(IdTokenError::NotYetValid {
                by_seconds: start.saturating_sub(now),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
