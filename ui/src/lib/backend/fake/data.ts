import type {
  CheckInfo,
  CheckResult,
  Exchange,
  Group,
  ProfileView,
  RunDiff,
  RunHead,
  RunOutcome,
  SetupStep,
} from "../generated/types";

const ID = "6a1f0c2e9b7d4e0011223344";
const BASE = "https://endpoint-trial.cognigy.ai";

export const STEPS: SetupStep[] = [
  {
    id: "wait_for_credentials",
    group: "wait",
    title: "Wait for Client ID and Client Secret",
    why: "NiCE sends them to the technical contacts you named.",
    path: [],
    actions: ["Meanwhile go on with the steps below."],
    fields: ["client_id", "client_secret"],
    copies: [],
    facts: [{ text: "The answer takes two to three business days.", source: "docs.example", date: "2026.9" }],
    checks: ["HD-303"],
  },
  {
    id: "save_provider",
    group: "cognigy",
    title: "Save it and bring its link here",
    why: "Only a saved provider has an ID.",
    path: ["Deploy", "Handover Providers", "Handover Provider Editor"],
    actions: ["Click Save.", "Copy the whole address and paste it here."],
    fields: ["provider_link", "provider_id", "domain", "endpoint_base"],
    copies: [],
    facts: [],
    checks: ["HD-201"],
  },
  {
    id: "byoc_integration",
    group: "cxone",
    title: "Create the BYOC integration",
    why: "It tells CXone where to send what agents write.",
    path: ["Applications", "Omnichannel Routing", "ACD", "Digital", "Bring Your Own Channel", "+ Add"],
    actions: ["Copy each value below into the field of the same name."],
    fields: ["integration_client_id", "integration_client_secret"],
    copies: [
      "name",
      "integration_box_url",
      "authorization_url",
      "add_action_url",
      "reconnect_action_url",
      "remove_action_url",
      "client_id",
      "client_secret",
    ],
    facts: [],
    checks: ["HD-401", "HD-402"],
  },
];

function check(
  id: string,
  group: Group,
  group_title: string,
  title: string,
  needs: string[] = [],
): CheckInfo {
  return {
    id,
    group,
    group_title,
    title,
    needs,
    severity: "error",
    by_hand: false,
    budget_ms: 10_000,
    tries: "Looks.",
    source: { text: "The rule in one sentence.", mark: "documented" },
  };
}

export const CHECKS: CheckInfo[] = [
  check("HD-101", "computer", "This computer", "Secret store works"),
  check("HD-201", "endpoint", "Cognigy.AI handover endpoint", "Provider is valid"),
  check("HD-303", "sign_in", "CXone sign-in", "Client ID and secret are accepted"),
  check("HD-304", "sign_in", "CXone sign-in", "Access key is accepted"),
  check("HD-305", "sign_in", "CXone sign-in", "Token belongs to this tenant", ["HD-304"]),
  check("HD-401", "channel", "BYOC integration and channel", "BYOC form equals the generated values"),
  check("HD-402", "channel", "BYOC integration and channel", "Integration secret is 32 characters"),
  check("HD-605", "script", "Studio script", "The script is unchanged"),
];

const EXCHANGE: Exchange = {
  id: 7,
  label: "token",
  started_at: "2026-11-23T09:15:00Z",
  method: "POST",
  url: "https://cxone.niceincontact.com/auth/token",
  request_headers: [["authorization", "<redacted:1a2b3c4d>"]],
  request_body: "grant_type=password&username=<redacted:99ab12cd>",
  status: 400,
  response_headers: [["content-type", "application/json"]],
  response_body: '{"error":"invalid_grant","error_description":"refused"}',
  body_truncated: false,
  phases: { resolve: 3.1, connection: 41.5, first_byte: 120.2, body: 0.4, total: 165.2 },
  http_version: "HTTP/1.1",
  remote: "127.0.0.1:443",
  trace_id: "sim-trace-1",
  failure: null,
};

export function result(info: CheckInfo): CheckResult {
  const outcome = info.id === "HD-304" ? "fail" : info.needs.includes("HD-304") ? "blocked" : "pass";
  return {
    id: info.id,
    group: info.group,
    title: info.title,
    outcome,
    severity: info.severity,
    blocked_by: outcome === "blocked" ? ["HD-304"] : [],
    message:
      outcome === "fail"
        ? "The access key is refused. It is mistyped, revoked or inactive."
        : "It is as it should be.",
    hint: outcome === "fail" ? "In CXone, open the employee profile, then Security." : null,
    tried: "Signed in with the access key.",
    found: "HTTP 400, invalid_grant.",
    source: info.source,
    compared: outcome === "fail" ? [{ what: "Error", expected: "none", found: "invalid_grant" }] : [],
    duration_ms: 165,
    evidence: outcome === "fail" ? [EXCHANGE] : [],
  };
}

/** A kept run; number 1 is the oldest, and each is an hour older than the next. */
export function head(run: number, outcome: RunOutcome, more: Partial<RunHead> = {}): RunHead {
  return {
    run,
    at: new Date(Date.UTC(2026, 10, 24, 8 + run)).toISOString(),
    outcome,
    headline:
      outcome === "pass" ? "All 7 checks pass." : "The access key is refused. One check waits for it.",
    duration_ms: 1830,
    origin: "window",
    version: "0.1.0",
    only: [],
    checked: CHECKS.length,
    failed: outcome === "fail" ? 1 : 0,
    warned: 0,
    faults: [],
    ...more,
  };
}

export function diff(before: RunHead, after: RunHead): RunDiff {
  return {
    before,
    after,
    headline: "1 check turned red, 1 check changed otherwise, 2 values of the profile changed.",
    checks: [
      {
        id: "HD-304",
        title: "Access key is accepted",
        group: "sign_in",
        turn: "red",
        before: "pass",
        after: "fail",
        said_before: "It is as it should be.",
        said_after: "The access key is refused. It is mistyped, revoked or inactive.",
      },
      {
        id: "HD-305",
        title: "Token belongs to this tenant",
        group: "sign_in",
        turn: "other",
        before: "pass",
        after: "blocked",
        said_before: "It is as it should be.",
        said_after: "This check waits for HD-304.",
      },
    ],
    values: [{ path: "cxone.tenant_id", label: "Tenant ID", before: "sim_1", after: "sim_2" }],
    secrets: [
      {
        field: "access_key_secret",
        label: "Access Key Secret",
        before: "2026-11-20T08:00:00Z",
        after: "2026-11-24T08:30:00Z",
      },
    ],
    faults_on: [],
    faults_off: [],
    same: 5,
  };
}

export function view(id: string, name: string, fresh = false): ProfileView {
  const link = `https://trial.cognigy.ai/project/65ae8e3adc2d77e6e260aa37/x/handover-provider/${ID}`;
  const urls = {
    provider_id: ID,
    project_id: null,
    endpoint_base: BASE,
    certainty: "derived" as const,
    integration_box_url: `${BASE}/handover/niceCxOne`,
    authorization_url: `${BASE}/handover/niceCxOne/${ID}/auth/token`,
    add_action_url: `${BASE}/handover/niceCxOne/add`,
    reconnect_action_url: `${BASE}/handover/niceCxOne/reconnect`,
    remove_action_url: `${BASE}/handover/niceCxOne/remove`,
    warnings: [],
  };
  const row = (field: ProfileView["form"][number]["field"], label: string, value: string | null) => ({
    field,
    label,
    purpose: "What it is for.",
    goes_to: "cxone" as const,
    value,
  });
  return {
    id,
    sandbox: false,
    profile: { name, cxone: {}, ...(fresh ? {} : { provider_link: link }) },
    connection: {},
    secrets: [
      { field: "access_key_secret", state: "absent", restorable: false },
      { field: "client_secret", state: "absent", restorable: false },
      {
        field: "integration_client_secret",
        state: "present",
        chars: 32,
        set_at: "2026-11-20T10:00:00Z",
        restorable: false,
      },
      { field: "cognigy_api_key", state: "absent", restorable: false },
    ],
    checklist: { steps: {} },
    problems: [
      {
        field: "tenant_id",
        code: "missing",
        message: "Tenant ID is missing.",
        hint: "In CXone, open Admin.",
      },
    ],
    provider: fresh ? { trouble: { message: "The link is missing.", hint: "Paste it." } } : { id: ID },
    endpoint: { base: BASE, certainty: "derived", warnings: [] },
    urls: fresh ? undefined : urls,
    form: [
      row("name", "Name", name),
      row("integration_box_url", "Integration box URL", fresh ? null : urls.integration_box_url),
      row("authorization_url", "Authorization URL", fresh ? null : urls.authorization_url),
      row("add_action_url", "Add action URL", fresh ? null : urls.add_action_url),
      row("reconnect_action_url", "Reconnect action URL", fresh ? null : urls.reconnect_action_url),
      row("remove_action_url", "Remove action URL", fresh ? null : urls.remove_action_url),
      row("client_id", "Client ID", null),
      row("client_secret", "Client Secret", null),
    ],
    compared: [],
    trusted_hosts: [],
    answers: {},
    changed_at: "2026-11-23T09:00:00Z",
  };
}
