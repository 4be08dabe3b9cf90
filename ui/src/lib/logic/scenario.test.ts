import { describe, expect, it } from "vitest";
import { stand } from "./scenario";

describe("where a scenario stands", () => {
  it("names the step that is played, and counts it only when it is over", () => {
    expect(stand({ stage: "step", at: 2, of: 5, step: "An agent takes the contact" })).toEqual({
      text: "Step 2 of 5: An agent takes the contact",
      value: 1,
      max: 5,
    });
    const result = { step: "An agent takes the contact", went: true };
    expect(stand({ stage: "step_over", at: 2, of: 5, result }).value).toBe(2);
  });

  it("counts checks once their number is known", () => {
    expect(stand({ stage: "verifying", done: 0, of: 0 })).toEqual({ text: "Verifying" });
    expect(stand({ stage: "verifying", done: 7, of: 31 }).text).toBe("Verifying: 7 of 31 checks");
  });

  it("starts before the first word of the backend", () => {
    expect(stand(undefined)).toEqual({ text: "Starting the sandbox" });
  });
});
