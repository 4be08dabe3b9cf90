import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import App from "../../../../App.svelte";
import { fakeBackend } from "$lib/backend/fake/fake";
import { CHANGES } from "$lib/backend/fake/script";
import type { WireError } from "$lib/backend/generated/types";
import { Desk } from "$lib/state/desk.svelte";
import { backupLine, tally } from "./words";

async function open(scene = "drift", override: Parameters<typeof fakeBackend>[1] = {}) {
  const backend = fakeBackend(scene, override);
  const desk = new Desk(backend);
  render(App, { desk });
  await desk.start();
  desk.showCheck("HD-605");
  await screen.findByTestId("script-state");
  return { backend, desk, user: userEvent.setup() };
}

const named = (backend: ReturnType<typeof fakeBackend>, name: string) =>
  backend.calls.filter((call) => call.name === name).map((call) => call.request);

beforeEach(() => history.replaceState(null, "", "#verify"));
afterEach(cleanup);

describe("the Studio script", () => {
  it("is shown beside its checks, with what was accepted", async () => {
    await open();
    expect(screen.getByTestId("script-state").textContent).toContain("Accepted");
    expect(screen.getByTestId<HTMLButtonElement>("script-restore").disabled).toBe(true);
  });

  it("says what would be here without a provider, and that nothing was accepted", async () => {
    const backend = fakeBackend("", { "script.status": () => ({ backups: [], busy: false }) });
    const desk = new Desk(backend);
    render(App, { desk });
    await desk.start();
    desk.showCheck("HD-605");
    await screen.findByTestId("script-none");
    cleanup();
    await open("", { "script.status": () => ({ name: "Cognigy\\A", backups: [], busy: false }) });
    expect(screen.getByTestId("script-state").textContent).toContain("Not accepted yet");
    expect(screen.getByTestId<HTMLButtonElement>("script-compare").disabled).toBe(true);
  });

  it("shows a difference with words, not by colour alone, and as JSON", async () => {
    const { user } = await open();
    await user.click(screen.getByTestId("script-compare"));
    const shown = await screen.findByTestId("script-difference");
    for (const word of ["Changed", "Removed", "Added", "1 changed, 1 added, 1 removed", "4002", "not there"])
      expect(shown.textContent).toContain(word);
    expect(screen.getByTestId("script-state").textContent).toContain("Differs");
    await user.click(screen.getByTestId("script-as-json"));
    expect(screen.getByTestId("script-lines").textContent).toContain(
      'only in CXone:         "Skill": "4002"',
    );
  });

  it("restores what was shown, names the script, and can be undone", async () => {
    const { backend, user } = await open();
    await user.click(screen.getByTestId("script-compare"));
    await user.click(await screen.findByTestId("script-restore"));
    expect(screen.getByTestId("dialog-confirm").textContent).toContain("69f9bba8844ecf15d07954f9");
    await user.click(screen.getByTestId("confirm"));
    await screen.findByTestId("script-restored");
    expect(named(backend, "script.restore")).toEqual([
      { id: "p1", backup: "copy-1", seen: "b".repeat(64), seen_version: 7001002 },
    ]);
    expect(named(backend, "verify.start")).toEqual([{ id: "p1", only: ["HD-605"] }]);
    await user.click(screen.getByTestId("script-undo"));
    await waitFor(() => expect(screen.getByTestId("dialog-confirm")).toBeTruthy());
    expect(named(backend, "script.diff").at(-1)).toEqual({ id: "p1", backup: "copy-2" });
  });

  it("says when the script changed meanwhile, and compares again", async () => {
    const changed: WireError = {
      code: "changed",
      message: "Saved since, by sim_agent.",
      hint: "Compare again.",
    };
    const { backend, user } = await open("drift", {
      "script.restore": () => {
        throw changed;
      },
    });
    await user.click(screen.getByTestId("script-compare"));
    await user.click(await screen.findByTestId("script-restore"));
    await user.click(screen.getByTestId("confirm"));
    expect((await screen.findByTestId("script-failed")).textContent).toContain("Saved since, by sim_agent.");
    expect(screen.queryByTestId("script-difference")).toBeNull();
    await user.click(screen.getByTestId("script-again"));
    await screen.findByTestId("script-difference");
    expect(named(backend, "script.diff").length).toBe(2);
    expect(named(backend, "verify.start")).toEqual([]);
  });

  it("shows the warnings of a save and a lock", async () => {
    const { backend, user } = await open("drift", {
      "script.restore": () => ({
        warnings: ["Action 3: caption-empty"],
        read_back: "equal",
        message: "The script was put back.",
        changes: [],
        undo: backupOf("copy-9"),
      }),
    });
    await user.click(screen.getByTestId("script-compare"));
    await user.click(await screen.findByTestId("script-restore"));
    await user.click(screen.getByTestId("confirm"));
    const shown = await screen.findByTestId("script-restored");
    expect(shown.textContent).toContain("Saved with warnings");
    expect(shown.textContent).toContain("caption-empty");
    expect(backend.calls.some((call) => call.name === "script.restore")).toBe(true);
  });

  it("accepts only when asked twice, and exactly what was shown", async () => {
    const { backend, user } = await open();
    await user.click(screen.getByTestId("script-compare"));
    await screen.findByTestId("script-difference");
    await user.click(screen.getByTestId("script-accept"));
    expect(named(backend, "script.accept")).toEqual([]);
    await user.click(screen.getByTestId("confirm"));
    await waitFor(() =>
      expect(named(backend, "script.accept")).toEqual([{ id: "p1", seen: "b".repeat(64) }]),
    );
    expect(named(backend, "verify.start")).toEqual([{ id: "p1", only: ["HD-605"] }]);
  });

  it("backs up and says where", async () => {
    const { user } = await open();
    await user.click(screen.getByTestId("script-backup"));
    expect((await screen.findByTestId("script-kept")).textContent).toContain("scripts/p1/copy-2.json");
    expect(screen.getByTestId("script-copies").querySelectorAll("option").length).toBe(2);
  });
});

function backupOf(id: string) {
  return {
    id,
    at: "2026-01-05T09:00:00Z",
    reason: "before_restore" as const,
    name: "Cognigy\\A",
    fingerprint: "c".repeat(64),
    tenant_id: "t",
    accepted: false,
  };
}

describe("words", () => {
  it("count what differs and name a copy", () => {
    expect(tally(CHANGES)).toBe("1 changed, 1 added, 1 removed");
    expect(tally([])).toBe("");
    expect(backupLine(backupOf("copy-1"))).toContain("before a restore");
  });
});
