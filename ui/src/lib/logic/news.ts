import type { ChatStage, ConversationView } from "$lib/backend/generated/types";

export const STAGES: Record<ChatStage, string> = {
  bot: "With the bot",
  waiting: "Waiting for an agent",
  agent: "With an agent",
};

/** A transcript can be long; aloud its beginning is enough to know it. */
const LONGEST = 120;

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** What came in on either side since the last look: lines one did not type where one looks at them. */
export function news(before: ConversationView | undefined, after: ConversationView): string[] {
  if (!before || after.chat.length < before.chat.length) return [];
  const heard: string[] = [];
  for (const line of after.chat.slice(before.chat.length)) {
    if (line.speaker === "bot") heard.push(`Bot: ${cut(line.text)}`);
    else if (line.speaker === "agent") heard.push(`${line.name ?? "Agent"}: ${cut(line.text)}`);
  }
  // Oldest first, as it happened.
  for (const card of [...after.contacts].reverse()) {
    const known = before.contacts.find((other) => other.contact === card.contact);
    if (!known) heard.push(`New contact ${card.contact}`);
    for (const line of card.lines.slice(known?.lines.length ?? 0)) {
      if (line.inbound) heard.push(`Customer: ${cut(line.text)}`);
    }
    for (const [at, line] of card.lines.entries()) {
      if (line.failed && !known?.lines[at]?.failed) heard.push(`Not delivered: ${cut(line.text)}`);
    }
    if (known && known.status !== card.status) heard.push(`Contact ${card.contact} is ${card.status}`);
  }
  if (after.stage !== before.stage) heard.push(STAGES[after.stage]);
  return heard;
}
