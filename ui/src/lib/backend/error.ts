import type { ErrorCode, WireError } from "./generated/types";

/** Whether a value has the shape of the one error of the wire. */
export function isWireError(value: unknown): value is WireError {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as WireError).code === "string" &&
    typeof (value as WireError).message === "string"
  );
}

/** Makes a wire error of whatever was thrown, so that a screen only ever shows one kind. */
export function toWireError(cause: unknown): WireError {
  if (isWireError(cause)) return cause;
  const detail = cause instanceof Error ? cause.message : String(cause);
  return {
    code: "internal",
    message: `Something in this window failed: ${detail}`,
    hint: "Try again. If it comes back, restart Handover Desk.",
  };
}

/** The backend does not answer at all: it was closed, or the network between page and backend broke. */
export function unreachable(): WireError {
  return {
    code: "unreachable",
    message: "Handover Desk does not answer.",
    hint: "The program behind this window was closed or restarted. Start it again and reload this page.",
  };
}

/** Codes after which another secret store helps. */
const STORE_CODES: readonly ErrorCode[] = [
  "store_missing",
  "store_locked",
  "store_denied",
  "store_slow",
  "secret_too_long",
];

/** Whether the fallbacks of the secret store are the way out of this error. */
export function asksForAnotherStore(error: WireError): boolean {
  return STORE_CODES.includes(error.code);
}
