//! The one list of commands. Hosts dispatch by name through [`Desk::dispatch`]; the TypeScript of the window is
//! generated from the same list, so a command exists everywhere or nowhere.

use serde_json::Value;
use ts_rs::{Config, TS};

use crate::Desk;
use crate::wire::*;

/// A command as TypeScript sees it.
#[derive(Debug, Clone)]
pub struct CommandInfo {
    /// Its name, such as `profile.list`.
    pub name: &'static str,
    /// The request's type.
    pub request: String,
    /// The response's type.
    pub response: String,
    /// What it does.
    pub docs: &'static str,
}

/// Something that wants to see every type of the command list.
pub(crate) trait TypeList {
    /// Called once for each request and response type.
    fn see<T: TS + 'static + ?Sized>(&mut self);
}

macro_rules! commands {
    ($( $(#[doc = $doc:literal])+ $name:literal => $method:ident($request:ty) -> $response:ty; )+) => {
        /// All commands with their TypeScript types.
        pub fn commands(config: &Config) -> Vec<CommandInfo> {
            vec![$( CommandInfo {
                name: $name,
                request: <$request as TS>::name(config),
                response: <$response as TS>::name(config),
                docs: concat!($($doc),+),
            } ),+]
        }

        pub(crate) fn visit(list: &mut impl TypeList) {
            $( list.see::<$request>(); list.see::<$response>(); )+
            list.see::<Event>();
            list.see::<WireError>();
        }

        impl Desk {
            /// Runs one command.
            ///
            /// # Errors
            /// The wire error of the command; [`ErrorCode::NotFound`] for a name that is not in the list,
            /// [`ErrorCode::BadRequest`] for a payload of another shape.
            pub async fn dispatch(&self, name: &str, payload: Value) -> Result<Value, WireError> {
                match name {
                    $( $name => {
                        let request: $request = parse($name, payload)?;
                        respond($name, self.$method(request).await?)
                    } )+
                    other => Err(WireError::new(ErrorCode::NotFound, format!("There is no command {other:?}."))),
                }
            }
        }
    };
}

fn parse<T: serde::de::DeserializeOwned>(name: &str, payload: Value) -> Result<T, WireError> {
    let payload = if payload.is_null() {
        Value::Object(serde_json::Map::new())
    } else {
        payload
    };
    // serde's message may quote the offending value, and a request can carry a secret.
    serde_json::from_value(payload).map_err(|_| {
        WireError::new(
            ErrorCode::BadRequest,
            format!("The request for {name} does not have the expected shape."),
        )
    })
}

fn respond<T: serde::Serialize>(name: &str, response: T) -> Result<Value, WireError> {
    serde_json::to_value(response).map_err(|error| WireError::internal(&format!("answering {name}"), error))
}

commands! {
    /// About this program.
    "app.info" => app_info(Empty) -> AppInfo;
    /// Ends the program or puts its window out of the way, where the window may be closed while profiles are watched.
    "app.leave" => app_leave(Leave) -> Empty;
    /// What the window remembers about itself.
    "preferences.get" => preferences_get(Empty) -> Preferences;
    /// Keep what the window remembers about itself.
    "preferences.set" => preferences_set(Preferences) -> Preferences;
    /// The steps of the set-up, in the vendor's order.
    "setup.steps" => setup_steps(Empty) -> Vec<profile::Step>;
    /// The check catalogue.
    "checks.list" => checks_list(Empty) -> Vec<verify::CheckInfo>;
    /// Keeps what a person found where only a person can look, or takes it back.
    "checks.answer" => checks_answer(AnswerRequest) -> ProfileView;
    /// Puts text on this desktop's clipboard.
    "clipboard.copy" => clipboard_copy(TextCopy) -> CopyOutcome;

    /// All profiles.
    "profile.list" => profile_list(Empty) -> ProfileList;
    /// One profile with all that follows from it.
    "profile.get" => profile_get(ByIdRequest) -> ProfileView;
    /// Makes a profile.
    "profile.create" => profile_create(NewProfile) -> ProfileView;
    /// Keeps what was typed.
    "profile.save" => profile_save(ProfileDraft) -> ProfileView;
    /// Renames a profile.
    "profile.rename" => profile_rename(NameRequest) -> ProfileView;
    /// Copies a profile, without its secrets.
    "profile.duplicate" => profile_duplicate(NameRequest) -> ProfileView;
    /// Deletes a profile and its secrets.
    "profile.delete" => profile_delete(ByIdRequest) -> Empty;
    /// A profile file without secrets.
    "profile.export" => profile_export(ByIdRequest) -> ExportedProfile;
    /// Brings in a profile file; asks first when it names hosts that are not the vendors'.
    "profile.import" => profile_import(ImportRequest) -> ImportOutcome;
    /// Confirms a host that is not the vendors' own.
    "profile.trust_host" => profile_trust_host(HostConfirmation) -> ProfileView;
    /// Takes a confirmation of a host back.
    "profile.distrust_host" => profile_distrust_host(HostConfirmation) -> ProfileView;
    /// Sets a damaged profile file aside and starts with an empty one.
    "profile.set_aside" => profile_set_aside(Empty) -> ProfileList;
    /// Marks a step of the checklist.
    "checklist.mark" => checklist_mark(ChecklistMark) -> ProfileView;
    /// Compares the pasted BYOC form with the generated values.
    "byoc.compare" => byoc_compare(PasteRequest) -> ProfileView;
    /// Forgets the pasted BYOC form.
    "byoc.forget" => byoc_forget(ByIdRequest) -> ProfileView;
    /// The tenant's digital inbound skills, to choose the routing skill from.
    "cxone.skills" => cxone_skills(ByIdRequest) -> Vec<SkillChoice>;
    /// Stops reading them.
    "cxone.skills_cancel" => cxone_skills_cancel(ByIdRequest) -> Empty;

    /// Stores a secret that was typed.
    "secret.set" => secret_set(SecretValue) -> ProfileView;
    /// Makes and stores a new integration client secret.
    "secret.generate" => secret_generate(SecretRequest) -> ProfileView;
    /// Brings the previous integration client secret back.
    "secret.restore" => secret_restore(SecretRequest) -> ProfileView;
    /// Deletes a secret.
    "secret.delete" => secret_delete(SecretRequest) -> ProfileView;
    /// Uses a secret that was entered for another address.
    "secret.confirm" => secret_confirm(SecretRequest) -> ProfileView;
    /// Puts a secret on this desktop's clipboard, for 60 seconds.
    "secret.copy" => secret_copy(SecretRequest) -> CopyOutcome;
    /// The secret store in use.
    "store.status" => store_status(Empty) -> StoreStatus;
    /// Tries the secret store by writing, reading and deleting an entry.
    "store.probe" => store_probe(Empty) -> StoreStatus;
    /// Stops waiting for the secret store.
    "store.cancel" => store_cancel(Empty) -> StoreStatus;
    /// Chooses a secret store.
    "store.use" => store_use(StoreChoice) -> StoreStatus;

    /// Starts a verification.
    "verify.start" => verify_start(VerifyRequest) -> JobStarted;
    /// What a live round trip would create. Asks nobody and sends nothing.
    "verify.live_plan" => verify_live_plan(ByIdRequest) -> verify::LivePlan;
    /// Cancels a job at once.
    "verify.cancel" => verify_cancel(JobRequest) -> Empty;
    /// The last report of a profile.
    "verify.last" => verify_last(ByIdRequest) -> Option<verify::Report>;
    /// The last report of a profile, or that of an earlier run, as text.
    "verify.report" => verify_report(ReportRequest) -> ReportText;

    /// Measures the calls of Save, in rounds.
    "diagnose.start" => diagnose_start(DiagnoseRequest) -> JobStarted;
    /// Cancels a diagnosis at once; what was measured is kept.
    "diagnose.cancel" => diagnose_cancel(JobRequest) -> Empty;
    /// The last diagnosis of a profile.
    "diagnose.last" => diagnose_last(ByIdRequest) -> Option<diagnose::Diagnosis>;
    /// Waits until the calls of Save are well again.
    "diagnose.wait_start" => diagnose_wait_start(WaitRequest) -> WaitView;
    /// Stops waiting, at once.
    "diagnose.wait_stop" => diagnose_wait_stop(ByIdRequest) -> Option<WaitView>;
    /// The wait of a profile, under way or over.
    "diagnose.waiting" => diagnose_waiting(ByIdRequest) -> Option<WaitView>;
    /// The strip of availability of a profile's wait, as CSV.
    "diagnose.chart" => diagnose_chart(ByIdRequest) -> ChartText;

    /// The verifications that were kept of a profile, newest first.
    "history.list" => history_list(HistoryRequest) -> HistoryList;
    /// One of them in full.
    "history.get" => history_get(RunRequest) -> RunView;
    /// What changed between two of them; the last two where none are named.
    "history.diff" => history_diff(DiffRequest) -> RunDiff;
    /// Deletes one of them, or all.
    "history.delete" => history_delete(HistoryDelete) -> Empty;

    /// The Studio script of a profile, as far as this computer knows it.
    "script.status" => script_status(ByIdRequest) -> ScriptStatus;
    /// Keeps a copy of the script that is in CXone.
    "script.backup" => script_backup(ByIdRequest) -> ScriptBackupInfo;
    /// The copies that are kept, the newest first.
    "script.list" => script_list(ByIdRequest) -> Vec<ScriptBackupInfo>;
    /// What differs between a copy and the script in CXone.
    "script.diff" => script_diff(ScriptDiffRequest) -> ScriptDifference;
    /// Puts a copy back, over the script that was compared with it.
    "script.restore" => script_restore(ScriptRestoreRequest) -> ScriptRestored;
    /// Accepts the script as it is in CXone.
    "script.accept" => script_accept(ScriptAcceptRequest) -> ScriptStatus;
    /// Stops what is being done with the script.
    "script.cancel" => script_cancel(ByIdRequest) -> Empty;

    /// How profiles are watched: all that are or were.
    "watch.list" => watch_list(Empty) -> Vec<WatchView>;
    /// How a profile is watched.
    "watch.get" => watch_get(ByIdRequest) -> WatchView;
    /// Watches a profile, or no longer, and how often.
    "watch.set" => watch_set(WatchSetting) -> WatchView;
    /// Pauses the watch of a profile, or of all.
    "watch.pause" => watch_pause(WatchChoice) -> Vec<WatchView>;
    /// Resumes it.
    "watch.resume" => watch_resume(WatchChoice) -> Vec<WatchView>;
    /// Verifies watched profiles now, as their watch would: one, or all.
    "watch.verify" => watch_verify(WatchChoice) -> Vec<WatchView>;
    /// What runs out next, or was not used for long.
    "watch.radar" => watch_radar(ByIdRequest) -> crate::watch::radar::Radar;

    /// The sandbox at a glance.
    "sandbox.status" => sandbox_status(Empty) -> SandboxView;
    /// Starts the sandbox with its sample profile.
    "sandbox.start" => sandbox_start(Empty) -> SandboxView;
    /// Stops the sandbox and drops its sample profile.
    "sandbox.stop" => sandbox_stop(Empty) -> SandboxView;
    /// Switches a fault.
    "sandbox.fault" => sandbox_fault(FaultSwitch) -> SandboxView;
    /// What is said in the sandbox, on both sides.
    "sandbox.conversation" => sandbox_conversation(Empty) -> ConversationView;
    /// Says something as the customer.
    "sandbox.say" => sandbox_say(CustomerLine) -> ConversationView;
    /// Does something as an agent.
    "sandbox.act" => sandbox_act(AgentAct) -> ConversationView;
    /// The open questions of the sandbox and how they are settled.
    "sandbox.switches" => sandbox_switches(Empty) -> Vec<sandbox::switch::SwitchRow>;
    /// Settles one otherwise.
    "sandbox.switch" => sandbox_switch(SwitchSetting) -> Vec<sandbox::switch::SwitchRow>;
    /// The scenarios that come with the program.
    "scenario.list" => scenario_list(Empty) -> Vec<ScenarioInfo>;
    /// Plays a scenario in a fresh sandbox, which stays as it leaves it.
    "scenario.run" => scenario_run(ScenarioRequest) -> ScenarioReport;
    /// Ends a scenario that is being played at once; the sandbox stays as it is then.
    "scenario.cancel" => scenario_cancel(Empty) -> Empty;
}
