// The runs that were kept: the strip, an earlier run, two compared, and what a browser downloads.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { launch, violations, visit } from "./browser.js";
import { Served } from "./served.js";

describe("the history of a profile", () => {
  let browser;
  let served;
  let visited;
  const id = (name) => visited.page.getByTestId(name);
  const strip = () => visited.page.locator('[data-testid="history-strip"] [data-run]');

  /** Runs everything, and waits until the run is among those kept. */
  async function verify(button, kept) {
    await id(button).first().click();
    await visited.page.waitForFunction(
      (wanted) => document.querySelectorAll('[data-testid="history-strip"] [data-run]').length === wanted,
      kept,
      { timeout: 60_000 },
    );
    await visited.page.locator('[data-testid="verify-headline"][data-running="false"]').waitFor();
  }

  before(async () => {
    browser = await launch();
    served = await Served.start({ sample: true });
    visited = await visit(browser, served.address, { width: 1024, height: 700 });
    await id("nav-verify").click();
  });

  after(async () => {
    await visited?.context.close();
    await served?.stop();
    await browser?.close();
  });

  test("there is no strip before the first run", async () => {
    await id("verify-first").waitFor();
    assert.equal(await id("history-strip").count(), 0);
  });

  test("a value that was changed between two runs is what the comparison tells", async () => {
    await verify("verify-first", 1);
    assert.ok(await id("history-compare-previous").isDisabled(), "one run alone");
    await id("nav-setup").click();
    await id("setup-all-values").click();
    await id("field-business-unit").fill("1000001");
    await id("field-business-unit").blur();
    await id("profile-saved").waitFor();
    await id("nav-verify").click();
    await verify("verify-run", 2);
    await id("history-compare-previous").click();
    await id("compare-runs").waitFor();
    assert.match(await id("compare-red").innerText(), /HD-306/);
    assert.match(await id("compare-values").innerText(), /Business Unit ID\s+\d+\s+1000001/);
    assert.deepEqual(await violations(visited.page), []);
  });

  test("an earlier run is shown as one, by the keyboard alone, and left again", async () => {
    await id("compare-close").click();
    await strip().last().focus();
    await visited.page.keyboard.press("ArrowLeft");
    await visited.page.keyboard.press("Enter");
    await id("past-run").waitFor();
    assert.equal(await id("past-run").getAttribute("data-outcome"), "pass");
    assert.equal(await id("check-HD-306").getAttribute("data-outcome"), "pass");
    assert.deepEqual(await violations(visited.page), []);
  });

  test("its report is downloaded as one file that loads nothing", async () => {
    const wanted = visited.page.waitForEvent("download");
    await id("report-menu").click();
    await id("report-html").click();
    const download = await wanted;
    assert.match(download.suggestedFilename(), /-verification-\d{8}-\d{4}\.html$/);
    const path = await download.path();
    const html = await readFile(path, "utf8");
    assert.match(html, /default-src 'none'/);
    const page = await visited.context.newPage();
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.setContent(html);
    assert.deepEqual(asked, []);
    assert.deepEqual(await violations(page), []);
    await page.close();
    await id("past-back").click();
    assert.equal(await id("check-HD-306").getAttribute("data-outcome"), "fail");
  });

  test("the page complains of nothing", () => {
    assert.deepEqual(visited.complaints, []);
  });
});
