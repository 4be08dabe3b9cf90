use jsonwebtoken::{EncodingKey, Header};
use secrecy::SecretString;
use serde_json::json;

use super::*;

/// Keys made for these tests alone.
const KEY: &[u8] = include_bytes!("../../tests/fixtures/sim_test_key.pem");
const OTHER_KEY: &[u8] = include_bytes!("../../tests/fixtures/sim_test_other_key.pem");
const JWKS: &str = include_str!("../../tests/fixtures/sim_test_jwks.json");
const NOW: i64 = 1_767_600_000;

fn keys() -> Jwks {
    Jwks::read(&serde_json::from_str(JWKS).unwrap()).unwrap()
}

fn claims() -> Value {
    json!({
        "iss": "https://cxone.example.com", "sub": "user:11ee1111-0000-0000-0000-0242ac110004",
        "tenantId": "11EE0000-AAAA-BBBB-CCCC-0242AC110003", "icBUId": 4_599_999, "icAgentId": "4711",
        "name": "svc@example.com", "role": { "legacyId": "Administrator", "id": "11e7" },
        "aud": "sim_client@cxone", "iat": NOW, "exp": NOW + 3600,
    })
}

fn sign(claims: &Value, kid: Option<&str>, key: &[u8]) -> Token {
    let header = Header {
        kid: kid.map(str::to_owned),
        ..Header::new(Algorithm::RS256)
    };
    let text = jsonwebtoken::encode(&header, claims, &EncodingKey::from_rsa_pem(key).unwrap()).unwrap();
    token(&text)
}

fn token(text: &str) -> Token {
    Token {
        access_token: SecretString::from("sim_access"),
        id_token: Some(SecretString::from(text)),
        refresh_token: None,
        expires_in: 3600,
        obtained_at: Timestamp::UNIX_EPOCH,
    }
}

fn check(token: &Token) -> Result<Claims, IdTokenError> {
    check_at(token, NOW)
}

fn check_at(token: &Token, now: i64) -> Result<Claims, IdTokenError> {
    let issuer = Url::parse("https://cxone.example.com").unwrap();
    verify(token, &keys(), &issuer, Timestamp::from_second(now).unwrap())
}

#[test]
fn a_signed_token_gives_its_claims() {
    let found = check(&sign(&claims(), Some("sim-1"), KEY)).unwrap();
    assert_eq!(
        found.tenant_id.as_deref(),
        Some("11EE0000-AAAA-BBBB-CCCC-0242AC110003")
    );
    assert_eq!(found.business_unit, Some(4_599_999));
    assert_eq!(found.agent_id.as_deref(), Some("4711"));
    assert_eq!(
        found.role,
        Some(Role {
            id: Some("11e7".to_owned()),
            name: Some("Administrator".to_owned())
        })
    );
    assert_eq!((found.iat, found.exp), (Some(NOW), Some(NOW + 3600)));
}

#[test]
fn numbers_as_text_and_a_role_as_text_are_read() {
    let mut loose = claims();
    loose["icBUId"] = json!("4599999");
    loose["icAgentId"] = json!(4711);
    loose["role"] = json!("Administrator");
    let found = check(&sign(&loose, Some("sim-1"), KEY)).unwrap();
    assert_eq!(found.business_unit, Some(4_599_999));
    assert_eq!(found.agent_id.as_deref(), Some("4711"));
    assert_eq!(
        found.role,
        Some(Role {
            id: None,
            name: Some("Administrator".to_owned())
        })
    );
}

#[test]
fn without_a_key_id_every_key_is_tried() {
    assert!(check(&sign(&claims(), None, KEY)).is_ok());
    assert_eq!(
        check(&sign(&claims(), None, OTHER_KEY)),
        Err(IdTokenError::BadSignature)
    );
}

#[test]
fn what_is_wrong_is_told_apart() {
    let unknown = IdTokenError::UnknownKey {
        kid: Some("sim-9".to_owned()),
    };
    assert_eq!(check(&sign(&claims(), Some("sim-9"), KEY)), Err(unknown));
    assert_eq!(
        check(&sign(&claims(), Some("sim-1"), OTHER_KEY)),
        Err(IdTokenError::BadSignature)
    );
    for text in ["", "sim_opaque", "a.b", "a.b.c", "e30.e30.e30"] {
        let found = check(&token(text));
        assert!(
            matches!(found, Err(IdTokenError::Malformed(_))),
            "{text}: {found:?}"
        );
    }
    let absent = Token {
        id_token: None,
        ..token("")
    };
    assert_eq!(check(&absent), Err(IdTokenError::Absent));

    let mut other = claims();
    other["iss"] = json!("https://other.example.com");
    let found = Some("https://other.example.com".to_owned());
    assert_eq!(
        check(&sign(&other, Some("sim-1"), KEY)),
        Err(IdTokenError::WrongIssuer { found })
    );
    let mut no_expiry = claims();
    no_expiry.as_object_mut().unwrap().remove("exp");
    assert!(matches!(
        check(&sign(&no_expiry, Some("sim-1"), KEY)),
        Err(IdTokenError::Malformed(_))
    ));
}

#[test]
fn a_changed_payload_breaks_the_signature() {
    let signed = sign(&claims(), Some("sim-1"), KEY);
    let mut changed = claims();
    changed["icBUId"] = json!(1);
    let other = sign(&changed, Some("sim-1"), KEY);
    let parts = |token: &Token| {
        let text = token.id_token.as_ref().unwrap().expose_secret().to_owned();
        text.split('.').map(str::to_owned).collect::<Vec<_>>()
    };
    let (a, b) = (parts(&signed), parts(&other));
    let mixed = token(&format!("{}.{}.{}", a[0], b[1], a[2]));
    assert_eq!(check(&mixed), Err(IdTokenError::BadSignature));
}

#[test]
fn another_algorithm_is_refused_even_when_its_signature_fits() {
    let key = EncodingKey::from_rsa_pem(KEY).unwrap();
    for algorithm in [Algorithm::RS384, Algorithm::RS512] {
        let header = Header {
            kid: Some("sim-1".to_owned()),
            ..Header::new(algorithm)
        };
        let text = jsonwebtoken::encode(&header, &claims(), &key).unwrap();
        assert!(matches!(check(&token(&text)), Err(IdTokenError::Malformed(_))));
    }
    // The public modulus as an HMAC secret: the classic confusion of algorithms.
    let header = Header {
        kid: Some("sim-1".to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let secret = EncodingKey::from_secret(keys().keys[0].modulus.as_bytes());
    let text = jsonwebtoken::encode(&header, &claims(), &secret).unwrap();
    assert!(matches!(check(&token(&text)), Err(IdTokenError::Malformed(_))));
    // {"alg":"none","kid":"sim-1"}
    let text = "eyJhbGciOiJub25lIiwia2lkIjoic2ltLTEifQ.e30.";
    assert!(matches!(check(&token(text)), Err(IdTokenError::Malformed(_))));
}

#[test]
fn times_are_judged_by_the_given_clock_with_leeway() {
    let signed = sign(&claims(), Some("sim-1"), KEY);
    let end = NOW + 3600;
    assert!(check_at(&signed, end + LEEWAY_SECONDS).is_ok());
    assert_eq!(
        check_at(&signed, end + 61),
        Err(IdTokenError::Expired { by_seconds: 61 })
    );
    assert!(check_at(&signed, NOW - LEEWAY_SECONDS).is_ok());
    assert_eq!(
        check_at(&signed, NOW - 61),
        Err(IdTokenError::NotYetValid { by_seconds: 61 })
    );
    let mut later = claims();
    later["nbf"] = json!(NOW + 300);
    let signed = sign(&later, Some("sim-1"), KEY);
    assert_eq!(check(&signed), Err(IdTokenError::NotYetValid { by_seconds: 300 }));
}

#[test]
fn keys_that_cannot_sign_are_left_out() {
    let set = json!({ "keys": [
        { "kty": "EC", "kid": "a" }, { "kty": "RSA", "kid": "b", "use": "enc", "n": "x", "e": "AQAB" },
        { "kty": "RSA", "kid": "c", "alg": "RS512", "n": "x", "e": "AQAB" }, { "kty": "RSA", "kid": "d" }, 7,
        { "kty": "RSA", "n": "x", "e": "AQAB" },
    ] });
    assert_eq!(Jwks::read(&set).unwrap().len(), 1);
    assert!(Jwks::read(&json!({ "keys": [] })).unwrap().is_empty());
    assert!(Jwks::read(&json!({ "key": [] })).is_err());
    assert!(Jwks::read(&json!([])).is_err());
}

#[test]
fn a_broken_published_key_is_no_proof() {
    let set = json!({ "keys": [{ "kty": "RSA", "kid": "sim-1", "n": "!!", "e": "AQAB" }] });
    let issuer = Url::parse("https://cxone.example.com").unwrap();
    let now = Timestamp::from_second(NOW).unwrap();
    let found = verify(
        &sign(&claims(), Some("sim-1"), KEY),
        &Jwks::read(&set).unwrap(),
        &issuer,
        now,
    );
    assert_eq!(found, Err(IdTokenError::BadSignature));
}
