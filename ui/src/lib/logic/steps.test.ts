import { describe, expect, it } from "vitest";
import { STEPS } from "$lib/backend/fake/data";
import type { SetupChecklist, SetupStepState } from "$lib/backend/generated/types";
import { doneCount, dueStep, nextStep, stepShown } from "./steps";

const [first, second, third] = STEPS.map((step) => step.id);

function marks(...states: (SetupStepState | undefined)[]): SetupChecklist {
  const steps: SetupChecklist["steps"] = {};
  states.forEach((state, index) => {
    const step = STEPS[index];
    if (state && step) steps[step.id] = { state, since: "2026-11-20T12:00:00Z" };
  });
  return { steps };
}

describe("the step that is due", () => {
  it("is the first that was not touched", () => {
    expect(dueStep(STEPS, marks())).toBe(first);
    expect(dueStep(STEPS, marks("done"))).toBe(second);
  });

  it("goes past one that waits", () => {
    expect(dueStep(STEPS, marks("waiting", "done"))).toBe(third);
  });

  it("comes back to what waits, then to what was put off", () => {
    expect(dueStep(STEPS, marks("later", "waiting", "done"))).toBe(second);
    expect(dueStep(STEPS, marks("later", "done", "done"))).toBe(first);
  });

  it("is the last one when all is done", () => {
    expect(dueStep(STEPS, marks("done", "done", "done"))).toBe(third);
    expect(dueStep([], marks())).toBeUndefined();
  });

  it("is the only one drawn as now", () => {
    const checklist = marks("done");
    const due = dueStep(STEPS, checklist);
    expect(STEPS.map((step) => stepShown(step, checklist, due))).toEqual(["done", "now", "open"]);
    expect(doneCount(STEPS, checklist)).toBe(1);
  });

  it("is followed by the next in the vendor's order", () => {
    expect(first && nextStep(STEPS, first)).toBe(second);
    expect(third && nextStep(STEPS, third)).toBeUndefined();
  });
});
