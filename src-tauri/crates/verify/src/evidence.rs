//! Which check an HTTP exchange is evidence of.
//!
//! The run has one client with one recorder. Every check runs in a scope of its own, and so does every call shared by
//! several checks; an exchange belongs to the scope it happened in. A check that uses a shared call gets that
//! call's exchanges as evidence too, without those of the calls the shared one itself rested on.

use std::future::Future;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use jiff::{SignedDuration, Timestamp};
use transport::{Exchange, Recorder, deadline};

tokio::task_local! {
    static SCOPE: Arc<Log>;
}

/// The exchanges of one scope.
#[derive(Default)]
pub(crate) struct Log {
    own: Mutex<Vec<Arc<Exchange>>>,
    used: Mutex<Vec<Arc<Log>>>,
}

impl Log {
    fn push(&self, exchange: Arc<Exchange>) {
        self.own
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(exchange);
    }

    fn exchanges(&self) -> Vec<Arc<Exchange>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Own exchanges and those of the shared calls used, each once, in the order they were made.
    pub(crate) fn collect(&self) -> Vec<Exchange> {
        let mut all = self.exchanges();
        for used in self.used.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            all.extend(used.exchanges());
        }
        all.sort_by_key(|exchange| exchange.id);
        all.dedup_by_key(|exchange| exchange.id);
        all.iter().map(|exchange| Exchange::clone(exchange)).collect()
    }
}

/// Runs `work` with `log` as the place its exchanges go to.
pub(crate) fn scoped<F: Future>(log: Arc<Log>, work: F) -> impl Future<Output = F::Output> {
    SCOPE.scope(log, work)
}

/// Runs `work` without leaving evidence at whoever asks: for calls a shared call rests on.
pub(crate) async fn quiet<F: Future>(work: F) -> F::Output {
    SCOPE.scope(Arc::default(), work).await
}

/// An answer that many can wait for.
type Answer<T> = Shared<BoxFuture<'static, Arc<T>>>;

/// A call that is made once in a run, when the first check asks for it, and whose answer all share. A check that is
/// dropped while it waits does not stop the call for the others.
pub(crate) struct Once<T: 'static> {
    slot: OnceLock<(Arc<Log>, Answer<T>)>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self {
            slot: OnceLock::new(),
        }
    }
}

impl<T: Send + Sync + 'static> Once<T> {
    /// The answer; `call` is used by the first who asks.
    pub(crate) async fn get<F>(&self, call: impl FnOnce() -> F) -> Arc<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let (log, answer) = self.slot.get_or_init(|| {
            let log = Arc::new(Log::default());
            let call = SCOPE.scope(Arc::clone(&log), call());
            // Whoever waits polls the call; the one who begins it says by when it must be over.
            let call = match deadline::current() {
                Some(deadline) => deadline::within(deadline, call).boxed(),
                None => call.boxed(),
            };
            (log, call.map(Arc::new).boxed().shared())
        });
        // Outside a scope there is nobody to give the evidence to.
        let _ = SCOPE.try_with(|scope| {
            scope
                .used
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(Arc::clone(log));
        });
        answer.clone().await
    }
}

impl<T: Send + Sync + 'static> Once<T> {
    /// The answer of a call that somebody has begun; `None` where nobody has, and then nothing is begun.
    pub(crate) async fn begun(&self) -> Option<Arc<T>> {
        let answer = self.slot.get().map(|(_, answer)| answer.clone())?;
        Some(answer.await)
    }
}

/// The run's recorder: gives each exchange to its scope and remembers how far the clocks are apart.
#[derive(Default)]
pub(crate) struct Tap {
    date_shift: i64,
    offset: OnceLock<Offset>,
}

/// How far a server's clock is ahead of this computer's.
#[derive(Debug, Clone)]
pub(crate) struct Offset {
    /// Seconds the server is ahead; negative when it is behind.
    pub(crate) seconds: i64,
    /// The server's time.
    pub(crate) theirs: Timestamp,
    /// This computer's time at that moment.
    pub(crate) ours: Timestamp,
    /// The host that was asked.
    pub(crate) host: String,
    /// The exchange it was read from.
    pub(crate) exchange: Arc<Exchange>,
}

impl Tap {
    /// `date_shift` in seconds is added to every `Date` header: it plays a wrong clock.
    pub(crate) fn new(date_shift: i64) -> Self {
        Self {
            date_shift,
            offset: OnceLock::new(),
        }
    }

    /// The offset by the first answer that carried a `Date`; `None` before there is one.
    pub(crate) fn offset(&self) -> Option<&Offset> {
        self.offset.get()
    }

    fn measure(&self, exchange: &Arc<Exchange>) -> Option<Offset> {
        let header = |name: &str| {
            exchange
                .response_headers
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        };
        let date = jiff::fmt::rfc2822::parse(header("date")?).ok()?.timestamp();
        // A cache in between repeats the date at which it fetched the answer.
        let age = header("age")
            .and_then(|age| age.trim().parse::<i64>().ok())
            .unwrap_or(0);
        let theirs = date
            .checked_add(SignedDuration::from_secs(age.saturating_add(self.date_shift)))
            .ok()?;
        let waited = exchange
            .phases
            .total
            .or(exchange.phases.first_byte)
            .unwrap_or(0.0);
        let ours = exchange
            .started_at
            .checked_add(SignedDuration::from_millis((waited / 2.0) as i64))
            .ok()?;
        let host = url::Url::parse(&exchange.url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))?;
        Some(Offset {
            seconds: theirs.as_second() - ours.as_second(),
            theirs,
            ours,
            host,
            exchange: Arc::clone(exchange),
        })
    }
}

impl Recorder for Tap {
    fn record(&self, exchange: Arc<Exchange>) {
        if self.offset.get().is_none()
            && let Some(offset) = self.measure(&exchange)
        {
            let _ = self.offset.set(offset);
        }
        let _ = SCOPE.try_with(|scope| scope.push(exchange));
    }
}

/// Adds an exchange to the evidence of the check that runs now.
pub(crate) fn cite(exchange: Arc<Exchange>) {
    let _ = SCOPE.try_with(|scope| scope.push(exchange));
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use transport::{Phases, Recorder as _};

    use super::*;

    fn exchange(id: u64, headers: &[(&str, &str)]) -> Arc<Exchange> {
        Arc::new(Exchange {
            id,
            label: format!("call {id}"),
            started_at: Timestamp::from_second(1_767_600_000).unwrap(),
            method: "GET".to_owned(),
            url: "https://cxone.example.com/".to_owned(),
            request_headers: Vec::new(),
            request_body: None,
            status: Some(200),
            response_headers: headers
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            response_body: None,
            body_truncated: false,
            phases: Phases {
                total: Some(2000.0),
                ..Phases::default()
            },
            http_version: None,
            remote: None,
            trace_id: None,
            failure: None,
        })
    }

    fn ids(log: &Log) -> Vec<u64> {
        log.collect().iter().map(|exchange| exchange.id).collect()
    }

    #[tokio::test]
    async fn a_shared_call_is_made_once_and_cited_by_all_but_those_it_rests_on() {
        let tap = Tap::new(0);
        let (rest, shared) = (Once::<()>::default(), Once::<()>::default());
        let made = AtomicUsize::new(0);
        let ask = async |own: u64| {
            tap.record(exchange(own, &[]));
            quiet(rest.get(|| async { tokio::task::yield_now().await })).await;
            let record = || {
                made.fetch_add(1, Ordering::SeqCst);
                async { cite(exchange(50, &[])) }
            };
            shared.get(record).await;
            shared.get(record).await;
        };
        let (one, other) = (Arc::new(Log::default()), Arc::new(Log::default()));
        tokio::join!(
            scoped(Arc::clone(&one), ask(1)),
            scoped(Arc::clone(&other), ask(99))
        );
        assert_eq!(made.load(Ordering::SeqCst), 1);
        assert_eq!(ids(&one), [1, 50]);
        assert_eq!(ids(&other), [50, 99]);
    }

    #[tokio::test]
    async fn who_stops_waiting_does_not_stop_the_call_for_others() {
        let gate = Arc::new(tokio::sync::Semaphore::new(0));
        let shared = Once::<u32>::default();
        let call = || {
            let gate = Arc::clone(&gate);
            async move { gate.acquire().await.map_or(0, |_| 7) }
        };
        {
            let first = shared.get(call);
            tokio::pin!(first);
            assert!(futures_util::poll!(&mut first).is_pending());
        }
        gate.add_permits(1);
        assert_eq!(*shared.get(call).await, 7);
    }

    #[test]
    fn the_first_date_tells_how_far_the_clocks_are_apart() {
        // Asked at 08:00:00 by this clock, answered two seconds later: half of that is the way there.
        let dated = |date: &str, more: &[(&'static str, &'static str)]| {
            let mut headers = vec![("Date", date)];
            headers.extend(more);
            exchange(1, &headers)
        };
        let offset = |tap: &Tap, exchange| {
            tap.record(exchange);
            tap.offset().map(|offset| offset.seconds)
        };
        assert_eq!(
            offset(&Tap::new(0), dated("Mon, 05 Jan 2026 08:00:01 GMT", &[])),
            Some(0)
        );
        assert_eq!(
            offset(&Tap::new(600), dated("Mon, 05 Jan 2026 08:00:01 GMT", &[])),
            Some(600)
        );
        assert_eq!(
            offset(&Tap::new(0), dated("Mon, 05 Jan 2026 07:55:01 GMT", &[])),
            Some(-300)
        );
        // A cache repeats the date of its copy and says how old that is.
        assert_eq!(
            offset(
                &Tap::new(0),
                dated("Mon, 05 Jan 2026 07:55:01 GMT", &[("Age", "300")])
            ),
            Some(0)
        );
        assert_eq!(offset(&Tap::new(0), dated("yesterday", &[])), None);
        let tap = Tap::new(0);
        tap.record(exchange(1, &[]));
        tap.record(dated("Mon, 05 Jan 2026 08:00:11 GMT", &[]));
        tap.record(dated("Mon, 05 Jan 2026 09:00:00 GMT", &[]));
        assert_eq!(tap.offset().map(|offset| offset.seconds), Some(10));
    }
}
