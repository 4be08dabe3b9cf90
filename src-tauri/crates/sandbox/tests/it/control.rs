//! The sandbox's own control addresses.

use reqwest::Method;
use sandbox::{Disturbance, Effect, Fault, Glance};
use serde_json::{Value, json};

use crate::cxone::Line;
use crate::play::{Answer, Play};

struct Desk {
    play: Play,
    url: String,
    token: String,
}

impl Desk {
    async fn start() -> Desk {
        let play = Play::start().await;
        let control = play.about.control.clone().unwrap();
        Desk {
            play,
            url: control.url,
            token: control.token,
        }
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Answer {
        let request = self
            .play
            .http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.token);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        self.play.send(request).await
    }

    async fn glance(&self) -> Glance {
        let answer = self.call(Method::GET, "/state", Value::Null).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        serde_json::from_str(&answer.text).unwrap()
    }
}

#[tokio::test]
async fn nobody_steers_without_the_token_of_this_start() {
    let (one, two) = (Desk::start().await, Desk::start().await);
    assert_ne!(one.token, two.token);
    for token in ["", "sim_other", &two.token] {
        for path in ["/state", "/reset", "/nothing", ""] {
            let url = format!("{}{path}", one.url);
            let answer = one.play.send(one.play.http.post(url).bearer_auth(token)).await;
            assert_eq!(
                (answer.status.as_u16(), &answer.json()["code"]),
                (401, &json!("token")),
                "{path}"
            );
        }
    }
    let vendor = one.play.access_token().await;
    let answer = one.play.get_as(&vendor, &format!("{}/state", one.url)).await;
    assert_eq!(
        answer.status, 401,
        "a token of the simulated tenant is none of the sandbox"
    );
    assert!(
        !format!("{:?}", one.play.about).contains(&one.token),
        "and it is not printed by accident"
    );
}

#[tokio::test]
async fn faults_and_switches_are_set_by_name() {
    let desk = Desk::start().await;
    let put = async |path: &str, body: Value| desk.call(Method::PUT, path, body).await;
    assert_eq!(put("/faults/digital-off", Value::Null).await.status, 204);
    assert_eq!(
        put("/switches/list-lag", json!({ "choice": "three-seconds" }))
            .await
            .status,
        204
    );
    let seen = desk.glance().await;
    assert_eq!(seen.faults, ["digital-off"]);
    assert_eq!(
        (seen.switches.len(), seen.switches[0].choice.as_str()),
        (1, "three-seconds")
    );
    let rows = desk.call(Method::GET, "/faults", Value::Null).await.json();
    let on: Vec<&Value> = rows
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["on"] == true)
        .collect();
    assert_eq!(
        (on.len(), &on[0]["check"], &on[0]["kind"]),
        (1, &json!("HD-308"), &json!("server"))
    );
    assert_eq!(
        desk.call(Method::DELETE, "/faults/digital-off", Value::Null)
            .await
            .status,
        204
    );
    assert!(desk.play.sandbox.faults().is_empty());
    for (path, body, status, code) in [
        ("/faults/no-such", Value::Null, 404, "unknown_fault"),
        ("/faults/keychain-slow", Value::Null, 409, "local_fault"),
        (
            "/switches/no-such",
            json!({ "choice": "x" }),
            404,
            "unknown_switch",
        ),
        (
            "/switches/list-lag",
            json!({ "choice": "x" }),
            400,
            "unknown_choice",
        ),
        ("/switches/list-lag", json!({ "value": "none" }), 400, "bad_body"),
        (
            "/agents/1/state",
            json!({ "state": "Available" }),
            404,
            "nothing_here",
        ),
        ("/agents/1/state", json!({ "state": "Asleep" }), 400, "bad_body"),
        (
            "/integrations/sim_x",
            json!({ "client_id": "x" }),
            404,
            "nothing_here",
        ),
        ("/integrations/sim_x", json!({ "colour": "x" }), 400, "bad_body"),
        ("/roles/Nobody", json!({ "reply": false }), 404, "nothing_here"),
        ("/nothing", Value::Null, 404, "nothing_here"),
        ("/state", Value::Null, 405, "method"),
    ] {
        let answer = put(path, body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (status, &json!(code)),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_reset_leads_back_to_the_start_and_repeats_the_same_ids() {
    let desk = Desk::start().await;
    let before = desk.glance().await;
    let story = async || {
        let token = desk.play.access_token().await;
        let channel = before.channels[0].id.clone();
        let body = json!({
            "authorCustomerIdentity": { "idOnExternalPlatform": "sim_user" },
            "messageContent": { "type": "TEXT", "payload": { "text": "Hello" } },
        });
        let url = desk.play.dfo(&format!("channels/{channel}/inbound"));
        let answer = desk
            .play
            .send(desk.play.http.post(url).bearer_auth(&token).json(&body))
            .await;
        let contact = answer.json()["contact"].clone();
        (
            contact["contactId"].clone(),
            contact["threadId"].clone(),
            answer.header("x-trace-id").to_owned(),
        )
    };
    let first = story().await;
    let token = desk.play.access_token().await;
    desk.call(Method::PUT, "/faults/token-60s", Value::Null).await;
    desk.call(Method::PUT, "/switches/throttle", json!({ "choice": "off" }))
        .await;
    desk.call(Method::PUT, "/slowness", json!({ "ms": 5 })).await;
    desk.call(
        Method::POST,
        "/disturbances",
        json!({ "host": "api", "effect": { "kind": "reset" } }),
    )
    .await;
    desk.call(Method::POST, "/clock", json!({ "seconds": 90 })).await;
    let channel = desk.play.dfo(&format!("channels/{}", before.channels[0].id));
    desk.play
        .send(desk.play.http.delete(channel).bearer_auth(&token))
        .await;
    let changed = desk.glance().await;
    assert_eq!(
        (changed.ahead_seconds, changed.slowness_ms, changed.channels.len()),
        (90, 5, 2)
    );
    assert!(changed.contacts.len() == 1 && changed.disturbances.len() == 1);

    assert_eq!(desk.call(Method::POST, "/reset", Value::Null).await.status, 204);
    let mut after = desk.glance().await;
    after.now = before.now.clone();
    assert_eq!(after, before);
    assert_eq!(
        desk.play.get_as(&token, &desk.play.dfo("channels")).await.status,
        401,
        "tokens are gone"
    );
    desk.call(Method::POST, "/reset", Value::Null).await;
    let again = story().await;
    assert_eq!((&again.0, &again.1), (&first.0, &first.1));
}

#[tokio::test]
async fn an_agent_is_played_over_the_wire() {
    let line = Line::start().await;
    let contact = line.contact("sim_t1").await;
    let control = line.play.about.control.clone().unwrap();
    let call = async |method: Method, path: &str, body: Value| {
        let request = line.play.http.request(method, format!("{}{path}", control.url));
        let request = request.bearer_auth(&control.token);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        line.play.send(request).await
    };
    let act = async |body: Value| call(Method::POST, &format!("/contacts/{contact}/act"), body).await;
    let refused = act(json!({ "act": "reply", "text": "Too early" })).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["code"]),
        (409, &json!("not_theirs"))
    );
    let accepted = act(json!({ "act": "accept" })).await.json();
    assert_eq!(accepted["status"], "open");
    let replied = act(json!({ "act": "reply", "text": "Good morning" }))
        .await
        .json();
    let message = &replied["messages"][1];
    assert_eq!(
        (&message["text"], &message["delivered"], &message["failure"]),
        (&json!("Good morning"), &json!(false), &json!("box_status: 404")),
        "no chat stands behind this thread"
    );
    assert_eq!(act(json!({ "act": "typing", "on": true })).await.status, 200);
    assert_eq!(act(json!({ "act": "dance" })).await.json()["code"], "bad_body");
    let open = call(Method::GET, "/contacts?status=open", Value::Null)
        .await
        .json();
    assert_eq!(open.as_array().unwrap().len(), 1);
    let agent = accepted["agent"].as_u64().unwrap();
    let state = call(
        Method::PUT,
        &format!("/agents/{agent}/state"),
        json!({ "state": "LoggedOut" }),
    )
    .await;
    assert_eq!(state.status, 204);
    let states = line
        .acd(Method::GET, &format!("agents/{agent}/states"), Value::Null)
        .await
        .json();
    assert_eq!(
        (
            &states["agentStates"][0]["agentStateName"],
            &states["agentStates"][0]["openContacts"]
        ),
        (&json!("LoggedOut"), &json!(1))
    );
    assert_eq!(act(json!({ "act": "close" })).await.json()["status"], "closed");
    let none = call(Method::GET, "/contacts/1", Value::Null).await;
    assert_eq!(none.status, 404);
    let role = json!({ "reply": false, "barred": [line.channel] });
    assert_eq!(call(Method::PUT, "/roles/Administrator", role).await.status, 204);
    let detail = line
        .dfo(Method::GET, &format!("contacts/{contact}/detail"), Value::Null)
        .await
        .json();
    assert_eq!(
        (
            &detail["permissions"]["canReply"],
            &detail["permissions"]["canAssign"]
        ),
        (&json!(false), &json!(false))
    );
    let add = call(Method::POST, "/add-action", Value::Null).await.json();
    assert!(
        add["url"]
            .as_str()
            .unwrap()
            .contains("/handover/niceCxOne/add?userId=")
    );
}

#[tokio::test]
async fn the_control_addresses_are_never_disturbed() {
    let desk = Desk::start().await;
    let everywhere = Disturbance {
        host: None,
        method: None,
        path: None,
        calls: Vec::new(),
        effect: Effect::Reset,
    };
    desk.play.sandbox.disturb(everywhere).unwrap();
    assert_eq!(desk.glance().await.disturbances[0].seen, 0);
    assert_eq!(
        desk.call(Method::DELETE, "/disturbances", Value::Null)
            .await
            .status,
        204
    );
    assert_eq!(desk.play.sign_in().await.status, 200);
    let bad = desk
        .call(
            Method::POST,
            "/disturbances",
            json!({ "effect": { "kind": "status", "status": 200 } }),
        )
        .await;
    assert_eq!(
        (bad.status.as_u16(), &bad.json()["code"]),
        (400, &json!("bad_disturbance"))
    );
    let id = desk
        .call(
            Method::POST,
            "/disturbances",
            json!({ "effect": { "kind": "reset" } }),
        )
        .await
        .json()["id"]
        .clone();
    let path = format!("/disturbances/{id}");
    assert_eq!(desk.call(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(desk.call(Method::DELETE, &path, Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_handover_is_played_by_control_addresses_alone() {
    let desk = Desk::start().await;
    let acts = json!({ "acts": [{ "act": "accept" }, { "act": "reply", "text": "Good morning" }, { "act": "close" }] });
    assert_eq!(desk.call(Method::PUT, "/agent", acts).await.status, 204);
    let chat = "/chats/sim_user/sim_session_1";
    let said = desk.call(Method::POST, chat, json!({ "text": "human" })).await;
    assert_eq!(said.status, 200, "{}", said.text);
    let customer = desk.play.sandbox.customer("sim_user", "sim_session_1");
    desk.play
        .until("four lines", || customer.lines().len() >= 4)
        .await;
    let view = desk.call(Method::GET, chat, Value::Null).await.json();
    assert_eq!(view["stage"], "bot");
    let line = |speaker: &str, text: &str, buttons: Value| json!({ "speaker": speaker, "text": text, "buttons": buttons, "name": null });
    assert_eq!(
        view["lines"],
        json!([
            line("user", "human", json!([])),
            line("bot", "A colleague will be with you soon.", json!(["Cancel"])),
            line("agent", "Good morning", json!([])),
            line("bot", "You are back with the bot.", json!([])),
        ])
    );
    for (path, body, status, code) in [
        ("/agent", json!({ "acts": [{ "act": "dance" }] }), 400, "bad_body"),
        (
            "/channels/sim_nothing/skill",
            json!({ "skill": 1 }),
            404,
            "nothing_here",
        ),
    ] {
        let refused = desk.call(Method::PUT, path, body).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.json()["code"]),
            (status, &json!(code))
        );
    }
    desk.play.sandbox.set_fault(Fault::EndpointInactive, true);
    let refused = desk.call(Method::POST, chat, json!({ "text": "human" })).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["code"]),
        (409, &json!("inactive"))
    );
}
