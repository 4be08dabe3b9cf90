// The main job in the real window, with a real keyring: type a provider, store its secrets, copy the values, come back
// the next day, verify.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { Desktop, ownFolders } from "./desktop.js";
import { Sandbox } from "./sandbox.js";
import { story } from "./story.js";
import { Window } from "./window.js";

let desktop;
let sandbox;
let window;
const own = ownFolders();
const step = story(() => window?.screenshot("failure"));

before(async () => {
  desktop = await Desktop.start();
  sandbox = await Sandbox.start(desktop);
  window = await Window.open(desktop);
});

after(async () => {
  await window?.kill();
  await sandbox?.stop();
  await desktop?.stop();
});

/** Fields of the window and what is typed there. */
function typed() {
  const { profile, env } = sandbox;
  return {
    "field-provider-link": profile.provider_link,
    "field-endpoint-base": profile.endpoint_base,
    "field-tenant-id": profile.cxone.tenant_id,
    "field-business-unit": profile.cxone.business_unit,
    "field-issuer": profile.cxone.issuer,
    "field-access-key-id": env.HANDOVER_ACCESS_KEY_ID,
    "field-client-id": env.HANDOVER_CLIENT_ID,
    "field-channel-integration-id": profile.channel_integration_id,
    "field-integration-client-id": env.HANDOVER_INTEGRATION_CLIENT_ID,
    "field-routing-skill": profile.routing_skill,
    "field-host-api": profile.cxone.hosts.api,
    "field-host-digital": profile.cxone.hosts.digital,
    "field-host-userhub": profile.cxone.hosts.userhub,
    "field-host-events": profile.cxone.hosts.events,
  };
}

function secrets() {
  return {
    access_key_secret: sandbox.env.HANDOVER_ACCESS_KEY_SECRET,
    client_secret: sandbox.env.HANDOVER_CLIENT_SECRET,
    integration_client_secret: sandbox.env.HANDOVER_INTEGRATION_CLIENT_SECRET,
  };
}

/** What the BYOC form must hold, after the vendor's page, in its order. */
function form() {
  const provider = sandbox.profile.provider_link.split("/").at(-1);
  const box = `${sandbox.endpoint_base}/handover/niceCxOne`;
  return {
    name: sandbox.profile.name,
    integration_box_url: box,
    authorization_url: `${box}/${provider}/auth/token`,
    add_action_url: `${box}/add`,
    reconnect_action_url: `${box}/reconnect`,
    remove_action_url: `${box}/remove`,
    client_id: sandbox.env.HANDOVER_INTEGRATION_CLIENT_ID,
  };
}

async function allValues() {
  await window.click("nav-setup");
  await window.click("setup-all-values");
  await window.see("byoc-form");
}

step("a profile is created and keeps what is typed", async () => {
  await window.click("welcome-new");
  await window.type("new-profile-name", sandbox.profile.name);
  await window.click("profile-create");
  await window.says("profile-switcher", sandbox.profile.name);
  await allValues();
  for (const [id, text] of Object.entries(typed())) await window.type(id, text);
  await window.see("profile-saved");
  const [{ id }] = (await window.call("profile.list")).profiles;
  const { profile } = await window.call("profile.get", { id });
  assert.equal(profile.provider_link, sandbox.profile.provider_link);
  assert.equal(profile.cxone.hosts.events, sandbox.profile.cxone.hosts.events);
});

step("secrets go into the keychain and do not come back", async () => {
  for (const [field, text] of Object.entries(secrets())) {
    await window.type(`secret-${field}-input`, text);
    await window.click(`secret-${field}-save`);
    await window.see(`secret-${field}-state`, '[data-state="present"]');
  }
  const page = await window.client.getPageSource();
  for (const text of Object.values(secrets())) assert.ok(!page.includes(text), "a secret is on the page");
  await window.screenshot("all-values");
  await window.click("nav-settings");
  await window.see("settings-store", '[data-kind="keychain"]');
});

step("every value of the BYOC form is copied", async () => {
  await allValues();
  for (const [field, text] of Object.entries(form())) {
    assert.equal(await window.text(`byoc-${field}-value`), text, field);
    await window.click(`byoc-${field}-copy`);
    await window.see(`byoc-${field}-copy`, '[data-copied="true"]');
    assert.equal(await desktop.clipboard(), text, field);
  }
});

step("a copied secret is the stored one and asks clipboard histories to stay away", async () => {
  await window.click("byoc-client_secret-copy");
  await window.see("byoc-client_secret-copy", '[data-copied="true"]');
  assert.equal(await desktop.clipboard(), secrets().integration_client_secret);
  assert.match(await desktop.clipboard("TARGETS"), /x-kde-passwordManagerHint/);
});

step("another start finds everything again", async () => {
  await window.close();
  window = await Window.open(desktop);
  await window.says("profile-switcher", sandbox.profile.name);
  await allValues();
  for (const [id, text] of Object.entries(typed())) assert.equal(await window.value(id), text, id);
  for (const field of Object.keys(secrets())) await window.see(`secret-${field}-state`, '[data-state="present"]');
});

step("the verification is green", async () => {
  await window.click("nav-verify");
  await window.click("verify-run");
  await window.see("verify-headline", '[data-running="false"][data-outcome]');
  await window.screenshot("green");
  const headline = await window.see("verify-headline");
  assert.equal(await headline.getAttribute("data-outcome"), "pass", await headline.getText());
  for (const check of ["HD-101", "HD-208", "HD-303", "HD-306", "HD-504", "HD-603"]) {
    await window.see(`check-${check}`, '[data-outcome="pass"]');
  }
});

step("a wrong business unit is the one red line", async () => {
  await allValues();
  await window.type("field-business-unit", "1000001");
  await window.see("profile-saved");
  await window.click("nav-verify");
  await window.click("verify-run");
  await window.see("check-HD-306", '[data-outcome="fail"]');
  await window.see("verify-headline", '[data-running="false"][data-outcome="fail"]');
  await window.screenshot("red");
  const report = await window.call("verify.last", { id: (await window.call("profile.list")).profiles[0].id });
  const red = report.checks.filter((check) => check.outcome === "fail").map((check) => check.id);
  assert.deepEqual(red, ["HD-306"]);
});

step("no secret stands in any file, and nothing landed outside of the test's folders", async () => {
  await window.close();
  assert.deepEqual(desktop.filesWith(Object.values(secrets())), []);
  assert.deepEqual(ownFolders(), own);
});
