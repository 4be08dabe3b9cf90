import type { RunHead, SecretChange, Turn } from "$lib/backend/generated/types";
import { outcomeWord } from "./outcome";
import { dayAndTime } from "./time";

/** Where a run was made, after its time. */
export function originWords(origin: RunHead["origin"]): string {
  return { window: "in the window", terminal: "in a terminal", watch: "by the watch" }[origin];
}

/** "24 Nov 2026, 10:02, in a terminal". */
export function whenWords(run: Pick<RunHead, "at" | "origin">): string {
  return `${dayAndTime(run.at)}, ${originWords(run.origin)}`;
}

/** A run in one sentence, for a tooltip and a screen reader. */
export function runWords(run: RunHead): string {
  const part = run.only.length > 0 ? ` Ran again: ${run.only.join(", ")}.` : "";
  return `${outcomeWord(run.outcome)}, ${whenWords(run)}. ${run.headline}${part}`;
}

export function turnTitle(turn: Turn): string {
  return {
    red: "Turned red",
    green: "Turned green",
    other: "Changed otherwise",
    appeared: "In the later run only",
    vanished: "In the earlier run only",
  }[turn];
}

export const TURNS: readonly Turn[] = ["red", "green", "other", "appeared", "vanished"];

export function secretWords(change: SecretChange): string {
  if (!change.before) return "was entered";
  return change.after ? "was replaced" : "was deleted";
}
