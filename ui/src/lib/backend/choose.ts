import type { Backend } from "./backend";

/** The backend that is there: the desktop shell's, else that of the server the page came from. */
export async function chooseBackend(): Promise<Backend> {
  const fake = new URLSearchParams(location.search).get("fake");
  if (import.meta.env.DEV && fake !== null) return (await import("./fake/fake")).fakeBackend(fake);
  if ("__TAURI_INTERNALS__" in window) return (await import("./tauri")).tauriBackend();
  return (await import("./web")).webBackend();
}
