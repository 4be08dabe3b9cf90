import { getContext, setContext } from "svelte";
import { SvelteMap } from "svelte/reactivity";
import type { Backend, Link } from "$lib/backend/backend";
import { toWireError } from "$lib/backend/error";
import type {
  AppInfo,
  CheckInfo,
  Event,
  LivePlan,
  Preferences,
  SandboxView,
  SetupStep,
  SetupStepId,
  SpeedRequest,
  StoreStatus,
  Theme,
  WireError,
} from "$lib/backend/generated/types";
import { SPEED } from "$lib/logic/speed";
import { announcer } from "./announcer.svelte";
import { Diagnosing } from "./diagnosing.svelte";
import { RunHistory } from "./history.svelte";
import { Profiles } from "./profiles.svelte";
import { Rehearsal } from "./rehearsal.svelte";
import { ThemeSwitch } from "./theme.svelte";
import { Troubles } from "./troubles.svelte";
import { type Also, Verification } from "./verification.svelte";
import { Watches } from "./watch.svelte";

export type Screen = "setup" | "verify" | "diagnose" | "sandbox" | "settings";
export type DialogName =
  | "new"
  | "import"
  | "rename"
  | "duplicate"
  | "delete"
  | "store"
  | "live"
  | "sandbox-stop"
  | "sandbox-reset"
  | "leave";

/** In the order of the rail, and of Alt+1 and so on. */
export const SCREENS: readonly Screen[] = ["setup", "verify", "diagnose", "sandbox", "settings"];
const KEY = Symbol("desk");

/** Everything the window shows: read from the backend once, then kept in step by its events. */
export class Desk {
  readonly backend: Backend;
  readonly troubles = new Troubles();
  readonly theme = new ThemeSwitch();
  readonly profiles: Profiles;
  readonly rehearsal = new Rehearsal(this);
  readonly watches = new Watches(this);

  ready = $state(false);
  failed = $state.raw<WireError>();
  info = $state.raw<AppInfo>();
  preferences = $state.raw<Preferences>({
    theme: "system",
    rail_folded: false,
    watch_at_start: true,
    notifications: true,
    tray_told: false,
  });
  steps = $state.raw<SetupStep[]>([]);
  checks = $state.raw<CheckInfo[]>([]);
  store = $state.raw<StoreStatus>();
  sandbox = $state.raw<SandboxView>();
  link = $state<Link>("open");

  screen = $state<Screen>("setup");
  /** The step to show in Setup; `all` is the page with every value. */
  step = $state<SetupStepId | "all">();
  /** The check to show in Verify. */
  check = $state<string>();
  /** The keyboard goes to the chosen row as soon as it is drawn. */
  attend = $state<"step" | "check">();
  dialog = $state<DialogName>();
  /** The live round trip that waits for a word, with the run it belongs to. */
  asked = $state.raw<{ plan: LivePlan; only: string[]; speed: SpeedRequest | undefined }>();
  /** How speed is measured the next time. */
  speed = $state.raw(SPEED);
  palette = $state(false);
  /** One sentence that passes: what was done and where it went. */
  notice = $state<string>();
  verification = $state.raw<Verification>();
  diagnosing = $state.raw<Diagnosing>();
  /** How the save path is measured; kept while the window is open. */
  measure = $state({ rounds: 5, budgetMs: 10_000 });
  /** The runs that were kept of the open profile. */
  history = $state.raw<RunHistory>();
  /** Secrets that were typed and not stored yet, by `profile/field`: leaving a step does not lose them. */
  readonly typedSecrets = new SvelteMap<string, string>();
  /** This computer's clock, for "4 min ago" and elapsed times. */
  now = $state(Date.now());

  constructor(backend: Backend) {
    this.backend = backend;
    this.profiles = new Profiles(backend, this.troubles, (id) => this.#opened(id));
    backend.listen((event) => this.#hear(event));
    backend.watch((link) => this.#linked(link));
    const wanted = location.hash.slice(1) as Screen;
    if (SCREENS.includes(wanted)) this.screen = wanted;
    setInterval(() => this.#tick(), 1000);
    window.addEventListener("beforeunload", (event) => {
      void this.profiles.draft?.flush();
      // What cannot be kept is not thrown away unasked.
      if (backend.kind === "web" && this.link !== "open" && this.unsaved) event.preventDefault();
    });
  }

  /** Reads all that does not change, then the profiles. */
  async start(): Promise<void> {
    this.failed = undefined;
    try {
      const call = this.backend.call.bind(this.backend);
      const [info, preferences, steps, checks, store, sandbox, scenarios] = await Promise.all([
        call("app.info", {}),
        call("preferences.get", {}),
        call("setup.steps", {}),
        call("checks.list", {}),
        call("store.status", {}),
        call("sandbox.status", {}),
        call("scenario.list", {}),
      ]);
      Object.assign(this, { info, preferences, steps, checks, store, sandbox });
      this.rehearsal.scenarios = scenarios;
      this.theme.choose(preferences.theme);
      await Promise.all([this.profiles.read(), this.watches.load()]);
      await this.profiles.openSome(preferences.last_profile);
    } catch (cause) {
      this.failed = toWireError(cause);
    }
    this.ready = true;
  }

  /** Whether something typed here is kept nowhere else. */
  get unsaved(): boolean {
    return (this.profiles.draft?.state ?? "saved") !== "saved" || this.typedSecrets.size > 0;
  }

  go(screen: Screen): void {
    void this.profiles.draft?.flush();
    if (screen !== this.screen) this.troubles.leave();
    this.screen = screen;
    history.replaceState(null, "", `#${screen}`);
  }

  showCheck(id: string): void {
    this.check = id;
    this.attend = "check";
    this.go("verify");
  }

  showStep(id: SetupStepId | "all"): void {
    this.step = id;
    this.attend = "step";
    this.go("setup");
  }

  /** The main action, from wherever one is. */
  async verify(only: string[] = [], also: Also = {}): Promise<void> {
    await this.profiles.draft?.flush();
    // A run of everything is read from its cause, not from what one happened to look at before.
    if (only.length === 0) this.check = undefined;
    this.history?.back();
    await this.verification?.start(only, this.profiles.current?.last_run?.at, also);
  }

  /** Shows what a live round trip would create; it is made when one agrees. */
  async askLive(only: string[] = [], speed?: SpeedRequest): Promise<void> {
    const id = this.profiles.view?.id;
    if (!id) return;
    await this.profiles.draft?.flush();
    const plan = await this.troubles.attempt("Planning the round trip", () =>
      this.backend.call("verify.live_plan", { id }),
    );
    if (!plan || this.profiles.view?.id !== id) return;
    this.asked = { plan, only, speed };
    this.dialog = "live";
  }

  /** The checks that every run makes. */
  get ordinary(): CheckInfo[] {
    return this.checks.filter((check) => !check.on_request);
  }

  /** Runs one check again, in the way it has to be asked for. */
  async rerun(check: CheckInfo): Promise<void> {
    if (check.on_request === "live") await this.askLive([check.id]);
    else await this.verify([check.id], check.on_request === "speed" ? { speed: this.speed } : {});
  }

  /** Measures the calls of Save, with the rounds and the budget of the last time; on request it also makes a channel. */
  async diagnose(create = false): Promise<void> {
    await this.profiles.draft?.flush();
    const { rounds, budgetMs } = this.measure;
    await this.diagnosing?.start(rounds, budgetMs, create);
  }

  async chooseTheme(theme: Theme): Promise<void> {
    this.theme.choose(theme);
    await this.prefer({ theme });
  }

  async prefer(change: Partial<Preferences>): Promise<void> {
    this.preferences = { ...this.preferences, ...change };
    const wanted = this.preferences;
    await this.troubles.attempt("Keeping the preferences", () =>
      this.backend.call("preferences.set", wanted),
    );
  }

  /** Opens the sandbox with its sample profile. */
  async openSample(): Promise<void> {
    const status = await this.troubles.attempt("Starting the sandbox", () =>
      this.backend.call("sandbox.start", {}),
    );
    if (!status) return;
    this.takeSandbox(status);
    await this.profiles.read();
    if (status.profile_id) await this.profiles.open(status.profile_id);
  }

  /** Shows the sandbox as it now is. */
  takeSandbox(status: SandboxView): void {
    const before = this.sandbox;
    this.sandbox = status;
    this.rehearsal.changed(before, status);
  }

  /** Puts text that is no secret on the clipboard. Rejects where there is none. */
  async copyText(text: string): Promise<{ cleared_after_s?: number }> {
    const byBackend = () => this.backend.call("clipboard.copy", { text });
    if (this.backend.kind === "tauri") return byBackend();
    try {
      await navigator.clipboard.writeText(text);
      return {};
    } catch {
      // A page without the right to the clipboard: the backend writes it, where it runs on the same desktop.
      return byBackend();
    }
  }

  #linked(link: Link): void {
    const back = link === "open" && this.link !== "open";
    this.link = link;
    if (!back) return;
    this.troubles.linked();
    void this.profiles.draft?.flush();
  }

  #opened(id: string | undefined): void {
    this.troubles.leave();
    this.step = undefined;
    this.check = undefined;
    this.verification = id
      ? new Verification(this.backend, this.troubles, id, () => {
          const headline = this.verification?.report?.headline;
          if (headline) announcer.say(`Verification finished. ${headline}`);
          void this.profiles.read();
          if (id) void this.watches.look(id);
        })
      : undefined;
    this.history = id ? new RunHistory(this.backend, this.troubles, id) : undefined;
    // What runs out is looked at where a verification has called the hosts before, never unasked.
    void this.verification?.load().then(() => {
      if (id && this.verification?.id === id && this.verification.report) void this.watches.look(id);
    });
    this.diagnosing = id
      ? new Diagnosing(this.backend, this.troubles, id, (message) => announcer.say(message))
      : undefined;
    void this.diagnosing?.load();
    void this.history?.load();
    if (id && this.preferences.last_profile !== id) void this.prefer({ last_profile: id });
  }

  #tick(): void {
    this.now = Date.now();
    // Without events a run would seem to go on for ever: ask.
    if (this.link !== "open" && (this.verification?.live || this.diagnosing?.live)) void this.#catchUp();
  }

  /** Reads again what lost events would have told. */
  async #catchUp(): Promise<void> {
    const sandbox = await this.backend.call("sandbox.status", {}).catch(() => undefined);
    if (sandbox) this.takeSandbox(sandbox);
    this.rehearsal.heard();
    await this.watches.load();
    await this.profiles.refresh();
    await this.diagnosing?.recover();
    const { verification } = this;
    if (verification?.live) await verification.recover(this.profiles.current?.last_run?.at);
    else await verification?.load();
    await this.history?.load();
  }

  #hear(event: Event): void {
    switch (event.event) {
      case "profiles":
        if (this.ready) void this.profiles.refresh();
        break;
      case "job":
        this.verification?.hear(event);
        break;
      case "job_failed":
        this.verification?.failed(event.job, event.profile_id, event.error);
        break;
      case "diagnose":
        this.diagnosing?.hear(event);
        break;
      case "diagnose_failed":
        this.diagnosing?.failed(event);
        break;
      case "waiting":
        void this.diagnosing?.heardOfWait(event.profile_id);
        break;
      case "history":
        if (!event.profile_id || event.profile_id === this.history?.id) {
          void this.history?.load();
          // A terminal may have made a run that is the last one now.
          if (!this.verification?.live) void this.verification?.load();
        }
        break;
      case "secrets":
        this.store = event.status;
        break;
      case "sandbox":
        this.takeSandbox(event.status);
        if (this.ready) void this.profiles.refresh();
        break;
      case "conversation":
        this.rehearsal.heard();
        break;
      case "scenario":
        this.rehearsal.went(event.name, event.progress);
        break;
      case "watch":
        this.watches.hear(event.status);
        break;
      case "closing":
        this.dialog = "leave";
        break;
      case "open":
        // A notice of the program itself is about no profile: the window is there, and that is all.
        if (this.profiles.list.some(({ id }) => id === event.profile_id))
          void this.profiles.open(event.profile_id).then(() => this.go("verify"));
        break;
      case "lagged":
        if (this.ready) void this.#catchUp();
        break;
    }
  }
}

export function provideDesk(desk: Desk): void {
  setContext(KEY, desk);
}

export function useDesk(): Desk {
  return getContext<Desk>(KEY);
}
