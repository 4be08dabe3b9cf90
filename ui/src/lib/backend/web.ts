import { Listeners, type Backend, type Link } from "./backend";
import { isWireError, startedAnew, unreachable } from "./error";
import type { Event, WireError } from "./generated/types";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;
/** Browsers refuse more than 64 KiB to requests that outlive their page. */
const KEPT_ALIVE = 60_000;
const UNKNOWN_PAGE = 401;

/** The backend of `handover serve`: commands by HTTP, events by a web socket of the same origin. */
export function webBackend(): Backend {
  const events = new Listeners<Event>();
  const links = new Listeners<Link>();
  connect(events, links);

  return {
    kind: "web",
    async call(name, request) {
      let response: Response;
      const body = JSON.stringify(request);
      try {
        response = await post(name, body);
      } catch {
        throw unreachable();
      }
      const answer: unknown = await response.json().catch(() => undefined);
      if (response.ok) return answer as never;
      if (response.status === UNKNOWN_PAGE) links.tell("closed");
      throw isWireError(answer) ? answer : refused(response.status);
    },
    listen: (handler) => events.add(handler),
    watch: (handler) => links.add(handler),
  };
}

function post(name: string, body: string): Promise<Response> {
  return fetch(`/rpc/${name}`, {
    // What is typed last is kept even when the page is closed right after.
    keepalive: body.length < KEPT_ALIVE,
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json" },
    body,
  });
}

/** Keeps a socket open, with growing pauses after each loss. */
function connect(events: Listeners<Event>, links: Listeners<Link>): void {
  let pause = FIRST_PAUSE_MS;
  let lost = false;
  const open = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/events`);
    socket.onopen = () => {
      pause = FIRST_PAUSE_MS;
      links.tell("open");
      // What happened in between was missed: say so, then listen on.
      if (lost) events.tell({ event: "lagged" });
      lost = false;
    };
    socket.onmessage = (message) => {
      if (typeof message.data === "string") events.tell(JSON.parse(message.data) as Event);
    };
    socket.onclose = () => {
      if (!lost) links.tell("lost");
      lost = true;
      const wait = pause;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      // A socket does not say why it was refused; a command does.
      void post("app.info", "{}")
        .then(({ status }) => {
          if (status === UNKNOWN_PAGE) links.tell("closed");
        })
        .catch(() => undefined)
        .finally(() => setTimeout(open, wait));
    };
  };
  open();
}

/** An answer that is not one of ours, such as that of a proxy or of an expired session. */
export function refused(status: number): WireError {
  if (status === UNKNOWN_PAGE || status === 403) return startedAnew();
  return {
    code: "internal",
    message: `Handover Desk answered in an unexpected way (HTTP ${status}).`,
    hint: "Try again. If it comes back, copy what you typed here, restart `handover serve` and open the address it prints.",
  };
}
