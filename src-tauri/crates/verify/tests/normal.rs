//! What is normal is recognised on exchanges that the sandbox really produces, and not on those that come close.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use cognigy::endpoint::{self, Action, BoxMode, MADE_UP_PROVIDER};
use sandbox::{Disturbance, Effect, Fault, Sandbox};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use support::Scene;
use transport::{Client, Exchange, FormValue, Method, Proxy, Recorder, Roots, Settings, Url};
use verify::{NORMAL, seen_in};

/// Everything a client records.
#[derive(Default)]
struct Heard(Mutex<Vec<Arc<Exchange>>>);

impl Recorder for Heard {
    fn record(&self, exchange: Arc<Exchange>) {
        self.0.lock().unwrap().push(exchange);
    }
}

/// A caller of a sandbox that keeps what it hears.
struct Caller {
    sandbox: Sandbox,
    client: Client,
    heard: Arc<Heard>,
}

impl Caller {
    async fn new(faults: &[Fault], switches: &[(&str, &str)]) -> Caller {
        let scene = Scene::new(faults).await;
        for (name, choice) in switches {
            scene.sandbox.set_switch(name, choice).unwrap();
        }
        let settings = Settings {
            proxy: Proxy::None,
            roots: Roots::Only(Vec::new()),
            ..Settings::default()
        };
        let heard = Arc::new(Heard::default());
        let recorder: Arc<Heard> = Arc::clone(&heard);
        Caller {
            sandbox: scene.sandbox,
            client: Client::new(settings).unwrap().with_recorder(recorder),
            heard,
        }
    }

    fn base(&self) -> Url {
        self.sandbox.description().endpoint_base.parse().unwrap()
    }

    fn env(&self, name: &str) -> SecretString {
        self.sandbox.description().env[&format!("HANDOVER_{name}")]
            .clone()
            .into()
    }

    fn url(host: &str, path: &str) -> Url {
        format!("{}/{path}", host.trim_end_matches('/')).parse().unwrap()
    }

    fn acd(&self, path: &str) -> Url {
        Self::url(
            &self.sandbox.description().hosts.api,
            &format!("incontactapi/services/{path}"),
        )
    }

    fn dfo(&self, path: &str) -> Url {
        Self::url(
            &self.sandbox.description().hosts.digital,
            &format!("dfo/3.0/{path}"),
        )
    }

    fn skill(&self) -> String {
        self.sandbox.description().profile["routing_skill"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A token, asked for beside what is heard.
    async fn token(&self) -> SecretString {
        let url = Self::url(&self.sandbox.description().issuer, "auth/token");
        let quiet: Arc<Heard> = Arc::default();
        let (key, secret) = (self.env("ACCESS_KEY_ID"), self.env("ACCESS_KEY_SECRET"));
        let answer = self
            .client
            .with_recorder(quiet)
            .call(Method::POST, url)
            .basic(&self.env("CLIENT_ID"), &self.env("CLIENT_SECRET"))
            .form(&[
                ("grant_type", FormValue::Plain("password")),
                ("username", FormValue::Secret(&key)),
                ("password", FormValue::Secret(&secret)),
            ])
            .send()
            .await
            .unwrap();
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        body["access_token"].as_str().unwrap().to_owned().into()
    }

    async fn call(&self, method: Method, url: Url, token: &SecretString, body: Option<Value>) -> u16 {
        let mut call = self.client.call(method, url).bearer(token).accept_json();
        if let Some(body) = &body {
            call = call.json(body);
        }
        call.send().await.unwrap().status
    }

    async fn get(&self, url: Url) -> u16 {
        let token = self.token().await;
        self.call(Method::GET, url, &token, None).await
    }

    /// Ids of what is normal among everything heard so far.
    fn normal(&self) -> BTreeSet<String> {
        let heard: Vec<Exchange> = self
            .heard
            .0
            .lock()
            .unwrap()
            .iter()
            .map(|one| Exchange::clone(one))
            .collect();
        seen_in(&heard).into_iter().map(|row| row.id).collect()
    }

    fn forget(&self) {
        self.heard.0.lock().unwrap().clear();
    }
}

fn only(id: &str) -> BTreeSet<String> {
    BTreeSet::from([id.to_owned()])
}

/// The rows that the tests below prove; a row without a test fails `every_row_is_proven`.
const PROVEN: [&str; 17] = [
    "action-without-token",
    "basic-then-body",
    "box-first-401",
    "done-204",
    "empty-list-204",
    "empty-object-as-list",
    "empty-page-ends-list",
    "five-minute-skill-delay",
    "list-lag",
    "no-default-skill-in-list",
    "no-jwks-uri",
    "no-script-in-list",
    "nonsense-path-404",
    "older-api-version",
    "put-off-and-repeated",
    "token-renewed",
    "wrong-pair-on-purpose",
];

#[test]
fn every_row_is_proven_and_says_what_it_has_to() {
    let ids: BTreeSet<&str> = NORMAL.iter().map(|row| row.id).collect();
    assert_eq!(ids, BTreeSet::from(PROVEN));
    assert_eq!(ids.len(), NORMAL.len());
    for row in NORMAL {
        for text in [row.text, row.why, row.source] {
            assert!(text.ends_with('.') && text.len() > 10, "{}: {text}", row.id);
        }
    }
}

#[tokio::test]
async fn the_boxs_first_401_and_what_is_none() {
    let caller = Caller::new(&[], &[]).await;
    for mode in BoxMode::ALL {
        endpoint::outbound_without_token(&caller.client, &caller.base(), mode)
            .await
            .unwrap();
        assert_eq!(caller.normal(), only("box-first-401"));
        caller.forget();
    }
    // With a token, however wrong, a 401 is a refusal.
    let url = Caller::url(
        caller.base().as_str(),
        "handover/niceCxOne/2.0/channel/x/outbound",
    );
    let body = json!({ "messageContent": { "type": "TEXT", "payload": { "text": "x" } } });
    caller
        .call(Method::POST, url, &"sim_wrong".into(), Some(body))
        .await;
    assert_eq!(caller.normal(), BTreeSet::new());
    let caller = Caller::new(&[Fault::Box403], &[]).await;
    endpoint::outbound_without_token(&caller.client, &caller.base(), BoxMode::V2)
        .await
        .unwrap();
    assert_eq!(caller.normal(), BTreeSet::new());
}

#[tokio::test]
async fn what_is_asked_on_purpose_and_what_is_not() {
    let caller = Caller::new(&[], &[]).await;
    let (client, base) = (&caller.client, caller.base());
    let (id, wrong) = (
        caller.env("INTEGRATION_CLIENT_ID"),
        SecretString::from("sim_wrong"),
    );
    endpoint::token(client, &base, MADE_UP_PROVIDER, &id, &wrong)
        .await
        .unwrap();
    assert_eq!(caller.normal(), only("wrong-pair-on-purpose"));
    caller.forget();
    let provider = caller.sandbox.description().profile["provider_link"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    endpoint::token(client, &base, &provider, &id, &wrong)
        .await
        .unwrap();
    assert_eq!(
        caller.normal(),
        BTreeSet::new(),
        "a refusal for the real provider is one"
    );
    endpoint::nonsense(client, &base, Method::GET).await.unwrap();
    assert_eq!(caller.normal(), only("nonsense-path-404"));
    caller.forget();
    let other = Caller::url(base.as_str(), "handover/niceCxOne/nothing");
    client
        .call(Method::GET, other)
        .label("handover path")
        .send()
        .await
        .unwrap();
    assert_eq!(caller.normal(), BTreeSet::new());
    for action in Action::ALL {
        endpoint::action(client, &base, action).await.unwrap();
        assert_eq!(caller.normal(), only("action-without-token"));
        caller.forget();
    }
    let broken = Caller::new(&[Fault::Action500], &[]).await;
    endpoint::action(&broken.client, &broken.base(), Action::Add)
        .await
        .unwrap();
    assert_eq!(broken.normal(), BTreeSet::new());
}

#[tokio::test]
async fn a_client_that_belongs_in_the_body_and_one_that_is_wrong() {
    for (fault, id, expected) in [
        (Fault::ClientPostOnly, "HD-303", only("basic-then-body")),
        (Fault::ClientWrong, "HD-303", BTreeSet::new()),
    ] {
        let report = Scene::new(&[fault]).await.report().await;
        let check = report.check(id).unwrap();
        let found: BTreeSet<String> = check.normal.iter().map(|row| row.id.clone()).collect();
        assert_eq!(found, expected, "{fault}: {:?}", check.evidence);
    }
}

#[tokio::test]
async fn a_token_that_ran_out_and_one_that_is_refused() {
    let caller = Caller::new(&[], &[]).await;
    let url = caller.acd("v34.0/business-unit");
    assert_eq!(
        caller
            .call(Method::GET, url.clone(), &"sim_old".into(), None)
            .await,
        401
    );
    assert_eq!(caller.normal(), BTreeSet::new());
    assert_eq!(caller.get(url).await, 200);
    assert_eq!(caller.normal(), only("token-renewed"));
}

#[tokio::test]
async fn a_call_that_is_put_off_and_one_that_fails() {
    let caller = Caller::new(&[], &[]).await;
    let place = |calls| Disturbance {
        host: Some("api".to_owned()),
        method: None,
        path: Some("/incontactapi/services/*/campaigns".to_owned()),
        calls,
        effect: Effect::Status {
            status: 503,
            retry_after: None,
        },
    };
    caller.sandbox.disturb(place(vec![1])).unwrap();
    let url = caller.acd("v34.0/campaigns");
    assert_eq!(caller.get(url.clone()).await, 503);
    assert_eq!(caller.normal(), BTreeSet::new(), "nothing came of it yet");
    assert_eq!(caller.get(url.clone()).await, 200);
    assert_eq!(caller.normal(), only("put-off-and-repeated"));
    caller.forget();
    caller.sandbox.disturb(place(Vec::new())).unwrap();
    caller.get(url.clone()).await;
    caller.get(url).await;
    assert_eq!(caller.normal(), BTreeSet::new());
}

#[tokio::test]
async fn a_version_that_is_not_there_and_an_address_that_is_not() {
    let caller = Caller::new(&[], &[]).await;
    assert_eq!(caller.get(caller.acd("v99.0/campaigns")).await, 404);
    assert_eq!(caller.get(caller.acd("v34.0/agents")).await, 200);
    assert_eq!(caller.normal(), BTreeSet::new(), "another address is no answer");
    assert_eq!(caller.get(caller.acd("v34.0/campaigns")).await, 200);
    assert_eq!(caller.normal(), only("older-api-version"));
}

#[tokio::test]
async fn answers_without_a_body() {
    let caller = Caller::new(&[Fault::SkillNobody], &[]).await;
    let agents = caller.acd(&format!("v34.0/skills/{}/agents", caller.skill()));
    assert_eq!(caller.get(agents.clone()).await, 204);
    assert_eq!(caller.normal(), only("empty-list-204"));
    caller.forget();
    caller.sandbox.set_fault(Fault::SkillNobody, false);
    assert_eq!(caller.get(agents).await, 200);
    assert_eq!(caller.normal(), BTreeSet::new());

    let token = caller.token().await;
    let contact = open_contact(
        &caller,
        &token,
        json!({ "type": "TEXT", "payload": { "text": "x" } }),
    )
    .await;
    caller.forget();
    let status = caller.dfo(&format!("contacts/{contact}/status"));
    let body = json!({ "status": "closed" });
    assert_eq!(caller.call(Method::PUT, status, &token, Some(body)).await, 204);
    assert_eq!(caller.normal(), only("done-204"));
}

async fn open_contact(caller: &Caller, token: &SecretString, content: Value) -> String {
    let answer = caller
        .client
        .call(Method::GET, caller.dfo("channels"))
        .bearer(token)
        .send()
        .await
        .unwrap();
    let channels: Value = serde_json::from_slice(&answer.body).unwrap();
    let channel = channels[0]["id"].as_str().unwrap();
    let body = json!({
        "idOnExternalPlatform": "sim_message_1", "direction": "inbound",
        "createdAtWithMilliseconds": "2026-03-02T09:15:30.120+00:00",
        "thread": { "idOnExternalPlatform": "sim_thread_1" },
        "messageContent": content,
        "authorEndUserIdentity": { "idOnExternalPlatform": "sim_user_1" },
    });
    let answer = caller
        .client
        .call(Method::POST, caller.dfo(&format!("channels/{channel}/messages")))
        .bearer(token)
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    let made: Value = serde_json::from_slice(&answer.body).unwrap();
    made["consumerContact"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_empty_list_in_place_of_an_object() {
    for (parameters, expected) in [
        (json!([]), only("empty-object-as-list")),
        (json!({}), BTreeSet::new()),
        (json!({ "a": [] }), BTreeSet::new()),
    ] {
        let caller = Caller::new(&[], &[]).await;
        let token = caller.token().await;
        let content = json!({ "type": "TEXT", "payload": { "text": "x" }, "parameters": parameters });
        let contact = open_contact(&caller, &token, content).await;
        caller.forget();
        let messages = caller.dfo(&format!("contacts/{contact}/messages"));
        assert_eq!(caller.get(messages).await, 200);
        assert_eq!(caller.normal(), expected, "{parameters}");
    }
}

#[tokio::test]
async fn what_the_list_of_channels_leaves_out() {
    let whole = Caller::new(&[], &[]).await;
    assert_eq!(whole.get(whole.dfo("channels?page=1&size=100")).await, 200);
    assert_eq!(whole.normal(), BTreeSet::new());
    assert_eq!(whole.get(whole.dfo("channels?page=2&size=100")).await, 200);
    assert_eq!(whole.normal(), only("empty-page-ends-list"));
    let lean = Caller::new(&[], &[("list-default-skill", "left-out")]).await;
    assert_eq!(lean.get(lean.dfo("channels?page=1&size=100")).await, 200);
    assert_eq!(lean.normal(), only("no-default-skill-in-list"));
    let leaner = Caller::new(&[Fault::ChannelFieldsAbsent], &[]).await;
    leaner.get(leaner.dfo("channels?page=1&size=100")).await;
    assert!(
        leaner.normal().contains("no-script-in-list"),
        "{:?}",
        leaner.normal()
    );
    let unset = Caller::new(&[Fault::ChannelNoSkill, Fault::ChannelNoScript], &[]).await;
    unset.get(unset.dfo("channels?page=1&size=100")).await;
    assert_eq!(unset.normal(), BTreeSet::new(), "null is not left out");
}

#[tokio::test]
async fn discovery_without_the_address_of_the_keys() {
    let lean = Caller::new(&[], &[("jwks-uri", "left-out")]).await;
    let openid = |caller: &Caller| {
        Caller::url(
            &caller.sandbox.description().issuer,
            ".well-known/openid-configuration",
        )
    };
    lean.client.call(Method::GET, openid(&lean)).send().await.unwrap();
    assert_eq!(lean.normal(), only("no-jwks-uri"));
    let whole = Caller::new(&[], &[]).await;
    whole
        .client
        .call(Method::GET, openid(&whole))
        .send()
        .await
        .unwrap();
    assert_eq!(whole.normal(), BTreeSet::new());
    // And the token is proven all the same.
    let scene = Scene::new(&[]).await;
    scene.sandbox.set_switch("jwks-uri", "left-out").unwrap();
    let report = scene.report().await;
    assert_eq!(report.check("HD-305").unwrap().outcome, verify::Outcome::Pass);
    assert!(
        report
            .check("HD-301")
            .unwrap()
            .normal
            .iter()
            .any(|row| row.id == "no-jwks-uri")
    );
}

#[tokio::test]
async fn a_list_that_lags_and_one_that_does_not() {
    for (lag, expected) in [("three-seconds", only("list-lag")), ("none", BTreeSet::new())] {
        let caller = Caller::new(&[], &[("list-lag", lag)]).await;
        let token = caller.token().await;
        let body = json!({
            "id": "sim_new_channel", "idOnExternalPlatform": "sim_new", "realExternalPlatformId": "custom", "name": "New",
            "channelIntegrationId": "11eedc8b-4f3e-4e1d-9c5b-0242ac110002", "hasTreeStructure": false, "isPrivate": true,
        });
        let made = caller
            .call(Method::POST, caller.dfo("channels"), &token, Some(body))
            .await;
        assert!((200..300).contains(&made), "{made}");
        assert_eq!(
            caller
                .call(Method::GET, caller.dfo("channels"), &token, None)
                .await,
            200
        );
        assert_eq!(caller.normal(), expected, "{lag}");
    }
}

#[tokio::test]
async fn a_skill_that_was_just_given_and_one_that_was_always_there() {
    let caller = Caller::new(&[], &[]).await;
    let token = caller.token().await;
    let agents = caller.acd(&format!("v34.0/skills/{}/agents", caller.skill()));
    caller.call(Method::GET, agents.clone(), &token, None).await;
    assert_eq!(caller.normal(), BTreeSet::new());
    let agent = caller.sandbox.glance().agents.last().unwrap().id;
    let body = json!({ "agents": [{ "agentId": agent.to_string() }] });
    assert_eq!(
        caller
            .call(Method::POST, agents.clone(), &token, Some(body))
            .await,
        200
    );
    caller.call(Method::GET, agents, &token, None).await;
    assert_eq!(caller.normal(), only("five-minute-skill-delay"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_carries_what_is_normal_and_reports_say_it() {
    let report = Scene::new(&[Fault::Box500]).await.report().await;
    assert!(report.check("HD-207").unwrap().normal.is_empty());
    let mut healthy = Scene::new(&[]).await;
    let report = healthy.report().await;
    let check = report.check("HD-207").unwrap();
    assert_eq!(check.outcome, verify::Outcome::Pass);
    let row = check.normal.iter().find(|row| row.id == "box-first-401").unwrap();
    assert_eq!(row.exchanges.len(), 2, "on the path of both generations");
    // What is told in full tells it too.
    let secret = healthy
        .input
        .credentials
        .integration_client_secret
        .clone()
        .unwrap();
    let wrong: String = secret.expose_secret().chars().rev().collect();
    healthy.input.credentials.integration_client_secret = Some(wrong.into());
    healthy.input.typed_form = None;
    let report = healthy.report().await;
    assert!(
        report
            .check("HD-206")
            .unwrap()
            .normal
            .iter()
            .any(|row| row.id == "wrong-pair-on-purpose")
    );
    for text in [report.to_text(false), report.to_markdown()] {
        assert!(
            text.contains("Normal: A token is refused for the made-up provider."),
            "{text}"
        );
    }
}
