import type { Desk } from "./desk.svelte";

/** Copies the last report as Markdown; it holds no secrets. */
export async function copyReport(desk: Desk): Promise<{ cleared_after_s?: number } | undefined> {
  const id = desk.profiles.view?.id;
  if (!id) return undefined;
  const report = await desk.troubles.attempt("Copying the report", () =>
    desk.backend.call("verify.report", { id, format: "markdown" }),
  );
  if (!report) return undefined;
  return desk.troubles.attempt("Copying the report", () => desk.copyText(report.text));
}
