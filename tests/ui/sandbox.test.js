// The Sandbox screen in both themes against the sandbox itself: a conversation played on both sides, faults, a scenario,
// and what is left when it is stopped.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, screenshot, violations, visit } from "./browser.js";
import { Served } from "./served.js";

const SIZES = [
  { width: 1024, height: 700 },
  { width: 1600, height: 1000 },
];

let browser;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

for (const theme of ["light", "dark"]) {
  describe(`the sandbox, ${theme}`, () => {
    let served;
    let visited;
    const id = (name) => visited.page.getByTestId(name);
    const line = (side, who, text) => id(`${side}-lines`).locator(`[data-who="${who}"]`, { hasText: text });

    /** Checks what is shown now, in a small and in a large window. */
    async function judge(name) {
      const { page } = visited;
      for (const size of SIZES) {
        await page.setViewportSize(size);
        assert.deepEqual(await violations(page), [], `${name} at ${size.width}`);
        const wide = await page.evaluate(() =>
          [document.documentElement, ...document.querySelectorAll(".content, .content > *")]
            .map((element) => element.scrollWidth - element.clientWidth)
            .filter((overflow) => overflow > 0),
        );
        assert.deepEqual(wide, [], `${name} is wider than a window of ${size.width}`);
        await screenshot(page, `sandbox-${name}-${theme}-${size.width}`);
      }
      await page.setViewportSize(SIZES[0]);
    }

    async function say(side, text) {
      await id(`${side}-input`).fill(text);
      await id(`${side}-input`).press("Enter");
    }

    before(async () => {
      served = await Served.start({ sample: true });
      visited = await visit(browser, served.address, { theme, ...SIZES[0] });
      await id("nav-settings").click();
      await id(`settings-theme-${theme}`).click();
      await visited.page.locator(`html[data-theme="${theme}"]`).waitFor();
      await visited.page.keyboard.press("Alt+4");
      await id("screen-sandbox").waitFor();
    });

    after(async () => {
      await visited?.context.close();
      await served?.stop();
    });

    test("empty", async () => {
      await id("customer-lines").waitFor();
      await id("agent-empty").waitFor();
      assert.match(await id("sandbox-state").innerText(), /^Running at http:\/\/127\.0\.0\.1:\d+$/);
      await judge("empty");
    });

    test("a conversation reaches the agent, and the answer the customer", async () => {
      await say("customer", "human");
      await id("customer-stage").getByText("Waiting for an agent").waitFor();
      await line("agent", "user", "human").waitFor();
      assert.equal(await id("agent-input").isDisabled(), true);
      await id("agent-accept").press("Enter");
      await id("contacts").getByText("You have it").waitFor();
      await visited.page.locator('[data-testid="agent-input"]:focus').waitFor();
      await visited.page.keyboard.type("Good morning, this is the desk.");
      await visited.page.keyboard.press("Enter");
      await line("customer", "agent", "Good morning, this is the desk.").waitFor();
      await id("customer-stage").getByText("With an agent").waitFor();
      assert.match(await id("announcer").innerText(), /Good morning, this is the desk\./);
      await say("customer", "My parcel is late.");
      await line("agent", "user", "My parcel is late.").waitFor();
      assert.equal(await id("customer-input").inputValue(), "");
      await judge("conversation");
    });

    test("what is said last is in sight", async () => {
      for (const text of ["It is 4711.", "It is green.", "It has a ribbon.", "It is heavy."]) {
        await say("customer", text);
        await line("customer", "user", text).waitFor();
      }
      await line("agent", "user", "It is heavy.").waitFor();
      for (const side of ["customer", "agent"]) {
        const left = await id(`${side}-lines`).evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);
        assert.ok(left < 2, `${left} px below what is seen on the side of the ${side}`);
      }
    });

    test("an open question", async () => {
      await id("tab-questions").click();
      await id("switch-token-refusal-choice").selectOption("401");
      await id("switch-token-refusal-default").waitFor();
      await judge("questions");
    });

    test("faults show on their parts, and lead to their checks", async () => {
      await id("tab-faults").click();
      for (const name of ["box-500", "key-wrong", "skill-voice"]) {
        await id("fault-filter").fill(name);
        await id(`fault-${name}-switch`).click();
        await visited.page.locator(`[data-testid="fault-${name}"][data-on="true"]`).waitFor();
      }
      await id("fault-filter").fill("");
      for (const part of ["endpoint", "sign_in", "skill"]) {
        await visited.page.locator(`[data-testid="part-${part}"][data-faults="1"]`).waitFor();
      }
      await id("part-endpoint").click();
      await id("fault-key-wrong").waitFor({ state: "detached" });
      await judge("faults");
      await id("check-link-HD-207").first().click();
      await id("screen-verify").waitFor();
      assert.equal(await id("check-detail").getAttribute("data-check"), "HD-207");
      await visited.page.keyboard.press("Alt+4");
      await id("fault-box-500").waitFor();
    });

    test("a reset asks, and begins anew", async () => {
      await id("sandbox-reset").click();
      await id("dialog-confirm").getByText("3 faults that are on").waitFor();
      await judge("reset");
      await id("confirm").click();
      await id("agent-empty").waitFor();
      await visited.page.locator('[data-testid="part-endpoint"][data-faults="0"]').waitFor();
    });

    test("a scenario, and its result", async () => {
      await id("tab-scenarios").click();
      await judge("scenarios");
      await id("scenario-secret-changed-on-one-side-play").press("Enter");
      await visited.page.locator('[data-testid="scenario-result"][data-passed="true"]').waitFor();
      await visited.page.locator('[data-testid="scenario-result"]:focus').waitFor();
      await id("line-failed").waitFor();
      await judge("scenario");
      await id("scenario-verify").click();
      await visited.page.locator('[data-testid="verify-headline"][data-outcome="fail"]').waitFor();
      await visited.page.keyboard.press("Alt+4");
    });

    test("stopped", async () => {
      await id("sandbox-stop").click();
      await id("confirm").click();
      await id("sandbox-stopped").waitFor();
      await judge("stopped");
      await id("sandbox-start-first").click();
      await id("customer-lines").waitFor();
    });

    test("no complaint on the console", () => {
      assert.deepEqual(visited.complaints, []);
    });
  });
}
