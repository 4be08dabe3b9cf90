//! `handover watch`: the verification again and again, by the rules of the window's watch.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use desk::notify::{self, Notice, Notifier, OnClick, Screen};
use desk::watch::radar::{self, Facts, Radar};
use desk::watch::{Change, Schedule, Seen, SystemTime, Time, Turn, observe, words};
use desk::{Desk, ErrorCode, WireError};
use jiff::{SignedDuration, Timestamp, Zoned};
use profile::{Checklist, ProfileId, SecretField, SecretNote, Variable};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use verify::{Input, Report, Run, RunOutcome};

use super::verify::{environment, input, is_local};
use super::{profile as stored, sandbox as faults};
use crate::arguments::Watch;
use crate::exit::{Exit, Failure};
use crate::terminal::{self, EndedBy, Place};

/// The shortest interval against real systems.
const SHORTEST: Duration = Duration::from_secs(5 * 60);
/// The longest one.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// How often a paused watch looks whether a value changed.
const LOOK: Duration = Duration::from_secs(30);
/// How often the list of what runs out is told.
const RADAR: SignedDuration = SignedDuration::from_hours(24);

/// `handover watch`
pub async fn watch(place: &Place, options: Watch) -> Result<Exit, Failure> {
    let shortest = if options.which.sample {
        Duration::from_secs(1)
    } else {
        SHORTEST
    };
    if !(shortest..=LONGEST).contains(&options.every) {
        return Err(Failure::usage(
            "This interval is not one of a watch.",
            "Choose 5m to 24h. More often tells nothing more and only burdens CXone.",
        ));
    }
    let ending = terminal::Ending::new()?;
    let mut watching = Watching::begin(Source::open(place, &options).await?, options);
    let by = Arc::new(OnceLock::new());
    let (told, cancel) = (Arc::clone(&by), watching.cancel.clone());
    let signal = tokio::spawn(async move {
        let _ = told.set(ending.which().await);
        cancel.cancel();
    });
    let ended = watching.go_on().await;
    signal.abort();
    watching.source.close().await;
    match by.get() {
        Some(EndedBy::Interrupt) => Ok(Exit::Cancelled),
        Some(EndedBy::Terminate) => Ok(Exit::Well),
        None => ended.map(Exit::Verification),
    }
}

/// Where the profile comes from.
enum Source {
    Sample(Box<Sandbox>),
    File(PathBuf),
    Kept(Desk, String),
}

/// A profile as it is now.
struct Subject {
    about: ProfileId,
    input: Input,
    run: Run,
    /// Changes with every value and secret.
    values: String,
    secrets: BTreeMap<SecretField, SecretNote>,
    checklist: Option<Checklist>,
}

impl Source {
    async fn open(place: &Place, options: &Watch) -> Result<Self, Failure> {
        let which = &options.which;
        if which.sample {
            let rest: Vec<_> = options
                .simulate
                .iter()
                .filter(|name| !is_local(name))
                .cloned()
                .collect();
            let sandbox = Sandbox::start(Options {
                faults: faults::parse(&rest)?,
                ..Options::default()
            })
            .await
            .map_err(|error| Failure::from(WireError::internal("starting the sandbox", error)))?;
            return Ok(Self::Sample(Box::new(sandbox)));
        }
        if let Some(file) = &which.profile_file {
            return Ok(Self::File(file.clone()));
        }
        let desk = place.desk().await?;
        terminal::unlock(&desk).await?;
        Ok(Self::Kept(desk, which.profile.clone().unwrap_or_default()))
    }

    async fn subject(&self, about: &ProfileId) -> Result<Subject, Failure> {
        let of = |input: Input, values: String| Subject {
            about: about.clone(),
            input,
            run: environment(),
            values,
            secrets: BTreeMap::new(),
            checklist: None,
        };
        match self {
            Self::Sample(sandbox) => {
                let description = sandbox.description();
                let variable = |name: &str| {
                    let value = description.env.get(name).cloned();
                    value.map_or(Variable::Absent, Variable::Text)
                };
                let mut input = input(&description.profile.to_string(), variable)?;
                input.typed_form = sandbox.typed_form().map(|text| profile::parse_paste(&text));
                Ok(of(input, String::new()))
            }
            Self::File(file) => {
                let text = stored::read(file)?;
                Ok(of(input(&text, Variable::read)?, text))
            }
            Self::Kept(desk, wanted) => {
                let record = stored::find(desk, wanted).await?;
                let (input, run) = desk.prepare(&record).await?;
                Ok(Subject {
                    values: desk.mark(&record).await,
                    about: record.id,
                    input,
                    run,
                    secrets: record.secrets,
                    checklist: Some(record.checklist),
                })
            }
        }
    }

    async fn close(self) {
        match self {
            Self::Sample(sandbox) => (*sandbox).stop().await,
            Self::File(_) => {}
            Self::Kept(desk, _) => desk.stop().await,
        }
    }
}

/// The outcome of a run, as its line begins.
fn word(outcome: RunOutcome) -> &'static str {
    match outcome {
        RunOutcome::Pass => "pass",
        RunOutcome::Warn => "warn",
        RunOutcome::Unknown => "unknown",
        RunOutcome::Fail => "fail",
        RunOutcome::Crashed => "crashed",
        RunOutcome::Cancelled => "cancelled",
    }
}

struct Watching {
    source: Source,
    options: Watch,
    cancel: CancellationToken,
    time: SystemTime,
    notifier: Option<Arc<dyn Notifier>>,
    memory: profile::Watch,
    about: ProfileId,
    radar_at: Option<Timestamp>,
}

impl Watching {
    fn begin(source: Source, options: Watch) -> Self {
        Self {
            notifier: options.notify.then(notify::desktop),
            source,
            options,
            cancel: CancellationToken::new(),
            time: SystemTime,
            memory: profile::Watch::default(),
            about: ProfileId::random(),
            radar_at: None,
        }
    }

    /// Runs until it is ended; gives the exit code of the last run.
    async fn go_on(&mut self) -> Result<u8, Failure> {
        let mut schedule = Schedule::new(self.options.every, None, self.time.now(), 0.0);
        let (mut runs, mut code) = (0, 0);
        let mut paused: Option<String> = None;
        while !self.cancel.is_cancelled() {
            if let Some(values) = &paused {
                let subject = self.source.subject(&self.about).await?;
                if subject.values == *values {
                    self.sleep(LOOK).await;
                    continue;
                }
                paused = None;
                schedule = Schedule::new(self.options.every, None, self.time.now(), 0.0);
                self.say(&json!({ "event": "resumed", "at": self.time.now() }), || {
                    "A value changed; watching goes on.".to_owned()
                })?;
            }
            if let Turn::Wait(wait) = schedule.turn(self.time.now(), self.time.spread()) {
                self.sleep(wait).await;
                continue;
            }
            schedule.ran(self.time.now(), self.time.spread());
            let subject = self.source.subject(&self.about).await?;
            let Some((report, values)) = self.run(subject, schedule.next()).await? else {
                return Ok(code);
            };
            runs += 1;
            code = report.exit_code(false);
            let over = self.options.count.is_some_and(|count| runs >= count);
            if let Some(values) = values {
                // Nobody changes a value of the sample, and a pipeline that counts does not wait for it.
                if self.options.which.sample || self.options.count.is_some() {
                    return Ok(code);
                }
                paused = Some(values);
            }
            if over {
                return Ok(code);
            }
        }
        Ok(code)
    }

    async fn sleep(&self, time: Duration) {
        tokio::select! {
            () = self.cancel.cancelled() => {}
            () = self.time.sleep(time) => {}
        }
    }

    /// One run: its report, and the mark of its values where they were refused. None when it was ended.
    async fn run(
        &mut self,
        subject: Subject,
        next: Timestamp,
    ) -> Result<Option<(Report, Option<String>)>, Failure> {
        let Subject {
            about,
            input,
            mut run,
            values,
            secrets,
            checklist,
        } = subject;
        let simulate: BTreeSet<String> = match &self.source {
            Source::Sample(_) => self
                .options
                .simulate
                .iter()
                .filter(|name| is_local(name))
                .cloned()
                .collect(),
            _ => self.options.simulate.iter().cloned().collect(),
        };
        if !simulate.is_empty() && (!input.is_sandbox || simulate.iter().any(|name| !is_local(name))) {
            return Err(Failure::usage(
                "Faults are played for sandbox profiles only, and by this command only those of this computer.",
                "Use --sample, or `handover sandbox --fault NAME`.",
            ));
        }
        run.simulate(&simulate);
        run.cancel = self.cancel.child_token();
        let profile = input.profile.clone();
        let report = verify::run(input, run).await.map_err(|error| Failure {
            error: WireError::new(
                ErrorCode::Invalid,
                format!("The verification could not begin: {error}"),
            )
            .hint("Check the proxy and certificate settings of this computer."),
            exit: Exit::Failed,
        })?;
        if self.cancel.is_cancelled() {
            return Ok(None);
        }
        let now = self.time.now();
        let line = json!({
            "event": "run",
            "at": now,
            "profile": profile.name,
            "outcome": report.outcome,
            "headline": report.headline,
            "problems": report.problems(),
            "duration_ms": report.duration_ms,
            "exit_code": report.exit_code(false),
            "next_at": next,
        });
        let outcome = word(report.outcome);
        self.say(&line, || format!("{outcome}: {}", report.headline))?;
        let verdict = observe(&mut self.memory, &Seen::of(&report, true), false);
        if let Some(change) = &verdict.change {
            self.tell(&about, change, &profile.name, &report.headline).await?;
        }
        if self.radar_at.is_none_or(|at| now.duration_since(at) >= RADAR) {
            let hosts = radar::hosts(&profile, Some(&report));
            let looked = radar::certificates(&hosts);
            let certificates = tokio::select! {
                certificates = looked => certificates,
                () = self.cancel.cancelled() => return Ok(None),
            };
            let list = radar::list(&Facts {
                now,
                certificates: &certificates,
                report: Some(&report),
                secrets: &secrets,
                checklist: checklist.as_ref(),
                key: None,
            });
            self.radar_at = Some(now);
            self.show_radar(&list, now)?;
        }
        Ok(Some((report, verdict.pause.then_some(values))))
    }

    fn show_radar(&self, list: &Radar, now: Timestamp) -> Result<(), Failure> {
        let line = json!({ "event": "radar", "at": now, "items": list.items });
        if self.options.json {
            return terminal::json_line(&line);
        }
        match list.items.iter().find(|item| item.at.is_some()) {
            Some(first) => self.say(&line, || format!("Expires next: {}, {}.", first.what, first.text)),
            None => Ok(()),
        }
    }

    async fn tell(
        &self,
        about: &ProfileId,
        change: &Change,
        name: &str,
        headline: &str,
    ) -> Result<(), Failure> {
        let (title, body) = words(change, name, headline);
        let line = json!({
            "event": "change",
            "at": self.time.now(),
            "change": change.name(),
            "causes": change.causes(),
            "title": title,
            "body": body,
        });
        self.say(&line, || format!("{title}. {body}"))?;
        let Some(notifier) = &self.notifier else {
            return Ok(());
        };
        let notice = Notice {
            about: about.clone(),
            screen: Screen::Verify,
            title: verify::printable(&title),
            body,
            urgency: change.urgency(),
        };
        let nowhere: OnClick = Arc::new(|| {});
        if let Err(error) = notifier.tell(notice, nowhere).await {
            // The line above has told it already.
            eprintln!("handover: {error}");
        }
        Ok(())
    }

    fn say(&self, line: &Value, text: impl Fn() -> String) -> Result<(), Failure> {
        if self.options.json {
            return terminal::json_line(line);
        }
        let now = Zoned::now().strftime("%H:%M:%S").to_string();
        terminal::print(&format!("{now}  {}\n", verify::printable(&text())))
    }
}
