//! Waiting until it is well again, on a clock that the test moves.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use diagnose::{Ended, Patience, Point, PointState, Sleeper, Wait, Waited, csv, wait};
use jiff::{SignedDuration, Timestamp};
use sandbox::{Fault, Sandbox};
use transport::BoxFuture;

use crate::scene::Scene;

/// Time that passes when somebody sleeps, and what then happens.
struct Time {
    now: Mutex<Timestamp>,
    slept: Mutex<Vec<Duration>>,
    wakes: Box<dyn Fn(usize) + Send + Sync>,
}

impl Sleeper for Time {
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let mut now = self.now.lock().unwrap();
        *now = now.checked_add(SignedDuration::try_from(time).unwrap()).unwrap();
        let mut slept = self.slept.lock().unwrap();
        slept.push(time);
        (self.wakes)(slept.len());
        Box::pin(std::future::ready(()))
    }
}

/// Waits; `wakes` is told how often was slept.
async fn waited(
    mut scene: Scene,
    wakes: impl Fn(&Sandbox, usize) + Send + Sync + 'static,
) -> (Waited, Vec<Duration>) {
    let sandbox = Arc::clone(&scene.sandbox);
    let time = Arc::new(Time {
        now: Mutex::new(Timestamp::now()),
        slept: Mutex::default(),
        wakes: Box::new(move |slept| wakes(&sandbox, slept)),
    });
    let clock = Arc::clone(&time);
    scene.plan.clock = Arc::new(move || *clock.now.lock().unwrap());
    let waited = wait(Wait {
        subject: &scene.subject,
        plan: &scene.plan,
        patience: Patience::default(),
        sleeper: Arc::clone(&time) as _,
        on_point: Arc::new(|_, _, _| {}),
    })
    .await
    .unwrap();
    let slept = time.slept.lock().unwrap().clone();
    (waited, slept)
}

fn apart(points: &[Point]) -> Vec<f64> {
    let signed: Vec<_> = points.iter().filter(|point| point.signed_in).collect();
    signed
        .windows(2)
        .map(|two| two[1].at.duration_since(two[0].at).as_secs_f64())
        .collect()
}

#[tokio::test]
async fn it_ends_when_the_service_is_back() {
    let scene = Scene::new(&[Fault::Discovery503]).await;
    let (waited, slept) = waited(scene, |sandbox, slept| {
        if slept == 4 {
            sandbox.set_fault(Fault::Discovery503, false);
        }
    })
    .await;
    let seconds: Vec<_> = slept.iter().map(Duration::as_secs).collect();
    assert_eq!(seconds, [5, 10, 20, 40], "further and further apart");
    assert_eq!(waited.ended, Ended::Well);
    let states: Vec<_> = waited.chart.points.iter().map(|point| point.state).collect();
    use PointState::{Down, Well};
    assert_eq!(states, [Down, Down, Down, Down, Well]);
    assert_eq!(waited.chart.stretches.len(), 2);
    assert_eq!(csv(&waited.chart.points).lines().count(), 6);
}

#[tokio::test]
async fn it_signs_in_at_most_once_a_minute() {
    let scene = Scene::new(&[Fault::Token503]).await;
    let (waited, _) = waited(scene, |sandbox, slept| {
        if slept == 3 {
            sandbox.set_fault(Fault::Token503, false);
        }
    })
    .await;
    assert_eq!(waited.ended, Ended::Well);
    let gaps = apart(&waited.chart.points);
    assert!(
        !gaps.is_empty() && gaps.iter().all(|gap| *gap >= 60.0),
        "{gaps:?}"
    );
    let last = waited.chart.points.last().unwrap();
    assert!(last.signed_in && last.state == PointState::Well);
}

#[tokio::test]
async fn a_refused_credential_ends_it() {
    let scene = Scene::new(&[Fault::KeyWrong]).await;
    let (waited, slept) = waited(scene, |_, _| panic!("nothing to wait for")).await;
    assert_eq!((waited.ended, slept.len()), (Ended::Refused, 0));
    assert_eq!(waited.verdict.unwrap().code, diagnose::Code::Key);
}

#[tokio::test]
async fn it_can_be_stopped() {
    let scene = Scene::new(&[Fault::Discovery503]).await;
    let cancel = scene.plan.cancel.clone();
    let (waited, _) = waited(scene, move |_, slept| {
        if slept == 2 {
            cancel.cancel();
        }
    })
    .await;
    assert_eq!((waited.ended, waited.chart.points.len()), (Ended::Stopped, 2));
}
