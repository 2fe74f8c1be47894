import { describe, expect, it } from "vitest";
import type { ObjectStore } from "../../objects/object-store.js";
import { readSelected } from "../../settings/environment/read-selected.js";
import type { ProgramStores, SourceHead } from "../../settings/environment/referenced-stores.js";
import { copyOf, newStorage, openTestVault, text } from "../../testing/vault-scene.js";
import type { Vault } from "../../vault/contract.js";
import { type Watch, waitForChange } from "./watch-secrets.js";

interface Seen {
  readonly values: string;
  readonly sources: readonly SourceHead[];
}

const NEVER = new AbortController().signal;

/** Reads A of these namespaces, and hears of every request for an object: `"unchanged"` is a conditional one that told nothing. */
async function scene({ namespaces = ["prod"], onGet = (_: string): void => {} } = {}) {
  const objects = await newStorage();
  const place: { objects: ObjectStore } = { objects };
  const counted: ObjectStore = {
    ...objects,
    url: objects.url,
    list: (prefix, call) => place.objects.list(prefix, call),
    put: (key, bytes, condition, call) => place.objects.put(key, bytes, condition, call),
    delete: (key, call) => place.objects.delete(key, call),
    close: async () => {},
    // Both forms of the call are handed on as they come.
    get: (async (key: string, call: { unless: string }) => {
      const found = await place.objects.get(key, call);
      onGet(found === "unchanged" ? found : `${key} ${call.unless === undefined ? "whole" : "changed"}`);
      return found;
    }) as ObjectStore["get"],
  };
  const writer = openTestVault(objects);
  const put = (namespace: string, name: string, value: string) =>
    writer.commit(namespace, [{ op: "put", name, value: text(value) }]);
  for (const namespace of namespaces) await put(namespace, "A", `${namespace} 1`);
  const watch = watchOver(openTestVault(counted), namespaces);
  return { place, objects, writer, put, watch, present: await watch.read(watch.stores) };
}

function watchOver(vault: Vault, namespaces: readonly string[]): Watch<Seen> & { failures: unknown[] } {
  const failures: unknown[] = [];
  const stores: ProgramStores = { own: { store: vault, call: () => ({}) }, others: new Map() };
  const read = async ({ own }: ProgramStores): Promise<Seen> => {
    if (own === null) throw new TypeError("there is one");
    const request = { namespaces, recursive: false, read: {}, selection: { only: ["A"] } };
    const { entries, heads } = await readSelected(own, request);
    const values = entries.map(({ value }) => Buffer.from(value.reveal()).toString()).join();
    return { values, sources: heads.map((head) => ({ store: null, head })) };
  };
  const onFailure = (error: unknown): void => void failures.push(error);
  return { stores, interval: 5, read, differs: (before, now) => before.values !== now.values, onFailure, failures };
}

describe("waiting for a change", () => {
  it("asks once per interval and namespace, with a condition, and is answered that nothing has changed", async () => {
    const gets: string[] = [];
    const over = new AbortController();
    const { watch, present } = await scene({
      namespaces: ["prod", "dev"],
      onGet: (what) => {
        gets.push(what);
        if (gets.length === 12) over.abort();
      },
    });
    gets.length = 0;
    expect(await waitForChange(watch, present, over.signal)).toBeNull();
    expect(gets).toEqual(Array.from({ length: 12 }, () => "unchanged"));
    expect(watch.failures).toEqual([]);
  });

  it("gives what is read then", async () => {
    const { watch, present, put } = await scene();
    const waiting = waitForChange(watch, present, NEVER);
    await put("prod", "A", "prod 2");
    expect((await waiting)?.values).toBe("prod 2");
  });

  it("takes changes that come one after the other for one", async () => {
    let [looks, reads] = [0, 0];
    const base = await scene({ onGet: (what) => (what.endsWith("changed") ? looks++ : 0) });
    const { put, present } = base;
    const watch: typeof base.watch = {
      ...base.watch,
      interval: 20,
      read: (stores) => {
        reads++;
        return base.watch.read(stores);
      },
    };
    const waiting = waitForChange(watch, present, NEVER);
    for (const value of ["2", "3", "4"]) {
      await put("prod", "A", value);
      await until(() => looks >= Number(value) - 1);
    }
    expect([(await waiting)?.values, reads]).toEqual(["4", 1]);
  });

  it("does not mind what was not given", async () => {
    const gets: string[] = [];
    const over = new AbortController();
    const { watch, present, put } = await scene({ onGet: (what) => gets.push(what) });
    const waiting = waitForChange(watch, present, over.signal);
    await put("prod", "B", "1");
    await until(() => gets.includes("heads/prod changed"));
    // The new head is the one that is asked with from then on.
    await until(
      () => gets.slice(gets.lastIndexOf("heads/prod whole")).filter((what) => what === "unchanged").length > 3,
    );
    over.abort();
    expect([await waiting, watch.failures]).toEqual([null, []]);
  });

  it("tells a failure once, goes on, and tells another one", async () => {
    const { watch, present, place, objects, put } = await scene();
    const broken: ObjectStore = { ...objects, url: objects.url, get: () => Promise.reject(new Error("the cable")) };
    place.objects = broken;
    const waiting = waitForChange(watch, present, NEVER);
    await until(() => watch.failures.length > 0);
    let tries = 0;
    place.objects = { ...broken, get: () => Promise.reject(new Error(tries++ > 3 ? "the power" : "the cable")) };
    await until(() => watch.failures.length > 1);
    await put("prod", "A", "prod 2");
    place.objects = objects;
    expect((await waiting)?.values).toBe("prod 2");
    expect(watch.failures.map(String)).toEqual(["Error: the cable", "Error: the power"]);
  });

  it("refuses what went back in time, though nothing is remembered anywhere, and goes on", async () => {
    const { watch, place, objects, put } = await scene();
    const old = await copyOf(objects);
    await put("prod", "A", "prod 2");
    const present = await watch.read(watch.stores);
    place.objects = old;
    const waiting = waitForChange(watch, present, NEVER);
    await until(() => watch.failures.length > 0);
    expect(watch.failures).toEqual([expect.objectContaining({ code: "ROLLBACK" })]);
    place.objects = objects;
    await put("prod", "A", "prod 3");
    expect((await waiting)?.values).toBe("prod 3");
  });

  it("tells that a namespace has vanished", async () => {
    const { watch, present, place } = await scene();
    place.objects = await newStorage();
    const over = new AbortController();
    const waiting = waitForChange(watch, present, over.signal);
    await until(() => watch.failures.length > 0);
    over.abort();
    expect([await waiting, watch.failures]).toEqual([null, [expect.objectContaining({ code: "NOT_FOUND" })]]);
  });

  it("ends a reading that is under way when it is over", async () => {
    const { watch, present, place, objects } = await scene();
    const over = new AbortController();
    let asked: (() => void) | undefined;
    const begun = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const get = (_: string, { signal }: { signal?: AbortSignal } = {}): Promise<never> =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
        asked?.();
      });
    place.objects = { ...objects, url: objects.url, get };
    const waiting = waitForChange(watch, present, over.signal);
    await begun;
    over.abort();
    expect([await waiting, watch.failures]).toEqual([null, []]);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
