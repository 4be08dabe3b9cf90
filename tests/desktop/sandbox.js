// The simulated tenant, as a program of its own: to the window it is as foreign as a real one.

import { programs } from "./desktop.js";
import { end, firstLine, start } from "./group.js";

export class Sandbox {
  static async start(desktop, faults = []) {
    const args = ["sandbox", "--json", ...faults.flatMap((fault) => ["--fault", fault])];
    const child = start(programs.terminal, args, { env: desktop.env, stdio: ["ignore", "pipe", "pipe"] });
    return new Sandbox(child, JSON.parse(await firstLine(child)));
  }

  constructor(child, description) {
    this.child = child;
    Object.assign(this, description);
  }

  async stop() {
    await end(this.child);
  }
}
