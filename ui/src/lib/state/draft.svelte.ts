import type { Backend } from "$lib/backend/backend";
import { isOfTheLink, toWireError } from "$lib/backend/error";
import type {
  CxoneConnection,
  Profile,
  ProfileView,
  TypedValues,
  WireError,
} from "$lib/backend/generated/types";
import { readField, writeField, type TextField } from "$lib/logic/fields";

/** Pause after the last key before what was typed is kept. */
export const SAVE_PAUSE_MS = 500;

export type SaveState = "saved" | "typing" | "saving" | "failed";

/**
 * What the administrator types into one profile. What stands in the fields is always the draft: an answer of the
 * backend never replaces text, and a failed save keeps it and can be tried again. One save is under way at a time.
 */
export class Draft {
  readonly id: string;
  profile = $state<Profile>({ name: "", cxone: { hosts: {} } });
  connection = $state<CxoneConnection>({});
  state = $state<SaveState>("saved");
  error = $state<WireError>();
  /** The failure is the broken link's doing, which has a banner of its own. */
  ofTheLink = $state(false);

  #closed = false;
  #backend: Backend;
  #kept: (view: ProfileView) => void;
  #missed: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #version = 0;
  #savedVersion = 0;
  /** What the fields showed before anything was typed over it: what a terminal changes meanwhile is then kept. */
  #seen: TypedValues | undefined;

  /** `missed` is told when there is no such profile any more. */
  constructor(
    backend: Backend,
    view: ProfileView,
    kept: (view: ProfileView) => void,
    missed: () => void = () => {},
  ) {
    this.#backend = backend;
    this.#kept = kept;
    this.#missed = missed;
    this.id = view.id;
    this.adopt(view);
  }

  /** Grows with every change typed here. */
  get version(): number {
    return this.#version;
  }

  /** Whether something typed is not kept yet. */
  get dirty(): boolean {
    return this.#version !== this.#savedVersion;
  }

  read(field: TextField): string {
    return readField(this.profile, this.connection, field);
  }

  write(field: TextField, text: string): void {
    if (this.read(field) === text) return;
    writeField(this.profile, this.connection, field, text);
    this.#version += 1;
    this.state = "typing";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SAVE_PAUSE_MS);
  }

  /** The profile is gone: what was typed stays to be copied, and is not sent any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Takes over what the backend holds, unless something typed here is still to be kept. */
  adopt(view: ProfileView): void {
    if (this.dirty) return;
    this.profile = structuredClone(view.profile);
    this.connection = structuredClone(view.connection);
    this.#seen = { profile: structuredClone(view.profile), connection: structuredClone(view.connection) };
  }

  /** Keeps what was typed, now. Resolves when everything typed so far is kept or the attempt failed. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#running) await this.#running;
    if (!this.dirty || this.#closed) return;
    this.#running ??= this.#save().finally(() => (this.#running = undefined));
    await this.#running;
  }

  async #save(): Promise<void> {
    const version = this.#version;
    this.state = "saving";
    try {
      const view = await this.#backend.call("profile.save", {
        id: this.id,
        profile: $state.snapshot(this.profile),
        connection: $state.snapshot(this.connection),
        seen: this.#seen,
      });
      this.#savedVersion = version;
      this.error = undefined;
      this.state = this.dirty ? "typing" : "saved";
      this.#kept(view);
    } catch (cause) {
      this.error = toWireError(cause);
      this.ofTheLink = isOfTheLink(cause);
      this.state = "failed";
      if (this.error.code === "not_found") this.#missed();
    }
  }
}
