import { describe, expect, it } from "vitest";
import type { Card } from "$lib/backend/generated/types";
import { agentName, ended, hindrance } from "./contacts";

const agents = [
  { id: 1, name: "Sandbox Agent1" },
  { id: 2, name: "Sandbox Agent2" },
];
const card = (status: string, agent: number | null): Card => ({
  contact: 7,
  status,
  thread: "sim_session",
  skill: null,
  agent,
  lines: [],
});

describe("what an agent can do with a contact", () => {
  it.each([
    ["accept", "new", null, undefined],
    ["accept", "open", 1, "You have this contact already."],
    ["accept", "open", 2, "Sandbox Agent2 has this contact. Play that agent."],
    ["accept", "closed", null, "The contact is closed."],
    ["say", "new", null, "Accept the contact first."],
    ["say", "open", 1, undefined],
    ["say", "open", 2, "Sandbox Agent2 has this contact. Play that agent."],
    ["say", "trashed", 1, "The contact is trashed."],
    ["transfer", "open", 1, undefined],
    ["close", "open", 1, undefined],
    ["close", "new", null, "Accept the contact first."],
  ] as const)("%s a contact that is %s with %s: %s", (act, status, agent, why) => {
    expect(hindrance(act, card(status, agent), 1, agents)).toBe(why);
  });

  it("cannot transfer where nobody else is", () => {
    expect(hindrance("transfer", card("open", 1), 1, agents.slice(0, 1))).toContain("no other agent");
  });
});

it("names an agent whom the desk does not know by the id", () => {
  expect(agentName(agents, 2)).toBe("Sandbox Agent2");
  expect(agentName(agents, 9)).toBe("Agent 9");
});

it("knows which contacts are over", () => {
  expect(["new", "open", "resolved", "closed", "trashed"].filter((word) => ended(card(word, null)))).toEqual([
    "closed",
    "trashed",
  ]);
});
