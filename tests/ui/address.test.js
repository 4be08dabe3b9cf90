// The address that `handover serve` prints: good for one visit, and the page that it opens is closed to others.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, visit } from "./browser.js";
import { Served } from "./served.js";

let served;
let browser;

before(async () => {
  served = await Served.start({ sample: true });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await served?.stop();
});

test("the token leaves the address and is good once", async () => {
  const { page, context } = await visit(browser, served.address);
  assert.equal(new URL(page.url()).search, "");
  const [cookie] = await context.cookies();
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, "Strict");
  assert.equal(await page.evaluate(() => document.cookie), "");
  await page.reload();
  await page.locator('[data-testid="app"][data-ready="true"]').waitFor();
  const second = await fetch(served.address, { redirect: "manual" });
  assert.ok(second.status >= 400, `status ${second.status}`);
  assert.equal(second.headers.get("set-cookie"), null);
  await context.close();
});

test("without the cookie there is no page and no command", async () => {
  for (const path of ["/", "/index.html"]) {
    const answer = await fetch(served.origin + path, { redirect: "manual" });
    assert.ok(answer.status >= 400, `${path}: ${answer.status}`);
  }
});

test("the page may load from its own origin only", async () => {
  const fresh = await Served.start({ sample: true });
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    const answer = await page.goto(fresh.address);
    const policy = answer.headers()["content-security-policy"];
    assert.match(policy, /default-src 'none'/);
    assert.ok(!policy.includes("unsafe"), policy);
    await context.close();
  } finally {
    await fresh.stop();
  }
});
