import { describe, expect, it } from "vitest";
import { view } from "$lib/backend/fake/data";
import type { ByocField, ByocFieldDiff, ByocFieldOutcome } from "$lib/backend/generated/types";
import { uncheckedWords, verdict } from "./compare";

const FIELDS: readonly ByocField[] = [
  "name",
  "integration_box_url",
  "authorization_url",
  "add_action_url",
  "reconnect_action_url",
  "remove_action_url",
  "client_id",
  "client_secret",
];
const DIFFERS: ByocFieldOutcome = {
  outcome: "differs",
  at: 0,
  column: 0,
  expected_chars: 1,
  typed_chars: 1,
  kind: { kind: "other" },
};

function form(other: Partial<Record<ByocField, ByocFieldOutcome>> = {}): ByocFieldDiff[] {
  return FIELDS.map((field) => ({ field, outcome: other[field] ?? { outcome: "equal" } }));
}

const words = (diffs: ByocFieldDiff[]) =>
  verdict(diffs, (diff) => (diff.field === "client_secret" ? "Client Secret" : diff.field));

describe("the verdict of a comparison", () => {
  it("is that everything is right only when everything was compared", () => {
    expect(words(form())).toBe("Everything you typed is right.");
    expect(words(form({ client_secret: { outcome: "unchecked" } }))).toBe(
      "7 of 8 are right, the Client Secret was not compared.",
    );
    expect(words(form({ client_secret: { outcome: "missing" } }))).toBe("What you pasted is right.");
  });

  it("names mistakes first, and another name of the integration is none", () => {
    expect(words(form({ client_id: DIFFERS, client_secret: { outcome: "unchecked" } }))).toBe(
      "One value is not right.",
    );
    expect(words(form({ name: DIFFERS }))).toBe("Everything you typed is right.");
  });
});

describe("why a field was not compared", () => {
  const secret = (state: "absent" | "present" | "needs_confirmation") => ({
    secrets: [{ field: "integration_client_secret" as const, state, restorable: false }],
  });

  it("is the true reason", () => {
    expect(uncheckedWords("client_secret", secret("absent"), undefined)).toContain("no Channel Integration");
    expect(uncheckedWords("client_secret", secret("needs_confirmation"), undefined)).toContain("confirm it");
    expect(uncheckedWords("client_secret", secret("present"), { health: "waiting" })).toContain(
      "not answered",
    );
    expect(uncheckedWords("client_secret", secret("present"), { health: "failed" })).toContain("hand");
    expect(uncheckedWords("client_id", view("p1", "Support EU"), undefined)).toContain("Client ID");
  });
});
