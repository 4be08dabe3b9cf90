const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "just now", "4 min ago", "3 h ago", "2 days ago". */
export function ago(then: string | number, now: number): string {
  const at = typeof then === "number" ? then : Date.parse(then);
  if (Number.isNaN(at)) return "";
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 45) return "just now";
  if (seconds < HOUR) return `${Math.max(1, Math.round(seconds / MINUTE))} min ago`;
  if (seconds < DAY) return `${Math.round(seconds / HOUR)} h ago`;
  const days = Math.round(seconds / DAY);
  return days === 1 ? "yesterday" : `${days} days ago`;
}

/** Day, month and year as this computer writes them. */
export function day(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : date.toLocaleDateString(undefined, { dateStyle: "medium" });
}

export function dayAndTime(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  return date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/** A duration in the unit that reads best: `12 ms`, `1.4 s`, `2 min 3 s`. */
export function duration(ms: number): string {
  if (ms < 1) return "< 1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** The date of an `<input type="date">` for an instant, in this computer's zone. */
export function dateInput(at: string | undefined): string {
  const date = at ? new Date(at) : new Date();
  if (Number.isNaN(date.getTime())) return "";
  const pad = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** The instant (RFC 3339) of a date from an `<input type="date">`: its noon here, so no zone shifts the day. */
export function instantOf(date: string): string | undefined {
  const [year, month, dayOfMonth] = date.split("-").map(Number);
  if (!year || !month || !dayOfMonth) return undefined;
  return new Date(year, month - 1, dayOfMonth, 12).toISOString();
}

/** Two and three working days after an instant: the window in which NiCE says it answers. */
export function businessDays(since: string): { from: Date; to: Date } {
  const after = (count: number) => {
    const date = new Date(since);
    for (let left = count; left > 0;) {
      date.setDate(date.getDate() + 1);
      if (date.getDay() !== 0 && date.getDay() !== 6) left -= 1;
    }
    return date;
  };
  return { from: after(2), to: after(3) };
}
