import type {
  DiagnoseCall,
  DiagnoseSample,
  DiagnoseSide,
  DiagnoseVerdict,
  Phase,
  Phases,
  PointState,
  SaveCall,
} from "$lib/backend/generated/types";
import type { Shown } from "./outcome";

/** The phases of a measured call in the order in which they happen, with what they are called. */
export const PHASES: readonly [Phase, string][] = [
  ["resolve", "Resolve"],
  ["connect", "Connect"],
  ["proxy_connect", "Proxy"],
  ["tls", "TLS"],
  ["send", "Send"],
  ["first_byte", "First byte"],
  ["body", "Body"],
];

export const CALLS: Record<SaveCall, string> = {
  discovery: "Discovery",
  token: "Sign-in",
  tenant: "Tenant configuration",
  business_unit: "Business unit",
  channels: "Channels",
  scripts: "Scripts",
  create: "Create channel",
};

export const SIDES: Record<DiagnoseSide, string> = {
  this_computer: "This computer",
  proxy: "Proxy",
  network: "Network",
  cxone: "CXone",
  cognigy: "Cognigy.AI",
};

export const STATES: Record<PointState, string> = {
  well: "Well",
  slow: "Slow",
  down: "Not reached",
  refused: "Refused",
};

/** One call as it is drawn. */
export interface Row {
  call: SaveCall;
  host: string;
  p50: Phases;
  p95: Phases;
  /** One per answer: round from 1, and milliseconds. */
  dots: { round: number; ms: number }[];
  failed: number;
}

interface Measured {
  round: number;
  calls: readonly DiagnoseSample[];
}

/** What a verdict is drawn as: the states of checks are those of the whole program. */
export function shown(verdict: DiagnoseVerdict): Shown {
  switch (verdict.kind) {
    case "well":
      return "pass";
    case "slow":
      return "warn";
    case "unknown":
      return "unknown";
    default:
      return "fail";
  }
}

/** The middle of sorted numbers. */
function median(sorted: readonly number[]): number | undefined {
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  if (high === undefined) return undefined;
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}

function each(all: readonly Phases[], of: (sorted: number[]) => number | undefined): Phases {
  const names: (keyof Phases)[] = [...PHASES.map(([name]) => name), "total"];
  const made: Phases = {};
  for (const name of names) {
    const values = all.flatMap((phases) => phases[name] ?? []).sort((a, b) => a - b);
    const value = of(values);
    if (value !== undefined) made[name] = value;
  }
  return made;
}

/**
 * The calls of rounds as rows. Quantiles are the backend's where it has told them; while a measurement is under way they are
 * made of what is there.
 */
export function rows(rounds: readonly Measured[], told: readonly DiagnoseCall[] = []): Row[] {
  const calls = Object.keys(CALLS) as SaveCall[];
  return calls.flatMap((call) => {
    const all = rounds.flatMap(({ round, calls: made }) =>
      made.filter((sample) => sample.call === call).map((sample) => ({ round, sample })),
    );
    if (all.length === 0) return [];
    const answered = all.filter(({ sample }) => !sample.failure);
    const phases = answered.map(({ sample }) => sample.phases);
    const stats = told.find((one) => one.call === call);
    return {
      call,
      host: all.at(-1)?.sample.host ?? "",
      p50: stats?.p50 ?? each(phases, median),
      p95: stats?.p95 ?? each(phases, (sorted) => sorted.at(-1)),
      dots: answered.map(({ round, sample }) => ({ round, ms: sample.phases.total ?? 0 })),
      failed: all.length - answered.length,
    };
  });
}

/** Round numbers for an axis from 0 to at least `most`, four or five of them. */
export function ticks(most: number): number[] {
  const rough = Math.max(most, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough;
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, n) => n * step);
}

/** Milliseconds as a number with its unit, short enough for an axis. */
export function short(ms: number): string {
  if (ms === 0) return "0";
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Number(ms.toFixed(ms < 10 ? 1 : 0))} ms`;
}

/** A number of seconds as typed, in milliseconds; undefined for what is out of bounds (0.1 to 600 s). */
export function budgetOf(text: string): number | undefined {
  const seconds = Number(text.trim().replace(",", "."));
  const ms = Math.round(seconds * 1000);
  return text.trim() !== "" && ms >= 100 && ms <= 600_000 ? ms : undefined;
}

/** A number of rounds as typed; undefined for what is out of bounds (1 to 100). */
export function roundsOf(text: string): number | undefined {
  const rounds = Number(text.trim());
  return Number.isInteger(rounds) && rounds >= 1 && rounds <= 100 ? rounds : undefined;
}
