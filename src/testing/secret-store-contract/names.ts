import assert from "node:assert/strict";
import { assertRefused, collect, put, putAll, readText, type Taste, type Test } from "./words.js";

const NAMES = [
  "DB_URL",
  "db_url",
  ".hidden",
  "with space",
  "münchen",
  "日本語",
  "😀",
  "a:b=c!(d)$e%f*g'h\"i",
  "constructor",
  "__proto__",
  "a".repeat(255),
];

const NAMESPACES = ["prod", "Prod", "PROD", "prod/a", "prod!a", "prod(2f)a", "prod a", "prod.a", "münchen/😀"];

const NO_PATHS = [
  "",
  "/A",
  "prod/",
  "prod//A",
  "../A",
  "prod/..",
  "prod/.",
  "a#b",
  "a?b",
  "a\\b",
  "a\nb",
  " A",
  "e\u0301",
];

export function testNames(test: Test, { takesPath }: Taste): void {
  test("keeps names apart that are alike, and gives each as it was spelt", async ({ store, another }) => {
    const names = NAMES.filter((name) => takesPath(`prod/${name}`));
    await putAll(store, "prod", Object.fromEntries(names.map((name, index) => [name, String(index)])));
    const reader = await another();
    for (const [index, name] of names.entries()) assert.equal(await readText(reader, `prod/${name}`), String(index));
    const listed = await collect(reader.list({ namespace: "prod" }));
    assert.deepEqual(listed.map(({ name }) => name).sort(), [...names].sort());
  });

  test("keeps namespaces apart that are alike", async ({ store }) => {
    const namespaces = NAMESPACES.filter((namespace) => takesPath(`${namespace}/A`));
    for (const namespace of namespaces) await putAll(store, namespace, { A: namespace });
    for (const namespace of namespaces) assert.equal(await readText(store, `${namespace}/A`), namespace);
    const listed = await collect(store.list({ namespace: "", recursive: true }));
    assert.deepEqual(listed.map(({ namespace }) => namespace).sort(), [...namespaces].sort());
  });

  test("refuses with USAGE what can be no path", async ({ store }) => {
    for (const path of NO_PATHS) {
      await assertRefused(store.read(path), "USAGE");
      await assertRefused(collect(store.history(path)), "USAGE");
    }
  });

  test("refuses with USAGE what can be no name, and changes nothing", async ({ store }) => {
    for (const name of ["", ".", "..", "a/b", "a\0b", "a ", "\ud800", "a".repeat(256)]) {
      await assertRefused(store.commit("prod", [put("A", "x"), put(name, "y")]), "USAGE");
    }
    assert.equal(await store.read("prod/A"), null);
  });

  test("refuses with USAGE what can be no namespace", async ({ store }) => {
    for (const namespace of ["/", "/prod", "prod/", "a//b", "..", "a/../b", "a\\b", "a#b", "a".repeat(81)]) {
      await assertRefused(store.commit(namespace, [put("A", "x")]), "USAGE");
      await assertRefused(store.readAll({ namespace }), "USAGE");
      await assertRefused(store.head(namespace), "USAGE");
      await assertRefused(
        collectSoon(() => store.list({ namespace })),
        "USAGE",
      );
    }
  });
}

/** What a method throws at once counts as well as what it rejects with. */
async function collectSoon<T>(list: () => AsyncIterable<T>): Promise<T[]> {
  return collect(list());
}
