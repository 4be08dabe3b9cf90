import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import App from "./App.svelte";
import { fakeBackend } from "$lib/backend/fake/fake";
import { view } from "$lib/backend/fake/data";
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

describe("the window", () => {
  it("offers the two ways to begin when there is no profile", async () => {
    const { user, backend } = await open("empty");
    await screen.findByTestId("welcome");
    await user.click(screen.getByTestId("welcome-new"));
    await user.click(screen.getByTestId("profile-create"));
    expect(backend.calls.some((call) => call.name === "profile.create")).toBe(false);
    await user.type(screen.getByTestId("new-profile-name"), "Support EU{Enter}");
    await screen.findByTestId("screen-setup");
    expect(screen.getByTestId("profile-switcher").textContent).toContain("Support EU");
  });

  it("shows what failed at the start, and starts again", async () => {
    const { desk } = await open("error");
    const state = await screen.findByTestId("error-state");
    expect(state.textContent).toContain("permission denied");
    expect(state.textContent).toContain("sim-4f1c");
    expect(desk.failed?.code).toBe("storage");
  });

  it("opens the step that is due and marks it done", async () => {
    const { user } = await open();
    expect((await screen.findByTestId("step-wait_for_credentials")).dataset.state).toBe("now");
    await user.click(screen.getByTestId("step-done"));
    await waitFor(() => expect(screen.getByTestId("step-wait_for_credentials").dataset.state).toBe("done"));
    expect(screen.getByTestId("step-save_provider").getAttribute("aria-current")).toBe("step");
  });

  it("shows a problem under its field and keeps what was typed", async () => {
    const link = "https://trial.cognigy.ai/project/x/agent/1";
    const { user } = await open("", {
      "profile.save": () => ({
        ...view("p1", "Support EU"),
        profile: { name: "Support EU", provider_link: link, cxone: {} },
        provider: { trouble: { message: "The link leads to another page.", hint: "Open the provider." } },
      }),
    });
    await user.click(await screen.findByTestId("step-save_provider"));
    const field = screen.getByTestId<HTMLInputElement>("field-provider-link");
    await user.clear(field);
    await user.type(field, link);
    await user.tab();
    await screen.findByText("The link leads to another page.");
    expect(field.value).toBe(link);
    expect(field.getAttribute("aria-invalid")).toBe("true");
  });

  it("asks with the name before it deletes", async () => {
    const { user, backend } = await open();
    await user.click(await screen.findByTestId("profile-switcher"));
    await user.click(screen.getByTestId("profile-delete"));
    expect(screen.getByTestId("dialog-delete").textContent).toContain("Support EU");
    expect(backend.calls.some((call) => call.name === "profile.delete")).toBe(false);
    await user.click(screen.getByTestId("delete-confirm"));
    await screen.findByTestId("welcome");
  });

  it("asks before it makes a secret where one is stored", async () => {
    const { user, backend } = await open();
    await user.click(await screen.findByTestId("step-byoc_integration"));
    await user.click(screen.getByTestId("secret-integration_client_secret-new"));
    expect(backend.calls.some((call) => call.name === "secret.generate")).toBe(false);
    await user.click(screen.getByTestId("confirm"));
    const call = backend.calls.find((each) => each.name === "secret.generate");
    expect(call?.request).toMatchObject({ field: "integration_client_secret", replace: true });
  });

  it("keeps a secret that was typed when the store refuses it", async () => {
    const { user } = await open("", {
      "secret.set": () => {
        throw { code: "store_locked", message: "The keychain is locked.", hint: "Unlock it." };
      },
    });
    await user.type(await screen.findByTestId("secret-client_secret-input"), "test-secret-1");
    await user.click(screen.getByTestId("secret-client_secret-save"));
    expect((await screen.findByTestId("error-banner")).textContent).toContain("The keychain is locked.");
    expect(screen.getByTestId<HTMLInputElement>("secret-client_secret-input").value).toBe("test-secret-1");
    expect(screen.getByTestId("secret-client_secret-state").dataset.state).toBe("error");
  });

  it("says that it waits for the keychain, with the ways out", async () => {
    await open("waiting");
    await screen.findByTestId("store-waiting");
    expect(screen.getByTestId("store-cancel")).toBeTruthy();
    expect(screen.getByTestId("store-fallback")).toBeTruthy();
  });

  it("is green for nothing that was not checked, or that has changed since", async () => {
    const run = { at: new Date().toISOString(), outcome: "pass", problems: 0, headline: "2 checks pass." };
    const summary = { id: "p1", name: "Support EU", sandbox: false, changed_at: run.at };
    const health = async (more: { checked: number; of: number; stale: boolean }) => {
      await open("", {
        "profile.list": () =>
          ({
            profiles: [{ ...summary, last_run: { ...run, ...more } }],
            recovered: false,
            unreadable: [],
          }) as never,
      });
      const shown = (await screen.findByTestId("health")).textContent;
      cleanup();
      return shown;
    };
    expect(await health({ checked: 32, of: 32, stale: false })).toContain("All well");
    const part = await health({ checked: 2, of: 32, stale: false });
    expect(part).toContain("2 of 32 checked");
    expect(part).not.toContain("Pass");
    const stale = await health({ checked: 32, of: 32, stale: true });
    expect(stale).toContain("Changed since");
    expect(stale).not.toContain("Pass");
  });

  it("asks for the passphrase of a locked vault", async () => {
    const { user } = await open("", {
      "store.status": () => ({
        kind: "vault",
        health: "locked",
        message: "The vault is locked.",
        vault_exists: true,
      }),
    });
    await user.click(await screen.findByTestId("store-unlock"));
    expect(screen.getByTestId("dialog-store").textContent).toContain("Open the vault");
    expect(screen.getByTestId("vault-passphrase")).toBeTruthy();
  });

  it("says that the connection is lost", async () => {
    const { backend } = await open();
    backend.link("lost");
    await screen.findByTestId("link-lost");
  });

  it("runs the verification, opens the red line and filters", async () => {
    const { user } = await open();
    await user.click(await screen.findByTestId("verify-run"));
    const headline = screen.getByTestId("verify-headline");
    await waitFor(() => expect(headline.dataset.outcome).toBe("fail"));
    expect(headline.textContent).toContain("The access key is refused.");
    expect(screen.getByTestId("check-detail").dataset.check).toBe("HD-304");
    expect(screen.getByTestId("check-HD-305").dataset.outcome).toBe("blocked");
    await user.click(screen.getByTestId("filter-problems"));
    expect(screen.queryByTestId("check-HD-101")).toBeNull();
    expect(screen.getByTestId("blocked-hidden").textContent).toContain("1 check waits");
  });

  it("keeps the theme through the backend", async () => {
    const { user, backend } = await open();
    await user.click(await screen.findByTestId("nav-settings"));
    await user.click(screen.getByTestId("settings-theme-dark"));
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(backend.calls.at(-1)).toMatchObject({ name: "preferences.set", request: { theme: "dark" } });
  });

  it("finds a check in the palette", async () => {
    const { user } = await open();
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByTestId("palette-input"), "303{Enter}");
    await screen.findByTestId("screen-verify");
    expect(screen.getByTestId("check-detail").dataset.check).toBe("HD-303");
  });
});
