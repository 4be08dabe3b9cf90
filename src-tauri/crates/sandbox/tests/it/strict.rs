//! The contract of the Cognigy.AI hosts: every operation answers a right request as its document says, and refuses wrong
//! ones with the rule's name. The shapes of all right answers are one snapshot.

use std::collections::BTreeSet;

use reqwest::{Method, RequestBuilder};
use sandbox::Options;
use serde_json::{Map, Value, json};

use crate::endpoint::{SESSION, message};
use crate::play::{Answer, Play};
use crate::socket::token_of;

const API: [&str; 3] = [
    include_str!("../../contract/cognigy-project.json"),
    include_str!("../../contract/cognigy-handover.json"),
    include_str!("../../contract/cognigy-flow.json"),
];
const ENDPOINT: &str = include_str!("../../contract/cognigy-endpoint.json");

struct Operation {
    id: String,
    method: Method,
    path: String,
    body: bool,
}

fn operations(document: &str) -> Vec<Operation> {
    let document: Value = serde_json::from_str(document).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.replace(['{', '}'], ""),
                body: operation["requestBody"]["required"] == true,
            });
        }
    }
    operations
}

/// A value with its texts, numbers and flags replaced by their kinds; of a list the first item only.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Bool(_) => "bool".into(),
        Value::Number(_) => "number".into(),
        Value::String(_) => "text".into(),
        Value::Array(items) => items.iter().take(1).map(shape).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| (name.clone(), shape(field)))
            .collect(),
    }
}

/// The two hosts, with the credentials each wants.
struct Hosts {
    play: Play,
    box_token: String,
}

impl Hosts {
    async fn of(options: Options) -> Hosts {
        let play = Play::options(options).await;
        let box_token = play.box_token().await.json()["access_token"]
            .as_str()
            .unwrap()
            .to_owned();
        Hosts { play, box_token }
    }

    fn api(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.play.about.cognigy_api.as_deref().unwrap());
        let key = self.play.env("COGNIGY_API_KEY");
        self.play.http.request(method, url).header("X-API-Key", key)
    }

    fn endpoint(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.play.about.endpoint_base);
        self.play.http.request(method, url).bearer_auth(&self.box_token)
    }

    async fn refused(&self, request: RequestBuilder, rule: &str, what: &str) -> Answer {
        let answer = self.play.send(request).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.text);
        let told = answer.header("x-sandbox-rule");
        assert!(told.starts_with(rule), "{what}: {told:?}");
        answer
    }
}

#[tokio::test]
async fn every_operation_refuses_what_its_document_does_not_know() {
    let hosts = Hosts::of(Options::default()).await;
    type Make = fn(&Hosts, Method, &str) -> RequestBuilder;
    let mut all: Vec<(Operation, Make)> = Vec::new();
    for document in API {
        all.extend(
            operations(document)
                .into_iter()
                .map(|operation| (operation, Hosts::api as Make)),
        );
    }
    all.extend(
        operations(ENDPOINT)
            .into_iter()
            .map(|operation| (operation, Hosts::endpoint as Make)),
    );
    for (operation, make) in all {
        let Operation {
            id,
            method,
            path,
            body,
        } = operation;
        let request = |path: &str| make(&hosts, method.clone(), path);
        let asked = hosts
            .refused(
                request(&format!("{path}?mood=bad")),
                &format!("{id} query mood extra_parameter"),
                &id,
            )
            .await;
        if path.starts_with("/v2.") {
            assert_eq!(asked.header("content-type"), "application/problem+json");
            assert_eq!(
                (&asked.json()["code"], &asked.json()["instance"]),
                (&json!(40_001), &json!(path))
            );
        }
        if body {
            let rule = format!("{id} body");
            hosts
                .refused(request(&path), &format!("{rule}  missing_body"), &id)
                .await;
            let broken = request(&path)
                .header("content-type", "application/json")
                .body("{");
            hosts.refused(broken, &format!("{rule}  invalid_json"), &id).await;
            let form = request(&path).form(&[("mood", "bad")]);
            hosts
                .refused(form, &format!("{id} header content-type"), &id)
                .await;
            // The fields of this one body are nobody's business.
            if id != "boxLegacyOutbound" {
                hosts
                    .refused(request(&path).json(&json!({ "mood": "bad" })), &rule, &id)
                    .await;
            }
        }
    }
}

#[tokio::test]
async fn whoever_has_no_key_or_token_learns_nothing() {
    let hosts = Hosts::of(Options::default()).await;
    let bare = |base: &str, method: Method, path: &str| {
        let request = hosts.play.http.request(method, format!("{base}{path}?mood=bad"));
        request.json(&json!({ "mood": "bad" }))
    };
    let api = hosts.play.about.cognigy_api.clone().unwrap();
    for document in API {
        for operation in operations(document)
            .into_iter()
            .filter(|of| of.path.starts_with("/v2."))
        {
            let answer = hosts
                .play
                .send(bare(&api, operation.method, &operation.path))
                .await;
            assert_eq!(answer.status, 401, "{}", operation.id);
        }
    }
    let closed = operations(ENDPOINT)
        .into_iter()
        .filter(|of| of.path.contains(".0/"));
    for operation in closed {
        let answer = hosts
            .play
            .send(bare(
                &hosts.play.about.endpoint_base,
                operation.method,
                &operation.path,
            ))
            .await;
        assert_eq!(answer.status, 401, "{}", operation.id);
    }
}

#[tokio::test]
async fn loose_takes_what_no_document_knows() {
    let hosts = Hosts::of(Options {
        loose: true,
        ..Options::default()
    })
    .await;
    let asked = hosts
        .play
        .send(hosts.api(Method::GET, "/v2.0/users/me?mood=bad"))
        .await;
    assert_eq!((asked.status.as_u16(), asked.header("x-sandbox-rule")), (200, ""));
    let path = byoc::path::outbound("sim_channel");
    let mut body = message();
    body["mood"] = "bad".into();
    let request = hosts
        .endpoint(Method::POST, &format!("/handover/niceCxOne{path}"))
        .json(&body);
    assert_eq!(hosts.play.send(request).await.status, 200);
}

/// One right request for every operation: its id, method, path, the status it is answered with, and a body.
const RIGHT_AT_ENDPOINT: &str = include_str!("right-endpoint.txt");
const RIGHT_AT_API: &str = include_str!("right-api.txt");

/// What stands for the names in braces. Something to read in logs and conversations is made on the way.
async fn names(hosts: &Hosts) -> Vec<(&'static str, String)> {
    let play = &hosts.play;
    let project = play.project_id();
    let get = async |path: &str| play.send(hosts.api(Method::GET, path)).await.json();
    let first = async |what: &str, key: &str| {
        let list = get(&format!(
            "/v2.0/{what}{}projectId={project}",
            if what.contains('?') { "&" } else { "?" }
        ))
        .await;
        list["items"][0][key].as_str().unwrap().to_owned()
    };
    let rest = token_of(play, "rest").await;
    let say = json!({ "userId": "sim_user", "sessionId": "sim_session_9", "text": "human" });
    let url = format!("{}/{rest}", play.about.endpoint_base);
    assert_eq!(play.send(play.http.post(url).json(&say)).await.status, 200);
    let flow = first("flows", "_id").await;
    let entry = get(&format!("/v2.0/projects/{project}/logs")).await["items"][0]["_id"].clone();
    vec![
        (
            "node",
            first(&format!("flows/{flow}/chart/nodes?limit=1"), "_id").await,
        ),
        ("flow", flow),
        ("flowReference", first("flows", "referenceId").await),
        ("endpoint", first("endpoints", "_id").await),
        ("connection", first("connections", "_id").await),
        ("service", first("handover/services", "_id").await),
        ("entry", entry.as_str().unwrap().to_owned()),
        ("provider", play.provider_id()),
        ("clientId", play.env("INTEGRATION_CLIENT_ID").to_owned()),
        ("clientSecret", play.env("INTEGRATION_CLIENT_SECRET").to_owned()),
        ("session", SESSION.to_owned()),
        ("chat", token_of(play, "webchat3").await),
        ("rest", rest),
        ("project", project),
    ]
}

#[tokio::test]
async fn every_operation_answers_a_right_request_as_its_document_says() {
    let hosts = Hosts::of(Options::default()).await;
    let names = names(&hosts).await;
    let mut answers = Map::new();
    type Make = fn(&Hosts, Method, &str) -> RequestBuilder;
    for (table, make) in [
        (RIGHT_AT_ENDPOINT, Hosts::endpoint as Make),
        (RIGHT_AT_API, Hosts::api as Make),
    ] {
        for line in table.lines() {
            let named =
                |line: String, (name, value): &(&str, String)| line.replace(&format!("{{{name}}}"), value);
            let line = names.iter().fold(line.to_owned(), named);
            let parts: Vec<&str> = line.splitn(5, ' ').collect();
            let (id, method, path) = (parts[0], parts[1].parse().unwrap(), parts[2]);
            let status: u16 = parts[3].parse().unwrap();
            // Only the count of entries wants it; nobody else minds.
            let mut request = make(&hosts, method, path).header("x-cognigy-log-model-version", "v2");
            if let Some(body) = parts.get(4) {
                request = request.json(&serde_json::from_str::<Value>(body).unwrap());
            }
            let answer = hosts.play.send(request).await;
            assert_eq!(answer.status, status, "{id}: {}", answer.text);
            let rule = answer.header("x-sandbox-rule");
            if status < 400 {
                assert_eq!(rule, "", "{id}");
            } else {
                // The right form of a request that this install has no use for.
                assert!(rule.contains(&format!(" answer {status} ")), "{id}: {rule:?}");
            }
            // The document's own shape is the documents'.
            let json = answer.header("content-type").contains("json") && id != "readOpenapi";
            let body = if json { shape(&answer.json()) } else { Value::Null };
            answers.insert(id.to_owned(), json!({ "status": status, "body": body }));
        }
    }
    let asked: BTreeSet<&str> = answers.keys().map(String::as_str).collect();
    let all: Vec<Operation> = API.into_iter().chain([ENDPOINT]).flat_map(operations).collect();
    let described: BTreeSet<&str> = all.iter().map(|operation| operation.id.as_str()).collect();
    assert_eq!(asked, described);
    insta::assert_json_snapshot!(answers);
}
