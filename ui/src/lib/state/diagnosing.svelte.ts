import type { Backend } from "$lib/backend/backend";
import { toWireError } from "$lib/backend/error";
import type {
  Diagnosis,
  DiagnoseProgress,
  DiagnoseSample,
  Event,
  ProfileId,
  SaveCall,
  WaitView,
  WireError,
} from "$lib/backend/generated/types";
import type { Troubles } from "./troubles.svelte";

type Step = Extract<Event, { event: "diagnose" }>;
type Failed = Extract<Event, { event: "diagnose_failed" }>;

/** A measurement under way. */
export interface Measuring {
  job: string | undefined;
  rounds: number;
  budgetMs: number;
  /** Calls of a round, as planned. */
  calls: SaveCall[];
  /** What is being asked. */
  round: number;
  call: SaveCall | undefined;
  /** What came back, by round. */
  made: { round: number; calls: DiagnoseSample[] }[];
  /** Milliseconds of this computer's clock. */
  startedAt: number;
  cancelling: boolean;
}

/** The diagnosis of one profile: the last one, one under way, and the wait until it is well again. */
export class Diagnosing {
  readonly id: ProfileId;
  diagnosis = $state.raw<Diagnosis | null>(null);
  live = $state<Measuring>();
  wait = $state.raw<WaitView | null>(null);
  loaded = $state(false);
  /** Why the last diagnosis could not be read. */
  error = $state.raw<WireError>();
  #backend: Backend;
  #troubles: Troubles;
  #told: (message: string) => void;
  /** Jobs that are over. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #seen = new Set<string>();

  constructor(backend: Backend, troubles: Troubles, id: ProfileId, told: (message: string) => void) {
    this.#backend = backend;
    this.#troubles = troubles;
    this.#told = told;
    this.id = id;
  }

  get waiting(): boolean {
    return this.wait !== null && !this.wait.ended && !this.wait.error;
  }

  /** Reads the last diagnosis and the wait. */
  async load(): Promise<void> {
    try {
      const [diagnosis, wait] = await Promise.all([
        this.#backend.call("diagnose.last", { id: this.id }),
        this.#backend.call("diagnose.waiting", { id: this.id }),
      ]);
      this.error = undefined;
      this.diagnosis = diagnosis;
      this.wait = wait;
    } catch (cause) {
      this.error = toWireError(cause);
    }
    this.loaded = true;
  }

  async start(rounds: number, budgetMs: number, create = false): Promise<void> {
    if (this.live) return;
    this.live = this.#begun(undefined, rounds, budgetMs);
    try {
      const { job } = await this.#backend.call("diagnose.start", {
        id: this.id,
        rounds,
        budget_ms: budgetMs,
        create,
      });
      if (this.#seen.has(job)) return;
      if (this.live) this.live.job = job;
      this.#troubles.clear("Starting the diagnosis");
    } catch (cause) {
      this.live = undefined;
      this.#troubles.report("Starting the diagnosis", cause, () => void this.start(rounds, budgetMs, create));
    }
  }

  /** Ends it at once; what was measured is kept. */
  async cancel(): Promise<void> {
    const job = this.live?.job;
    if (!this.live || !job) return;
    this.live.cancelling = true;
    await this.#troubles.attempt("Cancelling the diagnosis", () =>
      this.#backend.call("diagnose.cancel", { job }),
    );
  }

  async startWait(budgetMs: number): Promise<void> {
    const wait = await this.#troubles.attempt("Starting to wait", () =>
      this.#backend.call("diagnose.wait_start", { id: this.id, budget_ms: budgetMs }),
    );
    if (wait) this.wait = wait;
  }

  async stopWait(): Promise<void> {
    const wait = await this.#troubles.attempt("Stopping the wait", () =>
      this.#backend.call("diagnose.wait_stop", { id: this.id }),
    );
    if (wait) this.wait = wait;
  }

  /** The strip chart as CSV. */
  async csv(): Promise<string | undefined> {
    const chart = await this.#troubles.attempt("Reading the chart", () =>
      this.#backend.call("diagnose.chart", { id: this.id }),
    );
    return chart?.csv;
  }

  hear(event: Step): void {
    if (event.profile_id !== this.id || this.#seen.has(event.job)) return;
    // One that this window did not start, or started a moment ago and has no answer for yet.
    this.live ??= this.#begun(event.job, 0, 0);
    this.live.job ??= event.job;
    if (this.live.job === event.job) this.#apply(event.job, event.progress, this.live);
  }

  failed(event: Failed): void {
    if (event.profile_id !== this.id || this.#seen.has(event.job)) return;
    this.#seen.add(event.job);
    const { rounds = 5, budgetMs = 10_000 } = this.live ?? {};
    this.live = undefined;
    this.#troubles.report(
      "The diagnosis",
      event.error,
      () => void this.start(rounds || 5, budgetMs || 10_000),
    );
  }

  /** There is news of the wait. */
  async heardOfWait(id: ProfileId): Promise<void> {
    if (id !== this.id) return;
    const before = this.waiting;
    const wait = await this.#backend.call("diagnose.waiting", { id }).catch(() => undefined);
    if (wait === undefined) return;
    this.wait = wait;
    if (!before || !wait?.ended) return;
    if (wait.ended === "well") this.#told("It is well again. Save now.");
    else if (wait.ended === "refused") this.#told("The wait ended: a value is refused.");
  }

  /** Events may have been lost: what is over is not shown as going on. */
  async recover(): Promise<void> {
    const before = this.diagnosis?.measured_at;
    await this.load();
    if (this.live && this.diagnosis && this.diagnosis.measured_at !== before) {
      if (this.live.job) this.#seen.add(this.live.job);
      this.live = undefined;
    }
  }

  #begun(job: string | undefined, rounds: number, budgetMs: number): Measuring {
    const startedAt = Date.now();
    return {
      job,
      rounds,
      budgetMs,
      calls: [],
      round: 1,
      call: undefined,
      made: [],
      startedAt,
      cancelling: false,
    };
  }

  #apply(job: string, progress: DiagnoseProgress, live: Measuring): void {
    switch (progress.step) {
      case "started":
        live.rounds = progress.rounds;
        live.budgetMs = progress.budget_ms;
        live.calls = progress.calls;
        break;
      case "call_started":
        live.round = progress.round;
        live.call = progress.call;
        break;
      case "call_finished": {
        const { round, sample } = progress;
        const known = live.made.find((one) => one.round === round);
        if (known) known.calls.push(sample);
        else live.made.push({ round, calls: [sample] });
        break;
      }
      case "round_finished":
        break;
      case "finished":
        this.#seen.add(job);
        void this.#end();
        break;
    }
  }

  async #end(): Promise<void> {
    await this.load();
    this.live = undefined;
    if (this.diagnosis) this.#told(`Diagnosis finished. ${this.diagnosis.verdict.message}`);
  }
}
