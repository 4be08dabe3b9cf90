import { vi } from "vitest";

// jsdom draws nothing and has neither media queries nor modal dialogs; what the window asks of them is this much.
vi.stubGlobal("matchMedia", (query: string) => ({
  matches: false,
  media: query,
  addEventListener: vi.fn(),
  removeEventListener: vi.fn(),
}));
window.matchMedia = globalThis.matchMedia;
HTMLDialogElement.prototype.showModal = function showModal() {
  this.setAttribute("open", "");
};
HTMLDialogElement.prototype.close = function close() {
  this.removeAttribute("open");
};
