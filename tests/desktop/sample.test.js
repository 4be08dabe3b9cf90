// The rehearsal: a window with the sandbox and its sample profile, of which nothing is kept.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { Desktop, ownFolders } from "./desktop.js";
import { story } from "./story.js";
import { Window } from "./window.js";

let desktop;
let window;
const own = ownFolders();
const step = story(() => window?.screenshot("failure-sample"));

before(async () => {
  desktop = await Desktop.start();
  window = await Window.open(desktop, ["--sample"]);
});

after(async () => {
  await window?.kill();
  await desktop?.stop();
});

async function outcomes() {
  await window.click("verify-run");
  const headline = await window.see("verify-headline", '[data-running="false"][data-outcome]');
  return headline.getAttribute("data-outcome");
}

step("the sample profile is green", async () => {
  await window.click("nav-verify");
  assert.equal(await outcomes(), "pass", await window.text("verify-headline"));
});

step("a fault of the sandbox is the one red line, and what follows waits", async () => {
  await window.call("sandbox.fault", { name: "key-wrong", on: true });
  assert.equal(await outcomes(), "fail", await window.text("verify-headline"));
  await window.see("check-HD-304", '[data-outcome="fail"]');
  await window.see("check-HD-306", '[data-outcome="blocked"]');
  await window.screenshot("fault");
});

step("without the fault it is green again", async () => {
  await window.call("sandbox.fault", { name: "key-wrong", on: false });
  assert.equal(await outcomes(), "pass", await window.text("verify-headline"));
});

step("the page can ask for nothing but the application's commands", async () => {
  const names = ["plugin:store|load", "plugin:event|listen", "plugin:window|close", "plugin:path|resolve_directory"];
  const answers = await window.client.executeAsyncScript(
    `const done = arguments[arguments.length - 1];
     const ask = (name) => window.__TAURI_INTERNALS__.invoke(name, {}).then(() => "done", (error) => String(error));
     Promise.all(arguments[0].map(ask)).then(done);`,
    names,
  );
  for (const [index, name] of names.entries()) assert.match(answers[index], /not allowed/, name);
});

step("nothing of it is kept", async () => {
  await window.close();
  assert.ok(!existsSync(join(desktop.env.XDG_DATA_HOME, "handover-desk")));
  assert.deepEqual(ownFolders(), own);
});
