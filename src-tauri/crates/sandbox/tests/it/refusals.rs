//! Every refusal names its rule in the sandbox's header, whichever station refuses: the bearer check, the documents, the
//! routes, the faults.

use std::collections::BTreeMap;

use reqwest::{Method, RequestBuilder};
use sandbox::{Disturbance, Effect, Options};
use serde_json::{Value, json};

use crate::conformance::{right_query, sampler, with_body};
use crate::play::{Answer, Play};
use crate::scene::{Scene, cases, documents};

const RULE: &str = "x-sandbox-rule";

/// Refusals without the header, and how many had it.
#[derive(Default)]
struct Seen {
    named: usize,
    bare: Vec<String>,
}

impl Seen {
    fn look(&mut self, what: &str, answer: &Answer) {
        let refused = answer.status.as_u16() >= 400;
        match (refused, answer.header(RULE)) {
            (true, "") => self
                .bare
                .push(format!("{what}: {} {}", answer.status, answer.text)),
            (true, _) => self.named += 1,
            (false, "") => {}
            (false, rule) => self.bare.push(format!("{what}: done, and named {rule}")),
        }
    }

    fn all_named(&self, least: usize) {
        assert!(
            self.bare.is_empty(),
            "{}:\n{}",
            self.bare.len(),
            self.bare.join("\n")
        );
        assert!(
            self.named >= least,
            "{} refusals are too few to mean much",
            self.named
        );
    }
}

/// The same names, each for something that is not there.
fn nowhere(known: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let other = |(name, value): (&String, &Value)| {
        let nobody = match (name.as_str(), value) {
            ("version" | "grant_type", value) => value.clone(),
            (_, Value::Number(_)) => json!(999_999_999),
            ("contactNumber" | "tagId", _) => json!("999999999"),
            (_, Value::String(text)) if text.len() == 36 => json!("11111111-2222-4333-8444-555555555555"),
            (_, Value::String(_)) => json!("sim_nobody"),
            (_, value) => value.clone(),
        };
        (name.clone(), nobody)
    };
    known.iter().map(other).collect()
}

#[tokio::test]
async fn every_operation_of_cxone_says_why_it_refuses() {
    let documents = documents();
    let play = Play::start().await;
    let mut seen = Seen::default();
    for case in &cases(&documents) {
        let scene = Scene::fresh(&play).await;
        let known = scene.known_for(case.id());
        let elsewhere = nowhere(&known);
        let full = |request: RequestBuilder, known: &BTreeMap<String, Value>, seed| match case.body() {
            Some((media, schema)) => with_body(request, media, &sampler(case, known, seed).value("", schema)),
            None => request,
        };
        let query = right_query(case, &mut sampler(case, &known, 0));
        // In turn: nobody signed in, things that are not there, and right ones by chance.
        let bare = scene.request(case, &known, &query).bearer_auth("sim_expired");
        seen.look(
            &format!("{} without a token", case.id()),
            &play.send(full(bare, &known, 0)).await,
        );
        for seed in 0..3 {
            let lost = scene.request(
                case,
                &elsewhere,
                &right_query(case, &mut sampler(case, &elsewhere, seed)),
            );
            let lost = play.send(full(lost, &elsewhere, seed)).await;
            seen.look(&format!("{} for nothing", case.id()), &lost);
            let chance = scene.request(
                case,
                &known,
                &right_query(case, &mut sampler(case, &known, seed + 7)),
            );
            let chance = play.send(full(chance, &known, seed + 7)).await;
            seen.look(&format!("{} by chance", case.id()), &chance);
        }
        let other = scene.request(case, &known, &[]).build().unwrap().url().clone();
        let token = play.access_token().await;
        for (method, url) in [
            (Method::TRACE, other.to_string()),
            (Method::GET, format!("{other}/sim/nothing")),
        ] {
            let request = play.http.request(method, url).bearer_auth(&token);
            seen.look(&format!("beside {}", case.id()), &play.send(request).await);
        }
    }
    seen.all_named(400);
}

#[tokio::test]
async fn sign_in_and_the_switches_say_why_they_refuse() {
    let play = Play::start().await;
    let mut seen = Seen::default();
    let form = |change: &[(&'static str, &str)]| {
        let mut form = play.password_form();
        form.retain(|(name, _)| !change.iter().any(|(of, _)| of == name));
        form.extend(
            change
                .iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        form
    };
    for change in [
        &[("username", "")][..],
        &[("password", "")],
        &[("grant_type", "")],
        &[("grant_type", "sim_grant")],
        &[("grant_type", "authorization_code")],
        &[("grant_type", "refresh_token"), ("refresh_token", "sim_nobody")],
        &[("password", "sim_wrong")],
    ] {
        let answer = play.token_request(form(change), true).await;
        assert_eq!(answer.status, 400, "{change:?}");
        let rule = answer.header(RULE);
        assert!(rule.starts_with("getToken "), "{change:?}: {rule:?}");
        seen.look(&format!("{change:?}"), &answer);
    }
    let mut twice = play.password_form();
    twice.push(("grant_type", "password".to_owned()));
    let twice = play.token_request(twice, true).await;
    assert_eq!(twice.json()["error"], "invalid_request");
    let address = format!("{}/auth/token", play.about.issuer);
    let json_too = play
        .http
        .post(&address)
        .json(&json!({ "grant_type": "password" }));
    seen.look("a JSON body", &play.send(json_too).await);
    seen.look(
        "nobody's token",
        &play.get(&format!("{}/auth/userinfo", play.about.issuer)).await,
    );
    let token = play.access_token().await;
    let mut channel = play.channel().await;
    let allowed = [
        "id",
        "idOnExternalPlatform",
        "realExternalPlatformId",
        "name",
        "channelIntegrationId",
        "isPrivate",
        "hasTreeStructure",
        "defaultSkillId",
    ];
    channel
        .as_object_mut()
        .unwrap()
        .retain(|name, _| allowed.contains(&name.as_str()));
    let request = play
        .http
        .post(play.dfo("channels"))
        .bearer_auth(&token)
        .json(&channel);
    let refused = play.send(request).await;
    assert_eq!(
        refused.header(RULE),
        "saveChannel answer 400 defaultSkillId extra_field (documented)"
    );
    let url = play.dfo(&format!(
        "channels/{}/messages/sim_zz/status",
        channel["id"].as_str().unwrap()
    ));
    let status = json!({ "status": "seen", "updatedAt": "2026-03-02T09:15:30.120+00:00" });
    let lost = play
        .send(play.http.put(url).bearer_auth(&token).json(&status))
        .await;
    assert_eq!(
        (lost.status.as_u16(), &lost.json()["errors"][0]["field"]),
        (404, &json!("messageIdOnExternalPlatform"))
    );
    seen.look("a message that is not there", &lost);
    seen.all_named(10);
}

#[tokio::test]
async fn cognigy_says_why_it_refuses() {
    let play = Play::start().await;
    let mut seen = Seen::default();
    let base = play.about.cognigy_api.clone().unwrap();
    let key = play.env("COGNIGY_API_KEY");
    let provider = play.provider_id();
    let with_body = play
        .http
        .get(format!("{base}/v2.0/users/me"))
        .header("X-API-Key", key)
        .json(&json!({}));
    let with_body = play.send(with_body).await;
    assert_eq!(with_body.status, 403);
    assert!(with_body.header(RULE).starts_with("readMe answer 403 "));
    for (method, path) in [
        (Method::DELETE, format!("/v2.0/handover/providers/{provider}")),
        (Method::GET, "/v2.0/handover/providers".to_owned()),
        (Method::GET, "/v2.0/flows/0123456789abcdef01234567".to_owned()),
        (Method::GET, "/v2.0/nothing".to_owned()),
        (Method::PUT, "/v2.0/users/me".to_owned()),
        (Method::GET, "/v2.0/projects/0123456789abcdef01234567".to_owned()),
    ] {
        let answer = play.api(method, &path, None).await;
        assert!(answer.status.as_u16() >= 400, "{path}: {}", answer.text);
        seen.look(&path, &answer);
    }
    seen.look("without a key", &play.get(&format!("{base}/v2.0/users/me")).await);
    for path in [
        "nothing",
        "handover/nothing",
        "handover/niceCxOne/add",
        "handover/niceCxOne/2.0/channel/c/outbound",
    ] {
        let url = format!("{}/{path}", play.about.endpoint_base);
        seen.look(path, &play.get(&url).await);
    }
    let wrong = play.box_token_of(&provider, "sim_nobody", "sim_wrong").await;
    assert!(wrong.header(RULE).starts_with("boxToken answer 401 "));
    let nobody = play.box_token_of("0123456789abcdef01234567", "a", "b").await;
    seen.look("no such provider", &nobody);
    seen.all_named(11);
}

#[tokio::test]
async fn disturbances_and_foreign_names_are_told_apart_from_rules() {
    let play = Play::options(Options {
        loose: true,
        ..Options::default()
    })
    .await;
    let id = play
        .sandbox
        .disturb(Disturbance {
            host: Some("digital".into()),
            method: None,
            path: None,
            calls: Vec::new(),
            effect: Effect::Status {
                status: 500,
                retry_after: None,
            },
        })
        .unwrap();
    let answer = play.get(&play.dfo("channels")).await;
    assert_eq!(answer.header(RULE), "digital disturbed");
    play.sandbox.settle(id);
    let answer = play.get(&play.dfo("channels")).await;
    assert_eq!(
        answer.header(RULE),
        "listChannels answer 401 unauthorized (documented)"
    );
    let foreign = play.http.get(play.dfo("channels")).header("host", "example.com");
    let answer = play.send(foreign).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header(RULE)),
        (421, "header host loopback")
    );
}

#[tokio::test]
async fn another_method_is_told_which_ones_there_are_and_head_is_a_get_without_a_body() {
    let play = Play::start().await;
    let token = play.access_token().await;
    let ask = async |method: Method, url: &str| {
        let request = play.http.request(method, url).bearer_auth(&token);
        play.send(request).await
    };
    let refused = ask(Method::PUT, &play.dfo("channels")).await;
    assert_eq!(
        (refused.status.as_u16(), refused.header("allow")),
        (405, "GET, POST")
    );
    for url in [play.dfo("channels"), play.acd("skills")] {
        let head = ask(Method::HEAD, &url).await;
        assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""), "{url}");
    }
    let long = ask(Method::GET, &play.dfo(&format!("channels?{}", "a".repeat(3_000)))).await;
    assert_eq!(long.status, 400);
    assert!(long.header(RULE).len() <= 240);
    let broken = play.http.post(play.dfo("channels")).bearer_auth(&token);
    let broken = broken.header("content-type", "application/json").body("{");
    let errors = play.send(broken).await.json()["errors"][0].clone();
    assert_eq!(errors.get("field"), None, "the whole has no field");
}
