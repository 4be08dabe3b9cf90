import { expect, it } from "vitest";
import { measured } from "./phases";

it("puts measured phases one after the other and leaves out what was not measured", () => {
  const phases = measured({ connection: 25, first_byte: 75, total: 101 });
  expect(phases.map((phase) => phase.name)).toEqual(["connection", "first_byte"]);
  expect(phases.map((phase) => [phase.from, phase.share])).toEqual([
    [0, 0.25],
    [0.25, 0.75],
  ]);
});

it("draws nothing without a measurement", () => {
  expect(measured({})).toEqual([]);
  expect(measured({ body: 0 })[0]?.share).toBe(0);
});
