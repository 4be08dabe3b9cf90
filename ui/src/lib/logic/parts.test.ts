import { describe, expect, it } from "vitest";
import type { FaultView } from "$lib/backend/generated/types";
import { countByPart, filterFaults, GROUPS, PART_NAMES, partOf } from "./parts";

const fault = (name: string, kind: string, check: string, active = false): FaultView => ({
  name,
  kind,
  check,
  text: `${name} is wrong.`,
  active,
});

describe("the part that a fault breaks", () => {
  it.each([
    ["local", "HD-101", "computer"],
    ["local", "HD-303", "computer"],
    ["profile", "HD-104", "profile"],
    ["profile", "HD-401", "profile"],
    ["server", "HD-102", "computer"],
    ["path", "HD-203", "endpoint"],
    ["server", "HD-208", "endpoint"],
    ["server", "HD-301", "sign_in"],
    ["server", "HD-308", "sign_in"],
    ["server", "HD-403", "channel"],
    ["server", "HD-501", "channel"],
    ["server", "HD-502", "channel"],
    ["server", "HD-503", "skill"],
    ["server", "HD-504", "agents"],
    ["server", "HD-507", "agents"],
    ["server", "HD-601", "script"],
    ["server", "HD-604", "script"],
    ["server", "HD-701", "flow"],
    ["server", "HD-705", "flow"],
    ["server", "HD-706", "endpoint"],
    ["server", "HD-707", "flow"],
    ["server", "HD-801", "channel"],
    ["server", "HD-901", "sign_in"],
    ["server", "HD-508", undefined],
    ["server", "", undefined],
    ["server", "HD-4031", undefined],
  ])("%s %s: %s", (kind, check, part) => expect(partOf({ kind, check })).toBe(part));
});

it("draws every part once", () => {
  const drawn = GROUPS.flatMap((group) => group.parts);
  expect([...drawn].sort()).toEqual(Object.keys(PART_NAMES).sort());
});

it("counts what is on", () => {
  const faults = [
    fault("a", "server", "HD-204", true),
    fault("b", "server", "HD-706", true),
    fault("c", "server", "HD-205"),
    fault("d", "local", "HD-101", true),
    fault("e", "server", "HD-999x", true),
  ];
  expect(countByPart(faults)).toEqual({ endpoint: 2, computer: 1 });
});

describe("a filter of faults", () => {
  const faults = [
    fault("box-403", "server", "HD-207", true),
    fault("box-500", "server", "HD-207"),
    fault("key-wrong", "server", "HD-304", true),
  ];
  const names = (filter: Parameters<typeof filterFaults>[1]) =>
    filterFaults(faults, filter).map(({ name }) => name);

  it("asks for every word, anywhere", () => {
    expect(names({ text: "", activeOnly: false })).toHaveLength(3);
    expect(names({ text: "HD-207 500", activeOnly: false })).toEqual(["box-500"]);
    expect(names({ text: "box key", activeOnly: false })).toEqual([]);
  });

  it("keeps to a part, and to those that are on", () => {
    expect(names({ text: "", activeOnly: true })).toEqual(["box-403", "key-wrong"]);
    expect(names({ part: "endpoint", text: "", activeOnly: true })).toEqual(["box-403"]);
  });
});
