//! From a URL to a stream on which HTTP can be spoken: resolve, connect, proxy, TLS, each measured.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::USER_AGENT;
use http::{HeaderMap, HeaderValue, Uri};
use hyper_util::client::legacy::connect::proxy::{SocksV4, SocksV5, Tunnel};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use tower_service::Service;
use url::{Host, Url};

use super::exchange::overdue;
use super::{Attempt, CertificateInfo, ProbeReport, Tools, Trust};
use crate::Phase;
use crate::classify::{by_kind, classify, tls};
use crate::client;
use crate::failure::{Failure, FailureKind};
use crate::route::Via;
use crate::stage::{Step, milliseconds};
use crate::tls::{ANY_HTTP, HTTP_1};

/// Bytes in both directions.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

pub(super) type Stream = Box<dyn Duplex>;

/// A stream to the server, and how to speak on it.
pub(super) struct Path {
    pub(super) stream: Stream,
    pub(super) http2: bool,
    /// The `Proxy-Authorization` of a request that the proxy itself answers.
    pub(super) proxy_auth: Option<HeaderValue>,
    /// Whether requests name the whole URL, because a proxy reads them.
    pub(super) absolute: bool,
}

/// Makes the stream; `now` always says which phase is under way.
pub(super) async fn open(
    tools: &Tools<'_>,
    url: &Url,
    http1_only: bool,
    report: &mut ProbeReport,
    now: &mut Phase,
) -> Result<Path, Failure> {
    let via = tools.routes.via(url);
    report.proxy = via.as_ref().map(|via| crate::host::authority(&via.url));
    let first = via.as_ref().map_or(url, |via| &via.url);
    let socket = connect(tools, first, report, now)
        .await
        .map_err(|failure| match &via {
            Some(_) if !matches!(failure.kind, FailureKind::Resolve | FailureKind::Timeout) => {
                let detail = format!("the proxy could not be used: {}", failure.detail);
                Failure {
                    kind: FailureKind::ProxyFailed,
                    detail,
                    ..failure
                }
            }
            _ => failure,
        })?;
    let mut path = Path {
        stream: Box::new(socket),
        http2: false,
        proxy_auth: None,
        absolute: false,
    };
    if let Some(via) = &via {
        *now = Phase::ProxyConnect;
        let begun = Instant::now();
        let limit = tools.timeouts.connect + tools.timeouts.tls;
        path = timeout(limit, Box::pin(through(tools, via, url, path.stream)))
            .await
            .map_err(|_elapsed| overdue(Phase::ProxyConnect))??;
        report.phases.proxy_connect = Some(milliseconds(begun.elapsed()));
    }
    if url.scheme() == "https" {
        *now = Phase::Tls;
        let begun = Instant::now();
        let (stream, http2) = Box::pin(secured(tools, url, path.stream, http1_only, report)).await?;
        report.phases.tls = Some(milliseconds(begun.elapsed()));
        path.stream = stream;
        path.http2 = http2;
    }
    Ok(path)
}

/// Resolves the host of `url` and connects to its addresses in order, until one answers.
async fn connect(
    tools: &Tools<'_>,
    url: &Url,
    report: &mut ProbeReport,
    now: &mut Phase,
) -> Result<TcpStream, Failure> {
    let missing = || Failure::new(FailureKind::Protocol, None, "the address names no host");
    let port = url.port_or_known_default().unwrap_or(1080);
    let addresses = match url.host().ok_or_else(missing)? {
        Host::Ipv4(address) => vec![IpAddr::V4(address)],
        Host::Ipv6(address) => vec![IpAddr::V6(address)],
        Host::Domain(name) => {
            *now = Phase::Resolve;
            let begun = Instant::now();
            let found = timeout(tools.timeouts.resolve, tools.names.addresses(name))
                .await
                .map_err(|_elapsed| overdue(Phase::Resolve))?
                .map_err(|error| classify(&error, Step::Resolve, false))?;
            report.phases.resolve = Some(milliseconds(begun.elapsed()));
            found
        }
    };
    report.addresses = addresses.iter().map(IpAddr::to_string).collect();

    *now = Phase::Connect;
    let begun = Instant::now();
    let mut left = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    let mut failed = missing();
    for address in addresses {
        // Each address gets its share of what is left, so that a silent one does not use up the others' time.
        let limit = tools.timeouts.connect.saturating_sub(begun.elapsed()) / left.max(1);
        left = left.saturating_sub(1);
        let address = SocketAddr::new(address, port);
        match reach(address, limit).await {
            Ok(socket) => {
                report.phases.connect = Some(milliseconds(begun.elapsed()));
                report.attempts.push(Attempt {
                    address: address.to_string(),
                    failure: None,
                });
                report.remote = Some(address.to_string());
                return Ok(socket);
            }
            Err(failure) => {
                report.attempts.push(Attempt {
                    address: address.to_string(),
                    failure: Some(failure.clone()),
                });
                failed = failure;
            }
        }
    }
    Err(failed)
}

async fn reach(address: SocketAddr, limit: Duration) -> Result<TcpStream, Failure> {
    let connected = timeout(limit, TcpStream::connect(address))
        .await
        .map_err(|_elapsed| overdue(Phase::Connect))?;
    let socket = connected.map_err(|error| io_failure(&error, Phase::Connect))?;
    // Not being able to switch off Nagle's algorithm only costs time.
    let _ = socket.set_nodelay(true);
    Ok(socket)
}

fn io_failure(error: &io::Error, phase: Phase) -> Failure {
    by_kind(error, phase).unwrap_or_else(|| {
        Failure::new(
            FailureKind::Unreachable,
            Some(phase),
            format!("failed while {}: {error}", phase.doing()),
        )
    })
}

/// Through the proxy at the other end of `stream`: a tunnel for https and SOCKS, nothing yet for plain http.
async fn through(tools: &Tools<'_>, via: &Via, url: &Url, stream: Stream) -> Result<Path, Failure> {
    let unusable = |detail: String| Failure::new(FailureKind::ProxyFailed, Some(Phase::ProxyConnect), detail);
    let proxy = via.url.as_str().parse::<Uri>();
    let proxy = proxy.map_err(|error| unusable(format!("the proxy's address cannot be used: {error}")))?;
    let target = format!("{}://{}", url.scheme(), named(tools, via, url).await?).parse::<Uri>();
    let target =
        target.map_err(|error| unusable(format!("the address cannot be sent to the proxy: {error}")))?;
    let stream = if via.url.scheme() == "https" {
        secured_proxy(tools, &via.url, stream).await?
    } else {
        stream
    };
    let ready = Ready(Some(TokioIo::new(stream)));
    let basic = via.auth.as_ref().and_then(|(user, password)| {
        let mut value = HeaderValue::from_str(&format!(
            "Basic {}",
            STANDARD.encode(format!("{user}:{password}"))
        ))
        .ok()?;
        value.set_sensitive(true);
        Some(value)
    });
    let failed = |error: &(dyn std::error::Error + 'static)| {
        let failure = classify(error, Step::Connect, true);
        Failure {
            phase: Some(Phase::ProxyConnect),
            ..failure
        }
    };
    let stream = match via.url.scheme() {
        "socks5" | "socks5h" => {
            let mut socks = SocksV5::new(proxy, ready);
            if let Some((user, password)) = &via.auth {
                socks = socks.with_auth(user.clone(), password.clone());
            }
            socks.call(target).await.map_err(|error| failed(&error))?
        }
        "socks4" | "socks4a" => SocksV4::new(proxy, ready)
            .call(target)
            .await
            .map_err(|error| failed(&error))?,
        _ if url.scheme() == "https" => {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, HeaderValue::from_static(client::USER_AGENT));
            let mut tunnel = Tunnel::new(proxy, ready);
            if let Some(auth) = basic {
                tunnel = tunnel.with_auth(auth);
            }
            tunnel
                .with_headers(headers)
                .call(target)
                .await
                .map_err(|error| failed(&error))?
        }
        _ => {
            let Ready(Some(stream)) = ready else {
                return Err(unusable("no stream".to_owned()));
            };
            let stream = stream.into_inner();
            return Ok(Path {
                stream,
                http2: false,
                proxy_auth: basic,
                absolute: true,
            });
        }
    };
    Ok(Path {
        stream: stream.into_inner(),
        http2: false,
        proxy_auth: None,
        absolute: false,
    })
}

/// `host:port` as the proxy is to hear it: `socks4` and `socks5` want addresses, the others names.
async fn named(tools: &Tools<'_>, via: &Via, url: &Url) -> Result<String, Failure> {
    let Some(Host::Domain(name)) = url.host() else {
        return Ok(crate::host::authority(url));
    };
    let four_only = via.url.scheme() == "socks4";
    if !four_only && via.url.scheme() != "socks5" {
        return Ok(crate::host::authority(url));
    }
    let found = tools
        .names
        .addresses(name)
        .await
        .map_err(|error| classify(&error, Step::Resolve, false))?;
    let address = found.into_iter().find(|address| address.is_ipv4() || !four_only);
    let missing = || {
        let detail = format!("{name} has no address that the proxy can use");
        Failure::new(FailureKind::Resolve, Some(Phase::Resolve), detail)
    };
    let port = url.port_or_known_default().unwrap_or_default();
    Ok(SocketAddr::new(address.ok_or_else(missing)?, port).to_string())
}

async fn secured_proxy(tools: &Tools<'_>, proxy: &Url, stream: Stream) -> Result<Stream, Failure> {
    let config = tools.tls.config(HTTP_1).map_err(|error| unset(&error))?;
    let name = server_name(proxy)?;
    let made = TlsConnector::from(std::sync::Arc::new(config))
        .connect(name, stream)
        .await;
    let stream = made.map_err(|error| {
        let failure = tls_failure(&error);
        Failure {
            phase: Some(Phase::ProxyConnect),
            ..failure
        }
    })?;
    Ok(Box::new(stream))
}

async fn secured(
    tools: &Tools<'_>,
    url: &Url,
    stream: Stream,
    http1_only: bool,
    report: &mut ProbeReport,
) -> Result<(Stream, bool), Failure> {
    let alpn = if http1_only { HTTP_1 } else { ANY_HTTP };
    let (config, chain) = tools.tls.capturing(alpn).map_err(|error| unset(&error))?;
    let name = server_name(url)?;
    let making = TlsConnector::from(std::sync::Arc::new(config)).connect(name.clone(), stream);
    let made = timeout(tools.timeouts.tls, making).await;
    let shown = chain.taken();
    report.trust = (!shown.is_empty()).then(|| Trust {
        system: matches!(made, Ok(Ok(_))),
        public: tools.tls.is_public(&shown, &name),
    });
    report.chain = shown.iter().filter_map(CertificateInfo::read).collect();
    let stream = made
        .map_err(|_elapsed| overdue(Phase::Tls))?
        .map_err(|error| tls_failure(&error))?;
    let (_, session) = stream.get_ref();
    report.tls_version = session
        .protocol_version()
        .and_then(|version| version.as_str().map(dotted));
    report.alpn = session
        .alpn_protocol()
        .map(|name| String::from_utf8_lossy(name).into_owned());
    let http2 = session.alpn_protocol() == Some(b"h2");
    Ok((Box::new(stream), http2))
}

/// `TLSv1_3` as everybody else writes it.
fn dotted(version: &str) -> String {
    version.replace('_', ".")
}

fn unset(error: &client::BuildError) -> Failure {
    Failure::new(FailureKind::Tls, Some(Phase::Tls), error.to_string())
}

fn tls_failure(error: &io::Error) -> Failure {
    match error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        Some(error) => tls(error),
        None => io_failure(error, Phase::Tls),
    }
}

fn server_name(url: &Url) -> Result<ServerName<'static>, Failure> {
    let name = match url.host() {
        Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()).ok(),
        Some(Host::Ipv4(address)) => Some(ServerName::from(IpAddr::V4(address))),
        Some(Host::Ipv6(address)) => Some(ServerName::from(IpAddr::V6(address))),
        None => None,
    };
    name.ok_or_else(|| {
        Failure::new(
            FailureKind::Protocol,
            Some(Phase::Tls),
            "the host name is not one for TLS",
        )
    })
}

/// A connector that hands out the stream it was given, once.
struct Ready(Option<TokioIo<Stream>>);

impl Service<Uri> for Ready {
    type Response = TokioIo<Stream>;
    type Error = io::Error;
    type Future = std::future::Ready<io::Result<TokioIo<Stream>>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _target: Uri) -> Self::Future {
        std::future::ready(
            self.0
                .take()
                .ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected)),
        )
    }
}
