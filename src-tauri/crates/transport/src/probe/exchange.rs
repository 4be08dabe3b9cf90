//! Request and answer on a prepared stream.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use http::header::{ACCEPT, HOST, HeaderValue, PROXY_AUTHORIZATION};
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use super::path::{self, Path, Stream};
use super::{ProbeReport, Tools};
use crate::Phase;
use crate::call::version_name;
use crate::classify::classify;
use crate::failure::{Failure, FailureKind};
use crate::stage::{Step, milliseconds};

pub(super) fn overdue(phase: Phase) -> Failure {
    let detail = format!("no progress within the time limit while {}", phase.doing());
    Failure::new(FailureKind::Timeout, Some(phase), detail)
}

/// What is asked for.
pub(crate) struct Asked<'a> {
    pub(crate) url: &'a Url,
    pub(crate) method: &'a Method,
    /// With credentials, where the call has any.
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Option<&'a [u8]>,
    pub(crate) http1_only: bool,
}

/// What came back so far, not redacted.
#[derive(Default)]
pub(crate) struct Reply {
    pub(crate) status: Option<u16>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) version: Option<&'static str>,
}

/// Makes the exchange, which ends at `last`; `now` always says which phase is under way.
pub(super) async fn make(
    tools: &Tools<'_>,
    asked: &Asked<'_>,
    last: Instant,
    report: &mut ProbeReport,
    reply: &mut Reply,
    now: &mut Phase,
) -> Result<(), Failure> {
    let path = Box::pin(path::open(tools, asked.url, asked.http1_only, report, now)).await?;
    *now = Phase::Send;
    let request = request(asked, &path)?;
    let plain_proxy = path.absolute;
    let meter = Meter::default();
    let stream = TokioIo::new(Metered {
        stream: path.stream,
        meter: meter.clone(),
    });
    // Dropping the set ends the task that drives the connection.
    let mut connection = JoinSet::new();
    let limit = last.min(Instant::now() + tools.timeouts.first_byte);
    let answering = Box::pin(ask(stream, path.http2, request, &meter, &mut connection));
    let (begun, answer) = match timeout_at(limit, answering).await {
        Ok(answer) => answer.map_err(|error| {
            let failure = classify(&error, Step::Answer, false);
            *now = Phase::FirstByte;
            failure
        })?,
        Err(_elapsed) => {
            let phase = if meter.lock().sent.is_some() {
                Phase::FirstByte
            } else {
                Phase::Send
            };
            return Err(overdue(phase));
        }
    };
    let head = Instant::now();
    *now = Phase::Body;
    let sent = meter.lock().sent;
    report.phases.send = sent.map(|sent| milliseconds(sent.saturating_duration_since(begun)));
    report.phases.first_byte = sent.map(|sent| milliseconds(head.saturating_duration_since(sent)));
    reply.status = Some(answer.status().as_u16());
    reply.version = Some(version_name(answer.version()));
    reply.headers = answer.headers().clone();
    report.status = reply.status;
    report.http_version = reply.version.map(str::to_owned);
    report.headers = tools.redactor.headers(answer.headers());
    if plain_proxy && answer.status() == 407 {
        let detail = "the proxy wants a user name and password";
        return Err(Failure::new(
            FailureKind::ProxyAuth,
            Some(Phase::ProxyConnect),
            detail,
        ));
    }
    read(tools, answer.into_body(), &mut reply.body).await?;
    report.phases.body = Some(milliseconds(head.elapsed()));
    Ok(())
}

fn request(asked: &Asked<'_>, path: &Path) -> Result<Request<Full<Bytes>>, Failure> {
    let unusable = |error: &http::Error| {
        let detail = format!("the address cannot be asked for: {error}");
        Failure::new(FailureKind::Protocol, None, detail)
    };
    let mut whole = asked.url.clone();
    // They fail only for URLs that cannot have user info.
    let _ = whole.set_username("");
    let _ = whole.set_password(None);
    whole.set_fragment(None);
    let host = match (whole.host_str(), whole.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (host, _) => host.unwrap_or_default().to_owned(),
    };
    let target = if path.http2 || path.absolute {
        whole.to_string()
    } else {
        whole[url::Position::BeforePath..].to_owned()
    };
    let mut request = Request::builder().method(asked.method.clone()).uri(target);
    for (name, value) in asked.headers {
        request = request.header(name, value.clone());
    }
    if !asked.headers.contains_key(ACCEPT) {
        request = request.header(ACCEPT, "*/*");
    }
    if !path.http2 {
        request = request.header(HOST, host);
    }
    if let Some(auth) = &path.proxy_auth {
        request = request.header::<_, HeaderValue>(PROXY_AUTHORIZATION, auth.clone());
    }
    let body = asked.body.map(Bytes::copy_from_slice).unwrap_or_default();
    request.body(Full::new(body)).map_err(|error| unusable(&error))
}

/// Sends the request; the instant at which it was handed over, and the head of the answer.
async fn ask(
    stream: TokioIo<Metered>,
    http2: bool,
    request: Request<Full<Bytes>>,
    meter: &Meter,
    connection: &mut JoinSet<()>,
) -> hyper::Result<(Instant, Response<Incoming>)> {
    if http2 {
        let (mut sender, driver) = http2::handshake(TokioExecutor::new(), stream).await?;
        connection.spawn(async move { drop(driver.await) });
        sender.ready().await?;
        let begun = meter.arm(false);
        Ok((begun, sender.send_request(request).await?))
    } else {
        let (mut sender, driver) = http1::handshake(stream).await?;
        connection.spawn(async move { drop(driver.await) });
        sender.ready().await?;
        let begun = meter.arm(true);
        Ok((begun, sender.send_request(request).await?))
    }
}

/// Reads the body to its end.
async fn read(tools: &Tools<'_>, mut body: Incoming, into: &mut Vec<u8>) -> Result<(), Failure> {
    loop {
        let frame = timeout(tools.timeouts.body, body.frame())
            .await
            .map_err(|_elapsed| overdue(Phase::Body))?;
        let Some(frame) = frame else { return Ok(()) };
        let frame = frame.map_err(|error| classify(&error, Step::Body, false))?;
        let Some(data) = frame.data_ref() else { continue };
        if into.len() + data.len() > tools.max_body {
            let detail = format!("the answer is longer than {} bytes", tools.max_body);
            return Err(Failure::new(FailureKind::BodyTooLarge, Some(Phase::Body), detail));
        }
        into.extend_from_slice(data);
    }
}

/// When bytes of the request went out.
#[derive(Clone, Default)]
struct Meter(Arc<Mutex<Times>>);

#[derive(Default)]
struct Times {
    /// Counting since the request was handed over.
    armed: bool,
    /// Count every write until something is read, or the first one alone.
    every: bool,
    sent: Option<Instant>,
}

impl Meter {
    fn lock(&self) -> MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn arm(&self, every: bool) -> Instant {
        *self.lock() = Times {
            armed: true,
            every,
            sent: None,
        };
        Instant::now()
    }

    fn wrote(&self) {
        let mut times = self.lock();
        if times.armed {
            times.sent = Some(Instant::now());
            times.armed = times.every;
        }
    }

    fn read(&self) {
        let mut times = self.lock();
        if times.sent.is_some() {
            times.armed = false;
        }
    }
}

/// A stream that tells its meter.
struct Metered {
    stream: Stream,
    meter: Meter,
}

impl AsyncRead for Metered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.meter.read();
        }
        polled
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(_)) = &polled {
            self.meter.wrote();
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
