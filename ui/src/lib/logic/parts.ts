import type { FaultView } from "$lib/backend/generated/types";

/** A part of the simulated installation. */
export type Part =
  "flow" | "endpoint" | "sign_in" | "channel" | "script" | "skill" | "agents" | "profile" | "computer";

/** The parts as they are drawn: in the order in which a message passes them, then this side of the line. */
export const GROUPS: readonly { title: string; passed: boolean; parts: readonly Part[] }[] = [
  { title: "Cognigy.AI", passed: true, parts: ["flow", "endpoint"] },
  { title: "CXone", passed: true, parts: ["sign_in", "channel", "script", "skill", "agents"] },
  { title: "This side", passed: false, parts: ["profile", "computer"] },
];

export const PART_NAMES: Record<Part, string> = {
  flow: "Flow",
  endpoint: "Endpoint",
  sign_in: "Sign-in",
  channel: "Channel",
  script: "Script",
  skill: "Skill",
  agents: "Agents",
  profile: "Profile",
  computer: "This computer",
};

/** The part whose checks have these numbers, both ends included. The first row that fits counts. */
const RANGES: readonly [from: number, to: number, part: Part][] = [
  [100, 199, "computer"],
  [200, 299, "endpoint"],
  [300, 399, "sign_in"],
  [400, 502, "channel"],
  [503, 503, "skill"],
  [504, 507, "agents"],
  [600, 699, "script"],
  [706, 706, "endpoint"],
  [701, 707, "flow"],
  [800, 899, "channel"],
  [900, 999, "sign_in"],
];

/** The part that a fault breaks; none for a check that this version does not know. */
export function partOf(fault: Pick<FaultView, "kind" | "check">): Part | undefined {
  if (fault.kind === "local") return "computer";
  if (fault.kind === "profile") return "profile";
  const number = Number(/^HD-(\d{3})$/.exec(fault.check)?.[1]);
  return RANGES.find(([from, to]) => number >= from && number <= to)?.[2];
}

/** How many faults of each part are on. */
export function countByPart(faults: readonly FaultView[]): Partial<Record<Part, number>> {
  const counts: Partial<Record<Part, number>> = {};
  for (const fault of faults) {
    const part = partOf(fault);
    if (fault.active && part) counts[part] = (counts[part] ?? 0) + 1;
  }
  return counts;
}

export interface FaultFilter {
  part?: Part;
  text: string;
  activeOnly: boolean;
}

/** The faults that a filter leaves, in their order. Every word has to be in the name, the text or the check. */
export function filterFaults(faults: readonly FaultView[], filter: FaultFilter): FaultView[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return faults.filter((fault) => {
    if (filter.activeOnly && !fault.active) return false;
    if (filter.part && partOf(fault) !== filter.part) return false;
    const all = `${fault.name} ${fault.text} ${fault.check}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
