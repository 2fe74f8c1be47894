import { beforeEach, describe, expect, it } from "vitest";
import type { Change, SecretStore } from "../core/secret-store.js";
import { CofferError } from "../errors.js";
import { openMemoryStore } from "../objects/memory.js";
import { type KeptVersions, openEachStore } from "../testing/each-store.js";
import { faultyStore } from "../testing/faulty-object-store.js";
import { collect, faultsOf, newStorage, openTestVault, shown, text } from "../testing/vault-scene.js";
import type { Vault } from "../vault/contract.js";
import { initVault } from "../vault/init.js";
import type { CopyOrder, CopyReport } from "./contract.js";
import { copySecrets } from "./copy.js";
import { parseRenaming, renameByFirst } from "./renaming.js";

const NEVER = new AbortController().signal;

type Wish = Partial<Omit<CopyOrder, "from" | "to">> & { readonly dryRun?: boolean; readonly verify?: boolean };

/** Copies all of the root to the root, unless something else is wished for. */
function copy(
  from: SecretStore,
  to: SecretStore,
  { dryRun = false, verify = false, ...wish }: Wish = {},
): Promise<CopyReport> {
  const order: CopyOrder = {
    from: { store: from, call: () => ({}) },
    to: { store: to, call: () => ({}) },
    source: { namespace: "", name: null, recursive: false },
    target: { namespace: "", name: null },
    rename: (path) => path,
    history: false,
    contexts: { pool: {}, byPath: new Map() },
    message: "copied",
    signal: NEVER,
    ...wish,
  };
  return copySecrets(order, { dryRun, verify });
}

const map = (...typed: string[]): { rename: CopyOrder["rename"] } => ({
  rename: renameByFirst(typed.map(parseRenaming)),
});

const put = (name: string, value: string, more: Partial<Extract<Change, { op: "put" }>> = {}): Change => ({
  op: "put",
  name,
  value: text(value),
  ...more,
});

/** What a secret's versions are, oldest first: text of each, `-` for a deletion. */
async function storyOf(store: SecretStore, path: string, context = {}): Promise<(string | null)[]> {
  const infos = (await collect(store.history(path))).reverse();
  return Promise.all(
    infos.map(async ({ version, deleted }) => (deleted ? "-" : shown(await store.read(path, { version, context })))),
  );
}

async function newVault(name: string): Promise<Vault> {
  const objects = openMemoryStore();
  await initVault(objects);
  return { ...openTestVault(objects), url: `memory:${name}` };
}

let vault: Vault;
beforeEach(async () => {
  vault = await newVault("there");
});

describe("what is current", () => {
  it("comes over in one commit for each namespace, with comment, expiry and type, and says where it is from", async () => {
    const from = await newVault("here");
    const expires = new Date("2031-01-01T00:00:00Z");
    await from.commit("prod", [put("A", "one", { comment: "why", expires }), put("B", "\u0001", { type: "binary" })]);
    await from.commit("prod", [put("A", "two", { comment: "why", expires })]);
    await from.commit("prod/app", [put("C", "three")]);
    const report = await copy(from, vault, {
      source: { namespace: "prod", name: null, recursive: true },
      target: { namespace: "new", name: null },
    });
    expect(report.namespaces.map(({ namespace, changed }) => [namespace, changed.length])).toEqual([
      ["new", 2],
      ["new/app", 1],
    ]);
    expect(await collect(vault.log("new"))).toMatchObject([{ message: "copied", parent: null }]);
    expect(await vault.read("new/A")).toMatchObject({ version: "1", comment: "why", expires });
    expect(await vault.read("new/B")).toMatchObject({ type: "binary" });
    expect(shown(await vault.read("new/app/C"))).toBe("three");
    expect(await collect(vault.history("new/A"))).toMatchObject([{ origin: { version: "2" } }]);
    expect(await storyOf(from, "prod/A")).toEqual(["one", "two"]);
  });

  it("is not written again where it is there", async () => {
    const from = openEachStore();
    await from.commit("", [put("A", "one"), put("B", "two")]);
    await copy(from, vault);
    await from.commit("", [put("B", "three")]);
    const report = await copy(from, vault);
    expect(report.same).toBe(1);
    expect(report.namespaces[0]?.changed).toEqual([{ name: "B", version: "2", change: "changed" }]);
    const head = await vault.head("");
    expect((await copy(from, vault)).namespaces[0]).toMatchObject({ changed: [], sequence: 2 });
    expect(await vault.head("")).toEqual(head);
  });

  it("counts as another where what stands beside the value is another, as far as the destination keeps it", async () => {
    const from = await newVault("here");
    const each = openEachStore();
    await from.commit("", [put("A", "one")]);
    await copy(from, vault);
    await copy(from, each);
    await from.commit("", [put("A", "one", { comment: "new" })]);
    expect((await copy(from, vault)).steps).toHaveLength(1);
    const report = await copy(from, each);
    expect(report.steps).toEqual([]);
    expect(await vault.read("A")).toMatchObject({ comment: "new" });
  });

  it("is one secret, under its own name or another", async () => {
    const from = openEachStore();
    await from.commit("a", [put("X", "one"), put("Y", "two")]);
    const source = { namespace: "a", name: "X", recursive: false };
    await copy(from, vault, { source, target: { namespace: "b", name: null } });
    await copy(from, vault, { source, target: { namespace: "b", name: "Z" } });
    const { secrets } = await vault.readAll({ namespace: "b" });
    expect(secrets.map((secret) => [secret.name, shown(secret)])).toEqual([
      ["X", "one"],
      ["Z", "one"],
    ]);
  });

  it("leaves what lies below a namespace, unless it is asked for, and counts it where that costs nothing", async () => {
    const from = openEachStore();
    await from.commit("a", [put("X", "1")]);
    await from.commit("a/b", [put("Y", "2"), put("Z", "3")]);
    const source = { namespace: "a", name: null, recursive: false };
    expect(await copy(from, vault, { source })).toMatchObject({ below: 2, namespaces: [{ namespace: "" }] });
    await copy(from, vault, { source: { ...source, recursive: true }, target: { namespace: "all", name: null } });
    expect(await vault.namespaces()).toEqual(["", "all", "all/b"]);
  });

  it("says what the destination does not keep", async () => {
    const from = await newVault("here");
    await from.commit("", [
      put("A", "one", { comment: "x", context: { app: "a" } }),
      put("B", "two", { expires: new Date() }),
    ]);
    const to = openEachStore({ can: { context: false } });
    const { losses } = await copy(from, to, { contexts: { pool: { app: "a" }, byPath: new Map() } });
    expect(losses).toEqual({ comment: 1, expires: 1, type: 0, context: 1, origin: 2 });
  });
});

describe("all versions", () => {
  it("come over in order and in one commit, each with the version and time that it had", async () => {
    let minute = 0;
    const from = openEachStore({ now: () => new Date(Date.UTC(2020, 0, 1, 0, minute++)) });
    for (const value of ["one", "two", "three"]) await from.commit("", [put("app.db", value)]);
    await from.commit("", [put("app.key", "k", { version: "rel-7" })]);
    await copy(from, vault, { history: true, ...map("app\\.(.*)=prod/app/$1") });
    expect(await storyOf(vault, "prod/app/db")).toEqual(["one", "two", "three"]);
    const [commit, ...others] = await collect(vault.log("prod/app"));
    expect(others).toEqual([]);
    expect(commit?.changes.map(({ name, version }) => `${name}@${version}`)).toEqual(["db@1", "db@2", "db@3", "key@1"]);
    const history = await collect(vault.history("prod/app/db"));
    expect(history.map(({ origin }) => origin)).toEqual(
      [2, 1, 0].map((at) => ({ version: String(at + 1), time: new Date(Date.UTC(2020, 0, 1, 0, at)) })),
    );
    expect((await collect(vault.history("prod/app/key")))[0]?.origin?.version).toBe("rel-7");
  });

  it("go on where they were left, whatever was made there meanwhile", async () => {
    const from = openEachStore();
    for (const value of ["one", "two"]) await from.commit("", [put("A", value), put("B", value)]);
    await copy(from, vault, { history: true });
    await vault.commit("", [put("A", "of somebody"), { op: "delete", name: "B" }]);
    expect((await copy(from, vault, { history: true })).steps).toEqual([]);
    await from.commit("", [put("A", "three")]);
    await copy(from, vault, { history: true });
    expect(await storyOf(vault, "A")).toEqual(["one", "two", "of somebody", "three"]);
  });

  it("are told from those of another store that has the same numbers", async () => {
    const [one, other] = [openEachStore(), openEachStore()];
    await one.commit("", [put("A", "one")]);
    await other.commit("", [put("A", "other")]);
    await copy(one, vault, { history: true });
    await copy(other, vault, { history: true });
    expect(await storyOf(vault, "A")).toEqual(["one", "other"]);
    expect((await copy(other, vault, { history: true })).steps).toEqual([]);
  });

  it("of a vault: deletions too, what is staged waits, what is current is current, what was purged is missed", async () => {
    const from = await newVault("here");
    await from.commit("", [
      put("D", "1"),
      put("P", "1"),
      put("S", "1"),
      put("T", "1"),
      put("U", "u", { stage: "next" }),
    ]);
    await from.commit("", [{ op: "delete", name: "D" }, put("P", "2"), put("S", "2", { stage: "next" })]);
    await from.commit("", [put("D", "2"), put("P", "3"), put("T", "2", { stage: "next" })]);
    await from.commit("", [{ op: "delete", name: "D" }, put("T", "3"), { op: "promote", name: "T", stage: "next" }]);
    await from.purge("P", ["2"]);
    const report = await copy(from, vault, { history: true, verify: true });
    expect(report).toMatchObject({ shortened: ["P"], differing: [] });
    expect(await storyOf(vault, "D")).toEqual(["1", "-", "2", "-"]);
    expect(await storyOf(vault, "P")).toEqual(["1", "3"]);
    expect(await storyOf(vault, "T")).toEqual(["1", "3", "2"]);
    expect([shown(await vault.read("S")), shown(await vault.read("S", { stage: "next" }))]).toEqual(["1", "2"]);
    expect([await vault.read("U"), shown(await vault.read("U", { stage: "next" }))]).toEqual([null, "u"]);
    expect((await copy(from, vault, { history: true })).steps).toEqual([]);
    await from.commit("", [{ op: "promote", name: "S", stage: "next" }]);
    await copy(from, vault, { history: true });
    expect(shown(await vault.read("S"))).toBe("2");
  });

  it("keep their numbers where the destination lets them be chosen", async () => {
    const from = await newVault("here");
    await from.commit("", [put("A", "one"), put("A", "two"), put("G", "gone")]);
    await from.commit("", [{ op: "delete", name: "G" }]);
    const to = openEachStore();
    await copy(from, to, { history: true, verify: true });
    expect((await collect(to.history("A"))).map(({ version }) => version)).toEqual(["2", "1"]);
    expect(await to.read("G")).toBeNull();
    expect((await copy(from, to, { history: true })).steps).toEqual([]);
    await to.commit("", [put("A", "of somebody", { version: "3" })]);
    await from.commit("", [put("A", "three")]);
    await expect(copy(from, to, { history: true })).rejects.toMatchObject({
      code: "CONFLICT",
      message: 'the destination has other values already as version 3 of "A"',
    });
  });

  it("are as many as the destination keeps, and known again by their values where it keeps nothing else", async () => {
    const from = openEachStore();
    for (const value of ["a", "b", "a", "c"]) await from.commit("", [put("A", value)]);
    const to = openEachStore({ url: "each:other", can: { chooseVersion: false, keptVersions: 3 } });
    const report = await copy(from, to, { history: true, verify: true });
    expect(report).toMatchObject({ shortened: ["A"], differing: [] });
    expect(await storyOf(to, "A")).toEqual(["b", "a", "c"]);
    expect((await copy(from, to, { history: true })).steps).toEqual([]);
  });
});

describe("names", () => {
  it("that no expression matches stay as they are; of several the first that matches counts", async () => {
    const from = openEachStore();
    await from.commit("", [put("app.db", "1"), put("app.db.port", "2"), put("other", "3")]);
    await copy(from, vault, map("app\\.db\\.(?<what>.*)=db/$<what>", "app\\.(.*)=$1"));
    const listed = await collect(vault.list({ namespace: "", recursive: true }));
    expect(listed.map(({ namespace, name }) => [namespace, name])).toEqual([
      ["", "db"],
      ["db", "port"],
      ["", "other"],
    ]);
  });

  it.each([
    [["a.x", "b.x"], map(".\\.(.*)=$1"), '"a.x" and "b.x" would be "x"'],
    [["a.x"], map("(.*)=$1/"), '"a.x" would be "a.x/", which is empty'],
    [["a.x", "b"], map("a\\.(.*)=../$1"), '"a.x" would be "../x", which has a part that is . or ..'],
    [["a.x"], map("a.*=p#q"), "which"],
  ])("%j that cannot be are refused before anything is written", async (names, wish, message) => {
    const from = openEachStore();
    await from.commit(
      "",
      names.map((name) => put(name, "v")),
    );
    await expect(copy(from, vault, wish)).rejects.toMatchObject({ code: "USAGE" });
    await expect(copy(from, vault, wish)).rejects.toThrow(message);
    expect(await vault.namespaces()).toEqual([]);
  });

  it("within one store: onto itself, or onto what is copied too, is refused", async () => {
    await vault.commit("", [put("A", "1"), put("B", "2")]);
    await expect(copy(vault, vault)).rejects.toThrow("that would copy everything onto itself");
    await expect(copy(vault, vault, map("A=B"))).rejects.toThrow('"A" would be "B", which is copied itself');
    await copy(vault, vault, map("A=C"));
    expect(shown(await vault.read("C"))).toBe("1");
    expect(await collect(vault.history("B"))).toHaveLength(1);
  });

  it("that are not there: nothing to copy", async () => {
    const source = { namespace: "x", name: null, recursive: false };
    await expect(copy(vault, openEachStore(), { source })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(copy(vault, openEachStore(), { source: { ...source, name: "A" } })).rejects.toThrow(
      'no secret named "x/A"',
    );
  });
});

describe("contexts", () => {
  const contexts = (pool: Record<string, string>, byPath: Record<string, Record<string, string>> = {}): Wish => ({
    contexts: { pool, byPath: new Map(Object.entries(byPath)) },
  });

  it("are taken from the pool by their names, and bind the copy too", async () => {
    const from = await newVault("here");
    await from.commit("", [
      put("A", "1", { context: { app: "a" } }),
      put("B", "2", { context: { app: "a", zone: "z" } }),
    ]);
    await copy(from, vault, contexts({ app: "a", zone: "z", more: "m" }));
    expect(shown(await vault.read("B", { context: { app: "a", zone: "z" } }))).toBe("2");
    expect((await copy(from, vault, contexts({ app: "a", zone: "z" }))).steps).toEqual([]);
  });

  it("of stores that keep no names: none, then all of the pool; or what is said of the path, or the namespace", async () => {
    const from = openEachStore();
    await from.commit("", [
      put("A", "1"),
      put("B", "2", { context: { app: "a" } }),
      put("C", "3", { context: { x: "y" } }),
    ]);
    await from.commit("ns", [put("D", "4", { context: { team: "t" } }), put("E", "5")]);
    const source = { namespace: "", name: null, recursive: true };
    const given = contexts({ app: "a" }, { C: { x: "y" }, "ns/": { team: "t" } });
    await copy(from, vault, { ...given, source, history: true, verify: true });
    const listed = await collect(vault.list({ namespace: "", recursive: true }));
    expect(listed.map(({ name, context }) => [name, context])).toEqual([
      ["A", []],
      ["B", ["app"]],
      ["C", ["x"]],
      ["D", ["team"]],
      ["E", []],
    ]);
    const back = openEachStore();
    const pool = { app: "a", x: "y", team: "t" };
    await copy(vault, back, { ...contexts(pool), source, history: true });
    expect(shown(await back.read("C", { context: { x: "y" } }))).toBe("3");
  });

  it("that are missing are all named, and nothing is written", async () => {
    const from = openEachStore();
    await from.commit("", [
      put("A", "1"),
      put("B", "2", { context: { app: "a" } }),
      put("C", "3", { context: { x: "y" } }),
    ]);
    await expect(copy(from, vault, contexts({ x: "other" }))).rejects.toMatchObject({
      code: "CONTEXT",
      message: 'context is needed, and not given, for "B", "C"',
    });
    const named = await newVault("here");
    await named.commit("", [put("A", "1", { context: { app: "a" } })]);
    for (const history of [true, false]) await expect(copy(named, vault, { history })).rejects.toThrow('"A" (app)');
    expect(await vault.namespaces()).toEqual([]);
  });
});

describe("what stands in the way", () => {
  it("a value that is too large is found before anything is written", async () => {
    await vault.commit("", [put("A", "x".repeat(101)), put("B", "y")]);
    const kept: KeptVersions = new Map();
    const to = openEachStore({ kept, can: { maxValueBytes: 100 } });
    await expect(copy(vault, to)).rejects.toMatchObject({ code: "INVALID" });
    await expect(copy(vault, to)).rejects.toThrow('the destination takes 100 bytes at most: "A" (101 bytes)');
    expect(kept.size).toBe(0);
  });

  it("what the destination refuses of a namespace is found before another is written", async () => {
    const from = openEachStore();
    await from.commit("", [put("first", "v"), put("second", "v", { version: "v".repeat(256) })]);
    await expect(copy(from, vault, map("first=a/first", "(.*)=b/$1"))).rejects.toThrow('the origin of "second"');
    expect(await vault.namespaces()).toEqual([]);
  });

  it("a change of somebody else meanwhile is no loss of his", async () => {
    const from = openEachStore();
    await from.commit("", [put("A", "one")]);
    const racing: SecretStore = {
      ...vault,
      commit: async (...args) => {
        await vault.commit("", [put("A", "of somebody")]);
        return vault.commit(...args);
      },
    };
    await expect(copy(from, racing)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await storyOf(vault, "A")).toEqual(["of somebody"]);
  });

  it("a store that is lost midway: it says how far it came, and goes on there", async () => {
    await vault.commit(
      "",
      Array.from({ length: 40 }, (_, index) => put(`n${index}`, `v${index}`)),
    );
    const kept: KeptVersions = new Map();
    let left = 25;
    const onChange = (): void => {
      if (left-- <= 0) throw new CofferError("UNREACHABLE", "lost", { hint: "wait" });
    };
    await expect(copy(vault, openEachStore({ kept, onChange }), { history: true })).rejects.toMatchObject({
      code: "UNREACHABLE",
      hint: "wait; 25 of 40 versions are copied; the same command goes on",
    });
    const report = await copy(vault, openEachStore({ kept }), { history: true, verify: true });
    expect([report.steps.length, report.same, report.differing]).toEqual([15, 25, []]);
    expect([...kept.values()].every((versions) => versions.length === 1)).toBe(true);
  });

  it("a vault that is lost between two namespaces: neither is doubled", async () => {
    const from = openEachStore();
    await from.commit("", [put("a.X", "1"), put("b.X", "2")]);
    const objects = await newStorage();
    const faulty = faultyStore(
      objects,
      faultsOf("put", "heads/b", { kind: "error", error: new CofferError("ACCESS_DENIED", "no") }),
    );
    const wish = { ...map("(.)\\.(.*)=$1/$2"), history: true };
    await expect(copy(from, openTestVault(faulty), wish)).rejects.toMatchObject({
      code: "ACCESS_DENIED",
      hint: "1 of 2 versions are copied; the same command goes on",
    });
    const there = openTestVault(objects);
    await copy(from, there, wish);
    expect(await collect(there.log("a"))).toHaveLength(1);
    expect(await storyOf(there, "b/X")).toEqual(["2"]);
  });
});

describe("dry run and comparing", () => {
  it("a dry run tells all and changes nothing", async () => {
    const from = openEachStore();
    for (const value of ["one", "two"]) await from.commit("", [put("A", value)]);
    const report = await copy(from, vault, { history: true, dryRun: true, verify: true });
    expect(report.namespaces).toMatchObject([{ commit: null, changed: [{ version: "1" }, { version: "2" }] }]);
    expect(report.differing).toEqual(["A"]);
    expect(await vault.namespaces()).toEqual([]);
  });

  it("names what is another there afterwards", async () => {
    const from = openEachStore();
    await from.commit("", [put("A", "one"), put("B", "two")]);
    expect((await copy(from, vault, { history: true, verify: true })).differing).toEqual([]);
    await vault.commit("", [put("B", "of somebody")]);
    expect((await copy(from, vault, { history: true, verify: true })).differing).toEqual(["B"]);
    expect((await copy(from, vault)).differing).toBeNull();
  });
});
