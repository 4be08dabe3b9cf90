import type { ProfileView } from "$lib/backend/generated/types";
import { FIELDS, type SecretProfileField } from "$lib/logic/fields";
import { announcer } from "./announcer.svelte";
import type { Desk } from "./desk.svelte";

/** What can be done with one secret of one profile. The page never learns a stored one. */
export class SecretActs {
  busy = $state(false);
  failed = $state(false);
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
    this.#desk.typedSecrets.set(this.#key, value);
  }

  /** Stores what was typed; it stays in the field when the store refuses. */
  async save(): Promise<boolean> {
    const value = this.typed;
    const done = await this.#change("Storing", "stored", (id, field) =>
      this.#desk.backend.call("secret.set", { id, field, value }),
    );
    if (done) this.#desk.typedSecrets.delete(this.#key);
    return done;
  }

  generate(replace: boolean): Promise<boolean> {
    return this.#change("Making", "made and stored", (id, field) =>
      this.#desk.backend.call("secret.generate", { id, field, replace }),
    );
  }

  restore(): Promise<boolean> {
    return this.#change("Bringing back", "brought back", (id, field) =>
      this.#desk.backend.call("secret.restore", { id, field }),
    );
  }

  remove(): Promise<boolean> {
    return this.#change("Deleting", "deleted", (id, field) =>
      this.#desk.backend.call("secret.delete", { id, field }),
    );
  }

  confirm(): Promise<boolean> {
    return this.#change("Confirming", "confirmed", (id, field) =>
      this.#desk.backend.call("secret.confirm", { id, field }),
    );
  }

  /** The backend puts it on this desktop's clipboard, and clears it again. */
  copy(): Promise<{ cleared_after_s?: number } | undefined> {
    const request = { id: this.#id, field: this.#field };
    return this.#desk.troubles.attempt(`Copying the ${this.#label}`, () =>
      this.#desk.backend.call("secret.copy", request),
    );
  }

  async #change(
    doing: string,
    done: string,
    work: (id: string, field: SecretProfileField) => Promise<ProfileView>,
  ): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    const worked = await this.#desk.profiles.change(`${doing} the ${this.#label}`, () =>
      work(this.#id, this.#field),
    );
    this.busy = false;
    this.failed = !worked;
    if (worked) announcer.say(`${this.#label} ${done}`);
    return worked;
  }

  get #key(): string {
    return `${this.#id}/${this.#field}`;
  }

  get #label(): string {
    return FIELDS[this.#field].label;
  }
}
