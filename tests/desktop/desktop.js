// A desktop of its own for a test: session bus, unlocked keyring, display, and folders that end with it.

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { end, firstLine, start } from "./group.js";

const target = resolve(import.meta.dirname, "../../target/debug");
export const programs = {
  window: process.env.HANDOVER_DESK_BIN ?? join(target, "handover-desk"),
  terminal: process.env.HANDOVER_BIN ?? join(target, "handover"),
};

// The display stands inside the bus, so that the bus knows of none: a locked keyring then answers with an error instead
// of a dialog that nobody sees. The password must not be empty, or no collection is made.
const SESSION = `
eval "$(printf test | gnome-keyring-daemon --unlock --components=secrets)"
exec xvfb-run -a -s '-screen 0 1280x800x24' sh -c 'env -0 > "$SESSION_ENV"; echo ready; exec cat'
`;

export class Desktop {
  static async start() {
    const home = mkdtempSync(join(tmpdir(), "handover-desktop-"));
    const folders = { data: "XDG_DATA_HOME", config: "XDG_CONFIG_HOME", cache: "XDG_CACHE_HOME", state: "XDG_STATE_HOME" };
    const env = {};
    for (const [name, value] of Object.entries(process.env)) {
      // Nothing of whoever runs the tests: neither credentials nor display nor bus.
      if (!/^(HANDOVER_|DBUS_|DISPLAY$|WAYLAND_|XAUTHORITY$|GNOME_KEYRING|SSH_AUTH_SOCK$|WEBKIT_|.*_proxy$|.*_PROXY$)/.test(name))
        env[name] = value;
    }
    for (const [folder, variable] of Object.entries(folders)) {
      env[variable] = join(home, folder);
      mkdirSync(env[variable]);
    }
    env.XDG_RUNTIME_DIR = join(home, "run");
    mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });
    env.SESSION_ENV = join(home, "session-env");
    env.MESA_SHADER_CACHE_DISABLE = "true";
    const session = start("dbus-run-session", ["--", "sh", "-c", SESSION], { env, stdio: ["pipe", "pipe", "pipe"] });
    await firstLine(session);
    const inside = Object.fromEntries(
      readFileSync(env.SESSION_ENV, "utf8")
        .split("\0")
        .filter(Boolean)
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    return new Desktop(home, session, inside);
  }

  constructor(home, session, env) {
    this.home = home;
    this.session = session;
    this.env = env;
  }

  /** What is on the clipboard. */
  async clipboard(kind) {
    const args = ["-selection", "clipboard", "-o", ...(kind ? ["-t", kind] : [])];
    const { stdout } = await promisify(execFile)("xclip", args, { env: this.env });
    return stdout;
  }

  /** Files of this desktop that hold one of these texts, as they are or in base64. */
  filesWith(texts) {
    const needles = texts.flatMap((text) => [Buffer.from(text), Buffer.from(Buffer.from(text).toString("base64").slice(0, -4))]);
    return files(this.home).filter((file) => {
      const content = readFileSync(file);
      return needles.some((needle) => content.includes(needle));
    });
  }

  async stop() {
    await end(this.session);
    // The keyring leaves the group when it goes into the background; it ends with its bus, but not at once.
    rmSync(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function files(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** State of the folders of whoever runs the tests: none of them may change. */
export function ownFolders() {
  const home = homedir();
  const env = process.env;
  const roots = [
    env.XDG_DATA_HOME ?? join(home, ".local/share"),
    env.XDG_CONFIG_HOME ?? join(home, ".config"),
    env.XDG_CACHE_HOME ?? join(home, ".cache"),
    env.XDG_STATE_HOME ?? join(home, ".local/state"),
  ];
  const names = ["handover-desk", "dev.handoverdesk.desktop", "Handover Desk", "keyrings"];
  const paths = roots.flatMap((root) => names.map((name) => join(root, name)));
  return paths
    .filter((path) => existsSync(path))
    .flatMap((path) => files(path))
    .map((file) => `${file} ${statSync(file).size} ${statSync(file).mtimeMs}`);
}
