import type { Backend } from "$lib/backend/backend";
import { toWireError } from "$lib/backend/error";
import type {
  ScriptBackupInfo,
  ScriptDifference,
  ScriptRestored,
  ScriptStatus,
  WireError,
} from "$lib/backend/generated/types";

/** What is being done with the script, or was done last. */
export type Doing = "read" | "backup" | "compare" | "accept" | "restore";

/** The Studio script of one profile: what is known of it, and one piece of work at a time. */
export class ScriptWork {
  readonly id: string;
  status = $state.raw<ScriptStatus>();
  difference = $state.raw<ScriptDifference>();
  restored = $state.raw<ScriptRestored>();
  /** The copy that was just kept. */
  kept = $state.raw<ScriptBackupInfo>();
  doing = $state<Doing>();
  /** Why the last piece of work was not done, and which it was. */
  failed = $state.raw<{ doing: Doing; error: WireError }>();
  /** The copy to compare with; `undefined` is the accepted one, else the newest. */
  chosen = $state<string>();
  #backend: Backend;

  constructor(backend: Backend, id: string) {
    this.#backend = backend;
    this.id = id;
  }

  async read(): Promise<void> {
    await this.#do("read", async () => {
      this.status = await this.#backend.call("script.status", { id: this.id });
    });
  }

  async backup(): Promise<void> {
    await this.#do("backup", async () => {
      this.kept = await this.#backend.call("script.backup", { id: this.id });
    });
    await this.#refresh();
  }

  async compare(backup = this.chosen): Promise<boolean> {
    this.difference = undefined;
    this.chosen = backup;
    return this.#do("compare", async () => {
      this.difference = await this.#backend.call("script.diff", { id: this.id, backup });
      this.chosen = this.difference.backup.id;
    });
  }

  /** Accepts what was shown; without a comparison, what is there. */
  async accept(): Promise<boolean> {
    const seen = this.difference?.current.fingerprint;
    return this.#do("accept", async () => {
      this.status = await this.#backend.call("script.accept", { id: this.id, seen });
      this.difference = undefined;
      this.chosen = undefined;
    });
  }

  /** Puts the copy back that was compared. */
  async restore(): Promise<boolean> {
    const { difference } = this;
    if (!difference) return false;
    const done = await this.#do("restore", async () => {
      this.restored = await this.#backend.call("script.restore", {
        id: this.id,
        backup: difference.backup.id,
        seen: difference.current.fingerprint,
        seen_version: difference.current.version,
      });
    });
    // What was shown is not what is there any more, whatever became of it.
    this.difference = undefined;
    await this.#refresh();
    return done;
  }

  /** Ends what goes on. */
  async stop(): Promise<void> {
    await this.#backend.call("script.cancel", { id: this.id }).catch(() => undefined);
  }

  async #refresh(): Promise<void> {
    const status = await this.#backend.call("script.status", { id: this.id }).catch(() => undefined);
    if (status) this.status = status;
  }

  async #do(doing: Doing, work: () => Promise<void>): Promise<boolean> {
    if (this.doing) return false;
    this.doing = doing;
    this.failed = undefined;
    this.kept = undefined;
    this.restored = undefined;
    try {
      await work();
      return true;
    } catch (cause) {
      const error = toWireError(cause);
      // Who stopped it knows, unless something may have been saved.
      if (error.code !== "cancelled" || doing === "restore") this.failed = { doing, error };
      return false;
    } finally {
      this.doing = undefined;
    }
  }
}
