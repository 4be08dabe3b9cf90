import { announcer } from "./announcer.svelte";

/** How long a copy button says "Copied". */
export const ACKNOWLEDGED_MS = 1500;

/** The sign that a copy happened: shown for a moment, and read aloud. */
export class Acknowledgement {
  shown = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  show(what: string, clearedAfterS?: number): void {
    clearTimeout(this.#timer);
    this.shown = true;
    const until = clearedAfterS ? `; the clipboard is cleared after ${clearedAfterS} seconds` : "";
    announcer.say(`${what} copied${until}`);
    this.#timer = setTimeout(() => (this.shown = false), ACKNOWLEDGED_MS);
  }
}
