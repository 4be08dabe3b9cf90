//! A sandbox with faults, and a run of the verification against it. Everything is on loopback.

// Each test file is a crate of its own and uses its part of this.
#![allow(dead_code)]

pub mod judge;
pub mod pairs;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use profile::{Credentials, SecretError, StoreKind, parse_paste};
use sandbox::{Fault, Options, Sandbox};
use secrecy::ExposeSecret;
use transport::{Proxy, Roots, Settings};
use verify::{Accepted, Input, Report, Run, StoreProbe};

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

/// A sandbox and what a run against it needs.
pub struct Scene {
    /// Keeps the servers alive.
    pub sandbox: Sandbox,
    pub input: Input,
    pub run: Run,
}

impl Scene {
    pub async fn new(faults: &[Fault]) -> Scene {
        let faults: BTreeSet<Fault> = faults.iter().copied().collect();
        let names = faults
            .iter()
            .filter(|fault| !fault.is_shown_by_sandbox())
            .map(|fault| fault.name().to_owned())
            .collect();
        let hangs = faults
            .iter()
            .any(|fault| matches!(fault, Fault::EndpointHang | Fault::DiscoveryHang));
        let sandbox = Sandbox::start(Options {
            faults,
            ..Options::default()
        })
        .await
        .unwrap();
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
