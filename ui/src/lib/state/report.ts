import type { ReportFormat } from "$lib/backend/generated/types";
import type { Desk } from "./desk.svelte";
import { handOut } from "./transfer";

/** The run whose report is meant: an earlier one on screen, else the last. */
function meant(desk: Desk): { id: string; run?: number } | undefined {
  const id = desk.profiles.view?.id;
  const run = desk.history?.shown?.head.run;
  return id ? (run === undefined ? { id } : { id, run }) : undefined;
}

/** Copies the report on screen as Markdown; it holds no secrets. */
export async function copyReport(desk: Desk): Promise<{ cleared_after_s?: number } | undefined> {
  const run = meant(desk);
  if (!run) return undefined;
  const report = await desk.troubles.attempt("Copying the report", () =>
    desk.backend.call("verify.report", { ...run, format: "markdown" }),
  );
  if (!report) return undefined;
  return desk.troubles.attempt("Copying the report", () => desk.copyText(report.text));
}

const TYPES: Record<ReportFormat, string> = {
  html: "text/html",
  json: "application/json",
  markdown: "text/markdown",
  text: "text/plain",
};

/** Hands the report on screen out as a file; it holds no secrets. */
export async function saveReport(desk: Desk, format: ReportFormat): Promise<void> {
  const run = meant(desk);
  if (!run) return;
  const report = await desk.troubles.attempt("Saving the report", () =>
    desk.backend.call("verify.report", { ...run, format }),
  );
  if (report) await handOut(desk, report.text, report.file_name, TYPES[format], "report");
}
