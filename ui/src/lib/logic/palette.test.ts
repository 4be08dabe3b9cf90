import { describe, expect, it } from "vitest";
import { find, type Entry } from "./palette";

const entry = (id: string, title: string, words?: string): Entry => ({
  id,
  kind: "Command",
  title,
  words,
  run: () => {},
});
const all = [
  entry("a", "New profile", "create add"),
  entry("b", "HD-303 Client ID and secret are accepted"),
  entry("c", "Delete this profile"),
];

describe("the palette", () => {
  it("shows all when nothing is typed", () => {
    expect(find(all, " ").length).toBe(3);
  });

  it("finds a check by its number and a command by another word", () => {
    expect(find(all, "303").map((found) => found.id)).toEqual(["b"]);
    expect(find(all, "create").map((found) => found.id)).toEqual(["a"]);
  });

  it("wants every word, and puts what begins so first", () => {
    expect(find(all, "profile delete").map((found) => found.id)).toEqual(["c"]);
    expect(find(all, "delete profile")[0]?.id).toBe("c");
    expect(find(all, "zzz")).toEqual([]);
  });
});
