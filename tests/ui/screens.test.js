// Every screen in both themes: it appears, it can be used with a keyboard and a screen reader (axe), it fits, and the
// page complains of nothing.

import assert from "node:assert/strict";
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

/** Checks what is shown now. */
async function judge(page, name) {
  assert.deepEqual(await violations(page), [], name);
  const over = await page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    return { width: scrollWidth - clientWidth, height: scrollHeight - clientHeight };
  });
  assert.ok(over.width <= 0 && over.height <= 0, `${name} is ${over.width} x ${over.height} px larger than the window`);
  await screenshot(page, name);
}

for (const theme of ["light", "dark"]) {
  describe(`with the sample profile, ${theme}`, () => {
    let served;
    let visited;
    const id = (name) => visited.page.getByTestId(name);

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

    test("settings", async () => {
      await id("screen-settings").waitFor();
      await judge(visited.page, `settings-${theme}`);
    });

    test("setup", async () => {
      await id("nav-setup").click();
      await id("screen-setup").waitFor();
      await judge(visited.page, `setup-${theme}`);
    });

    test("setup, every step", async () => {
      const steps = await visited.page.locator('[data-testid^="step-"][data-state]').all();
      assert.ok(steps.length > 10, `${steps.length} steps`);
      for (const step of steps) {
        await step.click();
        const name = await step.getAttribute("data-testid");
        assert.deepEqual(await violations(visited.page), [], name);
      }
    });

    test("setup, all values", async () => {
      await id("setup-all-values").click();
      await id("byoc-form").waitFor();
      await judge(visited.page, `all-values-${theme}`);
    });

    test("verify, before a run", async () => {
      await id("nav-verify").click();
      await id("screen-verify").waitFor();
      await judge(visited.page, `verify-empty-${theme}`);
    });

    test("verify, green", async () => {
      await id("verify-run").first().click();
      await visited.page.locator('[data-testid="verify-headline"][data-running="false"][data-outcome="pass"]').waitFor();
      await id("check-HD-303").click();
      await id("check-detail").waitFor();
      await judge(visited.page, `verify-green-${theme}`);
    });

    test("verify, red", async () => {
      await id("nav-setup").click();
      await id("setup-all-values").click();
      await id("field-business-unit").fill("1000001");
      await id("field-business-unit").blur();
      await id("profile-saved").waitFor();
      await id("nav-verify").click();
      await id("verify-run").first().click();
      await visited.page.locator('[data-testid="verify-headline"][data-running="false"][data-outcome="fail"]').waitFor();
      await id("check-HD-306").click();
      await visited.page.locator('[data-testid="check-HD-306"][data-outcome="fail"]').waitFor();
      await judge(visited.page, `verify-red-${theme}`);
    });

    test("profiles, and a dialog", async () => {
      await id("profile-switcher").click();
      await judge(visited.page, `profiles-${theme}`);
      await id("profile-new").click();
      await id("dialog-new").waitFor();
      await judge(visited.page, `new-profile-${theme}`);
      await visited.page.keyboard.press("Escape");
      await id("dialog-new").waitFor({ state: "detached" });
    });

    test("the palette", async () => {
      await visited.page.keyboard.press("Control+k");
      await id("palette-input").waitFor();
      await judge(visited.page, `palette-${theme}`);
      await visited.page.keyboard.press("Escape");
      await id("palette-input").waitFor({ state: "detached" });
    });

    test("no complaint on the console", () => {
      assert.deepEqual(visited.complaints, []);
    });
  });

  describe(`first start, ${theme}`, () => {
    let served;
    let visited;

    before(async () => {
      served = await Served.start();
      visited = await visit(browser, served.address, { theme });
    });

    after(async () => {
      await visited?.context.close();
      await served?.stop();
    });

    test("welcome", async () => {
      await visited.page.getByTestId("welcome").waitFor();
      await judge(visited.page, `welcome-${theme}`);
    });

    test("verify without a profile", async () => {
      await visited.page.getByTestId("nav-verify").click();
      await judge(visited.page, `verify-without-profile-${theme}`);
    });

    test("no complaint on the console", () => {
      assert.deepEqual(visited.complaints, []);
    });
  });
}
