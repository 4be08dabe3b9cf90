use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use desk::wire::RunOrigin;
use desk::{ErrorCode, SandboxChat, WireError};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use profile::{Credentials, SecretError, StoreKind, Variable};
use sandbox::{Fault, FaultKind, Options, Sandbox};
use verify::{
    Accepted, Cover, Input, LivePlan, Progress, Report, Request, Run, SelectError, SpeedOrders, StoreProbe,
};

use super::profile::Answer;
use super::{profile as stored, sandbox as faults};
use crate::arguments::{Form, Verify};
use crate::exit::{Exit, Failure};
use crate::terminal::{self, Place};

/// `handover verify`
pub async fn verify(place: &Place, mut options: Verify) -> Result<Exit, Failure> {
    // A comma too many names no check.
    let named = !options.only.is_empty();
    options.only.retain(|id| !id.trim().is_empty());
    if named && options.only.is_empty() {
        return Err(Failure::usage(
            "`--only` names no check.",
            "It takes ids such as HD-303, separated by commas; leave it out to run all checks.",
        ));
    }
    let live = options.live.then_some(Request::Live);
    let asked: Vec<Request> = live
        .into_iter()
        .chain(options.speed.then_some(Request::Speed))
        .collect();
    verify::select(&options.only, &asked).map_err(|error| not_selected(&error))?;
    if options.json && options.report.is_some() && options.out.is_none() {
        return Err(Failure::usage(
            "`--json` and `--report` cannot both go to standard output.",
            "Name a file for the report with --out, or leave one of them out.",
        ));
    }
    let (report, name) = if options.which.sample {
        (sample(&options).await?, "Sandbox".to_owned())
    } else if let Some(file) = &options.which.profile_file {
        from_file(file, &options).await?
    } else {
        // The argument group makes sure that one of the three is there.
        kept(
            place,
            options.which.profile.as_deref().unwrap_or_default(),
            &options,
        )
        .await?
    };
    if let Some(form) = options.report {
        write(&report, form, name, options.out.as_deref())?;
    }
    if options.json {
        terminal::json(&report)?;
    } else if options.report.is_none() || options.out.is_some() {
        terminal::print(&report.to_text(std::io::stdout().is_terminal()))?;
    }
    Ok(Exit::Verification(report.exit_code(options.strict)))
}

fn not_selected(error: &SelectError) -> Failure {
    let name = |request: &Request| match request {
        Request::Live => "--live",
        Request::Speed => "--speed",
    };
    let hint = match error {
        SelectError::Unknown(_) => "`--only` takes ids such as HD-303, separated by commas.".to_owned(),
        SelectError::NotAsked { id, request } => match request {
            Request::Live => format!("{id} writes in CXone: add --live, and read what it creates."),
            Request::Speed => format!("{id} calls many times: add --speed."),
        },
        SelectError::LeftOut { request } => format!(
            "{} adds checks that `--only` leaves out. Name one of them, or leave one of the two options out.",
            name(request)
        ),
    };
    Failure::usage(error.to_string(), hint)
}

/// The administrator's word for what the round trip creates: by the option, or asked for on the terminal.
fn agree(plan: &LivePlan, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    let mut question = "The live round trip creates this in CXone:\n".to_owned();
    for line in &plan.creates {
        question.push_str(&format!("  - {}\n", terminal::plain(line)));
    }
    question.push_str(&format!("{} {}\nGo on?", plan.cleans_up, plan.remains));
    match stored::ask(&question)? {
        Answer::Yes => Ok(()),
        Answer::No => Err(Failure::usage(
            "Nothing was verified and nothing was created.",
            "Answer y, use --yes, or leave --live out.",
        )),
        Answer::Nobody => Err(Failure::usage(
            "Nothing was created: the live round trip writes in CXone, and there is no terminal to ask on.",
            "Use --yes to agree to it beforehand.",
        )),
    }
}

/// The report in a form for others, into a file or to standard output.
fn write(report: &Report, form: Form, profile: String, file: Option<&Path>) -> Result<(), Failure> {
    let text = match form {
        Form::Md => report.to_markdown(),
        Form::Json => terminal::pretty(report)? + "\n",
        Form::Html => report.to_html(&Cover {
            profile,
            at: jiff::Timestamp::now(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }),
    };
    let Some(file) = file else {
        return terminal::print(&text);
    };
    std::fs::write(file, text).map_err(|error| Failure {
        error: WireError::new(
            ErrorCode::Storage,
            format!("The report cannot be written to {}: {error}.", file.display()),
        )
        .hint("Name another file with --out; the verification itself was made."),
        exit: Exit::Failed,
    })
}

async fn sample(options: &Verify) -> Result<Report, Failure> {
    let (local, rest): (Vec<_>, Vec<_>) = options.simulate.iter().cloned().partition(|name| is_local(name));
    let sandbox = Sandbox::start(Options {
        faults: faults::parse(&rest)?,
        ..Options::default()
    })
    .await
    .map_err(|error| Failure::from(desk::WireError::internal("starting the sandbox", error)))?;
    let sandbox = Arc::new(sandbox);
    let description = sandbox.description();
    let mut input = input(&description.profile.to_string(), |name| {
        description
            .env
            .get(name)
            .cloned()
            .map_or(Variable::Absent, Variable::Text)
    })?;
    input.typed_form = sandbox.typed_form().map(|text| profile::parse_paste(&text));
    // The sample comes with a script that was accepted on its first day.
    input.accepted_script = sandbox
        .handover_script()
        .and_then(|script| Accepted::new(script, Timestamp::now()));
    let mut prepared = environment();
    let root = Sandbox::root_certificate()
        .map_err(|error| Failure::from(WireError::internal("reading the sandbox's authority", error)))?;
    prepared.rehearse(root, description.proxy.as_deref());
    let chatting = Arc::clone(&sandbox);
    prepared.test_chat = Some(Arc::new(SandboxChat::new(move |user, session| {
        Box::pin(std::future::ready(Some(chatting.customer(&user, &session))))
    })));
    let report = run(input, prepared, options, &local).await?;
    if let Some(sandbox) = Arc::into_inner(sandbox) {
        sandbox.stop().await;
    }
    Ok(report)
}

async fn from_file(file: &Path, options: &Verify) -> Result<(Report, String), Failure> {
    let text = stored::read(file)?;
    let input = input(&text, Variable::read)?;
    let name = input.profile.name.clone();
    Ok((run(input, environment(), options, &options.simulate).await?, name))
}

async fn kept(place: &Place, wanted: &str, options: &Verify) -> Result<(Report, String), Failure> {
    let desk = place.desk().await?;
    let record = stored::find(&desk, wanted).await?;
    terminal::unlock(&desk).await?;
    let (input, prepared) = desk.prepare(&record).await?;
    let report = run(input, prepared, options, &options.simulate).await?;
    let faults = options.simulate.iter().cloned().collect();
    let keeping = desk.keep_run(
        &record,
        report.clone(),
        options.only.clone(),
        faults,
        RunOrigin::Terminal,
    );
    // The verification stands without its history; a run that was cancelled before anything had finished has none.
    match keeping.await {
        Err(error) if error.code != ErrorCode::Cancelled => {
            eprintln!("handover: this run is not kept in the history. {}", error.message);
            if let Some(hint) = error.hint {
                eprintln!("  {hint}");
            }
        }
        _ => {}
    }
    desk.stop().await;
    Ok((report, record.profile.name))
}

pub(super) fn environment() -> Run {
    Run::new(Arc::new(Environment))
}

pub(super) fn input(text: &str, variable: impl Fn(&str) -> Variable) -> Result<Input, Failure> {
    let imported = profile::import(text).map_err(|error| Failure::usage(error.to_string(), error.hint()))?;
    Ok(Input {
        is_sandbox: imported.profile.is_loopback(),
        profile: imported.profile,
        credentials: Credentials::from_variables(variable),
        typed_form: imported.typed_form,
        accepted_script: None,
        trusted_hosts: BTreeSet::new(),
        unconfirmed: Vec::new(),
        answers: BTreeMap::new(),
    })
}

pub(super) fn is_local(name: &str) -> bool {
    Fault::from_str(name).is_ok_and(|fault| fault.kind() == FaultKind::Local)
}

async fn run(input: Input, mut run: Run, options: &Verify, simulate: &[String]) -> Result<Report, Failure> {
    if let Some(name) = simulate.iter().find(|name| !is_local(name)) {
        return Err(Failure::usage(
            format!("{name:?} is not a fault of this computer."),
            "The faults of the sandbox are played by `handover sandbox --fault NAME`, or with --sample.",
        ));
    }
    if !simulate.is_empty() && !input.is_sandbox {
        return Err(Failure::usage(
            "Faults are played for sandbox profiles only.",
            "Verify this profile without --simulate, or a profile of `handover sandbox`.",
        ));
    }
    run.simulate(&simulate.iter().cloned().collect());
    run.only.clone_from(&options.only);
    if options.live {
        let plan = LivePlan::new(&input.profile, run.test_chat.is_some(), &mut rand::rng());
        agree(&plan, options.yes)?;
        run.live = Some(plan.agreed());
    }
    run.speed = options.speed.then(|| {
        let usual = SpeedOrders::default();
        SpeedOrders {
            rounds: options.rounds.unwrap_or(usual.rounds),
            budget: options.speed_budget.unwrap_or(usual.budget),
        }
    });
    if !options.json && std::io::stderr().is_terminal() {
        run.progress = progress();
    }
    let cancel = run.cancel.clone();
    let ending = terminal::Ending::new()?;
    let signal = tokio::spawn(async move {
        ending.wait().await;
        cancel.cancel();
    });
    tracing::debug!("the verification starts");
    let report = verify::run(input, run).await;
    signal.abort();
    report.map_err(|error| Failure {
        error: WireError::new(
            ErrorCode::Invalid,
            format!("The verification could not begin: {error}"),
        )
        .hint("Check the proxy and certificate settings of this computer."),
        exit: Exit::Failed,
    })
}

/// One line that always says where the run is.
fn progress() -> Arc<dyn Fn(Progress) + Send + Sync> {
    let (total, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    Arc::new(move |step| {
        match step {
            Progress::Started { ids } => total.store(ids.len(), Ordering::Relaxed),
            Progress::CheckFinished { .. } => drop(done.fetch_add(1, Ordering::Relaxed)),
            Progress::CheckStarted { .. } => {}
            Progress::CleaningUp {} => {
                eprint!("\r\x1b[KCleaning up");
                return;
            }
            Progress::Finished { .. } => {
                eprint!("\r\x1b[K");
                return;
            }
        }
        let (done, total) = (done.load(Ordering::Relaxed), total.load(Ordering::Relaxed));
        eprint!("\r\x1b[KVerifying: {done} of {total}");
    })
}

/// Secrets that come from the environment need no store.
struct Environment;

impl StoreProbe for Environment {
    fn kind(&self) -> StoreKind {
        StoreKind::Environment
    }
    fn probe(&self) -> BoxFuture<'static, Result<(), SecretError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}
