import type { SecretStoreKind, StoreHealth } from "$lib/backend/generated/types";

export function storeName(kind: SecretStoreKind): string {
  return {
    keychain: "system keychain",
    vault: "passphrase vault",
    session: "this session only",
    environment: "environment",
  }[kind];
}

export function healthWord(health: StoreHealth): string {
  return {
    untried: "Not tried yet",
    well: "Works",
    waiting: "Waiting",
    locked: "Locked",
    failed: "Does not work",
  }[health];
}
