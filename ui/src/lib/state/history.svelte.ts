import type { Backend } from "$lib/backend/backend";
import { toWireError } from "$lib/backend/error";
import type { ProfileId, RunDiff, RunHead, RunView, Trouble, WireError } from "$lib/backend/generated/types";
import type { Troubles } from "./troubles.svelte";
import { Verification } from "./verification.svelte";

/** How many runs the strip reads at a time. */
const PAGE = 40;

/** The verifications that were kept of one profile: which there are, the earlier one on screen, and two compared. */
export class RunHistory {
  readonly id: ProfileId;
  /** Newest first. */
  runs = $state.raw<RunHead[]>([]);
  /** Whether there are older ones. */
  more = $state(false);
  loaded = $state(false);
  /** Why the last run was not kept. */
  trouble = $state.raw<Trouble>();
  /** Why the runs could not be read. */
  error = $state.raw<WireError>();
  /** The earlier run on screen; nothing while it is the last one. */
  shown = $state.raw<RunView>();
  /** Its results, to be drawn as those of the last run are. */
  past = $state.raw<Verification>();
  diff = $state.raw<RunDiff>();
  /** Two runs are being chosen; the first may be chosen already. */
  choosing = $state(false);
  first = $state<number>();
  #backend: Backend;
  #troubles: Troubles;
  #wanted = PAGE;
  /** Counts what was asked for, so that a late answer does not replace a newer one. */
  #asked = 0;

  constructor(backend: Backend, troubles: Troubles, id: ProfileId) {
    this.#backend = backend;
    this.#troubles = troubles;
    this.id = id;
  }

  /** Reads the runs, as many as were shown. */
  async load(): Promise<void> {
    try {
      const list = await this.#backend.call("history.list", { id: this.id, limit: this.#wanted });
      this.runs = list.runs;
      this.more = list.more;
      this.trouble = list.trouble;
      this.error = undefined;
      this.#dropGone();
    } catch (cause) {
      this.error = toWireError(cause);
    }
    this.loaded = true;
  }

  /** Reads older ones, too. */
  async older(): Promise<void> {
    this.#wanted += PAGE;
    await this.load();
  }

  /** Shows a run; the newest is what the screen shows anyway. */
  async show(run: number): Promise<void> {
    if (run === this.runs[0]?.run) return this.back();
    const asked = ++this.#asked;
    const view = await this.#troubles.attempt("Reading an earlier run", () =>
      this.#backend.call("history.get", { id: this.id, run }),
    );
    if (!view || asked !== this.#asked) return;
    this.diff = undefined;
    this.shown = view;
    this.past = Verification.of(view.report, this.id);
  }

  /** Back to the last run. */
  back(): void {
    this.#asked += 1;
    this.shown = undefined;
    this.past = undefined;
    this.diff = undefined;
    this.stopChoosing();
  }

  /** The run before another one. */
  previous(run: number | undefined): number | undefined {
    const at = this.runs.findIndex((each) => each.run === run);
    return this.runs[at + 1]?.run;
  }

  startChoosing(): void {
    this.choosing = true;
    this.first = undefined;
  }

  stopChoosing(): void {
    this.choosing = false;
    this.first = undefined;
  }

  /** A run was pressed: shows it or, while two are chosen, takes it as one of them. */
  async press(run: number): Promise<void> {
    if (!this.choosing) return this.show(run);
    if (this.first === undefined) {
      this.first = run;
      return;
    }
    if (this.first === run) {
      this.first = undefined;
      return;
    }
    await this.compare(this.first, run);
  }

  /** Compares two runs, in whichever order they are named. */
  async compare(one: number, other: number): Promise<void> {
    const asked = ++this.#asked;
    const [before, after] = one < other ? [one, other] : [other, one];
    const diff = await this.#troubles.attempt("Comparing two runs", () =>
      this.#backend.call("history.diff", { id: this.id, before, after }),
    );
    this.stopChoosing();
    if (diff && asked === this.#asked) this.diff = diff;
  }

  closeDiff(): void {
    this.diff = undefined;
  }

  /** Another window or a terminal may have deleted what is on screen. */
  #dropGone(): void {
    const { shown, diff, runs } = this;
    const oldest = runs.at(-1)?.run ?? Infinity;
    const gone = (run: number) => !runs.some((each) => each.run === run) && (!this.more || run >= oldest);
    if (shown && gone(shown.head.run)) this.back();
    if (diff && (gone(diff.before.run) || gone(diff.after.run))) this.diff = undefined;
    if (this.first !== undefined && gone(this.first)) this.first = undefined;
  }
}
