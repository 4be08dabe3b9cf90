import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import App from "../../../App.svelte";
import { CHECKS, result, view } from "$lib/backend/fake/data";
import { fakeBackend } from "$lib/backend/fake/fake";
import type { CheckInfo, ManualAnswer, Report } from "$lib/backend/generated/types";
import { Desk } from "$lib/state/desk.svelte";

function known(id: string): CheckInfo {
  const found = CHECKS.find((check) => check.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
}

const ROLE: CheckInfo = {
  ...known("HD-101"),
  id: "HD-506",
  group: "routing",
  group_title: "Routing",
  title: "The role may use the channel",
  by_hand: true,
};

/** A window with a report in which one check waits for a person. */
async function open(answers: Record<string, ManualAnswer> = {}) {
  let kept = answers;
  const profile = () => ({ ...view("p1", "Support EU"), answers: kept });
  const key = result(known("HD-304"));
  const report: Report = {
    outcome: "pass",
    redacted: [],
    headline: "All checks pass.",
    duration_ms: 10,
    checks: [
      {
        ...key,
        normal: [
          {
            id: "basic-then-body",
            text: "The client is refused with Basic.",
            why: "It belongs in the body.",
            mark: "documented",
            exchanges: [7],
          },
        ],
      },
      { ...result(ROLE), outcome: "manual", hint: "In CXone, open ACD > Roles." },
    ],
  };
  const backend = fakeBackend("", {
    "checks.list": () => [...CHECKS, ROLE],
    "verify.last": () => report,
    "profile.get": profile,
    "checks.answer": ({ answer }) => {
      kept = answer ? { "HD-506": { ...answer, at: "2026-11-24T09:00:00Z" } } : {};
      return profile();
    },
  });
  const desk = new Desk(backend);
  render(App, { desk });
  await desk.start();
  const user = userEvent.setup();
  const choose = async (id: string) => user.click(await screen.findByTestId(`check-${id}`));
  return { backend, user, choose };
}

beforeEach(() => history.replaceState(null, "", "#verify"));
afterEach(cleanup);

describe("a check that a person answers", () => {
  it("shows where to look, takes the answer with its note, and runs the check again", async () => {
    const { backend, user, choose } = await open();
    await choose("HD-506");
    expect((await screen.findByTestId("check-hint")).textContent).toContain("ACD > Roles");
    await user.click(screen.getByTestId("manual-note-field"));
    await user.paste("  Reassign is missing ");
    await user.click(screen.getByTestId("manual-not-well"));
    await screen.findByTestId("manual-said");
    expect(screen.getByTestId("manual-said").textContent).toContain("not well");
    expect(screen.getByTestId("manual-note").textContent).toBe("Reassign is missing");
    const asked = backend.calls.find((call) => call.name === "checks.answer")?.request;
    expect(asked).toEqual({
      id: "p1",
      check: "HD-506",
      answer: { well: false, note: "Reassign is missing" },
    });
    await waitFor(() => {
      const run = backend.calls.find((call) => call.name === "verify.start")?.request;
      expect(run).toMatchObject({ only: ["HD-506"] });
    });
  });

  it("takes an answer back", async () => {
    const { backend, user, choose } = await open({ "HD-506": { at: "2026-11-20T09:00:00Z", well: true } });
    await choose("HD-506");
    expect((await screen.findByTestId("manual-said")).textContent).toContain("it is well");
    await user.click(screen.getByTestId("manual-back"));
    await screen.findByTestId("manual-well");
    const asked = backend.calls.find((call) => call.name === "checks.answer")?.request;
    expect(asked).toMatchObject({ check: "HD-506", answer: null });
  });

  it("asks nobody about a check that finds out by itself", async () => {
    const { choose } = await open();
    await choose("HD-304");
    await screen.findByTestId("check-message");
    expect(screen.queryByTestId("manual-answer")).toBeNull();
  });
});

describe("evidence", () => {
  it("says what is normal beside the call that shows it", async () => {
    const { choose } = await open();
    await choose("HD-304");
    const evidence = await screen.findByTestId("evidence");
    expect(within(evidence).getByTestId("normal").textContent).toContain("It belongs in the body.");
  });
});
