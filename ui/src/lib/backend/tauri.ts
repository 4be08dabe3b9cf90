import { Channel, invoke } from "@tauri-apps/api/core";
import { Listeners, type Backend, type Link } from "./backend";
import { toWireError } from "./error";
import type { Event } from "./generated/types";

/** The backend inside the desktop window. */
export function tauriBackend(): Backend {
  const events = new Listeners<Event>();
  const links = new Listeners<Link>();
  const channel = new Channel<Event>();
  channel.onmessage = (event) => events.tell(event);
  invoke("events", { channel }).catch(() => links.tell("lost"));

  return {
    kind: "tauri",
    async call(name, request) {
      try {
        return await invoke("rpc", { name, payload: request });
      } catch (cause) {
        throw toWireError(cause);
      }
    },
    listen: (handler) => events.add(handler),
    watch: (handler) => links.add(handler),
  };
}
