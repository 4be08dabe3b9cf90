import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import App from "../../../App.svelte";
import { fakeBackend } from "$lib/backend/fake/fake";
import { broken } from "$lib/backend/fake/world";
import { Desk } from "$lib/state/desk.svelte";

async function open(scene = "sandbox", override: Parameters<typeof fakeBackend>[1] = {}) {
  const backend = fakeBackend(scene, override);
  const desk = new Desk(backend);
  render(App, { desk });
  await desk.start();
  const user = userEvent.setup();
  return { backend, desk, user };
}

beforeEach(() => history.replaceState(null, "", "#sandbox"));
afterEach(cleanup);

describe("the sandbox screen", () => {
  it("says what would be here when it is stopped, and starts", async () => {
    const { user } = await open("");
    await screen.findByTestId("sandbox-stopped");
    expect(screen.getByTestId<HTMLButtonElement>("part-flow").disabled).toBe(true);
    await user.click(screen.getByTestId("sandbox-start-first"));
    await screen.findByTestId("customer");
    expect(screen.getByTestId("sandbox-state").textContent).toContain("http://127.0.0.1:4711");
  });

  it("is there without any profile", async () => {
    await open("empty");
    await screen.findByTestId("sandbox-stopped");
  });

  it("is reached by Alt+3, and Settings by Alt+4", async () => {
    history.replaceState(null, "", "#");
    const { user } = await open();
    await user.keyboard("{Alt>}3{/Alt}");
    await screen.findByTestId("screen-sandbox");
    await user.keyboard("{Alt>}4{/Alt}");
    await screen.findByTestId("screen-settings");
  });

  it("plays a conversation by keyboard", async () => {
    const { user } = await open();
    expect((await screen.findByTestId("customer-lines")).textContent).toContain(
      "Say human to reach a person",
    );
    await user.type(screen.getByTestId("customer-input"), "human{Enter}");
    await waitFor(() =>
      expect(screen.getByTestId("customer-stage").textContent).toBe("Waiting for an agent"),
    );
    const input = screen.getByTestId<HTMLInputElement>("agent-input");
    expect(input.disabled).toBe(true);
    expect(input.title).toBe("Accept the contact first.");
    expect(screen.getByTestId("agent-transfer").title).toBe("Accept the contact first.");
    await user.click(screen.getByTestId("agent-accept"));
    await waitFor(() => expect(screen.getByTestId("contacts").textContent).toContain("You have it"));
    await user.type(screen.getByTestId("agent-input"), "Good morning{Enter}");
    await within(screen.getByTestId("customer-lines")).findByText("Good morning");
    expect(screen.getByTestId<HTMLInputElement>("agent-input").value).toBe("");
    await user.click(screen.getByTestId("agent-transfer"));
    await waitFor(() =>
      expect(screen.getByTestId("contacts").textContent).toContain("Sandbox Agent2 has it"),
    );
    await user.selectOptions(screen.getByTestId("agent-choice"), "Sandbox Agent2");
    await user.click(screen.getByTestId("agent-close"));
    await waitFor(() => expect(screen.getByTestId("agent-close").title).toBe("The contact is closed."));
  });

  it("says the text of a button that is pressed", async () => {
    const { user, backend } = await open();
    await user.type(await screen.findByTestId("customer-input"), "human{Enter}");
    await user.click(await screen.findByTestId("reply"));
    const said = backend.calls.filter((call) => call.name === "sandbox.say");
    expect(said.at(-1)?.request).toEqual({ text: "Cancel" });
  });

  it("keeps what was typed when it cannot be said", async () => {
    const { user } = await open("sandbox", {
      "sandbox.say": () => {
        throw broken();
      },
    });
    const input = await screen.findByTestId<HTMLInputElement>("customer-input");
    await user.type(input, "hello{Enter}");
    await screen.findByTestId("error-banner");
    expect(input.value).toBe("hello");
  });

  it("marks what did not arrive, with the reason", async () => {
    const { user, desk } = await open();
    await user.type(await screen.findByTestId("customer-input"), "human{Enter}");
    await screen.findByTestId("agent-lines");
    const view = structuredClone(desk.rehearsal.view);
    view?.contacts[0]?.lines.push({ inbound: false, text: "Hello?", failed: "http_401", agent: null });
    desk.rehearsal.view = view;
    expect((await screen.findByTestId("line-failed")).textContent).toContain("http_401");
  });

  it("counts the faults on their part, and filters by it", async () => {
    const { user } = await open();
    await user.click(await screen.findByTestId("fault-box-403-switch"));
    await waitFor(() => expect(screen.getByTestId("part-endpoint").dataset.faults).toBe("1"));
    expect(screen.getByTestId("part-endpoint").textContent).toContain("fault is on");
    expect(screen.getByTestId("fault-count").textContent).toBe("1 of 6 on");
    await user.click(screen.getByTestId("part-skill"));
    expect(screen.queryByTestId("fault-box-403")).toBeNull();
    expect(screen.getByTestId("fault-skill-voice")).toBeTruthy();
    await user.click(screen.getByTestId("fault-part"));
    await user.click(screen.getByTestId("fault-active-only"));
    expect(screen.queryByTestId("fault-skill-voice")).toBeNull();
    await user.click(screen.getByTestId("faults-off"));
    await screen.findByTestId("faults-none");
  });

  it("leaves a switch as it is when the fault was refused", async () => {
    const { user } = await open("sandbox", {
      "sandbox.fault": () => {
        throw broken();
      },
    });
    const input = await screen.findByTestId<HTMLInputElement>("fault-box-403-switch");
    await user.click(input);
    await screen.findByTestId("error-banner");
    expect(input.checked).toBe(false);
  });

  it("answers an open question, and takes it back", async () => {
    const { user } = await open();
    await user.click(await screen.findByTestId("tab-questions"));
    await user.selectOptions(await screen.findByTestId("switch-token-refusal-choice"), "401");
    await user.click(await screen.findByTestId("switch-token-refusal-default"));
    await waitFor(() => expect(screen.queryByTestId("switch-token-refusal-default")).toBeNull());
    expect(screen.getByTestId<HTMLSelectElement>("switch-token-refusal-choice").value).toBe("400");
  });

  it("plays a scenario from the palette and shows the step that went otherwise", async () => {
    history.replaceState(null, "", "#");
    const { user } = await open();
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByTestId("palette-input"), "play: a whole{Enter}");
    const result = await screen.findByTestId("scenario-result");
    expect(result.dataset.passed).toBe("false");
    expect(result.textContent).toContain("Step 2 went otherwise.");
    expect(result.textContent).toContain("84 ms");
    await user.click(screen.getByTestId("scenario-back"));
    await user.click(screen.getByTestId("scenario-voice-skill-play"));
    await user.click(await screen.findByTestId("scenario-verify"));
    await screen.findByTestId("screen-verify");
  });

  it("shows the step that is played, and cancels", async () => {
    const { user, backend } = await open();
    const run = backend.call.bind(backend);
    let finish: () => void = () => undefined;
    backend.call = ((name: string, request: unknown) =>
      name === "scenario.run"
        ? new Promise((_, reject) => (finish = () => reject({ code: "cancelled", message: "Cancelled." })))
        : run(name as never, request as never)) as typeof backend.call;
    await user.click(await screen.findByTestId("tab-scenarios"));
    await user.click(await screen.findByTestId("scenario-voice-skill-play"));
    expect((await screen.findByTestId("scenario-step")).textContent).toBe("Starting the sandbox");
    const progress = { stage: "step", at: 2, of: 4, step: "An agent takes the contact" } as const;
    backend.tell({ event: "scenario", name: "voice-skill", progress });
    await screen.findByText("Step 2 of 4: An agent takes the contact");
    await user.click(screen.getByTestId("scenario-cancel"));
    expect(screen.getByTestId("scenario-step").textContent).toBe("Cancelling");
    finish();
    await waitFor(() => expect(screen.queryByTestId("scenario-now")).toBeNull());
    expect(screen.queryByTestId("error-banner")).toBeNull();
  });

  it.each(["stop", "reset"])("asks before it throws a conversation away: %s", async (how) => {
    const { user, backend } = await open();
    await user.type(await screen.findByTestId("customer-input"), "hello{Enter}");
    await within(screen.getByTestId("customer-lines")).findByText("hello");
    const count = (name: string) => backend.calls.filter((call) => call.name === name).length;
    await user.click(screen.getByTestId(`sandbox-${how}`));
    expect((await screen.findByTestId("dialog-confirm")).textContent).toContain("the conversation");
    expect(count("sandbox.stop")).toBe(0);
    await user.click(screen.getByTestId("confirm"));
    if (how === "stop") await screen.findByTestId("sandbox-stopped");
    else await waitFor(() => expect(screen.queryByText("hello")).toBeNull());
    expect(count("sandbox.stop")).toBe(1);
    expect(count("sandbox.start")).toBe(how === "stop" ? 0 : 1);
  });

  it("draws that the conversation cannot be read", async () => {
    await open("sandbox", {
      "sandbox.conversation": () => {
        throw broken();
      },
    });
    expect((await screen.findByTestId("error-state")).textContent).toContain("permission denied");
    expect(screen.getByTestId("sandbox-picture")).toBeTruthy();
  });
});
