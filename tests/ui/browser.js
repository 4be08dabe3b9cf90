// The system's Chromium, with a profile that ends with it.

import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];
const out = join(import.meta.dirname, "out");

function executable() {
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = [...onPath, ...places].find((path) => existsSync(path));
  if (!found) throw new Error("Chromium is not installed");
  return found;
}

export function launch() {
  return chromium.launch({
    executablePath: executable(),
    // The sandbox of Chromium does not work for root, and nothing but our own page is opened.
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A page that notes what it complains of; `complaints` must stay empty. */
export async function visit(browser, address, { width = 1200, height = 800, theme } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme ?? "light", reducedMotion: "reduce" });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  await page.goto(address);
  await page.locator('[data-testid="app"][data-ready="true"]').waitFor();
  return { context, page, complaints };
}

/** The serious violations that axe finds on the page, one line each. */
export async function violations(page) {
  // Without frames there is nothing to put together in a page of its own, which costs more than the analysis.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}`));
}

export async function screenshot(page, name) {
  mkdirSync(out, { recursive: true });
  await page.screenshot({ path: join(out, `${name}.png`) });
}
