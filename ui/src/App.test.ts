import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import App from "./App.svelte";
import { fakeBackend } from "$lib/backend/fake/fake";
import { startedAnew } from "$lib/backend/error";
import { STEPS, view } from "$lib/backend/fake/data";
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
    await waitFor(() => expect(screen.queryByTestId("dialog-new")).toBeNull());
    expect(document.activeElement).not.toBe(document.body);
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
    expect(screen.queryByTestId("profile-gone")).toBeNull();
    expect(document.activeElement).toBe(screen.getByTestId("profile-switcher"));
  });

  it("asks before it makes a secret where one is stored", async () => {
    const { user, backend } = await open();
    await user.click(await screen.findByTestId("step-byoc_integration"));
    await user.click(screen.getByTestId("secret-integration_client_secret-new"));
    expect(backend.calls.some((call) => call.name === "secret.generate")).toBe(false);
    await user.click(screen.getByTestId("confirm"));
    expect(document.activeElement).toBe(screen.getByTestId("secret-integration_client_secret-new"));
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
    const error = await screen.findByTestId("secret-client_secret-error");
    expect(error.textContent).toContain("The keychain is locked.");
    expect(screen.queryByTestId("error-banner")).toBeNull();
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

  it("tells of a program that was started anew once, and what to do with what was typed", async () => {
    let gone = false;
    const { backend, user, desk } = await open("", {
      "profile.save": (draft) => {
        if (gone) throw startedAnew();
        return { ...view("p1", "Support EU"), profile: draft.profile };
      },
    });
    gone = true;
    backend.link("closed");
    await user.click(await screen.findByTestId("step-save_provider"));
    await user.type(screen.getByTestId("field-provider-link"), "x");
    await user.tab();
    desk.troubles.report("Reading the last report", startedAnew());
    await waitFor(() => expect(screen.getByTestId("link-closed").textContent).toContain("copy it first"));
    expect(screen.queryByTestId("error-banner")).toBeNull();
    gone = false;
    backend.link("open");
    await waitFor(() => expect(desk.profiles.draft?.state).toBe("saved"));
    expect(screen.queryByTestId("link-closed")).toBeNull();
    expect(desk.troubles.shown).toEqual([]);
  });

  it("says in the dialog why a profile was not made, and keeps the name", async () => {
    const { user } = await open("empty", {
      "profile.create": () => {
        throw { code: "invalid", message: "This name is too long.", hint: "Take a shorter one." };
      },
    });
    await user.click(await screen.findByTestId("welcome-new"));
    await user.type(screen.getByTestId("new-profile-name"), "Support EU{Enter}");
    const alert = await within(screen.getByTestId("dialog-new")).findByRole("alert", { hidden: true });
    expect(alert.textContent).toContain("This name is too long.");
    expect(document.activeElement).toBe(screen.getByTestId("new-profile-name"));
    expect(screen.queryByTestId("error-banner")).toBeNull();
    await user.type(screen.getByTestId("new-profile-name"), "2");
    expect(screen.getByTestId<HTMLInputElement>("new-profile-name").value).toBe("Support EU2");
    expect(screen.queryByText("This name is too long.")).toBeNull();
  });

  it("says so when the open profile was deleted elsewhere, and opens no other one by itself", async () => {
    const { backend, user, desk } = await open("many");
    await user.click(await screen.findByTestId("step-save_provider"));
    const field = screen.getByTestId("field-provider-link");
    await user.clear(field);
    await user.type(field, "typed-last");
    backend.forget("p1");
    backend.tell({ event: "profiles" });
    const gone = await screen.findByTestId("profile-gone");
    expect(gone.textContent).toContain("Support EU was deleted in another window or in a terminal");
    expect(screen.getAllByTestId("gone-value").map((each) => each.textContent)).toContain("typed-last");
    expect(desk.profiles.view).toBeUndefined();
    expect(backend.calls.filter((call) => call.name === "profile.save")).toEqual([]);
    await user.click(screen.getAllByTestId("gone-open")[0] as HTMLElement);
    await screen.findByTestId("screen-setup");
    expect(screen.getByTestId("profile-switcher").textContent).toContain("Provider 0");
  });

  it("keeps a secret that was typed in place of a stored one when the step is left", async () => {
    const { user } = await open();
    const field = "secret-integration_client_secret";
    await user.click(await screen.findByTestId("step-byoc_integration"));
    await user.click(screen.getByTestId(`${field}-replace`));
    await user.type(screen.getByTestId(`${field}-input`), "abc 123");
    expect(screen.getByTestId(`${field}-typed`).textContent).toContain("7 of 32 characters, and a space");
    await user.click(screen.getByTestId("step-save_provider"));
    expect(screen.getByTestId("secrets-unsaved").textContent).toContain("1 secret typed, not stored");
    expect(screen.getByTestId("step-byoc_integration").textContent).toContain("secret typed, not stored");
    await user.click(screen.getByTestId("step-byoc_integration"));
    expect(screen.getByTestId<HTMLInputElement>(`${field}-input`).value).toBe("abc 123");
    await user.click(screen.getByTestId(`${field}-replace`));
    expect(screen.queryByTestId("secrets-unsaved")).toBeNull();
  });

  it("shows the failure of a copy where it was asked for", async () => {
    const { user } = await open("", {
      "secret.copy": () => {
        throw { code: "clipboard_missing", message: "There is no clipboard." };
      },
    });
    await user.click(await screen.findByTestId("step-byoc_integration"));
    await user.click(screen.getByTestId("secret-integration_client_secret-copy"));
    expect((await screen.findByTestId("copy-error")).textContent).toContain("There is no clipboard.");
    expect(screen.queryByTestId("error-banner")).toBeNull();
  });

  it("drops what failed on one screen when another one is opened", async () => {
    const { user, desk } = await open();
    desk.troubles.report("Comparing", { code: "invalid", message: "No value was found." });
    await screen.findByTestId("error-banner");
    await user.click(screen.getByTestId("nav-verify"));
    await waitFor(() => expect(screen.queryByTestId("error-banner")).toBeNull());
  });

  it("keeps the keyboard where one is: after a dialog, and on the row the palette chose", async () => {
    const { user } = await open();
    await user.click(await screen.findByTestId("profile-switcher"));
    await user.click(screen.getByTestId("profile-rename"));
    await screen.findByTestId("dialog-rename");
    await user.type(screen.getByTestId("rename-name"), "{Enter}");
    await waitFor(() => expect(screen.queryByTestId("dialog-rename")).toBeNull());
    expect(document.activeElement).toBe(screen.getByTestId("profile-switcher"));
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByTestId("palette-input"), "Create the BYOC{Enter}");
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("step-byoc_integration")));
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByTestId("palette-input"), "303{Enter}");
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("check-HD-303")));
  });

  it("names the cause of a step's waiting check, and leads to it", async () => {
    const { user } = await open("red", {
      "setup.steps": () => STEPS.map((step) => ({ ...step, checks: ["HD-304", "HD-305"] })),
    });
    const waits = await screen.findByTestId("step-check-HD-305-waits");
    expect(waits.textContent).toContain("Access key is accepted");
    expect(screen.getByTestId("step-check-HD-304-hint").textContent).toContain("then Security");
    await user.click(within(waits).getByRole("button"));
    await screen.findByTestId("screen-verify");
    expect(screen.getByTestId("check-detail").dataset.check).toBe("HD-304");
  });

  it("starts a run of everything at its cause, not at what was chosen before, and the headline leads there", async () => {
    const { user, desk } = await open("red");
    await user.click(await screen.findByTestId("nav-verify"));
    await user.click(await screen.findByTestId("check-HD-101"));
    expect(screen.getByTestId("check-detail").dataset.check).toBe("HD-101");
    await user.click(screen.getByTestId("headline-cause"));
    expect(screen.getByTestId("check-detail").dataset.check).toBe("HD-304");
    await user.click(screen.getByTestId("check-HD-101"));
    await user.click(screen.getByTestId("verify-run"));
    await waitFor(() => expect(desk.verification?.live).toBeUndefined());
    expect(screen.getByTestId("check-detail").dataset.check).toBe("HD-304");
  });

  it("shows the cloud of a profile that has an issuer of its own, and refuses a day to come", async () => {
    const { user, backend } = await open("", {
      "profile.get": () => ({
        ...view("p1", "Support EU"),
        profile: { name: "Support EU", cxone: { issuer: "https://issuer.example.com" } },
      }),
    });
    await user.click(await screen.findByTestId("setup-all-values"));
    expect(screen.getByTestId<HTMLSelectElement>("field-cloud").value).toBe("other");
    await user.click(screen.getByTestId("step-wait_for_credentials"));
    const date = screen.getByTestId<HTMLInputElement>("wait-sent-on");
    await fireEvent.input(date, { target: { value: "2999-01-01" } });
    await fireEvent.change(date);
    expect(await screen.findByText("This day is still to come.")).toBeTruthy();
    expect(backend.calls.some((call) => call.name === "checklist.mark")).toBe(false);
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
