import type { CardLine, ChatLine } from "$lib/backend/generated/types";

/** A line as it is drawn, on either side. */
export interface Bubble {
  who: ChatLine["speaker"];
  name: string;
  text: string;
  buttons: readonly string[];
  /** Said by the side that is looked at; stands on the right. */
  own: boolean;
  /** Why it did not arrive. */
  failed?: string;
}

/** A line as the customer sees it. */
export function ofChat(line: ChatLine): Bubble {
  const name = { user: "You", bot: "Bot", agent: line.name ?? "Agent" }[line.speaker];
  return { who: line.speaker, name, text: line.text, buttons: line.buttons, own: line.speaker === "user" };
}

/** A line as the agent sees it. What no employee wrote has no name of its own. */
export function ofCard(line: CardLine): Bubble {
  return {
    who: line.inbound ? "user" : "agent",
    name: line.inbound ? "Customer" : (line.agent?.name ?? "Agent"),
    text: line.text,
    buttons: [],
    own: !line.inbound,
    failed: line.failed ?? undefined,
  };
}
