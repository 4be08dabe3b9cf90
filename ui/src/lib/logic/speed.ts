import type { SpeedRequest } from "$lib/backend/generated/types";

/** What is measured unless one chooses otherwise. */
export const SPEED: SpeedRequest = { rounds: 5, budget_ms: 10_000 };

export const ROUNDS = ["1", "5", "10", "20"].map((value) => ({ value, label: value }));

export const BUDGETS = [
  { value: "5000", label: "5 s" },
  { value: "10000", label: "10 s" },
  { value: "30000", label: "30 s" },
];
