import { describe, expect, it } from "vitest";
import { diff, head } from "$lib/backend/fake/data";
import { fakeBackend } from "$lib/backend/fake/fake";
import { broken } from "$lib/backend/fake/world";
import { RunHistory } from "./history.svelte";
import { Troubles } from "./troubles.svelte";

function open(scene = "runs", override: Parameters<typeof fakeBackend>[1] = {}) {
  const backend = fakeBackend(scene, override);
  const troubles = new Troubles();
  return { backend, troubles, history: new RunHistory(backend, troubles, "p1") };
}

describe("the runs of a profile", () => {
  it("are read newest first, and one can be shown and left again", async () => {
    const { history } = open();
    await history.load();
    expect(history.runs.map((run) => run.run)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    await history.show(4);
    expect(history.shown?.head.run).toBe(4);
    expect(history.past?.past).toBe(true);
    expect(history.past?.report?.outcome).toBe("pass");
    history.back();
    expect(history.past).toBeUndefined();
  });

  it("show the newest as what the screen shows anyway", async () => {
    const { history, backend } = open();
    await history.load();
    await history.press(9);
    expect(history.shown).toBeUndefined();
    expect(backend.calls.some((call) => call.name === "history.get")).toBe(false);
  });

  it("are compared in the order of time, whichever is pressed first", async () => {
    const { history, backend } = open();
    await history.load();
    history.startChoosing();
    await history.press(7);
    expect(history.first).toBe(7);
    await history.press(3);
    expect(backend.calls.at(-1)).toEqual({
      name: "history.diff",
      request: { id: "p1", before: 3, after: 7 },
    });
    expect(history.diff?.before.run).toBe(3);
    expect(history.choosing).toBe(false);
  });

  it("take a run back that is pressed twice while two are chosen", async () => {
    const { history } = open();
    await history.load();
    history.startChoosing();
    await history.press(7);
    await history.press(7);
    expect(history.first).toBeUndefined();
    expect(history.choosing).toBe(true);
  });

  it("leave the screen when another window deletes them", async () => {
    let runs = [head(3, "fail"), head(2, "pass"), head(1, "pass")];
    const { history } = open("", {
      "history.list": () => ({ runs, more: false }),
      "history.get": () => ({
        head: head(1, "pass"),
        report: { outcome: "pass", headline: "", duration_ms: 1, checks: [], redacted: [] },
        snapshot: { values: [], secrets: [] },
      }),
      "history.diff": () => diff(head(1, "pass"), head(3, "fail")),
    });
    await history.load();
    await history.show(1);
    await history.compare(1, 3);
    runs = runs.slice(0, 2);
    await history.load();
    expect(history.shown).toBeUndefined();
    expect(history.diff).toBeUndefined();
  });

  it("show the answer that was asked for last", async () => {
    const { history, backend } = open();
    await history.load();
    let release: () => void = () => undefined;
    const call = backend.call.bind(backend);
    const held = new Promise<void>((done) => (release = done));
    backend.call = (async (name: never, request: { run?: number }) => {
      if (request.run === 2) await held;
      return call(name, request as never);
    }) as typeof backend.call;
    const first = history.show(2);
    await history.show(5);
    release();
    await first;
    expect(history.shown?.head.run).toBe(5);
  });

  it("say why they cannot be read, and that the last one is not kept", async () => {
    const failing = open("", {
      "history.list": () => {
        throw broken();
      },
    });
    await failing.history.load();
    expect(failing.history.error?.code).toBe("storage");
    const full = open("", {
      "history.list": () => ({
        runs: [],
        more: false,
        trouble: { message: "Full.", hint: "Free some space." },
      }),
    });
    await full.history.load();
    expect(full.history.trouble?.message).toBe("Full.");
  });
});
