import { Listeners, type Backend, type Link } from "../backend";
import type { CommandName, Commands } from "../generated/commands";
import type { Event } from "../generated/types";
import { FakeWorld } from "./world";

type Handlers = { [K in CommandName]?: (request: Commands[K]["request"]) => Commands[K]["response"] };

export interface Fake extends Backend {
  readonly calls: { name: CommandName; request: unknown }[];
  /** Tells the window something, as the real backend would. */
  tell(event: Event): void;
  link(link: Link): void;
  /** Deletes a profile as another window would. */
  forget(id: string): void;
}

/** A backend without a program behind it, for units and for drawing screens. Never part of a build. */
export function fakeBackend(scene = "", override: Handlers = {}): Fake {
  const events = new Listeners<Event>();
  const links = new Listeners<Link>();
  const world = new FakeWorld(scene, (event) => events.tell(event));
  const calls: Fake["calls"] = [];
  return {
    kind: "fake",
    calls,
    async call(name, request) {
      calls.push({ name, request: structuredClone(request) });
      const handler = override[name] as ((request: unknown) => unknown) | undefined;
      return structuredClone(handler ? handler(request) : world.answer(name, request)) as never;
    },
    listen: (handler) => events.add(handler),
    watch: (handler) => links.add(handler),
    tell: (event) => events.tell(event),
    link: (link) => links.tell(link),
    forget: (id) => void world.answer("profile.delete", { id }),
  };
}
