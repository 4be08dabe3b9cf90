// `handover serve`, in folders of its own and with nothing of whoever runs the tests.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const program = process.env.HANDOVER_BIN ?? resolve(import.meta.dirname, "../../target/debug/handover");

export class Served {
  /** `sample`: with the sandbox; else with an empty data folder. `port`: one that a server before had, else a free one. */
  static async start({ sample = false, port = 0 } = {}) {
    const home = mkdtempSync(join(tmpdir(), "handover-ui-"));
    const env = {};
    for (const [name, value] of Object.entries(process.env)) {
      if (!/^(HANDOVER_|DBUS_|DISPLAY$|WAYLAND_|XAUTHORITY$|.*_proxy$|.*_PROXY$)/.test(name)) env[name] = value;
    }
    for (const name of ["DATA", "CONFIG", "CACHE", "STATE", "RUNTIME"]) {
      const variable = name === "RUNTIME" ? "XDG_RUNTIME_DIR" : `XDG_${name}_HOME`;
      env[variable] = join(home, name.toLowerCase());
      mkdirSync(env[variable], { mode: 0o700 });
    }
    // No bus, so no keychain: not even that of whoever runs the tests.
    env.DBUS_SESSION_BUS_ADDRESS = `unix:path=${join(home, "no-bus")}`;
    const args = ["--data-dir", join(home, "profiles"), "serve", "--json", "--port", String(port), ...(sample ? ["--sample"] : [])];
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    const { address } = JSON.parse(await firstLine(child));
    return new Served(home, child, address);
  }

  constructor(home, child, address) {
    this.home = home;
    this.child = child;
    /** Holds the token that is good for one visit. */
    this.address = address;
    this.origin = new URL(address).origin;
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGKILL");
      await once(this.child, "exit");
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

async function firstLine(child) {
  let text = "";
  for await (const data of child.stdout) {
    text += data;
    if (text.includes("\n")) {
      child.stdout.resume();
      return text.slice(0, text.indexOf("\n"));
    }
  }
  throw new Error(`${program} ended before it said its address`);
}
