import type { Backend } from "$lib/backend/backend";
import type {
  ProfileId,
  ProfileSummary,
  ProfileView,
  UnreadableProfile,
  WireError,
} from "$lib/backend/generated/types";
import { toWireError } from "$lib/backend/error";
import { Draft } from "./draft.svelte";
import type { Troubles } from "./troubles.svelte";

/** A profile that was open here and was deleted elsewhere, with what had been typed into it. */
export interface Gone {
  id: ProfileId;
  name: string;
  draft: Draft;
}

/** All profiles, and the one that is open. */
export class Profiles {
  list = $state.raw<ProfileSummary[]>([]);
  /** The profile file was damaged; its previous copy is in use. */
  recovered = $state(false);
  /** Entries of the profile file that this version cannot read. */
  unreadable = $state.raw<UnreadableProfile[]>([]);
  view = $state.raw<ProfileView>();
  draft = $state.raw<Draft>();
  /** Why the open profile or the list could not be read. */
  error = $state.raw<WireError>();
  loading = $state(false);
  gone = $state.raw<Gone>();
  /** The profile that this window is deleting. */
  #leaving: ProfileId | undefined;
  #backend: Backend;
  #troubles: Troubles;
  #opened: (id: ProfileId | undefined) => void;

  constructor(backend: Backend, troubles: Troubles, opened: (id: ProfileId | undefined) => void) {
    this.#backend = backend;
    this.#troubles = troubles;
    this.#opened = opened;
  }

  get current(): ProfileSummary | undefined {
    return this.list.find((profile) => profile.id === this.view?.id);
  }

  async read(): Promise<void> {
    try {
      const { profiles, recovered, unreadable } = await this.#backend.call("profile.list", {});
      this.list = profiles;
      this.recovered = recovered;
      this.unreadable = unreadable;
      this.error = undefined;
    } catch (cause) {
      this.error = toWireError(cause);
    }
  }

  /** Moves a damaged profile file out of the way, so that one can start anew. */
  async setAside(): Promise<void> {
    try {
      await this.#backend.call("profile.set_aside", {});
    } catch (cause) {
      this.error = toWireError(cause);
      return;
    }
    await this.read();
  }

  /** Opens a profile; what was typed into the one before is kept first. */
  async open(id: ProfileId): Promise<void> {
    await this.draft?.flush();
    this.loading = true;
    try {
      const view = await this.#backend.call("profile.get", { id });
      this.error = undefined;
      this.#show(view);
    } catch (cause) {
      this.error = toWireError(cause);
    } finally {
      this.loading = false;
    }
  }

  /** Opens the preferred profile, else the first one, else none. */
  async openSome(preferred: ProfileId | undefined): Promise<void> {
    const id = this.list.find((profile) => profile.id === preferred)?.id ?? this.list[0]?.id;
    if (id) await this.open(id);
    else this.close();
  }

  /** Deletes a profile and opens another one. */
  async remove(id: ProfileId): Promise<boolean> {
    this.#leaving = id;
    const done = await this.#troubles.attempt("Deleting the profile", async () => {
      await this.draft?.flush();
      return this.#backend.call("profile.delete", { id });
    });
    if (done) {
      this.close();
      await this.read();
      await this.openSome(undefined);
    }
    this.#leaving = undefined;
    return done !== undefined;
  }

  close(): void {
    this.gone = undefined;
    this.draft?.close();
    this.view = undefined;
    this.draft = undefined;
    this.#opened(undefined);
  }

  /** Something changed here or in a terminal: reads the list and the open profile again. */
  async refresh(): Promise<void> {
    await this.read();
    const id = this.view?.id;
    if (!id || this.error || id === this.#leaving) return;
    if (!this.list.some((profile) => profile.id === id)) return this.#lose();
    const typed = this.draft?.version;
    const view = await this.#backend.call("profile.get", { id }).catch(() => undefined);
    // What was typed and kept in the meantime is newer than this answer.
    if (view && this.draft?.version === typed) this.take(view);
  }

  /** Takes over a fresh view of the open profile; text that is being typed stays. */
  take(view: ProfileView): void {
    if (this.view?.id !== view.id) return;
    this.view = view;
    this.draft?.adopt(view);
  }

  /** Runs a command that answers with the profile as it then is. */
  async change(doing: string, work: () => Promise<ProfileView>, retry?: () => void): Promise<boolean> {
    await this.draft?.flush();
    const view = await this.#troubles.attempt(doing, work, retry);
    if (view) this.take(view);
    return view !== undefined;
  }

  /** Takes in a profile that was just made, and opens it. */
  async added(view: ProfileView): Promise<void> {
    await this.draft?.flush();
    this.#show(view);
    await this.read();
  }

  /** The open profile is no longer in the list, and it was not this window that deleted it. */
  async #lose(): Promise<void> {
    const { view, draft } = this;
    // The sample comes and goes with the sandbox.
    if (!view || !draft || view.sandbox) return this.openSome(undefined);
    this.close();
    this.gone = { id: view.id, name: view.profile.name, draft };
  }

  #show(view: ProfileView): void {
    this.gone = undefined;
    this.draft?.close();
    this.view = view;
    this.draft = new Draft(
      this.#backend,
      view,
      (kept) => {
        this.take(kept);
        void this.read();
      },
      () => void this.refresh(),
    );
    this.#opened(view.id);
  }
}
