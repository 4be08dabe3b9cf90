/** One thing the palette can do. */
export interface Entry {
  id: string;
  kind: "Screen" | "Profile" | "Command" | "Step" | "Check";
  title: string;
  /** Further words it is found by. */
  words?: string;
  shortcut?: string;
  run: () => void;
}

/** How well an entry fits what was typed: lower is better, undefined is not at all. */
export function fit(entry: Entry, query: string): number | undefined {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const title = entry.title.toLowerCase();
  const all = `${title} ${entry.words?.toLowerCase() ?? ""} ${entry.kind.toLowerCase()}`;
  if (!words.every((word) => all.includes(word))) return undefined;
  if (words.length === 0) return 2;
  const first = words[0] ?? "";
  if (title.startsWith(first)) return 0;
  return title.includes(first) ? 1 : 2;
}

/** The entries that fit, best first; equal ones keep their order. */
export function find(entries: readonly Entry[], query: string, limit = 60): Entry[] {
  return entries
    .map((entry, at) => ({ entry, at, rank: fit(entry, query) }))
    .filter((found): found is { entry: Entry; at: number; rank: number } => found.rank !== undefined)
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .slice(0, limit)
    .map((found) => found.entry);
}
