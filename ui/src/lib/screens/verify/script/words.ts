import type {
  ScriptBackupInfo,
  ScriptChange,
  ScriptChangeKind,
  WireError,
} from "$lib/backend/generated/types";
import { dayAndTime } from "$lib/logic/time";
import type { Doing } from "./work.svelte";

/** How a change is called, in one word. */
export function kindWord(kind: ScriptChangeKind): string {
  return { added: "Added", removed: "Removed", changed: "Changed" }[kind];
}

/** A copy in one line: when, and why it was taken. */
export function backupLine(backup: ScriptBackupInfo): string {
  const reason = {
    asked: "backed up",
    before_restore: "before a restore",
    accepted: backup.accepted ? "accepted" : "accepted before",
  }[backup.reason];
  return `${dayAndTime(backup.at)}, ${reason}`;
}

/** "2 changed, 1 added", in a fixed order; nothing for none. */
export function tally(changes: readonly ScriptChange[]): string {
  const kinds: ScriptChangeKind[] = ["changed", "added", "removed"];
  return kinds
    .map((kind) => ({ kind, number: changes.filter((change) => change.kind === kind).length }))
    .filter(({ number }) => number > 0)
    .map(({ kind, number }) => `${number} ${kind}`)
    .join(", ");
}

/** What did not work, as a title. */
export function failedTitle(doing: Doing, error: WireError): string {
  if (error.code === "changed") return "The script changed meanwhile";
  return {
    read: "The copies could not be read",
    backup: "The script was not backed up",
    compare: "The script was not compared",
    accept: "The script was not accepted",
    restore: "The script was not put back",
  }[doing];
}

/** What goes on. */
export function doingWords(doing: Doing): string {
  return {
    read: "Reading the copies",
    backup: "Backing up",
    compare: "Comparing",
    accept: "Accepting",
    restore: "Putting it back",
  }[doing];
}
