import type { Card, DeskAgent } from "$lib/backend/generated/types";

export type Act = "accept" | "say" | "transfer" | "close";

const ENDED = ["closed", "trashed"];

export function ended(card: Card): boolean {
  return ENDED.includes(card.status);
}

/** Name of an agent, or the id where the desk does not know one. */
export function agentName(agents: readonly DeskAgent[], id: number): string {
  return agents.find((agent) => agent.id === id)?.name ?? `Agent ${id}`;
}

/** Why an agent cannot do something with a contact now; nothing where the agent can. */
export function hindrance(
  act: Act,
  card: Card,
  me: number,
  agents: readonly DeskAgent[],
): string | undefined {
  if (ended(card)) return `The contact is ${card.status}.`;
  const other =
    card.agent !== null && card.agent !== me
      ? `${agentName(agents, card.agent)} has this contact. Play that agent.`
      : undefined;
  if (act === "accept") return card.agent === me ? "You have this contact already." : other;
  if (other) return other;
  if (card.agent === null) return "Accept the contact first.";
  if (act === "transfer" && agents.length < 2) return "There is no other agent with this skill.";
  return undefined;
}
