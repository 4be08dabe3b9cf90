// Generated from the Rust types by `cargo run -p desk --example generate`. Do not edit.

/**
 * The state of the handover script that somebody looked at and accepted. Later states are compared with it. Nothing
 * accepts a script by itself.
 */
export type AcceptedScript = { 
/**
 * Its full path in CXone.
 */
name: string, 
/**
 * CXone's number of that version, where it was told. There is no other id: each version gets a new one.
 */
version?: number, 
/**
 * SHA-256 of what it does, in hexadecimal digits.
 */
fingerprint: string, 
/**
 * When it was accepted.
 */
at: string, 
/**
 * Id of the copy that was kept then, for the difference.
 */
backup?: string, };

/**
 * The endpoint base, or why there is none.
 */
export type AddressView = { 
/**
 * The origin, without a trailing slash.
 */
base?: string, 
/**
 * How sure it is.
 */
certainty?: EndpointCertainty, 
/**
 * Things to know about it.
 */
warnings: Array<AddressWarning>, 
/**
 * Why there is none.
 */
trouble?: Trouble, };

/**
 * Something about the provider's host or its endpoint address that the administrator should know.
 *
 * On the wire it is an object `{code, message}`.
 */
export type AddressWarning = { 
/**
 * Stable word for programs.
 */
code: string, 
/**
 * One or two sentences for people.
 */
message: string, };

/**
 * A change that a window can offer as a button.
 */
export type Advice = { "kind": "adopt_business_unit", 
/**
 * The right unit number.
 */
business_unit: string, } | { "kind": "choose_skill", } | { "kind": "trust_host", 
/**
 * The host, with its port where it has one.
 */
host: string, } | { "kind": "confirm_endpoint", } | { "kind": "enter_api_key", } | { "kind": "change_secret_store", };

/**
 * Do something as an agent.
 */
export type AgentAct = { 
/**
 * The agent.
 */
agent: number, 
/**
 * The contact.
 */
contact: number, 
/**
 * What to do.
 */
act: Move, };

/**
 * What a person found where only a person can look; `answer: null` takes it back.
 */
export type AnswerRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * The check, such as `HD-506`; one whose `by_hand` is true.
 */
check: string, 
/**
 * What was found.
 */
answer: AnswerText | null, };

/**
 * What a person found, without its date: that is now.
 */
export type AnswerText = { 
/**
 * Whether it is as it should be.
 */
well: boolean, 
/**
 * What else there is to say, 500 characters at most.
 */
note?: string, };

/**
 * About this program.
 */
export type AppInfo = { 
/**
 * The program's name.
 */
name: string, 
/**
 * The program's version.
 */
version: string, 
/**
 * Where the window runs.
 */
host: HostKind, 
/**
 * The folder of the profile file.
 */
data_dir: string, 
/**
 * Whether it was started with the sample profile and nothing is kept.
 */
sample: boolean, 
/**
 * Whether the backend can reach this desktop's clipboard.
 */
clipboard: boolean, };

/**
 * One try to connect.
 */
export type Attempt = { 
/**
 * Address and port.
 */
address: string, 
/**
 * How long it took, in milliseconds.
 */
ms: number, 
/**
 * Why it failed; absent for the one that was used.
 */
failure: Failure | null, };

/**
 * Names a profile.
 */
export type ByIdRequest = { 
/**
 * The profile.
 */
id: ProfileId, };

/**
 * Where a value of the form is needed.
 */
export type ByocDestination = "cxone" | "both";

/**
 * The kind of mistake.
 */
export type ByocDiffKind = { "kind": "trailing_slash" } | { "kind": "http" } | { "kind": "look_alike", 
/**
 * The right character.
 */
expected?: string, 
/**
 * The typed character.
 */
typed?: string, } | { "kind": "space" } | { "kind": "case" } | { "kind": "wrong_id" } | { "kind": "cut_off" } | { "kind": "other" };

/**
 * One field of the form.
 */
export type ByocField = "name" | "integration_box_url" | "authorization_url" | "add_action_url" | "reconnect_action_url" | "remove_action_url" | "client_id" | "client_secret";

/**
 * The comparison of one field.
 */
export type ByocFieldDiff = { 
/**
 * The field.
 */
field: ByocField, 
/**
 * What the comparison showed.
 */
outcome: ByocFieldOutcome, };

/**
 * What the comparison of one field showed.
 */
export type ByocFieldOutcome = { "outcome": "equal" } | { "outcome": "missing" } | { "outcome": "unchecked" } | { "outcome": "differs", 
/**
 * Bytes of the typed value before the first difference.
 */
at: number, 
/**
 * Characters of the typed value before the first difference.
 */
column: number, 
/**
 * The right value; never for the secret.
 */
expected?: string, 
/**
 * The typed value; never for the secret.
 */
typed?: string, 
/**
 * Characters of the right value.
 */
expected_chars: number, 
/**
 * Characters of the typed value.
 */
typed_chars: number, 
/**
 * The kind of mistake.
 */
kind: ByocDiffKind, };

/**
 * One row of the form.
 */
export type ByocRow = { 
/**
 * The field.
 */
field: ByocField, 
/**
 * Its name in CXone.
 */
label: string, 
/**
 * What it is for.
 */
purpose: string, 
/**
 * Where it is needed.
 */
goes_to: ByocDestination, 
/**
 * The value to type; none for the secret and for a client id that is not chosen yet.
 */
value: string | null, };

/**
 * The addresses of one provider. Serialised, it is the answer of `handover urls --json`.
 *
 * Only the Authorization URL holds the provider's id, hence one BYOC entry serves one provider.
 */
export type ByocUrls = { 
/**
 * 24 lower-case hexadecimal characters.
 */
provider_id: string, 
/**
 * The project, where the link told it.
 */
project_id: string | null, 
/**
 * Scheme, host and port, without a final slash.
 */
endpoint_base: string, 
/**
 * How sure the endpoint base is.
 */
certainty: EndpointCertainty, 
/**
 * Where CXone posts what agents write.
 */
integration_box_url: string, 
/**
 * Where CXone fetches its token.
 */
authorization_url: string, 
/**
 * Where the administrator is sent on adding a channel.
 */
add_action_url: string, 
/**
 * Where the administrator is sent on reconnecting a channel.
 */
reconnect_action_url: string, 
/**
 * Where the administrator is sent on removing a channel.
 */
remove_action_url: string, 
/**
 * Findings that do not block.
 */
warnings: Array<AddressWarning>, };

/**
 * A contact as the agent's desk shows it.
 */
export type Card = { 
/**
 * Number of the contact.
 */
contact: number, 
/**
 * One of the vendor's status words: new, open, pending, escalated, resolved, closed, trashed.
 */
status: string, 
/**
 * Id of the thread on the customer's platform: the chat's session.
 */
thread: string, 
/**
 * Name of the skill it waits in or came from; none while it was not routed.
 */
skill: string | null, 
/**
 * Id of the agent who has it.
 */
agent: number | null, 
/**
 * What was said, oldest first.
 */
lines: Array<CardLine>, };

/**
 * A message as the agent's desk shows it.
 */
export type CardLine = { 
/**
 * Whether the customer's side said it.
 */
inbound: boolean, 
/**
 * Its text; empty where it has none.
 */
text: string, 
/**
 * Why it did not reach the customer, as a code.
 */
failed: string | null, 
/**
 * The agent who wrote it; none for the customer's side and for what no agent wrote.
 */
agent: DeskAgent | null, };

/**
 * The data of the strip chart.
 */
export type Chart = { 
/**
 * Every look, oldest first.
 */
points: Array<Point>, 
/**
 * The same, drawn together.
 */
stretches: Array<Stretch>, };

/**
 * A chart as text.
 */
export type ChartText = { 
/**
 * CSV with a head line.
 */
csv: string, };

/**
 * A line of a chat.
 */
export type ChatLine = { 
/**
 * Who said it.
 */
speaker: Speaker, 
/**
 * Its text; empty where it has none.
 */
text: string, 
/**
 * Buttons below it. Pressing one says its text.
 */
buttons: Array<string>, 
/**
 * Name of the agent, where the node shows it.
 */
name: string | null, };

/**
 * How a chat stands.
 */
export type ChatStage = "bot" | "waiting" | "agent";

/**
 * A check with another result.
 */
export type CheckChange = { 
/**
 * The check.
 */
id: string, 
/**
 * The good state, in a few words.
 */
title: string, 
/**
 * Its part of the catalogue.
 */
group: Group, 
/**
 * Where it turned.
 */
turn: Turn, 
/**
 * How it ended in the earlier run.
 */
before?: Outcome, 
/**
 * How it ended in the later run.
 */
after?: Outcome, 
/**
 * What the earlier run said.
 */
said_before?: string, 
/**
 * What the later run says.
 */
said_after?: string, };

/**
 * A row of the catalogue as data.
 */
export type CheckInfo = { 
/**
 * Such as `HD-304`.
 */
id: string, 
/**
 * The group it belongs to.
 */
group: Group, 
/**
 * The group's heading.
 */
group_title: string, 
/**
 * The good state, in a few words.
 */
title: string, 
/**
 * Ids of the checks whose failure blocks this one.
 */
needs: Array<string>, 
/**
 * What a failure weighs.
 */
severity: Severity, 
/**
 * Whether it may end as `manual`, and so takes the answer of a person.
 */
by_hand: boolean, 
/**
 * What must be asked for before it is part of a run; absent for the checks of every run.
 */
on_request?: Request, 
/**
 * Longest time it may take, in milliseconds.
 */
budget_ms: number, 
/**
 * What is done.
 */
tries: string, 
/**
 * The rule it judges by.
 */
source: RuleSource, };

/**
 * The result of one check.
 */
export type CheckResult = { 
/**
 * Such as `HD-304`; stable and never reused.
 */
id: string, 
/**
 * Its part of the catalogue.
 */
group: Group, 
/**
 * The good state, in a few words.
 */
title: string, 
/**
 * How it ended.
 */
outcome: Outcome, 
/**
 * What a failure weighs.
 */
severity: Severity, 
/**
 * The root causes of a blocked check; empty for every other outcome.
 */
blocked_by: Array<string>, 
/**
 * For `unknown`: the checks whose doubt is the reason, where there are any.
 */
because_of?: Array<string>, 
/**
 * What it means.
 */
message: string, 
/**
 * What to do about it, or where to click; absent when there is nothing to do.
 */
hint: string | null, 
/**
 * What was tried.
 */
tried: string, 
/**
 * What came back; absent when the check did not run.
 */
found: string | null, 
/**
 * The rule it was judged by.
 */
source: RuleSource, 
/**
 * Values side by side. Never a secret.
 */
compared: Array<Compared>, 
/**
 * Time from its start to its end in milliseconds, rounded up; waiting for calls shared with others is part of it.
 */
duration_ms: number, 
/**
 * The redacted HTTP exchanges it rests on.
 */
evidence: Array<Exchange>, 
/**
 * What in that evidence looks wrong and is normal.
 */
normal?: Array<Normal>, 
/**
 * The answer of a person that the outcome rests on.
 */
answer?: ManualAnswer, 
/**
 * A change of the profile that would mend it.
 */
advice?: Advice, };

/**
 * What the verification said of one check, where the scenario has an opinion or should have had one.
 */
export type CheckResultOf = { 
/**
 * The check.
 */
id: string, 
/**
 * What the scenario says: an outcome, or `pass` for a check that it does not name.
 */
expected: string, 
/**
 * What came.
 */
found: string, 
/**
 * The check's own message.
 */
message: string, };

/**
 * Mark a step of the checklist; `state: null` clears it.
 */
export type ChecklistMark = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * The step.
 */
step: SetupStepId, 
/**
 * Its state.
 */
state: SetupStepState | null, 
/**
 * Since when (RFC 3339); now if absent.
 */
since?: string, 
/**
 * A note, such as a tracking number.
 */
note?: string, };

/**
 * What Cognigy.AI says about its last Save: the provisioning state of the provider, or its log.
 */
export type CognigySays = { 
/**
 * How it ended.
 */
status: CognigyStatus, 
/**
 * When, if it says so.
 */
at: string | null, 
/**
 * Its own words, redacted. Shown, never judged.
 */
error: string | null, };

/**
 * How a Save ended by Cognigy.AI's own word.
 */
export type CognigyStatus = "succeeded" | "failed" | "pending";

/**
 * Two values side by side.
 */
export type Compared = { 
/**
 * What the values are, in the vendors' words.
 */
what: string, 
/**
 * The value it should have. Absent when there is none to show, as for a secret.
 */
expected?: string, 
/**
 * The value that is there. Absent when nothing is, or when it must not be shown.
 */
found?: string, };

/**
 * What is said in the sandbox, on both sides.
 */
export type ConversationView = { 
/**
 * The chat of the customer that the window plays, oldest line first.
 */
chat: Array<ChatLine>, 
/**
 * With whom the chat is.
 */
stage: ChatStage, 
/**
 * The contacts at CXone, newest first.
 */
contacts: Array<Card>, 
/**
 * The agents who have a skill.
 */
agents: Array<DeskAgent>, };

/**
 * What became of a copy.
 */
export type CopyOutcome = { 
/**
 * After how many seconds the clipboard is cleared, if it still holds this.
 */
cleared_after_s?: number, };

/**
 * Ids under which the other side's support finds the same call.
 */
export type Correlation = { 
/**
 * `x-trace-id` of the answer.
 */
trace_id?: string, };

/**
 * Say something as the customer.
 */
export type CustomerLine = { 
/**
 * What.
 */
text: string, };

/**
 * A CXone cloud. Source of the issuers: the vendor's OpenAPI (global, FedRAMP) and a vendor SDK (sovereign).
 */
export type CxoneCloud = "global" | "fedramp" | "au_sovereign" | "eu_sovereign" | "other";

/**
 * The CXone connection as Cognigy.AI keeps it, without its secrets. Identifiers, hence stored; never exported.
 */
export type CxoneConnection = { 
/**
 * Name of the Connection in Cognigy.AI.
 */
name?: string, 
/**
 * Access Key ID: the Connection's Username.
 */
access_key_id?: string, 
/**
 * Client ID from the application registration.
 */
client_id?: string, 
/**
 * Client ID of the channel integration, chosen freely.
 */
integration_client_id?: string, };

/**
 * The CXone tenant of a profile.
 */
export type CxoneTarget = { 
/**
 * The cloud; `issuer` wins where both are given.
 */
cloud?: CxoneCloud, 
/**
 * Address of the issuer, needed for a cloud that has no name here.
 */
issuer?: string, 
/**
 * Tenant ID, a UUID.
 */
tenant_id?: string, 
/**
 * Unit Number of the business unit: digits.
 */
business_unit?: string, 
/**
 * Addresses to use instead of the discovered ones.
 */
hosts?: HostOverrides, };

/**
 * An agent.
 */
export type DeskAgent = { 
/**
 * Id of the agent in ACD.
 */
id: number, 
/**
 * First and last name.
 */
name: string, };

/**
 * What a call took over all rounds, in milliseconds.
 */
export type DiagnoseCall = { 
/**
 * The call.
 */
call: SaveCall, 
/**
 * `host:port` that was asked.
 */
host: string, 
/**
 * How often it was answered.
 */
answered: number, 
/**
 * How often there was no complete answer; these are in no median.
 */
failed: number, 
/**
 * The middle value of each phase.
 */
p50: Phases, 
/**
 * The value that 95 of 100 stay under.
 */
p95: Phases, 
/**
 * Whether `p95` is the highest value instead, because there are fewer than 20 rounds.
 */
p95_is_max: boolean, 
/**
 * How many took longer than the budget.
 */
over_budget: number, };

/**
 * The name of a verdict.
 */
export type DiagnoseCode = "well" | "save_elsewhere" | "client" | "client_secret" | "key" | "key_inactive" | "key_owner" | "tenant" | "business_unit" | "role" | "profile_incomplete" | "untrusted_host" | "clock_skew" | "timeout" | "slow" | "slower_than_usual" | "ipv6_black_hole" | "rate_limit" | "cognigy_save_failed" | "dns" | "refused" | "network_down" | "reset" | "tls_inspection" | "tls" | "proxy_auth" | "proxy_failed" | "captive_portal" | "http2_refused" | "html" | "unexpected_answer" | "service_error" | "not_measured";

/**
 * How sure it is.
 */
export type DiagnoseConfidence = "low" | "medium" | "high";

/**
 * An access key's record.
 */
export type DiagnoseKeyState = { 
/**
 * Whether it is active.
 */
active: boolean | null, 
/**
 * The state of its owner.
 */
owner: DiagnoseOwnerState | null, };

/**
 * What kind of thing it is, and so the exit code.
 */
export type DiagnoseKind = "well" | "authentication" | "slow" | "unreachable" | "unknown";

/**
 * The state of a key's owner.
 */
export type DiagnoseOwnerState = "active" | "pending" | "inactive";

/**
 * What was wrong.
 */
export type DiagnoseProblem = { "kind": "missing", 
/**
 * Which.
 */
fields: Array<ProfileField>, } | { "kind": "untrusted", 
/**
 * The host.
 */
host: string, } | { "kind": "no_answer", 
/**
 * Why.
 */
failure: Failure, } | { "kind": "http2", 
/**
 * What came of HTTP/2.
 */
failure: Failure, } | { "kind": "service", 
/**
 * 5xx.
 */
status: number, 
/**
 * `Retry-After` in seconds.
 */
retry_after_s: number | null, } | { "kind": "rate_limit", 
/**
 * `Retry-After` in seconds.
 */
retry_after_s: number | null, } | { "kind": "page", 
/**
 * Its status.
 */
status: number, } | { "kind": "unexpected", 
/**
 * Its status.
 */
status: number | null, } | { "kind": "sign_in", 
/**
 * What was refused.
 */
refusal: DiagnoseRefusal, 
/**
 * Whether the same values were accepted before, in this run or in an earlier one.
 */
accepted_before: boolean, 
/**
 * Whether the access key is accepted by itself; absent when that was not asked or not answered.
 */
key_alone: boolean | null, 
/**
 * The key's record, read with a token from before the refusal.
 */
key: DiagnoseKeyState | null, } | { "kind": "tenant", 
/**
 * 400 or 404.
 */
status: number, } | { "kind": "other_tenant", 
/**
 * The token's tenant.
 */
found: string, } | { "kind": "business_unit", 
/**
 * The token's unit.
 */
found: string, } | { "kind": "role", 
/**
 * 401 or 403.
 */
status: number, } | { "kind": "owner", 
/**
 * The owner's state.
 */
owner: DiagnoseOwnerState, };

/**
 * A step of a measurement.
 */
export type DiagnoseProgress = { "step": "started", 
/**
 * Rounds that are planned.
 */
rounds: number, 
/**
 * The calls of a round.
 */
calls: Array<SaveCall>, 
/**
 * The budget in milliseconds.
 */
budget_ms: number, } | { "step": "call_started", 
/**
 * The round, from 1.
 */
round: number, 
/**
 * The call.
 */
call: SaveCall, } | { "step": "call_finished", 
/**
 * The round, from 1.
 */
round: number, 
/**
 * What was measured.
 */
sample: DiagnoseSample, } | { "step": "round_finished", 
/**
 * The round, from 1.
 */
round: number, 
/**
 * All of its calls together, in milliseconds.
 */
total_ms: number, 
/**
 * Whether every call was made and answered as it should.
 */
complete: boolean, } | { "step": "finished", 
/**
 * What kind of verdict it came to.
 */
kind: DiagnoseKind, };

/**
 * Which half of the sign-in was refused.
 */
export type DiagnoseRefusal = "client" | "grant" | "key" | "bare";

/**
 * Measure the save path.
 */
export type DiagnoseRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * Rounds, 1 to 100; absent means 5.
 */
rounds?: number, 
/**
 * What a call may take, in milliseconds, 100 to 600 000; absent means 10 000.
 */
budget_ms?: number, 
/**
 * Also makes a channel in CXone, once, and removes it again.
 */
create: boolean, };

/**
 * The calls of Save, once.
 */
export type DiagnoseRound = { 
/**
 * From 1.
 */
round: number, 
/**
 * What was measured, in the order of the calls.
 */
calls: Array<DiagnoseSample>, 
/**
 * All calls together, in milliseconds.
 */
total_ms: number, 
/**
 * Whether every call was made and answered as it should.
 */
complete: boolean, };

/**
 * One exchange of a round. A list of several pages is several of them.
 */
export type DiagnoseSample = { 
/**
 * Which call it is.
 */
call: SaveCall, 
/**
 * When it began, by this computer's clock.
 */
at: string, 
/**
 * `host:port` that was asked.
 */
host: string, 
/**
 * Milliseconds by phase. A phase that was not reached is absent.
 */
phases: Phases, 
/**
 * Status of the answer.
 */
status: number | null, 
/**
 * Why there is no complete answer.
 */
failure: Failure | null, 
/**
 * Address and port that answered; the proxy's when one was used.
 */
remote: string | null, 
/**
 * `host:port` of the proxy in use.
 */
proxy: string | null, 
/**
 * `HTTP/1.1` or `HTTP/2`.
 */
http_version: string | null, 
/**
 * What was agreed on by ALPN: `h2` or `http/1.1`.
 */
alpn: string | null, 
/**
 * Connections tried, where the first one did not do.
 */
attempts: Array<Attempt>, 
/**
 * Who issued the certificate that was shown.
 */
certificate_issuer: string | null, 
/**
 * The vendor's correlation id.
 */
trace_id: string | null, 
/**
 * Seconds that the server's clock is ahead of this computer's, by its `Date`; negative when it is behind.
 */
server_ahead_s: number | null, };

/**
 * Whose side it is.
 */
export type DiagnoseSide = "this_computer" | "proxy" | "network" | "cxone" | "cognigy";

/**
 * A call that did not do what it should.
 */
export type DiagnoseTrouble = { 
/**
 * The call.
 */
call: SaveCall, 
/**
 * The round it happened in, from 1.
 */
round: number, 
/**
 * What it was.
 */
problem: DiagnoseProblem, };

/**
 * What is usual.
 */
export type DiagnoseUsual = { 
/**
 * Earlier measurements it is made of.
 */
measurements: number, 
/**
 * By call; a call that was answered too seldom is left out.
 */
calls: Array<DiagnoseUsualCall>, };

/**
 * What a call usually takes, in milliseconds.
 */
export type DiagnoseUsualCall = { 
/**
 * The call.
 */
call: SaveCall, 
/**
 * The middle of the earlier medians.
 */
p50: Phases, 
/**
 * The lowest of the earlier medians of the whole call.
 */
low_ms: number, 
/**
 * The highest of them.
 */
high_ms: number, };

/**
 * What it comes to.
 */
export type DiagnoseVerdict = { 
/**
 * Its name.
 */
code: DiagnoseCode, 
/**
 * What kind of thing it is.
 */
kind: DiagnoseKind, 
/**
 * The call it is about.
 */
call: SaveCall | null, 
/**
 * The phase of the call.
 */
phase: Phase | null, 
/**
 * Whose side it is.
 */
side: DiagnoseSide | null, 
/**
 * How sure that is.
 */
confidence: DiagnoseConfidence, 
/**
 * One or two sentences.
 */
message: string, 
/**
 * What to do.
 */
hint: string | null, 
/**
 * From where it was measured.
 */
measured_from: string, 
/**
 * What it rests on, one line each.
 */
evidence: Array<string>, 
/**
 * What else was found.
 */
also: Array<DiagnoseVerdict>, };

/**
 * Why Save stays active, measured and named.
 */
export type Diagnosis = { 
/**
 * What it comes to.
 */
verdict: DiagnoseVerdict, 
/**
 * The calls, with p50 and p95 by phase.
 */
calls: Array<DiagnoseCall>, 
/**
 * Every round that was made.
 */
rounds: Array<DiagnoseRound>, 
/**
 * Rounds that were planned.
 */
planned_rounds: number, 
/**
 * What a call may take, in milliseconds.
 */
budget_ms: number, 
/**
 * What is usual for this profile.
 */
usual: DiagnoseUsual, 
/**
 * What was wrong with calls.
 */
troubles: Array<DiagnoseTrouble>, 
/**
 * From where it was measured.
 */
measured_from: string, 
/**
 * When it began, by this computer's clock.
 */
measured_at: string, 
/**
 * Whether CXone accepted the credentials.
 */
accepted: boolean, 
/**
 * Whether it was stopped before its end.
 */
cancelled: boolean, 
/**
 * Name of a channel that was made for the measurement and could not be removed.
 */
left_behind: string | null, 
/**
 * What Cognigy.AI says about its last Save.
 */
cognigy: CognigySays | null, 
/**
 * What the wait that followed came to; the verdict is then that of its last look.
 */
waited?: Waited, };

/**
 * Ask what changed between two runs.
 */
export type DiffRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * The earlier run; the one before the later where it is absent.
 */
before?: number, 
/**
 * The later run; the newest where it is absent.
 */
after?: number, };

/**
 * A request or response without content.
 */
export type Empty = Record<symbol, never>;

/**
 * How far an endpoint address can be relied on.
 */
export type EndpointCertainty = "confirmed" | "derived" | "guessed";

/**
 * Why a command failed. A code exists only where somebody acts on it: the window shows another control, or the
 * terminal another exit code.
 */
export type ErrorCode = "bad_request" | "not_found" | "invalid" | "secret_exists" | "secret_missing" | "store_missing" | "store_locked" | "store_denied" | "store_slow" | "secret_too_long" | "wrong_passphrase" | "newer_file" | "damaged_file" | "storage" | "clipboard_missing" | "unreachable" | "service" | "changed" | "cancelled" | "internal";

/**
 * Something happened that the window did not ask for just now. An event says that there is news; the window reads the
 * content with a command, so a lost event costs nothing but time.
 */
export type Event = { "event": "profiles", } | { "event": "job", 
/**
 * The job.
 */
job: JobId, 
/**
 * The profile it works on.
 */
profile_id: ProfileId, 
/**
 * Position in the job's progress.
 */
seq: number, 
/**
 * What happened.
 */
progress: Progress, } | { "event": "job_failed", 
/**
 * The job.
 */
job: JobId, 
/**
 * The profile it worked on.
 */
profile_id: ProfileId, 
/**
 * Why.
 */
error: WireError, } | { "event": "diagnose", 
/**
 * The job.
 */
job: JobId, 
/**
 * The profile it works on.
 */
profile_id: ProfileId, 
/**
 * Position in the job's progress.
 */
seq: number, 
/**
 * What happened.
 */
progress: DiagnoseProgress, } | { "event": "diagnose_failed", 
/**
 * The job.
 */
job: JobId, 
/**
 * The profile it worked on.
 */
profile_id: ProfileId, 
/**
 * Why.
 */
error: WireError, } | { "event": "waiting", 
/**
 * The profile it is about.
 */
profile_id: ProfileId, } | { "event": "history", 
/**
 * The profile; absent when it cannot be told which.
 */
profile_id?: ProfileId, } | { "event": "secrets", 
/**
 * The state.
 */
status: StoreStatus, } | { "event": "sandbox", 
/**
 * The state.
 */
status: SandboxView, } | { "event": "conversation", } | { "event": "scenario", 
/**
 * Its name.
 */
name: string, 
/**
 * How far it is.
 */
progress: ScenarioProgress, } | { "event": "watch", 
/**
 * The state.
 */
status: WatchView, } | { "event": "closing", } | { "event": "open", 
/**
 * The profile it was about.
 */
profile_id: ProfileId, 
/**
 * The screen.
 */
screen: NoticeScreen, } | { "event": "lagged", };

/**
 * One request and what became of it.
 */
export type Exchange = { 
/**
 * Number within its client, from 1, in the order in which calls were sent.
 */
id: number, 
/**
 * What the caller named it, such as `token`.
 */
label: string, 
/**
 * When the call was sent, by this computer's clock.
 */
started_at: string, 
/**
 * Request method in capitals.
 */
method: string, 
/**
 * Request URL without user info, secret query parameters replaced.
 */
url: string, 
/**
 * Request headers as sent by the caller, secrets replaced.
 */
request_headers: Array<[string, string]>, 
/**
 * Request body, secrets replaced, at most [`KEPT_BODY`] bytes.
 */
request_body: string | null, 
/**
 * Status code, when there was an answer.
 */
status: number | null, 
/**
 * Headers of the answer, secrets replaced.
 */
response_headers: Array<[string, string]>, 
/**
 * Body of the answer, secrets replaced, at most [`KEPT_BODY`] bytes.
 */
response_body: string | null, 
/**
 * Whether a body was longer than what is kept here.
 */
body_truncated: boolean, 
/**
 * Measured times.
 */
phases: Phases, 
/**
 * `HTTP/1.1` or `HTTP/2`, when there was an answer.
 */
http_version: string | null, 
/**
 * Address and port of the peer; the proxy's when one was used.
 */
remote: string | null, 
/**
 * The vendor's correlation id, from the `x-trace-id` header.
 */
trace_id: string | null, 
/**
 * Why there is no complete answer.
 */
failure: Failure | null, };

/**
 * A profile file without secrets.
 */
export type ExportedProfile = { 
/**
 * A sensible file name.
 */
file_name: string, 
/**
 * The file's content.
 */
json: string, };

/**
 * What went wrong on the way, seen from this computer.
 */
export type Failure = { 
/**
 * The kind somebody can act on.
 */
kind: FailureKind, 
/**
 * Where it happened, when that is known.
 */
phase: Phase | null, 
/**
 * For [`FailureKind::Tls`]: which problem.
 */
tls?: TlsProblem, 
/**
 * One sentence for people, redacted. Never match on it.
 */
detail: string, };

/**
 * Kinds of failure.
 */
export type FailureKind = "resolve" | "refused" | "unreachable" | "tls" | "proxy_auth" | "proxy_failed" | "timeout" | "reset" | "body_too_large" | "protocol" | "cancelled";

/**
 * Switch a fault.
 */
export type FaultSwitch = { 
/**
 * The fault's name.
 */
name: string, 
/**
 * On or off.
 */
on: boolean, };

/**
 * One fault of the sandbox.
 */
export type FaultView = { 
/**
 * Its name, as on the command line.
 */
name: string, 
/**
 * `server`, `path`, `local` or `profile`.
 */
kind: string, 
/**
 * The check that shows it.
 */
check: string, 
/**
 * What is wrong while it is on.
 */
text: string, 
/**
 * Whether it is switched on.
 */
active: boolean, };

/**
 * One field that is missing or malformed.
 */
export type FieldProblem = { 
/**
 * The field.
 */
field: ProfileField, 
/**
 * What is wrong with it.
 */
code: FieldProblemCode, 
/**
 * The finding, a full sentence.
 */
message: string, 
/**
 * Where the right value is found.
 */
hint: string, };

/**
 * What is wrong with a field.
 */
export type FieldProblemCode = "missing" | "malformed" | "conflict";

/**
 * The parts of the catalogue, in its order.
 */
export type Group = "computer" | "endpoint" | "sign_in" | "channel" | "routing" | "script" | "project" | "live" | "speed";

/**
 * Delete runs.
 */
export type HistoryDelete = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * The run; all of them where it is absent.
 */
run?: number, };

/**
 * Runs, newest first.
 */
export type HistoryList = { 
/**
 * The runs.
 */
runs: Array<RunHead>, 
/**
 * Whether there are older ones.
 */
more: boolean, 
/**
 * Why the last run of this program was not kept.
 */
trouble?: Trouble, };

/**
 * Ask for the runs that were kept of a profile.
 */
export type HistoryRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * Only runs before this number; the newest where it is absent.
 */
before?: number, 
/**
 * How many at most; 50 where it is absent.
 */
limit?: number, };

/**
 * Confirm a host that is not the vendors' own.
 */
export type HostConfirmation = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * The host.
 */
host: string, };

/**
 * Where the window runs.
 */
export type HostKind = "desktop" | "web" | "terminal";

/**
 * Host overrides: addresses used in place of those that discovery yields. http only for this computer.
 */
export type HostOverrides = { 
/**
 * The ACD (`inContactAPI`) services.
 */
api?: string, 
/**
 * The Digital Engagement services.
 */
digital?: string, 
/**
 * UserHub.
 */
userhub?: string, 
/**
 * The event hub; also `wss://`.
 */
events?: string, };

/**
 * What became of an import.
 */
export type ImportOutcome = { 
/**
 * The new profile; absent while hosts wait for a yes.
 */
id?: ProfileId, 
/**
 * The name it got: the file's, with a number where another profile has it; absent while hosts wait for a yes.
 */
name?: string, 
/**
 * Hosts that are not the vendors' own.
 */
foreign_hosts: Array<string>, };

/**
 * Bring in a profile file.
 */
export type ImportRequest = { 
/**
 * The file's content.
 */
json: string, 
/**
 * The hosts were shown and accepted.
 */
accept_hosts?: boolean, };

/**
 * Names a running or finished job.
 */
export type JobId = string;

/**
 * Names a job.
 */
export type JobRequest = { 
/**
 * The job.
 */
job: JobId, };

/**
 * A job was started.
 */
export type JobStarted = { 
/**
 * The job.
 */
job: JobId, };

/**
 * What closing the window means.
 */
export type Leave = { 
/**
 * End the program; else it goes on with its window out of the way.
 */
quit: boolean, };

/**
 * Something that a round trip left on the vendor's side.
 */
export type Left = { 
/**
 * What it is.
 */
kind: LeftKind, 
/**
 * What to look for: the number of a contact, the id of an end user.
 */
id: string, 
/**
 * How it was left.
 */
state: LeftState, 
/**
 * In a sentence, with what is to be done where something is.
 */
message: string, };

/**
 * What something is that a round trip left behind.
 */
export type LeftKind = "contact" | "end_user";

/**
 * How it was left.
 */
export type LeftState = "settled" | "open" | "untold";

/**
 * The administrator's word for a plan.
 */
export type LiveConsent = { 
/**
 * The plan's mark. It counts once, and only for the plan that was shown last.
 */
mark: string, };

/**
 * What a live round trip will create, said before anything is sent.
 */
export type LivePlan = { 
/**
 * Unique to this plan, and part of all that it creates. Also the end user's id in CXone.
 */
mark: string, 
/**
 * Name of the channel in CXone.
 */
channel: string, 
/**
 * External id of the thread.
 */
thread: string, 
/**
 * What the made-up end user says.
 */
message: string, 
/**
 * What is said to them under the name of the access key's owner.
 */
reply: string, 
/**
 * Each thing that is created, in a sentence.
 */
creates: Array<string>, 
/**
 * What is done about it afterwards.
 */
cleans_up: string, 
/**
 * What stays in CXone for good.
 */
remains: string, };

/**
 * What a person found.
 */
export type ManualAnswer = { 
/**
 * When it was said.
 */
at: string, 
/**
 * Whether it is as it should be.
 */
well: boolean, 
/**
 * What else was said, at most [`NOTE_CHARS`] characters.
 */
note?: string, };

/**
 * How well a rule is founded.
 */
export type Mark = "documented" | "seen_in_code" | "inferred";

/**
 * One thing an agent does with a contact.
 */
export type Move = "accept" | { "type": boolean } | { "say": string } | "transfer" | "close";

/**
 * Give a profile (or its copy) a name.
 */
export type NameRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * The name.
 */
name: string, };

/**
 * Make a profile.
 */
export type NewProfile = { 
/**
 * The provider's name.
 */
name: string, };

/**
 * Something normal that was seen in the evidence of a result.
 */
export type Normal = { 
/**
 * Such as `box-first-401`; stable and never reused.
 */
id: string, 
/**
 * What is seen.
 */
text: string, 
/**
 * Why it is normal.
 */
why: string, 
/**
 * How well that is founded.
 */
mark: Mark, 
/**
 * Ids of the exchanges that show it.
 */
exchanges: Array<number>, };

/**
 * A screen that a notice leads to.
 */
export type NoticeScreen = "verify" | "diagnose";

/**
 * How one check ended. Only `fail`, `blocked` and `crashed` hold up the checks that need this one.
 */
export type Outcome = "pass" | "warn" | "fail" | "blocked" | "unknown" | "skipped" | "manual" | "crashed";

/**
 * What the administrator pasted from CXone's form.
 */
export type PasteRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * The paste; may hold the secret, and is never sent back.
 */
text: SecretText, };

/**
 * A step of an exchange.
 */
export type Phase = "proxy_connect" | "resolve" | "connect" | "tls" | "send" | "first_byte" | "body";

/**
 * Milliseconds per phase. Absent means not measured.
 */
export type Phases = { 
/**
 * Negotiation with the proxy after the connection to it stood. Probe only.
 */
proxy_connect?: number, 
/**
 * Name to addresses. Absent for address literals and reused connections.
 */
resolve?: number, 
/**
 * TCP, proxy and TLS together, without resolving. Ordinary calls only; absent for reused connections.
 */
connection?: number, 
/**
 * TCP alone. Probe only.
 */
connect?: number, 
/**
 * TLS alone. Probe only.
 */
tls?: number, 
/**
 * Writing the request. Probe only.
 */
send?: number, 
/**
 * Until the head of the answer was there: in a probe from the end of `send`, in an ordinary call from the moment
 * the connection stood (from the start of the call when it was reused), so writing the request is included.
 */
first_byte?: number, 
/**
 * From the head of the answer to its last byte.
 */
body?: number, 
/**
 * The whole call.
 */
total?: number, };

/**
 * One look.
 */
export type Point = { 
/**
 * When it began, by this computer's clock.
 */
at: string, 
/**
 * How it was.
 */
state: PointState, 
/**
 * What all calls of the look took together, in milliseconds.
 */
ms: number, 
/**
 * Whether it signed in, or read with the token of an earlier look.
 */
signed_in: boolean, 
/**
 * The verdict's name.
 */
code: DiagnoseCode, 
/**
 * The call it is about.
 */
call: SaveCall | null, 
/**
 * Whose side it is.
 */
side: DiagnoseSide | null, };

/**
 * How it was at a moment.
 */
export type PointState = "well" | "slow" | "down" | "refused";

/**
 * What the window remembers about itself. Never anything about a profile's content.
 */
export type Preferences = { 
/**
 * Colours.
 */
theme: Theme, 
/**
 * The profile that was open last.
 */
last_profile?: ProfileId, 
/**
 * Whether the rail shows icons only.
 */
rail_folded: boolean, 
/**
 * Whether profiles that are watched are watched from the start on; else they wait to be resumed.
 */
watch_at_start: boolean, 
/**
 * Whether a change that a watch sees is told by the desktop's notifications.
 */
notifications: boolean, 
/**
 * Whether it was said once that closing the window leaves the program in the tray.
 */
tray_told: boolean, };

/**
 * One handover provider and the CXone tenant it connects to.
 *
 * It is also the profile file of the command line. Texts are kept verbatim; what they mean is computed.
 */
export type Profile = { 
/**
 * Name of the handover provider in Cognigy.AI; it becomes the name of the channel in CXone.
 */
name: string, 
/**
 * The address of the provider's page in Cognigy.AI, pasted whole.
 */
provider_link?: string, 
/**
 * The provider's id, 24 hexadecimal characters; used with `domain` when there is no link.
 */
provider_id?: string, 
/**
 * The Cognigy.AI install: a short instance name (`trial`), a host or a URL.
 */
domain?: string, 
/**
 * Any Endpoint URL of the install, or its start; only scheme, host and port count.
 */
endpoint_base?: string, 
/**
 * Where the REST API of the install is, if its address does not follow from the provider's host; only scheme, host
 * and port count.
 */
cognigy_api?: string, 
/**
 * The Integration ID that CXone shows for the saved BYOC entry.
 */
channel_integration_id?: string, 
/**
 * Id or name of a digital inbound skill; used where the channel does not tell its default skill.
 */
routing_skill?: string, 
/**
 * The CXone tenant.
 */
cxone: CxoneTarget, };

/**
 * What was typed. Kept as it is, wrong values included.
 */
export type ProfileDraft = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * Its values.
 */
profile: Profile, 
/**
 * Identifiers of the CXone connection.
 */
connection: CxoneConnection, 
/**
 * What was shown when the typing began. With it, what a terminal changed meanwhile is kept.
 */
seen?: TypedValues, };

/**
 * One field of the set-up, in the profile file, in the CXone connection or in the keychain.
 */
export type ProfileField = "name" | "provider_link" | "provider_id" | "domain" | "endpoint_base" | "cognigy_api" | "cognigy_api_key" | "tenant_id" | "business_unit" | "cloud" | "issuer" | "host_api" | "host_digital" | "host_userhub" | "host_events" | "connection_name" | "access_key_id" | "access_key_secret" | "client_id" | "client_secret" | "channel_integration_id" | "integration_client_id" | "integration_client_secret" | "routing_skill";

/**
 * A profile's identity: a UUID in its hyphenated lower-case form.
 *
 * Text that is not a UUID cannot become one, so the value is safe in file and keychain names.
 */
export type ProfileId = string;

/**
 * All profiles.
 */
export type ProfileList = { 
/**
 * Sorted by name.
 */
profiles: Array<ProfileSummary>, 
/**
 * The profile file was damaged and the previous copy is in use.
 */
recovered: boolean, 
/**
 * Entries of the file that this version cannot read.
 */
unreadable: Array<UnreadableProfile>, };

/**
 * One profile in a list.
 */
export type ProfileSummary = { 
/**
 * Its id.
 */
id: ProfileId, 
/**
 * The provider's name.
 */
name: string, 
/**
 * Whether it belongs to the sandbox and lives in memory only.
 */
sandbox: boolean, 
/**
 * When it changed (RFC 3339).
 */
changed_at: string, 
/**
 * How the last verification went, in this run of the program.
 */
last_run?: RunSummary, };

/**
 * A profile with all that follows from it.
 */
export type ProfileView = { 
/**
 * Its id.
 */
id: ProfileId, 
/**
 * Whether it belongs to the sandbox and lives in memory only.
 */
sandbox: boolean, 
/**
 * What was typed.
 */
profile: Profile, 
/**
 * Identifiers of the CXone connection.
 */
connection: CxoneConnection, 
/**
 * What is known about its secrets.
 */
secrets: Array<SecretView>, 
/**
 * Where the set-up stands.
 */
checklist: SetupChecklist, 
/**
 * Missing and malformed values.
 */
problems: Array<FieldProblem>, 
/**
 * The provider.
 */
provider: ProviderView, 
/**
 * The endpoint base.
 */
endpoint: AddressView, 
/**
 * The five URLs, when they can be made.
 */
urls?: ByocUrls, 
/**
 * CXone's BYOC form, in its order.
 */
form: Array<ByocRow>, 
/**
 * The result of the last "Compare with what I typed".
 */
compared: Array<ByocFieldDiff>, 
/**
 * Hosts beside the vendors' own that were confirmed.
 */
trusted_hosts: Array<string>, 
/**
 * What a person found where only a person can look, by the check's id.
 */
answers: { [key in string]: ManualAnswer }, 
/**
 * When it changed (RFC 3339).
 */
changed_at: string, };

/**
 * One step of a run. Steps are told in order, so the one who listens may number them.
 */
export type Progress = { "step": "started", 
/**
 * The checks it will make, in report order. A check that is named as a cause later joins without being told here.
 */
ids: Array<string>, } | { "step": "check_started", 
/**
 * Which.
 */
id: string, } | { "step": "check_finished", 
/**
 * Its result.
 */
result: CheckResult, } | { "step": "cleaning_up", } | { "step": "finished", 
/**
 * How.
 */
outcome: RunOutcome, };

/**
 * The provider that was read from the link, or why not.
 */
export type ProviderView = { 
/**
 * 24 hexadecimal characters.
 */
id?: string, 
/**
 * The project, when the link says it.
 */
project_id?: string, 
/**
 * The host of the link.
 */
host?: string, 
/**
 * Why there is none.
 */
trouble?: Trouble, };

/**
 * All that is known, the nearest end first.
 */
export type Radar = { 
/**
 * The things.
 */
items: Array<RadarItem>, };

/**
 * One thing.
 */
export type RadarItem = { 
/**
 * What kind of thing it is.
 */
kind: RadarKind, 
/**
 * How near its end is.
 */
level: RadarLevel, 
/**
 * What it is, such as `Certificate of endpoint-trial.cognigy.ai`.
 */
what: string, 
/**
 * What is known of it, such as `ends in 23 days`.
 */
text: string, 
/**
 * When it ends, where it does.
 */
at?: string, 
/**
 * Whole days until then; negative when it is over.
 */
days?: number, };

/**
 * What kind of thing it is.
 */
export type RadarKind = "certificate" | "key" | "token" | "secret" | "wait";

/**
 * How near an end is.
 */
export type RadarLevel = "urgent" | "soon" | "well" | "note";

/**
 * Something that was taken out.
 */
export type Redacted = { 
/**
 * What kind of thing it was.
 */
kind: RedactedKind, 
/**
 * Which one: the label of a secret of the profile, or the name of the header or field.
 */
name: string, 
/**
 * What stands in its place, `<redacted:...>` around it. Equal within a run where the value is equal, and nowhere else.
 */
mark: string, 
/**
 * How often it stands in the report.
 */
times: number, };

/**
 * What kind of thing was taken out.
 */
export type RedactedKind = "secret" | "header" | "field" | "address" | "token" | "other";

/**
 * The report of one run. Its JSON is the answer of `handover verify --json`. It holds no secret.
 */
export type Report = { 
/**
 * How the run ended.
 */
outcome: RunOutcome, 
/**
 * One sentence that names the root cause, or says that all is well.
 */
headline: string, 
/**
 * Duration of the run in milliseconds, rounded up.
 */
duration_ms: number, 
/**
 * The results in the order of the catalogue. A cancelled run has only those that had finished.
 */
checks: Array<CheckResult>, 
/**
 * What the live round trip left on the vendor's side. Empty, and then left out, for a run that only reads.
 */
remains?: Array<Left>, 
/**
 * What was taken out of the evidence, and how often; never the values.
 */
redacted: Array<Redacted>, };

/**
 * Form of a report.
 */
export type ReportFormat = "markdown" | "text" | "json" | "html";

/**
 * Ask for a report.
 */
export type ReportRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * In which form.
 */
format: ReportFormat, 
/**
 * An earlier run; the last report where it is absent.
 */
run?: number, };

/**
 * A report as text.
 */
export type ReportText = { 
/**
 * The text; holds no secrets.
 */
text: string, 
/**
 * A name for a file of it.
 */
file_name: string, };

/**
 * What a run has to ask for before a check is part of it. A run that does not ask makes no mention of such a check.
 */
export type Request = "live" | "speed";

/**
 * The rule behind a result.
 */
export type RuleSource = { 
/**
 * The rule in one sentence.
 */
text: string, 
/**
 * How well it is founded.
 */
mark: Mark, };

/**
 * What changed between two runs, what matters most first.
 */
export type RunDiff = { 
/**
 * The earlier run.
 */
before: RunHead, 
/**
 * The later run.
 */
after: RunHead, 
/**
 * All of it in one sentence.
 */
headline: string, 
/**
 * Checks with another result: red ones first, then green ones, then the others.
 */
checks: Array<CheckChange>, 
/**
 * Values of the profile that changed.
 */
values: Array<ValueChange>, 
/**
 * Secrets that were entered, replaced or deleted.
 */
secrets: Array<SecretChange>, 
/**
 * The sandbox's faults that were on in the later run alone.
 */
faults_on: Array<string>, 
/**
 * Those that were on in the earlier run alone.
 */
faults_off: Array<string>, 
/**
 * How many checks ended the same way in both.
 */
same: number, };

/**
 * A run as lists show it.
 */
export type RunHead = { 
/**
 * Its number; newer runs have greater ones, and none is used twice.
 */
run: number, 
/**
 * When it ended (RFC 3339).
 */
at: string, 
/**
 * How it ended.
 */
outcome: RunOutcome, 
/**
 * The sentence on top of its report.
 */
headline: string, 
/**
 * How long it took, in milliseconds.
 */
duration_ms: number, 
/**
 * Who made it, and where.
 */
origin: RunOrigin, 
/**
 * The program's version.
 */
version: string, 
/**
 * The checks that ran, where not all of them did; the other results are those of the run before.
 */
only: Array<string>, 
/**
 * How many checks have a result.
 */
checked: number, 
/**
 * How many of them failed or crashed.
 */
failed: number, 
/**
 * How many only warn.
 */
warned: number, 
/**
 * The sandbox's faults that were on.
 */
faults: Array<string>, };

/**
 * Who made a run, and where.
 */
export type RunOrigin = "window" | "terminal" | "watch";

/**
 * How a whole run ended.
 */
export type RunOutcome = "pass" | "warn" | "unknown" | "fail" | "crashed" | "cancelled";

/**
 * Names a run.
 */
export type RunRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * The run.
 */
run: number, };

/**
 * How the last verification of a profile went.
 */
export type RunSummary = { 
/**
 * When it ended (RFC 3339).
 */
at: string, 
/**
 * Its outcome.
 */
outcome: RunOutcome, 
/**
 * How many checks failed, crashed or are blocked.
 */
problems: number, 
/**
 * The sentence on top.
 */
headline: string, 
/**
 * How many checks have a result.
 */
checked: number, 
/**
 * How many there are.
 */
of: number, 
/**
 * Whether what was verified has changed since: a value, a secret, or a fault of the sandbox.
 */
stale: boolean, };

/**
 * A run in full.
 */
export type RunView = { 
/**
 * What lists show of it.
 */
head: RunHead, 
/**
 * Its report.
 */
report: Report, 
/**
 * What was verified.
 */
snapshot: Snapshot, };

/**
 * The sandbox at a glance.
 */
export type SandboxView = { 
/**
 * Whether it runs.
 */
running: boolean, 
/**
 * Address of the simulated issuer.
 */
issuer?: string, 
/**
 * Its sample profile.
 */
profile_id?: ProfileId, 
/**
 * All faults.
 */
faults: Array<FaultView>, };

/**
 * A call that Save makes, in its order.
 */
export type SaveCall = "discovery" | "token" | "tenant" | "business_unit" | "channels" | "scripts" | "create";

/**
 * A scenario that comes with the program.
 */
export type ScenarioInfo = { 
/**
 * Its name, as in a terminal.
 */
name: string, 
/**
 * What it is called.
 */
title: string, 
/**
 * What happens in it.
 */
about: string, 
/**
 * How many steps it has.
 */
steps: number, 
/**
 * Whether a verification ends it.
 */
verifies: boolean, };

/**
 * How far a scenario is that is being played.
 */
export type ScenarioProgress = { "stage": "step", 
/**
 * Its number, from 1.
 */
at: number, 
/**
 * How many steps there are.
 */
of: number, 
/**
 * The step in words.
 */
step: string, } | { "stage": "step_over", 
/**
 * Its number, from 1.
 */
at: number, 
/**
 * How many steps there are.
 */
of: number, 
/**
 * How it went.
 */
result: StepResult, } | { "stage": "verifying", 
/**
 * Checks that are over.
 */
done: number, 
/**
 * How many checks there are; 0 before the first one begins.
 */
of: number, } | { "stage": "over", };

/**
 * How a scenario went.
 */
export type ScenarioReport = { 
/**
 * Its name.
 */
name: string, 
/**
 * What it is called.
 */
title: string, 
/**
 * Whether every step and every check was as it says.
 */
passed: boolean, 
/**
 * From the first step to the last, without starting the sandbox and without the verification, in milliseconds.
 */
steps_ms: number, 
/**
 * The steps that were played; none follows one that went otherwise.
 */
steps: Array<StepResult>, 
/**
 * The checks that the scenario names, and those that ended otherwise than it allows. Empty where none was run.
 */
checks: Array<CheckResultOf>, 
/**
 * The verification's sentence on what is wrong; none where none was run.
 */
headline?: string, 
/**
 * The chat as it ended.
 */
chat: Array<ChatLine>, };

/**
 * Play a scenario.
 */
export type ScenarioRequest = { 
/**
 * Name of a shipped one.
 */
name: string, };

/**
 * Accept the script as it is in CXone.
 */
export type ScriptAcceptRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * Fingerprint of what was shown; what is there by now is refused if it differs. Without it whatever is there is accepted.
 */
seen?: string, };

/**
 * A copy of a script, without its content.
 */
export type ScriptBackupInfo = { 
/**
 * Names it among the profile's copies.
 */
id: string, 
/**
 * When it was taken, in RFC 3339.
 */
at: string, 
/**
 * Why it was taken.
 */
reason: ScriptBackupReason, 
/**
 * The script's full path.
 */
name: string, 
/**
 * CXone's number of the version.
 */
version?: number, 
/**
 * SHA-256 of what the script does.
 */
fingerprint: string, 
/**
 * The tenant it was read from.
 */
tenant_id: string, 
/**
 * The file on this computer; absent where it is in memory.
 */
file?: string, 
/**
 * Whether it is the state that was accepted last.
 */
accepted: boolean, };

/**
 * Why a copy was taken.
 */
export type ScriptBackupReason = "asked" | "before_restore" | "accepted";

/**
 * One thing that differs.
 */
export type ScriptChange = { 
/**
 * How.
 */
kind: ScriptChangeKind, 
/**
 * What.
 */
part: ScriptPart, 
/**
 * Number of the action; absent for a setting of the whole script.
 */
action?: string, 
/**
 * Name of the property, branch, field or setting.
 */
name?: string, 
/**
 * What it is about, in words.
 */
place: string, 
/**
 * The copy's value in a few words.
 */
before?: string, 
/**
 * The value in CXone in a few words.
 */
after?: string, 
/**
 * All of it in one sentence.
 */
text: string, };

/**
 * How something differs.
 */
export type ScriptChangeKind = "added" | "removed" | "changed";

/**
 * Compare the script in CXone with a copy.
 */
export type ScriptDiffRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * The copy; without it the accepted one, else the newest.
 */
backup?: string, };

/**
 * What differs between a copy and the script in CXone. Known secrets are replaced.
 */
export type ScriptDifference = { 
/**
 * The copy.
 */
backup: ScriptBackupInfo, 
/**
 * What is in CXone.
 */
current: ScriptInCxone, 
/**
 * Whether both do the same.
 */
equal: boolean, 
/**
 * What differs, from the copy to what is in CXone.
 */
changes: Array<ScriptChange>, 
/**
 * The same as lines of JSON.
 */
lines: Array<ScriptLine>, };

/**
 * The script as it is in CXone.
 */
export type ScriptInCxone = { 
/**
 * CXone's number of the version.
 */
version?: number, 
/**
 * SHA-256 of what it does.
 */
fingerprint: string, 
/**
 * Who saved it, where CXone tells.
 */
changed_by?: string, 
/**
 * When, as CXone writes it.
 */
changed_at?: string, 
/**
 * Whether somebody holds it for editing.
 */
locked: boolean, 
/**
 * Who does, where CXone tells.
 */
locked_by?: string, };

/**
 * A line of the difference as JSON.
 */
export type ScriptLine = { 
/**
 * Which side has it.
 */
sign: ScriptSign, 
/**
 * The line.
 */
text: string, };

/**
 * What differs.
 */
export type ScriptPart = "setting" | "action" | "type" | "label" | "field" | "property" | "branch";

/**
 * What was read after a restore.
 */
export type ScriptReadBack = "equal" | "differs" | "unread";

/**
 * Put a copy back over the script that was compared with it.
 */
export type ScriptRestoreRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * The copy.
 */
backup: string, 
/**
 * Fingerprint of what was in CXone when the difference was shown.
 */
seen: string, 
/**
 * Its version.
 */
seen_version?: number, };

/**
 * A copy was put back.
 */
export type ScriptRestored = { 
/**
 * The new version in CXone.
 */
version?: number, 
/**
 * What CXone's syntax check does not like about it, although it saved it.
 */
warnings: Array<string>, 
/**
 * What was read afterwards.
 */
read_back: ScriptReadBack, 
/**
 * What that means.
 */
message: string, 
/**
 * What differs from the copy, where something does.
 */
changes: Array<ScriptChange>, 
/**
 * What was there before, to undo it.
 */
undo: ScriptBackupInfo, };

/**
 * Which side has a line.
 */
export type ScriptSign = "same" | "added" | "removed" | "gap";

/**
 * The Studio script of a profile, as far as this computer knows it; nobody is called.
 */
export type ScriptStatus = { 
/**
 * Its full path in CXone; absent while the profile has no provider.
 */
name?: string, 
/**
 * The state that was accepted.
 */
accepted?: AcceptedScript, 
/**
 * The copies that are kept, the newest first.
 */
backups: Array<ScriptBackupInfo>, 
/**
 * Whether something is being done with the script now.
 */
busy: boolean, };

/**
 * A secret that was entered, replaced or deleted.
 */
export type SecretChange = { 
/**
 * Which one.
 */
field: SecretField, 
/**
 * Its name on the screen.
 */
label: string, 
/**
 * When the one of the earlier run was entered; absent when there was none.
 */
before?: string, 
/**
 * When the one of the later run was entered; absent when there is none.
 */
after?: string, };

/**
 * The word for a [`SecretError`].
 */
export type SecretErrorCode = "no_service" | "locked" | "vault_locked" | "denied" | "slow" | "too_long" | "wrong_passphrase" | "damaged" | "io" | "read_only" | "cancelled" | "closed" | "other";

/**
 * The secrets of a profile.
 */
export type SecretField = "access_key_secret" | "client_secret" | "integration_client_secret" | "integration_client_secret_previous" | "cognigy_api_key";

/**
 * Names one secret of one profile.
 */
export type SecretRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * The secret.
 */
field: SecretField, 
/**
 * Overwrite one that is stored.
 */
replace?: boolean, };

/**
 * Whether a secret may be used.
 */
export type SecretState = "absent" | "present" | "needs_confirmation";

/**
 * Where secrets are kept.
 */
export type SecretStoreKind = "keychain" | "vault" | "session" | "environment";

/**
 * Text that comes in and is never shown again.
 */
export type SecretText = string;

/**
 * A secret that was typed.
 */
export type SecretValue = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * The secret.
 */
field: SecretField, 
/**
 * What was typed.
 */
value: SecretText, };

/**
 * What the window may know about a secret.
 */
export type SecretView = { 
/**
 * Which secret.
 */
field: SecretField, 
/**
 * Whether it can be used.
 */
state: SecretState, 
/**
 * Length in characters.
 */
chars?: number, 
/**
 * When it was entered (RFC 3339).
 */
set_at?: string, 
/**
 * Whether a previous one can be brought back.
 */
restorable: boolean, };

/**
 * The marks of a profile's set-up.
 */
export type SetupChecklist = { 
/**
 * Marks by step; a step without one is open.
 */
steps: { [key in SetupStepId]?: SetupStepMark }, };

/**
 * A restriction or default to know at a step.
 */
export type SetupFact = { 
/**
 * The fact.
 */
text: string, 
/**
 * The page it is taken from.
 */
source: string, 
/**
 * The state of that page: the product version of its badge.
 */
date: string, 
/**
 * Where that page is on the web; none where no address is known.
 */
address?: string, };

/**
 * Where a step is done.
 */
export type SetupGroup = "cognigy" | "cxone" | "wait";

/**
 * One step of the set-up.
 */
export type SetupStep = { 
/**
 * Its identity.
 */
id: SetupStepId, 
/**
 * Where it is done.
 */
group: SetupGroup, 
/**
 * What is done.
 */
title: string, 
/**
 * Why it is needed, in one line.
 */
why: string, 
/**
 * The menu path, one entry a click, in the vendors' spelling.
 */
path: Array<string>, 
/**
 * What to do there, one entry an action.
 */
actions: Array<string>, 
/**
 * What is entered into Handover Desk at this step.
 */
fields: Array<ProfileField>, 
/**
 * Values of the BYOC form to copy from Handover Desk at this step.
 */
copies: Array<ByocField>, 
/**
 * What to know here.
 */
facts: Array<SetupFact>, 
/**
 * The checks that confirm the step.
 */
checks: Array<string>, };

/**
 * The steps of the set-up. The order is that of [`STEPS`]; a name is never given to another step.
 */
export type SetupStepId = "admin_role" | "register_application" | "wait_for_credentials" | "create_provider" | "save_provider" | "tenant_id" | "business_unit" | "access_key" | "connection" | "byoc_integration" | "integration_id" | "integration_authentication" | "save_again" | "verify_channel" | "flow_node" | "role_permissions" | "create_skill" | "skill_on_channel" | "skill_on_agent" | "studio_script" | "start_test_chat" | "answer_as_agent";

/**
 * The mark of a step.
 */
export type SetupStepMark = { 
/**
 * Its state.
 */
state: SetupStepState, 
/**
 * Since when it has this state.
 */
since: string, 
/**
 * A remark of the administrator.
 */
note?: string, };

/**
 * The state of a step that was touched; an untouched one has no mark.
 */
export type SetupStepState = "done" | "waiting" | "later";

/**
 * What a failure of the check weighs.
 */
export type Severity = "error" | "warning" | "info";

/**
 * A digital inbound skill of the tenant.
 */
export type SkillChoice = { 
/**
 * The skill's number, as text.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Its campaign.
 */
campaign?: string, 
/**
 * Whether it is active.
 */
active: boolean, };

/**
 * The profile as it was when a run began. It holds no secret.
 */
export type Snapshot = { 
/**
 * Every value that was set.
 */
values: Array<SnapshotValue>, 
/**
 * Every secret: absent, or since when it is there.
 */
secrets: Array<SnapshotSecret>, };

/**
 * A secret of the profile, without its value.
 */
export type SnapshotSecret = { 
/**
 * Which one.
 */
field: SecretField, 
/**
 * Its name on the screen.
 */
label: string, 
/**
 * When it was entered (RFC 3339); absent when it was not there.
 */
set_at?: string, };

/**
 * A value of the profile.
 */
export type SnapshotValue = { 
/**
 * Its path in the profile, such as `cxone.tenant_id`.
 */
path: string, 
/**
 * Its name on the screen.
 */
label: string, 
/**
 * The value.
 */
value: string, };

/**
 * Who said a line of a chat.
 */
export type Speaker = "user" | "bot" | "agent";

/**
 * How speed is measured.
 */
export type SpeedRequest = { 
/**
 * How often the calls of Save are made, from 1 to 50.
 */
rounds: number, 
/**
 * Longest a call may take and still be called fast enough, in milliseconds.
 */
budget_ms: number, };

/**
 * A step of a scenario that was played.
 */
export type StepResult = { 
/**
 * The step in words.
 */
step: string, 
/**
 * Whether it went as it says.
 */
went: boolean, 
/**
 * What went otherwise.
 */
missed?: string, };

/**
 * Choose a secret store.
 */
export type StoreChoice = { 
/**
 * Which one.
 */
kind: SecretStoreKind, 
/**
 * The vault's passphrase.
 */
passphrase?: SecretText, };

/**
 * How the secret store does.
 */
export type StoreHealth = "untried" | "well" | "waiting" | "locked" | "failed";

/**
 * The secret store in use.
 */
export type StoreStatus = { 
/**
 * Which one.
 */
kind: SecretStoreKind, 
/**
 * How it does.
 */
health: StoreHealth, 
/**
 * Why it does not work.
 */
code?: SecretErrorCode, 
/**
 * One sentence for people.
 */
message: string, 
/**
 * What to do.
 */
hint?: string, 
/**
 * Whether a vault file is there.
 */
vault_exists: boolean, };

/**
 * A time in which nothing changed.
 */
export type Stretch = { 
/**
 * The first look of it.
 */
from: string, 
/**
 * The first look after it, or its last one.
 */
until: string, 
/**
 * How it was.
 */
state: PointState, 
/**
 * Looks within it.
 */
looks: number, 
/**
 * The longest of them, in milliseconds.
 */
longest_ms: number, };

/**
 * One row of the page of switches.
 */
export type SwitchRow = { 
/**
 * Name on command lines and in files.
 */
name: string, 
/**
 * The question it stands for.
 */
text: string, 
/**
 * What it is set to.
 */
choice: string, 
/**
 * All it can be set to; the first is the default.
 */
choices: Array<string>, };

/**
 * Settle an open question of the sandbox otherwise.
 */
export type SwitchSetting = { 
/**
 * The switch.
 */
name: string, 
/**
 * One of its choices.
 */
choice: string, };

/**
 * Text to put on this desktop's clipboard.
 */
export type TextCopy = { 
/**
 * The text; not a secret.
 */
text: string, };

/**
 * Colours of the window.
 */
export type Theme = "system" | "light" | "dark";

/**
 * Why TLS failed.
 */
export type TlsProblem = "expired" | "not_yet_valid" | "unknown_issuer" | "name_mismatch" | "protocol" | "other";

/**
 * Why a value cannot be used, and where the right one is.
 */
export type Trouble = { 
/**
 * What is wrong.
 */
message: string, 
/**
 * Where to find the right value.
 */
hint: string, };

/**
 * Where a check turned.
 */
export type Turn = "red" | "green" | "other" | "appeared" | "vanished";

/**
 * The part of a profile that is typed.
 */
export type TypedValues = { 
/**
 * Its values.
 */
profile: Profile, 
/**
 * Identifiers of the CXone connection.
 */
connection: CxoneConnection, };

/**
 * An entry of the profile file that this version cannot read. It stays in the file.
 */
export type UnreadableProfile = { 
/**
 * Its name, where it can be told.
 */
name?: string, 
/**
 * What is wrong with it.
 */
reason: string, };

/**
 * A value that changed.
 */
export type ValueChange = { 
/**
 * Its path in the profile.
 */
path: string, 
/**
 * Its name on the screen.
 */
label: string, 
/**
 * What it was; absent when there was none.
 */
before?: string, 
/**
 * What it is; absent when there is none.
 */
after?: string, };

/**
 * Run the verification.
 */
export type VerifyRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * Only these checks and what they need; empty means all.
 */
only: Array<string>, 
/**
 * Asks for the live round trip, which writes: the administrator's word for a plan of `verify.live_plan`.
 */
live?: LiveConsent, 
/**
 * Asks for the measurement of speed.
 */
speed?: SpeedRequest, };

/**
 * How a wait ended.
 */
export type WaitEnded = "well" | "refused" | "stopped";

/**
 * Wait until it is well again.
 */
export type WaitRequest = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * What a call may take, in milliseconds; absent means 10 000.
 */
budget_ms?: number, };

/**
 * A wait, under way or over.
 */
export type WaitView = { 
/**
 * The profile.
 */
profile_id: ProfileId, 
/**
 * When it began (RFC 3339).
 */
since: string, 
/**
 * When the next look is due (RFC 3339); none while looking and when it is over.
 */
next_at?: string, 
/**
 * What was found when.
 */
chart: Chart, 
/**
 * What the last look came to.
 */
verdict?: DiagnoseVerdict, 
/**
 * How it ended; none while it goes on.
 */
ended?: WaitEnded, 
/**
 * Why it broke.
 */
error?: WireError, };

/**
 * What a wait came to.
 */
export type Waited = { 
/**
 * How it ended.
 */
ended: WaitEnded, 
/**
 * What was found when.
 */
chart: Chart, 
/**
 * What the last look came to.
 */
verdict: DiagnoseVerdict | null, };

/**
 * Which watches are meant.
 */
export type WatchChoice = { 
/**
 * That of this profile; all where absent.
 */
id?: ProfileId, };

/**
 * Why a watch pauses.
 */
export type WatchPauseReason = "by_hand" | "refused";

/**
 * Why a watch pauses.
 */
export type WatchPaused = { 
/**
 * Why.
 */
why: WatchPauseReason, 
/**
 * Since when (RFC 3339).
 */
since: string, };

/**
 * Watch a profile, or no longer.
 */
export type WatchSetting = { 
/**
 * The profile.
 */
id: ProfileId, 
/**
 * Whether it is watched.
 */
on: boolean, 
/**
 * Minutes from one run to the next, 5 to 1440; as it was where absent.
 */
every_min?: number, };

/**
 * What a watch does.
 */
export type WatchState = "off" | "watching" | "running" | "paused";

/**
 * How a profile is watched.
 */
export type WatchView = { 
/**
 * The profile.
 */
profile_id: ProfileId, 
/**
 * What the watch does.
 */
state: WatchState, 
/**
 * Minutes from one run to the next.
 */
every_min: number, 
/**
 * Why it pauses, when it does.
 */
paused?: WatchPaused, 
/**
 * When the next run is due (RFC 3339), while it waits for one.
 */
next_at?: string, 
/**
 * When a run of this profile last ended (RFC 3339), of the watch or by hand.
 */
last_at?: string, 
/**
 * Why the last run of the watch could not be made.
 */
trouble?: WireError, 
/**
 * Whether nothing could be reached the last time.
 */
offline: boolean, };

/**
 * The one error of the wire: what happened, what it means, what to do.
 */
export type WireError = { 
/**
 * What kind of failure, for programs.
 */
code: ErrorCode, 
/**
 * What happened and what it means, for people.
 */
message: string, 
/**
 * What to do.
 */
hint?: string, 
/**
 * The phase of an HTTP call that failed.
 */
phase?: Phase, 
/**
 * When to try again, in milliseconds.
 */
retry_after_ms?: number, 
/**
 * A page that says more.
 */
docs?: string, 
/**
 * Ids for the vendor's support.
 */
correlation?: Correlation, };
