//! Request and answer on a prepared stream.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use http::header::{ACCEPT, HOST, HeaderValue, PROXY_AUTHORIZATION, USER_AGENT};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Empty};
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
use crate::client;
use crate::failure::{Failure, FailureKind};
use crate::stage::{Step, milliseconds};

pub(super) fn overdue(phase: Phase) -> Failure {
    let detail = format!("no progress within the time limit while {}", phase.doing());
    Failure::new(FailureKind::Timeout, Some(phase), detail)
}

/// What is asked for, and until when.
pub(super) struct Asked<'a> {
    pub(super) url: &'a Url,
    pub(super) method: Method,
    pub(super) http1_only: bool,
    pub(super) last: Instant,
}

/// Makes the exchange; `now` always says which phase is under way.
pub(super) async fn make(
    tools: &Tools<'_>,
    asked: Asked<'_>,
    report: &mut ProbeReport,
    now: &mut Phase,
) -> Result<(), Failure> {
    let path = Box::pin(path::open(tools, asked.url, asked.http1_only, report, now)).await?;
    *now = Phase::Send;
    let request = request(asked.url, asked.method, &path)?;
    let plain_proxy = path.absolute;
    let meter = Meter::default();
    let stream = TokioIo::new(Metered {
        stream: path.stream,
        meter: meter.clone(),
    });
    // Dropping the set ends the task that drives the connection.
    let mut connection = JoinSet::new();
    let limit = asked.last.min(Instant::now() + tools.timeouts.first_byte);
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
    report.status = Some(answer.status().as_u16());
    report.http_version = Some(version_name(answer.version()).to_owned());
    report.headers = tools.redactor.headers(answer.headers());
    if plain_proxy && answer.status() == 407 {
        let detail = "the proxy wants a user name and password";
        return Err(Failure::new(
            FailureKind::ProxyAuth,
            Some(Phase::ProxyConnect),
            detail,
        ));
    }
    read(tools, answer.into_body()).await?;
    report.phases.body = Some(milliseconds(head.elapsed()));
    Ok(())
}

fn request(url: &Url, method: Method, path: &Path) -> Result<Request<Empty<Bytes>>, Failure> {
    let unusable = |error: &http::Error| {
        let detail = format!("the address cannot be asked for: {error}");
        Failure::new(FailureKind::Protocol, None, detail)
    };
    let mut whole = url.clone();
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
    let mut request = Request::builder()
        .method(method)
        .uri(target)
        .header(USER_AGENT, client::USER_AGENT)
        .header(ACCEPT, "*/*");
    if !path.http2 {
        request = request.header(HOST, host);
    }
    if let Some(auth) = &path.proxy_auth {
        request = request.header::<_, HeaderValue>(PROXY_AUTHORIZATION, auth.clone());
    }
    request.body(Empty::new()).map_err(|error| unusable(&error))
}

/// Sends the request; the instant at which it was handed over, and the head of the answer.
async fn ask(
    stream: TokioIo<Metered>,
    http2: bool,
    request: Request<Empty<Bytes>>,
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

/// Reads the body to its end and forgets it.
async fn read(tools: &Tools<'_>, mut body: Incoming) -> Result<(), Failure> {
    let mut length = 0;
    loop {
        let frame = timeout(tools.timeouts.body, body.frame())
            .await
            .map_err(|_elapsed| overdue(Phase::Body))?;
        let Some(frame) = frame else { return Ok(()) };
        let frame = frame.map_err(|error| classify(&error, Step::Body, false))?;
        length += frame.data_ref().map_or(0, Bytes::len);
        if length > tools.max_body {
            let detail = format!("the answer is longer than {} bytes", tools.max_body);
            return Err(Failure::new(FailureKind::BodyTooLarge, Some(Phase::Body), detail));
        }
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
