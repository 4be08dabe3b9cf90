import { describe, expect, it } from "vitest";
import { CHECKS, result } from "$lib/backend/fake/data";
import type { Report } from "$lib/backend/generated/types";
import { firstToRead, heaviest, isConfirmed, isProblem, outcomeWord } from "./outcome";

const report: Report = {
  outcome: "fail",
  headline: "",
  duration_ms: 1,
  checks: CHECKS.map(result),
  redacted: [],
};

describe("outcomes", () => {
  it("opens the root cause first", () => {
    expect(firstToRead(report)?.id).toBe("HD-304");
  });

  it("tells what a person confirmed from what is still to look at", () => {
    const [first] = report.checks;
    if (!first) throw new Error("the fake knows checks");
    const answered = (well: boolean) => ({
      ...first,
      outcome: "manual" as const,
      answer: { at: "2026-11-24T10:00:00Z", well },
    });
    expect(isConfirmed(answered(true))).toBe(true);
    expect(isConfirmed(answered(false))).toBe(false);
    expect(isConfirmed({ ...answered(true), answer: undefined })).toBe(false);
    expect(isConfirmed({ ...answered(true), outcome: "fail" })).toBe(false);
  });

  it("lets the heaviest stand for a group", () => {
    expect(heaviest(["pass", "blocked", "fail"])).toBe("fail");
    expect(heaviest(["pass", "skipped"])).toBe("pass");
    expect(heaviest([])).toBe("pending");
  });

  it("takes causes and doubts for problems, and nothing that only waits", () => {
    expect((["fail", "warn", "unknown", "crashed"] as const).every(isProblem)).toBe(true);
    expect((["pass", "blocked", "skipped", "manual", "pending"] as const).some(isProblem)).toBe(false);
  });

  it("has a word for each, so that colour never stands alone", () => {
    expect(outcomeWord("blocked")).toBe("Blocked");
  });
});
