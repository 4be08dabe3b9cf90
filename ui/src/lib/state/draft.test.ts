import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { view } from "$lib/backend/fake/data";
import { broken } from "$lib/backend/fake/world";
import { fakeBackend } from "$lib/backend/fake/fake";
import type { ProfileDraft } from "$lib/backend/generated/types";
import { Draft, SAVE_PAUSE_MS } from "./draft.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a draft", () => {
  it("is kept after a pause, once", async () => {
    const backend = fakeBackend();
    const kept = vi.fn();
    const draft = new Draft(backend, view("p1", "Support EU"), kept);
    draft.write("tenant_id", "1");
    draft.write("tenant_id", "11f0");
    expect(draft.state).toBe("typing");
    await vi.advanceTimersByTimeAsync(SAVE_PAUSE_MS);
    expect(backend.calls.map((call) => call.name)).toEqual(["profile.save"]);
    expect((backend.calls[0]?.request as ProfileDraft).profile.cxone.tenant_id).toBe("11f0");
    expect(draft.state).toBe("saved");
    expect(kept).toHaveBeenCalledOnce();
  });

  it("keeps what was typed when saving fails, and tries again", async () => {
    let works = false;
    const backend = fakeBackend("", {
      "profile.save": () => {
        if (!works) throw broken();
        return view("p1", "Support EU");
      },
    });
    const draft = new Draft(backend, view("p1", "Support EU"), vi.fn());
    draft.write("domain", "trial");
    await draft.flush();
    expect(draft.state).toBe("failed");
    expect(draft.error?.code).toBe("storage");
    expect(draft.read("domain")).toBe("trial");
    works = true;
    await draft.flush();
    expect(draft.state).toBe("saved");
  });

  it("is not overwritten by news while something typed is not kept", async () => {
    const draft = new Draft(fakeBackend(), view("p1", "Support EU"), vi.fn());
    draft.write("name", "Support EU 2");
    draft.adopt(view("p1", "Renamed elsewhere"));
    expect(draft.read("name")).toBe("Support EU 2");
    await draft.flush();
    draft.adopt(view("p1", "Renamed elsewhere"));
    expect(draft.read("name")).toBe("Renamed elsewhere");
  });
});
