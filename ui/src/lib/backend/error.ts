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

const COPY_FIRST = "Copy what you typed here first: it is lost when this page is loaded again.";

/** Errors that say nothing but that the link to the program is broken: one banner tells of all of them. */
const OF_THE_LINK = new WeakSet<object>();

function ofTheLink(error: WireError): WireError {
  OF_THE_LINK.add(error);
  return error;
}

/** Whether an error is a consequence of the broken link, and nothing of its own. */
export function isOfTheLink(cause: unknown): boolean {
  return typeof cause === "object" && cause !== null && OF_THE_LINK.has(cause);
}

/** The backend does not answer at all: it was closed, or the network between page and backend broke. */
export function unreachable(): WireError {
  return ofTheLink({
    code: "unreachable",
    message: "Handover Desk does not answer.",
    hint: `If it was closed, start it again and open the address it prints. ${COPY_FIRST}`,
  });
}

/** The backend answers and does not know this page: it was started anew since. */
export function startedAnew(): WireError {
  return ofTheLink({
    code: "unreachable",
    message: "Handover Desk was started anew.",
    hint: `Open the address it printed in the terminal. ${COPY_FIRST}`,
  });
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
