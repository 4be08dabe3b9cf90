import type { CommandName } from "../generated/commands";
import type {
  AgentAct,
  CheckResult,
  Event,
  Preferences,
  ProfileDraft,
  ProfileSummary,
  ProfileView,
  Report,
  RunHead,
  StoreStatus,
  WatchSetting,
  VerifyRequest,
  WireError,
} from "../generated/types";
import { diagnosis, waited } from "./diagnosis";
import { CHECKS, STEPS, diff, head, livePlan, result, view } from "./data";
import { FakeSandbox, SCENARIOS } from "./sandbox";
import { FakeScript } from "./script";
import { FakeWatches } from "./watch";

const LONG =
  "Handover provider of the customer service centre for the whole of northern and western regions (trial)";

/** A little state behind the fake backend. Scenes: `empty`, `many`, `long`, `error`, `red`, `runs`, `waiting`, `slow`, `sandbox`, `watched`. */
export class FakeWorld {
  #scene: string;
  #tell: (event: Event) => void;
  #profiles = new Map<string, ProfileView>();
  #report: Report | null = null;
  #jobs = 0;
  /** Newest first. */
  #runs: RunHead[] = [];
  #preferences: Preferences = {
    theme: "system",
    rail_folded: false,
    watch_at_start: true,
    notifications: true,
    tray_told: false,
  };
  #watches: FakeWatches;
  #store: StoreStatus;
  #sandbox: FakeSandbox;
  #script: FakeScript;

  constructor(scene: string, tell: (event: Event) => void) {
    this.#scene = scene;
    this.#tell = tell;
    const has = (word: string) => scene.split(",").includes(word);
    this.#store = has("waiting")
      ? {
          kind: "keychain",
          health: "waiting",
          message: "The keychain has not answered yet.",
          vault_exists: false,
        }
      : {
          kind: "keychain",
          health: "well",
          message: "Written, read and deleted an entry.",
          vault_exists: false,
        };
    this.#script = new FakeScript(has("drift"));
    if (!has("empty")) this.#add(view("p1", has("long") ? LONG : "Support EU"));
    if (has("many")) for (let n = 0; n < 1000; n += 1) this.#add(view(`m${n}`, `Provider ${n}`));
    this.#watches = new FakeWatches((status) => this.#tell({ event: "watch", status }));
    if (has("watched")) this.#watches.set({ id: "p1", on: true });
    this.#sandbox = new FakeSandbox((event) => this.#rehearse(event));
    if (has("sandbox")) this.#sandbox.start();
    if (has("red")) this.#keep();
    if (has("runs")) {
      const ends = ["fail", "fail", "warn", "pass", "pass", "unknown", "cancelled", "pass"] as const;
      for (const [at, outcome] of ends.entries())
        this.#runs.unshift(head(at + 1, outcome, { origin: at % 3 === 1 ? "terminal" : "window" }));
      this.#keep();
    }
  }

  answer(name: CommandName, request: unknown): unknown {
    const { id = "" } = request as { id?: string };
    switch (name) {
      case "app.info":
        if (this.#scene === "error") throw broken();
        return {
          name: "Handover Desk",
          version: "0.1.0",
          host: "web",
          data_dir: "/home/admin/.local/share/handover-desk",
          sample: false,
          clipboard: true,
        };
      case "preferences.get":
        return this.#preferences;
      case "preferences.set":
        return (this.#preferences = request as Preferences);
      case "setup.steps":
        return STEPS;
      case "checks.list":
        return CHECKS;
      case "store.status":
      case "store.probe":
      case "store.use":
        return this.#store;
      case "store.cancel":
        return (this.#store = { ...this.#store, health: "untried" });
      case "sandbox.status":
        return this.#sandbox.status;
      case "sandbox.start":
        return this.#sandbox.start();
      case "sandbox.stop":
        return this.#sandbox.stop();
      case "sandbox.fault": {
        const fault = request as { name: string; on: boolean };
        return this.#sandbox.fault(fault.name, fault.on);
      }
      case "sandbox.conversation":
        return this.#sandbox.conversation();
      case "sandbox.say":
        return this.#sandbox.say((request as { text: string }).text);
      case "sandbox.act":
        return this.#sandbox.act(request as AgentAct);
      case "sandbox.switches":
        return this.#sandbox.switches();
      case "sandbox.switch": {
        const setting = request as { name: string; choice: string };
        return this.#sandbox.settle(setting.name, setting.choice);
      }
      case "scenario.list":
        return SCENARIOS;
      case "scenario.cancel":
        return {};
      case "scenario.run":
        return this.#sandbox.run((request as { name: string }).name);
      case "profile.list":
        return {
          profiles: [...this.#profiles.values()].map((each) => this.#summary(each)),
          recovered: false,
          unreadable: [],
        };
      case "profile.get":
        return this.#profile(id);
      case "profile.create":
        return this.#add(view(`p${this.#profiles.size + 1}`, (request as { name: string }).name, true));
      case "profile.save": {
        const draft = request as ProfileDraft;
        return this.#change(id, { profile: draft.profile, connection: draft.connection });
      }
      case "profile.delete":
        this.#profiles.delete(id);
        return {};
      case "checklist.mark": {
        const mark = request as { step: string; state: "done" | null; since?: string; note?: string };
        const steps = { ...this.#profile(id).checklist.steps, [mark.step]: undefined };
        const since = mark.since ?? new Date().toISOString();
        if (mark.state) Object.assign(steps, { [mark.step]: { state: mark.state, since, note: mark.note } });
        return this.#change(id, { checklist: { steps } });
      }
      case "script.status":
      case "script.list":
      case "script.backup":
      case "script.diff":
      case "script.restore":
      case "script.accept":
      case "script.cancel":
        return this.#script.answer(name, request);
      case "watch.list":
        return this.#watches.list();
      case "watch.get":
        return this.#watches.view(id);
      case "watch.set":
        return this.#watches.set(request as WatchSetting);
      case "watch.pause":
        return this.#watches.pause(id);
      case "watch.resume":
        return this.#watches.resume(id);
      case "watch.radar":
        return this.#watches.radar();
      case "app.leave":
        return {};
      case "secret.copy":
        return { cleared_after_s: 60 };
      case "clipboard.copy":
        return {};
      case "verify.last":
        return this.#report;
      case "verify.start":
        this.#jobs += 1;
        void this.#play(id, request as VerifyRequest, `job-${this.#jobs}`);
        return { job: `job-${this.#jobs}` };
      case "verify.live_plan":
        return livePlan(this.#profile(id).profile.name);
      case "verify.cancel":
        return {};
      case "diagnose.last":
        return this.#scene.includes("diagnosed") ? diagnosis() : null;
      case "diagnose.start":
        return { job: "diagnose-1" };
      case "diagnose.cancel":
        return {};
      case "diagnose.waiting":
        return this.#scene.includes("diagnosed") ? waited() : null;
      case "diagnose.wait_start":
      case "diagnose.wait_stop": {
        const { ended, ...going } = waited();
        return name === "diagnose.wait_start" ? going : { ...going, ended: ended && "stopped" };
      }
      case "diagnose.chart":
        return { csv: "time,state\r\n" };
      case "verify.report":
        return { text: "# Report", file_name: "support-eu-verification.md" };
      case "history.list": {
        const { limit = 50 } = request as { limit?: number };
        const runs = id === "p1" ? this.#runs : [];
        return { runs: runs.slice(0, limit), more: runs.length > limit };
      }
      case "history.get": {
        const found = this.#kept((request as { run: number }).run);
        const report = { ...this.#run(), outcome: found.outcome, headline: found.headline };
        return { head: found, report, snapshot: { values: [], secrets: [] } };
      }
      case "history.diff": {
        const { before, after } = request as { before: number; after: number };
        return diff(this.#kept(before), this.#kept(after));
      }
      case "history.delete":
        this.#runs = [];
        this.#report = null;
        return {};
      default:
        return this.#profile(id);
    }
  }

  /** A sandbox brings its own profile, and takes it with it. */
  #rehearse(event: Event): void {
    if (event.event === "sandbox") {
      const sample = event.status.profile_id;
      for (const id of this.#profiles.keys())
        if (id.startsWith("sample-") && id !== sample) this.#profiles.delete(id);
      if (sample && !this.#profiles.has(sample))
        this.#add({ ...view(sample, "Sandbox sample"), sandbox: true });
    }
    this.#tell(event);
  }

  #add(profile: ProfileView): ProfileView {
    this.#profiles.set(profile.id, profile);
    return profile;
  }

  #profile(id: string): ProfileView {
    const found = this.#profiles.get(id);
    if (!found)
      throw { ...broken(), code: "not_found", message: "This profile is no longer there." } as WireError;
    return found;
  }

  #change(id: string, change: Partial<ProfileView>): ProfileView {
    return this.#add({ ...this.#profile(id), ...change });
  }

  #summary(profile: ProfileView): ProfileSummary {
    const report = this.#report;
    return {
      id: profile.id,
      name: profile.profile.name,
      sandbox: profile.sandbox,
      changed_at: profile.changed_at,
      last_run:
        report && profile.id === "p1"
          ? {
              at: new Date(Date.now() - 240_000).toISOString(),
              outcome: report.outcome,
              problems: 1,
              headline: report.headline,
              checked: report.checks.length,
              of: report.checks.length,
              stale: this.#scene.includes("stale"),
            }
          : undefined,
    };
  }

  #keep(asked: Partial<VerifyRequest> = {}): void {
    this.#report = this.#run(asked);
    this.#runs.unshift(head(this.#runs.length + 1, this.#report.outcome));
  }

  #kept(run: number): RunHead {
    const found = this.#runs.find((each) => each.run === run);
    if (!found) throw { ...broken(), code: "not_found", message: "There is no such run." } as WireError;
    return found;
  }

  #run(asked: Partial<VerifyRequest> = {}): Report {
    const made = CHECKS.filter((check) => !check.on_request || asked[check.on_request]);
    const checks: CheckResult[] = made.map((check) => result(check));
    const message = "Contact 204000000123 is closed.";
    return {
      ...(asked.live && { remains: [{ kind: "contact", id: "204000000123", state: "settled", message }] }),
      outcome: "fail",
      headline: "The access key is refused. 3 checks wait for it.",
      duration_ms: 1830,
      checks,
      redacted: [],
    };
  }

  async #play(id: string, asked: VerifyRequest, job: string): Promise<void> {
    const pause = () => new Promise((done) => setTimeout(done, this.#scene.includes("slow") ? 400 : 0));
    const report = this.#run(asked);
    let seq = 0;
    const tell = (progress: Extract<Event, { event: "job" }>["progress"]) =>
      this.#tell({ event: "job", job, profile_id: id, seq: ++seq, progress });
    await pause();
    tell({ step: "started", ids: report.checks.map((check) => check.id) });
    for (const check of report.checks) {
      tell({ step: "check_started", id: check.id });
      await pause();
      tell({ step: "check_finished", result: check });
    }
    this.#keep(asked);
    this.#tell({ event: "history", profile_id: id });
    tell({ step: "finished", outcome: report.outcome });
  }
}

export function broken(): WireError {
  return {
    code: "storage",
    message: "The profile file cannot be read: permission denied.",
    hint: "Give your user the right to read the data folder, then try again.",
    correlation: { trace_id: "sim-4f1c" },
  };
}
