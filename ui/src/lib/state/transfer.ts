import { announcer } from "./announcer.svelte";
import type { Desk } from "./desk.svelte";

/** Hands the profile file out: as a download where the window can, else on the clipboard. */
export async function exportProfile(desk: Desk, id: string): Promise<void> {
  await desk.profiles.draft?.flush();
  const file = await desk.troubles.attempt("Exporting the profile", () =>
    desk.backend.call("profile.export", { id }),
  );
  if (!file) return;
  if (desk.backend.kind === "tauri") {
    // The desktop window has no right to write files; the clipboard is what every desktop has.
    const copied = await desk.troubles.attempt("Copying the profile file", () => desk.copyText(file.json));
    if (!copied) return;
    announcer.say("The profile file was copied to the clipboard");
    desk.notice = `The profile file is on the clipboard, without secrets. Save it as ${file.file_name}.`;
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file.json], { type: "application/json" }));
  link.download = file.file_name;
  link.click();
  URL.revokeObjectURL(link.href);
  desk.notice = `${file.file_name} was handed to the browser's downloads, without secrets.`;
}
