import { describe, expect, it, vi } from "vitest";
import { CHECKS, result } from "$lib/backend/fake/data";
import { fakeBackend } from "$lib/backend/fake/fake";
import { broken } from "$lib/backend/fake/world";
import type { Progress, Report } from "$lib/backend/generated/types";
import { Troubles } from "./troubles.svelte";
import { Verification } from "./verification.svelte";

const report: Report = {
  outcome: "fail",
  headline: "One thing.",
  duration_ms: 5,
  checks: CHECKS.map(result),
  redacted: [],
};

function run(override: Parameters<typeof fakeBackend>[1] = {}) {
  const backend = fakeBackend("", {
    "verify.start": () => ({ job: "j" }),
    "verify.last": () => report,
    ...override,
  });
  const troubles = new Troubles();
  const finished = vi.fn();
  const verification = new Verification(backend, troubles, "p1", finished);
  let seq = 0;
  const hear = (progress: Progress, profile_id = "p1") =>
    verification.hear({ event: "job", job: "j", profile_id, seq: ++seq, progress });
  return { backend, troubles, finished, verification, hear };
}

describe("a verification", () => {
  it("counts what is done and shows the report at the end", async () => {
    const { verification, hear, finished } = run();
    await verification.start();
    hear({ step: "started", ids: ["HD-101", "HD-304"] });
    hear({ step: "check_started", id: "HD-304" });
    expect(verification.shown("HD-304")).toBe("running");
    expect(verification.shown("HD-101")).toBe("pending");
    hear({ step: "check_finished", result: report.checks[3] as Report["checks"][number] });
    expect(verification.live?.done).toBe(1);
    expect(verification.shown("HD-304")).toBe("fail");
    hear({ step: "finished", outcome: "fail" });
    await vi.waitFor(() => expect(finished).toHaveBeenCalled());
    expect(verification.live).toBeUndefined();
    expect(verification.report?.headline).toBe("One thing.");
  });

  it("leaves alone the results that a run of one check does not touch", async () => {
    const { verification, hear } = run();
    await verification.load();
    await verification.start(["HD-304"]);
    hear({ step: "started", ids: ["HD-304"] });
    expect(verification.shown("HD-101")).toBe("pass");
    expect(verification.shown("HD-304")).toBe("pending");
  });

  it("keeps how long everything took when a few checks run again", async () => {
    let took = 1830;
    const { verification, hear, finished } = run({ "verify.last": () => ({ ...report, duration_ms: took }) });
    await verification.load();
    took = 12;
    await verification.start(["HD-304"]);
    hear({ step: "started", ids: ["HD-304"] });
    hear({ step: "finished", outcome: "fail" });
    await vi.waitFor(() => expect(finished).toHaveBeenCalled());
    expect(verification.report?.duration_ms).toBe(1830);
  });

  it("takes part in a run that another window started, and in none of another profile", () => {
    const { verification, hear } = run();
    hear({ step: "started", ids: ["HD-101"] }, "p2");
    expect(verification.live).toBeUndefined();
    hear({ step: "started", ids: ["HD-101"] });
    expect(verification.live?.ids).toEqual(["HD-101"]);
  });

  it("can be cancelled at once", async () => {
    const { verification, backend } = run();
    await verification.start();
    await verification.cancel();
    expect(backend.calls.at(-1)).toEqual({ name: "verify.cancel", request: { job: "j" } });
    expect(verification.live?.cancelling).toBe(true);
  });

  it("says why it could not start, with a way to try again", async () => {
    const { verification, troubles } = run({
      "verify.start": () => {
        throw broken();
      },
    });
    await verification.start();
    expect(verification.live).toBeUndefined();
    expect(troubles.shown[0]?.retry).toBeDefined();
  });

  it("ends when the events of its end were lost", async () => {
    const { verification } = run();
    await verification.start([], "2026-11-23T09:00:00Z");
    await verification.recover("2026-11-23T09:00:00Z");
    expect(verification.live).toBeDefined();
    await verification.recover("2026-11-23T09:05:00Z");
    expect(verification.live).toBeUndefined();
    expect(verification.report?.headline).toBe("One thing.");
  });
});
