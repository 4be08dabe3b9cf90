import type { SetupChecklist, SetupStep, SetupStepId, SetupStepState } from "$lib/backend/generated/types";

/** The state a step is drawn in. `now` is the one that is due, `open` comes after it. */
export type StepShown = SetupStepState | "now" | "open";

/** The step that is due: the first that is neither done, waiting nor put off; else the first that waits. */
export function dueStep(steps: readonly SetupStep[], checklist: SetupChecklist): SetupStepId | undefined {
  const state = (step: SetupStep) => checklist.steps[step.id]?.state;
  return (
    steps.find((step) => state(step) === undefined) ??
    steps.find((step) => state(step) === "waiting") ??
    steps.find((step) => state(step) === "later") ??
    steps.at(-1)
  )?.id;
}

export function stepShown(
  step: SetupStep,
  checklist: SetupChecklist,
  due: SetupStepId | undefined,
): StepShown {
  return checklist.steps[step.id]?.state ?? (step.id === due ? "now" : "open");
}

export function doneCount(steps: readonly SetupStep[], checklist: SetupChecklist): number {
  return steps.filter((step) => checklist.steps[step.id]?.state === "done").length;
}

/** The step after this one that still wants something, for "Done, next". */
export function nextStep(steps: readonly SetupStep[], id: SetupStepId): SetupStepId | undefined {
  return steps[steps.findIndex((step) => step.id === id) + 1]?.id;
}
