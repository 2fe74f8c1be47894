import type { Aws } from "../../aws/aws.js";
import { isMissingRight } from "../../aws/denial.js";
import type { KeyClient } from "../../aws/kms/key-client.js";
import type { BucketClient } from "../../aws/s3/bucket-client.js";
import type { CallerIdentity } from "../../aws/sts-client.js";
import type { Call } from "../../core/call.js";
import type { KeyProvider } from "../../keys/key-provider.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { openKeyProvider } from "../../open/key-providers.js";
import { assertVault, openObjectStore } from "../../open/object-stores.js";
import { openNamedStore } from "../../settings/session.js";
import { findDefaultNamespace, findPinnedKey } from "../../settings/settings.js";
import type { Vault } from "../../vault/contract.js";
import type { NamespaceState } from "../../vault/heads/contract.js";
import { once } from "../cloud/once.js";
import { masterKeyName, openAwsOf, openBucketOf, openMasterOf } from "../cloud/open-cloud.js";
import type { Task } from "../command.js";
import { findPlaces, findStoreId, resolveUrls } from "../init-store.js";
import { asVault, callLimit, hostOf } from "../session.js";

/** A namespace whose head was to be opened: its state, or why it does not open. */
export type Opened =
  | { readonly namespace: string; readonly state: NamespaceState; readonly error: null }
  | { readonly namespace: string; readonly state: null; readonly error: unknown };

/** What checks look at. Each fact is found out once, when it is first asked for; a failure is the answer to everybody who asks. */
export interface Patient {
  readonly task: Task;
  readonly storeUrl: string;
  readonly keyUrl: string;
  /** In ms, where `--rotation` says it: how old data keys may be. */
  readonly rotation: number | null;
  /** For one call. */
  readonly call: () => Call;
  readonly objects: () => Promise<ObjectStore>;
  readonly keys: () => Promise<KeyProvider>;
  /** What the store says of itself; null where there is none. */
  readonly storeId: () => Promise<string | null>;
  readonly namespaces: () => Promise<readonly string[]>;
  /** Every namespace's head, opened as every reader does. */
  readonly heads: () => Promise<readonly Opened[]>;
  /** The store, opened with its key. */
  readonly vault: () => Promise<Vault>;
  readonly aws: () => Promise<Aws>;
  readonly identity: () => Promise<CallerIdentity>;
  readonly bucket: () => Promise<BucketClient>;
  readonly location: () => Promise<string | null>;
  readonly master: () => Promise<KeyClient>;
  close(): Promise<void>;
}

export function openPatient(task: Task, rotation: number | null): Patient {
  const { store: storeUrl, key: keyUrl } = resolveUrls(task);
  assertVault(storeUrl);
  const around = findPlaces(task);
  const call = (): Call => callLimit(task);
  const closers: (() => unknown)[] = [];
  /** Closes it in the end, if it was ever opened. */
  const open = <T extends { close(): unknown }>(make: () => Promise<T>): (() => Promise<T>) =>
    once(async () => {
      const made = await make();
      closers.push(() => made.close());
      return made;
    });

  const objects = open(() => openObjectStore(storeUrl, around));
  const keys = open(() => openKeyProvider(keyUrl, around, findPinnedKey(task)));
  const keyless = open(async () => asVault(await openNamedStore(task, hostOf(task), { key: "unused" }), "doctor"));
  const vault = open(async () => asVault(await openNamedStore(task, hostOf(task)), "doctor"));
  const namespaces = once(async () => (await keyless()).namespaces(call()));
  const aws = once(() => openAwsOf(task));
  const bucket = open(async () => openBucketOf(await aws(), storeUrl, call().signal));
  return {
    task,
    storeUrl,
    keyUrl,
    rotation,
    call,
    objects,
    keys,
    vault,
    namespaces,
    aws,
    bucket,
    storeId: once(() => findStoreId(storeUrl, around, call())),
    heads: once(async () => openHeads(await vault(), await namespaces().catch(onlyDefault(task)), call)),
    identity: once(async () => {
      const { findCallerIdentity } = await import("../../aws/sts-client.js");
      return findCallerIdentity(await aws(), call().signal);
    }),
    location: once(async () => (await bucket()).location()),
    master: open(async () => openMasterOf(await aws(), masterKeyName(task, keyUrl), call().signal)),
    async close() {
      await Promise.all(closers.map((close) => close()));
    },
  };
}

/** Who may not list may have a namespace of his own. */
function onlyDefault(task: Task): (error: unknown) => readonly string[] {
  return (error) => {
    const namespace = findDefaultNamespace(task);
    if (!isMissingRight(error) || namespace === null) throw error;
    return [namespace];
  };
}

async function openHeads(vault: Vault, namespaces: readonly string[], call: () => Call): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (const namespace of namespaces) {
    try {
      const state = await vault.examine(namespace, call());
      if (state !== null) opened.push({ namespace, state, error: null });
    } catch (error) {
      opened.push({ namespace, state: null, error });
    }
  }
  return opened;
}
