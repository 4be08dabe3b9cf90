import type { ByocDiffKind, EndpointCertainty, SetupGroup } from "$lib/backend/generated/types";
import { characterName } from "$lib/logic/diff";
import type { StepShown } from "$lib/logic/steps";

export function groupName(group: SetupGroup): string {
  return { cognigy: "Cognigy.AI", cxone: "CXone", wait: "Wait" }[group];
}

export function stateWord(state: StepShown): string {
  return { done: "Done", now: "Now", waiting: "Waiting", later: "Later", open: "Open" }[state];
}

/** How sure the endpoint address is, and what that means. */
export function certaintyWords(certainty: EndpointCertainty): { word: string; text: string } {
  return {
    confirmed: { word: "Confirmed", text: "It is the one you entered." },
    derived: {
      word: "Derived",
      text: "It follows the vendor's pattern for this host. Paste any Endpoint URL to confirm it.",
    },
    guessed: {
      word: "Guess",
      text: "Nobody has confirmed this pattern here. Paste any Endpoint URL before you use it.",
    },
  }[certainty];
}

/** The kind of mistake in a typed value. */
export function diffWords(kind: ByocDiffKind): string {
  switch (kind.kind) {
    case "trailing_slash":
      return "A slash at the end that must go";
    case "http":
      return "http instead of https";
    case "look_alike":
      return kind.expected && kind.typed
        ? `${characterName(kind.typed)} in place of ${characterName(kind.expected)}`
        : "A letter that only looks like the right one";
    case "space":
      return "A space or invisible character";
    case "case":
      return "Upper and lower case differ";
    case "wrong_id":
      return "The ID of another handover provider";
    case "cut_off":
      return "The end is missing";
    case "other":
      return "Not the same";
  }
}
