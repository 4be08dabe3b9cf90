import { describe, expect, it } from "vitest";
import { head } from "$lib/backend/fake/data";
import { runWords, secretWords } from "./runs";

describe("the words of a run", () => {
  it("say how it ended, where it was made, and what it was about", () => {
    const words = runWords(head(3, "fail", { origin: "terminal" }));
    expect(words).toMatch(/^Fail, .*in a terminal\. /);
    expect(runWords(head(3, "pass", { only: ["HD-304"] }))).toContain("Ran again: HD-304.");
  });

  it("tell what became of a secret", () => {
    const change = { field: "client_secret" as const, label: "Client Secret" };
    expect(secretWords({ ...change, after: "2026-11-24T08:00:00Z" })).toBe("was entered");
    expect(secretWords({ ...change, before: "2026-11-24T08:00:00Z" })).toBe("was deleted");
    expect(secretWords({ ...change, before: "a", after: "b" })).toBe("was replaced");
  });
});
