//! A sandbox with faults, and a diagnosis of it.

use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use diagnose::{Diagnosis, Earlier, Plan, Progress, Subject, diagnose};
use profile::Credentials;
use sandbox::{Disturbance, Effect, Fault, Options, Sandbox};
use secrecy::ExposeSecret;
use transport::{BoxFuture, Proxy, Resolve, Roots, Settings};

/// So long that nothing on loopback takes it.
pub const AMPLE: Duration = Duration::from_secs(60);

pub struct Scene {
    pub sandbox: Arc<Sandbox>,
    pub subject: Subject,
    pub plan: Plan,
    pub earlier: Vec<Earlier>,
}

impl Scene {
    pub async fn new(faults: &[Fault]) -> Scene {
        let sandbox = Sandbox::start(Options {
            faults: faults.iter().copied().collect(),
            ..Options::default()
        })
        .await
        .unwrap();
        let description = sandbox.description();
        let subject = Subject {
            profile: profile::import(&description.profile.to_string()).unwrap().profile,
            credentials: Credentials::from_env(|name| description.env.get(name).cloned()),
            trusted_hosts: BTreeSet::new(),
        };
        let mut plan = Plan::new();
        plan.rounds = 2;
        plan.budget = AMPLE;
        plan.settings = Settings {
            proxy: Proxy::None,
            roots: Roots::Only(Vec::new()),
            ..Settings::default()
        };
        Scene {
            sandbox: Arc::new(sandbox),
            subject,
            plan,
            earlier: Vec::new(),
        }
    }

    /// Lets calls of a host and path be disturbed.
    pub fn disturb(&self, host: &str, path: &str, effect: Effect) {
        let disturbance = Disturbance {
            host: Some(host.to_owned()),
            method: None,
            path: Some(path.to_owned()),
            calls: Vec::new(),
            effect,
        };
        self.sandbox.disturb(disturbance).unwrap();
    }

    /// Asks for the issuer by a name that the resolver is asked for, at this port.
    pub fn by_name(&mut self, port: u16, resolver: impl Resolve) {
        let issuer = self.subject.profile.issuer().unwrap();
        self.at(&format!("https://cxone.example.com:{port}"));
        // The documents name the sandbox's own address; it is vouched for like any other of the profile's.
        self.subject.profile.cxone.hosts.events = Some(issuer.to_string());
        self.plan.settings.resolver = Arc::new(resolver);
    }

    /// Asks another issuer.
    pub fn at(&mut self, issuer: &str) {
        self.subject.profile.cxone.issuer = Some(issuer.to_owned());
    }

    /// Does something when a round is over, before the next one begins.
    pub fn after_round(&mut self, round: u32, act: impl Fn(&Sandbox) + Send + Sync + 'static) {
        let sandbox = Arc::clone(&self.sandbox);
        self.plan.progress = Arc::new(move |progress| {
            if matches!(progress, Progress::RoundFinished { round: over, .. } if over == round) {
                act(&sandbox);
            }
        });
    }

    /// Collects what is told.
    pub fn heard(&mut self) -> Arc<Mutex<Vec<Progress>>> {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&heard);
        self.plan.progress = Arc::new(move |progress| into.lock().unwrap().push(progress));
        heard
    }

    pub async fn diagnosis(&self) -> Diagnosis {
        let diagnosis = diagnose(&self.subject, &self.plan, &self.earlier, None)
            .await
            .unwrap();
        self.judge(&diagnosis);
        diagnosis
    }

    /// What holds for every diagnosis.
    pub fn judge(&self, diagnosis: &Diagnosis) {
        let value = serde_json::to_value(diagnosis).unwrap();
        let schema = jsonschema::validator_for(&diagnose::diagnosis_schema()).unwrap();
        if let Some(error) = schema.iter_errors(&value).next() {
            panic!("{error} at {}", error.instance_path());
        }
        let text = format!("{value}{}", diagnosis.to_text(true));
        for secret in self.subject.credentials.present() {
            // The client id of the sandbox is no secret, but is held like one.
            assert!(!text.contains(secret.expose_secret()), "a secret in {text}");
        }
        assert!(!text.contains("eyJ"), "a token in {text}");
        assert_eq!(diagnosis.verdict.measured_from, "from this computer");
        assert!(diagnosis.calls.iter().all(|call| call.p95_is_max));
    }
}

/// Answers for every name with these addresses.
pub struct Names(pub Vec<IpAddr>);

impl Resolve for Names {
    fn resolve(&self, _host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let found = self.0.clone();
        Box::pin(async move { Ok(found) })
    }
}

/// Never answers.
pub struct Silence;

impl Resolve for Silence {
    fn resolve(&self, _host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(std::future::pending())
    }
}
