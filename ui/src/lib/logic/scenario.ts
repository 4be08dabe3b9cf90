import type { ScenarioProgress } from "$lib/backend/generated/types";

/** A scenario that goes on, as it is drawn: one sentence, and how much of it is behind. */
export interface Stand {
  text: string;
  /** What is over, of `max`; absent while nobody knows how much there is. */
  value?: number;
  max?: number;
}

export function stand(progress: ScenarioProgress | undefined): Stand {
  switch (progress?.stage) {
    case "step":
      return {
        text: `Step ${progress.at} of ${progress.of}: ${progress.step}`,
        value: progress.at - 1,
        max: progress.of,
      };
    case "step_over":
      return {
        text: `Step ${progress.at} of ${progress.of}: ${progress.result.step}`,
        value: progress.at,
        max: progress.of,
      };
    case "verifying":
      return progress.of === 0
        ? { text: "Verifying" }
        : {
            text: `Verifying: ${progress.done} of ${progress.of} checks`,
            value: progress.done,
            max: progress.of,
          };
    default:
      return { text: "Starting the sandbox" };
  }
}
