import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import App from "../../../App.svelte";
import { fakeBackend } from "$lib/backend/fake/fake";
import { Desk } from "$lib/state/desk.svelte";

async function open(scene = "", override: Parameters<typeof fakeBackend>[1] = {}) {
  const backend = fakeBackend(scene, override);
  const desk = new Desk(backend);
  render(App, { desk });
  await desk.start();
  return { backend, desk, user: userEvent.setup() };
}

beforeEach(() => history.replaceState(null, "", "#"));
afterEach(cleanup);

describe("the runs on the Verify screen", () => {
  it("shows an earlier run as one, compares it, and comes back", async () => {
    const { user, backend } = await open("runs");
    await user.click(screen.getByTestId("nav-verify"));
    await user.click(await screen.findByTestId("run-4"));
    const past = await screen.findByTestId("past-run");
    expect(past.textContent).toContain("Earlier run");
    expect(screen.queryByTestId("check-rerun")).toBeNull();
    await user.click(screen.getByTestId("past-compare"));
    expect((await screen.findByTestId("compare-red")).textContent).toContain("HD-304");
    expect(screen.getByTestId("compare-values").textContent).toContain("sim_2");
    expect(screen.getByTestId("compare-secrets").textContent).toContain("was replaced");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("compare-runs")).toBeNull());
    await user.click(screen.getByTestId("past-back"));
    await screen.findByTestId("verify-headline");
    await user.click(screen.getByTestId("history-compare-previous"));
    await screen.findByTestId("compare-runs");
    expect(backend.calls.at(-1)?.request).toEqual({ id: "p1", before: 8, after: 9 });
  });

  it("moves among the runs with the arrow keys", async () => {
    const { user } = await open("runs");
    await user.click(screen.getByTestId("nav-verify"));
    (await screen.findByTestId("run-9")).focus();
    await user.keyboard("{ArrowLeft}{ArrowLeft}");
    expect(document.activeElement).toBe(screen.getByTestId("run-7"));
    expect(screen.getByTestId("history-told").textContent).toContain("in the window");
    await user.keyboard("{Home}");
    expect(document.activeElement).toBe(screen.getByTestId("run-1"));
    await user.keyboard("{Enter}");
    expect((await screen.findByTestId("past-run")).dataset.run).toBe("1");
  });

  it("asks for the report of the run on screen in the form one chooses", async () => {
    const { user, backend } = await open("runs");
    await user.click(screen.getByTestId("nav-verify"));
    await user.click(await screen.findByTestId("run-4"));
    await screen.findByTestId("past-run");
    URL.createObjectURL = () => "blob:x";
    URL.revokeObjectURL = () => undefined;
    await user.click(screen.getByTestId("report-menu"));
    await user.click(screen.getByTestId("report-html"));
    await waitFor(() =>
      expect(backend.calls.find((call) => call.name === "verify.report")?.request).toEqual({
        id: "p1",
        run: 4,
        format: "html",
      }),
    );
  });

  it("says when runs cannot be kept or read", async () => {
    await open("red", {
      "history.list": () => ({
        runs: [],
        more: false,
        trouble: { message: "The disk is full.", hint: "Free some space." },
      }),
    });
    screen.getByTestId("nav-verify").click();
    expect((await screen.findByTestId("history-trouble")).textContent).toContain("Free some space.");
  });
});
