// The program ends or starts anew while its page is open: what was typed stays, and the page says what to do.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, screenshot, violations, visit } from "./browser.js";
import { Served } from "./served.js";

let browser;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

test("a page of the run before keeps what was typed and leads to the new address", async () => {
  let served = await Served.start();
  const port = Number(new URL(served.origin).port);
  const { page, context } = await visit(browser, served.address);
  const id = (name) => page.getByTestId(name);
  try {
    await id("welcome-new").click();
    await id("new-profile-name").fill("Support EU");
    await page.keyboard.press("Enter");
    await id("step-tenant_id").click();
    await served.stop();
    await id("link-lost").waitFor();
    await id("field-tenant-id").fill("typed-meanwhile");
    await id("field-tenant-id").blur();
    await id("profile-unsaved").waitFor();
    assert.equal(await id("error-banner").count(), 0, "one banner tells of the link");

    served = await Served.start({ port });
    await id("link-closed").waitFor();
    assert.match(await id("link-closed").innerText(), /copy it first/);
    assert.equal(await id("field-tenant-id").inputValue(), "typed-meanwhile");
    assert.deepEqual(await violations(page), []);
    await screenshot(page, "started-anew");
  } finally {
    await context.close();
    await served.stop();
  }
});

for (const theme of ["light", "dark"]) {
  test(`an address that was used already says what to do, ${theme}`, async () => {
    const served = await Served.start();
    try {
      const first = await visit(browser, served.address);
      await first.context.close();
      const context = await browser.newContext({ colorScheme: theme, viewport: { width: 1024, height: 700 } });
      const page = await context.newPage();
      const answer = await page.goto(served.address);
      assert.equal(answer.status(), 401);
      assert.match(await page.locator("main").innerText(), /start it again/);
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.notEqual(ground, "rgba(0, 0, 0, 0)", "its stylesheet is served");
      assert.deepEqual(await violations(page), []);
      await screenshot(page, `address-used-${theme}`);
      await context.close();
    } finally {
      await served.stop();
    }
  });
}
