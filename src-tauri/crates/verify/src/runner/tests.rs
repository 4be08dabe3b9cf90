//! The runner on made-up checks: order, blocking, crashes, budgets, cancellation.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::{Notify, Semaphore};

use super::*;
use crate::check::{Rule, Work};
use crate::outcome::{Group, Mark, Severity};
use crate::report::{Frame, Report};

/// What made-up checks share.
#[derive(Default)]
struct World {
    order: Mutex<Vec<&'static str>>,
    at_work: AtomicUsize,
    most_at_work: AtomicUsize,
    gate: Option<Semaphore>,
    entered: Notify,
}

impl World {
    fn log(&self, id: &'static str) {
        self.order.lock().unwrap().push(id);
    }
}

const fn check(id: &'static str, needs: &'static [&'static str], work: Work<World>) -> Check<World> {
    Check {
        id,
        group: Group::Computer,
        title: "A made-up check passes",
        needs,
        after: &[],
        leans_on: &[],
        severity: Severity::Error,
        by_hand: false,
        budget_ms: 10_000,
        tries: "Looks at nothing.",
        rule: Rule {
            text: "Made up.",
            mark: Mark::Inferred,
        },
        work,
    }
}

fn passes(_: Arc<World>) -> BoxFuture<'static, Finding> {
    async { Finding::pass("Fine.") }.boxed()
}
fn fails(_: Arc<World>) -> BoxFuture<'static, Finding> {
    async { Finding::fail("Broken. Very much.") }.boxed()
}
fn warns(_: Arc<World>) -> BoxFuture<'static, Finding> {
    async { Finding::warn("Look here.") }.boxed()
}
fn is_unknown(_: Arc<World>) -> BoxFuture<'static, Finding> {
    async { Finding::unknown("Cannot tell.") }.boxed()
}
fn is_skipped(_: Arc<World>) -> BoxFuture<'static, Finding> {
    async { Finding::skipped("Nothing there.") }.boxed()
}
fn is_manual(_: Arc<World>) -> BoxFuture<'static, Finding> {
    async { Finding::manual("Look yourself.") }.boxed()
}
fn crashes(_: Arc<World>) -> BoxFuture<'static, Finding> {
    async { panic!("boom with test-secret-boom") }.boxed()
}
fn crashes_at_once(_: Arc<World>) -> BoxFuture<'static, Finding> {
    panic!("before the first await")
}
fn hangs(_: Arc<World>) -> BoxFuture<'static, Finding> {
    std::future::pending().boxed()
}
fn leaves(_: Arc<World>) -> BoxFuture<'static, Finding> {
    std::future::pending().boxed()
}
fn works_at_the_gate(world: Arc<World>) -> BoxFuture<'static, Finding> {
    async move {
        let now = world.at_work.fetch_add(1, Ordering::SeqCst) + 1;
        world.most_at_work.fetch_max(now, Ordering::SeqCst);
        world.entered.notify_one();
        if let Some(gate) = &world.gate {
            gate.acquire().await.unwrap().forget();
        }
        world.at_work.fetch_sub(1, Ordering::SeqCst);
        Finding::pass("Through.")
    }
    .boxed()
}
fn logs_first(world: Arc<World>) -> BoxFuture<'static, Finding> {
    async move {
        tokio::task::yield_now().await;
        world.log("first");
        Finding::fail("Broken.")
    }
    .boxed()
}
fn logs_second(world: Arc<World>) -> BoxFuture<'static, Finding> {
    async move {
        world.log("second");
        Finding::pass("Fine.")
    }
    .boxed()
}
fn blames_3(_: Arc<World>) -> BoxFuture<'static, Finding> {
    async { Finding::blocked(&["HD-3"], "It is the fault of 3.") }.boxed()
}

fn doubts_1(_: Arc<World>) -> BoxFuture<'static, Finding> {
    async { Finding::unknown("Cannot tell either.").because_of(&["HD-1"]) }.boxed()
}
fn orders(progress: OnProgress) -> Orders {
    Orders {
        cancel: CancellationToken::new(),
        progress,
        side_by_side: 8,
        budget: None,
        answers: BTreeMap::new(),
        redact: Arc::new(|text| text.replace("test-secret-boom", "<redacted>")),
    }
}

async fn run_in(world: Arc<World>, catalogue: &'static [Check<World>], orders: &Orders) -> Report {
    let plan = plan(catalogue, &[]).unwrap();
    let outcomes = execute(catalogue, plan, world, orders).await;
    Report::new(
        outcomes.results,
        &Frame {
            cancelled: outcomes.cancelled,
            took: Duration::ZERO,
        },
    )
}

async fn run(catalogue: &'static [Check<World>]) -> Report {
    run_in(Arc::default(), catalogue, &orders(Arc::new(|_| {}))).await
}

fn words(report: &Report) -> Vec<(&str, &str)> {
    report
        .checks
        .iter()
        .map(|check| (check.id.as_str(), check.outcome.word()))
        .collect()
}

#[tokio::test]
async fn only_fail_blocked_and_crashed_block_and_the_root_is_named() {
    static CHECKS: &[Check<World>] = &[
        check("HD-1", &[], fails),
        check("HD-2", &["HD-1"], passes),
        check("HD-3", &["HD-2"], passes),
        check("HD-4", &[], warns),
        check("HD-5", &["HD-4"], passes),
        check("HD-6", &[], is_unknown),
        check("HD-7", &["HD-6"], passes),
        check("HD-8", &[], is_skipped),
        check("HD-9", &["HD-8"], passes),
        check("HD-10", &[], is_manual),
        check("HD-11", &["HD-10"], passes),
        check("HD-12", &["HD-3", "HD-5"], passes),
    ];
    let report = run(CHECKS).await;
    assert_eq!(
        words(&report),
        [
            ("HD-1", "fail"),
            ("HD-2", "blocked"),
            ("HD-3", "blocked"),
            ("HD-4", "warn"),
            ("HD-5", "pass"),
            ("HD-6", "unknown"),
            ("HD-7", "pass"),
            ("HD-8", "skipped"),
            ("HD-9", "pass"),
            ("HD-10", "manual"),
            ("HD-11", "pass"),
            ("HD-12", "blocked"),
        ]
    );
    for id in ["HD-2", "HD-3", "HD-12"] {
        assert_eq!(report.check(id).unwrap().blocked_by, ["HD-1"], "{id}");
    }
    assert_eq!(report.headline, "Broken. 3 checks wait for it.");
    assert_eq!(report.exit_code(false), 1);
    assert_eq!(report.problems(), 2);
}

#[tokio::test]
async fn a_crash_stays_one_line_and_the_run_goes_on() {
    static CHECKS: &[Check<World>] = &[
        check("HD-1", &[], crashes),
        check("HD-2", &["HD-1"], passes),
        check("HD-3", &[], crashes_at_once),
        check("HD-4", &[], passes),
    ];
    let report = run(CHECKS).await;
    assert_eq!(
        words(&report),
        [
            ("HD-1", "crashed"),
            ("HD-2", "blocked"),
            ("HD-3", "crashed"),
            ("HD-4", "pass")
        ]
    );
    assert_eq!(
        report.check("HD-1").unwrap().found.as_deref(),
        Some("boom with <redacted>")
    );
    assert_eq!(report.check("HD-2").unwrap().blocked_by, ["HD-1"]);
    assert_eq!(report.outcome, RunOutcome::Crashed);
    assert_eq!((report.exit_code(false), report.exit_code(true)), (70, 70));
}

#[tokio::test]
async fn a_check_over_its_budget_fails_alone() {
    static CHECKS: &[Check<World>] = &[
        check("HD-1", &[], hangs),
        check("HD-2", &["HD-1"], passes),
        check("HD-3", &[], passes),
    ];
    let mut orders = orders(Arc::new(|_| {}));
    orders.budget = Some(Duration::from_millis(10));
    let report = run_in(Arc::default(), CHECKS, &orders).await;
    assert_eq!(
        words(&report),
        [("HD-1", "fail"), ("HD-2", "blocked"), ("HD-3", "pass")]
    );
    assert!(
        report.checks[0].message.contains("0.01 s"),
        "{}",
        report.checks[0].message
    );
    assert!(report.checks[0].message.contains("from this computer"));
}

#[tokio::test]
async fn a_cancelled_run_keeps_what_had_finished() {
    static CHECKS: &[Check<World>] = &[
        check("HD-1", &[], passes),
        check("HD-2", &["HD-1"], leaves),
        check("HD-3", &["HD-2"], passes),
    ];
    let cancel = CancellationToken::new();
    let at_second = cancel.clone();
    let mut orders = orders(Arc::new(move |progress| {
        if matches!(&progress, Progress::CheckStarted { id } if id == "HD-2") {
            at_second.cancel();
        }
    }));
    orders.cancel = cancel;
    let report = run_in(Arc::default(), CHECKS, &orders).await;
    assert_eq!(words(&report), [("HD-1", "pass")]);
    assert_eq!(report.outcome, RunOutcome::Cancelled);
    assert_eq!(report.exit_code(false), 130);
    assert_eq!(report.headline, "Cancelled. One check had finished.");
}

#[tokio::test]
async fn what_is_cancelled_beforehand_does_not_begin() {
    static CHECKS: &[Check<World>] = &[check("HD-1", &[], leaves)];
    let orders = orders(Arc::new(|_| {}));
    orders.cancel.cancel();
    let report = run_in(Arc::default(), CHECKS, &orders).await;
    assert_eq!(words(&report), []);
    assert_eq!(report.outcome, RunOutcome::Cancelled);
}

#[tokio::test]
async fn independent_checks_run_side_by_side_up_to_the_limit() {
    static CHECKS: &[Check<World>] = &[
        check("HD-1", &[], works_at_the_gate),
        check("HD-2", &[], works_at_the_gate),
        check("HD-3", &[], works_at_the_gate),
    ];
    let world = Arc::new(World {
        gate: Some(Semaphore::new(0)),
        ..World::default()
    });
    let mut orders = orders(Arc::new(|_| {}));
    orders.side_by_side = 2;
    let opener = Arc::clone(&world);
    let open = async move {
        // Both must have entered before either is let through.
        opener.entered.notified().await;
        while opener.at_work.load(Ordering::SeqCst) < 2 {
            tokio::task::yield_now().await;
        }
        if let Some(gate) = &opener.gate {
            gate.add_permits(3);
        }
    };
    let (report, ()) = tokio::join!(run_in(Arc::clone(&world), CHECKS, &orders), open);
    assert_eq!(
        words(&report),
        [("HD-1", "pass"), ("HD-2", "pass"), ("HD-3", "pass")]
    );
    assert_eq!(world.most_at_work.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn after_orders_but_does_not_block() {
    static CHECKS: &[Check<World>] = &[
        Check {
            after: &["HD-2"],
            ..check("HD-1", &[], logs_second)
        },
        check("HD-2", &[], logs_first),
    ];
    let world = Arc::new(World::default());
    let report = run_in(Arc::clone(&world), CHECKS, &orders(Arc::new(|_| {}))).await;
    assert_eq!(words(&report), [("HD-1", "pass"), ("HD-2", "fail")]);
    assert_eq!(*world.order.lock().unwrap(), ["first", "second"]);
}

#[tokio::test]
async fn blame_is_followed_to_its_root() {
    static CHECKS: &[Check<World>] = &[
        check("HD-1", &[], blames_3),
        check("HD-2", &["HD-1"], passes),
        check("HD-3", &["HD-4"], passes),
        check("HD-4", &[], fails),
    ];
    let report = run(CHECKS).await;
    assert_eq!(
        words(&report),
        [
            ("HD-1", "blocked"),
            ("HD-2", "blocked"),
            ("HD-3", "blocked"),
            ("HD-4", "fail")
        ]
    );
    for id in ["HD-1", "HD-2", "HD-3"] {
        assert_eq!(report.check(id).unwrap().blocked_by, ["HD-4"], "{id}");
    }
}

#[tokio::test]
async fn a_cause_that_was_not_asked_for_joins_the_run() {
    static CHECKS: &[Check<World>] = &[
        check("HD-1", &[], blames_3),
        check("HD-2", &[], passes),
        check("HD-3", &["HD-4"], passes),
        check("HD-4", &[], fails),
    ];
    let asked = plan(CHECKS, &["HD-1".to_owned()]).unwrap();
    assert_eq!(asked.len(), 1);
    let ended = execute(CHECKS, asked, Arc::default(), &orders(Arc::new(|_| {}))).await;
    let report = Report::new(
        ended.results,
        &Frame {
            cancelled: ended.cancelled,
            took: Duration::ZERO,
        },
    );
    assert_eq!(
        words(&report),
        [("HD-1", "blocked"), ("HD-3", "blocked"), ("HD-4", "fail")]
    );
    assert_eq!(report.check("HD-1").unwrap().blocked_by, ["HD-4"]);
}

#[tokio::test]
async fn progress_names_every_check_once_and_blocked_ones_never_begin() {
    static CHECKS: &[Check<World>] = &[check("HD-1", &[], fails), check("HD-2", &["HD-1"], passes)];
    let told = Arc::new(Mutex::new(Vec::new()));
    let ears = Arc::clone(&told);
    let orders = orders(Arc::new(move |progress| {
        let line = match progress {
            Progress::CheckStarted { id } => format!("{id} begins"),
            Progress::CheckFinished { result } => format!("{} {}", result.id, result.outcome.word()),
            Progress::Started { .. } | Progress::Finished { .. } => String::new(),
        };
        ears.lock().unwrap().push(line);
    }));
    run_in(Arc::default(), CHECKS, &orders).await;
    assert_eq!(
        *told.lock().unwrap(),
        ["HD-1 begins", "HD-1 fail", "HD-2 blocked"]
    );
}

#[tokio::test]
async fn exit_codes_follow_strictness() {
    static WARNING: &[Check<World>] = &[check("HD-1", &[], warns), check("HD-2", &[], passes)];
    static OPEN: &[Check<World>] = &[check("HD-1", &[], warns), check("HD-2", &[], is_unknown)];
    static QUIET: &[Check<World>] = &[
        check("HD-1", &[], is_manual),
        check("HD-2", &[], is_skipped),
        check("HD-3", &[], passes),
    ];
    static LIGHT: &[Check<World>] = &[Check {
        severity: Severity::Warning,
        ..check("HD-1", &[], fails)
    }];
    let codes = async |checks| {
        let report = run(checks).await;
        (report.exit_code(false), report.exit_code(true))
    };
    assert_eq!(codes(WARNING).await, (0, 2));
    assert_eq!(codes(OPEN).await, (0, 3));
    assert_eq!(codes(QUIET).await, (0, 0));
    assert_eq!(codes(LIGHT).await, (0, 2));
}

#[test]
fn only_brings_what_is_needed_and_refuses_what_does_not_exist() {
    static CHECKS: &[Check<World>] = &[
        check("HD-101", &[], passes),
        check("HD-102", &[], passes),
        check("HD-103", &["HD-102"], passes),
        Check {
            after: &["HD-103"],
            leans_on: &["HD-105"],
            ..check("HD-104", &[], passes)
        },
        check("HD-105", &[], passes),
    ];
    let ids = |only: &[&str]| {
        let only: Vec<String> = only.iter().map(|id| (*id).to_owned()).collect();
        plan(CHECKS, &only).map(|plan| plan.iter().map(|check| check.id).collect::<Vec<_>>())
    };
    assert_eq!(ids(&["HD-103"]).unwrap(), ["HD-102", "HD-103"]);
    assert_eq!(ids(&["HD-104"]).unwrap(), ["HD-102", "HD-103", "HD-104"]);
    assert_eq!(ids(&["105", " hd-102 "]).unwrap(), ["HD-102", "HD-105"]);
    let error = ids(&["HD-105", "HD-1"]).unwrap_err();
    assert_eq!((error.id.as_str(), error.valid.len()), ("HD-1", 5));
    assert!(error.to_string().contains("HD-101, HD-102"), "{error}");
    assert!(ids(&[""]).is_err());
}

#[tokio::test]
async fn a_failure_that_weighs_less_is_the_headline_and_no_word_of_calm_stands_above_it() {
    static CATALOGUE: [Check<World>; 2] = [
        Check {
            severity: Severity::Warning,
            ..check("HD-1", &[], fails)
        },
        check("HD-2", &[], warns),
    ];
    let report = run(&CATALOGUE).await;
    assert_eq!(
        report.headline,
        "Broken. Nothing that stops a handover fails. One more warning."
    );
}

#[tokio::test]
async fn a_doubt_names_its_cause_apart_from_what_blocks() {
    static CATALOGUE: [Check<World>; 2] =
        [check("HD-1", &[], is_unknown), check("HD-2", &["HD-1"], doubts_1)];
    let report = run(&CATALOGUE).await;
    let doubtful = report.check("HD-2").unwrap();
    assert_eq!(doubtful.outcome, Outcome::Unknown);
    assert!(doubtful.blocked_by.is_empty(), "{:?}", doubtful.blocked_by);
    assert_eq!(doubtful.because_of, ["HD-1"]);
    assert_eq!(doubtful.message, "Cannot tell either. See HD-1.");
}
