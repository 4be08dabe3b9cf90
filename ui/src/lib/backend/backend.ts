import type { Commands, CommandName } from "./generated/commands";
import type { Event } from "./generated/types";

/**
 * Whether events still arrive. While they do not, what is shown may be old. `closed`: the program was started anew and
 * does not know this page any more; only a page of its new address reaches it.
 */
export type Link = "open" | "lost" | "closed";

export interface Backend {
  readonly kind: "tauri" | "web" | "fake";
  /** Runs one command. Rejects with a `WireError`, whatever went wrong. */
  call<K extends CommandName>(name: K, request: Commands[K]["request"]): Promise<Commands[K]["response"]>;
  /** Hears every event until the returned function is called. */
  listen(handler: (event: Event) => void): () => void;
  /** Hears when the link to the backend breaks and when it is back. */
  watch(handler: (link: Link) => void): () => void;
}

/** A set of handlers, for implementations of {@link Backend}. */
export class Listeners<T> {
  #handlers = new Set<(value: T) => void>();

  add(handler: (value: T) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  tell(value: T): void {
    for (const handler of [...this.#handlers]) handler(value);
  }
}
