import { describe, expect, it } from "vitest";
import { cut, departure, firstDifference, visible, characterName } from "./diff";

describe("marking the first wrong character", () => {
  it("cuts around it", () => {
    expect(cut("https://a.example/x/", 19)).toEqual({ same: "https://a.example/x", wrong: "/", rest: "" });
    expect(cut("niceCXOne", 5)).toEqual({ same: "niceC", wrong: "X", rest: "One" });
  });

  it("marks nothing where the value ends too early", () => {
    expect(cut("abc", 3)).toEqual({ same: "abc", wrong: "", rest: "" });
    expect(cut("abc", 99).wrong).toBe("");
  });

  it("counts characters, not UTF-16 units", () => {
    expect(cut("a😀bc", 2)).toEqual({ same: "a😀", wrong: "b", rest: "c" });
    expect(firstDifference("a😀b", "a😀c")).toBe(2);
  });

  it("finds the place in two values", () => {
    expect(firstDifference("abc", "abc")).toBe(-1);
    expect(firstDifference("abc", "abd")).toBe(2);
    expect(firstDifference("abc", "ab")).toBe(2);
  });

  it("marks only values that are nearly the same", () => {
    expect(departure("4600001", "4600002")).toBe(6);
    expect(departure("none", "invalid_grant")).toBe(-1);
    expect(departure("Support", " support")).toBe(0);
  });

  it("makes what cannot be seen visible", () => {
    expect(visible(" ")).not.toBe(" ");
    expect(visible("\u200b")).not.toBe("\u200b");
    expect(visible("x")).toBe("x");
  });
});

describe("the name of a character", () => {
  it("tells apart what looks the same", () => {
    expect(characterName("\u041e")).toBe("Cyrillic \u041e (U+041E)");
    expect(characterName("O")).toBe("Latin O (U+004F)");
    expect(characterName("\u039f")).toBe("Greek \u039f (U+039F)");
    expect(characterName("0")).toBe("digit 0 (U+0030)");
    expect(characterName("\uff0f")).toBe("full-width \uff0f (U+FF0F)");
    expect(characterName("-")).toBe("“-” (U+002D)");
  });
});
