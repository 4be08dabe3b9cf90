// A profile that is watched: turned on where it is verified, told in the status bar, paused, and set in Settings.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, screenshot, violations, visit } from "./browser.js";
import { Served } from "./served.js";

for (const theme of ["light", "dark"]) {
  describe(`the watch, ${theme}`, () => {
    let browser;
    let served;
    let visited;
    const id = (name) => visited.page.getByTestId(name);
    const state = (name) =>
      visited.page
        .locator(`[data-testid="watch-bar"][data-state="${name}"]`)
        .waitFor();

    before(async () => {
      browser = await launch();
      served = await Served.start({ sample: true });
      visited = await visit(browser, served.address, {
        theme,
        width: 1024,
        height: 700,
      });
      await id("nav-verify").click();
      await id("screen-verify").waitFor();
    });

    after(async () => {
      await browser?.close();
      await served?.stop();
    });

    async function judge(name) {
      assert.deepEqual(await violations(visited.page), [], name);
      await screenshot(visited.page, `${name}-${theme}`);
    }

    test("it begins with a run of its own", async () => {
      await state("off");
      await judge("watch-off");
      await id("watch-on").click();
      await visited.page
        .locator(
          '[data-testid="verify-headline"][data-running="false"][data-outcome="pass"]',
        )
        .waitFor();
      await state("watching");
      assert.match(
        await id("watch-words").innerText(),
        /^Watching every 15 min · next at .+ · last just now$/,
      );
      assert.equal(
        await id("status-watch").innerText(),
        "Watching every 15 min",
      );
      await judge("watch-on");
    });

    test("what runs out is listed", async () => {
      await id("radar").click();
      await id("radar-list").waitFor();
      await judge("watch-radar");
      await visited.page.keyboard.press("Escape");
      await id("radar-list").waitFor({ state: "detached" });
    });

    test("another interval, a pause, and on", async () => {
      await id("watch-interval").selectOption("60");
      await visited.page
        .getByText(/^Watching every 1 h/)
        .first()
        .waitFor();
      await id("watch-pause").click();
      await state("paused");
      await judge("watch-paused");
      await id("watch-resume").click();
      await state("watching");
    });

    test("a refused key pauses it and says so", async () => {
      await id("nav-sandbox").click();
      await id("fault-key-wrong-switch").click();
      await id("nav-verify").click();
      await id("verify-run").first().click();
      await visited.page
        .locator(
          '[data-testid="verify-headline"][data-running="false"][data-outcome="fail"]',
        )
        .waitFor();
      await visited.page
        .locator('[data-testid="watch-bar"][data-why="refused"]')
        .waitFor();
      assert.match(
        await id("watch-words").innerText(),
        /CXone refuses the credentials/,
      );
      await judge("watch-refused");
    });

    test("settings", async () => {
      await id("nav-settings").click();
      await id("settings-watch").waitFor();
      await id("settings-notifications").click();
      await judge("watch-settings");
      assert.equal(await id("settings-notifications").isChecked(), false);
    });

    test("no complaint on the console", () => {
      assert.deepEqual(visited.complaints, []);
    });
  });
}
