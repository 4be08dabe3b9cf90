import { describe, expect, it } from "vitest";
import { lengthWords, measure } from "./secret";

describe("the length of a secret", () => {
  it("is told against the one it must have, where that is known", () => {
    expect(lengthWords("integration_client_secret", 32)).toEqual({ text: "32 characters", doubtful: false });
    expect(lengthWords("integration_client_secret", 7)).toEqual({
      text: "7 of 32 characters",
      doubtful: true,
    });
    expect(lengthWords("client_secret", 7)).toEqual({ text: "7 characters", doubtful: false });
  });

  it("tells of spaces, which no secret has", () => {
    expect(measure("integration_client_secret", "abc 123")).toEqual({
      text: "7 of 32 characters, and a space",
      doubtful: true,
    });
    expect(measure("client_secret", " a\u200b").text).toBe("3 characters, and 2 spaces");
    expect(measure("client_secret", "a")).toEqual({ text: "1 character", doubtful: false });
  });

  it("counts characters as people do", () => {
    expect(measure("client_secret", "🔑🔑").text).toBe("2 characters");
  });
});
