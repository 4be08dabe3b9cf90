import type { ByocField, ByocFieldDiff, ProfileView, StoreStatus } from "$lib/backend/generated/types";

/** The sentence above a comparison. It claims nothing of a field that was not compared. */
export function verdict(diffs: readonly ByocFieldDiff[], label: (diff: ByocFieldDiff) => string): string {
  const present = diffs.filter((diff) => diff.outcome.outcome !== "missing");
  const wrong = mistakes(diffs);
  const skipped = present.filter((diff) => diff.outcome.outcome === "unchecked");
  if (wrong > 0) return wrong === 1 ? "One value is not right." : `${wrong} values are not right.`;
  if (present.length === 0) return "None of the form's values is in the paste.";
  if (skipped.length > 0) {
    const right = present.length - skipped.length;
    const names = skipped.map(label).join(" and the ");
    return `${right} of ${present.length} are right, the ${names} ${skipped.length === 1 ? "was" : "were"} not compared.`;
  }
  return present.length < diffs.length ? "What you pasted is right." : "Everything you typed is right.";
}

/** How many fields are wrong. CXone takes any name for the integration itself: that is no mistake. */
export function mistakes(diffs: readonly ByocFieldDiff[]): number {
  return diffs.filter((diff) => diff.field !== "name" && diff.outcome.outcome === "differs").length;
}

/** Why a field that is in the paste could not be compared. */
export function uncheckedWords(
  field: ByocField,
  view: Pick<ProfileView, "secrets">,
  store: Pick<StoreStatus, "health"> | undefined,
): string {
  if (field === "client_id") return "Not compared: this profile has no Channel Integration Client ID yet";
  if (field !== "client_secret") return "Not compared: this profile cannot make the right value yet";
  const secret = view.secrets.find((candidate) => candidate.field === "integration_client_secret");
  if (!secret || secret.state === "absent")
    return "Not compared: no Channel Integration Client Secret is stored";
  if (secret.state === "needs_confirmation")
    return "Not compared: the stored secret was entered for another address; confirm it first";
  if (store?.health === "waiting") return "Not compared: the secret store had not answered. Compare again";
  return "Not compared: the secret store did not hand the stored secret out. Compare again";
}
