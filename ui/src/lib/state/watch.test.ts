import { describe, expect, it, vi } from "vitest";
import { fakeBackend } from "$lib/backend/fake/fake";
import { broken } from "$lib/backend/fake/world";
import { announcer } from "./announcer.svelte";
import { Desk } from "./desk.svelte";

async function open(scene = "", override: Parameters<typeof fakeBackend>[1] = {}) {
  const backend = fakeBackend(scene, override);
  const desk = new Desk(backend);
  await desk.start();
  return { backend, desk, watches: desk.watches };
}

describe("the watches", () => {
  it("are turned on, paused, resumed and turned off", async () => {
    const { watches } = await open();
    expect(watches.current).toBeUndefined();
    await watches.set("p1", true, 30);
    expect(watches.current).toMatchObject({ state: "watching", every_min: 30 });
    await watches.pause("p1");
    expect(watches.current?.paused?.why).toBe("by_hand");
    await watches.resume("p1");
    expect(watches.current?.state).toBe("watching");
    await watches.set("p1", false);
    expect(watches.current?.state).toBe("off");
  });

  it("hear of a pause that nobody here asked for", async () => {
    const { backend, watches } = await open("watched");
    backend.tell({
      event: "watch",
      status: {
        profile_id: "p1",
        state: "paused",
        every_min: 15,
        offline: false,
        paused: { why: "refused", since: "2026-11-24T14:00:00Z" },
      },
    });
    expect(watches.current?.paused?.why).toBe("refused");
    expect(announcer.text).toContain("refuses the credentials");
  });

  it("show a refused change and stay as they were", async () => {
    const refuse = () => {
      throw broken();
    };
    const { desk, watches } = await open("watched", { "watch.set": refuse });
    await watches.set("p1", false);
    expect(watches.current?.state).toBe("watching");
    expect(desk.troubles.shown[0]?.doing).toBe("Changing the watch");
    expect(watches.busy).toBe(false);
  });

  it("bring the screen of a notification that was clicked", async () => {
    const { backend, desk } = await open("many");
    backend.tell({ event: "open", profile_id: "m7", screen: "verify" });
    await vi.waitFor(() => expect(desk.profiles.view?.id).toBe("m7"));
    expect(desk.screen).toBe("verify");
  });

  it("read what runs out once there is a report", async () => {
    const { backend, watches } = await open("red");
    await vi.waitFor(() => expect(watches.items?.length).toBeGreaterThan(0));
    const fresh = await open();
    expect(fresh.backend.calls.some((call) => call.name === "watch.radar")).toBe(false);
    expect(backend.calls.filter((call) => call.name === "watch.radar").length).toBe(1);
  });
});
