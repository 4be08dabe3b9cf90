// The program's window, driven through WebKitWebDriver.

import { createWriteStream, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { Builder, By, Capabilities, Key } from "selenium-webdriver";
import { programs } from "./desktop.js";
import { end, start, until } from "./group.js";

const out = join(import.meta.dirname, "out");

export class Window {
  /** Opens the program on this desktop. A driver holds one session, so each window has a driver of its own. */
  static async open(desktop, args = []) {
    const port = await freePort();
    const driver = start("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], {
      env: { ...desktop.env, TAURI_WEBVIEW_AUTOMATION: "true" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    mkdirSync(out, { recursive: true });
    const log = createWriteStream(join(out, "window.log"), { flags: "a" });
    driver.stdout.pipe(log);
    driver.stderr.pipe(log);
    try {
      await until("the web driver", () => listens(port));
      const client = await new Builder()
        .usingServer(`http://127.0.0.1:${port}/`)
        .withCapabilities(
          new Capabilities({ browserName: "wry", "webkitgtk:browserOptions": { binary: programs.window, args } }),
        )
        .build();
      const window = new Window(desktop, driver, client);
      // The first start after a build reads everything from the disk.
      await window.see("app", '[data-ready="true"]');
      return window;
    } catch (error) {
      await end(driver);
      throw error;
    }
  }

  constructor(desktop, driver, client) {
    this.desktop = desktop;
    this.driver = driver;
    this.client = client;
  }

  /** The element with this test id, once it is shown. `more` narrows the selector. */
  async see(id, more = "") {
    const selector = `[data-testid="${id}"]${more}`;
    return until(selector, async () => {
      for (const element of await this.client.findElements(By.css(selector))) {
        if (await shown(element)) return element;
      }
      return undefined;
    });
  }

  async has(id, more = "") {
    return (await this.client.findElements(By.css(`[data-testid="${id}"]${more}`))).length > 0;
  }

  async click(id, more = "") {
    await (await this.see(id, more)).click();
  }

  async text(id, more = "") {
    // The driver's own text is empty for what is cut off with an ellipsis.
    return this.client.executeScript("return arguments[0].innerText.trim()", await this.see(id, more));
  }

  /** Waits until the element says this. */
  async says(id, words) {
    await until(`"${words}" in ${id}`, async () => (await this.text(id)).includes(words));
  }

  async value(id) {
    return (await this.see(id)).getAttribute("value");
  }

  /** Replaces what stands in a field, as a person does, and leaves the field. */
  async type(id, text) {
    const field = await this.see(id);
    // Three calls: this driver keeps the modifier of a chord down until the end of the call.
    await field.sendKeys(Key.chord(Key.CONTROL, "a"));
    await field.sendKeys(Key.DELETE);
    await field.sendKeys(text, Key.TAB);
  }

  /** Runs a command of the application as the page does. */
  async call(name, payload = {}) {
    const answer = await this.client.executeAsyncScript(
      `const done = arguments[arguments.length - 1];
       window.__TAURI_INTERNALS__.invoke("rpc", { name: arguments[0], payload: arguments[1] })
         .then((ok) => done({ ok }), (error) => done({ error }));`,
      name,
      payload,
    );
    if (answer.error) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
    return answer.ok;
  }

  /** A picture in `out/`. One taken straight after a change can be some frames old in parts, so two must agree. */
  async screenshot(name) {
    let before;
    let picture = await this.client.takeScreenshot();
    for (let attempt = 0; picture !== before && attempt < 10; attempt += 1) {
      await this.client.executeAsyncScript(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));",
      );
      before = picture;
      picture = await this.client.takeScreenshot();
    }
    writeFileSync(join(out, `${name}.png`), picture, "base64");
  }

  /** Ends the program as the system would, waits until it is gone, and gives its exit code. */
  async close() {
    const program = child(this.driver.pid);
    if (program !== undefined) {
      process.kill(program, "SIGTERM");
      await until("the end of the program", () => !alive(program));
    }
    await end(this.driver);
  }

  /** Ends it like a power cut. */
  async kill() {
    await end(this.driver);
  }
}

/** An element that went away while it was looked at is not shown. */
async function shown(element) {
  try {
    return (await element.isDisplayed()) && (await element.isEnabled());
  } catch (error) {
    if (error.name === "StaleElementReferenceError" || error.name === "NoSuchElementError") return false;
    throw error;
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** The program that a driver started. */
function child(parent) {
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = status(entry);
    if (stat?.parent === parent && stat.name.startsWith("handover-desk")) return Number(entry);
  }
  return undefined;
}

function alive(pid) {
  const stat = status(pid);
  return stat !== undefined && stat.state !== "Z";
}

function status(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const close = text.lastIndexOf(")");
    const [state, parent] = text.slice(close + 2).split(" ");
    return { name: text.slice(text.indexOf("(") + 1, close), state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
