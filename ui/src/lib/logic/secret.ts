import type { SecretProfileField } from "./fields";

/** Lengths that are known beforehand. CXone takes a Channel Integration Client Secret of this length only. */
const LENGTHS: Partial<Record<SecretProfileField, number>> = { integration_client_secret: 32 };

export interface Measure {
  text: string;
  /** It cannot be right like this. */
  doubtful: boolean;
}

/** The length of a secret, against the length it must have where that is known. */
export function lengthWords(field: SecretProfileField, chars: number): Measure {
  const wanted = LENGTHS[field];
  if (wanted === undefined || wanted === chars) return { text: characters(chars), doubtful: false };
  return { text: `${chars} of ${wanted} characters`, doubtful: true };
}

/** What can be told of a secret while it is typed, without showing it. */
export function measure(field: SecretProfileField, typed: string): Measure {
  const { text, doubtful } = lengthWords(field, Array.from(typed).length);
  const spaces = typed.match(/[\s\u200b-\u200d\ufeff]/gu)?.length ?? 0;
  if (spaces === 0) return { text, doubtful };
  return { text: `${text}, and ${spaces === 1 ? "a space" : `${spaces} spaces`}`, doubtful: true };
}

function characters(count: number): string {
  return count === 1 ? "1 character" : `${count} characters`;
}
