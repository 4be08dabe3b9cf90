//! Servers, certificates and settings shared by the tests.
#![allow(dead_code, reason = "each test file uses a part")]

pub mod certificate;
pub mod proxy;

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use transport::{BoxFuture, Exchange, Proxy, Recorder, Resolve, Roots, Settings, Timeouts, Url};

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

/// Answers for every name with this computer; for `nowhere.example.com` never.
pub struct Here;

impl Resolve for Here {
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        if host == "nowhere.example.com" {
            return Box::pin(std::future::pending());
        }
        if host == "unknown.example.com" {
            return Box::pin(async { Err(io::Error::from(io::ErrorKind::NotFound)) });
        }
        Box::pin(async { Ok(vec![IpAddr::from([127, 0, 0, 1])]) })
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

/// Short enough to wait for.
pub const SOON: Duration = Duration::from_millis(60);

/// Nothing of this computer's own settings.
pub fn settings() -> Settings {
    Settings {
        proxy: Proxy::None,
        roots: Roots::Only(Vec::new()),
        timeouts: patient(),
        resolver: Arc::new(Here),
        ..Settings::default()
    }
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

/// Serves `app` on a free port; `127.0.0.1:port`.
pub async fn loopback(app: Router) -> String {
    let (listener, address) = listen().await;
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// Gives every connection to `each`; `127.0.0.1:port`.
pub async fn raw<F, W>(each: F) -> String
where
    F: Fn(TcpStream) -> W + Send + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(each(stream));
        }
    });
    address
}

/// Serves `app` over TLS, HTTP/2 included if `alpn` names it; the port.
pub async fn secure(app: Router, config: rustls::ServerConfig) -> u16 {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let address = raw(move |stream| {
        let (acceptor, app) = (acceptor.clone(), app.clone());
        async move {
            let Ok(stream) = acceptor.accept(stream).await else {
                return;
            };
            let service = TowerToHyperService::new(app);
            // The client may hang up at any time.
            let _ = auto::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        }
    })
    .await;
    address.rsplit(':').next().unwrap().parse().unwrap()
}

/// Reads to the end of a request's head.
pub async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => read.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(read).unwrap()
}

/// A port on which nobody listens.
pub fn closed_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

pub fn url(authority: &str, path: &str) -> Url {
    Url::parse(&format!("http://{authority}{path}")).unwrap()
}

pub fn https(host: &str, port: u16, path: &str) -> Url {
    Url::parse(&format!("https://{host}:{port}{path}")).unwrap()
}
