import type { Radar, WatchSetting, WatchView } from "../generated/types";

/** The watches behind the fake backend; they never run by themselves. */
export class FakeWatches {
  #tell: (view: WatchView) => void;
  #views = new Map<string, WatchView>();

  constructor(tell: (view: WatchView) => void) {
    this.#tell = tell;
  }

  list(): WatchView[] {
    return [...this.#views.values()];
  }

  view(id: string): WatchView {
    return this.#views.get(id) ?? { profile_id: id, state: "off", every_min: 15, offline: false };
  }

  set({ id, on, every_min }: WatchSetting): WatchView {
    const minutes = every_min ?? this.view(id).every_min;
    return this.#change(
      id,
      on ? waiting(id, minutes) : { ...waiting(id, minutes), state: "off", next_at: undefined },
    );
  }

  pause(id: string): WatchView[] {
    const paused = { why: "by_hand" as const, since: new Date().toISOString() };
    return [this.#change(id, { ...this.view(id), state: "paused", paused, next_at: undefined })];
  }

  resume(id: string): WatchView[] {
    return [this.#change(id, waiting(id, this.view(id).every_min))];
  }

  radar(): Radar {
    const at = new Date(Date.now() + 23 * 86_400_000).toISOString();
    const host = "endpoint-trial.cognigy.ai";
    return {
      items: [
        {
          kind: "certificate",
          level: "soon",
          what: `Certificate of ${host}`,
          text: "ends in 23 days",
          at,
          days: 23,
        },
        { kind: "token", level: "note", what: "Tokens", text: "Life of a token: 3600 s" },
        { kind: "secret", level: "note", what: "Client Secret", text: "entered 12 days ago" },
      ],
    };
  }

  #change(id: string, view: WatchView): WatchView {
    this.#views.set(id, view);
    this.#tell(view);
    return view;
  }
}

function waiting(id: string, minutes: number): WatchView {
  return {
    profile_id: id,
    state: "watching",
    every_min: minutes,
    offline: false,
    next_at: new Date(Date.now() + minutes * 60_000).toISOString(),
    last_at: new Date(Date.now() - 120_000).toISOString(),
  };
}
