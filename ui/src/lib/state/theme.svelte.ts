import type { Theme } from "$lib/backend/generated/types";

/** The theme that is drawn for a choice, given what the desktop prefers. */
export function drawnTheme(choice: Theme, desktopIsDark: boolean): "light" | "dark" {
  if (choice === "system") return desktopIsDark ? "dark" : "light";
  return choice;
}

/** Keeps `<html data-theme>` in step with the choice and with the desktop. */
export class ThemeSwitch {
  choice = $state<Theme>("system");
  #desktop = window.matchMedia("(prefers-color-scheme: dark)");

  constructor() {
    this.#desktop.addEventListener("change", () => this.#draw());
    this.#draw();
  }

  choose(choice: Theme): void {
    this.choice = choice;
    this.#draw();
  }

  #draw(): void {
    document.documentElement.dataset.theme = drawnTheme(this.choice, this.#desktop.matches);
  }
}
