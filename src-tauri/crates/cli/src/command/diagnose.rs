use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use desk::{DiagnoseOptions, ErrorCode, WireError};
use diagnose::{
    Diagnosis, Ended, Kind, OnProgress, Patience, Plan, Progress, Subject, SystemSleeper, Wait, diagnose,
    wait,
};
use profile::{Credentials, Variable};
use sandbox::{Options, Sandbox};
use tokio_util::sync::CancellationToken;
use verify::Input;

use super::profile::Answer;
use super::verify::environment;
use super::{profile as stored, sandbox as faults};
use crate::arguments::Diagnose;
use crate::exit::{Exit, Failure};
use crate::terminal::{self, Place};

/// `handover diagnose`
pub async fn diagnose_command(place: &Place, options: Diagnose) -> Result<Exit, Failure> {
    let wanted = wanted(&options)?;
    agree(&options)?;
    let cancel = CancellationToken::new();
    let ending = terminal::Ending::new()?;
    let signalled = cancel.clone();
    let signal = tokio::spawn(async move {
        ending.wait().await;
        signalled.cancel();
    });
    let diagnosis = if options.which.sample {
        sample(&options, &wanted, cancel).await
    } else if let Some(file) = &options.which.profile_file {
        let subject = subject(&stored::read(file)?, Variable::read)?;
        measured(&options, &wanted, subject, cancel).await
    } else {
        kept(place, &options, &wanted, cancel).await
    };
    signal.abort();
    let diagnosis = diagnosis?;
    if options.json {
        terminal::json(&diagnosis)?;
    } else {
        terminal::print(&diagnosis.to_text(std::io::stdout().is_terminal()))?;
    }
    Ok(exit(&diagnosis))
}

/// The administrator's word for the channel that is made: by the option, or asked for on the terminal.
fn agree(options: &Diagnose) -> Result<(), Failure> {
    if !options.create || options.yes || options.which.sample {
        return Ok(());
    }
    let question = "One channel with a name of its own is made in CXone, as Save does, and removed again at once. Go on?";
    match stored::ask(question)? {
        Answer::Yes => Ok(()),
        Answer::No => Err(Failure::usage(
            "Nothing was measured and nothing was made.",
            "Answer y, use --yes, or leave --create out.",
        )),
        Answer::Nobody => Err(Failure::usage(
            "Nothing was made: --create writes in CXone, and there is no terminal to ask on.",
            "Use --yes to agree to it beforehand.",
        )),
    }
}

fn exit(diagnosis: &Diagnosis) -> Exit {
    let stopped = diagnosis
        .waited
        .as_ref()
        .is_some_and(|waited| waited.ended == Ended::Stopped);
    if diagnosis.cancelled || stopped {
        return Exit::Cancelled;
    }
    match diagnosis.verdict.kind {
        Kind::Well => Exit::Well,
        Kind::Authentication => Exit::Diagnosis(1),
        Kind::Slow => Exit::Diagnosis(2),
        Kind::Unreachable | Kind::Unknown => Exit::Diagnosis(3),
    }
}

fn wanted(options: &Diagnose) -> Result<DiagnoseOptions, Failure> {
    if !options.simulate.is_empty() && !options.which.sample {
        return Err(Failure::usage(
            "Faults are played for the sample only.",
            "Diagnose with --sample, or without --simulate.",
        ));
    }
    let budget: jiff::SignedDuration = options.budget.parse().map_err(|_| {
        Failure::usage(
            format!("{:?} is no time.", terminal::plain(&options.budget)),
            "`--budget` takes a number with its unit, such as 10s or 500ms.",
        )
    })?;
    // What is negative or too long is out of bounds all the same.
    let milliseconds = u32::try_from(budget.as_millis()).unwrap_or(0);
    Ok(DiagnoseOptions::new(
        Some(options.rounds),
        Some(milliseconds),
        options.create,
    )?)
}

async fn sample(
    options: &Diagnose,
    wanted: &DiagnoseOptions,
    cancel: CancellationToken,
) -> Result<Diagnosis, Failure> {
    let sandbox = Sandbox::start(Options {
        faults: faults::parse(&options.simulate)?,
        ..Options::default()
    })
    .await
    .map_err(|error| Failure::from(WireError::internal("starting the sandbox", error)))?;
    let description = sandbox.description();
    let subject = subject(&description.profile.to_string(), |name| {
        let value = description.env.get(name).cloned();
        value.map_or(Variable::Absent, Variable::Text)
    })?;
    let diagnosis = measured(options, wanted, subject, cancel).await;
    sandbox.stop().await;
    diagnosis
}

fn subject(text: &str, variable: impl Fn(&str) -> Variable) -> Result<Subject, Failure> {
    let imported = profile::import(text).map_err(|error| Failure::usage(error.to_string(), error.hint()))?;
    Ok(Subject {
        profile: imported.profile,
        credentials: Credentials::from_variables(variable),
        trusted_hosts: BTreeSet::new(),
    })
}

/// A diagnosis without a history.
async fn measured(
    options: &Diagnose,
    wanted: &DiagnoseOptions,
    subject: Subject,
    cancel: CancellationToken,
) -> Result<Diagnosis, Failure> {
    let plan = Plan {
        rounds: wanted.rounds,
        budget: wanted.budget,
        create: wanted.create.then(|| uuid::Uuid::new_v4().to_string()),
        cancel,
        progress: progress(options),
        ..Plan::new()
    };
    let input = Input {
        is_sandbox: subject.profile.is_loopback(),
        profile: subject.profile.clone(),
        credentials: subject.credentials.clone(),
        typed_form: None,
        accepted_script: None,
        trusted_hosts: subject.trusted_hosts.clone(),
        unconfirmed: Vec::new(),
        answers: BTreeMap::new(),
    };
    let says = desk::cognigy_says(input, environment(), &plan.cancel).await;
    let mut diagnosis = diagnose(&subject, &plan, &[], says).await.map_err(unusable)?;
    clear(options);
    watched(options, &subject, &plan, &mut diagnosis).await?;
    Ok(diagnosis)
}

async fn kept(
    place: &Place,
    options: &Diagnose,
    wanted: &DiagnoseOptions,
    cancel: CancellationToken,
) -> Result<Diagnosis, Failure> {
    let desk = place.desk().await?;
    let name = options.which.profile.as_deref().unwrap_or_default();
    let record = stored::find(&desk, name).await?;
    terminal::unlock(&desk).await?;
    let mut diagnosis = desk
        .diagnose(&record, wanted, cancel.clone(), progress(options))
        .await?;
    clear(options);
    if diagnosis.verdict.kind != Kind::Unknown {
        desk.keep_diagnosis(&record.id, diagnosis.clone()).await;
    }
    if options.watch {
        let (subject, plan) = desk.diagnose_plan(&record, &cancel).await?;
        let plan = Plan {
            budget: wanted.budget,
            cancel,
            ..plan
        };
        watched(options, &subject, &plan, &mut diagnosis).await?;
    }
    desk.stop().await;
    Ok(diagnosis)
}

/// With `--watch`, waits until it is well; what then holds takes the place of the verdict.
async fn watched(
    options: &Diagnose,
    subject: &Subject,
    plan: &Plan,
    diagnosis: &mut Diagnosis,
) -> Result<(), Failure> {
    let waits = matches!(diagnosis.verdict.kind, Kind::Slow | Kind::Unreachable);
    if !options.watch || !waits || diagnosis.cancelled {
        return Ok(());
    }
    eprintln!("{}", verify::printable(&diagnosis.verdict.message));
    eprintln!("Waiting until it is well again. Ctrl+C stops.");
    let waited = wait(Wait {
        subject,
        plan: &Plan {
            progress: Arc::new(|_| {}),
            ..plan.clone()
        },
        patience: Patience::default(),
        sleeper: Arc::new(SystemSleeper),
        on_point: Arc::new(|point, verdict, pause: Duration| {
            let next = match verdict.kind {
                Kind::Well if point.signed_in => String::new(),
                _ => format!(" Next look in {} s.", pause.as_secs().max(1)),
            };
            eprintln!("{}  {}{next}", point.at, verify::printable(&verdict.message));
        }),
    })
    .await
    .map_err(unusable)?;
    if waited.ended == Ended::Well {
        eprintln!("It is well again: save now.");
    }
    if let Some(verdict) = &waited.verdict {
        diagnosis.verdict = verdict.clone();
    }
    diagnosis.waited = Some(waited);
    Ok(())
}

fn unusable(error: transport::BuildError) -> Failure {
    Failure {
        error: WireError::new(
            ErrorCode::Invalid,
            format!("The diagnosis could not begin: {error}"),
        )
        .hint("Check the proxy and certificate settings of this computer."),
        exit: Exit::Failed,
    }
}

fn shows_progress(options: &Diagnose) -> bool {
    !options.json && std::io::stderr().is_terminal()
}

/// One line that always says where the measurement is.
fn progress(options: &Diagnose) -> OnProgress {
    if !shows_progress(options) {
        return Arc::new(|_| {});
    }
    let rounds = options.rounds;
    Arc::new(move |step| {
        if let Progress::CallStarted { round, call } = step {
            eprint!("\r\x1b[KMeasuring: round {round} of {rounds}, {}", call.name());
        }
    })
}

fn clear(options: &Diagnose) {
    if shows_progress(options) {
        eprint!("\r\x1b[K");
    }
}
