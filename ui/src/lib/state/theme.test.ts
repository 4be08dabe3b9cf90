import { expect, it } from "vitest";
import { drawnTheme, ThemeSwitch } from "./theme.svelte";

it("follows the desktop unless one was chosen", () => {
  expect(drawnTheme("system", true)).toBe("dark");
  expect(drawnTheme("system", false)).toBe("light");
  expect(drawnTheme("light", true)).toBe("light");
});

it("stands on the document for the style sheet", () => {
  const theme = new ThemeSwitch();
  expect(document.documentElement.dataset.theme).toBe("light");
  theme.choose("dark");
  expect(document.documentElement.dataset.theme).toBe("dark");
});
