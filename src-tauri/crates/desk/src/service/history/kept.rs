//! Keeping what a verification found, and finding the last one again.

use std::collections::BTreeSet;

use jiff::Timestamp;
use profile::{Binding, Connection, Profile, ProfileField, ProfileId, Record, SecretField};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::archive::{Kind, NewEntry};
use verify::{CheckResult, Outcome, Report};

use crate::Desk;
use crate::desk::lock;
use crate::wire::{
    ErrorCode, Event, HostKind, RunFacts, RunOrigin, Snapshot, SnapshotSecret, SnapshotValue, WireError,
};

/// The last run of a profile.
#[derive(Clone)]
pub(crate) struct Finished {
    pub(crate) report: Report,
    pub(crate) at: Timestamp,
    /// What was verified, of the last run of all checks.
    pub(crate) subject: Subject,
    /// Its number; absent when it could not be kept.
    pub(crate) run: Option<u32>,
}

/// What is kept of a run.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Verified {
    pub(crate) report: Report,
    pub(crate) subject: Subject,
}

/// Everything a result depends on that the administrator, or whoever plays with the sandbox, can change. No secret is in
/// it: of each there is only when it was entered, and for which addresses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Subject {
    profile: Profile,
    #[serde(default)]
    connection: Connection,
    secrets: Vec<(SecretField, Timestamp, Binding)>,
    trusted_hosts: BTreeSet<String>,
    /// Names of the sandbox's faults that were on.
    pub(crate) faults: BTreeSet<String>,
}

impl Subject {
    pub(crate) fn of(record: &Record, faults: BTreeSet<String>) -> Self {
        let connection = Connection {
            // Its name is for people alone.
            name: None,
            ..record.connection.clone()
        };
        Self {
            profile: record.profile.clone(),
            connection,
            secrets: record
                .secrets
                .iter()
                .map(|(field, note)| (*field, note.set_at, note.binding.clone()))
                .collect(),
            trusted_hosts: record.trusted_hosts.clone(),
            faults,
        }
    }

    /// The same for people, value by value.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut values = Vec::new();
        for part in [
            serde_json::to_value(&self.profile),
            serde_json::to_value(&self.connection),
        ] {
            // Both always serialise.
            flatten("", &part.unwrap_or_default(), &mut values);
        }
        if !self.trusted_hosts.is_empty() {
            let hosts: Vec<&str> = self.trusted_hosts.iter().map(String::as_str).collect();
            values.push(("trusted_hosts".to_owned(), hosts.join(", ")));
        }
        let set_at = |field| self.secrets.iter().find(|(known, ..)| *known == field);
        Snapshot {
            values: values
                .into_iter()
                .map(|(path, value)| SnapshotValue {
                    label: label(&path),
                    path,
                    value,
                })
                .collect(),
            secrets: SecretField::ALL
                .into_iter()
                .map(|field| SnapshotSecret {
                    field,
                    label: match field {
                        SecretField::IntegrationClientSecretPrevious => {
                            format!("{}, the one before", field.field().label())
                        }
                        _ => field.field().label().to_owned(),
                    },
                    set_at: set_at(field).map(|(_, at, _)| *at),
                })
                .collect(),
        }
    }
}

fn flatten(path: &str, value: &Value, all: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (name, member) in members {
                let inner = match path {
                    "" => name.clone(),
                    path => format!("{path}.{name}"),
                };
                flatten(&inner, member, all);
            }
        }
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => all.push((path.to_owned(), text.clone())),
        other => all.push((path.to_owned(), other.to_string())),
    }
}

/// The name of a value on the screen, or its path where it has none.
fn label(path: &str) -> String {
    let known = ProfileField::ALL
        .into_iter()
        .find(|field| field.path() == Some(path));
    match (path, known) {
        (_, Some(field)) => field.label(),
        ("access_key_id", _) => ProfileField::AccessKeyId.label(),
        ("client_id", _) => ProfileField::ClientId.label(),
        ("integration_client_id", _) => ProfileField::IntegrationClientId.label(),
        ("trusted_hosts", _) => "Confirmed hosts",
        (path, _) => path,
    }
    .to_owned()
}

/// How a run came about.
pub(crate) struct Circumstance {
    pub(crate) subject: Subject,
    /// The checks that were asked for; empty means all.
    pub(crate) only: Vec<String>,
    pub(crate) origin: RunOrigin,
}

impl Desk {
    /// Keeps a run of a stored profile that was made with [`Desk::prepare`], and gives its number. Runs on a profile file
    /// belong to no profile and are not kept.
    ///
    /// # Errors
    /// When the profile is gone, or the archive cannot be written; the report itself is not affected.
    pub async fn keep_run(
        &self,
        record: &Record,
        report: Report,
        only: Vec<String>,
        faults: BTreeSet<String>,
        origin: RunOrigin,
    ) -> Result<u32, WireError> {
        self.record(&record.id).await?;
        let circumstance = Circumstance {
            subject: Subject::of(record, faults),
            only,
            origin,
        };
        self.keep_report(&record.id, report, circumstance)
            .await
            .unwrap_or_else(|| {
                Err(WireError::new(
                    ErrorCode::Cancelled,
                    "The run ended before a check had finished, so there is nothing to keep.",
                ))
            })
    }

    /// Whoever sits before this program.
    pub(crate) fn origin(&self) -> RunOrigin {
        match self.inner.options.host.kind() {
            HostKind::Desktop | HostKind::Web => RunOrigin::Window,
            HostKind::Terminal => RunOrigin::Terminal,
        }
    }

    /// Makes a report the profile's last one and keeps it. Nothing where nothing was finished.
    pub(crate) async fn keep_report(
        &self,
        id: &ProfileId,
        report: Report,
        circumstance: Circumstance,
    ) -> Option<Result<u32, WireError>> {
        let Circumstance {
            subject,
            only,
            origin,
        } = circumstance;
        let partial = !only.is_empty();
        let duration_ms = report.duration_ms;
        let before = if partial { self.recall(id).await } else { None };
        let (report, subject) = match before {
            // A re-run of some checks keeps what the others showed, and does not make them newer.
            Some(before) => (before.report.updated_by(report), before.subject),
            None if partial => (report.settled()?, subject),
            None => (report, subject),
        };
        let at = Timestamp::now();
        let facts = facts(&report, only, subject.faults.clone(), origin);
        let verified = Verified { report, subject };
        let entry = entry(id, at, duration_ms, &facts, &verified);
        let kept = match entry {
            Ok(entry) => self.inner.history.noted(self.archive(id).add(entry).await),
            Err(error) => Err(WireError::internal("keeping a run", error)),
        };
        let Verified { report, subject } = verified;
        lock(&self.inner.reports).insert(
            id.clone(),
            Finished {
                report,
                at,
                subject,
                run: kept.as_ref().ok().copied(),
            },
        );
        self.emit(Event::History {
            profile_id: Some(id.clone()),
        });
        Some(kept)
    }

    /// The last run of a profile, whichever program made it. Where the archive cannot be read, the last one of this
    /// program.
    pub(crate) async fn recall(&self, id: &ProfileId) -> Option<Finished> {
        let known = lock(&self.inner.reports).get(id).cloned();
        let archive = self.archive(id);
        let newest = match archive.list(id, Kind::Verify, None, 1).await {
            Ok(heads) => heads.into_iter().next(),
            Err(error) => {
                tracing::debug!(%error, "the last run was not looked for");
                return known;
            }
        };
        match (&known, &newest) {
            // It could not be kept, and is newer than what was.
            (Some(run), None) if run.run.is_none() => return known,
            (Some(run), Some(head)) if run.run == Some(head.id) => return known,
            (Some(run), Some(head)) if run.run.is_none() && run.at > head.at => return known,
            (_, None) => {
                lock(&self.inner.reports).remove(id);
                return None;
            }
            _ => {}
        }
        let entry = archive.latest(id, Kind::Verify).await.ok().flatten()?;
        let (head, verified) = super::read(entry)?;
        let finished = Finished {
            report: verified.report,
            at: head.at,
            subject: verified.subject,
            run: Some(head.run),
        };
        lock(&self.inner.reports).insert(id.clone(), finished.clone());
        Some(finished)
    }
}

fn facts(report: &Report, only: Vec<String>, faults: BTreeSet<String>, origin: RunOrigin) -> RunFacts {
    let count = |test: fn(&CheckResult) -> bool| {
        u32::try_from(report.checks.iter().filter(|check| test(check)).count()).unwrap_or(u32::MAX)
    };
    RunFacts {
        origin,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        only,
        checked: count(|_| true),
        failed: count(|check| check.is_failure() || check.outcome == Outcome::Crashed),
        warned: count(CheckResult::is_warning),
        faults,
    }
}

fn entry(
    id: &ProfileId,
    at: Timestamp,
    duration_ms: u32,
    facts: &RunFacts,
    verified: &Verified,
) -> Result<NewEntry, serde_json::Error> {
    let outcome = serde_json::to_value(verified.report.outcome)?;
    Ok(NewEntry {
        profile_id: id.clone(),
        kind: Kind::Verify,
        at,
        outcome: outcome.as_str().unwrap_or_default().to_owned(),
        duration_ms,
        summary: verified.report.headline.clone(),
        facts: serde_json::to_value(facts)?,
        body: serde_json::to_value(verified)?,
    })
}
