import type { Backend } from "$lib/backend/backend";
import type {
  CheckResult,
  Event,
  JobId,
  LiveConsent,
  Outcome,
  ProfileId,
  Progress,
  Report,
  SpeedRequest,
  WireError,
} from "$lib/backend/generated/types";
import type { Shown } from "$lib/logic/outcome";
import type { Troubles } from "./troubles.svelte";

type JobEvent = Extract<Event, { event: "job" }>;

/** What a run makes beside the checks of every run. */
export interface Also {
  /** The word for a plan of the live round trip. */
  live?: LiveConsent | undefined;
  speed?: SpeedRequest | undefined;
}

/** A run under way. */
export interface Live {
  job: string | undefined;
  /** Every check of the run, in report order; empty until the backend has said it. */
  ids: string[];
  working: string[];
  done: number;
  /** Milliseconds of this computer's clock. */
  startedAt: number;
  cancelling: boolean;
  /** What the live round trip created is being cleaned up. */
  cleaning: boolean;
  /** Whether only some checks run; unknown for a run that this window did not start. */
  partial: boolean | undefined;
}

function begun(job: string | undefined, partial: boolean | undefined): Live {
  const startedAt = Date.now();
  return { job, ids: [], working: [], done: 0, startedAt, cancelling: false, cleaning: false, partial };
}

/** The verification of one profile: the last report, and what a run under way has changed of it. */
export class Verification {
  readonly id: ProfileId;
  /** Whether this is an earlier run: it can be read, and nothing of it runs again. */
  past = false;
  report = $state.raw<Report | null>(null);
  /** Results by check id: those of the report, replaced one by one while a run goes on. */
  results = $state.raw<Record<string, CheckResult>>({});
  live = $state<Live>();
  loaded = $state(false);
  #backend: Backend;
  #troubles: Troubles;
  #finished: () => void;
  /** Jobs that are over; nothing is drawn from it. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #seen = new Set<string>();
  /** When the run before this one ended. */
  #before: string | undefined;

  constructor(backend: Backend, troubles: Troubles, id: ProfileId, finished: () => void) {
    this.#backend = backend;
    this.#troubles = troubles;
    this.#finished = finished;
    this.id = id;
  }

  /** A run that is over, as it was. */
  static of(report: Report, id: ProfileId): Verification {
    const none = {
      call: () => Promise.reject(new Error("an earlier run calls nothing")),
    } as unknown as Backend;
    const run = new Verification(none, undefined as unknown as Troubles, id, () => undefined);
    run.past = true;
    run.loaded = true;
    run.#take(report);
    return run;
  }

  /** Reads the last report. */
  async load(): Promise<void> {
    await this.#troubles.attempt("Reading the last report", async () => {
      const report = await this.#backend.call("verify.last", { id: this.id });
      if (report) this.#take(report);
    });
    this.loaded = true;
  }

  /** Starts all checks, or those named with everything they need. */
  async start(only: string[] = [], lastRunAt?: string, also: Also = {}): Promise<void> {
    if (this.live) return;
    this.#before = lastRunAt;
    this.live = begun(undefined, only.length > 0);
    try {
      const request = {
        id: this.id,
        only,
        ...(also.live && { live: also.live }),
        ...(also.speed && { speed: also.speed }),
      };
      const { job } = await this.#backend.call("verify.start", request);
      if (this.#seen.has(job)) return;
      if (this.live) this.live.job = job;
      this.#troubles.clear("Starting the verification");
    } catch (cause) {
      this.live = undefined;
      // A word is given for one plan and one run: trying again leaves the round trip out.
      const again = () => void this.start(only, lastRunAt, { speed: also.speed });
      this.#troubles.report("Starting the verification", cause, also.live ? undefined : again);
    }
  }

  /** Ends the run at once; what had finished is kept. */
  async cancel(): Promise<void> {
    const job = this.live?.job;
    if (!this.live || !job) return;
    this.live.cancelling = true;
    await this.#troubles.attempt("Cancelling the verification", () =>
      this.#backend.call("verify.cancel", { job }),
    );
  }

  /** What a check is drawn as. */
  shown(id: string): Shown {
    if (this.live) {
      if (this.live.working.includes(id)) return "running";
      if (this.live.ids.includes(id) && !this.results[id]) return "pending";
    }
    return this.results[id]?.outcome ?? "pending";
  }

  outcomeOf(id: string): Outcome | undefined {
    return this.results[id]?.outcome;
  }

  hear(event: JobEvent): void {
    if (event.profile_id !== this.id || this.#seen.has(event.job)) return;
    // A run that this window did not start (or started a moment ago and has no answer for yet).
    if (!this.live) {
      this.live = begun(event.job, undefined);
    }
    this.live.job ??= event.job;
    if (this.live.job === event.job) this.#apply(event.job, event.progress, this.live);
  }

  /** The run broke as a whole; what was there before it is shown again. */
  failed(job: JobId, profile: ProfileId, error: WireError): void {
    if (profile !== this.id || this.#seen.has(job)) return;
    this.#seen.add(job);
    this.live = undefined;
    this.#troubles.report("The verification", error, () => void this.start());
    void this.load();
  }

  /**
   * Events may have been lost: ends the run under way here when the backend says that a later one than before it is
   * over. The moment of the last run tells it; a job has no other memory.
   */
  async recover(lastRunAt: string | undefined): Promise<void> {
    if (!this.live || !lastRunAt || lastRunAt === this.#before) return;
    if (this.live.job) this.#seen.add(this.live.job);
    await this.#end();
  }

  #apply(job: string, progress: Progress, live: Live): void {
    switch (progress.step) {
      case "started": {
        live.ids = progress.ids;
        const { ids } = progress;
        this.results = Object.fromEntries(Object.entries(this.results).filter(([id]) => !ids.includes(id)));
        break;
      }
      case "check_started":
        this.#count(live, progress.id);
        live.working.push(progress.id);
        break;
      case "check_finished":
        this.#count(live, progress.result.id);
        live.working = live.working.filter((id) => id !== progress.result.id);
        live.done += 1;
        this.results = { ...this.results, [progress.result.id]: progress.result };
        break;
      case "cleaning_up":
        live.cleaning = true;
        break;
      case "finished":
        this.#seen.add(job);
        void this.#end();
        break;
    }
  }

  /** A run of some checks may take in others on its way: those that turn out to be the cause. */
  #count(live: Live, id: string): void {
    if (!live.ids.includes(id)) live.ids.push(id);
  }

  async #end(): Promise<void> {
    const before = this.report;
    const few = this.live?.partial ?? (this.live?.ids.length ?? 0) < (before?.checks.length ?? 0);
    const partial = before !== null && this.live !== undefined && few;
    await this.load();
    // How long everything takes is not told by a run of a few.
    if (partial && this.report) this.report = { ...this.report, duration_ms: before.duration_ms };
    this.live = undefined;
    this.#finished();
  }

  #take(report: Report): void {
    this.report = report;
    this.results = Object.fromEntries(report.checks.map((check) => [check.id, check]));
  }
}
