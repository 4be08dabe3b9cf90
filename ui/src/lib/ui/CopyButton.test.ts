import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { announcer } from "$lib/state/announcer.svelte";
import { ACKNOWLEDGED_MS } from "$lib/state/acknowledgement.svelte";
import CopyButton from "./CopyButton.svelte";

it("turns into Copied for a moment and says it aloud", async () => {
  vi.useFakeTimers();
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  const copy = vi.fn(async () => ({ cleared_after_s: 60 }));
  render(CopyButton, { what: "Client Secret", copy, testid: "copy" });
  const button = screen.getByTestId("copy");
  await user.click(button);
  expect(copy).toHaveBeenCalledOnce();
  expect(button.dataset.copied).toBe("true");
  expect(button.textContent).toContain("Copied");
  expect(announcer.text).toContain("Client Secret copied");
  expect(announcer.text).toContain("60 seconds");
  await vi.advanceTimersByTimeAsync(ACKNOWLEDGED_MS);
  expect(button.dataset.copied).toBeUndefined();
  expect(button.textContent).toContain("Copy");
  vi.useRealTimers();
});

it("acknowledges nothing when nothing was copied", async () => {
  const user = userEvent.setup();
  render(CopyButton, { what: "Name", copy: async () => undefined, testid: "none" });
  await user.click(screen.getByTestId("none"));
  expect(screen.getByTestId("none").dataset.copied).toBeUndefined();
});
