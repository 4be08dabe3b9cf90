import { describe, expect, it } from "vitest";
import type { Card, ChatLine, ConversationView } from "$lib/backend/generated/types";
import { news } from "./news";

const line = (speaker: ChatLine["speaker"], text: string, name: string | null = null): ChatLine => ({
  speaker,
  text,
  name,
  buttons: [],
});
const card = (lines: Card["lines"], status = "new"): Card => ({
  contact: 7,
  status,
  thread: "sim_session",
  skill: null,
  agent: null,
  lines,
});
const view = (change: Partial<ConversationView> = {}): ConversationView => ({
  chat: [],
  stage: "bot",
  contacts: [],
  agents: [],
  ...change,
});

describe("what is new", () => {
  it("is what the other side said, never one's own line", () => {
    const before = view({ chat: [line("user", "hello")] });
    const chat = [...before.chat, line("user", "human"), line("bot", "Soon."), line("agent", "Hi.", "Ann X")];
    expect(news(before, view({ chat }))).toEqual(["Bot: Soon.", "Ann X: Hi."]);
  });

  it("tells of a contact, of what the customer says in it and of how the chat then stands", () => {
    const lines = [{ inbound: true, text: "User: hello\nBot: hi", failed: null, agent: null }];
    expect(news(view(), view({ stage: "waiting", contacts: [card(lines)] }))).toEqual([
      "New contact 7",
      "Customer: User: hello Bot: hi",
      "Waiting for an agent",
    ]);
  });

  it("tells once of a message that did not arrive, and of a contact that was closed", () => {
    const sent = { inbound: false, text: "Hello?", failed: null, agent: null };
    const lost = { ...sent, failed: "http_500" };
    const before = view({ contacts: [card([sent])] });
    const after = view({ contacts: [card([lost], "closed")] });
    expect(news(before, after)).toEqual(["Not delivered: Hello?", "Contact 7 is closed"]);
    expect(news(after, after)).toEqual([]);
  });

  it("is nothing on the first look and after a fresh start", () => {
    const full = view({ chat: [line("bot", "hi")] });
    expect(news(undefined, full)).toEqual([]);
    expect(news(full, view())).toEqual([]);
  });

  it("cuts what is long", () => {
    const [heard] = news(view(), view({ chat: [line("bot", "x".repeat(500))] }));
    expect(heard?.length).toBeLessThan(130);
  });
});
