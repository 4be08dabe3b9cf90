import { describe, expect, it, vi } from "vitest";
import { fakeBackend } from "$lib/backend/fake/fake";
import { broken } from "$lib/backend/fake/world";
import type { ConversationView } from "$lib/backend/generated/types";
import { announcer } from "./announcer.svelte";
import { Desk } from "./desk.svelte";

async function rehearse(scene = "sandbox", override: Parameters<typeof fakeBackend>[1] = {}) {
  const backend = fakeBackend(scene, override);
  const desk = new Desk(backend);
  await desk.start();
  const rehearsal = desk.rehearsal;
  const close = rehearsal.watch();
  if (rehearsal.running) await vi.waitFor(() => expect(rehearsal.switches).toBeDefined());
  const count = (name: string) => backend.calls.filter((call) => call.name === name).length;
  return { backend, desk, rehearsal, close, count };
}

const view = (text: string): ConversationView => ({
  chat: [{ speaker: "bot", text, buttons: [], name: null }],
  stage: "bot",
  contacts: [],
  agents: [],
});

/** A conversation whose answers come when the test says so. */
function slow(backend: { call: unknown }) {
  const asked: ((answer: ConversationView) => void)[] = [];
  const call = backend.call as (name: string, request: unknown) => Promise<unknown>;
  backend.call = (name: string, request: unknown) =>
    name === "sandbox.conversation" ? new Promise((done) => asked.push(done)) : call(name, request);
  return asked;
}

describe("a rehearsal", () => {
  it("plays both sides", async () => {
    const { rehearsal } = await rehearse();
    expect(await rehearsal.say("human")).toBe(true);
    expect(rehearsal.view?.stage).toBe("waiting");
    const contact = rehearsal.view?.contacts[0]?.contact ?? 0;
    await rehearsal.act(1, contact, "accept", "Accepting");
    expect(await rehearsal.act(1, contact, { say: "Good morning" }, "Saying")).toBe(true);
    expect(rehearsal.view?.chat.at(-1)).toMatchObject({ speaker: "agent", text: "Good morning" });
    expect(announcer.text).toContain("Agent: Good morning");
  });

  it("says that nothing was said, and why", async () => {
    const { rehearsal, desk } = await rehearse("sandbox", {
      "sandbox.say": () => {
        throw broken();
      },
    });
    expect(await rehearsal.say("hello")).toBe(false);
    expect(desk.troubles.shown[0]?.doing).toBe("Saying it as the customer");
    expect(rehearsal.busy).toBeUndefined();
  });

  it("asks again when something was said, once for all that comes meanwhile", async () => {
    const { rehearsal, backend } = await rehearse();
    const asked = slow(backend);
    for (let n = 0; n < 5; n += 1) backend.tell({ event: "conversation" });
    expect(asked).toHaveLength(1);
    asked[0]?.(view("first"));
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    asked[1]?.(view("second"));
    await vi.waitFor(() => expect(rehearsal.view?.chat[0]?.text).toBe("second"));
    expect(asked).toHaveLength(2);
  });

  it("ignores an answer that is older than what is shown", async () => {
    const { rehearsal, backend } = await rehearse();
    const asked = slow(backend);
    backend.tell({ event: "conversation" });
    await rehearsal.say("hello");
    asked[0]?.(view("stale"));
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(rehearsal.view?.chat[0]?.text).toBe("hello");
  });

  it("ignores what the sandbox before has still to say", async () => {
    const { rehearsal, backend } = await rehearse();
    const asked = slow(backend);
    backend.tell({ event: "conversation" });
    backend.tell({ event: "sandbox", status: { running: false, faults: [] } });
    backend.tell({ event: "sandbox", status: { running: true, profile_id: "sample-9", faults: [] } });
    asked[0]?.(view("of yesterday"));
    // The next one is asked only when this answer was looked at.
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(rehearsal.view).toBeUndefined();
  });

  it("asks nothing while its screen is closed", async () => {
    const { backend, close, count } = await rehearse();
    const before = count("sandbox.conversation");
    close();
    backend.tell({ event: "conversation" });
    expect(count("sandbox.conversation")).toBe(before);
  });

  it("keeps why the conversation cannot be read, until it can", async () => {
    let fails = true;
    const { rehearsal } = await rehearse("sandbox", {
      "sandbox.conversation": () => {
        if (fails) throw broken();
        return view("back");
      },
    });
    expect(rehearsal.error?.code).toBe("storage");
    fails = false;
    await rehearsal.read();
    expect(rehearsal.error).toBeUndefined();
    expect(rehearsal.view?.chat[0]?.text).toBe("back");
  });

  it("resets at once when nothing is lost, and asks when something is", async () => {
    const { rehearsal, desk, count } = await rehearse();
    const first = desk.sandbox?.profile_id;
    await rehearsal.leave("reset");
    expect(desk.sandbox?.profile_id).not.toBe(first);
    expect(desk.profiles.view?.id).toBe(desk.sandbox?.profile_id);
    await rehearsal.setFault("box-403", true);
    await rehearsal.settle("token-refusal", "401");
    await rehearsal.leave("reset");
    expect(desk.dialog).toBe("sandbox-reset");
    expect(rehearsal.losses).toEqual(["1 fault that is on", "1 answered question"]);
    expect(count("sandbox.stop")).toBe(1);
  });

  it("plays a scenario and opens the profile of the new sandbox", async () => {
    const { rehearsal, desk } = await rehearse();
    const before = desk.sandbox?.profile_id;
    await rehearsal.play("full-handover");
    expect(rehearsal.played.get("full-handover")?.passed).toBe(false);
    expect(rehearsal.shown).toBe("full-handover");
    expect(desk.profiles.view?.id).toBe(desk.sandbox?.profile_id);
    expect(desk.sandbox?.profile_id).not.toBe(before);
    expect(announcer.text).toContain("A whole handover: went otherwise");
  });

  it("shows how far a scenario is, and nothing of one that another window plays", async () => {
    const { backend, rehearsal } = await rehearse();
    const run = backend.call.bind(backend);
    let finish: () => void = () => undefined;
    backend.call = ((name: string, request: unknown) =>
      name === "scenario.run"
        ? new Promise((_, reject) => (finish = () => reject({ code: "cancelled", message: "Cancelled." })))
        : run(name as never, request as never)) as typeof backend.call;
    const played = rehearsal.play("full-handover");
    const step = { stage: "step", at: 3, of: 25, step: "The customer says “human”" } as const;
    backend.tell({ event: "scenario", name: "voice-skill", progress: step });
    expect(rehearsal.progress).toBeUndefined();
    backend.tell({ event: "scenario", name: "full-handover", progress: step });
    expect(rehearsal.progress).toEqual(step);
    await rehearsal.cancel();
    expect(backend.calls.some((call) => call.name === "scenario.cancel")).toBe(true);
    expect(rehearsal.cancelling).toBe(true);
    finish();
    await played;
    expect(rehearsal.playing).toBeUndefined();
    expect(rehearsal.cancelling).toBe(false);
    expect(rehearsal.played.size).toBe(0);
    expect(announcer.text).toContain("A whole handover was cancelled");
  });

  it("leads to a check of its own profile, whichever is open", async () => {
    const { rehearsal, desk } = await rehearse();
    await desk.profiles.open("p1");
    await rehearsal.showCheck("HD-303");
    expect(desk.profiles.view?.id).toBe(desk.sandbox?.profile_id);
    expect(desk.check).toBe("HD-303");
    expect(desk.screen).toBe("verify");
  });

  it("is nothing while the sandbox is stopped", async () => {
    const { rehearsal, count } = await rehearse("");
    expect(rehearsal.view).toBeUndefined();
    expect(rehearsal.losses).toEqual([]);
    expect(count("sandbox.conversation")).toBe(0);
  });
});
