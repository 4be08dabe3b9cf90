//! A sandbox with faults, and a run of the verification against it. Everything is on loopback.

// Each test file is a crate of its own and uses its part of this.
#![allow(dead_code)]

pub mod judge;
pub mod pairs;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use profile::{Credentials, SecretError, StoreKind, parse_paste};
use sandbox::switch::Switches;
use sandbox::{ChatError, ChatStage, Customer, Fault, Options, Sandbox, Speaker};
use secrecy::ExposeSecret;
use transport::{Proxy, Roots, Settings};
use verify::{
    Accepted, ChatState, ChatTrouble, Input, LivePlan, Report, Request, Run, SpeedOrders, StoreProbe,
    TestChat, catalogue,
};

/// A store that is never asked: the secrets come from the environment.
struct Unused;

impl StoreProbe for Unused {
    fn kind(&self) -> StoreKind {
        StoreKind::Session
    }
    fn probe(&self) -> BoxFuture<'static, Result<(), SecretError>> {
        async { Err(SecretError::Closed) }.boxed()
    }
}

/// What a fault costs where it is about slowness: more than [`SPEED_BUDGET`], and far less than any call may take.
const SLOWNESS: Duration = Duration::from_millis(800);
const SPEED_BUDGET: Duration = Duration::from_millis(600);
/// What is waited for in vain is given up soon; what comes has all the time it needs.
const IN_VAIN: Duration = Duration::from_millis(300);

/// A sandbox and what a run against it needs.
pub struct Scene {
    /// Keeps the servers alive.
    pub sandbox: Arc<Sandbox>,
    pub input: Input,
    pub run: Run,
}

/// A customer of the sandbox's own chat.
#[derive(Debug)]
pub struct SandboxChat {
    sandbox: Arc<Sandbox>,
    customer: Mutex<Option<Customer>>,
}

impl SandboxChat {
    pub fn new(sandbox: &Arc<Sandbox>) -> Self {
        Self {
            sandbox: Arc::clone(sandbox),
            customer: Mutex::default(),
        }
    }

    fn customer(&self) -> Result<Customer, ChatTrouble> {
        self.customer.lock().unwrap().clone().ok_or(ChatTrouble::Broken)
    }
}

impl TestChat for SandboxChat {
    fn start(&self, user: &str, session: &str) -> BoxFuture<'static, Result<(), ChatTrouble>> {
        *self.customer.lock().unwrap() = Some(self.sandbox.customer(user, session));
        async { Ok(()) }.boxed()
    }
    fn request(&self) -> String {
        "human".to_owned()
    }
    fn say(&self, text: &str) -> BoxFuture<'static, Result<(), ChatTrouble>> {
        let (customer, text) = (self.customer(), text.to_owned());
        async move {
            customer?.say(&text).await.map_err(|error| match error {
                ChatError::NoEndpoint => ChatTrouble::NoEndpoint,
                ChatError::Inactive => ChatTrouble::Inactive,
            })
        }
        .boxed()
    }
    fn heard(&self) -> BoxFuture<'static, Result<Vec<String>, ChatTrouble>> {
        let customer = self.customer();
        async move {
            let lines = customer?.lines().into_iter();
            Ok(lines
                .filter(|line| line.speaker == Speaker::Agent)
                .map(|line| line.text)
                .collect())
        }
        .boxed()
    }
    fn state(&self) -> BoxFuture<'static, Result<ChatState, ChatTrouble>> {
        let customer = self.customer();
        async move {
            Ok(match customer?.stage() {
                ChatStage::Bot => ChatState::Bot,
                ChatStage::Waiting => ChatState::Waiting,
                ChatStage::Agent => ChatState::Agent,
            })
        }
        .boxed()
    }
    fn end(&self) -> BoxFuture<'static, ()> {
        async {}.boxed()
    }
}

impl Scene {
    pub async fn new(faults: &[Fault]) -> Scene {
        Scene::switched(faults, Switches::default()).await
    }

    /// With faults, and with what their checks have to be asked for.
    pub async fn of(faults: &[Fault]) -> (Scene, Vec<Request>) {
        let mut switches = Switches::default();
        if faults.contains(&Fault::OutboundSlow) {
            switches.set("box-timeout", "1s").unwrap();
        }
        let mut scene = Scene::switched(faults, switches).await;
        let is_about = |fault: &Fault, request: Request| {
            let check = catalogue().iter().find(|check| check.id == fault.check());
            check.and_then(|check| check.on_request) == Some(request)
        };
        let mut asked = Vec::new();
        if faults.iter().any(|fault| is_about(fault, Request::Live)) {
            asked.push(Request::Live);
            scene.with_chat();
            scene.live();
            if faults.contains(&Fault::ContactStuckNew) {
                scene.run.live_waits.routed = IN_VAIN;
            }
            if faults.contains(&Fault::ReleaseLost) {
                scene.run.live_waits.released = IN_VAIN;
            }
        }
        if faults.iter().any(|fault| is_about(fault, Request::Speed)) {
            asked.push(Request::Speed);
            scene.sandbox.set_slowness(SLOWNESS);
            scene.speed(1, SPEED_BUDGET);
        }
        (scene, asked)
    }

    /// Ends the sandbox.
    pub async fn stop(self) {
        let Scene { sandbox, run, .. } = self;
        // The chat of the run holds it as well.
        drop(run);
        if let Some(sandbox) = Arc::into_inner(sandbox) {
            sandbox.stop().await;
        }
    }

    /// With open questions settled otherwise.
    pub async fn switched(faults: &[Fault], switches: Switches) -> Scene {
        let faults: BTreeSet<Fault> = faults.iter().copied().collect();
        let names = faults
            .iter()
            .filter(|fault| !fault.is_shown_by_sandbox())
            .map(|fault| fault.name().to_owned())
            .collect();
        let hangs = faults
            .iter()
            .any(|fault| matches!(fault, Fault::EndpointHang | Fault::DiscoveryHang));
        let sandbox = Arc::new(
            Sandbox::start(Options {
                faults,
                switches,
                ..Options::default()
            })
            .await
            .unwrap(),
        );
        let description = sandbox.description();
        let profile = profile::import(&description.profile.to_string()).unwrap().profile;
        let credentials = Credentials::from_env(|name| description.env.get(name).cloned());
        let typed_form = sandbox.typed_form().map(|text| parse_paste(&text));
        let input = Input {
            profile,
            credentials,
            typed_form,
            accepted_script: sandbox
                .handover_script()
                .and_then(|script| Accepted::new(script, Timestamp::UNIX_EPOCH)),
            trusted_hosts: BTreeSet::new(),
            is_sandbox: true,
            unconfirmed: Vec::new(),
            answers: BTreeMap::new(),
        };
        let mut run = Run::new(Arc::new(Unused));
        run.settings = Settings {
            proxy: Proxy::None,
            roots: Roots::Only(vec![Sandbox::root_certificate().unwrap()]),
            ..Settings::default()
        };
        if let Some(proxy) = &description.proxy {
            run.settings.proxy = Proxy::Url(proxy.parse().unwrap());
        }
        run.waits = cxone::Waits::none();
        if hangs {
            // Time limits are values of the run: what hangs is given up soon, what works has all the time it needs, on a
            // busy computer too.
            run.settings.timeouts.first_byte = Duration::from_secs(3);
        }
        run.simulate(&names);
        Scene { sandbox, input, run }
    }

    /// Asks for the live round trip. It looks often, so that nothing is waited for that is there.
    pub fn live(&mut self) -> LivePlan {
        let plan = LivePlan::new(
            &self.input.profile,
            self.run.test_chat.is_some(),
            &mut rand::rng(),
        );
        self.run.live = Some(plan.clone().agreed());
        self.run.live_waits.poll = Duration::from_millis(20);
        plan
    }

    /// With a chat behind the round trip.
    pub fn with_chat(&mut self) {
        self.run.test_chat = Some(Arc::new(SandboxChat::new(&self.sandbox)));
    }

    /// Asks for the measurement of speed.
    pub fn speed(&mut self, rounds: u32, budget: Duration) {
        self.run.speed = Some(SpeedOrders { rounds, budget });
    }

    /// Statuses of the contacts that bear this mark as their end user.
    pub fn contacts(&self, mark: &str) -> Vec<(u64, String)> {
        let glance = self.sandbox.glance();
        let of_mark = glance.contacts.iter().filter(|contact| contact.end_user == mark);
        of_mark
            .map(|contact| (contact.number, contact.status.clone()))
            .collect()
    }

    pub async fn report(&self) -> Report {
        verify::run(self.input.clone(), self.run.clone()).await.unwrap()
    }
}

/// The forms in which a secret could leak.
fn forms(secret: &str) -> Vec<String> {
    let url: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut forms = vec![secret.to_owned(), STANDARD.encode(secret), url];
    // Inside a longer text the characters at both ends depend on their neighbours; the middle does not.
    for pad in 1..3 {
        let shifted = STANDARD.encode(format!("{}{secret}", &"::"[..pad]));
        forms.push(shifted[4..shifted.len() - 4].to_owned());
    }
    forms
}

/// Secrets and tokens of the run that occur in a form of its report.
pub fn leaks(scene: &Scene, report: &Report) -> Vec<String> {
    let texts = [
        ("json", serde_json::to_string(report).unwrap()),
        ("text", report.to_text(true)),
        ("markdown", report.to_markdown()),
    ];
    let secrets = scene
        .input
        .credentials
        .present()
        .flat_map(|secret| forms(secret.expose_secret()));
    // A JWT begins with the encoded `{"`, and the sandbox marks its opaque tokens.
    let marks = ["eyJ", "sim_box_token", "sim_refresh"].map(str::to_owned);
    secrets
        .chain(marks)
        .flat_map(|canary| {
            let found = texts.iter().filter(|(_, text)| text.contains(&canary));
            found
                .map(|(form, _)| format!("{canary} in {form}"))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The address of a server of the test's own; it ends with the test.
pub async fn serve(app: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}
