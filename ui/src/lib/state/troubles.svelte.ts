import { isOfTheLink, toWireError } from "$lib/backend/error";
import type { WireError } from "$lib/backend/generated/types";

/** A refused command that is still on the screen. */
export interface Shown {
  id: number;
  /** What was attempted, such as "Saving the profile". */
  doing: string;
  error: WireError;
  /** It is the broken link's doing, which has a banner of its own. */
  ofTheLink: boolean;
  retry?: () => void;
}

/** Refusals to show. The same attempt never stands there twice. */
export class Troubles {
  shown = $state<Shown[]>([]);
  #next = 1;

  report(doing: string, cause: unknown, retry?: () => void): void {
    const error = toWireError(cause);
    if (error.code === "cancelled") return;
    const rest = this.shown.filter((other) => other.doing !== doing);
    this.shown = [...rest, { id: this.#next++, doing, error, ofTheLink: isOfTheLink(cause), retry }];
  }

  /** An attempt went well, so its earlier failure is history. */
  clear(doing: string): void {
    if (this.shown.some((other) => other.doing === doing)) {
      this.shown = this.shown.filter((other) => other.doing !== doing);
    }
  }

  /** Somewhere else, what failed here is no longer of use. */
  leave(): void {
    if (this.shown.length > 0) this.shown = [];
  }

  /** The link is back: what failed for want of it can be done again. */
  linked(): void {
    if (this.shown.some((other) => other.ofTheLink)) {
      this.shown = this.shown.filter((other) => !other.ofTheLink);
    }
  }

  dismiss(id: number): void {
    this.shown = this.shown.filter((other) => other.id !== id);
  }

  /** Runs an attempt; a refusal is shown and the answer is then absent. */
  async attempt<T>(doing: string, work: () => Promise<T>, retry?: () => void): Promise<T | undefined> {
    try {
      const answer = await work();
      this.clear(doing);
      return answer;
    } catch (cause) {
      this.report(doing, cause, retry);
      return undefined;
    }
  }
}
