import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import App from "../../../App.svelte";
import { SAMPLE, diagnosis, waited } from "$lib/backend/fake/diagnosis";
import { fakeBackend } from "$lib/backend/fake/fake";
import type { WaitView } from "$lib/backend/generated/types";
import { broken } from "$lib/backend/fake/world";
import { Desk } from "$lib/state/desk.svelte";
import { bars } from "./strip";

async function open(scene = "", override: Parameters<typeof fakeBackend>[1] = {}) {
  const backend = fakeBackend(scene, override);
  const desk = new Desk(backend);
  render(App, { desk });
  await desk.start();
  desk.go("diagnose");
  const asked = (name: string) => backend.calls.filter((call) => call.name === name);
  return { backend, desk, user: userEvent.setup(), asked };
}

beforeEach(() => history.replaceState(null, "", "#"));
afterEach(cleanup);

describe("the diagnose screen", () => {
  it("is reached by Alt+3 and says what would be here", async () => {
    const { desk, user } = await open();
    desk.go("setup");
    await user.keyboard("{Alt>}3{/Alt}");
    expect((await screen.findByTestId("diagnose-empty")).textContent).toContain(
      "Nothing has been measured yet",
    );
  });

  it("measures with the rounds and the budget that were typed, and refuses what is out of bounds", async () => {
    const { user, asked } = await open();
    const rounds = await screen.findByTestId<HTMLInputElement>("diagnose-rounds");
    await user.clear(rounds);
    await user.type(rounds, "0");
    expect(screen.getByTestId<HTMLButtonElement>("diagnose-run").disabled).toBe(true);
    expect(screen.getByRole("alert").textContent).toBe("It takes 1 to 100 rounds.");
    await user.clear(rounds);
    await user.type(rounds, "3");
    const budget = screen.getByTestId("diagnose-budget");
    await user.clear(budget);
    await user.type(budget, "2.5{Enter}");
    await screen.findByTestId("diagnose-cancel");
    expect(asked("diagnose.start")[0]?.request).toMatchObject({ rounds: 3, budget_ms: 2500, create: false });
  });

  it("draws what comes while it runs, and can be cancelled", async () => {
    const { backend, user, asked } = await open();
    await user.click(await screen.findByTestId("diagnose-run"));
    const step = (seq: number, progress: object) =>
      backend.tell({
        event: "diagnose",
        job: "diagnose-1",
        profile_id: "p1",
        seq,
        progress: progress as never,
      });
    step(1, { step: "started", rounds: 2, calls: ["discovery", "token"], budget_ms: 10_000 });
    step(2, { step: "call_started", round: 1, call: "discovery" });
    step(3, { step: "call_finished", round: 1, sample: SAMPLE("discovery", 120) });
    await waitFor(() => expect(screen.getByTestId("diagnose-progress").textContent).toContain("1 of 4"));
    expect(screen.getByTestId("waterfall").getAttribute("aria-label")).toContain("Discovery 120 ms");
    await user.click(screen.getByTestId("diagnose-cancel"));
    expect(asked("diagnose.cancel")[0]?.request).toEqual({ job: "diagnose-1" });
  });

  it("shows the verdict with side and phase, its evidence, and the numbers as a table", async () => {
    await open("diagnosed");
    const head = await screen.findByTestId("diagnose-headline");
    expect(head.dataset.code).toBe("slow");
    expect(screen.getByTestId("diagnose-facts").textContent).toContain("CXone");
    expect(screen.getByTestId("diagnose-facts").textContent).toContain("First byte");
    expect(screen.getByTestId("distribution").querySelectorAll("circle.dot").length).toBe(30);
    const table = screen.getByTestId("diagnose-table");
    expect(table.querySelectorAll("tbody tr").length).toBe(6);
    expect(table.textContent).toContain("Highest");
    expect(table.textContent).toContain("240 ms");
  });

  it("shows what broke, and reads again", async () => {
    let fails = true;
    const { user } = await open("", {
      "diagnose.last": () => {
        if (fails) throw broken();
        return diagnosis();
      },
    });
    await screen.findByTestId("error-state");
    fails = false;
    await user.click(screen.getByTestId("retry"));
    await screen.findByTestId("diagnose-headline");
  });

  it("waits, stops, and says when it is time to save", async () => {
    const going = { ...waited(), ended: undefined };
    let view: WaitView | null = null;
    const { backend, user, asked } = await open("", {
      "diagnose.waiting": () => view,
      "diagnose.wait_start": () => (view = going),
      "diagnose.wait_stop": () => (view = { ...going, ended: "stopped" }),
    });
    await user.click(await screen.findByTestId("wait-first"));
    await user.click(await screen.findByTestId("wait-stop"));
    await waitFor(() => expect(screen.getByTestId("wait-sentence").textContent).toContain("Stopped"));
    await user.click(screen.getByTestId("wait-start"));
    expect(asked("diagnose.wait_start").length).toBe(2);
    await screen.findByTestId("wait-stop");
    view = waited();
    backend.tell({ event: "waiting", profile_id: "p1" });
    await waitFor(() => expect(screen.getByTestId("wait-sentence").textContent).toContain("Save now"));
    expect(screen.getByTestId("announcer").textContent).toContain("Save now");
    expect(screen.getByTestId("strip").getAttribute("aria-label")).toContain("Not reached, 1 look");
  });
});

describe("the strip", () => {
  it("gives each stretch its share of the time, to the right edge", () => {
    const { chart } = waited();
    const until = Date.parse(chart.points.at(-1)?.at ?? "") + 120_000;
    const drawn = bars(chart, 240, until);
    expect(drawn.map((bar) => [bar.x, bar.width])).toEqual([
      [0, 60],
      [60, 60],
      [120, 120],
    ]);
  });
});
