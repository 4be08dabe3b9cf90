import type { Desk } from "./desk.svelte";

/** Hands a file to the browser's downloads, or puts it on the clipboard of a desktop window, which may write no files. */
export async function saveFile(desk: Desk, content: Blob, name: string): Promise<void> {
  if (desk.backend.kind === "tauri") {
    const copied = await desk.troubles.attempt(`Copying ${name}`, async () => {
      if (content.type.startsWith("text/")) return desk.copyText(await content.text());
      await navigator.clipboard.write([new ClipboardItem({ [content.type]: content })]);
      return {};
    });
    if (copied) desk.notice = `${name} is on the clipboard.`;
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
  desk.notice = `${name} was handed to the browser's downloads.`;
}
