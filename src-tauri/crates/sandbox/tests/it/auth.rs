//! Discovery, sign-in, keys, user info.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use crate::play::{Answer, Play};

fn error(answer: &Answer) -> (u16, String) {
    (
        answer.status.as_u16(),
        answer.json()["error"].as_str().unwrap_or_default().to_owned(),
    )
}

#[tokio::test]
async fn discovery_leads_to_every_address_of_the_issuer() {
    let play = Play::start().await;
    let issuer = &play.about.issuer;
    let answer = play
        .get(&format!("{issuer}/.well-known/openid-configuration"))
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("server"), "handover-desk-sandbox");
    assert!(answer.header("x-trace-id").starts_with("sim_issuer_"));
    let found = answer.json();
    assert_eq!(found["issuer"], issuer.as_str());
    assert_eq!(found["token_endpoint"], format!("{issuer}/auth/token"));
    assert_eq!(found["jwks_uri"], format!("{issuer}/auth/jwks"));
    let authorize = found["authorization_endpoint"].as_str().unwrap();
    let refused = play
        .get(&format!("{authorize}?response_type=code&client_id=x"))
        .await;
    assert_eq!(error(&refused), (400, "unauthorized_client".to_owned()));
    let logout = found["end_session_endpoint"].as_str().unwrap();
    assert_eq!(play.get(logout).await.status, 200);
    let back = format!("{logout}?post_logout_redirect_uri=https://example.com/x&state=s");
    let sent_back = play.get(&back).await;
    assert_eq!(
        (sent_back.status.as_u16(), sent_back.header("location")),
        (302, "https://example.com/x?state=s")
    );
    let nowhere = format!("{logout}?post_logout_redirect_uri=javascript:x");
    assert_eq!(play.get(&nowhere).await.status, 200);
}

#[tokio::test]
async fn the_token_service_tells_whose_token_it_is() {
    let play = Play::start().await;
    let token = play.access_token().await;
    let url = format!(
        "{}/InContactAuthorizationServer/token/whoami",
        play.about.hosts.api
    );
    let ask = async |token: &str| {
        let request = play.http.post(&url).json(&json!({ "token": token }));
        play.send(request).await
    };
    let found = ask(&token).await;
    assert_eq!(found.status, 200, "{}", found.text);
    let found = found.json();
    assert_eq!(
        found["bus_no"].as_u64().map(|unit| unit.to_string()),
        Some(play.profile("/cxone/business_unit"))
    );
    assert!(found["expires_in"].as_u64().is_some_and(|left| left > 3500));
    play.sandbox.advance(Duration::from_secs(3601));
    assert_eq!(error(&ask(&token).await), (401, "invalid_token".to_owned()));
}

#[tokio::test]
async fn the_versions_of_the_api_are_listed() {
    let play = Play::start().await;
    let token = play.access_token().await;
    let url = format!("{}/inContactAPI/apiversion", play.about.hosts.api);
    let rows = play.get_as(&token, &url).await.json();
    let listed = rows["apiInfo"].as_array().unwrap();
    let unit = |row: &&Value| row["uri"] == "/incontactapi/services/v34.0/business-unit";
    assert_eq!(listed.iter().find(unit).unwrap()["verb"], "GET");
    assert_eq!(play.get(&url).await.status, 401);
}

#[tokio::test]
async fn the_tenant_is_found_by_its_id_and_by_no_other() {
    let play = Play::start().await;
    let tenant = play.profile("/cxone/tenant_id");
    let of = |id: &str| {
        format!(
            "{}/.well-known/cxone-configuration?tenantId={id}",
            play.about.issuer
        )
    };
    let answer = play.get(&of(&tenant.to_uppercase())).await;
    assert_eq!(answer.status, 200);
    let found = answer.json();
    assert_eq!(found["tenantId"], tenant);
    for field in [
        "private",
        "ui_endpoint",
        "auth_endpoint",
        "api_endpoint",
        "area",
        "domain",
        "uhDomain",
    ] {
        assert!(!found[field].is_null(), "{field}");
    }
    assert_eq!(
        play.get(&of("11ee0000-aaaa-bbbb-cccc-0242ac110003")).await.status,
        404
    );
    assert_eq!(play.get(&of("4599999")).await.status, 400);
    assert_eq!(play.get(&of("")).await.status, 400);
}

#[tokio::test]
async fn the_password_grant_gives_tokens_for_the_tenant() {
    let play = Play::start().await;
    let answer = play.sign_in().await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        (answer.header("cache-control"), answer.header("pragma")),
        ("no-store", "no-cache")
    );
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert_eq!(
        tokens["issued_token_type"],
        "urn:ietf:params:oauth:token-type:access_token"
    );

    let keys = play.get(&format!("{}/auth/jwks", play.about.issuer)).await.json();
    let key = &keys["keys"][0];
    assert_eq!(
        (key["kty"].as_str(), key["use"].as_str(), key["alg"].as_str()),
        (Some("RSA"), Some("sig"), Some("RS256"))
    );
    let id_token = tokens["id_token"].as_str().unwrap();
    assert_eq!(
        jsonwebtoken::decode_header(id_token).unwrap().kid.as_deref(),
        key["kid"].as_str()
    );
    let decoding =
        DecodingKey::from_rsa_components(key["n"].as_str().unwrap(), key["e"].as_str().unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[&play.about.issuer]);
    validation.validate_aud = false;
    let claims = jsonwebtoken::decode::<Value>(id_token, &decoding, &validation)
        .unwrap()
        .claims;
    assert_eq!(claims["tenantId"], play.profile("/cxone/tenant_id"));
    assert_eq!(
        claims["icBUId"].as_u64().unwrap().to_string(),
        play.profile("/cxone/business_unit")
    );
    assert_eq!(claims["aud"], format!("{}@cxone", play.env("CLIENT_ID")));
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        3600
    );
    assert!(claims["sub"].as_str().unwrap().starts_with("user:"));
}

#[tokio::test]
async fn client_credentials_are_taken_in_the_body_too() {
    let play = Play::start().await;
    let mut form = play.password_form();
    form.push(("client_id", play.env("CLIENT_ID").to_owned()));
    form.push(("client_secret", play.env("CLIENT_SECRET").to_owned()));
    assert_eq!(play.token_request(form, false).await.status, 200);
}

#[tokio::test]
async fn a_sign_in_is_refused_by_the_code_of_its_fault() {
    let play = Play::start().await;
    let with = |name: &'static str, value: &str| {
        let mut form = play.password_form();
        form.retain(|(field, _)| *field != name);
        form.push((name, value.to_owned()));
        form
    };
    let refused = async |form, basic| {
        let answer = play.token_request(form, basic).await;
        assert_eq!(
            (answer.header("cache-control"), answer.header("pragma")),
            ("no-store", "no-cache")
        );
        error(&answer)
    };
    let code = |code: &str| (400, code.to_owned());
    assert_eq!(
        refused(with("grant_type", ""), true).await,
        code("invalid_request")
    );
    assert_eq!(
        refused(with("grant_type", "client_credentials"), true).await,
        code("unsupported_grant_type")
    );
    assert_eq!(refused(with("username", ""), true).await, code("invalid_request"));
    assert_eq!(refused(with("password", ""), true).await, code("invalid_request"));
    assert_eq!(
        refused(with("username", "sim_other"), true).await,
        code("invalid_grant")
    );
    assert_eq!(
        refused(with("password", "wrong===="), true).await,
        code("invalid_grant")
    );
    assert_eq!(
        refused(play.password_form(), false).await,
        code("invalid_client"),
        "no client at all"
    );
    let mut wrong = with("client_secret", "wrong");
    wrong.push(("client_id", play.env("CLIENT_ID").to_owned()));
    assert_eq!(refused(wrong, false).await, code("invalid_client"));
    let wrong_key_and_client = with("password", "wrong");
    assert_eq!(
        refused(wrong_key_and_client, false).await,
        code("invalid_client"),
        "the client is judged first"
    );
}

#[tokio::test]
async fn only_forms_are_read() {
    let play = Play::start().await;
    let body: Value = play
        .password_form()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    let request = play
        .http
        .post(format!("{}/auth/token", play.about.issuer))
        .basic_auth(play.env("CLIENT_ID"), Some(play.env("CLIENT_SECRET")))
        .json(&body);
    assert_eq!(
        error(&play.send(request).await),
        (400, "invalid_request".to_owned())
    );
}

#[tokio::test]
async fn a_refresh_token_gives_new_tokens_without_the_secret() {
    let play = Play::start().await;
    let refresh = play.sign_in().await.json()["refresh_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let form = |client: &str, token: &str| {
        vec![
            ("grant_type", "refresh_token".to_owned()),
            ("client_id", client.to_owned()),
            ("refresh_token", token.to_owned()),
        ]
    };
    let answer = play
        .token_request(form(play.env("CLIENT_ID"), &refresh), false)
        .await;
    assert_eq!(answer.status, 200);
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(play.get_as(&token, &play.dfo("channels")).await.status, 200);

    let refused = async |form| error(&play.token_request(form, false).await).1;
    assert_eq!(
        refused(form(play.env("CLIENT_ID"), "sim_unknown")).await,
        "invalid_grant"
    );
    assert_eq!(
        refused(form(play.env("CLIENT_ID"), &token)).await,
        "invalid_grant",
        "an access token is none"
    );
    assert_eq!(refused(form("sim_other", &refresh)).await, "invalid_client");
    assert_eq!(refused(form("", &refresh)).await, "invalid_request");
    assert_eq!(refused(form(play.env("CLIENT_ID"), "")).await, "invalid_request");
    play.sandbox.advance(Duration::from_secs(24 * 3600));
    assert_eq!(
        refused(form(play.env("CLIENT_ID"), &refresh)).await,
        "invalid_grant",
        "a day later"
    );
}

#[tokio::test]
async fn user_info_wants_a_token() {
    let play = Play::start().await;
    let url = format!("{}/auth/userinfo", play.about.issuer);
    let refused = play.get(&url).await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.header("www-authenticate"), r#"error="invalid token""#);
    let token = play.access_token().await;
    let info = play.get_as(&token, &url).await;
    assert_eq!(info.status, 200);
    assert!(info.json()["email"].as_str().unwrap().ends_with("@example.com"));
}

#[tokio::test]
async fn an_access_key_signs_in_without_a_client() {
    let play = Play::start().await;
    let answer = play.access_key_token().await;
    assert_eq!(answer.status, 200);
    let tokens = answer.json();
    assert!(tokens["id_token"].is_string() && tokens["refresh_token"].is_string());
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(play.get_as(token, &play.acd("business-unit")).await.status, 200);

    let url = format!("{}/authentication/v1/token/access-key", play.about.hosts.userhub);
    let wrong = json!({ "accessKeyId": play.env("ACCESS_KEY_ID"), "accessKeySecret": "wrong" });
    let refused = play.send(play.http.post(&url).json(&wrong)).await;
    assert_eq!(refused.status, 401);
    let body = refused.json();
    assert_eq!(body["status"], 401);
    assert_eq!(body["path"], "/authentication/v1/token/access-key");
    let short = play
        .send(play.http.post(&url).json(&json!({ "accessKeyId": "x" })))
        .await;
    assert_eq!(short.status, 400);
    assert_eq!(short.json()["code"], "BAD_REQUEST");
}

#[tokio::test]
async fn without_a_token_each_family_refuses_in_its_own_words() {
    let play = Play::start().await;
    let acd = play.get(&play.acd("skills")).await;
    assert_eq!(error(&acd), (401, "invalid_token".to_owned()));
    assert!(!acd.header("icstatusdescription").is_empty());
    assert!(acd.header("www-authenticate").contains("invalid_token"));

    let dfo = play.get_as("sim_nothing", &play.dfo("channels")).await;
    assert_eq!(dfo.status, 401);
    assert_eq!(dfo.json()["uid"], dfo.header("x-trace-id"));
    assert!(dfo.json()["errors"][0]["message"].is_string());

    let userhub = play
        .get(&format!("{}/tenants/v2/current", play.about.hosts.userhub))
        .await;
    assert_eq!(userhub.status, 401);
    assert_eq!(userhub.json()["error"], "Unauthorized");
}

#[tokio::test]
async fn a_token_ends_with_its_hour() {
    let play = Play::start().await;
    let token = play.access_token().await;
    play.sandbox.advance(Duration::from_secs(3590));
    assert_eq!(play.get_as(&token, &play.dfo("channels")).await.status, 200);
    play.sandbox.advance(Duration::from_secs(10));
    assert_eq!(play.get_as(&token, &play.dfo("channels")).await.status, 401);
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_refused_by_family() {
    let play = Play::start().await;
    let token = play.access_token().await;
    let issuer = play.get(&format!("{}/nothing", play.about.issuer)).await;
    assert_eq!(error(&issuer), (404, "not_found".to_owned()));
    let acd = play.get_as(&token, &play.acd("nothing")).await;
    assert_eq!(error(&acd), (404, "not_found".to_owned()));
    let version = play
        .get_as(
            &token,
            &format!("{}/inContactAPI/services/latest/skills", play.about.hosts.api),
        )
        .await;
    assert_eq!(version.status, 404);
    let dfo = play.get_as(&token, &play.dfo("nothing")).await;
    assert_eq!(
        (dfo.status.as_u16(), dfo.json()["errors"][0]["errorCode"].as_str()),
        (404, Some("not_found"))
    );
    let userhub = play
        .get_as(&token, &format!("{}/nothing", play.about.hosts.userhub))
        .await;
    assert_eq!(
        (userhub.status.as_u16(), userhub.json()["code"].as_str()),
        (404, Some("NOT_FOUND"))
    );
    let get_token = play.get(&format!("{}/auth/token", play.about.issuer)).await;
    assert_eq!(error(&get_token), (405, "method_not_allowed".to_owned()));
    let delete = play
        .send(play.http.delete(play.dfo("channels")).bearer_auth(&token))
        .await;
    assert_eq!(delete.status, 405);
    assert!(delete.json()["errors"].is_array());
}

#[tokio::test]
async fn the_event_hub_speaks_websocket_only() {
    let play = Play::start().await;
    let answer = play.get(&play.about.hosts.events).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("upgrade")),
        (426, "websocket")
    );
    assert_eq!(
        play.get(&format!("{}/nothing", play.about.hosts.events))
            .await
            .status,
        404
    );
}
