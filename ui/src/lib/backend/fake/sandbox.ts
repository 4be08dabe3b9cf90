import type {
  AgentAct,
  Card,
  ConversationView,
  Event,
  FaultView,
  SandboxView,
  ScenarioInfo,
  ScenarioReport,
  SwitchRow,
} from "../generated/types";

const fault = (name: string, kind: string, check: string, text: string): FaultView => ({
  name,
  kind,
  check,
  text,
  active: false,
});

const FAULTS: FaultView[] = [
  fault("keychain-locked", "local", "HD-101", "The secret store is locked."),
  fault("bu-mismatch", "profile", "HD-306", "Another business unit number was entered."),
  fault("box-403", "server", "HD-207", "The integration box answers 403 without a token."),
  fault("key-wrong", "server", "HD-304", "The access key secret is another one than the issued."),
  fault("channel-hidden", "server", "HD-403", "The channel is hidden."),
  fault("skill-voice", "server", "HD-503", "The skill is a voice skill."),
];

const SWITCHES: SwitchRow[] = [
  {
    name: "token-refusal",
    text: "Status of a refused sign-in.",
    choice: "400",
    choices: ["400", "401"],
  },
  { name: "list-lag", text: "How long lists lag.", choice: "none", choices: ["none", "three-seconds"] },
];

export const SCENARIOS: ScenarioInfo[] = [
  {
    name: "full-handover",
    title: "A whole handover",
    about: "From the bot to an agent and back.",
    steps: 25,
    verifies: true,
  },
  {
    name: "voice-skill",
    title: "A voice skill on the chat's channel",
    about: "No contact of it is a chat.",
    steps: 0,
    verifies: true,
  },
];

const AGENTS = [
  { id: 1, name: "Sandbox Agent1" },
  { id: 2, name: "Sandbox Agent2" },
];

/** The sandbox behind the fake backend: a bot that knows one word, and a desk. */
export class FakeSandbox {
  #tell: (event: Event) => void;
  #status: SandboxView = { running: false, faults: FAULTS };
  #switches = SWITCHES;
  #view: ConversationView = empty();
  #started = 0;

  constructor(tell: (event: Event) => void) {
    this.#tell = tell;
  }

  get status(): SandboxView {
    return this.#status;
  }

  start(): SandboxView {
    if (this.#status.running) return this.#status;
    this.#started += 1;
    this.#view = empty();
    this.#switches = SWITCHES;
    return this.#change({
      running: true,
      issuer: "http://127.0.0.1:4711",
      profile_id: `sample-${this.#started}`,
      faults: FAULTS,
    });
  }

  stop(): SandboxView {
    return this.#change({ running: false, faults: FAULTS });
  }

  fault(name: string, on: boolean): SandboxView {
    this.#need();
    const faults = this.#status.faults.map((each) => (each.name === name ? { ...each, active: on } : each));
    return this.#change({ ...this.#status, faults });
  }

  conversation(): ConversationView {
    this.#need();
    return this.#view;
  }

  switches(): SwitchRow[] {
    this.#need();
    return this.#switches;
  }

  settle(name: string, choice: string): SwitchRow[] {
    this.#need();
    this.#switches = this.#switches.map((row) => (row.name === name ? { ...row, choice } : row));
    return this.#switches;
  }

  say(text: string): ConversationView {
    this.#need();
    const view = this.#view;
    this.#line("user", text);
    const [contact] = view.contacts;
    if (view.stage !== "bot" && contact)
      contact.lines.push({ inbound: true, text, failed: null, agent: null });
    else if (text === "human") {
      this.#line("bot", "A colleague will be with you soon.", ["Cancel"]);
      view.stage = "waiting";
      view.contacts.unshift(card(204_000_000_000 + view.contacts.length + 1, text));
    } else this.#line("bot", "I am the sandbox's bot. Say human to reach a person.");
    return this.#said();
  }

  act({ agent, contact, act }: AgentAct): ConversationView {
    this.#need();
    const card = this.#view.contacts.find((each) => each.contact === contact);
    if (!card) throw { code: "invalid", message: "The agent cannot do that.", hint: "Read again." };
    if (act === "accept") Object.assign(card, { agent, status: "open" });
    else if (act === "transfer") card.agent = AGENTS.find(({ id }) => id !== agent)?.id ?? agent;
    else if (act === "close") {
      Object.assign(card, { agent: null, status: "closed" });
      this.#view.stage = "bot";
    } else if ("say" in act) {
      card.lines.push({
        inbound: false,
        text: act.say,
        failed: null,
        agent: AGENTS.find(({ id }) => id === agent) ?? null,
      });
      this.#line("agent", act.say);
      this.#view.stage = "agent";
    }
    return this.#said();
  }

  run(name: string): ScenarioReport {
    this.stop();
    this.start();
    const title = SCENARIOS.find((scenario) => scenario.name === name)?.title ?? name;
    const passed = name !== "full-handover";
    this.say("hello");
    return {
      name,
      title,
      passed,
      steps_ms: 84.2,
      steps: passed
        ? []
        : [
            { step: "The customer says “hello”", went: true },
            { step: "The customer sees “Bye” from the bot", went: false, missed: "that was not seen" },
          ],
      checks: passed
        ? [{ id: "HD-503", expected: "fail", found: "fail", message: "The skill is a voice skill." }]
        : [],
      headline: passed ? "The skill is a voice skill." : undefined,
      chat: this.#view.chat,
    };
  }

  #need(): void {
    if (this.#status.running) return;
    throw { code: "not_found", message: "The sandbox is not running.", hint: "Start it first." };
  }

  #line(speaker: "user" | "bot" | "agent", text: string, buttons: string[] = []): void {
    this.#view.chat.push({ speaker, text, buttons, name: null });
  }

  #said(): ConversationView {
    this.#tell({ event: "conversation" });
    return this.#view;
  }

  #change(status: SandboxView): SandboxView {
    this.#status = status;
    this.#tell({ event: "sandbox", status });
    return status;
  }
}

function empty(): ConversationView {
  return { chat: [], stage: "bot", contacts: [], agents: AGENTS };
}

function card(contact: number, text: string): Card {
  return {
    contact,
    status: "new",
    thread: "sim_session",
    skill: "Sandbox escalations",
    agent: null,
    lines: [{ inbound: true, text: `User: ${text}`, failed: null, agent: null }],
  };
}
