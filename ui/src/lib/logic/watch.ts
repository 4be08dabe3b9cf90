import type { RadarItem, WatchView } from "$lib/backend/generated/types";
import { ago } from "./time";

/** Minutes from one run to the next that are offered. */
export const INTERVALS: readonly number[] = [5, 15, 30, 60, 240, 1440];

/** "15 min", "4 h". */
export function interval(minutes: number): string {
  return minutes >= 60 && minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}

/** Hours and minutes as this computer writes them. */
export function clock(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  return date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}

/** What a watch does, in a line. */
export function watchWords(view: WatchView | undefined, now: number): string {
  if (!view || view.state === "off") return "Not watched in the background";
  const every = `Watching every ${interval(view.every_min)}`;
  if (view.paused?.why === "refused")
    return "Watching is paused: CXone refuses the credentials. It goes on when you change a value or a secret.";
  if (view.paused) return `Watching is paused since ${clock(view.paused.since)}`;
  if (view.state === "running") return `${every} · verifying now`;
  const parts = [every];
  if (view.trouble) parts.push(view.trouble.message);
  else if (view.offline) parts.push("nothing could be reached");
  if (view.next_at) parts.push(`next at ${clock(view.next_at)}`);
  if (view.last_at) parts.push(`last ${ago(view.last_at, now)}`);
  return parts.join(" · ");
}

/** What a watch does, in the few words of the status bar. */
export function watchBrief(view: WatchView): string {
  if (view.paused) return "Watching paused";
  if (view.offline) return "Watching, nothing reachable";
  return `Watching every ${interval(view.every_min)}`;
}

/** What ends next, or what most deserves a look where nothing has an end. */
export function nearest(items: readonly RadarItem[]): RadarItem | undefined {
  return (
    items.find((item) => item.days !== undefined) ??
    items.find((item) => item.level === "urgent" || item.level === "soon")
  );
}

/** The line above the list. */
export function radarWords(items: readonly RadarItem[]): string {
  const first = nearest(items);
  if (!first) return "Nothing known here runs out";
  const what = first.what.charAt(0).toLowerCase() + first.what.slice(1);
  return first.kind === "certificate"
    ? `Expires next: ${what}, ${first.text}`
    : `${first.what} ${first.text}`;
}
