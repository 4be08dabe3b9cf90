//! The install against a CXone that a test plays: the calls of Save, and the life of a handover as CXone sees it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::response::Response;
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::answer;
use crate::cognigy::bot::Output;
use crate::cognigy::chat::hear;
use crate::cognigy::install::{Endpoint, Level, ProvisioningStatus, Source};
use crate::cognigy::relay;
use crate::cognigy::sample::INTEGRATION_ID;
use crate::cognigy::save;
use crate::cognigy::session::{Key, Reply, Stage};
use crate::server::Addresses;
use crate::state::Sim;
use crate::switch::Switches;

/// Calls that came, and what is refused.
#[derive(Default)]
struct Cxone {
    calls: Mutex<Vec<(Method, String, Value)>>,
    refused: Mutex<Option<(&'static str, u16)>>,
    channels: Mutex<Vec<Value>>,
    /// An agent so quick that the answer comes before CXone has confirmed the first message.
    quick: Mutex<Option<Arc<Sim>>>,
    /// Tells of the end of an earlier contact before the first message is confirmed.
    late: Mutex<Option<Arc<Sim>>>,
}

impl Cxone {
    async fn answer(&self, base: SocketAddr, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let body: Bytes = body.collect().await.unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let path = parts.uri.to_string();
        self.calls
            .lock()
            .unwrap()
            .push((parts.method.clone(), path.clone(), body.clone()));
        if let Some((part, status)) = *self.refused.lock().unwrap()
            && path.contains(part)
        {
            return answer::json(
                StatusCode::from_u16(status).unwrap(),
                &json!({ "error": "invalid_client" }),
            );
        }
        match (parts.method.as_str(), parts.uri.path()) {
            (_, "/.well-known/openid-configuration") => {
                answer::ok(&json!({ "token_endpoint": format!("http://{base}/auth/token") }))
            }
            (_, "/auth/token") => answer::ok(&json!({ "access_token": "sim_token" })),
            ("GET", "/dfo/3.0/channels") => answer::ok(&Value::Array(self.channels.lock().unwrap().clone())),
            ("POST", "/dfo/3.0/channels") => {
                let mut channels = self.channels.lock().unwrap();
                channels.retain(|of| of["id"] != body["id"]);
                channels.push(body);
                answer::json(StatusCode::CREATED, &json!({}))
            }
            ("POST", path) if path.ends_with("/messages") => {
                let late = self.late.lock().unwrap().take();
                if let Some(sim) = late {
                    let thread = body["thread"]["idOnExternalPlatform"].as_str().unwrap();
                    relay::released(&sim, thread, Some("203")).unwrap();
                }
                let quick = self.quick.lock().unwrap().take();
                if let Some(sim) = quick {
                    let thread = body["thread"]["idOnExternalPlatform"].as_str().unwrap();
                    relay::agent_says(&sim, thread, words("So quick"), &Value::Null)
                        .await
                        .unwrap();
                    relay::released(&sim, thread, Some("204")).unwrap();
                }
                answer::json(
                    StatusCode::CREATED,
                    &json!({ "consumerContact": { "id": "204", "threadId": "t" } }),
                )
            }
            ("GET", path) if path.starts_with("/dfo/3.0/contacts/") => {
                answer::ok(&json!({ "inboxAssigneeUser": { "firstName": "Sim", "surname": "Agent" } }))
            }
            ("DELETE" | "PUT", _) => answer::empty(),
            _ => answer::ok(&json!({})),
        }
    }

    /// Bodies of the calls whose path ends so.
    fn bodies(&self, method: &Method, end: &str) -> Vec<Value> {
        let calls = self.calls.lock().unwrap();
        calls
            .iter()
            .filter(|(of, path, _)| of == method && path.ends_with(end))
            .map(|(_, _, body)| body.clone())
            .collect()
    }

    fn texts(&self) -> Vec<String> {
        let messages = self.bodies(&Method::POST, "/messages");
        messages
            .iter()
            .map(|body| {
                body["messageContent"]["payload"]["text"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    }
}

struct Scene {
    sim: Arc<Sim>,
    cxone: Arc<Cxone>,
    key: Key,
    endpoint: Endpoint,
}

async fn scene(switches: Switches) -> Scene {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let at = listener.local_addr().unwrap();
    let cxone = Arc::new(Cxone::default());
    let playing = cxone.clone();
    let router = Router::new().fallback(move |request: Request| {
        let playing = playing.clone();
        async move { playing.answer(at, request).await }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    let addresses = Addresses {
        issuer: at,
        api: at,
        digital: at,
        userhub: at,
        events: at,
        endpoint: at,
        cognigy_api: at,
        expired: at,
        refused: at,
    };
    let sim = Arc::new(Sim::new(0, Default::default(), switches, false, addresses));
    let endpoint = sim.cognigy.install().endpoints[0].clone();
    let key = Key {
        user: "sim_user_1".to_owned(),
        session: "sim_session_1".to_owned(),
    };
    Scene {
        sim,
        cxone,
        key,
        endpoint,
    }
}

fn words(text: &str) -> Reply {
    Reply {
        text: Some(text.to_owned()),
        data: Value::Null,
    }
}

fn texts(said: &[Output]) -> Vec<&str> {
    said.iter()
        .map(|output| output.text.as_deref().unwrap())
        .collect()
}

const ACCEPTED: &str = "A colleague will be with you soon.";

impl Scene {
    async fn say(&self, text: &str) -> Vec<Output> {
        hear(&self.sim, &self.key, &self.endpoint, text, Value::Null).await
    }

    async fn agent(&self, text: &str) {
        relay::agent_says(&self.sim, &self.key.session, words(text), &Value::Null)
            .await
            .unwrap();
    }

    fn stage(&self) -> Option<Stage> {
        let handover = self
            .sim
            .cognigy
            .sessions
            .known(&self.key, |session| session.handover.clone());
        handover.flatten().map(|handover| handover.stage)
    }

    /// What the session has seen, once all that was set off has happened.
    async fn turns(&self) -> Vec<(Source, String)> {
        self.sim.tasks.close();
        self.sim.tasks.wait().await;
        self.sim.tasks.reopen();
        let install = self.sim.cognigy.install();
        let own = install
            .turns
            .iter()
            .filter(|turn| turn.session_id == self.key.session);
        own.map(|turn| (turn.source, turn.input_text.clone())).collect()
    }

    fn errors(&self) -> Vec<String> {
        let install = self.sim.cognigy.install();
        let errors = install.logs.iter().filter(|entry| entry.level == Level::Error);
        errors
            .map(|entry| format!("{} {}", entry.msg, entry.meta))
            .collect()
    }

    fn provider(&self) -> String {
        self.sim.cognigy.install().providers[0].id.clone()
    }
}

#[tokio::test]
async fn a_handover_goes_its_whole_way_and_a_second_one_after_it() {
    let scene = scene(Switches::default()).await;
    assert_eq!(
        texts(&scene.say("hello").await),
        ["I am the sandbox's bot. Say human to reach a person."]
    );
    let said = scene.say("a human please").await;
    assert_eq!(texts(&said), [ACCEPTED]);
    let button = &said[0].data["_cognigy"]["_webchat"]["message"]["quick_replies"][0];
    assert_eq!(button["title"], "Cancel");
    assert_eq!(scene.stage(), Some(Stage::Queued));
    let first = scene.cxone.bodies(&Method::POST, "/messages")[0].clone();
    assert_eq!(
        first["messageContent"]["payload"]["text"],
        "User: hello\nBot: I am the sandbox's bot. Say human to reach a person.\nUser: a human please"
    );
    assert_eq!(first["direction"], "inbound");
    assert!(
        first["createdAtWithMilliseconds"]
            .as_str()
            .unwrap()
            .ends_with("+00:00"),
        "{first}"
    );
    assert_eq!(first["thread"]["idOnExternalPlatform"], "sim_session_1");

    assert!(scene.say("are you there?").await.is_empty(), "the bot is silent");
    scene.agent("Good morning").await;
    assert_eq!(scene.stage(), Some(Stage::Active));
    assert!(
        scene.say("Cancel").await.is_empty(),
        "with an agent there is nothing to cancel"
    );
    relay::released(&scene.sim, "sim_session_1", Some("999")).unwrap();
    assert_eq!(
        scene.stage(),
        Some(Stage::Active),
        "another contact's end is not this one's"
    );
    relay::released(&scene.sim, "sim_session_1", Some("204")).unwrap();
    assert_eq!(scene.stage(), None);
    let turns = scene.turns().await;
    assert_eq!(
        turns.last().unwrap(),
        &(Source::Bot, "You are back with the bot.".to_owned())
    );
    assert!(turns.contains(&(Source::Agent, "Good morning".to_owned())));
    assert!(
        relay::agent_says(&scene.sim, "sim_session_1", words("late"), &Value::Null)
            .await
            .is_err()
    );

    assert_eq!(texts(&scene.say("human").await), [ACCEPTED]);
    scene.agent("Again").await;
    assert_eq!(scene.stage(), Some(Stage::Active));
    assert_eq!(scene.cxone.texts().len(), 4);
    assert!(scene.errors().is_empty(), "{:?}", scene.errors());
}

/// The release of a cancelled handover may come when the next one is already being asked for.
#[tokio::test]
async fn a_late_release_does_not_end_the_next_handover() {
    let scene = scene(Switches::default()).await;
    *scene.cxone.late.lock().unwrap() = Some(scene.sim.clone());
    assert_eq!(texts(&scene.say("human").await), [ACCEPTED]);
    assert_eq!(scene.stage(), Some(Stage::Queued));
}

#[tokio::test]
async fn an_agent_quicker_than_the_confirmation_is_heard_after_it() {
    let scene = scene(Switches::default()).await;
    *scene.cxone.quick.lock().unwrap() = Some(scene.sim.clone());
    assert_eq!(
        texts(&scene.say("human").await),
        [ACCEPTED, "You are back with the bot."]
    );
    let turns = scene.turns().await;
    let told: Vec<&str> = turns.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(
        told,
        ["human", ACCEPTED, "So quick", "You are back with the bot."]
    );
    assert_eq!(scene.stage(), None);
}

#[tokio::test]
async fn save_makes_script_and_channel_and_deleting_takes_them_away_by_name() {
    let scene = scene(Switches::default()).await;
    let id = scene.provider();
    scene.sim.cognigy.install().providers[0].channel = None;
    assert_eq!(save::save(&scene.sim, &id).await, ProvisioningStatus::Succeeded);
    let channel = scene.cxone.bodies(&Method::POST, "/dfo/3.0/channels")[0].clone();
    let integration = scene.sim.cognigy.install().providers[0].text(INTEGRATION_ID);
    assert_eq!(channel["name"], "Sandbox Support");
    assert_eq!(channel["channelIntegrationId"].as_str(), integration.as_deref());
    assert_eq!(
        (&channel["isPrivate"], &channel["hasTreeStructure"]),
        (&json!(true), &json!(false))
    );
    let script = &scene.cxone.bodies(&Method::POST, "/scripts")[0]["scriptContent"];
    assert_eq!(
        script["header"]["scriptName"],
        format!("Cognigy\\Cognigy Handover Script {id}")
    );
    assert_eq!(channel["studioScript"], script["header"]["scriptName"]);
    let labels: Vec<&Value> = script["actions"]
        .as_object()
        .unwrap()
        .values()
        .map(|action| &action["label"])
        .collect();
    assert!(labels.contains(&&json!("ESCALATE")) && labels.contains(&&json!("END ESCALATION")));

    // A second Save finds its channel again, and a new name goes with it.
    scene.sim.cognigy.install().providers[0].name = "Renamed".to_owned();
    assert_eq!(save::save(&scene.sim, &id).await, ProvisioningStatus::Succeeded);
    let channels = scene.cxone.channels.lock().unwrap().clone();
    assert_eq!(
        (channels.len(), &channels[0]["name"], &channels[0]["id"]),
        (1, &json!("Renamed"), &channel["id"])
    );

    save::remove(&scene.sim, &id).await;
    let gone = format!("/dfo/3.0/channels/{}", channel["id"].as_str().unwrap());
    assert_eq!(scene.cxone.bodies(&Method::DELETE, &gone).len(), 1);
    let script = format!("/scripts?scriptPath=Cognigy%5CCognigy+Handover+Script+{id}");
    assert_eq!(scene.cxone.bodies(&Method::DELETE, &script).len(), 1);
}

#[tokio::test]
async fn a_save_that_cxone_refuses_fails_and_says_so_in_the_log() {
    for (part, status) in [("/auth/token", 400), ("/channels", 400), ("/scripts", 409)] {
        let scene = scene(Switches::default()).await;
        *scene.cxone.refused.lock().unwrap() = Some((part, status));
        assert_eq!(
            save::save(&scene.sim, &scene.provider()).await,
            ProvisioningStatus::Failed,
            "{part}"
        );
        assert_eq!(scene.errors().len(), 1);
        assert!(
            scene.sim.cognigy.install().providers[0].channel.is_some(),
            "what was there stays"
        );
    }
    let scene = scene(Switches::default()).await;
    scene.sim.cognigy.install().providers[0].properties.pop();
    assert_eq!(
        save::save(&scene.sim, &scene.provider()).await,
        ProvisioningStatus::Pending
    );
    assert!(scene.cxone.calls.lock().unwrap().is_empty());
}
