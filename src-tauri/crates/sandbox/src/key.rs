//! The key that signs the tokens of the simulated tenant.
//!
//! `sim_signing_key.pem` is public: it stands in the repository so that every run signs alike. It proves nothing about
//! anybody and must never be trusted outside the sandbox. It is parsed once in a process, which keeps a start quick.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

const PEM: &[u8] = include_bytes!("sim_signing_key.pem");
/// Key id in token headers and in the published set.
pub(crate) const KEY_ID: &str = "sim_key_1";

/// Signing failed: the key in the repository is damaged.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox's signing key cannot be used: {0}")]
pub(crate) struct KeyError(#[from] jsonwebtoken::errors::Error);

fn key() -> Result<&'static EncodingKey, KeyError> {
    static KEY: OnceLock<EncodingKey> = OnceLock::new();
    if let Some(key) = KEY.get() {
        return Ok(key);
    }
    let parsed = EncodingKey::from_rsa_pem(PEM)?;
    Ok(KEY.get_or_init(|| parsed))
}

/// A signed token with these claims. With `spoil` its signature does not fit, everything else does.
pub(crate) fn sign(claims: &Value, spoil: bool) -> Result<String, KeyError> {
    let header = Header {
        kid: Some(KEY_ID.to_owned()),
        ..Header::new(Algorithm::RS256)
    };
    let token = jsonwebtoken::encode(&header, claims, key()?)?;
    Ok(if spoil { spoilt(&token) } else { token })
}

fn spoilt(token: &str) -> String {
    match token.rsplit_once('.') {
        Some((signed, signature)) => {
            let reversed: Vec<u8> = URL_SAFE_NO_PAD
                .decode(signature)
                .unwrap_or_default()
                .into_iter()
                .rev()
                .collect();
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(reversed))
        }
        None => token.to_owned(),
    }
}

/// The published key set.
pub(crate) fn jwks() -> Result<Value, KeyError> {
    static SET: OnceLock<Value> = OnceLock::new();
    if let Some(set) = SET.get() {
        return Ok(set.clone());
    }
    let jwk = Jwk::from_encoding_key(key()?, Algorithm::RS256)?;
    let jwk = serde_json::to_value(&jwk).unwrap_or_default();
    let set = json!({ "keys": [{
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID, "n": jwk["n"], "e": jwk["e"],
    }] });
    Ok(SET.get_or_init(|| set).clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{DecodingKey, Validation};

    fn verified(token: &str) -> bool {
        let set = jwks().unwrap();
        let key = &set["keys"][0];
        let decoding =
            DecodingKey::from_rsa_components(key["n"].as_str().unwrap(), key["e"].as_str().unwrap()).unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        jsonwebtoken::decode::<Value>(token, &decoding, &validation).is_ok()
    }

    #[test]
    fn the_published_key_verifies_what_is_signed_and_nothing_spoilt() {
        let claims = json!({ "sub": "user:sim" });
        assert!(verified(&sign(&claims, false).unwrap()));
        assert!(!verified(&sign(&claims, true).unwrap()));
    }
}
