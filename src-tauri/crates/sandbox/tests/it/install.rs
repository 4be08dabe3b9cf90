//! Every fault of the Cognigy.AI side shows its effect on the wire, and the effect only.

use reqwest::Method;
use sandbox::{Disturbance, Effect, Fault};
use serde_json::{Value, json};

use crate::play::Play;

/// The faults of this side, with what each changes of the picture below.
const TOUCHED: [(Fault, &[&str]); 13] = [
    (Fault::ProviderUnknown, &["provider", "providers", "search"]),
    (
        Fault::CognigyKeyWrong,
        &[
            "connections",
            "endpoints",
            "errors",
            "flows",
            "me",
            "nodes",
            "projects",
            "provider",
            "providers",
            "search",
        ],
    ),
    (
        Fault::CognigyForbidden,
        &[
            "connections",
            "endpoints",
            "errors",
            "flows",
            "nodes",
            "projects",
            "provider",
            "providers",
            "search",
        ],
    ),
    (Fault::ProviderRenamed, &["provider", "providers", "search"]),
    (Fault::ProviderOtherService, &["provider", "providers"]),
    (Fault::ProviderFieldDiffers, &["provider", "providers"]),
    (Fault::ProvisioningFailed, &["provider", "providers"]),
    (Fault::FlowNoHandover, &["nodes"]),
    (Fault::FlowOtherProvider, &["nodes"]),
    (Fault::FlowNoErrorBranch, &["nodes"]),
    (Fault::EndpointRest, &["endpoints", "page"]),
    (Fault::EndpointInactive, &["endpoints", "page"]),
    (Fault::CognigyLogErrors, &["errors"]),
];

/// What a verification would read of the install, as one value. `flow` is the sample flow's id.
async fn picture(play: &Play, flow: &str, token: &str) -> Value {
    let project = play.project_id();
    let get = async |path: &str| {
        let answer = play.api(Method::GET, path, None).await;
        match answer.status.as_u16() {
            200 => answer.json(),
            status => status.into(),
        }
    };
    let listed = async |what: &str| get(&format!("/v2.0/{what}?projectId={project}")).await;
    let mut nodes = get(&format!("/v2.0/flows/{flow}/chart/nodes?limit=100")).await;
    for node in items_of(&mut nodes) {
        let id = node["_id"].as_str().unwrap().to_owned();
        *node = get(&format!("/v2.0/flows/{flow}/chart/nodes/{id}")).await;
    }
    let mut page = play
        .get(&format!("{}/{token}", play.about.endpoint_base))
        .await
        .json();
    // Another one for each visitor.
    page["initialSessionId"] = Value::Null;
    let mut errors = get(&format!("/v2.0/projects/{project}/logs?type=error")).await;
    for entry in items_of(&mut errors) {
        *entry = entry["msg"].clone();
    }
    json!({
        "me": get("/v2.0/users/me").await,
        "projects": get("/v2.0/projects").await,
        "providers": listed("handover/providers").await,
        "provider": get(&format!("/v2.0/handover/provider/{}", play.provider_id())).await,
        "connections": listed("connections").await,
        "endpoints": listed("endpoints").await,
        "flows": listed("flows").await,
        "search": listed("search").await,
        "nodes": nodes,
        "page": page,
        "errors": errors,
    })
}

fn items_of(list: &mut Value) -> impl Iterator<Item = &mut Value> {
    list.get_mut("items")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
}

struct Seen {
    play: Play,
    flow: String,
    token: String,
    healthy: Value,
}

impl Seen {
    async fn start() -> Seen {
        let play = Play::start().await;
        let first = async |what: &str, key: &str| {
            let path = format!("/v2.0/{what}?projectId={}", play.project_id());
            play.api(Method::GET, &path, None).await.json()["items"][0][key]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let (flow, token) = (first("flows", "_id").await, first("endpoints", "URLToken").await);
        let healthy = picture(&play, &flow, &token).await;
        Seen {
            play,
            flow,
            token,
            healthy,
        }
    }

    async fn with(&self, fault: Fault) -> Value {
        self.play.sandbox.set_fault(fault, true);
        let seen = picture(&self.play, &self.flow, &self.token).await;
        self.play.sandbox.set_fault(fault, false);
        seen
    }
}

#[tokio::test]
async fn a_fault_changes_what_it_is_for_and_nothing_else() {
    let seen = Seen::start().await;
    for (fault, expected) in TOUCHED {
        let picture = seen.with(fault).await;
        let changed = changed(&seen.healthy, &picture);
        assert_eq!(changed, expected, "{fault}");
    }
    assert_eq!(
        picture(&seen.play, &seen.flow, &seen.token).await,
        seen.healthy,
        "faults leave traces"
    );
}

fn changed<'a>(healthy: &'a Value, seen: &Value) -> Vec<&'a str> {
    let mut changed: Vec<&str> = healthy
        .as_object()
        .unwrap()
        .iter()
        .filter(|(key, value)| seen.get(key.as_str()) != Some(value))
        .map(|(key, _)| key.as_str())
        .collect();
    changed.sort_unstable();
    changed
}

#[tokio::test]
async fn each_fault_shows_what_its_name_says() {
    let seen = Seen::start().await;
    let name = seen.play.profile("/name");
    assert_eq!(seen.with(Fault::CognigyKeyWrong).await["me"], 401);
    let forbidden = seen.with(Fault::CognigyForbidden).await;
    assert_eq!(
        (
            &forbidden["me"],
            &forbidden["projects"]["total"],
            &forbidden["provider"]
        ),
        (&seen.healthy["me"], &json!(0), &json!(403))
    );
    let renamed = seen.with(Fault::ProviderRenamed).await;
    assert_ne!(renamed["provider"]["name"], name.as_str());
    assert_eq!(seen.play.channel().await["name"], name.as_str());
    let other = seen.with(Fault::ProviderOtherService).await;
    assert_eq!(other["provider"]["service"], "liveAgent");
    assert_ne!(
        other["provider"]["serviceId"],
        seen.healthy["provider"]["serviceId"]
    );
    let differs = seen.with(Fault::ProviderFieldDiffers).await;
    let unit = |picture: &Value| {
        let properties = picture["provider"]["properties"].as_array().unwrap().clone();
        properties
            .into_iter()
            .find(|of| of["key"] == "businessUnitId")
            .unwrap()["value"]
            .clone()
    };
    assert_eq!(
        unit(&seen.healthy),
        seen.play.profile("/cxone/business_unit").as_str()
    );
    assert_ne!(unit(&differs), unit(&seen.healthy));
    let failed = seen.with(Fault::ProvisioningFailed).await;
    assert_eq!(failed["provider"]["provisioning"], json!({ "status": "failed" }));

    let nodes = |picture: &Value, kind: &str| {
        let items = picture["nodes"]["items"].as_array().unwrap().clone();
        items
            .into_iter()
            .filter(|node| node["type"] == kind)
            .collect::<Vec<_>>()
    };
    assert!(nodes(&seen.with(Fault::FlowNoHandover).await, "handoverToAgent").is_empty());
    let elsewhere = nodes(&seen.with(Fault::FlowOtherProvider).await, "handoverToAgent");
    assert_ne!(
        elsewhere[0]["config"]["handoverProvider"],
        seen.play.provider_id().as_str()
    );
    let has_error = |picture: &Value| {
        nodes(picture, "case")
            .iter()
            .any(|case| case["config"]["case"]["value"] == json!(["error"]))
    };
    assert!(has_error(&seen.healthy) && !has_error(&seen.with(Fault::FlowNoErrorBranch).await));

    let endpoints = |picture: &Value, key: &str| {
        let items = picture["endpoints"]["items"].as_array().unwrap().clone();
        items
            .into_iter()
            .map(|item| item[key].clone())
            .collect::<Vec<_>>()
    };
    assert!(
        endpoints(&seen.with(Fault::EndpointRest).await, "channel")
            .iter()
            .all(|channel| channel == "rest")
    );
    let inactive = seen.with(Fault::EndpointInactive).await;
    assert!(
        endpoints(&inactive, "active")
            .iter()
            .all(|active| active == false)
    );
    assert_eq!(inactive["page"]["active"], false);
    let errors = seen.with(Fault::CognigyLogErrors).await;
    assert_eq!(
        (&seen.healthy["errors"]["total"], &errors["errors"]["total"]),
        (&json!(0), &json!(2))
    );
}

/// The bot meets what the API shows.
#[tokio::test]
async fn a_chat_meets_the_faults_of_its_flow() {
    let play = Play::start().await;
    for (fault, expected) in [
        (Fault::FlowNoHandover, vec!["human"]),
        (
            Fault::FlowOtherProvider,
            vec!["human", "Nobody can be reached at the moment."],
        ),
        (
            Fault::ProviderOtherService,
            vec!["human", "Nobody can be reached at the moment."],
        ),
    ] {
        play.sandbox.set_fault(fault, true);
        let customer = play.sandbox.customer("sim_user", &format!("sim_session_{fault}"));
        customer.say("human").await.unwrap();
        play.sandbox.set_fault(fault, false);
        let texts: Vec<String> = customer.lines().into_iter().map(|line| line.text).collect();
        assert_eq!(texts, expected, "{fault}");
    }
    let customer = play.sandbox.customer("sim_user", "sim_session_closed");
    for (fault, error) in [
        (Fault::EndpointRest, sandbox::ChatError::NoEndpoint),
        (Fault::EndpointInactive, sandbox::ChatError::Inactive),
    ] {
        play.sandbox.set_fault(fault, true);
        assert_eq!(customer.say("human").await, Err(error));
        play.sandbox.set_fault(fault, false);
    }
}

#[tokio::test]
async fn a_disturbance_holds_for_the_calls_it_names() {
    let play = Play::start().await;
    let disturb = |path: &str, effect| {
        let disturbance = Disturbance {
            host: Some("cognigy-api".to_owned()),
            method: None,
            path: Some(path.to_owned()),
            calls: vec![1],
            effect,
        };
        play.sandbox.disturb(disturbance).unwrap();
    };
    disturb(
        "/v2.0/projects",
        Effect::Status {
            status: 429,
            retry_after: Some(3),
        },
    );
    let path = format!("/v2.0/handover/provider/{}", play.provider_id());
    disturb(
        &path,
        Effect::Fault {
            fault: Fault::ProvisioningFailed,
        },
    );
    disturb(
        "/v2.0/users/me",
        Effect::Fault {
            fault: Fault::CognigyKeyWrong,
        },
    );

    let limited = play.api(Method::GET, "/v2.0/projects", None).await;
    assert_eq!(
        (limited.status.as_u16(), limited.header("retry-after")),
        (429, "3")
    );
    assert_eq!(limited.header("content-type"), "application/problem+json");
    assert_eq!(
        (&limited.json()["status"], &limited.json()["instance"]),
        (&json!(429), &json!("/v2.0/projects"))
    );
    assert_eq!(play.api(Method::GET, "/v2.0/projects", None).await.status, 200);

    let status = async || play.api(Method::GET, &path, None).await.json()["provisioning"]["status"].clone();
    assert_eq!([status().await, status().await], ["failed", "succeeded"]);
    for expected in [401, 200] {
        assert_eq!(
            play.api(Method::GET, "/v2.0/users/me", None).await.status,
            expected
        );
    }
}
