import { toWireError } from "$lib/backend/error";
import type { ProfileView, WireError } from "$lib/backend/generated/types";
import { FIELDS, type SecretProfileField } from "$lib/logic/fields";
import { announcer } from "./announcer.svelte";
import type { Desk } from "./desk.svelte";

/** What can be done with one secret of one profile. The page never learns a stored one. */
export class SecretActs {
  busy = $state(false);
  /** Why the last act did not work; what was typed is still there. */
  error = $state.raw<WireError>();
  readonly #desk: Desk;
  readonly #id: string;
  readonly #field: SecretProfileField;

  constructor(desk: Desk, id: string, field: SecretProfileField) {
    this.#desk = desk;
    this.#id = id;
    this.#field = field;
  }

  get typed(): string {
    return this.#desk.typedSecrets.get(this.#key) ?? "";
  }

  type(value: string): void {
    this.error = undefined;
    if (value) this.#desk.typedSecrets.set(this.#key, value);
    else this.#desk.typedSecrets.delete(this.#key);
  }

  /** Stores what was typed; it stays in the field when the store refuses. */
  async save(): Promise<boolean> {
    const value = this.typed;
    const done = await this.#change("stored", (id, field) =>
      this.#desk.backend.call("secret.set", { id, field, value }),
    );
    if (done) this.#desk.typedSecrets.delete(this.#key);
    return done;
  }

  generate(replace: boolean): Promise<boolean> {
    return this.#change("made and stored", (id, field) =>
      this.#desk.backend.call("secret.generate", { id, field, replace }),
    );
  }

  restore(): Promise<boolean> {
    return this.#change("brought back", (id, field) =>
      this.#desk.backend.call("secret.restore", { id, field }),
    );
  }

  remove(): Promise<boolean> {
    return this.#change("deleted", (id, field) => this.#desk.backend.call("secret.delete", { id, field }));
  }

  confirm(): Promise<boolean> {
    return this.#change("confirmed", (id, field) => this.#desk.backend.call("secret.confirm", { id, field }));
  }

  /** The backend puts it on this desktop's clipboard, and clears it again. */
  copy(): Promise<{ cleared_after_s?: number }> {
    return this.#desk.backend.call("secret.copy", { id: this.#id, field: this.#field });
  }

  async #change(
    done: string,
    work: (id: string, field: SecretProfileField) => Promise<ProfileView>,
  ): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      await this.#desk.profiles.draft?.flush();
      this.#desk.profiles.take(await work(this.#id, this.#field));
      this.error = undefined;
      announcer.say(`${this.#label} ${done}`);
      return true;
    } catch (cause) {
      this.error = toWireError(cause);
      return false;
    } finally {
      this.busy = false;
    }
  }

  get #key(): string {
    return `${this.#id}/${this.#field}`;
  }

  get #label(): string {
    return FIELDS[this.#field].label;
  }
}
