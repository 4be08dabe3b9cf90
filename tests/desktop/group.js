// Programs that end with everything they started.

import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Starts a program as the leader of a process group of its own. The web driver's window outlives its driver otherwise
 * and keeps the test runner waiting.
 */
export function start(program, args, options = {}) {
  return spawn(program, args, { ...options, detached: true });
}

/** Ends the whole group at once, and waits for its leader. */
export async function end(child) {
  if (child.pid === undefined) return;
  const gone = child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child, "exit");
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
  await gone;
}

/** The first line a program prints; fails with what it said when it ends before. */
export async function firstLine(child) {
  let text = "";
  let complaints = "";
  child.stderr?.on("data", (data) => (complaints += data));
  const exit = once(child, "exit").then(([code, signal]) => {
    throw new Error(`${child.spawnfile} ended (${code ?? signal}) before it said anything: ${text}${complaints}`);
  });
  const line = (async () => {
    for await (const data of child.stdout) {
      text += data;
      const end = text.indexOf("\n");
      if (end >= 0) return text.slice(0, end);
    }
    return exit;
  })();
  const first = await Promise.race([line, exit]);
  exit.catch(() => {});
  child.stdout.resume();
  return first;
}

/** Asks again until the answer is there, or the limit is over. The limit only keeps a broken run from hanging. */
export async function until(what, ask, limit = 30_000) {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${limit / 1000} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
