import type { ProfileField, ProfileView } from "$lib/backend/generated/types";

export interface Shown {
  message: string;
  hint?: string;
}

/**
 * What is wrong with a field, to stand under it. An empty field is not wrong yet: what is missing is told by the
 * verification and by the list of what is missing, not by a red line under a field nobody has touched.
 */
export function problemOf(view: ProfileView, field: ProfileField, typed: string): Shown | undefined {
  if (typed.trim() === "") return undefined;
  const problem = view.problems.find(
    (candidate) => candidate.field === field && candidate.code !== "missing",
  );
  if (problem) return { message: problem.message, hint: problem.hint };
  // The link is the first to be read; beside it, id and domain are wrong each for itself.
  if (field === "domain" && /\s/.test(typed.trim()))
    return { message: "A host has no spaces.", hint: "Give the host alone, such as trial.cognigy.ai." };
  const providerField = view.profile.provider_link ? "provider_link" : "provider_id";
  if (field === providerField && view.provider.trouble) return view.provider.trouble;
  if (field === "endpoint_base" && view.endpoint.trouble && !view.provider.trouble)
    return view.endpoint.trouble;
  return undefined;
}

/** Fields that a run needs and that are empty. */
export function missing(view: ProfileView): ProfileField[] {
  return view.problems.filter((problem) => problem.code === "missing").map((problem) => problem.field);
}
