//! The CXone side as a story: a contact from its first message to its end, told by calls of the Digital API alone.

use std::time::Duration;

use reqwest::Method;
use sandbox::switch::Switches;
use sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

use crate::play::{Answer, Play};

/// A caller of the Digital API with the key owner's token.
pub struct Line {
    pub play: Play,
    pub token: String,
    pub channel: String,
}

impl Line {
    pub async fn start() -> Line {
        Line::on(Play::start().await).await
    }

    pub async fn switched(set: &[(&str, &str)]) -> Line {
        let mut switches = Switches::default();
        for (name, choice) in set {
            switches.set(name, choice).unwrap();
        }
        Line::on(Play::switched(switches).await).await
    }

    async fn on(play: Play) -> Line {
        let token = play.access_token().await;
        let channel = play.channel().await["id"].as_str().unwrap().to_owned();
        Line { play, token, channel }
    }

    pub fn sandbox(&self) -> &Sandbox {
        &self.play.sandbox
    }

    pub async fn dfo(&self, method: Method, path: &str, body: Value) -> Answer {
        self.called(method, self.play.dfo(path), body).await
    }

    pub async fn acd(&self, method: Method, path: &str, body: Value) -> Answer {
        self.called(method, self.play.acd(path), body).await
    }

    pub async fn called(&self, method: Method, url: String, body: Value) -> Answer {
        let request = self.play.http.request(method, url).bearer_auth(&self.token);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        self.play.send(request).await
    }

    /// A message of the end user.
    pub async fn says(&self, thread: &str, id: &str, text: &str) -> Answer {
        let body = json!({
            "idOnExternalPlatform": id, "direction": "inbound",
            "createdAtWithMilliseconds": "2026-03-02T09:15:30.120+00:00",
            "thread": { "idOnExternalPlatform": thread },
            "messageContent": { "type": "TEXT", "payload": { "text": text } },
            "authorEndUserIdentity": { "idOnExternalPlatform": "sim_user_1", "nickname": "sim_user" },
        });
        self.dfo(Method::POST, &format!("channels/{}/messages", self.channel), body)
            .await
    }

    /// Opens a contact and gives its number.
    pub async fn contact(&self, thread: &str) -> u64 {
        let answer = self
            .says(thread, &format!("{thread}_first"), "I need a person")
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        number(&answer.json()["consumerContact"])
    }

    pub async fn status(&self, contact: u64) -> String {
        let answer = self
            .dfo(Method::GET, &format!("contacts/{contact}"), Value::Null)
            .await;
        answer.json()["status"].as_str().unwrap().to_owned()
    }

    pub async fn set_status(&self, contact: u64, status: &str) -> u16 {
        let path = format!("contacts/{contact}/status");
        let answer = self.dfo(Method::PUT, &path, json!({ "status": status })).await;
        answer.status.as_u16()
    }

    /// Assigns to the first agent of the routing skill, whose digital id is returned.
    pub async fn assign(&self, contact: u64) -> Answer {
        let skill = self.play.profile("/routing_skill");
        let agents = self
            .acd(Method::GET, &format!("skills/{skill}/agents"), Value::Null)
            .await
            .json();
        let user = agents["agentSkillAssignments"][0]["userId"].clone();
        let path = format!("contacts/{contact}/inbox-assignment");
        self.dfo(Method::PUT, &path, json!({ "inboxAssigneeCxoneId": user }))
            .await
    }
}

pub fn number(contact: &Value) -> u64 {
    contact["id"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_contact_goes_from_new_to_closed_and_its_thread_to_another_one() {
    let line = Line::start().await;
    let first = line.contact("sim_t1").await;
    assert_eq!(line.status(first).await, "new");
    let shown = line
        .dfo(Method::GET, &format!("contacts/{first}"), Value::Null)
        .await
        .json();
    assert_eq!(
        shown["skillId"].to_string(),
        line.play.profile("/routing_skill"),
        "routed"
    );

    let again = line.says("sim_t1", "sim_m2", "Are you there?").await.json();
    assert_eq!(
        number(&again["consumerContact"]),
        first,
        "the same contact while it is not closed"
    );

    assert_eq!(line.assign(first).await.status, 200);
    assert_eq!(line.status(first).await, "open");
    assert_eq!(line.set_status(first, "resolved").await, 204);
    assert_eq!(line.set_status(first, "closed").await, 204);
    assert_eq!(line.status(first).await, "closed");
    assert_eq!(line.assign(first).await.status, 400, "it is over");

    let second = line.says("sim_t1", "sim_m3", "Hello again").await.json();
    assert_ne!(number(&second["consumerContact"]), first);
    let messages = line
        .dfo(Method::GET, &format!("contacts/{first}/messages"), Value::Null)
        .await
        .json();
    assert_eq!(messages["hits"], 2);
}

#[tokio::test]
async fn open_questions_are_settled_by_switches() {
    let line = Line::switched(&[
        ("closed-contact", "reopen"),
        ("repeated-message", "refuse"),
        ("contact-opens", "routed"),
        ("token-refusal", "401"),
        ("skill-detail", "wrapped"),
    ])
    .await;
    let first = line.contact("sim_t1").await;
    assert_eq!(line.status(first).await, "open", "with its queue");
    assert_eq!(line.says("sim_t1", "sim_t1_first", "Once more").await.status, 409);
    line.set_status(first, "closed").await;
    let again = line.says("sim_t1", "sim_m2", "Hello").await.json();
    assert_eq!(number(&again["consumerContact"]), first);
    assert_eq!(line.status(first).await, "open", "opened again");

    let mut form = line.play.password_form();
    form.retain(|(name, _)| *name != "password");
    form.push(("password", "wrong".to_owned()));
    assert_eq!(line.play.token_request(form, true).await.status, 401);
    let form = vec![("grant_type", "sim_other".to_owned())];
    assert_eq!(
        line.play.token_request(form, true).await.status,
        400,
        "not the credentials"
    );

    let skill = line.play.profile("/routing_skill");
    let wrapped = line
        .acd(Method::GET, &format!("skills/{skill}"), Value::Null)
        .await
        .json();
    assert_eq!(wrapped["skills"][0]["skillId"].to_string(), skill);
}

#[tokio::test]
async fn a_token_request_in_json_is_read_where_the_switch_says_so() {
    let line = Line::switched(&[("token-body", "json-too")]).await;
    let play = &line.play;
    let body: serde_json::Map<String, Value> = play
        .password_form()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    let request = play
        .http
        .post(format!("{}/auth/token", play.about.issuer))
        .basic_auth(play.env("CLIENT_ID"), Some(play.env("CLIENT_SECRET")))
        .json(&body);
    assert_eq!(play.send(request).await.status, 200);
}

#[tokio::test]
async fn new_things_are_missing_from_lists_for_as_long_as_the_lag_says() {
    let line = Line::switched(&[("list-lag", "three-seconds")]).await;
    let contact = line.contact("sim_t1").await;
    let campaigns = line.acd(Method::GET, "campaigns", Value::Null).await.json();
    let skill = json!({ "skills": [{
        "skillName": "Sandbox new", "mediaTypeId": 9, "campaignId": campaigns["campaigns"][0]["id"],
    }] });
    let made = line.acd(Method::POST, "skills", skill).await.json();
    assert_eq!(
        (&made["errorCount"], &made["skillsResults"][0]["success"]),
        (&json!(0), &json!(true))
    );
    let counts = async || {
        let contacts = line.dfo(Method::GET, "contacts", Value::Null).await.json()["hits"].clone();
        let skills = line.acd(Method::GET, "skills", Value::Null).await.json()["totalRecords"].clone();
        (contacts, skills)
    };
    // One contact is from before the start.
    assert_eq!(counts().await, (json!(1), json!(3)));
    assert_eq!(line.status(contact).await, "new", "but each is there by itself");
    line.sandbox().advance(Duration::from_secs(3));
    assert_eq!(counts().await, (json!(2), json!(4)));
}

#[tokio::test]
async fn signals_and_active_contacts_go_by_the_script() {
    let line = Line::start().await;
    line.sandbox().set_fault(Fault::ContactStuckNew, true);
    let contact = line.contact("sim_t1").await;
    let active = async || {
        line.acd(Method::GET, "contacts/active?mediaTypeId=9", Value::Null)
            .await
            .json()
    };
    assert_eq!(
        active().await["activeContacts"][0]["skillId"],
        Value::Null,
        "stuck without a queue"
    );
    line.sandbox().set_fault(Fault::ContactStuckNew, false);
    let signal = async |word: &str| {
        let path = format!("interactions/{contact}/signal?p1={word}");
        line.acd(Method::POST, &path, Value::Null).await.status.as_u16()
    };
    assert_eq!(signal("Escalate").await, 202);
    let skill = active().await["activeContacts"][0]["skillId"].to_string();
    assert_eq!(skill, line.play.profile("/routing_skill"));
    line.sandbox().set_fault(Fault::ScriptNoEndEscalation, true);
    assert_eq!(signal("End").await, 202);
    assert_eq!(line.status(contact).await, "new", "nothing in the script listens");
    line.sandbox().set_fault(Fault::ScriptNoEndEscalation, false);
    assert_eq!(signal("End").await, 202);
    assert_eq!(line.status(contact).await, "closed");
    let none = line.acd(Method::GET, "contacts/active", Value::Null).await;
    assert_eq!(none.status, 204);
    let missing = line
        .acd(Method::POST, "interactions/1/signal?p1=End", Value::Null)
        .await;
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn a_script_without_escalation_hands_nothing_over() {
    for fault in [
        Fault::ScriptNoEscalate,
        Fault::ScriptMissing,
        Fault::ChannelNoScript,
        Fault::ChannelNoSkill,
    ] {
        let line = Line::start().await;
        line.sandbox().set_fault(fault, true);
        let contact = line.contact("sim_t1").await;
        let shown = line
            .dfo(Method::GET, &format!("contacts/{contact}"), Value::Null)
            .await
            .json();
        assert_eq!(shown["routingQueueId"], Value::Null, "{fault}");
    }
}

#[tokio::test]
async fn a_role_without_a_right_is_refused_and_shown_so() {
    for (fault, replies, assigns) in [
        (Fault::RoleNoChannel, false, false),
        (Fault::RoleNoReply, false, true),
        (Fault::RoleNoAssign, true, false),
    ] {
        let line = Line::start().await;
        let contact = line.contact("sim_t1").await;
        line.sandbox().set_fault(fault, true);
        let detail = line
            .dfo(Method::GET, &format!("contacts/{contact}/detail"), Value::Null)
            .await
            .json();
        let permissions = &detail["permissions"];
        assert_eq!(
            (&permissions["canReply"], &permissions["canAssign"]),
            (&json!(replies), &json!(assigns)),
            "{fault}"
        );
        let assigned = line.assign(contact).await.status.as_u16();
        assert_eq!(assigned, if assigns { 200 } else { 403 }, "{fault}");
        let reply = json!({
            "messageContent": { "type": "TEXT", "payload": { "text": "Hello" } },
            "thread": { "idOnExternalPlatform": "sim_t1" },
        });
        let replied = line
            .dfo(
                Method::POST,
                &format!("channels/{}/outbound", line.channel),
                reply,
            )
            .await;
        assert_eq!(replied.status, if replies { 201 } else { 403 }, "{fault}");
        line.sandbox()
            .set_switch("role-enforcement", "shown-only")
            .unwrap();
        assert_eq!(line.assign(contact).await.status, 200, "{fault}");
    }
}

#[tokio::test]
async fn a_channel_that_rejects_messages_says_what_is_wrong() {
    let line = Line::start().await;
    line.sandbox().set_fault(Fault::MessageRejected, true);
    let refused = line.says("sim_t1", "sim_m1", "Hello").await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["errors"][0]["field"], "messageContent");
}
