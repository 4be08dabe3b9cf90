// Tests that go on where the one before stopped: after a failure the rest would only fail for want of it.

import { test } from "node:test";

/** Makes the `test` of a story; `onFailure` runs at the first failure, before anything is cleaned up. */
export function story(onFailure) {
  let broken = false;
  return (name, body) =>
    test(name, async (context) => {
      if (broken) return context.skip("an earlier step failed");
      try {
        await body(context);
      } catch (error) {
        broken = true;
        await Promise.resolve(onFailure()).catch(() => {});
        throw error;
      }
    });
}
