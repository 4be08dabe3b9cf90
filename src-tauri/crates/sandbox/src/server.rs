//! Listeners and connections. Everything is on 127.0.0.1, and a stop drops every connection at once, answered or not.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use http::header::PROXY_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::host::Host;
use crate::intercept::Reset;
use crate::wire::Wire;
use crate::{acd, answer};

/// Where everything listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addresses {
    pub issuer: SocketAddr,
    pub api: SocketAddr,
    pub digital: SocketAddr,
    pub userhub: SocketAddr,
    pub events: SocketAddr,
    pub endpoint: SocketAddr,
    pub cognigy_api: SocketAddr,
    /// The endpoint behind a certificate that has expired.
    pub expired: SocketAddr,
    /// An address that is taken but never listens, so that it refuses for certain.
    pub refused: SocketAddr,
}

/// Where the faults of the path lead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Detours {
    /// The endpoint behind a certificate of an authority nobody knows.
    pub intercepted: SocketAddr,
    /// A proxy that wants a sign-in.
    pub proxy: SocketAddr,
}

/// All listeners before they serve.
pub(crate) struct Listeners {
    pub plain: Vec<(Host, TcpListener)>,
    pub expired: TcpListener,
    pub intercepted: TcpListener,
    pub proxy: TcpListener,
    pub refused: TcpSocket,
    pub addresses: Addresses,
    pub detours: Detours,
}

impl Listeners {
    /// Takes the ports: the issuer's as asked for (0 for a free one), free ones for the rest.
    pub(crate) async fn bind(issuer_port: u16) -> Result<Listeners, (&'static str, io::Error)> {
        let issuer = listen("issuer", issuer_port).await?;
        let api = listen("api", 0).await?;
        let digital = listen("digital", 0).await?;
        let userhub = listen("userhub", 0).await?;
        let events = listen("events", 0).await?;
        let endpoint = listen("endpoint", 0).await?;
        let cognigy_api = listen("cognigy-api", 0).await?;
        let expired = listen("expired", 0).await?;
        let intercepted = listen("intercepted", 0).await?;
        let proxy = listen("proxy", 0).await?;
        let detours = Detours {
            intercepted: address("intercepted", &intercepted)?,
            proxy: address("proxy", &proxy)?,
        };
        let refused = reserve().map_err(|error| ("refused", error))?;
        let addresses = Addresses {
            issuer: address("issuer", &issuer)?,
            api: address("api", &api)?,
            digital: address("digital", &digital)?,
            userhub: address("userhub", &userhub)?,
            events: address("events", &events)?,
            endpoint: address("endpoint", &endpoint)?,
            cognigy_api: address("cognigy-api", &cognigy_api)?,
            expired: address("expired", &expired)?,
            refused: refused.local_addr().map_err(|error| ("refused", error))?,
        };
        let plain = vec![
            (Host::Issuer, issuer),
            (Host::Api, api),
            (Host::Digital, digital),
            (Host::UserHub, userhub),
            (Host::Events, events),
            (Host::Endpoint, endpoint),
            (Host::CognigyApi, cognigy_api),
        ];
        Ok(Listeners {
            plain,
            expired,
            intercepted,
            proxy,
            refused,
            addresses,
            detours,
        })
    }
}

/// A proxy that answers nothing but that it wants a sign-in.
pub(crate) fn proxy() -> Router {
    Router::new().fallback(async || {
        let plain = "text/plain; charset=utf-8";
        let text = "This proxy wants a user name and a password.\n";
        let mut response = answer::text(StatusCode::PROXY_AUTHENTICATION_REQUIRED, plain, text);
        response.headers_mut().insert(
            PROXY_AUTHENTICATE,
            HeaderValue::from_static(r#"Basic realm="sandbox""#),
        );
        response
    })
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

async fn listen(name: &'static str, port: u16) -> Result<TcpListener, (&'static str, io::Error)> {
    TcpListener::bind(loopback(port))
        .await
        .map_err(|error| (name, error))
}

fn address(name: &'static str, listener: &TcpListener) -> Result<SocketAddr, (&'static str, io::Error)> {
    listener.local_addr().map_err(|error| (name, error))
}

fn reserve() -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(loopback(0))?;
    Ok(socket)
}

/// What serves one listener.
pub(crate) struct Serving {
    pub name: &'static str,
    /// Whether paths are read without regard to case.
    pub folded: bool,
    pub router: Router,
    pub tls: Option<TlsAcceptor>,
    pub cancel: CancellationToken,
    pub tasks: TaskTracker,
}

impl Serving {
    /// Takes connections until the sandbox stops.
    pub(crate) async fn run(self, listener: TcpListener) {
        let serving = Arc::new(self);
        loop {
            let accepted = tokio::select! {
                () = serving.cancel.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) if peer.ip().is_loopback() => {
                    let connection = serving.clone();
                    serving.tasks.spawn(async move {
                        tokio::select! {
                            () = connection.cancel.cancelled() => {}
                            () = connection.connection(stream) => {}
                        }
                    });
                }
                Ok((_, peer)) => tracing::warn!(%peer, "a connection from another computer was turned away"),
                Err(error) => {
                    tracing::warn!(%error, host = serving.name, "a connection could not be taken");
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    async fn connection(&self, stream: tokio::net::TcpStream) {
        let (wire, reset) = Wire::new(stream);
        match &self.tls {
            // A client that does not like the certificate breaks off here, as the fault wants.
            Some(tls) => match tls.accept(wire).await {
                Ok(stream) => self.exchanges(stream, reset).await,
                Err(error) => tracing::debug!(%error, "the TLS handshake ended early"),
            },
            None => self.exchanges(wire, reset).await,
        }
    }

    async fn exchanges(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        reset: Arc<AtomicBool>,
    ) {
        let routes = TowerToHyperService::new(self.router.clone());
        let folded = self.folded;
        let service = service_fn(move |request: http::Request<Incoming>| {
            let answered = routes.call(if folded { acd::folded(request) } else { request });
            let reset = reset.clone();
            async move {
                let response = answered.await.unwrap_or_else(|never: Infallible| match never {});
                match response.extensions().get::<Reset>() {
                    Some(Reset) => {
                        reset.store(true, Ordering::Relaxed);
                        Err(io::Error::from(io::ErrorKind::ConnectionReset))
                    }
                    None => Ok(response),
                }
            }
        });
        let served = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
            .await;
        if let Err(error) = served {
            tracing::debug!(%error, host = self.name, "a connection ended early");
        }
    }
}
