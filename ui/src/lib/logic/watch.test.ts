import { describe, expect, it } from "vitest";
import type { RadarItem, WatchView } from "$lib/backend/generated/types";
import { interval, nearest, radarWords, watchBrief, watchWords } from "./watch";

const NOW = Date.parse("2026-11-24T14:20:00Z");
const on = (more: Partial<WatchView> = {}): WatchView => ({
  profile_id: "p1",
  state: "watching",
  every_min: 15,
  offline: false,
  next_at: "2026-11-24T14:30:00Z",
  last_at: "2026-11-24T14:18:00Z",
  ...more,
});

describe("the words of a watch", () => {
  it("names interval, next and last run", () => {
    expect(watchWords(on(), NOW)).toMatch(/^Watching every 15 min · next at .+ · last 2 min ago$/);
    expect(watchWords(on({ every_min: 240 }), NOW)).toContain("every 4 h");
  });

  it("says why it pauses", () => {
    const since = "2026-11-24T14:02:00Z";
    expect(watchWords(on({ state: "paused", paused: { why: "refused", since } }), NOW)).toContain(
      "CXone refuses the credentials",
    );
    expect(watchWords(on({ state: "paused", paused: { why: "by_hand", since } }), NOW)).toMatch(
      /^Watching is paused since /,
    );
    expect(watchBrief(on({ state: "paused", paused: { why: "by_hand", since } }))).toBe("Watching paused");
  });

  it("does not call an offline computer broken", () => {
    expect(watchWords(on({ offline: true }), NOW)).toContain("nothing could be reached");
    expect(watchBrief(on({ offline: true }))).toBe("Watching, nothing reachable");
  });

  it("says what keeps a run from being made", () => {
    const trouble = { code: "store_locked" as const, message: "The vault is locked." };
    expect(watchWords(on({ trouble }), NOW)).toContain("The vault is locked.");
  });

  it("knows profiles that are not watched", () => {
    expect(watchWords(undefined, NOW)).toBe("Not watched in the background");
    expect(watchWords(on({ state: "running" }), NOW)).toContain("verifying now");
  });

  it("writes intervals in the unit that reads best", () => {
    expect([5, 60, 90, 1440].map(interval)).toEqual(["5 min", "1 h", "90 min", "24 h"]);
  });
});

describe("the radar", () => {
  const item = (more: Partial<RadarItem>): RadarItem => ({
    kind: "certificate",
    level: "soon",
    what: "Certificate of a.example.com",
    text: "ends in 23 days",
    ...more,
  });

  it("leads with what ends next", () => {
    const items = [
      item({ kind: "key", what: "Access key", text: "last used 40 days ago" }),
      item({ days: 23 }),
    ];
    expect(nearest(items)?.days).toBe(23);
    expect(radarWords(items)).toBe("Expires next: certificate of a.example.com, ends in 23 days");
  });

  it("leads with what deserves a look where nothing ends", () => {
    const key = item({ kind: "key", what: "Access key", text: "last used 40 days ago" });
    expect(radarWords([item({ level: "note" }), key])).toBe("Access key last used 40 days ago");
    expect(radarWords([item({ level: "note" })])).toBe("Nothing known here runs out");
    expect(radarWords([])).toBe("Nothing known here runs out");
  });
});
