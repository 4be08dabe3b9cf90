import type {
  Diagnosis,
  DiagnoseSample,
  DiagnoseVerdict,
  Phases,
  Point,
  SaveCall,
  WaitView,
} from "../generated/types";

const CALLS: SaveCall[] = ["discovery", "token", "tenant", "business_unit", "channels", "scripts"];

function phases(total: number): Phases {
  const part = (share: number) => Number((total * share).toFixed(2));
  return {
    resolve: part(0.04),
    connect: part(0.08),
    tls: part(0.16),
    send: part(0.01),
    first_byte: part(0.66),
    body: part(0.05),
    total,
  };
}

/** A call of so many milliseconds. */
export const SAMPLE = (call: SaveCall, total: number): DiagnoseSample => ({
  call,
  at: "2026-11-23T09:15:00Z",
  host: "cxone.niceincontact.com:443",
  phases: phases(total),
  status: 200,
  failure: null,
  remote: "127.0.0.1:443",
  proxy: null,
  http_version: "HTTP/2",
  alpn: "h2",
  attempts: [],
  certificate_issuer: null,
  trace_id: null,
  server_ahead_s: 0,
});

const VERDICT: DiagnoseVerdict = {
  code: "slow",
  kind: "slow",
  call: "token",
  phase: "first_byte",
  side: "cxone",
  confidence: "high",
  message:
    "The sign-in call takes 11 s, against a budget of 10 s. Most of it goes by while waiting for the first byte of the answer. Usually it takes 240 ms, now 11 s.",
  hint: "CXone itself is slow. Let Handover Desk tell you when it is well again, and save then.",
  measured_from: "from this computer",
  evidence: ["sign-in (cxone.niceincontact.com:443): p50 11 s, highest 12 s"],
  also: [],
};

/** A diagnosis with a slow sign-in. */
export function diagnosis(): Diagnosis {
  const rounds = [1, 2, 3, 4, 5].map((round) => {
    const calls = CALLS.map((call, at) =>
      SAMPLE(call, (call === "token" ? 10_400 : 120 + at * 40) + round * 31),
    );
    return {
      round,
      calls,
      total_ms: calls.reduce((sum, one) => sum + (one.phases.total ?? 0), 0),
      complete: true,
    };
  });
  const third = rounds[2]?.calls ?? [];
  const last = rounds[4]?.calls ?? [];
  return {
    verdict: VERDICT,
    calls: CALLS.map((call, at) => ({
      call,
      host: "cxone.niceincontact.com:443",
      answered: 5,
      failed: 0,
      p50: third[at]?.phases ?? {},
      p95: last[at]?.phases ?? {},
      p95_is_max: true,
      over_budget: call === "token" ? 5 : 0,
    })),
    rounds,
    planned_rounds: 5,
    budget_ms: 10_000,
    usual: {
      measurements: 6,
      calls: [{ call: "token", p50: phases(240), low_ms: 190, high_ms: 320 }],
    },
    troubles: [],
    measured_from: "from this computer",
    measured_at: "2026-11-23T09:15:00Z",
    accepted: true,
    cancelled: false,
    left_behind: null,
    cognigy: null,
  };
}

const point = (second: number, state: Point["state"], ms: number): Point => ({
  at: new Date(Date.UTC(2026, 10, 23, 9, 15, second)).toISOString(),
  state,
  ms,
  signed_in: second % 60 === 0,
  code: state === "well" ? "well" : "slow",
  call: state === "well" ? null : "token",
  side: state === "well" ? null : "cxone",
});

/** A wait that is over. */
export function waited(): WaitView {
  const points = [
    point(0, "slow", 11_000),
    point(5, "slow", 10_800),
    point(60, "down", 20_000),
    point(120, "well", 900),
  ];
  const [first, , third, last] = points;
  const at = (one: Point | undefined) => one?.at ?? "";
  return {
    profile_id: "p1",
    since: at(first),
    chart: {
      points,
      stretches: [
        { from: at(first), until: at(third), state: "slow", looks: 2, longest_ms: 11_000 },
        { from: at(third), until: at(last), state: "down", looks: 1, longest_ms: 20_000 },
        { from: at(last), until: at(last), state: "well", looks: 1, longest_ms: 900 },
      ],
    },
    verdict: {
      ...VERDICT,
      code: "well",
      kind: "well",
      message: "Everything that Save needs answers in time.",
    },
    ended: "well",
  };
}
