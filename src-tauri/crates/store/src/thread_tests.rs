//! Waiting with a limit. The tests' store blocks on a channel that the test holds the other end of.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use profile::SecretErrorCode;
use secrecy::ExposeSecret;

use super::*;
use crate::{Session, SimulatedFault, simulated};

/// Longer than any machine needs: only a hang reaches it.
const NEVER: Duration = Duration::from_secs(600);
const SOON: Duration = Duration::from_millis(1);

/// A session store whose calls begin by reporting themselves and then wait to be let go on.
struct Gated {
    inner: Arc<Session>,
    begun: Sender<&'static str>,
    go_on: Mutex<Receiver<()>>,
}

struct Gate {
    store: Arc<Session>,
    begun: Arc<Mutex<Receiver<&'static str>>>,
    go_on: Sender<()>,
}

impl Gate {
    /// The next call that begins. Holds a paused clock while it waits.
    async fn next(&self) -> Option<&'static str> {
        let begun = self.begun.clone();
        tokio::task::spawn_blocking(move || begun.lock().unwrap().recv().ok())
            .await
            .unwrap()
    }
}

fn gated() -> (Box<dyn SecretStore>, Gate) {
    let (begun, begun_end) = channel();
    let (go_on, go_on_end) = channel();
    let store = Arc::new(Session::new());
    let gated = Gated {
        inner: store.clone(),
        begun,
        go_on: Mutex::new(go_on_end),
    };
    (
        Box::new(gated),
        Gate {
            store,
            begun: Arc::new(Mutex::new(begun_end)),
            go_on,
        },
    )
}

impl Gated {
    fn pass(&self, name: &'static str) {
        let _ = self.begun.send(name);
        // Ends when the test lets go or is over.
        let _ = self.go_on.lock().unwrap().recv();
    }
}

impl SecretStore for Gated {
    fn kind(&self) -> StoreKind {
        StoreKind::Keychain
    }

    fn get(&self, profile: &ProfileId, field: SecretField) -> Result<Option<SecretString>, SecretError> {
        self.pass("get");
        self.inner.get(profile, field)
    }

    fn set(&self, profile: &ProfileId, field: SecretField, secret: &SecretString) -> Result<(), SecretError> {
        self.pass("set");
        self.inner.set(profile, field, secret)
    }

    fn delete(&self, profile: &ProfileId, field: SecretField) -> Result<(), SecretError> {
        self.pass("delete");
        self.inner.delete(profile, field)
    }

    fn probe(&self) -> Result<(), SecretError> {
        self.pass("probe");
        panic!("a bug of the library");
    }
}

const FIELD: SecretField = SecretField::ClientSecret;

#[tokio::test]
async fn a_store_that_answers_is_used_through_the_thread() {
    let thread = SecretThread::start(Box::new(Session::new()), Patience::Fail(NEVER)).unwrap();
    let id = ProfileId::random();
    assert_eq!(thread.kind(), StoreKind::Session);
    assert!(thread.get(&id, FIELD).await.unwrap().is_none());
    thread
        .set(&id, FIELD, &SecretString::from("test-secret"))
        .await
        .unwrap();
    assert_eq!(
        thread.get(&id, FIELD).await.unwrap().unwrap().expose_secret(),
        "test-secret"
    );
    thread.delete(&id, FIELD).await.unwrap();
    assert!(thread.get(&id, FIELD).await.unwrap().is_none());
    thread.probe().await.unwrap();
}

// In the tests with `start_paused` time stands still until the test moves it or only waits for it.

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_is_slow_and_its_late_answer_harmless() {
    let (store, gate) = gated();
    let thread = Arc::new(SecretThread::start(store, Patience::Fail(DEFAULT_LIMIT)).unwrap());
    let id = ProfileId::random();
    let slow = SecretError::Slow { after_ms: 3000 };
    let call = tokio::spawn({
        let (thread, id) = (thread.clone(), id.clone());
        async move { thread.set(&id, FIELD, &SecretString::from("test-secret")).await }
    });
    assert_eq!(gate.next().await, Some("set"));
    assert_eq!(call.await.unwrap(), Err(slow.clone()));
    // The next call waits behind the first, and gives up as well; so it never begins.
    assert_eq!(thread.delete(&id, FIELD).await, Err(slow));
    gate.go_on.send(()).unwrap();
    let third = tokio::spawn(async move { thread.get(&ProfileId::random(), FIELD).await.map(|_| ()) });
    assert_eq!(
        gate.next().await,
        Some("get"),
        "what nobody waits for is left out"
    );
    assert!(
        gate.store.get(&id, FIELD).unwrap().is_some(),
        "what had begun came to its end"
    );
    third.abort();
}

#[tokio::test]
async fn a_call_that_waits_for_a_dialog_says_so_and_is_answered() {
    let (store, gate) = gated();
    let thread = Arc::new(SecretThread::start(store, Patience::Wait(SOON)).unwrap());
    let mut waiting = thread.waiting();
    assert_eq!(*waiting.borrow_and_update(), 0);
    let id = ProfileId::random();
    let call = tokio::spawn({
        let (thread, id) = (thread.clone(), id.clone());
        async move { thread.set(&id, FIELD, &SecretString::from("test-secret")).await }
    });
    assert_eq!(*waiting.wait_for(|&count| count > 0).await.unwrap(), 1);
    gate.go_on.send(()).unwrap();
    assert_eq!(call.await.unwrap(), Ok(()));
    waiting.wait_for(|&count| count == 0).await.unwrap();
    assert!(gate.store.get(&id, FIELD).unwrap().is_some());
}

#[tokio::test]
async fn waiting_is_cancelled_for_all_at_once_and_later_calls_go_on() {
    let (store, gate) = gated();
    let thread = Arc::new(SecretThread::start(store, Patience::Wait(SOON)).unwrap());
    let mut waiting = thread.waiting();
    let calls: Vec<_> = (0..3)
        .map(|_| {
            let thread = thread.clone();
            tokio::spawn(async move { thread.get(&ProfileId::random(), FIELD).await.map(|_| ()) })
        })
        .collect();
    waiting.wait_for(|&count| count == 3).await.unwrap();
    thread.cancel();
    for call in calls {
        assert_eq!(call.await.unwrap(), Err(SecretError::Cancelled));
    }
    assert_eq!(*thread.waiting().borrow(), 0);
    gate.go_on.send(()).unwrap();
    gate.go_on.send(()).unwrap();
    assert_eq!(thread.delete(&ProfileId::random(), FIELD).await, Ok(()));
}

#[tokio::test]
async fn a_call_is_cancelled_before_its_limit_too() {
    let (store, gate) = gated();
    let thread = Arc::new(SecretThread::start(store, Patience::Wait(NEVER)).unwrap());
    let call = tokio::spawn({
        let thread = thread.clone();
        async move { thread.get(&ProfileId::random(), FIELD).await.map(|_| ()) }
    });
    assert_eq!(gate.next().await, Some("get"));
    thread.cancel();
    assert_eq!(call.await.unwrap(), Err(SecretError::Cancelled));
}

#[tokio::test]
async fn a_dropped_call_stops_counting_as_waiting() {
    let (store, _gate) = gated();
    let thread = Arc::new(SecretThread::start(store, Patience::Wait(SOON)).unwrap());
    let mut waiting = thread.waiting();
    let call = tokio::spawn({
        let thread = thread.clone();
        async move { thread.get(&ProfileId::random(), FIELD).await.map(|_| ()) }
    });
    waiting.wait_for(|&count| count == 1).await.unwrap();
    call.abort();
    waiting.wait_for(|&count| count == 0).await.unwrap();
}

#[tokio::test]
async fn a_crash_of_the_library_is_an_error_and_the_thread_lives_on() {
    let (store, gate) = gated();
    let thread = SecretThread::start(store, Patience::Fail(NEVER)).unwrap();
    gate.go_on.send(()).unwrap();
    gate.go_on.send(()).unwrap();
    assert_eq!(thread.probe().await.unwrap_err().code(), SecretErrorCode::Other);
    assert_eq!(thread.delete(&ProfileId::random(), FIELD).await, Ok(()));
}

#[test]
fn neither_dropping_nor_the_end_of_the_runtime_waits_for_a_hung_store() {
    let (store, gate) = gated();
    let thread = SecretThread::start(store, Patience::Fail(DEFAULT_LIMIT)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let id = ProfileId::random();
        let call = thread.get(&id, FIELD);
        let (answer, begun) = tokio::join!(call, gate.next());
        assert_eq!(
            (answer.map(|_| ()).unwrap_err().code(), begun),
            (SecretErrorCode::Slow, Some("get"))
        );
    });
    // Were either of these to wait for the store, which is still held, the test would never end.
    drop(thread);
    drop(runtime);
    gate.go_on.send(()).unwrap();
    // The thread has ended when its end of the channel is gone.
    assert!(gate.begun.lock().unwrap().recv().is_err());
}

#[tokio::test]
async fn simulated_keychains_fail_in_their_own_way() {
    let faults = [
        (SimulatedFault::Missing, SecretErrorCode::NoService),
        (SimulatedFault::Locked, SecretErrorCode::Locked),
        (SimulatedFault::Denied, SecretErrorCode::Denied),
        (SimulatedFault::Slow, SecretErrorCode::Slow),
    ];
    for (fault, code) in faults {
        let limit = if fault == SimulatedFault::Slow {
            SOON
        } else {
            NEVER
        };
        let thread = SecretThread::start(simulated(fault), Patience::Fail(limit)).unwrap();
        assert_eq!(thread.kind(), StoreKind::Keychain);
        assert_eq!(thread.probe().await.unwrap_err().code(), code);
        assert_eq!(
            thread
                .get(&ProfileId::random(), FIELD)
                .await
                .map(|_| ())
                .unwrap_err()
                .code(),
            code
        );
    }
}
