import type { Phases } from "$lib/backend/generated/types";

export interface Measured {
  name: string;
  label: string;
  ms: number;
  /** Where it begins and how long it is, as parts of the sum of all measured phases. */
  from: number;
  share: number;
}

const ORDER: readonly [keyof Phases, string][] = [
  ["proxy_connect", "Proxy"],
  ["resolve", "Resolve"],
  ["connection", "Connection"],
  ["connect", "Connect"],
  ["tls", "TLS"],
  ["send", "Send"],
  ["first_byte", "First byte"],
  ["body", "Body"],
];

/** The measured phases one after the other. A phase that was not measured is not there. */
export function measured(phases: Phases): Measured[] {
  const known = ORDER.flatMap(([name, label]) => {
    const ms = phases[name];
    return ms === undefined || ms === null ? [] : [{ name, label, ms }];
  });
  const sum = known.reduce((total, phase) => total + phase.ms, 0) || 1;
  let before = 0;
  return known.map((phase) => {
    const from = before / sum;
    before += phase.ms;
    return { ...phase, from, share: phase.ms / sum };
  });
}
