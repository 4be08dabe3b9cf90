import type { Mark } from "$lib/backend/generated/types";

/** How well a rule is founded. */
export function markWords(mark: Mark): string {
  return { documented: "documented", seen_in_code: "seen in code", inferred: "inferred" }[mark];
}
