import { announcer } from "./announcer.svelte";
import type { Desk } from "./desk.svelte";

/** Hands the profile file out: as a download where the window can, else on the clipboard. */
export async function exportProfile(desk: Desk, id: string): Promise<void> {
  await desk.profiles.draft?.flush();
  const file = await desk.troubles.attempt("Exporting the profile", () =>
    desk.backend.call("profile.export", { id }),
  );
  if (!file) return;
  await handOut(desk, file.json, file.file_name, "application/json", "profile file");
}

/** Hands text out as a file: a download where the window can, else on the clipboard. It must hold no secret. */
export async function handOut(
  desk: Desk,
  text: string,
  name: string,
  type: string,
  what: string,
): Promise<void> {
  if (desk.backend.kind === "tauri") {
    // The desktop window has no right to write files; the clipboard is what every desktop has.
    const copied = await desk.troubles.attempt(`Copying the ${what}`, () => desk.copyText(text));
    if (!copied) return;
    announcer.say(`The ${what} was copied to the clipboard`);
    desk.notice = `The ${what} is on the clipboard, without secrets. Save it as ${name}.`;
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
  desk.notice = `${name} was handed to the browser's downloads, without secrets.`;
}
