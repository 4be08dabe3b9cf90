//! Every operation of every CXone document, with right and wrong requests: right ones are answered by a declared status and
//! the declared shape, wrong ones are refused the family's way, and the refusal names the broken rule.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jsonschema::{Draft, Validator};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::play::{Answer, Play};
use crate::sample::{Dice, Sampler, spoilt};

/// Right requests made by chance for each operation, beside the plain one.
const CASES: u64 = 4;
const RULE: &str = "x-sandbox-rule";

struct Case<'a> {
    document: &'a Value,
    path: &'a str,
    method: Method,
    operation: &'a Value,
}

/// The documents of the hosts that play CXone.
fn documents() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("contract");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| serde_json::from_str::<Value>(&std::fs::read_to_string(file).unwrap()).unwrap())
        .filter(|document| {
            ["issuer", "userhub", "api", "digital"].contains(&document["x-host"].as_str().unwrap())
        })
        .collect()
}

fn cases(documents: &[Value]) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    for document in documents {
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                cases.push(Case {
                    document,
                    path,
                    method: method.to_uppercase().parse().unwrap(),
                    operation,
                });
            }
        }
    }
    cases
}

impl Case<'_> {
    fn id(&self) -> &str {
        self.operation["operationId"].as_str().unwrap()
    }

    fn validator(&self, schema: &Value) -> Validator {
        let root = json!({ "components": self.document["components"], "allOf": [schema] });
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&root)
            .unwrap()
    }

    /// The declared answer of a status.
    fn declared(&self, status: u16) -> Option<&Value> {
        let answer = self.operation["responses"].get(status.to_string())?;
        match answer["$ref"].as_str() {
            Some(at) => self.document.pointer(at.trim_start_matches('#')),
            None => Some(answer),
        }
    }

    /// What is wrong with an answer: its status or its body is not declared.
    fn undeclared(&self, answer: &Answer) -> Option<String> {
        let status = answer.status.as_u16();
        let Some(declared) = self.declared(status) else {
            return Some(format!("{status} is not declared: {}", answer.text));
        };
        let schema = &declared["content"]["application/json"]["schema"];
        if schema.is_null() {
            return None;
        }
        let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let error = self
            .validator(schema)
            .iter_errors(&body)
            .next()
            .map(|error| error.to_string());
        error.map(|error| format!("{status}: {error}: {}", answer.text))
    }

    fn parameters(&self) -> Vec<&Value> {
        let all = self.operation["parameters"].as_array().into_iter().flatten();
        all.filter(|parameter| parameter["in"] == "query").collect()
    }

    /// The body's media type and schema.
    fn body(&self) -> Option<(&str, &Value)> {
        let content = self.operation["requestBody"]["content"].as_object()?;
        let (media, value) = content.iter().next()?;
        Some((media, &value["schema"]))
    }
}

/// A prepared tenant: what paths and fields can name.
struct Scene<'a> {
    play: &'a Play,
    token: String,
    known: BTreeMap<String, Value>,
}

impl Scene<'_> {
    async fn fresh(play: &Play) -> Scene<'_> {
        play.sandbox.reset();
        let token = play.access_token().await;
        let mut scene = Scene {
            play,
            token,
            known: BTreeMap::new(),
        };
        scene.fill().await;
        scene
    }

    async fn call(&self, method: Method, url: &str, body: Value) -> Value {
        let request = self.play.http.request(method, url).bearer_auth(&self.token);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let answer = self.play.send(request).await;
        assert!(answer.status.is_success(), "{url}: {}", answer.text);
        serde_json::from_str(&answer.text).unwrap_or_default()
    }

    async fn fill(&mut self) {
        let play = self.play;
        let channel = self.call(Method::GET, &play.dfo("channels"), Value::Null).await[0].clone();
        let id = channel["id"].as_str().unwrap().to_owned();
        let tag = json!({ "title": "sim_tag" });
        self.call(Method::PUT, &play.dfo("tags"), tag).await;
        let message = json!({
            "idOnExternalPlatform": "sim_m1", "direction": "inbound",
            "createdAtWithMilliseconds": "2026-03-02T09:15:30.120+00:00",
            "thread": { "idOnExternalPlatform": "sim_thread_1" },
            "messageContent": { "type": "TEXT", "payload": { "text": "I need a person" } },
            "authorEndUserIdentity": { "idOnExternalPlatform": "sim_user_1", "nickname": "sim_user" },
        });
        let both = self
            .call(
                Method::POST,
                &play.dfo(&format!("channels/{id}/messages")),
                message,
            )
            .await;
        let contact = both["consumerContact"]["id"].as_str().unwrap().to_owned();
        let message = both["message"]["id"].as_str().unwrap().to_owned();
        let field = json!([{ "ident": "sim_field", "value": "x" }]);
        let note = json!({ "content": "sim note" });
        let url = play.dfo(&format!("contacts/{contact}/custom-fields"));
        self.call(Method::PUT, &url, field.clone()).await;
        let noted = self
            .call(
                Method::POST,
                &play.dfo(&format!("messages/{message}/notes")),
                note.clone(),
            )
            .await;
        let customers = self.call(Method::GET, &play.dfo("customers"), Value::Null).await;
        let customer = customers["data"][0]["id"].as_str().unwrap().to_owned();
        self.call(
            Method::PUT,
            &play.dfo(&format!("customers/{customer}/custom-fields")),
            field,
        )
        .await;
        let by_customer = self
            .call(
                Method::POST,
                &play.dfo(&format!("customers/{customer}/notes")),
                note,
            )
            .await;
        let skill: u64 = play.profile("/routing_skill").parse().unwrap();
        let skills = self
            .call(Method::GET, &play.acd(&format!("skills/{skill}")), Value::Null)
            .await;
        let agents = self
            .call(
                Method::GET,
                &play.acd(&format!("skills/{skill}/agents")),
                Value::Null,
            )
            .await;
        let agent = agents["agentSkillAssignments"][0].clone();
        let user = agent["userId"].clone();
        let tenant = json!(play.profile("/cxone/tenant_id"));
        let keys = format!(
            "{}/access-key-management/v1/access-keys",
            play.about.hosts.userhub
        );
        let key = self
            .call(Method::POST, &keys, json!({ "userId": user, "tenantId": tenant }))
            .await;
        let scripts = self
            .call(Method::GET, &play.acd("scripts/search"), Value::Null)
            .await;
        let script = scripts["scriptSearchDetails"][0].clone();
        let me = self.call(Method::GET, &play.dfo("me"), Value::Null).await;
        let add = play.sandbox.add_action().unwrap();
        let ticket: BTreeMap<String, String> = url::Url::parse(&add)
            .unwrap()
            .query_pairs()
            .into_owned()
            .collect();
        let known = [
            ("version", json!("v34.0")),
            ("channelId", json!(id)),
            ("channelIntegrationId", channel["channelIntegrationId"].clone()),
            ("contactNumber", json!(contact)),
            ("contactId", json!(contact)),
            ("relationObjectId", json!(contact)),
            ("messageId", json!(message)),
            ("threadIdOnExternalPlatform", json!("sim_thread_1")),
            ("idOnExternalPlatform", json!("sim_m1")),
            ("thread", json!({ "idOnExternalPlatform": "sim_thread_1" })),
            ("tagId", json!("1")),
            ("ident", json!("sim_field")),
            ("noteId", noted["id"].clone()),
            ("customerNoteId", by_customer["id"].clone()),
            ("customerId", json!(customer)),
            ("skillId", json!(skill)),
            ("campaignId", skills["campaignId"].clone()),
            ("routingQueueId", skills["routingQueueId"].clone()),
            ("mediaTypeId", json!(9)),
            ("agentId", agent["agentId"].clone()),
            ("userId", user.clone()),
            ("digitalUserId", me["user"]["id"].clone()),
            ("brandId", me["brand"]["id"].clone()),
            ("inboxAssigneeCxoneId", user),
            ("tenantId", tenant),
            ("accessKeyId", key["resultSet"]["accessKeyId"].clone()),
            ("scriptId", script["masterID"].clone()),
            ("scriptPath", script["scriptName"].clone()),
            ("token", json!(ticket["token"])),
            ("ticketUserId", json!(ticket["userId"].parse::<u64>().unwrap())),
            ("purpose", json!("channel-integration")),
            ("grant_type", json!("password")),
            ("username", json!(play.env("ACCESS_KEY_ID"))),
            ("password", json!(play.env("ACCESS_KEY_SECRET"))),
            ("client_id", json!(play.env("CLIENT_ID"))),
            ("client_secret", json!(play.env("CLIENT_SECRET"))),
            ("accessKeySecret", json!(play.env("ACCESS_KEY_SECRET"))),
            ("status", Value::Null),
        ];
        self.known = known
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        self.known.remove("status");
    }

    /// Names that mean something else in some operations.
    fn known_for(&self, id: &str) -> BTreeMap<String, Value> {
        let mut known = self.known.clone();
        let mut same = |name: &str, as_of: &str| {
            let value = known[as_of].clone();
            known.insert(name.to_owned(), value);
        };
        match id {
            "assignContact" => same("userId", "digitalUserId"),
            "verifyOneTimeToken" => same("userId", "ticketUserId"),
            "updateCustomerNote" | "deleteCustomerNote" => same("noteId", "customerNoteId"),
            "getTokenByAccessKey" => same("accessKeyId", "username"),
            _ => {}
        }
        match id {
            // A message with a known id is another one, and so is a channel.
            "createMessage" | "sendInbound" | "saveChannel" | "createSkills" => {
                known.remove("idOnExternalPlatform");
            }
            "getToken" => {
                known.remove("token");
            }
            "saveScript" => {
                let begin = json!({ "actionId": 1, "name": "BEGIN", "label": "Begin" });
                known.insert("actions".to_owned(), json!({ "1": begin }));
                for name in ["properties", "branches"] {
                    known.insert(name.to_owned(), json!({}));
                }
            }
            _ => {}
        }
        known
    }

    fn request(
        &self,
        case: &Case<'_>,
        known: &BTreeMap<String, Value>,
        query: &[(String, String)],
    ) -> RequestBuilder {
        let about = &self.play.about;
        let base = match case.document["x-host"].as_str().unwrap() {
            "issuer" => &about.issuer,
            "userhub" => &about.hosts.userhub,
            "api" => &about.hosts.api,
            _ => &about.hosts.digital,
        };
        let path: Vec<String> = case
            .path
            .split('/')
            .map(|segment| match segment.strip_prefix('{') {
                Some(name) => match &known[name.trim_end_matches('}')] {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                },
                None => segment.to_owned(),
            })
            .collect();
        let request = self
            .play
            .http
            .request(case.method.clone(), format!("{base}{}", path.join("/")));
        let request = if case.id() == "getToken" || case.id() == "verifyOneTimeToken" {
            request
        } else {
            request.bearer_auth(&self.token)
        };
        if query.is_empty() {
            request
        } else {
            request.query(query)
        }
    }
}

fn with_body(request: RequestBuilder, media: &str, body: &Value) -> RequestBuilder {
    if media == "application/json" {
        return request.json(body);
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields: Vec<(String, String)> = body
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect();
    request.form(&fields)
}

/// A query as the documents write one.
fn texts(name: &str, value: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Array(items) => items.iter().map(|item| (name.to_owned(), text(item))).collect(),
        one => vec![(name.to_owned(), text(one))],
    }
}

fn sampler<'a>(case: &'a Case<'_>, known: &'a BTreeMap<String, Value>, seed: u64) -> Sampler<'a> {
    Sampler {
        document: case.document,
        dice: Dice(seed),
        known,
        plain: seed == 0,
    }
}

fn right_query(case: &Case<'_>, sampler: &mut Sampler<'_>) -> Vec<(String, String)> {
    let mut query = Vec::new();
    for parameter in case.parameters() {
        let chosen = parameter["required"] == true
            || (case.path.ends_with("/scripts") && parameter["name"] == "scriptPath")
            || (!sampler.plain && sampler.dice.below(2) == 0);
        if chosen {
            let name = parameter["name"].as_str().unwrap();
            query.extend(texts(name, &sampler.value(name, &parameter["schema"])));
        }
    }
    query
}

#[tokio::test]
async fn right_requests_are_answered_as_declared() {
    let documents = documents();
    let play = Play::start().await;
    let mut wrong = Vec::new();
    let mut done = BTreeSet::new();
    let cases = cases(&documents);
    for case in &cases {
        let scene = Scene::fresh(&play).await;
        let known = scene.known_for(case.id());
        for seed in 0..=CASES {
            let mut sampler = sampler(case, &known, seed);
            let query = right_query(case, &mut sampler);
            let mut request = scene.request(case, &known, &query);
            let mut said = Value::Null;
            if let Some((media, schema)) = case.body() {
                said = sampler.value("", schema);
                assert!(
                    case.validator(schema).is_valid(&said),
                    "{}: the test made a wrong body: {said}",
                    case.id()
                );
                request = with_body(request, media, &said);
            }
            let answer = play.send(request).await;
            let complaint = match (answer.header(RULE), case.undeclared(&answer)) {
                ("", complaint) => complaint,
                (rule, _) => Some(format!("refused by {rule}")),
            };
            if let Some(complaint) = complaint {
                wrong.push(format!("{} {query:?} {said}: {complaint}", case.id()));
            }
            if answer.status.is_success() {
                done.insert(case.id());
            }
        }
        if !done.contains(case.id()) {
            wrong.push(format!("{}: nothing was ever done", case.id()));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} complaints:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(done.len(), cases.len());
}

#[tokio::test]
async fn wrong_bodies_are_refused_by_the_rule_they_break() {
    let documents = documents();
    let play = Play::start().await;
    let mut wrong = Vec::new();
    let mut tried = 0;
    for case in &cases(&documents) {
        let Some((media, schema)) = case.body() else {
            continue;
        };
        let scene = Scene::fresh(&play).await;
        let known = scene.known_for(case.id());
        let validator = case.validator(schema);
        let mut bodies = BTreeMap::new();
        for seed in 0..=CASES {
            let body = sampler(case, &known, seed).value("", schema);
            for (word, spoilt) in spoilt(&body) {
                // A form has texts only.
                let told = media == "application/json" || word.contains("Remove") || word.contains("Add");
                if told && !validator.is_valid(&spoilt) {
                    bodies.entry(word).or_insert(spoilt);
                }
            }
        }
        assert!(
            !bodies.is_empty(),
            "{}: nothing can be wrong with its body",
            case.id()
        );
        for (word, body) in bodies {
            if media != "application/json" && !body.is_object() {
                continue;
            }
            tried += 1;
            let query = right_query(case, &mut sampler(case, &known, 0));
            let answer = play
                .send(with_body(scene.request(case, &known, &query), media, &body))
                .await;
            wrong.extend(refused(case, &answer).map(|why| format!("{} {word}: {why}", case.id())));
        }
        let query = right_query(case, &mut sampler(case, &known, 0));
        let labelled = scene
            .request(case, &known, &query)
            .header("content-type", "text/plain")
            .body("{}");
        let answer = play.send(labelled).await;
        wrong.extend(refused(case, &answer).map(|why| format!("{} labelled as text: {why}", case.id())));
    }
    assert!(tried > 500, "{tried} are too few to mean much");
    assert!(
        wrong.is_empty(),
        "{} of {tried}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// What is wrong with a refusal, if anything is.
fn refused(case: &Case<'_>, answer: &Answer) -> Option<String> {
    if answer.status != 400 {
        return Some(format!("{} {}", answer.status, answer.text));
    }
    let rule = answer.header(RULE);
    if !rule.starts_with(case.id()) {
        return Some(format!("the rule is {rule:?}"));
    }
    let error = &case.document["components"]["schemas"];
    let error = error.get("Errors").or(error.get("Error")).unwrap();
    let body = answer.json();
    let complaint = case
        .validator(error)
        .iter_errors(&body)
        .next()
        .map(|error| error.to_string());
    complaint.map(|complaint| format!("{complaint}: {}", answer.text))
}

#[tokio::test]
async fn wrong_queries_are_refused_by_the_rule_they_break() {
    let documents = documents();
    let play = Play::start().await;
    let mut wrong = Vec::new();
    for case in &cases(&documents) {
        let scene = Scene::fresh(&play).await;
        let known = scene.known_for(case.id());
        let right = right_query(case, &mut sampler(case, &known, 0));
        let mut queries: Vec<Vec<(String, String)>> = vec![
            right
                .iter()
                .cloned()
                .chain([("sim_unexpected".to_owned(), "1".to_owned())])
                .collect(),
        ];
        for parameter in case.parameters() {
            let name = parameter["name"].as_str().unwrap();
            let others = right.iter().filter(|(other, _)| other != name).cloned();
            if parameter["required"] == true {
                queries.push(others.clone().collect());
            }
            let schema = &parameter["schema"];
            let item = if schema["type"] == "array" {
                &schema["items"]
            } else {
                schema
            };
            let choosy = item.get("enum").is_some()
                || item.get("format").is_some()
                || ["integer", "boolean"].contains(&item["type"].as_str().unwrap_or_default());
            if choosy {
                queries.push(
                    others
                        .chain([(name.to_owned(), "sim no choice".to_owned())])
                        .collect(),
                );
            }
        }
        for query in queries {
            let mut request = scene.request(case, &known, &query);
            if let Some((media, schema)) = case.body() {
                request = with_body(request, media, &sampler(case, &known, 0).value("", schema));
            }
            let answer = play.send(request).await;
            wrong.extend(refused(case, &answer).map(|why| format!("{} {query:?}: {why}", case.id())));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn loose_leaves_the_documents_aside() {
    let sandbox = sandbox::Sandbox::start(sandbox::Options {
        loose: true,
        ..sandbox::Options::default()
    })
    .await
    .unwrap();
    let play = Play {
        about: sandbox.description(),
        sandbox,
        http: crate::play::client(),
    };
    let token = play.access_token().await;
    let answer = play.get_as(&token, &play.dfo("channels?sim_unexpected=1")).await;
    assert_eq!((answer.status.as_u16(), answer.header(RULE)), (200, ""));
}
