import type { CheckResult, Outcome, Report, RunOutcome } from "$lib/backend/generated/types";

/** Everything that is drawn as an outcome: those of checks and runs, and the two states before. */
export type Shown = Outcome | RunOutcome | "running" | "pending";

const WORDS: Record<Shown, string> = {
  pass: "Pass",
  warn: "Warning",
  fail: "Fail",
  blocked: "Blocked",
  unknown: "Unknown",
  skipped: "Skipped",
  manual: "Look yourself",
  crashed: "Crashed",
  cancelled: "Cancelled",
  running: "Running",
  pending: "Not run",
};

export function outcomeWord(outcome: Shown): string {
  return WORDS[outcome];
}

const PROBLEMS: readonly Shown[] = ["fail", "crashed", "warn", "unknown"];

/** What "Problems only" keeps: causes and doubts. A blocked check is not a problem of its own. */
export function isProblem(outcome: Shown): boolean {
  return PROBLEMS.includes(outcome);
}

/** Whether a person looked where only a person can, and found it well. */
export function isConfirmed(result: CheckResult): boolean {
  return result.outcome === "manual" && result.answer?.well === true;
}

/** How heavy an outcome weighs beside others; the heaviest stands for its group. */
const WEIGHT: Shown[] = [
  "crashed",
  "fail",
  "warn",
  "unknown",
  "blocked",
  "running",
  "cancelled",
  "pending",
  "manual",
  "pass",
  "skipped",
];

export function heaviest(outcomes: readonly Shown[]): Shown {
  return WEIGHT.find((outcome) => outcomes.includes(outcome)) ?? "pending";
}

/** The first cause among the results so far, in the catalogue's order. */
export function firstFailure(results: Record<string, CheckResult>): string | undefined {
  return Object.keys(results)
    .sort()
    .find((id) => results[id]?.outcome === "fail" || results[id]?.outcome === "crashed");
}

/** The check a reader should see first: a root cause, else a warning, else what is open, else what is well. */
export function firstToRead(report: Report): CheckResult | undefined {
  for (const outcome of ["crashed", "fail", "warn", "unknown", "blocked", "pass"] as const) {
    const found = report.checks.find((check) => check.outcome === outcome);
    if (found) return found;
  }
  return report.checks[0];
}
