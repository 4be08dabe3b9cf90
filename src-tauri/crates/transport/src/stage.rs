//! Where a call stands, as told by the connector, the resolver and the TLS handshake while they work for it.
//!
//! The marks of a call travel as a task-local, because reqwest gives its connector nothing but a URL. A connection that
//! reqwest moves to the background (another one became free first) is polled without the task-local and stops marking:
//! what then was measured of it does not belong to the call, and is forgotten.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::{Phase, Phases, Timeouts};

tokio::task_local! {
    static CALL: Arc<Marks>;
}

/// What a call is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Resolve,
    Connect,
    Tls,
    /// The request is out, or waits for a connection that other calls share.
    Answer,
    Body,
}

impl Step {
    pub(crate) fn phase(self) -> Phase {
        match self {
            Step::Resolve => Phase::Resolve,
            Step::Connect => Phase::Connect,
            Step::Tls => Phase::Tls,
            Step::Answer => Phase::FirstByte,
            Step::Body => Phase::Body,
        }
    }
}

/// The clockwork of one call.
#[derive(Debug)]
pub(crate) struct Marks {
    /// What it is doing, and since when.
    now: watch::Sender<(Step, Instant)>,
    started: Instant,
    times: Mutex<Times>,
}

#[derive(Debug, Default)]
struct Times {
    connecting: Option<Instant>,
    resolve: Option<Duration>,
    connection: Option<Duration>,
    head: Option<Instant>,
    body: Option<Duration>,
    requested: Option<Instant>,
}

/// The marks of the call that is being polled.
pub(crate) fn current() -> Option<Arc<Marks>> {
    CALL.try_with(Arc::clone).ok()
}

impl Marks {
    pub(crate) fn start() -> Arc<Marks> {
        let started = Instant::now();
        let now = watch::Sender::new((Step::Answer, started));
        Arc::new(Marks {
            now,
            started,
            times: Mutex::new(Times::default()),
        })
    }

    /// Runs `work` with these marks as the current ones.
    pub(crate) fn around<F: Future>(self: &Arc<Self>, work: F) -> impl Future<Output = F::Output> {
        CALL.scope(Arc::clone(self), work)
    }

    pub(crate) fn step(&self) -> Step {
        self.now.borrow().0
    }

    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    pub(crate) fn enter(&self, step: Step) {
        self.now.send_replace((step, Instant::now()));
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connecting(&self) {
        self.times().connecting = Some(Instant::now());
        self.enter(Step::Connect);
    }

    /// The resolver answered, well or not.
    pub(crate) fn resolved(&self) {
        let (_, since) = *self.now.borrow();
        self.times().resolve = Some(since.elapsed());
        self.enter(Step::Connect);
    }

    fn connected(&self) {
        let now = Instant::now();
        let mut times = self.times();
        times.requested = Some(now);
        times.connection = times.connecting.map(|begun| {
            now.duration_since(begun)
                .saturating_sub(times.resolve.unwrap_or_default())
        });
        drop(times);
        self.enter(Step::Answer);
    }

    /// The connection went on without this call.
    fn detached(&self) {
        let mut times = self.times();
        times.connecting = None;
        times.resolve = None;
        times.connection = None;
        drop(times);
        if self.step() != Step::Body {
            self.enter(Step::Answer);
        }
    }

    /// The head of the answer is there.
    pub(crate) fn answered(&self) {
        self.times().head = Some(Instant::now());
        self.enter(Step::Body);
    }

    /// The last byte of the body is there.
    pub(crate) fn complete(&self) {
        let mut times = self.times();
        times.body = times.head.map(|head| head.elapsed());
    }

    /// What was measured until now.
    pub(crate) fn phases(&self) -> Phases {
        let times = self.times();
        let requested = times.requested.unwrap_or(self.started);
        Phases {
            resolve: times.resolve.map(milliseconds),
            connection: times.connection.map(milliseconds),
            first_byte: times
                .head
                .map(|head| milliseconds(head.duration_since(requested))),
            body: times.body.map(milliseconds),
            total: Some(milliseconds(self.started.elapsed())),
            ..Phases::default()
        }
    }

    /// Ends when a limit is exceeded before the head of the answer is there; says in which phase.
    pub(crate) async fn overdue(&self, limits: &Timeouts) -> Phase {
        let mut changes = self.now.subscribe();
        let last = self.started + limits.total;
        loop {
            let (step, since) = *changes.borrow_and_update();
            let limit = match step {
                Step::Resolve => limits.resolve,
                Step::Connect => limits.connect,
                Step::Tls => limits.tls,
                Step::Answer | Step::Body => limits.first_byte,
            };
            tokio::select! {
                biased;
                // The sender lives as long as `self`.
                _changed = changes.changed() => {}
                () = tokio::time::sleep_until(last.min(since + limit)) => return step.phase(),
            }
        }
    }
}

/// Milliseconds, to the microsecond: more is noise, and short numbers survive being stored.
pub(crate) fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// The connector layer: marks begin and end of making a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watched;

impl<S> tower_layer::Layer<S> for Watched {
    type Service = WatchedConnector<S>;

    fn layer(&self, inner: S) -> WatchedConnector<S> {
        WatchedConnector { inner }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct WatchedConnector<S> {
    inner: S,
}

impl<S, R> tower_service::Service<R> for WatchedConnector<S>
where
    S: tower_service::Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Connecting<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Connecting<S::Future> {
        let marks = current();
        if let Some(marks) = &marks {
            marks.connecting();
        }
        Connecting {
            inner: Box::pin(self.inner.call(request)),
            marks,
        }
    }
}

/// A connection being made, for a call or (later) for nobody.
pub(crate) struct Connecting<F> {
    inner: Pin<Box<F>>,
    marks: Option<Arc<Marks>>,
}

impl<F, T, E> Future for Connecting<F>
where
    F: Future<Output = Result<T, E>>,
{
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T, E>> {
        if self.marks.is_some()
            && current().is_none()
            && let Some(marks) = self.marks.take()
        {
            marks.detached();
        }
        let polled = self.inner.as_mut().poll(cx);
        if let (Poll::Ready(Ok(_)), Some(marks)) = (&polled, self.marks.take_if(|_| polled.is_ready())) {
            marks.connected();
        }
        polled
    }
}
