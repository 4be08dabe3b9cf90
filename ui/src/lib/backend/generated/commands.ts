// Generated from the Rust types by `cargo run -p desk --example generate`. Do not edit.

import type {
  AgentAct,
  AnswerRequest,
  AppInfo,
  ByIdRequest,
  ChartText,
  CheckInfo,
  ChecklistMark,
  ConversationView,
  CopyOutcome,
  CustomerLine,
  DiagnoseRequest,
  Diagnosis,
  DiffRequest,
  Empty,
  ExportedProfile,
  FaultSwitch,
  HistoryDelete,
  HistoryList,
  HistoryRequest,
  HostConfirmation,
  ImportOutcome,
  ImportRequest,
  JobRequest,
  JobStarted,
  Leave,
  LivePlan,
  NameRequest,
  NewProfile,
  PasteRequest,
  Preferences,
  ProfileDraft,
  ProfileList,
  ProfileView,
  Radar,
  Report,
  ReportRequest,
  ReportText,
  RunDiff,
  RunRequest,
  RunView,
  SandboxView,
  ScenarioInfo,
  ScenarioReport,
  ScenarioRequest,
  ScriptAcceptRequest,
  ScriptBackupInfo,
  ScriptDiffRequest,
  ScriptDifference,
  ScriptRestoreRequest,
  ScriptRestored,
  ScriptStatus,
  SecretRequest,
  SecretValue,
  SetupStep,
  SkillChoice,
  StoreChoice,
  StoreStatus,
  SwitchRow,
  SwitchSetting,
  TextCopy,
  VerifyRequest,
  WaitRequest,
  WaitView,
  WatchChoice,
  WatchSetting,
  WatchView,
} from "./types";

/** Every command: what it takes and what it gives. */
export interface Commands {
  /** About this program. */
  "app.info": { request: Empty; response: AppInfo };
  /** Ends the program or puts its window out of the way, where the window may be closed while profiles are watched. */
  "app.leave": { request: Leave; response: Empty };
  /** What the window remembers about itself. */
  "preferences.get": { request: Empty; response: Preferences };
  /** Keep what the window remembers about itself. */
  "preferences.set": { request: Preferences; response: Preferences };
  /** The steps of the set-up, in the vendor's order. */
  "setup.steps": { request: Empty; response: Array<SetupStep> };
  /** The check catalogue. */
  "checks.list": { request: Empty; response: Array<CheckInfo> };
  /** Keeps what a person found where only a person can look, or takes it back. */
  "checks.answer": { request: AnswerRequest; response: ProfileView };
  /** Puts text on this desktop's clipboard. */
  "clipboard.copy": { request: TextCopy; response: CopyOutcome };
  /** All profiles. */
  "profile.list": { request: Empty; response: ProfileList };
  /** One profile with all that follows from it. */
  "profile.get": { request: ByIdRequest; response: ProfileView };
  /** Makes a profile. */
  "profile.create": { request: NewProfile; response: ProfileView };
  /** Keeps what was typed. */
  "profile.save": { request: ProfileDraft; response: ProfileView };
  /** Renames a profile. */
  "profile.rename": { request: NameRequest; response: ProfileView };
  /** Copies a profile, without its secrets. */
  "profile.duplicate": { request: NameRequest; response: ProfileView };
  /** Deletes a profile and its secrets. */
  "profile.delete": { request: ByIdRequest; response: Empty };
  /** A profile file without secrets. */
  "profile.export": { request: ByIdRequest; response: ExportedProfile };
  /** Brings in a profile file; asks first when it names hosts that are not the vendors'. */
  "profile.import": { request: ImportRequest; response: ImportOutcome };
  /** Confirms a host that is not the vendors' own. */
  "profile.trust_host": { request: HostConfirmation; response: ProfileView };
  /** Takes a confirmation of a host back. */
  "profile.distrust_host": { request: HostConfirmation; response: ProfileView };
  /** Sets a damaged profile file aside and starts with an empty one. */
  "profile.set_aside": { request: Empty; response: ProfileList };
  /** Marks a step of the checklist. */
  "checklist.mark": { request: ChecklistMark; response: ProfileView };
  /** Compares the pasted BYOC form with the generated values. */
  "byoc.compare": { request: PasteRequest; response: ProfileView };
  /** Forgets the pasted BYOC form. */
  "byoc.forget": { request: ByIdRequest; response: ProfileView };
  /** The tenant's digital inbound skills, to choose the routing skill from. */
  "cxone.skills": { request: ByIdRequest; response: Array<SkillChoice> };
  /** Stops reading them. */
  "cxone.skills_cancel": { request: ByIdRequest; response: Empty };
  /** Stores a secret that was typed. */
  "secret.set": { request: SecretValue; response: ProfileView };
  /** Makes and stores a new integration client secret. */
  "secret.generate": { request: SecretRequest; response: ProfileView };
  /** Brings the previous integration client secret back. */
  "secret.restore": { request: SecretRequest; response: ProfileView };
  /** Deletes a secret. */
  "secret.delete": { request: SecretRequest; response: ProfileView };
  /** Uses a secret that was entered for another address. */
  "secret.confirm": { request: SecretRequest; response: ProfileView };
  /** Puts a secret on this desktop's clipboard, for 60 seconds. */
  "secret.copy": { request: SecretRequest; response: CopyOutcome };
  /** The secret store in use. */
  "store.status": { request: Empty; response: StoreStatus };
  /** Tries the secret store by writing, reading and deleting an entry. */
  "store.probe": { request: Empty; response: StoreStatus };
  /** Stops waiting for the secret store. */
  "store.cancel": { request: Empty; response: StoreStatus };
  /** Chooses a secret store. */
  "store.use": { request: StoreChoice; response: StoreStatus };
  /** Starts a verification. */
  "verify.start": { request: VerifyRequest; response: JobStarted };
  /** What a live round trip would create. Asks nobody and sends nothing. */
  "verify.live_plan": { request: ByIdRequest; response: LivePlan };
  /** Cancels a job at once. */
  "verify.cancel": { request: JobRequest; response: Empty };
  /** The last report of a profile. */
  "verify.last": { request: ByIdRequest; response: Report | null };
  /** The last report of a profile, or that of an earlier run, as text. */
  "verify.report": { request: ReportRequest; response: ReportText };
  /** Measures the calls of Save, in rounds. */
  "diagnose.start": { request: DiagnoseRequest; response: JobStarted };
  /** Cancels a diagnosis at once; what was measured is kept. */
  "diagnose.cancel": { request: JobRequest; response: Empty };
  /** The last diagnosis of a profile. */
  "diagnose.last": { request: ByIdRequest; response: Diagnosis | null };
  /** Waits until the calls of Save are well again. */
  "diagnose.wait_start": { request: WaitRequest; response: WaitView };
  /** Stops waiting, at once. */
  "diagnose.wait_stop": { request: ByIdRequest; response: WaitView | null };
  /** The wait of a profile, under way or over. */
  "diagnose.waiting": { request: ByIdRequest; response: WaitView | null };
  /** The strip of availability of a profile's wait, as CSV. */
  "diagnose.chart": { request: ByIdRequest; response: ChartText };
  /** The verifications that were kept of a profile, newest first. */
  "history.list": { request: HistoryRequest; response: HistoryList };
  /** One of them in full. */
  "history.get": { request: RunRequest; response: RunView };
  /** What changed between two of them; the last two where none are named. */
  "history.diff": { request: DiffRequest; response: RunDiff };
  /** Deletes one of them, or all. */
  "history.delete": { request: HistoryDelete; response: Empty };
  /** The Studio script of a profile, as far as this computer knows it. */
  "script.status": { request: ByIdRequest; response: ScriptStatus };
  /** Keeps a copy of the script that is in CXone. */
  "script.backup": { request: ByIdRequest; response: ScriptBackupInfo };
  /** The copies that are kept, the newest first. */
  "script.list": { request: ByIdRequest; response: Array<ScriptBackupInfo> };
  /** What differs between a copy and the script in CXone. */
  "script.diff": { request: ScriptDiffRequest; response: ScriptDifference };
  /** Puts a copy back, over the script that was compared with it. */
  "script.restore": { request: ScriptRestoreRequest; response: ScriptRestored };
  /** Accepts the script as it is in CXone. */
  "script.accept": { request: ScriptAcceptRequest; response: ScriptStatus };
  /** Stops what is being done with the script. */
  "script.cancel": { request: ByIdRequest; response: Empty };
  /** How profiles are watched: all that are or were. */
  "watch.list": { request: Empty; response: Array<WatchView> };
  /** How a profile is watched. */
  "watch.get": { request: ByIdRequest; response: WatchView };
  /** Watches a profile, or no longer, and how often. */
  "watch.set": { request: WatchSetting; response: WatchView };
  /** Pauses the watch of a profile, or of all. */
  "watch.pause": { request: WatchChoice; response: Array<WatchView> };
  /** Resumes it. */
  "watch.resume": { request: WatchChoice; response: Array<WatchView> };
  /** Verifies watched profiles now, as their watch would: one, or all. */
  "watch.verify": { request: WatchChoice; response: Array<WatchView> };
  /** What runs out next, or was not used for long. */
  "watch.radar": { request: ByIdRequest; response: Radar };
  /** The sandbox at a glance. */
  "sandbox.status": { request: Empty; response: SandboxView };
  /** Starts the sandbox with its sample profile. */
  "sandbox.start": { request: Empty; response: SandboxView };
  /** Stops the sandbox and drops its sample profile. */
  "sandbox.stop": { request: Empty; response: SandboxView };
  /** Switches a fault. */
  "sandbox.fault": { request: FaultSwitch; response: SandboxView };
  /** What is said in the sandbox, on both sides. */
  "sandbox.conversation": { request: Empty; response: ConversationView };
  /** Says something as the customer. */
  "sandbox.say": { request: CustomerLine; response: ConversationView };
  /** Does something as an agent. */
  "sandbox.act": { request: AgentAct; response: ConversationView };
  /** The open questions of the sandbox and how they are settled. */
  "sandbox.switches": { request: Empty; response: Array<SwitchRow> };
  /** Settles one otherwise. */
  "sandbox.switch": { request: SwitchSetting; response: Array<SwitchRow> };
  /** The scenarios that come with the program. */
  "scenario.list": { request: Empty; response: Array<ScenarioInfo> };
  /** Plays a scenario in a fresh sandbox, which stays as it leaves it. */
  "scenario.run": { request: ScenarioRequest; response: ScenarioReport };
  /** Ends a scenario that is being played at once; the sandbox stays as it is then. */
  "scenario.cancel": { request: Empty; response: Empty };
}

/** The name of a command. */
export type CommandName = keyof Commands;
