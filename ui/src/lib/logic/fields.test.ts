import { describe, expect, it } from "vitest";
import type { CxoneConnection, Profile } from "$lib/backend/generated/types";
import { FIELDS, fieldTestId, isSecret, readField, writeField, type TextField } from "./fields";

const texts = (Object.keys(FIELDS) as (keyof typeof FIELDS)[]).filter(
  (field): field is TextField => !isSecret(field),
);

describe("fields", () => {
  it.each(texts)("keeps %s letter for letter and takes it out again", (field) => {
    const profile: Profile = { name: "", cxone: {} };
    const connection: CxoneConnection = {};
    writeField(profile, connection, field, " other ");
    expect(readField(profile, connection, field)).toBe(" other ");
    const others = texts.filter((other) => other !== field);
    expect(others.map((other) => readField(profile, connection, other)).join("")).toBe("");
    writeField(profile, connection, field, "");
    expect(readField(profile, connection, field)).toBe("");
  });

  it("leaves an emptied field out of the file", () => {
    const profile: Profile = { name: "x", cxone: {} };
    writeField(profile, {}, "domain", "trial");
    writeField(profile, {}, "domain", "");
    expect(JSON.stringify(profile)).not.toContain("domain");
  });

  it("is found by the tests under its name", () => {
    expect(fieldTestId("provider_link")).toBe("field-provider-link");
  });
});
