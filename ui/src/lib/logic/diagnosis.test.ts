import { describe, expect, it } from "vitest";
import { SAMPLE } from "$lib/backend/fake/diagnosis";
import { budgetOf, rows, roundsOf, short, ticks } from "./diagnosis";

describe("rows of a diagnosis", () => {
  it("keep the order of Save and leave failures out of the dots", () => {
    const failed = {
      ...SAMPLE("token", 20_000),
      failure: { kind: "timeout" as const, phase: null, detail: "late" },
    };
    const found = rows([
      { round: 1, calls: [SAMPLE("token", 300), SAMPLE("discovery", 40)] },
      { round: 2, calls: [SAMPLE("discovery", 60), failed] },
    ]);
    expect(found.map((row) => row.call)).toEqual(["discovery", "token"]);
    expect(found[0]?.p50.total).toBe(50);
    expect(found[0]?.p95.total).toBe(60);
    expect(found[1]?.dots).toEqual([{ round: 1, ms: 300 }]);
    expect(found[1]?.failed).toBe(1);
  });
});

describe("numbers", () => {
  it("of an axis are round and reach the end", () => {
    expect(ticks(10_000)).toEqual([0, 5000, 10_000]);
    expect(ticks(7)).toEqual([0, 2, 4, 6, 8]);
    expect(ticks(0)).toEqual([0, 0.5, 1]);
    expect([0, 2.5, 40, 1500].map(short)).toEqual(["0", "2.5 ms", "40 ms", "1.5 s"]);
  });

  it("that are typed have bounds", () => {
    expect(["10", "0,5", " 600 "].map(budgetOf)).toEqual([10_000, 500, 600_000]);
    expect(["", "0.05", "601", "x", "-1"].map(budgetOf)).toEqual(Array(5).fill(undefined));
    expect(["1", "100"].map(roundsOf)).toEqual([1, 100]);
    expect(["", "0", "101", "2.5"].map(roundsOf)).toEqual(Array(4).fill(undefined));
  });
});
