//! The access key alone, and the issuer's keys.

use cxone::sign_in::{access_key_only, jwks};
use cxone::{Error, SignInError};
use secrecy::ExposeSecret;

use crate::server::{Answer, Server, client, granted, sign_in, target};

#[tokio::test]
async fn the_access_key_alone_goes_to_userhub_as_json() {
    let server = Server::start(|_, _| granted("sim_token_1")).await;
    let client = client();
    let found = access_key_only(&client, &target(&server), &server.url, &sign_in())
        .await
        .unwrap();
    assert_eq!(found.access_token.expose_secret(), "sim_token_1");
    let hit = server.hits().remove(0);
    insta::assert_snapshot!(format!("{}\n{:?}\n{}", hit.line(), hit.authorization, hit.body), @r#"
    POST /authentication/v1/token/access-key
    None
    {"accessKeyId":"sim_access_key_id====","accessKeySecret":"sim_access_key_secret===="}
    "#);
}

#[tokio::test]
async fn the_access_key_endpoint_refuses_in_any_words() {
    let cases = [
        (
            Answer::json(
                401,
                r#"{"timestamp":1,"status":401,"error":"Unauthorized","message":"No","path":"/x"}"#,
            ),
            Some("Unauthorized"),
        ),
        (
            Answer::json(400, r#"{"code":"key.unknown","details":"No","hostname":"h"}"#),
            Some("key.unknown"),
        ),
        (Answer::text(400, "No such key"), Some("")),
        (Answer::empty(403), Some("")),
        (Answer::html(403), None),
        (Answer::empty(503), None),
    ];
    for (answer, expected) in cases {
        let given = answer.clone();
        let server = Server::start(move |_, _| given.clone()).await;
        let found = access_key_only(&client(), &target(&server), &server.url, &sign_in())
            .await
            .unwrap_err();
        let told = match &found {
            SignInError::Refused { code, auth: None, .. } => Some(code.as_str()),
            _ => None,
        };
        assert_eq!(told, expected, "{answer:?}");
    }
}

#[tokio::test]
async fn keys_are_fetched_and_read() {
    let server = Server::start(|_, n| match n {
        0 => Answer::json(200, include_str!("../fixtures/sim_test_jwks.json")),
        1 => Answer::json(200, r#"{"nokeys":1}"#),
        2 => Answer::html(200),
        _ => Answer::empty(503),
    })
    .await;
    let client = client();
    let target = target(&server);
    let url = server.at("/auth/jwks");
    assert_eq!(jwks(&client, &target, &url).await.unwrap().len(), 1);
    assert!(matches!(
        jwks(&client, &target, &url).await,
        Err(Error::Shape { .. })
    ));
    assert!(matches!(
        jwks(&client, &target, &url).await,
        Err(Error::NotJson {
            html: true,
            status: 200,
            ..
        })
    ));
    assert!(matches!(
        jwks(&client, &target, &url).await,
        Err(Error::Status { status: 503, .. })
    ));
}
