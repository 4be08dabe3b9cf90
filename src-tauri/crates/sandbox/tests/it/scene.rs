//! The operations of the CXone documents, and a tenant prepared so that each can be called.

use std::collections::BTreeMap;
use std::path::Path;

use jsonschema::{Draft, Validator};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::play::{Answer, Play};

/// An operation of a document.
pub struct Case<'a> {
    pub document: &'a Value,
    pub path: &'a str,
    pub method: Method,
    pub operation: &'a Value,
}

/// The documents of the hosts that play CXone.
pub fn documents() -> Vec<Value> {
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

pub fn cases(documents: &[Value]) -> Vec<Case<'_>> {
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
    pub fn id(&self) -> &str {
        self.operation["operationId"].as_str().unwrap()
    }

    pub fn validator(&self, schema: &Value) -> Validator {
        let root = json!({ "components": self.document["components"], "allOf": [schema] });
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&root)
            .unwrap()
    }

    /// The declared answer of a status.
    pub fn declared(&self, status: u16) -> Option<&Value> {
        let answer = self.operation["responses"].get(status.to_string())?;
        match answer["$ref"].as_str() {
            Some(at) => self.document.pointer(at.trim_start_matches('#')),
            None => Some(answer),
        }
    }

    /// What is wrong with an answer: its status or its body is not declared.
    pub fn undeclared(&self, answer: &Answer) -> Option<String> {
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

    pub fn parameters(&self) -> Vec<&Value> {
        let all = self.operation["parameters"].as_array().into_iter().flatten();
        all.filter(|parameter| parameter["in"] == "query").collect()
    }

    /// The body's media type and schema.
    pub fn body(&self) -> Option<(&str, &Value)> {
        let content = self.operation["requestBody"]["content"].as_object()?;
        let (media, value) = content.iter().next()?;
        Some((media, &value["schema"]))
    }
}

/// A prepared tenant: what paths and fields can name.
pub struct Scene<'a> {
    play: &'a Play,
    token: String,
    known: BTreeMap<String, Value>,
}

impl Scene<'_> {
    pub async fn fresh(play: &Play) -> Scene<'_> {
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

    pub async fn call(&self, method: Method, url: &str, body: Value) -> Value {
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

    pub async fn fill(&mut self) {
        let play = self.play;
        let channel = self.call(Method::GET, &play.dfo("channels"), Value::Null).await[0].clone();
        let id = channel["id"].as_str().unwrap().to_owned();
        let able: serde_json::Map<String, Value> = [
            "id",
            "idOnExternalPlatform",
            "realExternalPlatformId",
            "name",
            "channelIntegrationId",
            "hasTreeStructure",
            "isPrivate",
        ]
        .into_iter()
        .map(|name| (name.to_owned(), channel[name].clone()))
        .chain(
            ["hasAbilityToLike", "hasAbilityToShare", "hasAbilityToDelete"]
                .into_iter()
                .map(|name| (name.to_owned(), json!(true))),
        )
        .collect();
        self.call(Method::POST, &play.dfo("channels"), able.into()).await;
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
        let other = json!({
            "authorCustomerIdentity": { "idOnExternalPlatform": "sim_user_2" },
            "messageContent": { "type": "TEXT", "payload": { "text": "Hello" } },
        });
        self.call(Method::POST, &play.dfo(&format!("channels/{id}/inbound")), other)
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
        let signed_in = play.sign_in().await.json();
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
            ("messageIdOnExternalPlatform", json!("sim_m1")),
            ("thread", json!({ "idOnExternalPlatform": "sim_thread_1" })),
            ("tagId", json!("1")),
            ("ident", json!("sim_field")),
            ("noteId", noted["id"].clone()),
            ("customerNoteId", by_customer["id"].clone()),
            ("customerId", json!(customer)),
            ("customerToMerge", json!({ "id": customers["data"][1]["id"] })),
            ("content", json!("c2lt")),
            ("redirectUrl", json!("http://127.0.0.1/back")),
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
            ("refreshToken", signed_in["refresh_token"].clone()),
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
    pub fn known_for(&self, id: &str) -> BTreeMap<String, Value> {
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
            "refreshToken" => same("token", "refreshToken"),
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
            "whoami" => {
                known.insert("token".to_owned(), json!(self.token));
            }
            "saveScript" => {
                let begin = json!({ "actionId": 1, "name": "BEGIN", "label": "Begin", "xws": 0, "yws": 0 });
                known.insert("actions".to_owned(), json!({ "1": begin }));
                for name in ["properties", "branches"] {
                    known.insert(name.to_owned(), json!({}));
                }
            }
            _ => {}
        }
        known
    }

    pub fn request(
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
