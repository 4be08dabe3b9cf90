use std::str::FromStr;

use profile::{Credentials, ProfileId, Record};
use sandbox::{Fault, FaultKind, Sandbox};

use crate::Desk;
use crate::desk::lock;
use crate::wire::{Empty, ErrorCode, Event, FaultSwitch, FaultView, SandboxView, WireError};

/// The running sandbox and its sample profile.
pub(crate) struct Rehearsal {
    pub(crate) sandbox: Sandbox,
    pub(crate) profile_id: ProfileId,
}

impl Desk {
    pub(crate) async fn sandbox_status(&self, _: Empty) -> Result<SandboxView, WireError> {
        Ok(self.sandbox_view(self.inner.sandbox.lock().await.as_ref()))
    }

    pub(crate) async fn sandbox_start(&self, _: Empty) -> Result<SandboxView, WireError> {
        let view = self.start_sandbox().await?;
        self.emit(Event::Profiles {});
        Ok(view)
    }

    pub(crate) async fn sandbox_stop(&self, _: Empty) -> Result<SandboxView, WireError> {
        self.halt_sandbox().await;
        let view = self.sandbox_view(None);
        self.emit(Event::Sandbox { status: view.clone() });
        self.emit(Event::Profiles {});
        Ok(view)
    }

    pub(crate) async fn sandbox_fault(&self, request: FaultSwitch) -> Result<SandboxView, WireError> {
        let fault = Fault::from_str(&request.name).map_err(|_| {
            WireError::new(
                ErrorCode::NotFound,
                format!("The sandbox has no fault named {:?}.", request.name),
            )
            .hint("`handover sandbox --json` lists all names.")
        })?;
        let running = self.inner.sandbox.lock().await;
        let Some(rehearsal) = running.as_ref() else {
            return Err(
                WireError::new(ErrorCode::NotFound, "The sandbox is not running.").hint("Start it first.")
            );
        };
        if !fault.is_shown_by_sandbox() {
            let mut local = lock(&self.inner.local_faults);
            if request.on {
                local.insert(request.name)
            } else {
                local.remove(&request.name)
            };
        } else {
            rehearsal.sandbox.set_fault(fault, request.on);
        }
        // Some faults are changed values of the sample profile.
        self.keep_sample(&rehearsal.sandbox, &rehearsal.profile_id)
            .await?;
        let view = self.sandbox_view(Some(rehearsal));
        drop(running);
        self.emit(Event::Sandbox { status: view.clone() });
        self.emit(Event::Profiles {});
        Ok(view)
    }

    /// Ends the sandbox and drops its sample profile; nobody is told.
    pub(crate) async fn halt_sandbox(&self) {
        let mut running = self.inner.sandbox.lock().await;
        if let Some(rehearsal) = running.take() {
            *lock(&self.inner.sample) = None;
            self.inner.profiles.drop_from_memory(&rehearsal.profile_id);
            self.forget_run(&rehearsal.profile_id);
            self.forget_history(&rehearsal.profile_id).await;
            self.forget_script(&rehearsal.profile_id).await;
            lock(&self.inner.local_faults).clear();
            rehearsal.sandbox.stop().await;
        }
    }

    /// Starts the sandbox, if it does not run, and puts its sample profile beside the others, in memory.
    pub(crate) async fn start_sandbox(&self) -> Result<SandboxView, WireError> {
        let mut running = self.inner.sandbox.lock().await;
        if running.is_none() {
            let sandbox = Sandbox::start(sandbox::Options::default())
                .await
                .map_err(|error| WireError::internal("starting the sandbox", error))?;
            // One id for the life of the program: a window that shows the sample keeps it over a restart.
            let profile_id = self.inner.sample_id.clone();
            self.keep_sample(&sandbox, &profile_id).await?;
            self.accept_sample(&sandbox, &profile_id).await?;
            self.follow_conversation(&sandbox);
            *lock(&self.inner.sample) = Some(profile_id.clone());
            *running = Some(Rehearsal { sandbox, profile_id });
        }
        let view = self.sandbox_view(running.as_ref());
        drop(running);
        self.emit(Event::Sandbox { status: view.clone() });
        Ok(view)
    }

    async fn keep_sample(&self, sandbox: &Sandbox, id: &ProfileId) -> Result<(), WireError> {
        self.keep_sample_as(sandbox, id, |_| {}).await
    }

    /// Puts the sandbox's profile into memory as `change` makes it.
    pub(crate) async fn keep_sample_as(
        &self,
        sandbox: &Sandbox,
        id: &ProfileId,
        change: impl FnOnce(&mut sandbox::Description),
    ) -> Result<(), WireError> {
        let mut description = sandbox.description();
        change(&mut description);
        let imported = profile::import(&description.profile.to_string())
            .map_err(|error| WireError::internal("reading the sandbox's profile", error))?;
        let credentials = Credentials::from_env(|name| description.env.get(name).cloned());
        let known = self.inner.profiles.get(id).await?;
        let mut record = Record::new(id.clone(), imported.profile, jiff::Timestamp::now());
        if let Some(known) = known {
            record.checklist = known.checklist;
            record.watch = known.watch;
            record.answers = known.answers;
            record.created_at = known.created_at;
            record.accepted_script = known.accepted_script;
        }
        record.connection.name = Some("Sandbox connection".to_owned());
        record.typed_form = sandbox.typed_form().map(|text| profile::parse_paste(&text));
        self.inner.secrets.keep_sample(&mut record, &credentials)?;
        self.inner.profiles.put_in_memory(record);
        Ok(())
    }

    pub(crate) fn sandbox_view(&self, running: Option<&Rehearsal>) -> SandboxView {
        let local = lock(&self.inner.local_faults);
        let active = running
            .map(|rehearsal| rehearsal.sandbox.faults())
            .unwrap_or_default();
        SandboxView {
            running: running.is_some(),
            issuer: running.map(|rehearsal| rehearsal.sandbox.description().issuer),
            profile_id: running.map(|rehearsal| rehearsal.profile_id.clone()),
            faults: Fault::ALL
                .iter()
                .map(|fault| FaultView {
                    name: fault.name().to_owned(),
                    kind: match fault.kind() {
                        FaultKind::Server => "server",
                        FaultKind::Path => "path",
                        FaultKind::Local => "local",
                        FaultKind::Profile => "profile",
                    }
                    .to_owned(),
                    check: fault.expects().first().map_or("", |(check, _)| *check).to_owned(),
                    text: fault.text().to_owned(),
                    active: active.contains(fault) || local.contains(fault.name()),
                })
                .collect(),
        }
    }
}
