// Diagnose in a whole window: measured against the sandbox, with a keyboard, and what can be saved of a wait.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { launch, screenshot, violations, visit } from "./browser.js";
import { Served } from "./served.js";

let browser;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

for (const theme of ["light", "dark"]) {
  describe(`diagnose, ${theme}`, () => {
    let served;
    let visited;
    const id = (name) => visited.page.getByTestId(name);
    const judge = async (name) => {
      assert.deepEqual(await violations(visited.page), [], name);
      const over = await visited.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `${name} is ${over} px wider than the window`);
      await screenshot(visited.page, `${name}-${theme}`);
    };
    const measured = (code) =>
      visited.page.locator(`[data-testid="diagnose-headline"][data-running="false"][data-code="${code}"]`).waitFor();

    before(async () => {
      served = await Served.start({ sample: true });
      visited = await visit(browser, served.address, { theme, width: 1024, height: 700 });
      await id("nav-settings").click();
      await id(`settings-theme-${theme}`).click();
      await visited.page.locator(`html[data-theme="${theme}"]`).waitFor();
    });

    after(async () => {
      await visited?.context.close();
      await served?.stop();
    });

    test("says what would be here", async () => {
      await visited.page.keyboard.press("Alt+3");
      await id("diagnose-empty").waitFor();
      await judge("diagnose-empty");
    });

    test("measures by keyboard and draws every call", async () => {
      await id("diagnose-rounds").fill("3");
      await id("diagnose-rounds").press("Enter");
      await measured("well");
      assert.equal(await id("distribution").locator("circle.dot").count(), 18);
      await id("diagnose-table").locator("summary").press("Enter");
      assert.equal(await id("diagnose-table").locator("tbody tr").count(), 6);
      await judge("diagnose-well");
    });

    test("names what is refused", async () => {
      await id("nav-sandbox").click();
      await id("fault-key-inactive-switch").click();
      await id("nav-diagnose").click();
      await id("diagnose-run").click();
      await measured("key_inactive");
      await judge("diagnose-refused");
      await id("nav-sandbox").click();
      await id("fault-key-inactive-switch").click();
    });

    test("waits until it is well and hands the chart out", async () => {
      await id("nav-diagnose").click();
      await id("wait-start").click();
      await visited.page.locator('[data-testid="wait-sentence"][data-ended="well"]').waitFor();
      const saved = async (button) => {
        const [download] = await Promise.all([visited.page.waitForEvent("download"), id(button).click()]);
        return readFileSync(await download.path());
      };
      const csv = (await saved("wait-csv")).toString();
      assert.match(csv, /^time,state,ms,signed_in,verdict,call,side,measured_from\r\n/);
      assert.match(csv, /,well,/);
      const png = await saved("wait-png");
      assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
      await judge("diagnose-waited");
    });

    test("the page complains of nothing", () => {
      assert.deepEqual(visited.complaints, []);
    });
  });
}
