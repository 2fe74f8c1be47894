/**
 * For those who write a driver: the tests that every one of a kind passes, drivers that keep nothing, and a store that fails to plan.
 * The framework is handed in, so this needs none:
 *
 *     import { describe, it } from "vitest";
 *     objectStoreContract("my store", openMine, { describe, it });
 *
 * @module coffer/testing
 */
export type { Call } from "../core/call.js";
export type { Context } from "../core/context.js";
export type { Capabilities, SecretStore } from "../core/secret-store.js";
export type { GeneratedKey, KeyProvider } from "../keys/key-provider.js";
export { openMemoryStore } from "../objects/memory.js";
export type { ObjectStore, PutCondition, StoredObject } from "../objects/object-store.js";
export type { HeadMemory, RememberedHead } from "../vault/heads/contract.js";
export { type Fault, type FaultyStore, faultyStore, type StoreCall } from "./faulty-object-store.js";
export { keyProviderContract, type OpenedKeys } from "./key-provider-contract.js";
export { type OpenedStore, objectStoreContract, type Runner } from "./object-store-contract.js";
export type { Taste } from "./secret-store-contract/words.js";
export { type OpenedSecretStore, secretStoreContract } from "./secret-store-contract.js";
export { openTransientMemory } from "./transient-memory.js";
