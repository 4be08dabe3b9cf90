import type { ProfileId, RadarItem, WatchView } from "$lib/backend/generated/types";
import { announcer } from "./announcer.svelte";
import type { Desk } from "./desk.svelte";

/** Which profiles are verified in the background, and what of them runs out next. */
export class Watches {
  views = $state.raw<Readonly<Record<ProfileId, WatchView>>>({});
  /** What runs out, of the profile it was read for. */
  radar = $state.raw<{ id: ProfileId; items: RadarItem[] }>();
  /** A change of a watch is under way. */
  busy = $state(false);
  #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** The watch of the profile that is open. */
  get current(): WatchView | undefined {
    const id = this.#desk.profiles.view?.id;
    return id === undefined ? undefined : this.views[id];
  }

  /** What runs out of the profile that is open. */
  get items(): RadarItem[] | undefined {
    return this.radar?.id === this.#desk.profiles.view?.id ? this.radar?.items : undefined;
  }

  /** Reads all watches. A refusal leaves what is known: the next event brings it again. */
  async load(): Promise<void> {
    const views = await this.#desk.backend.call("watch.list", {}).catch(() => undefined);
    if (views) this.views = Object.fromEntries(views.map((view) => [view.profile_id, view]));
  }

  hear(view: WatchView): void {
    const before = this.views[view.profile_id];
    this.views = { ...this.views, [view.profile_id]: view };
    // What one did oneself is announced where one did it.
    if (view.paused?.why === "refused" && before?.paused?.why !== "refused")
      announcer.say("Watching is paused: CXone refuses the credentials");
  }

  /** Watches a profile, or no longer. */
  async set(id: ProfileId, on: boolean, minutes?: number): Promise<void> {
    await this.#change("Changing the watch", async () => {
      this.hear(await this.#desk.backend.call("watch.set", { id, on, every_min: minutes }));
      announcer.say(on ? "Watching" : "No longer watching");
    });
  }

  async pause(id: ProfileId): Promise<void> {
    await this.#change("Pausing the watch", async () => {
      for (const view of await this.#desk.backend.call("watch.pause", { id })) this.hear(view);
      announcer.say("Watching is paused");
    });
  }

  async resume(id: ProfileId): Promise<void> {
    await this.#change("Resuming the watch", async () => {
      for (const view of await this.#desk.backend.call("watch.resume", { id })) this.hear(view);
      announcer.say("Watching goes on");
    });
  }

  /** Reads what runs out of a profile. It is good to know and no more: a refusal is not shown. */
  async look(id: ProfileId): Promise<void> {
    const radar = await this.#desk.backend.call("watch.radar", { id }).catch(() => undefined);
    if (radar) this.radar = { id, items: radar.items };
  }

  async #change(doing: string, work: () => Promise<void>): Promise<void> {
    this.busy = true;
    await this.#desk.troubles.attempt(doing, work);
    this.busy = false;
  }
}
