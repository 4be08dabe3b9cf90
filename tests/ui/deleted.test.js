// A profile that is open in one window is deleted in another one.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, screenshot, violations, visit } from "./browser.js";
import { Served } from "./served.js";

let browser;
let served;

before(async () => {
  served = await Served.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await served?.stop();
});

test("the window says so, keeps what was typed, and opens no other customer's profile", async () => {
  const { page, context, complaints } = await visit(browser, served.address, { width: 1024, height: 700 });
  const id = (name) => page.getByTestId(name);
  for (const name of ["Alpha", "Beta"]) {
    await id("profile-switcher").click();
    await id("profile-new").click();
    await id("new-profile-name").fill(name);
    await page.keyboard.press("Enter");
    await id("dialog-new").waitFor({ state: "detached" });
  }
  await id("step-tenant_id").click();
  await id("field-tenant-id").fill("typed-last");
  await id("field-tenant-id").blur();
  await id("profile-saved").waitFor();
  // The keyboard is in a field that goes with the profile.
  await id("field-tenant-id").focus();

  const other = await context.newPage();
  await other.goto(served.origin);
  await other.locator('[data-testid="app"][data-ready="true"]').waitFor();
  await other.getByTestId("profile-switcher").click();
  await other.getByTestId("profile-option").filter({ hasText: "Beta" }).click();
  await other.getByTestId("profile-switcher").click();
  await other.getByTestId("profile-delete").click();
  await other.getByTestId("delete-confirm").click();

  await id("profile-gone").waitFor();
  assert.match(await id("profile-gone").innerText(), /Beta was deleted in another window or in a terminal/);
  assert.ok((await id("gone-value").allInnerTexts()).includes("typed-last"));
  assert.match(await id("profile-switcher").innerText(), /No profile/);
  assert.deepEqual(await violations(page), []);
  await screenshot(page, "deleted-elsewhere");
  await id("gone-open").first().click();
  await id("screen-setup").waitFor();
  assert.match(await id("profile-switcher").innerText(), /Alpha/);
  assert.deepEqual(complaints, []);
  await context.close();
});
