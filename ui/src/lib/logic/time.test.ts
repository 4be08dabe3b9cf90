import { describe, expect, it } from "vitest";
import { ago, businessDays, dateInput, duration, instantOf } from "./time";

const NOW = Date.parse("2026-11-23T12:00:00Z");

describe("times in words", () => {
  it("says how long ago", () => {
    expect(ago("2026-11-23T11:59:50Z", NOW)).toBe("just now");
    expect(ago("2026-11-23T11:56:00Z", NOW)).toBe("4 min ago");
    expect(ago("2026-11-23T09:00:00Z", NOW)).toBe("3 h ago");
    expect(ago("2026-11-22T11:00:00Z", NOW)).toBe("yesterday");
    expect(ago("not a date", NOW)).toBe("");
  });

  it("never reads a clock that runs ahead as the future", () => {
    expect(ago("2026-11-23T12:05:00Z", NOW)).toBe("just now");
  });

  it("chooses the unit", () => {
    expect([0.3, 12, 1432, 123_000].map(duration)).toEqual(["< 1 ms", "12 ms", "1.4 s", "2 min 3 s"]);
  });

  it("keeps a day a day, whatever the zone", () => {
    expect(dateInput(instantOf("2026-11-20"))).toBe("2026-11-20");
    expect(instantOf("")).toBeUndefined();
  });

  it("counts working days", () => {
    // A Friday: two working days later is Tuesday.
    const { from, to } = businessDays(instantOf("2026-11-20") ?? "");
    expect([from, to].map((date) => date.getDate())).toEqual([24, 25]);
  });
});
