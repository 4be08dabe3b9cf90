import { describe, expect, it } from "vitest";
import { CHECKS, result } from "$lib/backend/fake/data";
import type { Report } from "$lib/backend/generated/types";
import { firstToRead, heaviest, isProblem, outcomeWord } from "./outcome";

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
