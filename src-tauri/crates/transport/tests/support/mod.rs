//! Servers and settings shared by the tests.
#![allow(dead_code, reason = "each test file uses a part")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use transport::{Exchange, Proxy, Recorder, Roots, Settings, Timeouts, Url};

/// Collects what a client records.
#[derive(Clone, Default)]
pub struct Listener(Arc<Mutex<Vec<Arc<Exchange>>>>);

impl Recorder for Listener {
    fn record(&self, exchange: Arc<Exchange>) {
        self.0.lock().unwrap().push(exchange);
    }
}

impl Listener {
    pub fn all(&self) -> Vec<Arc<Exchange>> {
        self.0.lock().unwrap().clone()
    }
}

/// Limits that no test reaches by accident.
pub fn patient() -> Timeouts {
    let long = Duration::from_secs(120);
    Timeouts {
        resolve: long,
        connect: long,
        tls: long,
        first_byte: long,
        body: long,
        total: long,
    }
}

/// Nothing of this computer's own settings.
pub fn settings() -> Settings {
    let roots = Roots::Only(Vec::new());
    Settings {
        proxy: Proxy::None,
        roots,
        timeouts: patient(),
        ..Settings::default()
    }
}

/// Serves `app` on a free port; `127.0.0.1:port`.
pub async fn loopback(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

pub fn url(authority: &str, path: &str) -> Url {
    Url::parse(&format!("http://{authority}{path}")).unwrap()
}
