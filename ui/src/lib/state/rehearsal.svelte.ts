import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { toWireError } from "$lib/backend/error";
import type {
  ConversationView,
  Move,
  SandboxView,
  ScenarioInfo,
  ScenarioProgress,
  ScenarioReport,
  SwitchRow,
  WireError,
} from "$lib/backend/generated/types";
import { news } from "$lib/logic/news";
import type { Part } from "$lib/logic/parts";
import { announcer } from "./announcer.svelte";
import type { Desk } from "./desk.svelte";

export type Tab = "faults" | "scenarios" | "questions";

/** The sandbox while one plays in it: both sides of the conversation, what is broken, and what was played. */
export class Rehearsal {
  view = $state.raw<ConversationView>();
  switches = $state.raw<SwitchRow[]>();
  scenarios = $state.raw<ScenarioInfo[]>([]);
  /** Why the conversation could not be read. */
  error = $state.raw<WireError>();
  /** What is being done to the sandbox as a whole. */
  changing = $state<"starting" | "stopping" | "resetting">();
  /** The scenario that is being played, and since when by this computer's clock. */
  playing = $state<{ name: string; title: string; since: number }>();
  /** How far it is, once the backend has said it. */
  progress = $state.raw<ScenarioProgress>();
  /** It was told to end, and has not answered yet. */
  cancelling = $state(false);
  /** How the scenarios went that were played in this window. */
  readonly played = new SvelteMap<string, ScenarioReport>();
  /** The played scenario whose result is open. */
  shown = $state<string>();
  /** The side that is speaking, until its answer is here. */
  busy = $state<"customer" | "agent">();
  /** Faults and open questions on their way. */
  readonly setting = new SvelteSet<string>();

  /** What one chose and typed; leaving the screen does not lose it. */
  tab = $state<Tab>("faults");
  part = $state<Part>();
  filter = $state("");
  activeOnly = $state(false);
  customerText = $state("");
  agentText = $state("");
  agent = $state<number>();
  contact = $state<number>();

  #desk: Desk;
  #open = false;
  #asked = 0;
  #taken = 0;
  #reading = false;
  #again = false;
  #faultAsked = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get running(): boolean {
    return this.#desk.sandbox?.running ?? false;
  }

  /** Nothing may be said or switched while the sandbox as a whole is being changed. */
  get held(): boolean {
    return this.changing !== undefined || this.playing !== undefined;
  }

  /** The screen is shown: what is said is followed until the returned function is called. */
  watch(): () => void {
    this.#open = true;
    void this.read();
    return () => (this.#open = false);
  }

  /** Reads the conversation and the open questions. */
  async read(): Promise<void> {
    if (!this.running) return;
    await Promise.all([this.#readConversation(), this.#readSwitches()]);
  }

  /** Something was said. */
  heard(): void {
    if (this.#open && this.running) void this.#readConversation();
  }

  /** The sandbox is another one, or none, or has other faults: each that is started has addresses of its own. */
  changed(before: SandboxView | undefined, now: SandboxView): void {
    if (before?.issuer === now.issuer && before?.profile_id === now.profile_id) return;
    this.#forget();
    if (this.#open) void this.read();
    // A scenario brings a new sandbox: its profile, and with it the frame, is there from the first step on.
    if (this.playing && now.profile_id) void this.#desk.profiles.read().then(() => this.showProfile());
  }

  /** Says something as the customer; false when it was not said. */
  async say(text: string): Promise<boolean> {
    return this.#speak("customer", "Saying it as the customer", () =>
      this.#desk.backend.call("sandbox.say", { text }),
    );
  }

  async act(agent: number, contact: number, act: Move, doing: string): Promise<boolean> {
    return this.#speak("agent", doing, () => this.#desk.backend.call("sandbox.act", { agent, contact, act }));
  }

  async setFault(name: string, on: boolean): Promise<void> {
    if (this.setting.has(name)) return;
    this.setting.add(name);
    const asked = (this.#faultAsked += 1);
    const status = await this.#desk.troubles.attempt(`Switching ${name} ${on ? "on" : "off"}`, () =>
      this.#desk.backend.call("sandbox.fault", { name, on }),
    );
    this.setting.delete(name);
    if (status && asked === this.#faultAsked) this.#desk.takeSandbox(status);
    if (status) announcer.say(`${name} is ${on ? "on" : "off"}`);
  }

  /** Switches every fault off, one after the other. */
  async clearFaults(): Promise<void> {
    for (const fault of this.#desk.sandbox?.faults ?? []) {
      if (fault.active) await this.setFault(fault.name, false);
    }
  }

  async settle(name: string, choice: string): Promise<void> {
    this.setting.add(name);
    const rows = await this.#desk.troubles.attempt(`Setting ${name}`, () =>
      this.#desk.backend.call("sandbox.switch", { name, choice }),
    );
    this.setting.delete(name);
    if (!rows) return;
    this.switches = rows;
    announcer.say(`${name} is ${choice}`);
  }

  async start(): Promise<void> {
    await this.#change("starting", async () => {
      await this.#desk.openSample();
      if (this.running) announcer.say("The sandbox runs");
    });
  }

  async stop(): Promise<void> {
    await this.#change("stopping", async () => {
      if (await this.#stopped()) announcer.say("The sandbox is stopped");
    });
  }

  async reset(): Promise<void> {
    await this.#change("resetting", async () => {
      if (!(await this.#stopped())) return;
      await this.#desk.openSample();
      if (this.running) announcer.say("The sandbox is as it was at its start");
    });
  }

  /** Stops or resets, and asks first when something would be lost by it. */
  async leave(how: "stop" | "reset"): Promise<void> {
    if (this.held) return;
    if (!this.view) await this.read();
    if (this.losses.length > 0) this.#desk.dialog = how === "stop" ? "sandbox-stop" : "sandbox-reset";
    else await (how === "stop" ? this.stop() : this.reset());
  }

  /** What a fresh start would throw away, in words. */
  get losses(): string[] {
    if (!this.running) return [];
    const faults = this.#desk.sandbox?.faults.filter((fault) => fault.active).length ?? 0;
    const settled = this.switches?.filter((row) => row.choice !== row.choices[0]).length ?? 0;
    const said = (this.view?.chat.length ?? 0) + (this.view?.contacts.length ?? 0) > 0;
    return [
      said ? "the conversation and its contacts" : "",
      faults > 0 ? (faults === 1 ? "1 fault that is on" : `${faults} faults that are on`) : "",
      settled > 0 ? (settled === 1 ? "1 answered question" : `${settled} answered questions`) : "",
    ].filter(Boolean);
  }

  /** Plays a scenario in a fresh sandbox and opens its result and its profile. */
  async play(name: string): Promise<void> {
    if (this.held) return;
    const title = this.scenarios.find((scenario) => scenario.name === name)?.title ?? name;
    this.tab = "scenarios";
    this.shown = undefined;
    this.playing = { name, title, since: Date.now() };
    this.progress = undefined;
    this.cancelling = false;
    const report = await this.#desk.troubles.attempt(
      `Playing ${title}`,
      () => this.#desk.backend.call("scenario.run", { name }),
      () => void this.play(name),
    );
    if (!report && this.cancelling) announcer.say(`${title} was cancelled`);
    // The sandbox was started afresh for it, also where it then failed; its profile has a new id.
    if (report || this.running) await this.#desk.openSample();
    if (report) {
      this.played.set(name, report);
      this.shown = name;
      announcer.say(`${title}: ${report.passed ? "went as written" : "went otherwise"}`);
    }
    this.playing = undefined;
    this.progress = undefined;
    this.cancelling = false;
    await this.read();
  }

  /** Ends the scenario that is being played at once. The sandbox stays as it is then. */
  async cancel(): Promise<void> {
    if (!this.playing || this.cancelling) return;
    this.cancelling = true;
    const asked = await this.#desk.troubles.attempt("Cancelling the scenario", () =>
      this.#desk.backend.call("scenario.cancel", {}),
    );
    if (!asked) this.cancelling = false;
  }

  /** A scenario went on. One that another window plays is its own business. */
  went(name: string, progress: ScenarioProgress): void {
    if (this.playing?.name !== name || progress.stage === "over") return;
    this.progress = progress;
  }

  /** Opens a check of the sandbox's own profile. */
  async showCheck(id: string): Promise<void> {
    await this.showProfile();
    this.#desk.showCheck(id);
  }

  async showProfile(): Promise<void> {
    const id = this.#desk.sandbox?.profile_id;
    if (id && this.#desk.profiles.view?.id !== id) await this.#desk.profiles.open(id);
  }

  async #stopped(): Promise<boolean> {
    const status = await this.#desk.troubles.attempt("Stopping the sandbox", () =>
      this.#desk.backend.call("sandbox.stop", {}),
    );
    if (!status) return false;
    this.#desk.takeSandbox(status);
    await this.#desk.profiles.refresh();
    return true;
  }

  async #change(how: NonNullable<Rehearsal["changing"]>, work: () => Promise<void>): Promise<void> {
    if (this.held) return;
    this.changing = how;
    await work();
    this.changing = undefined;
    await this.read();
  }

  async #speak(
    side: "customer" | "agent",
    doing: string,
    work: () => Promise<ConversationView>,
  ): Promise<boolean> {
    if (this.busy || this.held) return false;
    this.busy = side;
    const asked = (this.#asked += 1);
    const view = await this.#desk.troubles.attempt(doing, work);
    this.busy = undefined;
    if (view) this.#take(asked, view);
    return view !== undefined;
  }

  /** One question at a time: what is said while it is under way is asked for once more, not once for each word. */
  async #readConversation(): Promise<void> {
    this.#again = this.#reading;
    if (this.#reading) return;
    this.#reading = true;
    const asked = (this.#asked += 1);
    try {
      this.#take(asked, await this.#desk.backend.call("sandbox.conversation", {}));
      this.error = undefined;
    } catch (cause) {
      // Between question and answer the sandbox may have been stopped, here or in a terminal.
      if (this.running && !this.held) this.error = toWireError(cause);
    }
    this.#reading = false;
    if (this.#again && this.running) await this.#readConversation();
  }

  async #readSwitches(): Promise<void> {
    const rows = await this.#desk.backend.call("sandbox.switches", {}).catch(() => undefined);
    if (rows && this.running) this.switches = rows;
  }

  /** Shows an answer, unless a later question was answered before. */
  #take(asked: number, view: ConversationView): void {
    if (asked < this.#taken) return;
    this.#taken = asked;
    const heard = this.held ? [] : news(this.view, view);
    this.view = view;
    if (heard.length > 0) announcer.say(heard.join(". "));
  }

  #forget(): void {
    // What was asked of the sandbox before is of no interest any more.
    this.#taken = this.#asked += 1;
    this.view = undefined;
    this.switches = undefined;
    this.error = undefined;
    this.agent = undefined;
    this.contact = undefined;
  }
}
