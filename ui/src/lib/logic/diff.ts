/** A typed value cut where it first departs from the right one. */
export interface Marked {
  /** What is right, up to the difference. */
  same: string;
  /** The first wrong character; empty when the typed value ends too early. */
  wrong: string;
  /** The rest. */
  rest: string;
}

/** Cuts `typed` at a character position (0-based, counted in characters, not in UTF-16 units). */
export function cut(typed: string, column: number): Marked {
  const characters = Array.from(typed);
  const at = Math.max(0, Math.min(column, characters.length));
  return {
    same: characters.slice(0, at).join(""),
    wrong: characters[at] ?? "",
    rest: characters.slice(at + 1).join(""),
  };
}

/** The position of the first character in which two values differ, or -1. */
export function firstDifference(expected: string, typed: string): number {
  const left = Array.from(expected);
  const right = Array.from(typed);
  const length = Math.max(left.length, right.length);
  for (let at = 0; at < length; at += 1) if (left[at] !== right[at]) return at;
  return -1;
}

/**
 * Like {@link firstDifference}, for values that are nearly the same. Two values that have nothing in common are -1:
 * to mark their first character would say that only that one is wrong.
 */
export function departure(expected: string, found: string): number {
  const at = firstDifference(expected, found);
  const alike = expected.trim().toLowerCase() === found.trim().toLowerCase();
  return at > 0 || alike ? at : -1;
}

/** A character one cannot see gets a name, any other is itself. */
export function visible(character: string): string {
  const names: Record<string, string> = {
    " ": "␣",
    "\t": "⇥",
    "\n": "⏎",
    "\r": "⏎",
    "\u00a0": "⍽",
    "\u200b": "∅",
    "\u200c": "∅",
    "\u200d": "∅",
    "\ufeff": "∅",
  };
  return names[character] ?? character;
}

const SCRIPTS: readonly [string, RegExp][] = [
  ["Cyrillic", /\p{Script=Cyrillic}/u],
  ["Greek", /\p{Script=Greek}/u],
  ["full-width", /[\uff01-\uff5e]/u],
  ["Latin", /\p{Script=Latin}/u],
  ["digit", /\p{Nd}/u],
];

/** A character by its script and number, so that two that look the same can be told apart: `Cyrillic О (U+041E)`. */
export function characterName(character: string): string {
  const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const script = SCRIPTS.find(([, is]) => is.test(character))?.[0];
  return script ? `${script} ${character} (U+${number})` : `“${visible(character)}” (U+${number})`;
}
